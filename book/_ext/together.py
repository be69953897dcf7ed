"""What the end of a line may not part: a formula and its full stop, the sizes of a network such as 4-2-2-1."""

import re

from docutils import nodes

AFTER = re.compile(r"[.,;:?!)\]’”%°]+")                # what may not begin a line
SIZES = re.compile(r"\b(\d+(?:-\d+){2,})\b")


def keep_punctuation(app, document, page):
    """A formula in a line and the punctuation that follows it stay in one line."""
    for formula in list(document.findall(nodes.math)):
        after = formula.next_node(descend=False, siblings=True)
        if isinstance(after, nodes.Text) and after.parent is formula.parent and (found := AFTER.match(after)):
            together = nodes.inline("", "", formula.deepcopy(), nodes.Text(found[0]), classes=["together"])
            formula.parent.replace(after, nodes.Text(after[found.end():]))
            formula.replace_self(together)


def keep_sizes(app, document, page):
    """The sizes of a network stay in one line."""
    for text in list(document.findall(nodes.Text)):
        if isinstance(text.parent, (nodes.FixedTextElement, nodes.literal, nodes.raw, nodes.title, nodes.math)):
            continue
        parts = SIZES.split(text)
        if len(parts) > 1:
            text.parent.replace(text, [nodes.inline("", part, classes=["together"]) if number % 2 else nodes.Text(part)
                                       for number, part in enumerate(parts) if part])


def setup(app):
    for keep in (keep_punctuation, keep_sizes):
        app.connect("doctree-resolved", keep, priority=900)             # when links are there
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
