"""How an exercise's answer is written down: one function a kind, each returns plain data (what JSON can hold).

    number(41, near=[(32, "these are the weights alone.")], hint="count (to) times (from) for each gap.")
    number(1 / 3, tolerance=5e-4)       rounded answers are right (without: 5 digits)
    quantity("z2_1")                    the name of a node, in any of the book's spellings
    word("softmax", same={"soft max": "softmax"})
    formula("(a - y) a (1 - a) x")      compared by value at drawn points; near misses are formulas too
    several(number(4, hint="…"), number(7 / 3, tolerance=5e-3))      a pair, a list
    matrix([[1, 2], [3, 4]])
    network([2, 3, 1], ["relu", "identity"], "max(x_1, x_2)", points)      parameters that do what is wanted

near: [(a wrong answer, what to say of it), …]. The wrong answer is written like the right one (None in a list: any),
or is a condition: {"below": 0}, {"above": 1}, {"sum": 3}. hint: what to say of any other. Hints are sentences in lower
case that don't give the answer away. In a list every part can have a name: {wrong} in the hint becomes the names of
the wrong parts. also: other right answers.
"""

from sympy import Function, Piecewise

from backprop.symbolic import derive

from ._formula import parse


def number(value, **more):
    return {"kind": "number", "value": float(value), **more}


def quantity(value, **more):
    return {"kind": "quantity", "value": value, **more}


def word(value, **more):
    return {"kind": "word", "value": value, **more}


def formula(value, **more):
    parse(value)                          # a formula that can't be read is a mistake of the book
    return {"kind": "formula", "value": value, **more}


def several(*parts, **more):
    return {"kind": "list", "parts": list(parts), **more}


def matrix(value, **more):
    return {"kind": "matrix", "value": [[float(entry) for entry in row] for row in value], **more}


def network(sizes, activation, wanted, points, hint):
    """Parameters (W1, b1, W2, b2, …) with which the network's output is `wanted`, a formula in x_1, x_2, …

    points: where that is tested, lists of inputs. hint: what to say where it fails, with {x} and {got}.
    """
    equations = derive(sizes, activation=activation)
    parts, names = [], []
    for layer in range(1, len(sizes)):
        rows, columns = sizes[layer], sizes[layer - 1]
        parts += [matrix([[0] * columns] * rows, name=f"W{layer}"), matrix([[0]] * rows, name=f"b{layer}")]
        names += [[[f"w{layer}_{j}{k}" for k in range(1, columns + 1)] for j in range(1, rows + 1)],
                  [[f"b{layer}_{j}"] for j in range(1, rows + 1)]]
    forward = [[name, as_formula(equations[name].rhs)] for name in equations if name[0] in "za"]
    return several(*parts, network={
        "names": names, "equations": forward, "output": f"a{len(sizes) - 1}_1", "wanted": wanted, "hint": hint,
        "points": [{f"x_{i}": float(x) for i, x in enumerate(point, 1)} for point in points]})


def as_formula(expression):
    """A printed equation's right-hand side in the language of `_formula`. Raises Unreadable for what it lacks."""
    for piecewise in expression.atoms(Piecewise):            # relu, or its slope
        value, condition = piecewise.args[0]
        name = "relu" if value == condition.lhs else "relu'"
        expression = expression.xreplace({piecewise: Function(name)(condition.lhs)})
    text = str(expression)
    parse(text)
    return text
