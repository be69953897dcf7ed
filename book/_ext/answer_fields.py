"""A field in place of every cell that checks an answer, so that exercises are answered on the page.

In the source an exercise is a text and a cell, as backprop.exercises says:

    :::{exercise} Count
    :label: structure-count
    How many parameters has 3-4-4-1?
    :::

    ```{code-cell} ipython3
    answer = ...
    check("structure-count", answer)
    ```

The notebook keeps the cell. On the site it becomes the field of `structure-count`, which the page's scripts
(_static/answers/, sent as one file) bring to life with the answer, the hints and the words from the package. What only
Python can check says so and leads to the notebook. The build fails where the package knows no such exercise, or a
chapter asks for an exercise twice.
"""

import json
import re
import shutil
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

import cells
from backprop.exercises import all_exercises
from backprop.exercises._words import page_data
from one_style import mark_pages
from tools import minified, pages

logger = logging.getLogger(__name__)

ASKED = re.compile(r'^check\("([\w-]+)", answer\)\s*\Z', re.M)
SCRIPTS = ["draw.js", "formula.js", "judge.js", "page.js", "drills.js"]
BUNDLE = "answers.js"                      # these and the words, in one file
HERE = Path(__file__).parents[1] / "_static" / "answers"
HOW_TO_RUN = "run-the-notebooks"           # the label of the place that says how to run a notebook


class answer_field(nodes.General, nodes.Element):
    """The place of an answer: exercise=its name."""


def replace_cells(app, doctree):
    asked = []
    for cell, found in cells.asking(doctree, ASKED):
        if found[1] not in all_exercises():
            logger.warning("no exercise is named %r in backprop/exercises", found[1], location=cell)
            continue
        if found[1] in asked:
            logger.warning("the exercise %r is asked twice", found[1], location=cell)
        asked.append(found[1])
        cell.replace_self(answer_field(exercise=found[1]))
    app.env.metadata[app.env.docname]["exercises"] = asked


def visit_field(self, node):
    name = node["exercise"]
    exercise = all_exercises()[name]
    page = self.builder.current_docname
    up = "../" * page.count("/")
    source = pages.source_of(self.builder.srcdir, page)
    notebook = (
        f'<a href="{up}{pages.place_of(source)}" download>this chapter’s notebook</a>' if source else "the notebook"
    )
    how = f'<a href="{up}book/index.html#{HOW_TO_RUN}">How to run one</a>'
    data = (
        f' data-answer="{escape(json.dumps(exercise, ensure_ascii=False))}"' if exercise["kind"] != "notebook" else ""
    )
    here = "" if data else " It takes a few lines of Python"
    why = "Answer it in" if data else "Write it in"
    self.body.append(
        f'<div class="answer-field answer-{exercise["kind"]}" data-exercise="{name}"{data}>'
        f'<p class="answer-elsewhere">{why} {notebook}.{here + ". " if here else " "}{how}.</p>\n')


def depart_field(self, node):
    self.body.append("</div>\n")


def plainly(self, node):
    raise nodes.SkipNode


def add_scripts(app, pagename, templatename, context, doctree):
    if app.env.metadata.get(pagename, {}).get("exercises"):
        add_to_page(app)


def add_to_page(app):
    """The script of fields and drills, for this page alone."""
    app.add_js_file(BUNDLE, loading_method="defer")
    app.add_css_file("answers.css")


def check_labels(app, env):
    page, _ = env.domaindata["std"]["anonlabels"].get(HOW_TO_RUN, ("", ""))[:2]
    asked = any(told.get("exercises") for told in env.metadata.values())
    if asked and page != "book/index" and "book/index" in env.found_docs:
        logger.warning("exercises lead to book/index.html#%s, and there is no such place", HOW_TO_RUN)


def write_bundle(app, error):
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    parts = [f"globalThis.bookAnswers={{data:{json.dumps(page_data(), ensure_ascii=False)}}};"]
    parts += [minified.script((HERE / script).read_text(encoding="utf-8")) for script in SCRIPTS]
    text = "\n;".join(parts)
    (static / BUNDLE).write_text(text, encoding="utf-8")
    mark_pages(Path(app.outdir), BUNDLE, text)
    shutil.rmtree(static / HERE.name, ignore_errors=True)        # the same, in parts


def setup(app):
    app.setup_extension("cells")
    app.add_node(answer_field, html=(visit_field, depart_field), latex=(plainly, None), text=(plainly, None))
    app.connect("doctree-read", replace_cells, priority=400)       # before cells are treated by their tags
    app.connect("env-check-consistency", check_labels)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", write_bundle, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
