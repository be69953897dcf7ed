"""The equations with indices as programs: JavaScript loops over typed arrays, and NumPy.

Both are printed once and run any network: which activation a layer has, its sizes and its arrays are
looked up when they run. They hold no mathematics but what `indexed` has proved; the rest is order.

In JavaScript an array of numbers is a Float64Array: w[j, k] lies at j·m + k, and what belongs to an example
(x, z, a, delta, y) at i·n + j: one example after the other, so that the inner loops run along memory.
"""

import re
from functools import lru_cache

import numpy as np
from sympy import Idx, Indexed, Integer, Sum
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.numpy import NumPyPrinter

from . import indexed as book
from .printers import JAVASCRIPT_HELPERS, _sigma, _softplus

# how a program calls an array, seen from layer l
CODE = {("w", "l"): "W", ("w", "l+1"): "W_next", ("w", "1"): "W", ("a", "l-1"): "a_in", ("delta", "l+1"): "delta_next",
        ("dw", "l"): "dW", ("da", "0"): "da_in"}                          # the others by their letter
SIZES = {"n_l": "n", "n_L": "n", "n_1": "n", "n_{l-1}": "n_in", "n_0": "n_in", "n_{l+1}": "n_next", "N": "N"}


def code_name(base):
    letter, layer = book.array_parts(base)
    return CODE.get((letter, layer), letter)


def _size_of(k):
    return SIZES[str(k.upper)]


# --- which equations are printed, and in which order their loops run -------------------------------

# name -> (equation, order of the loops, outermost first). Sums whose index is not last add up in the left-hand side.
@lru_cache(maxsize=1)
def programs():
    listed = {"F1": (book.weighted_input(False), "ijk"), "F1_bias": (book.weighted_input(True), "ijk")}
    for name in book.OUTPUT:
        listed[f"F2_{name}"] = (book.activation(name), "ij")
    for output, cost in book.pairs():
        listed[f"C_{cost}_{output}"] = (book.example_cost(output, cost), "ij")
        listed[f"BP1_{cost}_{output}"] = (book.output_delta(output, cost), "ij")
    for name in book.HIDDEN:
        listed[f"BP2_{name}"] = (book.hidden_delta(name), "imj")
    listed["BP3"], listed["BP4"] = (book.bias_gradient(), "ij"), (book.weight_gradient(), "ijk")
    listed["dx"] = (book.input_gradient(), "imk")
    listed["vote_w"], listed["vote_b"] = (book.weight_vote(), "i"), (book.bias_vote(), "i")
    listed["mean_C"] = (book.mean_cost(), "i")
    return listed


# --- JavaScript ----------------------------------------------------------------------------------


class _Loops(JavascriptCodePrinter):
    """Expressions inside a loop: `held` maps an entry, a sum or a log_sum_exp to the variable that holds it."""

    def __init__(self):
        super().__init__()
        self.held = {}

    def _print(self, expr, **kwargs):
        return self.held[expr] if expr in self.held else super()._print(expr, **kwargs)

    def _print_Piecewise(self, expr):
        return " ".join(super()._print_Piecewise(expr).split())

    def _print_Idx(self, expr):
        return expr.name

    def _print_Indexed(self, expr):
        return f"{code_name(expr.base)}[{address(expr)}]"

    def _print_Symbol(self, expr):
        return SIZES.get(expr.name, expr.name)

    def _print_KroneckerDelta(self, expr):
        return f"({self._print(expr.args[0])} === {self._print(expr.args[1])} ? 1 : 0)"

    def _print_sigma(self, expr):
        return f"sigma({self._print(expr.args[0])})"

    def _print_softplus(self, expr):
        return f"softplus({self._print(expr.args[0])})"


def address(entry):
    """Where an entry lies: "i_n + j"; i_n = i * n is a constant of the loop over i."""
    letter = book.array_parts(entry.base)[0]
    indices = [k for k in entry.indices if isinstance(k, Idx)]
    if letter == "mean":
        return "0"
    if letter in ("dw", "db") and book.i in indices:                   # a vote: one number an example
        return "i"
    if len(indices) == 1:
        return indices[0].name
    row, column = (indices[1], indices[0]) if indices[1] == book.i else indices
    return f"{row.name}_{_size_of(column)} + {column.name}"


def _rows(expressions):
    """{row index: {its constants}}: i -> {"i_n", "i_m"} for the addresses in these expressions."""
    found = {}
    for expression in expressions:
        for entry in expression.atoms(Indexed):
            where = address(entry)
            if "_" in where:
                name = where.split(" ")[0]
                found.setdefault(name.split("_")[0], set()).add(name)
    return found


