"""Checks of the exercises in the chapter on the chain rule."""

import re

import numpy as np

from backprop.network import Network

from . import exercise


def numbers(answer, n):
    """The answer as n floats, or None if it is something else."""
    try:
        values = np.asarray(answer, dtype=float).reshape(-1)
    except (TypeError, ValueError):
        return None
    return values if values.size == n and np.isfinite(values).all() else None


@exercise("chain-link")
def link(answer):
    value = numbers(answer, 1)
    if value is None:
        return "give one number"
    value = value[0]
    for wrong, hint in ((0.125, "the sender's activation is a factor, and the weight itself is none"),
                        (0.25, "the slope of the sigmoid at z is a factor, and the weight itself is none"),
                        (-0.0625, "the size is right; is the output too high or too low?")):
        if np.isclose(value, wrong):
            return hint
    if not np.isclose(value, 0.0625):
        return "compute z, then a; then multiply the three factors of the chain"


@exercise("chain-paths")
def paths(answer):
    value = numbers(answer, 1)
    if value is None:
        return "give one number"
    if value[0] == 30:
        return "that counts the paths from an input; a weight feeds one neuron of layer 1"
    if value[0] == 120:
        return "that counts the paths from all inputs; start from the one neuron that the weight feeds"
    if value[0] == 7:
        return "each neuron of layer 2 leads to every output"
    if value[0] != 10:
        return "start at the one neuron that the weight feeds; how many choices are there in each later layer?"


@exercise("chain-delta")
def delta(answer):
    values = numbers(answer, 2)
    if values is None:
        return "give two numbers, (delta_1, delta_2)"
    if np.allclose(values, (-0.1, 0.5)):
        return "that is what arrives; each neuron multiplies it by its own slope"
    if np.allclose(values, (0.0, 0.7)) or np.allclose(values, (0.0, 0.7 * 0.16)):
        return "the weights that lead away from a neuron are a column of the matrix, not a row"
    if not np.isclose(values[0], -0.025):
        return "delta_1 is not right: add over both paths, then multiply by a(1 - a)"
    if not np.isclose(values[1], 0.08):
        return "delta_1 is right, delta_2 is not: use the second column"


@exercise("chain-slip")
def slip(answer):
    name = re.sub(r"[\s{}()^$]", "", str(answer)).lower()     # a symbol prints its name
    if name == "z2_2":
        return "that is the node that doesn't exist: how many neurons has layer 2?"
    if not re.fullmatch(r"[az]\d_\d", name):
        return 'give the name of a node as text, such as "a1_2"'
    if name != "z2_1":
        return "the other nodes of the chain are right; look for one that this network doesn't have"


@exercise("chain-two-paths")
def two_paths(answer):
    values = numbers(answer, 2)
    if values is None:
        return "give two numbers, one a path"
    net = Network.from_parameters(
        W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
        b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])
    x, y = [1.0, 0.5, -1.0, 0.8], [1.0]
    g, trace = net.gradients(x, y), net.forward(x)
    a = trace.a[1][1, 0]
    right = g.delta[2][:, 0] * net.W[2][:, 1] * a * (1 - a) * x[2]
    if np.allclose(values, right, rtol=1e-3):
        return None
    if np.allclose(values, right[::-1], rtol=1e-3):
        return "both products are there, in the other order"
    if np.isclose(values.sum(), right.sum(), rtol=1e-3):
        return "the sum is right, the two products are not"
    if np.allclose(values, -right, rtol=1e-3):
        return "the sign is wrong: mind the sender, x3"
    return (f"the two products should add up to the derivative of C with respect to w1_23, {right.sum():.5f}; "
            f"yours add up to {values.sum():.5f}")


@exercise("chain-recursion")
def recursion(answer):
    if not callable(answer):
        return "give the function itself, answer = local_gradients"
    rng = np.random.default_rng(0)
    for n_next, n in ((1, 1), (3, 2), (1, 4), (3, 3)):
        W, d, a = rng.standard_normal((n_next, n)), rng.standard_normal((n_next, 1)), np.tanh(rng.standard_normal((n, 1)))
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
