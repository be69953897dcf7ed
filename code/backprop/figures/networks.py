"""Networks, neurons and what goes in: drawings of what a network is."""

import matplotlib.pyplot as plt
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from .theme import (
    GRID,
    HIDDEN,
    HIDDEN_TINT,
    INK,
    INPUT,
    INPUT_TINT,
    MUTED,
    ORANGE,
    OUTPUT,
    OUTPUT_TINT,
    arrow,
    blank_axes,
    box,
)

RADIUS, GAP = 0.29, 1.85


def neuron_position(sizes, l, j, part="z"):
    """Centre of a neuron's circle in `network`'s drawing: layer l, neuron j from 1, part "z" or "a"."""
    x = GAP * l
    if l > 0:
        x += -0.38 if part == "z" else 0.38
    return x, 0.8 * ((sizes[l] - 1) / 2 - (j - 1))


def neuron(ax, x, y, kind, label, filled=False):
    """One circle of a neuron. kind: "input" (rounded square), "hidden" or "output" (double ring)."""
    colour, tint = {"input": (INPUT, INPUT_TINT), "hidden": (HIDDEN, HIDDEN_TINT),
                    "output": (OUTPUT, OUTPUT_TINT)}[kind]
    r = RADIUS
    if kind == "input":
        shape = FancyBboxPatch((x - 0.7 * r, y - 0.7 * r), 1.4 * r, 1.4 * r, boxstyle=f"round,pad={0.22 * r}",
                               facecolor=tint, edgecolor=colour, linewidth=1.6, zorder=3)
    else:
        shape = Circle((x, y), r, facecolor=tint, edgecolor=colour, linewidth=2.4 if filled else 1.3, zorder=3)
    ax.add_patch(shape)
    if kind == "output" and filled:
        ax.add_patch(Circle((x, y), r * 1.2, facecolor="none", edgecolor=colour, linewidth=1, zorder=3))
    ax.text(x, y - 0.01, label, ha="center", va="center", fontsize=11.5, zorder=4)


def network(sizes, weight=None, paths=False, named_weights=(), matrices=True, layer_names=True, bias=True, ax=None):
    """Draw a dense network, each neuron after the input split into z and a. Returns the figure.

    weight: (l, j, k), drawn thick and named; paths: light every path from it to the output.
    named_weights: more (l, j, k) to name. bias: bool, or list of bools from layer 1.
    """
    L = len(sizes) - 1
    bias = [bias] * L if isinstance(bias, bool) else bias
    height = 0.8 * max(sizes) + 1.0
    if ax is None:
        fig, ax = plt.subplots(figsize=(GAP * L + 1.1, height))
    lit = _edges_after(weight, sizes) if weight and paths else set()
    for l in range(1, L + 1):
        for j in range(1, sizes[l] + 1):
            for k in range(1, sizes[l - 1] + 1):
                _edge(ax, sizes, (l, j, k), weight == (l, j, k), (l, j, k) in lit, (l, j, k) in named_weights)
            _z_and_a(ax, sizes, l, j)
    for k in range(1, sizes[0] + 1):
        neuron(ax, *neuron_position(sizes, 0, k), "input", rf"$x_{{{k}}}$")
    low, high = -0.4 * max(sizes) - 0.02, 0.4 * max(sizes) + 0.1
    if matrices:
        for l in range(1, L + 1):
            x = GAP * (l - 0.5) - (0.38 if l == 1 else 0)
            ax.text(x, low, rf"$W^{{({l})}}$", ha="center", va="top", fontsize=12.5)
            if bias[l - 1]:
                ax.text(GAP * l - 0.38, low, rf"$b^{{({l})}}$", ha="center", va="top", fontsize=12.5)
        low -= 0.3
    if layer_names:
        for l in range(L + 1):
            name = "input" if l == 0 else "output" if l == L else "hidden" if L == 2 else f"hidden {l}"
            ax.text(GAP * l, high, f"layer {l}\n{name}", ha="center", va="bottom", fontsize=9.5, color=MUTED)
        high += 0.42
    ax.set_xlim(-0.4, GAP * L + 0.75)
    ax.set_ylim(low, high)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax.figure


