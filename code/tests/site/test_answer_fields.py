"""Exercises on the page: every one is there, answered by keyboard and by touch, in the notebook's words."""

import json
import re
from pathlib import Path

import pytest

from backprop.exercises import all_exercises
from backprop.exercises._judge import judge
from backprop.exercises._words import words

TOP = Path(__file__).resolve().parents[3]
ASKED = {path.stem: re.findall(r'^check\("([\w-]+)", answer\)$', path.read_text(encoding="utf-8"), re.M)
         for path in (TOP / "book").glob("*.md")}
CHAPTERS = [chapter for chapter, names in ASKED.items() if names]

pytestmark = [pytest.mark.site, pytest.mark.browser]


def test_every_exercise_is_asked_once():
    names = [name for names in ASKED.values() for name in names]
    assert sorted(names) == sorted(all_exercises())


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_exercise_of_a_chapter_is_answered_on_its_page(chapter, built_site, new_page):
    page = new_page((built_site / "book" / f"{chapter}.html").as_uri(), width=390, height=844, has_touch=True)
    assert page.locator(".answer-field[data-exercise]").count() == len(ASKED[chapter])
    for name in ASKED[chapter]:
        exercise, place = all_exercises()[name], page.locator(f'[data-exercise="{name}"]')
        if exercise["kind"] == "notebook":
            assert "notebook" in place.inner_text() and place.locator("form").count() == 0
            continue
        field, said = place.locator("input, textarea"), place.locator("[role=status]")
        for typed in ("", "<script>alert(1)</script>", "17.25"):
            field.fill(typed)
            place.locator("button").tap()
            assert said.inner_text() == words("not yet", judge(exercise, typed)[1])
        typed = as_typed(exercise)
        field.fill(typed)
        field.press("Enter") if field.evaluate("f => f.localName") == "input" else place.locator("button").press(
            "Enter"
        )
        assert said.inner_text() == "Right.", name
    assert page.problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def as_typed(exercise):
    """The right answer as one would type it."""
    if "network" in exercise:
        return "[[1,-1],[0,1],[0,-1]]; [0,0,0]; [1,1,-1]; 0"
    if exercise["kind"] == "list":
        return "; ".join(f"({as_typed(part)})" if "parts" in part else as_typed(part) for part in exercise["parts"])
    value = exercise["value"]
    return value if isinstance(value, str) else json.dumps(value).replace("-", "−").replace(".", ",")


def test_a_field_by_keyboard_and_in_the_dark(built_site, new_page, axe):
    page = new_page((built_site / "book" / f"{CHAPTERS[0]}.html").as_uri(), dark=True)
    first = page.locator(".answer-field input").first
    first.focus()
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Space")
    place = page.locator(".answer-field:has(input)").first
    assert place.get_attribute("data-verdict") in ("wrong", "near")
    assert first.get_attribute("aria-invalid") == "true"
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("1")
    assert place.get_attribute("data-verdict") is None and place.locator("[role=status]").inner_text() == ""
    assert axe(page) == []


def test_without_scripts_the_field_leads_to_the_notebook(built_site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built_site / "book" / f"{CHAPTERS[0]}.html").as_uri())
    links = page.locator(".answer-field").first.locator("a")
    assert links.first.get_attribute("href").endswith(f"{CHAPTERS[0]}.ipynb")
    assert links.last.get_attribute("href").endswith("index.html#run-the-notebooks")
    context.close()
