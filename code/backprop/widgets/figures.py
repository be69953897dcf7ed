"""Two small figures that move: Walk, a graph walked forward and back one arrow at a time, and Fork, rulers that show
why paths add. Each is drawn by Python with its numbers, and comes to life where a script runs.

What js/walk.js and js/fork.js compute with is printed by SymPy and by backprop.symbolic: they differentiate nothing.
"""

import json

import sympy
import traitlets
from sympy import Symbol, jscode

from ..symbolic import derive
from .assemble import FIGURES, module, style
from .base import Widget
from .draw.format import label, show

NODE = 25                     # radius
FAR = 0.3                     # how far an activation can be pulled


class Figure(Widget):
    """A drawing and what its script needs: traits only, the browser asks nothing of Python."""

    _esm = module(FIGURES)
    _css = style("figures")
    _config = traitlets.Dict().tag(sync=True)
    _drawing = traitlets.Unicode().tag(sync=True)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        script = json.dumps(self._config, ensure_ascii=False).replace("</", "<\\/")
        html = (f'<style>{style("figures")}</style>\n<div class="figure-place">'
                f'<script type="application/json">{script}</script>\n'
                f"{self._drawing}\n</div>")
        return {**data, "text/html": html, "text/plain": repr(self)}, metadata


def _number(name, value):
    return f'<tspan data-number="{name}">{show(value, 2).removesuffix(".00")}</tspan>'


