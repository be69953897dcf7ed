"""Put the lab's script, stylesheet and digits on the site once, and the first two into the pages that hold a lab.

The script fetches the digits itself, by adding a script element when a lab that needs them comes near: a page
opened from the disk may load a script, but fetch nothing.
"""

from pathlib import Path

from backprop.widgets.assemble import on_its_own
from backprop.widgets.datasets import digits_script
from backprop.widgets.train_program import site_script, site_style
from tools import minified


def write_files(app):
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for name, text in (("train.js", minified.script(site_script())), ("train.css", site_style()),
                       ("digits.js", digits_script())):
        (static / name).write_text(text, encoding="utf-8")


def add_files(app, page, template, context, doctree):
    if 'class="train-place"' in context.get("body", ""):
        before, with_digits = on_its_own(site_style(), digits_script() + site_script())
        for once in (before, with_digits, on_its_own("", site_script())[1]):    # once a site is enough
            context["body"] = context["body"].replace(once, "")
        app.add_js_file("train.js", loading_method="defer")
        app.add_css_file("train.css")


def setup(app):
    app.connect("builder-inited", write_files)
    app.connect("html-page-context", add_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
