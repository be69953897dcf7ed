"""The cost chapter's exercises: the printed solutions are accepted, wrong answers are told why."""

import re
from pathlib import Path

import numpy as np
import pytest

from backprop.exercises import check

CHAPTER = Path(__file__).parents[4] / "book" / "cost.md"
SOLUTIONS = re.findall(r":::\{solution\} (\S+)\n.*?```python\n(.*?)```", CHAPTER.read_text(encoding="utf-8"), re.DOTALL)


def test_every_exercise_has_a_solution_and_a_check():
    text = CHAPTER.read_text(encoding="utf-8")
    names = re.findall(r":::\{exercise\}\n:label: (\S+)", text)
    assert len(names) >= 5
    assert [name for name, _ in SOLUTIONS] == names == re.findall(r'^check\("(\S+)", answer\)', text, re.MULTILINE)


@pytest.mark.parametrize("name, code", SOLUTIONS)
def test_the_printed_solution_is_right(name, code, capsys):
    scope = {"np": np}
    exec(code, scope)
    check(name, scope["answer"])
    assert capsys.readouterr().out == "Right.\n"


def sigma(z):
    return 1 / (1 + np.exp(-z))


WRONG = [
    ("cost-by-hand", 0.14, "in front of the sum"),
    ("cost-by-hand", 0.0233333333, "does not average"),
    ("cost-by-hand", -0.07, "square"),
    ("cost-by-hand", "a lot", "one number"),
    ("cost-by-hand", np.nan, "one number"),
    ("cost-best-constant", 4, "two numbers"),
    ("cost-best-constant", (3, 2.5), "derivative"),
    ("cost-best-constant", (4, 7), "mean over"),
    ("cost-best-constant", (4, 14 / 3), "½"),
    ("cost-mean", 3, "function itself"),
    ("cost-mean", lambda A, Y: 0.5 * ((A - Y) ** 2).sum(), "not their mean"),
    ("cost-mean", lambda A, Y: 0.5 * ((A - Y) ** 2).mean(), "number of outputs"),
    ("cost-mean", lambda A, Y: 0.5 * ((A - Y) ** 2).sum(axis=0), "expected one"),
    ("cost-mean", lambda A, Y: ((A - Y) ** 2).sum(axis=0).mean(), "expected"),
    ("cost-mean", lambda A, Y: A @ Y, "expected"),
    ("cost-delta", (0.8808, 0.0925), "other order"),
    ("cost-delta", (0.8808, 0.8808), "stays as a factor"),
    ("cost-delta", (0.105, 0.8808), "multiply"),
    ("cost-delta", (0.0925, 0.105), "minus the target"),
    ("cost-stable", 1000, "function itself"),
    ("cost-stable", lambda z, y: -(y * np.log(sigma(z)) + (1 - y) * np.log(1 - sigma(z))), "at z = -1000"),
    ("cost-stable", lambda z, y: np.logaddexp(0, z), "expected"),
    ("cost-stable", lambda z, y: (np.logaddexp(0, z) - y * z).sum(), "one cost for each"),
]


@pytest.mark.parametrize("name, answer, hint", WRONG)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_answer_gets_its_hint(name, answer, hint, capsys):
    check(name, answer)
    out = capsys.readouterr().out
    assert out.startswith("Not yet: ") and hint in out


def test_not_answered_yet(capsys):
    for name, _ in SOLUTIONS:
        check(name, ...)
        assert capsys.readouterr().out.startswith("Not answered yet")


def test_other_right_forms(capsys):
    check("cost-by-hand", np.array([0.07]))
    check("cost-best-constant", [4.0, 2.3333])
    check("cost-stable", lambda z, y: y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z))
    assert capsys.readouterr().out == "Right.\n" * 3
