"""From a student's file to a notebook that can be graded.

The file is only read. What is taken from it: the sources of the answer cells and of the cells the
student added. Everything else (tests, given cells, text, their order) comes from the teacher's notebook,
so that an edited, deleted, copied or moved test changes nothing.
"""

import ast
import copy
import json
import re
from functools import lru_cache

from nbformat.v4 import new_code_cell, new_markdown_cell

from .markup import harmless, pictures_in, rendered

MAX_BYTES = 20 * 2**20
MAX_CELLS, MAX_SOURCE = 1000, 200_000
MARK = re.compile(r"\s*(?:#|\*\*)\s*Answer\s+(\w+)|\s*with question\(\"(\w+)\"")
FOREIGN = re.compile(r"a\d+-")            # an id of another assignment's cell


class Unreadable(Exception):
    """The file isn't a notebook; the message says what it is instead."""


def read(path):
    """The cells of a student's notebook: dicts with type, source, grade_id, id, pictures.

    And lost: lines that say what isn't in them."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise Unreadable(f"the file can't be read ({error.strerror})") from None
    if size == 0:
        raise Unreadable("the file is empty")
    if size > MAX_BYTES:
        raise Unreadable(f"the file has {size / 2**20:.0f} MiB, more than {MAX_BYTES // 2**20} are not opened")
    known = {b"PK": "a zip archive (or a document of an office program)", b"%P": "a PDF", b"<!": "a web page",
             b"\x1f\x8b": "a gzip archive", b"\x89P": "a picture"}
    if content[:2] in known:
        raise Unreadable(f"the file is {known[content[:2]]}, not a notebook")
    try:
        notebook = json.loads(_text(content))
        notebook = json.loads(json.dumps(notebook, ensure_ascii=False).encode("utf-8", "replace"))   # see sandbox.py
    except UnicodeDecodeError:
        raise Unreadable("the file isn't text, so not a notebook") from None
    except RecursionError:
        raise Unreadable("the file is nested far deeper than a notebook") from None
    except ValueError as error:
        raise Unreadable(f"the file is no JSON, it may be cut off ({str(error)[:100]})") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        old = isinstance(notebook, dict) and "worksheets" in notebook
        raise Unreadable("the notebook has the format of before 2015: open and save it in JupyterLab" if old
                         else "the file is JSON, but not a notebook: it has no cells")
    if len(notebook["cells"]) > MAX_CELLS:
        raise Unreadable(f"the notebook has {len(notebook['cells'])} cells, more than {MAX_CELLS} are not read")
    return [cell for cell in map(_cell, notebook["cells"]) if cell]


def _text(content):
    """A file's bytes as text, also as some editors on Windows save it: UTF-16, or the old one byte a letter."""
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        if not content.lstrip().startswith(b"{"):
            raise
        return content.decode("cp1252", "replace")


def _cell(raw):
    if not isinstance(raw, dict) or raw.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = raw.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    nbgrader = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    pictures, lost = pictures_in(raw.get("attachments"))
    if len(source) > MAX_SOURCE:
        lost.append(f"its cell has {len(source)} characters; those after the first {MAX_SOURCE} were left out")
    grade_id, own_id = (name if isinstance(name, str) else None for name in (nbgrader.get("grade_id"), raw.get("id")))
    return {"type": raw["cell_type"], "source": source[:MAX_SOURCE], "grade_id": grade_id, "id": own_id,
            "pictures": pictures, "lost": lost}


def kind(cell):
    """What a cell of the teacher's notebook is: text, given, answer, written or test."""
    nbgrader = cell.metadata.get("nbgrader", {})
    if nbgrader.get("grade") and nbgrader.get("solution"):
        return "written"
    if nbgrader.get("solution"):
        return "answer"
    if nbgrader.get("grade"):
        return "test"
    return "given" if cell.cell_type == "code" else "text"


