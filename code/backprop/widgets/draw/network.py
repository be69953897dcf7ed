"""The network as a drawing (SVG) with its numbers: once from left to right, once from top to bottom for
a narrow column; the stylesheet shows the one that fits.

Every part carries data-at="l j k step": its layer, the neuron it leads to, where it comes from (k = 0:
no edge; k = -1: a bias), and when x reaches it on its way (2l - 1: z and what leads to it, 2l: a).
"""

import math

from .format import name_parts, plain, spoken

ACTIVATION_SIGNS = {"sigmoid": "σ", "identity": "id"}


def math_text(page_label):
    """tspans of (lead, letter, layer, index): the index stands under the exponent."""
    lead, letter, layer, index = page_label
    spans = f'{lead}<tspan class="it">{letter}</tspan>'
    if layer:
        spans += f'<tspan class="script" dy="-5">({layer})</tspan>'
    if index:
        back = f' dx="{-4.1 * (len(layer) + 1.5):.1f}"' if layer else ""
        spans += f'<tspan class="script" dy="{9 if layer else 4}"{back}>{index}</tspan>'
    rise = (5 if layer else 0) - (9 if layer else 4) * bool(index)
    return spans, rise


def travelling(page, name, l, j, k, begin, target):
    """The numbers that travel along one edge: w a forward, the message w delta back, and at rest its gradient."""
    (x1, y1), (x2, y2) = begin, target
    there, back = f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", f"M{x2:.1f} {y2:.1f}L{x1:.1f} {y1:.1f}"

    def bead(kind, at, path, number):
        return (f'<text class="bead {kind}" data-bead="{kind} {at}" style="offset-path:path(\'{path}\')" '
                f'text-anchor="middle" dy="4">{number}</text>')

    def times(*names):
        return page.number("message " + " ".join(names), "3", math.prod(page.values[n] for n in names), "tspan",
                           f' data-product="{" ".join(names)}"')
    made = [bead("forward", f"{l} {j}", there, times(name, page.sender(l, k))),
            bead("fill", f"{l} {j}", there, page.number(f"dC/d{name}", "3", tag="tspan"))]
    if l > 1:
        made.append(bead("sum", f"{l - 1} {k}", back, times(name, f"delta{l}_{j}")))
    return made


