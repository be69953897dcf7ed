// @ts-check
// dom: small helpers. all(root, selector) is an array; set(el, attributes) writes only what has changed.

const all = (root, selector) => [...root.querySelectorAll(selector)];

function set(el, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (el.getAttribute(key) !== String(value)) el.setAttribute(key, value);
  }
}