class _Writer:
    def __init__(self, equation):
        self.lines, self.depth, self.printer = [], 1, _Loops()
        self.rows = _rows([equation.lhs, equation.rhs])

    def line(self, text):
        self.lines.append("  " * self.depth + text)

    def open(self, k):
        name = k.name
        self.line(f"for (let {name} = 0; {name} < {_size_of(k)}; {name}++) {{")
        self.depth += 1
        for row in sorted(self.rows.get(name, ())):
            self.line(f"const {row} = {name} * {row.partition('_')[2]};")

    def close(self, count=1):
        for _ in range(count):
            self.depth -= 1
            self.line("}")


def _hold(writer, expression, variable):
    writer.line(f"const {variable} = {writer.printer.doprint(expression)};")
    writer.printer.held[expression] = variable


def _largest(writer, term, variable):
    """log_sum_exp without overflow: the largest goes out first."""
    body, (k, _, _) = term.args
    code = writer.printer.doprint(body)
    writer.line("let top = -Infinity, total = 0;")
    writer.open(k)
    writer.line(f"top = Math.max(top, {code});")
    writer.close()
    writer.open(k)
    writer.line(f"total += Math.exp({code} - top);")
    writer.close()
    writer.line(f"const {variable} = top + Math.log(total);")
    writer.printer.held[term] = variable


def _inner_sum(writer, term, variable):
    """A sum whose loop is innermost: one running number."""
    body, (k, _, _) = term.args
    for inner in sorted(body.atoms(book.log_sum_exp), key=str):
        _largest(writer, inner, "lse")
    bound = body.xreplace({inner: Integer(0) for inner in body.atoms(book.log_sum_exp)})
    for n, entry in enumerate(sorted((e for e in bound.atoms(Indexed) if k not in e.indices), key=str)):
        _hold(writer, entry, f"{variable}_{n}")
    writer.line(f"let {variable} = 0;")
    writer.open(k)
    writer.line(f"{variable} += {writer.printer.doprint(body)};")
    writer.close()
    writer.printer.held[term] = variable


def _gathered(writer, equation, order, free):
    """A sum whose loop is not the innermost: it adds up in the left-hand side, which is finished afterwards."""
    [term] = equation.rhs.atoms(Sum)
    body, (s, _, _) = term.args
    left, loops = equation.lhs, [*free, s]
    loops.sort(key=lambda k: order.index(k.name))
    writer.line(f"{code_name(left.base)}.fill(0, 0, {' * '.join(_size_of(k) for k in free)});")
    for depth, k in enumerate(loops):
        writer.open(k)
        if depth == len(loops) - 2:                                      # what the innermost loop doesn't change
            last = loops[-1]
            for n, entry in enumerate(sorted((e for e in body.atoms(Indexed) if last not in e.indices), key=str)):
                _hold(writer, entry, f"c_{n}")
    writer.line(f"{writer.printer.doprint(left)} += {writer.printer.doprint(body)};")
    writer.close(len(loops))
    writer.printer.held = {}
    if equation.rhs != term:
        for k in free:
            writer.open(k)
        writer.line(f"{writer.printer.doprint(left)} = {writer.printer.doprint(equation.rhs.xreplace({term: left}))};")
        writer.close(len(free))


def javascript_loops(equation, order):
    """The body of a JavaScript function that fills the left-hand side of one equation. order: of the loops, "ijk"."""
    writer = _Writer(equation)
    left, right = equation.lhs, equation.rhs
    free = [k for k in left.indices if isinstance(k, Idx) and k.name in order]
    free.sort(key=lambda k: order.index(k.name))
    sums = sorted(right.atoms(Sum), key=str)
    if sums and sums[0].limits[0][0].name in order[:-1] and free:
        _gathered(writer, equation, order, free)
        return writer.lines
    for k in free:
        writer.open(k)
    for term in sums:
        _inner_sum(writer, term, "sum")
    writer.line(f"{writer.printer.doprint(left)} = {writer.printer.doprint(right)};")
    writer.close(len(free))
    return writer.lines


FIELDS = ("n", "n_in", "n_next", "W", "b", "W_next", "z", "a", "a_in", "y", "C", "mean",
          "delta", "delta_next", "dW", "db", "da_in")

