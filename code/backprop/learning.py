"""Fifth floor: what an optimiser does with the gradients, and training: epochs of batches, watched.

Backpropagation computes gradients and changes nothing; what is here changes parameters. The steps themselves are
taken in batches.py, in arrays made once.
"""

import numbers

import numpy as np
from numpy import add, divide, multiply, sqrt, subtract

from .batches import Steps
from .checks import as_numbers, check_finite, is_whole
from .cost import mean_cost
from .forward_pass import forward
from .history import History

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
            moved = (parameter - learning_rate * gradient).astype(parameter.dtype)      # (GD)
        check_finite(moved, f"{name}[{l}] after the update", ": the learning rate is too large; nothing was changed")
        new.append(moved)
    return new


# --- optimisers ------------------------------------------------------------------------------------------------
# `step(p, g)` changes the vector p of all parameters in place; g is the gradient of the mean cost
# times `scale`, and is overwritten. optimisers.py has the same lines as equations.

class GradientDescent:
    name = "gradient_descent"

    def __init__(self, eta):
        self.eta = eta
        self.scale = eta                                     # g arrives as eta dC/dp

    def begin(self, p):
        """Make what is remembered from step to step, 0 at first; what a run before has left is kept."""

    def step(self, p, g):
        subtract(p, g, p)                                    # p <- p - eta dC/dp

    def state(self):
        """A copy of what is remembered, for `restore`."""

    def restore(self, state):
        pass


class Momentum(GradientDescent):
    name = "momentum"
    v = None

    def begin(self, p):
        self.v = np.zeros_like(p) if self.v is None else self.v

    def step(self, p, g):
        multiply(self.v, MOMENTUM_BETA, self.v)
        subtract(self.v, g, self.v)                          # v <- beta v - eta dC/dp
        add(p, self.v, p)                                    # p <- p + v

    def state(self):
        return self.v.copy()

    def restore(self, state):
        self.v[:] = state


class Adam(GradientDescent):
    name = "adam"
    m = s = None
    t = 0

    def __init__(self, eta):
        self.eta = eta
        self.scale = 1.0

    def begin(self, p):
        if self.m is None:
            self.m, self.s = np.zeros_like(p), np.zeros_like(p)
        self.spare = np.empty_like(p)

    def step(self, p, g):
        m, s, spare = self.m, self.s, self.spare
        self.t += 1
        multiply(m, ADAM_BETA_M, m)
        multiply(g, 1 - ADAM_BETA_M, spare)
        add(m, spare, m)                                     # m <- beta_m m + (1 - beta_m) g
        multiply(s, ADAM_BETA_S, s)
        multiply(g, g, g)
        multiply(g, 1 - ADAM_BETA_S, g)
        add(s, g, s)                                         # s <- beta_s s + (1 - beta_s) g^2
        divide(s, 1 - ADAM_BETA_S ** self.t, g)
        sqrt(g, g)
        add(g, ADAM_EPSILON, g)
        multiply(m, self.eta / (1 - ADAM_BETA_M ** self.t), spare)
        divide(spare, g, spare)
        subtract(p, spare, p)                                # p <- p - eta m_hat / (sqrt(s_hat) + epsilon)

    def state(self):
        return self.m.copy(), self.s.copy(), self.t

    def restore(self, state):
        self.m[:], self.s[:], self.t = state


RULES = {kind.name: kind for kind in (GradientDescent, Momentum, Adam)}


# --- classes -----------------------------------------------------------------------------------------------------

def class_of(output, activation):
    """The class that each column (n_L, N) of outputs or targets says: shape (N,), whole numbers.

    The row of the largest; with a single row 1 above the middle and 0 below: above 1/2, after tanh above 0.
    """
    if len(output) > 1:
        return output.argmax(axis=0)
    return (output[0] > (0 if activation == "tanh" else 0.5)).astype(int)


def are_classes(y, activation):
    """True if every column of targets names a class: one 1 and otherwise 0, after tanh one 1 and otherwise -1."""
    low = -1 if activation == "tanh" else 0
    return bool(((y == low) | (y == 1)).all() and (len(y) == 1 or ((y == 1).sum(axis=0) == 1).all()))


def share_of_right_classes(output, y, activation):
    return float((class_of(output, activation) == class_of(y, activation)).mean())


# --- training --------------------------------------------------------------------------------------------------

