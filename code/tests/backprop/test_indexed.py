"""The equations with indices: proved equal to the named list, and the printed loops equal to Network."""

import json
import re

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Network
from backprop.indexed import (
    HIDDEN,
    Eq,
    array,
    hidden_delta,
    i,
    index,
    indexed,
    input_gradient,
    named,
    output_delta,
    pairs,
    prove_indexed,
    size,
    standard,
    weight_gradient,
)
from backprop.loop_printers import compute, javascript
from backprop.symbolic import Quantity, derive, is_zero
from tests.fixtures import engine_with


@pytest.mark.parametrize("sizes, bias", [([4, 2, 2, 1], [True, True, False]), ([2, 3, 1], True), ([1, 1, 1], True),
                                         ([2, 2, 2], True)])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_every_entry_equals_the_named_list(sizes, bias, hidden):
    L = len(sizes) - 1
    for output, cost in pairs():
        equations = derive(sizes, [hidden] * (L - 1) + [output], cost, bias)
        proved = prove_indexed(sizes, [hidden] * (L - 1) + [output], cost, bias)
        assert proved == len(equations)                                    # nothing of the list is left out


def test_with_any_activation_and_any_cost_too():
    assert prove_indexed([2, 3, 1], "f", "generic") == len(derive([2, 3, 1], "f", "generic"))


def test_the_pull_of_an_input_is_the_derivative_of_the_cost():
    sizes = [2, 3, 1]
    equations = derive(sizes, "f", "generic")
    values = {}
    for name, equation in equations.items():
        values[Quantity(name)] = equation.rhs.xreplace(values)
    for k in (1, 2):
        name, rhs = named(input_gradient(), sizes, 1, k=k)
        assert name == f"dC/dx_{k}"
        assert is_zero(sympy.diff(values[Quantity("C")], Quantity(f"x_{k}")) - rhs.xreplace(values))


def _no_gate(f):
    right = hidden_delta(f)
    [arriving] = right.rhs.atoms(sympy.Sum)
    return Eq(right.lhs, arriving, evaluate=False)


def _transposed(f):
    j, m = index("j", size("l")), index("m", size("l+1"))
    right = hidden_delta(f)
    [arriving] = right.rhs.atoms(sympy.Sum)
    swapped = sympy.Sum(array("w", "l+1")[j, m] * array("delta", "l+1")[m, i], (m, 1, size("l+1")))
    return Eq(right.lhs, right.rhs.xreplace({arriving: swapped}), evaluate=False)


WRONG = {
    "BP2 without the gate": ("BP2", lambda f, cost: _no_gate(f)),
    "BP2 with row and column swapped": ("BP2", lambda f, cost: _transposed(f)),
    "BP4 twice": ("BP4", lambda f, cost: Eq(weight_gradient().lhs, 2 * weight_gradient().rhs, evaluate=False)),
    "BP1 after softmax, the Jacobian's diagonal only": ("BP1", lambda f, cost: output_delta("sigmoid", "quadratic")),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_equation_is_rejected(wrong):
    name, build = WRONG[wrong]

    def equations(asked, f, cost=None):
        return build(f, cost) if asked == name else standard(asked, f, cost)
    with pytest.raises(AssertionError, match="the indexed equation gives"):
        prove_indexed([2, 2, 2], ["tanh", "softmax"], "quadratic", equations=equations)


def test_latex_is_the_books_notation():
    equations = indexed()
    assert r"\sum_{m=1}^{n_{l+1}} w^{(l+1)}_{mj} \delta^{(l+1)[i]}_{m}" in equations.latex("BP2")
    left, right = equations.latex("BP4").splitlines()[1].split(" &= ")
    assert left == r"\frac{\partial \bar C}{\partial w^{(l)}_{jk}}"
    assert right == r"\frac{1}{N} \sum_{i=1}^{N} \delta^{(l)[i]}_{j} a^{(l-1)[i]}_{k}"
    softmax = indexed("relu", "softmax", "quadratic").latex("BP1")
    assert r"\left[j=m\right]" in softmax   # delta is the local gradient
    for output, cost in pairs():
        block = indexed("tanh", output, cost).latex()
        assert block.count("{") == block.count("}") and "(l)_" not in block and "delta(" not in block


@pytest.mark.parametrize("arguments, words", [
    (("softplus",), "unknown activation"), (("softmax",), "unknown activation"), (("tanh", "softmax"), "needs a cost"),
    (("tanh", "relu", "cross_entropy"), "must be sigmoid")])
def test_what_does_not_go_together_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        indexed(*arguments)


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(KeyError, match="expected one of F1, F2"):
        indexed()["BP5"]


# --- the printed loops ---------------------------------------------------------------------------

RUN = """
function run(net, W, b, x, y, N) {
  const m = machine(net, N + 3), flat = (columns) => Float64Array.from(columns.flat());
  m.layers.forEach((layer, l) => { layer.W.set(W[l].flat()); if (layer.b) layer.b.set(b[l]); });
  for (let twice = 0; twice < 2; twice++) {                        // nothing is left over from the run before
    m.forward(flat(x), N);
    m.mean = m.costs(flat(y), N);
    m.deltas(flat(y), N);
    m.gradients(N);
    m.dx = m.pulls(N);
  }
  const list = (numbers, n) => Array.from(numbers.subarray(0, n)).map((v) => Number.isFinite(v) ? v : String(v));
  const layers = m.layers.map((layer, l) => {
    const votes = (k) => Array.from({length: layer.n}, (_, j) => list(m.votes(l + 1, j, k, N, new Float64Array(N)), N));
    const [z, a, delta] = ["z", "a", "delta"].map((letter) => list(layer[letter], N * layer.n));
    return {z, a, delta, votes: votes(0), biases: votes(-1)};
  });
  return JSON.stringify({mean: m.mean, C: list(m.C, N), dx: list(m.dx, N * net.sizes[0]), layers,
    grad: list(m.grad, m.grad.length)});
}
"""


@pytest.fixture(scope="module")
def engine():
    with engine_with(javascript() + RUN) as made:
        yield made


def run_javascript(engine, net, x, y):
    config = {"sizes": net.sizes, "bias": net.bias, "activation": net.activation, "cost": net.cost_name}
    W, b = [W.tolist() for W in net.W[1:]], [b if b is None else b[:, 0].tolist() for b in net.b[1:]]
    arguments = [config, W, b, x.T.tolist(), y.T.tolist(), x.shape[1]]
    return json.loads(engine.eval(f"run({','.join(json.dumps(a) for a in arguments)})"))


def example(output, cost, sizes, rng, N, scale):
    x = rng.normal(size=(sizes[0], N))
    y = rng.random((sizes[-1], N))
    if (output, cost) == ("softmax", "cross_entropy"):
        y /= y.sum(axis=0)
    activation = [HIDDEN[rng.integers(4)] for _ in sizes[2:]] + [output]
    net = Network(sizes, activation, cost, [bool(rng.integers(2)) for _ in sizes[1:]], seed=int(rng.integers(1000)))
    for l in range(1, len(sizes)):
        net.W[l] *= scale
        if net.b[l] is not None:
            net.b[l] += rng.normal(size=net.b[l].shape)
    return net, x, y


def same(value, expected):
    return np.allclose(value, expected, rtol=1e-9, atol=1e-11 * (1 + np.abs(expected).max()))


@settings(max_examples=60, deadline=None)
@given(pair=st.sampled_from(pairs()), seed=st.integers(0, 10**6), N=st.integers(1, 7),
       sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4))
