"""How the widget behaves towards who uses it: typing, predicting, choosing, reading with large letters."""

import pytest

from tests.widgets import nudge_pages
from tests.widgets.nudge_pages import SET, state

JUST_NOW = 650                 # milliseconds in which a second tap isn't meant


@pytest.fixture
def open_nudge(new_page, tmp_path):
    def open_it(look=None, **options):
        look = {"panels": ["curve", "chain", "steps"], "question": None, **(look or {})}
        return nudge_pages.open_nudge(new_page, tmp_path / "page", look, **options)
    return open_it


def test_a_typing_error_does_not_keep_the_scale_and_a_decimal_comma_is_understood(open_nudge):
    page = open_nudge()
    ends = ("() => { const {min, max} = document.querySelector('[data-field=range]'); "
            "return [Number(min), Number(max)]; }")
    page.fill("[data-field=exact]", "140")
    assert state(page)["value"] == 140 and page.evaluate(ends)[1] >= 140
    page.fill("[data-field=exact]", "1.4")
    assert page.evaluate(ends) == [-0.5, 4]
    for typed, value in (("1,5", 1.5), ("−0,25", -0.25), ("2.5e-1", 0.25)):
        page.click("[data-field=exact]")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(typed)
        assert state(page)["value"] == value


def test_a_click_on_a_line_draws_no_box(open_nudge):
    page = open_nudge()
    page.add_style_tag(content="*:focus, g:focus { outline: 2px solid black; }")
    page.dispatch_event('.narrow [data-weight="w2_11"] .hit', "click", {"bubbles": True})
    page.evaluate("document.querySelector('.narrow [data-weight=w2_11]').focus()")
    outline = "getComputedStyle(document.querySelector('.narrow [data-weight=w2_11]')).outlineStyle"
    assert page.evaluate(outline) == "none"


def test_what_would_answer_the_question_is_veiled_and_nothing_jumps(open_nudge):
    page = open_nudge({"question": "C"})
    hidden = ("() => ['.answers', '.curve .line', '.chain'].filter((s) => "
              "document.querySelector(s).checkVisibility({visibilityProperty: true}))")
    assert page.evaluate(hidden) == [] and page.is_visible(".waiting")
    height = page.locator(".curve .plot").bounding_box()
    page.click("text=↓ down")
    page.click("text=show me")
    assert page.evaluate(hidden) == [".answers", ".curve .line", ".chain"] and not page.is_visible(".waiting")
    assert abs(page.locator(".curve .plot").bounding_box()["height"] - height["height"]) < 2


@pytest.mark.parametrize("said, words", [("0,1", "the size is right too"), ("0.5", "too much"), ("0.01", "too little"),
                                         ("", "The slope alone")])
def test_direction_and_size_are_judged(open_nudge, said, words):
    page = open_nudge({"question": "C", "nudge": 0.3})
    page.click("text=↓ down")
    page.fill("[data-field=guess]", said)
    page.click("text=show me")
    assert "You were right" in page.inner_text(".answer") and words in page.inner_text(".answer")


@pytest.mark.parametrize("again, value", [("again", 2), ("reset", 1.4)])
def test_after_a_drag_the_question_is_closed_until_it_is_asked_again(open_nudge, again, value):
    page = open_nudge({"question": "C"})
    page.evaluate(SET, [page.query_selector(".nudge"), "range", "2"])
    assert not page.is_visible("[data-action=up]") and "you have seen what it does" in page.inner_text(".answer")
    page.wait_for_timeout(JUST_NOW)
    page.click(f"[data-action={again}]")
    assert (page.is_visible("[data-action=up]") and not page.is_visible("[data-action=again]")
            and page.text_content(".answer") == "" and state(page)["value"] == value)


def test_an_update_tells_the_answer_too(open_nudge):
    page = open_nudge({"question": "update"})
    page.click("[data-action=update]")
    assert not page.is_visible("[data-action=up]") and "you have seen what it does" in page.inner_text(".answer")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_verdict_comes_in_the_buttons_place_and_moves_nothing(open_nudge, width):
    page = open_nudge({"question": "C"}, width=width)
    page.click("text=↓ down")
    before = page.evaluate("scrollY"), page.locator(".curve").bounding_box()
    page.click("text=show me")
    page.wait_for_timeout(100)
    after = page.evaluate("scrollY"), page.locator(".curve").bounding_box()
    assert before[0] + before[1]["y"] == pytest.approx(after[0] + after[1]["y"], abs=40)
    assert not page.is_visible("text=show me")                     # the same guess can't be judged once more


