"""What makes the book easy to find and to pass on: each page's description in a sentence or two, what a message
that links to it shows, and, once the site's address is set (`html: baseurl`), a sitemap."""

import html
import re
from pathlib import Path

from search_data import entries, told

LONGEST = 160               # characters of a description that search engines show
PICTURE = "_static/card.png"


def description(app, page):
    """The first sentences of a page, as many as fit; of a long one the beginning."""
    text = told(app.env, next((entry["text"] for entry in entries(app.env).get(page, []) if entry["text"]), ""))
    said = ""
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        if len(said) + len(sentence) > LONGEST:
            break
        said = f"{said} {sentence}".strip()
    return said or (text[:LONGEST - 1].rsplit(" ", 1)[0] + " …" if text else app.config.html_title)


def add_tags(app, page, template, context, doctree):
    title, said = context.get("title") or app.config.html_title, description(app, page)
    tags = {"name": {"description": said},
            "property": {"og:type": "article", "og:title": re.sub(r"<[^>]*>", "", title), "og:description": said,
                         "og:site_name": app.config.html_title}}
    if base := app.config.html_baseurl:
        base = base.rstrip("/")
        tags["property"] |= {"og:url": f"{base}/{app.builder.get_target_uri(page)}", "og:image": f"{base}/{PICTURE}"}
        tags["name"]["twitter:card"] = "summary_large_image"
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n    <meta {kind}="{name}" content="{html.escape(html.unescape(content))}">'
        for kind, named in tags.items() for name, content in named.items())


def write_sitemap(app, error):
    base = (app.config.html_baseurl or "").rstrip("/")
    if error or app.builder.format != "html" or not base:
        return
    pages = "".join(f"<url><loc>{html.escape(f'{base}/{app.builder.get_target_uri(page)}')}</loc></url>\n"
                    for page in sorted(app.env.all_docs))
    (Path(app.outdir) / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{pages}</urlset>\n", encoding="utf-8")


def setup(app):
    app.connect("html-page-context", add_tags)
    app.connect("build-finished", write_sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
