"""A notebook exported as a page, `jupyter nbconvert --to html`, with the network off: its widgets are alive."""

import json

import pytest

CELLS = ["""\
from backprop import Network, Nudge, Train
net = Network([2, 2, 1], seed=3)
n = Nudge(net, [1.0, 0.5], [1.0], weight="w1_12")
n""", "Nudge(net, [0.0, 1.0], [0.0])", """\
import numpy as np
Train(Network([2, 3, 1], seed=1), np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]]), np.array([[0.0, 1, 1, 0]]))"""]


pytestmark = pytest.mark.slow      # a kernel runs the notebook first


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The page, and the notebook it was made from: saved as JupyterLab does, without the widgets' state."""
    import nbformat  # here: seconds, also for those who run other tests
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(book, timeout=120, kernel_name="python3", store_widget_state=False).execute()
    page = tmp_path_factory.mktemp("export") / "page.html"
    page.write_text(HTMLExporter().from_notebook_node(book)[0], encoding="utf-8")
    return page, book


@pytest.mark.browser
def test_every_widget_of_the_page_is_alive(new_page, exported):
    page = new_page(exported[0].as_uri())                  # it can't reach other hosts
    page.wait_for_selector(".train")
    assert page.locator(".nudge").count() == 2 and page.locator(".train").count() == 1
    for i in range(2):
        widget = page.locator(".nudge").nth(i)
        before = json.loads(widget.get_attribute("data-state"))
        widget.locator('input[type="range"]').first.press("ArrowRight")
        after = json.loads(widget.get_attribute("data-state"))
        assert after["C"] != before["C"] and after["W"] != before["W"]
    lab = page.locator(".train")
    step = json.loads(lab.get_attribute("data-state"))["step"]
    lab.locator('[data-action="step"]').first.click()
    assert json.loads(lab.get_attribute("data-state"))["step"] == step + 1
    # what nbconvert's own template asks for (mathematics) is refused; nothing else may be wrong
    assert not [p for p in page.problems if "script error" in p and "nudge" in p.lower()]
    assert not page.locator("text=could not start").count()


def test_what_the_file_holds_is_the_picture_too(exported):
    """Where no script runs, the drawing can be read."""
    html = exported[1].cells[0].outputs[0].data["text/html"]
    drawing = html[html.index('class="nudge-drawing'):html.rindex("<script>")]
    assert "<svg" in drawing and "http" not in drawing.replace("http://www.w3.org", "")


def test_shortcuts_of_the_notebook_stop_at_the_widget(exported):
    """In JupyterLab `d d` deletes the cell, also while the focus is in its output, unless the element says no."""
    for i in (0, 2):
        assert 'data-lm-suppress-shortcuts="true"' in exported[1].cells[i].outputs[0].data["text/html"]
