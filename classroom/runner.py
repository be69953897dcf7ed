"""The student's side of the wall: a small notebook engine that runs inside the sandbox.

It reads requests, one JSON line each, from file descriptor 0 and writes replies to file descriptor 1. The first
line names what is imported before anything of the student's runs; then a copy of the process answers:

    {"token", "do": "cell", "source"}                 run a cell, as a notebook would
    {"token", "do": "call", "name", "args", "kwargs"} call a function the notebook defines; also tells which
                                                      arguments it has changed, and its warnings
    {"token", "do": "get", "name"}                    the value of a name
    {"token", "do": "again"}                          a new copy goes on, which knows nothing of the old one

From the first cell on all of this belongs to the student: nothing it says is believed. Only plain
values (numbers, strings, lists, arrays) leave it, and the grader compares them on its own side.
No part of the book or of the classroom is imported here, and no test or solution ever arrives.
"""

import ast
import base64
import importlib
import io
import json
import os
import resource
import signal
import site
import sys
import warnings

MIME_TYPES = ["text/plain", "image/png"]      # what a cell may show: nothing a browser would run
MAX_TEXT, MAX_IMAGE, MAX_OUTPUTS, MAX_ALL = 20_000, 1_000_000, 20, 3_000_000
MAX_DEPTH, MAX_NUMBERS = 20, 200_000
MAX_ERRORS = 20                               # of one cell: so often what follows an error is run all the same
AGAIN = 77                                    # how a copy of the process ends when another is to go on


class OutOfTime(BaseException):
    """Raised in the student's code when its time is up."""


# -------------------------------------------------------------- plain values

def encode(value, depth=0):
    """A value as JSON. Whatever isn't plain becomes {"other": its type}."""
    if depth > MAX_DEPTH:
        return {"other": "a value nested more than 20 deep"}
    if value is None or value is ...:                     # three dots: not answered yet
        return None
    if value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)[:MAX_TEXT]
    if isinstance(value, int):
        return int.__int__(value) if abs(value) < 10**300 else {"other": "an integer of more than 300 digits"}
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, (list, tuple)):
        if len(value) > MAX_NUMBERS:
            return {"other": f"a {type(value).__name__} of {len(value)} items"}
        return {"tuple" if isinstance(value, tuple) else "list": [encode(item, depth + 1) for item in value]}
    if isinstance(value, dict):
        if len(value) > MAX_NUMBERS:
            return {"other": f"a dict of {len(value)} items"}
        return {"dict": [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in value.items()]}
    numpy, sympy = sys.modules.get("numpy"), sys.modules.get("sympy")
    if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in "biuf":
        return encode(float(value) if value.dtype.kind == "f" else value.item(), depth)
    if numpy is not None and isinstance(value, numpy.ndarray):
        return encode_array(numpy, value, depth)
    if sympy is not None and numpy is not None and isinstance(value, sympy.MatrixBase):
        return encode_array(numpy, numpy.array(value.tolist(), dtype=object).reshape(value.shape), depth)
    if sympy is not None and isinstance(value, sympy.Basic):
        if getattr(value, "is_number", False) and value.is_real:
            return float(value)
        return {"other": f"a SymPy expression ({str(value)[:200]})"}
    return {"function": True} if callable(value) else {"other": f"a value of type {type(value).__name__}"}


def encode_array(numpy, array, depth):
    if array.size > MAX_NUMBERS:
        return {"other": f"an array of shape {array.shape}, too large to be read"}
    if array.dtype == object and array.ndim == 1:                    # arrays of several sizes, SymPy's numbers
        return encode(array.tolist(), depth)
    if array.dtype == object:
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            pass
    if array.dtype.kind not in "biuf":
        return {"other": f"an array of dtype {array.dtype}"}
    numbers = numpy.asarray(array, dtype=float if array.dtype.kind == "f" else None)  # no more digits than JSON's
    return {
        "array": numbers.ravel().tolist(),
        "shape": list(array.shape),
        "dtype": numbers.dtype.kind + str(numbers.dtype.itemsize),
    }


