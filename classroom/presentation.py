"""Slides for the lesson plan: a text for each session, with the chapters' own figures, becomes one file that any
browser shows, also without a network.

In the text a line --- begins a slide, `minutes: 0–10` says its place in the plan, and

    ```{figure} chain-rule
    a part of one of the chapter's cells
    ```

shows what that cell of the chapter shows. reveal.js, in slides/reveal, turns the pages.
"""

import ast
import contextlib
import html
import io
import re
from pathlib import Path

from .atomic import write_whole
from .course import REPOSITORY, CourseError
from .feedback import typeset

TEXTS = Path(__file__).with_name("slides")
FIGURE = re.compile(r"^```\{figure\} ([\w-]+)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
MINUTES = re.compile(r"^minutes: (.+)\n")
THEME = """
:root { --r-main-font-size: 30px; }
.reveal { font: 30px/1.45 system-ui, sans-serif; color: %(ink)s; }
.reveal-viewport { background: %(paper)s; }
.reveal .slides section { text-align: left; padding: 0 20px; box-sizing: border-box; }
.reveal h1, .reveal h2 { font-weight: 650; line-height: 1.2; margin: 0 0 .5em; }
.reveal h1 { font-size: 2em; } .reveal h2 { font-size: 1.4em; }
.reveal p { margin: .6em 0; }
.reveal math[display=block] { margin: .6em 0; font-size: 1.1em; }
.reveal pre { background: %(wash)s; padding: .7em 1em; font-size: .8em; line-height: 1.5; width: auto; margin: .6em 0; }
.reveal :not(pre) > code { background: %(wash)s; padding: 0 .2em; }
.reveal table { border-collapse: collapse; }
.reveal td, .reveal th { padding: .3em 1em; border-bottom: 1px solid %(rule)s; }
.reveal figure { margin: 0 auto; text-align: center; } .reveal figcaption { display: none; }
.reveal figure svg { max-width: 1100px !important; width: auto !important; height: 380px !important; }
.reveal .minutes { position: absolute; right: 20px; top: -34px; font-size: 18px; color: %(muted)s; }
.reveal .slide-number { background: none; color: %(muted)s; right: auto; left: 12px; }     /* clear of the arrows */
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script>{script}</script>
<script>
Reveal.initialize({{hash: true, slideNumber: "c/t", width: 1280, height: 720, margin: 0.06, transition: "none"}});
</script>
</html>
"""


def sessions():
    """The names of the book's decks: session-1 …"""
    return sorted(path.stem for path in TEXTS.glob("*.md"))


def make(course):
    """Put the decks' texts into slides/ of the course folder, where they may be changed, and make pages of all that are
    there. Returns their paths."""
    folder = course.root / "slides"
    for name in sessions():
        if not (folder / f"{name}.md").exists():
            write_whole(folder / f"{name}.md", (TEXTS / f"{name}.md").read_text(encoding="utf-8"))
    made, chapters = [], {}
    for path in sorted(folder.glob("*.md")):
        write_whole(path.with_suffix(".html"), page(path.read_text(encoding="utf-8"), chapters, path.name))
        made.append(path.with_suffix(".html"))
    return made


def page(text, chapters, name="slides"):
    """The whole file of a deck. chapters: the figures found so far, {(chapter, part of a cell): HTML}."""
    from backprop.palette import COLOURS
    wanted = {match.groups() for match in FIGURE.finditer(text)} - set(chapters)
    for chapter in {chapter for chapter, _ in wanted}:
        parts = [part for of, part in wanted if of == chapter]
        chapters |= {(chapter, part): shown for part, shown in figures(chapter, parts, name).items()}
    slides = [_slide(part, chapters) for part in re.split(r"^---\n", text, flags=re.MULTILINE)]
    title = re.search(r"^# (.+)", text, re.MULTILINE)
    colours = {name: colour.light for name, colour in COLOURS.items()}
    variables = "".join(f"--bp-{name}: {colour}; " for name, colour in colours.items())
    reveal = TEXTS / "reveal"
    style = (reveal / "reveal.css").read_text(encoding="utf-8") + f":root {{ {variables}}}" + THEME % colours
    script = (reveal / "reveal.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    return PAGE.format(title=html.escape(title[1] if title else name), style=style, script=script,
                       slides="\n".join(slides))


def _slide(text, chapters):
    from markdown_it import MarkdownIt
    minutes = MINUTES.match(text.lstrip())
    text, drawn = MINUTES.sub("", text.lstrip()), []

    def hold(match):
        drawn.append(chapters[match.groups()])
        return f"HELD{len(drawn) - 1}HELD"
    shown = MarkdownIt("commonmark").enable("table").render(typeset(FIGURE.sub(hold, text), {}))
    shown = re.sub(r"<p>HELD(\d+)HELD</p>", lambda match: drawn[int(match[1])], shown)
    about = f'<div class="minutes">{html.escape(minutes[1])} min</div>' if minutes else ""
    return f"<section>\n{about}{shown}</section>"


def figures(chapter, parts, name="slides"):
    """{part: HTML} of what the cells of a chapter show that hold these parts. It is run up to the last of them."""
    import jupytext
    path = REPOSITORY / "book" / f"{chapter}.md"
    if not path.exists():
        raise CourseError(f"{name}: there is no chapter {chapter!r}")
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    places = {}
    for part in parts:
        found = [number for number, source in enumerate(cells) if part in source]
        if len(found) != 1:
            raise CourseError(f"{name}: {len(found)} cells of {chapter} hold {part!r}, it must be one")
        places[part] = found[0]
    names, values = {"__name__": "__main__"}, []
    for source in cells[:max(places.values()) + 1]:
        with contextlib.redirect_stdout(io.StringIO()):
            values.append(_run(source, names))
    return {part: _html(values[place], f"{name}: the cell of {chapter} with {part!r}")
            for part, place in places.items()}


def _run(source, names):
    """Run a cell; returns the value of its last line."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<chapter>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<chapter>", "eval"), names) if last else None


def _html(value, where):
    svg = getattr(value, "svg", None)
    if svg is None:
        raise CourseError(f"{where} shows no figure")
    return f"<figure>{svg}</figure>"
