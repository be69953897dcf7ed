"""The slider under a finger, and below the bar that a page keeps at its top: in sight, and a swipe is no drag."""

import json

import numpy as np
import pytest

from backprop import Network, Nudge
from tests.widgets.nudge_pages import LOOK, check, write_page

NET = Network.from_parameters(
    W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
    b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])


def nudge(**options):
    return Nudge(NET, [1.0, 0.5, -1.0, 0.8], [1.0],
                 **{"weight": "w3_11", "panels": ["curve", "chain"], "span": (-0.5, 4), "question": None, **options})


@pytest.fixture
def open_nudge(new_page, tmp_path):
    def open_it(bar="56px", look=None, **options):
        page = new_page(write_page(tmp_path / "page", nudge(**(look or {})), bar=bar).as_uri(), **options)
        page.evaluate(LOOK)
        return page
    return open_it


def state(page):
    return json.loads(page.get_attribute(".nudge", "data-state"))


def rest(page):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


class Finger:
    """Touches as the system sends them, so that the page scrolls if nobody keeps it from doing so."""

    def __init__(self, page):
        self.page, self.client = page, page.context.new_cdp_session(page)

    def send(self, kind, *points):
        self.client.send("Input.dispatchTouchEvent",
                         {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def swipe(self, start, end, steps=12):
        self.send("touchStart", start)
        for i in range(1, steps + 1):
            self.send("touchMove", tuple(np.array(start) + (np.array(end) - start) * i / steps))
            rest(self.page)
        self.send("touchEnd")
        self.page.wait_for_timeout(80)


WIDTHS = [360, 364, 390, 412, 430, 600, 768, 1280]
VIEWS = [(width, 100) for width in WIDTHS] + [(390, 150), (768, 150), (1280, 150)]


@pytest.mark.parametrize("width, text", VIEWS)
def test_the_slider_is_in_sight_and_free_while_network_or_curve_is(open_nudge, width, text):
    page = open_nudge(bar="3.5rem", width=width, height=844 if width < 700 else 800)
    page.add_style_tag(content=f"html {{ font-size: {text}%; }}")
    rest(page)
    for seen in (".picture", ".curve svg"):
        for block in ("start", "center", "end"):
            page.evaluate("([seen, block]) => document.querySelector(seen).scrollIntoView({block})", [seen, block])
            rest(page)
            found = page.evaluate("""() => {
                const range = document.querySelector("input[type=range]");
                const {left, top, width, height, right, bottom} = range.getBoundingClientRect();
                const bar = document.querySelector(".bd-header-article").getBoundingClientRect();
                const hit = [0.1, 0.5, 0.9].every((x) => [0.1, 0.5, 0.9].every((y) =>
                    document.elementFromPoint(left + width * x, top + height * y) === range));
                const inside = left >= 0 && right <= innerWidth && bottom <= innerHeight;
                return {hit, width, below: top >= bar.bottom, inside};
            }""")
            assert found["hit"] and found["below"] and found["inside"], (seen, block, found)
            if width < 700:
                assert found["width"] > width - 60, found         # alone in its row


@pytest.mark.parametrize("panels", [["forward"], ["backward"], ["structure"], ["chain"], ["steps", "structure"]])
def test_the_slider_stays_with_the_network_whatever_the_panels(open_nudge, panels):
    page = open_nudge(look={"panels": panels}, width=390, height=844)
    page.evaluate("document.querySelector('.picture').scrollIntoView({block: 'start'})")
    rest(page)
    box = page.locator(".track input").bounding_box()
    assert 56 <= box["y"] < 110, "below the page's bar, above the network"


# Every slider of a widget but the first, which has tests of its own: (panels, question, what is its field).
SLIDERS = [(["backward"], None, "[data-field=step]"), (["steps"], None, "[data-field=rate]")]


@pytest.mark.parametrize("panels, question, where", SLIDERS)
def test_every_other_slider_lets_a_swipe_pass_and_follows_a_finger_too(open_nudge, panels, question, where):
    page = open_nudge(width=390, height=500, has_touch=True, look={"panels": panels, "question": question})
    page.evaluate("where => document.querySelector(where).scrollIntoView({block: 'center'})", where)
    rest(page)
    box, before, scrolled = page.locator(where).bounding_box(), page.input_value(where), page.evaluate("scrollY")
    start = box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2
    Finger(page).swipe(start, (start[0] + 9, start[1] - 200))
    page.wait_for_timeout(400)
    assert page.input_value(where) == before and page.evaluate("scrollY") > scrolled + 60
    page.evaluate("where => document.querySelector(where).scrollIntoView({block: 'center'})", where)
    page.wait_for_timeout(400)
    box = page.locator(where).bounding_box()
    start = box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2
    Finger(page).swipe(start, (start[0] + box["width"] / 3, start[1] + 3))
    value, low, high = page.evaluate("where => { const {value, min, max} = document.querySelector(where); "
                                     "return [value, min, max].map(Number); }", where)
    assert (value - float(before)) / (high - low) == pytest.approx(1 / 3, abs=0.08)


def test_a_finger_on_the_ring_moves_the_ring_and_not_the_page(open_nudge):
    page = open_nudge(width=390, height=500, has_touch=True, look={"question": "C", "panels": ["curve"]})
    page.evaluate("document.querySelector('.curve').scrollIntoView({block: 'center'})")
    page.wait_for_timeout(200)
    box, scrolled = page.locator(".ghost .grip").bounding_box(), page.evaluate("scrollY")
    start = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    Finger(page).swipe(start, (start[0] + 2, start[1] - 50), steps=25)
    assert page.evaluate("scrollY") == scrolled and float(page.input_value("[data-field=guess]")) > 0.2


@pytest.mark.parametrize("where", [".curve svg:not(.inside)", "input[type=range]"])
@pytest.mark.parametrize("dy", [-300, 250])
def test_a_swipe_scrolls_and_changes_nothing(open_nudge, where, dy):
    page = open_nudge(width=390, height=844, has_touch=True, look={"question": "C"} if "range" in where else {})
    page.evaluate("where => document.querySelector(where).scrollIntoView({block: 'center'})", where)
    rest(page)
    box = page.locator(where).bounding_box()
    before, scrolled = state(page), page.evaluate("scrollY")
    veiled = page.get_attribute(".nudge", "data-veiled")
    start = (box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    Finger(page).swipe(start, (start[0] + 9, start[1] + dy))
    assert state(page) == before and page.get_attribute(".nudge", "data-veiled") == veiled
    assert abs(page.evaluate("scrollY") - scrolled) > 60 or scrolled < 60
    assert float(page.input_value("input[type=range]")) == before["value"]


@pytest.mark.parametrize("where, edge", [(".curve svg:not(.inside)", 58), ("input[type=range]", 16)])
def test_a_finger_that_moves_sideways_drags_from_where_the_weight_is(open_nudge, where, edge):
    page = open_nudge(width=390, height=844, has_touch=True)
    page.evaluate("where => document.querySelector(where).scrollIntoView({block: 'center'})", where)
    box = page.locator(where).bounding_box()
    before = state(page)["value"]
    pixel = 4.5 / (box["width"] - edge)
    thumb = box["x"] + box["width"] * 0.42
    y = box["y"] + box["height"] / 2
    scrolled = page.evaluate("scrollY")
    Finger(page).swipe((thumb, y), (thumb + 60, y + 4))
    moved = (state(page)["value"] - before) / pixel
    assert 40 < moved < 70, moved
    assert page.evaluate("scrollY") == scrolled
    check(page.evaluate("() => window.look(document.querySelector('.nudge'))"))


def test_a_tap_on_the_track_goes_there(open_nudge):
    page = open_nudge(width=390, height=844, has_touch=True)
    box = page.locator("input[type=range]").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + 20)
    assert state(page)["value"] == pytest.approx(-0.5 + 4.5 * 0.8, abs=0.1)


@pytest.mark.parametrize("off", [-5, 0, 6])
def test_a_drag_by_pixels_moves_by_pixels(open_nudge, off):
    page = open_nudge(width=1280)
    box = page.locator("input[type=range]").bounding_box()
    pixel = 4.5 / (box["width"] - 16)
    before = state(page)["value"]
    x = box["x"] + 8 + (before + 0.5) / pixel + off
    page.mouse.move(x, box["y"] + 20)
    page.mouse.down()
    assert state(page)["value"] == pytest.approx(before, abs=0.51 * pixel)
    for by in (1, 2, 3, 10):
        page.mouse.move(x + by, box["y"] + 20)
        seen = state(page)["value"]
        assert seen == pytest.approx(before + by * pixel, abs=0.51 * pixel)
        assert seen == round(seen, 3), "a round number"
        assert page.locator("input[type=range]").bounding_box() == box, "the track stays where it is"
    page.mouse.up()
    assert page.evaluate("document.activeElement.type") == "range"


def test_arrow_keys_go_in_round_steps(open_nudge):
    page = open_nudge(width=1280)
    page.focus("input[type=range]")
    for key, value in (("ArrowRight", 1.42), ("ArrowRight", 1.44), ("PageUp", 1.64), ("ArrowLeft", 1.62)):
        page.keyboard.press(key)
        assert state(page)["value"] == value
    page.evaluate("() => { const el = document.querySelector('[data-field=range]'); el.value = 0.333; "
                  "el.dispatchEvent(new Event('input', {bubbles: true})); }")
    page.keyboard.press("ArrowRight")
    assert state(page)["value"] == 0.34


def test_reset_veils_the_answer_again(open_nudge):
    page = open_nudge(look={"question": "C"})
    page.click("text=↑ up")
    page.click("text=show me")
    assert page.is_visible(".curve .line")
    page.click("[data-action=reset]")
    assert not page.is_visible(".curve .line") and page.get_attribute(".nudge", "data-veiled") == "true"
    page.evaluate("() => { const el = document.querySelector('[data-field=range]'); el.value = 2; "
                  "el.dispatchEvent(new Event('input', {bubbles: true})); }")
    assert page.is_visible(".curve .line")


def test_the_static_drawing_says_when_a_factor_is_infinite():
    net = Network.from_parameters(W=[[[-1000.0]]], b=[[0.0]], cost="cross_entropy")
    html = Nudge(net, [1.0], [1.0], panels=["chain"])._repr_mimebundle_()[0]["text/html"]
    assert 'data-infinite="true"' in html
    assert 'data-infinite="false"' in nudge()._repr_mimebundle_()[0]["text/html"]
