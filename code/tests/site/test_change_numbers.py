"""A reader who changes a number reads on, or is told in words what no longer holds."""

import ast
import json
import os

import IPython.core.interactiveshell  # noqa: F401  here, not once in every process below
import pytest

import backprop  # noqa: F401
from tools import change_numbers, pages
from tools.change_numbers import changes, in_a_child, numbers, try_out
from tools.notebooks import IMPORT

CHAPTERS = change_numbers.chapters()
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")


def cells(*sources, tags=()):
    return [{"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source} for source in sources]


def ends(*sources, **options):
    """Try out a notebook of these cells, in a process of its own."""
    def run():
        return [[change.words.split(" in ")[0], end, where] for change, end, _, where in
                try_out(cells(f"from backprop import Network\n{IMPORT}", *sources), **options)]
    return in_a_child(run)


def test_numbers_are_those_on_the_right_of_assignments():
    found = numbers("x[0] = [1, 2.5, -3]\nprint(7)\nx += 4\ny: int = 5\nfor i in range(9):\n    z = True, '6', i")
    assert [node.value for node in found] == [1, 2.5, 3, 4, 5]


def test_each_change_is_of_one_number_that_a_reader_sees():
    given = cells("é = (1, 0.5)\nb = 0.0") + cells("c = 3", tags=["setup"]) + cells("d = 4")
    assert [(c.cell, c.source) for c in changes(given)] == [
        (0, "é = (2, 0.5)\nb = 0.0"), (0, "é = (1, 0.75)\nb = 0.0"), (0, "é = (1, 0.5)\nb = 0.5"), (2, "d = 5")]
    assert [c.source for c in changes(cells("x = [1, 0.5, 0.0, 0]"), down=True)] == [
        "x = [0, 0.5, 0.0, 0]", "x = [1, 0.25, 0.0, 0]", "x = [1, 0.5, (-0.5), 0]", "x = [1, 0.5, 0.0, (-1)]"]


@needs_fork
def test_how_it_ends_is_told_apart():
    assert ends("x = 1", "y = x + 1") == [["1 → 2", "ran on", None], ["1 → 2", "ran on", None]]
    assert ends("x = 1", "assert x == 1") == [["1 → 2", "error", 2]]
    assert ends("x = 1", "assert x == 1, 'x is one'") == [["1 → 2", "in words", 2]]
    assert ends("x = 1", "with claim():\n    assert x == 1") == [["1 → 2", "error", 2]]
    assert ends("x = 1", "with claim('x is one'):\n    assert x == 1") == [["1 → 2", "in words", 2]]
    assert ends("x = 1", "with claim('x is one'):\n    [5, 6][x]") == [["1 → 2", "in words", 2]]
    assert ends("x = 1", "with claim():\n    [5, 6][x]") == [["1 → 2", "in words", 2]]
    assert ends("x = 1", "[5, 6][x]") == [["1 → 2", "stopped", 2]]
    assert ends("x = 2", "Network([2, 1]).cost([1] * x, [1])") == [["2 → 3", "in words", 2]]
    assert ends("x = 2", "raise ValueError('of the cell') if x > 2 else None") == [["2 → 3", "stopped", 2]]


@needs_fork
def test_the_worst_of_all_cells_counts_and_a_claim_is_no_end():
    claims = "with claim('y is one'):\n    y = 2 - x\n    assert y"
    assert ends("x = 1", claims, "[5, 6][x]") == [["1 → 2", "stopped", 3], ["2 → 3", "ran on", None]]
    assert in_a_child(lambda: json.dumps(1), seconds=5) == "1" and in_a_child(lambda: os._exit(1)) is None


@needs_fork
def test_the_books_own_numbers_must_do():
    def run():
        with pytest.raises(RuntimeError, match="cell 0 fails"):
            list(try_out(cells("x = 1\nassert x == 2, 'two'", "y = 1")))
        return True
    assert in_a_child(run)


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_every_assertion_that_a_reader_sees_has_words(page):
    """Its own, or those of the claim around it; what is folded stands in a claim with its sentence."""
    assert not [words for cell in change_numbers.cells_of(page) for words in without_words(cell)]


def without_words(cell):
    """The assertions of a cell that would fail without a word."""
    source, tags = "".join(cell["source"]), set(cell["metadata"].get("tags", []))
    if tags & {"setup", "hide-input"}:
        return []
    tree = ast.parse(source)
    said = {inner for node in ast.walk(tree) if isinstance(node, ast.With) and node.items[0].context_expr.args
            for inner in ast.walk(node) if ast.unparse(node.items[0].context_expr.func) == "claim"}
    return [ast.unparse(node) for node in ast.walk(tree)
            if isinstance(node, ast.Assert) and node.msg is None and node not in said]


def test_an_assertion_without_words_is_found():
    cell, = cells("with claim():\n    assert x\nwith claim('x'):\n    assert y\nassert z, 'z'\nassert w")
    assert without_words(cell) == ["assert w", "assert x"]
    assert not without_words(*cells("assert x", tags=["setup"]))


@needs_fork
@pytest.mark.slow
@pytest.mark.parametrize("name, every", [("index", 2), ("network-structure", 9), ("notation", 8)])
def test_a_sample_of_changed_numbers(name, every):
    """The whole count is the tool's; these few run as it runs them."""
    page = pages.BOOK / f"{name}.md"
    found = in_a_child(lambda: [[c.words, end, said] for c, end, said, _ in try_out(
        change_numbers.cells_of(page), every)])
    assert len(found) >= 3
    errors = [entry for entry in found if entry[1] == "error"]
    assert len(errors) <= max(1, len(found) / 10), errors        # of so few, one; the tool counts them all
