"""What comes in is checked here: numbers, shapes and lists, with an error that says what was expected and what came.

Every function returns what it was given in the form the rest of the package works with, or raises
TypeError (the wrong kind of thing) or ValueError (the right kind with a value that can't be).
"""

import difflib
import math
import numbers
import re
from collections.abc import Mapping, Set

import numpy as np


def is_whole(value):
    """True for a Python or NumPy integer; False for a bool, a float or anything else."""
    return isinstance(value, numbers.Integral) and not isinstance(value, (bool, np.bool_))


def check_sizes(sizes):
    """Return sizes as a list of ints [n_0, …, n_L].

    Raises TypeError for anything that is not a sequence of whole numbers, ValueError for
    fewer than two layers or a layer without neurons.
    """
    unordered = (str, bytes, numbers.Number, Mapping, Set)
    if (isinstance(sizes, unordered) or not hasattr(sizes, "__iter__")
            or (isinstance(sizes, np.ndarray) and sizes.ndim != 1)):
        raise TypeError(f"sizes must be a list such as [4, 2, 2, 1], got {sizes!r}")
    sizes = list(sizes)
    for n in sizes:
        if not is_whole(n):
            raise TypeError(f"sizes must be whole numbers, got {n!r} in {sizes}")
    if len(sizes) < 2:
        raise ValueError(f"a network has at least an input and one more layer, got sizes {sizes}")
    if min(sizes) < 1:
        raise ValueError(f"every layer has at least one neuron, got sizes {sizes}")
    return [int(n) for n in sizes]


def for_each_layer(value, L, name, kind):
    """Return a list of L values of type `kind`, layer 1 first; one value stands for all layers."""
    if isinstance(value, kind):
        return [value] * L
    if isinstance(value, (list, tuple)):
        if len(value) != L:
            raise ValueError(f"{name} has {len(value)} entries, the network has {L} layers after the input")
        if all(isinstance(v, kind) for v in value):
            return list(value)
    raise TypeError(f"{name} must be one {kind.__name__} or a list of {L}, one for each layer after the input, "
                    f"got {value!r}")


def did_you_mean(name, known, other_names):
    """": did you mean …?" for a name that is nearly one of `known`, or what others call one of them; else ""."""
    plain = {re.sub(r"[^a-z0-9]", "", other): ours for other, ours in {**other_names, **{k: k for k in known}}.items()}
    near = difflib.get_close_matches(re.sub(r"[^a-z0-9]", "", str(name).lower()), plain, n=1, cutoff=0.75)
    return f': did you mean "{plain[near[0]]}"?' if near else ""


def one_hot_hint(array, n, name):
    """How targets are written for classes, if these look like their numbers, one an example; else ""."""
    if n == 1 or array.size < 2 or 1 not in array.shape or not np.isin(array, np.arange(n + 1)).all():
        return ""
    labels = f"np.ravel({name})" + (".astype(int)" if array.dtype.kind == "f" else "")
    less = "" if array.max() < n else " - 1"
    return (f": these look like class numbers; an output a class wants a column of 0s and one 1 for each example, "
            f"np.eye({n})[:, {labels}{less}]")


def as_numbers(value, name):
    """Return value as an array of real numbers; TypeError or ValueError if it is none."""
    if np.ma.is_masked(value):
        raise ValueError(f"{name} has masked entries, expected a number in each")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} is not a rectangular array: its rows have different lengths") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got {type(value).__name__} with dtype {array.dtype}")
    return array


def surely_finite(array):
    """True only if every number of the array is finite: then their sum of squares is, unless they are huge.

    One cheap call, for arrays of floats; where it says False, check_finite looks at every number.
    """
    return math.isfinite(np.vdot(array, array))


def check_finite(array, name, why=""):
    """Raise ValueError that says where, if the array holds NaN or infinity."""
    if array.dtype.kind == "f" and surely_finite(array):
        return
    bad = ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        value = array[where] if where else array
        at = f" at {list(where)}" if where else ""
        raise ValueError(f"{name} must be finite, got {float(value)}{at}{why}")


