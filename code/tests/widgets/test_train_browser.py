"""The lab in a real browser, on pages from the disk: what it says against Network, after every kind of event."""

import json
import re

import numpy as np
import pytest

from backprop import Network, Train
from backprop.widgets.datasets import circles, line, two_moons, xor
from tests.widgets.train_pages import check, close, sets_of, write_page


def moons(**options):
    X, Y = two_moons(60, seed=1)
    net = Network([2, 4, 1], ["tanh", "sigmoid"], "cross_entropy", seed=2)
    return Train(net, X[:, :48], Y[:, :48], **{"test": (X[:, 48:], Y[:, 48:]), "batch_size": 5, "open": True,
                 "panels": ["plane", "network", "curves", "weight", "one", "deltas"],
                                               "others": {"circles": circles(40)}, **options})


def reader(**options):
    net = Network([64, 30, 10], ["tanh", "softmax"], "cross_entropy", seed=0)
    return Train(net, "digits", **{"batch_size": 10, "learning_rate": 0.1, **options})


LABS = {"moons": moons, "xor": lambda: Train(Network([2, 2, 1], seed=1), *xor()), "digits": reader,
        "a line": lambda: Train(Network([1, 3, 1], ["tanh", "identity"], seed=0), *line())}


@pytest.fixture
def open_lab(new_page, tmp_path):
    def open_it(*labs, hash="", **options):
        page = new_page(write_page(tmp_path / "page", *labs).as_uri() + hash, **options)
        page.wait_for_selector(".train")
        return page, page.query_selector(".train")
    return open_it


def frame(page):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame("
                  "() => requestIdleCallback(done))))")


def put(root, field, value, event="change"):
    root.evaluate("""(root, [field, value, event]) => {
        const el = root.querySelector(`[data-field="${field}"]`); el.value = value;
        el.dispatchEvent(new Event(event, {bubbles: true})); }""", [field, value, event])


@pytest.mark.parametrize("name", LABS)
def test_a_lab_mounts_steps_and_says_the_truth(open_lab, name):
    page, root = open_lab(LABS[name]())
    state, net = check(root)
    X, Y, *_ = sets_of(json.loads(root.get_attribute("data-set")))
    for action in ("step", "step", "step"):
        batch, g = state["order"], None
        g = net.gradients(X[:, batch], Y[:, batch])
        net.update(g, state["learning_rate"])
        root.query_selector(f'[data-action="{action}"]').click()
        state, shown = check(root)
        assert all(np.allclose(shown.W[l], net.W[l], rtol=1e-9, atol=1e-12) for l in range(1, len(net.sizes)))
    root.query_selector('[data-action="epoch"]').click()
    state, _ = check(root)
    assert state["epoch"] >= 1
    for el in root.query_selector_all('[data-quantity="C"]'):
        assert close(float(el.get_attribute("data-value")), state["C"])
    root.query_selector('[data-action="reset"]').click()
    assert check(root)[0]["step"] == 0
    frame(page)
    assert not page.problems


def test_every_event_keeps_the_truth_while_it_plays(open_lab):
    page, root = open_lab(moons())
    root.query_selector('[data-action="play"]').click()
    for field, value, event in (("rate", "0.5", "input"), ("value", "1.5", "input"), ("weight", "b1_2", "change"),
                                ("batch", "1", "change"),
                                ("optimiser", "adam", "change"), ("seed", "9", "change"), ("data", "circles", "change"),
                                ("eta", "0.02", "change")):
        put(root, field, value, event)
        page.wait_for_timeout(60)
        at_once = root.evaluate("(root) => [root.dataset.state, root.dataset.set, "
                                "root.querySelector('[data-quantity=C]').dataset.value]")
        assert close(json.loads(at_once[0])["C"], float(at_once[2]))
    root.query_selector('[data-action="play"]').click()
    state, _ = check(root)
    assert state["optimiser"] == "adam" and state["weight"] == "b1_2" and state["step"] > 0
    assert not page.problems


@pytest.mark.parametrize("field, value, words", [
    ("batch", "1000", "from 1 to 48"), ("eta", "-1", "from 0"), ("seed", "0.5", "whole number"),
    ("exact", "x", "finite")])
def test_wrong_entries_get_words_and_change_nothing(open_lab, field, value, words):
    page, root = open_lab(moons())
    before = json.loads(root.get_attribute("data-state"))
    put(root, field, value)
    after = json.loads(root.get_attribute("data-state"))
    assert words in after.pop("note") and after == before
    assert words in root.query_selector(".note").inner_text()


