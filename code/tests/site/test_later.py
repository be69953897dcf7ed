"""Figures and labs that are fetched when near: the page keeps their place, and they come over http and from a disk."""

import json
import re

import pytest

import later
import train_static

FIGURE = ('<figure class="bp-figure"><style>.x {{}}</style><svg role="img" aria-label="{alt}" style="width: 100%" '
          'viewBox="0 0 300 200">{lines}</svg><figcaption>Look.</figcaption></figure>')
LINES = '<path d="M0 0L1 1"/>' * 200


def test_figures_are_put_off_but_those_that_are_seen_at_once():
    words = "<p>words</p>" * 300
    page = FIGURE.format(alt="one", lines=LINES) + words + FIGURE.format(alt="two &amp; more", lines=LINES)
    html, figures = later.put_off(page, "../")
    assert html.count("<path") == 200 and len(figures) == 1
    (name, svg), = figures.items()
    assert svg.count("<path") == 200 and svg.endswith("</svg>")
    kept = re.search(r"<svg[^>]*data-later[^>]*>.*?</noscript>", html, re.S)[0]
    assert 'aria-label="two &amp; more"' in kept and 'viewBox="0 0 300 200"' in kept and f'data-later="{name}"' in kept
    assert f'<noscript><img src="../_static/figures/{name}.svg" alt="two &amp; more"' in kept
    assert html.count("Look.") == 2


def test_small_and_folded_figures_stay():
    far = "<p>words</p>" * 300
    assert later.put_off(far + FIGURE.format(alt="small", lines="<path/>"), "")[1] == {}
    folded = FIGURE.format(alt="folded", lines=LINES)
    assert later.put_off(f"{far}<details><summary>more</summary>{folded}</details>", "")[1] == {}
    assert later.put_off(f"{far}{folded}", "")[1] != {}
    assert later.put_off(f'<div class="nudge-place">one to play with</div>{folded}', "")[1] != {}


WITH_FIGURES = ["book/chain-rule.html", "book/learning.html"]


@pytest.mark.parametrize("how", ["http", "file"])
@pytest.mark.parametrize("name", WITH_FIGURES)
def test_figures_come_when_they_are_near_and_nothing_moves(built_site, serve, new_page, how, name):
    page = new_page(f"{serve}/{name}" if how == "http" else (built_site / name).resolve().as_uri(),
                    alive=False)
    waiting = page.locator("svg[data-later]")
    page.wait_for_load_state("networkidle")
    drawings = waiting.element_handles()
    assert len(drawings) >= 2, "every figure is there at once"
    last = waiting.last.element_handle()
    assert last.get_attribute("aria-label") and last.bounding_box()["height"] > 50
    sizes = [(box["width"], box["height"]) for drawing in drawings if (box := drawing.bounding_box())]
    last.scroll_into_view_if_needed()
    page.wait_for_function("drawing => drawing.querySelector('path')", arg=last)
    page.wait_for_function("!document.querySelector('svg[data-later]')")          # who reads gets the others soon
    assert sizes == [(box["width"], box["height"]) for drawing in drawings if (box := drawing.bounding_box())]
    assert not page.problems


def test_what_waits_is_asked_for_before_printing(serve, new_page):
    page = new_page(f"{serve}/{WITH_FIGURES[0]}", alive=False)
    page.wait_for_load_state("networkidle")
    assert page.locator("svg[data-later]").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function("!document.querySelector('svg[data-later]')")


def test_without_scripts_a_figure_is_a_picture(serve, new_page):
    page = new_page(f"{serve}/{WITH_FIGURES[0]}", java_script_enabled=False)
    pictures = page.locator("figure.bp-figure noscript img, figure.bp-figure img")
    assert pictures.count() >= 2
    for place in page.locator("svg[data-later]").all():
        assert not place.is_visible()
    assert pictures.first.bounding_box()["height"] > 50 and not page.problems


def test_every_figure_file_belongs_to_a_page(built_site):
    used = {name for page in built_site.rglob("*.html")
            for name in re.findall(r'data-later="(\w+)"', page.read_text(encoding="utf-8"))}
    there = [path.name for path in (built_site / later.FOLDER).iterdir()]
    assert used and sorted(there) == sorted(f"{name}.{kind}" for name in used for kind in ("js", "svg"))


def test_a_lab_is_put_off_with_what_it_is_about():
    about = '{"config": {"text": "<\\/b>"}}'
    shared = '<script defer="defer" src="../_static/widgets.js?v=2"></script>'
    page = f'{shared}<script defer="defer" src="../_static/train.js?v=1"></script><div class="train-place"><script '
    page += f'type="application/json">{about}</script>\n<p>drawing</p></div>'
    html, labs = train_static.put_off(page)
    (name, text), = labs.items()
    assert json.loads(text) == json.loads(about) and f'<div class="train-place" data-lab="{name}">\n<p>' in html
    assert f'{shared}<script type="text/plain" data-for-labs="train.js?v=1"></script>' in html
    assert "application/json" not in html
    assert train_static.put_off("<p>none</p>") == ("<p>none</p>", {})


@pytest.mark.parametrize("how", ["http", "file"])
def test_a_lab_and_its_script_come_when_it_is_near(built_site, serve, new_page, how):
    name = "book/learning.html"
    page = new_page(f"{serve}/{name}" if how == "http" else (built_site / name).resolve().as_uri(), alive=False)
    page.wait_for_load_state("networkidle")
    labs = page.locator(".train-place")
    assert labs.count() >= 3 and labs.count() == page.locator("[data-lab]").count()
    assert not page.evaluate("[...document.scripts].some((script) => /train\\.js/.test(script.src))")
    labs.last.scroll_into_view_if_needed()
    labs.last.locator(".train").wait_for()
    assert page.locator("[data-lab]").count() == 0 and not page.problems


@pytest.mark.parametrize("name", ["book/chain-rule.html", "book/two-layer-derivation.html"])
def test_letters_have_the_networks_colours_when_they_come_near(serve, new_page, name):
    page = new_page(f"{serve}/{name}", width=390, alive=False)
    page.wait_for_load_state("networkidle")
    far = page.locator(".equation:has(msubsup):visible").last
    assert far.locator(":is(.of-input, .of-hidden, .of-output, .of-back)").count() == 0
    far.scroll_into_view_if_needed()
    far.locator(":is(.of-input, .of-hidden, .of-output, .of-back)").first.wait_for(state="attached")