def test_the_question_can_be_asked_about_any_line(open_nudge):
    page = open_nudge({"question": "C", "nudge": 0.5})
    page.click("text=↓ down")
    page.fill("[data-field=guess]", "0.1")
    page.focus("[data-action=show]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.action") == "again"
    assert "You were right" in page.inner_text(".answer") and page.is_visible(".ghost .ring")
    page.select_option("[data-field=which]", "w2_11")
    assert not page.is_visible(".ghost .ring") and "You were right" not in page.inner_text(".answer")
    page.wait_for_timeout(JUST_NOW)
    page.focus("[data-action=again]")
    page.keyboard.press("Enter")
    now = state(page)
    assert now["weight"] == "w2_11" and now["W"][2][0][0] == 1.9                 # from where the network is now
    assert page.get_attribute(".nudge", "data-veiled") == "true"
    assert page.inner_text(".ask p >> nth=0").replace("\n", "").startswith("Predict first. w(2)11 goes up by 0.5")
    assert page.evaluate("document.activeElement.dataset.action") == "up"
    page.click("text=↑ up")
    page.click("text=show me")
    assert state(page)["W"][1][0][0] == now["value"] + 0.5


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_the_four_steps_are_one_row_each_of_one_line(open_nudge, width):
    page = open_nudge(width=width)
    boxes = [button.bounding_box() for button in page.locator(".four button").all()]
    assert len({round(box["y"]) for box in boxes}) == 1 and max(box["height"] for box in boxes) < 50
    assert boxes[-1]["x"] + boxes[-1]["width"] <= width


def test_a_second_tap_on_show_me_leaves_the_verdict(open_nudge):
    page = open_nudge({"question": "C"})
    page.click("text=↓ down")
    page.dblclick("text=show me")
    page.evaluate("document.querySelector('[data-action=again]').click()")
    assert "You were right" in page.inner_text(".answer") and page.is_visible("[data-action=again]")


def test_what_was_seen_of_one_line_is_not_said_of_another(open_nudge):
    page = open_nudge({"question": "C"})
    page.evaluate(SET, [page.query_selector(".nudge"), "range", "2"])
    page.select_option("[data-field=which]", "w2_11")
    assert "seen what it does" not in page.inner_text(".answer")


def test_after_the_next_update_the_verdict_on_the_last_one_goes(open_nudge):
    page = open_nudge({"question": "update", "panels": ["curve", "steps"]})
    page.click("text=↓ down")
    page.fill("[data-field=guess]", "0.05")
    page.click("text=show me")
    assert "You were right" in page.inner_text(".answer") and page.is_visible(".ghost .ring")
    page.click("[data-action=update]")
    assert "You were right" not in page.inner_text(".answer") and not page.is_visible(".ghost .ring")
    page.wait_for_timeout(JUST_NOW)
    before = state(page)
    page.click("[data-action=again]")
    assert state(page)["W"] == before["W"] and page.is_visible("[data-action=up]")


def test_a_direction_alone_is_no_ring_and_what_is_no_number_is_marked(open_nudge):
    page = open_nudge({"question": "C"})
    page.click("text=↓ down")
    page.focus("[data-field=guess]")
    page.wait_for_timeout(50)
    page.fill("[data-field=guess]", "much")
    assert page.get_attribute("[data-field=guess]", "aria-invalid") is not None
    page.fill("[data-field=guess]", "")
    assert page.get_attribute("[data-field=guess]", "aria-invalid") is None
    page.click("text=show me")
    assert not page.is_visible(".ghost .ring")


