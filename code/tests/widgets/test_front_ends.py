"""What must be so in JupyterLab and in Notebook 7 alike: both widgets talk to Python, keep their keys and their
distance; and what a chapter folds can be seen to be folded."""

import json
import re

import nbformat
import pytest

from tests.lab import APPS, jupyterlab
from tools import notebooks

WIDGETS = {
    "nudge": "Nudge(Network([2, 2, 1], seed=3), [1.0, 0.5], [1.0], weight='w1_12', learning_rate=0.5)",
    "train": "Train(Network([2, 2, 1], seed=3), np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]]), "
             "np.array([[0.0, 1, 1, 0]]), weight='w1_12', learning_rate=0.5)"}
IMPORTS = "import numpy as np\nfrom backprop import Network, Nudge, Train\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(params=APPS)
def app(request):
    return request.param


def state(widget):
    return json.loads(widget.get_attribute("data-state"))


def wait_kernel(kernel, expression):
    for _ in range(100):
        if kernel.value(expression):
            return
    raise AssertionError(f"never true in the kernel: {expression}; n is {kernel.run('print(n)')}")


@pytest.mark.parametrize("kind", WIDGETS)
def test_a_widget_and_python_talk_both_ways(lab, new_page, app, kind):
    page, kernel = lab.open(new_page, f"{IMPORTS}n = {WIDGETS[kind]}\nn", app=app)
    widget = page.locator(f".{kind}")
    widget.wait_for()

    button = "update" if kind == "nudge" else "step"
    before = state(widget)["W"]
    widget.locator(f'[data-action="{button}"]').first.dispatch_event("click")             # from the browser
    wait_kernel(kernel, f"n.net.W[1].tolist() != {before[0]!r}")
    assert kernel.value("[W.tolist() for W in n.net.W[1:]]") == state(widget)["W"]

    kernel.run("n.weight = 'w2_12'; n.value = -1.25")                                     # from Python
    page.wait_for_function("(kind) => JSON.parse(document.querySelector('.' + kind).dataset.state).W[1][0][1] === "
                           "-1.25", arg=kind)
    assert state(widget)["weight"] == "w2_12"
    assert abs(kernel.value("n.C") - state(widget)["C"]) < 1e-9


@pytest.mark.parametrize("kind", WIDGETS)
def test_keys_pressed_in_a_widget_stay_there(lab, new_page, app, kind):
    """`d d` deletes a cell, `b` makes one; not while the focus is in a widget."""
    page, _ = lab.open(new_page, f"{IMPORTS}n = {WIDGETS[kind]}\nn", app=app)
    page.locator(f".{kind}").wait_for()
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    before = cells.count()
    page.locator(f'.{kind} input[type="range"]:visible').first.click()
    for key in "ddb":
        assert page.evaluate("(kind) => !!document.activeElement.closest('.' + kind)", kind), "the focus went away"
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert cells.count() == before and page.locator(f".{kind}").count() == 1


def test_two_widgets_side_by_side_do_not_touch(lab, new_page, app):
    page, _ = lab.open(new_page, f"{IMPORTS}import ipywidgets\nipywidgets.HBox([{WIDGETS['nudge']}, "
                       f"{WIDGETS['train']}])", app=app)
    page.locator(".train").wait_for()
    boxes = sorted((page.locator(name).bounding_box() for name in (".nudge", ".train")), key=lambda box: box["x"])
    assert boxes[1]["x"] - (boxes[0]["x"] + boxes[0]["width"]) >= 8, boxes


def folded_texts():
    """The Markdown cells of all chapters that fold something, in one notebook."""
    cells = []
    for place, text in notebooks.all_notebooks().items():
        if not place.startswith("notebooks/assignments"):
            cells += [cell.source for cell in nbformat.reads(text, as_version=4).cells
                      if cell.cell_type == "markdown" and "<summary>" in cell.source]
    return cells


FOLDS = """() => [...document.querySelectorAll('.jp-RenderedMarkdown summary')].map((summary) => ({
    text: summary.textContent, marker: getComputedStyle(summary).listStyleType,
    display: getComputedStyle(summary).display, open: summary.parentElement.open,
    formulas: summary.querySelectorAll('mjx-container').length}))"""


def test_what_is_folded_has_its_triangle_and_its_formulas(lab, new_page):
    """In every summary of the book: an environment with jupyterlab-myst has neither."""
    cells = folded_texts()
    summaries = re.findall(r"<summary>(.*?)</summary>", "\n".join(cells), re.S)
    with_formulas = [s for s in summaries if re.search(r"\$[^$]+\$", s)]
    assert len(summaries) > 50 and with_formulas
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(cell) for cell in cells])
    page, _ = lab.show(new_page, nbformat.writes(book))
    page.set_viewport_size({"width": 1280, "height": 30_000})       # the notebook renders what is in sight
    page.wait_for_function("(n) => document.querySelectorAll('.jp-RenderedMarkdown summary').length >= n",
                           arg=len(summaries))
    page.wait_for_function("(n) => document.querySelectorAll('summary:has(mjx-container)').length >= n",
                           arg=len(with_formulas))
    folds = page.evaluate(FOLDS)
    assert len(folds) == len(summaries)
    wrong = [fold for fold in folds if fold["marker"] != "disclosure-closed" or fold["display"] != "list-item"
             or fold["open"] or "$" in fold["text"]]
    assert not wrong, wrong
