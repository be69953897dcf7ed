"""First floor: from the input to the output, layer by layer (F1, F2).

    z[l] = W[l] a[l-1] + b[l]        a[l] = f(z[l])        a[0] = x
"""

from dataclasses import dataclass

import numpy as np

from .checks import check_finite, did_you_mean, surely_finite


def identity(z):
    """z itself: no bend, as for an output that may be any number."""
    return z.copy()                          # an array of its own, as every other activation


def sigmoid(z):
    """1/(1 + exp(-z)). Below -709 exp(-z) is infinity, and 1/(1 + infinity) is 0, as it should be."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def tanh(z):
    """The hyperbolic tangent, between -1 and 1."""
    return np.tanh(z)


def relu(z):
    """z where it is positive, else 0."""
    return np.maximum(z, 0)


def softmax(z):
    """exp(z_j) / sum_k exp(z_k) in each column; the largest z of a column is taken off first."""
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


# name -> function of z (n_l, N); all but softmax work on each number alone
ACTIVATIONS = {"identity": identity, "sigmoid": sigmoid, "tanh": tanh, "relu": relu, "softmax": softmax}


# what others call them
OTHER_NAMES = {"linear": "identity", "none": "identity", "logistic": "sigmoid", "sigma": "sigmoid", "expit": "sigmoid",
               "rectifier": "relu", "rectified linear": "relu", "hyperbolic tangent": "tanh"}


def check_activations(activation):
    """Raise ValueError for an unknown name, or softmax before the output layer."""
    for l, name in enumerate(activation, 1):
        if name not in ACTIVATIONS:
            raise ValueError(f"unknown activation {name!r} in layer {l}, expected one of {', '.join(ACTIVATIONS)}"
                             + did_you_mean(name, ACTIVATIONS, OTHER_NAMES))
        if name == "softmax" and l < len(activation):
            raise ValueError(f"softmax belongs to the output layer {len(activation)}, got it in layer {l}")


@dataclass(frozen=True)
class Trace:
    """What a forward pass leaves behind: z[l] and a[l], each (n_l, N); z[0] is None, a[0] the input."""

    z: list
    a: list

    @property
    def output(self):
        """a[L], shape (n_L, N)."""
        return self.a[-1]


def forward(W, b, activation, x):
    """Run x (n_0, N) through all layers. Returns a Trace.

    W, b: lists with index 0 = None; activation: names from layer 1 on.
    Raises ValueError when a weighted input overflows.
    """
    z, a = [None], [x]
    with np.errstate(over="ignore", invalid="ignore"):              # what overflows is named by check_finite
        for l in range(1, len(W)):
            z_l = W[l] @ a[l - 1]                                   # (F1), (n_l, N)
            if b[l] is not None:
                z_l += b[l]                                         # b (n_l, 1): the same for each column
            if not surely_finite(z_l):
                check_finite(z_l, f"z[{l}]",
                             f": the weighted sum overflows {z_l.dtype}, or W[{l}] or b[{l}] is not finite")
            z.append(z_l)
            a.append(ACTIVATIONS[activation[l - 1]](z_l))           # (F2), (n_l, N)
    return Trace(z, a)
