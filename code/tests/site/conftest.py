"""For the tests of the site: a book of one page."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import kernels  # noqa: F401  for every notebook a test executes

TOP = Path(__file__).resolve().parents[3]

PAGE = """---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{name: python3, display_name: Python 3}}
---
# A page

$$ {latex} $$

See {{ref}}`{label}`.

```{{code-cell}} ipython3
assert 1 + 1 == {two}, "wrong arithmetic"
```
"""


@pytest.fixture
def small_book(tmp_path):
    """A book of one page, built as the real one is: a function from the page's
    mistakes to (exit code, output)."""
    shutil.copytree(TOP / "book" / "_ext", tmp_path / "book" / "_ext")
    shutil.copytree(TOP / "tools", tmp_path / "tools")
    shutil.copytree(TOP / "book" / "_static", tmp_path / "book" / "_static")
    shutil.copytree(TOP / "code" / "backprop", tmp_path / "code" / "backprop")
    for name in ("_config.yml", "requirements.txt", "code/pyproject.toml", "book/references.bib"):
        shutil.copy(TOP / name, tmp_path / name)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n")
    kept = TOP / "_build" / ".doctrees" / "kept-digits.json"       # if the book has been built, and they are the same
    if kept.exists():
        (tmp_path / "_build" / ".doctrees").mkdir(parents=True)
        shutil.copy(kept, tmp_path / "_build" / ".doctrees")

    def build(more="", **mistakes):
        right = {"latex": r"a^{(1)} = \sigma(z)", "label": "genindex", "two": "2"}
        text = PAGE.format(**{**right, **mistakes}).replace("# A page", "(here)=\n# A page").replace("genindex", "here")
        page = tmp_path / "book" / "index.md"
        if not page.exists() or page.read_text(encoding="utf-8") != text + more:     # Sphinx looks at its time, too
            page.write_text(text + more, encoding="utf-8")
        run = subprocess.run([sys.executable, "-m", "tools.build"], cwd=tmp_path,
                             env={**os.environ, "PYTHONPATH": str(tmp_path / "code")},
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8")
        return run.returncode, run.stdout

    def reports():
        """The tracebacks of failed cells, as the build leaves them."""
        return "".join(p.read_text(encoding="utf-8") for p in tmp_path.rglob("*.err.log"))

    build.reports = reports
    build.folder = tmp_path
    return build
