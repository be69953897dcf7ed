"""From what was judged to nbgrader's gradebook and the notebook that is marked."""

import contextlib
import hashlib
import json

import nbformat
from nbformat.v4 import new_markdown_cell

from . import edition
from .atomic import write_whole
from .course import one_line
from .markup import harmless
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
        why = one_line(f"the result can't be entered ({type(error).__name__}: {error})")[:1000]
        gave_up(course, assignment, student, "", why)
        record(course, gradebook, assignment, student)


def record(course, gradebook, assignment, student):
    """Enter what was judged into nbgrader's gradebook, and the notebook into autograded/. May be repeated.

    Points given by hand stay. They stay valid as long as the answer that they were given for is the same; for another
    answer, or if there are now fewer points to be had, somebody has to look again.
    """
    from nbgrader.api import MissingEntry
    found = load(course, assignment, student)
    target, mark = course.autograded(student, assignment), course.judged(student, assignment).with_suffix(".recorded")
    before = _marked(mark)
    try:
        gradebook.find_submission_notebook(assignment, assignment, student)
    except MissingEntry:
        before = {}
    if before.get("key") == found["key"] and target.exists():
        return
    notebook = nbformat.reads(found["notebook"], as_version=4)
    submitted = _submission(course, gradebook, assignment, student)
    cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}
    answers = {grade.name: _answer_to(cells, grade.name) for grade in submitted.grades}
    for grade in submitted.grades:
        _enter_grade(grade, cells[grade.name], found, before.get("answers", {}).get(grade.name) == answers[grade.name])
    for comment in submitted.comments:
        cell = cells.get(comment.name)
        comment.auto_comment = "No response." if cell and kind(cell) == "written" and _blank(cell) else None
    gradebook.db.commit()
    _notes(notebook, found)
    edition.write(notebook, target)
    write_whole(mark, json.dumps({"key": found["key"], "answers": answers}))


def forget(course, assignment, student):
    """Have this submission judged and entered once more, whatever was found. Which answers were marked is kept."""
    course.judged(student, assignment).unlink(missing_ok=True)
    mark = course.judged(student, assignment).with_suffix(".recorded")
    if mark.exists():
        write_whole(mark, json.dumps(_marked(mark) | {"key": ""}))


def _marked(path):
    """What was entered last: its key, and a digest of each answer."""
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        before = {}
    return before if isinstance(before, dict) else {}


def _submission(course, gradebook, assignment, student):
    from nbgrader.utils import parse_utc
    people = course.students().get(student, {})
    gradebook.update_or_create_student(student, **{k: v for k, v in people.items() if v})
    options = {}
    with contextlib.suppress(OSError, ValueError, OverflowError):
        stamp = (course.submitted(student, assignment) / "timestamp.txt").read_text(encoding="utf-8")
        options["timestamp"] = parse_utc(stamp.strip())
    gradebook.update_or_create_submission(assignment, student, **options)
    return gradebook.find_submission_notebook(assignment, assignment, student)


def _answer_to(cells, name):
    """A digest of the answer that the points of a cell are for."""
    cell = cells.get(name.removesuffix("-test"), cells[name])
    content = json.dumps([cell.source, cell.get("attachments")], sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]


def _blank(cell):
    from nbgrader.utils import determine_grade
    return determine_grade(cell)[0] == 0


def _enter_grade(grade, cell, found, same):
    """Set one grade. same: the answer is the one that was there when points may have been given by hand."""
    state = found["results"].get(grade.name, ["unjudged"])[0]
    if grade.max_score == 0:                     # the question was dropped
        grade.auto_score, grade.manual_score, grade.needs_manual_grade = 0, None, False
        return
    if not found["judged"]:
        grade.auto_score = None
    elif kind(cell) == "test":
        grade.auto_score = {"stands": grade.max_score, "fails": 0}.get(state)
    else:
        grade.auto_score = 0 if _blank(cell) else None
    if grade.manual_score is None:
        grade.needs_manual_grade = grade.auto_score is None
    elif not same or grade.manual_score > grade.max_score:
        grade.needs_manual_grade = True


def _notes(notebook, found):
    """Put the lines about a submission in front, but for those that quote names of files, as students' names may stand
    in those: who marks needn't know whose work it is."""
    private, of_files = found.get("private", []), found.get("of_files", [])
    public = [line for line in found["looks"] + found["notes"] if line not in private + of_files]
    for title, lines, metadata in [("For the teacher only", private, {edition.FOR_TEACHER: True}),
                                   ("Notes from grading", public, {})]:
        if lines:
            text = f"**{title}**\n\n" + "\n".join(f"- {line}" for line in lines)
            notebook.cells.insert(0, new_markdown_cell(harmless(text, {}), metadata=metadata))
