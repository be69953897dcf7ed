"""Put the lab's script, stylesheet and digits on the site once, and the stylesheet into the pages that hold a lab.

What a lab is about (its data set, its weights) is in `_static/labs/NAME.js`. later.js fetches it, and the script, when
a lab is near. The script fetches the digits itself, by adding a script element when a lab that needs them comes near:
a page opened from the disk may load a script, but fetch nothing.
"""

import hashlib
import inspect
import json
import re
from importlib.metadata import version
from pathlib import Path

import later
import nudge_static
import page_passes
from backprop.widgets import datasets
from backprop.widgets.assemble import on_its_own, own_style, style
from backprop.widgets.train_program import page_script, site_script
from kept import kept
from tools import minified

FOLDER = "_static/labs"
later.NAMED[FOLDER] = "data-lab"
ABOUT = re.compile(r'(<div class="train-place")><script type="application/json">(.*?)</script>', re.S)
SCRIPT = re.compile(r'<script\b[^>]*\bsrc="[^"]*_static/(train\.js[^"]*)"></script>')


def put_off(html):
    """(the page with its labs put off, {name: JSON})."""
    labs = {}

    def empty(found):
        name = "l" + hashlib.sha1(found[2].encode()).hexdigest()[:10]
        labs[name] = found[2].replace("<\\/", "</")
        return f'{found[1]} data-lab="{name}">'

    html = ABOUT.sub(empty, html)
    return (SCRIPT.sub(r'<script type="text/plain" data-for-labs="\1"></script>', html) if labs else html), labs


def written(html, app, page):
    html, labs = put_off(html)
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, about in labs.items():
        text = json.dumps(about, ensure_ascii=False)
        (folder / f"{name}.js").write_text(f'labHere("{name}", {text});\n', encoding="utf-8")
    return html


def digits_script(app):
    """That of the package; to ask it takes most of a second, because scikit-learn is imported."""
    made_of = [inspect.getsource(datasets), version("scikit-learn"), version("numpy")]
    return kept(app, "digits", made_of, datasets.digits_script)


def write_files(app):
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for name, text in (("train.js", minified.script(site_script())), ("train.css", own_style("train")),
                       ("digits.js", digits_script(app))):
        (static / name).write_text(text, encoding="utf-8")


def add_files(app, page, template, context, doctree):
    if 'class="train-place"' in context.get("body", ""):
        before, with_digits = on_its_own(style("train"), digits_script(app) + page_script())
        for once in (before, with_digits, on_its_own("", page_script())[1]):    # once a site is enough
            context["body"] = context["body"].replace(once, "")
        nudge_static.add_shared(app)
        app.add_js_file("train.js", loading_method="defer")
        app.add_css_file("train.css")


def setup(app):
    app.connect("builder-inited", write_files)
    app.connect("html-page-context", add_files)
    page_passes.add(app, written, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
