// @ts-check
// figures_kernel: Walk and Fork in a notebook. render({model, el}).

function render({ model, el }) {
  el.innerHTML = model.get("_drawing");
  bring(el.querySelector(".figures-drawing"), model.get("_config"));
}
