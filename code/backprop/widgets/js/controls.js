// @ts-check
// controls: mouse, finger and keys become what the reader wants. listen(app).

function listen(app) {
  const { root, list } = app;
  app.actions = {
    forward: () => app.step(1), cost: () => app.step(2), backward: () => app.step(3), update: () => app.update(),
    play: () => app.play(), reset: () => { app.forget(); app.backward?.to(0); app.begin(app.first); }, link: () => app.copyLink(),
    here: () => app.change(() => { }, { restart: true }), send: () => app.travel(), next: () => app.walk(), ...app.backward?.actions, ...ask(app),
  };
  const range = app.find('[data-field="range"]'), worth = () => (app.span[1] - app.span[0]) / (range.clientWidth - HANDLE);
  hold(range, {
    worth, now: () => app.value, at: (x) => app.span[0] + (x - range.getBoundingClientRect().left - HANDLE / 2) * worth(),
    drag: (value) => app.drag(clamp(value, app.span)), held: (held) => { app.held = held; },
  });
  for (const other of all(root, '[type="range"]')) if (other !== range) slide(other);
  root.addEventListener("click", ({ target }) => {
    const choice = target.closest("[data-weight]"), action = target.closest("[data-action]")?.dataset.action;
    if (choice) app.choose(choice.dataset.weight);
    if (action === "to") app.backward.to(Number(target.closest("[data-step]").dataset.step));
    if (action && action !== app.stop(action)) app.actions[action]?.();
  });
  for (const type of ["input", "change"]) root.addEventListener(type, ({ target }) => target.dataset.field && enter(app, target, type));
  root.addEventListener("focusout", () => setTimeout(() => { app.wrong = null; app.draw(); }));
  root.addEventListener("keydown", (event) => {
    const { target: { dataset, parentNode }, key } = event, i = list.indexOf(app.chosen), [low, high] = app.span;
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[key];
    const to = { ArrowRight: i + 1, ArrowDown: i + 1, ArrowLeft: i - 1, ArrowUp: i - 1, Home: 0, End: -1, " ": i, Enter: i }[key];
    if (chord(event)) return;
    if (dataset.field === "range" && by) app.drag(clamp(onGrid(app.value, (high - low) / 200, by), app.span));
    else if (dataset.weight && to !== undefined) {  // one tab stop; arrows go through the parameters
      app.choose(list.at(to % list.length).name);
      parentNode.closest("[role=radiogroup]").querySelector('[aria-checked="true"]').focus();
    } else return;
    event.preventDefault();
  });
}

// A field was typed in, dragged or picked. Who types may not be ready: "-" and nothing are wrong at the end only.
function enter(app, el, type) {
  const [kind, i] = el.dataset.field.split(" "), value = number(el.value), { state } = app;
  if (kind === "guess") {
    app.wrong = el.value.trim() && !usable(value) && el;
    if (app.wrong) el.setAttribute("aria-invalid", true);
    app.guessed(app.guess.sign, Math.abs(value) || 0, false);
    return;
  }
  if (kind === "step") { app.stop(); app.backward.to(value); return; }
  if (kind === "range" && (app.held || value === app.value)) { el.value = app.value; return; }  // held: hold() moves it
  if (kind === "only") { app.only = el.checked; return; }
  if (kind === "which") { app.choose(el.value); return; }
  if (Number.isNaN(value) ? type === "input" : type === "change") return;
  const problem = !usable(value) ? "this must be a number" : kind === "eta" && value < 0 ? "a learning rate is not negative"
    : kind === "y" ? targetProblem(app.config, state.y.map((v, j) => (j === +i ? value : v))) : "";
  app.wrong = problem && el;
  app.note = problem && `The old value is kept: ${problem}.`;
  if (problem) { el.setAttribute("aria-invalid", true); app.draw(); }
  else if (kind === "range") app.drag(value);
  else if (kind === "exact") { app.fit(value); app.version++; app.drag(value); }  // a typing error doesn't keep the scale
  else if (kind === "rate" || kind === "eta") app.change(() => { state.learning_rate = kind === "rate" ? Number((10 ** value).toPrecision(3)) : value; }, { curve: false });
  else {
    app.change(() => { state[kind][i] = value; app.phase = 0; app.history = []; }, { restart: true });
    app.remember();
  }
}
