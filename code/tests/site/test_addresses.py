"""Named equations have one address each; mentions link there and show what they mean."""

import json
import re
from functools import cache

import pytest
from bs4 import BeautifulSoup

import link_hints

pytestmark = [pytest.mark.site]

NAMES = ["F1", "F2", "BP1", "BP2", "BP3", "BP4", "A", "B", "GD"]


@pytest.fixture(scope="module")
def pages(built_site):
    return {path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            for path in (built_site / "book").glob("*.html")}


def test_every_named_equation_is_displayed_once(pages):
    for name in NAMES:
        places = [page for page, html in pages.items() if html.find(id=f"equation-{name}")]
        assert len(places) == 1, f"({name}) is displayed on {places}"
        place = pages[places[0]].find(id=f"equation-{name}")
        assert place.find("math") and f"({name})" in place.find(class_="eqno").get_text()


def test_every_mention_is_a_link(pages):
    bare = []
    for page, html in pages.items():
        for skip in html.select("a, code, pre, math, h1, h2, h3, h4, .eqno, title, nav, script, summary, .cell_output, "
                                ".exercise .admonition-title, .solution .admonition-title, svg"):
            skip.decompose()
        article = html.select_one("article.bd-article")
        text = article.get_text() if article else ""
        for found in re.finditer(r"\((?:BP[1-4]|F[12])\)", text):
            bare.append(f"{page}: …{text[max(0, found.start() - 40):found.end() + 20]}…")
    assert not bare, "\n".join(bare)


# A hint lies right above or below its link, and not on it.
BESIDE = """(link) => {
  const at = link.getBoundingClientRect(), hint = document.querySelector(".term-hint").getBoundingClientRect();
  return Math.abs(hint.top - at.bottom - 4) < 2 || Math.abs(at.top - hint.bottom - 4) < 2;
}"""


@pytest.mark.browser
def test_a_mention_shows_the_equation_on_hover_focus_and_tap(built_site, new_page):
    address = (built_site / "book" / "two-layer-derivation.html").as_uri()
    page = new_page(address)
    link = page.locator('.bd-article a[href="#equation-BP2"]:visible').first
    link.hover()
    page.locator(".term-hint math").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".term-hint").count() == 0
    page.mouse.move(0, 0)
    link.focus()
    page.locator(".term-hint math").wait_for()
    page.evaluate("document.querySelector('.bd-article').prepend(Object.assign(document.createElement('div'), "
                  "{style: 'height: 200px'}))")
    page.wait_for_function(BESIDE, arg=link.element_handle())          # what comes in above moves the hint, too
    page.evaluate("document.querySelector('.term-hint').append(Object.assign(document.createElement('div'), "
                  "{style: 'height: 90px'}))")
    page.wait_for_function(BESIDE, arg=link.element_handle())
    assert page.problems == []

    phone = new_page(address, width=390, height=844, has_touch=True)
    link = phone.locator('.bd-article a[href="#equation-BP2"]:visible').first
    link.tap()
    phone.locator(".term-hint math").wait_for()
    assert "#equation" not in phone.url
    link.tap()
    assert phone.url.endswith("#equation-BP2")

    phone.goto((built_site / "book" / "index.html").as_uri())             # a button isn't a mention: it goes at once
    phone.locator(".ways a").first.tap()
    phone.wait_for_url("**/index.html#*")
    assert phone.locator(".term-hint").count() == 0


def hints_of(built_site, page):
    script = (built_site / link_hints.FOLDER / "book" / f"{page}.js").read_text(encoding="utf-8")
    return json.loads(script.removeprefix("linkHints(").removesuffix(");\n"))


def test_a_paragraph_with_a_name_is_shown_itself(built_site):
    """And not the one that follows: a second name of a paragraph stands inside of it."""
    read, shown = cache(lambda path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")), 0
    for href, hint in hints_of(built_site, "sources").items():
        page, _, name = href.partition("#")
        place = page and read(built_site / "book" / page).find("span", id=name)
        if place and place.parent.name == "p":
            said = BeautifulSoup(hint, "html.parser").p
            assert place.parent.get_text().startswith(said.get_text()[:40].removesuffix(" …")), href
            assert not said.select("span:empty"), href
            shown += 1
    assert shown > 30


@pytest.mark.browser
def test_a_link_of_two_lines_is_not_covered(built_site, new_page):
    page = new_page((built_site / "book" / "sources.html").as_uri(), width=390, height=844, has_touch=True)
    link = page.locator('a[href="network-structure.html#s1-19"]').first
    assert link.evaluate("(link) => link.getClientRects().length") > 1
    link.tap()
    page.wait_for_function(f"(link) => document.querySelector('.term-hint') && ({BESIDE})(link)",
                           arg=link.element_handle())


@pytest.mark.browser
def test_terms_sections_and_errata_are_shown_too(built_site, new_page):
    page = new_page((built_site / "book" / "two-layer-derivation.html").as_uri())
    page.keyboard.press("Tab")
    page.wait_for_function("() => 'linkHints' in window")
    assert any("#term-" in href for href in hints_of(built_site, "two-layer-derivation"))
    for page_name in ("errata", "glossary", "index"):
        page.goto((built_site / "book" / f"{page_name}.html").as_uri())
        assert page.problems == []
