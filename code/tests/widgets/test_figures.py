"""Walk and Fork: what they compute is right, what they show is what they compute, and hand and finger move them."""

import json

import numpy as np
import pytest
import sympy

from backprop import Network
from backprop.widgets.assemble import FIGURES, classic, source, style
from backprop.widgets.figures import Fork, Walk

NET = Network.from_parameters(
    W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
    b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])
X, Y = [1.0, 0.5, -1.0, 0.8], [1.0]
t, w, x, u, v = sympy.symbols("t w x u v")


def product():
    return Walk({"t": 1, "x": 3}, {"w": 2 * t, "u": w * x, "v": w + x, "p": u * v})


@pytest.fixture
def open_figure(new_page, tmp_path):
    def open_it(figure, **options):
        html = figure._repr_mimebundle_()[0]["text/html"]
        path = tmp_path / "page.html"
        path.write_text('<!doctype html><html lang="en"><head><meta charset="utf-8">'
                        '<meta name="viewport" content="width=device-width"><title>Figure</title></head>'
                        f'<body><main><h1>Figure</h1>{html}</main>'
                        f'<script>{classic(source(FIGURES))}</script></body></html>', encoding="utf-8")
        return new_page(path.as_uri(), **options)
    return open_it


def walked(page):
    return json.loads(page.get_attribute(".walk", "data-walk"))


def to(page, at):
    page.evaluate("at => { const el = document.querySelector('[data-at]'); el.value = at; "
                  "el.dispatchEvent(new Event('input', {bubbles: true})); }", at)


def test_the_tally_grows_to_fifteen_and_twenty_one(open_figure):
    page = open_figure(product())
    tallies = []
    for _ in range(20):
        page.click("[data-do=step]")
        tallies.append(walked(page)["tally"].get("w"))
    grown = [value for i, value in enumerate(tallies) if value is not None and value != tallies[i - 1]]
    assert grown == [0, 15, 21]
    end = walked(page)
    p = (2 * t * x) * (2 * t + x)
    assert (end["tally"]["t"] == p.diff(t).subs({t: 1, x: 3}) == 42
            and end["tally"]["x"] == p.diff(x).subs({t: 1, x: 3}) == 16)
    assert page.inner_text(".says").startswith("Right") and "tally 21" in page.text_content('[data-node="w"]')
    page.click("[data-do=back]")
    page.click("[data-do=back]")
    assert walked(page)["tally"]["w"] == 21 and walked(page)["tally"]["t"] == 0
    assert not page.problems


@pytest.mark.parametrize("bug, wrong", [("assign", {"t": 30, "x": 10}), ("early", {"t": 30})])
def test_each_mistake_is_seen(open_figure, bug, wrong):
    page = open_figure(product())
    page.check(f"[data-bug={bug}]")
    to(page, 99)
    end = walked(page)
    assert sorted(end["wrong"]) == sorted(wrong) and page.inner_text(".says").startswith("Wrong")
    if bug == "early":
        assert end["tally"]["t"] == wrong["t"]
    page.uncheck(f"[data-bug={bug}]")
    assert walked(page)["wrong"] == []


def test_other_numbers_and_other_graphs(open_figure):
    page = open_figure(product())
    page.fill('[data-given="x"]', "−0,5")
    to(page, 99)
    p = (2 * t * x) * (2 * t + x)
    assert walked(page)["tally"]["t"] == pytest.approx(float(p.diff(t).subs({t: 1, x: -0.5})))
    page.fill('[data-given="x"]', "much")
    assert page.get_attribute('[data-given="x"]', "aria-invalid") == "true" and walked(page)["values"]["x"] == -0.5
    a, b = sympy.symbols("a b")
    page = open_figure(Walk({"a": 0.7}, {"b": sympy.exp(a) * a, "c": b**2 + sympy.tanh(a)}))
    to(page, 99)
    truth = float(((sympy.exp(a) * a)**2 + sympy.tanh(a)).diff(a).subs(a, 0.7))
    assert walked(page)["tally"]["a"] == pytest.approx(truth) and page.inner_text(".says").startswith("Right")


