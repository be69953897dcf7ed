"""Numbers and names as the reader sees them, and the round ticks of an axis; js/format.js does the same to the last
letter."""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def fixed(value, digits):
    """The value with so many decimals, ties away from zero, as JavaScript's toFixed: 0.0625 is 0.063."""
    return format(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), "f")


def scientific(value, digits):
    """(mantissa, power) with so many decimals of the mantissa, ties away from zero, as JavaScript's toExponential."""
    rounded = Context(prec=digits + 1, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))
    mantissa, power = f"{rounded:.{digits}e}".split("e")
    return mantissa, int(power)


def show(value, digits=3):
    """A number as the reader sees it."""
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    if size < 1e4 and (size == 0 or size >= 0.5 * 10**-digits):
        text, tail = fixed(value, 1 if size >= 100 else digits), ""
    else:
        text, power = scientific(value, 1)
        tail = "·10" + str(power).translate(SUPERSCRIPT)
    return text.replace("-", "−" if re.search("[1-9]", text) else "") + tail


def short(value):
    """A number that fits into a neuron."""
    size = abs(value)
    if not math.isfinite(value):
        return show(value)
    if size >= 9999.5:
        text = "{}e{}".format(*scientific(value, 0))
    else:
        text = fixed(value, 0 if size >= 99.95 else 1 if size >= 9.995 else 2)
    return text.replace("-", "−" if re.search("[1-9]", text) else "")


FORMATS = {"3": show, "short": short, "4": lambda v: show(v, 4), "2": lambda v: show(v, 2),
           "plain": lambda v: re.sub(r"\.?0+$", "", text) if "." in (text := show(v, 2)) else text,
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


# ---- axes


def usable(value):
    """Is it a number that can be drawn? (Not nan.)"""
    return abs(value) <= 1e200


def nice(low, high, n):
    """Round numbers in a range, about n of them: [(number, text)]."""
    ten = 10.0 ** math.floor(math.log10((high - low) / n))
    step = ten * next(m for m in (1, 2, 5, 10) if m * ten * n >= high - low)
    first = math.ceil(low / step - 1e-9)
    digits = max(0, -math.floor(math.log10(step * 1.001)))
    plain_numbers = digits < 6 and max(-low, high) < 1e5
    values = [(first + i) * step for i in range(min(20, 1 + math.floor(high / step + 1e-9) - first))]

    def text(value):
        if not plain_numbers:
            return show(value) if value else "0"
        written = fixed(value, digits)
        return written.replace("-", "−" if re.search("[1-9]", written) else "")
    return [(value, text(value)) for value in values]


def reach(values, cap=None, headroom=0.08):
    """[low, high] of an axis that shows these values, from 0 if that is near; cap: nothing above it counts."""
    seen = [v for v in values if usable(v)]
    low, high = (min(seen), max(seen)) if seen else (0, 1)
    if cap is not None:
        high = min(high, cap)
    if headroom and low < 0.4 * high:
        low = 0
    size = abs(high)
    room = 0.5 + 1e-9 * size if high - low < 1e-9 * (1 + size) else 0
    low, high = low - room, high + room
    return [low, high + headroom * (high - low)]


def span(value):
    """[low, high] of a slider for a weight that is `value`, unless the author says otherwise."""
    far = max(4, math.ceil(1.5 * abs(value)))
    return [-far, far]
