"""Drawings on a page and in notebooks."""

import matplotlib.pyplot as plt
import pytest

from backprop import figures
from backprop.palette import COLOURS


@pytest.fixture
def drawing():
    return figures.show(figures.network([2, 2, 1]), "a network with two inputs")._repr_mimebundle_()["text/html"]


def rgb(colour):
    return "rgb({}, {}, {})".format(*(int(colour[i:i + 2], 16) for i in (1, 3, 5)))


@pytest.mark.parametrize("body, theme", [("", "light"), ('data-jp-theme-light="true"', "light"),
                                         ('data-jp-theme-light="false"', "dark"), ('class="vscode-dark"', "dark")])
def test_a_notebooks_drawing_follows_the_theme(new_page, tmp_path, drawing, body, theme):
    """An output of a cell has no style sheet of ours."""
    page = f"<!doctype html><html lang=en><title>t</title><body {body}>{drawing}"
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    page = new_page((tmp_path / "page.html").as_uri())
    strokes = set(page.eval_on_selector_all("svg path", "all => all.map((el) => getComputedStyle(el).stroke)"))
    assert {rgb(getattr(COLOURS[name], theme)) for name in ("input", "hidden", "output")} <= strokes


def test_a_drawing_needs_words():
    with pytest.raises(ValueError, match="alternative text"):
        figures.show(plt.figure(), " ")
    plt.close("all")


def test_two_drawings_share_no_id(drawing):
    other = figures.show(figures.one_neuron(), "one neuron").svg
    ids = [set(part.split('"')[0] for part in text.split(' id="')[1:]) for text in (drawing, other)]
    assert ids[0] and ids[1] and not ids[0] & ids[1]
