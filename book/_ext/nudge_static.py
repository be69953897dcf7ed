"""Put the widgets' scripts and stylesheets on the site once, and into the pages that hold a widget.

The files are made from the package's own, so page and notebook do the same. widgets.js is what Nudge, the small figures
and the lab (train_static.py) share, as is widgets.css; they stand before their own. The scripts are classic ones:
browsers refuse modules on pages opened from the disk.
"""

from pathlib import Path

from backprop.widgets.assemble import (
    FIGURES,
    classic,
    on_its_own,
    own_style,
    shared_script,
    shared_style,
    site_script,
    source,
    style,
)
from tools import minified

STATE = "application/vnd.jupyter.widget-state+json"


def write_files(app):
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for name, script in (("widgets", shared_script()), ("nudge", site_script()), ("figures", site_script(FIGURES))):
        (static / f"{name}.js").write_text(minified.script(script), encoding="utf-8")
    styles = ("widgets", shared_style(on_site=True)), *((name, own_style(name)) for name in ("nudge", "figures"))
    for name, text in styles:
        (static / f"{name}.css").write_text(text, encoding="utf-8")


def add_shared(app):
    """Before a widget's own files. Asked for twice, it is there once."""
    app.add_js_file("widgets.js", loading_method="defer")
    app.add_css_file("widgets.css")


def add_files(app, page, template, context, doctree):
    if 'class="nudge-place"' in context.get("body", ""):
        for once in on_its_own(style(), classic(source())):                     # once a site is enough
            context["body"] = context["body"].replace(once, "")
        add_shared(app)
        app.add_js_file("nudge.js", loading_method="defer")
        app.add_css_file("nudge.css")
    if 'class="figure-place"' in context.get("body", ""):
        context["body"] = context["body"].replace(f'<style>{style("figures")}</style>\n', "")
        add_shared(app)
        app.add_js_file("figures.js", loading_method="defer")
        app.add_css_file("figures.css")


def drop_kernel_state(app, page, template, context, doctree):
    """What a kernel knew of its widgets, the whole script included, helps no page without a kernel."""
    context["script_files"][:] = [f for f in context["script_files"]
                                  if getattr(f, "attributes", {}).get("type") != STATE]


def setup(app):
    app.connect("builder-inited", write_files)
    app.connect("html-page-context", add_files)
    app.connect("html-page-context", drop_kernel_state, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
