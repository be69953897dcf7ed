"""The curve of the cost as it is before anything moves (SVG): what paper and a page without JavaScript show.

js/plot.js draws the same parts anew, in the size that there is.
"""


from .format import nice, reach, show, usable

WIDTH, HEIGHT = 420, 230
LEFT, RIGHT, TOP, BOTTOM = 56, WIDTH - 14, 16, 194


def curve(lines, here, slope, title):
    """lines: one or two lists of (x, C), the second dashed; here: a point of the first, which has this slope there."""
    seen = [p for line in lines for p in line if drawable(p)]
    low, high = reach([x for x, _ in seen], headroom=0)
    least, most = reach([C for _, C in seen], 3.5 if len(lines) > 1 else None)      # cross-entropy has no top

    def at(x, C):
        return (LEFT + (RIGHT - LEFT) * (x - low) / (high - low),
                min(1e4, max(-1e4, BOTTOM - (BOTTOM - TOP) * (C - least) / (most - least))))

    def path(css, points):
        return f'<path class="{css}" d="' + "".join(
            f'{"L" if i and drawable(points[i - 1]) else "M"}{"{:.1f} {:.1f}".format(*at(*p))}'
            for i, p in enumerate(points) if drawable(p)) + '"/>'

    axes = ""
    for C, number in nice(least, most, 4):
        y = at(low, C)[1]
        axes += (f'<path d="M{LEFT} {y:.1f}H{RIGHT}"/><text x="{LEFT - 6}" y="{y + 4:.1f}" '
                 f'text-anchor="end">{number}</text>')
    for x, number in nice(low, high, 5):
        axes += (f'<path d="M{at(x, least)[0]:.1f} {BOTTOM}v4"/>'
                 f'<text x="{at(x, least)[0]:.1f}" y="{BOTTOM + 17}" text-anchor="middle">{number}</text>')
    (x, C), wing = here, 0.3 * (high - low)
    tangent, dot, tag = [], (-99, -99), ""
    if drawable((x, C, slope)):
        tangent, dot, tag = [(x - wing, C - wing * slope),
                             (x + wing, C + wing * slope)], at(x, C), f"slope {show(slope, 4)}"
    left_side = dot[0] > WIDTH - 110 or (slope > 0 and dot[0] > LEFT + 110)       # where the tangent falls
    side = f'text-anchor="end" x="{dot[0] - 13:.1f}"' if left_side else f'x="{dot[0] + 13:.1f}"'
    return (
        f'<svg role="img" aria-label="{title}: C is {show(C)}, slope {show(slope)}" height="{HEIGHT}" viewBox="0 0 '
        f'{WIDTH} {HEIGHT}"><g class="axes">{axes}</g>'
        f'<svg class="inside" x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}">'
        f'<g transform="translate({-LEFT} {-TOP})"><path class="begun"/>'
        f'{path("second", lines[1] if len(lines) > 1 else [])}{path("line", lines[0])}<g class="trail"></g>'
        '<path class="predicted"/><path class="miss"/>'
        f'{path("tangent", tangent)}</g></svg><circle class="dot other" r="6" cx="-99"/>'
        f'<circle class="dot mine" r="7" cx="{dot[0]:.1f}" cy="{dot[1]:.1f}"/>'
        f'<text class="tag" {side} y="{max(dot[1] - 11, TOP + 12):.1f}">{tag}</text></svg>')


def drawable(point):
    return all(usable(v) for v in point)
