"""What the widget looks like, as HTML: every panel with its opening numbers, readable without JavaScript.

nudge.js finds its way by attributes: data-quantity (a number to keep current, written in data-format),
data-symbol (a symbol that follows the chosen weight), data-weight (choosing it chooses that parameter),
data-for (a template: what is shown while that parameter is chosen, or that neuron is looked at),
data-product (a number that
is the product of others), data-field and data-action (controls), data-live (not seen until JavaScript runs).
"""

import math
import re
from functools import cached_property
from html import escape
from itertools import product

from ..symbolic import weight_index
from . import backward, cover
from .draw.format import FORMATS, label, plain, show, span, spoken
from .draw.layout import Compact
from .draw.network import pictures
from .draw.plot import curve

PANELS = ("cover", "backward", "structure", "forward", "cost", "curve", "chain", "factors", "steps")
MOST_FACTORS = 60      # parameters; "factors" writes out every path of every one of them
MOST_PATHS = 6         # rows for one parameter
VEILED = "C", "update"          # questions that the curve would answer
ANSWERS = ' class="answers"'    # what would, too


def place(l, j, k):
    """Where a parameter stands, in words; k = 0 is a bias."""
    if k:
        return f"stands in row {j}, column {k}: into layer {l}, to neuron {j}, from neuron {k} of layer {l - 1}."
    return f"is the bias of neuron {j} in layer {l}."


def fraction(top, bottom, spell=label):
    """top over bottom, as spell writes them."""
    return (f'<span class="frac" role="math" aria-label="{spoken(top)} by {spoken(bottom)}">'
            + "".join(f'<span aria-hidden="true">{spell(name)}</span>' for name in (top, bottom)) + "</span>")


