"""Judge submissions once more, for some students or all, and say what has changed."""

from .course import CourseError
from .points import keep_grades
from .summary import question_label, questions, students_of, summary


def regrade(course, assignment, students=(), of=(), **options):
    """Judge anew and enter the results. students: whose, () for everybody's; of: questions whose points given by hand
    are forgotten, so that the program's count again (or, for a written answer, somebody marks it once more).

    Returns (path of the grades as they were or None, lines: what has changed, lines for the teacher).
    """
    from .grade import autograde
    known = {question_label(name): name for name in questions(course, assignment)}
    for question in of:
        if question not in known:
            raise CourseError(f"{assignment} has no question {question!r}, it has {', '.join(known)}")
    handed_in = students_of(course, assignment)
    for student in students:
        if student not in handed_in:
            raise CourseError(f"{student} has handed in nothing for {assignment}")
    students = list(students) or handed_in
    before = {row["student"]: row for row in summary(course, assignment)}
    kept = keep_grades(course)
    if of:
        _take_back(course, assignment, students, {known[question] for question in of})
    looks = autograde(course, assignment, only=students, again=True, **options)
    after = {row["student"]: row for row in summary(course, assignment)}
    columns = ["score", *known]
    changes = []
    for student in students:
        parts = [f"{column} {_said(before[student], column)} → {_said(after[student], column)}" for column in columns
                 if before[student].get(column) != after[student].get(column)]
        if parts:
            changes.append(f"{student}: " + ", ".join(parts))
    return kept, changes, looks


def _said(row, column):
    value = row.get(column, "")
    return "open" if value == "" else f"{value:g}"


def _take_back(course, assignment, students, names):
    """Take back points that were given by hand."""
    with course.gradebook() as gradebook:
        for submission in gradebook.find_notebook(assignment, assignment).submissions:
            if submission.student.id in students:
                for grade in submission.grades:
                    if grade.name in names:
                        grade.manual_score, grade.needs_manual_grade = None, grade.auto_score is None
        gradebook.db.commit()
