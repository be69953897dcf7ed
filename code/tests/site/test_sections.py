"""On a phone a long page is laid out section by section, and nobody who goes to a place in it notices."""

import pytest

PAGE, FAR = "book/two-layer-derivation.html", "exercises"
PHONE = dict(width=390, height=844, has_touch=True, is_mobile=True)
WAITING = "getComputedStyle(document.querySelector('.bd-article > section > section:nth-of-type(5)')).contentVisibility"
# How far below the top of the window the heading of the far section stands.
WHERE = f"document.querySelector('#{FAR} > h2').getBoundingClientRect().top"


def stays(page):
    """The heading is where a reader looks for it, at once and after everything has come."""
    page.wait_for_function(f"({WHERE}) > -5 && ({WHERE}) < 200")
    page.wait_for_timeout(2500)
    assert -5 < page.evaluate(WHERE) < 200


def test_what_is_below_waits_and_comes(serve, new_page):
    page = new_page("about:blank", alive=False, **PHONE)
    # Idle moments that never come: the state in which a phone shows its first screen.
    page.add_init_script("""const held = [];
        window.requestIdleCallback = (act) => { window.idle ? setTimeout(act) : held.push(act); };
        window.rest = () => { window.idle = true; for (const act of held.splice(0)) act(); };""")
    page.goto(f"{serve}/{PAGE}")
    assert page.evaluate(WAITING) == "auto"
    page.evaluate("rest()")
    page.wait_for_function(f"{WAITING} === 'visible'")
    page.wait_for_function("""[...document.querySelectorAll('.bd-article > section > section')]
                              .every((section) => getComputedStyle(section).contentVisibility === 'visible')""")
    assert not page.problems


def test_a_wide_window_has_all_at_once(serve, new_page):
    page = new_page("about:blank", alive=False)
    page.add_init_script("window.requestIdleCallback = () => {}")
    page.goto(f"{serve}/{PAGE}")
    assert page.evaluate(WAITING) == "visible"


def test_a_link_from_elsewhere_leads_to_its_place(serve, new_page):
    stays(new_page(f"{serve}/{PAGE}#{FAR}", alive=False, **PHONE))


def test_a_link_in_the_page_leads_to_its_place_at_once(serve, new_page):
    page = new_page("about:blank", alive=False, **PHONE)
    page.add_init_script("window.requestIdleCallback = () => {}")
    page.goto(f"{serve}/{PAGE}")
    assert page.evaluate(WAITING) == "auto"
    page.evaluate(f"document.querySelector('a[href=\"#{FAR}\"]').click()")
    stays(page)


@pytest.mark.parametrize("how", ["reload", "back"])
def test_who_comes_back_is_where_they_were(serve, new_page, how):
    page = new_page(f"{serve}/{PAGE}", **PHONE)
    page.evaluate(f"document.getElementById('{FAR}').scrollIntoView()")
    page.wait_for_timeout(500)
    before = page.evaluate(WHERE)
    if how == "reload":
        page.reload()
    else:
        page.goto(f"{serve}/book/glossary.html")
        page.go_back()
    page.wait_for_timeout(2500)
    assert abs(page.evaluate(WHERE) - before) < 60
