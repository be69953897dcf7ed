"""The files of js/ and css/ put together: as an ES module for a notebook, as a classic script for a page of its own,
and as the files of the site, where what the widgets share stands once.

The files of a script share one scope and import nothing: browsers refuse modules on pages opened from the disk.
"""

import re
from functools import lru_cache
from pathlib import Path

from rjsmin import jsmin

from ..palette import COLOURS, widget_css

FOLDER = Path(__file__).parent
PARTS = ("format", "dom", "near", "check", "inputs")                         # what the widgets share
NUDGE = ("model", "link", "plot", "ghost", "hint", "cover", "backward", "derive", "paint", "question", "controls",
         "nudge")
FIGURES = ("walk", "fork", "figures")
SHARED = "backpropWidgets"                              # how a page calls what widgets.js gives to the others
DECLARED = re.compile(r"(?m)^(?:async )?(?:const|let|function) (\w+)")


def read(names):
    """These files of js/, one after the other."""
    return "\n".join((FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8") for name in names)


def source(names=NUDGE):
    """A widget as a page has it that holds nothing else of ours: what is shared, its own files, how it is mounted."""
    return read((*PARTS, *names, f"{names[-1]}_page"))


@lru_cache(maxsize=8)
def module(names=NUDGE):
    """A widget as a small ES module that exports render()."""
    return jsmin(read((*PARTS, "kernel", *names, f"{names[-1]}_kernel")) + "\nexport default { render };\n")


@lru_cache(maxsize=8)
def classic(text):
    """The text as a small classic script that mounts every widget of the page once the page is read."""
    return jsmin(f"(() => {{\n{text}\nmountAll();\n}})();\n")


def shared_script():
    """What the widgets share, as the site's first script: an object of all that these files declare."""
    text = read(PARTS)
    return f"globalThis.{SHARED} = (() => {{\n{text}\nreturn {{ {', '.join(DECLARED.findall(text))} }};\n}})();\n"


def own_script(text):
    """A widget's own part, as a script behind the shared one: it takes from there what it names."""
    words = set(re.findall(r"\w+", text))
    taken = [name for name in DECLARED.findall(read(PARTS)) if name in words]
    return f"(() => {{\nconst {{ {', '.join(taken)} }} = {SHARED};\n{text}\nmountAll();\n}})();\n"


def site_script(names=NUDGE):
    """A widget's own script on the site."""
    return own_script(read((*names, f"{names[-1]}_page")))


@lru_cache(maxsize=8)
def own_style(name):
    """css/NAME.css without its comments and idle white space; that between the parts of a selector means something."""
    text = (FOLDER / "css" / f"{name}.css").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    text = re.sub(r" ?([{};,]) ?", r"\1", text).strip()
    return re.sub(r"([{;][\w-]+): ", r"\1:", text).replace(";}", "}")


@lru_cache(maxsize=2)
def shared_style(on_site=False):
    """The book's colours, those that the styles name and don't set, and what the widgets look alike in. on_site: the
    colours' values are there already, in the site's own stylesheet."""
    styles = [own_style(name) for name in ("widgets", "nudge", "train", "figures")]
    names = [name for name in COLOURS if f"var(--{name})" in "".join(styles) and f"--{name}:" not in styles[0]]
    widgets = ", ".join(f".{name}-drawing" for name in ("nudge", "train", "figures"))
    return widget_css(widgets, names, on_site) + styles[0]


def style(name="nudge"):
    """All that a widget looks like, for a notebook and for a page that holds nothing else of ours."""
    return shared_style() + own_style(name)


def on_its_own(style, script):
    """(what stands before, what stands behind) a widget's HTML, so that a page which holds nothing else of ours,
    such as a notebook exported as HTML, has it alive. The site takes both out: there, one file serves all pages."""
    return f"<style>{style}</style>\n", "\n<script>" + script.replace("</script", "<\\/script") + "</script>"