def decode(value):
    """The grader's arguments, back from JSON."""
    if not isinstance(value, dict):
        return value
    if "list" in value:
        return [decode(item) for item in value["list"]]
    if "tuple" in value:
        return tuple(decode(item) for item in value["tuple"])
    if "dict" in value:
        return {decode(k): decode(v) for k, v in value["dict"]}
    import numpy
    return numpy.array(value["array"], dtype=value["dtype"]).reshape(value["shape"])


# -------------------------------------------------------------- the notebook

class Stream(io.TextIOBase):
    """What a cell prints, up to MAX_TEXT characters; the rest is counted and dropped."""

    def __init__(self, engine, name):
        self.engine, self.name, self.left = engine, name, MAX_TEXT

    def write(self, text):
        text = str(text)
        if self.left > 0:
            kept = text[:self.left]
            if len(text) > self.left:
                kept += "\n… (output cut here)"
            self.engine.stream(self.name, kept)
        self.left -= len(text)
        return len(text)

    def writable(self):
        return True


class Engine:
    """IPython's shell, with its outputs kept in a list as a notebook keeps them."""

    def __init__(self):
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        class Shell(InteractiveShell):
            def enable_gui(self, gui=None):
                """`%matplotlib inline` asks for no window; `%matplotlib qt` gets none."""

        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        self.shell = Shell.instance(config=config)
        self.shell.display_formatter.active_types = MIME_TYPES
        self.shell.display_pub.publish = self.publish
        self.shell.display_trap.hook = self.show
        self.shell._showtraceback = self.traceback
        # The same two streams to the end: print() in a thread would crash on one that is gone.
        self.streams = Stream(self, "stdout"), Stream(self, "stderr")

    def begin(self):
        self.outputs, self.room = [], MAX_ALL
        for stream in self.streams:
            stream.left = MAX_TEXT
        sys.stdout, sys.stderr = self.streams

    def add(self, output):
        if len(self.outputs) < MAX_OUTPUTS:
            self.outputs.append(output)

    def stream(self, name, text):
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.add({"output_type": "stream", "name": name, "text": text})

    def publish(self, data, metadata=None, **ignored):
        kept = {}
        for mime in MIME_TYPES:
            item = data.get(mime)
            if isinstance(item, bytes):
                item = base64.b64encode(item).decode()
            if isinstance(item, str) and len(item) <= (MAX_IMAGE if mime == "image/png" else MAX_TEXT):
                kept[mime] = item
        self.room -= sum(map(len, kept.values()))
        if kept and self.room > 0:
            self.add({"output_type": "display_data", "data": kept, "metadata": {}})

    def show(self, value=None):
        if value is not None:
            self.publish(self.shell.display_formatter.format(value)[0])

    def traceback(self, etype, evalue, lines):
        self.add({"output_type": "error", "ename": str(etype.__name__)[:200], "evalue": str(evalue)[:2000],
                  "traceback": [str(line)[:4000] for line in lines][:40]})

    def cell(self, source):
        """Run a cell. What stands behind a statement that fails is run, too: it may be the answer, and the statement
        only an import of something that this machine doesn't have."""
        self.begin()
        first = None
        for _ in range(MAX_ERRORS):
            result = self.shell.run_cell(source, store_history=False)
            error = result.error_before_exec or result.error_in_exec
            first = first or error
            if error is None or result.error_before_exec or not isinstance(error, Exception):
                break
            source = self.behind(source, error.__traceback__)
            if not source:
                break
        said = "" if first is None else f"{type(first).__name__}: {first}"[:300]
        return {"error": None if first is None else type(first).__name__, "said": said, "outputs": self.outputs}

    def behind(self, source, trace):
        """The part of a cell after the statement that failed."""
        while trace and not (
            trace.tb_frame.f_code.co_name == "<module>" and trace.tb_frame.f_globals is self.shell.user_ns
        ):
            trace = trace.tb_next
        if trace is None:
            return ""
        source = self.shell.transform_cell(source)
        starts = [
            min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            for node in ast.parse(source).body
        ]
        later = [line for line in starts if line > trace.tb_lineno]
        return "".join(source.splitlines(keepends=True)[min(later) - 1:]) if later else ""

    def call(self, name, args, kwargs):
        self.begin()
        if name not in self.shell.user_ns:
            return {"missing": True}
        args, kwargs = decode(args), decode(kwargs)
        before = [json.dumps(encode(argument)) for argument in args]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            value = self.shell.user_ns[name](*args, **kwargs)
        changed = [i for i, argument in enumerate(args) if json.dumps(encode(argument)) != before[i]]
        return {"value": encode(value), "changed": changed, "warned": [str(w.message)[:200] for w in caught[:3]]}

    def get(self, name):
        return {"value": encode(self.shell.user_ns[name])} if name in self.shell.user_ns else {"missing": True}


