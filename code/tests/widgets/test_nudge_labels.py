"""The labels of the drawn network and of the curve: none lies on another, and they follow the reader's size of text."""

import pytest

from backprop import Network, Nudge
from tests.widgets.nudge_pages import NET, write_page

NETS = {"4-2-2-1": (NET, [1.0, 0.5, -1.0, 0.8], [1.0]), "2-2-1": (Network([2, 2, 1], seed=0), [1.0, 0.5], [1.0]),
        "1-1-2": (Network([1, 1, 2], "tanh", seed=1), [1.0], [0.3, 0.9]),
        "1-1": (Network([1, 1], "identity", seed=0), [2.0], [1.0]), "4-1": (Network([4, 1], seed=0), [1.0] * 4, [1.0]),
        "1-1-1": (Network([1, 1, 1], seed=0), [1.0], [1.0]),
        "3-3-2": (Network([3, 3, 2], ["relu", "softmax"], "cross_entropy", seed=0), [1.0, 0.5, -1.0], [0.0, 1.0])}

# Pairs of texts of the drawing that is seen, one of them the chosen weight's tag, whose ink shares more than a hair,
# and texts that reach beyond the drawing.
COLLISIONS = """([root, tolerance]) => {
  const svg = [...root.querySelectorAll(".picture > svg")].find((el) => el.checkVisibility());
  const frame = svg.getBoundingClientRect(), visible = (el) => el.checkVisibility({visibilityProperty: true});
  const seen = [...svg.querySelectorAll("text")].filter((el) => visible(el) && el.textContent.trim());
  const box = (el) => {
    const {left, right, top, bottom} = el.getBoundingClientRect(), h = (bottom - top) / 6;
    return {left: left + 1, right: right - 1, top: top + h, bottom: bottom - h};
  };
  const boxes = seen.map((el) => ({el, ...box(el)})), found = [];
  for (const a of boxes) {
    if (a.left < frame.left - 1 || a.right > frame.right + 1) found.push([a.el.textContent, "outside"]);
    for (const b of boxes) {
      if (a === b || !a.el.classList.contains("tag")) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > tolerance && high > tolerance) found.push([a.el.textContent, b.el.textContent]);
    }
  }
  return found;
}"""
CHOOSE = """([root, name]) => {
  const el = root.querySelector('[data-field="which"]');
  el.value = name;
  el.dispatchEvent(new Event("change", {bubbles: true}));
}"""


@pytest.fixture
def open_nudge(new_page, tmp_path):
    def open_it(net, panels, width):
        network, x, y = NETS[net]
        widget = Nudge(network, x, y, panels=panels, question=None)
        return new_page(write_page(tmp_path / "page", widget).as_uri(), width=width, height=844)
    return open_it


@pytest.mark.parametrize("panels", [["curve"], ["chain"]])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("net", NETS)
def test_the_chosen_weights_tag_lies_on_no_other_label(open_nudge, net, width, panels):
    page = open_nudge(net, panels, width)
    root = page.query_selector(".nudge")
    names = page.evaluate("() => [...document.querySelector('[data-field=which]').options].map((el) => el.value)")
    for name in names:
        page.evaluate(CHOOSE, [root, name])
        assert page.evaluate(COLLISIONS, [root, 2]) == [], name


def test_a_tag_put_on_a_name_is_found(open_nudge):
    page = open_nudge("4-2-2-1", ["curve"], 390)
    page.evaluate("""() => {
      const tag = document.querySelector(".tag.chosen"), {x, y} = document.querySelector(".name").getBBox();
      tag.setAttribute("x", x + 20); tag.setAttribute("y", y + 12); }""")
    assert page.evaluate(COLLISIONS, [page.query_selector(".nudge"), 2])


@pytest.mark.parametrize("width", [390, 1280])
def test_the_drawings_letters_follow_the_readers_size(open_nudge, width):
    page = open_nudge("4-2-2-1", ["curve", "chain"], width)
    size = """() => Object.fromEntries(["svg.narrow .name", ".curve .axes text", ".curve .tag"].map((s) => {
      const el = document.querySelector(s), svg = el.ownerSVGElement, units = svg.viewBox.baseVal?.width;
      const scale = units ? svg.getBoundingClientRect().width / units : 1;
      return [s, parseFloat(getComputedStyle(el).fontSize) * scale];
    }))"""
    before = page.evaluate(size)
    page.add_style_tag(content="html { font-size: 130%; }")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    after = page.evaluate(size)
    assert min(before.values()) > 10
    for where, value in after.items():
        assert value >= 1.28 * before[where], where
    assert page.evaluate(COLLISIONS, [page.query_selector(".nudge"), 2]) == []
