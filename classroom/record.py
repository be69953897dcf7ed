"""From what was judged to nbgrader's gradebook and the notebook that is marked."""

import contextlib
import json

import nbformat
from nbformat.v4 import new_markdown_cell

from . import edition
from .atomic import write_whole
from .course import one_line
from .markup import harmless
from .steps import FOR_TEACHER
from .submission import kind


def load(course, assignment, student):
    try:
        return json.loads(course.judged(student, assignment).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def gave_up(course, assignment, student, key, why):
    """There is no result for this submission: say so instead of a grade."""
    _, release = course.notebooks(assignment)
    write_whole(course.judged(student, assignment), json.dumps({
        "key": key, "notebook": nbformat.writes(release, version=4), "results": {}, "notes": [], "judged": False,
        "looks": [f"not graded: {why}"], "seconds": 0}))


def enter(course, gradebook, assignment, student):
    """Record what was judged; if that fails, this student has no grade yet, and the others go on."""
    try:
        record(course, gradebook, assignment, student)
    except Exception as error:
        gradebook.db.rollback()
        # No key: the next autograde judges it again.
        gave_up(course, assignment, student, "", one_line(f"the result can't be entered ({type(error).__name__}: {error})")[:1000])
        record(course, gradebook, assignment, student)


def record(course, gradebook, assignment, student):
    """Enter what was judged into nbgrader's gradebook, and the notebook into autograded/. May be repeated.

    Points given by hand stay, and stay valid as long as what they were given for is the same.
    """
    from nbgrader.api import MissingEntry
    from nbgrader.utils import determine_grade, parse_utc
    found = load(course, assignment, student)
    target, mark = course.autograded(student, assignment), course.judged(student, assignment).with_suffix(".recorded")
    try:
        gradebook.find_submission_notebook(assignment, assignment, student)
        known = mark.exists() and mark.read_text(encoding="utf-8") == found["key"]
    except MissingEntry:
        known = False
    if known and target.exists():
        return
    notebook = nbformat.reads(found["notebook"], as_version=4)
    people = course.students().get(student, {})
    gradebook.update_or_create_student(student, **{k: v for k, v in people.items() if v})
    options = {}
    with contextlib.suppress(OSError, ValueError, OverflowError):
        options["timestamp"] = parse_utc((course.submitted(student, assignment) / "timestamp.txt").read_text(encoding="utf-8").strip())
    gradebook.update_or_create_submission(assignment, student, **options)
    submitted = gradebook.find_submission_notebook(assignment, assignment, student)
    cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}
    for grade in submitted.grades:
        cell = cells[grade.name]
        state = found["results"].get(grade.name, ["unjudged"])[0] if kind(cell) == "test" else None
        if not found["judged"] or state == "unjudged":
            grade.auto_score = None
        else:
            grade.auto_score = determine_grade(cell)[0]
        if not known:
            grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
    for comment in submitted.comments:
        released = comment.name in cells and cells[comment.name]
        same = released and kind(released) == "written" and determine_grade(released)[0] == 0
        comment.auto_comment = "No response." if same else None
    gradebook.db.commit()
    private = found.get("private", [])
    public = [line for line in found["looks"] + found["notes"] if line not in private]
    for title, lines, metadata in [("For the teacher only", private, {FOR_TEACHER: True}), ("Notes from grading", public, {})]:
        if lines:
            text = f"**{title}**\n\n" + "\n".join(f"- {line}" for line in lines)
            notebook.cells.insert(0, new_markdown_cell(harmless(text, {}), metadata=metadata))      # it may quote names of files
    edition.write(notebook, target)
    write_whole(mark, found["key"])
