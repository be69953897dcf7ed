"""Is an answer right, nearly right, wrong? The same verdict and the same words in Python and on the page.

`judge(exercise, answer)` takes an exercise as data (see the package's docstring) and what the reader gave: text as
typed, or Python objects. The twin for the page is book/_static/answers/judge.js.
"""

import json
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import numpy as np

from ._formula import ZEROS, Unreadable, close, evaluate, names_in, normal, parse, same_everywhere

LONGEST_LIST = 2000
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")      # what comes along when a number is copied
NUMERALS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
LONGEST = 300                                # characters around a number; see _formula
ABOUT = re.compile(r"^(?:about|approximately|roughly|circa|ca\.?|above|over|~|[a-z_ ]*[>≥]=?) *")
CLOSE = 0.05                                 # a number this near (relatively) is told so

# What is said where an exercise has nothing of its own to say. {} is filled in.
WORDS = {
    "right": "Right.",
    "not yet": "Not yet: {}",
    "empty": "nothing is there yet. Write your answer first.",
    "long": "that is far too long for an answer.",
    "deep": "there are too many brackets within brackets.",
    "end": "something is missing at the end.",
    "brackets": "the brackets don't match.",
    "formula": "I can't read it at “{}”.",
    "character": "I can't read the character “{}”.",
    "function": "write what “{}” is applied to in brackets, as in {}(z).",
    "arguments": "that is not how many numbers “{}” takes.",
    "index": "I can't read an index. Write w^(2)_12, or w2_12 for short.",
    "word": "I don't know the word “{}”.",
    "name": "{} does not occur in this exercise.",
    "number": "give one number.",
    "infinite": "give one number, and a finite one.",
    "quantity": "give the name of a quantity, such as a^(1)_2 or, for short, a1_2.",
    "text": "give one word.",
    "count": "expected {}, got {}.",
    "shape": "{} must have the shape ({}, {}), yours has ({}, {}).",
    "ragged": "every row of a matrix must have the same number of entries.",
    "swapped": "rows and columns are swapped.",
    "entry": "look again at row {}, column {}.",
    "again": "look again at {}.",
    "wrong": "compute it once more.",
    "close": "that is close. Give more digits, or compute the last ones again.",
    "huge": "something beyond all bounds",
    "notebook": "this one is answered in the notebook.",
}


def words(key, *about):
    text = WORDS[key]
    for part in about:
        text = text.replace("{}", str(part)) if key == "function" else text.replace("{}", str(part), 1)
    return text + "." if key == "not yet" and text[-1] not in ".?!" else text


def shown(value, digits=2):
    """A number with this many decimals, ties away from zero, as JavaScript's toFixed."""
    if not abs(value) < 1e15:
        return WORDS["huge"]
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"


def page_data():
    """What the scripts of the page need besides the exercises: the words, and where each script's digits begin."""
    return {"words": WORDS, "zeros": ZEROS}


class Unread(Exception):
    """The answer is not of the kind that is asked for; args[0] tells the reader why."""


# --- reading --------------------------------------------------------------------------------------

def read(exercise, answer):
    """The answer as what its kind asks for. Raises Unread with a hint."""
    try:
        return READ[exercise["kind"]](exercise, answer)
    except Unreadable as error:
        key = "number" if exercise["kind"] in ("number", "matrix") and error.key == "word" else error.key
        raise Unread(words(key, error.about)) from None


def read_number(exercise, answer):
    """The values it may mean: 2,220 is 2220 or 2.22."""
    if not isinstance(answer, str):
        values = [plain_number(answer)]
    elif thousands := re.fullmatch(r"([-+]?)(\d{1,3})((?:,\d{3})+)(\.\d+)?",
                                   normal(answer[:60]).split("=")[-1].strip()):
        sign, first, groups, rest = thousands.groups()
        values = [float(sign + first + groups.replace(",", "") + (rest or ""))]
        if groups.count(",") == 1 and not rest:
            values.append(float(sign + first + groups.replace(",", ".")))
    else:
        tree = parse(spoken(answer))
        if names_in(tree):
            raise Unreadable("number")
        values = [evaluate(tree, {})]
    if not all(map(math.isfinite, values)):
        raise Unread(words("infinite"))
    return values


def spoken(text):
    """A number without what people write around it: about 0.5, η > 1/3, two; 2 1/3 is a sum, 0.5 x 2 a product."""
    if len(text) > LONGEST:
        return text
    text = ABOUT.sub("", normal(text).strip())
    text = re.sub(r"^([0-9]+) ([0-9]+/[0-9]+)$", r"\1+\2", text)
    text = re.sub(r"(?<=[0-9]) x (?=[0-9.])", "*", text)
    return str(NUMERALS.index(text)) if text in NUMERALS[1:] else text


