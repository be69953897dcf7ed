"""The widget in a real browser, on pages of its own: every displayed number against NumPy, at every step."""

import json
import re
from urllib.parse import quote

import numpy as np
import pytest

from backprop import Network, Nudge
from backprop.widgets.assemble import NUDGE, read
from tests.widgets.nudge_pages import LOOK, SET, check, close, write_page

DOCUMENTS = Network.from_parameters(                                   # the documents' own 4-2-2-1
    W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
    b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])
X = [1.0, 0.5, -1.0, 0.8]
ALL = ["structure", "forward", "curve", "chain", "factors", "steps"]


def documents(**options):
    return Nudge(DOCUMENTS, X, [1.0], **{"weight": "w1_11", "panels": ALL, **options})


@pytest.fixture
def open_widgets(new_page, tmp_path):
    """`open_widgets(widget, …)` -> (page, the widgets' elements) on a page from the disk."""
    def open_them(*widgets, script=None, hash="", **options):
        path = write_page(tmp_path / f"page{len(list(tmp_path.iterdir()))}", *widgets, script=script)
        page = new_page(path.as_uri() + hash, **options)
        page.evaluate(LOOK)
        return page, page.query_selector_all(".nudge")
    return open_them


def put(page, root, field, value):
    return page.evaluate(SET, [root, field, value])


def look(page, root):
    return page.evaluate("(root) => window.look(root)", root)


def state(root):
    return json.loads(root.get_attribute("data-state"))