class Walk(Figure):
    """A computational graph, walked forward and back one arrow at a time, with a tally at each node.

    given: {name: number}, what the graph starts from. steps: {name: SymPy expression}, each in terms of the names
    before it; the last one is what the slopes are of. Two switches make the walk wrong on purpose: = in place of +=,
    and a node that walks on before all its messages have come. Raises ValueError for a name that isn't there.

        w, x, u, v = sympy.symbols("w x u v")
        Walk({"w": 2, "x": 3}, {"u": w * x, "v": w + x, "p": u * v})
    """

    def __init__(self, given, steps):
        known = {name: float(value) for name, value in given.items()}
        values, nodes, depth = dict(known), [], {name: 0 for name in known}
        for name in known:
            nodes.append({"name": name, "words": name, "code": None, "depth": 0, "from": []})
        for name, expression in steps.items():
            expression = sympy.sympify(expression)
            uses = sorted(str(s) for s in expression.free_symbols)
            if not uses or name in values or not set(uses) <= set(values):
                raise ValueError(f"the step {name} must be a new name and use one of {', '.join(values)}")
            slopes = [sympy.diff(expression, Symbol(n)) for n in uses]
            values[name] = float(expression.subs(values))
            depth[name] = 1 + max(depth[n] for n in uses)
            nodes.append({"name": name, "words": sympy.sstr(expression).replace("*", " "), "code": jscode(expression),
                          "depth": depth[name],
                          "from": [{"name": n, "slope": jscode(s)} for n, s in zip(uses, slopes)]})
        self.values = values
        places = self._places(nodes, depth)
        config = {"kind": "walk", "nodes": nodes, "given": known}
        super().__init__(_config=config, _drawing=self._draw(nodes, places, known))

    @staticmethod
    def _places(nodes, depth):
        columns = {}
        for node in nodes:
            late = node["name"] in [p["name"] for n in nodes for p in n["from"]] and not node["from"]
            above = min([depth[n["name"]] for n in nodes if node["name"] in [p["name"] for p in n["from"]]], default=1)
            columns.setdefault(above - 1 if late else depth[node["name"]], []).append(node["name"])
        most = max(map(len, columns.values()))
        return {name: (38 + 96 * column, 46 + 110 * (i + (most - len(names)) / 2))
                for column, names in columns.items() for i, name in enumerate(names)}

    def _draw(self, nodes, places, given):
        width, height = (max(p[i] for p in places.values()) + room for i, room in ((0, 38), (1, 60)))
        arrows, circles = "", ""
        for node in nodes:
            x, y = places[node["name"]]
            for parent in node["from"]:
                px, py = places[parent["name"]]
                length = ((x - px) ** 2 + (y - py) ** 2) ** 0.5
                cut = [(x - px) / length * NODE, (y - py) / length * NODE]
                there = f"M{px + cut[0]:.1f} {py + cut[1]:.1f}L{x - 1.15 * cut[0]:.1f} {y - 1.15 * cut[1]:.1f}"
                back = f"M{x - cut[0]:.1f} {y - cut[1]:.1f}L{px + cut[0]:.1f} {py + cut[1]:.1f}"
                edge = f'{parent["name"]} {node["name"]}'
                arrows += (f'<g data-edge="{edge}"><path class="arrow" d="{there}" marker-end="url(#walk-tip)"/>'
                           f'<text class="bead" style="offset-path:path(\'{back}\')" text-anchor="middle" dy="4" '
                           f'data-bead="{edge}"></text></g>')
            kind = "given" if not node["from"] else "last" if node is nodes[-1] else "middle"
            circles += (f'<g class="node {kind}" data-node="{node["name"]}">'
                        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{NODE}"/>'
                        f'<text x="{x:.1f}" y="{y - 3:.1f}" text-anchor="middle">'
                        f'<tspan class="it">{node["name"]}</tspan></text>'
                        f'<text x="{x:.1f}" y="{y + 13:.1f}" text-anchor="middle">'
                        f'{_number(node["name"], self.values[node["name"]])}</text>'
                        f'<text class="words" x="{x:.1f}" y="{y - NODE - 6:.1f}" '
                        f'text-anchor="middle">{node["words"] if node["from"] else ""}</text>'
                        f'<text class="tally" x="{x:.1f}" y="{y + NODE + 16:.1f}" text-anchor="middle" '
                        f'data-tally="{node["name"]}"></text></g>')
        fields = "".join(f'<label><i>{name}</i> <input type="text" inputmode="decimal" '
                         f'value="{show(value, 3).rstrip("0").rstrip(".")}" '
                         f'data-given="{name}" aria-label="value of {name}"></label>' for name, value in given.items())
        return f"""\
<div class="figures-drawing walk" role="group" aria-label="a graph, walked forward and back one arrow at a time">
<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="the graph of {nodes[-1]["name"]}"><defs>
<marker id="walk-tip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0L10 5L0 10z"/></marker><marker id="walk-back" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="5"
 markerHeight="5" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z"/></marker></defs>{arrows}{circles}</svg>
<p class="says" aria-live="polite"></p>
<div class="bar" data-live><button type="button" data-do="back" aria-label="one step back">◂ step</button>\
<button type="button" class="go" data-do="step" aria-label="one step on">step ▸</button>\
<button type="button" data-do="play">▷ play</button><button type="button" data-do="reset">⟲</button>
<input type="range" min="0" step="1" value="0" aria-label="step of the walk" data-at></div>
<div class="bar" data-live>{fields}
<label><input type="checkbox" data-bug="assign"> write = in place of +=</label>
<label><input type="checkbox" data-bug="early"> walk on too early</label></div></div>"""

    def __repr__(self):
        return f"<Walk to {list(self.values)[-1]} = {list(self.values.values())[-1]:g}>"


