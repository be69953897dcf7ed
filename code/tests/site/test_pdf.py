"""What of each page comes on paper: all figures, solutions open, quizzes with their answer; and the way through it."""

import re

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from tools import labs, pdf

pytestmark = [pytest.mark.site, pytest.mark.slow]

PRINTED = ["book/index", "book/cost", "book/summary"]


@pytest.fixture(scope="module")
def articles(built_site):
    known = set(pdf.pages())
    return {page: pdf.article(page, known) for page in pdf.pages()}


@pytest.fixture(scope="module")
def three(built_site, browser, tmp_path_factory):
    """Three pages as a printed book, the sheet of all equations among them."""
    return PdfReader(pdf.make(browser, PRINTED, tmp_path_factory.mktemp("paper") / "three.pdf"))


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


def test_the_sheet_of_all_equations_leaves_the_rest_of_the_book_alone(articles, browser, tmp_path):
    """It is set in two columns, small and without code where it is a page of its own, not in the book."""
    page = browser.new_page()
    page.emulate_media(media="print")
    path = tmp_path / "book.html"
    path.write_text(pdf.whole([articles[name] for name in PRINTED], [], {}, set()), encoding="utf-8")
    page.goto(path.as_uri())
    columns = page.locator("article section").evaluate_all("all => all.map(one => getComputedStyle(one).columnCount)")
    titles = page.locator("h1").evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
    hidden = page.locator(".cell_input").evaluate_all("all => all.filter(one => !one.checkVisibility()).length")
    page.close()
    assert set(columns) == {"auto"} and hidden == 0
    assert titles[0] > 45 and min(titles) > 25                               # that of the book, those of the chapters


def test_code_is_printed_and_the_title_is_large(articles, three):
    squeezed = "".join("".join(page.extract_text().split()) for page in three.pages)
    code = [cell.get_text() for name in PRINTED for cell in articles[name].select(".cell_input pre")]
    assert len(code) > 5
    for cell in code:
        lines = ["".join(line.split()) for line in cell.splitlines() if line.strip()]
        assert lines[0] in squeezed and lines[-1] in squeezed, cell
    sizes = []
    three.pages[0].extract_text(visitor_text=lambda text, user, matrix, font, size: text.strip() and sizes.append(
        size * matrix[3] * user[3]))
    assert max(map(abs, sizes)) > 30                                          # points


def test_pages_are_written_after_references_only(articles):
    """Not in code, not after words that the glossary explains, not where the place is in sight."""
    parts = [articles[name] for name in pdf.pages()]
    links = pdf.references(parts)
    page_of = dict.fromkeys((place for _, place in links), 7)
    book = BeautifulSoup(pdf.whole(parts, links, page_of, {link for link, _ in links}), "html.parser")
    numbers = book.select(".page-of")
    assert 300 < len(numbers) == len(links)
    for number in numbers:
        link = number.find_previous_sibling("a")
        assert number.get_text() == " (p. 7)" and not number.find_parent(["pre", "code"])
        assert "--term-" not in link["href"] and "#book-references" not in link["href"]
    assert pdf.far([("a", "x"), ("b", "x"), ("c", "unknown")], {"a": 6, "b": 3, "x": 5}) == {"b"}


def test_a_lab_is_a_picture_with_a_caption(built_site, browser, articles):
    article = BeautifulSoup(str(articles["book/when-learning-fails"]), "html.parser").article
    asked = len(article.select(".train-place"))
    labs.on_paper(browser, (built_site / "book" / "when-learning-fails.html").as_uri(), article, pdf.live())
    figures = article.select("figure.lab")
    assert len(figures) == asked == 2 and not article.select(".train-place")
    for figure in figures:
        assert len(figure.img["src"]) > 20_000 and "network" in figure.img["alt"]                # a drawing, not white
        assert "JavaScript" not in figure.get_text() and pdf.live() in figure.figcaption.get_text()


def test_what_stands_still_is_said_before_the_first_chapter(articles):
    assert "Where the text says drag" in articles["book/index"].get_text()
    assert sum("Where the text says drag" in one.get_text() for one in articles.values()) == 1
    assert not any("Your answer here" in one.get_text() or one.select(".ways") for one in articles.values())


def test_the_contents_and_the_links_name_the_page(built_site, three):
    """Of three pages: each section stands on the page that the contents say, and links are followed by a page."""
    assert set(pdf.pages()) == {path.relative_to(built_site).with_suffix("").as_posix()
                                for path in built_site.glob("book/**/*.html")} - pdf.NOT_ON_PAPER
    texts = [" ".join(page.extract_text().split()) for page in three.pages]
    first = next(i for i, text in enumerate(texts) if text.startswith("Contents"))
    articles = [pdf.article(page, set(PRINTED)) for page in PRINTED]
    squeezed = ["".join(text.split()) for text in texts]
    headings, places = pdf.contents(articles), pdf.page_numbers(three)
    assert len(headings) > 12 and sum(level == "h1" for level, _, _ in headings) == len(PRINTED)
    for _, words, place in headings:
        if re.fullmatch(r"[\w ,:?.’-]+", words):                         # formulas are laid out in other orders
            assert "".join(words.split()) in squeezed[places[place] - 1], words
            assert f"{''.join(words.split())}{places[place]}" in "".join(squeezed[first:first + 2]), words
    pages = {int(number) for text in texts for number in re.findall(r"\(p\. (\d+)\)", text)}
    assert pages and max(pages) <= len(texts) and len(three.outline) > 0