def question_of(cell):
    """"1a" for the answer, written answer or test cell of question 1a of any assignment."""
    return cell.metadata.nbgrader.grade_id.split("-")[1]


def assemble(source, release, cells):
    """The teacher's notebook with the student's answers in it.

    source: the teacher's notebook, with hidden tests; release: as handed out; cells: what `read` found.
    Returns (notebook, looks, notes): looks are lines for the teacher, notes are for the record. A line about a
    question's answer that matters only if the answer doesn't stand is in the cell's metadata, as "if_fails".
    """
    return _Assembly(source, release, cells).result()


class _Assembly:
    """What `assemble` knows while it works."""

    def __init__(self, source, release, cells):
        self.source, self.release, self.cells = source, release, cells
        self.released = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if "nbgrader" in cell.metadata}
        self.texts = {_squeeze(cell.source) for cell in release.cells if kind(cell) == "text"}
        self.looks, self.notes = [], []
        self.found, self.added = {}, {}          # by the given cell that they are, or stand behind

    def result(self):
        self.sort()
        self.belongs()
        notebook = copy.deepcopy(self.source)
        notebook.cells = []
        for own in self.added.get(None, []):
            notebook.cells += _added(own)
        for original in self.source.cells:
            cell = copy.deepcopy(original)
            notebook.cells.append(cell)
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name and kind(cell) in ("answer", "written"):
                notebook.cells += self.answer(cell, name)
            elif name:
                self.given(cell, name)
            for own in self.added.get(name, []) if name else ():
                notebook.cells += _added(own)
        return notebook, self.looks, self.notes

    def sort(self):
        """Say of each of the student's cells which given cell it is, or behind which one it stands."""
        after, recovered = None, 0
        for cell, name in zip(self.cells, _recognise(self.cells, self.released, self.texts), strict=True):
            recovered += name is not None and name != cell["grade_id"]
            if name:
                self.found.setdefault(name, []).append(cell)
                after = name
            elif (cell["source"].strip() or cell["pictures"]) and (
                    cell["type"] == "code" or _squeeze(cell["source"]) not in self.texts):
                self.added.setdefault(after, []).append(cell)
            if cell["lost"] and (not name or kind(self.released[name]) in ("answer", "written")):
                label = question_of(self.released[name]) if name else "a cell of the student's own"
                self.looks += [f"{label}: {line}" for line in cell["lost"]]
        self.recovered = recovered

    def belongs(self):
        """Raise Unreadable where the notebook is none of this assignment."""
        answers = [name for name, cell in self.released.items() if kind(cell) in ("answer", "written")]
        if not any(name in self.found for name in answers):
            others = sorted({str(cell["grade_id"]).split("-")[0] for cell in self.cells if cell["grade_id"]} - {"None"})
            raise Unreadable("none of its answer cells belongs to this assignment"
                             + (f" (they are of {', '.join(others)[:60]})" if others else ""))
        if not self.recovered:
            return
        if not any(_squeeze(cell["source"]) in self.texts for cell in self.cells if cell["type"] == "markdown"):
            self.looks.append("none of this assignment's text is in it: it may be another assignment")
        self.notes.append(f"{self.recovered} cells had lost nbgrader's marks, or had others'; they were recognised by "
                          "their ids or first lines")

    def theirs(self, name):
        """The student's versions of a given cell; untouched copies only if there are no others."""
        theirs = self.found.get(name, [])
        return [t for t in theirs if _squeeze(t["source"]) != _squeeze(self.released[name].source)] or theirs

    def answer(self, cell, name):
        """Put the student's answer into its cell. Returns cells that belong behind it."""
        theirs, released, label = self.theirs(name), self.released[name], question_of(cell)
        cell.source = released.source
        cell.metadata = copy.deepcopy(released.metadata)                # with the checksum of the unanswered cell
        elsewhere = self.elsewhere(name, theirs) if kind(cell) == "answer" else []
        if elsewhere:
            cell.source = "\n\n".join(dict.fromkeys(other["source"] for other in elsewhere))
            self.notes.append(f"{label}: its answer cell is {'empty' if theirs else 'missing'}; "
                              "the code in another cell was taken for it")
            cell.metadata["if_fails"] = (
                "doesn't stand; its own cell holds nothing, and the code in another cell was taken for it"
            )
            return []
        if not theirs:
            self.looks.append(f"{label}: its answer cell is missing")
        elif len({their["source"] for their in theirs}) > 1:
            self.looks.append(f"{label}: its answer cell is there {len(theirs)} times with different content; "
                              + ("all were run, in the student's order" if kind(cell) == "answer" else "all are shown"))
            cell.source = "\n\n".join(their["source"] for their in theirs)
        else:
            cell.source = theirs[0]["source"]
        if theirs and theirs[0]["type"] != cell.cell_type:
            self.looks.append(f"{label}: its answer cell had become a {theirs[0]['type']} cell; "
                              f"it was treated as {cell.cell_type}")
        if kind(cell) == "written":
            return self.written(cell, name, theirs)
        if any(defined(own["source"]) & defined(released.source) for own in self.own_code()):
            cell.metadata["if_fails"] = "doesn't stand, but a cell of the student's own defines the same: read it"
        return []

    def own_code(self):
        return [cell for cells in self.added.values() for cell in cells if cell["type"] == "code"]

    def elsewhere(self, name, theirs):
        """The student's code cells that answer a question whose own cell is untouched or gone."""
        released = self.released[name].source
        if theirs and not all(_same_code(their["source"], released) for their in theirs):
            return []
        wanted = defined(released)
        answers = [
            cell
            for other, cells in self.found.items()
            if other != name and kind(self.released[other]) == "answer"
            for cell in cells
            if not _same_code(cell["source"], self.released[other].source)
        ]
        return [cell for cell in self.cells if cell["type"] == "code" and defined(cell["source"]) & wanted
                and any(cell is one for one in [*self.own_code(), *answers])]

    def written(self, cell, name, theirs):
        pictures = {k: v for their in theirs for k, v in their["pictures"].items()}
        if _squeeze(cell.source) == _squeeze(self.released[name].source):
            elsewhere = any(map(_words, _behind(name, self.release, self.added)))
            if elsewhere:
                self.looks.append(
                    f"{question_of(cell)}: empty, but text stands elsewhere; read it there and give points by hand"
                )
            if elsewhere or pictures:
                del cell.metadata.nbgrader["checksum"]                 # nbgrader would take it for no answer: 0 points
        else:
            cell.source = harmless(cell.source, pictures)
        return _show(cell, pictures)

    def given(self, cell, name):
        """Say what has become of a cell that is always the teacher's own."""
        theirs, released = self.theirs(name), self.released[name]
        test = kind(cell) == "test"
        if theirs and any(_squeeze(their["source"]) != _squeeze(released.source) for their in theirs):
            if test and any(_defines_more(their["source"], released.source) for their in theirs):
                self.looks.append(
                    f"{question_of(cell)}: code of the student's own stands in its test cell, where it isn't run"
                )
            elif test:
                self.notes.append(f"{question_of(cell)}: its test cell was changed; the original was used")
            else:
                self.looks.append(f"the given cell {name.split('-', 1)[1]} was changed; the original was used")
        elif not theirs and test:
            self.notes.append(f"{question_of(cell)}: its test cell was missing; the original was used")


