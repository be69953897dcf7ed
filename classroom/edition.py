"""From an author's file to the notebooks of one edition.

An author writes MyST Markdown (classroom/author/*.md). Marks in the text say what a cell is:

    a code cell tagged `edition`             is run when the edition is made; `draw` is its random generator.
                                             It isn't in the notebook; <<expression>> anywhere else is
                                             replaced by the value of the expression with its names
    a code cell starting `# Answer 1a`       is the student's answer; between BEGIN SOLUTION and END SOLUTION
                                             stands the model solution. Lines starting `#| ` are what the
                                             student finds there instead of an empty place: a faulty program
    a text cell starting `**Answer 1c** (3 points)`   is a written answer, with a model answer and marking notes
                                             between the same marks, graded by hand
    a code cell starting `with question("1a", points=2, …`   tests it; between BEGIN HIDDEN TESTS and
                                             END HIDDEN TESTS stands what the student doesn't get
    any other code cell                      is given: the student needn't change it (tags: see judge.py)
"""

import re
from pathlib import Path

import nbformat
import numpy as np

from tools.guard import guard
from tools.repository import site_address

from .atomic import write_whole

FOR_TEACHER = "for_teacher"               # in the metadata of cells and outputs that no student gets
AUTHOR = Path(__file__).with_name("author")
ANSWER = re.compile(r"# Answer (\w+)")
WRITTEN = re.compile(r"\*\*Answer (\w+)\*\* \((\d+) points?\)")
TEST = re.compile(r"with question\(\"(\w+)\", points=(\d+), read=\"([^\"]+)\"\):")
HOLE = re.compile(r"<<(.+?)>>", re.DOTALL)
CHAPTER = re.compile(r"\[([^\]]+)\]\(\.\./([\w-]+)\.md\)")         # right on the site, not in a student's folder
HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS\n.*?END HIDDEN TESTS[^\n]*$", re.DOTALL | re.MULTILINE)
SOLUTION = re.compile(r"^[ #]*BEGIN SOLUTION\n(.*?)^[ #]*END SOLUTION", re.DOTALL | re.MULTILINE)


class AuthorError(ValueError):
    """An author's file that can't become a notebook."""


def assignments():
    """The names of the assignments, in their order."""
    return sorted(path.stem for path in AUTHOR.glob("*.md"))


def find(name):
    """The full name of an assignment: "a3" is enough."""
    matches = [a for a in assignments() if a == name or a.split("-")[0] == name]
    if not matches:
        raise AuthorError(f"there is no assignment {name!r}, expected one of {', '.join(assignments())}")
    return matches[0]


HOW = """Write in the cells that begin with `# Answer` or **Answer**, in place of the three dots or under the line \
`# your code here`, and run the test cell below each. It prints ✓ when your answer stands; otherwise it says what is \
missing and which section of the book to read again. The last cell shows all questions at a glance. You may add cells \
of your own anywhere. The notebook needs the book's package `backprop`; where that is missing, the first cell says \
how to get it."""
PRACTICE = """This is the *formative* edition, for practice: its solutions are public. The arrow at the top of the \
page downloads it as a notebook."""
GRADED = """When your work is graded, the same tests run with other inputs, so an answer that fits only the numbers \
shown here doesn't stand. Changing a test cell changes nothing: the teacher's own is used."""


# What an author writes in <<…>> beside plain names.

def code(value):
    """An array or list of arrays as Python, short enough to read."""
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(code(item) for item in value) + "]"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    return repr(value.item() if isinstance(value, np.generic) else value)


def tex(value):
    """An array as a LaTeX matrix."""
    rows = (" & ".join(f"{number:g}" for number in row) for row in np.atleast_2d(value))
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"


def pick(draw, *shape, low=-1.0, high=1.0):
    """Numbers with one decimal, none of them 0, and no two alike where there are few."""
    count = int(np.prod(shape))
    choices = np.round(np.arange(low, high + 0.05, 0.1), 1)
    choices = choices[np.abs(choices) > 0.05]
    numbers = draw.choice(choices, size=count, replace=count > len(choices) // 2)
    return numbers.reshape(shape) if shape else float(numbers[0])


def one(draw, choices):
    """One of a list."""
    return choices[int(draw.integers(len(choices)))]


def make(name, seed, path=None):
    """The teacher's notebook of an assignment, with solutions and hidden tests, for the edition of this seed.

    path: the author's file, if it isn't one of the book's."""
    import jupytext
    import sympy
    path = path or AUTHOR / f"{find(name)}.md"
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")
    short = path.stem.split("-")[0]
    names = {
        "np": np,
        "sympy": sympy,
        "code": code,
        "tex": tex,
        "pick": pick,
        "one": one,
        "how": HOW + "\n\n" + (PRACTICE if seed == FORMATIVE else GRADED),
        "draw": np.random.default_rng([seed, int(short[1:])]),
    }
    cells, number = [], 0
    for cell in _split(notebook.cells):
        if cell.cell_type == "code" and "edition" not in cell.metadata.get("tags", []) and not any(
                made.cell_type == "code" for made in cells):
            cells.append(_guard(short))
        tags = cell.metadata.pop("tags", [])
        if "edition" in tags:
            exec(compile(cell.source, str(path), "exec"), names)
            continue
        cell.source = HOLE.sub(lambda hole: str(eval(hole[1], names)), cell.source)
        if seed != FORMATIVE:
            cell.source = CHAPTER.sub(_chapter_elsewhere, cell.source)
        number += 1
        grade_id, fields = _role(cell, short, number)
        if grade_id and grade_id.endswith("-test"):
            tags = [*tags, "hide-input"]              # folded on the site; students' front-ends show it
        metadata = {"tags": tags} if tags else {}
        if grade_id:
            metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, "task": False,
                                    "cell_type": cell.cell_type, **fields}
        made = (nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell)(
            cell.source, metadata=metadata)
        made.id = grade_id or f"{short}-text-{number}"
        cells.append(made)
    ids = [cell.id for cell in cells]
    if len(set(ids)) < len(ids):
        raise AuthorError(f"{path.name}: answered or tested twice: {sorted({i for i in ids if ids.count(i) > 1})}")
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.metadata.language_info = {"name": "python"}
    made.metadata.edition = "formative" if seed == FORMATIVE else "private"
    return made


