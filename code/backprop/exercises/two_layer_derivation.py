"""Checks for the chapter on the two-layer derivation."""

import numpy as np

from ..network import Network
from . import exercise


def _close(value, right):
    """True for anything that holds the right numbers in the right shape; one number in any wrapping."""
    value, right = np.asarray(value, float), np.asarray(right, float)
    if right.size == 1:
        return value.size == 1 and np.isclose(value.item(), right.item(), rtol=1e-6, atol=1e-12)
    return value.shape == right.shape and np.allclose(value, right, rtol=1e-6, atol=1e-12)


@exercise("two-layer-by-hand")
def by_hand(answer):
    net = Network.from_parameters(W=[[[0.5]], [[1.0]]])
    g = net.gradients([2.0], [0.0])
    right = g.W[1].item()
    answer = float(np.asarray(answer, float).item())
    if abs(answer - right) <= 6e-5:
        return None
    for wrong, hint in ((g.delta[1].item(), "that is δ⁽¹⁾. What arrives at the weight?"),
                        (g.W[2].item(), "that is the gradient of the other weight."),
                        (-right, "the size is right, the sign isn't. Is the output too high or too low?")):
        if abs(answer - wrong) <= 6e-5:
            return hint
    return "walk back factor by factor: (B) has five. Give at least four decimals."


@exercise("two-layer-shapes")
def shapes(answer):
    names = ["W⁽¹⁾", "b⁽²⁾", "D⁽²⁾", "D⁽¹⁾", "∂C/∂W⁽¹⁾"]
    right = [(3, 5), (2, 1), (2, 7), (3, 7), (3, 5)]
    answer = [tuple(int(n) for n in shape) for shape in answer]
    if len(answer) != 5:
        return f"expected five shapes, got {len(answer)}"
    for name, shape, expected in zip(names, answer, right):
        if shape == expected:
            continue
        if shape == expected[::-1]:
            return f"{name}: right numbers, wrong order. Rows are neurons the numbers belong to or lead to."
        return f"{name} has another shape."
    return None


@exercise("two-layer-third")
def third(answer):
    rng = np.random.default_rng(3)
    for _ in range(5):
        w1, w2, w3, x, y = rng.normal(size=5)
        net = Network.from_parameters(W=[[[w1]], [[w2]], [[w3]]], b=[None, None, None])
        right = net.gradients([x], [y]).W[1].item()
        if not _close(answer(w1, w2, w3, x, y), right):
            return f"at w1 = {w1:.2f}, w2 = {w2:.2f}, w3 = {w3:.2f}, x = {x:.2f}, y = {y:.2f} the derivative is another. " \
                   "Does your product hold two weights, three slopes, the error and what arrives?"
    return None


@exercise("two-layer-tanh")
def tanh(answer):
    rng = np.random.default_rng(5)
    for sizes, N in (([3, 4, 2], 5), ([2, 2, 1], 3), ([1, 1, 1], 1)):
        net = Network(sizes, activation=["tanh", "identity"], seed=7)
        X, Y = rng.normal(size=(sizes[0], N)), rng.normal(size=(sizes[-1], N))
        g = net.gradients(X, Y)
        before = [V.copy() for V in (net.W[1], net.b[1], net.W[2], net.b[2])]
        given = answer(net.W[1], net.b[1], net.W[2], net.b[2], X, Y)
        if not all(np.array_equal(V, old) for V, old in zip((net.W[1], net.b[1], net.W[2], net.b[2]), before)):
            return "your function changes the parameters it was given. Gradients only."
        if len(given) != 4:
            return f"expected four gradients, got {len(given)}"
        for name, value, right in zip(("dW1", "db1", "dW2", "db2"), given, (g.W[1], g.b[1], g.W[2], g.b[2])):
            if np.shape(value) != right.shape:
                return f"for the {'-'.join(map(str, sizes))} network {name} has shape {np.shape(value)}, its parameter has {right.shape}"
            if not _close(value, right):
                if N > 1 and _close(np.asarray(value) / N, right):
                    return f"{name} is the gradient of the sum over the examples; the mean is asked for."
                return f"{name} has the right shape and wrong numbers, for the {'-'.join(map(str, sizes))} network and {N} examples"
    return None


@exercise("two-layer-rows")
def rows(answer):
    rng = np.random.default_rng(6)
    for n, m, N in ((2, 3, 5), (3, 3, 3), (1, 4, 2)):
        D, A = rng.normal(size=(N, n)), rng.normal(size=(N, m))
        right = np.mean([np.outer(d, a) for d, a in zip(D, A)], axis=0)
        value = np.asarray(answer(D, A), float)
        if value.shape != (n, m):
            return f"for D {D.shape} and A {A.shape} the gradient should have shape {(n, m)}, got {value.shape}"
        if not _close(value, right):
            if _close(value / N, right):
                return "that is the sum over the examples; the mean is asked for."
            return f"for D {D.shape} and A {A.shape} the shape is right and the numbers aren't. Which index is the example?"
    return None