@lru_cache(maxsize=1000)              # each cell is asked about once for every question
def defined(source):
    """The names that a cell's top level defines: functions, classes, variables."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:def |class )?([^\W\d]\w*)(?= *[(=:][^=])", source, re.MULTILINE))
    names = set()
    for node in _statements(body):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {part.id for target in targets for part in ast.walk(target)
                      if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return names


def _statements(body):
    """Statements, also those inside `if`, `try`, `with` and loops; a function's or class's own are not among them."""
    for node in body:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for part in ("body", "orelse", "finalbody", "handlers", "cases"):
                yield from _statements(getattr(node, part, []))


def _same_code(source, other):
    """Whether two cells are the same program: comments and blank lines don't count."""
    try:
        return ast.dump(ast.parse(source)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _squeeze(source) == _squeeze(other)


def _recognise(cells, released, untouched):
    """For each cell the grade_id of the given cell that it is; None: it is the student's own.

    A mark in the first line, and a text that is still as it was, count more than nbgrader's mark, which students don't
    see and may copy or swap.
    """
    by_id = {cell.id: grade_id for grade_id, cell in released.items()}
    texts = [_squeeze(cell.source) for cell in released.values()]
    by_text = {text: name for text, name in zip(texts, released, strict=True) if texts.count(text) == 1}
    by_mark = {(question_of(cell), kind(cell) == "test"): grade_id for grade_id, cell in released.items()
               if kind(cell) in ("answer", "written", "test")}
    first_lines = [MARK.match(cell["source"]) for cell in cells]
    marks = [by_mark.get((mark[1] or mark[2], bool(mark[2]))) if mark else None for mark in first_lines]
    foreign = [
        bool(cell["grade_id"] and cell["grade_id"] not in released and FOREIGN.match(cell["grade_id"]))
        for cell in cells
    ]
    names = []
    for cell, mark, from_another in zip(cells, marks, foreign, strict=True):
        if cell["type"] == "markdown" and _squeeze(cell["source"]) in untouched:       # the hand-out's, whatever its id
            names.append(None)
            continue
        own = cell["grade_id"] if cell["grade_id"] in released and cell["grade_id"] not in marks else None
        names.append(
            None if from_another else mark or by_text.get(_squeeze(cell["source"])) or own or by_id.get(cell["id"])
        )
    if sum(foreign) < sum(cell["grade_id"] in released for cell in cells):         # not another assignment altogether
        names = [mark if from_another and mark not in names else name
                 for name, mark, from_another in zip(names, marks, foreign, strict=True)]
    return names


def _behind(name, release, added):
    """The student's own cells that stand somewhere behind the last test before a question."""
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in release.cells]
    place = ids.index(name)
    start = max((i for i in range(place) if kind(release.cells[i]) == "test"), default=0)
    return [cell for after in ids[start:] if after for cell in added.get(after, [])]