def test_points_can_be_added_dragged_and_removed(open_lab):
    page, root = open_lab(moons())
    plane = root.query_selector(".points")
    plane.scroll_into_view_if_needed()
    n = len(json.loads(root.get_attribute("data-set"))["X"])
    box = plane.bounding_box()
    put(root, "click", "1")
    page.mouse.click(box["x"] + 8, box["y"] + 8)
    given = json.loads(root.get_attribute("data-set"))
    assert len(given["X"]) == n + 1 and given["Y"][-1] == [1] and given["X"][-1][0] < -0.8 < 0.8 < given["X"][-1][1]
    check(root)
    put(root, "click", "pick")
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60, steps=4)
    page.mouse.up()
    moved = json.loads(root.get_attribute("data-set"))["X"]
    assert moved[-1] != given["X"][-1] and moved[:-1] == given["X"][:-1]
    check(root)
    plane.focus()
    for key in ("ArrowRight", "Shift+ArrowUp", "Delete"):
        page.keyboard.press(key)
    assert len(json.loads(root.get_attribute("data-set"))["X"]) == n
    check(root)


def test_one_example_is_followed_to_its_vote_and_the_step(open_lab):
    page, root = open_lab(moons())
    root.query_selector('[data-do="pick"]').click()
    texts = []
    for _ in range(6):
        frame(page)
        texts.append(root.query_selector(".one .says b").inner_text().rstrip("."))
        if root.query_selector('[data-do="next"]').inner_text().startswith("update"):
            break
        root.query_selector('[data-do="next"]').click()
    assert texts == ["Forward", "Its cost", "Backward, layer 2", "Backward, layer 1", "One vote", "The step"]
    before = json.loads(root.get_attribute("data-state"))
    root.query_selector('[data-do="next"]').click()
    assert check(root)[0]["step"] == before["step"] + 1


def reopened(page, root):
    """The lab once more, from a page opened anew by the link that its button makes; and the link."""
    root.query_selector('[data-do="link"]').evaluate("el => el.click()")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(".train")
    return page.query_selector(".train"), address


def test_a_link_reopens_and_a_wrong_one_says_so(open_lab, tmp_path):
    page, root = open_lab(moons())
    for _ in range(3):
        root.query_selector('[data-action="step"]').click()
    there = json.loads(root.get_attribute("data-state"))
    again, address = reopened(page, root)
    assert "#train-1=" in address
    assert json.loads(again.get_attribute("data-state")) == there
    page.goto("about:blank")
    page.goto(address.split("=")[0] + "=" + "nonsense")
    page.wait_for_selector(".train")
    assert "can't be used" in json.loads(page.query_selector(".train").get_attribute("data-state"))["note"]


def test_a_link_of_many_weights_rounds_none_and_a_broken_one_says_so(open_lab):
    page, root = open_lab(reader())
    for _ in range(3):
        root.query_selector('[data-action="step"]').click()
    there = json.loads(root.get_attribute("data-state"))
    again, address = reopened(page, root)
    assert len(address) < 40_000
    assert json.loads(again.get_attribute("data-state")) == there
    for wrong in ("AAAA", "*"):
        page.goto("about:blank")
        page.goto(address.replace("theta%22%3A%22", f"theta%22%3A%22{wrong}"))
        page.wait_for_selector(".train")
        assert "2260 finite parameters" in json.loads(page.query_selector(".train").get_attribute("data-state"))["note"]


def test_a_link_brings_back_points_that_were_moved_and_added(open_lab):
    page, root = open_lab(LABS["xor"]())
    root.evaluate("""(root) => { const node = root.querySelector(".points"); node.focus(); }""")
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowUp", "ArrowRight", "Delete"):
        page.keyboard.press(key)
    for _ in range(3):
        root.query_selector('[data-action="step"]').click()
    there, points = json.loads(root.get_attribute("data-state")), root.get_attribute("data-set")
    assert len(json.loads(points)["X"]) == 3
    again, address = reopened(page, root)
    assert json.loads(again.get_attribute("data-state")) == there and again.get_attribute("data-set") == points
    page.goto("about:blank")
    page.goto(address.replace("rows%22%3A%5B%5B", "rows%22%3A%5B%5B1%2C"))
    page.wait_for_selector(".train")
    said = json.loads(page.query_selector(".train").get_attribute("data-state"))["note"]
    assert "rows of 3 numbers" in said and "Nothing was changed" in said


