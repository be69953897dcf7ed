"""The letters and functions that the book's equations are written with, as SymPy objects that print as the book writes
them: w, b, x, y, z, a and delta with their indices, the activations, and those left open."""

import re

import sympy
from sympy import Add, Function, Integer, Piecewise, Symbol, exp, log

# --- letters -----------------------------------------------------------------------------------


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