def picture(page, wide):
    """page: a Page (sizes, values, parameters, number). Returns the <svg> element as text."""
    sizes, L, values = page.sizes, page.L, page.values
    most = max(sizes)
    width = 720 if wide else 340
    room = max(24, min(68, 560 / most)) if wide else min(78, 310 / most)       # from neuron to neuron
    r = max(5, min(19, room / 2 - (7 if wide else 8)))
    dense = r < 17                                                              # no room for numbers and names
    pair = 2 * r + 28                                                           # from z to a
    ends = 2 * r + 100 if wide else 2 * r + 92
    # from a to the next z
    gap = max(2 * r + 14, min(2 * r + 150, (width - ends - L * pair) / L)) if wide else 2 * r + 56
    start = r + 8 if wide else r + 8
    column = {(0, "a"): start}
    for l in range(1, L + 1):
        column[l, "z"] = column[l - 1, "a"] + gap
        column[l, "a"] = column[l, "z"] + pair
    end = column[L, "a"] + r + 50
    length = end + 34
    if wide and length > width:
        width = length
    shift = max(0, (width - length) / 2) if wide else 0
    head = 36 if wide else 0
    breadth = most * room + head + 8 if wide else width
    middle = head + most * room / 2 if wide else width / 2

    def place(u, v):
        return (u + shift, v) if wide else (v, u)

    def at(l, j, kind):
        return place(column[l, kind], middle + (j - (sizes[l] + 1) / 2) * room)

    def line(begin, finish, cut=r, cut_end=r):
        (x1, y1), (x2, y2) = begin, finish
        d = math.hypot(x2 - x1, y2 - y1)
        c, s = (x2 - x1) / d, (y2 - y1) / d
        return f"M{x1 + c * cut:.1f} {y1 + s * cut:.1f}L{x2 - c * cut_end:.1f} {y2 - s * cut_end:.1f}"

    def text(x, y, content, css, anchor="middle", attributes=""):
        return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}"{attributes}>{content}</text>'

    def named(name):
        return math_text(name_parts(name))[0]

    chosen_l, chosen_j, _ = page.chosen

    def piece(l, j, k, step, name=""):
        """The attributes of a part, with the classes nudge.js gives it."""
        if name == page.weight:
            state = " chosen"
        elif k >= 0 and (l > chosen_l + 1 or (l == chosen_l + 1 and k == chosen_j) if k
                         else l > chosen_l or (l == chosen_l and j == chosen_j)):
            state = " lit"
        else:
            state = ""
        return f'data-at="{l} {j} {k} {step}"', state

    cost_at = place(end, middle)
    wires, edges, nodes, labels, beads = [], [], [], [], []
    moving = "backward" in page.config["panels"]
    fill = '<path class="flood" d="{d}"/>' if moving else ""
    for l in range(1, L + 1):
        for j in range(1, sizes[l] + 1):
            (zx, zy), (ax, ay) = at(l, j, "z"), at(l, j, "a")
            data, state = piece(l, j, 0, 2 * l)
            wires.append(f'<path {data} class="wire{state}" d="{line((zx, zy), (ax, ay), r, r + 2)}"/>')
            if l == L:
                data, state = piece(l, j, 0, 2 * L + 1)
                wires.append(f'<path {data} class="wire{state}" d="{line((ax, ay), cost_at, r + 4, 26)}"/>')
            sign = ACTIVATION_SIGNS.get(page.config["activation"][l - 1], page.config["activation"][l - 1])
            if not dense and not (wide and len(sign) > 4):
                labels.append(text((zx + ax) / 2, zy - 6, sign, "f") if wide
                              else text(zx + 8, (zy + ay) / 2 + 4, sign, "f", "start"))

    for name, l, j, k in page.parameters:
        target = at(l, j, "z")
        if k:
            begin = at(l - 1, k, "a")
        else:
            begin = (target[0] - 0.8 * r - 13, target[1] - 0.8 * r - 13)
        d = line(begin, target, r if k else 0, r)
        data, state = piece(l, j, k or -1, 2 * l - 1, name)
        negative = " negative" if values[name] < 0 else ""
        thick = min(6, 0.8 + 1.5 * math.sqrt(abs(values[name])))
        origin = "" if k else (f'<rect class="origin" x="{begin[0] - 3.5:.1f}" y="{begin[1] - 3.5:.1f}" width="7" '
                               'height="7"/>')
        edges.append(f'<g data-weight="{name}" {data} class="{"weight" if k else "bias"}{state}{negative}">'
                     f'<title>{plain(name)}</title>'
                     f'<path class="hit" d="{d}"/><path class="halo" d="{d}"/>'
                     f'<path class="edge" stroke-width="{thick:.2f}" d="{d}"/>{fill.format(d=d)}{origin}</g>')
        if moving and k:
            beads += travelling(page, name, l, j, k, begin, target)
        if dense:
            continue
        always = k and sizes[l] * sizes[l - 1] == 1                   # the only one of its layer
        if k:
            x, y, anchor = (begin[0] + target[0]) / 2, (begin[1] + target[1]) / 2 + 4, "middle"
            # on the outer side of its edge, the steeper the further
            if wide:
                away = 17 + min(14, 30 * abs((target[1] - begin[1]) / (target[0] - begin[0])))
                if begin[1] != target[1] and abs(y - 4 - middle) < room / 4:      # between two rows of neurons
                    away = 10
                y += away if y - 4 > middle + 1 else -away
            else:
                x = min(max(x + 46, 46), width - 46)
        elif wide and gap > 2 * r + 100:
            x, y, anchor = begin[0] - 7, begin[1] + 1, "end"
        else:                                                     # no room before it
            x, y, anchor = min(begin[0] - 4, width - 84), begin[1] - (13 if wide else 9), "start"
        content, rise = math_text(name_parts(name))
        worth = page.number(name, "2", tag="tspan", attributes=' class="worth"')
        data, state = piece(l, j, k or -1, 2 * l - 1, name)
        labels.append(text(x, y, f'{content}<tspan dy="{rise}"> = </tspan>{worth}', f"tag{' always' if always else ''}"
                                                                                    f"{state}", anchor,
                           f' {data} data-tag="{name}"'))

    def neuron(l, j, kind, quantity, name, step):
        x, y = at(l, j, kind)
        role = "first" if l == 0 else "last" if l == L else "middle"
        data, state = piece(l, j, 0, step) if l else (f'data-at="0 {j} -1 0"', "")
        shape = (f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:.1f}" height="{2 * r:.1f}" rx="{r / 3:.1f}"/>'
                 if l == 0
                 else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>')
        if role == "last" and kind == "a":
            shape += f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{r + 3.5:.1f}"/>'
        number = page.number(quantity, "short", tag="text",
                             attributes=f' x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle"')
        nodes.append(f'<g {data} class="neuron {role} {kind}{state}">'
                     f'<title>{spoken(quantity)}</title>{shape}{number}</g>')
        if not dense:
            side = ((x, y - r - (12 if role == "last" and kind == "a" else 9), "middle") if wide
                    else (x - r - (8 if l == L else 4), y + 4, "end"))
            labels.append(text(*side[:2], named(name), f"name of-{kind}", side[2]))
            if kind == "z":                                       # wide: in the place of z's name
                known = f' data-delta="{l} {j}"'
                labels[-1] = labels[-1].replace("<text", f"<text{known}", 1) if moving else labels[-1]
                delta = f'<tspan class="it">δ</tspan> {page.number(f"delta{l}_{j}", "3" if wide else "2", tag="tspan")}'
                labels.append(text(x - 16, y - r - 9, delta, "back", "start", known * moving) if wide
                              else text(x - 6, y + pair / 2 + 4, delta, "back", "end", known * moving))

    for j in range(1, sizes[0] + 1):
        neuron(0, j, "a", f"x_{j}", f"x_{j}", 0)
    for l in range(1, L + 1):
        for j in range(1, sizes[l] + 1):
            neuron(l, j, "z", f"z{l}_{j}", f"z{l}_{j}", 2 * l - 1)
            output = "ŷ" if sizes[L] == 1 else f"ŷ_{j}"
            neuron(l, j, "a", f"a{l}_{j}", f"a{l}_{j}" if l < L else output, 2 * l)
    x, y = cost_at
    number = page.number("C", "short", tag="text", attributes=f' x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle"')
    nodes.append(f'<g data-at="{L + 1} 0 0 {2 * L + 1}" class="neuron cost lit"><title>the cost C</title>'
                 f'<rect x="{x - 26:.1f}" y="{y - 19:.1f}" width="52" height="38" rx="8"/>{number}</g>')
    labels.append(text(x, y - 28, named("C"), "name") if wide else text(x - 33, y + 4, named("C"), "name", "end"))
    if sizes[L] == 1:
        goal = f'<tspan class="it">y</tspan> = {page.number("y_1", "2", tag="tspan")}'
        labels.append(text(x, y + 36, goal, "goal") if wide else text(x + 34, y + 4, goal, "goal", "start"))
    if wide:
        for l in range(L + 1):
            x = (column[l, "a"] + column.get((l, "z"), column[l, "a"])) / 2 + shift
            title = "input" if l == 0 else "output" if l == L else f"hidden {l}"
            if l and page.config["activation"][l - 1] == "softmax":
                title += ", softmax"
            labels.append(text(max(x, 18), 12, title, "layer"))

    box = (width, breadth) if wide else (width, length)
    return (f'<svg class="{"wide" if wide else "narrow"}{" dense" if dense else ""}" viewBox="0 0 {box[0]:.0f} '
            f'{box[1]:.0f}" role="group" aria-label="network {"-".join(map(str, sizes))}"><g>{"".join(wires)}</g>'
            f'<g role="radiogroup" aria-label="weights and biases in the picture">{"".join(edges)}</g>'
            f'<g>{"".join(nodes)}</g><g aria-hidden="true">{"".join(labels)}{"".join(beads)}</g></svg>')
