"""The same equations with indices: F1, F2, C and BP1 to BP4 for any size, any layer and a whole batch.

`derive` lists one equation a neuron, which suits small networks. Here each equation is written once, with
j, k, m for neurons and i for the example, as SymPy equations over IndexedBase with sums. `named` puts numbers
in place of the indices and gives back an entry of derive's list, which is proved: that is how these are proved.
`loop_printers` prints them as NumPy and as JavaScript loops.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Add, Eq, Function, Idx, Indexed, IndexedBase, Integer, KroneckerDelta, Rational, Sum, Symbol, exp, log
from sympy.core.containers import Tuple

from .cost import COSTS, check_cost
from .printers import latex_of_equations
from .symbolic import ACTIVATIONS, Quantity, cost_derivative, derive, logsumexp, softplus, weight_index
from .symbolic import cost as open_cost

HIDDEN = ("identity", "sigmoid", "tanh", "relu")
OUTPUT = (*HIDDEN, "softmax")


def pairs():
    """Every (output activation, cost) that go together."""
    return [(name, "quadratic") for name in OUTPUT] + [("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")]


# --- arrays and indices --------------------------------------------------------------------------


def array(letter, layer=""):
    """The array of a letter of the book in a layer, such as array("w", "l+1") or array("y").

    w[j, k]: to j, from k; b[j]; z, a, delta, y, x [j, i]: neuron j, example i; C[i]; mean: the mean cost.
    """
    return IndexedBase(f"{letter}({layer})")


def size(layer):
    """n_l, the number of neurons in a layer, as a symbol."""
    return Symbol(f"n_{{{layer}}}" if len(layer) > 1 else f"n_{layer}", integer=True, positive=True)


N = Symbol("N", integer=True, positive=True)


def index(name, last):
    return Idx(name, (1, last))


i = index("i", N)

_ARRAY = re.compile(r"(?P<letter>[A-Za-z]+)\((?P<layer>[lL]?([+-]1)?|0|1)\)")


def array_parts(base):
    """("w", "l+1") of array("w", "l+1")."""
    match = _ARRAY.fullmatch(str(base))
    return match["letter"], match["layer"]


def indexed_latex(base, indices):
    """How the book writes an entry: w^{(l)}_{jk}, z^{(l)[i]}_j, C^{[i]}."""
    letter, layer = array_parts(base)
    if letter.startswith("d") and letter != "delta":                      # the gradient by a parameter, or by x
        inner = indexed_latex(array(letter[1:], layer), [k for k in indices if k != i or letter == "dx"])
        top = "C^{[i]}" if i in indices else r"\bar C"
        return rf"\frac{{\partial {top}}}{{\partial {inner}}}"
    if letter == "mean":
        return r"\bar C"
    neurons = "".join(str(k) for k in indices if k != i)
    above = (f"({layer})" if layer and letter != "y" else "") + ("[i]" if i in indices else "")
    name = {"delta": r"\delta", "a": "x" if layer == "0" else "a"}.get(letter, letter)
    if name == "x":
        above = above.removeprefix("(0)")
    return name + (f"^{{{above}}}" if above else "") + (f"_{{{neurons}}}" if neurons else "")


class log_sum_exp(Function):
    """log of the sum of exp(body) over an index, log_sum_exp(body, (k, 1, n)), a name so that it is printed stably."""

    def _eval_rewrite_as_exp(self, body, limits, **kwargs):
        return log(Sum(exp(body), limits))

    def _latex(self, printer, exp=None):
        body, (k, *_) = self.args
        return rf"\log\sum_{{{printer._print(k)}}} e^{{{printer._print(body)}}}"


# --- the equations -------------------------------------------------------------------------------


def weighted_input(bias=True):
    """F1: z of neuron j from everything that arrives."""
    j, k = index("j", size("l")), index("k", size("l-1"))
    arriving = Sum(array("w", "l")[j, k] * array("a", "l-1")[k, i], (k, 1, size("l-1")))
    return Eq(array("z", "l")[j, i], arriving + (array("b", "l")[j] if bias else 0), evaluate=False)


def activation(name, layer="l"):
    """F2: a of neuron j."""
    j, m = index("j", size(layer)), index("m", size(layer))
    z = array("z", layer)
    if name == "softmax":
        rhs = 1 / Sum(exp(z[m, i] - z[j, i]), (m, 1, size(layer)))
    else:
        rhs = ACTIVATIONS[name][0](z[j, i])
    return Eq(array("a", layer)[j, i], rhs, evaluate=False)


def example_cost(output, cost):
    """C of one example: a sum over the outputs, from z or a, whichever loses nothing."""
    n = size("L")
    j, m = index("j", n), index("m", n)
    z, a, y = array("z", "L"), array("a", "L"), array("y")
    if cost == "generic":
        term = open_cost(a[j, i], y[j, i])
    elif cost == "quadratic":
        term = Rational(1, 2) * (a[j, i] - y[j, i]) ** 2
    elif output == "sigmoid":
        term = y[j, i] * softplus(-z[j, i]) + (1 - y[j, i]) * softplus(z[j, i])
    else:
        term = y[j, i] * (log_sum_exp(z[m, i], Tuple(m, 1, n)) - z[j, i])
    return Eq(array("C")[i], Sum(term, (j, 1, n)), evaluate=False)


def mean_cost():
    """The mean of the examples' costs."""
    return Eq(array("mean")[1], Sum(array("C")[i], (i, 1, N)) / N, evaluate=False)


