"""Widgets come alive one after the other, what is far away when a reader comes near: nothing jumps, nothing is lost."""

import re

import pytest

from backprop import Network, Nudge, Train
from backprop.widgets.assemble import FIGURES, shared_script, site_script, style
from backprop.widgets.datasets import two_moons
from backprop.widgets.figures import Fork
from backprop.widgets.train_program import site_script as lab_script
from tests.widgets import train_pages
from tests.widgets.nudge_pages import NET

X, Y = [1.0, 0.5, -1.0, 0.8], [1.0]


def html_of(widget):
    text = widget._repr_mimebundle_()[0]["text/html"]
    return re.sub(r"(?s)<script>.*?</script>|<style>.*?</style>", "", text)


def moons(**options):
    points, classes = two_moons(40, seed=1)
    return Train(Network([2, 3, 1], ["tanh", "sigmoid"], "cross_entropy", seed=2), points, classes, **options)


@pytest.fixture
def long_page(tmp_path):
    """A page with a bar, three Nudges, and far below a lab and a figure."""
    def write(*labs):
        nudges = "".join(html_of(Nudge(NET, X, Y, weight, panels=["curve", "chain", "steps"]))
                         for weight in ("w3_11", "w1_12", "b2_1"))
        far = '<p style="height: 4000px">far</p>'
        scripts = "".join(f"<script>{text}</script>"
                          for text in (shared_script(), site_script(), site_script(FIGURES), lab_script()))
        page = tmp_path / "long.html"
        page.write_text(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Long</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<style>{style()}{style('figures')}{style('train')} body {{ max-width: 640px; margin: auto }} "
            "header { position: sticky; top: 0; height: 40px }</style></head>"
            f"<body><header>bar</header><main><h1>Long</h1>{nudges}{far}{''.join(map(html_of, labs))}{far}"
            f"{html_of(Fork(NET, X, Y))}{far}</main>{scripts}</body></html>", encoding="utf-8")
        return page.as_uri()
    return write


def test_nudges_are_there_at_once_and_the_rest_when_it_is_near(long_page, new_page):
    page = new_page(long_page(moons()), alive=False)
    page.wait_for_function("document.querySelectorAll('.nudge').length === 3", timeout=5000)
    page.wait_for_timeout(300)
    assert page.locator(".train").count() == 0 and page.locator(".figures-drawing.alive").count() == 0
    assert not page.evaluate("document.documentElement.style.getPropertyValue('--top')")
    assert page.evaluate("document.querySelector('.track').style.getPropertyValue('--top')") == "40px"
    page.locator(".train-place").scroll_into_view_if_needed()
    page.wait_for_selector(".train")
    assert page.locator(".figures-drawing.alive").count() == 0
    page.locator(".figure-place").focus()                                  # the keyboard comes to what is still asleep
    page.wait_for_function("document.activeElement.closest('.figures-drawing.alive')")
    assert not page.problems


def test_what_is_printed_is_alive_before(long_page, new_page):
    page = new_page(long_page(moons()), alive=False)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_selector(".train")
    assert page.locator(".figures-drawing.alive").count() == 1


def test_a_link_opens_its_lab_wherever_it_is(long_page, new_page):
    page = new_page(long_page(moons()) + "#train-1=nonsense", alive=False)
    page.wait_for_selector(".train")
    assert "can't be used" in page.inner_text(".train .note")


@pytest.mark.parametrize("width", [390, 660])
@pytest.mark.parametrize("options", [
    {}, {"panels": ["plane", "curves"], "question": True}, {"panels": ["one", "network", "weight"], "open": True},
    {"panels": ["plane"], "open": True, "shape": True, "fresh": True, "name": "two moons"}])
def test_a_lab_has_its_room_before(long_page, new_page, width, options):
    page = new_page(long_page(moons(**options)), width=width, alive=False)
    tall = page.locator(".train-drawing").bounding_box()["height"]
    page.locator(".train-place").scroll_into_view_if_needed()
    page.wait_for_selector(".train")
    page.wait_for_timeout(300)
    assert abs(page.locator(".train").bounding_box()["height"] / tall - 1) < 0.2


def test_a_nudge_keeps_its_size_when_it_comes_alive(long_page, new_page):
    page = new_page("about:blank")
    page.add_init_script("window.sizes = []; addEventListener('DOMContentLoaded', () => { window.sizes = "
                         "[...document.querySelectorAll('.nudge-drawing')].map((el) => el.offsetHeight); });")
    page.goto(long_page(moons()))
    page.wait_for_function("document.querySelectorAll('.nudge').length === 3")
    page.wait_for_timeout(300)
    now = page.evaluate("[...document.querySelectorAll('.nudge')].map((el) => el.offsetHeight)")
    before = page.evaluate("window.sizes")
    assert len(before) == 3 and all(abs(a - b) <= 8 for a, b in zip(now, before)), (before, now)


def test_what_is_drawn_before_the_digits_are_there_is_read_when_they_are(new_page, tmp_path):
    before, after = (Network([64, 30, 10], ["tanh", "softmax"], "cross_entropy", seed=s) for s in (0, 1))
    lab = Train(after, "digits", before=before, panels=["pad"], controls=False, sample=5)
    page, asked = new_page("about:blank"), []
    page.route("**/digits.js", lambda route: asked.append(route))
    page.goto(train_pages.write_page(tmp_path / "page", lab).as_uri())
    sheet = page.locator(".train-drawing .sheet")
    place, says = sheet.bounding_box(), page.inner_text(".says")
    assert "it is a" in says and page.locator(".train").count() == 0
    page.mouse.move(place["x"] + 140, place["y"] + 20)
    page.mouse.down()
    page.mouse.move(place["x"] + 140, place["y"] + 250, steps=6)
    page.mouse.up()
    while not asked:
        page.wait_for_timeout(20)
    asked[0].continue_()
    page.wait_for_selector(".train")
    page.wait_for_function("!document.querySelector('.says').textContent.includes('it is a')")
    moved = sheet.bounding_box()
    assert all(abs(moved[key] - place[key]) < 1 for key in place), (place, moved)
    ink = page.evaluate("""() => { const canvas = document.querySelector('.sheet canvas');
        const {data} = canvas.getContext('2d').getImageData(0, 0, 8, 8);
        return [...Array(64).keys()].filter((p) => data[4 * p] < 200); }""")
    assert {4 + 8 * row for row in range(1, 6)} & set(ink) and 0 not in ink and 63 not in ink
    assert not page.problems