def test_a_link_of_pasted_points_has_no_test_set_that_was_not_there(open_lab):
    page, root = open_lab(moons())
    root.query_selector('[data-do="csv"]').evaluate("el => el.click()")
    put(root, "csv", "0,0,0\n3,4,1")
    root.query_selector('[data-do="use"]').evaluate("el => el.click()")
    there, points = json.loads(root.get_attribute("data-state")), root.get_attribute("data-set")
    assert json.loads(points)["X"] == [[0, 0], [3, 4]] and json.loads(points)["X_test"] is None
    again, _ = reopened(page, root)
    assert json.loads(again.get_attribute("data-state")) == there and again.get_attribute("data-set") == points


def test_on_a_phone_step_and_cost_stay_in_sight(open_lab):
    page, root = open_lab(moons(), width=390, height=844)
    root.query_selector('[data-action="play"]').click()
    page.evaluate("document.querySelector('.dials').scrollIntoView({block: 'center'})")
    page.wait_for_timeout(300)
    moving, said = (root.query_selector(part).bounding_box() for part in (".transport", ".readout"))
    assert 0 <= moving["y"] < 1 and moving["height"] - 3 < said["y"] < 60 and said["height"] < 50
    tops = [root.query_selector(part).evaluate("el => el.style.getPropertyValue('--top')")
            for part in (".transport", ".readout")]
    assert tops[0] == tops[1], "both lie below the page's bar"
    assert root.query_selector(".readout [data-quantity=C]").is_visible()


def test_divergence_is_said_and_nothing_is_drawn_as_a_number(open_lab, axe):
    lab = Train(Network([2, 1], "identity", seed=0), *xor(), learning_rate=1e6, batch_size=1)
    page, root = open_lab(lab)
    root.query_selector('[data-action="play"]').click()
    page.wait_for_function("() => document.querySelector('.train .note').textContent", timeout=20000)
    page.wait_for_timeout(200)
    assert root.query_selector('[data-action="play"]').inner_text() == "▷ play"          # it has stopped
    assert "NaN" not in root.inner_html() and not page.problems and axe(page) == []
    root.query_selector('[data-do="back"]').click()
    check(root)


def test_the_digits_learn_and_the_pad_answers(open_lab):
    page, root = open_lab(reader())
    root.query_selector(".misread").scroll_into_view_if_needed()
    page.wait_for_selector(".misread .gallery button")
    gallery = "() => document.querySelector('.misread .gallery').getBoundingClientRect().height"
    high = page.evaluate(gallery)
    put(root, "epochs", "12")
    root.query_selector('[data-do="run"]').click()
    state, net = check(root)
    assert state["epoch"] == 12 and state["accuracy_test"] >= 0.96
    assert json.loads(root.get_attribute("data-set")) == {"name": "digits", "n_train": 1437, "n_test": 360, "split": 0}
    frame(page)
    assert page.locator(".misread .gallery button").count() < 24
    assert page.evaluate(gallery) == pytest.approx(high, abs=1), "what stands below it has not moved"
    root.query_selector('[data-do="clear"]').click()
    sheet = root.query_selector(".sheet")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.06)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.94, steps=8)
    page.mouse.up()
    frame(page)
    assert re.match(r"The network reads \d with [\d.]+ %\.", root.query_selector(".pad .says").inner_text())
    root.query_selector('[data-do="sample"]').click()
    frame(page)
    # and every space is there
    assert re.search(r" %; it is a \d\.$", root.query_selector(".pad .says").inner_text())
    root.query_selector('[data-do="clear"]').click()
    sheet.focus()
    page.keyboard.press("Delete")
    frame(page)
    assert "Draw here" in root.query_selector(".pad .says").inner_text()
    assert "%" not in root.query_selector(".pad .bars").inner_text()                    # no ink, no answer
    page.keyboard.press(" ")
    frame(page)
    assert "The network reads" in root.query_selector(".pad .says").inner_text()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390, 360])
