"""The learning chapter's exercises: the printed solutions are accepted, wrong answers are told why."""


import numpy as np
import pytest

from backprop import Network
from backprop.exercises import check


def said(name, answer, capsys):
    check(name, answer)
    return capsys.readouterr().out


def one_step(wrong_order=False, uphill=False, in_place=False, sigmoid_slope=False, flat=False):
    def answer(W1, W2, x, y, eta):
        a1 = np.tanh(W1 @ x)
        d2 = W2 @ a1 - y
        eta = -eta if uphill else eta
        new_W2 = W2 - eta * d2 @ a1.T
        back = new_W2 if wrong_order else W2
        d1 = (back.T @ d2) * (a1 * (1 - a1) if sigmoid_slope else 1 - a1 ** 2)
        if in_place:
            W1 -= eta * d1 @ x.T
            return W1, new_W2
        return W1 - eta * d1 @ x.T, new_W2.ravel() if flat else new_W2
    return answer


def velocity_only(gradients, eta, beta):
    v = 0
    for g in gradients:
        v = beta * v - eta * g
    return v


def uphill_momentum(gradients, eta, beta):
    v = p = 0
    for g in gradients:
        v = beta * v + eta * g
        p += v
    return p


def right_momentum(gradients, eta, beta):
    p = sum(-eta * g * sum(beta ** i for i in range(len(gradients) - n)) for n, g in enumerate(gradients))
    return np.array([p])


RIGHT = [
    ("learning-step", np.array([1.92])), ("learning-limit", 0.3333), ("learning-layers", 10.0),
    ("learning-momentum", right_momentum),
]


@pytest.mark.parametrize("name, answer", RIGHT)
def test_right_answers_in_other_forms(name, answer, capsys):
    assert said(name, answer, capsys) == "Right.\n"


WRONG = [
    ("learning-step", 1.2, "one step"), ("learning-step", 2.4, "smaller"), ("learning-step", -1.2, "downhill"),
    ("learning-step", 3, "differentiate"), ("learning-step", "no", "one number"),
    ("learning-limit", 1 / 6, "one step"), ("learning-limit", 2 / 3, "second derivative"),
    ("learning-limit", 2, "second derivative"),
    ("learning-layers", 9, "off by one"), ("learning-layers", 6, "smallest"),
    ("learning-order", one_step(wrong_order=True), "new W2"), ("learning-order", one_step(uphill=True), "uphill"),
    ("learning-order", one_step(in_place=True), "changes the matrices"),
    ("learning-order", one_step(sigmoid_slope=True), "slope"), ("learning-order", one_step(flat=True), "shape"),
    ("learning-order", lambda *arguments: None, "raised"),
    ("learning-momentum", lambda gradients, eta, beta: -eta * sum(gradients), "velocity"),
    ("learning-momentum", velocity_only, "adds it up"), ("learning-momentum", uphill_momentum, "against"),
    ("learning-momentum", lambda *arguments: 17.0, "should not be"),
    ("learning-xor3", 3, "Network"), ("learning-xor3", Network([2, 2, 1], seed=0), "3 inputs"),
    ("learning-xor3", Network([3, 4, 1], seed=0), "of the eight"),
]


@pytest.mark.parametrize("name, answer, hint", WRONG)
def test_wrong_answers_get_a_hint(name, answer, hint, capsys):
    out = said(name, answer, capsys)
    assert out.startswith("Not yet: ") and hint in out
