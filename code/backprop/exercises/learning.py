"""Exercises of the chapter Learning."""

import numpy as np

from ..network import Network
from . import exercise
from ._kinds import number
from ._read import plain_number

ANSWERS = {
    "learning-step": number(
        1.92,
        near=[(1.2, "that is w after one step. Take the gradient again at the new place."),
              (2.4, "the gradient changes between the steps: it is smaller nearer to the minimum."),
              ({"below": 0}, "which way is downhill from 0?")],
        hint="differentiate C, put in w, subtract η times that; then once more."),

    "learning-limit": number(
        1 / 3, tolerance=5e-4,
        near=[(1 / 6, "there it arrives in one step. It runs away at another rate."),
              (2 / 3, "the curvature is the second derivative, not the factor in front of w².")],
        hint="what is the second derivative of C?"),

    "learning-layers": number(
        10,
        near=[(9, "off by one: compare with a million exactly."),
              (11, "off by one: compare with a million exactly.")],
        hint="find the smallest n with (1/4)ⁿ below a millionth."),
}


@exercise("learning-order")
def order(answer):
    rng = np.random.default_rng(8)
    for sizes in ([3, 4, 2], [2, 2, 1], [3, 3, 3]):
        net = Network(sizes, activation=["tanh", "identity"], bias=False, seed=2)
        x, y, eta = rng.normal(size=(sizes[0], 1)), rng.normal(size=(sizes[-1], 1)), 0.7
        W1, W2 = net.W[1].copy(), net.W[2].copy()
        old1, old2 = W1.copy(), W2.copy()
        given = answer(W1, W2, x, y, eta)
        if not (np.array_equal(W1, old1) and np.array_equal(W2, old2)):
            return "your function changes the matrices it was given. Make new ones."
        if len(given) != 2:
            return f"expected two matrices, got {len(given)}"
        g = net.gradients(x, y)
        net.update(g, eta)
        for name, value, right in (("W1", given[0], net.W[1]), ("W2", given[1], net.W[2])):
            if np.shape(value) != right.shape:
                return f"the new {name} has shape {np.shape(value)}, expected {right.shape}"
        if np.allclose(given[0], net.W[1]) and np.allclose(given[1], net.W[2]):
            continue
        if np.allclose(given[0], old1 + eta * g.W[1]) and np.allclose(given[1], old2 + eta * g.W[2]):
            return "that is a step uphill."
        wrong_delta = (net.W[2].T @ g.delta[2]) * (1 - np.tanh(old1 @ x) ** 2)
        if np.allclose(given[0], old1 - eta * wrong_delta @ x.T):
            return "W1's step was made with the new W2. All gradients first, then all updates."
        name = "W2" if np.allclose(given[0], net.W[1]) else "W1"
        return (f"for the {'-'.join(map(str, sizes))} network the new {name} is not right. Compare each slope with the "
                "activation function.")
    return None


@exercise("learning-momentum")
def momentum(answer):
    for gradients, eta, beta in (([1.0], 0.1, 0.9), ([1.0, 1.0], 0.1, 0.9), ([2.0, -1.0, 0.5, 0.0], 0.3, 0.5),
                                 ([], 0.1, 0.9)):
        position = v = 0.0
        for g in gradients:
            v = beta * v - eta * g
            position += v
        value = plain_number(answer(list(gradients), eta, beta))
        if np.isclose(value, position):
            continue
        if np.isclose(value, -eta * sum(gradients)):
            return "that is gradient descent: the velocity of the step before is missing."
        if np.isclose(value, v):
            return "that is the velocity. The position adds it up."
        if np.isclose(value, -position):
            return "the way is right, the direction isn't: against the gradient."
        return f"for gradients {gradients}, η = {eta} and β = {beta} it should not be {value:.4g}"
    return None


@exercise("learning-xor3")
def xor3(answer):
    if not isinstance(answer, Network):
        return f"answer should be your Network, got {type(answer).__name__}"
    if answer.sizes[0] != 3 or answer.sizes[-1] != 1:
        return f"the network should have 3 inputs and 1 output, got sizes {answer.sizes}"
    X = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)], float).T
    off = np.abs(answer.forward(X).output - X.sum(axis=0, keepdims=True) % 2)[0]
    if off.max() <= 0.1:
        return None
    worst = int(off.argmax())
    return (f"{int((off > 0.1).sum())} of the eight outputs are more than 0.1 off; "
            f"the worst, by {off[worst]:.2f}, for x = {X[:, worst].astype(int).tolist()}. "
            "More steps, more neurons or another start?")