class Fork(Figure):
    """Rulers that show why paths add: nudge one activation, and every weighted input behind it follows, and the cost.

    net: a Network, x, y: one example, flat lists. l, j: the activation a^(l)_j of a hidden layer that is nudged. The
    layer after it must have biases: with them one path at a time is moved. Raises ValueError otherwise.
    """

    def __init__(self, net, x, y, l=1, j=1):
        L = len(net.sizes) - 1
        if not 1 <= l < L or not 1 <= j <= net.sizes[l]:
            raise ValueError(f"l, j must name a hidden neuron of {'-'.join(map(str, net.sizes))}, got {l}, {j}")
        if net.b[l + 1] is None:
            raise ValueError(f"layer {l + 1} has no biases: its paths can't be moved one by one")
        a = net.forward(x).a[l][:, 0].tolist()
        tail = derive(net.sizes[l:], activation=net.activation[l:], cost=net.cost_name,
                      bias=net.bias[l:]).with_factors()
        W, b = [w.tolist() for w in net.W[l + 1:]], [None if v is None else v[:, 0].tolist() for v in net.b[l + 1:]]
        config = {"kind": "fork", "equations": tail.javascript(), "W": W, "b": b, "a": a, "y": list(map(float, y)),
                  "j": j, "n": net.sizes[l + 1], "begin": 0.1}
        network = tail.numpy()
        self._rows = self._changes(network, config, config["begin"])
        config["scale"], config["enlarged"] = self._scales(network, config)
        names = [f"Δa{l}_{j}"] + [f"Δz{l + 1}_{i}" for i in range(1, net.sizes[l + 1] + 1)] + ["ΔC"]
        super().__init__(_config=config)
        self._drawing = self._draw(names, l + 1)

    @staticmethod
    def _changes(network, config, d):
        """The changes if a moves by d: of a, each z, C, and of C through one path at a time."""
        n, j = config["n"], config["j"] - 1
        W, b, a, y = config["W"], config["b"], config["a"], config["y"]
        base = network([None, *W], [None, *b], a, y)
        moved = network([None, *W], [None, *b], [v + d * (k == j) for k, v in enumerate(a)], y)
        rows = [d] + [moved[f"z1_{i}"] - base[f"z1_{i}"] for i in range(1, n + 1)] + [moved["C"] - base["C"]]
        for i in range(n):
            shifted = [[v + W[0][i][j] * d * (k == i) for k, v in enumerate(b[0])], *b[1:]]
            rows.append(network([None, *W], [None, *shifted], a, y)["C"] - base["C"])
        return rows

    @classmethod
    def _scales(cls, network, config):
        """How long a change of 1 is drawn, so that the farthest pull fits into 100; and how many times as long one of
        the cost."""
        n, most, most_C = config["n"], 0.0, 0.0
        for d in (-FAR, -FAR / 2, FAR / 2, FAR):
            rows = cls._changes(network, config, d)
            ends = [rows[n + 1], *(sum(rows[n + 2:i]) for i in range(n + 3, len(rows) + 1))]
            most, most_C = max(most, *map(abs, rows[:n + 1])), max(most_C, *map(abs, ends))
        scale = 100 / most
        return scale, max(1, int(100 / (most_C * scale)) if most_C else 1)

    def _draw(self, names, l):
        n, rows, scale, enlarged = len(names) - 2, self._rows, self._config["scale"], self._config["enlarged"]

        def row(i, text, css):
            value, far = rows[i], scale * enlarged if i > n else scale
            begin = sum(rows[n + 2:i]) if i > n + 1 else 0                 # a path begins where the one before ends
            return (f'<div class="rule {css}" data-row="{i}"><span>{text}</span>'
                    '<svg viewBox="-105 0 210 20" preserveAspectRatio="none" aria-hidden="true">'
                    '<path class="line" d="M-100 10H100M0 4V16"/>'
                    f'<path class="change" d="M{far * begin:.1f} 10H{far * (begin + value):.1f}"/>'
                    f'</svg><span class="worth" data-worth="{i}">{"+" if value > 0 else ""}{show(value, 4)}</span>'
                    '</div>')
        fork = "".join(row(i, label(names[i]), "z") for i in range(1, n + 1))
        alone = "".join(row(n + 1 + i, f'{label("ΔC")} by {label(f"z{l}_{i}")} alone', "path")
                        for i in range(1, n + 1))
        return f"""\
<div class="figures-drawing fork" role="group"
 aria-label="nudge an activation and watch both weighted inputs and the cost">
<label class="pull" data-live>{label(names[0])}
<input type="range" min="-{FAR}" max="{FAR}" step="0.01" value="0.1" aria-label="change of the activation"></label>
{row(0, label(names[0]), "a")}{fork}{row(n + 1, label("ΔC"), "cost")}{alone}
<p class="says">Each path begins where the one before ends.
Added up, they make <b data-worth="sum">{show(sum(rows[n + 2:]), 4)}</b>; together they made
<b data-worth="{n + 1}">{show(rows[n + 1], 4)}</b>. The smaller the nudge, the closer.
(The rulers of the cost are enlarged {enlarged} times.)</p></div>"""

    def __repr__(self):
        return f"<Fork: ΔC = {self._rows[self._config['n'] + 1]:.4g}>"
