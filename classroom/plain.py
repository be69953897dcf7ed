"""Plain values, as they go through the wall between a test and a student's code: numbers, texts, lists, arrays."""

import math

import numpy as np

from .course import one_line


class Other:
    """Stands for a value that isn't plain: no test accepts it."""

    def __init__(self, what):
        self.what = what

    def __repr__(self):
        return self.what


def encode(value):
    """A test's argument as JSON."""
    if isinstance(value, np.ndarray):
        return {"array": value.ravel().tolist(), "shape": list(value.shape), "dtype": value.dtype.str}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [encode(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(k), encode(v)] for k, v in value.items()]}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a test may pass numbers, strings, lists, dicts and arrays, not {type(value).__name__}")


def decode(value, others):
    """What came through the wall, checked: only plain values and Other, whatever was sent.

    others: a list that gets each Other."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if not isinstance(value, dict):
        value = {"other": "a malformed value"}
    if isinstance(value.get("list"), list):
        return [decode(item, others) for item in value["list"]]
    if isinstance(value.get("tuple"), list):
        return tuple(decode(item, others) for item in value["tuple"])
    if isinstance(value.get("dict"), list):
        pairs = [pair for pair in value["dict"] if isinstance(pair, list) and len(pair) == 2
                 and isinstance(pair[0], (str, int, float, bool))]
        return {key: decode(item, others) for key, item in pairs}
    if isinstance(value.get("array"), list):
        read = _array(value)
    else:
        read = Other(
            "a function"
            if value.get("function") is True
            else one_line(str(value.get("other", "a malformed value"))[:300])
        )
    if isinstance(read, Other):
        others.append(read)
    return read


def _array(value):
    numbers, shape = value["array"], value.get("shape")
    plain = all(type(n) in (int, float, bool) for n in numbers)
    fits = (isinstance(shape, list) and len(shape) <= 8 and all(type(n) is int and n >= 0 for n in shape)
            and math.prod(shape) == len(numbers))
    if not (plain and fits):
        return Other("a malformed array")
    types = {"b": bool, "i": np.int64, "u": np.int64, "f": np.float64}
    try:
        return np.array(numbers, dtype=types.get(str(value.get("dtype"))[:1], np.float64)).reshape(shape)
    except (OverflowError, ValueError):
        return Other("an array of numbers too large")
