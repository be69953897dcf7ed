"""For the lab's tests: small pages with labs on them, and the check that a lab shows the truth."""

import json
import re

import numpy as np

from backprop import Network
from backprop.widgets.assemble import shared_script, style
from backprop.widgets.datasets import digits, digits_script
from backprop.widgets.train_program import site_script
from tools import minified


def write_page(folder, *labs):
    """A page with these labs and the site's files; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("widgets.js", minified.script(shared_script())), ("train.js", minified.script(site_script())),
                       ("train.css", style("train")), ("digits.js", digits_script())):
        (folder / name).write_text(text, encoding="utf-8")
    body = "\n".join(lab._repr_mimebundle_()[0]["text/html"] for lab in labs)
    body = re.sub(r"(?s)</div>\n<script>.*?</script>", "</div>", body)       # as the site does: one file for all
    page = folder / "page.html"
    page.write_text(f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A lab</title><link rel="stylesheet" href="train.css"><script defer src="widgets.js"></script>
<script defer src="train.js"></script>
<style>body {{ margin: 1em auto; max-width: 1000px; padding: 0 10px; }}
[data-theme="dark"] {{ --pst-color-background: #14181e; background: #14181e; }}
[data-theme="dark"] h1 {{ color: white; }}</style></head>
<body><main><h1>A page</h1>
{body}
</main></body></html>""", encoding="utf-8")
    return page


def close(a, b):
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-11


def sets_of(given):
    """X, Y, X_test, Y_test of the attribute data-set, one example a column."""
    if given.get("name") == "digits":
        X, Y = digits()
        n, m = given["n_train"], given["n_train"] + given["n_test"]
        return X[:, :n], Y[:, :n], X[:, n:m], Y[:, n:m]
    return [None if given[name] is None else np.array(given[name]).T for name in ("X", "Y", "X_test", "Y_test")]


def check(root):
    """Recompute what data-state says from data-set by Network; returns (state, net)."""
    state, given = json.loads(root.get_attribute("data-state")), json.loads(root.get_attribute("data-set"))
    X, Y, X_test, Y_test = sets_of(given)
    net = Network.from_parameters(state["W"], state["b"], activation=state["activation"], cost=state["cost"])
    assert net.sizes == state["sizes"]
    assert close(state["C"], net.cost(X, Y)), f"C is {state['C']}, Network says {net.cost(X, Y)}"
    assert state["C_test"] is None if X_test is None else close(state["C_test"], net.cost(X_test, Y_test))
    g, name = net.gradients(X, Y), state["weight"]
    layer, index = name[1:].split("_")
    places = [int(k) - 1 for k in (index.split(",") if "," in index or name[0] == "b" else index)]
    expected = g.W[int(layer)][tuple(places)] if name[0] == "w" else g.b[int(layer)][places[0], 0]
    assert close(state["gradient"], expected)
    if len(Y) > 1:
        assert close(state["accuracy"], (net.forward(X).output.argmax(axis=0) == Y.argmax(axis=0)).mean())
    return state, net
