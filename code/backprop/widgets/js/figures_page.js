// @ts-check
// figures_page: Walk and Fork on a page of the book. mountAll().

function mountAll() {
  for (const place of all(document, ".figure-place")) {
    mountNear(place, () => bring(place.querySelector(".figures-drawing"), JSON.parse(place.querySelector("script").textContent)));
  }
}
