"""The package as someone meets it who knows nothing of it: help, completion, hints, what a notebook shows."""

import pydoc
import re

import numpy as np
import pytest

import backprop
from backprop import Network
from backprop.history import History


def test_completion_and_help_know_everything_public():
    assert set(backprop.__all__) <= set(dir(backprop))
    text = pydoc.render_doc(backprop, renderer=pydoc.plaintext)
    assert all(line in text for line in ("class Network", "class Nudge", "class Train", "gradient_check(net"))


@pytest.mark.parametrize("name, meant", [("ReLU", "relu"), ("Sigmoid", "sigmoid"), ("sigmod", "sigmoid"),
                                         ("soft-max", "softmax"), ("linear", "identity"), ("Tanh", "tanh"),
                                         ("logistic", "sigmoid")])
def test_an_activation_by_another_name(name, meant):
    with pytest.raises(ValueError, match=f'did you mean "{meant}"\\?'):
        Network([2, 1], activation=name)


@pytest.mark.parametrize("name, meant", [("mse", "quadratic"), ("MSE", "quadratic"), ("cross-entropy", "cross_entropy"),
                                         ("CrossEntropy", "cross_entropy"), ("BCE", "cross_entropy")])
def test_a_cost_by_another_name(name, meant):
    with pytest.raises(ValueError, match=f'did you mean "{meant}"\\?'):
        Network([2, 1], cost=name)


def test_a_name_that_is_near_nothing_gets_no_hint():
    with pytest.raises(ValueError, match="unknown activation 'banana'") as error:
        Network([2, 1], activation="banana")
    assert "did you mean" not in str(error.value)


@pytest.mark.parametrize("labels", [[0, 2, 1, 1], [3, 1, 2, 2], np.array([[0, 2, 1, 1]]), [0.0, 2.0, 1.0, 1.0]])
def test_class_numbers_get_the_line_that_makes_columns_of_them(labels):
    """The line in the message, run as it stands, gives targets that are accepted."""
    net = Network([2, 3], activation="softmax", cost="cross_entropy", seed=0)
    X = np.zeros((2, 4))
    with pytest.raises(ValueError, match="class numbers") as error:
        net.cost(X, labels)
    line = re.search(r"np\.eye\(.*\]$", str(error.value))[0]
    y = np.asarray(labels)
    targets = eval(line, {"np": np, "y": y})
    assert targets.shape == (3, 4) and (targets.argmax(axis=0) == np.ravel(y) - (np.max(y) == 3)).all()
    assert net.cost(X, targets) > 0


def test_other_targets_of_the_wrong_shape_get_no_such_hint():
    with pytest.raises(ValueError, match="y has 4 rows") as error:
        Network([2, 3], seed=0).cost(np.zeros((2, 4)), [0.5, 0.2, 0.1, 0.4])
    assert "class numbers" not in str(error.value)


def test_a_notebook_shows_a_network():
    html = Network([4, 2, 2, 1], bias=[True, True, False], seed=0)._repr_html_()
    assert "<svg" in html and "4-2-2-1" in html and "(2, 4)" in html and "none" in html and "18 parameters" in html
    large = Network([64, 30, 10], activation=["tanh", "softmax"], cost="cross_entropy", seed=0)._repr_html_()
    assert "<svg" not in large and "2,260 parameters" in large and "(30, 64)" in large and "softmax" in large


def test_a_notebook_shows_a_history():
    net = Network([2, 2, 1], seed=0)
    X, Y = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]]), np.array([[0.0, 1, 1, 0]])
    history = net.train(X, Y, learning_rate=1, epochs=5, seed=0)
    html = history._repr_html_()
    assert "<svg" in html and "5 epochs" in html and f"{history.cost[-1]:.4g}" in html
    assert "no epoch" in History()._repr_html_() and "<svg" not in History()._repr_html_()