def _words(cell):
    """Whether a cell holds text: Markdown, or a code cell of comments and strings alone, or with what isn't Python."""
    if cell["type"] != "code":
        return True
    try:
        return all(
            isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in ast.parse(cell["source"]).body
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True


def _defines_more(source, original):
    """Whether a changed test cell defines something that the original doesn't, or can't be read as Python."""
    def definitions(text):
        return {ast.dump(node) for node in ast.walk(ast.parse(text)) if isinstance(node, (
            ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.AugAssign))}
    try:
        return bool(definitions(source) - definitions(original))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True


def _squeeze(source):
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _added(cell):
    """A cell of the student's own, with a line above it that says so.

    Nothing in it can pass for a score of the grader."""
    label = new_markdown_cell("*A cell of the student's own:*", metadata={"added": True})
    if cell["type"] == "code":
        return [label, new_code_cell(cell["source"], metadata={"added": True})]
    made = new_markdown_cell(harmless(cell["source"], cell["pictures"]), metadata={"added": True})
    return [label, made, *_show(made, cell["pictures"])]


def _show(cell, pictures):
    """Attach pictures to a cell. Those that its text doesn't show, whatever the reason, come in a cell of their own."""
    if not pictures:
        return []
    cell.attachments = pictures
    shown = rendered(cell.source, pictures)[1]
    others = {
        f"picture-{number}": picture for number, (name, picture) in enumerate(pictures.items()) if name not in shown
    }
    text = "\n\n".join(f"![{name}](attachment:{name})" for name in others)
    return [new_markdown_cell(text, metadata={"added": True}, attachments=others)] if others else []