@pytest.mark.parametrize("width", [360, 390, 600])
def test_on_a_phone_the_slider_is_above_the_network_and_the_four_steps_under_the_thumb(open_nudge, width):
    page = open_nudge({"panels": ["steps", "structure"]}, width=width, height=320)
    page.evaluate("document.querySelector('.picture').scrollIntoView({block: 'start'})")
    where = "s => { const {top, bottom} = document.querySelector(s).getBoundingClientRect(); return [top, bottom]; }"
    slider, picture, four = (page.evaluate(where, part) for part in (".track", ".picture", ".four"))
    high = page.evaluate("innerHeight")
    assert slider[0] <= picture[0] + 50 and high - 60 < four[1] <= high + 1
    page.click("[data-action=backward]")
    assert "∂C" in page.inner_text(".four .says:not(.off)")
    assert page.evaluate("innerHeight") >= page.evaluate(where, ".four .says:not(.off)")[1], "and what they say, too"
    steps, below = (page.evaluate(where, part) for part in (".steps", ".readings"))
    assert steps[1] <= below[0], "inputs and target stand below the panels"


def test_the_words_of_the_slope_cross_no_curve(open_nudge):
    page = open_nudge(width=390)
    crossed = """() => {
      const tag = document.querySelector(".curve text.tag").getBoundingClientRect();
      const line = document.querySelector(".curve .line");
      const away = line.getScreenCTM(), n = line.getTotalLength();
      for (let i = 0; i <= 400; i++) {
        const {x, y} = line.getPointAtLength(n * i / 400).matrixTransform(away);
        if (x > tag.left + 2 && x < tag.right - 2 && y > tag.top + 4 && y < tag.bottom - 5) return true;
      }
      return false;
    }"""
    for value in (-0.2, 0.4, 1.2, 2, 2.4, 3, 3.6):
        page.evaluate(SET, [page.query_selector(".nudge"), "range", str(value)])
        assert not page.evaluate(crossed), value
    page.evaluate("""() => {
      const tag = document.querySelector(".curve text.tag"), dot = document.querySelector(".dot.mine");
      tag.setAttribute("x", dot.getAttribute("cx"));
      tag.setAttribute("y", Number(dot.getAttribute("cy")) + 5);
      tag.setAttribute("text-anchor", "middle");
    }""")
    assert page.evaluate(crossed), "words on the curve are found"


def test_large_letters_are_large_here_too(open_nudge):
    page = open_nudge()
    size = "() => parseFloat(getComputedStyle(document.querySelector('.nudge')).fontSize)"
    before = page.evaluate(size)
    page.add_style_tag(content="html { font-size: 150%; }")
    assert page.evaluate(size) == pytest.approx(1.5 * before)


def test_play_is_calm_where_motion_is_unwelcome(open_nudge):
    page = open_nudge(reduced_motion="reduce")
    page.click("[data-action=play]")
    page.wait_for_timeout(800)
    assert state(page)["updates"] == 0
    page.wait_for_function("JSON.parse(document.querySelector('.nudge').dataset.state).updates === 1")


def test_slider_network_and_curve_are_seen_together_on_a_laptop(open_nudge):
    page = open_nudge({"panels": ["curve"]}, width=1280, height=800)
    page.evaluate("document.querySelector('.nudge').scrollIntoView({block: 'start'})")
    top, bottom = (page.locator(s).bounding_box() for s in ("input[type=range]", ".curve svg:not(.inside)"))
    assert top["y"] >= 0 and bottom["y"] + bottom["height"] <= 800 - 48


def test_what_is_pointed_at_does_not_look_chosen_and_no_button_reads_like_begin(open_nudge):
    page = open_nudge()
    look = """which => { const {stroke, strokeWidth, opacity} = getComputedStyle(document.querySelector(
        `.picture > svg [data-weight="${which}"] .halo`)); return [stroke, strokeWidth, opacity]; }"""
    chosen, rest = page.evaluate(look, "w3_11"), page.evaluate(look, "w1_11")
    page.locator('.picture > svg:visible [data-weight="w1_11"] .hit').hover()
    pointed = page.evaluate(look, "w1_11")
    assert pointed != rest and pointed[0] != chosen[0] and pointed[1] != chosen[1] and pointed[2] != chosen[2]
    assert not [words for words in page.locator("button").all_text_contents() if "start" in words.lower()]
