"""Nudge, the widget: a network in the browser whose weights can be moved, in a kernel and without one."""

import json
import math
from functools import lru_cache

import traitlets

from ..checks import as_columns, check_parameters
from ..cost import check_cost, check_targets
from ..learning import check_learning_rate
from ..network import Network
from ..symbolic import derive, weight_index
from . import cover
from .assemble import classic, module, on_its_own, source, style
from .base import Example, Real, Refused, Widget, real_number
from .draw.format import spoken
from .page import MOST_FACTORS, PANELS, Page, place


@lru_cache(maxsize=64)
def printed(sizes, activation, cost, bias):
    """(equations as a Python function, as JavaScript), with the factors of the chain; arguments are tuples."""
    equations = derive(list(sizes), activation=list(activation), cost=cost, bias=list(bias)).with_factors()
    return equations.numpy(), equations.javascript()


class Nudge(Widget):
    """The widget: drag a weight of a network and watch what its cost does.

    net: a Network; it is copied, so nothing the widget does changes it. x, y: one example, flat lists
    of n_0 and n_L numbers. weight: the chosen parameter ("w2_12": layer 2, to 1, from 2; "b2_1");
    by default the first weight of the last layer.

    panels: which of backward, structure, forward, cost, curve, chain, factors, steps are shown, in this order;
    backward, the pass forward and back one step at a time, always stands beside the network.
    question: what to predict first: "C" or another quantity such as "a3_1" (where does it go when the
    weight moves by `nudge`?), a parameter's name ("which line is it?"), "update" (what does one update
    do to C?) or None. compare: a second cost to show beside the network's. span: (lowest, highest) of
    the slider and the curve while the first weight is chosen; otherwise about -4 … 4. hint: on a page of the book the
    slider moves by itself, once, when it comes into sight, to show that it can be moved.

    Traits to observe and to set: weight, value (of the chosen weight), learning_rate, x, y. To observe:
    C, gradient (of C with respect to the chosen weight); both are nan where the cost overflows.
    Raises ValueError or TypeError for what can't be shown; then nothing has changed.
    """

    _esm = module()
    _css = style()

    weight = traitlets.Unicode().tag(sync=True)
    value = Real().tag(sync=True)
    learning_rate = Real(0.5).tag(sync=True)
    x = Example().tag(sync=True)
    y = Example().tag(sync=True)
    C = traitlets.Float(read_only=True)
    gradient = traitlets.Float(read_only=True)
    _parameters = traitlets.Dict().tag(sync=True)     # {"W": …, "b": …}, lists from layer 1
    _config = traitlets.Dict().tag(sync=True)
    _drawing = traitlets.Unicode().tag(sync=True)

    def __init__(self, net, x, y, weight=None, *, panels=("curve", "chain", "steps"), question="C", nudge=0.5,
                 compare=None, learning_rate=0.5, span=None, hint=False):
        if not isinstance(net, Network):
            raise TypeError(f"net must be a backprop.Network, got {type(net).__name__}")
        L = len(net.sizes) - 1
        self._net = Network.from_parameters(*([array if array is None else array.astype(float) for array in arrays]
                                              for arrays in (net.W, net.b)), activation=net.activation,
                                            cost=net.cost_name)
        self._places = {}                                     # name -> (array, index)
        self._listed = []                                     # (name, l, j, k)
        for l in range(1, L + 1):
            for j in range(1, net.sizes[l] + 1):
                for k in range(1, net.sizes[l - 1] + 1):
                    self._list(f"w{l}_{weight_index(j, k)}", l, j, k)
            for j in range(1, net.sizes[l] + 1):
                if net.b[l] is not None:
                    self._list(f"b{l}_{j}", l, j, 0)
        if compare is not None:
            check_cost(compare, net.activation[-1])
        self._compare = compare
        panels = self._check_panels(panels)
        weight = self._check_name(f"w{L}_11" if weight is None else weight)
        x, y = self._check_vector(x, "x"), self._check_vector(y, "y")
        learning_rate = check_learning_rate(learning_rate)
        nudge = real_number(nudge, "nudge")
        span = self._check_span(span)

        shape = (tuple(net.sizes), tuple(net.activation), tuple(net.bias))
        self._numpy, script = printed(*shape[:2], net.cost_name, shape[2])
        self._other, other_script = printed(*shape[:2], compare, shape[2]) if compare else (None, None)
        if question not in (None, "update") and question not in self._values(x, y):
            raise ValueError(f'question must be None, "update" or the name of a quantity such as "C", "a{L}_1" or '
                             f'"w{L}_11", got {question!r}')
        if "cost" in panels and (net.sizes[-1] > 1 or net.activation[-1] == "softmax"):
            raise ValueError('the panel "cost" draws C over the one output ŷ; '
                             f'this network has {net.sizes[-1]} outputs, {net.activation[-1]}')
        config = {"sizes": net.sizes, "activation": net.activation, "cost": net.cost_name, "panels": panels,
                  "question": question, "nudge": nudge, "compare": compare, "span": span, "hint": bool(hint),
                  "equations": script, "other_equations": other_script,
                  "output": f"a{L}_1", "parameters": [
                      {"name": name, "l": l, "j": j, "k": k, "spoken": spoken(name), "place": place(l, j, k)}
                      for name, l, j, k in self._listed]}
        drawing = self._html(config, weight, x, y, learning_rate)
        self._changing = True                                  # no observer while the first values come in
        self._settled = self._entry(weight)                    # `value` as _settle left it
        super().__init__(weight=weight, value=self._entry(weight), learning_rate=learning_rate, x=x, y=y,
                         _parameters=self._lists(), _config=config, _drawing=drawing,
                         layout={"width": "100%"})             # in an HBox too, where it shares the row
        self._changing = False
        self._settle()

    def _html(self, config, weight, x, y, learning_rate):
        letter, l, index = self._places[weight]
        array = getattr(self._net, letter)[l]

        def values_at(value):
            now, array[index] = array[index], value
            values = self._values(x, y)
            array[index] = now
            return values
        return Page(config, self._listed, {**self._values(x, y), "η": learning_rate}, weight, values_at).html()

    def _list(self, name, l, j, k):
        self._listed.append((name, l, j, k))
        self._places[name] = ("W" if k else "b", l, (j - 1, k - 1 if k else 0))

    # ---- checks

    def _check_panels(self, panels):
        if isinstance(panels, str) or not all(name in PANELS for name in panels) or len(set(panels)) < len(panels):
            raise ValueError(f"panels must be a list without repetition out of {', '.join(PANELS)}; got {panels!r}")
        if "backward" in panels and len(self._listed) > MOST_FACTORS:
            raise ValueError(f'the panel "backward" shows every edge: it takes up to {MOST_FACTORS} parameters, this '
                             f'network has {len(self._listed)}')
        if "factors" in panels and len(self._listed) > MOST_FACTORS:
            raise ValueError(f'the panel "factors" writes out every path: it takes up to {MOST_FACTORS} parameters, '
                             f'this network has {len(self._listed)}')
        if "cover" in panels and (list(panels) != ["cover"] or cover.why_not(self._net)):
            raise ValueError(cover.why_not(self._net) or '"cover" stands alone, without other panels')
        return list(panels)

    def _check_name(self, name):
        if not isinstance(name, str) or name not in self._places:
            some = ", ".join(list(self._places)[:3])
            raise Refused(f"weight must be a parameter of this network, such as {some} or {list(self._places)[-1]}; "
                          f"got {name!r}")
        return name

    def _check_vector(self, vector, name):
        """x or y as a flat list of floats; the network's own errors, and a refusal of more than one example."""
        n, neurons = (self._net.sizes[0], "inputs") if name == "x" else (self._net.sizes[-1], "outputs")
        column = as_columns(vector, n, name, neurons)
        if column.shape[1] != 1:
            raise ValueError(f"{name} has {column.shape[1]} columns: the widget shows one example at a time")
        if name == "y":
            for cost in filter(None, (self._net.cost_name, self._compare)):
                check_targets(column, cost, self._net.activation[-1])
        return column[:, 0].tolist()

    def _check_span(self, span):
        if span is None:
            return None
        if not isinstance(span, (list, tuple)) or len(span) != 2:
            raise ValueError(f"span must be (lowest, highest), got {span!r}")
        low, high = (real_number(v, "span") for v in span)
        if low >= high:
            raise ValueError(f"span must be (lowest, highest), got {span!r}")
        return [low, high]

    @traitlets.validate("weight")
    def _valid_weight(self, proposal):
        return self._check_name(proposal["value"])

    @traitlets.validate("learning_rate")
    def _valid_learning_rate(self, proposal):
        try:
            return check_learning_rate(proposal["value"])
        except ValueError as error:
            raise Refused(str(error)) from None

    @traitlets.validate("_parameters")
    def _valid_parameters(self, proposal):
        given = proposal["value"]
        try:
            W, b = check_parameters(given["W"], given["b"])
        except (KeyError, TypeError, ValueError) as error:
            raise Refused(f"these are no parameters of the network: {error}") from None
        shapes = [[None if array is None else array.shape for array in arrays] for arrays in (W, b)]
        mine = [[None if array is None else array.shape for array in arrays] for arrays in (self._net.W, self._net.b)]
        if shapes != mine:
            raise Refused(f"W and b have shapes {shapes[0][1:]} and {shapes[1][1:]}, expected {mine[0][1:]} and "
                          f"{mine[1][1:]}")
        return self._lists(W, b)

    # ---- one state, seen from several sides

    def _lists(self, W=None, b=None):
        W, b = (self._net.W, self._net.b) if W is None else (W, b)
        return {"W": [array.tolist() for array in W[1:]],
                "b": [None if array is None else array[:, 0].tolist() for array in b[1:]]}

    def _entry(self, name):
        letter, l, index = self._places[name]
        return float(getattr(self._net, letter)[l][index])

    def _values(self, x, y):
        values = self._numpy(self._net.W, self._net.b, x, y)
        values.update({name: self._entry(name) for name in self._places})
        values.update({f"x_{k}": v for k, v in enumerate(x, 1)}, **{f"y_{j}": v for j, v in enumerate(y, 1)})
        if self._other:
            values.update({f"{name} ({self._compare})": v
                           for name, v in self._other(self._net.W, self._net.b, x, y).items()})
        return values

    @traitlets.observe("weight", "value", "x", "y", "_parameters")
    def _follow(self, change):
        if not self._changing:
            self._settle()

    def set_state(self, sync_data):
        """A message from the browser sets several traits at once: look when all of them are there."""
        self._changing = True
        try:
            super().set_state(sync_data)
        finally:
            self._changing = False
        if "_parameters" in sync_data:                # the moved weight is among them, whichever is chosen by now
            self._settled = self.value
        self._settle()

    def _settle(self):
        """Bring the network and the other traits into line with those that were set since the last time."""
        if self._parameters != self._lists():
            self._net.W, self._net.b = check_parameters(self._parameters["W"], self._parameters["b"])
        if self.value != self._settled:
            letter, l, index = self._places[self.weight]
            getattr(self._net, letter)[l][index] = self.value
        self._changing = True
        try:
            self._settled = self.value = self._entry(self.weight)
            self._parameters = self._lists()
        finally:
            self._changing = False
        self._compute()

    def _compute(self):
        try:
            C = self._net.cost(self.x, self.y)
            g = self._net.gradients(self.x, self.y)
            letter, l, index = self._places[self.weight]
            gradient = float(getattr(g, letter)[l][index])
        except ValueError:                       # the cost overflows
            C = gradient = math.nan
        with self.hold_trait_notifications():        # who is told of one sees the other
            self.set_trait("C", C)
            self.set_trait("gradient", gradient)

    @property
    def net(self):
        """A Network with the parameters the widget shows now: a copy whose entries can't be set, so that
        nobody waits for the picture to follow. set_parameters moves the picture."""
        net = Network.from_parameters(self._net.W, self._net.b, activation=self._net.activation,
                                      cost=self._net.cost_name)
        for array in (*net.W[1:], *net.b[1:]):
            if array is not None:
                array.flags.writeable = False
        return net

    def set_parameters(self, W=None, b=None):
        """Show these weights and biases: lists as in Network.from_parameters, or net.W and net.b. None: as they are."""
        self._parameters = {"W": self._net.W if W is None else W, "b": self._net.b if b is None else b}

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        page = {"config": self._config, "state": {**self._parameters, "x": self.x, "y": self.y, "weight": self.weight,
                                                  "learning_rate": self.learning_rate}}
        script = json.dumps(page, ensure_ascii=False).replace("</", "<\\/")
        drawing = self._html(self._config, self.weight, self.x, self.y, self.learning_rate)
        before, behind = on_its_own(style(), classic(source()))
        html = (f'{before}<div class="nudge-place"><script type="application/json">{script}</script>\n'
                f'{drawing}\n</div>{behind}')
        return {**data, "text/html": html, "text/plain": repr(self)}, metadata

    def __repr__(self):
        return f"<Nudge {'-'.join(map(str, self._net.sizes))}: {self.weight} = {self.value:.4g}, C = {self.C:.4g}>"
