"""The ring that a reader puts where they expect the point, and the hint that moves the slider once."""

import pytest

from tests.widgets import nudge_pages
from tests.widgets.nudge_pages import NET, SET, check, state


@pytest.fixture
def open_nudge(new_page, tmp_path):
    def open_it(look, **options):
        return nudge_pages.open_nudge(new_page, tmp_path / "page", {"panels": ["curve"], **look}, **options)
    return open_it


def middle(page, selector):
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_ring_says_direction_and_size_and_changes_nothing(open_nudge):
    page = open_nudge({"question": "C", "nudge": 0.5})
    page.evaluate("document.querySelector('.curve').scrollIntoView({block: 'center'})")
    before, (x, y) = state(page), middle(page, ".ghost .ring")
    _, dot = middle(page, ".dot.mine")
    assert abs(y - dot) < 2 and page.is_disabled("text=show me"), "it begins at the height of the cost"
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 50)
    assert page.get_attribute("[data-action=up]", "aria-pressed") == "true"
    page.mouse.move(x + 3, y + 20)
    page.mouse.up()
    assert page.get_attribute("[data-action=down]", "aria-pressed") == "true" and state(page) == before
    assert abs(middle(page, ".ghost .ring")[0] - x) < 1, "up and down only"
    guess = float(page.input_value("[data-field=guess]"))
    assert guess > 0
    page.click("text=show me")
    C = NET.cost([1.0, 0.5, -1.0, 0.8], [1.0])
    assert f"You said −{guess:.4f}"[:14] in page.inner_text(".answer") and state(page)["value"] == 1.9
    (ring_x, ring_y), (dot_x, dot_y) = middle(page, ".ghost .ring"), middle(page, ".dot.mine")
    assert abs(ring_x - dot_x) < 1, "the ring stays where the guess was: above the weight that is now"
    (low, at_low), (high, at_high), *_ = page.evaluate("""() => [...document.querySelectorAll(
      ".axes text[text-anchor=end]")].map((el) => [Number(el.textContent), Number(el.getAttribute("y"))])""")
    pixel = (high - low) / (at_low - at_high)
    assert (ring_y - dot_y) * pixel == pytest.approx(state(page)["C"] - (C - guess), abs=2 * pixel)


@pytest.mark.parametrize("guess", ["0.001", "0.02", "0.05", "0.1", "0.5"])
def test_the_guess_and_the_slope_stand_clear_of_each_other(open_nudge, guess):
    page = open_nudge({"question": "C", "weight": "w2_11", "span": (-4, 4)}, width=390)
    page.click("text=↓ down")
    page.fill("[data-field=guess]", guess)
    page.click("text=show me")
    mine, slope = (page.locator(f".curve {name}").bounding_box() for name in (".ghost text", "text.tag"))
    apart = [abs(mine[at] + mine[size] / 2 - slope[at] - slope[size] / 2) - (mine[size] + slope[size]) / 2
             for at, size in (("x", "width"), ("y", "height"))]
    assert max(apart) > -3, "the words lie on each other"


def test_buttons_and_field_move_the_ring(open_nudge):
    page = open_nudge({"question": "C"})
    y = middle(page, ".ghost .ring")[1]
    page.click("text=↑ up")
    assert middle(page, ".ghost .ring")[1] < y - 5
    page.fill("[data-field=guess]", "0,5")
    assert middle(page, ".ghost .ring")[1] < y - 30
    page.click("text=↓ down")
    assert middle(page, ".ghost .ring")[1] > y
    page.click("[data-action=reset]")
    assert middle(page, ".ghost .ring")[1] == pytest.approx(y, abs=1) and page.input_value("[data-field=guess]") == ""


def test_what_is_veiled_is_not_told_either(open_nudge):
    page = open_nudge({"question": "update"})
    seen = "s => document.querySelector(s).checkVisibility({visibilityProperty: true})"
    for part in (".curve .line", ".curve .tangent", ".curve .tag", ".answers"):
        assert not page.evaluate(seen, part), part
    assert page.evaluate(seen, ".dot.mine") and page.evaluate(seen, ".curve .axes")
    assert "slope" not in page.get_attribute(".curve svg", "aria-label")
    page.select_option("[data-field=which]", "w2_11")
    page.wait_for_timeout(900)
    assert "slope" not in page.inner_text(".unseen")


def test_without_a_question_there_is_no_ring(open_nudge):
    page = open_nudge({"question": None})
    assert page.locator(".ghost").count() == 0


def test_the_hint_nudges_once_and_comes_back(open_nudge):
    page = open_nudge({"question": None, "hint": True}, height=900)
    page.evaluate("""() => {
      const root = document.querySelector(".nudge");
      window.seen = [];
      new MutationObserver(() => window.seen.push(JSON.parse(root.dataset.state))).observe(
        root, {attributes: true, attributeFilter: ["data-state"]});
    }""")
    before = state(page)
    page.wait_for_function("window.seen.length > 5")
    check(page.evaluate("() => window.look(document.querySelector('.nudge'))"))
    page.wait_for_timeout(2500)
    seen = page.evaluate("window.seen")
    assert max(s["value"] for s in seen) > before["value"] + 0.3 and state(page) == before
    n = len(seen)
    page.wait_for_timeout(2000)
    assert page.evaluate("window.seen.length") == n and page.inner_text(".unseen") == ""


def test_an_act_of_the_reader_ends_the_hint_at_once(open_nudge):
    page = open_nudge({"question": None, "hint": True}, height=900)
    page.wait_for_function("JSON.parse(document.querySelector('.nudge').dataset.state).value > 1.5")
    seen = page.evaluate(SET, [page.query_selector(".nudge"), "range", "3"])
    assert seen["state"]["value"] == 3 and seen["state"]["start"] == 1.4
    page.wait_for_timeout(2200)
    assert state(page)["value"] == 3


@pytest.mark.parametrize("look, options", [({"hint": True}, {"reduced_motion": "reduce"}), ({}, {})])
def test_no_hint_where_it_is_not_wanted(open_nudge, look, options):
    page = open_nudge({"question": None, **look}, height=900, **options)
    page.wait_for_timeout(2600)
    assert state(page)["value"] == 1.4