def check_options(N, epochs, batch_size, seed, optimiser, early_stopping, keep_best, validation, history, callback):
    """Return batch_size, a number from 1 to N. Raises ValueError or TypeError for what makes no sense."""
    batch_size = N if batch_size is None else batch_size
    if not is_whole(batch_size) or not 1 <= batch_size <= N:
        raise ValueError(f"batch_size must be a whole number from 1 to {N}, the number of examples, got {batch_size!r}")
    if not is_whole(epochs) or epochs < 1:
        raise ValueError(f"epochs must be a whole number from 1, got {epochs!r}")
    if seed is not None and (not is_whole(seed) or seed < 0):
        raise ValueError(f"seed must be None or a whole number from 0, got {seed!r}")
    if not isinstance(optimiser, str) or optimiser not in RULES:
        raise ValueError(f"unknown optimiser {optimiser!r}, expected one of {', '.join(RULES)}")
    if early_stopping is not None and (not is_whole(early_stopping) or early_stopping < 1):
        raise ValueError("early_stopping must be None or a whole number of epochs without a better validation cost, "
                         f"from 1, got {early_stopping!r}")
    if (early_stopping or keep_best) and validation is None:
        raise ValueError("early_stopping and keep_best look at the cost of validation data: "
                         "give validation=(X_validation, Y_validation)")
    if history is not None and not isinstance(history, History):
        raise TypeError(f"history must be what an earlier train returned, got {type(history).__name__}")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be a function of the network and the history, got {callback!r}")
    return batch_size


def where_it_stopped(history, seed, optimiser, eta, n_parameters):
    """The generator of the order and the optimiser: those of an earlier run if there was one, else new ones."""
    rng, old = history._resume or (None, None)
    if rng is None or seed is not None:
        rng = np.random.default_rng(seed)
    new = RULES[optimiser](eta)
    if type(old) is type(new):
        memory = [value for value in vars(old).values() if isinstance(value, np.ndarray)]
        if any(value.size != n_parameters for value in memory):
            raise ValueError(f"history is of a network with {memory[0].size} parameters, this one has {n_parameters}")
        vars(new).update({name: value for name, value in vars(old).items() if name not in ("eta", "scale")})
    history._resume = (rng, new)
    return rng, new


class Watch:
    """Looks at the network after each epoch, at one and the same weights, and remembers the best."""

    def __init__(self, net, X, Y, validation, early_stopping, measure):
        self.net, self.patience = net, early_stopping
        self.best, self.best_cost, self.waited = None, np.inf, 0
        self.sets = {"train_cost accuracy": (X, Y) if measure else None,
                     "validation_cost validation_accuracy": validation}
        self.classes = {names: pair is not None and are_classes(pair[1], net.activation[-1])
                        for names, pair in self.sets.items()}

    def look(self, cost, history):
        """Add this epoch's numbers to the history; returns True when there has been no better epoch for long enough."""
        net, found = self.net, {"cost": cost}
        for names, pair in self.sets.items():
            values = [None, None]
            if pair is not None:
                trace = forward(net.W, net.b, net.activation, pair[0])
                values[0] = mean_cost(trace, pair[1], net.cost_name, net.activation[-1])
                if self.classes[names]:
                    values[1] = share_of_right_classes(trace.output, pair[1], net.activation[-1])
            found.update(zip(names.split(), values))
        history.add(**found)
        now = found["validation_cost"]
        if now is None:
            return False
        self.waited += 1
        if now < self.best_cost:
            self.best, self.best_cost, self.waited = (net.W, net.b), now, 0
        return self.patience is not None and self.waited >= self.patience


def progress_bar(epochs):
    from tqdm.auto import tqdm  # a widget in a notebook, else a line of text
    return tqdm(total=epochs, unit="epoch")


def train(net, X, Y, learning_rate, epochs, batch_size=None, seed=None, optimiser="gradient_descent", validation=None,
          early_stopping=None, keep_best=False, measure=None, progress=False, callback=None, history=None):
    """Train net in place; X (n_0, N), Y (n_L, N) and the validation data are checked already. See Network.train."""
    batch_size = check_options(X.shape[1], epochs, batch_size, seed, optimiser, early_stopping, keep_best, validation,
                               history, callback)
    eta = check_learning_rate(learning_rate)
    history = History() if history is None else history
    rng, rule = where_it_stopped(history, seed, optimiser, eta, net.n_parameters)
    steps = Steps(net, X, Y, batch_size, rule)
    measure = validation is not None if measure is None else measure
    watch, bar = Watch(net, X, Y, validation, early_stopping, measure), progress_bar(epochs) if progress else None
    watched = measure or validation is not None or callback is not None
    try:
        for _ in range(epochs):
            try:
                cost = steps.epoch(rng.permutation(X.shape[1]))  # forward, backward, update: batch by batch
                if watched:
                    net.W, net.b = steps.finite_parameters()
                enough = watch.look(cost, history)
            except ValueError as error:
                raise ValueError(f"training stopped in epoch {history.epochs}: {error}; "
                                 f"try a smaller learning_rate than {learning_rate}") from None
            if bar is not None:
                bar.set_postfix_str(history.last())
                bar.update()
            if callback is not None and callback(net, history) is True or enough:
                break
    finally:                                                 # also after Ctrl-C: the network is what it has become
        net.W, net.b = steps.finite_parameters()
        if bar is not None:
            bar.close()
    if (keep_best or early_stopping) and watch.best is not None:
        net.W, net.b = watch.best
    return history
