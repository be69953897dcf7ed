// @ts-check
// host: where a widget lives. mountAll() on a page of the book, render({model, el}) in a notebook.

// On a page of the book: every <div class="nudge-place"> holds the drawing and a script of JSON.
function mountAll() {
  const places = all(document, ".nudge-place"), apps = [];
  const attempt = (place, act) => () => {
    try { act(); } catch (error) { place.append(`The widget could not start: ${error.message}`); }
  };
  const mount = (place, i) => {
    let app;
    return [attempt(place, () => {
      unfold(place);
      const { config, state } = JSON.parse(place.querySelector("script").textContent);
      app = new Nudge(place.querySelector(".nudge-drawing"), config, state, { link: `nudge-${i + 1}`, save() { } });
    }), attempt(place, () => { if (app) apps.push(app.start()); })];
  };
  const open = () => {
    const [, name, text] = /^#(nudge[^=]*)=(.*)$/s.exec(location.hash) || [];
    const app = apps.find((app) => app.host.link === name);
    if (app) app.openLink(text);
    else if (name && !(name.slice(6) <= places.length)) apps[0]?.warn("This link can't be used: it names no widget of this page. Nothing was changed.");
  };
  const acts = places.map((place, i) => {
    const fresh = !place.dataset.mounted;  // in an exported notebook every widget brings this script
    place.dataset.mounted = "true";
    return fresh ? mount(place, i) : [];
  });
  const stick = () => { for (const app of apps) belowBar(app.find(".track")); };
  inTurn([...acts.flat(), open, stick]);
  addEventListener("hashchange", open);
}

// In a notebook: the model's traits are the state.
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
