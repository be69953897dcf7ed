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
from functools import cache
from pathlib import Path
from urllib.parse import quote

import jupytext
import nbformat
import yaml
from pybtex.database import parse_file

from markup import checked, parse_quiz
from tools.guard import guard
from tools.repository import with_tracker

TOP = Path(__file__).resolve().parents[1]
BOOK = TOP / "book"

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


# ------------------------------------------------- which pages are notebooks

def source_of(srcdir, page):
    """The file of a page, if that page is a notebook, else None."""
    for ending in (".md", ".ipynb"):
        path = Path(srcdir) / f"{page}{ending}"
        if path.is_file() and (ending == ".ipynb" or is_notebook(path)):
            return path
    return None


def is_notebook(path):
    """Does this MyST page have code cells to run?"""
    return path.read_text(encoding="utf-8").startswith("---\n") and "{code-cell}" in path.read_text(encoding="utf-8")


def place_of(source):
    """Where the built site has the notebook of this page."""
    return f"notebooks/{source.relative_to(BOOK).with_suffix('.ipynb').as_posix()}"


def sources():
    chapters = [p for p in sorted(BOOK.glob("*.md")) if is_notebook(p)]
    return chapters + sorted((BOOK / "assignments").glob("*.ipynb"))


# ----------------------------------------------------------- MyST to Markdown

FENCE = re.compile(r"^(\s*)(`{3,}|:{3,}|~{3,})\s*\{([\w:+-]+)\}\s*(.*)$")
EQUATION = re.compile(r"\$\$(.+?)\$\$[ \t]*\(([\w:.-]+)\)", re.S)
FOLDED = {"dropdown", "solution", "solution-start"}
BOXES = {"note", "tip", "hint", "important", "warning", "caution", "attention", "danger", "error", "seealso",
         "admonition", "exercise", "exercise-start", "margin", "sidebar", "card", "grid-item-card",
         "topic", "epigraph"}
NOTHING = {"contents", "tableofcontents", "toctree", "bibliography", "solution-end", "exercise-end", "raw",
           "site-only", "progress"}


