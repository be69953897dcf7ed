// @ts-check
// dom: small helpers. all(root, selector) is an array; set(el, attributes) and write(el, text) write only what has changed.
// still(): the reader wants no motion. chord(event): a key of the browser's own. numbers("2 1") is [2, 1].
// predicted(root, what, right) tells the page how a prediction came out, which the book keeps with a reader's progress.

const all = (root, selector) => [...root.querySelectorAll(selector)];

function set(el, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (el.getAttribute(key) !== String(value)) el.setAttribute(key, value);
  }
}

// A text that takes another's place would be styled anew; one that changes is only laid out.
function write(el, text) {
  if (el.textContent === text) return;
  const { firstChild: only, lastChild } = el;
  if (only === lastChild && only?.nodeType === Node.TEXT_NODE) only.data = text;
  else el.textContent = text;
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const chord = (event) => event.altKey || event.ctrlKey || event.metaKey;
const numbers = (text) => text.split(" ").map(Number);
const verdict = (right) => `<b>${right ? "You were right." : "Not this time."}</b> `;

function predicted(root, what, right) {
  const number = all(document, ".nudge-place, .train-place").indexOf(root.parentNode);
  root.dispatchEvent(new CustomEvent("book-done", { bubbles: true,
    detail: { kind: "predictions", name: `${location.pathname.split("/").pop()} ${number} ${what}`, value: { right } } }));
}
