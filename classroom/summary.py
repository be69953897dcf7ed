"""What is known of a class: who handed in, what somebody has to look at, the rows of the CSV."""

from .collect import unmatched_lines
from .course import one_line
from .deadlines import times
from .record import load


def students_of(course, assignment):
    """Everybody who handed something in, or tried to."""
    return sorted({name for name in _folders(course, assignment) if name == one_line(name)}
                  | set(course.collected(assignment)["problems"]))


def _folders(course, assignment):
    return [path.parent.name for path in (course.root / "submitted").glob(f"*/{assignment}")]


def look_lines(course, assignment):
    """What somebody has to look at: "student: why"."""
    lines = unmatched_lines(course.collected(assignment))
    lines += [f"submitted/{one_line(name)}: a folder whose name isn't readable text; rename it, then autograde"
              for name in _folders(course, assignment) if name != one_line(name)]
    again = _to_mark_again(course, assignment)
    for student in students_of(course, assignment):
        found = load(course, assignment, student)
        if found is None:
            lines.append(f"{student}: not graded yet")
        else:
            lines += [f"{student}: {line}" for line in found["looks"] + again.get(student, [])]
    return lines


def _to_mark_again(course, assignment):
    """Lines about points that were given by hand for something else than what is there now."""
    from nbgrader.api import MissingEntry
    lines = {}
    with course.gradebook() as gradebook:
        try:
            submissions = gradebook.find_notebook(assignment, assignment).submissions
        except MissingEntry:
            return lines
        for submission in submissions:
            for grade in submission.grades:
                if grade.manual_score is not None and grade.needs_manual_grade:
                    lines.setdefault(submission.student.id, []).append(
                        f"{question_label(grade.name)}: {grade.manual_score:g} points were given by hand, for another "
                        f"answer or when there were more to be had (now {grade.max_score:g}); mark it again")
    return lines


def question_label(name):
    """"1b" for the cell a1-1b-test."""
    return name.removesuffix("-test").split("-", 1)[-1]


def summary(course, assignment):
    """One row for each student of the class and each who handed in, for the CSV."""
    people, handed_in = course.students(), students_of(course, assignment)
    with course.gradebook() as gradebook:
        return [_row(course, gradebook, assignment, student, people.get(student, {}), student in handed_in)
                for student in sorted(set(people) | set(handed_in))]


def _row(course, gradebook, assignment, student, person, handed_in):
    from nbgrader.api import MissingEntry
    found = load(course, assignment, student)
    row = {"student": student, "last_name": person.get("last_name", ""), "first_name": person.get("first_name", ""),
           "assignment": assignment, "score": "", "max_score": "", "by_program": "", "by_hand": "", "status": "",
           "look": " | ".join(found["looks"]) if found else "", **times(course, assignment, student)}
    try:
        submitted = gradebook.find_submission_notebook(assignment, assignment, student)
    except MissingEntry:
        return row | {"status": "not graded yet" if handed_in else "nothing handed in"}
    tests = [g for g in submitted.grades if g.cell.cell_type == "code"]
    written = [g for g in submitted.grades if g.cell.cell_type != "code"]
    open_tests, open_written = ([g for g in part if g.needs_manual_grade] for part in (tests, written))
    row["max_score"] = submitted.max_score
    row["by_program"] = sum(g.score for g in tests) if not open_tests else ""
    row["by_hand"] = sum(g.score for g in written) if not open_written else ""
    if open_tests:
        row["status"] = "needs a look"
    elif open_written:
        row["status"] = "to be marked by hand"
    else:
        row["status"], row["score"] = "graded", submitted.score
    places = {cell: number for number, cell in enumerate(questions(course, assignment))}
    for grade in sorted(submitted.grades, key=lambda g: places.get(g.name, 0)):
        row[question_label(grade.name)] = "" if grade.needs_manual_grade else grade.score
    return row


def questions(course, assignment):
    """The graded cells of an assignment, in its order."""
    return [cell.metadata.nbgrader.grade_id for cell in course.notebooks(assignment)[0].cells
            if cell.metadata.get("nbgrader", {}).get("grade")]
