"""A drill in place of every cell that practises: "Another one", a question with fresh numbers at every press.

    ```{code-cell} ipython3
    practice("forward")
    ```

The drills are backprop.exercises._drills; what they say is set as MathML when the site is built, with a place for each
number, which _static/answers/drills.js fills. A page without scripts shows the drill of seed 1 and its solution. The
notebook keeps the cell. The build fails where the package knows no such drill.
"""

import json
import re

from docutils import nodes
from sphinx.util import logging

import answer_fields
import cells
from backprop.exercises._drills import all_drills, drawn, filled
from mathml import prepare, to_mathml

logger = logging.getLogger(__name__)

ASKED = re.compile(r'\Apractice\("([\w-]+)"\)\s*\Z')


class drill_place(nodes.General, nodes.Element):
    """The place of a drill: drill=its name."""


def replace_cells(app, doctree):
    found = []
    for cell, asked in cells.asking(doctree, ASKED):
        if asked[1] not in all_drills():
            logger.warning("no drill is named %r; there are %s", asked[1], ", ".join(all_drills()), location=cell)
            continue
        found.append(asked[1])
        cell.replace_self(drill_place(drill=asked[1]))
    app.env.metadata[app.env.docname]["drills"] = found


def typeset(text):
    """Text with $formulas$ as HTML; what follows a formula without a space stays in its line."""
    return re.sub(r"\$([^$]+)\$([.,?]*)", lambda m: f'<span class="together">{numbers(m[1], False)}{m[2]}</span>', text)


def numbers(latex, display):
    """The MathML of a formula with places for numbers, as numbers and not as text."""
    return re.sub(r"<mtext>(@[^<]+@)</mtext>", r"<mn>\1</mn>", to_mathml(prepare(latex)[0], display))


def page_data(drill):
    """The drill as drills.js needs it, its formulas set as MathML."""
    return {**drill, "ask": typeset(drill["ask"]),
            "lines": [numbers(line, True) for line in drill["lines"]]}


def visit_drill(self, node):
    drill = all_drills()[node["drill"]]
    page = page_data(drill)
    values, _ = drawn(drill, 1)
    data = json.dumps(page, ensure_ascii=False).replace("</", "<\\/")
    solution = "".join(f'<div class="math"><div class="equation">{filled(line, values)}</div></div>'
                       for line in page["lines"])
    self.body.append(
        f'<section class="drill" aria-label="Practice: {drill["title"]}">'
        f'<p class="drill-title">Practice: {drill["title"]}</p>'
        f'<div class="drill-first"><p>{filled(page["ask"], values)}</p>'
        f'<details><summary>The solution, line by line</summary>{solution}</details></div>'
        f'<script type="application/json">{data}</script></section>\n')
    raise nodes.SkipNode


def plainly(self, node):
    raise nodes.SkipNode


def add_scripts(app, pagename, templatename, context, doctree):
    data = app.env.metadata.get(pagename, {})
    if data.get("drills") and not data.get("exercises"):
        answer_fields.add_to_page(app)


def setup(app):
    app.setup_extension("answer_fields")
    app.add_node(drill_place, html=(visit_drill, None), latex=(plainly, None), text=(plainly, None))
    app.connect("doctree-read", replace_cells, priority=400)       # before cells are treated by their tags
    app.connect("html-page-context", add_scripts, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
