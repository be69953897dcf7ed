"""The widget's Python side: its traits, what it refuses, what it hands to a page, how little it sends."""

import asyncio
import gzip
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import ipywidgets
import numpy as np
import pytest
import traitlets

from backprop import Network, Nudge
from backprop.widgets.assemble import classic, shared_script, site_script, source, style
from backprop.widgets.draw.format import label, plain, short, show, spoken
from tests.widgets.nudge_pages import close
from tools import minified

X, Y = [1.0, 0.5, -1.0, 0.8], [1.0]


@pytest.fixture
def net():
    return Network([4, 2, 2, 1], activation=["sigmoid", "tanh", "identity"], bias=[True, True, False], seed=3)


@pytest.fixture
def nudge(net):
    return Nudge(net, X, Y, weight="w2_12")


def agrees(nudge):
    """Do all sides of the widget tell the same?"""
    g = nudge.net.gradients(nudge.x, nudge.y)
    letter, l, j, k = re.fullmatch(r"([wb])(\d)_(\d)(\d?)", nudge.weight).groups()
    l, index = int(l), (int(j) - 1, int(k or 1) - 1)
    parameter, gradient = (nudge.net.W, g.W) if letter == "w" else (nudge.net.b, g.b)
    synced = nudge._parameters["W" if letter == "w" else "b"][l - 1]
    return (nudge.value == parameter[l][index] == (synced[index[0]][index[1]] if letter == "w" else synced[index[0]])
            and close(nudge.gradient, gradient[l][index]) and close(nudge.C, nudge.net.cost(nudge.x, nudge.y)))


def test_it_is_a_widget_and_agrees_with_numpy(net, nudge):
    assert isinstance(nudge, ipywidgets.DOMWidget)
    assert nudge.value == net.W[2][0, 1] and close(nudge.C, net.cost(X, Y)) and agrees(nudge)


def test_setting_moves_everything_and_never_the_network_that_was_passed(net, nudge):
    before = [W.copy() for W in net.W[1:]]
    for weight in ("w1_24", "b2_1", "w3_12"):
        nudge.weight = weight
        assert agrees(nudge)
        nudge.value = -0.75
        assert nudge.value == -0.75 and agrees(nudge)
    nudge.x, nudge.y = [0, 1, 2, 3], np.array([[0.5]])
    assert nudge.x == (0.0, 1.0, 2.0, 3.0) and nudge.y == (0.5,) and agrees(nudge)
    other = Network([4, 2, 2, 1], activation=net.activation, bias=net.bias, seed=9)
    nudge.set_parameters(W=other.W, b=other.b)
    assert nudge.value == other.W[3][0, 1] and agrees(nudge)
    for W, old in zip(net.W[1:], before):
        np.testing.assert_array_equal(W, old)
    with pytest.raises(ValueError, match="read-only"):
        nudge.net.W[1][0, 0] = 99
    changed = nudge.net
    changed.update(changed.gradients(nudge.x, nudge.y), 1.0)
    assert agrees(nudge)


def test_changes_can_be_observed(nudge):
    seen = []
    nudge.observe(lambda change: seen.append((change["name"], change["new"])), ["C", "gradient", "value", "weight"])
    nudge.value = 0.25
    assert {name for name, _ in seen} == {"value", "C", "gradient"} and ("value", 0.25) in seen
    nudge.weight = "w1_11"
    assert ("weight", "w1_11") in seen and ("value", nudge.value) in seen and agrees(nudge)


def test_what_the_browser_sends_arrives(nudge):
    parameters = json.loads(json.dumps(nudge._parameters))
    parameters["W"][0][1][2] = 0.125
    nudge.set_state({"weight": "w1_23", "value": 0.125, "_parameters": parameters, "x": [1, 2, 3, 4],
                     "learning_rate": 2})
    assert (nudge.weight == "w1_23" and nudge.value == 0.125 and nudge.x == (1.0, 2.0, 3.0, 4.0)
            and nudge.learning_rate == 2.0 and agrees(nudge))


def test_it_composes_with_ordinary_widgets(nudge):
    slider, shown = ipywidgets.FloatSlider(min=-5, max=5), []
    traitlets.link((nudge, "value"), (slider, "value"))
    assert slider.value == nudge.value
    slider.value = 1.5
    assert nudge.value == 1.5 and agrees(nudge)
    nudge.value = -2.5
    assert slider.value == -2.5
    ipywidgets.HBox([nudge, slider])
    ipywidgets.interactive_output(lambda w, eta: shown.append((w, eta)), {"w": nudge, "eta": ipywidgets.FloatText(1.0)})
    nudge.value = 0.5
    assert shown[0] == (-2.5, 1.0) and shown[-1] == (0.5, 1.0)


