"""The notebooks to take home: each page's own, and one zip with all a reader needs."""

import re
from functools import partial
from pathlib import Path

from docutils import nodes

from kept import kept
from tools import notebooks, pages

ZIP = "backprop-book.zip"


def offer_notebook(app, pagename, templatename, context, doctree):
    """The page's download button gives the notebook that we make, not the source."""
    for group in context.get("header_buttons", []):
        if group.get("label") != "download-buttons":
            continue
        group["buttons"] = [b for b in group["buttons"] if b["label"] == "download-pdf-button"]
        if source := pages.source_of(app.srcdir, pagename):
            group["buttons"].insert(0, {
                "type": "link", "url": context["pathto"](pages.place_of(source), 1), "text": ".ipynb",
                "icon": "fas fa-code", "tooltip": "Download this page as a notebook",
                "label": "download-notebook-button"})


def site_file(name, rawtext, text, lineno, inliner, options=None, content=None):
    """The role {site-file}`text <path>`: a link to a file that the build makes."""
    found = re.fullmatch(r"(.*?)\s*<([^>]+)>", text, re.S)
    label, path = found.groups() if found else (text, text)
    page = inliner.document.settings.env.docname
    href = "../" * page.count("/") + path
    return [nodes.raw("", f'<a class="reference download internal" href="{href}" download>{label}</a>',
                      format="html")], []


def finish(app, error):
    if not error and app.builder.format == "html" and app.config.site_downloads:
        notebooks.write_downloads(Path(app.outdir), ZIP, partial(kept, app))


def setup(app):
    app.add_config_value("site_downloads", True, "")      # a preview goes without
    app.add_role("site-file", site_file)
    app.connect("html-page-context", offer_notebook, priority=900)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