def test_loops_equal_the_network(engine, pair, seed, sizes, N):
    net, x, y = example(*pair, sizes, np.random.default_rng(seed), N, 1.5)
    seen, g, trace = run_javascript(engine, net, x, y), net.gradients(x, y), net.forward(x)
    assert same(seen["mean"], net.cost(x, y))
    flat = [array.ravel() for l in range(1, len(sizes)) for array in (g.W[l], g.b[l]) if array is not None]
    assert same(seen["grad"], np.concatenate(flat))
    for l, layer in enumerate(seen["layers"], 1):
        for letter, expected in (("z", trace.z[l]), ("a", trace.a[l]), ("delta", g.delta[l])):
            assert same(np.reshape(layer[letter], (N, -1)).T, expected), f"{letter}[{l}]"
        assert same(layer["votes"], g.delta[l] * trace.a[l - 1][0]), "the examples' own derivatives by a weight"
        assert same(layer["biases"], g.delta[l])
    assert same(np.reshape(seen["dx"], (N, -1)).T, net.W[1].T @ g.delta[1])
    printed = compute(net, x, y)
    assert same(printed["mean"], net.cost(x, y)) and same(printed["dx"], net.W[1].T @ g.delta[1])
    for l in range(1, len(sizes)):
        assert same(printed["a"][l], trace.a[l]) and same(printed["delta"][l], g.delta[l])
        assert same(printed["dW"][l], g.W[l])
        assert g.b[l] is None or same(printed["db"][l], g.b[l])


@pytest.mark.parametrize("output, cost", pairs())
@pytest.mark.parametrize("z", [40.0, 1000.0, -1000.0])
def test_saturation_loses_nothing(engine, output, cost, z):
    n = 3 if output == "softmax" else 1
    net = Network.from_parameters([np.eye(n)], [np.zeros(n)], activation=output, cost=cost)
    x = np.array([[z], [0.0], [-5.0]])[:n]
    y = np.array([[0.0], [1.0], [0.0]])[:n]
    seen = run_javascript(engine, net, x, y)
    numbers = seen["grad"] + seen["C"] + seen["layers"][0]["a"]
    assert all(isinstance(value, (int, float)) for value in numbers), "NaN or infinity"
    assert same(seen["mean"], net.cost(x, y))
    assert same(seen["layers"][0]["delta"], net.gradients(x, y).delta[1][:, 0])
    assert same(compute(net, x, y)["mean"], net.cost(x, y))


def test_the_program_does_not_grow_with_the_network():
    text = javascript()
    assert len(text) < 16_000
    assert not re.search(r"new Array|\.map\(|\[\]", text.split("function machine")[0]), "the loops allocate nothing"
