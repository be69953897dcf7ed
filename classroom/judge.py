"""Judging one submission: the tests run here, the student's code runs in the sandbox.

The teacher's cells (given cells and tests, the hidden ones too) are executed in this process. Where a test
uses a name that no teacher's cell defines, it is the student's: a call goes through the wall with copies of
its arguments, and a plain value comes back, which the test compares here. So a student's code sees no test,
no expected value and no other input than those it is called with, and replacing np.allclose, IPython or
pickle on its side changes nothing: to pass, it has to send back the right numbers.

A notebook is run twice. In the first run there are only the tests that the student has, too: what is shown to the
student, outputs and messages, comes from it. In the second run the hidden tests decide; by then nothing that the
student's code says gets out any more but whether a question stands, so no hidden input does.
"""

import ast
import builtins
import contextlib
import io
import os
import time
import zlib

import numpy as np
from nbformat.v4 import new_output

from backprop.assignment import describe

from .course import one_line
from .edition import FOR_TEACHER, HIDDEN, TEST
from .plain import decode, encode
from .sandbox import Died, Limits, NoMemory, Sandbox
from .submission import kind, question_of

MAX_DEATHS = 6
LEAST = 1 / 5                          # of the time a cell or call may use, for code that has run out of it
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


# ----------------------------------------------------------------- the wall

class Student:
    """The student's notebook, running in a sandbox; a new one with the same cells when the first one dies."""

    def __init__(self, limits, preload=()):
        self.limits, self.preload, self.sandbox, self.ran = limits, preload, None, []
        self.deaths = []                        # why, in words
        self.late = 0                           # how often it ran out of time
        self.others = []                        # what came through the wall and isn't plain
        self.shown = 0                          # characters of output so far
        self.spoilt = ""                        # what the machine has done to it, for which no student should pay
        self.end = time.monotonic() + limits.total

    def close(self):
        if self.sandbox:
            self.sandbox.close()
            self.sandbox = None

    def again(self):
        """From here on the notebook is run once more, by a process that knows nothing of the first time."""
        self.ran, self.others = [], []
        if self.sandbox:
            try:
                self.sandbox.ask("again")
            except Died:
                self.sandbox = None

    def ask(self, do, **request):
        if time.monotonic() > self.end:
            raise NotJudged(f"the submission used up its {self.limits.total:g} s")
        if len(self.deaths) > MAX_DEATHS:
            raise NotJudged(f"its process was lost {len(self.deaths)} times")
        if self.spoilt:
            raise NotJudged(self.spoilt)
        try:
            if self.sandbox is None:
                self.sandbox = self._start()
                for source in self.ran:
                    self.sandbox.ask("cell", source=source, cpu=self.patience())
            reply = self.sandbox.ask(do, cpu=self.patience(), **request)
            self.late += reply.get("error") == "OutOfTime"
            return reply
        except NoMemory:
            self.sandbox, self.spoilt = None, "the machine had no memory left"
            raise NotJudged(self.spoilt) from None
        except Died as death:
            self.sandbox = None
            self.deaths.append(str(death))
            raise

    def patience(self):
        """Processor seconds for the next cell or call: half as many each time the code has run out of them, so that an
        endless loop that is called everywhere doesn't hold up the class. What stands above a loop still runs."""
        return self.limits.cpu * max(LEAST, 0.5**self.late)

    def _start(self):
        try:
            return Sandbox(self.limits, self.preload)
        except Died as death:                   # nothing of the student's has run yet
            self.spoilt = f"its sandbox couldn't be started: it {death}"
            raise NotJudged(self.spoilt) from None

    def cell(self, source):
        """Run a cell. Returns (a line where it came to no end, the error it raised, outputs); either may be ""."""
        try:
            reply = self.ask("cell", source=source)
        except Died as death:
            # The cell isn't run again: what was before it and what comes after it is judged without it.
            return f"this cell {death}", "", []
        self.ran.append(source)
        error, cut = str(reply.get("error") or "")[:100], ""
        if error == "OutOfTime":
            cut = "this cell took too long"
        elif error in ("RecursionError", "MemoryError") and "outputs" not in reply:
            cut = f"this cell couldn't be run ({error}: it is nested too deep, or too large)"
        elif not isinstance(reply.get("outputs"), list):
            cut = f"this cell couldn't be run ({error}): has the code changed the notebook's engine?"
        outputs = clean_outputs(reply.get("outputs"))
        self.shown += sum(len(str(output)) for output in outputs)
        said = one_line(str(reply.get("said") or error)[:300]) if error else ""
        return cut, said, outputs if self.shown < MAX_SHOWN else []

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

