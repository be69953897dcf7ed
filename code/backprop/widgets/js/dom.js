// @ts-check
// dom: small helpers. all(root, selector) is an array; set(el, attributes) writes only what has changed;
// belowBar() measures what the page keeps at its top.
// predicted(root, what, right) tells the page how a prediction came out, which the book keeps with a reader's progress.

const all = (root, selector) => [...root.querySelectorAll(selector)];

function set(el, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (el.getAttribute(key) !== String(value)) el.setAttribute(key, value);
  }
}

// --top: how much of the window's upper edge the page keeps for itself; what sticks in sight sticks below it.
function belowBar() {
  const bars = all(document, "header, [class*=header]").filter((el) => ["sticky", "fixed"].includes(getComputedStyle(el).position));
  const measure = () => {
    const top = Math.max(0, ...bars.map((el) => (el.offsetHeight < innerHeight / 3 ? el.offsetHeight : 0)));
    document.documentElement.style.setProperty("--top", `${top}px`);
  };
  for (const bar of bars) new ResizeObserver(measure).observe(bar);
  measure();
}

function predicted(root, what, right) {
  const number = all(document, ".nudge, .train").indexOf(root);
  root.dispatchEvent(new CustomEvent("book-done", { bubbles: true,
    detail: { kind: "predictions", name: `${location.pathname.split("/").pop()} ${number} ${what}`, value: { right } } }));
}
