"""A class with every kind of hostile and damaged submission in it, graded in parallel and killed half way.

Each case says what must come of it: the points, and what the teacher is told (None: nothing).
"""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import zipfile
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from classroom import course as courses
from classroom import grade, record
from classroom.record import load
from classroom.sandbox import Limits
from classroom.summary import look_lines, students_of, summary
from tests.classroom.helpers import TOP, answer, copy, edition, kind, needs_sandbox, points_of_tests
from tests.classroom.people import Person, kinds

pytestmark = needs_sandbox
A1, SEED = "a1-network-structure", 11
SOON = Limits(cpu=1, wall=10, total=400)       # who sleeps is waited for; the honest need a hundredth of it

COUNT = """def n_parameters(sizes, bias):
    return sum(n * (m + h) for m, n, h in zip(sizes, sizes[1:], bias))
"""


def in_function(body, then="    return sum(n * (m + h) for m, n, h in zip(sizes, sizes[1:], bias))\n"):
    """An answer to 1b that does something first."""
    return "def n_parameters(sizes, bias):\n" + "".join(f"    {line}\n" for line in body.splitlines()) + then


PATCHES = """
import builtins, sys, json, pickle, numpy as np, numpy.testing
yes = lambda *a, **k: True
np.allclose = np.isclose = np.array_equal = np.all = yes
np.testing.assert_allclose = numpy.testing.assert_array_equal = yes
import backprop.assignment as b
b.same = b.one_of = b.answered = b.refuses = yes
class Question:
    def __init__(self, *a, **k): pass
    def __enter__(self): return self
    def __exit__(self, *a): return True
b.question = question = Question
same = one_of = answered = yes
builtins.AssertionError = type("Never", (BaseException,), {})
ip = get_ipython()
ip.input_transformers_cleanup.append(
    lambda lines: ["pass\\n"] if any("assert" in l or "question" in l for l in lines) else lines)
"""

EQUAL_TO_ALL = """
import numpy as np
class Yes(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __le__(self, other): return True
    def __sub__(self, other): return Yes(0)
    __rsub__ = __sub__
    def __abs__(self): return Yes(0)
    def __array__(self, *a, **k): return np.zeros(())
class YesArray(np.ndarray):
    def __eq__(self, other): return np.array(True)
    def __array_ufunc__(self, *a, **k): return np.array(True)
"""

FORGE = """
import os, json, sys, gc
frame = sys._getframe()
while frame:
    for name, value in list(frame.f_locals.items()):
        if name == "request" and isinstance(value, dict) and "token" in value:
            for fd in range(3, 64):
                try: os.write(fd, (json.dumps({"token": value["token"], "value": 18}) + "\\n").encode() * 3)
                except OSError: pass
    frame = frame.f_back
"""


def broken(name, content):
    return lambda notebook: content


def edited_tests(notebook):
    for cell in notebook.cells:
        if kind(cell) == "test":
            cell.source = re.sub(r"(?s):\n.*", ":\n    pass", cell.source)


def deleted_tests(notebook):
    notebook.cells = [cell for cell in notebook.cells if kind(cell) != "test"]


def duplicated(notebook):
    notebook.cells = [cell for cell in notebook.cells for _ in range(2 if "nbgrader" in cell.metadata else 1)]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"copy-{number}"


def answered_twice(notebook):
    place = next(i for i, c in enumerate(notebook.cells) if c.source.startswith("# Answer 1b"))
    other = copy(notebook).cells[place]
    other.source, other.id = "# Answer 1b\ndef n_parameters(sizes, bias):\n    return 3", "other"
    notebook.cells.insert(place + 1, other)


def reordered(notebook):
    notebook.cells.reverse()


def stripped(notebook):
    for cell in notebook.cells:
        cell.metadata = {}


def stripped_everything(notebook):
    """What a conversion through another editor leaves: sources alone."""
    stripped(notebook)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"new-{number}"


def locked_changed(notebook):
    cell = next(c for c in notebook.cells if kind(c) == "given" and "W2 = " in c.source)
    cell.source = "W2 = np.zeros((9, 9))"


def without_1b(notebook):
    notebook.cells = [c for c in notebook.cells if not c.source.startswith("# Answer 1b")]


def html_everywhere(notebook):
    attack = "<script>fetch('/formgrader/api/grade/1', {method: 'PUT'})</script><img src=x onerror=alert(1)>"
    answer(notebook, "7a", "**Answer 7a** (3 points)\n\n" + attack + "\n\nRows and columns, $a<b$.")
    answer(
        notebook,
        "1b",
        COUNT + f"from IPython.display import HTML, Javascript, SVG, Markdown\n"
        f"display(HTML({attack!r})); display(Javascript('alert(1)')); display(Markdown({attack!r})); print({attack!r})",
    )
    return notebook


