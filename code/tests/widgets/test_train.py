"""Train from Python: its traits, its refusals, and the HTML it leaves."""

import json
import re

import numpy as np
import pytest
from traitlets import TraitError

from backprop import Network, Train
from backprop.widgets.datasets import DATA_SETS, data_set, digits, digits_script


def small(**options):
    X, Y = data_set("two moons", 20, seed=3)
    return Train(Network([2, 3, 1], seed=0), X[:, :15], Y[:, :15], **{"test": (X[:, 15:], Y[:, 15:]), **options})


def test_traits_follow_the_network():
    net = Network([2, 3, 1], seed=0)
    X, Y = data_set("two moons", 20, seed=3)
    lab = small(weight="w1_21")
    seen = []
    lab.observe(lambda change: seen.append(change.new), "C")
    lab.value = 2.5
    net.W[1][1, 0] = 2.5
    assert lab.C == net.cost(X[:, :15], Y[:, :15]) == seen[-1] and lab.C_test == net.cost(X[:, 15:], Y[:, 15:])
    assert lab.gradient == net.gradients(X[:, :15], Y[:, :15]).W[1][1, 0]
    assert np.array_equal(lab.net.W[1], net.W[1])
    lab.set_state({"_parameters": {"W": [(2 * W).tolist() for W in net.W[1:]],
                                   "b": [b[:, 0].tolist() for b in net.b[1:]]},
                   "weight": "w1_21", "value": 5.0, "step": 3})
    assert lab.value == 5.0 and lab.step == 3 and lab.net.W[1][1, 0] == 5.0


@pytest.mark.parametrize("change, words", [
    ({"weight": "w9_11"}, "must be a parameter"), ({"batch_size": 16}, "1 to 15"),
    ({"learning_rate": -1}, "not negative"),
    ({"learning_rate": np.nan}, "finite"), ({"seed": -1}, "0 to 1000000"), ({"optimiser": "sgd"}, "must be one of"),
    ({"order": [0, 1]}, "every index"), ({"panels": ["plain"]}, "panels must be"),
    ({"panels": ["pad"]}, "for the digits"), ({"sample": 5}, "one of the 5"),
    ({"test": (np.ones((2, 2)), np.ones((1, 3)))}, "one target for each")])
def test_what_can_not_be_shown_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        small(**change)


@pytest.mark.parametrize("name, value", [("weight", "w9_11"), ("batch_size", 0), ("learning_rate", -1.0), ("seed", -1),
                                         ("value", np.inf)])
def test_a_trait_refuses_and_stays(name, value):
    lab = small()
    before = getattr(lab, name)
    with pytest.raises(TraitError):
        setattr(lab, name, value)
    assert getattr(lab, name) == before


def test_the_page_reads_without_javascript_and_holds_its_data():
    text = small()._repr_mimebundle_()[0]["text/html"]
    page = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text, re.S)[1])
    assert len(page["data"]["X"]) == 15 and len(page["data"]["X"][0]) == 2 and "mean cost" in text and "<svg" in text
    assert page["start"]["W"] == [W.tolist() for W in Network([2, 3, 1], seed=0).W[1:]]


@pytest.mark.parametrize("name", DATA_SETS)
def test_a_data_set_is_the_same_for_a_seed(name):
    X, Y = data_set(name, 40, seed=2, **({"noise": 0.1}))
    again = data_set(name, 40, seed=2, **({"noise": 0.1}))
    assert np.array_equal(X, again[0]) and np.array_equal(Y, again[1]) and X.shape[1] == Y.shape[1] == 40
    assert not np.array_equal(X, data_set(name, 40, seed=3, noise=0.1)[0])
    assert np.abs(X).max() < 1.6 and (name == "line" or set(Y.ravel()) == {0.0, 1.0})


def test_unknown_data_is_refused():
    with pytest.raises(ValueError, match="unknown data set"):
        data_set("moons")
    with pytest.raises(ValueError, match="whole number"):
        data_set("circles", 2.5)


def test_the_shipped_digits_are_the_digits_and_small():
    import gzip
    X, Y = digits()
    page = json.loads(digits_script().partition("=")[2].strip().rstrip(";"))
    pixels = np.array([ord(letter) - ord("a") for letter in page["pixels"]]).reshape(1797, 64).T / 16
    assert np.array_equal(pixels, X) and [int(v) for v in page["labels"]] == Y.argmax(axis=0).tolist()
    assert len(gzip.compress(digits_script().encode(), 9)) <= 60_000


def test_the_site_leaves_the_labs_fold_in_its_template():
    import lean_html
    from backprop.widgets.train_program import markup
    whole = markup(["plane", "curves"], True)
    assert lean_html.put_away(whole) == whole
    assert "<noscript>" in lean_html.put_away(whole.replace("data-field=", "data-x="))


def test_other_layers_from_the_page_are_other_layers_here():
    lab, net = small(shape=True, weight="w1_31"), Network([2, 2, 2, 1], ["relu", "relu", "sigmoid"], seed=4)
    W, b = [w.tolist() for w in net.W[1:]], [v[:, 0].tolist() for v in net.b[1:]]
    lab.set_state({"_parameters": {"W": W, "b": b, "activation": net.activation}, "weight": "w3_11"})
    X, Y = data_set("two moons", 20, seed=3)
    assert lab.net.sizes == [2, 2, 2, 1] and lab.C == net.cost(X[:, :15], Y[:, :15])
    assert lab.value == net.W[3][0, 0]
    with pytest.raises(TraitError):
        lab.weight = "w1_31"                                     # the old layer's third neuron
    config = json.loads(re.search(r'(?s)<script type="application/json">(.*?)</script>',
                                  lab._repr_mimebundle_()[0]["text/html"])[1])["config"]
    assert config["net"]["sizes"] == [2, 2, 2, 1] and config["shape"] is True


@pytest.mark.parametrize("options, words", [
    ({"fresh": True}, "got None"), ({"fresh": True, "name": "moons"}, "got 'moons'"),
    ({"fresh": True, "name": "line"}, "2 inputs")])
def test_fresh_points_need_a_known_name(options, words):
    with pytest.raises(ValueError, match=words):
        small(**options)
    assert small(fresh=True, name="two moons")
