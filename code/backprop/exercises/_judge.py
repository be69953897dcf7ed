"""Is an answer right, nearly right, wrong? The same verdict and the same words in Python and on the page.

`judge(exercise, answer)` takes an exercise as data (see the package's docstring) and what the reader gave: text as
typed, or Python objects. The twin for the page is book/_static/answers/judge.js.
"""

import json
import re

from ._formula import close, evaluate, same_everywhere, tree_of
from ._read import Unread, read
from ._words import shown, words

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")      # what comes along when a number is copied
CLOSE = 0.05                                 # a number this near (relatively) is told so


def judge(exercise, answer):
    """(verdict, hint): "right" and None, "near" or "wrong" and a hint, "unread" and what couldn't be read."""
    if isinstance(answer, str):
        answer = INVISIBLE.sub("", answer)
    try:
        given = read(exercise, answer)
    except Unread as error:
        return "unread", str(error.args[0])
    if is_right(exercise, given):
        return "right", None
    near = near_miss(exercise, given)
    if near:
        return "near", near
    return "wrong", wrong_hint(exercise, given)


def is_right(exercise, given):
    if "network" in exercise:
        return network_counterexample(exercise, given) is None
    if exercise["kind"] == "list" and all(is_right(part, one) for part, one in zip(exercise["parts"], given)):
        return True
    values = exercise.get("also", []) + ([exercise["value"]] if "value" in exercise else [])
    return any(is_value(exercise, given, value) for value in values)


def is_value(exercise, given, value):
    """Does what was read have this value?"""
    kind = exercise["kind"]
    if kind == "number":
        return any(is_close(exercise, one, value) for one in given)
    if kind == "formula":
        return same_everywhere(given, tree_of(value))
    if kind == "list":
        return all(one is None or is_value(part, it, one) for part, it, one in zip(exercise["parts"], given, value))
    if kind == "matrix":
        return shape(given) == shape(value) and all(
            is_close(exercise, a, b) for row, right in zip(given, value) for a, b in zip(row, right))
    return given == value


def is_close(exercise, value, right):
    if "tolerance" in exercise:
        return abs(value - right) <= exercise["tolerance"]
    return close(value, right)


def near_miss(exercise, given):
    """The hint for a wrong answer that is known, or None."""
    for condition, hint in exercise.get("near", []):
        if isinstance(condition, dict):
            if meets(exercise, given, condition):
                return hint
        elif is_value(exercise, given, condition):
            return hint
    if exercise["kind"] == "number" and exercise["value"] % 1 and any(
            abs(one - exercise["value"]) <= CLOSE * abs(exercise["value"]) for one in given):
        return words("close")
    if exercise["kind"] == "matrix" and shape(given) == shape(exercise["value"])[::-1] \
            and is_value(exercise, [list(column) for column in zip(*given)], exercise["value"]):
        return words("swapped")
    if exercise["kind"] == "list" and "network" not in exercise:
        for part, one in zip(exercise["parts"], given):
            if not is_right(part, one):
                return near_miss(part, one)
    return None


def meets(exercise, given, condition):
    """{"below": 0}, {"above": 1}, {"sum": 0.3} (of a list of numbers): a condition on what was read."""
    if "below" in condition:
        return given[0] < condition["below"]
    if "above" in condition:
        return given[0] > condition["above"]
    return close(sum(values[0] for values in given), condition["sum"], 1e-3)


def wrong_hint(exercise, given):
    if "network" in exercise:
        return network_counterexample(exercise, given)
    hint = exercise.get("hint", words("wrong"))
    if exercise["kind"] == "list":
        wrong = [part for part, one in zip(exercise["parts"], given) if not is_right(part, one)]
        if "hint" in wrong[0]:
            return wrong[0]["hint"]
        names = [part["name"] for part in wrong if "name" in part]
        return hint.replace("{wrong}", exercise.get("join", ", ").join(names))
    if exercise["kind"] == "matrix" and "hint" not in exercise:
        return matrix_hint(exercise, given)
    return hint


def matrix_hint(exercise, given):
    right = exercise["value"]
    if shape(given) != shape(right):
        return words("shape", exercise.get("name", "the matrix"), *shape(right), *shape(given))
    row, column = next((i, k) for i, row in enumerate(right) for k, entry in enumerate(row)
                       if not is_close(exercise, given[i][k], entry))
    return words("entry", row + 1, column + 1)


def shape(matrix):
    return len(matrix), len(matrix[0])


def network_counterexample(exercise, given):
    """None if the network with these parameters has the wanted output at every point, else a hint."""
    rule = exercise["network"]
    values = {}
    for part, matrix, names in zip(exercise["parts"], given, rule["names"]):
        right = part["value"]
        if shape(matrix) != shape(right):
            if len(matrix) * len(matrix[0]) == len(right) * len(right[0]) and "b" in part["name"]:
                matrix = [[entry] for row in matrix for entry in row]       # a flat bias will do
            else:
                return words("shape", part["name"], *shape(right), *shape(matrix))
        values.update((name, entry) for row, line in zip(names, matrix) for name, entry in zip(row, line))
    for point in rule["points"]:
        here = {**values, **point}
        for name, formula in rule["equations"]:
            here[name] = evaluate(tree_of(formula), here)
        if not close(here[rule["output"]], evaluate(tree_of(rule["wanted"]), point), 1e-6):
            at = ", ".join(shown(value) for value in point.values())
            return rule["hint"].replace("{x}", at).replace("{got}", shown(here[rule["output"]]))
    return None


def as_data(exercise):
    """The exercise as the page gets it, through JSON: an error here is a mistake in its file."""
    return json.loads(json.dumps(exercise, allow_nan=False))