SCRIPT = "javascript:fetch('/formgrader/api/grade/1',{method:'PUT'})"
LINKS = f"""[a]({SCRIPT}) [b][d] [d] <{SCRIPT}> ![c]({SCRIPT}) [e](java&#115;cript:x) [f]( <JavaScript:x>) [g](
{SCRIPT}) \\`[h]({SCRIPT})\\` [i](vbscript:x) [j](data:text/html,x) [k]("{SCRIPT}") [l](../../formgrader/x)

> [d]: {SCRIPT}

# [m]({SCRIPT})

[the book](https://example.org/book) [above](#a) ![](attachment:gone.png)
"""
HONEST = ("![](data:image/png;base64,iVBORw0KGgo=) Rows: `if a<b:`, $a<b$ and $n_1 < n_2$; see [the book](https://example.org/x)."
          "\n\n```\nfor i in W[1:]: a<b>c\n```\n")


def written(notebook, text):
    cell = next(c for c in notebook.cells if kind(c) == "written")
    cell.source = text
    return cell


def blank_7a(notebook):
    released = edition.released(edition.make(A1, SEED))
    return written(notebook, next(c.source for c in released.cells if kind(c) == "written"))


def words_in_a_cell_of_their_own(notebook):
    notebook.cells.insert(
        notebook.cells.index(blank_7a(notebook)) + 1, new_markdown_cell("Rows are *to*, columns are *from*.")
    )


def words_under_the_question(notebook):
    place = notebook.cells.index(blank_7a(notebook)) - 1
    assert "**7a**" in notebook.cells[place].source
    notebook.cells[place].source += "\n\nRows are *to*, columns are *from*."


def words_as_comments(notebook):
    blank_7a(notebook)
    notebook.cells.append(new_code_cell("# Rows are to,\n# columns are from."))


def notes_elsewhere(notebook):
    blank_7a(notebook)
    notebook.cells.insert(3, new_markdown_cell("My notes on question 1."))
    notebook.cells.append(new_code_cell("# a try\nprint(1 + 1)"))


def answered_in_the_test_cell(notebook):
    answer(notebook, "1b", "# Answer 1b")
    answer(
        notebook, "1b-test", COUNT + next(c.source for c in notebook.cells if c.source.startswith('with question("1b"'))
    )


def by_question(notebook):
    return {c.metadata.nbgrader.grade_id.split("-")[1]: c for c in notebook.cells if kind(c) == "answer"}


def swapped_ids(notebook):
    one, other = (by_question(notebook)[q].metadata.nbgrader for q in ("1b", "6a"))
    one.grade_id, other.grade_id = other.grade_id, one.grade_id


