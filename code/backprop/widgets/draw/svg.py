"""SVG as text: el("circle", cx=1, cy=2) is <circle cx="1" cy="2"/>."""


def el(tag, *children, **attributes):
    """An element. class_ is class, an underscore within a name a hyphen; floats get one decimal, None is left out."""
    written = ""
    for name, value in attributes.items():
        if value is not None:
            text = f"{value:.1f}" if isinstance(value, float) else str(value)
            written += f' {name.rstrip("_").replace("_", "-")}="{text}"'
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


def between(begin, end, cut=0.0, cut_end=0.0):
    """The d of a straight path from begin to end, shortened at its ends."""
    (x1, y1), (x2, y2) = begin, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    c, s = (x2 - x1) / length, (y2 - y1) / length
    return f"M{x1 + c * cut:.1f} {y1 + s * cut:.1f}L{x2 - c * cut_end:.1f} {y2 - s * cut_end:.1f}"