NOT_A_NUMBER = [float("nan"), float("inf"), "0.5", None, True, [1.0], 1j]
BAD = {
    **{f"value {v!r}": ("value", v) for v in NOT_A_NUMBER},
    **{f"learning_rate {v!r}": ("learning_rate", v) for v in [*NOT_A_NUMBER, -1]},
    **{f"weight {v!r}": ("weight", v) for v in ["w9_11", "w2_13", "b3_1", "", "W2_12", "constructor", 12, None]},
    **{f"x {v!r}": ("x", v)
       for v in [[1, 2], "1234", [1, 2, 3, float("nan")], [[1, 2], [3, 4], [5, 6], [7, 8]], None, [1, 2, 3, "4"]]},
    **{f"y {v!r}": ("y", v) for v in [[], [1, 2], [float("inf")], "1"]},
    **{f"_parameters {v!r}": ("_parameters", v) for v in [{}, {"W": 1, "b": 2}, {"W": [[[1.0]]], "b": [None]}, []]},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_values_are_refused_and_nothing_changes(nudge, name):
    trait, value = BAD[name]
    before = nudge.get_state(), nudge.C, nudge.gradient
    with pytest.raises((ValueError, TypeError, traitlets.TraitError)) as error:
        setattr(nudge, trait, value)
    assert trait.strip("_") in str(error.value).lower() or "shape" in str(error.value) or "expected" in str(error.value)
    assert (nudge.get_state(), nudge.C, nudge.gradient) == before and agrees(nudge)


def test_nan_parameters_and_wrong_shapes_are_refused(nudge):
    before = nudge.get_state()
    good = nudge.net
    for W in ([np.full((2, 4), np.nan), *good.W[2:]], good.W[1:3], [good.W[1].T, *good.W[2:]], "W",
              [np.ones((2, 4)), np.ones((3, 2)), np.ones((1, 3))]):
        with pytest.raises(ValueError, match="W|shape|entries"):
            nudge.set_parameters(W=W)
    with pytest.raises(ValueError, match="b"):
        nudge.set_parameters(b=[np.zeros(2), np.zeros(2), np.zeros(1)])
    assert nudge.get_state() == before


@pytest.mark.parametrize("name", ["C", "gradient", "net"])
def test_results_are_read_only(nudge, name):
    with pytest.raises((traitlets.TraitError, AttributeError)):
        setattr(nudge, name, 1.0)
    assert agrees(nudge)


@pytest.mark.parametrize("arguments, words", [
    ({"net": "network"}, "Network"),
    ({"x": [1, 2]}, "x has 2 rows"),
    ({"x": np.ones((4, 3)), "y": np.ones((1, 3))}, "one example at a time"),
    ({"y": [float("nan")]}, "finite"),
    ({"weight": "w4_11"}, "weight must be a parameter"),
    ({"panels": ["curves"]}, "panels must be"),
    ({"panels": "curve"}, "panels must be"),
    ({"panels": ["curve", "curve"]}, "panels must be"),
    ({"question": "z9_1"}, "question must be"),
    ({"nudge": "big"}, "nudge must be"),
    ({"learning_rate": -1}, "learning_rate"),
    ({"span": (2, 1)}, "span"),
    ({"span": 3}, "span"),
    ({"compare": "cross_entropy"}, "sigmoid or softmax"),
    ({"compare": "hinge"}, "unknown cost"),
])
def test_what_can_not_be_shown_is_refused_at_once(net, arguments, words):
    with pytest.raises((ValueError, TypeError), match=words):
        Nudge(**{"net": net, "x": X, "y": Y, **arguments})


def test_targets_of_cross_entropy_are_checked_for_the_compared_cost_too():
    net = Network([1, 1], seed=0)
    assert Nudge(net, [1], [2]).y == (2.0,)
    with pytest.raises(ValueError, match="between 0 and 1"):
        Nudge(net, [1], [2], compare="cross_entropy")


def test_the_factors_of_a_large_network_are_refused_and_the_rest_is_not():
    large = Network([16, 12, 8, 2], activation="tanh", seed=0)
    with pytest.raises(ValueError, match="326"):
        Nudge(large, np.ones(16), [0, 1], panels=["factors"])
    nudge = Nudge(large, np.ones(16), [0, 1], "w1_3,12")
    assert close(nudge.gradient, large.gradients(np.ones(16), [0, 1]).W[1][2, 11])


def test_a_cost_that_overflows_is_nan_and_comes_back():
    nudge = Nudge(Network([1, 1], activation="identity", seed=0), [1], [0])
    nudge.value = 1e200
    assert np.isnan(nudge.C) and np.isnan(nudge.gradient) and nudge.value == 1e200
    nudge.value = 2.0
    assert nudge.C == 2.0


def test_float32_is_shown_as_it_is():
    W = np.float32([[0.1]])
    nudge = Nudge(Network.from_parameters([W], [np.float32([0.2])]), [1], [0])
    assert nudge.value == float(np.float32(0.1))


@pytest.mark.slow
def test_ten_thousand_changes_are_a_few_messages_and_the_last_state_arrives(nudge):
    sent = []

    class Comm:
        kernel = comm_id = "a comm"

        def on_msg(self, callback):
            pass

        def send(self, data=None, buffers=None, **_):
            sent.append(data["state"])

        def close(self, *_):
            pass

    async def drag():
        nudge.comm = Comm()
        for i in range(10_000):
            nudge.value = i / 1000
        await asyncio.sleep(0.1)

    start = time.monotonic()
    # a browser test before this one has left its event loop in this thread
    with ThreadPoolExecutor() as thread:
        thread.submit(asyncio.run, drag()).result()
    seconds = time.monotonic() - start
    arrived = {key: value for state in sent for key, value in state.items()}
    assert arrived["value"] == 9.999 and arrived["_parameters"]["W"][1][0][1] == 9.999
    assert 1 < len(sent) < 31 * seconds + 5
    nudge.comm = None


def test_changes_held_together_all_arrive(nudge):
    with nudge.hold_trait_notifications():
        nudge.weight = "w2_11"
        nudge.value = -2.5
        nudge.x = [2, 2, 2, 2]
    assert nudge.value == nudge.net.W[2][0, 0] == -2.5 and nudge.x == (2, 2, 2, 2) and agrees(nudge)


def test_an_observer_of_the_cost_sees_its_gradient(nudge):
    seen = []
    nudge.observe(lambda change: seen.append((change["new"], nudge.gradient)), "C")
    nudge.value = 1.25
    assert seen == [(nudge.C, nudge.gradient)]


def test_an_input_is_not_changed_unseen(nudge):
    with pytest.raises(TypeError):
        nudge.x[0] = 99


@pytest.mark.parametrize("net",
                         [Network([2, 3], seed=1), Network([2, 3], activation="softmax", cost="cross_entropy", seed=1),
                          Network([2, 1], activation="softmax", cost="cross_entropy", seed=1)])
def test_the_cost_panel_is_for_one_output(net):
    with pytest.raises(ValueError, match='panel "cost"'):
        Nudge(net, [1, 2], [1, 0, 0][:net.sizes[-1]], panels=["cost"])


# ---- what a page gets ----------------------------------------------------------------------------


def page_data(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])


