"""What a link says, for link-hints.js to show where it stands: on hover, on focus, at the first tap.

For an equation that is the equation, for a glossary term its meaning, for an erratum, an exercise or a section its
beginning. What a page's own links say is in `_static/hints/PAGE.js`, a script that is fetched once a reader has begun
to read; it needs no other page for that.
"""

import hashlib
import json
import re
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup

FOLDER = "_static/hints"
LINK = re.compile(r'<a class="[^"]*\breference\b[^"]*" href="([^":#]*#[^"]+)"')
EQUATION = re.compile(r'<div class="equation"[^>]*>(.*?)</div>', re.S)
MEANING = re.compile(r"<dd>(.*?)</dd>", re.S)
TITLE = re.compile(r"<h([1-4])[^>]*>(.*?)</h\1>", re.S)
PARAGRAPH = re.compile(r'<p(?! class="admonition-title")(?: [^>]*)?>(.*?)</p>', re.S)
CODE = Path(__file__).read_text(encoding="utf-8")            # other code, other hints
LONGEST = 320          # characters of text that are shown of a section


def write(app, error):
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    read = cache(lambda path: path.read_text(encoding="utf-8"))
    hint_at = Hints(Path(app.doctreedir) / "hints.json", read)
    for page in sorted(path for path in site.rglob("*.html") if "_static" not in path.parts):
        hints = {}
        for href in dict.fromkeys(LINK.findall(read(page))):
            path, _, anchor = href.partition("#")
            there = (page.parent / unquote(path)).resolve() if path else page
            if there.is_file() and (said := hint_at(there, unquote(anchor))):
                hints[href] = said
        file = site / FOLDER / page.relative_to(site).with_suffix(".js")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"linkHints({json.dumps(hints, ensure_ascii=False)});\n", encoding="utf-8")
    hint_at.keep()


class Hints:
    """What the places of all pages say: as it was found for a build before, where a page is still the same."""

    def __init__(self, file, read):
        self.file, self.read, self.pages = file, read, {}
        self.before = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}

    def __call__(self, page, anchor):
        if str(page) not in self.pages:
            state = hashlib.sha256((CODE + self.read(page)).encode()).hexdigest()
            known, said = self.before.get(str(page), ("", {}))
            self.pages[str(page)] = state, said if known == state else {}
        said = self.pages[str(page)][1]
        if anchor not in said:
            said[anchor] = hint_of(self.read(page), anchor)
        return said[anchor]

    def keep(self):
        self.file.write_text(json.dumps(self.pages), encoding="utf-8")


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