def test_a_step_must_use_what_is_there():
    with pytest.raises(ValueError, match="step u"):
        Walk({"w": 1}, {"u": w * x})
    with pytest.raises(ValueError, match="step w"):
        Walk({"w": 1}, {"w": 2 * w})


@pytest.mark.parametrize("d", [0.1, 0.01, -0.3])
def test_paths_add(open_figure, d):
    figure = Fork(NET, X, Y)
    page, far = open_figure(figure), figure._config["scale"] * figure._config["enlarged"]
    page.evaluate("d => { const el = document.querySelector('[type=range]'); el.value = d; "
                  "el.dispatchEvent(new Event('input', {bubbles: true})); }", d)
    seen = json.loads(page.get_attribute(".fork", "data-fork"))
    trace = NET.forward(X)
    a, W, b = trace.a[1][:, 0], NET.W, NET.b

    def cost(z):
        return float((0.5 * (W[3] @ (1 / (1 + np.exp(-z))) - 1) ** 2)[0])
    z = W[2] @ a + b[2][:, 0]
    dz = W[2][:, 0] * d
    assert (seen["rows"]
            == pytest.approx([d, *dz, cost(z + dz) - cost(z), cost(z + dz * [1, 0]) - cost(z),
                              cost(z + dz * [0, 1]) - cost(z)], abs=1e-12))
    assert abs(seen["sum"] - seen["rows"][3]) < 0.1 * d * d
    ends = page.evaluate("""() => [...document.querySelectorAll(".path .change")].map((el) =>
        el.getAttribute("d").match(/-?[\\d.]+/g).map(Number))""")
    if d == 0.01:                                                # each path begins where the one before ends
        assert ends[0][0] == 0 and ends[1][0] == ends[0][2] and ends[1][2] == pytest.approx(far * seen["sum"], abs=0.1)
    rulers = page.evaluate("""() => [...document.querySelectorAll(".change")].flatMap((el) =>
        el.getAttribute("d").match(/-?[\\d.]+/g).map(Number))""")
    assert max(map(abs, rulers)) <= 100.1, "none leaves its ruler"
    assert not page.problems


def test_rulers_refuse_what_they_can_not_show():
    with pytest.raises(ValueError, match="hidden neuron"):
        Fork(NET, X, Y, l=3)
    with pytest.raises(ValueError, match="no biases"):
        Fork(NET, X, Y, l=2)


@pytest.mark.parametrize("make", [product, lambda: Fork(NET, X, Y)])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_sticks_out(open_figure, axe, make, width):
    page = open_figure(make(), width=width)
    if page.query_selector(".walk"):
        to(page, 9)
    for toggle in [None, *page.query_selector_all("input[type=checkbox]")]:
        if toggle:
            toggle.click()
        assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_there_is_a_drawing_with_numbers(open_figure):
    page = open_figure(product(), java_script_enabled=False)
    assert page.text_content('[data-node="p"] [data-number]') == "30" and not page.is_visible("button")
    page = open_figure(Fork(NET, X, Y), java_script_enabled=False)
    assert "0.12" in page.inner_text('[data-row="1"]') and not page.is_visible("input")


def test_the_script_knows_no_derivative():
    text = source(FIGURES) + style("figures")
    for word in ("Math.exp", "Math.tanh", "http:", "https:", "fetch("):
        assert word not in text


def test_the_graphs_letters_are_readable_on_a_phone(open_figure):
    page = open_figure(product(), width=390)
    sizes = page.evaluate("""() => [...document.querySelectorAll(".walk svg text")].map((el) =>
        parseFloat(getComputedStyle(el).fontSize) * el.getScreenCTM().a)""")
    assert min(sizes) > 10
