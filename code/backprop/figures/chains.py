"""Chains and loops: drawings of what happens in a network, forwards and backwards."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from .networks import RADIUS, neuron
from .theme import (
    GRID,
    HIDDEN,
    HIDDEN_TINT,
    INK,
    INPUT,
    MUTED,
    ORANGE,
    OUTPUT,
    OUTPUT_TINT,
    RED,
    arrow,
    blank_axes,
    box,
)


def training_loop():
    """The loop of training: forward, cost, backward, update, clockwise. Returns the figure."""
    fig, ax = blank_axes(5, 3.2)
    left, right, top, bottom, w, h = 1.15, 3.85, 2.6, 0.6, 1.9, 1.0
    # the one with the thick edge is the only one that changes weights
    box(ax, left, top, w, h, "1  forward\n$x \\to \\hat y$", HIDDEN, HIDDEN_TINT, fontsize=12.5)
    box(ax, right, top, w, h, "2  cost\n$\\hat y,\\, y \\to C$", OUTPUT, OUTPUT_TINT, fontsize=12.5)
    box(ax, right, bottom, w, h, "3  backward\n$C \\to \\partial C/\\partial w$", RED, fontsize=12.5)
    box(ax, left, bottom, w, h, "4  update\n$w \\leftarrow w - \\eta\\,\\partial C/\\partial w$", ORANGE,
        fontsize=12.5, linewidth=3)
    half_w, half_h, gap = w / 2, h / 2, 0.06
    for start, end in [((left + half_w + gap, top), (right - half_w - gap, top)),
                       ((right, top - half_h - gap), (right, bottom + half_h + gap)),
                       ((right - half_w - gap, bottom), (left + half_w + gap, bottom)),
                       ((left, bottom + half_h + gap), (left, top - half_h - gap))]:
        arrow(ax, start, end)
    ax.text((left + right) / 2, (top + bottom) / 2 + 0.02, "again, with\nthe new weights",
            ha="center", va="center", color=MUTED)
    return fig


def two_layer_chain():
    """Draw the 1-1-1 network as a chain x, z1, a1, z2, a2, C with its parameters above, the target y
    entering C only, and the backward pass below: each red arrow carries its local derivative."""
    fig, ax = plt.subplots(figsize=(5.2, 2.4))
    names = [r"$a^{(0)}$", r"$z^{(1)}$", r"$a^{(1)}$", r"$z^{(2)}$", r"$a^{(2)}$", r"$C$"]
    kinds = ["input", "hidden", "hidden", "output", "output"]
    step, r = 1.09, RADIUS
    for i, (name, kind) in enumerate(zip(names, kinds)):
        neuron(ax, step * i, 0, kind, name, filled=i in (2, 4))
    ax.add_patch(FancyBboxPatch((5 * step - 0.2, -0.2), 0.4, 0.4, boxstyle="round,pad=0.08", facecolor="none",
                                edgecolor=RED, linewidth=1.6, zorder=3))
    ax.text(5 * step, 0, names[5], ha="center", va="center", fontsize=12, zorder=4)
    for i in range(5):
        arrow(ax, (step * i + 1.3 * r, 0), (step * (i + 1) - 1.3 * r, 0))
    above = {1: (r"$w^{(1)}$", r"$b^{(1)}$"), 3: (r"$w^{(2)}$", r"$b^{(2)}$")}
    for i, (weight, bias) in above.items():
        for dx, text, colour in ((-0.34, weight, ORANGE), (0.34, bias, INK)):
            ax.text(step * i + dx, 1.08, text, ha="center", va="center", fontsize=12.5, color=colour)
            arrow(ax, (step * i + dx, 0.88), (step * i + 0.45 * dx, 1.12 * r), colour)
    ax.text(5 * step, 1.08, r"$y$", ha="center", va="center", fontsize=12.5)
    arrow(ax, (5 * step, 0.9), (5 * step, 0.32))
    factors = {4: (r"\partial C", r"\partial a^{(2)}"), 3: (r"\partial a^{(2)}", r"\partial z^{(2)}"),
               2: (r"\partial z^{(2)}", r"\partial a^{(1)}"), 1: (r"\partial a^{(1)}", r"\partial z^{(1)}")}
    for i, (top, bottom) in factors.items():
        arrow(ax, (step * (i + 1) - 0.12, -0.44), (step * i + 0.12, -0.44), RED, 1.6, "--")
        ax.text(step * (i + 0.5), -0.62, rf"$\frac{{{top}}}{{{bottom}}}$",
                ha="center", va="top", fontsize=16, color=RED)
    ax.text(-0.3, 0.62, "forward", ha="left", color=MUTED, fontsize=10.5)
    ax.text(-0.3, -0.78, "backward", ha="left", va="center", color=RED, fontsize=10.5)
    ax.set_xlim(-0.4, 5 * step + 0.4)
    ax.set_ylim(-1.3, 1.3)
    ax.set_aspect("equal")
    ax.axis("off")
    return fig


def two_loops():
    """Draw training as four boxes in a ring, forward, cost, backward, update; the loop over layers is
    inside the backward box, and only the update box changes parameters."""
    fig, ax = plt.subplots(figsize=(5, 3.5))
    boxes = {"forward": (0, 1.5, "1  forward", "all $z^{(l)}$, $a^{(l)}$\n$l = 1, …, L$", HIDDEN, HIDDEN_TINT),
             "cost": (2.9, 1.5, "2  cost", r"$\bar{C}$, one number", OUTPUT, OUTPUT_TINT),
             "backward": (2.9, 0, "3  backward", "all gradients\n$l = L, …, 1$", RED, "none"),
             "update": (0, 0, "4  update", "all $W^{(l)}$, $b^{(l)}$\nat once", ORANGE, "none")}
    for name, (x, y, title, text, colour, tint) in boxes.items():
        ax.add_patch(FancyBboxPatch((x, y), 1.9, 0.84, boxstyle="round,pad=0.08", facecolor=tint, edgecolor=colour,
                                    linewidth=2.6 if name == "update" else 1.5))
        ax.text(x + 0.95, y + 0.66, title, ha="center", va="center", fontsize=11, weight="bold", color=colour)
        ax.text(x + 0.95, y + 0.24, text, ha="center", va="center", fontsize=10)
    arrow(ax, (2.02, 1.92), (2.78, 1.92))
    arrow(ax, (3.85, 1.38), (3.85, 0.96))
    arrow(ax, (2.78, 0.42), (2.02, 0.42))
    arrow(ax, (0.95, 0.96), (0.95, 1.38))
    ax.text(2.4, 1.16, "next batch, next step", ha="center", va="center", fontsize=9.5, color=MUTED)
    ax.text(0.95, -0.2, "only here parameters change", ha="center", va="top", fontsize=9.5, color=ORANGE)
    ax.text(3.85, -0.2, "nothing changes", ha="center", va="top", fontsize=9.5, color=RED)
    ax.set_xlim(-0.25, 5.05)
    ax.set_ylim(-0.45, 2.5)
    ax.set_aspect("equal")
    ax.axis("off")
    return fig


_KINDS = {"parameter": ORANGE, "input": INPUT, "hidden": HIDDEN, "output": OUTPUT, "cost": INK, "target": MUTED}


def _node(ax, x, y, kind, label, r=0.27):
    """A circle, or a rounded square for what is given from outside: parameters, inputs, targets."""
    colour = _KINDS[kind]
    if kind in ("parameter", "input", "target"):
        shape = FancyBboxPatch((x - 0.75 * r, y - 0.75 * r), 1.5 * r, 1.5 * r, boxstyle=f"round,pad={0.22 * r}",
                               facecolor="none", edgecolor=colour, linewidth=1.8, zorder=3)
    else:
        shape = Circle((x, y), r, facecolor="none", edgecolor=colour, linewidth=1.8, zorder=3)
        if kind == "output":
            ax.add_patch(Circle((x, y), r * 1.16, facecolor="none", edgecolor=colour, linewidth=1, zorder=3))
    ax.add_patch(shape)
    ax.text(x, y - 0.01, label, ha="center", va="center", fontsize=12, zorder=4)


def chain(nodes, forward=(), backward=(), sides=None, gap=1.12):
    """Draw quantities in a row, each computed from the one before it. Returns the figure.

    nodes: (label, kind) from left to right; kind is one of "parameter", "input", "hidden", "output",
    "cost", "target". forward: a label above each arrow. backward: a label for each red arrow that goes
    back below, from the one between the first two nodes on; "" for an arrow without a label, None for
    no arrow. sides: {index: [(label, kind), …]}, what else goes into a node, drawn above it.
    """
    sides = sides or {}
    top = 1.35 if sides else 0.75 if any(forward) else 0.4
    bottom = -1.25 if any(backward) else -0.4
    width = gap * (len(nodes) - 1) + 0.8
    fig, ax = plt.subplots(figsize=(width, top - bottom))
    arrow = dict(arrowstyle="-|>", mutation_scale=12, shrinkA=0, shrinkB=0, linewidth=1.5)
    r = 0.33
    for i, (label, kind) in enumerate(nodes):
        _node(ax, gap * i, 0, kind, label)
        for s, (side, side_kind) in enumerate(sides.get(i, [])):
            x = gap * (i + (s - (len(sides[i]) - 1) / 2) * 0.62)
            _node(ax, x, 1.0, side_kind, side)
            length = ((x - gap * i) ** 2 + 1) ** 0.5
            u, v = (x - gap * i) / length, 1 / length
            ax.annotate("", (gap * i + r * u, r * v), (x - r * u, 1.0 - r * v),
                        arrowprops=dict(arrow, color=MUTED, linewidth=1.2))
        if i:
            ax.annotate("", (gap * i - r, 0), (gap * (i - 1) + r, 0), arrowprops=dict(arrow, color=INK))
            if i <= len(forward) and forward[i - 1]:
                ax.text(gap * (i - 0.5), 0.1, forward[i - 1], ha="center", va="bottom", fontsize=11.5, color=ORANGE)
            if i <= len(backward) and backward[i - 1] is not None:
                ax.annotate("", (gap * (i - 1) + 0.14, -0.34), (gap * i - 0.14, -0.34), arrowprops=dict(
                    arrow, color=RED, linestyle=(0, (4, 2)), connectionstyle="arc3,rad=-0.35"))
                ax.text(gap * (i - 0.5), -0.62, backward[i - 1], ha="center", va="top", fontsize=13.5, color=RED)
    ax.set_xlim(-0.4, width - 0.4)
    ax.set_ylim(bottom, top)
    ax.set_aspect("equal")
    ax.axis("off")
    return fig


def nudge_rulers(steps):
    """Draw how a nudge runs along a chain: a ruler a quantity, from its old value to its new one. Returns the figure.

    steps: (label, before, after) in the order of the chain. All rulers have one scale, so that
    arrows can be compared; between two rulers stands the ratio of their arrows.
    """
    changes = [after - before for _, before, after in steps]
    low, high = min(0.0, *changes), max(0.0, *changes)
    reach = (high - low) or 1.0
    fig, ax = plt.subplots(figsize=(5, 0.92 * len(steps)))
    for row, ((label, before, after), change) in enumerate(zip(steps, changes)):
        y = -row
        kind = "parameter" if row == 0 else "cost" if row == len(steps) - 1 else "output"
        ax.text(-0.2, y, label, ha="center", va="center", fontsize=15, color=_KINDS[kind])
        start, end = (0 - low) / reach, (change - low) / reach
        ax.plot([-0.02, 1.02], [y, y], color=GRID, linewidth=1, linestyle="-")
        tick = 10.0 ** np.floor(np.log10(reach))
        tick = tick / 5 if reach / tick < 2 else tick / 2 if reach / tick < 5 else tick
        for n in range(int(np.ceil(low / tick - 1e-9)), int(np.floor(high / tick + 1e-9)) + 1):
            x = (n * tick - low) / reach
            ax.plot([x, x], [y - 0.05, y + 0.05], color=GRID, linewidth=1, linestyle="-")
        ax.plot(start, y, "o", color=MUTED, markersize=5, linestyle="none")
        ax.annotate("", (end, y), (start, y), arrowprops=dict(arrowstyle="-|>", mutation_scale=13, shrinkA=0, shrinkB=0,
                                                             linewidth=3, color=_KINDS[kind]))
        sign = "+" if change >= 0 else "−"
        ax.text(1.08, y, rf"$\Delta${label} = {sign}{abs(change):.4g}", va="center", fontsize=11.5)
        ax.text(start, y - 0.13, f"{before:.4g} → {after:.4g}".replace("-", "−"),
                ha="left", va="top", fontsize=9.5, color=MUTED)
        if row:
            ratio = change / changes[row - 1] if changes[row - 1] else float("nan")
            ax.annotate("", (-0.2, y + 0.26), (-0.2, y + 0.74),
                        arrowprops=dict(arrowstyle="-|>", color=MUTED, mutation_scale=10))
            ax.text(-0.15, y + 0.5, f"× {ratio:.4g}".replace("-", "−"),
                    ha="left", va="center", fontsize=11, color=RED)
    ax.set_xlim(-0.3, 1.6)
    ax.set_ylim(-len(steps) + 0.55, 0.35)
    ax.axis("off")
    return fig
