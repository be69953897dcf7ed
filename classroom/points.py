"""What a question is worth, also after submissions have come in; 0 drops it."""

import re
from datetime import datetime

import nbformat

from . import edition
from .course import CourseError


def set_points(course, assignment, changes):
    """Change the points of questions: {"1b": 4}. Returns the path where the grades as they were are kept, or None.

    The notebook that was handed out stays as it is. The next `autograde` and `grades` count with the new points.
    """
    notebook = nbformat.read(course.source(assignment), as_version=4)
    graded = {re.sub("-test$", "", c.metadata.nbgrader.grade_id).split("-", 1)[1]: c for c in notebook.cells
              if c.metadata.get("nbgrader", {}).get("grade")}
    for question, points in changes.items():
        if question not in graded:
            raise CourseError(f"{assignment} has no question {question!r}, it has {', '.join(graded)}")
        if not 0 <= points < 1000:
            raise CourseError(f"{question}: points are a number from 0 on, not {points:g}")
    kept = keep_grades(course)
    for question, points in changes.items():
        graded[question].metadata.nbgrader.points = points
    edition.write(notebook, course.source(assignment))
    synchronise(course, assignment)
    return kept


def synchronise(course, assignment):
    """Tell the gradebook what the questions of the source are worth."""
    notebook = nbformat.read(course.source(assignment), as_version=4)
    with course.gradebook() as gradebook:
        known = {cell.name: cell for cell in gradebook.find_notebook(assignment, assignment).grade_cells}
        for cell in notebook.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("grade") and about.grade_id in known:
                known[about.grade_id].max_score = about.points
        gradebook.db.commit()


def keep_grades(course):
    """Write down all grades as they are now. Returns the path, or None if there are none."""
    from .export import everything, write_table
    from .summary import summary
    rows = [row for assignment in course.released() for row in summary(course, assignment)]
    if not rows:
        return None
    path = course.root / f"grades-before-{datetime.now():%Y-%m-%d-%H%M%S}.csv"
    write_table(path, everything(course, rows))
    return path
