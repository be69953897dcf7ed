"""Drills: a thousand drawn ones agree with Network, and the page draws the same numbers as Python."""

import json
from pathlib import Path

import numpy as np
import pytest

from backprop import Network
from backprop.exercises import practice
from backprop.exercises._drills import all_drills, drawn, filled, network_names
from backprop.exercises._judge import judge
from backprop.exercises._words import page_data
from tests.fixtures import engine_with

pytestmark = pytest.mark.slow

DRILLS = all_drills()
ANSWERS = Path(__file__).parents[4] / "book" / "_static" / "answers"
SEEDS = range(112)                            # of each of the nine drills: a thousand in all

# name -> sizes, activation, cost, bias and what the answer is, from a network and its gradients
NETWORKS = {
    "forward": ([2, 2, 1], ["relu", "identity"], "quadratic", True, lambda net, t, g, v: t.output.item()),
    "one-path": ([1, 1, 1], ["sigmoid", "identity"], "quadratic", False, lambda net, t, g, v: g.W[1].item()),
    "two-paths": ([1, 1, 2, 1], ["sigmoid", "sigmoid", "identity"], "quadratic", False,
                  lambda net, t, g, v: g.W[1].item()),
    "delta-back": ([1, 2, 2], ["sigmoid", "identity"], "quadratic", True, lambda net, t, g, v: g.delta[1][0, 0]),
    "gradient": ([2, 1], ["sigmoid"], "quadratic", True, lambda net, t, g, v: g.W[1][0, 1]),
    "update": ([2, 1], ["identity"], "quadratic", True, lambda net, t, g, v: updated(net, g, v["eta"])),
    "softmax": ([1, 3], ["softmax"], "cross_entropy", True, lambda net, t, g, v: g.delta[1][:, 0].tolist()),
}


def updated(net, g, eta):
    net.update(g, eta)
    return net.W[1][0, 0]


def by_network(name, values):
    """The answer as Network finds it."""
    sizes, activation, cost, bias, answer = NETWORKS[name]
    arrays = {key: [[values[one] for one in row] for row in rows] for key, rows in network_names(sizes, bias).items()}
    layers = range(1, len(sizes))
    net = Network.from_parameters(W=[arrays[f"W{l}"] for l in layers], b=[arrays.get(f"b{l}") for l in layers],
                                  activation=activation, cost=cost)
    x = [values[f"x_{k}"] for k in range(1, sizes[0] + 1)]
    y = [values[f"y_{j}"] for j in range(1, sizes[-1] + 1)]
    return answer(net, net.forward(x), net.gradients(x, y), values)


@pytest.mark.parametrize("name", NETWORKS)
def test_drills_agree_with_the_network(name):
    for seed in SEEDS:
        values, exercise = drawn(DRILLS[name], seed)
        right = by_network(name, values)
        found = exercise.get("value", [part.get("value") for part in exercise.get("parts", [])])
        assert np.allclose(found, right, rtol=1e-12, atol=1e-12), seed
        assert judge(exercise, right) == ("right", None)
        for wrong, _ in exercise.get("near", []):
            assert judge(exercise, wrong)[0] == "near"


def test_counting_drills_agree_with_the_network():
    for seed in SEEDS:
        values, exercise = drawn(DRILLS["parameters"], seed)
        sizes = [int(values[name]) for name in "nmp"]
        net = Network(sizes)
        assert exercise["value"] == net.n_parameters
        values, exercise = drawn(DRILLS["shapes"], seed)
        net = Network([int(values[name]) for name in "nmp"])
        assert judge(exercise, [net.W[1].shape, net.b[2].shape, net.W[2].shape]) == ("right", None)


def test_a_wrong_equation_is_noticed():
    """With one equation of the drill made wrong, the comparison with Network fails."""
    drill = {**DRILLS["one-path"], "equations": [[name, formula.replace("1 - a1_1", "1 + a1_1")]
                                                for name, formula in DRILLS["one-path"]["equations"]]}
    values, exercise = drawn(drill, 3)
    assert not np.isclose(exercise["value"], by_network("one-path", values))


def test_a_solution_has_no_empty_place():
    for drill in DRILLS.values():
        values, _ = drawn(drill, 3)
        for text in [drill["ask"], *drill["lines"]]:
            assert "@" not in filled(text, values)


def test_the_page_draws_the_same():
    scripts = [(ANSWERS / f"{script}.js").read_text(encoding="utf-8")
               for script in ("draw", "formula", "judge", "drills")]
    with engine_with(f"globalThis.bookAnswers = {{data: {json.dumps(page_data())}}}", *scripts) as engine:
        for drill in DRILLS.values():
            engine.eval(f"globalThis.drill = {json.dumps(drill)}; 0")
            for seed in SEEDS:
                values, exercise = drawn(drill, seed)
                theirs = json.loads(engine.eval(f"JSON.stringify(bookAnswers.drawn(drill, {seed}))"))
                assert theirs["values"] == pytest.approx(values, rel=1e-12)
                assert shape(theirs["exercise"]) == shape(exercise)
                text = f"bookAnswers.filled(drill.lines[0], bookAnswers.drawn(drill, {seed}).values)"
                assert engine.eval(text) == filled(drill["lines"][0], values)


def shape(exercise):
    """An exercise with its numbers rounded."""
    return json.loads(json.dumps(exercise), parse_float=lambda text: round(float(text), 9), parse_int=float)


def test_practice_in_a_notebook(capsys):
    one = practice("update", seed=48)
    assert "seed=48" in one._repr_markdown_() and "@" not in one._repr_markdown_()
    one.check(one.exercise["near"][0][0])
    one.hint()
    one.check(one.exercise["value"])
    assert capsys.readouterr().out.splitlines() == [
        "Not yet: that step goes uphill.", one.exercise["hint"], "Right."]
    assert {practice("parameters").seed for _ in range(9)} != {practice("parameters").seed}
    with pytest.raises(ValueError, match="no drill is named 'nonsense'; there are parameters, shapes"):
        practice("nonsense")


def test_what_needs_no_rounding_has_to_be_exact():
    _, exercise = drawn(DRILLS["parameters"], 1)
    assert judge(exercise, exercise["value"] + 1)[0] != "right"