def test_it_fits_and_axe_finds_nothing(open_lab, axe, width, dark):
    page, root = open_lab(moons(question=True), reader(), width=width, dark=dark)
    page.query_selector_all(".train-drawing")[1].scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelectorAll('.train').length === 2")
    if dark:
        page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    root.query_selector('[data-do="pick"]').click()
    frame(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert axe(page) == []


STATES = {
    "a guess": lambda page, root: root.query_selector('[data-do="falls"]').click(),
    "a point": lambda page, root: put(root, "optimiser", "adam"),
    "playing": lambda page, root: root.query_selector('[data-action="play"]').click(),
    "refused": lambda page, root: put(root, "batch", "4000"),
    "pasted": lambda page, root: (root.query_selector('[data-do="csv"]').click(), put(root, "csv", "1,2"),
                                  root.query_selector('[data-do="use"]').click()),
}


@pytest.mark.parametrize("width, dark", [(1280, False), (360, True)])
def test_axe_finds_nothing_in_any_state(open_lab, axe, width, dark):
    page, root = open_lab(moons(question=True, open=True), width=width, dark=dark)
    if dark:
        page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    for name, act in STATES.items():
        act(page, root)
        frame(page)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_the_buttons_are_one_row_that_stays_in_sight_and_covers_nothing(open_lab, width):
    page, root = open_lab(moons(), width=width, height=844)
    rows = """() => { const box = (s) => document.querySelector(s).getBoundingClientRect();
      const buttons = [...document.querySelectorAll('.transport [data-action]')];
      return {tops: buttons.map((el) => el.getBoundingClientRect().top),
              transport: box('.transport'), readout: box('.readout')}; }"""
    seen = page.evaluate(rows)
    assert len(set(seen["tops"])) == 1 and seen["readout"]["top"] >= seen["transport"]["bottom"]
    page.evaluate("() => { const bar = document.createElement('header'); document.body.prepend(bar); "
                  "bar.style.cssText = 'position: sticky; top: 0; height: 50px'; }")
    page.evaluate("() => document.documentElement.style.setProperty('--top', '50px')")
    page.evaluate("() => document.querySelector('.curves').scrollIntoView()")
    frame(page)
    assert abs(page.evaluate(rows)["transport"]["top"] - 50) < 1


def swipe(page, start, end, steps=6):
    """A finger's way through the browser's own input, as a phone sends it."""
    session = page.context.new_cdp_session(page)
    for i in range(steps + 1):
        x, y = (a + (b - a) * i / steps for a, b in zip(start, end))
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if i else "touchStart",
                                                  "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(150)


def test_a_finger_adds_drags_and_removes_points_and_a_swipe_does_nothing(open_lab):
    page, root = open_lab(moons(), width=390, height=844, has_touch=True, is_mobile=True)
    plane = root.query_selector(".points")

    def points():
        return json.loads(root.get_attribute("data-set"))["X"]

    def spot(right, down):
        """A place of the plane, seen from its upper left corner, in the window."""
        box = plane.bounding_box()
        return box["x"] + right, box["y"] + down

    def rest():
        page.wait_for_timeout(700)                                      # a swipe runs on for a while
        page.evaluate("document.querySelector('.points').scrollIntoView({block: 'center'})")
        page.wait_for_timeout(200)
        return page.evaluate("scrollY")

    top, n = rest(), len(points())
    put(root, "click", "1")
    swipe(page, spot(14, 234), spot(17, 14))                            # up or down: the page's
    assert len(points()) == n and abs(page.evaluate("scrollY") - top) > 50
    rest()
    swipe(page, spot(14, 14), spot(164, 18))                            # sideways: no tap either
    assert len(points()) == n
    page.touchscreen.tap(*spot(14, 14))
    assert len(points()) == n + 1 and points()[-1][0] < -0.8 < 0.8 < points()[-1][1]

    put(root, "click", "pick")
    top, before = rest(), points()[-1]
    swipe(page, spot(26, 14), spot(64, 124))                            # from a finger's width beside it, any direction
    x, y = points()[-1]
    assert x > before[0] + 0.1 and y < before[1] - 0.3 and page.evaluate("scrollY") == top
    put(root, "click", "remove")
    page.touchscreen.tap(*spot(64, 124))
    assert len(points()) == n
    check(root)
    assert not page.problems


def test_the_keyboard_chooses_a_weight_in_the_network_and_it_can_be_read(open_lab):
    page, root = open_lab(moons(panels=["network", "one"]))
    root.query_selector(".edges").focus()
    page.keyboard.press("ArrowRight")
    frame(page)
    state, _ = check(root)
    name = root.query_selector(".edges").get_attribute("aria-label")
    assert state["weight"] != "w2_11" and f"{state['value']:.3f}".replace("-", "−") in name and "to 1 from 2" in name
    assert f"{state['value']:.3f}".replace("-", "−") in root.query_selector("[data-chosen]").inner_text()
    page.keyboard.press("ArrowLeft")
    assert check(root)[0]["weight"] == "w2_11"


def test_what_a_screen_reader_finds(open_lab):
    page, root = open_lab(moons())
    tree = page.locator(".train").aria_snapshot()
    for part in ('button "step"', 'button "epoch"', 'button "▷ play"', 'slider "weight of layer 2, to 1 from 1"',
                 'combobox "optimiser"', 'slider "learning rate"', 'application "48 training points',
                 'img "Mean cost over weight of layer 2', 'img "48 examples vote'):
        assert part in tree, part


def test_nothing_chatters_while_it_plays_and_the_end_is_said(open_lab):
    page, root = open_lab(moons(learning_rate=0.05))
    root.query_selector('[data-do="pick"]').click()
    page.wait_for_timeout(900)
    page.evaluate("""() => { window.said = [];
      for (const el of document.querySelectorAll(".train :is([role=status], [role=alert], [aria-live])"))
        new MutationObserver(() => el.textContent && window.said.push(el.textContent))
          .observe(el, {childList: true, characterData: true, subtree: true}); }""")
    root.query_selector('[data-action="play"]').click()
    page.wait_for_timeout(1200)
    assert page.evaluate("window.said") == [] and json.loads(root.get_attribute("data-state"))["step"] > 2
    root.query_selector('[data-action="play"]').click()
    page.wait_for_function("window.said.length > 0")
    page.wait_for_timeout(900)
    assert len(page.evaluate("window.said")) == 1


def test_forced_colours_keep_lines_and_pictures(open_lab):
    page, root = open_lab(moons(), forced_colors="active")
    style = """(selector) => { const s = getComputedStyle(document.querySelector(selector));
      return [s.stroke, s.fill, s.forcedColorAdjust]; }"""
    ink = page.evaluate("getComputedStyle(document.querySelector('.train .title')).color")
    assert page.evaluate(style, ".boundary:not(.halo)")[0] == page.evaluate(style, ".line.training")[0] == ink
    assert page.evaluate(style, ".field")[2] == "none"
    assert page.evaluate(style, ".points .one:not(.hollow)")[1] == ink


def test_paper_has_the_pictures_and_no_controls(open_lab):
    page, root = open_lab(moons())
    root.query_selector('[data-action="step"]').click()
    page.emulate_media(media="print")
    frame(page)
    assert not any(el.is_visible() for el in root.query_selector_all("button, select, input, .dials"))
    assert all(root.query_selector(part).is_visible() for part in (".field", ".boundary", ".line.training", ".votes"))


def test_a_reader_chooses_layers_and_draws_new_data_and_a_link_brings_both_back(open_lab):
    page, root = open_lab(moons(shape=True, fresh=True, name="two moons"))
    first = json.loads(root.get_attribute("data-set"))
    boxes = root.query_selector_all('[data-field="hidden"]')
    assert [box.input_value() for box in boxes] == ["4", "0", "0", "0"]
    boxes[1].select_option("3")
    put(root, "activation", "relu")
    state, _ = check(root)
    assert state["sizes"] == [2, 4, 3, 1] and state["activation"] == ["relu", "relu", "sigmoid"]
    frame(page)
    assert len(root.query_selector_all(".cell")) == 10 and len(root.query_selector_all(".points .hollow")) == 12
    root.query_selector('[data-action="play"]').click()
    root.query_selector('[data-do="fresh"]').click()
    root.query_selector('[data-action="play"]').click()
    state, _ = check(root)
    data = json.loads(root.get_attribute("data-set"))
    assert state["data_seed"] == 1 and data["X"] != first["X"] and len(data["X"]) == 48 and len(data["X_test"]) == 12
    put(root, "data", "circles")
    root.query_selector('[data-do="fresh"]').click()
    root.query_selector('[data-action="epoch"]').click()
    root.query_selector('[data-do="link"]').click()
    there, data, address = root.get_attribute("data-state"), root.get_attribute("data-set"), page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(".train")
    root = page.query_selector(".train")
    assert root.get_attribute("data-state") == there and root.get_attribute("data-set") == data
    check(root)
    frame(page)
    assert [box.input_value() for box in root.query_selector_all('[data-field="hidden"]')] == ["4", "3", "0", "0"]
    assert root.query_selector('[data-field="data"]').input_value() == "circles"
    assert not page.problems


def test_a_lab_that_does_not_allow_it_has_no_such_controls(open_lab):
    _, root = open_lab(moons())
    assert not root.query_selector_all('[data-field="hidden"], [data-field="activation"], [data-do="fresh"]')
