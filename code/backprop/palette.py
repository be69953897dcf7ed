"""The book's colours, once: the style sheets of the site and of the widgets, and the drawings, are written from here.

A colour's name says what it stands for, and each has a light and a dark form. `TEXT` colours are
read, as letters or thin lines, at a contrast of at least 4.5 : 1 on every ground they meet; tints
are grounds for them; grid and glow only decorate.
"""

from typing import NamedTuple


class Colour(NamedTuple):
    """One colour in both themes, each as "#rrggbb"."""

    light: str
    dark: str


COLOURS = {
    "ink": Colour("#1f2328", "#e6edf3"),
    "muted": Colour("#59636e", "#9da7b3"),
    "input": Colour("#7429d4", "#b794f6"),              # neurons: what is given, hidden ones, outputs
    "hidden": Colour("#137333", "#4ade80"),
    "output": Colour("#1d4ed8", "#7cb2ff"),
    "red": Colour("#c01c1c", "#ff8080"),                # what flows backwards
    "orange": Colour("#a04506", "#f5a14b"),             # the chosen weight
    "plus": Colour("#3d5a80", "#9db8dc"),               # weights by their sign
    "minus": Colour("#9c3587", "#e79bd6"),
    "grid": Colour("#c9d1d9", "#3d4754"),
    "glow": Colour("#ffb35c", "#a35a00"),
    "input-tint": Colour("#ece3fd", "#33264f"),
    "hidden-tint": Colour("#dcf3e3", "#143a25"),
    "output-tint": Colour("#dfe8fd", "#1c2f55"),
    "paper": Colour("#fdfcf8", "#15171b"),              # the page, what is set into it, the lines between
    "wash": Colour("#f5f2ea", "#1e2127"),
    "rule": Colour("#e3ded2", "#353a42"),
}
TEXT = ("ink", "muted", "input", "hidden", "output", "red", "orange", "plus", "minus")
TINTS = ("input-tint", "hidden-tint", "output-tint")


def luminance(colour):
    """Relative luminance of "#rrggbb" as WCAG 2 defines it: 0 for black, 1 for white."""
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG's contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(colour, ground, share):
    """What CSS's color-mix(in srgb, colour share, ground) gives, or a colour of that opacity on a ground."""
    channels = [(int(colour[i:i + 2], 16), int(ground[i:i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * top + (1 - share) * bottom):02x}" for top, bottom in channels)


def site_css():
    """The site's style sheet of colours: --bp-ink and so on, in both themes."""
    def block(selector, theme):
        lines = "".join(f"  --bp-{name}: {getattr(colour, theme)};\n" for name, colour in COLOURS.items())
        return f"{selector} {{\n{lines}}}\n"
    dark = block('html[data-theme="dark"]', "dark")
    return "/* Written from backprop/palette.py. */\n" + block("html", "light") + dark


def widget_css(selector, names=tuple(COLOURS), on_site=False):
    """The colours of these names for a widget, --ink and so on: the site's where there is one, else by the colour
    scheme. on_site: there is one for sure."""
    def else_by_scheme(colour):
        return "" if on_site else f", light-dark({colour.light}, {colour.dark})"
    lines = "".join(f"  --{name}: var(--bp-{name}{else_by_scheme(COLOURS[name])});\n" for name in names)
    return f"{selector} {{\n{lines}}}\n"


def svg_colour(name):
    """What a drawing's colour becomes in its SVG: the site's variable, else what suits a notebook in either theme.

    A notebook has no variables of ours: there ink takes the front-end's own text colour, and the
    others follow the colour scheme, which `figures.Figure` sets.
    """
    light, dark = COLOURS[name]
    front_ends = {"ink": ("--jp-content-font-color1", "--vscode-foreground"),
                  "muted": ("--jp-content-font-color2", "--vscode-descriptionForeground")}
    if name in front_ends:
        first, second = front_ends[name]
        return f"var(--bp-{name}, var({first}, var({second}, {light})))"
    return f"var(--bp-{name}, light-dark({light}, {dark}))"
