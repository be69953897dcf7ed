"""The page a student gets back: their notebook with scores, comments and what each test said."""

import html
import os
import re
import sys
import zipfile
from functools import cache, partial

import nbformat
import nbgrader
from math_core import LatexError, LatexToMathML
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor, Preprocessor
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from tqdm import tqdm
from traitlets.config import Config

from .atomic import replacing, write_whole
from .comments import put_in
from .course import CourseError
from .markup import CODE, FORMULA, rendered
from .names import way_back
from .processes import run_each
from .steps import LeaveOutTheTeachers
from .summary import summary

PAGE_SECONDS, PAGE_MEMORY = 60, 4096         # of the processor, for one student's page; it takes about one second
PATIENCE = 10                                # times as many seconds on the clock: the machine may be busy
LONGEST, DEEPEST = 4000, 50                  # a formula beyond this stays as it was typed


def drawable(latex):
    """Whether a formula is small and shallow enough for the typesetter, which calls itself for each level."""
    depth = deepest = 0
    for opening, closing in re.findall(r"(\{|\\left\b|\\begin\b)|(\}|\\right\b|\\end\b)", latex):
        depth += bool(opening) - bool(closing)
        deepest = max(deepest, depth)
    return len(latex) <= LONGEST and deepest <= DEEPEST


def typeset(text, pictures):
    """Markdown with its LaTeX as MathML: browsers draw it by themselves, and ask no other host for a script."""
    if len(text) > 50_000:
        return text
    converter, left = LatexToMathML(), set()         # left: what can't be drawn stays as it is

    def mathml(found):
        try:
            latex = html.unescape(found["latex"])
            if not drawable(latex):
                raise LatexError("too large")
            drawn = converter.convert_with_local_state(latex, displaystyle=found["sign"] == "$$")
        except LatexError:
            left.add(found[0])
            return found[0]
        return re.sub(r"[*_`\[\]\\]", lambda sign: f"&#{ord(sign[0])};", " ".join(drawn.split()))

    def replaced(formula):
        return "".join(part if part.startswith("`") else re.sub(FORMULA, formula, part, flags=re.DOTALL)
                       for part in re.split(f"({CODE})", text, flags=re.DOTALL))
    drawn = replaced(mathml)
    # What was harmless inside a formula must not be set free by drawing another one that begins at its end.
    if (
        drawn != text
        and rendered(replaced(lambda found: found[0] if found[0] in left else "x"), pictures)[0]
        and not rendered(text, pictures)[0]
    ):
        return text
    return drawn


class Typeset(Preprocessor):
    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "markdown":
            cell.source = typeset(cell.source, cell.get("attachments", {}))
        return cell, resources


class Grades(GetGrades):
    """nbgrader's, where the page is a student's."""

    def preprocess(self, nb, resources):
        return super().preprocess(nb, resources) if resources["nbgrader"]["student"] else (nb, resources)


@cache
def exporter():
    """What makes a page of a notebook."""
    formgrader = os.path.join(os.path.dirname(nbgrader.__file__), "server_extensions", "formgrader")
    config = Config()
    config.HTMLExporter.template_name = "feedback"
    config.HTMLExporter.extra_template_basedirs = [os.path.join(formgrader, "templates")]
    config.HTMLExporter.extra_template_paths = [
        os.path.join(formgrader, "static", "node_modules", "bootstrap", "dist", "css")
    ]
    return HTMLExporter(
        config=config,
        preprocessors=[Grades, ClearHiddenTests, LeaveOutTheTeachers, Typeset, CSSHTMLHeaderPreprocessor],
    )


def _html(course, assignment, notebook, student=None):
    resources = exporter()._init_resources({"unique_key": assignment, "nbgrader": {
        "notebook": assignment, "assignment": assignment, "student": student, "db_url": course.db_url,
        "score": 0, "max_score": 0, "late_penalty": 0}})                             # Grades puts a student's here
    return exporter().from_notebook_node(notebook, resources=resources)[0]


def _page(course, assignment, student):
    """Write feedback/<student>/<assignment>/<assignment>.html. Hidden tests are left out."""
    notebook = nbformat.read(course.autograded(student, assignment), as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "remove-cell" not in cell.metadata.get("tags", [])]
    with course.gradebook() as gradebook:
        if gradebook.find_submission_notebook(assignment, assignment, student).needs_manual_grade:
            notebook.cells.insert(0, nbformat.v4.new_markdown_cell(
                "**Not completely marked yet**: the score above is not final."))
    page = _html(course, assignment, notebook, student)
    page = re.sub(r'<script[^>]*\bsrc="https?://[^>]*>\s*</script>', "", page)      # MathJax from another host
    page = re.sub(r'(<a href="#a\d+-(\w+?)(?:-test)?">)(?:Test cell|Written response)</a>', r"\1Question \2</a>", page)
    page = page.replace("(Score: 0.0 / 0.0)", "(dropped)")
    write_whole(course.root / "feedback" / student / assignment / f"{assignment}.html", page)


def generate(course, assignment, workers):
    """Make all pages, and one zip of them in the folders the LMS knows.

    Returns (number, path of the zip, lines for the teacher). Who has no grade gets no page: it would say 0 points.
    """
    status = {row["student"]: row["status"] for row in summary(course, assignment)}
    students = sorted(
        p.parent.parent.name for p in (course.root / "autograded").glob(f"*/{assignment}/{assignment}.ipynb")
    )
    if not students:
        raise CourseError(f"nothing of {assignment} is graded yet. First: autograde {assignment.split('-')[0]}")
    comments = put_in(course, assignment)
    missing = {
        student: "no page, because it isn't graded yet" for student in students if status.get(student) == "needs a look"
    }
    tqdm.monitor_interval = 0
    # What is read and compiled for a first page, the processes that are forked now need not read and compile again.
    first = course.notebooks(assignment)[1]
    for cell in first.cells:
        cell.metadata = {}
    _html(course, assignment, first)
    waiting = [student for student in students if student not in missing]
    with tqdm(total=len(waiting), unit="page", file=sys.stdout) as bar:
        for student, _, why in run_each(partial(_page, course, assignment), waiting, workers, PAGE_SECONDS, PAGE_MEMORY,
                                        PATIENCE):
            if why:
                missing[student] = f"no page, because making it failed ({why})"
            bar.update()
    for student in missing:
        of_an_earlier_time = course.root / "feedback" / student / assignment / f"{assignment}.html"
        of_an_earlier_time.unlink(missing_ok=True)
    students = [student for student in students if student not in missing]
    origin = course.collected(assignment)["origin"]
    path = course.root / "feedback" / f"{assignment}.zip"
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for student in students:
            archive.write(course.root / "feedback" / student / assignment / f"{assignment}.html",
                          way_back(origin.get(student, student), student, assignment))
    lines = [f"{student}: {why}" for student, why in sorted(missing.items())] + comments
    unfinished = [student for student in students if status.get(student) != "graded"]
    if unfinished:
        lines.append(f"Not completely marked yet, as the pages themselves say ({len(unfinished)}): "
                     + ", ".join(unfinished[:10]) + (" …" if len(unfinished) > 10 else ""))
    return len(students), path, lines

