"""Grades as CSV, in the forms that spreadsheets and learning platforms read."""

import csv
import re

from .atomic import replacing
from .course import CourseError
from .summary import summary

# name: (delimiter, decimal sign, what it is for)
FORMS = {"excel": (",", ".", "spreadsheets in English, and most programs"),
         "german": (";", ",", "Excel in German, French, Spanish …: semicolons and decimal commas"),
         "canvas": (",", ".", "Canvas: Grades, Import"),
         "moodle": (",", ".", "Moodle: Grades, Import, CSV file")}


def neutral(value):
    """Text in which no spreadsheet finds a formula, whatever it takes for a separator."""
    if not isinstance(value, str):
        return value
    return re.sub(r"(?:^|[;,|\t\r\n\"'])[\s\"']*(?=[=+\-@])",
                  lambda found: found[0] if found[0].endswith("'") else found[0] + "'", value)


def _number(value, sign):
    return f"{value:g}".replace(".", sign) if isinstance(value, (int, float)) else neutral(value)


def write(course, assignments, form):
    """Write grades….csv. Returns (path, rows of the summary)."""
    if form not in FORMS:
        raise CourseError(f"there is no form {form!r}, expected one of {', '.join(FORMS)}")
    delimiter, sign, _ = FORMS[form]
    rows = [row for assignment in assignments for row in summary(course, assignment)]
    if not rows:
        raise CourseError("nothing is collected yet")
    path = course.root / ("grades.csv" if form == "excel" else f"grades-{form}.csv")
    write_table(path, {"canvas": _canvas, "moodle": _moodle}.get(form, everything)(course, rows), delimiter, sign)
    return path, rows


def write_table(path, lines, delimiter=",", sign="."):
    """Write lines of numbers and text as CSV that Excel reads, too, and in which no text is a formula."""
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([_number(value, sign) for value in line] for line in lines)


def everything(course, rows):
    """Everything that is known, a line for each student and assignment; each question has its column."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    columns.sort(key=lambda column: column == "look")                # the longest last
    return [columns, *([row.get(column, "") for column in columns] for row in rows)]


def _wide(rows):
    """(assignments, {student: {assignment: score}}, {assignment: most points}) of what is completely marked."""
    names, scores, most = list(dict.fromkeys(row["assignment"] for row in rows)), {}, {}
    for row in rows:
        scores.setdefault(row["student"], {})[row["assignment"]] = row["score"]
        if row["max_score"] != "":
            most[row["assignment"]] = row["max_score"]
    return names, scores, most


def _canvas(course, rows):
    """Students are found by SIS User ID or SIS Login ID: the id and the e-mail's first part of students.csv."""
    names, scores, most = _wide(rows)
    people = course.students()
    table = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names],
             ["    Points Possible", "", "", "", "", *(most.get(name, "") for name in names)]]
    for student, score in scores.items():
        person = people.get(student, {})
        full = ", ".join(part for part in (person.get("last_name"), person.get("first_name")) if part) or student
        login = (person.get("email") or student).split("@")[0]
        table.append([full, "", student, login, "", *(score.get(name, "") for name in names)])
    return table


def _moodle(course, rows):
    """Map *Email address* or *ID number* when importing, and each other column to the assignment's grade."""
    names, scores, _ = _wide(rows)
    people = course.students()
    table = [["ID number", "First name", "Last name", "Email address", *names]]
    for student, score in scores.items():
        person = people.get(student, {})
        table.append([student, person.get("first_name", ""), person.get("last_name", ""), person.get("email", ""),
                      *(score.get(name, "") for name in names)])
    return table
