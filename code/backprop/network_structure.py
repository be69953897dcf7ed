"""Ground floor: sizes, shapes and first values of the parameters of a dense network.

Layers are numbered l = 0..L; layer 0 is the input and computes nothing.
W[l] has shape (n_l, n_{l-1}): row = to, column = from. b[l] has shape (n_l, 1).
Index 0 of W and b is None, so that code and formula carry the same l.
"""

import numpy as np

from .checks import check_sizes, for_each_layer, is_whole


def n_parameters(sizes, bias=True):
    """Number of weights and biases of a dense network of these sizes.

    bias: True, False, or a list of bools from layer 1.
    """
    sizes = check_sizes(sizes)
    bias = for_each_layer(bias, len(sizes) - 1, "bias", bool)
    return sum(n * (m + has_bias) for m, n, has_bias in zip(sizes, sizes[1:], bias))


def initial_parameters(sizes, bias=True, seed=None):
    """Random first weights, zero biases: (W, b), lists with index 0 = None.

    W[l] (n_l, n_{l-1}) is drawn from a normal distribution with standard deviation
    1/sqrt(n_{l-1}), so that z starts with about the size of its inputs, however many there are.
    b[l] (n_l, 1) is zero, or None where the layer has no bias.
    """
    sizes = check_sizes(sizes)
    bias = for_each_layer(bias, len(sizes) - 1, "bias", bool)
    if seed is not None and (not is_whole(seed) or seed < 0):
        raise ValueError(f"seed must be None or a whole number from 0, got {seed!r}")
    rng = np.random.default_rng(seed)
    W, b = [None], [None]
    for m, n, has_bias in zip(sizes, sizes[1:], bias):
        W.append(rng.standard_normal((n, m)) / np.sqrt(m))
        b.append(np.zeros((n, 1)) if has_bias else None)
    return W, b
