"""The pages that students get back: whatever one of them wrote, the others get theirs."""

import json
import time

import pytest

from classroom import course as courses
from classroom import feedback
from classroom.processes import run_each

from .helpers import QUICK, answer, copy, made, needs_sandbox

A1, SEED = "a1-network-structure", 11
DEEP = [f"${'{' * 6000}x{'}' * 6000}$", f"${'x^{' * 6000}x{'}' * 6000}$", f"$${chr(92)}sqrt{'{' + chr(92) + 'sqrt'}{'{' * 6000}x{'}' * 6001}$$",
        "$" + r"\left(" * 6000 + "x" + r"\right)" * 6000 + "$"]


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
    class_of_six = {f"deep-{i}": answer(copy(made(A1, SEED)[2]), "7a", f"**Answer 7a** (3 points)\n\n{text}") for i, text in enumerate(DEEP)}
    class_of_six |= {"ada": copy(made(A1, SEED)[2]), "slow": copy(made(A1, SEED)[2])}
    course = grade_class(tmp_path, class_of_six)
    usual = feedback._page
    monkeypatch.setattr(feedback, "PAGE_SECONDS", 30)
    monkeypatch.setattr(feedback, "_page", lambda course, assignment, student: (
        time.sleep(600) if student == "slow" else usual(course, assignment, student)))
    number, _, lines = feedback.generate(course, A1, 2)
    assert number == 5 and lines == ["slow: no page, because making it failed (it took more than 30 s)"]
    assert all("Answer 7a" in page_of(course, student) for student in class_of_six if student != "slow")


def _odd(item):
    if item == "ends":
        import os
        os._exit(7)
    if item == "raises":
        raise ValueError("no\nsecond line")
    time.sleep(600 if item == "sleeps" else 0)
    return item.upper()


def test_each_item_has_its_own_end():
    came = {item: (result, why) for item, result, why in run_each(_odd, ["ends", "a", "raises", "sleeps", "b"], 2, 4, 8192)}
    assert came == {"a": ("A", None), "b": ("B", None), "ends": (None, "its process ended (7)"),
                    "raises": (None, "ValueError: no second line"), "sleeps": (None, "it took more than 4 s")}
