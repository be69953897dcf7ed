"""Checks for the chapter on automatic differentiation."""

from math import exp, log
from types import SimpleNamespace

import numpy as np

from . import exercise


def _number(answer):
    """The one number in any wrapping."""
    return float(np.asarray(answer, float).item())


def _close(value, right):
    return abs(value - right) <= 1e-9 * max(1, abs(right))


@exercise("ad-by-hand")
def by_hand(answer):
    answer = _number(answer)
    if _close(answer, 0.25):
        return None
    if _close(answer, -0.25):
        return "that is the value for y = 1. What is e now?"
    if _close(answer, 0.125):
        return "that is what arrives at u. One arrow is left on the way to w."
    return "write the new number at e, then multiply arrow by arrow back to w."


@exercise("ad-three-uses")
def three_uses(answer):
    answer = _number(answer)
    if _close(answer, 21):
        return None
    if _close(answer, 15) or _close(answer, 6):
        return "that is what arrives along one of the ways. There is another."
    if _close(answer, 16):
        return "that is what arrives at x."
    return "give the product and the sum their slopes first; then add what reaches w from each."


@exercise("ad-walks")
def walks(answer):
    forward, reverse = (int(_number(part)) for part in answer)
    if (forward, reverse) == (18, 1):
        return None
    if (forward, reverse) == (1, 18):
        return "the other way round: which mode starts at a weight, and which at the cost?"
    if reverse == 1:
        return "the reverse mode is right. Forward: one walk for each parameter; this network has no output bias."
    return "ask for each mode where it starts, and how many such places there are."


def _function_of_nodes(function, arguments, value, slopes):
    """A hint if function(nodes) doesn't return a node with this value and these local derivatives."""
    if not callable(function):
        return f"expected a function, got {type(function).__name__}"
    nodes = [SimpleNamespace(value=v, arrows=[]) for v in arguments]
    result = function(*nodes)
    at = ", ".join(f"{v:g}" for v in arguments)
    if not hasattr(result, "value") or not hasattr(result, "arrows"):
        return f"it should return a Node, got {type(result).__name__}"
    if not _close(result.value, value):
        return f"the value at {at} is not right: got {result.value:g}"
    arriving = {id(n): 0.0 for n in nodes}
    for source, local in result.arrows:
        if id(source) not in arriving:
            return "an arrow starts somewhere else than at an argument. Take the argument itself as the source."
        arriving[id(source)] += local
    for n, slope in zip(nodes, slopes):
        if not _close(arriving[id(n)], slope):
            which = "" if len(nodes) == 1 else f" with respect to argument {nodes.index(n) + 1}"
            return f"the value is right; the local derivative{which} at {at} isn't: got {arriving[id(n)]:g}"
    return None


@exercise("ad-softplus")
def softplus(answer):
    for z in (-2.0, 0.0, 1.5):
        hint = _function_of_nodes(answer, [z], log(1 + exp(z)), [1 / (1 + exp(-z))])
        if hint:
            return hint
    return None


@exercise("ad-divide")
def divide(answer):
    for u, v in ((3.0, 2.0), (-1.0, 4.0), (0.5, -0.25)):
        hint = _function_of_nodes(answer, [u, v], u / v, [1 / v, -u / v**2])
        if hint:
            return hint
    return None


@exercise("ad-train")
def train(answer):
    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}"
    for w, x, y, eta in ((0.5, 2.0, 1.0, 0.1), (-1.0, 0.5, 0.0, 2.0)):
        a = 1 / (1 + exp(-w * x))
        slope = (a - y) * a * (1 - a) * x
        new = answer(w, x, y, eta)
        if hasattr(new, "value"):
            return "return a plain number, not a Node"
        if not _close(_number(new), w - eta * slope):
            if _close(_number(new), w + eta * slope):
                return "that step goes uphill"
            if _close(_number(new), slope):
                return "that is the gradient; the new weight is wanted"
            return f"for w = {w}, x = {x}, y = {y}, eta = {eta} the new weight is not right: got {_number(new):g}"
    return None
