"""Fifth floor: what an optimiser does with the gradients. Gradient descent, nothing else.

Backpropagation computes gradients and changes nothing; the functions here change parameters.
"""

import numbers
from dataclasses import dataclass

import numpy as np

from .checks import as_numbers, check_finite, is_whole
from .cost import mean_cost
from .forward_pass import forward
from .two_layer_derivation import gradients

MOMENTUM_BETA = 0.9                                          # how much of its velocity a parameter keeps
ADAM_BETA_M, ADAM_BETA_S, ADAM_EPSILON = 0.9, 0.999, 1e-8    # of the means of g and of g squared; against 0/0


def check_learning_rate(learning_rate):
    """Return the learning rate as a float; it must be a finite number from 0."""
    if not isinstance(learning_rate, numbers.Real) or isinstance(learning_rate, (bool, np.bool_)):
        raise TypeError(f"learning_rate must be a number, got {learning_rate!r}")
    try:
        rate = float(learning_rate)
    except OverflowError:                                      # a whole number of more than 308 digits
        rate = np.inf
    if not np.isfinite(rate) or rate < 0:
        raise ValueError(f"learning_rate must be finite and not negative, got {rate}")
    return rate


def updated(parameters, gradients, learning_rate, name):
    """One gradient-descent step for a list of arrays (index 0 is None): new arrays, the old ones stay.

    Raises ValueError when shapes differ, when a gradient is not finite or the step overflows,
    TypeError for a gradient that holds no real numbers.
    """
    if len(gradients) != len(parameters):
        raise ValueError(f"the gradients have {len(gradients) - 1} layers, the network has {len(parameters) - 1}")
    new = []
    for l, (parameter, gradient) in enumerate(zip(parameters, gradients)):
        if parameter is None:
            if gradient is not None:
                raise ValueError(f"the gradients hold {name}[{l}], the network has none")
            new.append(None)
            continue
        if gradient is None:
            raise ValueError(f"the gradient of {name}[{l}] is None, expected shape {parameter.shape}")
        gradient = as_numbers(gradient, f"the gradient of {name}[{l}]")
        if gradient.shape != parameter.shape:
            raise ValueError(f"the gradient of {name}[{l}] has shape {gradient.shape}, expected {parameter.shape}")
        check_finite(gradient, f"the gradient of {name}[{l}]")
        with np.errstate(over="ignore", invalid="ignore"):
            step = (parameter - learning_rate * gradient).astype(parameter.dtype)
        check_finite(step, f"{name}[{l}] after the update", ": the learning rate is too large; nothing was changed")
        new.append(step)
    return new


@dataclass(frozen=True)
class History:
    """cost[e]: the mean cost of epoch e's examples, each taken before its batch's update."""

    cost: list


def train(net, X, Y, learning_rate, batch_size, epochs, seed):
    """Gradient descent on net, in place: epochs passes over the columns of X (n_0, N) and Y (n_L, N).

    The columns are shuffled anew in each epoch and cut into batches of batch_size; None means all
    columns at once. Returns a History. If the cost stops being finite, a ValueError says so and the
    network keeps the last finite parameters.
    """
    N = X.shape[1]
    batch_size = N if batch_size is None else batch_size
    if not is_whole(batch_size) or not 1 <= batch_size <= N:
        raise ValueError(f"batch_size must be a whole number from 1 to {N}, the number of examples, got {batch_size!r}")
    if not is_whole(epochs) or epochs < 1:
        raise ValueError(f"epochs must be a whole number from 1, got {epochs!r}")
    if seed is not None and (not is_whole(seed) or seed < 0):
        raise ValueError(f"seed must be None or a whole number from 0, got {seed!r}")
    learning_rate = check_learning_rate(learning_rate)
    rng = np.random.default_rng(seed)
    history = []
    for epoch in range(epochs):
        order = rng.permutation(N)
        total = 0.0
        for start in range(0, N, batch_size):
            batch = order[start:start + batch_size]
            x, y = X[:, batch], Y[:, batch]
            try:
                trace = forward(net.W, net.b, net.activation, x)
                total += mean_cost(trace, y, net.cost_name, net.activation[-1]) * (len(batch) / N)
                net.update(gradients(net.W, net.b, net.activation, net.cost_name, trace, y), learning_rate)
            except ValueError as error:
                raise ValueError(f"training stopped in epoch {epoch}: {error}; "
                                 f"try a smaller learning_rate than {learning_rate}") from None
        history.append(total)
    return History(history)
