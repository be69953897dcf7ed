"""The book's equations as SymPy objects: derived once, printed as LaTeX, NumPy and JavaScript.

`derive` lists a network's forward pass, cost and gradients as named equations, each written in terms
of the ones before it. That list is backpropagation: it grows with the number of parameters, not with
its square. `prove` and its two companions show that the list is right, by differentiating the cost
directly; `derive` itself takes that as given and runs no proofs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy
from sympy import Add, Eq, Function, Integer, Piecewise, Rational, Symbol, exp, log

from .checks import check_sizes, for_each_layer
from .cost import check_cost
from .forward_pass import check_activations
from .printers import javascript_function, latex, latex_of_equations, numpy_function

# --- names -------------------------------------------------------------------------------------


class Quantity(Symbol):
    """A real symbol that prints as the book writes it: Quantity("w2_12") is w^{(2)}_{12}.

    Names: x_k, y_j, z1_2, a1_2, delta1_2, b1_2, w2_12 (layer 2, to 1, from 2; above 9 w1_3,12), C,
    dC/dw2_12, dC/db1_2, dC/da1_2, da/dz1_2. Raises ValueError for any other name.
    """

    def __new__(cls, name):
        quantity_latex(name)
        return super().__new__(cls, name, real=True)

    def __getnewargs_ex__(self):
        return (self.name,), {}

    def _latex(self, printer):
        return quantity_latex(self.name)


_NAME = re.compile(r"(?P<letter>[xy])_(?P<index>\d+)|(?P<letter2>w|b|z|a|delta)(?P<layer>\d+)_(?P<index2>\d+(,\d+)?)")


def quantity_latex(name):
    """LaTeX of a quantity's name; ValueError for a name that means nothing in the book."""
    if name == "C":
        return "C"
    if name.startswith("dC/d"):
        return rf"\frac{{\partial C}}{{\partial {quantity_latex(name[4:])}}}"
    if name.startswith("da/dz"):
        return rf"\frac{{\partial {quantity_latex('a' + name[5:])}}}{{\partial {quantity_latex('z' + name[5:])}}}"
    match = _NAME.fullmatch(name)
    if not match:
        raise ValueError(f"{name!r} is no quantity of the book, expected a name such as 'w2_12', 'z1_1', 'x_3' or 'C'")
    if match["letter"]:
        return f"{match['letter']}_{{{match['index']}}}"
    letter = r"\delta" if match["letter2"] == "delta" else match["letter2"]
    return f"{letter}^{{({match['layer']})}}_{{{match['index2']}}}"


def weight_index(j, k):
    """The index of a weight to j from k: "12", or "3,12" when one of them is above 9."""
    return f"{j}{k}" if max(j, k) < 10 else f"{j},{k}"


def w(l, j, k):
    """Weight that feeds neuron j of layer l from neuron k of layer l-1, all counted from 1."""
    return Quantity(f"w{l}_{weight_index(j, k)}")


def b(l, j):
    """Bias of neuron j of layer l."""
    return Quantity(f"b{l}_{j}")


def x(k):
    """Input k."""
    return Quantity(f"x_{k}")


def y(j):
    """Target of output j."""
    return Quantity(f"y_{j}")


def z(l, j):
    """Weighted input of neuron j of layer l."""
    return Quantity(f"z{l}_{j}")


def a(l, j):
    """Activation of neuron j of layer l; layer 0 is the input, x_j."""
    return Quantity(f"a{l}_{j}") if l else x(j)


def delta(l, j):
    """Local gradient of neuron j of layer l: dC/dz."""
    return Quantity(f"delta{l}_{j}")


# --- functions ---------------------------------------------------------------------------------


