"""The checks of The forward pass: right answers pass in any sane form, wrong ones get a hint."""

import numpy as np
import pytest

from backprop.exercises import check
from backprop.symbolic import a, b, w, z

SUMS = [w(2, 1, 1) * a(1, 1) + w(2, 1, 2) * a(1, 2) + b(2, 1), b(2, 2) + w(2, 2, 2) * a(1, 2) + w(2, 2, 1) * a(1, 1),
        w(3, 1, 1) * a(2, 1) + w(3, 1, 2) * a(2, 2)]
MAX = ([[1, -1], [0, 1], [0, -1]], [[0], [0], [0]], [[1, 1, -1]], [[0]])

RIGHT = [
    ("forward-paper", 12), ("forward-paper", np.array([[12.0]]).item()),
    ("forward-slope", 0.16), ("forward-slope", 0.8 * 0.2),
    ("forward-sums", SUMS), ("forward-sums", tuple(SUMS)),
    ("forward-multiplications", 2220),
    ("forward-collapse", lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1 + b2)),
    ("forward-max", MAX), ("forward-max", ([[-1, 1], [1, 0], [-1, 0]], [0, 0, 0], [[1, 1, -1]], [0])),
    ("forward-max", tuple(np.array(part) for part in MAX)),
]
WRONG = [
    ("forward-paper", 2.5), ("forward-paper", 11), ("forward-paper", "twelve"),
    ("forward-slope", 0.8), ("forward-slope", 0.2), ("forward-slope", 0.25),
    ("forward-sums", [SUMS[1], SUMS[0], SUMS[2]]), ("forward-sums", SUMS[:2]),
    ("forward-sums", [SUMS[0] - b(2, 1), SUMS[1], SUMS[2]]), ("forward-sums", [SUMS[0], SUMS[1], SUMS[2] + b(3, 1)]),
    ("forward-sums", [w(2, 1, 1) * a(1, 1) + w(2, 2, 1) * a(1, 2) + b(2, 1), SUMS[1], SUMS[2]]),
    ("forward-sums", [w(2, 1, 1) * z(1, 1) + w(2, 1, 2) * z(1, 2) + b(2, 1), SUMS[1], SUMS[2]]),
    ("forward-multiplications", 2260), ("forward-multiplications", 64),
    ("forward-collapse", lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2)),
    ("forward-collapse", lambda W1, b1, W2, b2: (W2 @ W1, b1 + b2)),
    ("forward-collapse", lambda W1, b1, W2, b2: (W2 @ W1, b2)), ("forward-collapse", 3),
    ("forward-max", ([[1, -1], [0, 1], [0, 1]], [[0], [0], [0]], [[1, 1, -1]], [[0]])),
    ("forward-max", ([[1, -1], [0, 1], [0, 0]], [[0], [0], [0]], [[1, 1, 0]], [[0]])),     # right only for x2 > 0
    ("forward-max", ([[1, -1]], [[0]], [[1]], [[0]])), ("forward-max", 5),
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
