"""The fast forward and backward pass of training: the same equations as on the floors below, in arrays made once.

For a small network NumPy's arithmetic is cheap and its calls are dear. So here a call does as much as it can:

- the bias is one more weight, from a unit that is always 1: V[l] = [W[l] b[l]], one product does (F1), one does
  (BP3) and (BP4) together;
- all V[l] are parts of one long vector p, so one subtraction updates the whole network;
- every result goes into an array that is there already (`out=`), and no array is looked at twice: whether all
  numbers stayed finite is asked of the costs and, at the end of an epoch, of p. If not, or where exp could run out
  of range, the epoch is done again from its start with the careful functions of the floors below; they say in
  words what happened, and the parameters before that step are kept.
"""

import math

import numpy as np
from numpy import add, divide, dot, exp, multiply, negative, reciprocal, subtract

from .checks import check_finite
from .cost import cost_of_each, mean_cost
from .forward_pass import Trace, forward
from .two_layer_derivation import gradients

AT_MOST, FETCHED = 64, 2**20            # batches whose targets are fetched at a time; bytes of inputs, or one batch


class Parameters:
    """All parameters in one vector p; V[l] (n_l, n_{l-1} + 1), W[l], b[l] are views of it (no + 1 without a bias).

    Each V[l] but the first lies in p column by column, so that W[l]^T, which carries the messages back, is one piece.
    """

    def __init__(self, W, b, dtype):
        shapes = [(W_l.shape[0], W_l.shape[1] + (b_l is not None)) for W_l, b_l in zip(W[1:], b[1:])]
        self.p = np.empty(sum(rows * columns for rows, columns in shapes), dtype)
        self.V, self.W, self.b, start = [None], [None], [None], 0
        for (rows, columns), W_l, b_l in zip(shapes, W[1:], b[1:]):
            piece = self.p[start:start + rows * columns]
            start += rows * columns
            V_l = piece.reshape(rows, columns) if len(self.V) == 1 else piece.reshape(columns, rows).T
            self.V.append(V_l)
            self.W.append(V_l[:, :W_l.shape[1]])
            self.b.append(None if b_l is None else V_l[:, -1:])
        self.set(W, b)

    def set(self, W, b):
        for l in range(1, len(W)):
            self.W[l][:] = W[l]
            if b[l] is not None:
                self.b[l][:] = b[l]


# --- f and f' in place ---------------------------------------------------------------------------------------

def activation_in_place(name, n, dtype):
    """The function (z, out) that writes f(z) (n, N) into out."""
    one, zero, ones = np.ones((), dtype), np.zeros((), dtype), np.ones((n, n if n <= 64 else 1), dtype)

    def identity(z, out):
        if out is not z:
            np.copyto(out, z)

    def sigmoid(z, out):
        negative(z, out)
        exp(out, out)                                        # infinity for z below -709, and 1/infinity is 0
        add(out, one, out)
        reciprocal(out, out)

    def tanh(z, out):
        np.tanh(z, out)

    def relu(z, out):
        np.maximum(z, zero, out=out)

    def softmax(z, out):
        exp(z, out)                                          # Steps watches that no z is out of the range of exp
        divide(out, dot(ones, out) if n <= 64 else add.reduce(out, axis=0), out)      # each row of ones @ out: the sums

    return {"identity": identity, "sigmoid": sigmoid, "tanh": tanh, "relu": relu, "softmax": softmax}[name]


def gate_in_place(name, n, N, dtype):
    """The function (delta, a) that multiplies delta (n, N) by f'(z), given a = f(z); None for the identity."""
    one, spare = np.ones((), dtype), np.empty((n, N), dtype)

    def sigmoid(delta, a):
        subtract(one, a, spare)
        multiply(spare, a, spare)                            # a (1 - a)
        multiply(delta, spare, delta)

    def tanh(delta, a):
        multiply(a, a, spare)
        subtract(one, spare, spare)                          # 1 - a^2
        multiply(delta, spare, delta)

    def relu(delta, a):
        np.sign(a, spare)                                    # 1 where a > 0, else 0
        multiply(delta, spare, delta)

    def softmax(delta, a):                                   # every output depends on every z
        multiply(delta, a, spare)
        subtract(delta, add.reduce(spare, axis=0), delta)
        multiply(delta, a, delta)

    return {"identity": None, "sigmoid": sigmoid, "tanh": tanh, "relu": relu, "softmax": softmax}[name]


# --- one batch, many batches -----------------------------------------------------------------------------------

