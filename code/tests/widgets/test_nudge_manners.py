"""How the widget behaves towards who uses it: typing, predicting, choosing, reading with large letters."""

import pytest

from tests.widgets import nudge_pages
from tests.widgets.nudge_pages import SET, state


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


def test_after_a_drag_the_question_is_closed_until_reset(open_nudge):
    page = open_nudge({"question": "C"})
    page.evaluate(SET, [page.query_selector(".nudge"), "range", "2"])
    assert page.is_disabled("[data-action=up]") and "reset" in page.inner_text(".answer")
    page.click("[data-action=reset]")
    assert page.is_enabled("[data-action=up]") and page.inner_text(".answer") == ""


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
