"""The cost chapter's exercises: the printed solutions are accepted, wrong answers are told why."""


import numpy as np
import pytest

from backprop.exercises import check


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


def test_other_right_forms(capsys):
    check("cost-by-hand", np.array([0.07]))
    check("cost-best-constant", [4.0, 2.3333])
    check("cost-stable", lambda z, y: y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z))
    assert capsys.readouterr().out == "Right.\n" * 3
