"""Drills: fresh numbers from a seed; answer, near misses and worked solution from the printed equations.

A drill is data, as an exercise is (see `_kinds`), but for numbers yet to be drawn:

    draws      [{"names": ["w1_11"], "of": [[-1], [0.5], …]}, …]: one of the rows goes to the names
    equations  [["z1_1", "w1_11*x_1 + b1_1"], …]: computed in this order from what was drawn
    ask        text with $formulas$; @w1.11@ stands for that number, @(w1.11)@ for it in brackets where negative
    answer     an exercise whose values are formulas; near misses too
    lines      the solution, a formula a line, from the equations, with the numbers in their places

`drawn(drill, seed)` makes an exercise of it; `practice` shows it in a notebook. The twin is
book/_static/answers/drills.js.
"""

import re
from dataclasses import asdict, dataclass, field
from functools import cache
from random import randrange

from sympy import Symbol

from backprop.printers import BookLatexPrinter, latex
from backprop.symbolic import Quantity, derive, quantity_latex

from ._draw import Draw
from ._formula import evaluate, parse
from ._judge import judge
from ._kinds import as_formula
from ._words import WORDS, shown, words

WEIGHTS = [-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2]
BIASES = [-1, -0.5, 0, 0.5, 1]
INPUTS = [-2, -1, 1, 2, 3]
GENTLE = [-1, -0.5, 0.5, 1, 1.5]     # inputs that saturate no sigmoid
ABSOLUTE, RELATIVE = 2e-4, 0.01      # how far a typed answer may be off: the larger of the two
MOST_SEEDS = 1_000_000
WIDEST = 28                          # characters in a row of a solution
EXACT = 1e-6                         # for what can be found without rounding


@dataclass
class Drill:
    """One kind of drill, as plain data (`asdict`)."""

    name: str
    title: str
    ask: str
    draws: list
    equations: list
    answer: dict
    lines: list = field(default_factory=list)


# --- drawing (twin: drills.js) ----------------------------------------------------------------------

def drawn(drill, seed):
    """(values, exercise): every number by name, and the exercise with its answer worked out."""
    draw, values = Draw(seed), {}
    for one in drill["draws"]:
        values.update(zip(one["names"], map(float, draw.of(one["of"]))))
    for name, formula in drill["equations"]:
        values[name] = evaluate(parse(formula), values)
    return values, settled(drill["answer"], values)


def settled(answer, values):
    """The exercise with its formulas replaced by their values; a near miss that happens to be right is none."""
    exercise = dict(answer)
    if "parts" in answer:
        exercise["parts"] = [settled(part, values) for part in answer["parts"]]
        return exercise
    value = evaluate(parse(answer["value"]), values)
    exercise["value"] = value
    exercise.setdefault("tolerance", max(ABSOLUTE, RELATIVE * abs(value)))
    near = [(evaluate(parse(formula), values), hint) for formula, hint in answer.get("near", [])]
    exercise["near"] = [[wrong, hint] for wrong, hint in near if abs(wrong - value) > 2 * exercise["tolerance"]]
    return exercise


def number_text(value):
    """As the page writes it: at most four decimals, a real minus."""
    text = shown(abs(value), 4).rstrip("0").rstrip(".")
    return ("−" if value < 0 and text != "0" else "") + text


def filled(text, values):
    """The text with the numbers in their places."""
    for name, value in values.items():
        mark, number = name.replace("_", "."), number_text(value)
        text = text.replace(f"@{mark}@", number).replace(f"@({mark})@", f"({number})" if value < 0 else number)
    return text


# --- printing the solution --------------------------------------------------------------------------

class NumbersPrinter(BookLatexPrinter):
    """The book's printer with a place for a number where a quantity stands."""

    def __init__(self):
        super().__init__()
        self._settings.update(mul_symbol_latex=r" \cdot ", mul_symbol_latex_numbers=r" \cdot ")

    def _print_Symbol(self, symbol):
        return rf"\text{{@({symbol.name.replace('_', '.')})@}}"


