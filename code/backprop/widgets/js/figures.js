// @ts-check
// figures: where Walk and Fork live; mountAll() on a page of the book, render({model, el}) in a notebook.

function bring(root, config) {
  for (const el of all(root, "[data-live]")) el.hidden = false;
  ({ walk, fork })[config.kind](root, config);
  root.classList.add("alive");
}

function mountAll() {
  for (const place of all(document, ".figure-place")) {
    bring(place.querySelector(".figures-drawing"), JSON.parse(place.querySelector("script").textContent));
  }
}

function render({ model, el }) {
  el.innerHTML = model.get("_drawing");
  bring(el.querySelector(".figures-drawing"), model.get("_config"));
}
