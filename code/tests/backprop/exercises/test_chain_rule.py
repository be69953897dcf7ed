"""The chain-rule chapter's exercises: the printed solutions are accepted, wrong answers are told why."""

import re
from pathlib import Path

import numpy as np
import pytest

from backprop import Network
from backprop.exercises import check

CHAPTER = Path(__file__).parents[4] / "book" / "chain-rule.md"
SOLUTIONS = re.findall(r":::\{solution\} (\S+)\n.*?```python\n(.*?)```", CHAPTER.read_text(encoding="utf-8"), re.DOTALL)


def chapter_names():
    """What the chapter's cells have defined by the time of its exercises, as far as solutions use it."""
    net = Network.from_parameters(
        W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
        b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])
    x, y = [1.0, 0.5, -1.0, 0.8], [1.0]
    return {"np": np, "net": net, "x": x, "y": y, "trace": net.forward(x)}


def test_every_exercise_has_a_solution_and_a_check():
    text = CHAPTER.read_text(encoding="utf-8")
    names = re.findall(r":::\{exercise\}\n:label: (\S+)", text)
    assert len(names) >= 5
    assert [name for name, _ in SOLUTIONS] == names == re.findall(r'^check\("(\S+)", answer\)', text, re.MULTILINE)


@pytest.mark.parametrize("name, code", SOLUTIONS)
def test_the_printed_solution_is_right(name, code, capsys):
    scope = chapter_names()
    exec(code, scope)
    check(name, scope["answer"])
    assert capsys.readouterr().out == "Right.\n"


def test_the_two_paths_add_up_to_the_gradient():
    scope = chapter_names()
    exec(dict(SOLUTIONS)["chain-two-paths"], scope)
    gradient = scope["net"].gradients(scope["x"], scope["y"]).W[1][1, 2]
    assert sum(scope["answer"]) == pytest.approx(gradient, rel=1e-12)


def flipped_when_square(W, d, a):
    return ((W if W.shape[0] == W.shape[1] else W.T) @ d) * (1 - a**2)


WRONG = [
    ("chain-link", 0.125, "sender"),
    ("chain-link", -0.0625, "too high or too low"),
    ("chain-link", 0.5, "three factors"),
    ("chain-link", "half", "one number"),
    ("chain-paths", 30, "feeds one neuron"),
    ("chain-paths", 7, "every output"),
    ("chain-paths", 10.5, "choices"),
    ("chain-delta", (-0.1, 0.5), "own slope"),
    ("chain-delta", (0.0, 0.7 * 0.16), "column"),
    ("chain-delta", (-0.025, 0.5), "second column"),
    ("chain-delta", (0.025, 0.08), "delta_1 is not right"),
    ("chain-slip", "z2_2", "how many neurons"),
    ("chain-slip", "a1_2", "other nodes"),
    ("chain-slip", "the second one", "name of a node"),
    ("chain-slip", 3, "name of a node"),
    ("chain-two-paths", (0.1, 0.2), "add up to"),
    ("chain-two-paths", 0.1, "two numbers"),
    ("chain-recursion", 1, "function itself"),
    ("chain-recursion", lambda W, d, a: W.T @ d, "own slope is missing"),
    ("chain-recursion", lambda W, d, a: (W.T @ d) * a * (1 - a), "sigmoid"),
    ("chain-recursion", lambda W, d, a: W.T * d.T * (1 - a**2), "expected (2, 1)"),
    ("chain-recursion", flipped_when_square, "down columns"),
    ("chain-recursion", lambda W, d, a: (W @ d) * (1 - a**2), "raised ValueError"),
    ("chain-recursion", lambda W, d, a: 2 * (W.T @ d) * (1 - a**2), "not right"),
]


@pytest.mark.parametrize("name, answer, hint", WRONG)
def test_a_wrong_answer_gets_its_hint(name, answer, hint, capsys):
    check(name, answer)
    out = capsys.readouterr().out
    assert out.startswith("Not yet: ") and hint in out


def test_swapped_and_negated_paths(capsys):
    scope = chapter_names()
    exec(dict(SOLUTIONS)["chain-two-paths"], scope)
    one, two = scope["answer"]
    for wrong, hint in (((two, one), "other order"), ((-one, -two), "sender"), ((one + 0.01, two - 0.01), "the sum is right")):
        check("chain-two-paths", wrong)
        assert hint in capsys.readouterr().out


def test_not_answered_yet_and_other_right_forms(capsys):
    for name, _ in SOLUTIONS:
        check(name, ...)
        assert capsys.readouterr().out.startswith("Not answered yet")
    check("chain-link", 0.0625)
    check("chain-paths", 10.0)
    check("chain-delta", np.array([[-0.025], [0.08]]))
    check("chain-slip", "$z^{(2)}_{1}$")
    check("chain-slip", "z^(2)_1")
    assert capsys.readouterr().out == "Right.\n" * 5
