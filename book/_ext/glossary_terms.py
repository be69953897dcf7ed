"""What each term of the glossary means, in a script from which a page shows it where the term stands."""

import json
from pathlib import Path

from bs4 import BeautifulSoup


def write_terms(app, error):
    """_static/glossary-terms.js: what each term of the glossary means, for book.js."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
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


def setup(app):
    app.add_js_file("glossary-terms.js")
    app.connect("build-finished", write_terms, priority=450)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
