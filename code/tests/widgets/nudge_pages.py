"""For the widget's tests: small pages with widgets on them, and the check that a widget shows the truth."""

import json
import math
from html import escape

import numpy as np

from backprop import Network, Nudge
from backprop.widgets.assemble import classic, on_its_own, own_script, shared_script, site_script, source, style
from tools import minified

# The book's running example.
NET = Network.from_parameters(
    W=[[[0.6, -0.4, 0.2, 0.9], [-0.7, 0.5, 1.1, -0.3]], [[1.2, -0.8], [0.4, 1.5]], [[1.4, -1.1]]],
    b=[[0.1, -0.2], [0.3, -0.4], None], activation=["sigmoid", "sigmoid", "identity"])

# Sets a control as a reader would, and returns what the widget says at the very moment the event is over.
SET = """([root, field, value]) => {
  const el = root.querySelector(`[data-field="${field}"]`);
  el.value = value;
  el.dispatchEvent(new Event("input", {bubbles: true}));
  return window.look(root);
}"""

LOOK = """() => { window.look = (root) => {
  const shown = {};
  for (const el of root.querySelectorAll("[data-quantity]"))
    (shown[el.dataset.quantity] ??= []).push(JSON.parse(el.dataset.value));
  return {state: JSON.parse(root.dataset.state), shown};
}; }"""


def write_page(folder, *widgets, script=None, bar=None):
    """A page with these widgets and the site's files; returns its path. script: what stands in the place of Nudge's
    own; bar: the height (CSS) of a bar that stays at the top, as the site's does."""
    folder.mkdir(parents=True, exist_ok=True)
    own = own_script(script) if script else site_script()
    for name, text in (("widgets", shared_script()), ("nudge", own)):
        (folder / f"{name}.js").write_text(minified.script(text), encoding="utf-8")
    (folder / "nudge.css").write_text(style(), encoding="utf-8")
    body = "\n".join(widget._repr_mimebundle_()[0]["text/html"] for widget in widgets)
    for once in on_its_own(style(), classic(source())):
        body = body.replace(once, "")
    page = folder / "page.html"
    page.write_text(f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(repr(widgets[0]))}</title><link rel="stylesheet" href="nudge.css">
<script defer src="widgets.js"></script><script defer src="nudge.js"></script>
<style>body {{ margin: 1em auto; max-width: 760px; padding: 0 10px; }}
[data-theme="dark"] {{ --pst-color-background: #14181e; background: #14181e; }}
[data-theme="dark"] h1 {{ color: white; }}
.bd-header-article {{ position: sticky; top: 0; z-index: 1020; height: {bar}; background: silver; }}</style></head>
<body style="min-height: 6000px">{'<div class="bd-header-article"></div>' if bar else ""}
<main><h1>A page</h1>
{body}
</main></body></html>""", encoding="utf-8")
    return page


def open_nudge(new_page, folder, look, **options):
    """A page with the running example's widget, looking as `look` says (Nudge's keywords)."""
    widget = Nudge(NET, [1.0, 0.5, -1.0, 0.8], [1.0], **{"weight": "w3_11", "span": (-0.5, 4), **look})
    page = new_page(write_page(folder, widget).as_uri(), **options)
    page.evaluate(LOOK)
    return page


def state(page):
    """What the first widget of a page says of itself."""
    return json.loads(page.get_attribute(".nudge", "data-state"))


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def check(seen):
    """Compare what a widget shows with NumPy at the widget's own state; AssertionError says what differs."""
    state, shown = seen["state"], seen["shown"]
    net = Network.from_parameters(W=[np.array(W) for W in state["W"]],
                                  b=[b if b is None else np.array(b) for b in state["b"]],
                                  activation=state["activation"], cost=state["cost"])
    assert net.sizes == state["sizes"]
    x, y, name = state["x"], state["y"], state["weight"]
    trace, g = net.forward(x), net.gradients(x, y)
    expected = {"C": net.cost(x, y)}
    gradients = {}
    for l in range(1, len(net.sizes)):
        for j in range(net.sizes[l]):
            expected[f"z{l}_{j + 1}"], expected[f"a{l}_{j + 1}"] = trace.z[l][j, 0], trace.a[l][j, 0]
            expected[f"delta{l}_{j + 1}"] = g.delta[l][j, 0]
            if net.b[l] is not None:
                gradients[f"b{l}_{j + 1}"] = g.b[l][j, 0]
                expected[f"b{l}_{j + 1}"] = state["b"][l - 1][j]
            for k in range(net.sizes[l - 1]):
                comma = "," if max(j, k) > 8 else ""
                gradients[f"w{l}_{j + 1}{comma}{k + 1}"] = g.W[l][j, k]
                expected[f"w{l}_{j + 1}{comma}{k + 1}"] = state["W"][l - 1][j][k]
    expected.update({f"dC/d{p}": value for p, value in gradients.items()}, **{"dC/dw": gradients[name]})
    assert close(state["C"],
                 expected["C"]), f'state says C = {state["C"]}, NumPy {expected["C"]} at {json.dumps(state)}'
    assert close(state["gradient"],
                 gradients[name]), f'state says {state["gradient"]} for dC/d{name}, NumPy {gradients[name]}'
    for quantity in ("C", "dC/dw", *(q for q in expected if q[0] in "za")):
        assert quantity in shown, f"{quantity} is not shown"
    for quantity, values in shown.items():
        if quantity in expected:
            for value in values:
                assert value is not None and close(value, expected[quantity]), (f"{quantity} is shown as {value}, "
                                                                                f"NumPy says {expected[quantity]}")
    return net
