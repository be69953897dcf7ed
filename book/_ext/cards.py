"""What is worth remembering, as cards: every glossary term, every named equation, every quiz, every drill.

They are made from the pages themselves when the site is built, and go two ways:

- to the page with the directive {review}, where they come back after days (_static/review.js; the cards are written to
  _static/review-cards.js, the formulas set as MathML). A drill has fresh numbers there each time;
- into backprop-book.apkg, a deck for Anki, where formulas are LaTeX and a drill is there with a few seeds.
"""

import json
import re
from html import escape
from pathlib import Path

import genanki
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

import answer_fields
from addresses import addresses
from backprop.exercises._drills import all_drills, drawn, filled
from documents import documents
from drills import page_data
from mathml import prepare, to_mathml
from progress import reading_order
from quiz import quiz, quiz_choice, quiz_summary

DECK = "backprop-book.apkg"
SEEDS = range(1, 6)                              # of each drill in the deck

# What is asked where a named equation is to be remembered.
EQUATIONS = {
    "F1": "Forward: the weighted inputs of a layer, from the activations before it",
    "F2": "Forward: the activations of a layer, from its weighted inputs",
    "C1": "The quadratic cost of one example",
    "C2": "Cross-entropy with one sigmoid output",
    "C3": "Cross-entropy after softmax",
    "BP1": "Backward, at the output: δ of the last layer",
    "BP2": "Backward, one layer back: δ of a layer from δ of the next",
    "BP3": "Backward: the derivative by a bias",
    "BP4": "Backward: the derivative by a weight",
    "GD": "One step of gradient descent",
    "A": "One neuron a layer, two layers: the derivative by the output weight",
    "B": "One neuron a layer, two layers: the derivative by the hidden weight",
}


# --- from a page's nodes to a little HTML

TAGS = {nodes.paragraph: "p", nodes.emphasis: "em", nodes.strong: "strong", nodes.literal: "code",
        nodes.bullet_list: "ul", nodes.enumerated_list: "ol", nodes.list_item: "li"}


def as_html(node, math):
    """What a node says; math(latex, display) sets a formula."""
    if isinstance(node, nodes.Text):
        return escape(node.astext(), quote=False)
    if isinstance(node, (nodes.math, nodes.math_block)):
        return math(prepare(node.astext())[0], isinstance(node, nodes.math_block))
    if isinstance(node, (nodes.comment, nodes.system_message, nodes.target)):
        return ""
    inside = "".join(as_html(child, math) for child in node.children)
    tag = TAGS.get(type(node))
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def mathml(latex, display):
    html = to_mathml(latex, display)
    return f'<div class="math"><div class="equation">{html}</div></div>' if display else html


def tex(latex, display):
    """As Anki wants it."""
    left, right = (r"\[", r"\]") if display else (r"\(", r"\)")
    return f"{left} {escape(latex, quote=False)} {right}"


# --- the cards: {"id", "kind", "page", "front", "back"}, both sides functions of how to set a formula

def all_cards(env):
    pages = sorted((page for page in env.found_docs if page.startswith("book/")), key=reading_order(env))
    read = documents(env)
    chapters = [page for page in pages if env.metadata[page].get("drills")]
    found = []
    for page in chapters:
        found += quiz_cards(page, read[page])
    for tag, (page, label) in addresses(env).items():
        node = next(node for node in read[page].findall(nodes.math_block) if label in node["ids"])
        found.append(card(f"equation-{tag}", "equation", page,
                          lambda math, tag=tag: f"<p>{EQUATIONS[tag]} ({tag})?</p>",
                          lambda math, node=node: as_html(node, math)))
    bold = {page: "\n".join(node.astext() for node in read[page].findall(nodes.strong)) for page in chapters}
    for page in pages:
        for item in read[page].findall(nodes.definition_list_item):
            if isinstance(item.parent.parent, addnodes.glossary):
                found.append(term_card(item, bold))
    return sorted(found, key=lambda one: pages.index(one["page"]))


def card(name, kind, page, front, back):
    return {"id": name, "kind": kind, "page": page, "front": front, "back": back}


