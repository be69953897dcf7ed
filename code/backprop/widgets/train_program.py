"""The lab's JavaScript, put together: what backprop prints, then the files of js/ in their order. And its HTML."""

import re
from functools import lru_cache

from ..loop_printers import javascript
from ..optimisers import OPTIMISERS
from . import assemble, fresh

MODEL = ("train_model",)
VIEW = ("train_parts", "train_draw", "train")


@lru_cache(maxsize=1)
def printed_program():
    """machine(), the optimisers as OPTIMISERS, what they remember as MEMORY, SHAPES of data: all of it printed."""
    memory = ", ".join(f"{name}: {list(o.memory)}" for name, o in OPTIMISERS.items())
    functions = [optimiser.javascript() for optimiser in OPTIMISERS.values()]
    return "\n".join([javascript(), *functions, f"const OPTIMISERS = {{{', '.join(OPTIMISERS)}}};",
                      f"const MEMORY = {{{memory}}};\n", fresh.javascript()])


def model_script():
    """What computes, without a page: for tests in a JavaScript engine."""
    return printed_program() + assemble.read(("format", "check", *MODEL))


def _whole(*files):
    """What is printed and these files, without comments and indentation; rjsmin would lose spaces in a template within
    a template."""
    return re.sub(r"(?m)^\s*(//.*\n)?", "", printed_program() + assemble.read(files))


def notebook_script():
    """The whole as an ES module that exports render()."""
    return f"{_whole(*assemble.PARTS, 'kernel', *MODEL, *VIEW, 'train_kernel')}\nexport default {{ render }};\n"


def page_script():
    """The whole as a classic script, for a page that holds nothing else of ours: it mounts every lab of the page."""
    return f"(() => {{\n{_whole(*assemble.PARTS, *MODEL, *VIEW, 'train_page')}\nmountAll();\n}})();\n"


def site_script():
    """The lab's own script on the site, behind the one that the widgets share."""
    return assemble.own_script(_whole(*MODEL, *VIEW, "train_page"))


# About how tall a part is, in pixels, in the text's column and on a phone: its room before it comes alive.
HEIGHTS = {"plane": (582, 530), "network": (284, 322), "curves": (234, 462), "weight": (305, 603), "one": (165, 184),
           "deltas": (240, 450), "pad": (423, 768), "misread": (373, 701), "pictures": (215, 337),
           "plane network": (508, 864), "misread pictures": (726, 1050),              # in one row where there is room
           "question": (113, 132), "controls": (220, 250), "open": (110, 220), "shape": (52, 104)}
GAP = 12


def room(config):
    """(wide, narrow): about how tall a lab will be, so that a page keeps its length when it comes alive.
    A test compares it with what comes."""
    rows = " ".join(config["panels"])
    for pair in ("plane network", "misread pictures"):
        rows = rows.replace(pair, pair.replace(" ", "+"))
    parts = [row.replace("+", " ") for row in rows.split()]
    parts += [name for name in ("question", "controls", "open") if config[name] and config["controls"]]
    parts += ["shape"] if config["shape"] and config["open"] else []
    return tuple(sum(HEIGHTS[part][i] + GAP for part in parts) for i in (0, 1))


def template(name):
    return (assemble.FOLDER / "templates" / f"{name}.html").read_text(encoding="utf-8")


def markup(panels, question):
    """The lab's HTML, of the files in templates/: what its script brings to life."""
    return ('<span class="probe" hidden></span>\n' + template("transport")
            + (template("question") if question else "")
            + '<div class="panes">\n' + "".join(map(template, panels)) + "</div>\n" + template("dials"))