NETWORKS = {
    "documents": lambda: documents(),
    "sigmoid": lambda: Nudge(Network([4, 2, 2, 1], seed=3), X, [0.2], "w2_12"),
    "cross-entropy": lambda: Nudge(Network([2, 3, 2], cost="cross_entropy", seed=4), [0.3, -2.0], [1.0, 0.25], "b1_3",
                                   panels=["factors", "curve"]),
    "softmax": lambda: Nudge(Network([3, 4, 3], activation=["tanh", "softmax"], cost="cross_entropy", seed=5),
                             [1, -1, 0.5], [0, 1, 0], "w2_31", panels=["chain", "factors", "curve"]),
    "softmax, quadratic": lambda: Nudge(Network([2, 2, 3], activation=["sigmoid", "softmax"], seed=6), [1, 2],
                                        [0.2, 0.3, 0.5]),
    "tanh": lambda: Nudge(Network([1, 2, 3, 1], activation="tanh", bias=[True, False, True], seed=7), [0.7], [-0.5]),
    "relu": lambda: Nudge(Network([3, 3, 2], activation=["relu", "identity"], seed=8), [1, 0.5, -1], [1, -1], "w1_22"),
    "1-1": lambda: Nudge(Network([1, 1], activation="identity", bias=False, seed=9), [2.0], [1.0]),
    "two weights, straight": lambda: Nudge(Network([1, 1, 1], seed=10), [1.0], [1.0], "w1_11",
                                           panels=["factors", "curve"]),
    "above nine": lambda: Nudge(Network([12, 11, 2], activation="tanh", seed=11), list(np.linspace(-1, 1, 12)),
                                [0.1, -0.2], "w1_3,12", panels=["structure"]),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_is_numpys_at_every_step(open_widgets, name):
    widget = NETWORKS[name]()
    page, [root] = open_widgets(widget)
    assert (state(root)["weight"] == widget.weight and close(state(root)["C"], widget.C)
            and close(state(root)["gradient"], widget.gradient))
    rng = np.random.default_rng(1)
    parameters = [p[0] for p in widget._listed]
    for weight in rng.permutation(parameters)[:7]:
        check(put(page, root, "which", str(weight)))
        for value in rng.uniform(-3.9, 3.9, 3).tolist():
            seen = put(page, root, "range", repr(value))
            assert seen["state"]["weight"] == weight and close(seen["state"]["value"], value)
            check(seen)
        for value in rng.normal(size=2).tolist():
            check(put(page, root, f"x {rng.integers(len(widget.x))}", repr(value)))
    if "softmax" not in name:
        check(put(page, root, "y 0", "0.75"))
    assert not page.problems


@pytest.mark.parametrize("net, x, y", [
    (Network([2, 2, 1], cost="cross_entropy", seed=1), [1, 1], [1]),
    (Network([2, 2, 1], activation=["tanh", "identity"], seed=1), [1, -1], [0]),
    (Network([2, 2, 2], activation=["relu", "softmax"], cost="cross_entropy", seed=1), [1, 2], [1, 0])])
def test_saturated_and_extreme_values_are_finite_and_right(open_widgets, net, x, y):
    page, [root] = open_widgets(Nudge(net, x, y, "w2_11", panels=ALL))
    for weight in ("w1_11", "w2_11", "b2_1"):
        put(page, root, "which", weight)
        for value in (1e3, -1e3, 40, -40, 0, 1e-9):
            seen = put(page, root, "exact", repr(value))
            assert seen["state"]["value"] == value and "note" not in seen["state"]
            check(seen)
            low, high = (float(root.query_selector("input[type=range]").get_attribute(side)) for side in ("min", "max"))
            assert low <= value <= high
    check(put(page, root, "x 0", "1000"))
    assert not page.problems


def test_the_kink_of_relu_has_slope_0(open_widgets):
    net = Network.from_parameters(W=[[[1.0]], [[1.0]]], b=[[0.0], [0.0]], activation=["relu", "identity"])
    page, [root] = open_widgets(Nudge(net, [1.0], [1.0], "w1_11", panels=ALL))
    seen = put(page, root, "range", "0")
    check(seen)
    assert seen["state"]["gradient"] == 0 and seen["state"]["C"] == 0.5
    assert put(page, root, "range", "0.001")["state"]["gradient"] == pytest.approx(-0.999)


def test_a_cost_that_overflows_is_null_with_a_note_in_words(open_widgets):
    page, [root] = open_widgets(Nudge(Network([1, 1], activation="identity", bias=False, seed=0), [1.0], [0.0],
                                      panels=ALL))
    seen = put(page, root, "exact", "1e200")
    assert (seen["state"]["C"] is None and seen["state"]["W"] == [[[1e200]]] and "not finite" in seen["state"]["note"]
            and "not finite" in root.query_selector(".note").inner_text())
    assert seen["shown"]["C"] == [None] * len(seen["shown"]["C"])
    assert put(page, root, "exact", "1.5")["state"]["C"] == pytest.approx(1.125) and "note" not in state(root)
    assert not page.problems


@pytest.mark.parametrize("wrong", ["stale cost", "wrong gradient", "number not redrawn"])
def test_the_check_rejects_wrong_widgets(open_widgets, wrong):
    widget, script = documents(), read((*NUDGE, "nudge_page"))
    if wrong == "stale cost":
        right = "this.q = quantitiesAt(this, this.value);\n"
        assert right in script
        late = f"this.q = this.late;\nthis.late = {right[9:]}"
        script = script.replace(right, f"this.late ??= {right[9:]}{late}")
    elif wrong == "wrong gradient":
        config = dict(widget._config)
        right = '"dC/dw1_11": delta1_1*x[0]'
        assert right in config["equations"]
        config["equations"] = config["equations"].replace(right, '"dC/dw1_11": delta1_1')
        widget._config = config
        widget.x = [2.0, 0.5, -1.0, 0.8]
    else:
        right = "if (Object.is(n.worth, worth)"
        assert right in script
        script = script.replace(right, 'if (n.name === "a2_1" && "worth" in n || Object.is(n.worth, worth)')
    page, [root] = open_widgets(widget, script=script)
    with pytest.raises(AssertionError):
        check(put(page, root, "range", "-1.25"))


# ---- the chain, the factors, the steps -----------------------------------------------------------


def test_ratios_multiply_to_the_whole_and_the_linear_prediction_stands_beside(open_widgets):
    page, [root] = open_widgets(documents())
    before = state(root)
    shown = look(page, root)["shown"]
    # the derivatives stand in
    assert shown["Δw"] == [0, 0] and shown["product"][0] == pytest.approx(before["gradient"], rel=1e-12)
    for value in (0.7, -3.0, 0.6001):
        seen = put(page, root, "range", repr(value))
        shown = {name: values[0] for name, values in seen["shown"].items()}
        assert (shown["Δw"] == pytest.approx(value - 0.6)
                and shown["ΔC"] == pytest.approx(seen["state"]["C"] - before["C"], abs=1e-15))
        assert shown["Δz/Δw"] * shown["Δa/Δz"] * shown["ΔC/Δa"] == pytest.approx(shown["ΔC"] / shown["Δw"], rel=1e-9)
        assert shown["product"] == pytest.approx(shown["ΔC"] / shown["Δw"], rel=1e-9)
        assert shown["predicted"] == pytest.approx(before["gradient"] * (value - 0.6))
    page.click("[data-action=here]")
    assert look(page, root)["shown"]["Δw"][0] == 0 and state(root)["start"] == 0.6001


def test_back_at_the_start_the_ratios_are_the_slopes(open_widgets):
    page, [root] = open_widgets(documents(panels=["chain"]))
    opening = look(page, root)["shown"]
    slider = page.locator('[data-field="range"]')
    # on a grid of round numbers: exactly there
    for key in ["PageUp", "PageUp", "PageDown", "PageDown"]:
        slider.press(key)
    assert state(root)["value"] == state(root)["start"]
    for quantity, values in look(page, root)["shown"].items():
        assert values == pytest.approx(opening[quantity], rel=1e-12), quantity


@pytest.mark.parametrize("name", ["documents", "two weights, straight", "softmax"])
def test_paths_add_up_to_the_gradient(open_widgets, name):
    widget = NETWORKS[name]()
    page, [root] = open_widgets(widget)
    for parameter in [p[0] for p in widget._listed if p[0].startswith("w1")]:
        put(page, root, "which", parameter)
        seen = put(page, root, "range", "-0.8")
        check(seen)
        paths = [values[0] for quantity, values in seen["shown"].items() if quantity.startswith("path ")
                 and quantity.endswith(f" of {parameter}")]
        if paths:
            assert sum(paths) == pytest.approx(seen["state"]["gradient"], rel=1e-9, abs=1e-15)
        visible = [el for el in page.query_selector_all(".factors .path") if el.is_visible()]
        assert len(visible) == {"documents": 2, "two weights, straight": 2, "softmax": 3}[name]


def test_a_saturated_cross_entropy_says_that_a_factor_is_infinite(open_widgets):
    page, [root] = open_widgets(Nudge(Network([1, 1], cost="cross_entropy", seed=0), [1.0], [1.0],
                                      panels=["chain", "factors"], question=None))
    assert not root.query_selector(".infinite").is_visible()
    put(page, root, "exact", "-1000")
    page.click("[data-action=here]")
    seen = look(page, root)
    check(seen)
    assert seen["shown"]["∂C/∂a"] == [None] and seen["shown"]["delta1_1"][0] == -1.0
    assert root.query_selector(".infinite").is_visible()


def test_only_the_update_changes_weights_and_it_is_simultaneous(open_widgets):
    page, [root] = open_widgets(documents(learning_rate=7.0))
    before = state(root)
    net = check(look(page, root))
    for action in ("forward", "cost", "backward"):
        page.click(f'[data-action="{action}"]')
        seen = look(page, root)
        check(seen)
        assert all(seen["state"][key] == before[key] for key in ("W", "b", "C", "gradient"))
    assert page.text_content("svg.narrow .back").startswith("δ")
    net.update(net.gradients(before["x"], before["y"]), 7.0)
    page.click('[data-action="update"]')
    after = state(root)
    check(look(page, root))
    for l in (1, 2, 3):
        np.testing.assert_allclose(after["W"][l - 1], net.W[l], rtol=1e-12)
    assert after["b"][2] is None and after["C"] == pytest.approx(net.cost(before["x"], before["y"]), rel=1e-12)
    page.click('[data-action="reset"]')
    assert state(root)["W"] == before["W"] and state(root)["C"] == before["C"]


def test_play_updates_until_it_is_stopped_and_a_step_too_large_changes_nothing(open_widgets):
    net = Network.from_parameters(W=[[[1.0]]], b=[None], activation="identity")
    page, [root] = open_widgets(Nudge(net, [1.0], [0.0], panels=ALL, question=None))
    put(page, root, "eta", "2.5")
    page.click('[data-action="play"]')
    page.wait_for_function("JSON.parse(document.querySelector('.nudge').dataset.state).updates >= 3")
    page.click('[data-action="play"]')
    seen = state(root)
    assert seen["value"] == pytest.approx((-1.5) ** seen["updates"]) and seen["C"] > 0.5     # eta above 2: it diverges
    page.wait_for_timeout(500)
    assert state(root) == seen
    put(page, root, "eta", "1e200")
    put(page, root, "exact", "1e10")
    page.click('[data-action="update"]')
    assert state(root)["value"] == 1e10 and "No weight was changed" in root.query_selector(".note").inner_text()


@pytest.mark.parametrize("eta", ["1", "1000"])
def test_the_curve_stays_readable_however_far_the_weight_runs(open_widgets, eta):
    page, [root] = open_widgets(Nudge(Network.from_parameters(W=[[[1.5]]], activation="identity"), [2.0], [1.0],
                                      panels=["steps", "curve"], question=None))
    put(page, root, "eta", eta)
    for _ in range(60):
        page.dispatch_event('[data-action="update"]', "click")
        drawn = page.evaluate("""() => {
            const left = (el) => el.getBoundingClientRect().left;
            return [...document.querySelectorAll(".plot text, .plot path, .history path")].map((el) =>
                [el.tagName, el.outerHTML, left(el) - left(el.closest("svg:not(.inside)"))]); }""")
        assert not [html for _, html, _ in drawn if "NaN" in html or "Infinity" in html]
        assert not [html for tag, html, left in drawn if tag == "text" and left < 0]
    for anchor in ("end", "middle"):
        texts = page.locator(f'.plot .axes [text-anchor="{anchor}"]').all_text_contents()
        assert len(set(texts)) == len(texts) > 1, texts
    assert not page.problems
    if eta == "1000":
        assert (page.inner_text(".tells").endswith("·10³⁰⁷") or "∞" in page.inner_text(".tells")
                or "leads beyond" in page.inner_text(".note"))


def test_only_the_chosen_weight_moves_when_asked(open_widgets):
    page, [root] = open_widgets(documents())
    before = state(root)
    page.check('[data-field="only"]')
    page.click('[data-action="update"]')
    after = state(root)
    assert after["value"] == pytest.approx(before["value"] - 0.5 * before["gradient"])
    after["W"][0][0][0] = before["W"][0][0][0]
    assert after["W"] == before["W"] and after["b"] == before["b"]
    page.uncheck('[data-field="only"]')


# ---- choosing, predicting, entering --------------------------------------------------------------


def test_edges_and_matrix_entries_choose_and_light_all_paths(open_widgets):
    page, [root] = open_widgets(documents())
    page.click('.structure [data-weight="w2_21"]')
    assert state(root)["weight"] == "w2_21"
    lit = page.evaluate("[...document.querySelectorAll('svg.narrow .weight.lit')].map((el) => el.dataset.weight)")
    assert lit == ["w3_12"]
    page.dispatch_event('svg.narrow [data-weight="w1_23"] .hit', "click", {"bubbles": True})
    assert state(root)["weight"] == "w1_23"
    lit = page.evaluate("[...document.querySelectorAll('svg.narrow .weight.lit')].map((el) => el.dataset.weight)")
    assert lit == ["w2_12", "w2_22", "w3_11", "w3_12"]
    assert page.get_attribute('.structure [data-weight="w1_23"]', "aria-checked") == "true"
    assert "row 2, column 3" in page.inner_text(".structure .place")
    check(look(page, root))


def test_the_browsers_own_keys_stay_its_own(open_widgets):
    page, [root] = open_widgets(documents())
    before = state(root)
    page.focus('[data-field="range"]')
    for key in ("Alt+ArrowRight", "Control+ArrowLeft"):
        page.evaluate("() => addEventListener('keydown', (event) => { window.taken = event.defaultPrevented; "
                      "}, {once: true})")
        page.keyboard.press(key)
        assert page.evaluate("window.taken") is False
    page.evaluate("document.querySelector('[role=radio][tabindex=\"0\"]').focus()")
    page.keyboard.press("Alt+ArrowDown")
    assert state(root)["weight"] == before["weight"]


def test_everything_by_keyboard_alone(open_widgets):
    page, [root] = open_widgets(documents(question="C"))
    keys = page.keyboard
    keys.press("Tab")
    assert page.evaluate("document.activeElement.dataset.field") == "which"
    reached, chosen, places = set(), set(), 0
    for _ in range(3):                                  # the exact value, start here, the slider
        keys.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.action || document.activeElement.dataset.field"))
    before = state(root)["value"]
    for key, by in (("ArrowRight", 0.05), ("PageUp", 0.5), ("ArrowDown", -0.05)):
        keys.press(key)
        assert state(root)["value"] - before == pytest.approx(by)
        before = state(root)["value"]
        check(look(page, root))
    page.evaluate("document.querySelector('[data-action=reset]').click()")             # a drag has closed the question
    for _ in range(80):
        keys.press("Tab")
        here = page.evaluate("(({dataset, role}) => [dataset.action, dataset.field, "
                             "dataset.weight])(document.activeElement)")
        reached.update(filter(None, here[:2]))
        if here[2]:
            places += 1
            for _ in range(len(DOCUMENTS.W[1].ravel())):
                keys.press("ArrowRight")
                chosen.add(state(root)["weight"])
            check(look(page, root))
        if here[0] in ("forward", "cost", "backward", "update", "next", "here"):
            keys.press("Enter")
            check(look(page, root))
        if here[1] == "eta":
            keys.type("0.25")
        if page.evaluate("document.activeElement === document.body"):
            break
    assert places == 2 and len(chosen) > 12             # one tab stop for the picture, one for the matrices
    assert not {"range", "here", "up", "down", "guess", "send", "next", "forward", "cost", "backward", "update", "rate",
                "eta", "play", "only", "reset", "link",
            "x 0", "x 3", "y 0", "exact"} - reached
    assert not page.problems


def test_predict_first_then_show(open_widgets):
    page, [root] = open_widgets(documents(question="C", nudge=0.5))
    assert not page.is_visible(".curve .line") and page.is_enabled("input[type=range]")
    before = state(root)
    page.click("text=↑ up")
    page.fill('[data-field="guess"]', "0.01")
    page.click("text=show me")
    after = state(root)
    assert after["value"] == before["value"] + 0.5 and page.is_visible(".curve .line")
    answer = page.inner_text(".answer")
    assert ("Not this time" in answer and "C went down" in answer and "The slope alone predicts" in answer
            and "+0.01" in answer)


def test_the_answer_names_the_output_as_the_question_does(open_widgets):
    page, _ = open_widgets(documents(question="a3_1"))
    assert "Will ŷ go up or down?" in page.inner_text(".ask")
    page.click("text=↑ up")
    page.click("text=show me")
    assert "ŷ went " in page.inner_text(".answer")


def test_the_curve_appears_when_the_reader_drags_instead(open_widgets):
    page, [root] = open_widgets(documents(question="C"))
    put(page, root, "range", "1")
    assert (page.is_visible(".curve .line")
            and page.evaluate("document.querySelector('.curve .line').getAttribute('d').length") > 500)


def test_the_question_about_an_update_is_about_what_will_happen(open_widgets):
    page, [root] = open_widgets(documents(question="update"))
    put(page, root, "eta", "0.125")
    assert "η = 0.13" in page.inner_text(".ask")
    page.check('[data-field="only"]')
    before = state(root)
    page.click('[data-action="down"]')
    page.click('[data-action="show"]')
    after = state(root)
    assert after["W"][0][1][3] != before["W"][0][1][3] and "You were right" in page.inner_text(".answer")
    page.click('[data-action="reset"]')
    assert (page.text_content(".answer") == "" and page.locator('[aria-pressed="true"]').count() == 0
            and page.is_disabled('[data-action="show"]'))


def test_which_line_is_it(open_widgets):
    page, [root] = open_widgets(documents(question="w2_12"))
    page.click('.structure [data-weight="w2_21"]')
    assert "try another" in page.inner_text(".answer")
    page.click('.structure [data-weight="w2_12"]')
    assert page.inner_text(".answer").startswith("Yes")


@pytest.mark.parametrize("field, value", [("exact", "1e300"), ("x 1", "-1e201"), ("eta", "-1"), ("y 0", "1.5")])
def test_what_can_not_be_is_refused_in_words(open_widgets, field, value):
    page, [root] = open_widgets(Nudge(Network([2, 1], cost="cross_entropy", seed=0), [1, 2], [1], panels=ALL))
    before = state(root)
    seen = put(page, root, field, value)
    note = seen["state"].pop("note")
    assert "The old value is kept:" in note and seen["state"] == before
    assert page.query_selector(f'[data-field="{field}"]').get_attribute("aria-invalid") == "true"
    check(put(page, root, "range", "0.5"))
    assert "note" not in state(root)


@pytest.mark.parametrize("field, unfinished", [("x 1", "-"), ("exact", ""), ("eta", ".")])
def test_who_types_a_number_is_not_interrupted(open_widgets, field, unfinished):
    page, [root] = open_widgets(Nudge(Network([2, 1], cost="cross_entropy", seed=0), [1, 2], [1], panels=ALL))
    before = state(root)
    page.click(f'[data-field="{field}"]')
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.type(unfinished)
    assert state(root) == before and page.inner_text(".note") == ""
    page.keyboard.press("Tab")                                                       # now it is meant
    assert "The old value is kept: this must be a number." in page.inner_text(".note")
    page.wait_for_function("field => document.querySelector(`[data-field='${field}']`).value !== ''", arg=field)
    page.click(f'[data-field="{field}"]')
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0.5")
    assert page.inner_text(".note") == "" and "note" not in state(root)
    check(look(page, root))


def test_the_point_on_the_curve_can_be_dragged(open_widgets):
    page, [root] = open_widgets(documents(panels=["curve"], question=None))
    box = page.query_selector(".curve svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 80)
    page.mouse.up()
    assert 1.5 < state(root)["value"] < 2.5
    check(look(page, root))


# ---- links ---------------------------------------------------------------------------------------


def good(**change):
    return {"W": [W.tolist() for W in DOCUMENTS.W[1:]], "b": [[0.1, -0.2], [0.3, -0.4], None], "x": X, "y": [1.0],
            "weight": "w2_12", "start": -0.5, "learning_rate": 0.1, **change}


def test_a_copied_link_reopens_the_same_state(open_widgets, new_page):
    page, [first, second] = open_widgets(documents(), documents(weight="w3_11"))
    put(page, second, "which", "b2_1")
    put(page, second, "x 2", "0.125")
    put(page, second, "range", "-1.0625")
    second.query_selector('[data-action="link"]').click()
    wanted = state(second)
    again = new_page(page.url)
    reopened = [json.loads(el.get_attribute("data-state")) for el in again.query_selector_all(".nudge")]
    assert "#nudge-2=" in page.url and reopened[1] == wanted and reopened[0] == state(first)
    assert not again.problems


HOSTILE = {
    "no JSON": "{W:",
    "no named values": "[1,2]",
    "null": "null",
    "a number": "7",
    "broken percent": "%E0%A4%A",
    "nothing": "",
    "too few values": json.dumps({"W": 1}),
    "huge number": json.dumps(good()).replace("0.6", "1e999", 1),
    "too large to compute with": json.dumps(good(start=1e300)),
    "NaN": json.dumps(good(start=float("nan"))),
    "a number as text": json.dumps(good(x=["1", 0.5, -1, 0.8])),
    "null for a number": json.dumps(good(y=[None])),
    "other sizes": json.dumps(good(W=[[[1.0]], [[1.0]], [[1.0]]])),
    "huge sizes": json.dumps(good(W=[[[0.1] * 300] * 40] * 3)),
    "very long": json.dumps(good(x=[0.123456789] * 20000)),
    "deep": "[" * 20000,
    "a bias too many": json.dumps(good(b=[[0, 0], [0, 0], [0]])),
    "a bias too few": json.dumps(good(b=[[0, 0], None, None])),
    "markup as weight": json.dumps(good(weight='<img src=x onerror="window.hit=1">')),
    "unknown weight": json.dumps(good(weight="w9_11")),
    "a weight that is an object's": json.dumps(good(weight="constructor")),
    "markup as key": json.dumps({**good(), "<script>window.hit=1</script>": 1}),
    "prototype": json.dumps(good())[:-1] + ', "__proto__": {"hit": 1}}',
    "code": json.dumps({**good(), "equations": "window.hit = 1"}),
    "an architecture": json.dumps({**good(), "sizes": [1, 1], "activation": "relu"}),
    "negative learning rate": json.dumps(good(learning_rate=-1)),
}


def test_a_link_shows_the_curve_and_is_taken_once(open_widgets, new_page):
    page, [root] = open_widgets(documents(question="C"))
    put(page, root, "range", "2.2")
    page.click('[data-action="link"]')
    again = new_page(page.url)
    assert again.get_attribute(".nudge", "data-veiled") == "false" and again.is_visible(".curve")
    put(page, root, "range", "-0.3")
    page.evaluate("location.hash = 'a-heading'")
    page.evaluate("new Promise((done) => { addEventListener('hashchange', done, {once: true}); history.back(); })")
    assert state(root)["value"] == -0.3


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_link_says_so_changes_nothing_and_runs_nothing(open_widgets, name):
    text = HOSTILE[name] if name == "broken percent" else quote(HOSTILE[name])
    clean = documents(panels=["curve"])
    page, [root] = open_widgets(clean, hash=f"#nudge-1={text}")
    seen = state(root)
    assert (seen.pop("note").startswith("This link can't be used: ")
            and "Nothing was changed." in page.inner_text(".note"))
    assert (seen["W"] == clean._parameters["W"] and seen["x"] == X and seen["weight"] == "w1_11"
            and close(seen["C"], clean.C))
    assert page.evaluate("window.hit === undefined && ({}).hit === undefined") and not page.query_selector(".note *")
    assert not page.problems
    check(put(page, root, "range", "1"))


def test_a_good_link_is_taken_also_while_the_page_is_open(open_widgets):
    page, [root] = open_widgets(documents())
    page.evaluate("(text) => { location.hash = text; }", "#nudge-1=" + quote(json.dumps(good(x=[1, 2, 3, 4]))))
    page.wait_for_function("JSON.parse(document.querySelector('.nudge').dataset.state).weight === 'w2_12'")
    seen = look(page, root)
    check(seen)
    assert seen["state"]["x"] == [1, 2, 3, 4] and seen["state"]["start"] == -0.5
    page.evaluate("location.hash = '#nudge-7={}'")
    page.wait_for_function("document.querySelector('.note').textContent.includes('names no widget')")
    assert state(root)["x"] == [1, 2, 3, 4]


# ---- the page around it --------------------------------------------------------------------------


def test_many_widgets_on_one_page_live_side_by_side(open_widgets):
    page, roots = open_widgets(*(make() for make in NETWORKS.values()))
    assert len(roots) == len(NETWORKS) and page.locator(".nudge-place .nudge").count() == len(roots)
    for root in reversed(roots):
        check(put(page, root, "range", "0.3"))
    assert page.evaluate("(() => { const ids = [...document.querySelectorAll('[id]')].map((el) => el.id); "
                         "return ids.length === new Set(ids).size; })()")
    assert not page.problems


@pytest.mark.parametrize("where", ["file", "http"])
def test_it_mounts_at_once_and_asks_nobody(open_widgets, new_page, serve_folder, tmp_path, where):
    path = write_page(tmp_path / "site", documents())
    requests = []
    page = new_page("about:blank")
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri() if where == "file" else serve_folder(path.parent) + "/page.html", wait_until="load")
    page.wait_for_selector(".nudge", timeout=5000)          # half a second where nothing else runs
    assert len(requests) == 4 and not page.problems, requests          # the page, two scripts, the style
    first = page.query_selector(".nudge input[type=range]")
    assert first.get_attribute("aria-label") == "w layer 1 to 1 from 1" and first.is_enabled()


def test_without_javascript_a_drawing_with_its_numbers_stands_there(new_page, tmp_path):
    path = write_page(tmp_path, documents())
    page = new_page(path.as_uri(), java_script_enabled=False)
    assert page.locator(".nudge").count() == 0
    assert (page.locator("svg.narrow").is_visible()
            and page.locator('svg.narrow [data-quantity="C"]').text_content() == "0.14")
    assert not any(el.is_visible() for el in page.locator("button, input, select").all())
    assert page.locator('.factors .path').first.is_visible()
    assert (page.locator(".curve .line").get_attribute("d").count("L") == 60
            and page.locator(".curve .tag").text_content().startswith("slope −0.0"))
    assert (page.locator('.chain [data-quantity="∂a/∂z"]').text_content() == "0.195"
            and page.locator(".pane.steps").is_hidden())
    for pane in page.locator(".pane:visible").all():
        assert pane.locator("svg, .number, [data-quantity]").count(), pane.inner_text()


@pytest.mark.parametrize("question", ["C", None])
def test_in_print_the_controls_are_gone(open_widgets, question):
    page, [root] = open_widgets(documents(question=question))
    page.emulate_media(media="print")
    assert (page.is_visible("svg.narrow") and page.is_visible(".curve .line") and not page.is_visible("button")
            and not page.is_visible("input[type=range]"))


STATES = {
    "a direction is said": lambda page: page.click("text=↑ up"),
    "the verdict": lambda page: page.click("text=show me"),
    "another line": lambda page: page.select_option('[data-field="which"]', "w2_12"),
    "asked again": lambda page: page.click('[data-action="again"]'),
    "moved too early": lambda page: page.click('[data-action="update"]'),
    "refused": lambda page: (page.fill('[data-field="exact"]', "much"), page.keyboard.press("Tab")),
    "a neuron": lambda page: page.click('[data-action="next"]'),
    "forward": lambda page: page.click('[data-action="forward"]'),
    "no number": lambda page: page.fill('[data-field="eta"]', "-1"),
    "playing": lambda page: page.click('[data-action="play"]'),
}


@pytest.mark.parametrize("width, dark", [(1280, False), (360, True)])
def test_axe_finds_nothing_in_any_state(open_widgets, axe, width, dark):
    page, _ = open_widgets(documents(question="C", panels=ALL), width=width, dark=dark)
    if dark:
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
    for name, act in STATES.items():
        act(page)
        page.wait_for_timeout(50)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_sticks_out(open_widgets, axe, width, dark):
    widgets = (documents(question="C", panels=ALL),
               Nudge(Network([2, 2, 1], seed=1), [1, 2], [1], "b2_1", panels=["cost"], compare="cross_entropy"))
    page, roots = open_widgets(*widgets, width=width, dark=dark)
    if dark:
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
    for step in ("as opened", "dragged", "backward"):
        if step == "dragged":
            for root in roots:
                put(page, root, "range", "-1.5")
        if step == "backward":
            page.click('[data-action="backward"]')
        assert axe(page) == [], step
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), step
    if width == 360:
        small = page.evaluate("""[...document.querySelectorAll('.nudge :is(button, select, input, .entry)')]
            .filter((el) => el.checkVisibility())
            .map((el) => el.closest('label') && el.type === 'checkbox' ? el.closest('label') : el)
            .filter((el) => el.getBoundingClientRect().height < 43.9 || el.getBoundingClientRect().width < 43.9)
            .map((el) => el.outerHTML.slice(0, 90))""")
        assert small == []


def test_what_changes_is_said_once_it_has_come_to_rest(open_widgets):
    page, [root] = open_widgets(documents())
    said = page.evaluate("""async () => {
        const live = document.querySelector('.unseen'), range = document.querySelector('[data-field=range]'), said = [];
        new MutationObserver(() => said.push(live.textContent)).observe(live, {childList: true});
        for (let i = 0; i < 30; i++) { range.value = i / 10; range.dispatchEvent(new Event('input', {bubbles: true})); }
        await new Promise((done) => setTimeout(done, 1000));
        return said;
    }""")
    assert len(said) == 1 and re.match(r"w layer 1 to 1 from 1 is 2\.900\. Cost 0\.\d+, slope", said[0])


def test_x_travels_neuron_by_neuron(open_widgets):
    page, [root] = open_widgets(documents(panels=["forward"]))
    names = []
    for _ in range(5):
        page.click('[data-action="next"]')
        names.append(page.get_attribute('.forward .shown .equation b [data-quantity]', 'data-quantity'))
        check(look(page, root))
    assert names == ["z1_1", "z1_2", "z2_1", "z2_2", "z3_1"]
    page.click('[data-action="next"]')
    assert page.evaluate("document.querySelectorAll('.late').length") == 0
