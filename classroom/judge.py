"""Judging one submission: the tests run here, the student's code runs in the sandbox.

The teacher's cells (given cells and tests, the hidden ones too) are executed in this process. Where a test
uses a name that no teacher's cell defines, it is the student's: a call goes through the wall with copies of
its arguments, and a plain value comes back, which the test compares here. So a student's code sees no test,
no expected value and no other input than those it is called with, and replacing np.allclose, IPython or
pickle on its side changes nothing: to pass, it has to send back the right numbers.
"""

import builtins
import contextlib
import io
import math
import os
import time
import zlib

import numpy as np
from nbformat.v4 import new_output

from backprop.assignment import describe

from .course import one_line
from .edition import TEST
from .sandbox import Died, Limits, Sandbox
from .submission import kind, question_of

MAX_DEATHS = 6
MAX_SHOWN = 10_000_000                 # characters of all outputs together; a picture counts, too
NOT_RUN = "notebook-only"              # tag of given cells that only the student needs (pictures, the widget)
STUDENT_SIDE = "sandbox-only"          # tag of given cells that use the student's names


class StudentError(Exception):
    """An error the student's code raised when a test called it. kinds: the names of its class and their ancestors."""

    def __init__(self, message, kinds):
        super().__init__(message)
        self.kinds = kinds


class NotJudged(Exception):
    """The question could not be judged: somebody has to look."""


class Other:
    """Stands for a value that isn't plain: no test accepts it."""

    def __init__(self, what):
        self.what = what

    def __repr__(self):
        return self.what


# -------------------------------------------------------------- plain values

def encode(value):
    """A test's argument as JSON."""
    if isinstance(value, np.ndarray):
        return {"array": value.ravel().tolist(), "shape": list(value.shape), "dtype": value.dtype.str}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [encode(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(k), encode(v)] for k, v in value.items()]}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a test may pass numbers, strings, lists, dicts and arrays, not {type(value).__name__}")


def decode(value, others):
    """What came through the wall, checked: only plain values and Other, whatever was sent. others: a list that gets each Other."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if not isinstance(value, dict):
        value = {"other": "a malformed value"}
    if isinstance(value.get("list"), list):
        return [decode(item, others) for item in value["list"]]
    if isinstance(value.get("tuple"), list):
        return tuple(decode(item, others) for item in value["tuple"])
    if isinstance(value.get("dict"), list):
        pairs = [pair for pair in value["dict"] if isinstance(pair, list) and len(pair) == 2
                 and isinstance(pair[0], (str, int, float, bool))]
        return {key: decode(item, others) for key, item in pairs}
    if isinstance(value.get("array"), list):
        read = _array(value)
    else:
        read = Other("a function" if value.get("function") is True else one_line(str(value.get("other", "a malformed value"))[:300]))
    if isinstance(read, Other):
        others.append(read)
    return read


def _array(value):
    numbers, shape = value["array"], value.get("shape")
    plain = all(type(n) in (int, float, bool) for n in numbers)
    fits = (isinstance(shape, list) and len(shape) <= 8 and all(type(n) is int and n >= 0 for n in shape)
            and math.prod(shape) == len(numbers))
    if not (plain and fits):
        return Other("a malformed array")
    types = {"b": bool, "i": np.int64, "u": np.int64, "f": np.float64}
    try:
        return np.array(numbers, dtype=types.get(str(value.get("dtype"))[:1], np.float64)).reshape(shape)
    except (OverflowError, ValueError):
        return Other("an array of numbers too large")


# ----------------------------------------------------------------- the wall

class Student:
    """The student's notebook, running in a sandbox; a new one with the same cells when the first one dies."""

    def __init__(self, limits):
        self.limits, self.sandbox, self.ran = limits, None, []
        self.deaths = []                        # why, in words
        self.others = []                        # what came through the wall and isn't plain
        self.shown = 0                          # characters of output so far
        self.end = time.monotonic() + limits.total

    def close(self):
        if self.sandbox:
            self.sandbox.close()
            self.sandbox = None

    def ask(self, do, **request):
        if time.monotonic() > self.end:
            raise NotJudged(f"the submission used up its {self.limits.total:g} s")
        if len(self.deaths) > MAX_DEATHS:
            raise NotJudged(f"its process was lost {len(self.deaths)} times")
        try:
            if self.sandbox is None:
                self.sandbox = Sandbox(self.limits)
                for source in self.ran:
                    self.sandbox.ask("cell", source=source)
            return self.sandbox.ask(do, **request)
        except Died as death:
            self.sandbox = None
            self.deaths.append(str(death))
            raise

    def cell(self, source):
        """Run a cell. Returns (error or None, outputs)."""
        try:
            reply = self.ask("cell", source=source)
        except Died as death:
            # The cell isn't run again: what was before it and what comes after it is judged without it.
            return f"this cell {death}", []
        self.ran.append(source)
        error = reply.get("error")
        if error == "OutOfTime":
            error = "this cell took too long"
        elif not isinstance(reply.get("outputs"), list):
            error = f"this cell couldn't be run ({str(error)[:100]}): has the code changed the notebook's engine?"
        outputs = clean_outputs(reply.get("outputs"))
        self.shown += sum(len(str(output)) for output in outputs)
        return error and str(error)[:300], outputs if self.shown < MAX_SHOWN else []

    def get(self, name):
        reply = self.ask("get", name=name)
        if "missing" in reply:
            raise NameError(f"the notebook defines no {name}")
        value = reply.get("value")
        if isinstance(value, dict) and value.get("function") is True:
            return Function(self, name)
        if "error" in reply:
            value = {"other": f"a value that can't be read ({str(reply['error'])[:100]})"}
        return decode(value, self.others)


