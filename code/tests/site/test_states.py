"""Axe on the built pages in the states that a reader brings them into, in both themes: everything unfolded, a question
answered, a lab that plays, one that diverges, a digit drawn; and what is focused can be seen."""

import pytest

pytestmark = [pytest.mark.site, pytest.mark.slow]

LABS = ["book/index.html", "book/learning.html", "book/when-learning-fails.html"]
THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


LOOKS_THE_SAME = """() => {
    const el = document.activeElement;
    if (el === document.body) return null;
    const shown = (of) => {
        const s = getComputedStyle(of);
        return [s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 && s.outlineColor, s.boxShadow,
                s.backgroundColor, s.borderColor, s.textDecoration].join();
    };
    const focused = shown(el);
    el.blur();
    const plain = shown(el);
    el.focus({ focusVisible: true });
    return focused === plain ? el.outerHTML.slice(0, 120) : null;
}"""


def labs(page):
    """Every lab of the page, alive."""
    places = page.locator(".train-place")
    for i in range(places.count()):
        places.nth(i).scroll_into_view_if_needed()
        places.nth(i).locator(".train").wait_for(timeout=20_000)
        yield places.nth(i)


def press(lab, selector):
    button = lab.locator(selector).first
    if button.count() and button.is_visible():
        button.click()
        return True
    return False


def put(lab, field, value):
    lab.locator(f'[data-field="{field}"]').first.evaluate(
        "(el, value) => { el.value = value; el.dispatchEvent(new Event('change', { bubbles: true })); }", value)


@THEMES
@pytest.mark.parametrize("name", LABS)
def test_labs_that_are_used(serve, new_page, axe, name, dark):
    page = new_page(f"{serve}/{name}", dark=dark, reduced_motion="reduce")
    done = {"answered": 0, "drawn": 0, "playing": 0, "diverged": 0}
    for lab in labs(page):
        done["answered"] += press(lab, '[data-do="rises"]') and press(lab, '[data-action="step"]')
        if (sheet := lab.locator(".pad .sheet")).count():
            sheet.focus()
            for key in ("Space", "ArrowDown", "Space", "ArrowRight", "Space"):
                page.keyboard.press(key)
            done["drawn"] += 1
        done["playing"] += press(lab, '[data-action="play"]')
    assert axe(page) == []
    for lab in labs(page):
        press(lab, '[data-action="play"]')
        if lab.locator('[data-field="eta"]').count() and press(lab, '[data-action="step"]'):
            put(lab, "eta", "1e300")
            for _ in range(4):
                press(lab, '[data-action="step"]')
            done["diverged"] += lab.locator('[data-do="back"]').is_visible()
    assert axe(page) == []
    assert not page.problems
    assert done["drawn"] or name != LABS[0]
    assert (done["playing"] and done["diverged"]) or name == LABS[0], done


@THEMES
@pytest.mark.parametrize("name", ["book/chain-rule.html", "book/two-layer-derivation.html", "book/cost.html"])
def test_everything_unfolded_and_a_prediction_made(serve, new_page, axe, name, dark):
    page = new_page(f"{serve}/{name}", width=390, dark=dark, reduced_motion="reduce")
    page.wait_for_function("document.querySelectorAll('.nudge').length > 0")
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.wait_for_function("![...document.querySelectorAll('details > noscript')].length")
    asked = page.locator('.nudge .ask [data-action="up"]')
    if asked.count() and asked.first.is_visible():
        asked.first.click()
        page.locator('.nudge .ask [data-field="guess"]').first.fill("0.1")
        press(page.locator(".nudge:has(.ask)").first, '[data-action="show"]')
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.problems


@THEMES
@pytest.mark.parametrize("width", [1280, 390])
def test_where_one_is_by_keyboard_is_seen(serve, new_page, width, dark):
    """The first sixty stops: each is drawn around, or changes its ground, while it is focused."""
    page = new_page(f"{serve}/book/cost.html", width=width, dark=dark, reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    unseen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if found := page.evaluate(LOOKS_THE_SAME):
            unseen.append(found)
    assert not unseen, "\n".join(unseen)


def test_what_looks_the_same_when_focused_is_found(new_page, tmp_path):
    """The test above can fail."""
    (tmp_path / "bad.html").write_text("<button style='outline: none'>x</button><button>y</button>", encoding="utf-8")
    page = new_page((tmp_path / "bad.html").as_uri())
    page.keyboard.press("Tab")
    assert "outline: none" in page.evaluate(LOOKS_THE_SAME)
    page.keyboard.press("Tab")
    assert page.evaluate(LOOKS_THE_SAME) is None


@pytest.mark.parametrize("name", ["book/chain-rule.html", "book/two-layer-derivation.html"])
def test_letters_have_the_networks_colours_when_they_come_near(serve, new_page, name):
    page = new_page(f"{serve}/{name}", width=390)
    page.wait_for_load_state("networkidle")
    far = page.locator(".equation:has(msubsup):visible").last
    assert far.locator(":is(.of-input, .of-hidden, .of-output, .of-back)").count() == 0
    far.scroll_into_view_if_needed()
    far.locator(":is(.of-input, .of-hidden, .of-output, .of-back)").first.wait_for(state="attached")
