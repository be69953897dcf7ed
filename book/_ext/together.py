"""What the end of a line may not part: a formula and its full stop or parenthesis, sizes such as 4-2-2-1."""

import re

from docutils import nodes

BEFORE = re.compile(r"[(\[‘“]+$")                      # what may not end a line
AFTER = re.compile(r"^[.,;:?!)\]’”%°]+")               # what may not begin a line
SIZES = re.compile(r"\b(\d+(?:-\d+){2,})\b")


def put(text, *parts):
    """Put these in the place of a text. (docutils' own replace takes the first text that reads the same.)"""
    siblings = text.parent.children
    place = next(i for i, sibling in enumerate(siblings) if sibling is text)
    text.parent[place:place + 1] = [part for part in parts if part.astext()]


def part_of(node, pattern):
    """What the pattern finds in a node that is a text, else nothing."""
    found = isinstance(node, nodes.Text) and pattern.search(node)
    return found[0] if found else ""


def keep_punctuation(app, document, page):
    """A formula in a line and the punctuation around it stay in one line."""
    for formula in list(document.findall(nodes.math)):
        siblings, place = formula.parent.children, formula.parent.index(formula)
        before = siblings[place - 1] if place else None
        after = siblings[place + 1] if place + 1 < len(siblings) else None
        opens, closes = part_of(before, BEFORE), part_of(after, AFTER)
        if opens or closes:
            together = nodes.inline("", "", classes=["together"])
            formula.replace_self(together)
            together += [part for part in (nodes.Text(opens), formula, nodes.Text(closes)) if part.astext()]
        if opens:
            put(before, nodes.Text(before.removesuffix(opens)))
        if closes:
            put(after, nodes.Text(after.removeprefix(closes)))


def keep_sizes(app, document, page):
    """The sizes of a network stay in one line."""
    for text in list(document.findall(nodes.Text)):
        if isinstance(text.parent, (nodes.FixedTextElement, nodes.literal, nodes.raw, nodes.title, nodes.math)):
            continue
        parts = SIZES.split(text)
        if len(parts) > 1:
            put(text, *[nodes.inline("", part, classes=["together"]) if number % 2 else nodes.Text(part)
                        for number, part in enumerate(parts)])


def setup(app):
    for keep in (keep_punctuation, keep_sizes):
        app.connect("doctree-resolved", keep, priority=900)             # when links are there
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
