"""Fourth floor: all gradients in one backward pass, for any number of layers (BP1 to BP4).

    delta[L] = dC/dz[L]                                  (BP1)
    delta[l] = W[l+1]^T delta[l+1] * f'(z[l])            (BP2)
    dC/db[l] = delta[l]                                  (BP3)
    dC/dW[l] = delta[l] a[l-1]^T                         (BP4)
"""

from dataclasses import dataclass

import numpy as np

from .chain_rule import DERIVATIVES, output_delta
from .checks import check_finite, surely_finite


@dataclass(frozen=True)
class Gradients:
    """Gradients of the mean cost: W[l] and b[l] have the shapes of the parameters (b[l] None without a bias).

    delta[l] (n_l, N) holds the local gradient of each example's own cost, one a column: no 1/N in it.
    Index 0 is None.
    """

    W: list
    b: list
    delta: list


def gradients(W, b, activation, cost, trace, y):
    """The backward pass. trace: of the forward pass with the same W, b; y (n_L, N). Returns Gradients.

    Changes no parameter. Raises ValueError when a gradient overflows.
    """
    L, N = len(W) - 1, y.shape[1]
    delta, dW, db = ([None] * (L + 1) for _ in range(3))
    with np.errstate(over="ignore", invalid="ignore"):
        for l in range(L, 0, -1):
            if l == L:
                delta[l] = output_delta(trace.a[L], y, cost, activation[-1])          # (BP1), (n_L, N)
            else:
                gate = DERIVATIVES[activation[l - 1]](trace.a[l])                     # f'(z[l]), written with a[l]
                delta[l] = (W[l + 1].T @ delta[l + 1]) * gate                         # (BP2), (n_l, N)
            dW[l] = delta[l] @ trace.a[l - 1].T / N                                   # (BP4), the mean: (n_l, n_{l-1})
            if b[l] is not None:
                db[l] = delta[l].sum(axis=1, keepdims=True) / N                       # (BP3), the mean: (n_l, 1)
            for name, gradient in (("b", db[l]), ("W", dW[l])):
                if gradient is not None and not surely_finite(gradient):
                    check_finite(gradient, f"the gradient of {name}[{l}]", f": it overflows {y.dtype}")
    return Gradients(dW, db, delta)
