"""What the site needs beyond Jupyter Book: equations without scripts, nothing that
the book doesn't use, the notebooks to take home, and hints on glossary terms."""

import json
import re
import shutil
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from fontTools import subset
from sphinx.util import logging

from tools import notebooks

logger = logging.getLogger(__name__)

ZIP = "backprop-book.zip"

# What the theme and Jupyter Book bring along and no page of ours needs.
UNUSED_FILES = ["**/*.map", "scripts/fontawesome.js*", "sphinx-thebe.*", "locales", "webpack-macros.html",
                "vendor/fontawesome/webfonts/*.ttf", "vendor/fontawesome/webfonts/fa-[br]*"]


def trim_page(app, pagename, templatename, context, doctree):
    """Leave out the scripts of sphinx-thebe, which ask another host; offer the
    notebook that we make, not the source."""
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

    for group in context.get("header_buttons", []):
        if group.get("label") != "download-buttons":
            continue
        group["buttons"] = [b for b in group["buttons"] if b["label"] == "download-pdf-button"]
        if source := notebooks.source_of(app.srcdir, pagename):
            group["buttons"].insert(0, {
                "type": "link", "url": context["pathto"](notebooks.place_of(source), 1), "text": ".ipynb",
                "icon": "fas fa-code", "tooltip": "Download this page as a notebook",
                "label": "download-notebook-button"})


def site_file(name, rawtext, text, lineno, inliner, options={}, content=[]):
    """The role {site-file}`text <path>`: a link to a file that the build makes."""
    found = re.fullmatch(r"(.*?)\s*<([^>]+)>", text, re.S)
    label, path = found.groups() if found else (text, text)
    page = inliner.document.settings.env.docname
    href = "../" * page.count("/") + path
    return [nodes.raw("", f'<a class="reference download internal" href="{href}" download>{label}</a>',
                      format="html")], []


def finish(app, error):
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    for page in site.rglob("*.html"):
        trim_html(page)
    write_glossary_terms(app, site)
    if app.config.site_downloads:
        notebooks.write_downloads(Path(app.srcdir), site, ZIP)
    shrink_icon_font(site)
    for pattern in UNUSED_FILES:
        for path in (site / "_static").glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def trim_html(page):
    """What the theme's templates and docutils leave no other way to mend."""
    text = page.read_text(encoding="utf-8")
    better = text
    # The icon script, 1.5 MB: the icon font draws the same.
    better = re.sub(r'\s*<script[^>]*fontawesome\.js[^>]*></script>', "", better)
    # Twice the same line.
    better = better.replace('<meta name="viewport" content="width=device-width, initial-scale=1" />', "")
    # The sidebar as a landmark: its logo stands in none.
    better = better.replace('<div id="pst-primary-sidebar" class',
                            '<div id="pst-primary-sidebar" role="complementary" aria-label="Book" class')
    # An entry of the bibliography with a role that is no longer one.
    better = better.replace('role="doc-biblioentry"', 'role="listitem"')
    # An empty corner of a table is no heading; a heading or a choice that is only a
    # formula needs a name.
    better = re.sub(r'<th class="head">\s*(<p></p>)?\s*</th>', "<td></td>", better)
    better = re.sub(r"<(th|summary)\b[^>]*>.*?</\1>", name_formula, better, flags=re.S)
    if better != text:
        page.write_text(better, encoding="utf-8")


def name_formula(found):
    words = re.sub(r"<math.*?</math>|<[^>]*>", " ", found[0], flags=re.S)
    if words.strip():
        return found[0]
    return re.sub(r"<math\b([^>]*)>(.*?)</math>", lambda m: '<math{} aria-label="{}">{}</math>'.format(
        m[1], " ".join(re.sub("<[^>]*>", " ", m[2]).split()), m[2]), found[0], flags=re.S)


def write_glossary_terms(app, site):
    """_static/glossary-terms.js: what each term of the glossary means, for book.js."""
    pages = {doc for (kind, _), (doc, _) in app.env.domaindata["std"]["objects"].items() if kind == "term"}
    terms = {}
    for page in sorted(p for p in pages if (site / f"{p}.html").is_file()):    # a preview has one page only
        html = BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
        for term in html.select("dl.glossary > dt[id]"):
            meaning = term.find_next_sibling("dd")
            for link in meaning.find_all("a"):
                link.unwrap()
            terms[term["id"]] = meaning.decode_contents().strip()
    script = "window.glossaryTerms = " + json.dumps(terms, ensure_ascii=False, indent=0) + ";\n"
    (site / "_static" / "glossary-terms.js").write_text(script, encoding="utf-8")


def shrink_icon_font(site):
    """Keep of the icon font the icons that occur: a few kilobytes of 156."""
    font = site / "_static" / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
    css = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    css += (site / "_static" / "styles" / "sphinx-book-theme.css").read_text(encoding="utf-8")
    names = {name for page in site.rglob("*.html")
             for name in re.findall(r"\bfa-([a-z-]+)", page.read_text(encoding="utf-8"))}
    # Icons that the theme's scripts put in when something is copied or searched.
    names |= {"check", "xmark", "spinner", "chevron-down", "chevron-up", "circle-xmark"}
    icons = {chr(int(code, 16)) for selectors, code in re.findall(r'([^{}]+)\{content:"\\([0-9a-f]+)"', css)
             if names & set(re.findall(r"\.fa-([a-z-]+)", selectors))}
    icons |= set(re.findall("[\ue000-\uf8ff]", css))
    icons |= {chr(int(code, 16)) for code in re.findall(r'--pst-icon[a-z-]*:"\\([0-9a-f]+)"', css)}
    options = subset.Options(flavor="woff2", hinting=False)
    loaded = subset.load_font(str(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(icons))
    subsetter.subset(loaded)
    subset.save_font(loaded, str(font), options)


def setup(app):
    # It is loaded by sphinx-external-toc but not used here, and says nothing about
    # parallel reading, so that all pages would be read one after the other.
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
    app.setup_extension("mathml")
    app.add_config_value("site_downloads", True, "")      # a preview goes without
    app.add_role("site-file", site_file)
    app.add_js_file("glossary-terms.js")
    app.add_js_file("book.js")
    app.connect("html-page-context", trim_page, priority=900)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
