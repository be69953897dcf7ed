"""The chapters as notebooks that run on their own.

A chapter is a MyST page; its notebook holds the same cells with the text put in
the Markdown that every Jupyter front-end understands, and begins with a cell that
says how to install `backprop` where it is missing.

    python -m tools.notebooks FOLDER

writes them into a folder, and never over a notebook that its reader has changed."""

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from functools import partial
from pathlib import Path

import jupytext
import nbformat
import yaml

import markup
from tools.guard import guard
from tools.pages import BOOK, TOP, place_of, sources
from tools.plain_markdown import inline, plain, targets
from tools.repository import with_tracker

FIRST_TEXT = """\
*This notebook is a chapter of the book* Backpropagation, derived and alive. *It runs by itself, from top
to bottom, in JupyterLab, Jupyter Notebook 7, VS Code or Colab, with Python 3.11 or newer and the package*
`backprop`; *if that is missing, the next cell says how to get it. Change any number and run all cells again.*"""

README = """\
Backpropagation, derived and alive: the notebooks
=================================================

In this folder: the chapters as notebooks, the package `backprop` that they use,
and the list of everything else they need, with tested versions.

With Python 3.11 or newer, in this folder:

  Linux, macOS                                     Windows

  python3 -m venv .venv                            py -m venv .venv
  . .venv/bin/activate                             .venv\\Scripts\\activate
  pip install -r requirements.txt {wheel}
  jupyter lab notebooks/contents.ipynb

The last line opens JupyterLab at the table of contents. Who prefers Notebook 7 says

  jupyter notebook notebooks/contents.ipynb

Where you already have Jupyter, the package alone will do; it brings what it needs:

  pip install {wheel}

In VS Code: open this folder, then a notebook, and choose .venv as its kernel (extensions: Python, Jupyter).
In Colab: upload a notebook, put {wheel} into its files (the folder
symbol on the left), and run this in a cell first:  %pip install {wheel}

The text is licensed CC BY 4.0, the code MIT.
"""


IMPORT, OPENING = "from backprop.claims import claim, errors_in_words\n\nerrors_in_words()", "with claim():"


def as_claim(source, metadata):
    """A check cell in the notebook: all of it in a block that says its sentence, or what no longer holds."""
    sentence, code = markup.checked(source, metadata)
    return in_block(code, f"with claim({json.dumps(sentence, ensure_ascii=False)}):")


def with_claims(source):
    """A cell that asserts something, in the notebook: all of it is the claim; or, where it ends with something to
    show, its assertions alone, each run of them in a block of its own."""
    statements = ast.parse(source).body
    runs = runs_of_assertions(statements)
    if runs and not shows(statements[-1]):
        return in_block(source, OPENING)
    lines, out, done = source.split("\n"), [], 0
    for run in runs:
        first, last = run[0].lineno - 1, run[-1].end_lineno
        out += lines[done:first] + [in_block("\n".join(lines[first:last]), OPENING)]
        done = last
    return "\n".join(out + lines[done:])


def shows(statement):
    """Does a cell that ends with this statement show its value? A call of print has none."""
    if not isinstance(statement, ast.Expr):
        return False
    return not (isinstance(statement.value, ast.Call) and getattr(statement.value.func, "id", "") == "print")


def runs_of_assertions(statements):
    """The statements that assert something outside of functions, in lists of neighbours."""
    runs, before = [], False
    for node in statements:
        asserts = not isinstance(node, ast.FunctionDef | ast.ClassDef) and any(
            isinstance(inner, ast.Assert) for inner in ast.walk(node))
        if asserts and before:
            runs[-1].append(node)
        elif asserts:
            runs.append([node])
        before = asserts
    return runs


def in_block(code, opening):
    """The code, indented below a line that opens a block. ValueError where that would change a text in it."""
    block = f"{opening}\n{textwrap.indent(code, '    ')}"
    if ast.dump(ast.Module(ast.parse(block).body[0].body, [])) != ast.dump(ast.Module(ast.parse(code).body, [])):
        raise ValueError(f"this can't be indented, a text in it has several lines:\n{code}")
    return block


def notebook(source):
    """The notebook of a page, as text. An assignment already is one; its text leads to other notebooks."""
    if source.suffix == ".ipynb":
        book = json.loads(source.read_text(encoding="utf-8"))
        for cell in book["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = inline("".join(cell["source"]), source).splitlines(keepends=True)
        return json.dumps(book, ensure_ascii=False, indent=1) + "\n"
    book = jupytext.read(source, fmt="md:myst")
    for cell in book.cells:
        given, tags = cell.metadata, cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if {"hide-input", "setup", "check"} & set(tags):
            cell.metadata["jupyter"] = {"source_hidden": True}      # JupyterLab folds it as the page does
        if cell.cell_type == "code" and "setup" not in tags:
            cell.source = as_claim(cell.source, given) if "check" in tags else with_claims(cell.source)
        if cell.cell_type == "markdown":
            cell.source = plain(with_tracker(cell.source), source).strip("\n")
    cells = [cell for cell in book.cells if cell.source.strip()]
    book.cells = [nbformat.v4.new_markdown_cell(FIRST_TEXT),
                  nbformat.v4.new_code_cell(f"{guard()}\n\n{IMPORT}"), *cells]
    for number, cell in enumerate(book.cells):
        cell["id"] = f"{source.stem[:40]}-{number}"
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}}
    book.nbformat, book.nbformat_minor = 4, 5
    nbformat.validate(book)
    return nbformat.writes(book) + "\n"


