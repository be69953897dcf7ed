"""How long does a drag take? The widget beside the usual way, in one run of one JupyterLab.

    python code/benchmarks/nudge_drag.py

The same 4-2-2-1 network, the same weight, the same values. Nudge, on a page without a kernel and in
JupyterLab (where every event also goes to the kernel): from the slider's event until C, all z and a, the
network and the curve are computed, in the page and laid out; events follow each other without a pause.
The usual way, ipywidgets' interact with matplotlib: from the slider's event until the new picture is in
the page and decoded.
"""

import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.lab import jupyterlab  # noqa: E402
from tests.widgets import nudge_pages  # noqa: E402
from tools import browsers  # noqa: E402

STEPS = 60
NETWORK = """\
from backprop import Network, Nudge
net = Network([4, 2, 2, 1], seed=0)
x, y = [1.0, 0.5, -1.0, 0.8], [1.0]
"""
NUDGE = NETWORK + 'Nudge(net, x, y, weight="w2_12", panels=["curve", "chain", "steps"], question=None, span=(-3, 3))'
USUAL = NETWORK + """\
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact

def cost_at(w):
    net.W[2][0, 1] = w
    return net.cost(x, y)

@interact(w=FloatSlider(value=-3, min=-3, max=3, step=0.1))
def draw(w):
    ws = np.linspace(-3, 3, 121)
    Cs = [cost_at(v) for v in ws]
    C, slope = cost_at(w), net.gradients(x, y).W[2][0, 1]
    fig, ax = plt.subplots(figsize=(6, 3))
    ax.plot(ws, Cs)
    ax.axline((w, C), slope=slope)
    ax.plot([w], [C], "o")
    ax.set_title(f"C = {C:.4f}, slope {slope:.4f}")
    plt.show()"""

DRAG_NUDGE = """(steps) => {
  const root = document.querySelector(".nudge"), range = root.querySelector("input[type=range]"), times = [];
  for (let i = 0; i < 10 * steps; i++) {
    const start = performance.now();
    range.value = -3 + 0.1 * (i % steps + 1);
    range.dispatchEvent(new Event("input", {bubbles: true}));
    root.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""
DRAG_USUAL = """async (steps) => {
  const handle = document.querySelector(".noUi-handle"), times = [];
  const picture = () => [...document.querySelectorAll(".jp-OutputArea img")].at(-1);
  for (let i = 0; i < steps; i++) {
    const before = picture()?.src, start = performance.now();
    handle.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
    await new Promise((done) => { const look = setInterval(() => {
      const now = picture();
      if (now && now.src !== before) { clearInterval(look); now.decode().then(done); } }, 1); });
    times.push(performance.now() - start);
  }
  return times;
}"""


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def main():
    with (tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder) / "lab") as lab,
          sync_playwright() as playwright):
        chromium = browsers.launch(playwright, browsers.find())

        def new_page(url, height):
            page = chromium.new_page(viewport={"width": 1280, "height": height})
            page.goto(url)
            return page

        usual_page, _ = lab.open(new_page, USUAL)
        usual_page.wait_for_selector(".jp-OutputArea img")
        usual = usual_page.evaluate(DRAG_USUAL, STEPS)
        usual_page.close()

        def drag(page):
            page.wait_for_selector(".nudge")
            page.evaluate(DRAG_NUDGE, STEPS)                      # warm up, as a reader's first second does
            return page.evaluate(DRAG_NUDGE, STEPS)
        nudge = drag(lab.open(new_page, NUDGE)[0])
        names = {}
        exec(NUDGE.replace("\nNudge(", "\nwidget = Nudge("), names)
        alone = drag(new_page(nudge_pages.write_page(Path(folder) / "page", names["widget"]).as_uri(), 900))
        chromium.close()

    print(f"{'':28}{'median':>10}{'95 %':>10}   (milliseconds a drag event)")
    for name, times in (("Nudge, on a page", alone), ("Nudge, in JupyterLab", nudge),
                        ("interact with matplotlib", usual)):
        print(f"{name:28}{percentile(times, 0.5):10.2f}{percentile(times, 0.95):10.2f}   {len(times)} events")
    print(f"{'ratio in JupyterLab':28}{percentile(usual, 0.5) / percentile(nudge, 0.5):10.0f}"
          f"{percentile(usual, 0.95) / percentile(nudge, 0.95):10.0f}")


if __name__ == "__main__":
    main()
