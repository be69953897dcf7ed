"""Checks of the exercises in the chapter The forward pass."""

import numpy as np
import sympy

from ..forward_pass import relu
from ..symbolic import derive
from . import exercise


@exercise("forward-paper")
def paper(answer):
    if np.isclose(np.asarray(answer, float).item(), 12):
        return None
    if np.isclose(np.asarray(answer, float).item(), 11):
        return "the output neuron has a bias."
    return "first both hidden neurons, z then a; then the output, from the two a."


@exercise("forward-slope")
def slope(answer):
    if np.isclose(np.asarray(answer, float).item(), 0.16):
        return None
    return "the sigmoid's slope can be written with the activation alone."


@exercise("forward-sums")
def sums(answer):
    eqs = derive([4, 2, 2, 1], activation=["f", "f", "identity"], cost="generic", bias=[True, True, False])
    if len(answer) != 3:
        return f"expected three expressions, got {len(answer)}."
    for given, name, shown in zip(answer, ("z2_1", "z2_2", "z3_1"), ("z(2)_1", "z(2)_2", "y hat")):
        missing = eqs[name].rhs - sympy.sympify(given)
        if sympy.expand(missing) != 0:
            if not missing.free_symbols - {s for s in missing.free_symbols if str(s).startswith("b")}:
                return f"look at the bias of {shown}."
            return f"look again at {shown}: which row of weights arrives there, and what does each weight multiply?"


@exercise("forward-multiplications")
def multiplications(answer):
    if answer == 2220:
        return None
    if answer == 2260:
        return "that is the number of parameters; a bias is added, not multiplied."
    return "each weight is used once."


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


@exercise("forward-max")
def larger(answer):
    W1, b1, W2, b2 = (np.array(part, float) for part in answer)
    for name, part, shape in (("W1", W1, (3, 2)), ("b1", b1, (3, 1)), ("W2", W2, (1, 3)), ("b2", b2, (1, 1))):
        if part.shape != shape and (name == "W1" or part.size != np.prod(shape)):
            return f"{name} must have shape {shape}, yours has {part.shape}."
    x = np.random.default_rng(1).normal(size=(2, 200)) * 5
    output = (W2.reshape(1, 3) @ relu(W1 @ x + b1.reshape(3, 1)) + b2.reshape(1, 1))[0]
    wrong = ~np.isclose(output, x.max(axis=0))
    if wrong.any():
        i = int(np.argmax(wrong))
        return f"for x = ({x[0, i]:.2f}, {x[1, i]:.2f}) the network gives {output[i]:.2f}."
