"""Exercises of the chapter The two-layer derivation."""

import numpy as np

from ..network import Network
from . import exercise
from ._kinds import number, several

CHAIN = Network.from_parameters(W=[[[0.5]], [[1.0]]]).gradients([2.0], [0.0])
W1, W2, DELTA1 = CHAIN.W[1].item(), CHAIN.W[2].item(), CHAIN.delta[1].item()


def shape(name, rows, columns):
    return several(
        number(rows), number(columns),
        near=[([columns, rows], f"{name}: right numbers, wrong order. Rows are neurons the numbers belong to or lead "
                                "to.")],
        hint=f"{name} has another shape.")


ANSWERS = {
    "two-layer-by-hand": number(
        W1, tolerance=6e-5,
        near=[(DELTA1, "that is δ⁽¹⁾. What arrives at the weight?"),
              (W2, "that is the gradient of the other weight."),
              (-W1, "the size is right, the sign isn't. Is the output too high or too low?")],
        hint="walk back factor by factor: (B) has five. Give at least four decimals."),

    "two-layer-shapes": several(
        shape("W⁽¹⁾", 3, 5), shape("b⁽²⁾", 2, 1), shape("D⁽²⁾", 2, 7), shape("D⁽¹⁾", 3, 7), shape("∂C/∂W⁽¹⁾", 3, 5),
        expected="five shapes"),
}


def _close(value, right):
    """True for anything that holds the right numbers in the right shape; one number in any wrapping."""
    value, right = np.asarray(value, float), np.asarray(right, float)
    if right.size == 1:
        return value.size == 1 and np.isclose(value.item(), right.item(), rtol=1e-6, atol=1e-12)
    return value.shape == right.shape and np.allclose(value, right, rtol=1e-6, atol=1e-12)


@exercise("two-layer-third")
def third(answer):
    rng = np.random.default_rng(3)
    for _ in range(5):
        w1, w2, w3, x, y = rng.normal(size=5)
        net = Network.from_parameters(W=[[[w1]], [[w2]], [[w3]]], b=[None, None, None])
        right = net.gradients([x], [y]).W[1].item()
        if not _close(answer(w1, w2, w3, x, y), right):
            return (f"at w1 = {w1:.2f}, w2 = {w2:.2f}, w3 = {w3:.2f}, x = {x:.2f}, y = {y:.2f} the derivative is "
                    "another. Does your product hold two weights, three slopes, the error and what arrives?")
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
                return (f"for the {'-'.join(map(str, sizes))} network {name} has shape {np.shape(value)}, its "
                        f"parameter has {right.shape}")
            if not _close(value, right):
                if N > 1 and _close(np.asarray(value) / N, right):
                    return f"{name} is the gradient of the sum over the examples; the mean is asked for."
                return (f"{name} has the right shape and wrong numbers, for the {'-'.join(map(str, sizes))} network "
                        f"and {N} examples")
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
            return (f"for D {D.shape} and A {A.shape} the shape is right and the numbers aren't. Which index is the "
                    "example?")
    return None
