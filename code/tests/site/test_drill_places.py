"""Drills on the page: another one at every press, from a seed that is shown, with hint and solution."""

import re
from pathlib import Path

import pytest

from backprop.exercises._drills import all_drills, drawn

pytestmark = [pytest.mark.site, pytest.mark.browser]

BOOK = Path(__file__).resolve().parents[3] / "book"
PLACES = {path.stem: re.findall(r'^practice\("([\w-]+)"\)$', path.read_text(encoding="utf-8"), re.M)
          for path in BOOK.glob("*.md")}


def test_every_drill_is_somewhere_and_every_chapter_has_one():
    chapters = [path.stem for path in BOOK.glob("*.md") if "{exercise}" in path.read_text(encoding="utf-8")]
    assert all(PLACES[chapter] for chapter in chapters)
    assert {name for names in PLACES.values() for name in names} == set(all_drills())


@pytest.mark.parametrize("chapter", [chapter for chapter, names in PLACES.items() if names])
def test_drills_of_a_chapter(chapter, built_site, new_page):
    page = new_page((built_site / "book" / f"{chapter}.html").as_uri(), width=390, height=844, has_touch=True)
    for number, name in enumerate(PLACES[chapter]):
        place = page.locator(".drill").nth(number)
        seeds = set()
        for _ in range(2):
            place.get_by_role("button", name="Another one").tap()
            seed = int(place.locator(".drill-seed").input_value())
            seeds.add(seed)
            _, exercise = drawn(all_drills()[name], seed)
            field = place.locator(".answer-field input")
            field.fill(as_typed(exercise))
            field.press("Enter")
            assert place.locator(".answer-said").inner_text() == "Right."
            place.get_by_role("button", name="Hint").tap()
            assert place.locator(".drill-hint").inner_text()
            place.locator("summary").tap()
            assert place.locator(".drill-solution math").first.is_visible() and "@" not in place.inner_text()
        place.locator(".drill-seed").fill("7")
        place.locator(".drill-seed").press("Tab")
        assert place.locator(".answer-said").inner_text() == ""
    assert page.problems == [] and page.evaluate("document.documentElement.scrollWidth") <= 390


def as_typed(exercise):
    if "parts" in exercise:
        return "; ".join(f"({as_typed(part)})" if "parts" in part else as_typed(part) for part in exercise["parts"])
    return f"{exercise['value']:.5f}".replace("-", "−")
