"""The widgets of the built chapters: every one is alive and tells the truth, from a server and from the disk."""

import json
import re
from pathlib import Path

import pytest

from tests.widgets.nudge_pages import LOOK, SET, check
from tests.widgets.test_backward import TOGETHER

BOOK = Path(__file__).resolve().parents[3] / "book"
CHAPTERS = sorted(page.stem for page in BOOK.glob("*.md")
                  if page.stem != "index" and re.search(r"^Nudge\(|= Nudge\(", page.read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("where", ["http", "file"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_widgets_of_a_chapter(built_site, serve, new_page, chapter, where):
    path = built_site / "book" / f"{chapter}.html"
    page = new_page(path.as_uri() if where == "file" else f"{serve}/book/{chapter}.html",
                    width=360 if where == "file" else 1280)
    roots = page.query_selector_all(".nudge")          # there as soon as the page is loaded
    page.evaluate(LOOK)
    assert roots and len(roots) == page.locator(".nudge-place").count()
    headings = page.evaluate("[...document.querySelectorAll('section[id]')].map((section) => section.id)")
    page.evaluate("(ids) => { for (const id of ids) { location.hash = id; dispatchEvent(new Event('hashchange')); } }",
                  headings)
    assert headings and not any(root.query_selector(".note").inner_text() for root in roots)
    for root in roots:
        check(page.evaluate("(root) => window.look(root)", root))
        first = root.query_selector("input[type=range]")
        state = json.loads(root.get_attribute("data-state"))
        assert first.is_enabled() and first.get_attribute("aria-label").startswith(state["weight"][0] + " layer ")
        low, high = (float(first.get_attribute(side)) for side in ("min", "max"))
        for share in (0.1, 0.35, 0.8):
            value = low + share * (high - low)
            seen = page.evaluate(SET, [root, "range", repr(value)])
            assert seen["state"]["weight"] == state["weight"] and abs(seen["state"]["value"] - value) < 1e-12
            check(seen)
        check(page.evaluate(SET, [root, "x 0", "-0.5"]))
        if root.query_selector('[data-action="update"]'):
            page.evaluate(SET, [root, "eta", "5"])
            before = json.loads(root.get_attribute("data-state"))
            net = check(page.evaluate("(root) => window.look(root)", root))
            net.update(net.gradients(before["x"], before["y"]), 5)
            root.query_selector('[data-action="update"]').dispatch_event("click")
            after = json.loads(root.get_attribute("data-state"))
            for l, W in enumerate(after["W"], 1):
                assert abs(net.W[l] - W).max() < 1e-9
            check(page.evaluate("(root) => window.look(root)", root))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.problems


@pytest.mark.parametrize("width, height", [(1280, 800), (390, 844)])
def test_the_first_screen_has_the_question_the_network_and_the_curve(built_site, new_page, width, height):
    page = new_page((built_site / "book" / "index.html").as_uri(), width=width, height=height, reduced_motion="reduce")
    seen = page.evaluate("""() => ['.bd-article h1', '.bd-article h1 ~ p', '.cover .verdict', '.cover .track',
        '.cover .small', '.cover .curve svg'].map((which) => {
            const {left, top, right, bottom} = document.querySelector(which).getBoundingClientRect();
            return [which, left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight]; })""")
    assert all(inside for _, inside in seen), seen
    network, curve = (page.locator(s).bounding_box() for s in (".cover .small", ".cover .curve"))
    if width == 1280:                                                                # side by side
        assert curve["x"] >= network["x"] + network["width"] and curve["y"] < network["y"] + network["height"]
    ways = page.locator(".ways a")
    boxes = [way.bounding_box() for way in ways.all()]
    assert len(boxes) == 2 and all(box["y"] + box["height"] <= height for box in boxes), boxes
    page.wait_for_timeout(200)
    ways.first.click()
    assert page.evaluate("document.querySelector('.train').getBoundingClientRect().top < innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and not page.problems


# For each widget of the page and each weight: [which widget, weight, labels that lie on one another].
ON_EACH_OTHER = f"""() => {{
  const together = {TOGETHER}, found = [];
  [...document.querySelectorAll(".nudge")].forEach((root, i) => {{
    const which = root.querySelector('[data-field="which"]');
    for (const {{value}} of [...which.options]) {{
      which.value = value;
      which.dispatchEvent(new Event("input", {{bubbles: true}}));
      if (JSON.parse(root.dataset.state).weight !== value) found.push([i, value, "not chosen"]);
      const labels = together(root);
      if (labels.length) found.push([i, value, labels]);
    }}
  }});
  return found;
}}"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("chapter", ["index", *CHAPTERS])
def test_no_label_lies_on_another_whichever_weight_is_chosen(built_site, new_page, chapter, width):
    page = new_page((built_site / "book" / f"{chapter}.html").as_uri(), width=width, reduced_motion="reduce")
    assert page.locator(".nudge").count() and page.evaluate(ON_EACH_OTHER) == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390, 360])
def test_the_table_of_a_widget_stays_in_its_panel(built_site, new_page, width):
    """The page's own tables are wider set; that rule once reached into the widgets."""
    page = new_page((built_site / "book" / "cost.html").as_uri(), width=width)
    tables = page.evaluate("""() => [...document.querySelectorAll(".nudge-drawing table")].map(
      (table) => [table.getBoundingClientRect().right, table.parentElement.getBoundingClientRect().right])""")
    assert tables and all(table <= panel for table, panel in tables)
