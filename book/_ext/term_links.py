"""Glossary terms are links: on every chapter, the first time a term is used after it was explained there.

No markup is needed. A term printed in bold is just being explained, and isn't linked in that paragraph. What such a
link says is shown where it stands: see link_hints.py. The pages in `no_term_links` are left alone.
"""

import re
from functools import cache

from docutils import nodes
from sphinx import addnodes
from sphinx.util.nodes import make_refnode

from addresses import ancestors, linkable
from together import put

# Words of everyday use, whose everyday meaning is as frequent: these are linked by {term} alone.
EVERYDAY = {"example", "path", "message", "update rule", "saddle", "shortcut", "input", "output", "layer",
            "network", "gate"}
NO_TERMS = (nodes.strong, addnodes.glossary, nodes.caption, nodes.thead, nodes.line_block)


def terms(env):
    """term in lower case -> (page, id)"""
    objects = env.domaindata["std"]["objects"]
    return {name.lower(): place for (kind, name), place in objects.items() if kind == "term" and name not in EVERYDAY}


@cache
def pattern(names):
    """Any of the names, the longest first, also in the plural."""
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?:e?s)?(?![\w-])", re.I)


def link_terms(app, document, page):
    known = terms(app.env)
    if page in app.config.no_term_links or not page.startswith("book/") or not known:
        return
    words, used = pattern(frozenset(known)), {*linked_already(document, known)}
    for text in linkable(document):
        above = list(ancestors(text))
        paragraph = next((up for up in above if isinstance(up, nodes.paragraph)), None)
        if paragraph is None or any(isinstance(up, NO_TERMS) for up in above):
            continue
        explained = " ".join(bold.astext().lower() for bold in paragraph.findall(nodes.strong))
        parts, at = [], 0
        for found in words.finditer(text):
            name = found[1].lower()
            if name in used or name in explained:
                continue
            used.add(name)
            shown = nodes.inline("", found[0], classes=["xref", "std", "std-term"])
            parts += [nodes.Text(text[at:found.start()]), make_refnode(app.builder, page, *known[name], shown)]
            at = found.end()
        if parts:
            put(text, *parts, nodes.Text(text[at:]))


def linked_already(document, known):
    """The terms that the text itself links, by {term}."""
    ids = {place[1]: name for name, place in known.items()}
    for reference in document.findall(nodes.reference):
        label = (reference.get("refuri") or reference.get("refid") or "").rpartition("#")[2]
        if label in ids:
            yield ids[label]


def setup(app):
    app.add_config_value("no_term_links", [], "html")
    app.connect("doctree-resolved", link_terms, priority=600)       # after {term} and the equations
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