ELSEWHERE = ("ModuleNotFoundError", "ImportError", "EOFError", "StdinNotImplementedError", "FileNotFoundError")


def judge(notebook, seed, limits=Limits()):
    """Run a notebook that `assemble` made. seed: ints, of the random inputs that the hidden tests draw from `rng`.

    Returns (results, looks, private): results maps the grade_id of each test cell to (state, message), state being
    stands, fails or unjudged; the outputs are put into the notebook. looks are lines for the teacher; those of them
    that are in private, and the messages, may tell of hidden inputs: they aren't for the student.
    """
    before = os.environ.get("NBGRADER_EXECUTION")
    os.environ["NBGRADER_EXECUTION"] = "autograde"         # question() lets errors through
    student = Student(limits, _imports(notebook))
    try:
        seen = Run(notebook, student, None, {})
        student.again()
        graded = Run(notebook, student, seed, seen.results)
    finally:
        student.close()
        os.environ.pop("NBGRADER_EXECUTION")
        if before is not None:
            os.environ["NBGRADER_EXECUTION"] = before
    for cell, outputs in seen.outputs:
        cell.outputs = outputs
    for cell in notebook.cells:
        if cell.cell_type == "code" and kind(cell) == "test":
            name = cell.metadata.nbgrader.grade_id
            cell.outputs = _shown(cell, graded.results[name], seen.results[name], graded.hints.get(name))
    return (
        graded.results,
        list(dict.fromkeys(seen.looks + graded.looks)),
        [line for line in graded.looks if line not in seen.looks],
    )


def _imports(notebook):
    """The modules that the given cells import: they can be imported before the student's code begins."""
    names = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and kind(cell) == "given" and not cell.metadata.get("added") \
                and NOT_RUN not in cell.metadata.get("tags", []):
            for node in ast.walk(ast.parse(cell.source)):
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) else []
    return list(dict.fromkeys(names))


def _shown(cell, result, seen, hint):
    """The outputs of a test cell. What only the hidden tests found is told in the author's words, or not at all."""
    state, message = result
    read = TEST.match(cell.source)
    read = f"\nRead: {read[3]}." if read else ""
    if state == "stands":
        return [new_output("stream", name="stdout", text="stands\n")]
    title = "Not judged" if state == "unjudged" else "Doesn't stand"
    if seen[0] != "stands":
        return [message_output(title, message + read)]
    public = (
        "the tests you can see stand, the others don't" + (f" ({hint})" if hint else "") if state == "fails" else ""
    )
    detail = new_output(
        "display_data", data={"text/plain": f"For the teacher only: {message}"}, metadata={FOR_TEACHER: True}
    )
    return [message_output(title, public + read), detail]


