"""Second floor: how far the output is from the target, as one number.

Every cost is summed over the output neurons, then averaged over the examples.
Cross-entropy is computed from z, not from a: where a has rounded to 0 or 1 its logarithm
is gone, but z still holds everything.
"""

import math

import numpy as np

from .checks import check_finite, did_you_mean

COSTS = ("quadratic", "cross_entropy")
# what others call them
OTHER_NAMES = {"mse": "quadratic", "mean squared error": "quadratic", "squared error": "quadratic", "l2": "quadratic",
               "bce": "cross_entropy", "binary cross entropy": "cross_entropy", "log loss": "cross_entropy",
               "categorical cross entropy": "cross_entropy", "nll": "cross_entropy"}


def check_cost(cost, output_activation):
    """Raise ValueError for an unknown cost, or one that does not go with the output's activation."""
    if not isinstance(cost, str):
        raise TypeError(f"cost must be a name, one of {', '.join(COSTS)}, got {cost!r}")
    if cost not in COSTS:
        raise ValueError(f"unknown cost {cost!r}, expected one of {', '.join(COSTS)}"
                         + did_you_mean(cost, COSTS, OTHER_NAMES))
    if cost == "cross_entropy" and output_activation not in ("sigmoid", "softmax"):
        raise ValueError("cross_entropy takes the logarithm of the output, which must lie between 0 and 1: "
                         f"the output activation must be sigmoid or softmax, got {output_activation}")


def check_targets(y, cost, output_activation):
    """Raise ValueError when y (n_L, N) can't be a target of this cost."""
    if cost != "cross_entropy":
        return
    outside = (y < 0) | (y > 1)
    if outside.any():
        raise ValueError(f"targets of cross_entropy lie between 0 and 1, got {float(y[outside][0])}")
    if output_activation == "softmax":
        sums = y.sum(axis=0, dtype=np.float64)
        off = np.abs(sums - 1) > 1e-6
        if off.any():
            i = int(np.argmax(off))
            raise ValueError(f"targets of softmax sum to 1 in each column, column {i} sums to {float(sums[i])}")


def softplus(z):
    """log(1 + exp(z)), which is -log(1 - sigmoid(z))."""
    return np.logaddexp(z.dtype.type(0), z)


def minus_log_softmax(z):
    """-log(softmax(z)), shape (n_L, N): log(sum_k exp(z_k)) - z_j, exact also where the output rounds to 1.

    The largest z is taken off; it leaves exp(0) = 1 in the sum, and log1p takes that 1 as understood.
    """
    top, columns = z.argmax(axis=0), np.arange(z.shape[1])
    z = z - z[top, columns]
    e = np.exp(z)
    e[top, columns] = 0
    return np.log1p(e.sum(axis=0, keepdims=True)) - z


def cost_of_each(trace, y, cost, output_activation):
    """The cost of each example, shape (N,): y (n_L, N), trace of the same N columns."""
    z, a = trace.z[-1], trace.a[-1]
    if cost == "quadratic":
        return 0.5 * ((a - y) ** 2).sum(axis=0)
    if output_activation == "sigmoid":
        return (y * softplus(-z) + (1 - y) * softplus(z)).sum(axis=0)
    return (y * minus_log_softmax(z)).sum(axis=0)


def mean_cost(trace, y, cost, output_activation):
    """The mean of cost_of_each, a float. Raises ValueError when it overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        value = float(cost_of_each(trace, y, cost, output_activation).sum(dtype=np.float64)) / y.shape[1]
    if not math.isfinite(value):
        check_finite(np.asarray(value), "the cost", f": it overflows {y.dtype}")
    return value
