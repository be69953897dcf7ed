"""The pages that students get back: whatever one of them wrote, the others get theirs."""

import html
import json
import mmap
import re
import sys
import time

import pytest

from classroom import course as courses
from classroom import feedback
from classroom.processes import run_each

from .helpers import QUICK, answer, copy, made, needs_sandbox

A1, SEED = "a1-network-structure", 11
DEEP = [
    f"${'{' * 6000}x{'}' * 6000}$",
    f"${'x^{' * 6000}x{'}' * 6000}$",
    f"$${chr(92)}sqrt{'{' + chr(92) + 'sqrt'}{'{' * 6000}x{'}' * 6001}$$",
    "$" + r"\left(" * 6000 + "x" + r"\right)" * 6000 + "$",
]


def grade_class(folder, submissions):
    """A course in which these notebooks, {student: notebook}, are graded."""
    from classroom.grade import autograde
    course = courses.new(folder / "course", SEED)
    courses.release(course, A1)
    for student, notebook in submissions.items():
        course.submitted(student, A1).mkdir(parents=True)
        (course.submitted(student, A1) / f"{A1}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    autograde(course, A1, QUICK)
    return course


def page_of(course, student):
    return (course.root / "feedback" / student / A1 / f"{A1}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", DEEP, ids=range(len(DEEP)))
def test_a_formula_too_deep_to_draw_stays_as_it_was_typed(text):
    assert feedback.typeset(text, {}) == text
    assert "<math>" in feedback.typeset("$" + r"\frac{a_{1}}{\sqrt{1+e^{-x^{2}}}}" + "$", {})


@needs_sandbox
def test_one_text_does_not_hold_up_the_pages_of_the_class(tmp_path, monkeypatch):
    class_of_six = {
        f"deep-{i}": answer(copy(made(A1, SEED)[2]), "7a", f"**Answer 7a** (3 points)\n\n{text}")
        for i, text in enumerate(DEEP)
    }
    class_of_six |= {"ada": copy(made(A1, SEED)[2]), "slow": copy(made(A1, SEED)[2])}
    course = grade_class(tmp_path, class_of_six)
    usual = feedback._page
    monkeypatch.setattr(feedback, "PAGE_SECONDS", 3)

    def page(course, assignment, student):
        while student == "slow":
            pass
        usual(course, assignment, student)
    monkeypatch.setattr(feedback, "_page", page)
    number, _, lines = feedback.generate(course, A1, 2)
    assert (number, lines[0]) == (5, "slow: no page, because making it failed (it took more than 3 s)")
    assert all("Answer 7a" in page_of(course, student) for student in class_of_six if student != "slow")


# Correct, and telling on the way out everything it is asked: in its errors, its warnings, a later cell, a file.
TALKS = """import warnings
log = []
def n_parameters(sizes, bias):
    log.append(("SEEN", sizes, bias))
    open("/tmp/log", "a").write(repr(("SEEN", sizes, bias)))
    warnings.warn(repr(log))
    print(log)
    return sum(n * (m + h) for m, n, h in zip(sizes, sizes[1:], bias))
"""
WHINES = TALKS.replace("    return sum", "    if len(log) > 2:\n        raise ValueError(repr(log))\n    return sum")
SHOWS = """
print(repr(log), open("/tmp/log").read() if log else "")
def to_book(weights, bias_rows):
    raise ValueError(repr(log))
def flatten(W, b):
    return "ANSWERED " + repr(W) + repr(log)
"""


def hidden_numbers(course, student):
    """What a test that only the teacher has says about an answer, so that it can be looked for."""
    import nbformat
    notebook = nbformat.read(course.autograded(student, A1), as_version=4)
    return [output.data["text/plain"] for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
            if output.get("metadata", {}).get("for_teacher")]


@needs_sandbox
def test_a_page_tells_nothing_of_the_hidden_tests(tmp_path):
    wrong = "def n_parameters(sizes, bias):\n    return 18 if len(bias) == 3 and not bias[2] else 19"
    notebooks = {name: copy(made(A1, SEED)[2]) for name in ("talks", "whines", "wrong")}
    answer(notebooks["talks"], "1b", TALKS), answer(notebooks["talks"], "2a", SHOWS, append=True)
    answer(notebooks["talks"], "3a", SHOWS), answer(notebooks["talks"], "6a", SHOWS)
    answer(notebooks["whines"], "1b", WHINES), answer(notebooks["whines"], "5a", SHOWS, append=True)
    answer(notebooks["wrong"], "1b", wrong)
    course = grade_class(tmp_path, notebooks)
    feedback.generate(course, A1, 2)
    for student in notebooks:
        page = page_of(course, student)
        seen = set(re.findall(r"SEEN\S*, (\[[\d, ]+\])", html.unescape(page)))
        assert seen <= {"[4, 2, 2, 1]"}, "what it was called with in the tests that the student has"
        assert not re.search(r"expected [\d[(]", re.sub("<[^>]+>", "", page)) and "For the teacher" not in page
    assert "the tests you can see stand, the others don" in page_of(course, "wrong")
    told = hidden_numbers(course, "wrong")
    assert len(told) == 1 and re.search(r"n_parameters.*expected \d+.0, got 1[89]", told[0]), "the teacher reads it"
    assert hidden_numbers(course, "whines") and "raised ValueError" in hidden_numbers(course, "whines")[0]


@needs_sandbox
def test_who_hands_in_again_gets_other_inputs(tmp_path):
    """The draw depends on the student and on what was handed in, and on nothing else."""
    from classroom.grade import autograde
    from classroom.record import load
    wrong = ("def n_parameters(sizes, bias):\n    if len(sizes) != 4:\n        return -1\n"
             "    return sum(n * (m + h) for m, n, h in zip(sizes, sizes[1:], bias))")
    notebook = answer(copy(made(A1, SEED)[2]), "1b", wrong)
    students = "ada", "bob", "cem", "dan"          # two may draw the same by chance, four hardly
    course = grade_class(tmp_path, dict.fromkeys(students, notebook))

    def said():
        return [load(course, A1, student)["results"]["a1-1b-test"] for student in students]
    first = said()
    assert all(result == "fails" for result, _ in first) and len({text for _, text in first}) > 1
    for student in students:
        course.judged(student, A1).unlink()
    autograde(course, A1, QUICK)
    assert said() == first
    for student in students:
        handed_in = course.submitted(student, A1) / f"{A1}.ipynb"
        handed_in.write_text(json.dumps(notebook) + " ", encoding="utf-8")
    autograde(course, A1, QUICK)
    assert all(result == "fails" for result, _ in said()) and said() != first


def _odd(item):
    if item == "ends":
        import os
        os._exit(7)
    if item == "raises":
        raise ValueError("no\nsecond line")
    while item == "computes":
        pass
    time.sleep(6000 if item == "sleeps" else 0)
    return item.upper()


def test_each_item_has_its_own_end():
    """Who computes is ended by processor time, who waits by the clock, however busy the machine is."""
    items = ["ends", "a", "raises", "sleeps", "computes", "b"]
    came = {item: (result, why) for item, result, why in run_each(_odd, items, 2, 1, 8192, clock=12)}
    assert came == {"a": ("A", None), "b": ("B", None), "ends": (None, "its process ended (7)"),
                    "raises": (None, "ValueError: no second line"), "sleeps": (None, "it took more than 1 s"),
                    "computes": (None, "it took more than 1 s")}


def _room(mebibytes):
    return len(bytearray(mebibytes * 2**20)) // 2**20


def test_the_memory_that_counts_is_the_process_s_own():
    """What its parent has mapped came with the fork and isn't held against it."""
    with mmap.mmap(-1, 2 * 2**30):
        came = {item: (result, why) for item, result, why in run_each(_room, [50, 1500], 2, 30, 512)}
    too_much = (None, "MemoryError: ") if sys.platform == "linux" else (1500, None)      # bounded on Linux alone
    assert came == {50: (50, None), 1500: too_much}
