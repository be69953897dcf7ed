"""The book on paper, made from the built site: its chapters, figures, equations, and links as page numbers."""

import re

import pytest
from pypdf import PdfReader

from tools import pdf

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def articles(built_site):
    known = set(pdf.pages())
    return {page: pdf.article(page, known) for page in pdf.pages()}


@pytest.fixture(scope="module")
def book(built_site, tmp_path_factory, module_patch):
    module_patch.setattr(pdf, "TARGET", tmp_path_factory.mktemp("pdf") / "book.pdf")
    return PdfReader(pdf.make())


@pytest.fixture(scope="module")
def module_patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_every_figure_is_drawn(built_site, articles):
    """As many figures as the pages have, and none is an empty place."""
    for page, article in articles.items():
        html = (built_site / f"{page}.html").read_text(encoding="utf-8")
        open_part = re.sub(r"<details.*?</details>", "", html, flags=re.S)
        figures = article.select("figure.bp-figure svg")
        assert len(figures) >= open_part.count('<figure class="bp-figure"'), page
        assert all(len(figure.find_all(True)) > 5 for figure in figures), f"{page} has an empty figure"
        assert not article.select("[data-later]"), page
    assert sum(len(article.select("figure.bp-figure svg")) for article in articles.values()) > 30


def test_solutions_are_open_and_other_folds_are_not(articles):
    solutions = [solution for article in articles.values() for solution in article.select(".solution")]
    assert len(solutions) > 30 and all(len(one.get_text(" ", strip=True)) > 40 for one in solutions)
    assert all(one.name == "div" and not one.find("noscript") for one in solutions)


def test_the_contents_name_every_chapter_and_its_page(book, articles):
    """The number in the contents is that of the page on which the chapter's title stands."""
    text = [" ".join(page.extract_text().split()) for page in book.pages]
    first = next(i for i, page in enumerate(text) if page.startswith("Contents"))
    contents = " ".join(text[first:first + 6])
    for level, words, _ in pdf.contents(articles.values()):
        if level == "h1" and "∂" not in words:
            words = re.sub(r"\s*#$", "", words)
            number = re.search(re.escape(words) + r" (\d+)", contents)
            assert number, f"the contents lack {words!r}"
            assert words in text[int(number[1]) - 1], f"{words!r} isn't on page {number[1]}"


def test_links_within_the_book_say_their_page(book):
    text = " ".join(page.extract_text() for page in book.pages)
    told = [int(number) for number in re.findall(r"\(p\. (\d+)\)", text)]
    assert len(told) > 200 and max(told) <= len(book.pages) and len(book.pages) > 100
    assert len(book.named_destinations) > 200 and len(book.outline) > 10


def test_equations_are_text_in_the_books_font(book):
    """Named equations are there, set in the mathematical font."""
    text = " ".join(page.extract_text() for page in book.pages)
    for name in ("(BP1)", "(BP2)", "(BP3)", "(BP4)", "(GD)"):
        assert name in text
    fonts = {str(font.get_object()["/BaseFont"]) for page in book.pages
             for font in page["/Resources"].get("/Font", {}).values()}
    assert any("STIX" in font for font in fonts), fonts


def test_what_only_a_screen_can_do_is_left_out(articles):
    for page, article in articles.items():
        assert not article.select("button, script, iframe, canvas, .answer-field"), page
