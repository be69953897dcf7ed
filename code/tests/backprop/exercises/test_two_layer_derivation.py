"""The two-layer chapter's exercises: the printed solutions are accepted, wrong answers are told why."""


import numpy as np
import pytest

from backprop.exercises import check


def said(name, answer, capsys):
    check(name, answer)
    return capsys.readouterr().out


def sigma(z):
    return 1 / (1 + np.exp(-z))


def one_slope_missing(w1, w2, w3, x, y):
    a1 = sigma(w1 * x)
    a2 = sigma(w2 * a1)
    a3 = sigma(w3 * a2)
    return (a3 - y) * a3 * (1 - a3) * w3 * w2 * a1 * (1 - a1) * x


def tanh_gradients(mean=True, slope=True, flat=False, change=False):
    def answer(W1, b1, W2, b2, X, Y):
        N = X.shape[1] if mean else 1
        A1 = np.tanh(W1 @ X + b1)
        D2 = W2 @ A1 + b2 - Y
        D1 = (W2.T @ D2) * ((1 - A1 ** 2) if slope else A1 * (1 - A1))
        if change:
            W1 -= 0.1 * D1 @ X.T
        db1 = D1.sum(axis=1, keepdims=not flat) / N
        return D1 @ X.T / N, db1, D2 @ A1.T / N, D2.sum(axis=1, keepdims=True) / N
    return answer


RIGHT = [
    ("two-layer-by-hand", 0.05823), ("two-layer-by-hand", np.array([[0.0582]])),
    ("two-layer-shapes", [[3, 5], [2, 1], [2, 7], [3, 7], [3, 5]]),
    ("two-layer-third", lambda w1, w2, w3, x, y: np.array([[eval_third(w1, w2, w3, x, y)]])),
    ("two-layer-rows", lambda D, A: np.einsum("nj,nk->jk", D, A) / D.shape[0]),
]


def eval_third(w1, w2, w3, x, y, h=1e-6):
    def cost(w):
        return (sigma(w3 * sigma(w2 * sigma(w * x))) - y) ** 2 / 2
    return (cost(w1 + h) - cost(w1 - h)) / (2 * h)


@pytest.mark.parametrize("name, answer", RIGHT)
def test_right_answers_in_other_forms(name, answer, capsys):
    assert said(name, answer, capsys) == "Right.\n"


WRONG = [
    ("two-layer-by-hand", 0.0291, "What arrives"), ("two-layer-by-hand", -0.0582, "sign"),
    ("two-layer-by-hand", 0.1083, "other weight"), ("two-layer-by-hand", 0.2, "factor by factor"),
    ("two-layer-by-hand", "much", "one number"),
    ("two-layer-shapes", [(5, 3), (2, 1), (2, 7), (3, 7), (3, 5)], "wrong order"),
    ("two-layer-shapes", [(3, 5), (2, 1)], "five"),
    ("two-layer-shapes", [(3, 5), (2, 1), (2, 1), (3, 7), (3, 5)], "D⁽²⁾"),
    ("two-layer-third", one_slope_missing, "three slopes"), ("two-layer-third", 3, "raised"),
    ("two-layer-tanh", tanh_gradients(mean=False), "the mean is asked for"),
    ("two-layer-tanh", tanh_gradients(slope=False), "wrong numbers"),
    ("two-layer-tanh", tanh_gradients(flat=True), "shape"),
    ("two-layer-tanh", tanh_gradients(change=True), "changes the parameters"),
    ("two-layer-rows", lambda D, A: A.T @ D / len(D), "shape"), ("two-layer-rows", lambda D, A: D.T @ A, "mean"),
    ("two-layer-rows", lambda D, A: np.ones((D.shape[1], A.shape[1])), "numbers"),
]


@pytest.mark.parametrize("name, answer, hint", WRONG)
def test_wrong_answers_get_a_hint(name, answer, hint, capsys):
    out = said(name, answer, capsys)
    assert out.startswith("Not yet: ") and hint in out
