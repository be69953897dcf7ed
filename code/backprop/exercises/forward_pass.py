"""Exercises of the chapter The forward pass."""

import numpy as np

from backprop.symbolic import derive

from . import exercise
from ._draw import Draw
from ._kinds import as_formula, formula, network, number, several

SUMS = derive([4, 2, 2, 1], activation=["f", "f", "identity"], cost="generic", bias=[True, True, False])
DRAW = Draw(1)


def one_sum(quantity, bias, shown):
    """The sum that makes one z; near is the same with the bias forgotten, or with one too many."""
    right = as_formula(SUMS[quantity].rhs)
    has = bias in {str(symbol) for symbol in SUMS[quantity].rhs.free_symbols}
    wrong = f"{right} {'-' if has else '+'} {bias}"
    return formula(right, name=shown, names=[bias], near=[(wrong, f"look at the bias of {shown}.")])


ANSWERS = {
    "forward-paper": number(
        12,
        near=[(11, "the output neuron has a bias.")],
        hint="first both hidden neurons, z then a; then the output, from the two a."),

    "forward-slope": number(0.16, hint="the sigmoid's slope can be written with the activation alone."),

    "forward-sums": several(
        one_sum("z2_1", "b2_1", "z(2)_1"), one_sum("z2_2", "b2_2", "z(2)_2"), one_sum("z3_1", "b3_1", "y hat"),
        expected="three expressions",
        hint="look again at {wrong}: which row of weights arrives there, and what does each weight multiply?"),

    "forward-multiplications": number(
        2220,
        near=[(2260, "that is the number of parameters; a bias is added, not multiplied.")],
        hint="each weight is used once."),

    "forward-max": network(
        [2, 3, 1], ["relu", "identity"], "max(x_1, x_2)",
        points=[[round(DRAW.between(-9, 9), 2) for _ in range(2)] for _ in range(24)],
        hint="for x = ({x}) the network gives {got}."),
}


@exercise("forward-collapse")
def collapse(answer):
    if not callable(answer):
        return "expected a function: def answer(W1, b1, W2, b2): ..."
    rng = np.random.default_rng(0)
    for n0, n1, n2 in ((2, 3, 1), (4, 2, 3), (3, 3, 3)):
        W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((n1, n0), (n1, 1), (n2, n1), (n2, 1)))
        W, b = answer(W1.copy(), b1.copy(), W2.copy(), b2.copy())
        if np.shape(W) != (n2, n0):
            return f"from {n0} inputs to {n2} outputs W has shape ({n2}, {n0}), yours has {np.shape(W)}."
        if not np.allclose(W, W2 @ W1):
            return "W is not right: which matrix meets x first?"
        if np.shape(b) != (n2, 1) or not np.allclose(b, W2 @ b1 + b2):
            return "W is right, b is not: the second layer also multiplies the first layer's bias."
