"""Checks of the exercises in the chapter Network structure."""

from . import exercise


@exercise("structure-count")
def count(answer):
    if answer == 41:
        return None
    if answer == 32:
        return "these are the weights alone."
    if answer == 40:
        return "the output neuron has a bias as well."
    return "for each gap, count (to) times (from) weights; then add one bias for each neuron after the input."


@exercise("structure-layers")
def layers(answer):
    if len(answer) != 5:
        return f"expected five numbers, got {len(answer)}."
    names = ["x_3", "z(1)_2", "a(2)_1", "y hat", "w(3)_12"]
    wrong = [name for name, given, right in zip(names, answer, [0, 1, 2, 3, 3]) if given != right]
    if wrong:
        return f"look again at {', '.join(wrong)}; the input is layer 0 and a weight belongs to the layer it feeds."


@exercise("structure-index")
def index(answer):
    answer = tuple(answer)
    if answer == (1, 2):
        return None
    if answer == (2, 3):
        return "Python counts from 0."
    if answer in ((2, 1), (3, 2)):
        return "to first, then from: the row is the neuron it leads to."
    return "expected a pair (row, column): where it leads to, then where it comes from."


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


@exercise("structure-backwards")
def backwards(answer):
    if answer == 9:
        return None
    return "write the count with n in it, (weights and biases into layer 1) + (into layer 2), and solve for n."


@exercise("structure-output")
def output(answer):
    right = [[(2, "identity")], [(1, "sigmoid"), (2, "softmax")], [(26, "softmax")]]
    if len(answer) != 3:
        return f"expected three pairs, got {len(answer)}."
    same = {"linear": "identity", "logistic": "sigmoid"}            # other names for them
    given = [(n, same.get(str(name).strip().lower(), str(name).strip().lower())) for n, name in answer]
    wrong = [str(i) for i, (pair, allowed) in enumerate(zip(given, right), 1) if pair not in allowed]
    if wrong:
        return f"look again at task {' and '.join(wrong)}: how many numbers, and which values may they take?"
