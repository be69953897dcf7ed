"""The first page's face: its numbers are true, it says when the answer is right, and its hint leaves no trace."""

import json

import pytest

from backprop import Network, Nudge
from tests.widgets.nudge_pages import LOOK, NET, SET, check, write_page
from tests.widgets.test_backward import TOGETHER

VALUE = "JSON.parse(document.querySelector('.nudge').dataset.state).value"


@pytest.fixture
def open_cover(new_page, tmp_path):
    def open_it(**options):
        widget = Nudge(NET, [1.0, 0.5, -1.0, 0.8], [1.0], "w3_11", panels=["cover"], question=None,
                       span=(-0.5, 4), hint=True)
        page = new_page(write_page(tmp_path / "page", widget).as_uri(), **options)
        page.evaluate(LOOK)
        return page
    return open_it


def put(page, field, value):
    return page.evaluate(SET, [page.query_selector(".nudge"), field, value])


def test_every_number_is_numpys_whatever_is_moved_or_chosen(open_cover):
    page = open_cover(reduced_motion="reduce")
    for weight in ("w3_11", "w1_23", "w2_21", "b2_1"):
        check(put(page, "which", weight))
        check(put(page, "range", "-0.375"))
    page.dispatch_event('.small [data-weight="w1_14"] .hit', "click", {"bubbles": True})
    seen = put(page, "x 2", "0.25")
    assert seen["state"]["weight"] == "w1_14" and "14" not in page.text_content(".small .tag.chosen")
    check(seen)
    assert page.locator(".small .tag:visible").count() == 1
    assert not page.problems


def test_it_says_when_the_answer_is_right(open_cover):
    page = open_cover(reduced_motion="reduce")
    assert page.inner_text(".verdict").startswith("The network says 0.48. It should say 1.")
    assert page.is_visible(".todo") and not page.is_visible(".done")
    seen = put(page, "range", "2.095")
    assert seen["state"]["C"] < 2e-4 and page.is_visible(".done") and not page.is_visible(".todo")
    put(page, "range", "2.3")
    assert page.is_visible(".todo")


def test_the_hint_leaves_no_trace_and_what_the_reader_does_holds(open_cover):
    page = open_cover()
    before = page.get_attribute(".nudge", "data-state")
    page.wait_for_function(f"{VALUE} > 1.6")
    check(page.evaluate("() => window.look(document.querySelector('.nudge'))"))
    page.wait_for_function(f"{VALUE} === 1.4")
    assert page.get_attribute(".nudge", "data-state") == before
    page = open_cover()
    page.wait_for_function(f"{VALUE} > 1.5")
    page.focus("input[type=range]")                           # back where it was, and what is shown is what is
    check(page.evaluate("() => window.look(document.querySelector('.nudge'))"))
    assert page.evaluate(VALUE) == 1.4 and float(page.input_value("input[type=range]")) == 1.4
    page.keyboard.press("ArrowRight")
    assert page.evaluate(VALUE) > 1.4


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_and_nothing_sticks_out(open_cover, axe, width, dark):
    page = open_cover(width=width, dark=dark, reduced_motion="reduce")
    if dark:
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
    for opened in (False, True):
        if opened:
            page.click(".more summary")
            assert page.is_visible("[data-field=exact]")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_network_curve_and_answer_stand_there(open_cover):
    page = open_cover(java_script_enabled=False)
    assert page.is_visible(".small") and page.is_visible(".curve .line") and "0.48" in page.inner_text(".verdict")
    assert not any(el.is_visible() for el in page.locator("input, button").all())


def test_what_can_not_be_on_a_cover_is_refused():
    with pytest.raises(ValueError, match="one output"):
        Nudge(Network([2, 2, 2], seed=0), [1, 1], [0, 1], panels=["cover"])
    with pytest.raises(ValueError, match="stands alone"):
        Nudge(NET, [1.0, 0.5, -1.0, 0.8], [1.0], panels=["cover", "curve"])


def test_inputs_are_pixels_from_white_to_black():
    html = Nudge(NET, [1.0, 0.5, -1.0, 0.8], [1.0], panels=["cover"])._repr_mimebundle_()[0]["text/html"]
    drawing = html[html.index('class="look"'):]
    shades = [part.split("%")[0] for part in drawing[:drawing.index("</svg>")].split("--shade:")[1:]]
    assert shades == ["100", "75", "0", "90"]
    config = json.loads(html[html.index("<script type="):].split(">", 1)[1].split("</script>")[0])["config"]
    assert config["panels"] == ["cover"]


@pytest.mark.parametrize("width", [1280, 390, 360])
def test_no_text_lies_on_another_whatever_is_chosen(open_cover, width):
    page = open_cover(width=width, reduced_motion="reduce")
    for weight in [f"w1_{j}{k}" for j in (1, 2) for k in (1, 2, 3, 4)] + ["w2_12", "w2_21", "w2_22", "w3_11", "w3_12"]:
        put(page, "which", weight)
        put(page, "range", "-3.25")
        assert page.evaluate(TOGETHER, page.query_selector(".nudge")) == [], weight
