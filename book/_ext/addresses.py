"""Addresses: a named equation is displayed once, and every mention leads there.

An equation with a tag, `$$ … \\tag{BP2} $$`, in a chapter's text or in a cell's output, is its address: it gets the id
`equation-BP2`, and {eq}`BP2` links to it. So does every mention in text, (BP2) or BP1 to BP4, without any markup;
(A) and (B) only on their own page, since elsewhere such letters mean other things. A tag may stand in one place only.
What such a link says is shown where it stands: see link_hints.py.
"""

import re

from docutils import nodes
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from cells import check_line
from mathml import prepare
from quiz import quiz_summary
from together import put

logger = logging.getLogger(__name__)

NAME = "BP[1-4]|F[12]|GD|C[1-3]|A|B"
MENTION = re.compile(rf"\((?P<inside>{NAME})\)|\b(?P<bare>BP[1-4]|F[12])\b")
AT_HOME = {"A", "B"}                       # linked on their own page alone
# No link where one is already, in a title, or in what a press opens.
NO_LINKS = (nodes.reference, nodes.title, nodes.rubric, nodes.literal, nodes.math, nodes.math_block, nodes.raw,
            nodes.FixedTextElement, quiz_summary, check_line)


def identify(app, document):
    """Give every tagged equation of a page its id, its label and its place in the book."""
    page = app.env.docname
    equations = app.env.get_domain("math").equations
    for node in document.findall(nodes.math_block):
        _, tag = prepare(node.astext())
        if not tag or not re.fullmatch(NAME, tag):
            continue
        label, places = f"equation-{tag}", addresses(app.env)
        if places.get(tag, (page,))[0] != page or label in document.ids:
            logger.warning("the equation (%s) is displayed twice", tag, location=node)
            continue
        node["ids"] = [label]
        document.ids[label] = node
        places[tag] = (page, label)
        if not node.get("label"):
            node["label"] = tag
            equations[tag] = (page, tag)


def addresses(env):
    """tag -> (page, id)"""
    if not hasattr(env, "equation_addresses"):
        env.equation_addresses = {}
    return env.equation_addresses


def forget(app, env, page):
    for tag in [tag for tag, (there, _) in addresses(env).items() if there == page]:
        del addresses(env)[tag]


def merge(app, env, pages, other):
    addresses(env).update({tag: place for tag, place in addresses(other).items() if place[0] in pages})


def link_mentions(app, document, page):
    """Make a link of every (BP2) in text."""
    places = {tag: place for tag, place in addresses(app.env).items() if tag not in AT_HOME or place[0] == page}
    for text in linkable(document):
        parts, at = [], 0
        for found in MENTION.finditer(text):
            tag = found["inside"] or found["bare"]
            if tag in places:
                shown = nodes.inline("", found[0], classes=["eqref"])
                parts += [nodes.Text(text[at:found.start()]), make_refnode(app.builder, page, *places[tag], shown)]
                at = found.end()
        if parts:
            put(text, *parts, nodes.Text(text[at:]))


def linkable(document):
    """The texts of a page in which a link may stand."""
    for text in list(document.findall(nodes.Text)):
        if not any(isinstance(up, NO_LINKS) for up in ancestors(text)):
            yield text


def ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def setup(app):
    app.connect("doctree-read", identify, priority=600)         # after equations have their numbers
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", link_mentions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