def with_numbers(expression):
    """LaTeX of an expression with places for numbers, in the same order as with names."""
    plain = {symbol: Symbol(symbol.name, real=True) for symbol in expression.free_symbols}
    return NumbersPrinter().doprint(expression.xreplace(plain))


def line(name, rhs, lhs=None):
    """One line of a solution: name = formula = numbers = value; name = formula = value where that is all."""
    rows = [rf"{lhs or quantity_latex(name)} &= {latex(rhs)}"]
    if not rhs.is_Symbol:
        rows += [r"&{}= " + r" \\ &\quad {}".join(broken(with_numbers(rhs)))]
    rows += [f"&{{}}= {place(name)}"]
    return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"


def broken(text):
    """The parts of a row of numbers that fit on a phone, each next one beginning with its sign."""
    depth, pieces = 0, [""]
    for token in re.findall(r" \\cdot | \+ |[({]|[)}]|[^ ({})]+| ", text):
        depth += (token in "({") - (token in ")}")
        if depth == 0 and token in (r" \cdot ", " + "):
            pieces.append("")
        pieces[-1] += token
    rows = [pieces[0]]
    for piece in pieces[1:]:
        if width(rows[-1] + piece) > WIDEST:
            rows.append(piece.strip())
        else:
            rows[-1] += piece
    return rows


def width(text):
    """About how many characters wide: a number that was drawn has 4, one that was computed 8, δ in brackets 9."""
    names = re.findall(r"@\(?([\w./]+)", text)
    return sum(9 if name[0] == "d" else 8 if name[0] in "az" else 4 for name in names) + 4 * text.count("1 - ")


def place(name):
    return rf"\text{{@{name.replace('_', '.')}@}}"


def matrix_of(names):
    """LaTeX of a matrix with places for these numbers."""
    rows = r" \\ ".join(" & ".join(place(name) for name in row) for row in names)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def network_names(sizes, bias=True):
    """The names of the parameters: {"W1": [[…]], "b1": [[…]], …}."""
    found = {}
    for layer in range(1, len(sizes)):
        found[f"W{layer}"] = [[f"w{layer}_{j}{k}" for k in range(1, sizes[layer - 1] + 1)]
                              for j in range(1, sizes[layer] + 1)]
        if bias:
            found[f"b{layer}"] = [[f"b{layer}_{j}"] for j in range(1, sizes[layer] + 1)]
    return found


def draws_of(names, choices):
    return [{"names": [name], "of": [[value] for value in choices]} for name in names]


def flat(matrix):
    return [name for row in matrix for name in row]


def from_network(sizes, activation, wanted, cost="quadratic", bias=True, inputs=INPUTS, **about):
    """A drill on a network: draws for its parameters and data, its equations, a solution through `wanted`."""
    equations = derive(sizes, activation=activation, cost=cost, bias=bias)
    draws = []
    for key, names in network_names(sizes, bias).items():
        draws += draws_of(flat(names), WEIGHTS if key[0] == "W" else BIASES)
    draws += draws_of([f"x_{k}" for k in range(1, sizes[0] + 1)], inputs)
    if activation[-1] == "softmax":
        n = sizes[-1]
        one_hot = [[float(i == j) for i in range(n)] for j in range(n)]
        draws.append({"names": [f"y_{j}" for j in range(1, n + 1)], "of": one_hot})
    else:
        draws += draws_of([f"y_{j}" for j in range(1, sizes[-1] + 1)], [0, 1])
    needed = [name for name in equations if name != "C"]
    lines = [line(name, equations[name].rhs) for name in wanted]
    formulas = [[name, as_formula(equations[name].rhs)] for name in needed]
    return Drill(draws=about.pop("draws", []) + draws, lines=lines + about.pop("more_lines", []),
                 equations=formulas + about.pop("more", []), **about)


def number_answer(value, hint, near=(), **more):
    return {"kind": "number", "value": value, "hint": hint, "near": [list(one) for one in near], **more}


# --- the drills -------------------------------------------------------------------------------------