def plain_number(answer):
    """The one number in any Python wrapping."""
    try:
        array = np.asarray(answer, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise Unread(words("number")) from None
    if array.size != 1:
        raise Unread(words("number"))
    return float(array.reshape(-1)[0])


def read_quantity(exercise, answer):
    try:
        tree = parse(str(answer))
    except Unreadable as error:
        tree = None
        if error.key in ("empty", "long"):
            raise
    if not isinstance(tree, list) or tree[0] != "name":
        raise Unread(exercise.get("unread", words("quantity")))
    return tree[1]


def read_word(exercise, answer):
    text = str(answer)
    if len(text) > LONGEST_LIST:
        raise Unread(words("long"))
    text = " ".join(normal(text).split()).strip(".'")
    if not text:
        raise Unread(words("empty"))
    return exercise.get("same", {}).get(text, text)


def read_formula(exercise, answer):
    tree = parse(str(answer))
    known = {*names_in(right_tree(exercise)), *exercise.get("names", [])}
    for name in names_in(tree):
        if name not in known:
            raise Unread(words("name", name))
    return tree


def read_list(exercise, answer):
    parts = exercise["parts"]
    given = grouped(split(answer, len(parts)), parts) if isinstance(answer, str) else items(answer)
    if given is None or len(given) != len(parts):
        count = 1 if given is None else len(given)
        raise Unread(words("count", exercise.get("expected") or numeral(len(parts)) + " answers", numeral(count)))
    return [read(part, one) for part, one in zip(parts, given)]


def grouped(given, parts):
    """2, 3, 1, 2 where two pairs are asked for."""
    sizes = [len(part.get("parts", [])) for part in parts]
    if len(given) == len(parts) or not all(sizes) or len(given) != sum(sizes):
        return given
    ends = [sum(sizes[:i + 1]) for i in range(len(sizes))]
    return ["; ".join(given[end - size:end]) for end, size in zip(ends, sizes)]


def read_matrix(exercise, answer):
    if isinstance(answer, str):
        columns = len(exercise["value"][0])
        rows = [split(row, columns if columns > 1 else None) for row in split_rows(answer)]
    else:
        rows = items(answer) or [answer]
        rows = [items(row) for row in rows] if items(rows[0]) is not None else [rows]
    if None in rows or len({len(row) for row in rows}) != 1:
        raise Unread(words("ragged"))
    return [[read_number(exercise, entry)[0] for entry in row] for row in rows]


READ = {"number": read_number, "quantity": read_quantity, "word": read_word, "formula": read_formula,
        "list": read_list, "matrix": read_matrix}


def items(answer):
    """The items of a Python sequence, or None."""
    if isinstance(answer, (list, tuple, np.ndarray)):
        return list(answer)
    return None


def numeral(n):
    return NUMERALS[n] if n < len(NUMERALS) else str(n)


def split(text, n=None):
    """The items of a typed list, at the outermost separators.

    Separators are tried in turn, and the first that makes n items is meant: 0,5, 1,5 is two numbers, 0,5 1,5 and 1,2
    too.
    """
    if len(text) > LONGEST_LIST:
        raise Unread(words("long"))
    text = text.strip()
    if text.count("=") == 1:                                 # answer = (4, 7/3); but c = 4, C = 7/3 are two
        text = text.split("=")[-1].strip()
    text = re.sub(",? +(?:and|&) +", ", ", outer_off(text.rstrip(".")))
    if not text:
        raise Unread(words("empty"))
    if n == 2 and (sides := re.fullmatch("([0-9]+) *(?:[x×*]|by) *([0-9]+)", text)):       # a shape, 3 × 4
        return list(sides.groups())
    ways = [split_at(text, separator) for separator in (r"[;\n]", r",(?=\s)", r"(?<!,)\s(?!,)", ",")]
    return next((parts for parts in ways if len(parts) == n), max(ways, key=len))


def split_rows(text):
    if len(text) > LONGEST_LIST:
        raise Unread(words("long"))
    text = outer_off(text.strip())
    if not text:
        raise Unread(words("empty"))
    rows = split_at(text, r"[;\n]")
    if len(rows) == 1 and text[0] in "([":
        rows = split_at(text, ",")
    return [row.rstrip(",") for row in rows]


def outer_off(text):
    """Without the brackets around all of it; [[1, 2]] keeps its inner pair."""
    if text[:1] in ("(", "[", "{") and text[-1:] in (")", "]", "}"):
        depth = 0
        for i, c in enumerate(text):
            depth += (c in "([{") - (c in ")]}")
            if depth == 0:
                return text[1:-1].strip() if i == len(text) - 1 else text
    return text


def split_at(text, separator):
    """What stands between separators outside brackets; nothing between two of them is no part."""
    parts, depth, start = [], 0, 0
    ends = {m.start() for m in re.finditer(separator, text)}
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 and i in ends:
            parts.append(text[start:i])
            start = i + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


# --- judging --------------------------------------------------------------------------------------

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


@cache
def tree_of(text):
    return parse(text)


def right_tree(exercise):
    return tree_of(exercise["value"])


def as_data(exercise):
    """The exercise as the page gets it, through JSON: an error here is a mistake in its file."""
    return json.loads(json.dumps(exercise, allow_nan=False))
