"""How a class did, question by question: a table, a picture and what their tests told them."""

import html
import io
import re
from collections import Counter

from .atomic import write_whole
from .course import CourseError, one_line
from .export import write_table
from .record import load
from .summary import question_label, questions

COLUMNS = ("question", "by", "points", "marked", "open", "mean", "full", "part", "none")


def overview(course, assignment):
    """One dict for each question: the COLUMNS and hints, the commonest things that a test said, with how often.

    full, part, none, open, marked are numbers of students; mean is a share of the points, "" while nobody is marked.
    """
    from nbgrader.api import MissingEntry
    names = questions(course, assignment)
    with course.gradebook() as gradebook:
        try:
            submissions = gradebook.find_notebook(assignment, assignment).submissions
        except MissingEntry:
            submissions = []
        grades = {name: [] for name in names}
        students = []
        for submission in submissions:
            students.append(submission.student.id)
            for grade in submission.grades:
                if grade.name in grades:
                    grades[grade.name].append((None if grade.needs_manual_grade else grade.score, grade.max_score))
    if not students:
        raise CourseError(f"nothing of {assignment} is graded yet. First: autograde {assignment.split('-')[0]}")
    said = _said(course, assignment, students)
    return [_row(name, grades[name], said.get(name, Counter())) for name in names]


def _row(name, grades, said):
    scores = [score for score, _ in grades if score is not None]
    most = max((most for _, most in grades), default=0)
    full, none = sum(score >= most for score in scores), sum(score == 0 < most for score in scores)
    return {"question": question_label(name), "by": "program" if name.endswith("-test") else "hand", "points": most,
            "marked": len(scores), "open": len(grades) - len(scores), "full": full, "part": len(scores) - full - none,
            "none": none, "mean": round(sum(scores) / len(scores) / most, 3) if scores and most else "",
            "hints": said.most_common(3)}


def _said(course, assignment, students):
    """{cell: Counter of what its test said}, with numbers left out, so that alike messages are one."""
    said = {}
    for student in students:
        found = load(course, assignment, student) or {"results": {}}
        for name, (state, message) in found["results"].items():
            if state == "fails":
                text = one_line(message).split("; the answer holds")[0]
                text = re.sub(r"(?<![\w.])-?\d[\d.]*(e[+-]?\d+)?", "#", text)        # not those in names, such as W2
                said.setdefault(name, Counter())[re.sub(r"[(\[]+#,[#, ()\[\]]*[)\]]", "(#, …)", text)[:120]] += 1
    return said


def picture(rows):
    """Bars of who has full, some and no points, question by question, as SVG. Dropped questions aren't in it."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    from backprop.palette import COLOURS
    rows = [row for row in rows if row["points"]]
    figure = Figure(figsize=(7.5, 1.1 + 0.34 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    colours = {"full": COLOURS["hidden"].light, "part": COLOURS["glow"].light, "none": COLOURS["red"].light,
               "open": COLOURS["grid"].light}
    names = {"full": "all points", "part": "some", "none": "none", "open": "not marked yet"}
    left = [0] * len(rows)
    places = range(len(rows))
    for part, colour in colours.items():
        widths = [row[part] for row in rows]
        if any(widths):
            bars = axes.barh(places, widths, left=left, color=colour, label=names[part], height=0.75)
            axes.bar_label(bars, [str(width) if width else "" for width in widths], label_type="center", fontsize=8,
                           color="white" if part in ("full", "none") else "#1f2328")
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set_yticks(places, [f"{row['question']} ({row['points']:g})" for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, max(left, default=1))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("students")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=8)
    drawn = io.StringIO()
    figure.set_canvas(FigureCanvasSVG(figure))
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()[drawn.getvalue().index("<svg"):]


def _percent(row):
    if not row["points"]:
        return "dropped"
    return "" if row["mean"] == "" else f"{100 * row['mean']:.0f} %"


def table(rows):
    """The same as lines for a terminal."""
    lines = ["question  points     mean  full  some  none  open   most often said by its test"]
    for row in rows:
        mean = _percent(row)
        hint = f"{row['hints'][0][1]} × {row['hints'][0][0]}" if row["hints"] else ""
        lines.append(f"{row['question']:8}  {row['points']:6g}  {mean:>7}  {row['full']:4}  {row['part']:4}  "
                     f"{row['none']:4}  {row['open']:4}   {hint[:70]}".rstrip())
    return lines


PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328; }}
svg {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; }} td, th {{ padding: .2rem .7rem; text-align: right; vertical-align: top; }}
td:nth-child(3) {{ white-space: nowrap; }}
tr {{ border-bottom: 1px solid #c9d1d9; }} td:last-child, th:last-child {{ text-align: left; }}
</style>
<h1>{title}</h1>
{picture}
<table>
<tr><th>question<th>points<th>mean<th>full<th>some<th>none<th>open<th>what its test said, and how often (# is a number)
{lines}
</table>
</html>
"""


def write(course, assignment):
    """Write statistics-….html and statistics-….csv into the course folder. Returns (path of the page, rows)."""
    rows = overview(course, assignment)
    title = f"{assignment}: {max(row['marked'] + row['open'] for row in rows)} students"
    lines = []
    for row in rows:
        mean = _percent(row)
        hints = "<br>".join(f"{number} × {html.escape(text)}" for text, number in row["hints"])
        cells = [row["question"], f"{row['points']:g}", mean, row["full"], row["part"], row["none"], row["open"], hints]
        lines.append("<tr>" + "".join(f"<td>{cell}" for cell in cells))
    path = course.root / f"statistics-{assignment.split('-')[0]}.html"
    write_whole(path, PAGE.format(title=html.escape(title), picture=picture(rows), lines="\n".join(lines)))
    write_table(path.with_suffix(".csv"), [COLUMNS, *([row[column] for column in COLUMNS] for row in rows)])
    return path, rows