def _chapter_elsewhere(link):
    """A chapter's name where the chapter isn't near: a link to the site if that has an address."""
    return f"[{link[1]}]({site_address()}book/{link[2]}.html)" if site_address() else f"*{link[1]}*"


def _guard(short):
    """The given cell before the first one that imports the package: it says what to do where that is missing."""
    fields = {"grade_id": f"{short}-guard", "schema_version": 3, "task": False, "cell_type": "code",
              "grade": False, "locked": True, "solution": False}
    made = nbformat.v4.new_code_cell(guard(), metadata={
        "tags": ["remove-cell"], "jupyter": {"source_hidden": True}, "nbgrader": fields})
    made.id = f"{short}-guard"
    return made


FORMATIVE = 0      # the seed of the public edition


def _split(cells):
    """Text cells cut where a written answer begins and ends."""
    for cell in cells:
        if cell.cell_type == "code":
            yield cell
            continue
        for part in re.split(r"^(?=\*\*Answer )|(?<=END SOLUTION\n)", cell.source + "\n", flags=re.MULTILINE):
            if part.strip():
                yield nbformat.v4.new_markdown_cell(part.strip())


def _role(cell, short, number):
    """(grade_id, nbgrader's fields) of a cell; (None, None) for text."""
    answer, written, test = (pattern.match(cell.source) for pattern in (ANSWER, WRITTEN, TEST))
    if cell.cell_type == "code" and answer:
        return f"{short}-{answer[1]}", {"grade": False, "solution": True, "locked": False}
    if cell.cell_type == "code" and test:
        return f"{short}-{test[1]}-test", {"grade": True, "solution": False, "locked": True, "points": int(test[2])}
    if cell.cell_type == "code":
        return f"{short}-given{number}", {"grade": False, "solution": False, "locked": True}
    if written:
        return f"{short}-{written[1]}", {"grade": True, "solution": True, "locked": False, "points": int(written[2])}
    return None, None


def released(notebook, gradebook=None):
    """What a student gets: the same notebook without solutions and hidden tests.

    gradebook: (database url, assignment); the questions and their points are noted there.
    """
    from .steps import HAND_OUT, SETTINGS, SaveCells
    notebook, resources = nbformat.from_dict(notebook), {}
    if gradebook:
        resources["nbgrader"] = {"db_url": gradebook[0], "assignment": gradebook[1], "notebook": gradebook[1]}
    for step in HAND_OUT:
        if gradebook or step is not SaveCells:
            notebook, resources = step(config=SETTINGS).preprocess(notebook, resources)
    return notebook


def solved(notebook):
    """The model solution as a student would hand it in."""
    filled = released(notebook)
    for cell, original in zip(filled.cells, notebook.cells, strict=True):
        if cell.metadata.get("nbgrader", {}).get("solution"):
            original = re.sub(r"\n\*Marking\.\*.*?(?=^END)", "\n", original.source, flags=re.DOTALL | re.MULTILINE)
            marks = r"^ *(### )?(BEGIN|END) SOLUTION\n?|^ *#\| .*\n?"
            cell.source = re.sub(marks, "", original, flags=re.MULTILINE).rstrip()
    return filled


def marking_notes(notebook):
    """Model answers and marking notes of the questions graded by hand, as Markdown."""
    parts = []
    for index, cell in enumerate(notebook.cells):
        written = WRITTEN.match(cell.source) if cell.cell_type == "markdown" else None
        if written:
            question = next((c.source for c in reversed(notebook.cells[:index]) if c.cell_type == "markdown"), "")
            hidden = SOLUTION.search(cell.source)
            parts.append(f"## {written[1]} ({written[2]} points)\n\n> " + question.replace("\n", "\n> ")
                         + "\n\n" + (hidden[1] if hidden else "").strip())
    return "\n\n".join(parts) + "\n"


def write(notebook, path):
    """Save a notebook; the same notebook gives the same bytes."""
    write_whole(path, nbformat.writes(notebook, version=4) + "\n")