def quiz_cards(page, document):
    for node in document.findall(quiz):
        asked = [child for child in node.children if not isinstance(child, quiz_choice)]
        choices = [child for child in node.children if isinstance(child, quiz_choice)]
        right = next(choice for choice in choices if choice["right"])

        def front(math, asked=asked, choices=choices):
            texts = "".join(f"<li>{as_html(next(choice.findall(quiz_summary)), math)}</li>" for choice in choices)
            return "".join(as_html(child, math) for child in asked) + f"<ul>{texts}</ul>"

        def back(math, right=right):
            summary, *rest = right.children
            return f"<p><strong>{as_html(summary, math)}</strong></p>" + "".join(as_html(one, math) for one in rest)

        yield card(f"quiz-{node['key']}", "quiz", page, front, back)


def term_card(item, bold):
    """bold: {chapter: what stands there in bold}. The first that has the term explains it."""
    term, meaning = next(item.findall(nodes.term)), next(item.findall(nodes.definition))
    name = term.astext()
    word = re.compile(rf"\b{re.escape(name)}(e?s)?\b", re.I)
    page = next((page for page in bold if word.search(bold[page])), list(bold)[-1])
    return card(term["ids"][0], "term", page, lambda math: f"<p>What is meant by <strong>{escape(name)}</strong>?</p>",
                lambda math: as_html(meaning, math))


# --- the page

PLACE = """\
<section class="review" id="review-cards" aria-label="Review">
<p>This page needs JavaScript. The deck for Anki doesn’t.</p>
</section>
"""


class ReviewDirective(SphinxDirective):
    def run(self):
        self.env.metadata[self.env.docname]["review"] = True
        return [nodes.raw("", PLACE, format="html")]


def add_scripts(app, pagename, templatename, context, doctree):
    if app.env.metadata.get(pagename, {}).get("review"):
        answer_fields.add_to_page(app)
        for number, script in enumerate(("review-cards.js", "review.js")):
            app.add_js_file(script, loading_method="defer", priority=910 + number)
        app.add_css_file("review.css")


def write_page_data(app, cards):
    order = sorted(app.env.found_docs, key=reading_order(app.env))
    found = [{**one, "front": one["front"](mathml), "back": one["back"](mathml)} for one in cards]
    first = {}
    for page in order:
        for name in app.env.metadata[page].get("drills", []):
            first.setdefault(name, page)
    found += [{"id": f"drill-{name}", "kind": "drill", "page": page, "drill": page_data(all_drills()[name])}
              for name, page in first.items()]
    found.sort(key=lambda one: order.index(one["page"]))
    text = f"window.reviewCards = {json.dumps(found, ensure_ascii=False)};\n"
    (Path(app.outdir) / "_static" / "review-cards.js").write_text(text, encoding="utf-8")


# --- the deck

TITLE = "Backpropagation, derived and alive"
MODEL = genanki.Model(
    1742013601, TITLE, fields=[{"name": "front"}, {"name": "back"}],
    templates=[{"name": "Card", "qfmt": "{{front}}", "afmt": "{{FrontSide}}<hr id=answer>{{back}}"}],
    css=".card { font: 20px/1.4 sans-serif; max-width: 40em; margin: auto; } ul { text-align: left; }")


def write_deck(path, cards):
    deck = genanki.Deck(1742013602, TITLE)
    for one in cards:
        add_note(deck, one["id"], one["kind"], one["front"](tex), one["back"](tex))
    for name, drill in all_drills().items():
        for seed in SEEDS:
            values, _ = drawn(drill, seed)
            ask = re.sub(r"\$([^$]+)\$", lambda found: tex(found[1], False), filled(drill["ask"], values))
            lines = "".join(f"<p>{tex(filled(line, values), True)}</p>" for line in drill["lines"])
            add_note(deck, f"drill-{name}-{seed}", "drill", f"<p><strong>{drill['title']}.</strong> {ask}</p>", lines)
    genanki.Package(deck).write_to_file(str(path))


def add_note(deck, name, kind, front, back):
    deck.add_note(genanki.Note(MODEL, fields=[front, back], guid=genanki.guid_for("backprop-book", name), tags=[kind]))


def write(app, error):
    if error or app.builder.format != "html" or not any(d.get("review") for d in app.env.metadata.values()):
        return
    cards = all_cards(app.env)
    write_page_data(app, cards)
    write_deck(Path(app.outdir) / DECK, cards)


def setup(app):
    app.setup_extension("drills")
    app.setup_extension("progress")
    app.add_directive("review", ReviewDirective)
    app.connect("html-page-context", add_scripts, priority=610)
    app.connect("build-finished", write, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
