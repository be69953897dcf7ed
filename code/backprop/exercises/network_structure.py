"""Exercises of the chapter Network structure."""

from . import exercise
from ._kinds import number, several, word

ACTIVATION = {"linear": "identity", "logistic": "sigmoid", "soft max": "softmax", "sigma": "sigmoid"}   # other names

ANSWERS = {
    "structure-count": number(
        41,
        near=[(32, "these are the weights alone."),
              (40, "the output neuron has a bias as well.")],
        hint="for each gap, count (to) times (from) weights; then add one bias for each neuron after the input."),

    "structure-layers": several(
        number(0, name="x_3"), number(1, name="z(1)_2"), number(2, name="a(2)_1"), number(3, name="y hat"),
        number(3, name="w(3)_12"),
        expected="five numbers",
        hint="look again at {wrong}; the input is layer 0 and a weight belongs to the layer it feeds."),

    "structure-index": several(
        number(1), number(2),
        near=[([2, 3], "Python counts from 0."),
              ([2, 1], "to first, then from: the row is the neuron it leads to."),
              ([3, 2], "to first, then from: the row is the neuron it leads to.")],
        expected="a pair (row, column)",
        hint="expected a pair (row, column): where it leads to, then where it comes from."),

    "structure-backwards": number(
        9, hint="write the count with n in it, (weights and biases into layer 1) + (into layer 2), and solve for n."),

    "structure-output": several(
        several(number(2), word("identity", same=ACTIVATION), name="1"),
        several(number(1), word("sigmoid", same=ACTIVATION), also=[[2, "softmax"]], name="2"),
        several(number(26), word("softmax", same=ACTIVATION), name="3"),
        expected="three pairs", join=" and ",
        hint="look again at task {wrong}: how many numbers, and which values may they take?"),
}


@exercise("structure-shapes")
def shapes(answer):
    if not callable(answer):
        return "expected a function: def answer(sizes): ..."
    for sizes in ([4, 2, 2, 1], [64, 30, 10], [1, 1], [3, 5, 2, 7, 1]):
        right = [(n, m) for m, n in zip(sizes, sizes[1:])]
        given = [tuple(shape) for shape in answer(list(sizes))]
        if given == [(m, n) for n, m in right] and given != right:
            return f"for {sizes} rows and columns are swapped: a row belongs to the neuron a weight leads to."
        if given != right:
            return f"for {sizes} it returned {given}, which is not right."
