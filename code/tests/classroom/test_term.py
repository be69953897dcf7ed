"""A teacher's term: statistics, likeness, comments, questions of one's own, grading once more, anonymous marking."""

import csv
import json
import random
import re

import nbformat
import pytest

from classroom import comments, edition, overview, own, similar
from classroom import course as courses
from classroom.course import CourseError
from classroom.feedback import generate
from classroom.points import set_points
from classroom.record import enter, load
from classroom.regrade import regrade
from classroom.submission import _cell, assemble, kind
from classroom.summary import summary

from .helpers import QUICK, answer, copy, made, needs_sandbox
from .test_feedback import A1, SEED, grade_class
from .test_grade import hand, model

RIGHT = ["weights = sum(n * m for m, n in zip(sizes, sizes[1:]))\n"
         "    return weights + sum(n for n, h in zip(sizes[1:], bias) if h)",
         "total = 0\n    for l in range(1, len(sizes)):\n        total += sizes[l] * sizes[l - 1]\n"
         "        if bias[l - 1]:\n            total += sizes[l]\n    return total",
         "return sum(n * (m + h) for m, n, h in zip(sizes, sizes[1:], bias))"]
ODD = ("# my own way\n    accumulated_by_me, previous_layer_width = 0, sizes[0]\n    position_in_list = 0\n"
       "    while position_in_list < len(bias):\n        this_width = sizes[position_in_list + 1]\n"
       "        accumulated_by_me = accumulated_by_me + this_width * previous_layer_width\n"
       "        accumulated_by_me = accumulated_by_me + (this_width if bias[position_in_list] else 0)\n"
       "        previous_layer_width, position_in_list = this_width, position_in_list + 1\n"
       "    return accumulated_by_me")
RENAMED = (ODD.replace("accumulated_by_me", "s").replace("previous_layer_width", "p").replace("position_in_list", "i")
           .replace("this_width", "w").replace("# my own way", "# hier zähle ich alles"))
WORDS = "the matrix sender receiver row column transposed shape network output layer number line weight neuron".split()


def n_parameters(body):
    return f"# Answer 1b\ndef n_parameters(sizes, bias):\n    {body}"


