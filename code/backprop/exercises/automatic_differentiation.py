"""Exercises of the chapter on automatic differentiation."""

from math import exp, log
from types import SimpleNamespace

from . import exercise
from ._kinds import number, several
from ._read import plain_number

ANSWERS = {
    "ad-by-hand": number(
        0.25,
        near=[(-0.25, "that is the value for y = 1. What is e now?"),
              (0.125, "that is what arrives at u. One arrow is left on the way to w.")],
        hint="write the new number at e, then multiply arrow by arrow back to w."),

    "ad-three-uses": number(
        16,
        near=[(10, "that is what arrives along one of the ways. There is another."),
              (6, "that is what arrives along one of the ways. There is another."),
              (21, "that is what arrives at x.")],
        hint="give the product and the sum their slopes first; then add what reaches w from each."),

    "ad-walks": several(
        number(18), number(1),
        near=[([1, 18], "the other way round: which mode starts at a weight, and which at the cost?"),
              ([None, 1], "the reverse mode is right. Forward: one walk for each parameter; this network has no "
                          "output bias.")],
        expected="a pair (forward, reverse)",
        hint="ask for each mode where it starts, and how many such places there are."),
}


def _close(value, right):
    return abs(value - right) <= 1e-9 * max(1, abs(right))


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
        if not _close(plain_number(new), w - eta * slope):
            if _close(plain_number(new), w + eta * slope):
                return "that step goes uphill"
            if _close(plain_number(new), slope):
                return "that is the gradient; the new weight is wanted"
            return f"for w = {w}, x = {x}, y = {y}, eta = {eta} the new weight is not right: got {plain_number(new):g}"
    return None
