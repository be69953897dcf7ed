"""No wrong grade and no silent one: answers in odd places, code for another machine, marks by hand, changed points."""

import csv
import json
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from classroom import course as courses
from classroom import edition
from classroom.course import CourseError
from classroom.deadlines import set_due
from classroom.export import FORMS, neutral, write
from classroom.points import set_points
from classroom.record import load
from classroom.summary import summary

from .helpers import QUICK, answer, copy, made, needs_sandbox, points_of_tests
from .test_feedback import A1, SEED, grade_class

FULL = sum(points_of_tests(made(A1, SEED)[0]).values())
RIGHT = """def n_parameters(sizes, bias):
    return sum(n * (m + h) for m, n, h in zip(sizes, sizes[1:], bias))"""


def model():
    return copy(made(A1, SEED)[2])


def place(notebook, question):
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]
    return next(i for i, name in enumerate(ids) if name.endswith("-" + question))


def stub(question):
    released = made(A1, SEED)[1]
    return released.cells[place(released, question)].source


def moved(question, where):
    """The answer in a cell of the student's own, this many cells from the untouched stub."""
    notebook = model()
    at = place(notebook, question)
    code = notebook.cells[at].source.split("\n", 1)[1]
    notebook.cells[at].source = stub(question)
    notebook.cells.insert(at + where, new_code_cell(code))
    return notebook


def all_in_one():
    notebook = model()
    parts = [c.source.split("\n", 1)[1] for c in notebook.cells if c.source.startswith("# Answer")]
    for cell in notebook.cells:
        if cell.source.startswith("# Answer"):
            cell.source = stub(cell.metadata.nbgrader.grade_id.split("-")[1])
    notebook.cells.append(new_code_cell("\n\n".join(parts)))
    return notebook


def merged():
    """Cells 1a, 1b and 2a made one, as JupyterLab's "merge" does."""
    notebook = model()
    sources = [notebook.cells[place(notebook, q)].source for q in ("1a", "1b", "2a")]
    notebook.cells[place(notebook, "1a")].source = "\n\n".join(sources)
    for question in ("1b", "2a"):
        del notebook.cells[place(notebook, question)]
    return notebook


def marks_lost(where):
    """No ids and no first line, and a blank stub beside it: what a conversion and a pasted cell leave."""
    notebook = moved("1b", where)
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = {}, f"new-{number}"
    return notebook


PLACES = {"above": lambda: moved("1b", 0), "below-the-stub": lambda: moved("1b", 1),
          "below-the-test": lambda: moved("1b", 2), "all-in-one": all_in_one, "merged": merged,
          "marks-lost-above": lambda: marks_lost(0),
          "marks-lost-below": lambda: marks_lost(2)}
ABROAD = {"colab": "from google.colab import drive\ndrive.mount('/content/drive')\n",
          "pandas": "import pandas_of_mine as pd\n",
          "input": "name = input('Your name? ')\n", "file": "open('/content/data.csv')\n"}
NEEDED = {"needs-module": "import not_here\n" + RIGHT.replace("sum(", "not_here.sum("),
          "needs-input": "factor = int(input())\n" + RIGHT.replace("return", "return factor *")}