# A machine holds the arrays of one network for up to `room` examples. What it calls is printed below it.
JAVASCRIPT_MACHINE = """\
function machine({sizes, bias, activation, cost}, room) {
  const numbers = (n) => new Float64Array(n), layers = [], L = sizes.length - 1;
  const count = sizes.slice(1).reduce((sum, n, l) => sum + n * (sizes[l] + (bias[l] ? 1 : 0)), 0);
  const theta = numbers(count), grad = numbers(count), C = numbers(room), mean = numbers(1);
  const da_in = numbers(room * sizes[0]);
  let at = 0;
  const piece = (n) => { at += n; return [theta, grad].map((all) => all.subarray(at - n, at)); };
  for (let l = 1; l <= L; l++) {
    const n = sizes[l], n_in = sizes[l - 1];
    const [W, dW] = piece(n * n_in), [b, db] = bias[l - 1] ? piece(n) : [null, null];
    layers.push({n, n_in, n_next: sizes[l + 1] || 0, W, b, W_next: null, y: null, C, mean, dW, db, da_in, a_in: null,
      z: numbers(room * n), a: numbers(room * n), delta: numbers(room * n), delta_next: null,
      F1: b ? F1_bias : F1, F2: named.F2[activation[l - 1]], BP2: named.BP2[activation[l - 1]]});
  }
  layers.forEach((layer, l) => {
    if (l) layer.a_in = layers[l - 1].a;
    if (l + 1 < L) Object.assign(layer, {W_next: layers[l + 1].W, delta_next: layers[l + 1].delta});
  });
  const pair = `${cost}_${activation[L - 1]}`, last = layers[L - 1];
  return {
    sizes, bias, activation, cost, theta, grad, layers, last, C, room,
    forward(X, N, from = 0) {                          // from: the first layer that has to be computed again
      layers[0].a_in = X;
      for (let l = from; l < L; l++) { const layer = layers[l]; layer.F1(layer, N); layer.F2(layer, N); }
      return last.a;
    },
    costs(Y, N) { last.y = Y; named.C[pair](last, N); mean_C(last, N); return mean[0]; },
    deltas(Y, N) {
      last.y = Y;
      named.BP1[pair](last, N);
      for (let l = L - 2; l >= 0; l--) layers[l].BP2(layers[l], N);
    },
    gradients(N) { for (const layer of layers) { BP4(layer, N); if (layer.b) BP3(layer, N); } return grad; },
    pulls(N) { dx(layers[0], N); return da_in; },     // what each input does to its example's cost
    votes(l, j, k, N, to) {                          // each example's own derivative by one weight, or bias (k < 0)
      const {n, n_in, delta, a_in} = layers[l - 1];
      if (k < 0) vote_b({n, delta, db: to}, N, j); else vote_w({n, n_in, delta, a_in, dW: to}, N, j, k);
      return to;
    },
  };
}
"""


def _function(equation, order):
    """An arrow function of a layer's arrays and N, and of the indices that no loop runs over."""
    text = "\n".join(javascript_loops(equation, order))
    used = [field for field in FIELDS if re.search(rf"\b{field}\b", text)]
    fixed = [k.name for k in equation.lhs.indices if isinstance(k, Idx) and k.name not in order]
    return "\n".join([f"({{{', '.join(used)}}}, {', '.join(['N', *fixed])}) => {{", text, "};"])


@lru_cache(maxsize=1)
def javascript():
    """Source that defines `machine({sizes, bias, activation, cost}, room)`: any network, up to `room` examples.

    theta and grad hold all parameters and their gradients, layer by layer, W before b; layers[l - 1].W, .b, .dW,
    .db, .z, .a, .delta are views or arrays of a layer. forward(X, N) fills z and a; costs(Y, N) fills C and
    returns the mean; deltas(Y, N) fills delta; gradients(N) fills grad. X and Y: one example after the other.
    """
    lines, tables, names = [], {}, {}
    for name, program in programs().items():
        source = _function(*program)
        if source not in names:                                # the quadratic cost is the same after every activation
            names[source] = name
            lines.append(f"const {name} = {source}")
        kind, _, rest = name.partition("_")
        if kind in ("F2", "BP1", "BP2", "C"):
            tables.setdefault(kind, []).append(f"{rest}: {names[source]}")
    table = ", ".join(f"{kind}: {{{', '.join(entries)}}}" for kind, entries in tables.items())
    helpers = JAVASCRIPT_HELPERS.replace("  const", "const")
    return "\n".join([helpers, *lines, f"const named = {{{table}}};", JAVASCRIPT_MACHINE])


# --- NumPy -----------------------------------------------------------------------------------------


