"""The three printers of the book's equations: LaTeX, NumPy and JavaScript.

They print SymPy objects and know no mathematics of the network. Only how to lay out a product, how
to spell a quantity in code, and how to compute sigma, softplus and logsumexp without overflow.
"""

import re

import numpy as np
from sympy import Add, Eq, Indexed, Mul, Sum
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.latex import LatexPrinter
from sympy.printing.numpy import NumPyPrinter

from .checks import as_columns, check_parameters
from .cost import check_targets

# --- LaTeX ---------------------------------------------------------------------------------------


def _name(expression):
    """The quantity names in an expression, as a key that sorts x_2 before x_10."""
    names = sorted(str(symbol) for symbol in expression.free_symbols)
    return [[int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)] for name in names]


def _layer(expression):
    """The highest layer among the quantities of an expression; x is layer 0, y comes before all layers."""
    layers = [99 if str(s).startswith("y_") else int(m[1]) if (m := re.match(r"[a-z]+(\d+)_", str(s))) else 0
              for s in expression.free_symbols]
    return max(layers, default=0)


def _factor_key(factor):
    """Cost first: numbers, then (a - y), then w, delta, f'(z), then activations from the output back to x."""
    name, is_quantity = str(factor), factor.is_Symbol or isinstance(factor, Indexed)
    if factor.is_number:
        rank = 0
    elif name.startswith(("dC/da", "cost_derivative")) or any(str(s).startswith("y") for s in factor.free_symbols):
        rank = 1
    elif "delta" in name and (factor.is_Add or isinstance(factor, Sum)):
        rank = 2
    elif is_quantity and name.startswith(("w", "b")):
        rank = 3
    elif is_quantity and name.startswith("delta"):
        rank = 4
    else:
        rank = 5
    return rank, -_layer(factor), factor.is_Add, not factor.is_Function, str(_name(factor))


def _term_key(term):
    """Positive terms first, the bias last, otherwise by index, the shorter term first."""
    return term.could_extract_minus_sign(), str(term).startswith("b"), not term.is_number, _name(term), term.has(Add)


class BookLatexPrinter(LatexPrinter):
    """SymPy's LaTeX printer with the book's order of factors and terms."""

    def __init__(self):
        super().__init__({"order": "none", "fold_short_frac": False, "ln_notation": True})

    def _print_Mul(self, expr):
        if not expr.is_Mul:                           # SymPy sends powers such as 1/x here
            return super()._print_Mul(expr)
        shares = [factor for factor in expr.args if factor.is_Pow and factor.exp == -1 and factor.base.is_Symbol]
        if shares and expr.has(Sum):                  # a mean: the sum stands beside 1/N, not above N
            rest = Mul(*[factor for factor in expr.args if factor not in shares])
            return "".join(rf"\frac{{1}}{{{self._print(share.base)}}} " for share in shares) + self._print(rest)
        return super()._print_Mul(Mul(*sorted(expr.args, key=_factor_key), evaluate=False))

    def _print_Pow(self, expr):
        if isinstance(expr.base, Indexed) and expr.exp.is_Integer and expr.exp > 0:
            return rf"\left({self._print(expr.base)}\right)^{{{expr.exp}}}"
        return super()._print_Pow(expr)

    def _print_Indexed(self, expr):
        from .indexed import indexed_latex  # which is written with this printer
        return indexed_latex(expr.base, expr.indices)

    def _print_Idx(self, expr):
        return str(expr.name)

    def _print_KroneckerDelta(self, expr):            # not delta, which means the local gradient and nothing else
        return rf"\left[{'='.join(sorted(self._print(k) for k in expr.args))}\right]"

    def _print_Sum(self, expr):
        body, (k, first, last) = expr.args
        inside = self._print(body)
        limits = rf"\sum_{{{self._print(k)}={self._print(first)}}}^{{{self._print(last)}}} "
        return limits + (rf"\left({inside}\right)" if body.is_Add else inside)

    def _print_Add(self, expr, order=None):
        return super()._print_Add(Add(*sorted(expr.args, key=_term_key), evaluate=False), order="none")


def latex(expression):
    """LaTeX of a SymPy object in the book's notation and order of factors."""
    return BookLatexPrinter().doprint(expression)


def _sum_on_lines(expression):
    """LaTeX of a right-hand side; a sum of more than four terms is broken after every third, for narrow screens."""
    if not expression.is_Add or len(expression.args) <= 4:
        return latex(expression)
    terms = sorted(expression.args, key=_term_key)
    parts = [latex(Add(*terms[i:i + 3], evaluate=False)) for i in range(0, len(terms), 3)]
    return parts[0] + "".join(r" \\ &\qquad " + ("" if part.startswith("-") else "+ ") + part for part in parts[1:])


def latex_of_equations(equations):
    """Several equations as one block, aligned at the equals sign; an expression gets no sign."""
    lines = []
    for equation in equations:
        if isinstance(equation, Eq):
            lines.append(f"{latex(equation.lhs)} &= {_sum_on_lines(equation.rhs)}")
        else:
            lines.append(f"& {latex(equation)}")
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


