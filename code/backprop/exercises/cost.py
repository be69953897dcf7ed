"""Exercises of the chapter The cost."""

import warnings

import numpy as np

from backprop.network import Network

from . import exercise
from ._kinds import number, several


def saturated(cost):
    """delta of a sigmoid output with z = 2 and target 0."""
    net = Network.from_parameters(W=[[[1.0]]], b=[None], cost=cost)
    return net.gradients([2.0], [0.0]).delta[1].item()


QUADRATIC, CROSS_ENTROPY = saturated("quadratic"), saturated("cross_entropy")

ANSWERS = {
    "cost-by-hand": number(
        0.07,
        near=[(0.14, "the squares are right; what stands in front of the sum?"),
              (0.07 / 3, "the cost sums over the outputs, it does not average over them")],
        hint="take the difference of each output from its target, square it, and add"),

    "cost-best-constant": several(
        number(4, hint="c is not right: set the derivative of the mean cost with respect to c to zero"),
        number(7 / 3, tolerance=5e-3,
               near=[(7, "c is right; the cost is a mean over the three examples")],
               hint="c is right; for the cost, put c into the mean of the three costs (mind the ½)"),
        expected="two numbers, (c, cost)"),

    "cost-delta": several(
        number(QUADRATIC, tolerance=1e-4,
               hint="for the quadratic cost multiply the difference by the slope of the sigmoid at z = 2"),
        number(CROSS_ENTROPY, tolerance=1e-4, hint="cross-entropy after sigmoid leaves the output minus the target"),
        near=[([CROSS_ENTROPY, QUADRATIC], "both numbers are there, in the other order"),
              ([CROSS_ENTROPY, CROSS_ENTROPY], "for the quadratic cost the slope of the sigmoid stays as a factor")],
        expected="two numbers, (quadratic, cross_entropy)"),
}


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
        for z_far, y_far, cost in ((-1000.0, 1.0, 1000.0), (1000.0, 0.0, 1000.0), (1000.0, 1.0, 0.0),
                                   (-1000.0, 0.0, 0.0)):
            value = float(np.asarray(answer(np.array([z_far]), np.array([y_far]))).reshape(-1)[0])
            if not np.isclose(value, cost):
                return f"right for moderate z, but at z = {z_far:g}, y = {y_far:g} it gives {value}, expected {cost:g}"
    if caught:
        return f"the values are right, but NumPy warns: {caught[0].message}"
