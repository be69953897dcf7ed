"""The checks of the chapter on automatic differentiation accept right answers and reject wrong ones."""

from math import exp, log

import numpy as np
import pytest

from backprop.exercises import check


class Node:
    def __init__(self, value, arrows=()):
        self.value, self.arrows = value, arrows


def said(capsys, name, answer):
    check(name, answer)
    return capsys.readouterr().out.strip()


def sigma(z):
    return 1 / (1 + exp(-z))


def step(w, x, y, eta, sign=-1):
    a = sigma(w * x)
    return w + sign * eta * (a - y) * a * (1 - a) * x


RIGHT = [
    ("ad-by-hand", 0.25), ("ad-by-hand", np.array([[0.25]])), ("ad-by-hand", "0.25"),
    ("ad-three-uses", 16), ("ad-three-uses", 16.0),
    ("ad-walks", (18, 1)), ("ad-walks", [18, 1]), ("ad-walks", np.array([18, 1])),
    ("ad-softplus", lambda z: Node(log(1 + exp(z.value)), [(z, sigma(z.value))])),
    ("ad-divide", lambda u, v: Node(u.value / v.value, [(v, -u.value / v.value**2), (u, 1 / v.value)])),
    ("ad-train", step), ("ad-train", lambda *args: np.array([step(*args)])),
]
WRONG = [
    ("ad-by-hand", -0.25, "for y = 1"), ("ad-by-hand", 0.125, "arrives at u"), ("ad-by-hand", 3, "arrow by arrow"),
    ("ad-three-uses", 10, "one of the ways"), ("ad-three-uses", 6, "one of the ways"),
    ("ad-three-uses", 21, "arrives at x"),
    ("ad-three-uses", 0, "slopes first"),
    ("ad-walks", (1, 18), "other way round"), ("ad-walks", (19, 1), "no output bias"),
    ("ad-walks", (18, 18), "where it starts"),
    ("ad-walks", 18, "a pair"),
    ("ad-softplus", 3, "expected a function, got int"), ("ad-softplus", lambda z: 1.0, "return a Node, got float"),
    ("ad-softplus", lambda z: Node(z.value, [(z, 1.0)]), "the value at -2 is not right"),
    ("ad-softplus", lambda z: Node(log(1 + exp(z.value)), [(z, 1.0)]), "the local derivative at -2 isn't"),
    ("ad-softplus", lambda z: Node(log(1 + exp(z.value)), []), "the local derivative at -2 isn't"),
    ("ad-softplus", lambda z: Node(log(1 + exp(z.value)), [(Node(1.0), 1.0)]), "starts somewhere else"),
    ("ad-divide", lambda u, v: Node(u.value / v.value, [(u, 1 / v.value), (v, u.value / v.value**2)]), "argument 2"),
    ("ad-divide", lambda u, v: Node(v.value / u.value), "the value at 3, 2"),
    ("ad-train", lambda *args: step(*args, sign=1), "uphill"), ("ad-train", lambda w, x, y, eta: w, "not right"),
    ("ad-train", lambda *args: Node(step(*args)), "plain number"),
    ("ad-train", lambda w, x, y, eta: (w - step(w, x, y, eta)) / eta, "that is the gradient"),
]


@pytest.mark.parametrize("name, answer", RIGHT)
def test_right(capsys, name, answer):
    assert said(capsys, name, answer) == "Right."


@pytest.mark.parametrize("name, answer, hint", WRONG)
def test_wrong(capsys, name, answer, hint):
    output = said(capsys, name, answer)
    assert output.startswith("Not yet: ") and hint in output


@pytest.mark.parametrize("name", sorted({name for name, _ in RIGHT}))
def test_not_answered(capsys, name):
    assert said(capsys, name, ...).startswith("Not answered yet")