def wheel(folder):
    """Put the wheel of the package into a folder; return its path. It is built once for each state of the package."""
    kept = TOP / "_build" / "wheel" / package_state()
    if not list(kept.glob("*.whl")):
        shutil.rmtree(kept.parent, ignore_errors=True)
        build_wheel(kept)
    return Path(shutil.copy(next(kept.glob("*.whl")), folder))


def package_state():
    """A name for what is in code/ and goes into the wheel."""
    state = hashlib.sha256()
    for path in sorted(p for p in (TOP / "code").rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        first = path.relative_to(TOP / "code").parts[0]
        if first not in ("tests", "benchmarks", "build") and not first.endswith(".egg-info"):
            state.update(path.relative_to(TOP).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return state.hexdigest()[:16]


def build_wheel(folder):
    """Build the wheel of the package into a folder."""
    with tempfile.TemporaryDirectory() as copy:     # building leaves files behind
        shutil.copytree(TOP / "code", Path(copy) / "code", ignore=shutil.ignore_patterns(
            "__pycache__", "build", "*.egg-info", "tests", "benchmarks"))
        run = subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
                              "--disable-pip-version-check", "--wheel-dir", str(folder), str(Path(copy) / "code")],
                             capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"The package can't be packed:\n{run.stdout}{run.stderr}")


def contents():
    """The notebook that JupyterLab opens first: all others in the order of reading."""
    toc = yaml.safe_load((TOP / "_toc.yml").read_text(encoding="utf-8"))
    pages = {source.relative_to(TOP).with_suffix("").as_posix(): source for source in sources()}
    lines, number = ["# Backpropagation, derived and alive", ""], 0
    for part in [{"chapters": [{"file": toc["root"]}]}, *toc.get("parts", [])]:
        here = [pages[chapter["file"]] for chapter in part["chapters"] if chapter["file"] in pages]
        if here and "caption" in part:
            lines += ["", f"**{part['caption']}**", ""]
        for source in here:
            number += bool(part.get("numbered"))
            mark = f"{number}." if part.get("numbered") else "-"
            lines.append(f"{mark} [{title(source)}]({Path(place_of(source)).relative_to('notebooks').as_posix()})")
    lines += ["", "Change what you like: what you change stays. "
              "*Run → Run All Cells* runs a notebook from top to bottom."]
    cell = nbformat.v4.new_markdown_cell("\n".join(lines))
    cell["id"] = "contents"
    book = nbformat.v4.new_notebook(cells=[cell], metadata={
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}})
    return nbformat.writes(book) + "\n"


def title(source):
    """The first heading of a page."""
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".ipynb":
        text = "".join(json.loads(text)["cells"][0]["source"])
    return re.search(r"^# (.+)", text, re.M)[1]


def all_notebooks(kept=lambda name, ingredients, make: make()):
    """Every notebook as text, by its place in the site. kept: see book/_ext/kept.py."""
    files = [TOP / "_config.yml", TOP / "code" / "pyproject.toml", BOOK / "references.bib", Path(markup.__file__),
             *sorted(Path(__file__).parent.glob("*.py"))]
    of_all = [*(file.read_text(encoding="utf-8") for file in files), repr(targets())]
    made = {place_of(source): kept(f"notebook-{source.stem}", [source.read_text(encoding="utf-8"), *of_all],
                                   partial(notebook, source))
            for source in sources()}
    return {"notebooks/contents.ipynb": contents(), **made}


def write_downloads(site, name, kept):
    """Write every notebook and the package into the site, and one zip with all a reader needs."""
    written = all_notebooks(kept)
    for place, text in written.items():
        (site / place).parent.mkdir(parents=True, exist_ok=True)
        (site / place).write_text(text, encoding="utf-8")
    (site / ".nojekyll").touch()                    # or GitHub Pages leaves out folders that begin with _
    package = wheel(site / "notebooks")
    files = {"README.txt": README.format(wheel=package.name).encode(),
             "requirements.txt": (TOP / "requirements.txt").read_bytes(),
             package.name: package.read_bytes(),
             **{p.name: p.read_bytes() for p in sorted(TOP.glob("LICENSE*"))},
             **{place: text.encode() for place, text in written.items()}}
    with zipfile.ZipFile(site / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"backprop-book/{path}", (2026, 1, 1, 0, 0, 0)), content,
                             zipfile.ZIP_DEFLATED)


def digest(content):
    """A name for what a notebook says: its cells' kinds and sources. Running it changes nothing of that."""
    try:
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(content)["cells"]]
        said = json.dumps([cell for cell in cells if cell[1].strip()]).encode()
    except (ValueError, KeyError, TypeError):       # no notebook any more
        said = content
    return hashlib.sha256(said).hexdigest()


def write_for_reader(folder):
    """Write the notebooks for reading and changing, and say what was done. What was
    written is remembered by its digest: a notebook that says something else was
    changed by its reader, and stays."""
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / ".written.json"
    known = json.loads(record.read_text()) if record.exists() else {}
    written, kept = [], []
    for place, text in all_notebooks().items():
        name = Path(place).relative_to("notebooks").as_posix()
        path, new = folder / name, digest(text.encode())
        old = {digest(path.read_bytes()), hashlib.sha256(path.read_bytes()).hexdigest()} if path.exists() else set()
        if path.exists() and not old & {known.get(name), new}:     # the first edition remembered whole files
            if known.get(name) != new:
                kept.append(path)
            continue
        if not path.exists() or known.get(name) != new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
        known[name] = new
        record.write_text(json.dumps(known, indent=1))
    print(f"{len(written)} notebooks written to {folder}.")
    for path in kept:
        print(f"Kept {path}: you have changed it. The book has a newer one; to get that, rename yours.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write_for_reader(Path(sys.argv[1]))