class Page:
    """The HTML of one widget. config: of the widget; parameters: [(name, l, j, k)], k = 0 for a bias;
    values: every quantity by name, and the parameters, x, y, η; values_at: a function, the values if the
    chosen weight had another value."""

    def __init__(self, config, parameters, values, weight, values_at):
        self.config, self.parameters, self.values = config, parameters, values
        self.weight, self.values_at = weight, values_at
        self.sizes, self.L = config["sizes"], len(config["sizes"]) - 1
        self.chosen = next(p[1:] for p in parameters if p[0] == weight)      # l, j, k
        self.skip = f'da/d{self.neuron("z")}' not in values          # softmax: no a for one z alone
        self.infinite = not self.skip and not math.isfinite(values[f'da/d{self.neuron("z")}']
                                                            + values[f'dC/d{self.neuron("a")}'])

    def symbol(self, name):
        """The symbol of w, z or a (or its ∂, Δ) of the chosen weight: it changes with the choice."""
        lead, letter = name[:-1], name[-1]
        full = self.weight if letter == "w" else self.neuron(letter) if letter in "za" else letter
        return f'<span data-symbol="{name}">{label(lead + full)}</span>'

    def neuron(self, letter):
        """z or a of the neuron that the chosen weight feeds."""
        l, j, _ = self.chosen
        return f"{letter}{l}_{j}"

    def number(self, quantity, fmt="3", value=None, tag="span", attributes=""):
        value = self.values.get(quantity, 0.0) if value is None else value
        finite = repr(float(value)) if math.isfinite(value) else "null"
        return (f'<{tag} data-quantity="{quantity}" data-format="{fmt}" data-value="{finite}"{attributes}>'
                f"{FORMATS[fmt](value)}</{tag}>")

    def html(self):
        if self.config["panels"] == ["cover"]:
            return cover.html(self)
        panels = {name: getattr(self, name)() for name in self.config["panels"] if name != "backward"}
        passes = backward.panel(self) if "backward" in self.config["panels"] else ""     # beside its network
        ask = self.ask() if self.config["question"] else ""
        beside = self.beside
        if self.config["question"] in VEILED:       # in the place where the curve will be
            plotted = next((name for name in panels if name in ("curve", "cost")), None)
            if plotted:
                panels[plotted] = ask + panels[plotted]
            else:
                panels = {"ask": ask, **panels}
            ask = ""
        body = f'<div class="picture">{pictures(self, beside)}</div>'
        if beside:
            body = f'<div class="abreast">{body}<div class="panels">{panels.pop(beside)}</div></div>'
        return f"""\
<div class="nudge-drawing" data-lm-suppress-shortcuts="true" data-phase="0"
 data-veiled="{str(self.config["question"] in VEILED).lower()}"
 data-skip="{str(self.skip).lower()}" data-infinite="{str(self.infinite).lower()}">
<div class="bench"><div class="slider" data-live>{self.choice()}
<p class="note" role="alert"></p>
</div>
{self.track()}
{ask}
{body}
{passes}<div class="panels">{"".join(panels.values())}</div>
{self.readings()}</div>
{self.tools()}
<p class="unseen" role="status"></p>
</div>"""

    @property
    def beside(self):
        """The panel that stands beside the network: its plot, where the compact drawing leaves room for it, or None."""
        if Compact.fits(self.sizes) and "backward" not in self.config["panels"]:
            return next((name for name in self.config["panels"] if name in ("curve", "cost")), None)
        return None

    def tools(self):
        return ('<div class="tools" data-live><button type="button" data-action="reset">⟲ reset</button>'
                '<button type="button" data-action="link" data-live="page">copy link</button>'
                '<span class="told" role="status"></span></div>')

    def choice(self):
        """Which parameter is chosen, its exact value, how far it was moved."""
        groups = ""
        for l in range(1, self.L + 1):
            options = "".join(f'<option value="{name}">{plain(name)}</option>'
                              for name, of, *_ in self.parameters if of == l)
            groups += f'<optgroup label="layer {l}">{options}</optgroup>'
        return f"""\
<select data-field="which" aria-label="the chosen weight or bias">{groups}</select>
<input type="text" inputmode="decimal" data-field="exact" aria-label="exact value">
<span class="moved">{self.symbol("Δw")} {self.number("Δw", "signed")}</span>
<button type="button" data-action="here" title="measure the nudge from this value">Δ from here</button>"""

    def track(self, beside=""):
        return f"""\
<div class="track" data-live><input type="range" step="any" data-field="range"
 aria-label="{spoken(self.weight)}"><div class="ruler"><span title="where you started"></span></div>{beside}</div>"""

    def readings(self):
        def field(kind, i, name):
            what = "input" if kind == "x" else "target"
            return (f'<label class="{"given" if kind == "x" else "wanted"}">{label(name)}'
                    f'<input type="text" inputmode="decimal" data-field="{kind} {i}" '
                    f'aria-label="{what} {spoken(name)}"></label>')
        n, m = self.sizes[0], self.sizes[-1]
        fields = "".join([field("x", k, f"x_{k + 1}") for k in range(n)]
                         + [field("y", j, "y" if m == 1 else f"y_{j + 1}") for j in range(m)])
        fields = f'<div class="fields" role="group" aria-label="inputs and target">{fields}</div>'
        if n + m > 8:
            fields = f"<details><summary>inputs and target</summary>{fields}</details>"
        return (f'<div class="readings"><div data-live>{fields}</div><p class="readout">'
                f'<span>{label("C")} = {self.number("C", "4")}</span> '
                f'<span class="answers">{fraction("∂C", "∂w", self.symbol)} = '
                f'{self.number("dC/dw", "4", self.values["dC/d" + self.weight])}</span></p></div>')

    # ---- predict first

    def ask(self):
        question, nudge = self.config["question"], self.config["nudge"]
        if question in {name for name, *_ in self.parameters}:
            body = f"Which line of the picture is {label(question)}? Choose it.</p>"
        else:
            what = (f'One update with <i>η</i> = {self.number("η", "2")} moves every weight. Will {label("C")}'
                    if question == "update"
                    else f"{self.symbol('w')} goes {'up' if nudge > 0 else 'down'} by {show(abs(nudge), 2)}. Will "
                         f'{label("ŷ") if question == f"a{self.L}_1" and self.sizes[-1] == 1 else label(question)}')
            ring = question in VEILED and "curve" in self.config["panels"]
            how = " Drag the ring to where you expect the point, or say it here." if ring else ""
            body = (f'{what} go up or down? By about how much?{how}</p><div class="turn"><div class="bar asking">'
                    '<button type="button" data-action="up" aria-pressed="false">↑ up</button>'
                    '<button type="button" data-action="down" aria-pressed="false">↓ down</button>'
                    '<label>by <input type="text" inputmode="decimal" min="0" data-field="guess" aria-label="your '
                    'guess: by about how much"></label>'
                    '<button type="button" class="go" data-action="show" disabled>show me</button></div>'
                    '<div class="outcome"><p class="answer" role="status"></p>'
                    '<button type="button" data-action="again">⟲ ask me again</button></div></div>')
            return self.asking(body)
        return self.asking(body + '<p class="answer" role="status"></p>')

    @staticmethod
    def asking(body):
        return ('<div class="pane ask" data-live data-turn="asking" role="group" aria-label="predict first"><p>'
                f'<b>Predict first.</b> {body}</div>')

    # ---- panels

    def sheets(self, sheets, first):
        """One of several sheets is shown, the others wait in templates. sheets: {what it is for: HTML}."""
        return (f'<div class="shown" data-for="{first}">{sheets[first]}</div>'
                + "".join(f'<template data-for="{name}">{html}</template>' for name, html in sheets.items()))

    def pane(self, name, title, body, live=False):
        """live: there is nothing in it but controls, which need JavaScript."""
        title_text = re.sub("<[^>]*>", "", title)
        return (f'<div class="pane {name}" role="group" aria-label="{title_text}"{" data-live" * live}>'
                f'<p class="title">{title}</p>{body}</div>')

    def structure(self):
        def matrix(letter, l, columns, names):
            entries = "".join(f'<span class="entry{" negative" * (self.values[name] < 0)}'
                              f'{" chosen" * (name == self.weight)}" data-weight="{name}">{self.number(name, "short")}'
                              f'<small>{self.number("dC/d" + name)}</small></span>'
                              for name in names)
            tiny = " tiny" if columns > 6 else ""
            return (f'<div class="matrix"><p><b>{label(f"{letter}{l}")}</b> {self.sizes[l]} × {columns}</p>'
                    f'<div class="bracket{tiny}" style="grid-template-columns:repeat({columns},minmax(0,'
                    f'52px))">{entries}</div></div>')
        floors, terms = "", []
        for l in range(1, self.L + 1):
            weights = [name for name, of, _, k in self.parameters if of == l and k]
            biases = [name for name, of, _, k in self.parameters if of == l and not k]
            floors += (f'<div class="floor">{matrix("W", l, self.sizes[l - 1], weights)}'
                       + (matrix("b", l, 1, biases) if biases else '<p class="aside">no bias</p>') + "</div>")
            terms += [f"{self.sizes[l]}·{self.sizes[l - 1]}"] + ([str(self.sizes[l])] if biases else [])
        return self.pane("structure", "All parameters: row = to, column = from", (
            f'<div class="floors" role="radiogroup" aria-label="weights and biases in their matrices">{floors}</div>'
            f'<p><b>{self.symbol("w")}</b> <span class="place">{place(*self.chosen)}</span></p>'
            f'<p class="aside">{" + ".join(terms)} = {len(self.parameters)} parameters</p>'))

    def forward(self):
        def times(w, source):
            return (f'<span class="term"><span>{label(w)} {label(source)}</span><span>{self.number(w, "2")} × '
                    f'{self.number(source, "2")}</span></span>')
        names = {"sigmoid": "σ", "identity": "", "softmax": "softmax"}
        sheets = {}
        for l in range(1, self.L + 1):
            f = names.get(self.config["activation"][l - 1], self.config["activation"][l - 1])
            for j in range(1, self.sizes[l] + 1):
                z, a, b = f"z{l}_{j}", f"a{l}_{j}", f"b{l}_{j}"
                terms = [times(f"w{l}_{weight_index(j, k)}", self.sender(l, k))
                         for k in range(1, self.sizes[l - 1] + 1)]
                if b in self.values:
                    terms.append(f'<span class="term">{label(b)}<span>{self.number(b, "2")}</span></span>')
                inside = "the whole layer" if f == "softmax" else label(z)
                output = f'{label("ŷ")} = ' if l == self.L and self.sizes[-1] == 1 else ""
                sheets[z] = (f'<p class="equation">{label(z)} = '
                           + '<span class="plus">+</span>'.join(terms) + f"<span>= <b>{self.number(z)}</b></span></p>"
                           f'<p class="equation">{output}{label(a)} = {f"{f}({inside})" if f else inside} = '
                           f'<b>{self.number(a)}</b></p>')
        return self.pane("forward", "One neuron at a time", (
            '<div class="bar" data-live><button type="button" class="go" data-action="send">▷ send x '
            'through</button>'
            '<button type="button" data-action="next">next neuron '
            f'▸</button></div>{self.sheets(sheets, self.neuron("z"))}'))

    @cached_property
    def sweep(self):
        """The values along the slider, as nudge.js begins with it."""
        now = self.values[self.weight]
        low, high = self.config["span"] or span(now)
        low, high = min(low, now), max(high, now)
        return [self.values_at(low + (high - low) * i / 60) for i in range(61)]

    def plot(self, x, slope, title, symbol):
        """C over x, the name of the chosen weight or of the output; nudge.js draws the same parts."""
        costs = ["C"] + [f'C ({self.config["compare"]})'] * bool(self.config["compare"])
        drawing = curve([[(values[x], values[C]) for values in self.sweep] for C in costs],
                        (self.values[x], self.values["C"]), slope, title)
        over = "curve" if x == self.weight else "cost"
        return f'<div class="plot" data-over="{over}">{drawing}<p class="over">{symbol} →</p></div>'

    def curve(self):
        return self.pane("curve", f'{label("C")} as the chosen weight moves', self.plot(
            self.weight, self.values["dC/d" + self.weight], f"The cost over {spoken(self.weight)}", self.symbol("w"))
            + '<p class="waiting">The curve comes with your prediction.</p>' * (self.config["question"] in VEILED))

    def cost(self):
        output, rows = f"a{self.L}_1", ""
        costs = [(self.config["cost"], "line", "")]
        if self.config["compare"]:
            costs.append((self.config["compare"], "second", f' ({self.config["compare"]})'))
        for cost, line, also in costs:
            cells = "".join(f'<td{ANSWERS * (name == "dC/dw")}>{self.number(name + also, value=value)}</td>'
                            for name, value in (("C", None), (f"dC/d{output}", None),
                                                ("dC/dw", self.values[f"dC/d{self.weight}{also}"])))
            rows += f'<tr><th scope="row"><span class="key {line}"></span>{cost.replace("_", "-")}</th>{cells}</tr>'
        head = "".join(f'<th scope="col">{name}</th>'
                       for name in (label("C"), fraction("∂C", "∂ŷ"), fraction("∂C", "∂w", self.symbol)))
        return self.pane("cost", f'{label("C")} as the output moves', (
            f'{self.plot(output, self.values[f"dC/d{output}"], "The cost over the output", label("ŷ"))}<table><thead>'
            f'<tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>'))

    def chain(self):
        l, _, k = self.chosen
        z, a = self.neuron("z"), self.neuron("a")
        slopes = {"z/w": self.values[self.sender(l, k)] if k else 1.0, "a/z": self.values.get(f"da/d{z}"),
                  "C/a": self.values.get(f"dC/d{a}"),
                  "C/z": self.values[z.replace("z", "delta")]}

        def station(name):
            return f'<div class="station {name[1]}">{self.symbol(name)}{self.number(name, "signed", 0.0)}</div>'

        def link(top, bottom, when=""):                 # nothing has moved yet: the ratio is the slope
            slope = slopes[f"{top}/{bottom}"]
            return (f'<div class="hop{when}"><span class="times">× '
                    f'{self.number(f"Δ{top}/Δ{bottom}", value=slope)}</span><span class="slope">'
                    f'{fraction("∂" + top, "∂" + bottom, self.symbol)} '
                    f'{self.number(f"∂{top}/∂{bottom}", value=slope)}</span></div>')
        return self.pane("chain", "The chain from the weight to the cost", (
            f'<div class="links">{station("Δw")}{link("z", "w")}{station("Δz")}{link("a", "z", " open")}'
            f'<div class="open">{station("Δa")}</div>{link("C", "a", " open")}{link("C", "z", " skip")}{station("ΔC")}'
            '</div>'
            '<p class="sums"><span>product of the ratios '
            f'{self.number("product", "4", self.values["dC/d" + self.weight])}</span>'
            f'<span>slope × {self.symbol("Δw")} predicts {self.number("predicted", "signed", 0.0)}</span>'
            f'<span>true {self.symbol("ΔC")} {self.number("ΔC", "signed", 0.0)}</span></p>'
            '<p class="infinite aside">A factor is infinite here: the output has saturated on the wrong side. Their '
            'product is not: it is δ, and ∂C/∂w = δ · ∂z/∂w.</p>'))

    def factors(self):
        """∂C/∂w as a product of named factors, one row for each path from the weight to the cost, cost first."""
        straight = self.L > 1 and max(self.sizes) == 1
        if straight:
            rows = "".join(self.factor_row(p, [1] * self.L, True) for p in reversed(self.parameters) if p[3])
            return self.pane("factors", "The factors of every weight", rows)
        sheets = {}
        for p in self.parameters:
            name, l = p[:2]
            paths = [[*reversed(way), p[2]] for way in product(*(range(1, n + 1) for n in self.sizes[l + 1:]))]
            sheets[name] = "".join(self.factor_row(p, path, len(paths) == 1) for path in paths[:MOST_PATHS])
            if len(paths) > 1:
                more = f"and {len(paths) - MOST_PATHS} more; " if len(paths) > MOST_PATHS else ""
                sheets[name] += (f'<p class="together">{more}all paths together {fraction("∂C", "∂" + name)} = '
                                 f'{self.number("dC/d" + name, "4")}</p>')
        return self.pane("factors", "The factors, path by path", self.sheets(sheets, self.weight))

    def sender(self, l, k):
        """What a weight into layer l from neuron k multiplies."""
        return f"a{l - 1}_{k}" if l > 1 else f"x_{k}"

    def factor_row(self, parameter, path, whole):
        """path: the neurons from the output down to the one the parameter feeds. The product that is
        computed starts from delta, which is never infinite; what is shown are delta's own two factors."""
        name, low, _, k = parameter
        straight = max(self.sizes) == 1
        top = f"{self.L}_{path[0]}"
        used = [f"delta{top}"]

        def factor(symbol, quantity):
            return f'<span class="factor">{symbol}{self.number(quantity)}</span>'

        def grouped(inner, l):                          # in a straight network: what makes up delta of layer l
            return (f'<span class="group">{inner}<span class="under">{label(f"delta{l}_1")}</span></span>' if straight
                    else inner)
        if f"da/dz{top}" in self.values:
            html = (factor(fraction("∂C", f"∂a{top}"), f"dC/da{top}")
                    + factor(fraction(f"∂a{top}", f"∂z{top}"), f"da/dz{top}"))
        else:
            html = factor(label(f"delta{top}"), f"delta{top}")
        for l in range(self.L - 1, low - 1, -1):
            to, j = path[self.L - l - 1], path[self.L - l]
            w, inner = f"w{l + 1}_{weight_index(to, j)}", f"{l}_{j}"
            used += [w, f"da/dz{inner}"]
            html = (grouped(html, l + 1) + factor(label(w), w)
                    + factor(fraction(f"∂a{inner}", f"∂z{inner}"), f"da/dz{inner}"))
        html = grouped(html, low)
        if k:
            used.append(self.sender(low, k))
            html += factor(label(used[-1]), used[-1])
        if whole:
            title, total = f'{fraction("∂C", "∂" + name)} =', self.number("dC/d" + name, "4")
        else:
            way = [str(n) for n in reversed(path + ([k] if k else []))]
            title = f'path {" → ".join(way)}'
            total = self.number(f'path {" ".join(way)} of {name}', "4", math.prod(self.values[u] for u in used),
                                attributes=f' data-product="{escape(" ".join(used))}"')
        return (f'<div class="path"><span class="name">{title}</span><span class="product">{html}</span>'
                f'<span class="total">= {total}</span></div>')

    def steps(self):
        buttons = "".join(f'<button type="button" data-action="{name}"><span class="n">{i}</span>{name}</button>'
                          for i, name in enumerate(("forward", "cost", "backward", "update"), 1))
        slope, output = fraction("∂C", "∂w", self.symbol), f"a{self.L}_1"
        answer = f' {label("ŷ")} = {self.number(output)}.' if self.sizes[-1] == 1 else ""
        says = ("Take the four steps one by one. Only the last one changes weights.",
                f"Forward: x travels through the network; every z and a is known.{answer}",
                f'Cost: C compares the output with the target. {label("C")} = {self.number("C", "4")}.',
                f'Backward: δ travels back; every ∂C/∂w is known, {slope} = '
                f'{self.number("dC/dw", "4", self.values["dC/d" + self.weight])} among them. '
                "No weight has moved yet.",
                "Update: w ← w − η ∂C/∂w, all weights at once, with the gradients from before the step. "
                f'{self.symbol("w")} is {self.number("w", value=self.values[self.weight])} now.')
        pile = "".join(f'<p class="says{" off" * (i > 0)}" data-phase="{i}">{text}</p>' for i, text in enumerate(says))
        four = (f'<div class="four" role="group" aria-label="the four steps" data-live><div class="bar">{buttons}</div>'
                f'<div class="pile">{pile}</div></div>')
        return four + self.pane("steps", "Learning", (
            '<div class="bar"><label class="rate"><i>η</i>'
            '<input type="range" min="-3" max="2" step="0.05" data-field="rate" '
            'aria-label="learning rate"></label><input type="text" inputmode="decimal" data-field="eta" '
            'aria-label="learning rate, exact value">'
            '<button type="button" class="go" data-action="play">▷ play</button>'
            '<label class="only"><input type="checkbox" data-field="only"> only the chosen weight</label></div>'
            '<div class="bar history"><svg viewBox="0 0 200 60" preserveAspectRatio="none" aria-hidden="true">'
            '<path/></svg><span class="tells">no update yet</span></div>'), live=True)