@cache
def targets():
    """label -> (page, title or None, the section's heading or None at the top) for the labels of all pages;
    and the numbers of the labelled equations, which count from 1 in each page, likewise."""
    labels, numbers = {}, {}
    for path in sorted(BOOK.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        sections = [(found.end(), found[1]) for found in re.finditer(r"^##+\s+(.+)", without_code(text), re.M)][::-1]

        def section(place, sections=sections):
            return next((heading for end, heading in sections if end <= place), None)

        for found in re.finditer(r"^\(([^()\s]+)\)=$(?=(?:\n\([^()\s]+\)=|\s*\n)*\n?(.*))", text, re.M):
            heading = re.match(r"#+\s+(.+)", found[2])
            labels[found[1].lower()] = (path, heading and heading[1], section(found.end(2)))
        for found in re.finditer(r"^:(?:name|label):\s*(\S+)", text, re.M):
            labels[found[1].lower()] = (path, None, section(found.start()))
        count = 0
        for found in EQUATION.finditer(text):
            tag = re.search(r"\\tag\{(.+?)\}", found[1])
            count += not tag
            numbers[found[2]] = (path, tag[1] if tag else str(count), section(found.start()))
    return labels, numbers


def without_code(text):
    """The text with every line between fences blank, all else at its place."""
    return re.sub(r"^([ \t]*)(`{3,}|~{3,}).*?^\1\2[ \t]*$", lambda found: re.sub(r"[^\n]", " ", found[0]),
                  text, flags=re.M | re.S)


@cache
def references():
    """key -> (authors, year) from the bibliography."""
    found = {}
    for key, entry in parse_file(str(BOOK / "references.bib")).entries.items():
        names = [" ".join(p.prelast_names + p.last_names) for p in entry.persons.get("author", [])]
        short = (names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
                 if names else key)
        found[key] = (short, entry.fields.get("year", "n.d."))
    return found


def link(text, target, here, heading=None):
    """A link to a page's notebook, at a heading of it; or only its text, where there is no notebook."""
    place = anchor(heading)
    if target == here:
        return f"[{text}]({place})" if place else text
    if target.suffix != ".md" or not is_notebook(target):
        return text
    way = "../" * len(here.relative_to(BOOK).parts[:-1])
    return f"[{text}]({way}{target.stem}.ipynb{place})"


def anchor(heading):
    """"#What-JupyterLab-calls-a-heading", or "" where that can't be known, as with formulas."""
    if not heading or "$" in heading or "{" in heading:
        return ""
    return "#" + quote(re.sub(r"[*`]", "", heading.strip()).replace(" ", "-"), safe="-_.!~*':,?;@&=+/")


def role(name, content, here):
    labels, numbers = targets()
    found = re.fullmatch(r"(.*?)\s*<([^<>]+)>", content, re.S)
    text, target = found.groups() if found else (None, content)
    if name in ("ref", "numref", "prf:ref"):
        page, title, heading = labels.get(target.lower(), (here, None, None))
        return link(text or title or "the one below" * (page == here) or page.stem, page, here, heading)
    if name == "eq":
        page, number, heading = numbers.get(target, (here, "?", None))
        return link(f"({number})", page, here, heading)
    if name == "doc":
        page = (here.parent / f"{target.removesuffix('.md')}.md").resolve()
        return link(text or page.stem.replace("-", " "), page, here) if page.is_file() else text or target
    if name.startswith("cite"):
        cited = [references().get(key.strip(), (key, "")) for key in content.split(",")]
        form = "{} ({})" if name in ("cite:t", "cite:ts", "cite:ct") else "{}, {}"
        joined = "; ".join(form.format(*c) for c in cited)
        return joined if "(" in form else f"({joined})"
    if name == "math":
        return f"${content}$"
    if name in ("code", "kbd", "file", "samp"):
        return f"`{content}`"
    return text or target


def inline(text, here):
    """Roles, links and labels of MyST, in plain Markdown; code spans as they are."""
    def role_at(match):
        return role(match[1], match[3], here)

    def link_at(match):
        text, target = match.groups()
        page, _, label = target.partition("#")
        labels, numbers = targets()
        if target.startswith("#"):
            page, title, heading = labels.get(label.lower()) or numbers.get(label) or (here, None, None)
            return link(text or (label.lower() in labels and title) or page.stem, page, here, heading)
        if page.endswith(".ipynb"):             # a role above has made it
            return match[0]
        path = (here.parent / page).resolve()
        heading = targets()[0].get(label.lower(), (None, None, None))[2] if label else None
        return link(text or path.stem.replace("-", " "), path, here, heading)

    def numbered(match):
        body, number = match[1].rstrip(), targets()[1].get(match[2], (None, "?", None))[1]
        return f"$${body}$$" if r"\tag" in body else f"$${body} \\tag{{{number}}}\n$$"

    text = re.sub(r"^\([^()\s]+\)=[ \t]*\n?", "", text, flags=re.M)
    text = re.sub(r"^%.*\n?", "", text, flags=re.M)
    text = EQUATION.sub(numbered, text)
    text = re.sub(r"\{([a-z][\w:+-]*)\}(`+)(.+?)\2(?!`)", role_at, text, flags=re.S)
    text = re.sub(r"(?<!!)\[([^\]\[]*)\]\((#[^)\s]+|(?!\w+:)[^)\s]+\.(?:md|ipynb)(?:#[^)\s]*)?)\)", link_at, text)
    return re.sub(r"(?<=[\w)\]`*])\{[.#][^}\n]*\}", "", text)        # {.class #id}


def options_off(lines):
    """Directive options -> (options, the lines of the body)."""
    options = {}
    while lines and (found := re.match(r"\s*:([\w-]+):\s*(.*)$", lines[0])):
        options[found[1]] = found[2]
        lines = lines[1:]
    return options, lines


def directive(name, argument, lines, here):
    options, lines = options_off(lines)
    if name in ("math", "math:numref"):
        return ["$$", *lines, "$$"]
    if name in ("code-block", "code", "sourcecode", "literalinclude"):
        return [f"```{argument}", *lines, "```"]
    if name in NOTHING:
        return []
    if name == "quiz":
        return quiz_folded(argument, lines, here)
    body = plain("\n".join(lines).strip("\n"), here).split("\n")
    if name in ("figure", "image"):
        raise ValueError(f"{here.name}: {argument}: a notebook has no way to its pictures; draw it in a cell")
    if name == "list-table":
        return ["", f"**{argument}**" if argument else "", *list_table(body)]
    if name == "table":
        return [f"**{inline(argument, here)}**", "", *body] if argument else body
    title = inline(argument, here).strip()
    if name in FOLDED:
        summary = title if name == "dropdown" else "Solution"
        return ["<details>", f"<summary>{summary}</summary>", "", *body, "", "</details>"]
    if name in BOXES:
        if name.startswith("exercise"):
            title = f"Exercise. {title}".strip()
        heading = title or name.capitalize()
        return [f"> **{heading}**" if name != "epigraph" else ">", ">", *(f"> {line}".rstrip() for line in body)]
    return body


def quiz_folded(argument, lines, here):
    """The question, and each choice with what it says when opened."""
    question, choices = parse_quiz(lines)
    out = [f"**Check yourself.** {inline(' '.join([argument, *question]), here)}"]
    for right, choice, explanation in choices:
        verdict = "Right." if right else "Not quite."
        out += ["", "<details>", f"<summary>{inline(choice, here)}</summary>", "",
                f"{verdict} {inline(explanation, here)}", "", "</details>"]
    return out


def list_table(lines):
    rows = []
    for line in lines:
        if found := re.match(r"\s*\*\s+-\s?(.*)", line):
            rows.append([found[1]])
        elif found := re.match(r"\s+-\s?(.*)", line):
            rows[-1].append(found[1])
        elif line.strip() and rows:
            rows[-1][-1] += " " + line.strip()
    rule = ["---"] * len(rows[0]) if rows else []
    return ["| " + " | ".join(row) + " |" for row in rows[:1] + [rule] + rows[1:]]


def plain(text, here):
    """MyST Markdown of a page -> Markdown without directives and roles."""
    out, prose, lines = [], [], text.split("\n")

    def flush():
        if prose:
            out.append(inline("\n".join(prose), here))
            prose.clear()

    i = 0
    while i < len(lines):
        line, opening = lines[i], FENCE.match(lines[i])
        fence = opening or re.match(r"^(\s*)(`{3,}|~{3,})", line)
        if not fence:
            prose.append(line)
            i += 1
            continue
        flush()
        indent, mark = fence[1], fence[2]
        close = re.compile(rf"^\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
        end = next((j for j in range(i + 1, len(lines)) if close.match(lines[j])), len(lines))
        inside = [row.removeprefix(indent) for row in lines[i + 1:end]]
        new = directive(opening[3], opening[4], inside, here) if opening else [
            line.removeprefix(indent), *inside, mark]
        out.append("\n".join((indent + row).rstrip() for row in new))
        i = end + 1
    flush()
    return "\n".join(out)


# ------------------------------------------------------------------ notebooks

IMPORT, OPENING = "from backprop.claims import claim", "with claim():"


def as_claim(source, metadata):
    """A check cell in the notebook: all of it in a block that says its sentence, or what no longer holds."""
    sentence, code = checked(source, metadata)
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


def all_notebooks():
    """Every notebook as text, by its place in the site."""
    return {"notebooks/contents.ipynb": contents(), **{place_of(source): notebook(source) for source in sources()}}


def write_downloads(srcdir, site, name):
    """Write every notebook and the package into the site, and one zip with all a reader needs."""
    written = all_notebooks()
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