def test_the_bundle_holds_a_live_view_and_a_page_that_needs_no_kernel(nudge):
    bundle, _ = nudge._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(bundle)
    html = bundle["text/html"]
    data = page_data(html)
    assert data["state"]["W"] == nudge._parameters["W"] and data["config"]["equations"].startswith("function network")
    assert 'class="nudge"' not in html and "http" not in html.replace("http://www.w3.org/2000/svg", "")
    assert f'data-quantity="C" data-format="4" data-value="{nudge.C!r}"' in html
    nudge.value = 3.5
    assert page_data(nudge._repr_mimebundle_()[0]["text/html"])["state"]["W"][1][0][1] == 3.5


def test_the_page_shows_the_state_of_the_moment(nudge):
    nudge.value = 3.5
    html = nudge._repr_mimebundle_()[0]["text/html"]
    shown = re.findall(r'data-quantity="C" data-format="\w+" data-value="([^"]+)"', html)
    assert shown and all(close(float(value), nudge.C) for value in shown)


def test_script_and_style_stay_small_and_ask_nobody():
    together = minified.script(shared_script() + site_script()) + style()         # as the site has them
    assert len(gzip.compress(together.encode(), 9)) < 19_000 and len((Nudge._esm + Nudge._css).encode()) < 59_500
    assert not re.search(r"https?:|//\w+\.\w+/|@import|\bimport\s*\(|\bfetch\b|XMLHttpRequest|localStorage|sendBeacon",
                         together)
    assert "export" not in classic(source()) and classic(source()).rstrip().endswith("mountAll();})();")


def test_no_derivative_is_written_in_javascript():
    """The activations' derivatives and the costs live in the printed equations alone."""
    assert not re.search(r"Math\.(exp|log|tanh|log1p)\b", classic(source()))
    assert not re.search(r"1 - a\b|a \* \(1|\(a - y\)", classic(source()))


@pytest.mark.parametrize("value, long, fits", [
    (0.0, "0.000", "0.00"), (-0.25, "−0.250", "−0.25"), (1234.5, "1234.5", "1235"), (-1e6, "−1.0·10⁶", "−1e6"),
    (3e-7, "3.0·10⁻⁷", "0.00"),
    (-3e-7, "−3.0·10⁻⁷", "0.00"), (np.inf, "∞", "∞"), (-np.inf, "−∞", "−∞"), (np.nan, "undefined", "undefined"),
    (-12.345, "−12.345", "−12.3")])
def test_numbers(value, long, fits):
    assert show(value) == long and short(value) == fits


def test_names():
    assert (plain("w2_12") == "w⁽²⁾₁₂" and spoken("w2_12") == "w layer 2 to 1 from 2"
            and spoken("w1_3,12") == "w layer 1 to 3 from 12")
    assert plain("b1_3") == "b⁽¹⁾₃" and spoken("b1_3") == "b layer 1 3" and plain("x_2") == "x₂"
    assert "<sup>(2)</sup><sub>1</sub>" in label("delta2_1") and "δ" in label("delta2_1")