OTHER = {"changed-mind": "wrong in its cell, right in one below the test"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    notebooks = {name: make() for name, make in PLACES.items()}
    notebooks |= {name: answer(model(), "1b", "# Answer 1b\n" + top + RIGHT) for name, top in ABROAD.items()}
    notebooks |= {name: answer(model(), "1b", "# Answer 1b\n" + code) for name, code in NEEDED.items()}
    notebooks["changed-mind"] = answer(model(), "1b", "# Answer 1b\ndef n_parameters(sizes, bias):\n    return 17")
    notebooks["changed-mind"].cells.append(new_code_cell(RIGHT))
    notebooks["hexadecimal"] = model()
    notebooks["hexadecimal"].cells.insert(5, new_code_cell("abs(0x" + "f" * 5000 + ")"))
    notebooks["deep"] = model()
    notebooks["deep"].cells.insert(5, new_code_cell("-" * 20_000 + "1"))
    return grade_class(tmp_path_factory.mktemp("places"), notebooks)


def rows_of(course):
    return {row["student"]: row for row in summary(course, A1)}


@needs_sandbox
@pytest.mark.parametrize("name", [*PLACES, *ABROAD])
def test_a_right_answer_is_found_wherever_it_stands(graded, name):
    assert rows_of(graded)[name]["by_program"] == FULL, load(graded, A1, name)["results"]


@needs_sandbox
@pytest.mark.parametrize("name", [*NEEDED, *OTHER])
def test_what_is_not_found_has_a_line(graded, name):
    assert rows_of(graded)[name]["by_program"] == FULL - 3
    looks = load(graded, A1, name)["looks"]
    wanted = {"needs-module": "No module named 'not_here'", "needs-input": "EOFError",
              "changed-mind": "of the student's own defines"}
    assert any(line.startswith("1b: doesn't stand") and wanted[name] in line for line in looks), looks


@needs_sandbox
@pytest.mark.parametrize("name", ["hexadecimal", "deep"])
def test_an_odd_cell_costs_nothing(graded, name):
    assert rows_of(graded)[name]["by_program"] == FULL
    assert not any("engine" in line or "not graded" in line for line in load(graded, A1, name)["looks"])


# ------------------------------------------------------------ points by hand, changed tests, changed points

def hand(course, student, question, points):
    """What the marking page does."""
    with course.gradebook() as gradebook:
        for grade in gradebook.find_submission_notebook(A1, A1, student).grades:
            if grade.name.removesuffix("-test").endswith("-" + question):
                grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


def hand_in(course, student, notebook):
    (course.submitted(student, A1) / f"{A1}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture
def two(tmp_path):
    """A course in which two are completely marked: one with everything right, one with 1b wrong."""
    wrong = answer(model(), "1b", "# Answer 1b\ndef n_parameters(sizes, bias):\n    return 17")
    course = grade_class(tmp_path, {"right": model(), "wrong": wrong})
    for student in ("right", "wrong"):
        hand(course, student, "7a", 2)
    assert {s: row["score"] for s, row in rows_of(course).items()} == {"right": FULL + 2, "wrong": FULL - 1}
    return course


def autograde(course):
    from classroom.grade import autograde
    return autograde(course, A1, QUICK)


@needs_sandbox
def test_points_by_hand_are_for_the_answer_they_were_given_for(two):
    hand(two, "wrong", "1b", 1)
    assert rows_of(two)["wrong"]["score"] == FULL
    better = answer(model(), "7a", next(c.source for c in model().cells if "Answer 7a" in c.source))
    hand_in(two, "wrong", better)
    lines = autograde(two)
    row = rows_of(two)["wrong"]
    assert (row["status"], row["score"]) == ("needs a look", "")
    assert any(line.startswith("wrong: 1b: 1 points were given by hand") for line in lines)
    assert rows_of(two)["right"]["score"] == FULL + 2


@needs_sandbox
def test_mending_a_hidden_test_keeps_what_was_marked(two):
    source = nbformat.read(two.source(A1), as_version=4)
    cell = source.cells[place(source, "1b-test")]
    cell.source = cell.source.replace("for length in (2, 3, 6):", "for length in (2, 3, 5):")
    edition.write(source, two.source(A1))
    autograde(two)
    assert {s: (row["status"], row["score"]) for s, row in rows_of(two).items()} == {
        "right": ("graded", FULL + 2), "wrong": ("graded", FULL - 1)}


@needs_sandbox
def test_points_can_change_and_questions_be_dropped_afterwards(two):
    kept = set_points(two, A1, {"1b": 5, "2a": 0, "7a": 1.5})
    with open(kept, encoding="utf-8-sig", newline="") as file:
        before = {row["student"]: float(row["score"]) for row in csv.DictReader(file)}
    assert before == {"right": FULL + 2, "wrong": FULL - 1}
    lines = autograde(two)
    row = rows_of(two)["right"]
    most = FULL + 3 + (5 - 3) - 3 - 1.5
    assert row["max_score"] == most and row["by_program"] == FULL + 2 - 3 and row["2a"] == 0
    assert row["status"] == "to be marked by hand", "2 of 1.5 can't stay"
    assert any("7a: 2 points were given by hand" in line for line in lines)
    hand(two, "right", "7a", 1.5)
    assert rows_of(two)["right"]["score"] == most
    set_points(two, A1, {"2a": 3})
    autograde(two)
    assert rows_of(two)["right"]["score"] == most + 3
    with pytest.raises(CourseError, match="no question '9z', it has 1a, 1b"):
        set_points(two, A1, {"9z": 1})
    source = nbformat.read(two.source(A1), as_version=4)
    source.cells = [c for c in source.cells if "-1b" not in c.metadata.get("nbgrader", {}).get("grade_id", "")]
    edition.write(source, two.source(A1))
    with pytest.raises(CourseError, match="1b.*points a1 1b=0"):
        courses.release(two, A1)


# ------------------------------------------------------------ dates and forms of CSV

def test_dates_and_csv(tmp_path):
    from classroom.record import enter, gave_up
    course = courses.new(tmp_path / "course", SEED)
    (course.root / "students.csv").write_text("id,first_name,last_name,email\n"
                                              "ada,Ada,=1+1,ada@example.org\nbob,Bob,Bo,bob@example.org\n")
    courses.release(course, A1)
    set_due(course, A1, "2027-03-01")
    set_due(course, A1, "2027-03-03 12:00", ["bob"])
    with pytest.raises(CourseError, match="no time such as"):
        set_due(course, A1, "tomorrow")
    with course.gradebook() as gradebook:
        for student in ("ada", "bob"):
            course.submitted(student, A1).mkdir(parents=True)
            (course.submitted(student, A1) / "timestamp.txt").write_text("2027-03-02 23:00:00 UTC")
            gave_up(course, A1, student, "key", "x; =HYPERLINK(1), -2+3")
            enter(course, gradebook, A1, student)
    rows = rows_of(course)
    assert rows["ada"]["days_late"] in (1, 2)
    assert rows["bob"]["days_late"] == 0 and rows["bob"]["due"] == "2027-03-03 12:00"
    assert rows["ada"]["submitted"].startswith("2027-03-0")
    for form in FORMS:
        path, _ = write(course, [A1], form)
        text = path.read_text(encoding="utf-8-sig")
        for separator in ",;\t":
            for line in csv.reader(text.splitlines(), delimiter=separator):
                formulas = [cell for cell in line if re.match(r'[ "]*[=@+-]', cell)]
                assert not formulas, form
    assert "ada@example.org" in (course.root / "grades-moodle.csv").read_text(encoding="utf-8-sig")
    assert "SIS User ID" in (course.root / "grades-canvas.csv").read_text(encoding="utf-8-sig").split("\n")[0]


def test_no_text_becomes_a_formula():
    for text in ("=1", "a;=1", "a; =1", 'a;"=1', "a\n=1", "a,@x", "\t=1", "a|-1"):
        assert "'" in neutral(text), text
    for text in ("a - b", "1b: it's fine", "x = 3", "n_parameters(2, 3)"):
        assert neutral(text) == text
