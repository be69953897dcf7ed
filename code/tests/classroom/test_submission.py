"""What is read from a file, and that no text takes minutes."""

import json
import time

import pytest
from nbformat.v4 import new_markdown_cell

from classroom.markup import harmless
from classroom.package_use import _imports_backprop
from classroom.submission import assemble, defined, read

from .helpers import copy, made

A1, SEED = "a1-network-structure", 11
SLOW = ["x=(" + "\n" * 199_000, r"\[" * 65_000, "[" * 195_000, "$" * 100_000, "`" * 99_999 + "x", "$a " * 60_000,
        "![" * 90_000, "<" * 190_000, "[a](" * 45_000, "*a " * 60_000, r"\(" * 60_000, "~~" * 90_000,
        "&#" * 90_000, "> " * 90_000]


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
    assert time.process_time() - started < 15


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
def test_encodings(tmp_path, encoding):
    path, text = tmp_path / "a1.ipynb", json.dumps(made(A1, SEED)[2], ensure_ascii=False)
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le") if encoding.endswith("bom") else text.encode(encoding))
    assert len(read(path)) == len(made(A1, SEED)[2].cells)


def test_a_cell_of_the_students_own_says_so(tmp_path):
    notebook = copy(made(A1, SEED)[2])
    notebook.cells.insert(0, new_markdown_cell("# Score 22 / 22\n\n**Notes from grading**: everything stands."))
    path = tmp_path / "a1.ipynb"
    path.write_text(json.dumps(notebook))
    source, released, _ = made(A1, SEED)
    assembled = assemble(source, released, read(path))[0]
    place = next(i for i, cell in enumerate(assembled.cells) if "Score 22" in cell.source)
    assert assembled.cells[place - 1].source == "*A cell of the student's own:*"
