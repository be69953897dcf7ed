"""Train, the lab: a network and a data set in the browser, in a kernel and without one."""

import html
import json
import math

import anywidget
import numpy as np
import traitlets

from ..checks import as_columns, check_parameters, is_whole
from ..cost import check_targets
from ..learning import check_learning_rate
from ..network import Network
from ..optimisers import OPTIMISERS
from ..symbolic import weight_index
from .assemble import on_its_own, style
from .datasets import digits, digits_script
from .draw.pad import still
from .fresh import shapes
from .train_program import markup, notebook_script, page_script, room, template

PANELS = ("plane", "network", "curves", "weight", "one", "deltas", "pad", "misread", "pictures")
N_DIGITS, N_TRAIN = 1797, 1437


class Refused(traitlets.TraitError, ValueError):
    """A value the lab can't take; it says what was expected and what came. Nothing has changed."""


def _lists(net):
    return {"W": [W.tolist() for W in net.W[1:]], "b": [None if b is None else b[:, 0].tolist() for b in net.b[1:]]}


def _places(net):
    """Name of every parameter -> (letter, layer, index)."""
    places = {}
    for l in range(1, len(net.sizes)):
        for j in range(1, net.sizes[l] + 1):
            for k in range(1, net.sizes[l - 1] + 1):
                places[f"w{l}_{weight_index(j, k)}"] = ("W", l, (j - 1, k - 1))
            if net.b[l] is not None:
                places[f"b{l}_{j}"] = ("b", l, (j - 1, 0))
    return places


