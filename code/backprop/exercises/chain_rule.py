"""Exercises of the chapter The chain rule."""

import numpy as np

from backprop.network import Network

from . import exercise
from ._kinds import number, quantity, several
from ._words import shown


def running_example():
    """The network of the book, its input and its target."""
    net = Network.from_parameters(
        W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
        b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])
    return net, [1.0, 0.5, -1.0, 0.8], [1.0]


def two_paths():
    """The products along the two paths of w1_23, through neuron 1 and 2 of layer 2."""
    net, x, y = running_example()
    g, a = net.gradients(x, y), net.forward(x).a[1][1, 0]
    return (g.delta[2][:, 0] * net.W[2][:, 1] * a * (1 - a) * x[2]).tolist()


def cancelling():
    """The w3_12 with which the two paths of w1_11 cancel."""
    net, x, _ = running_example()
    a = net.forward(x).a[2][:, 0]
    through = a * (1 - a) * net.W[2][:, 0]
    return float(-net.W[3][0, 0] * through[0] / through[1])


CANCELS = cancelling()
FIRST, SECOND = two_paths()
ROUNDED = 5e-3 * min(abs(FIRST), abs(SECOND))      # three digits are enough

ANSWERS = {
    "chain-link": number(
        1 / 16,
        near=[(0.125, "the sender's activation is a factor, and the weight itself is none"),
              (0.25, "the slope of the sigmoid at z is a factor, and the weight itself is none"),
              (-1 / 16, "the size is right; is the output too high or too low?")],
        hint="compute z, then a; then multiply the three factors of the chain"),

    "chain-paths": number(
        10,
        near=[(30, "that counts the paths from an input; a weight feeds one neuron of layer 1"),
              (120, "that counts the paths from all inputs; start from the one neuron that the weight feeds"),
              (7, "each neuron of layer 2 leads to every output")],
        hint="start at the one neuron that the weight feeds; how many choices are there in each later layer?"),

    "chain-delta": several(
        number(-0.025, hint="delta_1 is not right: add over both paths, then multiply by a(1 - a)"),
        number(0.08, hint="delta_1 is right, delta_2 is not: use the second column"),
        near=[([-0.1, 0.5], "that is what arrives; each neuron multiplies it by its own slope"),
              ([0, 0.7], "the weights that lead away from a neuron are a column of the matrix, not a row"),
              ([0, 0.112], "the weights that lead away from a neuron are a column of the matrix, not a row")],
        expected="two numbers, (delta_1, delta_2)"),

    "chain-slip": quantity(
        "z2_1",
        near=[("z2_2", "that is the node that doesn't exist: how many neurons has layer 2?")],
        unread='give the name of a node, such as a1_2',
        hint="the other nodes of the chain are right; look for one that this network doesn't have"),

    "chain-cancel": number(
        CANCELS, tolerance=6e-3,           # three digits are enough
        near=[(-CANCELS, "the size is right; which sign has the other path's product now?"),
              (1.4, "the gates of the two neurons and the weights to them differ, too")],
        hint="write the factors of both paths below each other and cross out what they share"),

    "chain-two-paths": several(
        number(FIRST, tolerance=ROUNDED), number(SECOND, tolerance=ROUNDED),
        near=[([SECOND, FIRST], "both products are there, in the other order"),
              ([-FIRST, -SECOND], "the sign is wrong: mind the sender, x3"),
              ({"sum": FIRST + SECOND}, "the sum is right, the two products are not")],
        expected="two numbers, one a path",
        hint=f"the two products should add up to ∂C/∂w⁽¹⁾₂₃, which is {shown(FIRST + SECOND, 5)}".replace("-", "−")),
}


@exercise("chain-recursion")
def recursion(answer):
    if not callable(answer):
        return "give the function itself, answer = local_gradients"
    rng = np.random.default_rng(0)
    for n_next, n in ((1, 1), (3, 2), (1, 4), (3, 3)):
        W, d = rng.standard_normal((n_next, n)), rng.standard_normal((n_next, 1))
        a = np.tanh(rng.standard_normal((n, 1)))
        result = np.asarray(answer(W.copy(), d.copy(), a.copy()), dtype=float)
        arriving = W.T @ d
        if result.shape != (n, 1):
            return f"for a W_next of shape {W.shape} the result has shape {result.shape}, expected {(n, 1)}"
        if np.allclose(result, arriving):
            return "that is what arrives; the layer's own slope is missing"
        if np.allclose(result, arriving * a * (1 - a)):
            return "that is the slope of the sigmoid; these are tanh neurons"
        if n_next == n > 1 and np.allclose(result, (W @ d) * (1 - a**2)):
            return "right except for square matrices: there it adds along rows instead of down columns"
        if not np.allclose(result, arriving * (1 - a**2)):
            return f"for a W_next of shape {W.shape} the values are not right"