class sigma(Function):
    """The logistic sigmoid 1/(1 + exp(-z)); `.rewrite(exp)` gives the definition."""

    nargs = 1

    def fdiff(self, argindex=1):
        return self * (1 - self)

    def _eval_rewrite_as_exp(self, z, **kwargs):
        return 1 / (1 + exp(-z))

    def _eval_evalf(self, prec):
        return self.rewrite(exp)._eval_evalf(prec)

    def _latex(self, printer, exp=None):
        return r"\sigma" + (f"^{{{exp}}}" if exp else "") + rf"\left({printer._print(self.args[0])}\right)"


class softplus(Function):
    """log(1 + exp(z)) = -log(1 - sigma(z)), a name of its own so that it can be printed stably."""

    nargs = 1

    def fdiff(self, argindex=1):
        return sigma(self.args[0])

    def _eval_rewrite_as_exp(self, z, **kwargs):
        return log(1 + exp(z))

    def _eval_evalf(self, prec):
        return self.rewrite(exp)._eval_evalf(prec)

    def _latex(self, printer, exp=None):
        return (r"\operatorname{softplus}" + (f"^{{{exp}}}" if exp else "")
                + rf"\left({printer._print(self.args[0])}\right)")


class logsumexp(Function):
    """log(exp(z_1) + … + exp(z_n)); its derivative with respect to z_j is softmax's a_j."""

    def fdiff(self, argindex=1):
        return softmax(self.args, argindex - 1)

    def _eval_rewrite_as_exp(self, *zs, **kwargs):
        return log(Add(*[exp(z) for z in zs]))

    def _eval_evalf(self, prec):
        return self.rewrite(exp)._eval_evalf(prec)

    def _latex(self, printer, exp=None):
        inside = ", ".join(printer._print(z) for z in self.args)
        return r"\operatorname{logsumexp}" + (f"^{{{exp}}}" if exp else "") + rf"\left({inside}\right)"


class f(Function):
    """An activation function left open; its derivative is fp, printed f'."""

    nargs = 1

    def fdiff(self, argindex=1):
        return fp(self.args[0])

    def _latex(self, printer, exp=None):
        return "f" + (f"^{{{exp}}}" if exp else "") + rf"\left({printer._print(self.args[0])}\right)"


class fp(Function):
    """The derivative f' of the open activation function, with respect to its argument."""

    nargs = 1

    def _latex(self, printer, exp=None):
        base = rf"f'\left({printer._print(self.args[0])}\right)"
        return rf"\left({base}\right)^{{{exp}}}" if exp else base


class cost(Function):
    """A cost left open, cost(a_1, …, a_n, y_1, …, y_n); its derivatives are cost_derivative(i, a_1, …)."""

    def fdiff(self, argindex=1):
        return cost_derivative(Integer(argindex), *self.args)

    def _latex(self, printer, exp=None):
        inside = ", ".join(printer._print(argument) for argument in self.args)
        return r"\operatorname{cost}" + (f"^{{{exp}}}" if exp else "") + rf"\left({inside}\right)"


class cost_derivative(Function):
    """The derivative of the open cost with respect to its i-th argument: cost_derivative(i, a_1, …, y_n)."""

    def _latex(self, printer, exp=None):
        argument = self.args[int(self.args[0])]
        text = rf"\frac{{\partial C}}{{\partial {printer._print(argument)}}}"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text


def softmax(zs, j):
    """exp(z_j)/sum_k exp(z_k), in the form that cannot be infinity over infinity."""
    return 1 / Add(*[exp(z_k - zs[j]) for z_k in zs])


def relu(z):
    """z where it is positive, else 0, so that the derivative at 0 is 0."""
    return Piecewise((z, z > 0), (0, True))


# name -> (a from z, f' from a and z). f' is an equation in a wherever it can be: a is known, and exact.
ACTIVATIONS = {
    "identity": (lambda z: z, lambda a, z: Integer(1)),
    "sigmoid": (sigma, lambda a, z: a * (1 - a)),
    "tanh": (sympy.tanh, lambda a, z: 1 - a**2),
    "relu": (relu, lambda a, z: Piecewise((1, a > 0), (0, True))),
    "f": (f, lambda a, z: fp(z)),
}

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
