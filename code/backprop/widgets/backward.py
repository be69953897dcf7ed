"""The panel "backward": the pass through the network and back, one step at a time, as a sheet of HTML a step.

Every number is a quantity of the printed equations, or the product of two of them: the message w δ that runs back
along an edge. A sheet is a <template data-for="kind l j">; their order is the order of the steps. js/backward.js
shows one, and lights what it speaks of in the network and in the matrix of the sheet.
"""

import math
from html import escape

from ..symbolic import weight_index
from .draw.format import label, spoken

SIGNS = {"sigmoid": "σ", "identity": "id"}


def steps(sizes):
    """[(kind, l, j)] in their order: forward through every neuron, the cost, and for every neuron on the way back the
    sum of the messages, the gate, and the gradients of its own weights. The output has no message but the cost's."""
    L = len(sizes) - 1
    forward = [("forward", l, j) for l in range(1, L + 1) for j in range(1, sizes[l] + 1)]
    back = [(kind, l, j) for l in range(L, 0, -1) for j in range(1, sizes[l] + 1) for kind in ("sum", "gate", "fill")]
    return forward + [("cost", L, 1)] + back


def product(page, names):
    """A number in a drawing that js keeps current as the product of others."""
    value = math.prod(page.values[name] for name in names)
    return page.number("message " + " ".join(names), "3", value, "tspan",
                       f' data-product="{escape(" ".join(names))}"')


class Sheets:
    """The sheets of one widget. page: its Page."""

    def __init__(self, page):
        self.page, self.sizes, self.L = page, page.sizes, page.L

    def out(self, l, j):
        """The symbol of an activation, as the drawing has it: the one output is ŷ."""
        return "ŷ" if l == self.L and self.sizes[-1] == 1 else f"a{l}_{j}"

    def row(self, l, j):
        """(weight, what it multiplies) for every edge into neuron j of layer l."""
        return [(f"w{l}_{weight_index(j, k)}", self.page.sender(l, k)) for k in range(1, self.sizes[l - 1] + 1)]

    def ahead(self, l, j):
        """(weight, delta at its far end) for every edge out of neuron j of layer l."""
        return [(f"w{l + 1}_{weight_index(i, j)}", f"delta{l + 1}_{i}") for i in range(1, self.sizes[l + 1] + 1)]

    def term(self, top, names):
        """One term of a sum: its symbols above, its numbers below."""
        numbers = " × ".join(self.page.number(name, "3") for name in names)
        return f'<span class="term"><span>{top}</span><span>{numbers}</span></span>'

    def matrix(self, l, lit):
        """W of layer l with the entries of one row or column lit."""
        entries = "".join(f'<span class="entry{" lit" * (name in lit)}">{self.page.number(name, "short")}</span>'
                          for name, of, _, k in self.page.parameters if of == l and k)
        n = self.sizes[l - 1]
        return (f'<div class="matrix"><p>{label(f"W{l}")}</p><div class="bracket{" tiny" * (n > 6)}" '
                f'style="grid-template-columns:repeat({n},minmax(0,52px))">{entries}</div></div>')

    def equation(self, left, terms, result):
        plus = '<span class="plus">+</span>'
        return f'<p class="equation">{left} = {plus.join(terms)}<span>= <b>{result}</b></span></p>'

    def sheet(self, words, equations, matrix=""):
        return f'<div class="sheet"><div><p>{words}</p>{equations}</div>{matrix}</div>'

    def forward(self, l, j):
        page, z, a, b = self.page, f"z{l}_{j}", f"a{l}_{j}", f"b{l}_{j}"
        terms = [self.term(f"{label(w)} {label(source)}", (w, source)) for w, source in self.row(l, j)]
        if b in page.values:
            terms.append(self.term(label(b), (b,)))
        f = page.config["activation"][l - 1]
        sign = SIGNS.get(f, f)
        words = (f"<b>Forward.</b> What arrives at {label(z)} is added up, then the function {sign} makes "
                 f"{label(self.out(l, j))} of it.")
        after = f'<p class="equation">{label(self.out(l, j))} = {sign}({label(z)}) = <b>{page.number(a)}</b></p>'
        return self.sheet(words, self.equation(label(z), terms, page.number(z)) + after,
                          self.matrix(l, [w for w, _ in self.row(l, j)]))

    def cost(self, l, j):
        page = self.page
        pairs = ", ".join(f'{label("ŷ" if self.sizes[-1] == 1 else f"ŷ_{i}")} = {page.number(f"a{l}_{i}")} where '
                          f'{label("y" if self.sizes[-1] == 1 else f"y_{i}")} = {page.number(f"y_{i}")} is wanted'
                          for i in range(1, self.sizes[-1] + 1))
        return self.sheet(f"<b>Cost.</b> {pairs}.",
                          f'<p class="equation">{label("C")} = <b>{page.number("C", "4")}</b></p>')

    def sum(self, l, j):
        page, a, out = self.page, f"a{l}_{j}", self.out(l, j)
        if l == self.L:
            if f"dC/d{a}" not in page.values:
                return self.sheet(f"<b>Back from the cost.</b> How does {label('C')} answer a change of "
                                  f"{label(f'z{l}_{j}')}? "
                                  "Softmax ties all outputs together: the next step is one formula.", "")
            words = (f"<b>Back from the cost.</b> How much does {label('C')} change for each unit that {label(out)} "
                     "moves?")
            return self.sheet(words, f'<p class="equation">{page_fraction(page, "∂C", "∂" + out)} = '
                                     f'<b>{page.number("dC/d" + a)}</b></p>')
        many = len(self.ahead(l, j)) > 1
        words = (f"<b>{'Messages' if many else 'A message'} back to {label(a)}.</b> Each neuron ahead sends its "
                 f"{label('delta')}, times the weight of "
                 f"the line between them. {'Where lines meet, the messages add up.' if many else ''}")
        terms = [self.term(f"{label(w)} {label(d)}", (w, d)) for w, d in self.ahead(l, j)]
        return self.sheet(words, self.equation(page_fraction(page, "∂C", "∂" + a), terms, page.number("dC/d" + a)),
                          self.matrix(l + 1, [w for w, _ in self.ahead(l, j)]))

    def gate(self, l, j):
        page, z, d = self.page, f"z{l}_{j}", f"delta{l}_{j}"
        if f"da/d{z}" not in page.values:
            return self.sheet(f"<b>Through softmax.</b> What is left at {label(z)} is its {label(d)}.",
                              f'<p class="equation">{label(d)} = <b>{page.number(d)}</b></p>')
        words = (f"<b>Through the gate.</b> {label(self.out(l, j))} answers {label(z)} with its slope "
                 "<i>f</i>′: wide open, the message passes; "
                 f"nearly shut, little is left. What gets through is {label(d)}.")
        return self.sheet(words, f'<p class="equation">{label(d)} = {page.number(f"dC/da{l}_{j}")} × '
                          f'{page.number(f"da/d{z}")} <span>= <b>{page.number(d)}</b></span></p>')

    def fill(self, l, j):
        page, d = self.page, f"delta{l}_{j}"
        rows = "".join(f'<li>{page_fraction(page, "∂C", "∂" + w)} = {page.number(d)} × {page.number(source)} = '
                       f'<b>{page.number("dC/d" + w)}</b></li>'
                       for w, source in self.row(l, j))
        if f"b{l}_{j}" in page.values:
            rows += f'<li>{page_fraction(page, "∂C", f"∂b{l}_{j}")} = <b>{page.number(f"dC/db{l}_{j}")}</b></li>'
        words = f"<b>Every line into this neuron gets its gradient:</b> {label(d)} times what the line carried forward."
        return self.sheet(words, f'<ul class="filled-in">{rows}</ul>', self.matrix(l, [w for w, _ in self.row(l, j)]))