def enter_class(course, notebooks, states):
    """Enter submissions as if they had been judged. states: {student: {question: (state, message)}} of what fails."""
    source, release, _ = made(A1, SEED)
    with course.gradebook() as gradebook:
        for student, notebook in notebooks.items():
            (course.submitted(student, A1)).mkdir(parents=True, exist_ok=True)
            (course.submitted(student, A1) / f"{A1}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
            cells = [_cell(json.loads(json.dumps(cell))) for cell in notebook.cells]
            assembled = assemble(source, release, cells)[0]
            tests = [cell.metadata.nbgrader.grade_id for cell in assembled.cells if kind(cell) == "test"]
            results = {name: states.get(student, {}).get(name.split("-")[1], ("stands", "")) for name in tests}
            course.judged(student, A1).parent.mkdir(parents=True, exist_ok=True)
            course.judged(student, A1).write_text(json.dumps({
                "key": student, "notebook": nbformat.writes(assembled, version=4), "results": results, "notes": [],
                "judged": True, "looks": [], "seconds": 1}), encoding="utf-8")
            enter(course, gradebook, A1, student)


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """A class of 30, two of whom have the same odd answer, one with all names changed."""
    course = courses.new(tmp_path_factory.mktemp("term") / "course", SEED)
    courses.release(course, A1)
    chance, notebooks = random.Random(1), {}
    for number in range(28):
        text = " ".join(chance.choice(WORDS) for _ in range(40))
        notebooks[f"s{number:02}"] = answer(answer(model(), "1b", n_parameters(chance.choice(RIGHT))), "7a",
                                            f"**Answer 7a** (3 points)\n\n{text}")
    for name, body in (("orig", ODD), ("copied", RENAMED)):
        notebooks[name] = answer(answer(model(), "1b", n_parameters(body)), "7a", f"**Answer 7a** (3 points)\n\n{name}")
    states = {f"s{number:02}": {"2a": ("fails", f"W2[{number}] of 4-2-2-1: expected {number}.5, got -1e-3")}
              for number in range(6)}
    states |= {"s06": {"2a": ("fails", "w2 is not given"), "1b": ("unjudged", "no time")}}
    enter_class(course, notebooks, states)
    for student in ("s00", "s01"):
        hand(course, student, "7a", 1.5 if student == "s00" else 3)
    return course


def test_statistics(term):
    path, rows = overview.write(term, A1)
    row = {row["question"]: row for row in rows}
    assert (row["1b"]["full"], row["1b"]["none"], row["1b"]["open"]) == (29, 0, 1)
    assert (row["2a"]["full"], row["2a"]["none"], row["2a"]["mean"]) == (23, 7, round(23 / 30, 3))
    assert row["2a"]["hints"] == [("W2[#] of #-#-#-#: expected #, got #", 6), ("w2 is not given", 1)]
    assert (row["7a"]["by"], row["7a"]["marked"], row["7a"]["part"], row["7a"]["open"]) == ("hand", 2, 1, 28)
    page = path.read_text(encoding="utf-8")
    assert "<svg" in page
    assert not re.search(r"(src|href)=.https?:|url\(.?http", page), "nothing is asked of another host"
    with open(path.with_suffix(".csv"), encoding="utf-8-sig", newline="") as file:
        assert [line["question"] for line in csv.DictReader(file)] == [row["question"] for row in rows]
    assert any(line.startswith("2a ") and "77 %" in line and "6 × W2[#]" in line for line in overview.table(rows))
    columns = {row["student"]: row for row in summary(term, A1)}["s00"]
    assert columns["2a"] == 0 and columns["7a"] == 1.5 and list(columns).index("1a") < list(columns).index("7a")


def test_a_dropped_question_is_called_so(term):
    rows = overview.overview(term, A1)
    assert "2a (3)" in overview.picture(rows) and "dropped" not in "".join(overview.table(rows))
    rows[2] = rows[2] | {"points": 0, "mean": ""}
    assert rows[2]["question"] == "2a" and "2a (" not in overview.picture(rows)
    assert [line.split()[:3] for line in overview.table(rows) if "dropped" in line] == [["2a", "0", "dropped"]]


def test_likeness_is_a_hint(term):
    path, pairs = similar.write(term, A1)
    assert [(pair["first"], pair["second"], pair["questions"]) for pair in pairs] == [("copied", "orig", "1b")]
    assert "hier zähle ich alles" in path.read_text(encoding="utf-8"), "both stand side by side"


def test_texts_that_are_alike(tmp_path):
    course = courses.new(tmp_path / "course", SEED)
    courses.release(course, A1)
    chance = random.Random(2)
    texts = {f"s{n}": " ".join(chance.choice(WORDS) for _ in range(60)) for n in range(12)}
    texts["thief"] = "Well, " + texts["s3"].replace("matrix", "matrix ") + " and that is <b>all</b>."
    enter_class(course, {s: answer(model(), "7a", f"**Answer 7a** (3 points)\n\n{t}") for s, t in texts.items()}, {})
    path, pairs = similar.write(course, A1)
    assert [(pair["first"], pair["second"], pair["questions"]) for pair in pairs] == [("s3", "thief", "7a")]
    assert "<b>all" not in path.read_text(encoding="utf-8")


def test_a_bank_of_comments(term):
    def said(student, text=None):
        with term.gradebook() as gradebook:
            comment = gradebook.find_comment("a1-7a", A1, A1, student)
            if text is not None:
                comment.manual_comment = text
                gradebook.db.commit()
            return comment.manual_comment
    assert comments.bank(term) == {} and comments.put_in(term, A1) == []
    comments.begin(term).write_text("name;text\nshapes;Write down the shapes; all of them.\n", encoding="utf-8")
    with pytest.raises(CourseError, match="name and text"):
        (term.root / "comments.csv").write_text("x,y\n")
        comments.bank(term)
    (term.root / "comments.csv").write_text("name,text\nshapes,\"Write down the shapes, all of them.\"\n")
    said("s00", "!shapes Well done! Not 3!=4."), said("s01", "!unknown"), said("s02", "!shapes")
    assert comments.put_in(term, A1) == ["s01: 7a: the comment says !unknown, which isn't in comments.csv"]
    assert said("s00") == "Write down the shapes, all of them. Well done! Not 3!=4."
    assert said("s02") == "Write down the shapes, all of them."
    assert ("7a", "Write down the shapes, all of them.", 1) in comments.used(term, A1)


def test_feedback_says_how_many_are_unfinished(term):
    number, _, lines = generate(term, A1, 2)
    assert number == 29, "s06 has no grade for 1b"
    said = "Not completely marked yet, as the pages themselves say (27): copied, orig"
    assert any(line.startswith(said) for line in lines)
    page = (term.root / "feedback" / "s00" / A1 / f"{A1}.html").read_text(encoding="utf-8")
    assert ">Question 1b</a> (Score: 3.0 / 3.0)" in page and ">Question 7a</a>" in page and "Test cell<" not in page
    assert "%pip install" not in page, "what only a notebook needs isn't on the page"


def test_feedback_when_nobody_is_graded(tmp_path):
    course = courses.new(tmp_path / "course", SEED)
    courses.release(course, A1)
    with pytest.raises(CourseError, match="nothing of a1-network-structure is graded yet. First: autograde a1"):
        generate(course, A1, 2)
    for step in (overview.overview, regrade):
        with pytest.raises(CourseError, match="graded yet|nothing is handed in"):
            step(course, A1)
    enter_class(course, {"ada": model()}, {"ada": {"1a": ("unjudged", "no time")}})
    number, path, lines = generate(course, A1, 2)
    assert number == 0 and lines == ["ada: no page, because it isn't graded yet"]


@needs_sandbox
def test_once_more(tmp_path):
    """A hidden test was wrong, a teacher helped by hand, and then mended it: the program's points count again."""
    wrong = answer(copy(made(A1, SEED)[2]), "1b", n_parameters("return 17"))
    course = grade_class(tmp_path, {"ada": model(), "bob": wrong, "eve": model()})
    hand(course, "bob", "1b", 3), hand(course, "ada", "7a", 2)
    found = load(course, A1, "eve")
    found["results"]["a1-2a-test"] = ["fails", "the machine was busy"]
    course.judged("eve", A1).write_text(json.dumps(found))
    course.judged("eve", A1).with_suffix(".recorded").unlink()
    from classroom.grade import autograde
    autograde(course, A1, QUICK)
    assert {row["student"]: row["2a"] for row in summary(course, A1)}["eve"] == 0

    kept, changes, _ = regrade(course, A1, ["eve"], limits=QUICK)
    assert changes == ["eve: 2a 0 → 3"] and kept.exists()
    assert regrade(course, A1, limits=QUICK)[1] == [], "what was given by hand stays"
    kept, changes, _ = regrade(course, A1, of=["1b"], limits=QUICK)
    assert changes == ["bob: 1b 3 → 0"]
    kept, changes, _ = regrade(course, A1, ["ada"], of=["7a"], limits=QUICK)
    assert len(changes) == 1 and "7a 2 → open" in changes[0], "a written answer waits for somebody"
    with pytest.raises(CourseError, match="no question '9z'"):
        regrade(course, A1, of=["9z"])
    with pytest.raises(CourseError, match="zoe has handed in nothing"):
        regrade(course, A1, ["zoe"])


@needs_sandbox
def test_an_assignment_of_ones_own_in_a_course_that_exists(tmp_path):
    course = courses.new(tmp_path / "course", SEED)
    path = own.begin(course, "a7-one-neuron")
    assert "# Assignment 7: one neuron" in path.read_text(encoding="utf-8")
    source, points, lines = own.add(course, "a7")
    assert points == {"1a": 3, "2a": 2} and lines == [] and course.assignment("a7") == "a7-one-neuron"
    handed_out, notes = courses.release(course, "a7-one-neuron")
    assert "SOLUTION" not in handed_out.read_text(encoding="utf-8") and "one half" in notes.read_text(encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    for old, new, why in [("return 1 / (1 + np.exp(-w * x))\n", "return w * x\n", "1a: its model solution doesn't"),
                          ("<<w>>", "<<nothing>>", "can't be made.*NameError: name 'nothing'"),
                          ("same(neuron(", "len(str(neuron)) or (neuron(", "1a: it stands without an answer")]:
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(CourseError, match=why):
            own.add(course, "a7")
        assert source.read_text(encoding="utf-8") == course.source("a7-one-neuron").read_text(encoding="utf-8")
    for name, why in [("a1-other", "a1 is a1-network-structure already"), ("mine", "is like a7-my-topic"),
                      ("a7-another", "a7 is a7-one-neuron already"), ("a7-one-neuron", "is there already")]:
        with pytest.raises(CourseError, match=why):
            own.begin(course, name)
    with pytest.raises(CourseError, match="First: own a8"):
        own.add(course, "a8")


@needs_sandbox
def test_a_question_of_ones_own_in_one_of_the_books_assignments(tmp_path):
    course = courses.new(tmp_path / "course", SEED)
    path = own.begin(course, "a1")
    text = path.read_text(encoding="utf-8")
    question = '''**1c** How many layers does it have?

```{code-cell} ipython3
# Answer 1c
layers = ...
### BEGIN SOLUTION
layers = 3
### END SOLUTION
```

```{code-cell} ipython3
with question("1c", points=1, read="Network structure"):
    number(layers, "layers")
    same(layers, 3, "layers")
```

## 2 To and from
'''
    path.write_text(text.replace("## 2 To and from\n", question), encoding="utf-8")
    source, points, _ = own.add(course, "a1")
    assert points["1c"] == 1 and list(points)[:4] == ["1a", "1b", "1c", "2a"]
    courses.release(course, A1)
    enter_class(course, {"ada": edition.solved(nbformat.read(source, as_version=4))}, {})
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="graded already.*1c"):
        own.add(course, "a1")
    set_points(course, A1, {"1c": 0})


def test_marking_without_names(term, tmp_path):
    """Neither the page on which answers are marked nor a line on it says whose they are."""
    found = load(term, A1, "s05")
    found["looks"] = ["its notebook is called 'anna_maier.ipynb'", "1b: its answer cell is missing"]
    found["of_files"] = found["looks"][:1]
    found["key"] = "another"
    term.judged("s05", A1).write_text(json.dumps(found))
    with term.gradebook() as gradebook:
        enter(term, gradebook, A1, "s05")
    page = term.autograded("s05", A1).read_text(encoding="utf-8")
    assert "anna_maier" not in page and "its answer cell is missing" in page
