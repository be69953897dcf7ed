"""Where the points of the data sets lie, as SymPy expressions: printed for a page, which draws new points from a seed.

u and v are uniform from 0 to 1. `datasets` draws the points of a notebook; a test holds both to the same curves.
"""

from functools import lru_cache

from sympy import Rational, cos, jscode, pi, sin, sqrt, symbols

U, V = symbols("u v")
QUARTER, HALF = Rational(1, 4), Rational(1, 2)


def _corners(label):
    return [((Rational(7, 10) * a, Rational(7, 10) * b), int(label(a, b))) for a in (-1, 1) for b in (-1, 1)]


def _on_circle(radius, angle):
    return radius * cos(angle), radius * sin(angle)


def shapes():
    """Name -> (noise of the inputs, noise of the target, [(inputs, target), …]): a point is of each kind by turns."""
    moon, arm = Rational(13, 20), Rational(19, 20) * sqrt(U)
    return {
        "xor": (0.1, 0, _corners(lambda a, b: a != b)),
        "and": (0.1, 0, _corners(lambda a, b: a > 0 and b > 0)),
        "two moons": (0.08, 0, [((moon * (cos(pi * U) - HALF), moon * (sin(pi * U) - QUARTER)), 0),
                                ((moon * (HALF - cos(pi * U)), moon * (QUARTER - sin(pi * U))), 1)]),
        "circles": (0.06, 0, [(_on_circle(Rational(17, 20), 2 * pi * U), 0),
                              (_on_circle(Rational(2, 5) * sqrt(V), 2 * pi * U), 1)]),
        "spiral": (0.03, 0, [(_on_circle(arm, Rational(5, 2) * pi * sqrt(U) + turn * pi), turn) for turn in (0, 1)]),
        "line": (0, 0.1, [((2 * U - 1,), Rational(4, 5) * (2 * U - 1) - Rational(1, 10))]),
    }


@lru_cache(maxsize=1)
def javascript():
    """The same as a JavaScript object, SHAPES: {name: {noise, blur, of: [(u, v) => [inputs, target], …]}}."""
    lines = []
    for name, (noise, blur, kinds) in shapes().items():
        of = ", ".join(f"(u, v) => [[{', '.join(map(jscode, inputs))}], {jscode(target)}]" for inputs, target in kinds)
        lines.append(f'"{name}": {{ noise: {noise}, blur: {blur}, of: [{of}] }},')
    return "const SHAPES = {\n" + "\n".join(lines) + "\n};\n"
