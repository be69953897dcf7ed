"""The scripts that every page needs, as one file that waits until the page is there; the others wait as well.

Bootstrap's script isn't among them: of it the theme uses menus alone, and book.js opens these. Nor is the part of the
theme's that measures every box of a page after each change in it: book.js measures those that come near.
"""

import re
from pathlib import Path

from one_style import mark_pages
from tools import minified

BUNDLE = "site.js"
COMMON = ["documentation_options.js", "scripts/sphinx-book-theme.js", "scripts/pydata-sphinx-theme.js",
          "clipboard.min.js", "copybutton.js", "book.js", "later.js", "search.js", "link-hints.js",
          "lights.js", "things-to-do.js", "progress.js"]
UNUSED = ["togglebutton.js", "doctools.js", "sphinx_highlight.js", "design-tabs.js", "searchtools.js",
          "language_data.js"]


# What the theme's script does at the start, and what it does here: measuring each box is left to book.js, and a phone,
# whose sidebar is shut, need not lay the page out to find the sidebar's place.
THEME = {
    '"complete"===document.readyState?I():window.addEventListener("load",I)': "0",
    'if(!document.querySelector(".bd-docs-nav"))return':
        'if(innerWidth<960||!document.querySelector(".bd-docs-nav"))return',
}


def name_of(file):
    return str(getattr(file, "filename", None) or "").removeprefix("_static/").split("?")[0]


def without_measuring(script):
    """The theme's script without its measuring; ValueError if it isn't there, as in another version of the theme."""
    for theirs, ours in THEME.items():
        if script.count(theirs) != 1:
            raise ValueError(f"the theme's script says {theirs} in other words: see THEME in one_script.py")
        script = script.replace(theirs, ours)
    return script


def ask_for_one(app, page, template, context, doctree):
    kept = []
    for file in context["script_files"]:
        body = getattr(file, "attributes", {}).get("body") or ""
        if name_of(file) in COMMON + UNUSED or "DOCUMENTATION_OPTIONS" in body:
            continue
        if name_of(file):
            file.attributes.setdefault("defer", "defer")
        if not any(file == other for other in kept):
            kept.append(file)
    context["script_files"][:] = kept
    app.add_js_file(BUNDLE, loading_method="defer")


def write(app, error):
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    static = site / "_static"
    parts = []
    for file in COMMON:
        if (static / file).is_file():
            text = (static / file).read_text(encoding="utf-8")
            text = re.sub(r"//# sourceMappingURL=.*", "", text)
            if file == "copybutton.js":                          # its words in other languages than the book's
                text = re.sub(r"^ +'(?!en)[\w-]+' ?: \{[^}]*\},?\n", "", text, flags=re.M)
            parts.append(without_measuring(text) if "pydata" in file else text)
            (static / file).unlink()
    text = "\n;".join(map(minified.script, parts))
    (static / BUNDLE).write_text(text, encoding="utf-8")
    mark_pages(site, BUNDLE, text)
    for file in [*UNUSED, "scripts/bootstrap.js", "scripts/bootstrap.js.LICENSE.txt", "copybutton_funcs.js"]:
        for path in (static / file, site / file):
            path.unlink(missing_ok=True)


def setup(app):
    app.connect("html-page-context", ask_for_one, priority=950)
    app.connect("build-finished", write, priority=850)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