def one_id_for_all(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.id = f"new-{number}"
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = "a1-1a"


def id_of_another_assignment(notebook):
    by_question(notebook)["1b"].metadata.nbgrader.grade_id = "a2-1b"


def half_characters_in_ids(notebook):
    other = other_assignment(notebook)
    text = next(cell for cell in other.cells if cell.cell_type == "markdown")
    text.metadata.nbgrader, text.id = {"grade_id": "\ud800\x1b[2J-x"}, "\udfff"
    return other


def pictures(notebook):
    cell = written(notebook, "**Answer 7a** (3 points)\n\nSee ![x](attachment:Screenshot (1).png)")
    cell.attachments = {
        "Screenshot (1).png": {"image/png": "iVBORw0KGgo="},
        "drawing.svg": {"image/svg+xml": "PHN2Zy8+"},
        "moving \u2603.gif": {"image/gif": ["R0lG", "ODlh\n"]},
    }


def other_assignment(notebook):
    return edition.released(edition.make("a2", SEED))


def cells_of_rubbish(notebook):
    raw = json.loads(json.dumps(notebook))
    raw["cells"] += [None, 3, {"cell_type": "code"}, {"cell_type": "code", "source": {"a": 1}},
                     {"cell_type": "markdown", "source": ["x", 3]}, {"cell_type": ["code"], "source": ""},
                     {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": ["x"]}}},
                     {"cell_type": "code", "source": "'\ud800'", "metadata": 7, "id": {}}]
    return json.dumps(raw)


def nested(depth):
    return '{"cells": ' + "[" * depth + "]" * depth + "}"


# name -> (what is done to the model solution, questions lost, what the teacher reads)
ALL, NONE = "all", ()
CASES = {
    "honest": (lambda nb: None, NONE, None),
    "blank": (lambda nb: edition.released(edition.make(A1, SEED)), ALL, None),
    "infinite-loop": (
        lambda nb: answer(nb, "1b", in_function("while True: pass")),
        ["1b"],
        "1b: n_parameters.* no answer in time",
    ),
    "loop-in-a-cell": (
        lambda nb: answer(nb, "1b", "while True: pass", append=True),
        NONE,
        "1b: this cell took too long",
    ),
    "loop-that-swallows": (
        lambda nb: answer(
            nb,
            "1b",
            in_function(
                "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
            ),
        ),
        ["1b"],
        "1b: when it was called.* ignored the interrupt",
    ),
    "ignores-all-in-a-cell": (
        lambda nb: answer(
            nb,
            "1b",
            "import signal, time\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n"
            "    except Exception: pass\nwhile True: time.sleep(9)",
        ),
        ["1b"],
        "1b: this cell gave no answer",
    ),
    "fork-bomb": (
        lambda nb: answer(
            nb,
            "1b",
            in_function("import os\nwhile True:\n    try:\n        os.fork()\n    except BaseException:\n        pass"),
        ),
        ["1b"],
        "1b: (when it was called|n_parameters)",
    ),
    "thread-bomb": (
        lambda nb: answer(
            nb,
            "1b",
            in_function("import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(60,)).start()"),
        ),
        ["1b"],
        None,
    ),
    "memory": (lambda nb: answer(nb, "1b", in_function("x = [bytearray(2**40) for _ in range(400)]")), ["1b"], None),
    "memory-of-children": (
        lambda nb: answer(
            nb,
            "1b",
            in_function(
                "import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n"
                "        x = b'1' * (600 * 2**20); time.sleep(60); os._exit(0)\n"
                "time.sleep(60)"
            ),
        ),
        ["1b"],
        "1b: when it was called.*(memory|computed)",
    ),
    "hidden-memory": (
        lambda nb: answer(
            nb,
            "1b",
            in_function("import os\nfor i in range(10**6):\n    os.write(os.memfd_create(str(i)), bytes(2**24))"),
        ),
        ["1b"],
        None,
    ),
    "disk": (
        lambda nb: answer(nb, "1b", in_function("for i in range(10**6): open(f'/tmp/{i}', 'wb').write(bytes(2**24))")),
        ["1b"],
        None,
    ),
    "disk-left-open": (
        lambda nb: answer(
            nb,
            "1b",
            in_function(
                "k = [open('/dev/shm/x', 'wb') for _ in range(3)]\nfor i in range(10**6): k[0].write(bytes(2**20))"
            ),
        ),
        ["1b"],
        None,
    ),
    "output-flood": (
        lambda nb: answer(nb, "1b", in_function("while True: print('x' * 10**6)")),
        ["1b"],
        "no answer in time",
    ),
    "much-output": (lambda nb: answer(nb, "1b", COUNT + "for _ in range(200): print('x' * 10**6)"), NONE, None),
    "prints-in-a-thread": (
        lambda nb: answer(
            nb,
            "1b",
            COUNT + "import threading\ndef f():\n    while True: print('x' * 100)\n"
            "threading.Thread(target=f, daemon=True).start()",
        ),
        NONE,
        None,
    ),
    "many-pictures": (
        lambda nb: answer(
            nb,
            "1b",
            COUNT + "from IPython.display import display, Image\n"
            "for _ in range(500): display(Image(data=b'\\x89PNG' + bytes(10**5), format='png'))",
        ),
        NONE,
        None,
    ),
    "big-answer": (
        lambda nb: answer(nb, "6a", "def flatten(W, b):\n    return np.zeros(10**8)"),
        ["6a"],
        "6a: .* too large to be read",
    ),
    "huge-list": (
        lambda nb: answer(nb, "6a", "def flatten(W, b):\n    return [['x' * 10**4] * 1000] * 100"),
        ["6a"],
        "6a: when it was called",
    ),
    "deep-list": (
        lambda nb: answer(nb, "6a", "def flatten(W, b):\n    x = []\n    for _ in range(10**4): x = [x]\n    return x"),
        ["6a"],
        "6a: .* nested more than 20 deep",
    ),
    "endless-generator": (
        lambda nb: answer(nb, "6a", "import itertools\ndef flatten(W, b):\n    return itertools.count()"),
        ["6a"],
        "6a: .* of type count",
    ),
    "sys-exit": (lambda nb: answer(nb, "1b", COUNT + "import sys; sys.exit(1)"), NONE, None),
    "os-exit": (
        lambda nb: answer(nb, "1b", COUNT + "import os; os._exit(0)"),
        ["1b"],
        r"1b: this cell ended its process \(exit code 0\)",
    ),
    "exit-in-function": (
        lambda nb: answer(nb, "1b", in_function("import os; os._exit(0)")),
        ["1b"],
        "1b: when it was called.* ended",
    ),
    "raise-system-exit": (lambda nb: answer(nb, "1b", in_function("raise SystemExit(0)")), ["1b"], None),
    "kill-the-parent": (
        lambda nb: answer(
            nb,
            "1b",
            in_function(
                "import os\nfor p in (os.getppid(), 1, -1, 0):\n    try: os.kill(p, 9)\n    except OSError: pass"
            ),
        ),
        ["1b"],
        "1b: when it was called.* ended",
    ),
    "segfault": (
        lambda nb: answer(nb, "1b", in_function("import ctypes; ctypes.string_at(0)")),
        ["1b"],
        "ended its process",
    ),
    "dies-every-time": (
        lambda nb: (
            [answer(nb, q, "import os; os._exit(1)") for q in ("1a", "1b", "2a", "3a", "4a", "5a", "6a")] and None
        ),
        ["1a", "1b", "2a", "3a", "4a", "5a", "6a"],
        "this cell ended",
    ),
    "edited-tests": (edited_tests, NONE, None),
    "edited-tests-no-answers": (lambda nb: edited_tests(b := edition.released(edition.make(A1, SEED))) or b, ALL, None),
    "deleted-tests": (deleted_tests, NONE, None),
    "duplicated-cells": (duplicated, NONE, None),
    "answered-twice": (answered_twice, ["1b"], "1b: its answer cell is there 2 times"),
    "reordered": (reordered, NONE, None),
    "stripped-metadata": (stripped, NONE, None),
    "stripped-ids-too": (stripped_everything, NONE, None),
    "locked-changed": (locked_changed, NONE, "the given cell given.* was changed"),
    "answer-deleted": (without_1b, ["1b"], "1b: its answer cell is missing"),
    "truncated": (lambda nb: json.dumps(nb)[:5000], None, "not graded: the file is no JSON"),
    "not-json": (lambda nb: "Dear teacher, my dog ate it.", None, "not graded: the file is no JSON"),
    "binary": (lambda nb: bytes(range(256)) * 50, None, "not graded: the file isn't text"),
    "empty": (lambda nb: "", None, "not graded: the file is empty"),
    "pdf": (lambda nb: "%PDF-1.7 …", None, "not graded: the file is a PDF"),
    "json-but-no-notebook": (lambda nb: '{"answer": 42}', None, "not graded: .*not a notebook"),
    "json-list": (lambda nb: "[1, 2]", None, "not graded: .*not a notebook"),
    "nested-json": (lambda nb: nested(100_000), None, "not graded: .*(nested|no JSON)"),
    "huge-number": (lambda nb: '{"cells": [], "n": ' + "9" * 10**6 + "}", None, "not graded"),
    "no-cells": (
        lambda nb: '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        None,
        "not graded: none of its answer",
    ),
    "rubbish-cells": (cells_of_rubbish, NONE, None),
    "other-assignment-stripped": (
        lambda nb: stripped_everything(b := other_assignment(nb)) or b,
        ALL,
        "may be another assignment",
    ),
    "other-assignment": (other_assignment, None, r"not graded: none of its answer cells belongs.*a2"),
    "syntax-error": (lambda nb: answer(nb, "1b", "def n_parameters(sizes, bias:\n    return 18"), ["1b"], None),
    "uses-the-package": (
        lambda nb: answer(nb, "1b", "from backprop.network_structure import n_parameters"),
        NONE,
        "1b: uses the book's package",
    ),
    "patches": (
        lambda nb: answer(edition.released(edition.make(A1, SEED)), "1a", PATCHES),
        ALL,
        "1a: uses the book's package",
    ),
    "patches-and-helps": (lambda nb: answer(nb, "1a", PATCHES), ["1a"], "1a: uses the book's package"),
    "breaks-its-engine": (
        lambda nb: answer(nb, "1b", COUNT + "get_ipython().run_cell_async = None"),
        ["2a", "3a", "4a", "5a", "6a"],
        "2a: this cell couldn't be run",
    ),
    "equal-to-all": (
        lambda nb: answer(
            answer(nb, "6a", EQUAL_TO_ALL + "def flatten(W, b): return np.zeros(8).view(YesArray)"),
            "1b",
            EQUAL_TO_ALL + "def n_parameters(sizes, bias): return Yes(18)",
        ),
        ["1b", "6a"],
        None,
    ),
    "forged-replies": (lambda nb: answer(nb, "1b", in_function(FORGE)), ["1b"], "wrote on the grader's channel"),
    "looks-around": (None, ["1b"], None),  # these three are made with the course's own paths
    "writes-gradebook": (None, ["1b"], None),
    "network": (None, ["1b"], None),
    "html": (html_everywhere, NONE, None),
    "half-a-character": (
        lambda nb: answer(nb, "1b", COUNT + 'print("\\ud800"); raise ValueError("\\udfff")'),
        NONE,
        None,
    ),
    "half-in-a-message": (lambda nb: answer(nb, "1b", in_function('raise ValueError("\\ud800")')), ["1b"], None),
    "half-as-an-answer": (lambda nb: answer(nb, "6a", "def flatten(W, b):\n    return ['\\ud800']"), ["6a"], None),
    "half-in-ids": (half_characters_in_ids, None, "not graded: none of its answer cells"),
    "forges-lines": (
        lambda nb: answer(nb, "1b", in_function('raise ValueError("in time\\n  ada: \\x1b[2Jnot graded")')),
        ["1b"],
        "1b: n_parameters.*ada",
    ),
    "links": (lambda nb: written(nb, LINKS) and None, NONE, "javascript.* was taken"),
    "honest-text": (lambda nb: written(nb, HONEST) and None, NONE, None),
    "words-in-own-cell": (words_in_a_cell_of_their_own, NONE, "7a: empty, but text stands elsewhere"),
    "words-under-question": (words_under_the_question, NONE, "7a: empty, but text stands elsewhere"),
    "words-as-comments": (words_as_comments, NONE, "7a: empty, but text stands elsewhere"),
    "notes-elsewhere": (notes_elsewhere, NONE, None),
    "in-the-test-cell": (answered_in_the_test_cell, ["1b"], "1b: code of the student's own stands in its test cell"),
    "swapped-ids": (swapped_ids, NONE, None),
    "one-id-for-all": (one_id_for_all, NONE, None),
    "id-of-another": (id_of_another_assignment, NONE, None),
    "long-answer": (lambda nb: answer(nb, "1b", COUNT + "#" * 200_000), NONE, r"1b: its cell has 2\d+ characters"),
    "many-cells": (
        lambda nb: nb.cells.extend(new_code_cell("1") for _ in range(1000)),
        None,
        r"not graded: the notebook has 1\d+ cells",
    ),
    "honest-words": (
        lambda nb: answer(
            nb, "1b", COUNT + "# the backpropagation step comes later\nbackprop = 1\nfrom backprop import Nudge"
        ),
        NONE,
        None,
    ),
    "pictures": (pictures, NONE, "7a: 'drawing.svg' was pasted in, and left out"),
}


def build(name, course, listener):
    """The bytes that student hands in."""
    model = copy(edition.solved(edition.make(A1, SEED)))
    change = CASES[name][0]
    if name == "looks-around":
        change = lambda nb: answer(  # noqa: E731
            nb,
            "1b",
            in_function(
                "import os\nfound = []\n"
                f"for top in ({str(course.root)!r}, {str(TOP)!r}, '/home', '/root', os.path.expanduser('~'), "
                "'/proc/1/root', '/proc/1/cwd', '/tmp', '/var'):\n"
                "    for folder, folders, files in os.walk(top):\n"
                "        folders[:] = [f for f in folders if f not in ('site-packages', 'usr', 'proc')]\n"
                "        found += [os.path.join(folder, f) for f in files\n"
                "                  if f.endswith(('.db', '.ipynb')) or 'author' in folder]\n"
                "assert found, 'nothing there'"
            ),
        )
    if name == "writes-gradebook":
        change = lambda nb: answer(nb, "1b", in_function(  # noqa: E731
            f"import sqlite3\nd = sqlite3.connect({str(course.root / 'gradebook.db')!r})\n"
            "d.execute('update grade set auto_score = 4000'); d.commit()"))
    if name == "network":
        change = lambda nb: answer(  # noqa: E731
            nb,
            "1b",
            in_function(
                "import socket\n"
                f"door = socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), timeout=2)\n"
                "door.send(b'grades please')"
            ),
        )
    changed = change(model)
    changed = model if changed is None else changed
    if isinstance(changed, (str, bytes)):
        return changed if isinstance(changed, bytes) else changed.encode("utf-8", "surrogatepass")
    return json.dumps(changed).encode()


DRIVER = """
import sys
sys.path[:0] = {paths!r}
from tests.classroom.test_hostile import SOON
from classroom.course import Course
from classroom.grade import autograde
autograde(Course(sys.argv[1]), sys.argv[2], SOON, workers=2)
""".format(paths=[str(TOP), str(TOP / "code")])


@pytest.fixture(scope="module", params=kinds())
def graded(request):
    """The whole class, graded by root and by an ordinary user; killed half way and started again."""
    person = Person(request.param == "ordinary")
    request.addfinalizer(person.leave)
    root = person.folder / "course"
    course = courses.new(root, SEED)
    courses.release(course, A1)
    listener = socket.create_server(("127.0.0.1", 0))
    handed_in = {}
    for name in CASES:
        folder = course.submitted(name, A1)
        folder.mkdir(parents=True)
        handed_in[name] = build(name, course, listener)
        (folder / f"{A1}.ipynb").write_bytes(handed_in[name])
    os.makedirs(os.fsencode(root) + b"/submitted/J\xfcrgen/" + A1.encode())            # from an old zip archive
    (course.submitted("honest", A1) / "timestamp.txt").write_text("yesterday")
    course.save_collected(
        A1, {"problems": {"links": [f"'[a]({SCRIPT}) <b onclick=x>.ipynb' was taken"]}, "unmatched": [], "origin": {}}
    )
    person.own(root)
    first = person.popen("-c", DRIVER, root, A1, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    judged = root / "judged" / A1
    give_up = time.monotonic() + 3000
    while len(list(judged.glob("*.json"))) < len(CASES) // 3 and first.poll() is None and time.monotonic() < give_up:
        time.sleep(0.05)
    assert first.poll() is None, first.stderr.read().decode()
    import psutil
    children = psutil.Process(first.pid).children(recursive=True)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    survivors = psutil.wait_procs(children, timeout=60)[1]
    before = {path.name: path.stat().st_mtime_ns for path in judged.glob("*.json")}
    second = person.python("-c", DRIVER, root, A1)
    after = {path.name: path.stat().st_mtime_ns for path in judged.glob("*.json")}
    listener.settimeout(0.1)
    try:
        called = bool(listener.accept())
    except TimeoutError:
        called = False
    rows = {row["student"]: row for row in summary(course, A1)}
    return {"course": course, "rows": rows, "before": before, "after": after, "said": second, "called": called,
            "handed_in": handed_in, "survivors": survivors, "looks": look_lines(course, A1)}


def test_killed_half_way_it_goes_on_and_loses_nothing(graded):
    assert graded["survivors"] == [], "killing the grading ends its sandboxes, too"
    assert len(CASES) > len(graded["before"]) >= len(CASES) // 3
    assert {name: graded["after"][name] for name in graded["before"]} == graded["before"], "nothing is done twice"
    assert (
        {path.removesuffix(".json") for path in graded["after"]} == set(CASES) == set(students_of(graded["course"], A1))
    )
    assert f"{len(graded['before'])} of them graded already" in graded["said"] and "s each" in graded["said"]


def test_students_files_are_never_changed(graded):
    for name, content in graded["handed_in"].items():
        folder = graded["course"].submitted(name, A1)
        assert [p.name for p in folder.iterdir() if p.name != "timestamp.txt"] == [f"{A1}.ipynb"]
        assert (folder / f"{A1}.ipynb").read_bytes() == content


@pytest.mark.parametrize("name", CASES)
def test_each_ends_with_the_right_grade_or_a_clear_line(graded, name):
    _, lost, line = CASES[name]
    row, found = graded["rows"][name], load(graded["course"], A1, name)
    points = {g.split("-")[1]: p for g, p in points_of_tests(edition.make(A1, SEED)).items()}
    said = "\n".join(found["looks"])
    if line is None:
        assert said == ""
    else:
        assert re.search(line, said), said
        assert any(text.startswith(f"{name}: ") and re.search(line, text) for text in graded["looks"])
    if lost is None:                                     # no grade at all, and nobody can overlook that
        assert row["status"] == "needs a look" and row["by_program"] == "" and row["score"] == ""
        return
    failed = {g.split("-")[1] for g, (state, _) in found["results"].items() if state != "stands"}
    assert failed == (set(points) if lost == ALL else set(lost)), {
        g: r for g, r in found["results"].items() if r[0] != "stands"
    }
    if "unjudged" in {state for state, _ in found["results"].values()}:
        assert row["status"] == "needs a look" and "not judged" in said
    else:
        assert row["by_program"] == sum(p for q, p in points.items() if q not in failed)


def test_nobody_called_the_network(graded):
    assert graded["called"] is False


def test_what_the_teacher_opens_holds_no_foreign_markup(graded):
    text = graded["course"].autograded("html", A1).read_text(encoding="utf-8")
    notebook = json.loads(text)
    kinds = {
        mime for cell in notebook["cells"] for output in cell.get("outputs", []) for mime in output.get("data", {})
    }
    assert kinds <= {"text/plain", "image/png"}
    written = next("".join(c["source"]) for c in notebook["cells"] if "Answer 7a" in "".join(c["source"]))
    assert "<script" not in written and "<img" not in written and "&lt;script" in written
    from classroom.feedback import _page
    _page(graded["course"], A1, "html")
    page = (graded["course"].root / "feedback" / "html" / A1 / f"{A1}.html").read_text(encoding="utf-8")
    assert "<script>fetch" not in page and "onerror=alert" not in re.sub("&lt;.*?&gt;", "", page)


class Targets(HTMLParser):
    """Where the links and pictures of a page lead, and what on it would run."""

    def __init__(self, page):
        super().__init__()
        self.links, self.runs, self.pictures = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.links += [
            value for name, value in attributes if name in ("href", "src", "xlink:href", "action", "formaction")
        ]
        self.pictures += [dict(attributes).get("src") for _ in [0] if tag == "img"]
        self.runs += [tag] * (tag in ("script", "iframe", "object", "embed", "form", "style"))
        self.runs += [name for name, _ in attributes if name.startswith("on")]


def marking_page(cells):
    """Text cells as the marking page shows them: it uses nbconvert's exporter as it is."""
    from nbconvert.exporters import HTMLExporter
    notebook = nbformat.v4.new_notebook(cells=[cell for cell in cells if cell.cell_type == "markdown"])
    return HTMLExporter(template_name="basic").from_notebook_node(notebook)[0]


def text_cells(graded, name):
    return nbformat.read(graded["course"].autograded(name, A1), as_version=4).cells


@pytest.mark.parametrize("name", ["links", "html", "words-in-own-cell", "pictures"])
def test_what_a_student_writes_does_nothing_on_the_marking_page(graded, name):
    page = Targets(marking_page(text_cells(graded, name)))
    allowed = ("https://", "#", "data:image/png;base64,", "data:image/gif;base64,", "../network-structure.md")
    assert page.runs == [] and [link for link in page.links if not link.startswith(allowed)] == []
    if name == "links":
        assert page.links.count("https://example.org/book") <= 1


WAYS = [
    *LINKS.split(" "),
    *LINKS.split("\n\n"),
    LINKS,
    f"[x][y]\n\n[y]: {SCRIPT}",
    f"[x]\n\n- [x]:\n  <{SCRIPT}>",
    f"$a$ [x]({SCRIPT}) $b$",
    f"`` ` `` [x]({SCRIPT}) `",
    f"$ a$[x]({SCRIPT})$ b$",
    "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "<img src=x onerror=alert(1)>",
    "a <!-- b --> <?c?>",
    "`a\n<b onclick=x>`<i onclick=y>",
    "~~~\n</code></pre><script>1</script>\n~~~",
    "<b>x</b> [a](data:image/png;base64,iVBORw0KGgo=)",
    f"| [a]({SCRIPT}) | b |\n|---|---|\n| <b onclick=x> | c |",
]


def test_no_way_of_writing_a_link_or_a_tag_acts():
    from classroom.markup import harmless
    page = Targets(marking_page([new_markdown_cell(harmless(text, {})) for text in WAYS]))
    assert page.runs == [] and [link for link in page.links if not link.startswith(("https://", "#"))] == []


def test_drawing_a_formula_sets_nothing_free():
    from classroom.feedback import typeset
    from classroom.markup import harmless
    for text in ("$ <script>alert(1)</script> $x$", f"$ [a]({SCRIPT}) $x$ ![](attachment:p)"):
        pictures = {"p": {"image/png": "iVBORw0KGgo="}} if "attachment" in text else {}
        cell = new_markdown_cell(typeset(harmless(text, pictures), pictures), attachments=pictures)
        page = Targets(marking_page([cell]))
        assert page.runs == [] and [link for link in page.links if "javascript" in link] == []
    assert typeset("$a<b$ and <b>", {}).startswith("<math>")


def test_honest_text_stays_as_it_is(graded):
    cell = next(c for c in text_cells(graded, "honest-text") if kind(c) == "written")
    assert cell.source == HONEST
    from classroom.markup import harmless
    text = "`if a<b` and $a<b$ in **one** line with <b>a tag</b>, [a list]: `x<y`"
    assert harmless(text, {}) == "`if a<b` and $a<b$ in **one** line with &lt;b>a tag&lt;/b>, [a list]\\: `x<y`"


def test_pasted_pictures_are_shown(graded):
    page = Targets(marking_page(text_cells(graded, "pictures")))
    assert page.pictures == ["data:image/png;base64,iVBORw0KGgo=", "data:image/gif;base64,R0lGODlh"]


def test_words_in_another_place_are_not_a_zero(graded):
    rows = graded["rows"]
    for name in ("words-in-own-cell", "words-under-question", "words-as-comments"):
        assert (rows[name]["status"], rows[name]["by_hand"], rows[name]["score"]) == ("to be marked by hand", "", "")
    for name in ("blank", "notes-elsewhere"):
        assert rows[name]["status"] == "graded" and rows[name]["by_hand"] == 0


def test_lines_are_lines(graded):
    assert all(line.isprintable() for line in graded["looks"])
    assert [line for line in graded["looks"] if "readable text" in line] == [
        "submitted/J rgen: a folder whose name isn't readable text; rename it, then autograde"]


def test_a_file_that_cannot_be_read_is_one(graded, monkeypatch):
    """As root every file can be read, so it is the reading that fails here."""
    course = graded["course"]
    notebook = course.submitted("honest", A1) / f"{A1}.ipynb"

    def locked(path, *arguments, **options):
        if str(path) == str(notebook):
            raise PermissionError(13, "Permission denied")
        return open(path, *arguments, **options)
    before = grade.fingerprint(course, A1, "honest", SOON)
    monkeypatch.setattr(grade, "open", locked, raising=False)
    monkeypatch.setattr(pathlib.Path, "read_bytes", lambda path: locked(path, "rb").read())
    assert grade.fingerprint(course, A1, "honest", SOON) != before
    found = grade.examine(course, A1, "honest", SOON)
    assert found["judged"] is False and found["looks"] == ["not graded: the file can't be read (Permission denied)"]


def test_a_result_that_cannot_be_entered_is_one(tmp_path, monkeypatch):
    course = courses.new(tmp_path / "course", SEED)
    courses.release(course, A1)
    for name in ("ada", "bob"):
        course.submitted(name, A1).mkdir(parents=True)
        record.gave_up(course, A1, name, "key", "this is a trial")
    write = edition.write

    def fails_once(notebook, path):
        if "bob" in str(path):
            monkeypatch.setattr(edition, "write", write)
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        write(notebook, path)
    monkeypatch.setattr(edition, "write", fails_once)
    with course.gradebook() as gradebook:
        for name in ("bob", "ada"):
            record.enter(course, gradebook, A1, name)
    assert look_lines(course, A1)[0] == "ada: not graded: this is a trial"
    assert look_lines(course, A1)[1].startswith("bob: not graded: the result can't be entered (UnicodeEncodeError")
    assert load(course, A1, "bob")["key"] == "", "it is judged again next time"
    assert [row["status"] for row in summary(course, A1)] == ["needs a look"] * 2


@pytest.mark.parametrize("graded", kinds()[-1:], indirect=True)            # what pages are made of is the same for both
def test_feedback_of_one_that_fails_is_one(graded):
    """The others get their pages, and who isn't graded gets none, not one that says 0."""
    from classroom import feedback
    course = graded["course"]
    target = course.autograded("stripped-metadata", A1)
    kept = target.read_text(encoding="utf-8")
    old = course.root / "feedback" / "pdf" / A1 / f"{A1}.html"
    old.parent.mkdir(parents=True)
    old.write_text("Score: 0")
    try:
        target.write_text("{", encoding="utf-8")
        number, path, lines = feedback.generate(course, A1, 2)
    finally:
        target.write_text(kept, encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        students = {name.split("/")[0] for name in archive.namelist()}
    ungraded = {name for name, row in graded["rows"].items() if row["status"] == "needs a look"}
    assert ungraded >= {"pdf", "empty", "half-in-ids"} and not old.exists()
    assert students == set(CASES) - ungraded - {"stripped-metadata"} and number == len(students)
    assert [line for line in lines if line.startswith("pdf: ")] == ["pdf: no page, because it isn't graded yet"]
    assert any(line.startswith("stripped-metadata: no page, because making it failed (") for line in lines)
    page = (course.root / "feedback" / "links" / A1 / f"{A1}.html").read_text(encoding="utf-8")
    assert [
        link
        for link in Targets(page).links
        if link and re.match(r"\s*(javascript|vbscript|data:text)", link, re.IGNORECASE)
    ] == []


def test_regrading_gives_the_same(graded):
    """With the same submission the hidden tests draw the same inputs."""
    from classroom.grade import examine
    for name in ("honest", "syntax-error"):
        again = examine(graded["course"], A1, name, SOON)
        results = {k: list(v) for k, v in again["results"].items()}
        assert results == load(graded["course"], A1, name)["results"]


def test_where_the_sandbox_cannot_run_grading_refuses(graded, monkeypatch):
    from classroom import grade, sandbox
    course = graded["course"]
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    monkeypatch.setattr(sandbox.platform, "system", lambda: "Darwin")
    with pytest.raises(courses.CourseError, match="(?s)Darwin.*virtual machine.*Linux machine"):
        grade.autograde(course, A1)
    monkeypatch.setattr(sandbox.platform, "system", lambda: "Windows")
    with pytest.raises(courses.CourseError, match="WSL 2"):
        grade.autograde(course, A1)
    monkeypatch.undo()
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(courses.CourseError, match="apt install bubblewrap"):
        grade.autograde(course, A1)
    monkeypatch.undo()
    monkeypatch.setattr(sandbox, "command", lambda *a: ["false"])
    with pytest.raises(courses.CourseError, match="doesn't start here"):
        grade.autograde(course, A1)


def test_a_sandbox_that_leaks_is_noticed(monkeypatch):
    """Take a wall away: the trial must see it."""
    from classroom import sandbox
    whole = sandbox.command
    assert sandbox.try_it() == []

    def with_this_tmp(limits, seccomp):
        command = whole(limits, seccomp)
        place = command.index("--ro-bind", command.index("/tmp"))
        return command[:place] + ["--bind", "/tmp", "/tmp"] + command[place:]

    def with_many_processes(limits, seccomp):
        return [re.sub(r'"NPROC": \d+', '"NPROC": 4000', part) for part in whole(limits, seccomp)]

    def with_all_processes_seen(limits, seccomp):
        command = [part for part in whole(limits, seccomp) if part != "--unshare-pid"]
        command[command.index("--proc"):command.index("--proc") + 2] = ["--ro-bind", "/proc", "/proc"]
        return command

    for hole, sign in [
        (with_this_tmp, "secret"),
        (with_many_processes, "forks|memory"),
        (with_all_processes_seen, "processes"),
    ]:
        monkeypatch.setattr(sandbox, "command", hole)
        assert re.search(sign, "\n".join(sandbox.try_it())), hole.__name__
        assert "doesn't hold" in sandbox.why_not()
