"""The book's equations as SymPy objects: derived once, printed as LaTeX, NumPy and JavaScript.

`derive` lists a network's forward pass, cost and gradients as named equations, each written in terms
of the ones before it. That list is backpropagation: it grows with the number of parameters, not with
its square. `prove` and its two companions show that the list is right, by differentiating the cost
directly; `derive` itself takes that as given and runs no proofs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy
from sympy import Add, Eq, Integer, Piecewise, Rational, Symbol, exp, log

from .checks import check_sizes, for_each_layer
from .cost import check_cost
from .forward_pass import check_activations
from .printers import javascript_function, latex, latex_of_equations, numpy_function
from .symbols import (  # noqa: F401  the chapters take letters and functions from here, with what is derived in them
    ACTIVATIONS,
    Quantity,
    a,
    b,
    cost,
    cost_derivative,
    delta,
    f,
    fp,
    logsumexp,
    quantity_latex,
    relu,
    sigma,
    softmax,
    softplus,
    w,
    weight_index,
    x,
    y,
    z,
)

# --- the equations ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Equations(Mapping):
    """Named equations in the order in which they can be computed: name -> sympy.Eq.

    Indexing with an unknown name raises KeyError with names that exist.
    """

    sizes: list
    activation: list
    cost: str
    bias: list
    _equations: dict = field(repr=False)

    def __getitem__(self, name):
        try:
            return self._equations[name]
        except KeyError:
            some = ", ".join(list(self._equations)[:6])
            raise KeyError(f"no equation named {name!r}; there are {len(self)}, such as {some}, …") from None

    def __iter__(self):
        return iter(self._equations)

    def __len__(self):
        return len(self._equations)

    def latex(self, *names):
        """The named equations, or all, as one aligned block of LaTeX (without $$)."""
        return latex_of_equations([self[name] for name in names or self])

    def _repr_latex_(self):
        return f"$${self.latex()}$$"

    def numpy(self):
        """A function (W, b, x, y) -> dict: name -> float, or array (N,) when x and y are (n, N).

        W, b as in net.W, net.b, or lists from layer 1. Arguments are checked as Network does.
        """
        self._no_open_functions()
        return numpy_function(self)

    def javascript(self):
        """Source of `function network(W, b, x, y)`, which returns an object name -> number.

        W, b: nested lists from layer 1 (a leading null is accepted; b[l] null without a bias); x, y flat.
        """
        self._no_open_functions()
        return javascript_function(self)

    def _no_open_functions(self):
        if "f" in self.activation or self.cost == "generic":
            raise ValueError('activation "f" and cost "generic" stand for any function: they can be printed, not '
                             'computed')

    def with_factors(self):
        """The same equations followed by the other factors of the chain, for every neuron.

        "dC/da1_2" and "da/dz1_2", whose product is delta1_2. Cross-entropy's dC/da is infinite where the
        output has saturated on the wrong side, which is why delta does not go through it. A softmax
        output has no factor of its own per neuron, so there these names are missing.
        """
        more = {}
        L = len(self.sizes) - 1
        for l in range(L, 0, -1):
            if self.activation[l - 1] == "softmax":
                continue
            for j in range(1, self.sizes[l] + 1):
                if l == L:
                    rhs = _cost_slope(self.cost, self.sizes[L], L, j)
                else:
                    rhs = Add(*[w(l + 1, i, j) * delta(l + 1, i) for i in range(1, self.sizes[l + 1] + 1)])
                derivative = ACTIVATIONS[self.activation[l - 1]][1](a(l, j), z(l, j))
                _add(more, f"dC/da{l}_{j}", rhs)
                _add(more, f"da/dz{l}_{j}", derivative)
        return Equations(self.sizes, self.activation, self.cost, self.bias, {**self._equations, **more})

    def unrolled(self, name):
        """The right-hand side of one equation with every z, a and delta replaced by what it stands for.

        Only parameters, x and y are left. It can be very long: for proofs and small networks.
        """
        values = {}
        for other, equation in self.items():
            values[Quantity(other)] = equation.rhs.xreplace(values)
            if other == name:
                return values[Quantity(name)]
        return self[name]


def _add(equations, name, rhs):
    equations[name] = Eq(Quantity(name), rhs, evaluate=False)


def _cost(name, output, zs, As, ys):
    """The cost of one example from z or a, whichever loses nothing."""
    if name == "generic":
        return cost(*As, *ys)
    if name == "quadratic":
        return Add(*[Rational(1, 2) * (a_j - y_j) ** 2 for a_j, y_j in zip(As, ys)])
    if output == "sigmoid":
        return Add(*[y_j * softplus(-z_j) + (1 - y_j) * softplus(z_j) for z_j, y_j in zip(zs, ys)])
    total = logsumexp(*zs)
    return Add(*[y_j * (total - z_j) for z_j, y_j in zip(zs, ys)])


def _cost_slope(name, n, L, j):
    """dC/da of output j; for cross-entropy only after sigmoid."""
    if name == "generic":
        return cost_derivative(Integer(j), *[a(L, i) for i in range(1, n + 1)], *[y(i) for i in range(1, n + 1)])
    if name == "quadratic":
        return a(L, j) - y(j)
    return (a(L, j) - y(j)) / (a(L, j) * (1 - a(L, j)))


def _output_delta(cost_name, activation, L, n, j):
    """BP1 for output j of n."""
    if cost_name == "cross_entropy":
        return a(L, j) - y(j)
    if activation == "softmax":                      # every a_k depends on z_j: da_k/dz_j = a_k ([k = j] - a_j)
        return Add(*[_cost_slope(cost_name, n, L, k) * a(L, k) * (int(k == j) - a(L, j)) for k in range(1, n + 1)])
    return _cost_slope(cost_name, n, L, j) * ACTIVATIONS[activation][1](a(L, j), z(L, j))


def derive(sizes, activation="sigmoid", cost="quadratic", bias=True):
    """The ordered equations of a dense network: forward pass, cost, local gradients, gradients.

    sizes, activation, cost, bias: as for Network, with the same errors. Two more names leave things
    open, for proofs and for reading: activation "f" (any function) and cost "generic" (any cost).
    Returns Equations; the names are z1_1, a1_1, …, C, delta2_1, dC/dw2_11, …, dC/db2_1, ….
    """
    sizes = check_sizes(sizes)
    L = len(sizes) - 1
    activation = for_each_layer(activation, L, "activation", str)
    bias = for_each_layer(bias, L, "bias", bool)
    check_activations(["identity" if name == "f" else name for name in activation])
    if cost != "generic":
        check_cost(cost, activation[-1])

    equations = {}
    for l in range(1, L + 1):                                                    # forward: F1, F2
        zs = [z(l, j) for j in range(1, sizes[l] + 1)]
        inputs = [a(l - 1, k) for k in range(1, sizes[l - 1] + 1)]
        for j in range(1, sizes[l] + 1):
            terms = [w(l, j, k) * a_k for k, a_k in enumerate(inputs, 1)]
            _add(equations, f"z{l}_{j}", Add(*terms, *([b(l, j)] if bias[l - 1] else [])))
            if activation[l - 1] != "softmax":
                _add(equations, f"a{l}_{j}", ACTIVATIONS[activation[l - 1]][0](z(l, j)))
        if activation[l - 1] == "softmax":
            for j in range(1, sizes[l] + 1):
                _add(equations, f"a{l}_{j}", softmax(zs, j - 1))
    n = sizes[L]
    outputs, targets = [a(L, j) for j in range(1, n + 1)], [y(j) for j in range(1, n + 1)]
    _add(equations, "C", _cost(cost, activation[-1], zs, outputs, targets))
    for l in range(L, 0, -1):                                                    # backward: BP1 … BP4
        for j in range(1, sizes[l] + 1):
            if l == L:
                rhs = _output_delta(cost, activation[-1], L, n, j)
            else:
                arriving = Add(*[w(l + 1, i, j) * delta(l + 1, i) for i in range(1, sizes[l + 1] + 1)])
                rhs = arriving * ACTIVATIONS[activation[l - 1]][1](a(l, j), z(l, j))
            _add(equations, f"delta{l}_{j}", rhs)
        for j in range(1, sizes[l] + 1):
            for k in range(1, sizes[l - 1] + 1):
                _add(equations, f"dC/dw{l}_{weight_index(j, k)}", delta(l, j) * a(l - 1, k))
        if bias[l - 1]:
            for j in range(1, sizes[l] + 1):
                _add(equations, f"dC/db{l}_{j}", delta(l, j))
    return Equations(sizes, activation, cost, bias, equations)


# --- proofs --------------------------------------------------------------------------------------


def prove(equations):
    """Prove every gradient in the list: differentiate the unrolled cost, compare. Returns how many were proved.

    Raises AssertionError naming the first gradient that is wrong. Quick with activation "f" and cost
    "generic"; with sigmoid or tanh use small networks; with relu or sigmoid's cross-entropy SymPy can
    take minutes. For softmax with cross-entropy the last target is 1 minus the others.
    """
    one = {}
    if (equations.activation[-1], equations.cost) == ("softmax", "cross_entropy"):
        n = equations.sizes[-1]
        one = {y(n): 1 - Add(*[y(j) for j in range(1, n)])}
    values = {}
    for name, equation in equations.items():
        values[Quantity(name)] = equation.rhs.xreplace(values)
    direct = values[Quantity("C")]
    proved = 0
    for name in equations:
        if name.startswith(("dC/dw", "dC/db")):
            difference = sympy.diff(direct, Quantity(name[4:])) - values[Quantity(name)]
            if not is_zero(difference.xreplace(one)):
                raise AssertionError(f"{name} in the list is not the derivative of C: they differ by {difference}")
            proved += 1
    return proved


def is_zero(expression):
    """True when SymPy reduces the expression to 0: by expanding, else by writing everything with exp.

    A number that is not 0 at a sample point disproves it first: SymPy can take minutes to fail to simplify.
    """
    open_values = expression.atoms(f, fp, cost, cost_derivative)         # nothing is known about them: fresh symbols
    expression = expression.xreplace({value: sympy.Dummy(real=True) for value in open_values})
    expanded = sympy.expand(expression)
    if expanded == 0:
        return True
    sample = {s: Rational(7 + 4 * i, 13 + 3 * i) for i, s in enumerate(sorted(expanded.free_symbols, key=str))}
    if abs(expanded.rewrite(exp).subs(sample).evalf(30)) > 1e-20:
        return False
    return sympy.simplify(sympy.expand(expression.rewrite(exp))) == 0


# what each activation and cost means, from first principles; the printed forms above are proved equal to these
def _definition(activation, zs):
    if activation == "softmax":
        return [exp(z_j) / Add(*[exp(z_k) for z_k in zs]) for z_j in zs]
    define = {"identity": lambda z: z, "sigmoid": lambda z: 1 / (1 + exp(-z)),
              "tanh": lambda z: (exp(z) - exp(-z)) / (exp(z) + exp(-z)),
              "relu": lambda z: Piecewise((z, z > 0), (0, True))}[activation]
    return [define(z_j) for z_j in zs]


def prove_activation(name):
    """Prove that the printed a equals its definition and the printed f' is its derivative (relu: away from 0).

    Raises AssertionError otherwise.
    """
    z_ = Symbol("z", real=True)
    value, derivative = ACTIVATIONS[name]
    defined = _definition(name, [z_])[0]
    assert is_zero(value(z_) - defined), f"{name}: the printed form is not the definition"
    if name == "relu":
        for side in (Symbol("p", positive=True), Symbol("m", negative=True)):
            a_ = value(side)
            assert derivative(a_, side) == sympy.diff(defined.subs(z_, side), side), f"{name}: wrong derivative"
    else:
        assert is_zero(sympy.diff(defined, z_)
                       - derivative(defined, z_)), f"{name}: the printed f' is not the derivative"


def prove_cost(activation, cost, n=2):
    """Prove, for n outputs, that the printed C is the definition and the printed delta its derivative dC/dz.

    Raises AssertionError otherwise. For softmax with cross-entropy the last target is 1 minus the others.
    """
    zs = [z(1, j) for j in range(1, n + 1)]
    ys = [y(j) for j in range(1, n + 1)]
    As = [a(1, j) for j in range(1, n + 1)]
    defined = dict(zip(As, _definition(activation, zs)))
    if cost == "quadratic":
        C = Rational(1, 2) * Add(*[(a_j - y_j) ** 2 for a_j, y_j in zip(As, ys)])
    elif activation == "sigmoid":
        C = -Add(*[y_j * log(a_j) + (1 - y_j) * log(1 - a_j) for a_j, y_j in zip(As, ys)])
    else:
        C = -Add(*[y_j * log(a_j) for a_j, y_j in zip(As, ys)])
    one = {ys[-1]: 1 - Add(*ys[:-1])} if (activation, cost) == ("softmax", "cross_entropy") else {}
    C = C.xreplace(defined).subs(one)
    printed = _cost(cost, activation, zs, As, ys).xreplace(defined).subs(one).rewrite(exp)
    sides = [{}]
    if activation == "relu":                                     # one proof for z > 0, one for z < 0
        sides = [{z_j: Symbol(f"s{j}", **{sign: True}) for j, z_j in enumerate(zs)}
                 for sign in ("positive", "negative")]
    for side in sides:
        difference = sympy.expand_log(sympy.simplify(C.subs(side) - printed.subs(side)), force=True)
        assert sympy.simplify(difference) == 0, f"{activation} with {cost}: the printed C is not the definition"
        for j in range(1, n + 1):
            delta_j = _output_delta(cost, activation, 1, n, j).xreplace(defined).subs(one).subs(side)
            direct = sympy.diff(C.subs(side), zs[j - 1].subs(side))
            assert is_zero(direct - delta_j), f"{activation} with {cost}: the printed delta is not dC/dz"


# --- for chapters --------------------------------------------------------------------------------


class Typeset:
    """Displayed mathematics: an object that Jupyter and the website show as a block of its own."""

    def __init__(self, source):
        self.source = source

    def _repr_latex_(self):
        return f"$${self.source}$$"

    def __repr__(self):
        return self.source


def typeset(*things, tag=None):
    """Show equations (sympy.Eq) or expressions in the book's notation, one under the other, aligned at =.

    tag: the label at the right of a single equation, such as "BP2".
    """
    if len(things) == 1 and not isinstance(things[0], Eq):
        source = latex(things[0])
    else:
        source = latex_of_equations(things)
    return Typeset(source + (rf" \tag{{{tag}}}" if tag else ""))
