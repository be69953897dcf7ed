"""The roof: class Network gathers the floors below it and checks what comes in."""

import numpy as np

from . import learning
from .checks import as_columns, check_parameters, check_sizes, for_each_layer
from .cost import check_cost, check_targets, mean_cost
from .forward_pass import check_activations, forward
from .network_structure import initial_parameters, n_parameters
from .two_layer_derivation import gradients


class Network:
    """A dense network n_0-n_1-…-n_L in the book's notation.

    sizes: [n_0, …, n_L].
    activation: identity, sigmoid, tanh, relu or softmax (output only), or a list, one a layer from layer 1.
    cost: "quadratic" (half the squared distance) or "cross_entropy" (after sigmoid or softmax).
    bias: True, False, or a list of bools, one a layer from layer 1.
    seed: of the random first weights; the first biases are zero.

    Attributes: sizes; W[l] (n_l, n_{l-1}), b[l] (n_l, 1) or None, index 0 None; activation, bias
    (lists from layer 1); cost_name; n_parameters; dtype.
    """

    def __init__(self, sizes, activation="sigmoid", cost="quadratic", bias=True, seed=None):
        sizes = check_sizes(sizes)
        W, b = initial_parameters(sizes, bias, seed)
        self._set(W, b, activation, cost)

    @classmethod
    def from_parameters(cls, W, b=None, activation="sigmoid", cost="quadratic"):
        """A network with these parameters, copied.

        W: matrices (n_l, n_{l-1}) from layer 1; b: (n_l, 1) or (n_l,) from layer 1, None where a
        layer has no bias; b=None: zero biases everywhere. float32 only if every array is.
        """
        net = cls.__new__(cls)
        net._set(*check_parameters(W, b), activation, cost)
        return net

    def _set(self, W, b, activation, cost):
        self.sizes = [W[1].shape[1]] + [W_l.shape[0] for W_l in W[1:]]
        self.activation = for_each_layer(activation, len(W) - 1, "activation", str)
        check_activations(self.activation)
        check_cost(cost, self.activation[-1])
        self.cost_name = cost
        self.W, self.b = W, b

    @property
    def bias(self):
        return [b_l is not None for b_l in self.b[1:]]

    @property
    def dtype(self):
        return np.result_type(*[p for p in self.W + self.b if p is not None])

    @property
    def n_parameters(self):
        return n_parameters(self.sizes, self.bias)

    def __repr__(self):
        sizes = "-".join(str(n) for n in self.sizes)
        names = self.activation[0] if len(set(self.activation)) == 1 else ", ".join(self.activation)
        return f"<Network {sizes}: {names}; {self.cost_name} cost; {self.n_parameters} parameters>"

    def _check_parameters(self):
        # W[l] and b[l] may have been replaced since the network was made
        for l in range(1, len(self.sizes)):
            for name, p, shape in ((f"W[{l}]", self.W[l], (self.sizes[l], self.sizes[l - 1])), (f"b[{l}]", self.b[l], (self.sizes[l], 1))):
                if p is None and name[0] == "b":
                    continue
                if not isinstance(p, np.ndarray) or p.dtype not in (np.float32, np.float64):
                    raise TypeError(f"{name} must be an array of float64 or float32, got {getattr(p, 'dtype', type(p).__name__)}")
                if p.shape != shape:
                    raise ValueError(f"{name} has shape {p.shape}, expected {shape}")

    def _input(self, x):
        self._check_parameters()
        return as_columns(x, self.sizes[0], "x", "inputs", self.dtype)

    def _examples(self, x, y):
        x = self._input(x)
        y = as_columns(y, self.sizes[-1], "y", "outputs", self.dtype)
        if x.shape[1] != y.shape[1]:
            raise ValueError(f"x has {x.shape[1]} columns and y has {y.shape[1]}: one target for each example")
        check_targets(y, self.cost_name, self.activation[-1])
        return x, y

    def forward(self, x):
        """Forward pass. x (n_0,) or (n_0, N). Returns a Trace: z[l], a[l] of shape (n_l, N), output."""
        return forward(self.W, self.b, self.activation, self._input(x))

    def cost(self, x, y):
        """Mean cost over the columns, a float. y (n_L,) or (n_L, N)."""
        x, y = self._examples(x, y)
        trace = forward(self.W, self.b, self.activation, x)
        return mean_cost(trace, y, self.cost_name, self.activation[-1])

    def gradients(self, x, y):
        """Gradients of the mean cost: W[l], b[l] shaped like the parameters, delta[l] (n_l, N)."""
        x, y = self._examples(x, y)
        trace = forward(self.W, self.b, self.activation, x)
        return gradients(self.W, self.b, self.activation, self.cost_name, trace, y)

    def update(self, g, learning_rate):
        """One step of gradient descent, all layers at once: W[l] - eta g.W[l], b[l] - eta g.b[l]."""
        learning_rate = learning.check_learning_rate(learning_rate)
        self._check_parameters()
        if not (hasattr(g, "W") and hasattr(g, "b")):
            raise TypeError(f"g must be what gradients(x, y) returns, with g.W and g.b, got {type(g).__name__}")
        new_W = learning.updated(self.W, g.W, learning_rate, "W")
        new_b = learning.updated(self.b, g.b, learning_rate, "b")
        self.W, self.b = new_W, new_b

    def train(self, X, Y, *, learning_rate, epochs, batch_size=None, seed=None):
        """Gradient descent on the columns of X, Y; batch_size None: all at once. Returns history, .cost an epoch."""
        X, Y = self._examples(X, Y)
        return learning.train(self, X, Y, learning_rate, batch_size, epochs, seed)
