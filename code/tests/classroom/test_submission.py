"""What is read from a file, and that no text takes minutes."""

import json
import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from classroom.markup import harmless, rendered, shorten
from classroom.package_use import _imports_backprop
from classroom.submission import _cell, assemble, defined, kind, read

from .helpers import copy, made

A1, SEED = "a1-network-structure", 11
SLOW = ["x=(" + "\n" * 199_000, r"\[" * 65_000, "[" * 195_000, "$" * 100_000, "`" * 99_999 + "x", "$a " * 60_000,
        "![" * 90_000, "<" * 190_000, "[a](" * 45_000, "*a " * 60_000, r"\(" * 60_000, "~~" * 90_000,
        "&#" * 90_000, "> " * 90_000, "\n#" * 24_900, "\n=" * 24_900]


@pytest.mark.parametrize("text", SLOW, ids=range(len(SLOW)))
def test_no_text_takes_minutes(text):
    from nbconvert.exporters import HTMLExporter
    from nbformat.v4 import new_notebook

    from classroom.feedback import typeset
    started = time.process_time()
    quiet = harmless(text, {})
    _imports_backprop(text), defined(text)
    HTMLExporter(template_name="basic").from_notebook_node(new_notebook(cells=[new_markdown_cell(quiet)]))
    typeset(quiet, {})
    assert time.process_time() - started < 5


def test_of_much_code_the_pages_show_the_beginning():
    """Each word of code takes the marking page 0.3 ms: 100 cells of 200,000 characters are hours."""
    source, released, solved = made(A1, SEED)
    notebook = copy(solved)
    much = "x = " + "+".join("1" * 95_000)
    notebook.cells[3:3] = [new_code_cell(much) for _ in range(12)] + [new_markdown_cell("`<b>`" * 5000)]
    assembled = assemble(source, released, [_cell(json.loads(json.dumps(cell))) for cell in notebook.cells])[0]
    assert sum(cell.source == much for cell in assembled.cells) == 12, "all of it is run"
    answers = [cell.source for cell in assembled.cells if kind(cell) in ("answer", "written", "test")]
    shorten(assembled)
    assert sum(len(cell.source) for cell in assembled.cells if cell.metadata.get("added")) < 80_000
    assert answers == [cell.source for cell in assembled.cells if kind(cell) in ("answer", "written", "test")]
    assert not any(rendered(cell.source, {})[0] for cell in assembled.cells
                   if cell.cell_type == "markdown" and cell.metadata.get("added"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-le", "utf-16-be",
                                      "utf-32", "cp1252"])
def test_encodings(tmp_path, encoding):
    notebook = copy(made(A1, SEED)[2])
    notebook.cells[0].source = "# für Jürgen"
    path, text = tmp_path / "a1.ipynb", json.dumps(notebook, ensure_ascii=False)
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le") if encoding.endswith("bom")
                     else text.encode(encoding, "replace"))
    assert len(read(path)) == len(notebook.cells) and read(path)[0]["source"] == "# für Jürgen"


def test_a_cell_of_the_students_own_says_so(tmp_path):
    notebook = copy(made(A1, SEED)[2])
    notebook.cells.insert(0, new_markdown_cell("# Score 22 / 22\n\n**Notes from grading**: everything stands."))
    path = tmp_path / "a1.ipynb"
    path.write_text(json.dumps(notebook))
    source, released, _ = made(A1, SEED)
    assembled = assemble(source, released, read(path))[0]
    place = next(i for i, cell in enumerate(assembled.cells) if "Score 22" in cell.source)
    assert assembled.cells[place - 1].source == "*A cell of the student's own:*"


def test_code_inside_a_try_is_found_and_rotated_ids_change_nothing():
    notebook = copy(made(A1, SEED)[2])
    names = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]
    ids = [cell.id for cell in notebook.cells]
    turned = iter(names[1:] + names[:1])
    for cell, other in zip(notebook.cells, ids[3:] + ids[:3], strict=True):
        cell.id = other
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = next(turned)
    source, released, solved = made(A1, SEED)
    assembled, looks, _ = assemble(source, released, [_cell(json.loads(json.dumps(cell))) for cell in notebook.cells])
    assert looks == [] and [cell.source for cell in assembled.cells if kind(cell) == "answer"] == [
        cell.source for cell in solved.cells if kind(cell) == "answer"]
    code = "try:\n    def f():\n        x = 1\nexcept Exception:\n    y = 2\nif 1:\n    with z: w, v = 3, 4"
    assert defined(code) == {"f", "y", "w", "v"}
