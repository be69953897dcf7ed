"""What of each page comes on paper: all figures, and solutions open."""

import re

import pytest

from tools import pdf

pytestmark = [pytest.mark.site, pytest.mark.slow]


@pytest.fixture(scope="module")
def articles(built_site):
    known = set(pdf.pages())
    return {page: pdf.article(page, known) for page in pdf.pages()}


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
