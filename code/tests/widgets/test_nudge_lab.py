"""The widget in a real JupyterLab with a live kernel, in both directions."""

import json

import pytest

from tests.lab import jupyterlab
from tests.widgets.nudge_pages import LOOK, SET, check, close

SETUP = """\
from backprop import Network, Nudge
net = Network([4, 2, 2, 1], seed=3)
n = Nudge(net, [1.0, 0.5, -1.0, 0.8], [1.0], weight="w2_12", panels=["structure", "curve", "chain", "factors", "steps"])
n"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("lab")) as running:
        yield running


def state(page):
    return json.loads(page.get_attribute(".nudge", "data-state"))


def same(page, kernel):
    """Do the browser and the kernel hold the same network, and does all the browser shows fit it?"""
    check(page.evaluate("() => window.look(document.querySelector('.nudge'))"))
    there = kernel.value("{**n._parameters, 'x': n.x, 'y': n.y, 'weight': n.weight, 'value': n.value, 'learning_rate': "
                         "n.learning_rate}")
    here = state(page)
    assert {key: here[key] for key in there} == there
    C, gradient = kernel.value("[n.C, n.gradient]")
    assert close(here["C"], C) and close(here["gradient"], gradient)


def wait(page, condition):
    page.wait_for_function("(condition) => { const s = JSON.parse(document.querySelector('.nudge').dataset.state); "
                           "return eval(condition); }", arg=condition)


def wait_kernel(kernel, expression):
    for _ in range(100):
        if kernel.value(expression):
            return
    raise AssertionError(f"never true in the kernel: {expression}; n is {kernel.run('print(n)')}")


def test_both_directions(lab, new_page):
    page, kernel = lab.open(new_page, SETUP)
    page.wait_for_selector(".nudge")
    page.evaluate(LOOK)
    root = page.query_selector(".nudge")
    same(page, kernel)

    page.evaluate(SET, [root, "range", "1.375"])                                     # from the browser
    wait_kernel(kernel, "n.value == 1.375")
    same(page, kernel)
    page.evaluate(SET, [root, "which", "b1_2"])
    page.evaluate(SET, [root, "x 1", "-2"])
    page.evaluate(SET, [root, "eta", "3"])
    page.dispatch_event('[data-action="update"]', "click")
    wait_kernel(kernel, "n.weight == 'b1_2' and n.x[1] == -2 and n.learning_rate == 3 and n.value != 0")
    same(page, kernel)

    kernel.run("n.value = -0.625")                                                   # from Python
    wait(page, "s.value === -0.625")
    same(page, kernel)
    kernel.run("n.weight = 'w1_24'; n.y = [0.25]; n.learning_rate = 0.125")
    wait(page, "s.weight === 'w1_24' && s.y[0] === 0.25 && s.learning_rate === 0.125")
    same(page, kernel)
    kernel.run("n.set_parameters(W=Network([4, 2, 2, 1], seed=8).W)")
    wait(page, f"s.W[2][0][0] === {kernel.value('n._parameters')['W'][2][0][0]!r}")
    same(page, kernel)
    assert "ValueError" in kernel.run("try:\n    n.value = float('nan')\nexcept ValueError as error:\n"
                                      "    print('ValueError', error)")
    same(page, kernel)

    kernel.run("for i in range(10_000): n.value = i / 10_000")                       # neither way do changes pile up
    wait(page, "s.value === 0.9999")
    same(page, kernel)
    page.evaluate("""() => { const el = document.querySelector('[data-field="range"]');
        for (let i = 0; i < 2000; i++) {
            el.value = i / 1000;
            el.dispatchEvent(new Event("input", {bubbles: true})); } }""")
    wait_kernel(kernel, "n.value == 1.999")
    same(page, kernel)


def test_messages_that_cross(lab, new_page):
    """Browser and kernel change something at the same moment: in the end both hold the same."""
    page, kernel = lab.open(new_page, SETUP)
    page.wait_for_selector(".nudge")
    page.evaluate(LOOK)
    root = page.query_selector(".nudge")

    # sent before the browser's message is read
    kernel.client.execute("import time; time.sleep(1); n.value = -1")
    page.evaluate(SET, [root, "range", "2.125"])
    wait_kernel(kernel, "n.value == 2.125")
    wait(page, "s.value === 2.125")
    same(page, kernel)

    other = kernel.value("n.net.W[1][1, 3]")
    kernel.client.execute("time.sleep(1); n.weight = 'w1_24'")
    # w2_12 moves, whatever is chosen by then
    page.evaluate(SET, [root, "range", "3"])
    wait_kernel(kernel, "bool(n.net.W[2][0, 1] == 3)")
    wait(page, f"s.weight === 'w1_24' && s.W[1][0][1] === 3 && s.value === {other!r}")
    same(page, kernel)


def test_two_views_a_slider_and_an_interactive_output(lab, new_page):
    page, kernel = lab.open(new_page, SETUP, """\
import ipywidgets
from traitlets import link
slider = ipywidgets.FloatSlider(min=-4, max=4, step=0.001)
link((n, "value"), (slider, "value"))
out = ipywidgets.interactive_output(lambda w: print("seen", w), {"w": n})
ipywidgets.HBox([slider, n, out])""")
    page.wait_for_function("document.querySelectorAll('.nudge').length === 2")
    page.evaluate(LOOK)
    first, second = page.query_selector_all(".nudge")
    # the slider rounds once it is there
    wait_kernel(kernel, "abs(slider.value - round(slider.value, 3)) < 1e-9")
    page.evaluate(SET, [first, "range", "2.125"])
    page.wait_for_function("JSON.parse(document.querySelectorAll('.nudge')[1].dataset.state).value === 2.125")
    wait_kernel(kernel, "slider.value == 2.125")
    page.wait_for_selector("text=seen 2.125")
    kernel.run("slider.value = -1.5")
    page.wait_for_function("[...document.querySelectorAll('.nudge')].every((el) => JSON.parse(el.dataset.state).value "
                           "=== -1.5)")
    for root in (first, second):
        check(page.evaluate("(root) => window.look(root)", root))
    assert page.locator(".nudge [data-action=link]:visible").count() == 0
    assert second.bounding_box()["width"] > 300                                      # a row's slider leaves it room