def output_delta(output, cost):
    """BP1: after softmax every a_m depends on z_j, and the sum over m is the Jacobian's column."""
    n = size("L")
    j, m = index("j", n), index("m", n)
    z, a, y = array("z", "L"), array("a", "L"), array("y")
    if cost == "cross_entropy":
        rhs = a[j, i] - y[j, i]
    elif output == "softmax":
        rhs = Sum((a[m, i] - y[m, i]) * a[m, i] * (KroneckerDelta(j, m) - a[j, i]), (m, 1, n))
    else:
        slope = cost_derivative(Integer(1), a[j, i], y[j, i]) if cost == "generic" else a[j, i] - y[j, i]
        rhs = slope * ACTIVATIONS[output][1](a[j, i], z[j, i])
    return Eq(array("delta", "L")[j, i], rhs, evaluate=False)


def hidden_delta(name):
    """BP2: the messages w·delta of the layer above add up and pass the gate f'."""
    j, m = index("j", size("l")), index("m", size("l+1"))
    arriving = Sum(array("w", "l+1")[m, j] * array("delta", "l+1")[m, i], (m, 1, size("l+1")))
    gate = ACTIVATIONS[name][1](array("a", "l")[j, i], array("z", "l")[j, i])
    return Eq(array("delta", "l")[j, i], arriving * gate, evaluate=False)


def bias_gradient():
    """BP3, mean over the batch."""
    j = index("j", size("l"))
    return Eq(array("db", "l")[j], Sum(array("delta", "l")[j, i], (i, 1, N)) / N, evaluate=False)


def weight_gradient():
    """BP4, mean over the batch."""
    j, k = index("j", size("l")), index("k", size("l-1"))
    votes = Sum(array("delta", "l")[j, i] * array("a", "l-1")[k, i], (i, 1, N))
    return Eq(array("dw", "l")[j, k], votes / N, evaluate=False)


def input_gradient():
    """What one example's cost would do if an input moved: BP2 without a gate, one layer further back."""
    k, m = index("k", size("0")), index("m", size("1"))
    arriving = Sum(array("w", "1")[m, k] * array("delta", "1")[m, i], (m, 1, size("1")))
    return Eq(array("da", "0")[k, i], arriving, evaluate=False)


def weight_vote():
    """BP4 of one example alone: its vote in the mean."""
    j, k = index("j", size("l")), index("k", size("l-1"))
    return Eq(array("dw", "l")[j, k, i], array("delta", "l")[j, i] * array("a", "l-1")[k, i], evaluate=False)


def bias_vote():
    """BP3 of one example alone."""
    j = index("j", size("l"))
    return Eq(array("db", "l")[j, i], array("delta", "l")[j, i], evaluate=False)


@dataclass(frozen=True)
class IndexedEquations(Mapping):
    """F1, F2, F2 output, C, mean C, BP1, BP2, BP3, BP4, dC/dx: name -> sympy.Eq, for one choice of functions."""

    hidden: str
    output: str
    cost: str
    _equations: dict

    def __getitem__(self, name):
        if name not in self._equations:
            raise KeyError(f"no equation named {name!r}, expected one of {', '.join(self._equations)}")
        return self._equations[name]

    def __iter__(self):
        return iter(self._equations)

    def __len__(self):
        return len(self._equations)

    def latex(self, *names):
        """The named equations, or all, as one aligned block of LaTeX (without $$)."""
        return latex_of_equations([self[name] for name in names or self])

    def _repr_latex_(self):
        return f"$${self.latex()}$$"


def indexed(hidden="f", output=None, cost="generic", bias=True):
    """The equations with indices of a network with these functions, ready to be shown.

    hidden, output: activations as for derive (output None: as hidden); "f" and cost "generic" stay open.
    Raises ValueError for a name or a pair that does not exist.
    """
    output = hidden if output is None else output
    for name, known in ((hidden, (*HIDDEN, "f")), (output, (*OUTPUT, "f"))):
        if name not in known:
            raise ValueError(f"unknown activation {name!r}, expected one of {', '.join(known)}")
    if cost != "generic":
        check_cost(cost, output)
    elif output == "softmax":
        raise ValueError(f"softmax needs a cost of its own here, one of {', '.join(COSTS)}")
    return IndexedEquations(hidden, output, cost, {
        "F1": weighted_input(bias), "F2": activation(hidden), "F2 output": activation(output, "L"),
        "C": example_cost(output, cost), "mean C": mean_cost(),
        "BP1": output_delta(output, cost), "BP2": hidden_delta(hidden), "BP3": bias_gradient(),
        "BP4": weight_gradient(), "dC/dx": input_gradient()})