def _edges_after(weight, sizes):
    """All (l, j, k) on a path from the weight to the output."""
    lit, reached = set(), {(weight[0], weight[1])}
    for l in range(weight[0] + 1, len(sizes)):
        lit |= {(l, j, k) for j in range(1, sizes[l] + 1) for layer, k in reached if layer == l - 1}
        reached |= {(l, j) for j in range(1, sizes[l] + 1)}
    return lit


def _edge(ax, sizes, at, chosen, lit, named):
    """The line of the weight at = (l, j, k)."""
    l, j, k = at
    x0, y0 = neuron_position(sizes, l - 1, k, "a")
    x1, y1 = neuron_position(sizes, l, j, "z")
    colour, width = (ORANGE, 3.2) if chosen else (ORANGE, 1.8) if lit else (GRID, 1.1)
    style = "--" if lit and not chosen else "-"
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5            # from rim to rim, not through the neurons
    out, into = RADIUS / length, 1 - RADIUS / length
    (x0, x1), (y0, y1) = [(p + out * (q - p), p + into * (q - p)) for p, q in ((x0, x1), (y0, y1))]
    ax.plot([x0, x1], [y0, y1], color=colour, linewidth=width, linestyle=style, zorder=1 + (colour == ORANGE))
    if chosen or named:
        middle = (y0 + y1) / 2                                   # the name stands on the side away from other lines
        side, base = (0.13, "bottom") if middle >= 0 else (-0.13, "top")
        ax.text((x0 + x1) / 2, middle + side, rf"$w^{{({l})}}_{{{j}{k}}}$", ha="center", va=base,
                color=ORANGE if chosen else INK, fontsize=13, zorder=5)


def _z_and_a(ax, sizes, l, j):
    """The two circles of neuron j in layer l, and the wire between them."""
    last = l == len(sizes) - 1
    kind, colour = ("output", OUTPUT) if last else ("hidden", HIDDEN)
    xz, y = neuron_position(sizes, l, j, "z")
    xa, _ = neuron_position(sizes, l, j, "a")
    end = xa - RADIUS * (1.2 if last else 1)
    ax.plot([xz + RADIUS, end], [y, y], color=colour, linewidth=1.6, linestyle="-", zorder=1)
    neuron(ax, xz, y, kind, rf"$z^{{({l})}}_{{{j}}}$")
    neuron(ax, xa, y, kind, r"$\hat y$" if last and sizes[-1] == 1 else rf"$a^{{({l})}}_{{{j}}}$", filled=True)


def write_values(ax, sizes, values, color=MUTED):
    """Write numbers under the neurons of a `network` drawing.

    values: quantity name -> text, as in {"x_1": "2", "z1_2": "-1", "a2_1": "3.5"}.
    """
    for name, text in values.items():
        letter, index = name.split("_")
        l = int(letter[1:] or 0)
        x, y = neuron_position(sizes, l, int(index), "z" if letter[0] == "z" else "a")
        below = 0.47 if l == len(sizes) - 1 and letter[0] == "a" else 0.4            # the output has a second ring
        ax.text(x, y - below, text, ha="center", va="center", fontsize=9, color=color, zorder=6)


