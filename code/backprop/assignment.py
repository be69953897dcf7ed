"""For the assignments: run the tests of a question, say what stands, and where to read again.

A test cell reads

    with question("1a", points=2, read="Forward pass, one neuron"):
        same(sigmoid(0.0), 0.5, "sigmoid(0)")

In a student's notebook it prints one line and never raises, so that "run all" runs all.
Where nbgrader executes the notebook (it sets NBGRADER_EXECUTION) the error goes on, as nbgrader expects.
"""

import copy
import os
import sys
import traceback
import warnings

import numpy as np

_results: dict = {}       # question -> (points, what became of it)


class NotAnswered(AssertionError):
    """The answer is still the three dots, None or missing."""


class question:
    """The tests of one question. name: "1a"; points; read: chapter and section to read again."""

    def __init__(self, name, points, read):
        self.name, self.points, self.read = name, points, read

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if os.environ.get("NBGRADER_EXECUTION") or (error is not None and not isinstance(error, Exception)):
            return False
        if error is None:
            _results[self.name] = self.points, "stands"
            print(f"✓ {self.name} stands ({self.points} points).")
            return True
        unanswered = isinstance(error, NotAnswered) or isinstance(error, NameError) and _only_here(trace)
        _results[self.name] = self.points, "not answered yet" if unanswered else "doesn't stand yet"
        print(f"{'·' if unanswered else '✗'} {self.name} {_results[self.name][1]}: {describe(error, trace)}")
        print(f"  Read: {self.read}.")
        return True


def _only_here(trace):
    """Whether the error came from the test cell itself and not from a function it called."""
    return len(traceback.extract_tb(trace)) == 1


def describe(error, trace=None):
    """An error in a line; for one inside the student's own function also where it happened."""
    text = str(error) if isinstance(error, AssertionError) and str(error) else f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(trace) if trace else []
    if len(frames) > 1 and not isinstance(error, AssertionError):
        text += f" (in {frames[-1].name}, line {frames[-1].lineno}: {frames[-1].line or '?'})"
    return text


def _short(value):
    text = np.array2string(value, precision=6, separator=", ") if isinstance(value, np.ndarray) else repr(value)
    return " ".join(text.split())[:300]


def answered(got, what):
    """Raise NotAnswered while an answer is None or three dots."""
    if got is None or got is ...:
        raise NotAnswered(f"{what} is not given")


def _python(value):
    """A number or truth value of NumPy's or SymPy's as Python's own; anything else as it is."""
    sympy = sys.modules.get("sympy")
    if isinstance(value, (np.generic, np.ndarray)) and np.ndim(value) == 0 and value.dtype.kind in "biuf":
        return float(value) if value.dtype.kind == "f" else value.item()
    if sympy and isinstance(value, sympy.Basic) and getattr(value, "is_number", False) and value.is_real:
        return float(value)
    return value


def number(got, what):
    """Assert that an answer is one real number (which one is right is not said)."""
    answered(got, what)
    if type(_python(got)) not in (int, float):
        raise AssertionError(f"{what}: expected a number, got {_short(got)}")


def pair(got, what):
    """Assert that an answer is a pair of numbers, such as a shape (which one is right is not said)."""
    answered(got, what)
    if not (isinstance(got, tuple) and len(got) == 2 and all(type(_python(n)) in (int, float) for n in got)):
        raise AssertionError(f"{what}: expected a pair of numbers such as (7, 9), got {_short(got)}")


def same(got, expected, what, tolerance=1e-6):
    """Assert that got is expected, with the same shape; nothing broadcasts.

    got, expected: a number or an array. The tolerance is relative to the largest expected value (at least 1).
    """
    answered(got, what)
    got = _python(got)
    expected = np.asarray(expected, dtype=float)
    if isinstance(got, (bool, str)) or not isinstance(got, (int, float, np.number, np.ndarray)):
        kind = "an array" if expected.ndim else "a number"
        raise AssertionError(f"{what}: expected {kind}, got {_short(got)}")
    values = np.asarray(got)
    if values.dtype.kind not in "iuf":
        raise AssertionError(f"{what}: expected real numbers, got dtype {values.dtype}")
    if values.shape != expected.shape:
        shapes = [f"shape {v.shape}" if v.ndim else "one number" for v in (expected, values)]
        raise AssertionError(f"{what}: expected {shapes[0]}, got {shapes[1]}")
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    if not np.all(np.abs(values - expected) <= tolerance * scale):
        raise AssertionError(f"{what}: expected {_short(expected if expected.ndim else float(expected))}, "
                             f"got {_short(values if values.ndim else float(values))}")


def one_of(got, choices, what):
    """Assert that an answer is one of these words or numbers, and return it as it stands there: capitals don't count.

    Which one is right is not said."""
    answered(got, what)
    folded = [value.strip().casefold() if isinstance(value, str) else value for value in (_python(got), *choices)]
    for choice, value in zip(choices, folded[1:]):
        if type(folded[0]) is type(value) and folded[0] == value:
            return choice
    raise AssertionError(f"{what}: expected one of {', '.join(map(repr, choices))}, got {_short(got)}")


# When work is graded the function runs elsewhere. Then it carries what was seen there: warned and changed.

def without_warning(function, *arguments, what):
    """What a call returns; AssertionError if it warns."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        got = function(*arguments)
    said = [str(warning.message) for warning in caught] + getattr(function, "warned", [])
    assert not said, f"{what} warns: {said[0]}"
    return got


def untouched(function, *arguments, what):
    """What a call returns; AssertionError if it has changed one of the arguments, an array or a list of arrays."""
    before = copy.deepcopy(arguments)
    got = function(*arguments)
    changed = list(getattr(function, "changed", []))
    for i, pair in enumerate(zip(arguments, before)):
        try:
            np.testing.assert_equal(*pair)
        except AssertionError:
            changed.append(i)
    assert not changed, f"{what} has changed argument {changed[0] + 1} of those it was given"
    return got


def refuses(function, *arguments, what, error="ValueError"):
    """Assert that a call raises this error, or one derived from it."""
    try:
        got = function(*arguments)
    except Exception as raised:
        if error in getattr(raised, "kinds", [kind.__name__ for kind in type(raised).__mro__]):
            return
        raise
    answered(got, what)
    raise AssertionError(f"{what}: expected {error}, but it returned {_short(got)}")


def as_function(expression, *symbols):
    """The function of these symbols, of plain numbers, that a SymPy answer stands for; it returns None while there is
    no answer."""
    import sympy
    if expression is None or expression is ...:
        return lambda *values: None
    expression = sympy.sympify(expression)
    named = {symbol.name: symbol for symbol in symbols}          # one called a is meant, however it was made
    expression = expression.subs({s: named[s.name] for s in expression.free_symbols if s.name in named})
    others = sorted(map(str, expression.free_symbols - set(symbols)))
    if others:
        def function(*values):
            raise AssertionError(f"the expression still contains {', '.join(others)}")
        return function
    return sympy.lambdify(symbols, expression, "math")           # with NumPy the first one takes a second to import


def standing():
    """Print which questions stand under the tests of this notebook."""
    if not _results:
        print("No test has run yet: run the cells above first.")
    for name, (points, result) in sorted(_results.items()):
        print(f"{'✓' if result == 'stands' else '·' if result.startswith('not') else '✗'} {name:4} "
              f"{points} points  {result}")
    total, reached = sum(p for p, _ in _results.values()), sum(p for p, r in _results.values() if r == "stands")
    print(f"{reached} of {total} points stand under the tests you can see.")
