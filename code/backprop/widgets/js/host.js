// @ts-check
// host: where a widget lives. mountAll() on a page of the book, render({model, el}) in a notebook.

// On a page of the book: every <div class="nudge-place"> holds the drawing and a script of JSON.
function mountAll() {
  belowBar();
  const places = all(document, ".nudge-place"), apps = places.map((place, i) => {
    if (place.dataset.mounted) return null;  // in an exported notebook every widget brings this script
    place.dataset.mounted = "true";
    try {
      const { config, state } = JSON.parse(place.querySelector("script").textContent);
      return new Nudge(place.querySelector(".nudge-drawing"), config, state, { link: `nudge-${i + 1}`, save() { } });
    } catch (error) {
      place.append(`The widget could not start: ${error.message}`);
      return null;
    }
  }).filter(Boolean);
  const open = () => {
    const [, name, text] = /^#(nudge[^=]*)=(.*)$/s.exec(location.hash) || [];
    const app = apps.find((app) => app.host.link === name);
    if (app) app.openLink(text);
    else if (name && !(name.slice(6) <= places.length)) apps[0]?.warn("This link can't be used: it names no widget of this page. Nothing was changed.");
  };
  addEventListener("hashchange", open);
  open();
}

// In a notebook: the model's traits are the state.
function render({ model, el }) {
  const read = () => structuredClone({ ...model.get("_parameters"), x: model.get("x"), y: model.get("y"), weight: model.get("weight"), learning_rate: model.get("learning_rate") });
  el.innerHTML = model.get("_drawing");
  const app = new Nudge(el.querySelector(".nudge-drawing"), model.get("_config"), read(), { save() {
    const { W, b, ...rest } = structuredClone(app.state);
    model.set({ _parameters: { W, b }, value: app.value, ...rest });
    model.save_changes();
  } });
  let waiting = false;
  const look = () => {  // several traits change in one message: look when all are there
    waiting = false;
    const next = read(), { W, b, x, y, weight, learning_rate } = app.state;
    put(next, app.byName.get(next.weight), model.get("value"));
    if (same(next, { W, b, x, y, weight, learning_rate })) return;
    const other = !same([next.weight, next.x, next.y], [weight, x, y]);
    app.change(() => { app.state = next; app.veiled = false; if (other) app.fit(); }, { restart: other, save: false });
  };
  const soon = () => { if (!waiting) { waiting = true; queueMicrotask(look); } };
  const names = ["_parameters", "x", "y", "weight", "value", "learning_rate"];
  for (const name of names) model.on(`change:${name}`, soon);
  return () => {
    app.stop();
    for (const name of names) model.off(`change:${name}`, soon);
  };
}
