"""The notebooks a reader takes home: each runs from top to bottom in an empty
folder with the package installed, and is plain Markdown that any Jupyter shows."""

import hashlib
import json
import posixpath
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
import yaml
from nbclient import NotebookClient

from tools import guard, notebooks, pages
from tools.nursery import nursery

TOP = Path(__file__).resolve().parents[3]
CHAPTERS = [p for p in pages.sources() if p.suffix == ".md"]
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
    assert {p.stem for p in (book / "notebooks").glob("*.ipynb")} == {*NAMES, "contents"}
    assert (book / "requirements.txt").read_bytes() == (TOP / "requirements.txt").read_bytes()
    assert "jupyter lab" in (book / "README.txt").read_text(encoding="utf-8")
    assert {"LICENSE", "LICENSE-TEXT"} <= {p.name for p in book.iterdir()}
    installed = {p.relative_to(unpacked / "packages").as_posix() for p in (unpacked / "packages").rglob("*.*")}
    of_package = {p.relative_to(TOP / "code").as_posix() for p in (TOP / "code" / "backprop").rglob("*")
                  if p.suffix in (".py", ".js", ".css")}
    assert of_package <= installed, of_package - installed
    extension = "share/jupyter/labextensions/backprop-textbook/"            # where JupyterLab looks for it
    assert {f"{extension}package.json", f"{extension}static/reopened.js"} <= installed


