"""From a student's file to a notebook that can be graded.

The file is only read. What is taken from it: the sources of the answer cells and of the cells the
student added. Everything else (tests, given cells, text, their order) comes from the teacher's notebook,
so that an edited, deleted, copied or moved test changes nothing.
"""

import base64
import copy
import json
import re

from nbformat.v4 import new_code_cell, new_markdown_cell

MAX_BYTES = 20 * 2**20
MAX_CELLS, MAX_SOURCE = 1000, 200_000
MARK = re.compile(r"\s*(?:#|\*\*)\s*Answer\s+(\w+)|\s*with question\(\"(\w+)\"")


FOREIGN = re.compile(r"a\d+-")            # an id of another assignment's cell


class Unreadable(Exception):
    """The file isn't a notebook; the message says what it is instead."""


def read(path):
    """The cells of a student's notebook: dicts with type, source, grade_id, id, attachments."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("the file is empty")
    if size > MAX_BYTES:
        raise Unreadable(f"the file has {size / 2**20:.0f} MiB, more than {MAX_BYTES // 2**20} are not opened")
    content = path.read_bytes()
    known = {b"PK": "a zip archive (or a document of an office program)", b"%P": "a PDF", b"<!": "a web page",
             b"\x1f\x8b": "a gzip archive", b"\x89P": "a picture"}
    if content[:2] in known:
        raise Unreadable(f"the file is {known[content[:2]]}, not a notebook")
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
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
    return [cell for cell in map(_cell, notebook["cells"][:MAX_CELLS]) if cell]


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
    source = source[:MAX_SOURCE].encode("utf-8", "replace").decode()       # lone surrogates can't be saved
    return {"type": raw["cell_type"], "source": source, "grade_id": nbgrader.get("grade_id"), "id": raw.get("id"),
            "attachments": _pictures(raw.get("attachments"))}


def _pictures(attachments):
    """The pictures pasted into a written answer, if they are pictures."""
    kept = {}
    for name, data in attachments.items() if isinstance(attachments, dict) else ():
        for mime in ("image/png", "image/jpeg"):
            content = data.get(mime) if isinstance(data, dict) else None
            try:
                if content and re.fullmatch(r"[\w .-]{1,100}", name) and base64.b64decode(content, validate=True):
                    kept[name] = {mime: content}
            except (ValueError, TypeError):
                pass
    return kept


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


def harmless(text):
    """Markdown without HTML: the marking page shows it to the teacher, who is logged in there."""
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)


def question_of(cell):
    """"1a" for the answer, written answer or test cell of question 1a of any assignment."""
    return cell.metadata.nbgrader.grade_id.split("-")[1]


def assemble(source, release, cells):
    """The teacher's notebook with the student's answers in it.

    source: the teacher's notebook, with hidden tests; release: as handed out; cells: what `read` found.
    Returns (notebook, looks, notes): looks are lines for the teacher, notes are for the record.
    """
    released = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if "nbgrader" in cell.metadata}
    by_id = {cell.id: grade_id for grade_id, cell in released.items()}
    by_mark = {(question_of(cell), kind(cell) == "test"): grade_id for grade_id, cell in released.items()
               if kind(cell) in ("answer", "written", "test")}
    looks, notes, found, recovered = [], [], {}, 0
    added, after = {}, None                      # the student's own cells, by the given cell they stand after
    texts = {_squeeze(cell.source) for cell in release.cells if kind(cell) == "text"}
    for cell in cells:
        name = cell["grade_id"] if isinstance(cell["grade_id"], str) else None
        if name not in released and name and FOREIGN.match(name):
            name = None
        elif name not in released:
            mark = MARK.match(cell["source"])
            name = by_id.get(cell["id"]) if isinstance(cell["id"], str) else None
            if name is None and mark:
                name = by_mark.get((mark[1] or mark[2], bool(mark[2])))
            same_text = [g for g, r in released.items() if _squeeze(r.source) == _squeeze(cell["source"])]
            name = name or (same_text[0] if same_text else None)
            recovered += name is not None
        if name:
            found.setdefault(name, []).append(cell)
            after = name
        elif cell["type"] == "code" and cell["source"].strip():
            added.setdefault(after, []).append(cell)
        elif cell["type"] == "markdown" and _squeeze(cell["source"]) not in texts:
            added.setdefault(after, []).append(cell)
    answers = [name for name, cell in released.items() if kind(cell) in ("answer", "written")]
    if not any(name in found for name in answers):
        others = sorted({str(cell["grade_id"]).split("-")[0] for cell in cells if cell["grade_id"]} - {"None"})
        raise Unreadable("none of its answer cells belongs to this assignment"
                         + (f" (they are of {', '.join(others)[:60]})" if others else ""))
    if recovered and not any(_squeeze(cell["source"]) in texts for cell in cells if cell["type"] == "markdown"):
        looks.append("none of this assignment's text is in it: it may be another assignment")
    if recovered:
        notes.append(f"{recovered} cells had lost nbgrader's marks; they were recognised by their ids or first lines")

    notebook = copy.deepcopy(source)
    notebook.cells = []
    for cell in added.get(None, []):
        notebook.cells.append(_added(cell))
    for original in source.cells:
        cell = copy.deepcopy(original)
        notebook.cells.append(cell)
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name is None:
            continue
        theirs, what = found.get(name, []), kind(cell)
        theirs = [t for t in theirs if _squeeze(t["source"]) != _squeeze(released[name].source)] or theirs
        if what in ("answer", "written"):
            label = question_of(cell)
            cell.source = released[name].source
            cell.metadata = copy.deepcopy(released[name].metadata)      # with the checksum of the unanswered cell
            if not theirs:
                looks.append(f"{label}: its answer cell is missing")
            elif len({their["source"] for their in theirs}) > 1:
                looks.append(f"{label}: its answer cell is there {len(theirs)} times with different content; "
                             + ("all were run, in the student's order" if what == "answer" else "all are shown"))
                cell.source = "\n\n".join(their["source"] for their in theirs)
            else:
                cell.source = theirs[0]["source"]
            if theirs and theirs[0]["type"] != cell.cell_type:
                looks.append(f"{label}: its answer cell had become a {theirs[0]['type']} cell; "
                             f"it was treated as {cell.cell_type}")
            if what == "written" and theirs:
                if cell.source != released[name].source:
                    cell.source = harmless(cell.source)
                pictures = {k: v for their in theirs for k, v in their["attachments"].items()}
                if pictures:
                    cell.attachments = pictures
        elif theirs and any(_squeeze(their["source"]) != _squeeze(released[name].source) for their in theirs):
            if what == "test":
                notes.append(f"{question_of(cell)}: its test cell was changed; the original was used")
            else:
                looks.append(f"the given cell {name.split('-', 1)[1]} was changed; the original was used")
        elif not theirs and what == "test":
            notes.append(f"{question_of(cell)}: its test cell was missing; the original was used")
        for own in added.get(name, []):
            notebook.cells.append(_added(own))
    return notebook, looks, notes


def _squeeze(source):
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _added(cell):
    if cell["type"] == "code":
        return new_code_cell(cell["source"], metadata={"added": True})
    return new_markdown_cell(harmless(cell["source"]), metadata={"added": True})
