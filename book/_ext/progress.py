"""What a reader has done, kept in their own browser: the page's part is _static/progress.js.

The build tells the script what there is to do: for each page of the book its title, its exercises and its quizzes. The
directive {progress} makes the place, on the first page, where progress is shown, exported, imported and erased.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from quiz import quiz

PLACE = """\
<section class="progress-place" id="your-progress" aria-label="Your progress" hidden></section>
"""


class ProgressDirective(SphinxDirective):
    def run(self):
        return [nodes.raw("", PLACE, format="html")]


def note_quizzes(app, document):
    app.env.metadata[app.env.docname]["quizzes"] = [node["key"] for node in document.findall(quiz)]


def things_to_do(env):
    """page -> {"title", "exercises", "quizzes"} for the pages with something to do, in the book's order."""
    found = {}
    for page in sorted(env.found_docs, key=reading_order(env)):
        data = env.metadata.get(page, {})
        if data.get("exercises") or data.get("quizzes"):
            found[page] = {"title": env.titles[page].astext(), "exercises": data.get("exercises", []),
                           "quizzes": data.get("quizzes", [])}
    return found


def reading_order(env):
    pages = [env.config.root_doc, *(page for pages in env.toctree_includes.values() for page in pages)]
    return lambda page: pages.index(page) if page in pages else len(pages)


def write_list(app, error):
    if not error and app.builder.format == "html":
        text = f"window.thingsToDo = {json.dumps(things_to_do(app.env), ensure_ascii=False, indent=0)};\n"
        (Path(app.outdir) / "_static" / "things-to-do.js").write_text(text, encoding="utf-8")


def setup(app):
    app.add_directive("progress", ProgressDirective)
    app.add_js_file("things-to-do.js", loading_method="defer")
    app.add_js_file("progress.js", loading_method="defer", priority=900)
    app.add_css_file("progress.css")
    app.connect("doctree-read", note_quizzes)
    app.connect("build-finished", write_list, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
