"""The digits' pad as it is before it comes alive: one digit and what the network says of it, in its final size.

js/train_draw.js draws the same parts, PANELS.pad.
"""

from .svg import el


def percent(share):
    return f"{100 * share:.1f} %"


def picture(ink):
    """An 8 by 8 picture, a flat list from 0 (white) to 1, as SVG."""
    cells = [el("rect", x=p % 8, y=p // 8, width="1.02", height="1.02", opacity=f"{0.75 * v:.2f}")
             for p, v in enumerate(ink) if v]
    return el("svg", *cells, viewBox="0 0 8 8", aria_hidden="true")


def answers(trained, before):
    """The ten bars; trained and before: ten shares each, before may be None."""
    bars = "".join(
        f'<div class="share{" best" * (share == max(trained))}"><span>{d}</span><span class="well">'
        f'<span class="now" style="width:{100 * share:.1f}%"></span>'
        + (f'<span class="before" style="width:{100 * before[d]:.1f}%"></span>' if before else "")
        + f'</span><span class="says-share">{round(100 * share, 1):g} %</span></div>'
        for d, share in enumerate(trained))
    return bars + ('<p class="legend"><span><span class="key output"></span> trained</span>'
                   '<span><span class="key muted"></span> before training</span></p>' if before else "")


def still(template, ink, digit, trained, before):
    """template: the panel's HTML, templates/pad.html, with what is shown first put in."""
    best = trained.index(max(trained))
    says = f"The network reads <b>{best}</b> with {percent(max(trained))}; it is a {digit}."
    if before:
        says += f" Before training: {before.index(max(before))} with {percent(max(before))}."
    head, _, tail = template.partition('<div class="sheet"')
    tail = tail.partition("</canvas>")[2]
    return (f'{head}<div class="sheet" role="img" aria-label="a handwritten {digit}">{picture(ink)}{tail}'
            .replace('<div class="bars" role="img"></div>', f'<div class="bars">{answers(trained, before)}</div>')
            .replace('<p class="says"></p>', f'<p class="says">{says}</p>'))
