"""What is known of a class: who handed in, what somebody has to look at, the rows of the CSV."""

from .course import one_line
from .record import load


def students_of(course, assignment):
    """Everybody who handed something in, or tried to."""
    return sorted({name for name in _folders(course, assignment) if name == one_line(name)}
                  | set(course.collected(assignment)["problems"]))


def _folders(course, assignment):
    return [path.parent.name for path in (course.root / "submitted").glob(f"*/{assignment}")]


def look_lines(course, assignment):
    """What somebody has to look at: "student: why"."""
    lines = [entry["line"] for entry in course.collected(assignment)["unmatched"]]
    lines += [f"submitted/{one_line(name)}: a folder whose name isn't readable text; rename it, then autograde"
              for name in _folders(course, assignment) if name != one_line(name)]
    for student in students_of(course, assignment):
        found = load(course, assignment, student)
        if found is None:
            lines.append(f"{student}: not graded yet")
        else:
            lines += [f"{student}: {line}" for line in found["looks"]]
    return lines


def summary(course, assignment):
    """One row for each student of the class and each who handed in, for the CSV."""
    from nbgrader.api import MissingEntry
    rows = []
    people = course.students()
    handed_in = students_of(course, assignment)
    with course.gradebook() as gradebook:
        for student in sorted(set(people) | set(handed_in)):
            row = {"student": student, "last_name": people.get(student, {}).get("last_name", ""),
                   "first_name": people.get(student, {}).get("first_name", ""), "assignment": assignment,
                   "score": "", "max_score": "", "by_program": "", "by_hand": "", "status": "", "look": ""}
            found = load(course, assignment, student)
            row["look"] = " | ".join(found["looks"]) if found else ""
            try:
                submitted = gradebook.find_submission_notebook(assignment, assignment, student)
            except MissingEntry:
                row["status"] = "not graded yet" if student in handed_in else "nothing handed in"
                rows.append(row)
                continue
            tests = [g for g in submitted.grades if g.cell.cell_type == "code"]
            written = [g for g in submitted.grades if g.cell.cell_type != "code"]
            open_tests = [g for g in tests if g.needs_manual_grade and g.manual_score is None]
            open_written = [g for g in written if g.needs_manual_grade]
            row["max_score"] = submitted.max_score
            row["by_program"] = sum(g.score for g in tests) if not open_tests else ""
            row["by_hand"] = sum(g.score for g in written) if not open_written else ""
            if open_tests:
                row["status"] = "needs a look"
            elif open_written:
                row["status"] = "to be marked by hand"
            else:
                row["status"], row["score"] = "graded", submitted.score
            rows.append(row)
    return rows