# --- back to the named list: the proof -------------------------------------------------------------


def _number_of(at, layer, L):
    """The layer that "l+1" stands for when l is `layer`."""
    return {"l-1": layer - 1, "l": layer, "l+1": layer + 1, "L": L, "0": 0, "1": 1}.get(at)


def _name(entry, layer, L):
    """The book's name of an entry whose indices are numbers; there is one example."""
    letter, at = array_parts(entry.base)
    indices = [int(value) for value in entry.indices if value != i]
    l = _number_of(at, layer, L)
    if letter in ("C", "mean"):
        return "C"
    if letter == "y":
        return f"y_{indices[0]}"
    if letter == "da":
        return f"dC/dx_{indices[0]}"
    if letter[0] == "d" and letter != "delta":
        return "dC/d" + _name(array(letter[1:], at)[tuple(entry.indices)], layer, L)
    if letter == "w":
        return f"w{l}_{weight_index(*indices)}"
    return f"x_{indices[0]}" if (letter, l) == ("a", 0) else f"{letter}{l}_{indices[0]}"


def named(equation, sizes, layer, **indices):
    """The equation with numbers for its indices, for one example, as (name, right-hand side) of the named list.

    indices: j=2, k=1 of the left-hand side. Raises KeyError when one is missing.
    """
    L = len(sizes) - 1
    numbers = {size(at): sizes[_number_of(at, layer, L)] for at in ("l-1", "l", "L", "0", "1")}
    if layer < L:
        numbers[size("l+1")] = sizes[layer + 1]
    numbers[N] = 1

    def terms(body, limits):
        k, _, last = limits
        if k == i:                                                        # one example
            return [put(body)]
        return [put(body.xreplace({k: Integer(value)})) for value in range(1, last.xreplace(numbers) + 1)]

    def put(expression):
        if isinstance(expression, Sum):
            return Add(*terms(*expression.args))
        if isinstance(expression, log_sum_exp):
            return logsumexp(*terms(*expression.args))
        if isinstance(expression, Indexed):
            return Quantity(_name(expression, layer, L))
        if not expression.args or isinstance(expression, Idx):
            return numbers.get(expression, expression)
        return expression.func(*[put(argument) for argument in expression.args])

    free = {k: Integer(indices[k.name]) for k in equation.lhs.indices if isinstance(k, Idx) and k != i}
    left = equation.lhs.xreplace(free)
    return _name(left, layer, L), put(equation.rhs.xreplace(free))


def prove_indexed(sizes, activations, cost, bias=True, equations=None):
    """Prove the indexed equations on one network: every entry equals the entry of derive's list. Returns how many.

    equations: a function (name, activation) -> Eq, for tests that hand in wrong ones. Raises AssertionError
    that names the first entry that differs.
    """
    from .symbolic import is_zero
    listed = derive(sizes, activations, cost, bias)
    L, proved = len(sizes) - 1, 0
    last = listed.activation[-1]

    def compare(equation, l, **indices):
        nonlocal proved
        name, rhs = named(equation, sizes, l, **indices)
        difference = listed[name].rhs - rhs
        if difference != 0 and not is_zero(difference):
            raise AssertionError(f"{name}: the indexed equation gives {rhs}, the list has {listed[name].rhs}")
        proved += 1

    make = equations or standard
    for l in range(1, L + 1):
        f, top = listed.activation[l - 1], l == L
        for j in range(1, sizes[l] + 1):
            compare(make("F1 with bias" if listed.bias[l - 1] else "F1", f), l, j=j)
            compare(make("F2", f), l, j=j)
            compare(make("BP1", f, cost) if top else make("BP2", f), l, j=j)
            if listed.bias[l - 1]:
                compare(make("BP3", f), l, j=j)
            for k in range(1, sizes[l - 1] + 1):
                compare(make("BP4", f), l, j=j, k=k)
    compare(make("C", last, cost), L)
    return proved


def standard(name, f, cost=None):
    """The equation of a name, for activation f: what is printed and what is proved."""
    return {"F1": lambda: weighted_input(False), "F1 with bias": lambda: weighted_input(True),
            "F2": lambda: activation(f),
            "C": lambda: example_cost(f, cost), "BP1": lambda: output_delta(f, cost), "BP2": lambda: hidden_delta(f),
            "BP3": bias_gradient, "BP4": weight_gradient}[name]()
