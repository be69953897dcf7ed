"""What a link says, for link-hints.js to show where it stands: on hover, on focus, at the first tap.

For an equation that is the equation, for a glossary term its meaning, for an erratum, an exercise or a section its
beginning. Each page carries, as JSON, what its own links say; it needs no other page for that.
"""

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup

LINK = re.compile(r'<a class="[^"]*\breference\b[^"]*" href="([^":#]*#[^"]+)"')
EQUATION = re.compile(r'<div class="equation"[^>]*>(.*?)</div>', re.S)
MEANING = re.compile(r"<dd>(.*?)</dd>", re.S)
TITLE = re.compile(r"<h([1-4])[^>]*>(.*?)</h\1>", re.S)
PARAGRAPH = re.compile(r'<p(?! class="admonition-title")(?: [^>]*)?>(.*?)</p>', re.S)
LONGEST = 320          # characters of text that are shown of a section


def write(app, error):
    if error or app.builder.format != "html":
        return
    read = cache(lambda path: path.read_text(encoding="utf-8"))
    hint_at = cache(lambda path, anchor: hint_of(read(path), anchor))
    for page in sorted(path for path in Path(app.outdir).rglob("*.html") if "_static" not in path.parts):
        html, hints = read(page), {}
        for href in dict.fromkeys(LINK.findall(html)):
            path, _, anchor = href.partition("#")
            there = (page.parent / unquote(path)).resolve() if path else page
            if there.is_file() and (said := hint_at(there, unquote(anchor))):
                hints[href] = said
        if hints:
            data = json.dumps(hints, ensure_ascii=False).replace("</", "<\\/")
            script = f'<script type="application/json" id="link-hints">{data}</script>\n</body>'
            page.write_text(html.replace("</body>", script), encoding="utf-8")


def hint_of(html, anchor):
    """The HTML that a link to this place of a page shows, or None."""
    at = html.find(f' id="{escape(anchor)}"')
    if at < 0:
        return None
    start = html.rfind("<", 0, at)
    if anchor.startswith("equation-"):
        found = EQUATION.search(html, start)
        return found and f'<div class="equation">{inner(found[1])}</div>'
    elif anchor.startswith("term-"):
        found = MEANING.search(html, start)
    else:
        return beginning(html, start)
    return inner(found[1]) if found else None


def beginning(html, start):
    """Title and first paragraph of a section, or the first paragraph from a place on."""
    head = ""
    if html.startswith("<section", start) and (title := TITLE.search(html, start)):
        if title[1] == "1":
            return None                          # a chapter's title says enough
        head = f"<p><strong>{inner(title[2])}</strong></p>"
    found = PARAGRAPH.search(html, start)
    return f"{head}<p>{shortened(found[1])}</p>" if found else None


def inner(html):
    """What stands in an element, without links, ids and permalinks."""
    copy = BeautifulSoup(html, "html.parser")
    for link in copy.select(".headerlink, .eqno, script"):
        link.decompose()
    for link in copy.find_all("a"):
        link.unwrap()
    for one in copy.find_all(id=True):
        del one["id"]
    return str(copy).strip()


def shortened(paragraph):
    """The beginning of a paragraph: whole formulas, whole words."""
    copy, left = BeautifulSoup(inner(paragraph), "html.parser"), LONGEST
    for piece in [one for one in copy.find_all(string=True) if not one.find_parent("math")]:
        if left <= 0:
            piece.extract()
        elif len(piece) > left:
            piece.replace_with(piece[:left].rsplit(" ", 1)[0] + " …")
            end = left = 0
        else:
            left -= len(piece)
    if left <= 0 and (end := copy.find(string=lambda text: text.endswith(" …"))):
        for math in end.find_all_next("math"):
            math.decompose()
    return str(copy)


def setup(app):
    app.add_js_file("link-hints.js", loading_method="defer")
    app.connect("build-finished", write, priority=700)          # when the pages are as they will be
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