def parameters():
    n, m, p, s, t = map(Symbol, "nmpst")
    steps = {"s": m * n + m, "t": p * m + p, "u": s + t}
    words = {"s": r"\text{into layer 1}", "t": r"\text{into layer 2}", "u": r"\text{together}"}
    return Drill(
        "parameters", "Count the parameters",
        "How many parameters has a @n@-@m@-@p@ network, with a bias for every neuron of layers 1 and 2?",
        draws_of("n", range(2, 10)) + draws_of("m", range(2, 9)) + draws_of("p", range(1, 6)),
        [[name, str(rhs)] for name, rhs in steps.items()],
        number_answer("u", "for each gap (to) times (from) weights, then a bias for each neuron that computes.",
                      [("m*n + p*m", "these are the weights alone."), ("m*n + m + p*m", "the output has biases too."),
                       ("m*n + p*m + n + m + p", "the input has no biases: it computes nothing.")], tolerance=EXACT),
        [line(name, rhs, words[name]) for name, rhs in steps.items()])


def shapes():
    def pair(name, rows, columns):
        return {"kind": "list", "name": name, "hint": f"{name} has another shape.",
                "parts": [{"kind": "number", "value": side, "tolerance": EXACT} for side in (rows, columns)]}
    pairs = [pair("W⁽¹⁾", "m", "n"), pair("b⁽²⁾", "p", "1"), pair("W⁽²⁾", "p", "m")]
    return Drill(
        "shapes", "Give the shapes",
        "A @n@-@m@-@p@ network. What are the shapes of $W^{(1)}$, $b^{(2)}$ and $W^{(2)}$? "
        "Three pairs, (rows, columns).",
        draws_of("n", range(5, 10)) + draws_of("m", range(2, 5)) + draws_of("p", range(1, 4)), [],
        {"kind": "list", "parts": pairs, "expected": "three pairs",
         "hint": "look again at {wrong}: a row for each neuron it leads to, a column for each it comes from."},
        [rf"W^{{(1)}}: ({place('m')}, {place('n')})", rf"b^{{(2)}}: ({place('p')}, 1)",
         rf"W^{{(2)}}: ({place('p')}, {place('m')})"])


def forward():
    names = network_names([2, 2, 1])
    given = ", ".join(f"${key[0]}^{{({key[1]})}} = {matrix_of(rows)}$" for key, rows in names.items())
    ask = (f"A 2-2-1 network, ReLU in the hidden layer, the identity at the output: {given}"
           rf". What is $\hat y$ for $x = {matrix_of([['x_1'], ['x_2']])}$?")
    return from_network(
        [2, 2, 1], ["relu", "identity"], ["z1_1", "z1_2", "a1_1", "a1_2", "z2_1"],
        name="forward", title="A forward pass", ask=ask, answer=number_answer(
            "a2_1", "both hidden neurons first, z then a; then the output, from the two a.",
            [("w2_11*z1_1 + w2_12*z1_2 + b2_1", "ReLU turns a negative z into 0."),
             ("w2_11*a1_1 + w2_12*a1_2", "the output neuron has a bias.")], tolerance=EXACT))


def one_path():
    given = ", ".join(f"${quantity_latex(name)} = {place(name)}$" for name in ("w1_11", "w2_11", "x_1", "y_1"))
    return from_network(
        [1, 1, 1], ["sigmoid", "identity"], ["z1_1", "a1_1", "z2_1", "a2_1", "delta2_1", "delta1_1", "dC/dw1_11"],
        bias=False, inputs=GENTLE, name="one-path", title="A chain of one path",
        ask="A 1-1-1 network without biases, sigmoid in the middle, the identity at the output, quadratic cost: "
            f"{given}. "
            r"What is $\frac{\partial C}{\partial w^{(1)}_{11}}$? Three digits will do.",
        answer=number_answer(
            "dC/dw1_11", "walk back: the error, the weight, the slope a(1 − a), the input.",
            [("delta1_1", "that is the local gradient of layer 1. What does the weight multiply?"),
             ("delta2_1*w2_11*x_1", "the slope of the sigmoid is missing."),
             ("dC/dw2_11", "that is the other weight’s."),
             ("-dC/dw1_11", "the size is right. Is the output too high or too low?")]))