class Run:
    """One run of a notebook from top to bottom. seed: of the hidden tests, or None: then they are left out.

    before: the results of an earlier run; what didn't stand there isn't tried again.
    Afterwards: results, looks, outputs (pairs of a cell and what it showed), hints (see `hint`)."""

    def __init__(self, notebook, student, seed, before):
        self.student, self.seed, self.before = student, seed, before
        self.names = Names(student, __name__="tests")
        self.results, self.looks, self.outputs, self.hints, self.answers = {}, [], [], {}, {}
        todo = [
            cell for cell in notebook.cells if cell.cell_type == "code" and NOT_RUN not in cell.metadata.get("tags", [])
        ]
        if before and all(result[0] != "stands" for result in before.values()):
            self.results, todo = dict(before), []
        for cell in todo:
            if kind(cell) == "test":
                self.test(cell)
            else:
                self.cell(cell)
        self.looks = list(dict.fromkeys(map(one_line, self.looks)))

    def cell(self, cell):
        given = kind(cell) == "given" and not cell.metadata.get("added")
        if given and STUDENT_SIDE not in cell.metadata.get("tags", []):
            exec(compile(cell.source, "<given cell>", "exec"), self.names)
        try:
            cut, error, outputs = self.student.cell(cell.source)
        except NotJudged as reason:
            cut, error, outputs = f"not run, because {reason}", "", []
        if "nbgrader" in cell.metadata and kind(cell) == "answer":
            self.answers[question_of(cell)] = error, cell.metadata.get("if_fails")
        if cut:
            outputs.append(message_output("Not run to its end", cut))
            where = (
                "a given cell"
                if given
                else question_of(cell)
                if "nbgrader" in cell.metadata
                else "a cell of the student's own"
            )
            self.looks.append(f"{where}: {cut}")
        self.outputs.append((cell, outputs))

    def test(self, cell):
        name, question = cell.metadata.nbgrader.grade_id, question_of(cell)
        if name in self.before and self.before[name][0] != "stands":
            self.results[name] = self.before[name]
            return
        deaths, self.student.others = len(self.student.deaths), []
        state, message = self.run_test(cell)
        stopped, line = self.answers.get(question, ("", None))
        if line and state == "fails":
            self.looks.append(f"{question}: {line}")
        if stopped and state == "fails":
            message += f"; its cell stopped: {stopped}"
            if stopped.startswith(ELSEWHERE):
                self.looks.append(f"{question}: doesn't stand, and its cell needs what isn't here ({stopped})")
        self.results[name] = state, message
        for why in self.student.deaths[deaths:]:
            self.looks.append(f"{question}: when it was called, the code {why}")
        if "in time" in message:
            self.looks.append(f"{question}: {message}")
        if state == "fails" and self.student.others:
            self.looks.append(f"{question}: doesn't stand, and it gave {self.student.others[0]}, which no test reads")
        if state == "unjudged":
            self.looks.append(f"{question}: not judged, because {message}")

    def run_test(self, cell):
        """Run a test cell on this side of the wall. Returns (state, message)."""
        source = cell.source if self.seed else HIDDEN.sub("", cell.source)
        own = Names(self.student, **self.names)                      # what a test defines ends with it
        if self.seed:
            own["rng"] = np.random.default_rng([*self.seed, zlib.crc32(cell.metadata.nbgrader.grade_id.encode())])
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, "<test>", "exec"), own)
            if self.seed and not own.asked:
                raise RuntimeError("this test asks the student's notebook for nothing")
            return "stands", ""
        except NotJudged as reason:
            return "unjudged", str(reason)
        except Died as death:
            return "fails", f"when it was called, the code {death}"
        except Exception as error:
            self.hints[cell.metadata.nbgrader.grade_id] = hint(source, error)
            if isinstance(error, StudentError) and set(error.kinds) & set(ELSEWHERE):
                self.looks.append(f"{question_of(cell)}: doesn't stand, and needs what isn't here ({error})")
            message = str(error) if isinstance(error, (StudentError, NameError)) else describe(error)
            strange = repr(self.student.others[0]) if self.student.others else ""
            return "fails", message[:1000] + (f"; the answer holds {strange}" if strange not in message else "")


def hint(source, error):
    """What the author of a test says of the line where it failed, if it is a fixed text: that holds no drawn number."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != "<test>":
        trace = trace.tb_next
    lines = [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.Assert, ast.Expr))
             and trace and node.lineno <= trace.tb_lineno <= node.end_lineno]
    said = lines[-1].msg if lines and isinstance(lines[-1], ast.Assert) and isinstance(error, AssertionError) else None
    if lines and isinstance(lines[-1], ast.Expr) and isinstance(lines[-1].value, ast.Call):
        call = lines[-1].value
        said = call.args[2] if getattr(call.func, "id", "") == "same" and len(call.args) > 2 else None
    return said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else None


def message_output(title, message):
    """An error without a traceback: the hidden tests' lines stay hidden."""
    return new_output("error", ename=title, evalue=message, traceback=[f"{title}: {message}"])