def one_neuron(n=3):
    """A neuron opened: n inputs with their weights, and the bias, add up to z; then a = f(z). Returns the figure."""
    fig, ax = blank_axes(5, 0.75 * n + 0.75)
    middle = 0.75 * n / 2 + 0.6
    ax.add_patch(FancyBboxPatch((1.98, middle - 0.75), 2.2, 1.5, boxstyle="round,pad=0,rounding_size=0.3",
                                facecolor="none", edgecolor=MUTED, linewidth=1.2, linestyle="--"))
    ax.text(3.08, middle + 0.8, "one neuron", ha="center", va="bottom", color=MUTED)
    for k in range(1, n + 1):
        y = middle + 0.75 * ((n - 1) / 2 - (k - 1))
        arrow(ax, (0.62, y), (2.16, middle + 0.1 * ((n - 1) / 2 - (k - 1))), color=MUTED)
        neuron(ax, 0.35, y, "input", f"$x_{{{k}}}$")
        t = 0.42
        ax.text(0.62 + t * 1.54, y + t * (middle - y) + 0.1, f"$w_{{{k}}}$", ha="center", va="bottom", fontsize=12.5)
    arrow(ax, (2.46, 0.42), (2.46, middle - RADIUS - 0.02), color=MUTED)
    ax.text(2.46, 0.38, "bias $b$", ha="center", va="top", fontsize=11.5)
    arrow(ax, (2.46 + RADIUS, middle), (3.7 - RADIUS, middle), color=HIDDEN)
    ax.text(3.08, middle + 0.1, "$f$", ha="center", va="bottom", fontsize=12.5)
    neuron(ax, 2.46, middle, "hidden", "$z$")
    neuron(ax, 3.7, middle, "hidden", "$a$", filled=True)
    arrow(ax, (3.7 + RADIUS, middle), (4.85, middle), color=MUTED)
    ax.text(2.56, middle - 0.42, "sum", ha="left", va="top", fontsize=9.5, color=MUTED)
    ax.text(3.7, middle - 0.42, "output", ha="center", va="top", fontsize=9.5, color=MUTED)
    ax.set_xlim(-0.02, 5)
    return fig


def digit(ax, pixels, grid=True):
    """Draw an image, rows of numbers from 0 to 1, as squares of ink that follow light and dark."""
    for r, row in enumerate(pixels):
        for c, value in enumerate(row):
            if value:
                ax.add_patch(Rectangle((c, -r - 1), 1, 1, facecolor=INK, alpha=float(value), edgecolor="none"))
            if grid:
                ax.add_patch(Rectangle((c, -r - 1), 1, 1, facecolor="none", edgecolor=GRID, linewidth=0.5))
    ax.set_xlim(-0.1, len(pixels[0]) + 0.1)
    ax.set_ylim(-len(pixels) - 0.1, 0.1)
    ax.set_aspect("equal")
    ax.axis("off")


def overview(sizes, bias=True):
    """The forward pass as a column of boxes, coloured like the network's layers. Returns the figure.

    bias: bool, or list of bools from layer 1. A last layer without bias is taken to have no activation.
    """
    L = len(sizes) - 1
    bias = [bias] * L if isinstance(bias, bool) else bias
    rows = [("$x$", "input", f"({sizes[0]}, 1)", INPUT, INPUT_TINT, 1.6)]
    for l in range(1, L + 1):
        before = "x" if l == 1 else f"a^{{({l - 1})}}"
        sum_ = rf"W^{{({l})}} {before}" + (f" + b^{{({l})}}" if bias[l - 1] else "")
        colour, tint = (OUTPUT, OUTPUT_TINT) if l == L else (HIDDEN, HIDDEN_TINT)
        shape, name = f"({sizes[l]}, 1)", "output" if l == L else f"hidden {l}"
        if l == L and not bias[-1]:
            rows.append((rf"$\hat y = {sum_}$", name, shape, colour, tint, 2.6))
        else:
            rows.append((rf"$z^{{({l})}} = {sum_}$", name, shape, colour, "none", 1.3))
            left = r"\hat y" if l == L else f"a^{{({l})}}"
            rows.append((rf"${left} = f(z^{{({l})}})$", name, shape, colour, tint, 2.6))
    step = 0.72
    fig, ax = blank_axes(5, step * len(rows))
    for i, (text, name, shape, colour, tint, linewidth) in enumerate(rows):
        y = step * (len(rows) - i - 0.5)
        box(ax, 2.55, y, 2.5, 0.46, text, colour, tint, fontsize=12.5, linewidth=linewidth)
        ax.text(1.15, y, name, ha="right", va="center", color=MUTED)
        ax.text(3.95, y, shape, ha="left", va="center", color=MUTED)
        if i:
            arrow(ax, (2.55, y + step - 0.25), (2.55, y + 0.25))
    return fig
