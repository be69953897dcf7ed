// @ts-check
// nudge_kernel: Nudge in a notebook, where the model's traits are the state. render({model, el}).

function render({ model, el }) {
  const read = () => structuredClone({ ...model.get("_parameters"), x: model.get("x"), y: model.get("y"), weight: model.get("weight"), learning_rate: model.get("learning_rate") });
  el.innerHTML = model.get("_drawing");
  keepKeys(el);
  const app = new Nudge(el.querySelector(".nudge-drawing"), model.get("_config"), read(), { save() {
    const { W, b, ...rest } = structuredClone(app.state);
    model.set({ _parameters: { W, b }, value: app.value, ...rest });
    model.save_changes();
  } }).start();
  belowBar(app.find(".track"));
  const leave = follow(model, ["_parameters", "x", "y", "weight", "value", "learning_rate"], () => {
    const next = read(), { W, b, x, y, weight, learning_rate } = app.state;
    put(next, app.byName.get(next.weight), model.get("value"));
    if (same(next, { W, b, x, y, weight, learning_rate })) return;
    const other = !same([next.weight, next.x, next.y], [weight, x, y]);
    app.change(() => { app.state = next; app.veiled = false; if (other) app.fit(); }, { restart: other, save: false });
  });
  return () => {
    app.stop();
    leave();
  };
}