class _Arrays(NumPyPrinter):
    """Whole arrays instead of loops: every index is an axis, and a sum of two factors an einsum."""

    def __init__(self, axes):
        super().__init__({"fully_qualified_modules": True})
        self.axes = axes                                                    # "jmi": one axis for every index

    def _spread(self, code, have):
        """The code of an array with axes `have`, spread over all axes."""
        if not have:
            return code
        order = sorted(range(len(have)), key=lambda n: self.axes.index(have[n]))
        turned = code if order == sorted(order) else f"{code}.transpose({', '.join(map(str, order))})"
        return f"{turned}[{', '.join(':' if k in have else 'None' for k in self.axes)}]"

    def _print_Indexed(self, expr):
        have = _axes(expr)
        return self._spread(code_name(expr.base), have)

    def _print_Sum(self, expr):
        body, (k, _, _) = expr.args
        if body.is_Mul and all(isinstance(factor, Indexed) for factor in body.args):
            have = [_axes(factor) for factor in body.args]
            left = "".join(axis for axis in self.axes if axis != k.name and any(axis in axes for axes in have))
            arrays = ", ".join(code_name(factor.base) for factor in body.args)
            return self._spread(f"numpy.einsum('{','.join(have)}->{left}', {arrays})", left)
        return f"numpy.sum({self._print(body)}, axis={self.axes.index(k.name)}, keepdims=True)"

    def _print_log_sum_exp(self, expr):
        body, (k, _, _) = expr.args
        return f"numpy.logaddexp.reduce({self._print(body)}, axis={self.axes.index(k.name)}, keepdims=True)"

    def _print_KroneckerDelta(self, expr):
        j, m = expr.args
        return self._spread(f"numpy.eye({SIZES[str(j.upper)]})", j.name + m.name)

    def _print_sigma(self, expr):
        return f"sigma({self._print(expr.args[0])})"

    def _print_softplus(self, expr):
        return f"softplus({self._print(expr.args[0])})"

    def _print_Symbol(self, expr):
        return SIZES.get(expr.name, expr.name)


def _axes(entry):
    return "".join(k.name for k in entry.indices if isinstance(k, Idx))


def _numpy_function(name, equation):
    """Source of a Python function of whole arrays, that returns the left-hand side."""
    left = _axes(equation.lhs)
    every = sorted({str(k) for k in equation.atoms(Idx)} | {str(s.limits[0][0]) for s in equation.rhs.atoms(Sum)})
    axes = left + "".join(k for k in every if k not in left)
    code = _Arrays(axes).doprint(equation.rhs)
    gone = ", ".join(str(n) for n in range(len(left), len(axes)))
    used = [field for field in (*FIELDS, "N") if re.search(rf"\b{field}\b", code)]
    squeeze = f".squeeze(axis=({gone},))" if gone else ""
    return f"def {name}({', '.join(used)}, **_):\n    return numpy.asarray({code}){squeeze}\n"


@lru_cache(maxsize=1)
def numpy_functions():
    """Every printed equation as a Python function of named arrays, shaped as in Network: name -> function."""
    scope = {"numpy": np, "sigma": _sigma, "softplus": _softplus}
    for name, (equation, _) in programs().items():
        if not name.startswith("vote"):
            exec(compile(_numpy_function(name, equation), "<equations>", "exec"), scope)
    return {name: scope[name] for name in programs() if name in scope}


def compute(net, x, y):
    """All arrays of a batch by the printed equations: {"z", "a", "C", "mean", "delta", "dW", "db", "dx"}.

    net: a Network; x (n_0, N), y (n_L, N). Lists have index 0 for the input, as in Network; C is (N,).
    """
    f, L, N = numpy_functions(), len(net.sizes) - 1, x.shape[1]
    pair = f"{net.cost_name}_{net.activation[-1]}"
    z, a, delta, dW, db = [None], [x], [None] * (L + 1), [None] * (L + 1), [None] * (L + 1)
    with np.errstate(over="ignore"):                                          # exp(1000) is infinity, 1/infinity is 0
        for l in range(1, L + 1):
            b = None if net.b[l] is None else net.b[l][:, 0]
            z.append(f["F1" if b is None else "F1_bias"](W=net.W[l], b=b, a_in=a[l - 1]))
            a.append(f[f"F2_{net.activation[l - 1]}"](z=z[l]))
        C = f[f"C_{pair}"](z=z[L], a=a[L], y=y)
        for l in range(L, 0, -1):
            if l == L:
                delta[l] = f[f"BP1_{pair}"](a=a[L], y=y, n=net.sizes[L])
            else:
                delta[l] = f[f"BP2_{net.activation[l - 1]}"](W_next=net.W[l + 1], delta_next=delta[l + 1], a=a[l])
            dW[l] = f["BP4"](delta=delta[l], a_in=a[l - 1], N=N)
            db[l] = None if net.b[l] is None else f["BP3"](delta=delta[l], N=N)[:, np.newaxis]
    return {"z": z, "a": a, "C": C, "mean": float(f["mean_C"](C=C, N=N)), "delta": delta, "dW": dW, "db": db,
            "dx": f["dx"](W=net.W[1], delta=delta[1])}
