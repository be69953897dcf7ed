"""How every drawing of the book looks: its colours, its style, and how it gets on the page.

`show` turns a matplotlib figure into inline SVG whose colours are CSS variables, so that a figure
changes with the reader's theme, on the site and in a notebook.
"""

import hashlib
import html
import io
import re

import matplotlib
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.patches import FancyBboxPatch

from ..palette import COLOURS, TINTS, svg_colour

INK, MUTED, GRID = (COLOURS[name].light for name in ("ink", "muted", "grid"))
INPUT, HIDDEN, OUTPUT = (COLOURS[name].light for name in ("input", "hidden", "output"))
INPUT_TINT, HIDDEN_TINT, OUTPUT_TINT = (COLOURS[name].light for name in TINTS)
RED, ORANGE = (COLOURS[name].light for name in ("red", "orange"))

STYLE = {
    "figure.figsize": (5, 3.1), "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
    "font.size": 10, "mathtext.fontset": "stix", "svg.fonttype": "path", "svg.hashsalt": "backprop",
    "text.color": INK, "axes.labelcolor": INK, "axes.titlecolor": INK, "axes.titlesize": 10.5, "axes.edgecolor": MUTED,
    "xtick.color": MUTED, "ytick.color": MUTED, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "axes.spines.top": False, "axes.spines.right": False, "grid.color": GRID, "grid.linewidth": 0.7,
    "legend.frameon": False, "lines.linewidth": 2,
    # a second cue beside colour: every line of a plot has its own dash pattern
    "axes.prop_cycle": (cycler(color=[OUTPUT, ORANGE, HIDDEN, INPUT, RED])
                         + cycler(linestyle=["-", "--", "-.", ":", (0, (5, 1, 1, 1))])),
}
matplotlib.rcParams.update(STYLE)      # type: ignore[arg-type]

# in a dark JupyterLab or VS Code the drawing takes its dark colours; the site has its own
DARK = '<style>:is([data-jp-theme-light="false"], .vscode-dark) .bp-figure { color-scheme: dark; }</style>'


class Figure:
    """A drawing ready for the page: SVG for eyes, alternative text for everyone else, a caption for both."""

    def __init__(self, svg, alt, caption=None):
        self.svg, self.alt, self.caption = svg, alt, caption

    def _repr_mimebundle_(self, **kwargs):
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        return {"text/html": f'<figure class="bp-figure">{DARK}{self.svg}{caption}</figure>',
                "text/plain": f"[Figure: {self.alt}]"}


def show(fig, alt, caption=None):
    """Close the matplotlib figure and return it as inline SVG with its alternative text and its caption.

    alt says what the picture shows to someone who can't see it; ValueError if it is empty.
    caption tells everyone what to look for: plain text, shown below the drawing.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError("a figure needs an alternative text that says what it shows")
    buffer = io.StringIO()
    fig.savefig(buffer, format="svg", bbox_inches="tight", pad_inches=0.04, metadata={"Date": None, "Creator": None})
    plt.close(fig)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    for name, colour in COLOURS.items():
        svg = svg.replace(colour.light, svg_colour(name))
    own = "f" + hashlib.sha1(svg.encode()).hexdigest()[:8] + "-"       # ids are unique on a page with many figures
    svg = re.sub(r'(\bid="|href="#|url\(#)', lambda match: match[1] + own, svg)
    width = float(re.search(r'width="([\d.]+)pt"', svg)[1])
    opening = (f'<svg role="img" aria-label="{html.escape(alt, quote=True)}" style="width: 100%; '
               f'max-width: {width * 1.45:.0f}px; height: auto; stroke-linejoin: round" ')
    svg = re.sub(r'<svg (.*?)width="[\d.]+pt" height="[\d.]+pt"|<svg (.*?)height="[\d.]+pt"(.*?)width="[\d.]+pt"',
                 lambda m: opening + " ".join(part for part in m.groups() if part), svg, count=1, flags=re.DOTALL)
    return Figure(svg, alt, caption)


def arrow(ax, start, end, color=MUTED, width=1.6, style="-"):
    """A straight arrow from start to end, both (x, y)."""
    ax.annotate("", end, start, zorder=2, arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": width,
                                                      "linestyle": style, "shrinkA": 0, "shrinkB": 0})


def box(ax, x, y, width, height, text, edge=INK, fill="none", fontsize=11, linewidth=1.6, dashed=False):
    """A rounded box with its text, centred at (x, y)."""
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height,
                                boxstyle="round,pad=0,rounding_size=0.12", facecolor=fill, edgecolor=edge,
                                linewidth=linewidth, linestyle="--" if dashed else "-", zorder=3))
    ax.text(x, y, text, ha="center", va="center", fontsize=fontsize, zorder=4, linespacing=1.5)


def blank_axes(width, height):
    """A figure of that size in inches whose axes show nothing but what is drawn, one unit an inch."""
    fig = plt.figure(figsize=(width, height))
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    ax.set_aspect("equal")
    ax.axis("off")
    return fig, ax
