"""Numbers and names as the reader sees them; nudge.js writes the changing ones in the same way."""

import math
import re


def show(value, digits=3):
    """A number as the reader sees it."""
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    if size < 1e4 and (size == 0 or size >= 0.5 * 10**-digits):
        text, tail = f"{value:.{1 if size >= 100 else digits}f}", ""
    else:
        text, power = f"{value:.1e}".split("e")
        tail = "·10" + "".join("⁻" if c == "-" else "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] for c in str(int(power)))
    return text.replace("-", "−" if re.search("[1-9]", text) else "") + tail


def short(value):
    """A number that fits into a neuron."""
    size = abs(value)
    if not math.isfinite(value):
        return show(value)
    if size >= 9999.5:
        text = re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.0e}")
    else:
        text = f"{value:.{0 if size >= 99.95 else 1 if size >= 9.995 else 2}f}"
    return text.replace("-", "−" if re.search("[1-9]", text) else "")


FORMATS = {"3": show, "short": short, "4": lambda v: show(v, 4), "2": lambda v: show(v, 2),
           "signed": lambda v: "0" if v == 0 else ("+" if v > 0 else "") + show(v, 4)}

_NAME = re.compile(r"([∂Δ]?)(delta|[a-zA-Zη]+|ŷ)(\d*)_?([\d,]*)")


def name_parts(name):
    """"∂w2_12" -> ("∂", "w", "2", "12")."""
    lead, letter, layer, index = _NAME.fullmatch(name).groups()
    return lead, "δ" if letter == "delta" else letter, layer, index


def label(name):
    """The symbol as HTML."""
    lead, letter, layer, index = name_parts(name)
    scripts = f'<span class="ss"><sup>{layer and f"({layer})"}</sup><sub>{index}</sub></span>' if layer or index else ""
    return f"<span>{lead}<i>{letter}</i>{scripts}</span>"


def plain(name):
    """The symbol as text, for menus."""
    lead, letter, layer, index = name_parts(name)
    up = layer and "⁽" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] for c in layer) + "⁾"
    return lead + letter + up + "".join(c if c == "," else "₀₁₂₃₄₅₆₇₈₉"[int(c)] for c in index)


def spoken(name):
    """The symbol in words, for a screen reader."""
    lead, letter, layer, index = name_parts(name)
    to, source = (index.split(",") if "," in index else index) if letter == "w" and index else (index, "")
    return ({"∂": "d ", "Δ": "change of "}.get(lead, "") + letter + (layer and f" layer {layer}")
            + (f" to {to} from {source}" if source else f" {to}" if to else ""))
