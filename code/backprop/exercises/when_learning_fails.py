"""Exercises of the chapter When learning fails."""

import numpy as np

from . import exercise
from ._kinds import several, word

SAME = {"vanishing gradient": "vanishing", "vanishing gradients": "vanishing", "exploding gradient": "exploding",
        "exploding gradients": "exploding", "rate": "learning rate", "eta": "learning rate"}

ANSWERS = {
    "fails-diagnose": several(
        word("vanishing", same=SAME, name="the first"),
        word("overfitting", same=SAME, name="the second"),
        word("learning rate", same=SAME, name="the third"),
        near=[(["exploding", None, None], "the message runs from layer 5 back to layer 1: does it grow on its way?"),
              ([None, None, "symmetry"], "the rows of every W differ, so the neurons can't be twins."),
              ([None, None, "exploding"], "the sizes of δ are level: no message explodes. Only the cost jumps.")],
        hint="look at {wrong} again, with the table of the summary beside it.",
        expected="three words, such as vanishing, symmetry, overfitting"),
}


@exercise("fails-clip")
def clip(answer):
    cases = (([[3.0, 4.0], [12.0]], 1.0), ([[0.3], [0.4]], 1.0), ([[0.0, 0.0]], 1.0),
             ([[[6.0, 0.0], [0.0, 8.0]], [[0.0]]], 5.0))
    for lists, limit in cases:
        gradients = [np.array(g) for g in lists]
        given = answer([g.copy() for g in gradients], limit)
        if len(given) != len(gradients):
            return f"expected a list of {len(gradients)} arrays, got {len(given)}"
        given = [np.asarray(g, float) for g in given]
        for one, other in zip(given, gradients):
            if one.shape != other.shape:
                return f"an array of shape {other.shape} came back with shape {one.shape}"
        length = np.sqrt(sum((g**2).sum() for g in gradients))
        right = [g * min(1.0, limit / length) if length else g for g in gradients]
        if all(np.allclose(one, other) for one, other in zip(given, right)):
            continue
        if not all(np.isfinite(g).all() for g in given):
            return "a gradient of zeros should stay one: you divide by its length."
        alone = [g * min(1.0, limit / np.linalg.norm(g)) if g.any() else g for g in gradients]
        if all(np.allclose(one, other) for one, other in zip(given, alone)):
            return "each array was clipped by itself, and so the direction has changed. One factor for all."
        if all(np.allclose(one, np.clip(g, -limit, limit)) for one, g in zip(given, gradients)):
            return "each entry was clipped by itself, and so the direction has changed. One factor for all."
        if length <= limit:
            return f"a gradient of length {length:.2g} is within the limit {limit:g} and should stay as it is."
        return f"for a gradient of length {length:.3g} and the limit {limit:g} the result is not right"
    return None