def page_fraction(page, top, bottom):
    return (f'<span class="frac" role="math" aria-label="{spoken(top)} by {spoken(bottom)}">'
            f'<span aria-hidden="true">{label(top)}</span><span aria-hidden="true">{label(bottom)}</span></span>')


WORDS = {"forward": "forward", "cost": "the cost", "sum": "messages back", "gate": "through the gate",
         "fill": "gradients of its weights"}


def panel(page):
    """The panel's HTML."""
    sheets, all_steps = Sheets(page), steps(page.sizes)
    templates = "".join(f'<template data-for="{kind} {l} {j}" data-words="{WORDS[kind]}, layer {l}, neuron '
                        f'{j}">{getattr(sheets, kind)(l, j)}</template>'
                        for kind, l, j in all_steps)
    n, first = len(all_steps), sum(page.sizes[1:])
    marks = [("forward", 1), ("cost", first + 1), ("backward", first + 2)]
    jumps = "".join(f'<button type="button" data-action="to" data-step="{at}" style="flex-grow:{grow}">{word}</button>'
                    for (word, at), grow in zip(marks, (first, 1, n - first - 1)))
    summary = sheets.sum(page.L - 1, 1) if page.L > 1 else sheets.gate(1, 1)           # for paper
    begin = sheets.sheet("<b>Before the first step.</b> Press <b>step</b>: the numbers run forward, neuron by neuron, "
                         "to the cost. Then messages run back from it, in red, until every line has its gradient.", "")
    return ('<div class="pane backward" role="group" aria-label="forward and back, step by step">'
            '<p class="title">Forward and back</p><div class="bar moves" data-live>'
            '<button type="button" data-action="back" aria-label="one step back">◂</button>'
            '<button type="button" class="go" data-action="step" aria-label="one step on">step'
            '<span class="sign"> ▸</span></button>'
            '<button type="button" data-action="neuron">neuron<span class="sign"> ▸▸</span></button>'
            '<button type="button" data-action="pass"><span class="sign">▷ </span>play</button>'
            '<button type="button" data-action="reverse"><span class="sign">◁ </span>reverse</button></div>'
            f'<div data-live><input type="range" min="0" max="{n}" step="1" value="0" data-field="step" '
            f'aria-label="step of the pass"><div class="bar jumps">{jumps}</div></div>'
            f'<div class="telling" aria-live="polite"><div class="begin" data-live>{begin}</div>'
            f'<div class="on-paper">{summary}</div></div>{templates}</div>')
