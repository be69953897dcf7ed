"""The colours stand in one place, and what is read in them can be read."""

import re
from itertools import product
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from backprop import figures
from backprop.palette import COLOURS, TEXT, TINTS, contrast, mixed, site_css, svg_colour, widget_css

TOP = Path(__file__).resolve().parents[3]
# page, box and raised ground of the site; JupyterLab's and VS Code's grounds
GROUNDS = {"light": ["#ffffff", "#f3f4f5"], "dark": ["#14181e", "#222832", "#29313d", "#111111", "#212121", "#1f1f1f"]}


def of(name, theme):
    return getattr(COLOURS[name], theme)


def grounds(theme):
    """Every ground that letters of ours stand on, by name."""
    for page in GROUNDS[theme]:
        yield f"the page {page}", page
    page = GROUNDS[theme][0]
    yield "a pane of the widget", mixed(of("ink", theme), page, 0.04)
    for tint in TINTS:
        yield tint, of(tint, theme)


@pytest.mark.parametrize("theme, name", list(product(["light", "dark"], TEXT)))
def test_text_can_be_read(theme, name):
    unreadable = {where: round(contrast(of(name, theme), ground), 2) for where, ground in grounds(theme)
                  if contrast(of(name, theme), ground) < 4.5}
    assert not unreadable


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_in_neurons_can_be_read(theme):
    """Ink on a neuron's tint, and the page's colour on a filled neuron."""
    page = GROUNDS[theme][0]
    for kind in ("input", "hidden", "output"):
        assert contrast(of("ink", theme), mixed(of(kind, theme), page, 0.18)) >= 4.5
        assert contrast(page, of(kind, theme)) >= 4.5


def test_contrast_is_that_of_the_guidelines():
    """Published pairs: black on white 21, #767676 the lightest grey that passes on white, #777777 fails."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")
    assert contrast("#7c3aed", mixed("#7c3aed", "#ffffff", 0.18)) < 4.5          # the violet of the first edition


SHEETS = [*sorted((TOP / "book" / "_static").glob("*.css")), *sorted((TOP / "code" / "backprop").rglob("*.css"))]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_no_style_sheet_has_colours_of_its_own(path):
    """But white, black and greys, on paper or below everything."""
    own = {c.lower() for c in re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8"))}
    greys = {c for c in own if len(set(re.findall("..", c[1:]) if len(c) == 7 else c[1:])) == 1}
    assert own - greys <= {"#0a55c0"}                                            # links on the site, in the light


def test_no_module_has_colours_of_its_own():
    own = {path.name for path in (TOP / "code" / "backprop").rglob("*.py")
           if path.name != "palette.py" and re.search(r"[\"'(:]#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))}
    assert not own


def test_site_widget_and_drawing_say_the_same():
    for name, (light, dark) in COLOURS.items():
        assert f"--bp-{name}: {light};" in site_css() and f"--bp-{name}: {dark};" in site_css()
        assert f"--{name}: var(--bp-{name}, light-dark({light}, {dark}));" in widget_css(".nudge-drawing")
        assert f"--{name}: var(--bp-{name});" in widget_css(".nudge-drawing", on_site=True)
        assert svg_colour(name).startswith(f"var(--bp-{name}, ")


def test_names_in_the_style_sheets_are_colours_that_exist():
    known = {f"--bp-{name}" for name in COLOURS}
    for path in [*(TOP / "book" / "_static").glob("*.css"), *(TOP / "book" / "_static").glob("*.js")]:
        assert set(re.findall(r"--bp-[\w-]+", path.read_text(encoding="utf-8"))) <= known, path.name


def test_every_colour_of_a_drawing_follows_the_theme():
    fig = figures.network([2, 2, 1], weight=(1, 1, 2), paths=True)
    svg = figures.show(fig, "a network").svg
    assert not re.search(r"(?:fill|stroke): #(?!000)[0-9a-f]{6}", svg)
    assert "var(--bp-input, " in svg and "var(--bp-orange, " in svg
    plt.close("all")
