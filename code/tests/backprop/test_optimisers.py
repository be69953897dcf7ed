"""The optimisers' equations: printed as LaTeX, NumPy and JavaScript, and all three the same."""

import numpy as np
import pytest

from backprop.optimisers import OPTIMISERS
from tests.fixtures import engine_with

GRADIENTS = [np.array([0.5, -2.0, 0.0, 1e-3]), np.array([0.25, 3.0, 0.0, -1e-3]), np.array([-1.0, 0.5, 4.0, 2e-3])]


def run_numpy(optimiser, gradients, eta=0.1):
    step, w, memory = optimiser.numpy(), np.zeros(4), {name: np.zeros(4) for name in optimiser.memory}
    for t, g in enumerate(gradients, 1):
        w, memory = step(w, g, memory, t, eta)
    return w, memory


def run_javascript(source, name, memory_names, gradients, eta=0.1):
    run = f"""function run(gradients, eta) {{
        const w = [0, 0, 0, 0], memory = {{}};
        for (const name of {list(memory_names)}) memory[name] = [0, 0, 0, 0];
        gradients.forEach((g, i) => {name}(w, g, memory, i + 1, eta));
        return [w, ...{list(memory_names)}.map((name) => memory[name])];
    }}"""
    with engine_with(source, run) as engine:
        return [list(values) for values in engine.call("run", [g.tolist() for g in gradients], eta)]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_printed_javascript_takes_the_same_steps(name):
    optimiser = OPTIMISERS[name]
    w, memory = run_numpy(optimiser, GRADIENTS)
    printed = run_javascript(optimiser.javascript(), name, optimiser.memory, GRADIENTS)
    np.testing.assert_allclose(printed, [w, *memory.values()], rtol=1e-12, atol=1e-15)


def test_numbers_that_can_be_done_on_paper():
    one, two = np.array([1.0, 0, 0, 0]), np.array([2.0, 0, 0, 0])
    assert run_numpy(OPTIMISERS["gradient_descent"], [one, two])[0][0] == pytest.approx(-0.1 - 0.2)
    # v: -0.1, then 0.9 (-0.1) - 0.2 = -0.29
    assert run_numpy(OPTIMISERS["momentum"], [one, two])[0][0] == pytest.approx(-0.1 - 0.29)
    # the first step of Adam is eta, whatever the size of the gradient
    for size in (1e-3, 1.0, 1e6):
        assert run_numpy(OPTIMISERS["adam"], [size * one])[0][0] == pytest.approx(-0.1, rel=1e-4)


def test_a_wrong_line_is_noticed():
    optimiser = OPTIMISERS["adam"]
    right = run_numpy(optimiser, GRADIENTS)[0]
    forgotten = optimiser.javascript().replace("/(1 - Math.pow(beta_m, t))", "")
    assert forgotten != optimiser.javascript()
    wrong = run_javascript(forgotten, "adam", optimiser.memory, GRADIENTS)[0]
    assert np.max(np.abs(np.array(wrong) - right)) > 1e-3


def test_latex_names_every_step():
    assert OPTIMISERS["momentum"].latex().count(r"\leftarrow") == 2
    assert r"\hat{m}" in OPTIMISERS["adam"].latex() and r"\sqrt{\hat{s}}" in OPTIMISERS["adam"].latex()