class Train(anywidget.AnyWidget):
    """The lab: train a network on data, step by step, and see what every neuron, weight and example does.

    net: a Network; it is copied. X (n_0, N), Y (n_L, N): the training set, one example a column; or X="digits" and
    no Y for the 1,797 digits that come with the book. test: (X, Y) kept aside; for the digits how many (360).
    weight: the chosen parameter, by default the first of the last layer. batch_size: None for all. order: the order
    of the examples in every epoch, instead of a new one from the seed. optimiser: gradient_descent, momentum, adam.
    panels: which of plane, network, curves, weight, one, deltas, pad, misread, pictures, in this order; by default
    what suits the data. others: more data sets to choose from, {name: (X, Y) or (X, Y, X_test, Y_test)}.
    before: for the digits, a second network whose answers stand beside the first one's on the pad.
    question: True asks for a prediction first. controls: False leaves out everything but the panels.
    pace: training steps for each picture while it plays. sample: which of the digits kept aside the pad shows first.
    name: what the data set is called where others can be chosen. open: the dials stand open.
    shape: True lets the reader choose hidden layers and their activation. fresh: True lets the reader draw new points
    of the same kind, from a seed; name, and the names in others, are then some of datasets.DATA_SETS.

    To set and to observe: weight, value, learning_rate, batch_size, seed. To observe: C, C_test, gradient, step, epoch.
    Raises ValueError or TypeError for what can't be shown.
    """

    _esm = notebook_script()
    _css = style("train")

    weight = traitlets.Unicode().tag(sync=True)
    value = traitlets.Float().tag(sync=True)
    learning_rate = traitlets.Float(0.5).tag(sync=True)
    batch_size = traitlets.Int(None, allow_none=True).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    epoch = traitlets.Int(0).tag(sync=True)
    C = traitlets.Float(read_only=True)
    C_test = traitlets.Float(None, allow_none=True, read_only=True)
    gradient = traitlets.Float(read_only=True)
    _parameters = traitlets.Dict().tag(sync=True)
    _page = traitlets.Dict().tag(sync=True)

    def __init__(self, net, X, Y=None, *, test=None, weight=None, batch_size=None, learning_rate=0.5, seed=0, panels=(),
                 order=None, optimiser="gradient_descent", others=None, before=None, question=False, controls=True,
                 open=False, pace=None, sample=0, name=None, shape=False, fresh=False):
        if not isinstance(net, Network):
            raise TypeError(f"net must be a backprop.Network, got {type(net).__name__}")
        self._net, self._before = _copy(net), before
        self._changing = True
        self._places = _places(net)
        self._read_data(X, Y, test)
        weight = f"w{len(net.sizes) - 1}_11" if weight is None else weight
        self._check_name(weight)
        N = self._X.shape[1]
        if batch_size is not None and (not is_whole(batch_size) or not 1 <= batch_size <= N):
            raise ValueError(f"batch_size must be None or a whole number from 1 to {N}, got {batch_size!r}")
        if not is_whole(seed) or not 0 <= seed <= 10**6:
            raise ValueError(f"seed must be a whole number from 0 to 1000000, got {seed!r}")
        if optimiser not in OPTIMISERS:
            raise ValueError(f"optimiser must be one of {', '.join(OPTIMISERS)}, got {optimiser!r}")
        if order is not None and sorted(order) != list(range(N)):
            raise ValueError(f"order must hold every index from 0 to {N - 1} once, got {order!r}")
        if before is not None and (not isinstance(before, Network) or before.sizes != net.sizes):
            raise ValueError(f"before must be a Network of sizes {net.sizes}")
        kept = N if self._X_test is None else self._X_test.shape[1]
        if not is_whole(sample) or not 0 <= sample < kept:
            raise ValueError(f"sample must be the index of one of the {kept} digits to be shown, got {sample!r}")
        self._check_kinds(shape, fresh, [name, *(others or {})])
        config = {"net": _shape(net), "shape": bool(shape), "fresh": bool(fresh), "question": bool(question),
                  "panels": self._check_panels(panels), "named": self._named,
                  "open": bool(open), "others": self._other_sets(others or {}), "twin": before and _lists(before),
                  "controls": bool(controls), "pace": pace, "sample": sample, "name": name}
        start = {"learning_rate": check_learning_rate(learning_rate), "batch_size": batch_size, "seed": int(seed),
                 "optimiser": optimiser, "order": None if order is None else [int(i) for i in order]}
        data = None if self._named else _columns(self._X, self._Y, self._X_test, self._Y_test)
        page = {"config": config, "data": data, "start": start, "digits": _letters() if self._named else None}
        super().__init__(weight=weight, value=self._entry(weight), learning_rate=start["learning_rate"],
                         seed=int(seed), batch_size=batch_size, _parameters=_with_activation(self._net),
                         layout={"width": "100%"})
        self._changing = False
        self._compute()
        self._page = {**page, "drawing": self._drawing(config)}

    # ---- what comes in

    def _read_data(self, X, Y, test):
        self._named = None
        if isinstance(X, str):
            if X != "digits" or Y is not None:
                raise ValueError(f'the only named data set is "digits", given without Y; got {X!r}')
            if self._net.sizes[0] != 64 or self._net.sizes[-1] != 10:
                raise ValueError(f"the digits need 64 inputs and 10 outputs, the network has sizes {self._net.sizes}")
            n_test = N_DIGITS - N_TRAIN if test is None else test
            if not is_whole(n_test) or not 0 <= n_test < N_DIGITS:
                raise ValueError(f"test must be the number of digits kept aside, 0 to {N_DIGITS - 1}; got {test!r}")
            n = N_DIGITS - n_test
            self._named = {"name": "digits", "n_train": n, "n_test": n_test, "split": 0}
            X, Y = digits()
            X, Y, test = X[:, :n], Y[:, :n], (X[:, n:], Y[:, n:]) if n_test else None
        self._X, self._Y = self._examples(X, Y, "X", "Y")
        self._X_test, self._Y_test = (None, None) if test is None else self._examples(*test, "X of test", "Y of test")

    def _examples(self, X, Y, name_x, name_y):
        X = as_columns(X, self._net.sizes[0], name_x, "inputs")
        Y = as_columns(Y, self._net.sizes[-1], name_y, "outputs")
        if X.shape[1] != Y.shape[1]:
            raise ValueError(f"{name_x} has {X.shape[1]} columns and {name_y} has {Y.shape[1]}: "
                             "one target for each example")
        check_targets(Y, self._net.cost_name, self._net.activation[-1])
        return X, Y

    def _other_sets(self, others):
        return {name: _columns(*self._examples(*sets[:2], "X", "Y"),
                               *(self._examples(*sets[2:], "X", "Y") if len(sets) > 2 else (None, None)))
                for name, sets in others.items()}

    def _check_panels(self, panels):
        sizes = self._net.sizes
        if not panels:
            plane = ["plane", "network", "curves", "weight", "one"]
            panels = ["pad", "curves", "misread", "pictures"] if self._named else plane if sizes[0] == 2 else plane[1:]
        if isinstance(panels, str) or not set(panels) <= set(PANELS) or len(set(panels)) < len(panels):
            raise ValueError(f"panels must be a list without repetition out of {', '.join(PANELS)}; got {panels!r}")
        if "plane" in panels and (sizes[0] != 2 or sizes[-1] != 1):
            raise ValueError(f'the panel "plane" needs two inputs and one output, the network has sizes {sizes}')
        if "network" in panels and max(sizes) > 12:
            panels = [name for name in panels if name != "network"]
        for name in ("pad", "misread"):
            if name in panels and not self._named:
                raise ValueError(f'the panel "{name}" is for the digits')
        if "pictures" in panels and math.isqrt(sizes[0]) ** 2 != sizes[0]:
            raise ValueError(f'the panel "pictures" needs a square number of inputs, the network has {sizes[0]}')
        return list(panels)

    def _check_kinds(self, shape, fresh, names):
        if (shape or fresh) and self._named:
            raise ValueError("shape and fresh are for points, not for the digits")
        sizes = self._net.sizes
        for name in names if fresh else []:
            if name not in shapes() or (len(shapes()[name][2][0][0]), 1) != (sizes[0], sizes[-1]):
                raise ValueError(f"fresh needs names of data with {sizes[0]} inputs and one target, out of "
                                 f"{', '.join(shapes())}; got {name!r}")

    def _check_name(self, name):
        if name not in self._places:
            some = ", ".join(list(self._places)[:3])
            raise Refused(f"weight must be a parameter of this network, such as {some}; got {name!r}")
        return name

    @traitlets.validate("weight")
    def _valid_weight(self, proposal):
        return self._check_name(proposal["value"])

    @traitlets.validate("learning_rate")
    def _valid_learning_rate(self, proposal):
        try:
            return check_learning_rate(proposal["value"])
        except ValueError as error:
            raise Refused(str(error)) from None

    @traitlets.validate("batch_size")
    def _valid_batch_size(self, proposal):
        value = proposal["value"]
        if value is not None and not 1 <= value <= self._X.shape[1]:
            raise Refused(f"batch_size must be None or from 1 to {self._X.shape[1]}, got {value}")
        return value

    @traitlets.validate("seed")
    def _valid_seed(self, proposal):
        if not 0 <= proposal["value"] <= 10**6:
            raise Refused(f"seed must be from 0 to 1000000, got {proposal['value']}")
        return proposal["value"]

    @traitlets.validate("value")
    def _valid_value(self, proposal):
        if not math.isfinite(proposal["value"]):
            raise Refused(f"value must be finite, got {proposal['value']}")
        return proposal["value"]

    # ---- one state

    def _entry(self, name):
        letter, l, index = self._places[name]
        return float(getattr(self._net, letter)[l][index])

    def set_state(self, sync_data):
        """A message from the browser sets several traits at once: look when all of them are there."""
        self._changing = True
        try:
            self._take(sync_data.get("_parameters", self._parameters))           # they say which names there are
            super().set_state(sync_data)
        finally:
            self._changing = False
        self._follow_parameters()

    @traitlets.observe("_parameters", "weight", "value")
    def _follow(self, change):
        if self._changing:
            return
        if change["name"] == "value":
            letter, l, index = self._places[self.weight]
            getattr(self._net, letter)[l][index] = self.value
            self._changing = True
            self._parameters = _with_activation(self._net)
            self._changing = False
            self._compute()
        else:
            self._follow_parameters()

    def _follow_parameters(self):
        self._take(self._parameters)
        self._changing = True
        self.value = self._entry(self.weight)
        self._changing = False
        self._compute()

    def _take(self, parameters):
        """The network of these parameters; its layers may be others than before."""
        if parameters == _with_activation(self._net):
            return
        W, b = check_parameters(parameters["W"], parameters["b"])
        activation = parameters.get("activation", self._net.activation)
        self._net = Network.from_parameters(W, b, activation=activation, cost=self._net.cost_name)
        self._places = _places(self._net)

    def _compute(self):
        try:
            C, g = self._net.cost(self._X, self._Y), self._net.gradients(self._X, self._Y)
            letter, l, index = self._places[self.weight]
            gradient = float(getattr(g, letter)[l][index])
            C_test = None if self._X_test is None else self._net.cost(self._X_test, self._Y_test)
        except ValueError:                                              # the cost overflows
            C = gradient = math.nan
            C_test = None if self._X_test is None else math.nan
        with self.hold_trait_notifications():
            self.set_trait("C", C)
            self.set_trait("C_test", C_test)
            self.set_trait("gradient", gradient)

    @property
    def net(self):
        """A Network with the parameters the lab shows now, a copy."""
        return _copy(self._net)

    def act(self, name, **options):
        """Press a button from Python: act("step"), act("epoch"), act("reset"); the traits tell what came of it."""
        self.send({"act": name, "options": options})

    # ---- the page

    def _drawing(self, config):
        """What stands there before JavaScript runs, or without it."""
        sizes, n = "-".join(map(str, self._net.sizes)), self._X.shape[1]
        test = "" if self.C_test is None else f", on {self._X_test.shape[1]} test examples {self.C_test:.3f}"
        what = "digits" if self._named else "examples"
        if config["panels"] == ["pad"] and not config["controls"]:
            picture = f'<div class="panes">{self._pad(config["sample"])}</div>'
        else:
            picture = self._points() if self._net.sizes[0] == 2 else ""
        css = "" if config["controls"] else " bare"
        wide, narrow = room(config)
        return (f'<div class="train-drawing{css}" data-lm-suppress-shortcuts="true">'
                f'<div class="still" style="--wide:{wide}px;--narrow:{narrow}px">{picture}'
                f'<p class="on-paper">A {sizes} network and {n:,} {what} to train on: '
                f"mean cost {self.C:.3f}{test}. It comes alive with JavaScript.</p></div>"
                f"<template>{markup(config['panels'], config['question'])}</template></div>")

    def _pad(self, sample):
        """The pad with the digit that it shows first."""
        X, Y = (self._X, self._Y) if self._X_test is None else (self._X_test, self._Y_test)
        x, digit = X[:, sample], int(Y[:, sample].argmax())
        trained, before = (net and net.forward(x).output[:, 0].tolist() for net in (self._net, self._before))
        return still(template("pad"), x.tolist(), digit, trained, before)

    def _points(self):
        """The training points as a drawing: squares where the target is high, circles elsewhere."""
        far, marks, middle = 1.1 * max(1, np.abs(self._X).max()), [], (self._Y[0].min() + self._Y[0].max()) / 2
        for (x, y), target in zip(50 + 50 * self._X.T / far, self._Y[0]):
            square = f'<rect class="one" x="{x - 1.7:.1f}" y="{98.3 - y:.1f}" width="3.4" height="3.4"/>'
            marks.append(square if target > middle
                         else f'<circle class="zero" cx="{x:.1f}" cy="{100 - y:.1f}" r="1.9"/>')
        what = f"{self._X.shape[1]} points of two classes"
        return (f'<svg viewBox="0 0 100 100" width="320" role="img" aria-label="{what}">' + "".join(marks) + "</svg>")

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        start = {**self._page["start"], **_lists(self._net), "weight": self.weight, "seed": self.seed,
                 "learning_rate": self.learning_rate, "batch_size": self.batch_size}
        config = {**self._page["config"], "net": _shape(self._net)}
        page = {"config": config, "data": self._page["data"], "start": start}
        script = json.dumps(page, ensure_ascii=False).replace("</", "<\\/")
        before, behind = on_its_own(style("train"), (digits_script() if self._named else "") + page_script())
        text = (f'{before}<div class="train-place"><script type="application/json">{script}</script>\n'
                f'{self._page["drawing"]}\n</div>{behind}')
        return {**data, "text/html": text, "text/plain": repr(self)}, metadata

    def __repr__(self):
        sizes = "-".join(map(str, self._net.sizes))
        what = "digits" if self._named else "examples"
        return html.unescape(f"<Train {sizes} on {self._X.shape[1]} {what}: C = {self.C:.4g}>")


def _shape(net):
    return {"sizes": net.sizes, "bias": net.bias, "activation": net.activation, "cost": net.cost_name}


def _with_activation(net):
    return {**_lists(net), "activation": list(net.activation)}


def _copy(net):
    def double(arrays):
        return [array if array is None else array.astype(float) for array in arrays]
    return Network.from_parameters(double(net.W), double(net.b), activation=net.activation, cost=net.cost_name)


def _columns(X, Y, X_test, Y_test):
    return {name: None if array is None else array.T.tolist()
            for name, array in (("X", X), ("Y", Y), ("X_test", X_test), ("Y_test", Y_test))}


def _letters():
    from .datasets import digits_script
    return json.loads(digits_script().partition("=")[2].strip().rstrip(";"))
