"""What of each page comes on paper: all figures, solutions open, quizzes with their answer; and the way through it."""

import re

import pytest
from pypdf import PdfReader

from tools import pdf

pytestmark = [pytest.mark.site, pytest.mark.slow]

PRINTED = ["book/index", "book/cost", "book/summary"]


@pytest.fixture(scope="module")
def articles(built_site):
    known = set(pdf.pages())
    return {page: pdf.article(page, known) for page in pdf.pages()}


def test_every_figure_is_drawn(built_site, articles):
    """As many figures as the pages have, and none is an empty place; what a letter is drawn by is found."""
    for page, article in articles.items():
        html = (built_site / f"{page}.html").read_text(encoding="utf-8")
        open_part = re.sub(r"<details.*?</details>", "", html, flags=re.S)
        figures = article.select("figure.bp-figure svg")
        assert len(figures) >= open_part.count('<figure class="bp-figure"'), page
        assert all(len(figure.find_all(True)) > 5 for figure in figures), f"{page} has an empty figure"
        assert not article.select("[data-later]"), page
        ids = {element["id"] for element in article.find_all(id=True)}
        assert all(use["xlink:href"][1:] in ids for use in article.find_all("use")), page
    assert sum(len(article.select("figure.bp-figure svg")) for article in articles.values()) > 30


def test_solutions_are_open_and_of_checks_there_is_the_line(articles):
    solutions = [solution for article in articles.values() for solution in article.select(".solution")]
    assert len(solutions) > 30 and all(len(one.get_text(" ", strip=True)) > 40 for one in solutions)
    assert not any(article.select("details, noscript, template, script") for article in articles.values())
    checks = [check for article in articles.values() for check in article.select(".check")]
    assert len(checks) > 60 and all(not check.find("pre") for check in checks)
    assert all(re.fullmatch(r"✓ Checked: .{10,}", check.get_text().strip(), re.S) for check in checks)


def test_a_quiz_has_its_choices_and_then_the_answer(articles):
    quizzes = [quiz for article in articles.values() for quiz in article.select(".quiz")]
    assert len(quizzes) > 15
    for quiz in quizzes:
        choices, answers = quiz.select(".quiz-choice"), quiz.select(".quiz-answer")
        assert len(choices) >= 2 and len(answers) == 1 and not quiz.find("summary")
        letter = re.match(r"Answer: ([a-z])\. ", answers[0].get_text())[1]
        chosen = [choice for choice in choices if choice.get_text().startswith(f"{letter}) ")]
        assert len(chosen) == 1 and "quiz-right" in chosen[0]["class"]


def test_the_contents_and_the_links_name_the_page(built_site, browser, tmp_path):
    """Of three pages: each section stands on the page that the contents say, and links are followed by a page."""
    assert set(pdf.pages()) == {path.relative_to(built_site).with_suffix("").as_posix()
                                for path in built_site.glob("book/**/*.html")} - pdf.NOT_ON_PAPER
    reader = PdfReader(pdf.make(browser, PRINTED, tmp_path / "three.pdf"))
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    first = next(i for i, text in enumerate(texts) if text.startswith("Contents"))
    articles = [pdf.article(page, set(PRINTED)) for page in PRINTED]
    squeezed = ["".join(text.split()) for text in texts]
    headings, places = pdf.contents(articles), pdf.page_numbers(tmp_path.joinpath("three.pdf").read_bytes())
    assert len(headings) > 12 and sum(level == "h1" for level, _, _ in headings) == len(PRINTED)
    for _, words, place in headings:
        if re.fullmatch(r"[\w ,:?.’-]+", words):                         # formulas are laid out in other orders
            assert "".join(words.split()) in squeezed[places[place] - 1], words
            assert f"{''.join(words.split())}{places[place]}" in "".join(squeezed[first:first + 2]), words
    pages = {int(number) for text in texts for number in re.findall(r"\(p\. (\d+)\)", text)}
    assert pages and max(pages) <= len(texts) and len(reader.outline) > 0
