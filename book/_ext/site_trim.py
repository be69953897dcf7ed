"""Leaves out of the pages what they don't use, and mends what the theme's templates leave no other way to mend."""

import re
import shutil
from html import escape
from pathlib import Path

import page_passes

# What the theme and Jupyter Book bring along and no page of ours needs.
UNUSED_FILES = ["**/*.map", "scripts/fontawesome.js*", "sphinx-thebe.*", "locales", "webpack-macros.html",
                "vendor/fontawesome/webfonts/*.ttf", "vendor/fontawesome/webfonts/fa-[br]*"]


def trim_page(app, pagename, templatename, context, doctree):
    """Leave out the scripts of sphinx-thebe, which ask another host."""
    def is_used(file):
        text = f"{getattr(file, 'filename', '')} {getattr(file, 'attributes', {}).get('body', '')}"
        return "thebe" not in text.lower()

    for kind in ("script_files", "css_files"):
        kept = [f for f in context[kind] if is_used(f)]
        context[kind][:] = [f for i, f in enumerate(kept) if f not in kept[:i]]
    if "body" in context:
        context["body"] = re.sub(
            r'<script type="text/x-thebe-config">.*?</script>'
            r"|<script>kernelName = .*?</script>", "", context["body"], flags=re.S)


def finish(app, error):
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    for pattern in UNUSED_FILES:
        for path in (site / "_static").glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def trim_html(html):
    """What the theme's templates and docutils leave no other way to mend."""
    # The icon script, 1.5 MB: the icon font draws the same.
    html = re.sub(r'\s*<script[^>]*fontawesome\.js[^>]*></script>', "", html)
    # The place of a warning about versions, which this book hasn't: the theme's script would measure it.
    html = re.sub(r'\s*<div class="pst-async-banner-revealer d-none">.*?</div>', "", html, flags=re.S)
    # Twice the same line.
    html = html.replace('<meta name="viewport" content="width=device-width, initial-scale=1" />', "")
    # The sidebar as a landmark: its logo stands in none.
    html = html.replace('<div id="pst-primary-sidebar" class',
                        '<div id="pst-primary-sidebar" role="complementary" aria-label="Book" class')
    # An entry of the bibliography with a role that is no longer one.
    html = html.replace('role="doc-biblioentry"', 'role="listitem"')
    # An empty corner of a table is no heading; a heading or a choice that is only a
    # formula needs a name.
    html = re.sub(r'<th class="head">\s*(<p></p>)?\s*</th>', "<td></td>", html)
    return re.sub(r"<(th|summary)\b[^>]*>.*?</\1>", name_formula, html, flags=re.S)


def name_formula(found):
    words = re.sub(r"<math.*?</math>|<[^>]*>", " ", found[0], flags=re.S)
    if words.strip():
        return found[0]
    return re.sub(r"<math\b([^>]*)>(.*?)</math>", lambda m: '<math{} aria-label="{}">{}</math>'.format(
        m[1], " ".join(re.sub("<[^>]*>", " ", m[2]).split()), m[2]), found[0], flags=re.S)


def write_front_door(app, error):
    """The site's first address leads to the first page; of itself it had no name and no icon."""
    if not error and app.builder.format == "html" and app.config.root_doc != "index":
        page = app.builder.get_target_uri(app.config.root_doc)
        (Path(app.outdir) / "index.html").write_text(
            f'''<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(app.config.html_title)}</title>
<link rel="icon" href="_static/logo.svg">
<meta http-equiv="refresh" content="0; url={page}">
</head>
<body><p><a href="{page}">{escape(app.config.html_title)}</a></p></body>
</html>
''', encoding="utf-8")


def setup(app):
    # It is loaded by sphinx-external-toc but not used here, and says nothing about
    # parallel reading, so that all pages would be read one after the other.
    if "sphinx_multitoc_numbering" in app.extensions:
        app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
    app.add_js_file("book.js")
    app.connect("html-page-context", trim_page, priority=900)
    page_passes.add(app, lambda html, app, page: trim_html(html), priority=400)
    app.connect("build-finished", finish, priority=400)
    app.connect("build-finished", write_front_door, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
