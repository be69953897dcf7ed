"""Checks of the exercises in the chapter on the cost."""

import warnings

import numpy as np

from . import exercise


def numbers(answer, n):
    """The answer as n floats, or None if it is something else."""
    try:
        values = np.asarray(answer, dtype=float).reshape(-1)
    except (TypeError, ValueError):
        return None
    return values if values.size == n and np.isfinite(values).all() else None


@exercise("cost-by-hand")
def by_hand(answer):
    value = numbers(answer, 1)
    if value is None:
        return "give one number"
    if np.isclose(value[0], 0.14):
        return "the squares are right; what stands in front of the sum?"
    if np.isclose(value[0], 0.07 / 3):
        return "the cost sums over the outputs, it does not average over them"
    if not np.isclose(value[0], 0.07):
        return "take the difference of each output from its target, square it, and add"


@exercise("cost-best-constant")
def best_constant(answer):
    values = numbers(answer, 2)
    if values is None:
        return "give two numbers, (c, cost)"
    if not np.isclose(values[0], 4):
        return "c is not right: set the derivative of the mean cost with respect to c to zero"
    if np.isclose(values[1], 7):
        return "c is right; the cost is a mean over the three examples"
    if not np.isclose(values[1], 7 / 3, atol=5e-3):
        return "c is right; for the cost, put c into the mean of the three costs (mind the ½)"


@exercise("cost-mean")
def mean(answer):
    if not callable(answer):
        return "give the function itself, answer = mean_cost"
    rng = np.random.default_rng(0)
    for shape in ((1, 1), (1, 5), (3, 4), (5, 2)):
        A, Y = rng.standard_normal(shape), rng.standard_normal(shape)
        value, right = answer(A, Y), 0.5 * ((A - Y) ** 2).sum() / shape[1]
        if np.size(value) != 1:
            return f"for outputs of shape {shape} it returns {np.size(value)} numbers, expected one"
        value = float(np.asarray(value).reshape(-1)[0])
        if np.isclose(value, right * shape[1]) and shape[1] > 1:
            return f"for shape {shape} it returns the sum over the examples, not their mean"
        if np.isclose(value, right / shape[0]) and shape[0] > 1:
            return f"for shape {shape} it divides by the number of outputs as well"
        if not np.isclose(value, right):
            return f"for outputs of shape {shape} it returns {value:.4g}, expected {right:.4g}"


@exercise("cost-delta")
def delta(answer):
    values = numbers(answer, 2)
    if values is None:
        return "give two numbers, (quadratic, cross_entropy)"
    y_hat = 1 / (1 + np.exp(-2.0))
    right = (y_hat * y_hat * (1 - y_hat), y_hat)
    if np.allclose(values, right[::-1], atol=1e-4):
        return "both numbers are there, in the other order"
    if not np.isclose(values[1], right[1], atol=1e-4):
        return "cross-entropy after sigmoid leaves the output minus the target"
    if np.isclose(values[0], right[1], atol=1e-4):
        return "for the quadratic cost the slope of the sigmoid stays as a factor"
    if not np.isclose(values[0], right[0], atol=1e-4):
        return "for the quadratic cost multiply the difference by the slope of the sigmoid at z = 2"


@exercise("cost-stable")
def stable(answer):
    if not callable(answer):
        return "give the function itself, answer = cross_entropy"
    z = np.array([[-3.0, 0.5, 2.0], [0.0, -1.0, 4.0]])
    y = np.array([[1.0, 0.0, 0.3], [0.0, 1.0, 1.0]])
    right = -(y * np.log(1 / (1 + np.exp(-z))) + (1 - y) * np.log(1 / (1 + np.exp(z))))
    value = np.asarray(answer(z, y))
    if value.shape != z.shape:
        return f"z and y have shape {z.shape}, the result has {value.shape}: one cost for each"
    if not np.allclose(value, right):
        return f"at z = {z[0, 0]}, y = {y[0, 0]} it gives {value[0, 0]:.4g}, expected {right[0, 0]:.4g}" \
            if not np.isclose(value[0, 0], right[0, 0]) else "it is wrong for a target other than 1"
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        for z_far, y_far, cost in ((-1000.0, 1.0, 1000.0), (1000.0, 0.0, 1000.0), (1000.0, 1.0, 0.0), (-1000.0, 0.0, 0.0)):
            value = float(np.asarray(answer(np.array([z_far]), np.array([y_far]))).reshape(-1)[0])
            if not np.isclose(value, cost):
                return f"right for moderate z, but at z = {z_far:g}, y = {y_far:g} it gives {value}, expected {cost:g}"
    if caught:
        return f"the values are right, but NumPy warns: {caught[0].message}"
