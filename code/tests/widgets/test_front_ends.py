"""What must be so in JupyterLab and in Notebook 7 alike: both widgets talk to Python, keep their keys and their
distance; and what a chapter folds can be seen to be folded."""

import json
import re

import nbformat
import pytest

from tests.fixtures import page_opener
from tests.lab import APPS, jupyterlab
from tools import notebooks

IMPORTS = "import numpy as np\nfrom backprop import Network, Nudge, Train\n"
NUDGE = "Nudge(Network([2, 2, 1], seed=3), [1.0, 0.5], [1.0], weight='w1_12', learning_rate=0.5)"
TRAIN = ("Train(Network([2, 2, 1], seed=3), np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]]), "
         "np.array([[0.0, 1, 1, 0]]), weight='w1_12', learning_rate=0.5)")
CELLS = [f"{IMPORTS}nudge = {NUDGE}\nnudge", f"train = {TRAIN}\ntrain",
         f"import ipywidgets\nipywidgets.HBox([{NUDGE}, {TRAIN}])"]
KINDS = ("nudge", "train")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="module", params=APPS)
def opened(request, lab, browser):
    """(page, kernel) of a notebook with both widgets and, below, both side by side: in JupyterLab and in Notebook 7."""
    with page_opener(browser) as new_page:
        yield lab.open(new_page, *CELLS, app=request.param)


def first(page, kind):
    return page.locator(f".{kind}").first


def state(widget):
    return json.loads(widget.get_attribute("data-state"))


def wait_kernel(kernel, expression):
    for _ in range(100):
        if kernel.value(expression):
            return
    raise AssertionError(f"never true in the kernel: {expression}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_widget_and_python_talk_both_ways(opened, kind):
    page, kernel = opened
    widget = first(page, kind)
    widget.wait_for()

    button = "update" if kind == "nudge" else "step"
    before = state(widget)["W"]
    widget.locator(f'[data-action="{button}"]').first.dispatch_event("click")             # from the browser
    wait_kernel(kernel, f"{kind}.net.W[1].tolist() != {before[0]!r}")
    assert kernel.value(f"[W.tolist() for W in {kind}.net.W[1:]]") == state(widget)["W"]

    kernel.run(f"{kind}.weight = 'w2_12'; {kind}.value = -1.25")                          # from Python
    page.wait_for_function("(kind) => JSON.parse(document.querySelector('.' + kind).dataset.state).W[1][0][1] === "
                           "-1.25", arg=kind)
    assert state(widget)["weight"] == "w2_12"
    assert abs(kernel.value(f"{kind}.C") - state(widget)["C"]) < 1e-9


@pytest.mark.parametrize("kind", KINDS)
def test_keys_pressed_in_a_widget_stay_there(opened, kind):
    """`d d` deletes a cell, `b` makes one; not while the focus is in a widget."""
    page, _ = opened
    first(page, kind).wait_for()
    cells, widgets = page.locator(".jp-Notebook .jp-CodeCell"), page.locator(f".{kind}")
    before = cells.count(), widgets.count()
    first(page, kind).locator('input[type="range"]:visible').first.click()
    for key in "ddb":
        assert page.evaluate("(kind) => !!document.activeElement.closest('.' + kind)", kind), "the focus went away"
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert (cells.count(), widgets.count()) == before


def test_two_widgets_side_by_side_do_not_touch(opened):
    page, _ = opened
    page.locator(".train").nth(1).wait_for()
    nudge, train = (page.locator(f".{kind}").nth(1).bounding_box() for kind in KINDS)
    boxes = sorted((nudge, train), key=lambda box: box["x"])
    assert boxes[1]["x"] - (boxes[0]["x"] + boxes[0]["width"]) >= 8, boxes


def folded_texts():
    """What all chapters fold, as it stands in their Markdown cells, without what is inside."""
    cells = []
    for place, text in notebooks.all_notebooks().items():
        if not place.startswith("notebooks/assignments"):
            cells += [re.sub(r"(</summary>\n).*?(\n</details>)", r"\1\2", fold, flags=re.S)
                      for cell in nbformat.reads(text, as_version=4).cells if cell.cell_type == "markdown"
                      for fold in re.findall(r"^<details>.*?^</details>", cell.source, re.S | re.M)]
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
    page.set_viewport_size({"width": 1280, "height": 12_000})       # the notebook renders what is in sight
    page.wait_for_function("(n) => document.querySelectorAll('.jp-RenderedMarkdown summary').length >= n",
                           arg=len(summaries))
    page.wait_for_function("(n) => document.querySelectorAll('summary:has(mjx-container)').length >= n",
                           arg=len(with_formulas))
    folds = page.evaluate(FOLDS)
    assert len(folds) == len(summaries)
    wrong = [fold for fold in folds if fold["marker"] != "disclosure-closed" or fold["display"] != "list-item"
             or fold["open"] or "$" in fold["text"]]
    assert not wrong, wrong
