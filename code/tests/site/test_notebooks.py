"""The notebooks a reader takes home: each runs from top to bottom in an empty
folder with the package installed, and is plain Markdown that any Jupyter shows."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tools import notebooks

TOP = Path(__file__).resolve().parents[3]
CHAPTERS = [p for p in notebooks.sources() if p.suffix == ".md"]
NAMES = [p.stem for p in CHAPTERS]


@pytest.fixture(scope="session")
def unpacked(built_site, tmp_path_factory):
    """The zip of the site, unpacked, with the package in it installed into a folder."""
    folder = tmp_path_factory.mktemp("zip")
    with zipfile.ZipFile(built_site / "backprop-book.zip") as archive:
        archive.extractall(folder)
    wheel, = (folder / "backprop-book").glob("*.whl")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
                    "--target", str(folder / "packages"), str(wheel)], check=True)
    return folder


def test_the_zip_has_all_a_reader_needs(unpacked):
    book = unpacked / "backprop-book"
    assert {p.stem for p in (book / "notebooks").glob("*.ipynb")} == set(NAMES)
    assert (book / "requirements.txt").read_bytes() == (TOP / "requirements.txt").read_bytes()
    assert "jupyter lab" in (book / "README.txt").read_text(encoding="utf-8")
    assert {"LICENSE", "LICENSE-TEXT"} <= {p.name for p in book.iterdir()}
    installed = {p.relative_to(unpacked / "packages").as_posix() for p in (unpacked / "packages").rglob("*.*")}
    of_package = {p.relative_to(TOP / "code").as_posix() for p in (TOP / "code" / "backprop").rglob("*")
                  if p.suffix in (".py", ".js", ".css")}
    assert of_package <= installed, of_package - installed


@pytest.mark.parametrize("chapter", NAMES)
def test_notebook_runs_in_an_empty_folder(unpacked, tmp_path, monkeypatch, chapter):
    """With the package from the wheel, not with the one in code/."""
    monkeypatch.setenv("PYTHONPATH", str(unpacked / "packages"))
    book = nbformat.read(unpacked / "backprop-book" / "notebooks" / f"{chapter}.ipynb", as_version=4)
    book.cells.append(nbformat.v4.new_code_cell("import backprop; print(backprop.__file__)"))
    NotebookClient(book, timeout=120, coalesce_streams=True, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert str(unpacked) in book.cells[-1].outputs[-1].text
    assert list(tmp_path.iterdir()) == [], "the notebook leaves files behind"


def test_a_notebook_says_what_to_do_where_the_package_is_missing(built_site):
    book = nbformat.read(built_site / "notebooks" / f"{NAMES[0]}.ipynb", as_version=4)
    first = next(c for c in book.cells if c.cell_type == "code").source
    run = subprocess.run([sys.executable, "-c", "import sys; sys.modules['backprop'] = None\n" + first],
                         capture_output=True, text=True)
    assert run.returncode == 1 and "pip install" in run.stderr and "backprop-book.zip" in run.stderr


@pytest.mark.parametrize("chapter", CHAPTERS, ids=NAMES)
def test_notebook_is_plain_markdown(chapter):
    """No directive, role, label or comment of MyST is left in the text."""
    book = nbformat.reads(notebooks.notebook(chapter), as_version=4)
    left = []
    for cell in book.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"```.*?```|`[^`\n]*`(?!`)", lambda m: m[0] if m[0].startswith("```{") else "",
                          cell.source, flags=re.S)
            left += re.findall(r"```\{.*|:::.*|\{[a-z][\w:]*\}(?=`)|^\(\S+\)=.*|\]\([^)]*\.md[)#].*|^%.*",
                               text, re.M)
            left += re.findall(r"\{[a-z][\w:-]*\}`.*?`", cell.source)
    assert not left, "\n".join(left)


def test_plain_markdown_of_each_kind(tmp_path):
    """What becomes of MyST, on a page made for it."""
    source = notebooks.BOOK / "index.md"       # only its place matters: labels are looked up from there
    text = """(label)=
Some {math}`x^2` and {term}`terms <term>`, see {eq}`nowhere`.
% a comment

```{note} Mind this
It **matters**.
```

:::{dropdown} More
```{math}
a = b
```
:::

```python
{ref}`stays`
```"""
    assert notebooks.plain(text, source) == """Some $x^2$ and terms, see (?).

> **Mind this**
>
> It **matters**.

<details>
<summary>More</summary>

$$
a = b
$$

</details>

```python
{ref}`stays`
```"""


def test_a_readers_changes_stay(tmp_path, capsys, monkeypatch):
    """`make lab` writes what is missing or unchanged, and keeps what the reader changed."""
    monkeypatch.setattr(notebooks, "sources", lambda: CHAPTERS[:2])
    texts = {path: f"first of {path.stem}" for path in CHAPTERS[:2]}
    monkeypatch.setattr(notebooks, "notebook", texts.__getitem__)
    mine, theirs = (tmp_path / f"{p.stem}.ipynb" for p in CHAPTERS[:2])

    notebooks.write_for_reader(tmp_path)
    assert mine.read_text() == texts[CHAPTERS[0]]
    mine.write_text("my own work")
    notebooks.write_for_reader(tmp_path)
    assert mine.read_text() == "my own work"
    assert "Kept" not in capsys.readouterr().out      # the book has nothing newer to offer

    for path in CHAPTERS[:2]:
        texts[path] = f"second of {path.stem}"
    notebooks.write_for_reader(tmp_path)
    assert mine.read_text() == "my own work" and theirs.read_text() == texts[CHAPTERS[1]]
    assert f"Kept {mine}" in capsys.readouterr().out

    mine.unlink()
    notebooks.write_for_reader(tmp_path)
    assert mine.read_text() == texts[CHAPTERS[0]]


def test_links_and_questions_reach_the_notebook():
    source = notebooks.BOOK / "index.md"
    text = """See {ref}`the structure <network-structure>`.

:::{quiz} Which of {math}`a`?
- [ ] this | No: $b$.
- [x] that | Yes.
:::"""
    assert notebooks.plain(text, source) == """See [the structure](network-structure.ipynb).

**Check yourself.** Which of $a$?

<details>
<summary>this</summary>

Not quite. No: $b$.

</details>

<details>
<summary>that</summary>

Right. Yes.

</details>"""