def out_of_time(signum, frame):
    raise OutOfTime("this took longer than it may")


def set_alarm(cpu, wall):
    signal.signal(signal.SIGALRM, out_of_time)
    signal.signal(signal.SIGPROF, out_of_time)
    signal.setitimer(signal.ITIMER_PROF, cpu)
    signal.setitimer(signal.ITIMER_REAL, wall)


def confine(limits):
    """Bound what this process and its children may use; give up root where it was needed to get here."""
    for name in ("AS", "FSIZE", "NPROC", "NOFILE", "CPU"):
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (limits[name], limits[name]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limits["uid"]:
        os.setgroups([])
        os.setresgid(limits["uid"], limits["uid"], limits["uid"])
        os.setresuid(limits["uid"], limits["uid"], limits["uid"])


def answer(engine, request):
    """The reply to one request, whatever the student's code does."""
    try:
        set_alarm(request["cpu"], request["wall"])
        if request["do"] == "cell":
            reply = engine.cell(request["source"])
        elif request["do"] == "call":
            reply = engine.call(request["name"], request["args"], request["kwargs"])
        elif request["do"] == "get":
            reply = engine.get(request["name"])
        else:
            reply = {}
        set_alarm(0, 0)
        return reply
    except BaseException as error:
        set_alarm(0, 0)
        try:
            said = str(error)[:2000]
        except BaseException:
            said = ""
        return {
            "error": type(error).__name__,
            "kinds": [kind.__name__ for kind in type(error).__mro__[:20]],
            "said": said,
        }


def serve(engine, requests, replies):
    """Answer requests until there are no more or another copy is to go on. Returns the exit code."""
    own_pid = os.getpid()
    for line in requests:
        request = json.loads(line)
        reply = answer(engine, request)
        if os.getpid() != own_pid:
            os._exit(0)                     # a child the student's code forked, which came back here
        print(json.dumps(dict(reply, token=request["token"])), file=replies, flush=True)
        if request["do"] == "again":
            return AGAIN
    return 0


def main():
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    settings = json.loads(sys.argv[1])
    for give in (site.setquit, site.setcopyright, site.sethelper):     # Python was told to leave its packages alone,
        give()                                                         # and then gives no exit() and no help()
    for folder in settings["packages"]:
        site.addsitedir(folder)
    sys.path.insert(0, "")                  # as in a notebook: a module may lie in the working folder
    confine(settings)
    engine = Engine()
    for name in json.loads(requests.readline()):
        importlib.import_module(name)
    os.dup2(nothing, 2)
    print(json.dumps({"ready": True}), file=replies, flush=True)
    while True:
        copy = os.fork()
        if copy == 0:
            os._exit(serve(engine, requests, replies))
        code = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
        if code != AGAIN:
            os._exit(code if code >= 0 else 128 - code)
        try:
            os.kill(-1, signal.SIGKILL)     # whatever the copy has left running
        except ProcessLookupError:
            pass


if __name__ == "__main__":
    main()
