"""The network as a drawing (SVG) with its numbers: from left to right, and from top to bottom for a narrow column
or beside a curve; the stylesheet shows the one that fits.

Every part carries data-at="l j k step": its layer, the neuron it leads to, where it comes from (k = 0:
no edge; k = -1: a bias), and when x reaches it on its way (2l - 1: z and what leads to it, 2l: a).
"""

import math
from functools import partial

from ..backward import Sheets, product, steps
from .format import name_parts, plain, spoken
from .layout import Compact, Room, Tall, Wide
from .svg import between, el

ACTIVATION_SIGNS = {"sigmoid": "σ", "identity": "id"}
TAG = 92, 20                         # room for "w^(1)_11 = −1.40"
BEAD = 56, 15                        # room for "−0.524"


def math_text(name):
    """(tspans of a name such as "w2_12", the index under the exponent, how far the line has then fallen in em)."""
    lead, letter, layer, index = name_parts(name)
    spans = lead + el("tspan", letter, class_="it")
    up, down = (0.55 if layer else 0), (1.0 if layer else 0.45) * bool(index)             # in em of the script
    if layer:
        spans += el("tspan", f"({layer})", class_="script", dy=f"-{up}em")
    if index:
        back = f"{-0.455 * (len(layer) + 1.5):.2f}em" if layer else None
        spans += el("tspan", index, class_="script", dy=f"{down}em", dx=back)
    return spans, 0.72 * (up - down)


def state(page, l, j, k, name=""):
    """The classes that nudge.js will give a part: chosen, or on the chosen weight's way to the cost."""
    chosen_l, chosen_j, _ = page.chosen
    if name == page.weight:
        return " chosen"
    near, far = (k, chosen_l + 1) if k else (j, chosen_l)
    after = l > far or (l == far and near == chosen_j)
    return " lit" if k >= 0 and after else ""


def pictures(page, beside):
    """The drawings of a page (sizes, values, parameters, chosen, weight, config, number) as text.

    Beside a plot one is enough.
    """
    moving = "backward" in page.config["panels"]
    small = Compact if Compact.fits(page.sizes) else Tall
    layouts = (small,) if beside else (Wide, small)
    return "".join(Picture(page, layout(page.sizes, moving), moving).svg() for layout in layouts)


