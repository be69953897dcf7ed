"""Five ways to the same gradients, on random networks; and gradients wrong on purpose, each rejected.

The vectorised NumPy code, the printed NumPy, the printed JavaScript (in V8), central differences, and
autograd, an independent automatic differentiation library.
"""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from backprop import Network, gradient_check
from backprop.chain_rule import DERIVATIVES
from backprop.symbolic import derive, weight_index
from backprop.two_layer_derivation import Gradients
from tests.fixtures import engine_with

OUTPUTS = [("identity", "quadratic"), ("sigmoid", "quadratic"), ("tanh", "quadratic"), ("relu", "quadratic"),
           ("softmax", "quadratic"), ("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")]
SETTINGS = settings(max_examples=60, deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@st.composite
def cases(draw, scales=(0.3, 1.0, 5.0, 60.0, 1000.0)):
    """A network, x and y. Scales from the linear range to deep saturation."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4)) if draw(st.integers(0, 9)) else [2, 11, 2]
    output, cost = draw(st.sampled_from(OUTPUTS))
    hidden = draw(st.lists(st.sampled_from(["identity", "sigmoid", "tanh", "relu"]), min_size=len(sizes) - 2,
                           max_size=len(sizes) - 2))
    bias = draw(st.lists(st.booleans(), min_size=len(sizes) - 1, max_size=len(sizes) - 1))
    scale = draw(st.sampled_from(scales))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    W = [rng.normal(size=(n, m)) * scale / m for m, n in zip(sizes, sizes[1:])]
    b = [rng.normal(size=(n, 1)) if has else None for n, has in zip(sizes[1:], bias)]
    net = Network.from_parameters(W=W, b=b, activation=hidden + [output], cost=cost)
    N = draw(st.integers(1, 3))
    x = rng.normal(size=(sizes[0], N))
    y = rng.uniform(size=(sizes[-1], N))
    if cost == "cross_entropy" and draw(st.booleans()):
        y = np.eye(sizes[-1])[:, rng.integers(0, sizes[-1], N)]
    if (output, cost) == ("softmax", "cross_entropy"):
        y = y / y.sum(axis=0)
    return net, x, y


def close(one, other, scale=None, tolerance=1e-9):
    scale = max(1e-3, np.max(np.abs(other))) if scale is None else scale
    np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance * scale)


def rounding(net, y, trace, g):
    """How far the rounding of a (about 1e-16) may move each delta: f' is computed from a, and the error goes back with
    delta."""
    share, L = 1e-15, len(net.sizes) - 1
    errors = [None] * L + [share * (np.abs(trace.a[L]) + np.abs(y)) * (1 + np.abs(trace.a[L] - y))]
    for l in range(L - 1, 0, -1):
        errors[l] = np.abs(net.W[l + 1]).T @ (errors[l + 1] + share * np.abs(g.delta[l + 1]))
    return errors


def parameters(net):
    """(name in the equations, list it is in, index) of every parameter."""
    for l in range(1, len(net.sizes)):
        for j in range(net.sizes[l]):
            for k in range(net.sizes[l - 1]):
                yield f"w{l}_{weight_index(j + 1, k + 1)}", "W", l, (j, k)
            if net.b[l] is not None:
                yield f"b{l}_{j + 1}", "b", l, (j, 0)


@SETTINGS
@given(cases())
def test_numpy_the_printed_numpy_and_the_printed_javascript_agree(case):
    net, x, y = case
    equations = derive(net.sizes, activation=net.activation, cost=net.cost_name, bias=net.bias)
    trace, g = net.forward(x), net.gradients(x, y)
    printed = equations.numpy()(net.W, net.b, x, y)
    assert list(printed) == list(equations)
    errors = rounding(net, y, trace, g)
    W = [None] + [W_l.tolist() for W_l in net.W[1:]]
    b = [None] + [None if b_l is None else b_l.ravel().tolist() for b_l in net.b[1:]]
    N = x.shape[1]
    with engine_with(equations.javascript()) as engine:
        columns = [dict(engine.call("network", W, b, x[:, i].tolist(), y[:, i].tolist())) for i in range(N)]
    alive = {name: np.array([column[name] for column in columns], float) for name in columns[0]}
    assert list(alive) == list(equations)
    for values in (printed, alive):
        assert all(np.isfinite(value).all() for value in values.values())
        close(values["C"].mean(), net.cost(x, y))
        for l in range(1, len(net.sizes)):
            for j in range(net.sizes[l]):
                close(values[f"z{l}_{j + 1}"], trace.z[l][j])
                close(values[f"a{l}_{j + 1}"], trace.a[l][j])
                close(values[f"delta{l}_{j + 1}"], g.delta[l][j],
                      np.max(np.abs(g.delta[l])) + 1e-3 + 1e9 * np.max(errors[l]))
        for name, kind, l, index in parameters(net):
            arriving = np.max(errors[l] @ np.abs(trace.a[l - 1]).T) if kind == "W" else np.max(errors[l])
            close(values[f"dC/d{name}"].mean(), getattr(g, kind)[l][index],
                  np.max(np.abs(getattr(g, kind)[l])) + 1e-3 + 1e9 * arriving)


@SETTINGS
@given(cases())
def test_an_independent_automatic_differentiation_agrees(case):
    net, x, y = case
    functions = {"identity": lambda z: z, "tanh": anp.tanh, "relu": lambda z: anp.where(z > 0, z, 0.0),
                 "sigmoid": lambda z: 0.5 * (1 + anp.tanh(z / 2)),
                 "softmax": lambda z: anp.exp(z - anp.max(z, axis=0)) / anp.sum(anp.exp(z - anp.max(z, axis=0)),
                                                                                axis=0)}

    def cost(W, b):
        a = x
        for l in range(len(W)):
            z = anp.dot(W[l], a) + (0 if b[l] is None else b[l])
            a = functions[net.activation[l]](z)
        if net.cost_name == "quadratic":
            return 0.5 * anp.sum((a - y) ** 2) / x.shape[1]
        if net.activation[-1] == "sigmoid":
            return anp.sum(anp.logaddexp(0, z) - y * z) / x.shape[1]
        top = anp.max(z, axis=0)
        return anp.sum(y * (top + anp.log(anp.sum(anp.exp(z - top), axis=0)) - z)) / x.shape[1]

    W, b = net.W[1:], [np.zeros((n, 1)) if b_l is None else b_l for n, b_l in zip(net.sizes[1:], net.b[1:])]
    close(cost(W, b), net.cost(x, y))
    with np.errstate(over="ignore"):                     # its tanh' divides by cosh squared
        dW, db = autograd.grad(cost, argnum=[0, 1])(W, b)
    trace, g = net.forward(x), net.gradients(x, y)
    errors = rounding(net, y, trace, g)
    for l in range(1, len(net.sizes)):
        close(g.W[l], dW[l - 1], np.max(np.abs(dW[l - 1])) + 1e-6 + 1e9 * np.max(errors[l] @ np.abs(trace.a[l - 1]).T))
        if net.b[l] is not None:
            close(g.b[l], db[l - 1], np.max(np.abs(db[l - 1])) + 1e-6 + 1e9 * np.max(errors[l]))


@SETTINGS
@given(cases(scales=(0.3, 1.0, 3.0)))
def test_central_differences_agree(case):
    net, x, y = case
    z = net.forward(x).z
    kinks = [np.abs(z[l]).min() for l in range(1, len(z)) if net.activation[l - 1] == "relu"]
    assume(min(kinks, default=1) > 1e-3)
    # The cost is known to about 1e-15; the check divides that by 1.2e-5 and by 1e-4 of the largest derivative or cost.
    g = net.gradients(x, y)
    largest = max([net.cost(x, y)] + [np.abs(v).max() for v in [*g.W, *g.b] if v is not None])
    assert gradient_check(net, x, y) < max(1e-5, 1e-6 / max(largest, 1e-4))


@pytest.mark.parametrize("activation, cost",
                         [("sigmoid", "cross_entropy"), ("sigmoid", "quadratic"), ("tanh", "quadratic")])
@pytest.mark.parametrize("z", [10.0, 20.0, 30.0, 36.0, 40.0, 100.0, 800.0])
@pytest.mark.parametrize("y", [0, 1])
def test_gradient_check_takes_no_rounding_for_an_error(activation, cost, z, y):
    # y = 1: saturated on the right side
    net = Network.from_parameters(W=[[[1.0]]], activation=activation, cost=cost)
    assert gradient_check(net, [z], [y]) < 1e-6


@pytest.mark.parametrize("size", [1.0, 1e6])
def test_gradient_check_where_the_cost_is_0(size):
    net = Network([3, 4, 2], activation=["tanh", "identity"], seed=1)
    net.W[2] *= size
    x = [0.3, 0.7, -0.2]
    assert gradient_check(net, x, net.forward(x).output) < 1e-6


def test_gradient_check_is_tight_on_a_smooth_network():
    net = Network([4, 3, 2], activation=["tanh", "softmax"], cost="cross_entropy", seed=7)
    assert gradient_check(net, np.arange(8).reshape(4, 2) / 4 - 1, np.eye(2)) < 1e-7


# --- wrong on purpose -----------------------------------------------------------------------------------

class Wrong(Network):
    """A network whose backward pass or update has one mistake, named by `mistake`."""

    mistake = None

    def gradients(self, x, y):
        right = super().gradients(x, y)
        x, y = np.atleast_2d(x), np.atleast_2d(y)
        trace, N = self.forward(x), x.shape[1]
        dW, db, delta = list(right.W), list(right.b), list(right.delta)
        slope = [None] + [DERIVATIVES[name](a) for name, a in zip(self.activation, trace.a[1:])]
        if self.mistake == "missing f'":
            delta[1] = self.W[2].T @ delta[2]
        if self.mistake == "missing f' at the output":
            delta[2] = trace.a[2] - y
            delta[1] = (self.W[2].T @ delta[2]) * slope[1]
        if self.mistake == "transposed index":
            delta[1] = (self.W[2] @ delta[2]) * slope[1]
        if self.mistake == "one path of two":
            delta[1] = np.outer(self.W[2][0], delta[2][0]) * slope[1]
        if self.mistake == "factor 2":
            delta[2] = 2 * delta[2]
        if self.mistake == "mean forgotten":
            N = 1
        for l in (1, 2):
            dW[l], db[l] = delta[l] @ trace.a[l - 1].T / N, delta[l].sum(axis=1, keepdims=True) / N
        if self.mistake == "bias of the wrong layer":
            db[1] = db[2]
        return Gradients(dW, db, delta)

    def step(self, x, y, learning_rate):
        if self.mistake != "weights updated too early":
            return self.update(self.gradients(x, y), learning_rate)
        N, trace = x.shape[1], self.forward(x)
        delta = (trace.a[2] - y) * DERIVATIVES[self.activation[1]](trace.a[2])
        self.W[2] = self.W[2] - learning_rate * delta @ trace.a[1].T / N
        self.b[2] = self.b[2] - learning_rate * delta.mean(axis=1, keepdims=True)
        delta = (self.W[2].T @ delta) * DERIVATIVES[self.activation[0]](trace.a[1])      # the new W[2]: too early
        self.W[1] = self.W[1] - learning_rate * delta @ trace.a[0].T / N
        self.b[1] = self.b[1] - learning_rate * delta.mean(axis=1, keepdims=True)


def step_error(net, x, y, learning_rate):
    """How far one step of net is from W - eta dC/dW, all gradients taken before it, relative to the step."""
    before = [p.copy() for p in net.W[1:] + net.b[1:]]
    reference = Network.from_parameters(W=net.W, b=net.b, activation=net.activation, cost=net.cost_name)
    g = reference.gradients(x, y)
    net.step(x, y, learning_rate)
    wanted = [p - learning_rate * d for p, d in zip(before, g.W[1:] + g.b[1:])]
    size = max(np.abs(w - p).max() for w, p in zip(wanted, before))
    return max(np.abs(n - w).max() for n, w in zip(net.W[1:] + net.b[1:], wanted)) / size


@pytest.fixture
def wrong():
    net = Wrong([2, 2, 2], seed=11)
    return net, np.array([[0.5, -1.0, 2.0], [1.0, 0.3, -0.7]]), np.array([[1, 0, 0.3], [0, 1, 0.9]])


def test_the_checker_passes_what_is_right(wrong):
    net, x, y = wrong
    assert gradient_check(net, x, y) < 1e-7
    assert step_error(net, x, y, 50.0) < 1e-12


@pytest.mark.parametrize("mistake",
                         ["missing f'", "missing f' at the output", "transposed index", "one path of two", "factor 2",
                          "mean forgotten", "bias of the wrong layer"])
def test_a_wrong_gradient_is_rejected(wrong, mistake, monkeypatch):
    net, x, y = wrong
    monkeypatch.setattr(Wrong, "mistake", mistake)
    assert gradient_check(net, x, y) > 1e-2


def test_weights_updated_too_early_pass_every_tiny_step_and_fail_one_large_step(wrong, monkeypatch):
    net, x, y = wrong
    monkeypatch.setattr(Wrong, "mistake", "weights updated too early")
    assert gradient_check(net, x, y) < 1e-7                       # its gradients are right
    assert step_error(net, x, y, 1e-8) < 1e-6                     # and a tiny step looks right
    assert step_error(net, x, y, 50.0) > 1e-2                     # a large one doesn't
