"""What an optimiser does with a gradient, as equations: written once, printed as LaTeX, NumPy and JavaScript.

Backpropagation answers the same for all three: the gradient g of one parameter w. They differ in the lines that
change w, and in what they remember of earlier steps. Each line is an assignment that uses the lines before it;
eta is the learning rate, t the number of the step, counted from 1; what is remembered begins at 0.
The training of `Network` (learning.py) does the same with all parameters at once; a test holds the two together.
"""

from dataclasses import dataclass

import numpy as np
import sympy
from sympy.codegen.ast import Assignment

from .learning import ADAM_BETA_M, ADAM_BETA_S, ADAM_EPSILON, MOMENTUM_BETA
from .printers import latex

w, g, v, m, s, eta, beta, beta_m, beta_s, epsilon = sympy.symbols("w g v m s eta beta beta_m beta_s epsilon", real=True)
t = sympy.Symbol("t", integer=True, positive=True)


@dataclass(frozen=True)
class Optimiser:
    """One way to change a parameter w. `steps`: assignments in their order; `memory`: names kept from step to step."""

    name: str
    steps: tuple
    memory: tuple = ()
    constants: tuple = ()                                    # (symbol, value)

    def latex(self):
        """The steps as one aligned block, with an arrow for "becomes"."""
        lines = [rf"{latex(step.lhs)} &\leftarrow {latex(step.rhs)}" for step in self.steps]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def numpy(self):
        """A function (w, g, memory, t, eta) -> (new w, new memory) of numbers or arrays; memory is a dict by name."""
        names = {"w": w, "g": g, "t": t, "eta": eta} | {name: sympy.Symbol(name, real=True) for name in self.memory}
        compiled = []
        for step in self.steps:
            expression = step.rhs.subs(dict(self.constants))
            compiled.append((str(step.lhs), sympy.lambdify(list(names.values()), expression, "numpy"), list(names)))
            names[str(step.lhs)] = step.lhs

        def take_step(w, g, memory, t, eta):
            values = {"w": np.asarray(w, float), "g": np.asarray(g, float), "t": t, "eta": eta, **memory}
            for name, function, arguments in compiled:
                values[name] = function(*(values[argument] for argument in arguments))
            return values["w"], {name: values[name] for name in self.memory}

        return take_step

    def javascript(self):
        """The source of a function `<name>(w, g, memory, t, eta)` that changes arrays in place.

        w and g are arrays of numbers (a row of W, a bias, or all parameters), memory an object with an array
        of the same length for each name in `memory`, filled with 0 before step t = 1.
        """
        stored = {"w", *self.memory}
        arrays = {sympy.Symbol(name, real=True): sympy.Symbol(f"{name}[i]") for name in stored}
        arrays[g] = sympy.Symbol("g[i]")
        lines = [f"function {self.name}(w, g, memory, t, eta) {{"]
        lines += [f"  const {symbol} = {value!r};" for symbol, value in self.constants]
        lines += [f"  const {{{', '.join(self.memory)}}} = memory;"] if self.memory else []
        lines += ["  for (let i = 0; i < w.length; i++) {"]
        for step in self.steps:
            target = f"{step.lhs}[i]" if str(step.lhs) in stored else f"const {step.lhs}"
            lines.append(f"    {target} = {sympy.jscode(step.rhs.xreplace(arrays))};")
        return "\n".join(lines) + "\n  }\n}\n"


def _adam_steps():
    m_hat, s_hat = sympy.Symbol("mhat", real=True), sympy.Symbol("shat", real=True)
    return (Assignment(m, beta_m * m + (1 - beta_m) * g),                # a running mean of the gradient
            Assignment(s, beta_s * s + (1 - beta_s) * g ** 2),           # and of its square
            Assignment(m_hat, m / (1 - beta_m ** t)),                    # both began at 0: what that has left out
            Assignment(s_hat, s / (1 - beta_s ** t)),
            Assignment(w, w - eta * m_hat / (sympy.sqrt(s_hat) + epsilon)))


OPTIMISERS = {optimiser.name: optimiser for optimiser in (
    Optimiser("gradient_descent", (Assignment(w, w - eta * g),)),
    Optimiser("momentum", (Assignment(v, beta * v - eta * g), Assignment(w, w + v)), ("v",),
              ((beta, MOMENTUM_BETA),)),
    Optimiser("adam", _adam_steps(), ("m", "s"),
              ((beta_m, ADAM_BETA_M), (beta_s, ADAM_BETA_S), (epsilon, ADAM_EPSILON))),
)}
