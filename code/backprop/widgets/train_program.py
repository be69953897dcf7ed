"""The lab's JavaScript, put together: what backprop prints, then the files of js/ in their order."""

import re
from functools import lru_cache
from pathlib import Path

from ..loop_printers import javascript
from ..optimisers import OPTIMISERS
from ..palette import widget_css

FOLDER = Path(__file__).parent
MODEL = ("train_model.js",)
VIEW = ("train_parts.js", "train_draw.js", "train.js")


def _without_comments(text):
    return re.sub(r"(?m)^\s*(//.*\n)?", "", text)


@lru_cache(maxsize=1)
def printed_program():
    """machine(), the optimisers as OPTIMISERS and what they remember as MEMORY: all of it printed."""
    memory = ", ".join(f"{name}: {list(o.memory)}" for name, o in OPTIMISERS.items())
    functions = [optimiser.javascript() for optimiser in OPTIMISERS.values()]
    return "\n".join([javascript(), *functions, f"const OPTIMISERS = {{{', '.join(OPTIMISERS)}}};",
                      f"const MEMORY = {{{memory}}};\n"])


def model_script():
    """What computes, without a page: for the page itself, and for tests in a JavaScript engine."""
    return printed_program() + "".join((FOLDER / "js" / name).read_text(encoding="utf-8") for name in MODEL)


def notebook_script():
    """The whole as an ES module that exports render()."""
    text = model_script() + "".join((FOLDER / "js" / name).read_text(encoding="utf-8") for name in VIEW)
    return _without_comments(text) + "export default { render };\n"


def site_script():
    """The whole as a classic script for a page: it mounts every lab of the page once the page is read."""
    return f"(() => {{\n{notebook_script().removesuffix('export default { render };' + chr(10))}mountAll();\n}})();\n"


def site_style():
    """The style, the same for a page and a notebook."""
    return widget_css(".train-drawing") + (FOLDER / "css" / "train.css").read_text(encoding="utf-8")
