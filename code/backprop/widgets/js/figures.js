// @ts-check
// figures: where Walk and Fork live; mountAll() on a page of the book, render({model, el}) in a notebook.

function bring(root, config) {
  ({ walk, fork })[config.kind](root, config);
  root.classList.add("alive");
}

function mountAll() {
  for (const place of all(document, ".figure-place")) {
    mountNear(place, () => bring(place.querySelector(".figures-drawing"), JSON.parse(place.querySelector("script").textContent)));
  }
}

function render({ model, el }) {
  el.innerHTML = model.get("_drawing");
  bring(el.querySelector(".figures-drawing"), model.get("_config"));
}
