"""The face of the book's first page: a small network and the cost's curve side by side, one slider, no symbols.

It is Nudge with another HTML, out of the same parts: the same script moves it, and the whole network with all its
numbers and fields waits in a fold. js/cover.js says when the answer is right.
"""

import math

from .draw.network import pictures, state
from .draw.plot import curve
from .draw.svg import between, el

MOST = 6                      # neurons in a layer
WIDTH, ROW, R, HEAD = 360, 43, 18.0, 20
LEFT, RIGHT = 26, 40          # from the edge to the middle of the first and the last column


def why_not(net):
    """Why this network can't be on the cover, or ""."""
    if net.sizes[-1] != 1 or max(net.sizes) > MOST:
        return f'"cover" shows one output and up to {MOST} neurons in a layer; this network is ' \
               f'{"-".join(map(str, net.sizes))}'
    return ""


def shaded(i, value):
    """The attributes of pixel i: −1 is white, +1 is black, and a number on it is to be read."""
    return {"data_pixel": i, "data_dark": str(value > 0).lower(),
            "style": f"--shade:{50 + 50 * max(-1, min(1, value)):.0f}%"}


def pixels(page):
    """The input as a square picture, where it is one; else nothing."""
    n = math.isqrt(page.sizes[0])
    if n * n != page.sizes[0]:
        return ""
    cells = [el("rect", class_="pixel", x=i % n, y=i // n, width=1, height=1, **shaded(i, page.values[f"x_{i + 1}"]))
             for i in range(n * n)]
    return el("svg", *cells, class_="look", viewBox=f"0 0 {n} {n}", role="img",
              aria_label=f"the picture: {n} by {n} pixels")


class Drawing:
    """The network without its z: inputs as pixels, neurons with their a, the answer and what it should be."""

    def __init__(self, page):
        self.page, self.sizes, self.L = page, page.sizes, page.L
        self.middle = HEAD + ROW * max(page.sizes) / 2

    def at(self, l, j):
        return LEFT + (WIDTH - LEFT - RIGHT) * l / self.L, self.middle + (j - (self.sizes[l] + 1) / 2) * ROW

    def text(self, x, y, content, css, anchor="middle", **attributes):
        return el("text", content, x=float(x), y=float(y), class_=css, text_anchor=anchor, **attributes)

    def number(self, quantity, x, y):
        place = f' x="{x:.1f}" y="{y + 4.5:.1f}" text-anchor="middle"'
        return self.page.number(quantity, "short", tag="text", attributes=place)

    def weight(self, name, l, j, k):
        """The edge of a weight, and the number that stands beside it while it is chosen."""
        value, classes = self.page.values[name], state(self.page, l, j, k, name)
        data = {"data_at": f"{l} {j} {k} {2 * l - 1}"}
        (x1, y1), (x2, y2) = self.at(l - 1, k), self.at(l, j)
        d = between((x1, y1), (x2, y2), R, R)
        lines = [el("path", class_="hit", d=d), el("path", class_="halo", d=d),
                 el("path", class_="edge", stroke_width=f"{min(6, 0.8 + 1.5 * math.sqrt(abs(value))):.2f}", d=d)]
        edge = el("g", *lines, data_weight=name, class_=f"weight{classes}{' negative' * (value < 0)}", **data)
        above = y2 < self.middle - 1 or (abs(y2 - self.middle) < 1 and y1 < self.middle)
        tag = self.text(x1 + 0.42 * (x2 - x1), y1 + 0.42 * (y2 - y1) + (-14 if above else 23),
                        self.page.number(name, "2", tag="tspan"), f"tag{classes}", data_tag=name, **data)
        return edge, tag

    def neuron(self, l, j):
        x, y = self.at(l, j)
        if l == 0:
            box = el("rect", x=x - R, y=y - R, width=2 * R, height=2 * R, rx=3)
            return el("g", el("title", f"pixel {j}"), box, self.number(f"x_{j}", x, y), class_="neuron pixel",
                      **shaded(j - 1, self.page.values[f"x_{j}"]))
        circles = [el("circle", cx=float(x), cy=float(y), r=R)]
        if l == self.L:
            circles.append(el("circle", class_="ring", cx=float(x), cy=float(y), r=R + 4))
        role = "last" if l == self.L else "middle"
        return el("g", *circles, self.number(f"a{l}_{j}", x, y), data_at=f"{l} {j} 0 {2 * l}",
                  class_=f"neuron {role} a{state(self.page, l, j, 0)}")

    def svg(self):
        parts = [self.weight(*p) for p in self.page.parameters if p[3]]
        nodes = [self.neuron(l, j) for l in range(self.L + 1) for j in range(1, self.sizes[l] + 1)]
        x, y = self.at(self.L, 1)
        words = [self.text(LEFT - R, self.at(0, 1)[1] - R - 8, "pixels", "layer", "start"),
                 self.text(x, y - R - 12, "answer", "layer"),
                 self.text(x, y + R + 34, "should be " + self.page.number("y_1", "plain", tag="tspan"), "goal")]
        edges = el("g", *(edge for edge, _ in parts), role="radiogroup", aria_label="weights in the picture")
        return el("svg", edges, el("g", *nodes), el("g", *words, *(tag for _, tag in parts), aria_hidden="true"),
                  class_="small", viewBox=f"0 0 {WIDTH} {HEAD + ROW * max(self.sizes) + 2}", role="group",
                  aria_label="a small network")


def html(page):
    """page: a Page whose only panel is the cover."""
    values = page.values
    plot = curve([[(at[page.weight], at["C"]) for at in page.sweep]], (values[page.weight], values["C"]),
                 values["dC/d" + page.weight], "The cost over the chosen weight")
    return f"""\
<div class="nudge-drawing cover" data-lm-suppress-shortcuts="true" data-phase="0" data-right="false"
 data-skip="{str(page.skip).lower()}" data-infinite="{str(page.infinite).lower()}">
<div><div class="verdict">{pixels(page)}<p>The network says <b>{page.number(f"a{page.L}_1", "2")}</b>. It should say
 <b>{page.number("y_1", "plain")}</b>.</p><p class="todo">Drag the slider until it does.</p>
<p class="try">Can this weight do it alone?</p>
<p class="done"><b>Right</b>, within 0.02. Found by hand.</p></div>
{page.track('<button type="button" data-action="reset" aria-label="reset" title="as it was">⟲</button>')}
<div class="stage"><div class="picture">{Drawing(page).svg()}</div>
<div class="pane curve" role="group" aria-label="the cost as the chosen weight moves"><p class="title">How wrong is it?
 Cost <i>C</i> = {page.number("C", "3")}</p>
<div class="plot" data-over="curve">{plot}<p class="over">the chosen weight →</p></div></div></div>
<p class="note" role="alert"></p></div>
<details class="more" data-live><summary>all its weights and numbers</summary>
<div class="slider">{page.choice()}</div>
<div class="picture">{pictures(page, None)}</div>
{page.readings()}{page.tools()}</details>
<p class="unseen" role="status"></p>
</div>"""