# --- code ----------------------------------------------------------------------------------------


def _reference(name):
    """How a program spells a quantity: parameters and data by index, computed values by a variable."""
    letter, layer, indices = re.fullmatch(r"([a-z]+)(\d*)_([\d,]+)", name).groups()
    if letter == "w":
        to, source = indices.split(",") if "," in indices else indices
        return f"W[{int(layer) - 1}][{int(to) - 1}][{int(source) - 1}]"
    if letter == "b":
        return f"b[{int(layer) - 1}][{int(indices) - 1}]"
    if letter in "xy":
        return f"{letter}[{int(indices) - 1}]"
    return name


class _JavaScript(JavascriptCodePrinter):
    def _print_Quantity(self, expr):
        return _reference(expr.name) if "_" in expr.name else expr.name

    def _print_sigma(self, expr):
        return f"sigma({self._print(expr.args[0])})"

    def _print_softplus(self, expr):
        return f"softplus({self._print(expr.args[0])})"

    def _print_logsumexp(self, expr):
        return f"logsumexp([{', '.join(self._print(z) for z in expr.args)}])"


class _NumPy(NumPyPrinter):
    _print_Quantity = _JavaScript._print_Quantity
    _print_sigma = _JavaScript._print_sigma
    _print_softplus = _JavaScript._print_softplus
    _print_logsumexp = _JavaScript._print_logsumexp


def _statements(equations, printer):
    """(name, variable or None, code) for each equation; gradients are results only and need no variable."""
    for name, equation in equations.items():
        variable = None if "/" in name else name
        yield name, variable, printer.doprint(equation.rhs)


# functions that no language has, written so that nothing overflows
JAVASCRIPT_HELPERS = """\
  const sigma = (z) => 1 / (1 + Math.exp(-z));
  const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
"""
JAVASCRIPT_HEAD = """\
function network(W, b, x, y) {
  if (W[0] === null) { W = W.slice(1); b = b.slice(1); }
""" + JAVASCRIPT_HELPERS + """\
  const logsumexp = (z) => {
    const top = Math.max(...z);
    return top + Math.log(z.reduce((sum, z_k) => sum + Math.exp(z_k - top), 0));
  };
"""


def javascript_function(equations):
    lines, results = [], []
    for name, variable, code in _statements(equations, _JavaScript()):
        code = " ".join(code.split())
        if variable:
            lines.append(f"  const {variable} = {code};")
        results.append(f'    "{name}": {variable or code},')
    return JAVASCRIPT_HEAD + "\n".join(lines) + "\n  return {\n" + "\n".join(results) + "\n  };\n}\n"


def _sigma(z):
    return 1 / (1 + np.exp(-z))


def _softplus(z):
    return np.logaddexp(0, z)


def _logsumexp(zs):
    return np.logaddexp.reduce(np.broadcast_arrays(*zs), axis=0)


def numpy_function(equations):
    lines, results = [], []
    printer = _NumPy({"fully_qualified_modules": True})
    for name, variable, code in _statements(equations, printer):
        if variable:
            lines.append(f"    {variable} = {code}")
        results.append(f"        {name!r}: {variable or code},")
    source = "def network(W, b, x, y):\n" + "\n".join(lines) + "\n    return {\n" + "\n".join(results) + "\n    }\n"
    scope = {"numpy": np, "sigma": _sigma, "softplus": _softplus, "logsumexp": _logsumexp}
    exec(compile(source, "<equations>", "exec"), scope)
    network, sizes, bias = scope["network"], equations.sizes, equations.bias

    def compute(W, b, x, y):
        W, b = check_parameters(W, b)
        if [W[1].shape[1]] + [W_l.shape[0] for W_l in W[1:]] != sizes or [b_l is not None for b_l in b[1:]] != bias:
            raise ValueError(f"W has shapes {[W_l.shape for W_l in W[1:]]}, biases in layers "
                             f"{[b_l is not None for b_l in b[1:]]}; "
                             f"the equations are of sizes {sizes} and bias {bias}")
        X, y = as_columns(x, sizes[0], "x", "inputs"), as_columns(y, sizes[-1], "y", "outputs")
        columns, x = np.ndim(x) == 2, X
        if x.shape[1] != y.shape[1]:
            raise ValueError(f"x has {x.shape[1]} columns and y has {y.shape[1]}: one target for each example")
        check_targets(y, equations.cost, equations.activation[-1])
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):     # exp(1000) is infinity, 1/infinity is 0
            values = network(W[1:], [None if b_l is None else b_l[:, 0] for b_l in b[1:]], x, y)
        values = {name: np.broadcast_to(value, x.shape[1:]).astype(float) for name, value in values.items()}
        return values if columns else {name: float(value[0]) for name, value in values.items()}

    return compute
