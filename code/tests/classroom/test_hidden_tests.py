"""Every hidden test against answers of the wrong length, type and shape: a program that is right with the inputs a
student can see and gives something else afterwards earns nothing."""

import ast
import contextlib
import io
import re

import numpy as np
import pytest

from classroom import edition

from .helpers import copy, kind, made

HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS\n.*?END HIDDEN TESTS[^\n]*$", re.DOTALL | re.MULTILINE)


class Turns:
    """A student's function that is right for the first calls, and afterwards spoils its answers."""

    def __init__(self, right):
        self.right, self.calls, self.honest, self.spoil = right, 0, 10**9, None

    def __call__(self, *arguments):
        self.calls += 1
        if self.calls <= self.honest:
            return self.right(*arguments)
        try:
            answer = self.right(*arguments)
        except ValueError:                       # a refusal: not refusing is as wrong as a wrong number
            answer = 0.0
        return self.spoil(answer)


def items(answer):
    many = isinstance(answer, (list, tuple)) or isinstance(answer, np.ndarray) and answer.ndim > 0
    return list(answer) if many else [answer]


def like(answer, parts):
    """These parts in the kind of sequence that the answer is."""
    return type(answer)(parts) if isinstance(answer, (list, tuple)) else parts


SPOILT = {
    "an empty tuple": lambda answer: (), "an empty list": lambda answer: [], "nothing": lambda answer: None,
    "an empty dict": lambda answer: {}, "an empty string": lambda answer: "",
    "an empty array": lambda answer: np.array([]),
    "not a number": lambda answer: float("nan"), "true": lambda answer: True, "zero": lambda answer: 0.123456,
    "one too few": lambda answer: like(answer, items(answer)[:-1]),
    "one too many": lambda answer: like(answer, [*items(answer), 0.0]),
    "the first only": lambda answer: items(answer)[:1], "a list in a list": lambda answer: [[answer]],
    "all not a number": lambda answer: spread(answer, lambda v: np.full(np.shape(v), np.nan)),
    "all zero": lambda answer: spread(answer, lambda v: np.zeros(np.shape(v)) + 0.123456),
    "another shape": lambda answer: spread(answer, lambda v: np.asarray(v)[..., None]),
    "empty parts": lambda answer: spread(answer, lambda v: np.zeros((0,) + np.shape(v)[1:])),
    "words": lambda answer: spread(answer, lambda v: np.asarray(v).astype(str)),
}


def spread(answer, change):
    """Change every array or number in an answer."""
    if isinstance(answer, (list, tuple)):
        return type(answer)(spread(item, change) for item in answer)
    return answer if answer is None else change(answer)


def run(source, names):
    """Whether a test cell stands."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            exec(compile(source, "test", "exec"), dict(names, rng=np.random.default_rng(5)))
        return True
    except Exception:
        return False


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("assignment", edition.assignments())
@pytest.mark.filterwarnings("ignore")
def test_spoilt_answers_earn_nothing(assignment, seed, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    source, _, solved = made(assignment, seed)
    names, functions, tried = {}, {}, 0
    for original, cell in zip(source.cells, copy(solved).cells, strict=True):
        if cell.cell_type != "code" or "notebook-only" in cell.metadata.get("tags", []):
            continue
        if kind(cell) != "test":
            exec(compile(cell.source, "cell", "exec"), names)
            if kind(cell) == "answer":
                functions = {node.name: names[node.name] for node in ast.parse(cell.source).body
                             if isinstance(node, ast.FunctionDef)}
                if assignment.startswith("a6") and "X, Y = points" in cell.source:
                    functions = {}
            continue
        assert run(original.source, names)
        for name, right in functions.items():
            visible = Turns(right)
            assert run(HIDDEN.sub("", original.source), dict(names, **{name: visible}))
            everything = Turns(right)
            assert run(original.source, dict(names, **{name: everything}))
            if everything.calls == visible.calls:
                continue                          # a helper that no test calls
            for what, spoil in SPOILT.items():
                turns = Turns(right)
                turns.honest, turns.spoil = visible.calls, spoil
                assert not run(original.source, dict(names, **{name: turns})), f"{name}: {what}"
                tried += 1
            for honest in range(visible.calls, everything.calls):       # nor does any one of the calls go unread
                turns = Turns(right)
                turns.honest, turns.spoil = honest, SPOILT["an empty tuple"]
                assert not run(original.source, dict(names, **{name: turns})), f"{name}: call {honest + 1}"
        functions = {}
    assert tried >= len(SPOILT)