def two_paths():
    weights = ("w2_11", "w2_21", "w3_11", "w3_12", "x_1")
    given = ", ".join(f"${quantity_latex(name)} = {place(name)}$" for name in weights)
    known = ", ".join(f"${quantity_latex(name)} = {place(name)}$" for name in ("a1_1", "a2_1", "a2_2", "a3_1", "y_1"))
    return from_network(
        [1, 1, 2, 1], ["sigmoid", "sigmoid", "identity"],
        ["delta3_1", "delta2_1", "delta2_2", "delta1_1", "dC/dw1_11"], bias=False, inputs=GENTLE,
        name="two-paths", title="A weight with two paths",
        ask=f"In 1-1-2-1 (sigmoid, sigmoid, identity; no biases; quadratic cost) {given}. "
            f"The forward pass gave {known}. "
            r"What is $\frac{\partial C}{\partial w^{(1)}_{11}}$? Three digits will do.",
        answer=number_answer(
            "dC/dw1_11", "find δ of both neurons of layer 2, let both arrive at layer 1, and add.",
            [("w2_11*delta2_1*a1_1*(1 - a1_1)*x_1", "that is the path through neuron 1 alone."),
             ("w2_21*delta2_2*a1_1*(1 - a1_1)*x_1", "that is the path through neuron 2 alone."),
             ("(w2_11*delta2_1 + w2_21*delta2_2)*x_1", "the gate of layer 1, a(1 − a), is missing."),
             ("delta1_1", "that is δ of layer 1. What does the weight multiply?")]))


def delta_back():
    ask = (rf"$W^{{(2)}} = {matrix_of([['w2_11', 'w2_12'], ['w2_21', 'w2_22']])}$, "
           rf"$\delta^{{(2)}} = {matrix_of([['delta2_1'], ['delta2_2']])}$, and layer 1 has sigmoid neurons with "
           rf"$a^{{(1)}} = {matrix_of([['a1_1'], ['a1_2']])}$. What is $\delta^{{(1)}}_1$? Three digits will do.")
    return from_network(
        [1, 2, 2], ["sigmoid", "identity"], ["delta1_1"], inputs=GENTLE, name="delta-back", title="δ one layer back",
        ask=ask,
        answer=number_answer(
            "delta1_1", "down the first column of W: what arrives; then times a(1 − a).",
            [("w2_11*delta2_1 + w2_21*delta2_2", "that is what arrives; the gate a(1 − a) is missing."),
             ("(w2_11*delta2_1 + w2_12*delta2_2)*a1_1*(1 - a1_1)",
              "that adds along a row. What leaves a neuron is a column."),
             ("delta1_2", "that is δ of neuron 2.")]))


def gradient():
    given = ", ".join(f"${quantity_latex(name)} = {place(name)}$" for name in ("x_1", "x_2", "a1_1", "y_1"))
    return from_network(
        [2, 1], ["sigmoid"], ["delta1_1", "dC/dw1_12"], inputs=GENTLE, name="gradient",
        title="The gradient of a weight",
        ask=f"One sigmoid neuron with two inputs, quadratic cost: {given}. "
            r"What is $\frac{\partial C}{\partial w^{(1)}_{12}}$? Three digits will do.",
        answer=number_answer(
            "dC/dw1_12", "δ first, (a − y) a (1 − a); then what arrives along the weight.",
            [("delta1_1", "that is δ. What does the weight multiply?"),
             ("dC/dw1_11", "that is the weight of the other input."),
             ("(a1_1 - y_1)*x_2", "the slope of the sigmoid is missing.")]))


