"""The checks of Network structure: right answers pass in any sane form, wrong ones get a hint."""

import numpy as np
import pytest

from backprop.exercises import check


def transposed_shapes(sizes):
    return [(m, n) for m, n in zip(sizes, sizes[1:])]


RIGHT = [
    ("structure-count", 41), ("structure-count", 41.0), ("structure-count", np.int64(41)),
    ("structure-layers", [0, 1, 2, 3, 3]), ("structure-layers", (0, 1, 2, 3, 3)),
    ("structure-layers", np.array([0, 1, 2, 3, 3])),
    ("structure-index", (1, 2)), ("structure-index", [1, 2]),
    ("structure-shapes", lambda sizes: [(sizes[l], sizes[l - 1]) for l in range(1, len(sizes))]),
    ("structure-shapes", lambda sizes: [[n, m] for m, n in zip(sizes, sizes[1:])]),
    ("structure-backwards", 9),
    ("structure-output", [(2, "identity"), (1, "sigmoid"), (26, "softmax")]),
    ("structure-output", [[2, "Identity"], [2, "softmax"], [26, "Softmax"]]),
]
WRONG = [
    ("structure-count", 32), ("structure-count", 40), ("structure-count", 12), ("structure-count", "forty-one"),
    ("structure-layers", [1, 2, 3, 4, 3]), ("structure-layers", [0, 1, 2, 3, 2]), ("structure-layers", [0, 1]),
    ("structure-layers", 3), ("structure-index", (2, 3)), ("structure-index", (2, 1)), ("structure-index", 5),
    ("structure-shapes", transposed_shapes), ("structure-shapes", lambda sizes: [(2, 4), (2, 2), (1, 2)]),
    ("structure-shapes", lambda sizes: 1 / 0), ("structure-shapes", [(2, 4), (2, 2), (1, 2)]),
    ("structure-backwards", 12), ("structure-backwards", None),
    ("structure-output", [(1, "identity"), (1, "sigmoid"), (26, "softmax")]),
    ("structure-output", [(2, "identity"), (1, "identity"), (26, "sigmoid")]), ("structure-output", "softmax"),
]


@pytest.mark.parametrize("name, answer", RIGHT)
def test_right_answers(name, answer, capsys):
    check(name, answer)
    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize("name, answer", WRONG)
def test_wrong_answers(name, answer, capsys):
    check(name, answer)
    assert capsys.readouterr().out.startswith("Not yet: ")


@pytest.mark.parametrize("name", sorted({name for name, _ in RIGHT}))
def test_unanswered(name, capsys):
    check(name, ...)
    assert capsys.readouterr().out.startswith("Not answered yet")