@pytest.fixture(scope="module")
def with_the_wheel(unpacked):
    """Kernels that have the package from the wheel, not the one in code/."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(unpacked / "packages"))
        with nursery():
            yield unpacked


@pytest.mark.parametrize("chapter", NAMES)
def test_notebook_runs_in_an_empty_folder(with_the_wheel, tmp_path, chapter):
    unpacked = with_the_wheel
    book = nbformat.read(unpacked / "backprop-book" / "notebooks" / f"{chapter}.ipynb", as_version=4)
    book.cells.append(nbformat.v4.new_code_cell("import backprop; print(backprop.__file__)"))
    NotebookClient(book, timeout=120, coalesce_streams=True, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert str(unpacked) in book.cells[-1].outputs[-1].text
    assert not [cell.source for cell in book.cells if "✗" in json.dumps(cell.get("outputs", []), ensure_ascii=False)]
    assert list(tmp_path.iterdir()) == [], "the notebook leaves files behind"


WITHOUT_PACKAGE = "import sys; sys.modules['backprop'] = None\n"


def run_guard(folder, source):
    return subprocess.run([sys.executable, "-c", WITHOUT_PACKAGE + source], capture_output=True, text=True, cwd=folder)


@pytest.mark.parametrize("page", pages.sources(), ids=lambda page: page.stem)
def test_each_notebook_begins_with_the_guard(page):
    """An assignment too: its first code cell says what to do where the package is missing."""
    book = nbformat.reads(notebooks.notebook(page), as_version=4)
    first = next(c for c in book.cells if c.cell_type == "code").source
    assert first.removesuffix(f"\n\n{notebooks.IMPORT}") == guard.guard()


def test_the_guard_names_a_file_that_is_there(built_site, tmp_path):
    """On the site the wheel lies beside the notebooks; the line that the message gives installs it."""
    wheel = built_site / "notebooks" / guard.wheel_name()
    assert wheel.is_file()
    assert f"%pip install {wheel.name}\n" in run_guard(tmp_path, guard.guard()).stderr
    assert f"%pip install ../{wheel.name}\n" in run_guard(wheel.parent / "assignments", guard.guard()).stderr
    assert run_guard(tmp_path, guard.guard()).returncode == 1


def test_the_guard_names_the_sites_address_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "site_address", lambda: "https://example.org/book/")
    error = run_guard(tmp_path, guard.guard()).stderr
    assert f"%pip install https://example.org/book/notebooks/{guard.wheel_name()}\n" in error


def test_the_guard_is_quiet_where_the_package_is(tmp_path):
    run = subprocess.run([sys.executable, "-c", guard.guard()], capture_output=True, text=True, cwd=tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


LINK = re.compile(r"(?<![!\\])\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")


def local_links(text):
    """(file or "", fragment) of each link that stays among the notebooks; formulas and code are no links."""
    text = re.sub(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", "", text, flags=re.S)
    for target in LINK.findall(text):
        if not re.match(r"\w+:", target):
            yield target.partition("#")[0], unquote(target.partition("#")[2])


def headings(book):
    """The headings as JupyterLab names them in links."""
    found = set()
    for cell in book.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"```.*?```", "", cell.source, flags=re.S)
            found |= {re.sub(r"[*`]", "", h.strip()).replace(" ", "-") for h in re.findall(r"^#+ (.+)", text, re.M)}
    return found


def dead_links(books):
    """books: place -> notebook."""
    dead = []
    for place, book in books.items():
        for cell in book.cells:
            for file, fragment in local_links(cell.source) if cell.cell_type == "markdown" else ():
                target = posixpath.normpath(posixpath.join(posixpath.dirname(place), file)) if file else place
                if target not in books or (fragment and fragment not in headings(books[target])):
                    dead.append(f"{place}: {file}#{fragment}")
    return dead


def test_every_link_between_notebooks_leads_somewhere():
    books = {place: nbformat.reads(text, as_version=4) for place, text in notebooks.all_notebooks().items()}
    assert len(books) > 15 and not dead_links(books)
    to_errata = [fragment for book in books.values() for cell in book.cells if cell.cell_type == "markdown"
                 for file, fragment in local_links(cell.source) if file.endswith("errata.ipynb")]
    assert not to_errata or sum(map(bool, to_errata)) >= len(to_errata) / 2, "links to errata lead to its top"


def test_dead_links_are_found():
    def book(text):
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    books = {"a.ipynb": book("# A\n\n## With *two* words\n[x](../b.md) [y](sub/c.ipynb#No) [fine](sub/c.ipynb#A-b)"),
             "sub/c.ipynb": book("## A b\n[up](../a.ipynb#With-two-words) [own](#A-b) [none](#B) $w[l](x)$")}
    assert dead_links(books) == ["a.ipynb: ../b.md#", "a.ipynb: sub/c.ipynb#No", "sub/c.ipynb: #B"]


def test_contents_lists_every_notebook_in_the_order_of_reading():
    book = nbformat.reads(notebooks.contents(), as_version=4)
    listed = LINK.findall(book.cells[0].source)
    toc = yaml.safe_load((TOP / "_toc.yml").read_text(encoding="utf-8"))
    order = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    places = {"notebooks/" + target for target in listed}
    assert places == {pages.place_of(source) for source in pages.sources()}
    positions = [order.index("book/" + target.removesuffix(".ipynb")) for target in listed]
    assert positions == sorted(positions)


def test_make_lab_opens_the_contents_and_passes_options_on(make, monkeypatch):
    done, options = [], ["--allow-root", "--no-browser", "--port=9999"]
    monkeypatch.setattr(make, "install", lambda *locks: done.append(locks))
    monkeypatch.setattr(make, "run", lambda *command, **_: done.append([str(word) for word in command[1:]]))
    monkeypatch.setattr(sys, "argv", ["make.py", "lab", *options])
    make.lab()
    installed, wrote, started = done
    assert installed == ("requirements.txt",) and wrote == ["-m", "tools.notebooks", "notebooks"]
    assert started[:2] == ["-m", "jupyterlab"] and started[-3:] == options
    assert "--LabApp.default_url=/lab/tree/contents.ipynb" in started and "--ServerApp.root_dir=notebooks" in started

    monkeypatch.setattr(make.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(sys, "argv", ["make.py", "lab"])
    with pytest.raises(SystemExit, match="make lab ARGS=--allow-root"):
        make.lab()


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_the_makefile_passes_options_on():
    """Also when these tests are themselves run by make, which tells its children that they are inner ones."""
    said = subprocess.run(["make", "--no-print-directory", "-n", "lab", "ARGS=--no-browser --port=9999"], cwd=TOP,
                          capture_output=True, text=True)
    assert said.stdout.rstrip().endswith("make.py lab --no-browser --port=9999")


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
    source = pages.BOOK / "index.md"       # only its place matters: labels are looked up from there
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
    texts = {path: f"first of {path.stem}" for path in CHAPTERS[:2]}
    monkeypatch.setattr(notebooks, "all_notebooks", lambda: {pages.place_of(p): text for p, text in texts.items()})
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


def test_a_notebook_that_was_only_run_gets_what_is_new(tmp_path, capsys, monkeypatch):
    """Outputs, counts and an empty cell at the end are no changes; a changed number is one."""
    def text(*sources):
        return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources]))

    now = {"notebooks/run.ipynb": text("x = 1", "x"), "notebooks/changed.ipynb": text("x = 1", "x")}
    monkeypatch.setattr(notebooks, "all_notebooks", lambda: now)
    notebooks.write_for_reader(tmp_path)
    for name, source in (("run", "x = 1"), ("changed", "x = 5")):
        book = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
        book.cells[0].source, book.cells[1].execution_count = source, 7
        book.cells[1].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=7)]
        book.cells.append(nbformat.v4.new_code_cell(""))
        book.metadata["widgets"] = {}
        nbformat.write(book, tmp_path / f"{name}.ipynb")
    now.update({place: text("x = 2", "x") for place in now})
    notebooks.write_for_reader(tmp_path)
    assert "x = 2" in (tmp_path / "run.ipynb").read_text() and "x = 5" in (tmp_path / "changed.ipynb").read_text()
    said = capsys.readouterr().out
    assert "Kept" in said and "changed.ipynb: you have changed it" in said and "run.ipynb" not in said


def test_notebooks_of_the_first_edition_are_known(tmp_path, monkeypatch):
    """It remembered the digest of whole files: who changed nothing gets the new ones."""
    old = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")]))
    (tmp_path / "a.ipynb").write_text(old, encoding="utf-8")
    (tmp_path / ".written.json").write_text(json.dumps({"a.ipynb": hashlib.sha256(old.encode()).hexdigest()}))
    monkeypatch.setattr(notebooks, "all_notebooks", lambda: {"notebooks/a.ipynb": old.replace("x = 1", "x = 2")})
    notebooks.write_for_reader(tmp_path)
    assert "x = 2" in (tmp_path / "a.ipynb").read_text()


def test_links_and_questions_reach_the_notebook():
    source = pages.BOOK / "index.md"
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