class Function:
    """A student's function, as a test calls it: on copies of its arguments, or it could change what its answer is
    compared with. changed: the positions of the arguments that the last call has changed; warned: its warnings."""

    def __init__(self, student, name):
        self.student, self.name = student, name

    def __repr__(self):
        return f"the function {self.name}"

    def __call__(self, *args, **kwargs):
        reply = self.student.ask("call", name=self.name, args=encode(args), kwargs=encode(kwargs))
        if "error" in reply:
            if reply["error"] == "OutOfTime":
                raise StudentError(f"{self.name}(…) gave no answer in time", ["OutOfTime"])
            kind, kinds = str(reply["error"])[:100], reply.get("kinds")
            kinds = [str(k)[:100] for k in kinds[:20]] if isinstance(kinds, list) else []
            raise StudentError(f"{self.name}(…) raised {kind}: {str(reply.get('said'))[:500]}", [kind, *kinds])
        if "missing" in reply:
            raise NameError(f"the notebook no longer defines {self.name}")
        changed, warned = reply.get("changed"), reply.get("warned")
        self.changed = [i for i in range(len(args)) if i in changed] if isinstance(changed, list) else []
        self.warned = [str(text)[:200] for text in warned[:3]] if isinstance(warned, list) else []
        return decode(reply.get("value"), self.student.others)


def clean_outputs(outputs):
    """A student's outputs as text and pictures; anything else is left out."""
    kept = []
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        what = output.get("output_type")
        if what == "stream":
            kept.append(new_output("stream", name="stdout", text=str(output.get("text"))[:25_000]))
        elif what == "error":
            lines = output.get("traceback")
            lines = [str(line)[:4000] for line in lines[:40]] if isinstance(lines, list) else []
            kept.append(new_output("error", ename=str(output.get("ename"))[:200],
                                   evalue=str(output.get("evalue"))[:2000], traceback=lines))
        elif what == "display_data" and isinstance(output.get("data"), dict):
            data = {}
            if isinstance(output["data"].get("text/plain"), str):
                data["text/plain"] = output["data"]["text/plain"][:25_000]
            picture = output["data"].get("image/png")
            if isinstance(picture, str) and picture.replace("\n", "").isascii() and '"' not in picture[:1_400_000]:
                data["image/png"] = picture[:1_400_000]
            if data:
                kept.append(new_output("display_data", data=data))
    return kept[:25]


