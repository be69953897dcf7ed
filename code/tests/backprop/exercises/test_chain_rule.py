"""The chain-rule chapter's exercises: the printed solutions are accepted, wrong answers are told why."""


import numpy as np
import pytest

from backprop.exercises import check
from backprop.exercises.chain_rule import FIRST, SECOND


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
    one, two = FIRST, SECOND
    for wrong, hint in (((two, one), "other order"), ((-one, -two), "sender"),
                        ((one + 0.01, two - 0.01), "the sum is right")):
        check("chain-two-paths", wrong)
        assert hint in capsys.readouterr().out


def test_other_right_forms(capsys):
    check("chain-link", 0.0625)
    check("chain-paths", 10.0)
    check("chain-delta", np.array([[-0.025], [0.08]]))
    check("chain-slip", "$z^{(2)}_{1}$")
    check("chain-slip", "z^(2)_1")
    assert capsys.readouterr().out == "Right.\n" * 5
