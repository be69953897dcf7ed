"""Figures far down a page are fetched when they are near.

A figure on a page's first screen stands in it. Of each other one the page keeps an empty drawing of the same size, with
its alternative text, and its lines are in `_static/figures/NAME.js`: a script, which even a page opened from the disk
may load (_static/later.js does). NAME.svg beside it is for a browser that runs no scripts, and for the book on paper.
What is folded stays whole: lean_html.py has it wait as text.
"""

import hashlib
import json
import re
from pathlib import Path

import page_passes
from lean_html import outermost

FOLDER = "_static/figures"
NAMED = {FOLDER: "data-later"}        # folder of what comes later -> the attribute with which a page names its files
FEWEST = 1500               # characters: below, putting a figure off saves nothing
NEAR = 1200                 # characters of text before a figure that a reader sees at once
FIGURE = re.compile(r'(<figure class="bp-figure">)(?:<style>.*?</style>)?(<svg\b[^>]*>)(.*?)(</svg>)', re.S)
FOR_NOTEBOOKS = re.compile(r'(<figure class="bp-figure">)<style>.*?</style>', re.S)


def attribute(tag, name):
    return re.search(rf'\b{name}="([^"]*)"', tag)[1]


def is_near(before):
    """Is little to read, and nothing to play with, before this place of an article?"""
    text = re.sub(r"<(script|noscript|svg|template)\b.*?</\1>|<[^>]*>", "", before, flags=re.S)
    return len(text) < NEAR and "-place" not in before


def put_off(html, root):
    """(the page with its later figures put off, {name: SVG}); root: the way from the page to the site's top."""
    folded, figures, top = outermost(html), {}, html.find("<article")

    def empty(found):
        figure, opening, lines, end = found.groups()
        if (len(lines) < FEWEST or is_near(html[max(top, 0):found.start()])
                or any(start <= found.start() < stop for start, stop in folded)):
            return found[0]
        name = "f" + hashlib.sha1((opening + lines).encode()).hexdigest()[:10]
        figures[name] = opening + lines + end
        alt, style = attribute(opening, "aria-label"), attribute(opening, "style")
        return (f'{figure}{opening[:-1]} data-later="{name}">{end}<noscript><img src="{root}{FOLDER}/{name}.svg" '
                f'alt="{alt}" style="{style}"></noscript>')

    return FIGURE.sub(empty, html), figures


def written(html, app, page):
    html, figures = put_off(html, "../" * page.count("/"))
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in figures.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        inside = json.dumps(svg[svg.index(">") + 1:svg.rindex("<")], ensure_ascii=False).replace("</", "<\\/")
        (folder / f"{name}.js").write_text(f'figureHere("{name}", {inside});\n', encoding="utf-8")
    return FOR_NOTEBOOKS.sub(r"\1", html)


def forget(app, error):
    """Remove what no page names any more."""
    if error or app.builder.format != "html":
        return
    site, kept = Path(app.outdir), {folder: set() for folder in NAMED}
    for page in site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        for folder, attribute in NAMED.items():
            kept[folder].update(re.findall(rf'{attribute}="(\w+)"', html))
    for folder, names in kept.items():
        for path in (site / folder).glob("*"):
            if path.stem not in names:
                path.unlink()


def setup(app):
    app.add_js_file("later.js")
    page_passes.add(app, written, priority=700)
    app.connect("build-finished", forget, priority=750)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