class Names(dict):
    """The names of the teacher's cells; a name that is missing here is the student's."""

    def __init__(self, student, **names):
        super().__init__(names)
        self.student, self.asked = student, []

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
        self.asked.append(name)
        return self.student.get(name)


# ---------------------------------------------------------------- a notebook

def judge(notebook, seed, limits=Limits()):
    """Run a notebook that `assemble` made. seed: ints, of the random inputs that the hidden tests draw from `rng`.

    Returns (results, looks): results maps the grade_id of each test cell to (state, message), state being
    stands, fails or unjudged; the outputs are put into the notebook. looks are lines for the teacher.
    """
    before = os.environ.get("NBGRADER_EXECUTION")
    os.environ["NBGRADER_EXECUTION"] = "autograde"         # question() lets errors through
    student = Student(limits)
    names = Names(student, __name__="tests")
    results, looks = {}, []
    try:
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            if kind(cell) == "test":
                deaths, student.others = len(student.deaths), []
                state, message = run_test(cell, names, seed)
                results[cell.metadata.nbgrader.grade_id] = state, message
                for why in student.deaths[deaths:]:
                    looks.append(f"{question_of(cell)}: when it was called, the code {why}")
                if "in time" in message:
                    looks.append(f"{question_of(cell)}: {message}")
                if state == "fails" and student.others:
                    looks.append(f"{question_of(cell)}: doesn't stand, and it gave {student.others[0]}, which no test reads")
                if state == "unjudged":
                    looks.append(f"{question_of(cell)}: not judged, because {message}")
                continue
            tags = cell.metadata.get("tags", [])
            if NOT_RUN in tags:
                continue
            given = kind(cell) == "given" and not cell.metadata.get("added")
            if given and STUDENT_SIDE not in tags:
                exec(compile(cell.source, "<given cell>", "exec"), names)
            try:
                error, cell.outputs = student.cell(cell.source)
            except NotJudged as reason:
                error = f"not run, because {reason}"
            if error and ("this cell" in error or "not run" in error):
                cell.outputs.append(message_output("Not run to its end", error))
                where = "a given cell" if given else question_of(cell) if "nbgrader" in cell.metadata else "a cell of the student's own"
                looks.append(f"{where}: {error}")
    finally:
        student.close()
        os.environ.pop("NBGRADER_EXECUTION")
        if before is not None:
            os.environ["NBGRADER_EXECUTION"] = before
    return results, list(dict.fromkeys(map(one_line, looks)))


def run_test(cell, names, seed):
    """Run a test cell on this side of the wall. Returns (state, message) and writes the cell's output."""
    rng = np.random.default_rng([*seed, zlib.crc32(cell.metadata.nbgrader.grade_id.encode())])
    own = Names(names.student, **dict(names, rng=rng))           # what a test defines ends with it
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(cell.source, "<test>", "exec"), own)
        if not own.asked:
            raise RuntimeError("this test asks the student's notebook for nothing")
        cell.outputs = [new_output("stream", name="stdout", text="stands\n")]
        return "stands", ""
    except NotJudged as reason:
        state, message = "unjudged", str(reason)
    except Died as death:
        state, message = "fails", f"when it was called, the code {death}"
    except Exception as error:
        message = str(error) if isinstance(error, (StudentError, NameError)) else describe(error)
        strange = repr(names.student.others[0]) if names.student.others else ""
        state, message = "fails", message[:1000] + (f"; the answer holds {strange}" if strange not in message else "")
    read = TEST.match(cell.source)
    cell.outputs = [message_output("Not judged" if state == "unjudged" else "Doesn't stand",
                                   message + (f"\nRead: {read[3]}." if read else ""))]
    return state, message


def message_output(title, message):
    """An error without a traceback: the hidden tests' lines stay hidden."""
    return new_output("error", ename=title, evalue=message, traceback=[f"{title}: {message}"])
