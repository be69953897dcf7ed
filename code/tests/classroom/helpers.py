"""What the classroom's tests share: a course, submissions to it, and the mark of a test that needs the sandbox."""

import json
from functools import cache
from pathlib import Path

import nbformat
import pytest

from classroom import edition
from classroom.sandbox import Limits
from classroom.submission import kind

TOP = Path(__file__).resolve().parents[3]
needs_sandbox = pytest.mark.sandbox                 # code/tests/conftest.py skips these where there can be none
QUICK = Limits(cpu=1, wall=25, total=400)      # generous on the clock: the machine may be busy


@cache
def made(assignment, seed):
    """(source, released, solved) of an edition."""
    source = edition.make(assignment, seed)
    return source, edition.released(source), edition.solved(source)


def copy(notebook):
    return nbformat.from_dict(json.loads(json.dumps(notebook)))


def answer(notebook, question, source, append=False):
    """Replace (or lengthen) the answer to a question."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").endswith("-" + question):
            cell.source = cell.source + "\n" + source if append else source
            return notebook
    raise KeyError(question)


def points_of_tests(notebook):
    return {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in notebook.cells if kind(c) == "test"}


def judged(assignment, seed, notebook, limits=Limits(), draw=(1,)):
    """{question: (state, message)} and the looks, for a submission as it would come in."""
    from classroom.judge import judge
    from classroom.submission import _cell, assemble
    source, released, _ = made(assignment, seed)
    cells = [_cell(json.loads(json.dumps(cell))) for cell in notebook.cells]
    assembled, looks, notes = assemble(source, released, cells)
    results, more, _ = judge(assembled, list(draw), limits)
    return {name.split("-")[1]: result for name, result in results.items()}, looks + more, notes
