"""When an assignment is due, for whom later, and who came late. Kept in due.json of the course folder."""

import json
from datetime import UTC, datetime

from .atomic import write_whole
from .course import CourseError


def due_dates(course):
    """{assignment: {"due": text or None, "for": {student: text}}}; times as "2027-03-01 23:59", by this clock."""
    try:
        return json.loads((course.root / "due.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def read_time(text):
    """A time such as "2027-03-01 23:59"; a day alone means its end."""
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"):
        try:
            found = datetime.strptime(text.strip(), form)
        except ValueError:
            continue
        return (found.replace(hour=23, minute=59) if form == "%Y-%m-%d" else found).astimezone()
    raise CourseError(f"{text!r} is no time such as 2027-03-01 23:59")


def set_due(course, assignment, when, students=()):
    """Say when an assignment is due: for all, or, as an extension, for some."""
    text = f"{read_time(when):%Y-%m-%d %H:%M}"
    dates = due_dates(course)
    entry = dates.setdefault(assignment, {"due": None, "for": {}})
    known = course.students()
    for student in students:
        if known and student not in known:
            raise CourseError(f"there is no {student!r} in students.csv")
        entry["for"][student] = text
    if not students:
        entry["due"] = text
    write_whole(course.root / "due.json", json.dumps(dates, indent=1, ensure_ascii=False) + "\n")


def submitted_at(course, assignment, student):
    """When the submission came in, as far as it is known: the platform's time, or that of the file."""
    try:
        text = (course.submitted(student, assignment) / "timestamp.txt").read_text(encoding="utf-8")
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC).astimezone()
    except (OSError, ValueError, OverflowError):
        return None


def times(course, assignment, student):
    """The columns of the CSV: submitted, due, days_late (begun days; empty where nothing can be said)."""
    when = submitted_at(course, assignment, student)
    entry = due_dates(course).get(assignment, {"due": None, "for": {}})
    due = entry["for"].get(student) or entry["due"]
    late = student in course.collected(assignment).get("late", [])
    days = ""
    if when and due:
        days = max(0, -((read_time(due) - when) // _DAY))
    if late and not days:
        days = "late, says the platform" if days == "" else 1
    return {"submitted": f"{when:%Y-%m-%d %H:%M}" if when else "", "due": due or "", "days_late": days}


_DAY = datetime(2000, 1, 2) - datetime(2000, 1, 1)