def as_columns(value, n, name, neurons, dtype=np.float64, copy=True):
    """Return value as a finite array (n, N) of the given dtype, one example a column.

    A 1-D value is one column. `neurons` says what the n rows belong to, as in "inputs". With copy=False
    an array that is right already is returned itself.
    """
    array = as_numbers(value, name)
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2:
        raise ValueError(f"{name} must be 1-D (one example) or 2-D (one example a column), got shape {array.shape}")
    if array.shape[0] != n:
        hint = ""
        if array.shape[1] == n:
            hint = (f" (examples are columns: did you mean {name}.T?)" if np.ndim(value) == 2
                    else f" (a 1-D {name} is one example: did you mean [{name}]?)")
        if neurons == "outputs":
            hint = one_hot_hint(array, n, name) or hint
        raise ValueError(f"{name} has {array.shape[0]} rows, the network has {n} {neurons}{hint}")
    if array.shape[1] == 0:
        raise ValueError(f"{name} has shape {array.shape}: an empty batch, expected at least one column")
    if array.dtype.kind != "f":                              # whole numbers and bools are finite
        return array.astype(dtype)
    check_finite(array, name)
    if array.dtype != dtype:
        with np.errstate(over="ignore"):
            array = array.astype(dtype)
        check_finite(array, name, f", too large for {np.dtype(dtype)}")
    elif copy:
        array = array.copy(order="K")
    return array


def from_layer_1(values, L, name):
    """Return the list of L values that starts at layer 1; a leading None for layer 0 is dropped."""
    if not isinstance(values, (list, tuple)):
        raise TypeError(f"{name} must be a list with one entry a layer, got {type(values).__name__}")
    values = list(values)
    if len(values) == L + 1 and values[0] is None:
        values = values[1:]
    if len(values) != L:
        raise ValueError(f"{name} has {len(values)} entries, expected {L}, one for each layer after the input")
    return values


def check_parameters(W, b=None):
    """Check and copy parameters given from layer 1 on: returns (W, b) with index 0 = None.

    W: list of arrays (n_l, n_{l-1}); b: list of arrays (n_l, 1) or (n_l,), None where there is
    no bias; b=None: a zero bias everywhere. A leading None (as in net.W) is accepted.
    float32 stays float32 if every array is float32, else everything is float64.
    Raises TypeError and ValueError that name the layer and both shapes.
    """
    if not isinstance(W, (list, tuple)):
        raise TypeError(f"W must be a list of matrices, the first feeding layer 1, got {type(W).__name__}")
    W = list(W[1:] if len(W) and W[0] is None else W)
    if not W:
        raise ValueError("W is empty: expected one matrix for each layer after the input")
    L = len(W)
    W = [as_numbers(W_l, f"W[{l}]") for l, W_l in enumerate(W, 1)]
    for l, W_l in enumerate(W, 1):
        if W_l.ndim != 2 or 0 in W_l.shape:
            raise ValueError(f"W[{l}] must have shape (n_{l}, n_{l - 1}), got shape {W_l.shape}")
        if l > 1 and W_l.shape[1] != W[l - 2].shape[0]:
            raise ValueError(f"W[{l}] has shape {W_l.shape}, expected {W[l - 2].shape[0]} columns: "
                             f"layer {l - 1} has {W[l - 2].shape[0]} neurons")
    if b is None:
        b = [np.zeros((W_l.shape[0], 1), W_l.dtype) for W_l in W]
    b = [None if b_l is None else as_numbers(b_l, f"b[{l}]") for l, b_l in enumerate(from_layer_1(b, L, "b"), 1)]
    for l, (W_l, b_l) in enumerate(zip(W, b), 1):
        n = W_l.shape[0]
        if b_l is not None and b_l.shape not in ((n, 1), (n,)):
            raise ValueError(f"b[{l}] has shape {b_l.shape}, expected {(n, 1)}: layer {l} has {n} neurons")
    arrays = W + [b_l for b_l in b if b_l is not None]
    dtype = np.float32 if all(array.dtype == np.float32 for array in arrays) else np.float64
    with np.errstate(over="ignore"):                                    # a long double may be too large for float64
        W = [np.array(W_l, dtype) for W_l in W]
        b = [None if b_l is None else np.array(b_l, dtype).reshape(-1, 1) for b_l in b]
    for l, (W_l, b_l) in enumerate(zip(W, b), 1):
        check_finite(W_l, f"W[{l}]")
        if b_l is not None:
            check_finite(b_l, f"b[{l}]")
    return [None] + W, [None] + b
