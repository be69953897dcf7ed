"""The first cell of a notebook: where the package `backprop` is missing, it says how to get it."""

import re
from functools import cache
from pathlib import Path

from tools.repository import site_address

TOP = Path(__file__).resolve().parents[1]

GUARD = '''\
try:
    import backprop
except ModuleNotFoundError:
    from pathlib import Path

    wheel = "{wheel}"
    near = [path for path in (Path(wheel), Path("..", wheel), Path("..", "..", wheel)) if path.is_file()]
    raise ModuleNotFoundError(
        "This notebook needs the package backprop, and the Python that runs it doesn't have it. "
        "Run this line in a cell, then restart the kernel:\\n\\n"
        f"    %pip install {{near[0].as_posix() if near else '{address}'}}\\n\\n"
        {hint}
    ) from None'''

HINT = """\
"The file lies beside this notebook on the book's site, and in backprop-book.zip. Put it into the folder "
        "of this notebook first; in Colab, upload it with the folder symbol on the left."\
"""


@cache
def wheel_name():
    """The file name of the package's wheel."""
    project = (TOP / "code" / "pyproject.toml").read_text(encoding="utf-8")
    name, version = (re.search(rf'^{key} = "(.+)"', project, re.M)[1] for key in ("name", "version"))
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def guard():
    """The source of the cell."""
    if site := site_address():
        address, hint = f"{site}notebooks/{wheel_name()}", f'"The book and all its notebooks: {site}"'
    else:
        address, hint = wheel_name(), HINT
    return GUARD.format(wheel=wheel_name(), address=address, hint=hint)