def update():
    names = ("w1_11", "w1_12", "b1_1", "x_1", "x_2", "y_1")
    given = ", ".join(f"${quantity_latex(name)} = {place(name)}$" for name in names)
    new = Quantity("w1_11") - Symbol("eta") * Quantity("dC/dw1_11")
    return from_network(
        [2, 1], ["identity"], ["z1_1", "delta1_1", "dC/dw1_11"], name="update", title="One update",
        ask=rf"One neuron with the identity, quadratic cost: {given}. After one step with $\eta = {place('eta')}$, "
            r"what is $w^{(1)}_{11}$?",
        draws=draws_of(["eta"], [0.1, 0.2, 0.5]),
        more=[["w", "w1_11 - eta*dC/dw1_11"]],
        more_lines=[line("w", new, r"\text{new } w^{(1)}_{11}")],
        answer=number_answer(
            "w", "the output, the error, the gradient; then subtract η times the gradient.",
            [("w1_11 + eta*dC/dw1_11", "that step goes uphill."),
             ("dC/dw1_11", "that is the gradient; the new weight is asked for."),
             ("w1_11 - dC/dw1_11", "the learning rate is missing."),
             ("w1_11 - eta*delta1_1", "what does the weight multiply?")]))


def softmax():
    return from_network(
        [1, 3], ["softmax"], ["a1_1", "a1_2", "a1_3", "delta1_1", "delta1_2", "delta1_3"], cost="cross_entropy",
        name="softmax", title="Softmax with cross-entropy",
        ask=rf"Three softmax outputs have $z = {matrix_of([['z1_1'], ['z1_2'], ['z1_3']])}$; the target is "
            rf"$y = {matrix_of([['y_1'], ['y_2'], ['y_3']])}$; the cost is cross-entropy. "
            r"What are $\delta_1, \delta_2, \delta_3$? Three digits will do.",
        answer={"kind": "list", "expected": "three numbers",
                "hint": "softmax first: e to each z, divided by their sum. Then a − y.",
                "parts": [number_answer(f"delta1_{j}", f"look again at δ_{j}.", [
                    (f"a1_{j}", "that is the output; subtract the target.")]) for j in (1, 2, 3)]})


ALL = (parameters, shapes, forward, one_path, two_paths, delta_back, gradient, update, softmax)


@cache
def all_drills():
    """name -> the drill as data."""
    return {drill.name: asdict(drill) for drill in (make() for make in ALL)}


def hint_of(exercise):
    return exercise.get("hint") or exercise["parts"][0]["hint"]


# --- in a notebook ----------------------------------------------------------------------------------

class Practice:
    """A drill with its numbers, as the notebook shows it."""

    def __init__(self, drill, seed):
        self.drill, self.seed = drill, seed
        self.values, self.exercise = drawn(drill, seed)

    def check(self, answer):
        """Print whether the answer is right. answer: a number or a list, as the question asks for."""
        hint = judge(self.exercise, answer)[1]
        print(WORDS["right"] if hint is None else words("not yet", hint))

    def hint(self):
        """Print how to go about it."""
        print(hint_of(self.exercise))

    def solution(self):
        """Show the solution, line by line."""
        from IPython.display import Markdown, display

        display(Markdown("\n\n".join(f"$${filled(line, self.values)}$$" for line in self.drill["lines"])))

    def _repr_markdown_(self):
        again = f'practice("{self.drill["name"]}", seed={self.seed})'
        return (f"**Practice: {self.drill['title']}.** {filled(self.drill['ask'], self.values)}\n\n"
                "Then `_.check(your answer)`, `_.hint()` or `_.solution()` in a new cell. Run this cell again for "
                f"other numbers; `{again}` brings these back.")


def practice(name, seed=None):
    """A question with fresh numbers, answered with .check(…); .hint() and .solution() help.

    name: a drill's name. seed: a whole number; the same one brings the same numbers. Without: any.
    Raises ValueError for a name that is no drill.
    """
    if name not in all_drills():
        raise ValueError(f"no drill is named {name!r}; there are {', '.join(all_drills())}")
    return Practice(all_drills()[name], randrange(MOST_SEEDS) if seed is None else int(seed))
