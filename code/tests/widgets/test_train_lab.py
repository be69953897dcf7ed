"""The lab in a real JupyterLab with a live kernel, in both directions."""

import json

import pytest

from tests.lab import jupyterlab
from tests.widgets.train_pages import check, close

SETUP = """\
from backprop import Network, Train
from backprop.widgets.datasets import two_moons
X, Y = two_moons(40)
t = Train(Network([2, 3, 1], seed=3), X[:, :30], Y[:, :30], test=(X[:, 30:], Y[:, 30:]), batch_size=5)
t"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("lab")) as running:
        yield running


def wait_kernel(kernel, expression):
    for _ in range(100):
        if kernel.value(expression):
            return
    raise AssertionError(f"never true in the kernel: {expression}; t is {kernel.run('print(t)')}")


def test_both_directions(lab, new_page):
    page, kernel = lab.open(new_page, SETUP)
    page.wait_for_selector(".train")
    root = page.query_selector(".train")
    check(root)
    for _ in range(3):
        page.dispatch_event('[data-action="step"]', "click")                       # from the browser
    wait_kernel(kernel, "t.step == 3")
    state, _ = check(root)
    assert kernel.value("t._parameters['W']") == state["W"]
    C, C_test, gradient = kernel.value("[t.C, t.C_test, t.gradient]")
    assert close(C, state["C"]) and close(C_test, state["C_test"]) and close(gradient, state["gradient"])

    kernel.run("t.weight = 'w1_21'; t.value = 1.75; t.learning_rate = 0.125")           # from the kernel
    page.wait_for_function("() => JSON.parse(document.querySelector('.train').dataset.state).learning_rate === 0.125")
    page.wait_for_function("() => JSON.parse(document.querySelector('.train').dataset.state).value === 1.75")
    state, net = check(root)
    assert state["weight"] == "w1_21" and net.W[1][1, 0] == 1.75 and kernel.value("t.net.W[1][1, 0]") == 1.75
    kernel.run("t.act('epoch')")
    wait_kernel(kernel, "t.epoch == 1")
    state = json.loads(root.get_attribute("data-state"))
    assert state["epoch"] == 1 and close(kernel.value("t.C"), state["C"])
