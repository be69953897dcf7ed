"""How fast is the lab? Its steps and epochs on a page, drawn, throttled, and beside interact with matplotlib.

    python code/benchmarks/train_lab.py

A step of 2-8-8-1 on 300 points with plane, thumbnails and curves: from the click until everything is computed,
drawn and laid out. An epoch of 1,437 digits (64-30-10, batches of 10), and the same with pad, curves and misread
digits drawn. While it plays with the processor slowed down six times: from a key on the weight's slider until the
page has painted again. The usual way: the same step and the same three drawings with interact and matplotlib in
JupyterLab, from the slider's event until the new picture is in the page.
"""

import gzip
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from playwright.sync_api import sync_playwright  # noqa: E402

from backprop import Network, Train  # noqa: E402
from backprop.widgets import assemble, train_program  # noqa: E402
from backprop.widgets.datasets import digits_script, two_moons  # noqa: E402
from tests.lab import jupyterlab  # noqa: E402
from tests.widgets import train_pages  # noqa: E402
from tools import browsers, minified  # noqa: E402

STEP = """async ([action, times, drawn]) => {
  const root = document.querySelector(".train"), button = root.querySelector(`[data-action="${action}"]`);
  const took = [], queue = [];
  const real = [window.requestAnimationFrame, window.setTimeout].map((of) => of.bind(window));     // all is counted
  window.requestAnimationFrame = (draw) => queue.push(draw);
  window.setTimeout = (act, wait = 0) => (wait ? real[1](act, wait) : queue.push(act));
  for (let i = 0; i < times; i++) {
    await new Promise((done) => setTimeout(done, 5));
    const start = performance.now();
    button.click();
    const computed = performance.now() - start;
    while (queue.length) queue.shift()(start);
    root.getBoundingClientRect();
    took.push(drawn ? performance.now() - start : computed);
  }
  [window.requestAnimationFrame, window.setTimeout] = real;
  return took;
}"""
LISTEN = """() => {
  window.waited = [];
  document.querySelector('.train [data-field="value"]').addEventListener("input", (event) =>
    requestAnimationFrame(() => setTimeout(() => window.waited.push(performance.now() - event.timeStamp))));
}"""
USUAL = """\
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from backprop import Network
from backprop.widgets.datasets import two_moons
X, Y = two_moons(300)
net = Network([2, 8, 8, 1], ["tanh", "tanh", "sigmoid"], "cross_entropy", seed=0)
grid = np.array(np.meshgrid(*[np.linspace(-1.1, 1.1, 36)] * 2)).reshape(2, -1)
costs, rng = [net.cost(X, Y)], np.random.default_rng(0)

@interact(step=IntSlider(value=0, min=0, max=100))
def draw(step):
    batch = rng.permutation(300)[:10]
    net.update(net.gradients(X[:, batch], Y[:, batch]), 0.3)
    costs.append(net.cost(X, Y))
    a = net.forward(grid).a
    fig = plt.figure(figsize=(9, 6))
    ax = fig.add_subplot(1, 3, 1)
    ax.imshow(a[3].reshape(36, 36), origin="lower", extent=(-1.1, 1.1, -1.1, 1.1), vmin=0, vmax=1)
    ax.scatter(*X, c=Y[0], s=8)
    for l in (1, 2):
        for j in range(8):
            ax = fig.add_axes((0.36 + 0.09 * l, 0.08 + 0.11 * j, 0.08, 0.1))
            ax.imshow(a[l][j].reshape(36, 36), origin="lower")
            ax.axis("off")
    fig.add_subplot(1, 3, 3).plot(costs)
    plt.show()"""
DRAG_USUAL = """async (steps) => {
  const handle = document.querySelector(".noUi-handle"), times = [];
  const picture = () => [...document.querySelectorAll(".jp-OutputArea img")].at(-1);
  for (let i = 0; i < steps; i++) {
    const before = picture()?.src, start = performance.now();
    handle.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
    await new Promise((done) => { const look = setInterval(() => {
      const now = picture();
      if (now && now.src !== before) { clearInterval(look); now.decode().then(done); }
    }, 1); });
    times.push(performance.now() - start);
  }
  return times;
}"""


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def moons(panels):
    X, Y = two_moons(300)
    net = Network([2, 8, 8, 1], ["tanh", "tanh", "sigmoid"], "cross_entropy", seed=0)
    return Train(net, X, Y, batch_size=10, learning_rate=0.3, panels=panels)


def digits():
    return Train(Network([64, 30, 10], ["tanh", "softmax"], "cross_entropy", seed=0), "digits", batch_size=10,
                 learning_rate=0.1, panels=["pad", "curves", "misread"])


def throttled(page):
    """Milliseconds from a key on the slider until the page has painted, while it plays at a sixth of the speed."""
    page.evaluate(LISTEN)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.click('.train [data-action="play"]')
    page.focus('.train [data-field="value"]')
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return page.evaluate("() => window.waited")


def main():
    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = browsers.launch(playwright, browsers.find())

        def opened(lab, name):
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.goto(train_pages.write_page(Path(folder) / name, lab).as_uri())
            page.wait_for_selector(".train")
            page.wait_for_timeout(500)
            return page
        page = opened(moons(["plane", "network", "curves"]), "moons")
        page.evaluate(STEP, ["step", 100, True])                                        # warm up
        rows.append(("step, 2-8-8-1 on 300, drawn", page.evaluate(STEP, ["step", 200, True])))
        page = opened(digits(), "digits")
        page.evaluate(STEP, ["epoch", 5, False])
        rows.append(("epoch of 1,437 digits", page.evaluate(STEP, ["epoch", 30, False])))
        rows.append(("the same, drawn", page.evaluate(STEP, ["epoch", 30, True])))
        rows.append(("key while playing, 6 × slower",
                     throttled(opened(moons(["plane", "network", "curves", "weight"]), "slow"))))

        with jupyterlab(Path(folder) / "lab") as lab:
            def new_page(url, height):
                page = chromium.new_page(viewport={"width": 1280, "height": height})
                page.goto(url)
                return page
            usual, _ = lab.open(new_page, USUAL)
            usual.wait_for_selector(".jp-OutputArea img")
            rows.append(("step, interact and matplotlib", usual.evaluate(DRAG_USUAL, 30)))
        chromium.close()

    print(f"{'':34}{'median':>10}{'95 %':>10}   (milliseconds)")
    for name, times in rows:
        print(f"{name:34}{percentile(times, 0.5):10.2f}{percentile(times, 0.95):10.2f}   {len(times)} events")
    packed = {name: len(gzip.compress(text.encode(), 9)) for name, text in (                    # as the site has them
        ("shared", minified.script(assemble.shared_script()) + assemble.shared_style(on_site=True)),
        ("Train", minified.script(train_program.site_script()) + assemble.own_style("train")),
        ("Nudge", minified.script(assemble.site_script()) + assemble.own_style("nudge")),
        ("digits", digits_script()))}
    print("compressed: " + ", ".join(f"{name} {size / 1000:.1f} kB" for name, size in packed.items()))


if __name__ == "__main__":
    main()
