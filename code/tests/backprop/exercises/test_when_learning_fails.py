"""The exercises of When learning fails: right answers in other forms are accepted, wrong ones are told why."""

import numpy as np
import pytest

from backprop.exercises import check


def said(name, answer, capsys):
    check(name, answer)
    return capsys.readouterr().out


def clipped(gradients, limit):
    factor = limit / max(limit, np.linalg.norm(np.concatenate([g.ravel() for g in gradients])))
    return tuple(factor * g for g in gradients)


def one_by_one(gradients, limit):
    return [g * min(1, limit / max(np.linalg.norm(g), 1e-30)) for g in gradients]


def always(gradients, limit):
    length = np.sqrt(sum((g**2).sum() for g in gradients))
    with np.errstate(invalid="ignore"):
        return [limit * g / length for g in gradients]


RIGHT = [("fails-diagnose", ("vanishing", "overfitting", "learning rate")),
         ("fails-diagnose", ["vanishing gradients", "overfitting", "rate"]), ("fails-clip", clipped)]
WRONG = [
    ("fails-diagnose", ("exploding", "overfitting", "learning rate"), "grow on its way"),
    ("fails-diagnose", ("vanishing", "overfitting", "symmetry"), "differ"),
    ("fails-diagnose", ("vanishing", "overfitting", "exploding"), "level"),
    ("fails-diagnose", ("vanishing", "learning rate", "learning rate"), "the second"),
    ("fails-clip", one_by_one, "by itself"),
    ("fails-clip", lambda gradients, limit: [np.clip(g, -limit, limit) for g in gradients], "each entry"),
    ("fails-clip", always, "should stay as it is"), ("fails-clip", lambda gradients, limit: gradients, "not right"),
    ("fails-clip", lambda gradients, limit: gradients[:1], "2 arrays"),
    ("fails-clip", lambda gradients, limit: [g.ravel()[:1] for g in gradients], "shape"),
]


@pytest.mark.parametrize("name, answer", RIGHT)
def test_right_answers_in_other_forms(name, answer, capsys):
    assert said(name, answer, capsys) == "Right.\n"


@pytest.mark.parametrize("name, answer, hint", WRONG)
def test_wrong_answers_get_a_hint(name, answer, hint, capsys):
    out = said(name, answer, capsys)
    assert out.startswith("Not yet: ") and hint in out
