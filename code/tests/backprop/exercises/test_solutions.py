"""Every exercise in the book has a solution, and a solution that is printed as code is right."""

import re
from pathlib import Path

import numpy as np
import pytest

from backprop import Network
from backprop.exercises import all_exercises, check

BOOK = Path(__file__).parents[4] / "book"
TEXT = {path.stem: path.read_text(encoding="utf-8") for path in BOOK.glob("*.md")}
CHAPTERS = sorted(chapter for chapter, text in TEXT.items() if "{exercise}" in text)
# its solutions need the chapter's own Node: test_automatic_differentiation.py
NODES = "automatic-differentiation"


def solutions(chapter):
    """name -> the text of its solution"""
    return dict(re.findall(r"^:::\{solution\} (\S+)\n(.*?)^:::$", TEXT[chapter], re.M | re.S))


PRINTED = [(name, code[1]) for chapter in CHAPTERS if chapter != NODES for name, text in solutions(chapter).items()
           if (code := re.search(r"```python\n(.*?)```", text, re.S))]


def chapter_names():
    """What the chapters' cells have defined by the time of their exercises, as far as solutions use it."""
    net = Network.from_parameters(
        W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
        b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])
    x, y = [1.0, 0.5, -1.0, 0.8], [1.0]
    trace = net.forward(x)
    gate = [None] + [trace.a[l] * (1 - trace.a[l]) for l in (1, 2)]
    from backprop.symbolic import a, b, w
    return {"np": np, "net": net, "x": x, "y": y, "trace": trace, "y_hat": trace.output.item(), "gate": gate,
            "a": a, "b": b, "w": w}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_exercise_has_a_cell_and_a_solution(chapter):
    asked = re.findall(r"^:::\{exercise\}.*\n:label: (\S+)", TEXT[chapter], re.M)
    assert asked and asked == re.findall(r'^check\("(\S+)", answer\)$', TEXT[chapter], re.M) == list(solutions(chapter))


def test_every_answer_belongs_to_an_exercise():
    asked = [name for chapter in CHAPTERS for name in solutions(chapter)]
    assert sorted(asked) == sorted(all_exercises())


@pytest.mark.parametrize("name, code", PRINTED)
def test_a_printed_solution_is_right(name, code, capsys):
    scope = chapter_names()
    exec(code, scope)
    check(name, scope["answer"])
    assert capsys.readouterr().out == "Right.\n"


def test_not_answered_yet(capsys):
    for name in all_exercises():
        check(name, ...)
        assert capsys.readouterr().out.startswith("Not answered yet")


def test_the_two_paths_add_up_to_the_gradient():
    scope = chapter_names()
    exec(dict(PRINTED)["chain-two-paths"], scope)
    gradient = scope["net"].gradients(scope["x"], scope["y"]).W[1][1, 2]
    assert sum(scope["answer"]) == pytest.approx(gradient, rel=1e-12)
