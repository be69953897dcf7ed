"""The roof: class Network gathers the floors below it and checks what comes in."""

import zipfile

import numpy as np

from . import learning
from .checks import as_columns, check_parameters, check_sizes, for_each_layer
from .cost import check_cost, check_targets, mean_cost
from .display import network_html
from .forward_pass import check_activations, forward
from .network_structure import initial_parameters, n_parameters
from .two_layer_derivation import gradients

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


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
        """Which layers have one: a list of bools from layer 1."""
        return [b_l is not None for b_l in self.b[1:]]

    @property
    def dtype(self):
        """float32 if all parameters are, else float64."""
        arrays = [p for p in self.W + self.b if p is not None]
        first = arrays[0].dtype
        return first if all(p.dtype is first for p in arrays) else np.result_type(*arrays)

    @property
    def n_parameters(self):
        """How many weights and biases there are."""
        return n_parameters(self.sizes, self.bias)

    def __repr__(self):
        sizes = "-".join(str(n) for n in self.sizes)
        names = self.activation[0] if len(set(self.activation)) == 1 else ", ".join(self.activation)
        return f"<Network {sizes}: {names}; {self.cost_name} cost; {self.n_parameters} parameters>"

    def _repr_html_(self):
        return network_html(self)

    def _check_parameters(self):
        # W[l] and b[l] may have been replaced since the network was made
        for l in range(1, len(self.sizes)):
            for letter, p, shape in (("W", self.W[l], (self.sizes[l], self.sizes[l - 1])),
                                     ("b", self.b[l], (self.sizes[l], 1))):
                if p is None and letter == "b" or type(p) is np.ndarray and p.shape == shape and p.dtype in FLOATS:
                    continue
                name = f"{letter}[{l}]"
                if not isinstance(p, np.ndarray) or p.dtype not in FLOATS:
                    came = getattr(p, "dtype", type(p).__name__)
                    raise TypeError(f"{name} must be an array of float64 or float32, got {came}")
                if p.shape != shape:
                    raise ValueError(f"{name} has shape {p.shape}, expected {shape}")

    def _input(self, x, copy=True, name="x"):
        self._check_parameters()
        return as_columns(x, self.sizes[0], name, "inputs", self.dtype, copy)

    def _examples(self, x, y, copy=True, names=("x", "y")):
        x = self._input(x, copy, names[0])
        y = as_columns(y, self.sizes[-1], names[1], "outputs", x.dtype, copy)
        if x.shape[1] != y.shape[1]:
            raise ValueError(f"{names[0]} has {x.shape[1]} columns and {names[1]} has {y.shape[1]}: "
                             "one target for each example")
        check_targets(y, self.cost_name, self.activation[-1])
        return x, y

    def forward(self, x):
        """Forward pass. x (n_0,) or (n_0, N). Returns a Trace: z[l], a[l] of shape (n_l, N), output."""
        return forward(self.W, self.b, self.activation, self._input(x))

    def cost(self, x, y):
        """Mean cost over the columns, a float. y (n_L,) or (n_L, N)."""
        x, y = self._examples(x, y, copy=False)
        trace = forward(self.W, self.b, self.activation, x)
        return mean_cost(trace, y, self.cost_name, self.activation[-1])

    def gradients(self, x, y):
        """Gradients of the mean cost: W[l], b[l] shaped like the parameters, delta[l] (n_l, N)."""
        x, y = self._examples(x, y, copy=False)
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

    def train(self, X, Y, *, learning_rate, epochs, batch_size=None, seed=None, optimiser="gradient_descent",
              validation=None, early_stopping=None, keep_best=False, measure=None, progress=False, callback=None,
              history=None):
        """Train on the columns of X (n_0, N) and Y (n_L, N), in place; returns a History.

        In each epoch the columns are shuffled anew (seed) and cut into batches of batch_size; None: all at once.
        optimiser: "gradient_descent", "momentum" or "adam".
        validation: (X, Y) that the network never trains on; its cost and accuracy are taken after each epoch, and
        the training data's at the same weights. measure=True takes the latter without validation data too
        (one more forward pass an epoch), False never.
        keep_best: end with the weights of the epoch with the smallest validation cost; early_stopping, a number
        of epochs: stop when so many in a row brought no smaller one, and keep the best.
        progress: a bar. callback(net, history): called after each epoch, to look; training stops if it returns True.
        history: of an earlier call, to go on where it stopped: its lists grow, the order of the examples and what
        the optimiser remembers continue.

        ValueError if the cost or a parameter stops being finite: the network keeps the last finite parameters.
        After Ctrl-C it has those it had come to.
        """
        X, Y = self._examples(X, Y, copy=False)
        if validation is not None:
            if not isinstance(validation, (tuple, list)) or len(validation) != 2:
                raise TypeError(f"validation must be a pair (X, Y), got {type(validation).__name__}")
            validation = self._examples(*validation, copy=False, names=("X_validation", "Y_validation"))
        return learning.train(self, X, Y, learning_rate, epochs, batch_size, seed, optimiser, validation,
                              early_stopping, keep_best, measure, progress, callback, history)

    def predict(self, x):
        """The class of each column: shape (N,), the row of the largest output, counted from 0.

        With one output 1 where it is above the middle and else 0: above 1/2, after tanh above 0.
        """
        return learning.class_of(self.forward(x).output, self.activation[-1])

    def accuracy(self, x, y):
        """The share of columns whose class is the target's, a float. y: in each column one 1 and else 0 (tanh: -1)."""
        x, y = self._examples(x, y, copy=False)
        if not learning.are_classes(y, self.activation[-1]):
            raise ValueError("accuracy counts right classes, but y has a column that names none: "
                             f"expected one 1 and otherwise {-1 if self.activation[-1] == 'tanh' else 0}")
        output = forward(self.W, self.b, self.activation, x).output
        return learning.share_of_right_classes(output, y, self.activation[-1])

    def save(self, path):
        """Write the network to a file of NumPy's format npz."""
        arrays = {f"W{l}": self.W[l] for l in range(1, len(self.W))}
        arrays |= {f"b{l}": self.b[l] for l in range(1, len(self.b)) if self.b[l] is not None}
        with open(path, "wb") as file:
            np.savez(file, activation=self.activation, cost=self.cost_name, **arrays)

    @classmethod
    def load(cls, path):
        """The network that `save` wrote. Nothing in the file is executed. ValueError if it holds no network."""
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            L = len(arrays["activation"])
            W, b = [arrays[f"W{l}"] for l in range(1, L + 1)], [arrays.get(f"b{l}") for l in range(1, L + 1)]
            activation, cost = [str(name) for name in arrays["activation"]], str(arrays["cost"])
        except (AttributeError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} holds no network that save has written") from error
        return cls.from_parameters(W, b, activation, cost)
