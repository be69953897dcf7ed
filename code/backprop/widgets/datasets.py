"""Data sets for the lab, each from a seed: (X, Y), one example a column, inputs between about -1 and 1.

Every function takes n, the number of examples, a seed and, where it makes sense, the noise. `digits` reads
scikit-learn's 1,797 images, shuffled once; the same order is shipped with the site by `digits_script`.
"""

import json
from functools import lru_cache

import numpy as np

CORNERS = np.array([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]])
DIGITS_SPLIT = 0                       # seed of the one shuffle of the digits


def _labelled(classes, seed):
    """Two clouds (2, n_0) and (2, n_1), class 0 and class 1, mixed: X (2, n), Y (1, n)."""
    X = np.hstack(classes)
    Y = np.hstack([np.full((1, points.shape[1]), float(label)) for label, points in enumerate(classes)])
    order = np.random.default_rng([seed, 1]).permutation(X.shape[1])
    return np.round(X[:, order], 3), Y[:, order]


def _corners(label, n, seed, noise):
    rng = np.random.default_rng(seed)
    which = np.arange(n) % 4
    X = 0.7 * CORNERS[:, which] + noise * rng.standard_normal((2, n))
    Y = np.array([[float(label(*CORNERS[:, k])) for k in which]])
    return np.round(X, 3), Y


def xor(n=4, seed=0, noise=0.0):
    """1 where exactly one input is high: no straight line parts it."""
    return _corners(lambda a, b: a != b, n, seed, noise)


def conjunction(n=4, seed=0, noise=0.0):
    """AND: 1 where both inputs are high."""
    return _corners(lambda a, b: a > 0 and b > 0, n, seed, noise)


def two_moons(n=200, seed=0, noise=0.08):
    """Two half circles that reach into each other."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi, n)
    upper, lower = angle[: n // 2], angle[n // 2:]
    above = np.array([np.cos(upper) - 0.5, np.sin(upper) - 0.25])
    below = np.array([0.5 - np.cos(lower), 0.25 - np.sin(lower)])
    shake = noise * rng.standard_normal((2, n))
    return _labelled([0.65 * above + shake[:, : n // 2], 0.65 * below + shake[:, n // 2:]], seed)


def circles(n=200, seed=0, noise=0.06):
    """A disc inside a ring."""
    rng = np.random.default_rng(seed)
    angle, shake = rng.uniform(0, 2 * np.pi, n), noise * rng.standard_normal((2, n))
    radius = np.where(np.arange(n) < n // 2, 0.4 * np.sqrt(rng.random(n)), 0.85)
    X = radius * np.array([np.cos(angle), np.sin(angle)]) + shake
    return _labelled([X[:, n // 2:], X[:, : n // 2]], seed)


def spiral(n=200, seed=0, noise=0.03, turns=1.25):
    """Two arms wound around each other."""
    rng = np.random.default_rng(seed)
    way = np.sqrt(rng.random(n))
    angle = 2 * np.pi * turns * way + np.pi * (np.arange(n) >= n // 2)
    X = 0.95 * way * np.array([np.cos(angle), np.sin(angle)]) + noise * rng.standard_normal((2, n))
    return _labelled([X[:, : n // 2], X[:, n // 2:]], seed)


def line(n=30, seed=0, noise=0.1):
    """A regression: one input, the target a straight line with noise."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (1, n))
    return np.round(X, 3), np.round(0.8 * X - 0.1 + noise * rng.standard_normal((1, n)), 3)


DATA_SETS = {"xor": xor, "and": conjunction, "two moons": two_moons, "circles": circles, "spiral": spiral, "line": line}


def data_set(name, n=None, seed=0, **options):
    """One of DATA_SETS by name. Raises ValueError for another name or an n that isn't a whole number from 1."""
    if name not in DATA_SETS:
        raise ValueError(f"unknown data set {name!r}, expected one of {', '.join(DATA_SETS)}")
    if n is not None and (not isinstance(n, (int, np.integer)) or n < 1):
        raise ValueError(f"n must be a whole number from 1, got {n!r}")
    return DATA_SETS[name](**({} if n is None else {"n": int(n)}), seed=seed, **options)


# --- the digits ------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def digits():
    """All 1,797 digits, X (64, 1797) from 0 to 1 and Y (10, 1797), in the order default_rng(0).permutation(1797)."""
    from sklearn.datasets import load_digits
    data = load_digits()
    order = np.random.default_rng(DIGITS_SPLIT).permutation(len(data.target))
    return data.data[order].T / 16, np.eye(10)[:, data.target[order]]


@lru_cache(maxsize=1)
def digits_script():
    """A classic script that hands the digits to the page: a letter a pixel, a (0, white) to q (16, black).

    A script and not data to fetch, because a page opened from the disk may fetch nothing.
    """
    X, Y = digits()
    pixels = "".join(chr(ord("a") + int(v)) for v in np.rint(16 * X).T.ravel())
    labels = "".join(str(v) for v in Y.argmax(axis=0))
    return f"globalThis.backpropDigits = {json.dumps({'pixels': pixels, 'labels': labels})};\n"