class Batches:
    """Arrays for `many` batches of N examples: each has its targets and outputs, `few` their inputs, all the rest."""

    def __init__(self, net, parameters, gradient, N, many, scale):
        sizes, L, dtype, V = net.sizes, len(net.sizes) - 1, parameters.p.dtype, parameters.V
        self.N, self.many, self.scale = N, many, np.array(scale / N, dtype)
        inputs = V[1].shape[1]
        self.few = min(many, max(1, FETCHED // (N * inputs * dtype.itemsize)))
        self.x = np.empty((self.few * N, inputs), dtype)                         # rows are examples, a 1 at the end
        self.targets, self.z, self.a = (np.empty((many, sizes[-1], N), dtype) for _ in range(3))
        x = [self.x[k * N:(k + 1) * N] for k in range(self.few)] * (many // self.few + 1)
        self.each = [(x_k, x_k.T, *others) for x_k, *others in zip(x, self.targets, self.z, self.a)]
        f = [None] + [activation_in_place(name, n, dtype) for name, n in zip(net.activation, sizes[1:])]
        gate = [None] + [gate_in_place(name, n, N, dtype) for name, n in zip(net.activation, sizes[1:])]
        self.V_L, self.f_L, self.gate_L = V[L], f[L], gate[L]
        if net.cost_name == "cross_entropy":
            self.gate_L = None                               # a - y is all of delta (BP1)
        delta = [None] + [np.empty((n, N), dtype) for n in sizes[1:]]
        with_1 = [None] + [np.ones((V[l + 1].shape[1], N), dtype) for l in range(1, L)]     # a[l], and a row of ones
        a = [None] + [with_1[l][:sizes[l]] for l in range(1, L)]
        self.ahead = [(V[l], f[l], a[l], with_1[l]) for l in range(1, L)]
        self.back = [(with_1[l - 1], delta[l].T, gradient.V[l].T, parameters.W[l].T, delta[l], delta[l - 1],
                      gate[l - 1], a[l - 1]) for l in range(L, 1, -1)]
        self.delta_L, self.delta_1, self.dV_1 = delta[L], delta[1], gradient.V[1]

    def gather(self, rows, targets, order):
        """Take the examples of these indices from rows (all, n_0 + 1), each with its 1, and targets (all, n_L)."""
        self.rows, self.order = rows, order
        self.y = targets.take(order, axis=0).T                                   # (n_L, many N)
        np.copyto(self.targets, self.y.reshape(-1, self.many, self.N).swapaxes(0, 1))

    def fetch(self, start):
        """Fetch the inputs of the next few batches."""
        order = self.order[start:start + len(self.x)]
        self.rows.take(order, axis=0, out=self.x[:len(order)], mode="clip")

    def step(self, k):
        """Forward and backward pass of batch k: the gradients of its mean cost, times `scale`, are where V[l] says."""
        if k % self.few == 0:
            self.fetch(k * self.N)
        x, before, y, z_L, a_L = self.each[k]
        for V, f, a, a_with_1 in self.ahead:
            dot(V, before, a)                                # (F1), the bias included; z[l] lies where a[l] will
            f(a, a)                                          # (F2)
            before = a_with_1
        dot(self.V_L, before, z_L)
        self.f_L(z_L, a_L)

        delta_L = self.delta_L
        subtract(a_L, y, delta_L)
        multiply(delta_L, self.scale, delta_L)               # all that follows is linear in delta: the factor stays
        if self.gate_L:
            self.gate_L(delta_L, a_L)                        # (BP1)
        for a_with_1, delta_T, dV_T, W_T, delta, delta_before, gate, a in self.back:
            dot(a_with_1, delta_T, dV_T)                     # (BP4), and (BP3) in the last row
            dot(W_T, delta, delta_before)                    # (BP2): the messages add up
            if gate:
                gate(delta_before, a)                        # and pass the gate f'
        dot(self.delta_1, x, self.dV_1)                      # (BP4) and (BP3) of layer 1

    def outcome(self):
        """z[L] and a[L] of all batches, side by side: (n_L, many N)."""
        return [array.swapaxes(0, 1).reshape(array.shape[1], -1) for array in (self.z, self.a)]


class Steps:
    """Takes the steps of training: `epoch(order)` goes once through the examples in that order, batch by batch.

    net: read once, its W and b are not touched. X (n_0, all), Y (n_L, all); optimiser: see learning.py.
    """

    def __init__(self, net, X, Y, batch_size, optimiser):
        self.activation, self.cost_name = net.activation, net.cost_name
        self.X, self.Y, self.optimiser, self.batch_size, self.careful = X, Y, optimiser, batch_size, False
        self.targets = np.ascontiguousarray(Y.T)                                            # rows are fetched fastest
        self.parameters = Parameters(net.W, net.b, X.dtype)
        self.gradient = Parameters(net.W, net.b, X.dtype)
        self.rows = np.empty((X.shape[1], self.parameters.V[1].shape[1]), X.dtype)
        self.rows[:, :X.shape[0]] = X.T
        self.rows[:, X.shape[0]:] = 1                                                       # what the bias carries
        self.largest_x = math.sqrt(np.vdot(X, X))                    # no |x| is larger, and one product finds it
        optimiser.begin(self.parameters.p)
        whole, rest = divmod(X.shape[1], batch_size)
        many = min(whole, AT_MOST)
        self.kinds = [Batches(net, self.parameters, self.gradient, batch_size, many, optimiser.scale)]
        for N, count in ((batch_size, whole % many), (rest, 1 if rest else 0)):
            if count:
                self.kinds.append(Batches(net, self.parameters, self.gradient, N, count, optimiser.scale))
        self.start = self._state()

    def epoch(self, order):
        """One pass; returns the mean cost, each example's before its batch's step. ValueError: what went wrong."""
        self.start = self._state()
        if not self.careful:
            with np.errstate(all="ignore"):
                cost = self._fast(order)
            if cost is not None and self._trustworthy():
                return cost
            self._restore(self.start)
            self.careful = True
        return self._carefully(order)

    def _fast(self, order):
        """One pass, unchecked; None as soon as a cost is not finite or a z of softmax out of the range of exp."""
        total, start = 0.0, 0
        farthest = {"float64": 650, "float32": 75}[self.rows.dtype.name] if self.activation[-1] == "softmax" else None
        p, g, step = self.parameters.p, self.gradient.p, self.optimiser.step
        for batches in self._cut(len(order)):
            here = order[start:start + batches.N * batches.many]
            start += len(here)
            batches.gather(self.rows, self.targets, here)
            for k in range(batches.many):
                batches.step(k)
                step(p, g)
            z, a = batches.outcome()
            if farthest and not np.abs(z).max() < farthest:
                return None
            each = cost_of_each(Trace([z], [a]), batches.y, self.cost_name, self.activation[-1])
            total += float((each / len(order)).sum(dtype=np.float64))
            if not math.isfinite(total):
                return None
        return total

    def _cut(self, N):
        """The Batches to use, one after the other, for a pass over N examples."""
        full, *others = self.kinds
        yield from [full] * (N // (full.N * full.many))
        yield from others

    def _trustworthy(self):
        """True if p is finite and no weighted sum can have overflowed with it."""
        largest = float(np.abs(self.parameters.p).max())
        if not math.isfinite(largest):
            return False
        a = self.largest_x
        for l, name in enumerate(self.activation, 1):
            z = self.parameters.V[l].shape[1] * largest * max(a, 1.0)
            if not z < np.finfo(self.rows.dtype).max / 4:
                return False
            a = z if name in ("identity", "relu") else 1.0
        return True

    def _carefully(self, order):
        """One pass with the functions of the floors below, which check every array at every step."""
        total, (W, b) = 0.0, (self.parameters.W, self.parameters.b)
        for start in range(0, len(order), self.batch_size):
            batch = order[start:start + self.batch_size]
            x, y = self.X[:, batch], self.Y[:, batch]
            trace = forward(W, b, self.activation, x)
            total += mean_cost(trace, y, self.cost_name, self.activation[-1]) * (len(batch) / len(order))
            g = gradients(W, b, self.activation, self.cost_name, trace, y)
            before = self._state()
            with np.errstate(all="ignore"):
                self.gradient.set(g.W, g.b)
                multiply(self.gradient.p, self.optimiser.scale, self.gradient.p)
                self.optimiser.step(self.parameters.p, self.gradient.p)
            try:
                for l in range(1, len(W)):
                    for name, array in ((f"W[{l}]", W[l]), (f"b[{l}]", b[l])):
                        if array is not None:
                            check_finite(array, f"{name} after the update",
                                         ": the learning rate is too large; nothing was changed")
            except ValueError:
                self._restore(before)
                raise
        return total

    def _state(self):
        return self.parameters.p.copy(), self.optimiser.state()

    def _restore(self, state):
        self.parameters.p[:] = state[0]
        self.optimiser.restore(state[1])

    def finite_parameters(self):
        """Copies (W, b) of the parameters; where the pass was broken off at infinity, those it began with."""
        if not np.isfinite(self.parameters.p).all():
            self._restore(self.start)
        return tuple([None if array is None else array.copy(order="C") for array in arrays]
                     for arrays in (self.parameters.W, self.parameters.b))
