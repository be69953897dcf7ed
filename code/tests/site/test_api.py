"""The page that lists the package, and the links from the chapters' code to it."""

import re

import pytest

LINK = re.compile(r'<a class="reference internal in-code" href="([^"#]*)#([^"]+)">(\w+)</a>')


@pytest.fixture(scope="module")
def page(built_site):
    return (built_site / "book" / "api.html").read_text(encoding="utf-8")


def test_the_page_lists_what_readers_call(page):
    """With the arguments that a reader passes, also where a class is made by machinery of another library."""
    for name in ("Network", "Network.train", "gradient_check", "Nudge", "Train", "history.History.plot",
                 "symbolic.derive", "symbolic.Equations.javascript", "widgets.datasets.two_moons"):
        assert f'id="backprop.{name}"' in page, name
    signatures = {found[1]: re.sub(r"<[^>]*>", "", found[2])
                  for found in re.finditer(r'<dt class="sig[^>]*id="([^"]+)">(.*?)</dt>', page, re.S)}
    assert "panels" in signatures["backprop.Nudge"] and "batch_size" in signatures["backprop.Train"]
    assert "learning_rate" in signatures["backprop.Network.train"] and "self" not in "".join(signatures.values())
    assert len(re.findall(r"<[a-z]", page)) < 6000
    assert not re.search(r"<p>[^<]*[`*]{2}|\|\w+\|", page)                # markup that was none


def test_code_in_chapters_leads_to_it(built_site, page):
    places = set(re.findall(r'\bid="([^"]+)"', page))
    counts = {}
    for path in (built_site / "book").glob("*.html"):
        found = LINK.findall(path.read_text(encoding="utf-8"))
        counts[path.stem] = len(found)
        for address, place, name in found:
            assert address == "api.html" and place in places and place.rpartition(".")[2] == name, path.name
    assert counts["package"] > 30 and counts["learning"] > 3 and counts["chain-rule"] > 3, counts


@pytest.mark.browser
def test_a_name_shows_what_it_is_where_it_stands_and_the_search_finds_it(serve, new_page):
    page = new_page(f"{serve}/book/package.html")
    name = page.locator("a.in-code", has_text="gradient_check").first
    name.hover()
    page.get_by_text("Largest relative").first.wait_for()
    name.click()
    page.wait_for_url("**/api.html#backprop.gradient_check")
    page.goto(f"{serve}/search.html?q=gradient_check")
    page.locator("a[href*='book/api.html#backprop.gradient_check']").first.wait_for()
    assert page.problems == []
