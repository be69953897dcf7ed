"""The pass forward and back, one step at a time: its order, its numbers, what lights up, and how it moves."""

import numpy as np
import pytest

from backprop import Network, Nudge
from backprop.widgets.backward import steps
from tests.widgets.nudge_pages import LOOK, SET, check, write_page

NET = Network.from_parameters(
    W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
    b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])


@pytest.fixture
def open_pass(new_page, tmp_path):
    def open_it(net=NET, x=(1.0, 0.5, -1.0, 0.8), y=(1.0,), **options):
        widget = Nudge(net, list(x), list(y), "w1_11", panels=["backward", "structure"], question=None)
        page = new_page(write_page(tmp_path / "page", widget).as_uri(), **options)
        page.evaluate(LOOK)
        return page
    return open_it


def go(page, step):
    page.evaluate(SET, [page.query_selector(".nudge"), "step", str(step)])


def at(page, *step):
    go(page, 1 + steps([4, 2, 2, 1]).index(step))


def values(page, selector):
    return page.evaluate("s => [...document.querySelectorAll(s)].map((el) => Number(el.dataset.value))",
                         selector + " [data-quantity]")


def test_the_order_of_the_steps():
    order = steps([2, 2, 1])
    assert order[:4] == [("forward", 1, 1), ("forward", 1, 2), ("forward", 2, 1), ("cost", 2, 1)]
    assert order[4:8] == [("sum", 2, 1), ("gate", 2, 1), ("fill", 2, 1), ("sum", 1, 1)] and order[-1] == ("fill", 1, 2)


@pytest.mark.parametrize("moved", [None, 2.5])
def test_messages_add_up_and_pass_the_gate(open_pass, moved):
    page = open_pass()
    if moved is not None:
        page.evaluate(SET, [page.query_selector(".nudge"), "range", str(moved)])
    at(page, "sum", 1, 1)
    net = check(page.evaluate("() => window.look(document.querySelector('.nudge'))"))
    x, y = [1.0, 0.5, -1.0, 0.8], [1.0]
    g, a = net.gradients(x, y), net.forward(x).a[1][0, 0]
    w11, d1, w21, d2, total = values(page, ".telling .equation")
    assert [w11, w21] == [1.2, 0.4] and np.allclose([d1, d2], g.delta[2][:, 0], rtol=1e-12)
    assert total == pytest.approx(w11 * d1 + w21 * d2, rel=1e-12)
    travelling = values(page, ".wide .bead.run:not(.total)")
    assert sorted(travelling) == pytest.approx(sorted([w11 * d1, w21 * d2]), rel=1e-12)
    at(page, "gate", 1, 1)
    arrived, slope, delta = values(page, ".telling .equation")
    assert (arrived == pytest.approx(total) and slope == pytest.approx(a * (1 - a))
            and delta == pytest.approx(g.delta[1][0, 0], rel=1e-12))
    if moved is None:
        text = page.inner_text(".telling .equation")
        assert "0.195" in text and "−0.021" in text
    at(page, "fill", 1, 1)
    assert values(page, ".wide .bead.run:not(.total)") == pytest.approx(g.W[1][0].tolist(), rel=1e-12)


def test_network_matrix_and_equation_light_together(open_pass):
    page = open_pass()

    def lit():
        return page.evaluate("() => [...document.querySelectorAll('.telling .lit [data-quantity]')].map((el) => "
                             "el.dataset.quantity)")
    at(page, "sum", 1, 2)
    assert lit() == ["w2_12", "w2_22"]                                        # a column of W on the way back …
    assert page.locator(".wide .bead.run:not(.total)").count() == 2
    at(page, "forward", 2, 1)
    assert lit() == ["w2_11", "w2_12"]                                        # … a row on the way forward
    assert page.locator(".wide .neuron.late").count() > 0 and page.locator(".wide .back.known").count() == 0
    at(page, "fill", 2, 2)
    assert page.evaluate("() => [...document.querySelectorAll('.wide .flood.full')].map((el) => "
                         "el.parentNode.dataset.weight).sort()") == [
        "b2_1", "b2_2", "w2_11", "w2_12", "w2_21", "w2_22", "w3_11", "w3_12"]
    assert page.locator(".wide .back.known").count() == 3


def test_stepping_playing_and_reversing_change_no_weight(open_pass):
    page = open_pass()
    before = page.get_attribute(".nudge", "data-state")
    n = len(steps([4, 2, 2, 1]))
    for action, step in (("step", 1), ("step", 2), ("back", 1), ("neuron", 2), ("neuron", 3)):
        page.click(f".moves [data-action={action}]")
        assert page.input_value("[data-field=step]") == str(step)
    page.click(".jumps >> text=backward")
    assert page.input_value("[data-field=step]") == "7"
    page.click("[data-action=neuron]")
    assert page.inner_text(".telling").startswith("A message back")
    go(page, n)
    page.click("[data-action=step]")
    assert page.input_value("[data-field=step]") == str(n)
    page.click("[data-action=reverse]")
    page.wait_for_function(f"document.querySelector('[data-field=step]').value === '{n - 1}'")
    page.click("[data-action=reverse]")
    assert page.get_attribute(".nudge", "data-state") == before
    page.click("[data-action=reset]")
    assert page.get_attribute(".nudge", "data-pass") == "" and page.locator(".late").count() == 0
    assert not page.problems


