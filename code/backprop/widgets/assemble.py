"""The files of js/ put together: as an ES module for a notebook, as a classic script for a page.

The files share one scope and import nothing: browsers refuse modules on pages opened from the disk.
"""

import re
from functools import lru_cache
from pathlib import Path

from rjsmin import jsmin

from ..palette import widget_css

FOLDER = Path(__file__).parent
PARTS = ("format", "dom", "near", "check", "model", "inputs", "link", "plot")
NUDGE = (*PARTS, "ghost", "hint", "cover", "backward", "derive", "paint", "question", "controls",
         "nudge", "host")
FIGURES = ("format", "dom", "near", "check", "inputs", "walk", "fork", "figures")


def source(names=NUDGE):
    """These files of js/, one after the other."""
    return "\n".join((FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8") for name in names)


@lru_cache(maxsize=8)
def module(text):
    """The text as a small ES module that exports render()."""
    return jsmin(text + "\nexport default { render };\n")


@lru_cache(maxsize=8)
def classic(text):
    """The text as a small classic script that mounts every widget of the page once the page is read."""
    return jsmin(f"(() => {{\n{text}\nmountAll();\n}})();\n")


def style(name="nudge"):
    """css/NAME.css after the book's colours and without its comments, the same for a page and a notebook."""
    text = (FOLDER / "css" / f"{name}.css").read_text(encoding="utf-8")
    return widget_css(f".{name}-drawing") + re.sub(r"\s*/\*.*?\*/", "", text, flags=re.DOTALL)


def on_its_own(style, script):
    """(what stands before, what stands behind) a widget's HTML, so that a page which holds nothing else of ours,
    such as a notebook exported as HTML, has it alive. The site takes both out: there, one file serves all pages."""
    return f"<style>{style}</style>\n", "\n<script>" + script.replace("</script", "<\\/script") + "</script>"
