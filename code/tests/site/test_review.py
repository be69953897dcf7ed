"""Cards: a deck for Anki with everything in it, and a page on which they come back after days."""

import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest

from backprop.exercises._drills import all_drills

pytestmark = [pytest.mark.site]

BOOK = Path(__file__).resolve().parents[3] / "book"
KEY = "backprop-book-progress"


@pytest.fixture(scope="module")
def notes(built_site, tmp_path_factory):
    """[(front, back), …] of the deck."""
    folder = tmp_path_factory.mktemp("deck")
    with zipfile.ZipFile(built_site / "backprop-book.apkg") as package:
        package.extract("collection.anki2", folder)
    with sqlite3.connect(folder / "collection.anki2") as base:
        return [tuple(fields.split("\x1f")) for (fields,) in base.execute("select flds from notes")]


def test_the_deck_has_words_equations_questions_and_drills(built_site, notes):
    glossary = (built_site / "book" / "glossary.html").read_text(encoding="utf-8")
    for term in re.findall(r'<dt id="term-[^"]*">([^<]+)', glossary):
        assert any(f"<strong>{term}</strong>" in front for front, _ in notes), term
    for tag, piece in {"BP1": r"\delta^{(L)}_j", "BP2": r"\sum_i", "BP3": r"\delta^{(l)}_j", "BP4": "a^{(l-1)}_k",
                       "F1": "W^{(l)}", "F2": "f^{(l)}", "GD": r"\eta", "C1": r"\tfrac12", "A": r"\sigma"}.items():
        back = next(back for front, back in notes if f"({tag})?" in front)
        assert piece in back and back.startswith(r"\["), tag
    for drill in all_drills().values():
        assert sum(f"<strong>{drill['title']}.</strong>" in front for front, _ in notes) == 5
    pages = [path.read_text(encoding="utf-8") for path in BOOK.glob("*.md")]
    quizzes = sum(len(re.findall(r"^:{3,}\{quiz\}", page, re.M)) for page in pages if "\npractice(" in page)
    assert sum("<li>" in front for front, _ in notes) == quizzes > 10
    for front, back in notes:
        assert front and back and "@" not in front + back and "<math" not in front + back
        assert (front + back).count(r"\(") == (front + back).count(r"\)")


def kept(page):
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or "null")


@pytest.fixture
def review(built_site, new_page):
    page = new_page("about:blank", width=390, height=844, has_touch=True)
    page.clock.install(time="2026-03-01T10:00:00")
    page.goto((built_site / "book" / "review.html").as_uri())
    return page


def known_or_not(page, knew):
    """Answer the card that is shown."""
    if page.locator(".review-drill").count():
        page.get_by_role("button", name="Show the solution").click()
        page.locator(".review-buttons button").click()
        return
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("button", name="I knew it" if knew else "Not yet", exact=True).click()


@pytest.mark.browser
def test_cards_come_back_after_days(review):
    front = review.locator(".review-front").inner_text()
    known_or_not(review, False)
    assert review.locator(".review-front").inner_text() != front
    for _ in range(9):
        known_or_not(review, True)
    assert review.locator(".review-front").inner_text() == front           # what wasn't known is asked once more
    known_or_not(review, True)
    assert "Done for today" in review.locator("#review-cards").inner_text()
    assert "tomorrow" in review.locator("#review-cards").inner_text()
    reviews = kept(review)["reviews"]
    assert len(reviews) == 10 and {entry["box"] for entry in reviews.values()} == {0}
    review.clock.set_system_time("2026-03-02T09:00:00")
    review.reload()
    assert review.locator(".review-count").inner_text().startswith("10 to review")
    known_or_not(review, True)
    assert sorted({entry["due"] for entry in kept(review)["reviews"].values()})[-1] == \
        reviews[next(iter(reviews))]["due"] + 3
    assert review.problems == [] and review.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_cards_begin_where_one_wants(review):
    review.locator("select").select_option("book/forward-pass")
    review.reload()
    assert kept(review)["reviews"]["from"] == "book/forward-pass"
    assert review.locator(".review-page").inner_text() == "The forward pass"


@pytest.mark.browser
def test_a_drill_is_judged_with_fresh_numbers(review):
    """All cards but the drills are out of the way: the first one is a drill."""
    far = {"box": 5, "due": 9e6, "begun": 1}
    others = review.evaluate("reviewCards.filter(card => card.kind !== 'drill').map(card => card.id)")
    state = {"version": 1, "reviews": {name: far for name in others}}
    review.evaluate(f"localStorage.setItem('{KEY}', {json.dumps(json.dumps(state))})")
    review.reload()
    field = review.locator(".review-drill .answer-field input")
    field.fill("nonsense")
    field.press("Enter")
    assert review.locator(".answer-said").inner_text().startswith("Not yet")
    n, m, p = map(int, re.search(r"(\d+)-(\d+)-(\d+)", review.locator(".drill-ask").inner_text()).groups())
    field.fill(str(m * n + m + p * m + p))
    field.press("Enter")
    assert review.locator(".review-back math").count() == 3
    review.get_by_role("button", name="Next", exact=True).click()
    assert kept(review)["reviews"]["drill-parameters"]["box"] == 0


@pytest.mark.browser
def test_spoilt_reviews_break_nothing(review, axe):
    for reviews in ({"term-bias": 3}, {"term-bias": {"box": "x", "due": None}}, {"from": 7}):
        text = json.dumps(json.dumps({"version": 1, "reviews": reviews}))
        review.evaluate(f"localStorage.setItem('{KEY}', {text})")
        review.reload()
        known_or_not(review, True)
        assert review.problems == []
    review.mouse.move(0, 0)
    assert axe(review) == []
