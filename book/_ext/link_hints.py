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
    hint_at = Hints(Path(app.doctreedir) / "hints.json")
    for page in sorted(path for path in site.rglob("*.html") if "_static" not in path.parts):
        hints = {}
        for href in dict.fromkeys(LINK.findall(read(page))):
            path, _, anchor = href.partition("#")
            there = (page.parent / unquote(path)).resolve() if path else page
            if there.is_file() and (said := hint_at(read(there), unquote(anchor))):
                hints[href] = said
        file = site / FOLDER / page.relative_to(site).with_suffix(".js")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"linkHints({json.dumps(hints, ensure_ascii=False)});\n", encoding="utf-8")
    hint_at.keep()


class Hints:
    """What a place of a page says, as a hint: as it was made for a build before, where the place says the same."""

    def __init__(self, file):
        self.file, self.made = file, {}
        self.before = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}

    def __call__(self, html, anchor):
        said = said_at(html, anchor)
        if not any(said):
            return None
        key = hashlib.sha256("\0".join((CODE, *said)).encode()).hexdigest()
        if key not in self.made:
            self.made[key] = self.before.get(key) or hint_of(*said)
        return self.made[key]

    def keep(self):
        self.file.write_text(json.dumps(self.made), encoding="utf-8")


def said_at(html, anchor):
    """What the page has at a place: an equation; a term's meaning; or a section's title and the paragraph that follows.
    Of these four texts some or all are empty."""
    at = html.find(f' id="{escape(anchor)}"')
    if at < 0:
        return "", "", "", ""
    start = html.rfind("<", 0, at)
    if html.startswith("<span", start) and (above := html.rfind("<p", 0, start)) > html.rfind("</p>", 0, start):
        start = above                            # a paragraph with two names has the second in itself
    if anchor.startswith("equation-"):
        return first(EQUATION, html, start), "", "", ""
    if anchor.startswith("term-"):
        return "", first(MEANING, html, start), "", ""
    found = TITLE.search(html, start) if html.startswith("<section", start) else None
    if found and found[1] == "1":                # a chapter's title says enough
        return "", "", "", ""
    paragraph = first(PARAGRAPH, html, start)
    return "", "", found[2] if found and paragraph else "", paragraph


def first(pattern, html, start):
    found = pattern.search(html, start)
    return found[1] if found else ""


def hint_of(equation, meaning, title, paragraph):
    """The HTML that a link shows to what was said at a place."""
    if equation:
        return f'<div class="equation">{inner(equation)}</div>'
    if meaning:
        return inner(meaning)
    head = f"<p><strong>{inner(title)}</strong></p>" if title else ""
    return f"{head}<p>{shortened(paragraph)}</p>"


def inner(html):
    """What stands in an element, without links, ids and permalinks."""
    copy = BeautifulSoup(html, "html.parser")
    for part in copy.find_all("script") + copy.find_all(class_=["headerlink", "eqno"]):
        part.decompose()
    for link in copy.find_all("a"):
        link.unwrap()
    for one in copy.find_all(id=True):
        if one.name == "span" and not one.contents:
            one.decompose()                      # it only was the name of a place
        else:
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
