"""A notebook that was run and saved, opened again with a kernel that has run nothing: its widgets are alive."""

import json

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.sign import NotebookNotary

from tests.lab import APPS, jupyterlab, notebook

CELLS = ["""\
from backprop import Network, Nudge, Train
Nudge(Network([2, 2, 1], seed=3), [1.0, 0.5], [1.0], weight="w1_12")""", """\
import ipywidgets
ipywidgets.IntSlider()"""]

# Not by keyboard: the notebook takes the focus while it opens.
MOVE = """() => {
  const widget = document.querySelector(".nudge"), before = widget.dataset.state;
  const slider = widget.querySelector("input[type=range]");
  slider.value = Number(slider.value) + 0.5;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return [before, widget.dataset.state];
}"""

pytestmark = pytest.mark.slow      # a kernel runs the notebook first


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="module")
def saved(lab):
    """As JupyterLab saves it: without the widgets' state, and trusted, since it was run here."""
    book = nbformat.reads(notebook(*CELLS), as_version=4)
    NotebookClient(book, timeout=120, kernel_name="python3", store_widget_state=False).execute()
    NotebookNotary(data_dir=str(lab.runtime.parent / "data")).sign(book)
    return nbformat.writes(book)


@pytest.mark.parametrize("app", APPS)
def test_what_was_saved_is_alive_when_it_is_opened_again(lab, new_page, saved, app):
    page, _ = lab.show(new_page, saved, app)
    page.wait_for_selector(".nudge")
    before, after = (json.loads(state) for state in page.evaluate(MOVE))
    assert after["C"] != before["C"] and after["W"] != before["W"]
    # what isn't the book's is left to those whose it is
    page.get_by_text("Error displaying widget: model not found").wait_for()
    assert page.get_by_text("Error displaying widget: model not found").count() == 1
