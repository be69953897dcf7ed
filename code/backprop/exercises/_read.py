"""What did the reader mean? Text as typed, or Python objects, becomes the number, name, list, matrix or formula that an
exercise asks for. The twin for the page is in book/_static/answers/judge.js."""

import math
import re

import numpy as np

from ._formula import Unreadable, evaluate, names_in, normal, parse, tree_of
from ._words import words

LONGEST_LIST = 2000
NUMERALS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
LONGEST = 300                                # characters around a number; see _formula
ABOUT = re.compile(r"^(?:about|approximately|roughly|circa|ca\.?|above|over|~|[a-z_ ]*[>≥]=?) *")


class Unread(Exception):
    """The answer is not of the kind that is asked for; args[0] tells the reader why."""


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
    known = {*names_in(tree_of(exercise["value"])), *exercise.get("names", [])}
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