class Picture:
    def __init__(self, page, layout, moving):
        self.page, self.layout, self.moving = page, layout, moving
        self.back = moving or "steps" in page.config["panels"]                 # the deltas will be seen
        self.sizes, self.L = page.sizes, page.L
        self.wires, self.edges, self.nodes, self.labels, self.beads = [], [], [], [], []
        self.room = Room(*layout.box)

    def svg(self):
        for l in range(len(self.sizes)):
            for j in range(1, self.sizes[l] + 1):
                for kind in ("za" if l else "a"):
                    self.neuron(l, j, kind)
                if l:
                    self.wire(l, j)
        self.cost()
        if self.layout.wide:
            self.titles()
        self.room.lines = [self.ends(l, j, k) for _, l, j, k in self.page.parameters]
        for name, l, j, k in self.page.parameters:
            self.edge(name, l, j, k)
        for step in steps(self.sizes) if self.moving else ():
            self.step(*step)
        for parameter in sorted(self.page.parameters, key=lambda p: not self.always(*p)):     # they keep clear of these
            if not self.layout.dense:
                self.tag(*parameter)
        css = ("wide" if self.layout.wide else "narrow") + " dense" * self.layout.dense
        width, height = self.layout.box
        edges = el("g", *self.edges, role="radiogroup", aria_label="weights and biases in the picture")
        return el("svg", el("g", *self.wires), edges, el("g", *self.nodes),
                  el("g", *self.labels, *self.beads, aria_hidden="true"), class_=css, role="group",
                  viewBox=f"0 0 {width:.0f} {height:.0f}", aria_label=f"network {'-'.join(map(str, self.sizes))}")

    # ---- helpers

    def text(self, place, content, css, room=None, **attributes):
        """room: the width that it takes, so that no tag is laid on it."""
        x, y, anchor = place
        if room:
            self.room.take_text(place, room)
        return el("text", content, x=float(x), y=float(y), class_=css, text_anchor=anchor, **attributes)

    def number(self, quantity, x, y):
        """What stands in a circle or a box."""
        place = f' x="{x:.1f}" y="{y:.1f}" dy=".36em" text-anchor="middle"'
        return self.page.number(quantity, "short", tag="text", attributes=place)

    # ---- parts

    def neuron(self, l, j, kind):
        layout = self.layout
        (x, y), r = layout.at(l, j, kind), float(layout.r)
        self.room.take(x, y, 2 * r + 6, 2 * r + 6)
        quantity = f"{kind}{l}_{j}" if l else f"x_{j}"
        role = "first" if l == 0 else "last" if l == self.L else "middle"
        at, css = (f"{l} {j} 0 {2 * l - (kind == 'z')}", state(self.page, l, j, 0)) if l else (f"0 {j} -1 0", "")
        shape = (el("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, rx=r / 3) if l == 0
                 else el("circle", cx=float(x), cy=float(y), r=r))
        if role == "last" and kind == "a":
            shape += el("circle", class_="ring", cx=float(x), cy=float(y), r=r + 3.5)
        self.nodes.append(el("g", el("title", spoken(quantity)), shape, self.number(quantity, x, y), data_at=at,
                             class_=f"neuron {role} {kind}{css}"))
        if not layout.dense:
            self.names(l, j, kind, quantity)

    def names(self, l, j, kind, quantity):
        shown = ("ŷ" if self.sizes[-1] == 1 else f"ŷ_{j}") if l == self.L and kind == "a" else quantity
        known = {"data_delta": f"{l} {j}"} if self.moving and kind == "z" else {}
        if self.moving and kind == "a" and self.layout.wide and 0 < l < self.L and self.sizes[l + 1] > 1:
            known = {"data_sum": f"{l} {j}"}
        self.labels.append(self.text(self.layout.name(l, j, kind), math_text(shown)[0], f"name of-{kind}", 24, **known))
        if kind == "z":
            number = self.page.number(f"delta{l}_{j}", "3" if self.layout.wide else "2", tag="tspan")
            delta = el("tspan", "δ", class_="it") + f" {number}"
            self.labels.append(self.text(self.layout.delta(l, j), delta, "back", self.back and 48, **known))

    def wire(self, l, j):
        """From z to a, and from the output to the cost."""
        layout, r = self.layout, self.layout.r
        z, a, css = layout.at(l, j, "z"), layout.at(l, j, "a"), f"wire{state(self.page, l, j, 0)}"
        self.wires.append(el("path", data_at=f"{l} {j} 0 {2 * l}", class_=css, d=between(z, a, r, r + 2)))
        if l == self.L:
            to_cost = between(a, layout.cost, r + 4, 26)
            self.wires.append(el("path", data_at=f"{l} {j} 0 {2 * l + 1}", class_=css, d=to_cost))
        activation = self.page.config["activation"][l - 1]
        sign = ACTIVATION_SIGNS.get(activation, activation)
        if not layout.dense and not (layout.wide and len(sign) > 4):
            self.labels.append(self.text(layout.sign(l, j, len(sign)), sign, "f", 8 * len(sign)))

    def cost(self):
        (x, y), around = self.layout.cost, self.layout.around_cost()
        self.room.take(x, y, 58, 44)
        box = el("rect", x=x - 26.0, y=y - 19.0, width=52, height=38, rx=8)
        self.nodes.append(el("g", el("title", "the cost C"), box, self.number("C", x, y),
                             data_at=f"{self.L + 1} 0 0 {2 * self.L + 1}", class_="neuron cost lit"))
        self.labels.append(self.text(around["name"], math_text("C")[0], "name", 14))
        if self.sizes[-1] == 1:
            goal = el("tspan", "y", class_="it") + " = " + self.page.number("y_1", "2", tag="tspan")
            self.labels.append(self.text(around["goal"], goal, "goal", 56))

    def titles(self):
        for l in range(self.L + 1):
            title = "input" if l == 0 else "output" if l == self.L else f"hidden {l}"
            if l and self.page.config["activation"][l - 1] == "softmax":
                title += ", softmax"
            self.labels.append(self.text(self.layout.title(l), title, "layer", 7 * len(title)))

    def edge(self, name, l, j, k):
        r, value = self.layout.r, self.page.values[name]
        begin, target = self.ends(l, j, k)
        d, at = between(begin, target, r if k else 0, r), f"{l} {j} {k or -1} {2 * l - 1}"
        css = ("weight" if k else "bias") + state(self.page, l, j, k or -1, name) + " negative" * (value < 0)
        parts = [el("title", plain(name)), el("path", class_="hit", d=d), el("path", class_="halo", d=d),
                 el("path", class_="edge", stroke_width=f"{min(6, 0.8 + 1.5 * math.sqrt(abs(value))):.2f}", d=d)]
        if self.moving:
            parts.append(el("path", class_="flood", d=d))
        if not k:
            parts.append(el("rect", class_="origin", x=begin[0] - 3.5, y=begin[1] - 3.5, width=7, height=7))
        self.edges.append(el("g", *parts, data_weight=name, data_at=at, class_=css))

    def always(self, name, l, j, k):
        """Is its tag always shown? It is the only weight of its layer."""
        return bool(k) and self.sizes[l] * self.sizes[l - 1] == 1

    def ends(self, l, j, k):
        """Where the line of a parameter begins and ends."""
        begin = self.layout.at(l - 1, k, "a") if k else self.layout.bias(l, j)
        return begin, self.layout.at(l, j, "z")

    def tag(self, name, l, j, k):
        """The name and value of a parameter, shown while it is chosen; where there is little room its value alone."""
        always = self.always(name, l, j, k)
        named = always or self.layout.wide
        size = TAG if named else BEAD
        x, y = self.room.beside(*self.ends(l, j, k), *size)
        if always:
            self.room.take(x, y, *size)
        symbol, rise = math_text(name)
        worth = self.page.number(name, "2", tag="tspan", attributes=' class="worth"')
        css = f"tag{' always' * always}{state(self.page, l, j, k or -1, name)}"
        content = symbol + el("tspan", " = ", dy=f"{rise:.2f}em") + worth if named else worth
        self.labels.append(self.text((x, y + 4, "middle"), content, css,
                                     data_at=f"{l} {j} {k or -1} {2 * l - 1}", data_tag=name))

    # ---- numbers that travel: w a forward, from the cost and as messages w δ back, and at rest the gradients

    def travels(self, kind, l, j):
        """[(begin, end, number)] of one step of the pass."""
        page, sheets = self.page, Sheets(self.page)
        number = partial(page.number, fmt="3", tag="tspan")
        if kind == "forward":
            return [(*self.ends(l, j, k), product(page, pair)) for k, pair in enumerate(sheets.row(l, j), 1)]
        if kind == "fill":
            return [(*self.ends(l, j, k), number(f"dC/d{w}")) for k, (w, _) in enumerate(sheets.row(l, j), 1)]
        if kind == "sum" and l == self.L and f"dC/da{l}_{j}" in page.values:
            return [(self.layout.cost, self.layout.at(l, j, "a"), number(f"dC/da{l}_{j}"))]
        if kind == "sum" and l < self.L:
            return [(*reversed(self.ends(l + 1, i, j)), product(page, pair))
                    for i, pair in enumerate(sheets.ahead(l, j), 1)]
        return []

    def step(self, kind, l, j):
        """The numbers of one step stand where they hide nothing; those of another are gone by then."""
        taken, bead = list(self.room.taken), f"{kind} {l} {j}"
        if kind in ("sum", "gate") and l < self.L and self.sizes[l + 1] > 1:           # one message is no sum
            total = "Σ " + self.page.number(f"dC/da{l}_{j}", "3", tag="tspan")
            self.room.take_text(self.layout.total(l, j), 58, BEAD[1])
            self.beads.append(self.text(self.layout.total(l, j), total, "bead total", data_bead=bead))
        for begin, end, number in self.travels(kind, l, j):
            rest = self.room.along(begin, end, *BEAD)
            self.beads.append(el("text", number, class_=f"bead {kind}", data_bead=bead, text_anchor="middle", dy=4,
                                 style=f"offset-path:path('{between(begin, end)}');offset-distance:{rest:.0%}"))
        self.room.taken = taken