# The travelling numbers of a step, each with what it hides: a circle, another number. At rest.
HIDDEN = """() => {
  const svg = [...document.querySelectorAll(".picture > svg")].find((el) => el.checkVisibility());
  const beads = [...svg.querySelectorAll(".bead.run")];
  const others = [...beads, ...svg.querySelectorAll(".neuron text, .back.known")];
  const hides = (one, other) => {
    const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    return one !== other && wide > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5;
  };
  return beads.flatMap((one) => others.filter((b) => hides(one, b)).map((b) => [one.textContent, b.textContent]));
}"""


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_the_travelling_numbers_hide_no_other(open_pass, width):
    page = open_pass(width=width, reduced_motion="reduce")
    for step in range(1, 1 + len(steps([4, 2, 2, 1]))):
        go(page, step)
        assert page.evaluate(HIDDEN) == [], step
    page.evaluate("document.querySelectorAll('.bead').forEach((el) => { el.style.offsetDistance = '0%'; })")
    at(page, "sum", 2, 1)
    assert page.evaluate(HIDDEN), "one that stands on a neuron is found"


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_nothing_moves_from_step_to_step(open_pass, width):
    page = open_pass(width=width)
    where = ("() => ['.moves', '[data-field=step]', '.structure'].map((s) => "
             "document.querySelector(s).getBoundingClientRect().top + scrollY)")
    go(page, 1)
    first = page.evaluate(where)
    for step in range(2, 1 + len(steps([4, 2, 2, 1]))):
        go(page, step)
        assert page.evaluate(where) == pytest.approx(first, abs=2), step


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_pause_takes_the_place_of_play(open_pass, width):
    page = open_pass(width=width)
    edge = ("() => ['[data-action=reverse]', '.backward'].map((s) => "
            "document.querySelector(s).getBoundingClientRect().right)")
    before = page.evaluate(edge)
    page.click("[data-action=pass]")
    assert "pause" in page.inner_text("[data-action=pass]")
    assert page.evaluate(edge) == pytest.approx(before, abs=1) and before[0] < before[1]
    page.click("[data-action=pass]")
    assert "play" in page.inner_text("[data-action=pass]")


def test_numbers_travel_and_stand_still_for_who_wants_no_motion(open_pass):
    moving = "() => document.querySelector('.wide .bead.run').getAnimations().length"
    page = open_pass()
    at(page, "sum", 1, 1)
    assert page.evaluate(moving) == 1
    page = open_pass(reduced_motion="reduce")
    at(page, "sum", 1, 1)
    assert page.evaluate(moving) == 0 and page.locator(".wide .bead.run:not(.total)").first.is_visible()


@pytest.mark.parametrize("net, x, y", [
    (Network([2, 3, 2], activation=["tanh", "softmax"], cost="cross_entropy", seed=2), [1, -1], [0, 1]),
    (Network([2, 2, 2], activation=["relu", "sigmoid"], cost="cross_entropy", seed=3), [1, 2], [1, 0]),
    (Network([1, 1], activation="identity", bias=False, seed=4), [2], [1])])
def test_other_networks_step_through_too(open_pass, net, x, y):
    page = open_pass(net, x, y)
    for step in range(1, len(steps(net.sizes)) + 1):
        go(page, step)
        assert page.inner_text(".telling") and "undefined" not in page.inner_text(".telling")
        check(page.evaluate("() => window.look(document.querySelector('.nudge'))"))
    assert not page.problems


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_at_any_step(open_pass, axe, width):
    page = open_pass(width=width)
    for step in ("forward", 1, 1), ("sum", 1, 1), ("gate", 1, 1), ("fill", 1, 2):
        at(page, *step)
        assert axe(page) == [], step
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_large_network_is_refused():
    with pytest.raises(ValueError, match="backward"):
        Nudge(Network([16, 12, 2], seed=0), np.ones(16), [0, 1], panels=["backward"])


# Pairs of texts seen in the network whose ink shares more than a hair.
TOGETHER = """(root) => {
  const svg = [...root.querySelectorAll(".picture > svg")].find((el) => el.checkVisibility()), found = [];
  const frame = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll("text")].filter((el) => el.checkVisibility() && el.textContent).map((el) => {
    const {left, right, top, bottom} = el.getBoundingClientRect(), h = (bottom - top) / 6;
    return {words: el.textContent, left: left + 1, right: right - 1, top: top + h, bottom: bottom - h};
  });
  boxes.forEach((a, i) => {
    if (a.left < frame.left - 4 || a.right > frame.right + 4) found.push([a.words, "outside"]);
    for (const b of boxes.slice(i + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      if (wide > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2) found.push([a.words, b.words]);
    }
  });
  return found;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_number_travels_over_another_at_any_step(open_pass, width):
    page = open_pass(width=width, reduced_motion="reduce")
    found = {}
    for i, step in enumerate(steps([4, 2, 2, 1]), 1):
        go(page, i)
        if pairs := page.evaluate(TOGETHER, page.query_selector(".nudge")):
            found[step] = pairs
    assert not found


def test_two_numbers_on_each_other_are_found(open_pass):
    page = open_pass(reduced_motion="reduce")
    at(page, "sum", 1, 1)
    page.evaluate("document.querySelector('.wide .bead.run:not(.total)').style.offsetDistance = '100%'")
    assert page.evaluate(TOGETHER, page.query_selector(".nudge"))


def test_messages_add_up_at_the_neuron_and_the_gate_lights(open_pass):
    page = open_pass()
    assert page.inner_text(".telling").startswith("Before the first step")
    at(page, "sum", 1, 1)
    total = page.locator(".wide .total.run")
    assert total.count() == 1 and "Σ −0.109" == total.text_content()
    at(page, "gate", 1, 1)
    assert page.locator(".wide .wire.now").count() == 1 and page.locator(".wide .total.run").count() == 1
    at(page, "sum", 3, 1)                                                       # the cost's message to the output
    assert page.locator(".wide .bead.sum.run").text_content() == "−0.524"
    assert "ŷ" in page.inner_text(".telling")
