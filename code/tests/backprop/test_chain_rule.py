"""The gradient check: nudges many at once as one by one, accuses no right gradient and excuses no wrong one."""

import tracemalloc

import numpy as np
import pytest

from backprop import Network, gradient_check
from backprop.chain_rule import nudged_layer
from backprop.checks import as_columns
from backprop.two_layer_derivation import Gradients

KINDS = [(["tanh", "softmax"], "cross_entropy"), (["sigmoid", "sigmoid"], "cross_entropy"),
         (["relu", "identity"], "quadratic"),
         (["sigmoid", "softmax"], "quadratic"), (["tanh", "tanh"], "quadratic")]


@pytest.fixture(scope="module")
def iris():
    from sklearn.datasets import load_iris  # here: it takes seconds, also for those who run other tests

    return load_iris()


def one_by_one(net, x, y, parameter):
    for index in np.ndindex(parameter.shape):
        before, costs = parameter[index], []
        h = 6e-6 * max(1.0, abs(before))
        for nudged in (before + h, before - h):
            parameter[index] = nudged
            costs.append(net.cost(x, y))
        parameter[index] = before
        yield (costs[0] - costs[1]) / (2 * h)


@pytest.mark.parametrize("activation, cost", KINDS)
@pytest.mark.parametrize("sizes", [[3, 4, 3], [3, 4, 5, 2, 3], [3, 3]])
def test_all_at_once_is_one_by_one(activation, cost, sizes):
    activation = [activation[0]] * (len(sizes) - 2) + [activation[1]]
    net = Network(sizes, activation, cost, seed=2)
    x, y = np.random.default_rng(0).normal(size=(3, 5)), np.eye(3)[:, [0, 2, 1, 1, 0]]
    for l in range(1, len(sizes)):
        found = list(nudged_layer(net, net.forward(x), as_columns(y, 3, "y", "outputs"), l))
        for parameter, (derivatives, _) in zip((net.W[l], net.b[l]), found, strict=True):
            np.testing.assert_allclose(derivatives, list(one_by_one(net, x, y, parameter)), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("examples", [[0, 1, 2], [0, 60, 120], [50, 51, 52]])
def test_right_gradients_of_a_trained_network_are_not_accused(iris, seed, examples):
    x, y = iris.data.T, np.eye(3)[:, iris.target]
    net = Network([4, 10, 3], ["tanh", "softmax"], "cross_entropy", seed=seed)
    net.train(x, y, learning_rate=0.1, epochs=500, batch_size=10, seed=0)
    assert gradient_check(net, x[:, examples], y[:, examples]) < 1e-7


class OneOff(Network):
    """A network with a gradient that is 0.1 % off, in one place or (None) everywhere."""

    where = None

    def gradients(self, x, y):
        g = super().gradients(x, y)
        for l in range(1, len(g.W)):
            if self.where is None:
                g.W[l] *= 1.001
                g.b[l] *= 1.001
            elif self.where[0] == l:
                g.W[l][self.where[1:]] *= 1.001
        return Gradients(g.W, g.b, g.delta)


@pytest.mark.parametrize("activation, cost", KINDS)
@pytest.mark.parametrize("epochs", [0, 200])
def test_a_thousandth_is_rejected(iris, activation, cost, epochs, monkeypatch):
    x, y = (iris.data.T - 3) / 3, np.eye(3)[:, iris.target]
    net = OneOff([4, 10, 3], activation, cost, seed=1)
    if epochs:
        net.train(x, y, learning_rate=0.1, epochs=epochs, batch_size=10, seed=0)
    x, y = x[:, [0, 60, 120]], y[:, [0, 60, 120]]
    right = Network.gradients(net, x, y)
    assert gradient_check(net, x, y) > 5e-4                       # wrong everywhere
    largest = max(np.abs(g).max() for g in right.W[1:])
    places = [(l, *index) for l in (1, 2) for index in np.ndindex(right.W[l].shape)
              if abs(right.W[l][index]) > 1e-2 * largest]
    for where in places[::7]:
        monkeypatch.setattr(OneOff, "where", where)
        assert gradient_check(net, x, y) > 1e-5


@pytest.mark.slow
def test_memory_stays_bounded():
    net = Network([784, 100, 10], ["sigmoid", "softmax"], "cross_entropy", seed=0)
    rng = np.random.default_rng(0)
    x, y = rng.random((784, 10)), np.eye(10)
    tracemalloc.start()
    assert gradient_check(net, x, y) < 1e-6
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6                                            # 79,510 parameters, ten examples, up and down
