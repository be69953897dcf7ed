// The lab: one state and its panels. train_page.js and train_kernel.js say where it lives.

function lab(root, config, data, start, host) {
  const app = { root, config, playing: false, theme: null, view: null, state: null };
  const find = (selector) => root.querySelector(selector);
  app.state = { ...begin(config.net, data, { ...start, theta: flat(start) }), source: null, shape: null };
  if (start.order) app.state = remembered(from0({ ...app.state, fixed: start.order }));
  const given = app.state, sheet = find("template").content;
  app.twinTheta = config.twin && flat(config.twin);

  // ---- the page's part, as the templates have it, without what this lab has no use for
  root.replaceChildren(sheet.cloneNode(true));
  const others = Object.keys(config.others || {}), has = { others: others.length, link: host.link, csv: config.net.sizes[0] <= 4, shape: config.shape, fresh: config.fresh };
  for (const node of all(root, "[data-need]")) if (!has[node.dataset.need]) node.remove();
  find("[data-field=data]")?.append(...[config.name || "as given", ...others].map((name) => new Option(name)));
  for (let l = 0; config.shape && l < LAYERS; l++) {
    const choice = find("[data-field=activation]").parentNode.insertBefore(document.createElement("select"), find("[data-field=activation]"));
    set(choice, { "data-field": "hidden", "aria-label": `neurons in hidden layer ${l + 1}` });
    choice.append(...Array.from({ length: MOST + 1 }, (_, n) => new Option(n || "–", n)));
  }
  find("[data-field=activation]")?.append(...HIDDEN.map((name) => new Option(name)));
  find(".dials").open = config.open;
  const batches = Math.ceil(data.train.N / (app.state.batch_size || data.train.N));
  const paces = [...new Set([1, Math.max(1, Math.round(batches / 12)), batches, 5 * batches])].sort((a, b) => a - b);
  find("[data-field=pace]").append(...paces.map((n) => new Option(n === batches && n > 1 ? "1 epoch" : n % batches === 0 && batches > 1 ? `${n / batches} epochs` : `${n} step${n > 1 ? "s" : ""}`, n)));
  find("[data-field=pace]").value = config.pace || paces[Math.min(1, paces.length - 1)];

  // ---- change, compute, draw, tell
  const viewOf = (state) => {
    const view = derive(state);
    view.one ??= () => (view.alone ??= state.example === null ? null
      : alone(state, row(state.train.X, state.example, state.net.sizes[0]), row(state.train.Y, state.example, state.net.sizes.at(-1))));
    view.batchGradient ??= () => view.order.reduce((sum, i) => sum + view.votes[i], 0) / view.order.length;
    return view;
  };
  let waiting = false, telling = 0, dataset = null;
  const lists0 = (set) => [set && rows(set.X, config.net.sizes[0]), set && rows(set.Y, config.net.sizes.at(-1))];
  function publish(save = true) {
    const { state } = app;
    app.view = viewOf(state);
    root.dataset.state = JSON.stringify(published(state));
    if (dataset !== state.train) {
      dataset = state.train;
      const named = config.named && state.train === data.train, [X, Y, X_test, Y_test] = named ? [] : [state.train, state.test].flatMap(lists0);
      root.dataset.set = JSON.stringify(named ? config.named : { X, Y, X_test, Y_test });
    }
    for (const node of all(root, "[data-quantity]")) {
      const name = node.dataset.quantity, v = name in state && typeof state[name] === "number" ? state[name] : app.view[name];
      if (typeof v === "undefined") continue;
      set(node, { "data-value": isFinite(v) ? v : "null" });
      write(node, name.startsWith("accuracy") ? percent(v) : name === "step" || name === "epoch" ? String(v) : v === null ? "–" : show(v, 4));
    }
    for (const node of all(root, "[data-if]")) node.hidden = node.dataset.if === "test" ? !state.test : !app.view.known;
    if (find(".note").textContent !== state.note) find(".note").textContent = state.note;
    find("[data-do=back]").hidden = !state.bad;
    fields0();
    if (save) host.save(state, app.view);
    app.paintSoon();
  }
  function fields0() {
    const { state } = app, now = { eta: state.learning_rate, rate: Math.log10(state.learning_rate || 1e-3).toFixed(2), batch: state.batch_size || state.train.N, optimiser: state.optimiser, seed: state.seed, scale: state.scale };
    for (const [name, value] of Object.entries(now)) {
      const node = find(`[data-field=${name}]`);
      if ((node !== document.activeElement || node.type !== "number") && node.value !== String(value)) node.value = value;
      if (name === "rate") set(node, { "aria-valuetext": show(state.learning_rate) });
    }
  }
  function shape0() {
    const { sizes, activation } = app.state.net;
    all(root, "[data-field=hidden]").forEach((node, l) => { node.value = l < sizes.length - 2 ? sizes[l + 1] : 0; });
    if (config.shape) find("[data-field=activation]").value = app.state.shape?.activation ?? activation[0];
  }
  const updates = [];
  let turn = 0, busy = 0, left = 0, acted = false;
  // What the reader is touching is drawn first. The other panels come in turn, a few milliseconds in one go, so that the
  // page can answer in between; while it plays one go a frame, none in the frame that answers the reader, and nothing that
  // is out of sight: who waits longest comes first.
  const touched = (part) => part.box.contains(document.activeElement);
  function paintNow() {
    waiting = false;
    if (!root.isConnected) return;
    app.theme ??= colours(root);
    const began = performance.now();
    for (const part of updates) if (touched(part)) part.update(app.state, app.view);
    left = updates.length;
    if (!acted || !app.playing) paintMore();
    acted = false;
    busy = performance.now() - began;
  }
  function paintMore() {
    const began = performance.now();
    while (left && performance.now() - began < 8) {
      const part = updates[turn];
      turn = (turn + 1) % updates.length;
      left--;
      if ((!app.playing || part.near) && !touched(part)) part.update(app.state, app.view);
      if (navigator.scheduling?.isInputPending?.()) break;
    }
    if (left && !app.playing) setTimeout(paintMore);
  }
  app.paintSoon = () => { if (!waiting) { waiting = true; requestAnimationFrame(paintNow); } };
  // What a screen reader hears, once all is at rest.
  app.tell = (text) => {
    clearTimeout(telling);
    telling = setTimeout(() => { find(".unseen").textContent = text; }, 700);
  };
  const tell = () => app.tell(`Step ${app.state.step}. Cost ${show(app.view.C)}${app.view.accuracy === null ? "" : `, right ${percent(app.view.accuracy)}`}.`);
  app.dispatch = (action, save = true) => {
    const { net } = app.state;
    app.state = { ...reduce(app.state, action) };
    if (app.state.bad) stop();
    if (net !== app.state.net) mount();
    publish(save);
    tell();
  };

  // ---- playing
  const button = find("[data-action=play]");
  function stop() {
    if (!app.playing) return;
    app.playing = false;
    button.textContent = "▷ play";
    set(button, { "aria-pressed": false });
    app.paintSoon();
  }
  function frame() {
    if (!app.playing || !root.isConnected) return;
    const began = performance.now();
    app.dispatch({ type: "step", times: Number(find("[data-field=pace]").value) });
    const took = performance.now() - began + busy, rest = took > 16 ? took : 0;      // half of the time is the reader's
    if (app.state.step >= 200000) stop();
    // a timer after the frame leaves the page time to answer between two
    if (app.playing) requestAnimationFrame(() => setTimeout(frame, still() ? 400 : rest));
  }
  function play() {
    app.playing = true;
    button.textContent = "❚❚ pause";
    set(button, { "aria-pressed": true });
    frame();
  }
  app.stop = stop;

  // ---- listening
  const guess = (sign) => {
    const before = app.view.C;
    app.dispatch({ type: "step" });
    const right = sign * (app.view.C - before) > 0;
    find(".answer").innerHTML = verdict(right) + `It went from ${show(before, 4)} to ${show(app.view.C, 4)}.`;
    predicted(root, "step", right);
  };
  const told = (text) => { find(".told").textContent = text; };
  const copy = async (text, what) => { try { await navigator.clipboard.writeText(text); told(`${what} copied.`); } catch { told("This page can't copy here."); } };
  const does = {
    one: () => app.dispatch({ type: "batch_size", value: 1 }), all: () => app.dispatch({ type: "batch_size", value: null }),
    draw: () => app.dispatch({ type: "draw", seed: Number(find("[data-field=seed]").value) + (app.state.step || app.state.first !== app.state.theta || app.drawn ? 1 : 0), scale: Number(find("[data-field=scale]").value) }, (app.drawn = true)),
    back: () => app.dispatch({ type: "back" }), falls: () => guess(-1), rises: () => guess(1),
    run: () => { const n = within(Math.floor(Number(find("[data-field=epochs]").value)) || 1, 1, 1000); for (let e = 0; e < n && !app.state.bad; e++) app.state = reduce(app.state, { type: "epoch" }); app.state = { ...app.state }; publish(); tell(); },
    link() {
      const { net, train, source } = app.state, changed = !sameSet(train, setsOf(source ?? [config.name, 0]).train), fits = net.sizes[0] <= 4 && train.N <= MOST_POINTS;
      app.opened = linkOf(app.state, changed && fits ? rowsOf(net, train) : null);
      try { history.replaceState(null, "", `#${host.link}=${app.opened}`); } catch { told("This page can't make a link here."); return; }
      copy(location.href, changed && !fits ? "There are too many points for a link. One that reopens all but your changes of them is" : "The link that reopens this is");
    },
    json: () => copy(JSON.stringify(published(app.state), null, 1), "The state as JSON is"),
    numpy: () => { const { W, b } = lists(app.state.net, app.state.theta); copy(`import numpy as np\nW = [None, ${W.map((m) => `np.array(${JSON.stringify(m)})`).join(", ")}]\nb = [None, ${b.map((v) => (v ? `np.array(${JSON.stringify(v)})[:, None]` : "None")).join(", ")}]\n`, "The weights as NumPy are"); },
    fresh() {
      const [kind, seed] = app.state.source ?? [config.name, 0], source = [kind, seed + 1];
      load(setsOf(source), source);
      told(`New points, seed ${source[1]}.`);
    },
    csv: () => { find(".paste").hidden = !find(".paste").hidden; },
    use() {
      const [n0, nL] = [config.net.sizes[0], config.net.sizes.at(-1)], rows = find("[data-field=csv]").value.trim().split(/\n+/).map((text) => text.split(/[,;\t]/).map(number));
      const wrong = rows.findIndex((r) => r.length !== n0 + nL || !r.every(usable)), bad = wrong < 0 && rows.map((r) => targetProblem(config.net, r.slice(n0))).find(Boolean);
      if (wrong >= 0 || bad || rows.length > 5000) { app.state = refuse(app.state, bad || (rows.length > 5000 ? "at most 5000 points" : `line ${wrong + 1} must hold ${n0 + nL} numbers: ${n0} inputs and ${nL} target${nL > 1 ? "s" : ""}`)); publish(); return; }
      load(framed(config.net, setOf(config.net, rows), null));
    },
  };
  function load({ train, test, frame }, source = null) {
    app.dispatch({ type: "data", train, test, frame, source });
  }
  // The data that a name stands for: as given with seed 0, else new points of that kind.
  function setsOf([kind, seed] = []) {
    if (seed) {
      const sets = config.fresh && whole(seed, 1, 1e6) && setsOf([kind, 0]);
      return sets && reduce({ ...given, ...sets }, { type: "fresh", kind, seed });
    }
    if (kind === config.name) return given;
    if (!others.includes(kind)) return null;
    return dataOf(config, config.others[kind]);
  }
  const actions = { step: () => app.dispatch({ type: "step" }), epoch: () => app.dispatch({ type: "epoch" }), reset: () => app.dispatch({ type: "reset" }), play };
  root.addEventListener("click", ({ target }) => {
    const { action, do: what } = target.closest("button")?.dataset || {};
    if (action) { const was = app.playing; if (action !== "step" && action !== "epoch" || was) stop(); if (!(action === "play" && was)) actions[action](); }
    if (what) does[what]?.();
  });
  root.addEventListener("input", () => { acted = true; }, true);
  root.addEventListener("input", ({ target }) => {
    if (target.dataset.field === "rate") app.dispatch({ type: "learning_rate", value: Number((10 ** Number(target.value)).toPrecision(3)) });
  });
  root.addEventListener("change", ({ target }) => {
    const types = { eta: "learning_rate", batch: "batch_size", seed: "seed" }, name = target.dataset.field;
    if (name in types) { app.dispatch({ type: types[name], value: number(target.value) }); if (app.state.note) fields0(); }
    if (name === "optimiser") app.dispatch({ type: "optimiser", name: target.value });
    if (name === "data") {
      const source = [others.includes(target.value) ? target.value : config.name, 0];
      load(setsOf(source), source[0] === config.name ? null : source);
    }
    if (name === "hidden" || name === "activation") {
      app.dispatch({ type: "shape", hidden: all(root, "[data-field=hidden]").map((node) => Number(node.value)).filter(Boolean), activation: find("[data-field=activation]").value });
    }
  });
  const near = new IntersectionObserver((entries) => { for (const { target, isIntersecting } of entries) (updates.find(({ box }) => box === target) ?? {}).near = isIntersecting; app.paintSoon(); }, { rootMargin: "100px" });
  function mount() {                                     // the panels; once more when the network has other layers
    if (updates.length) find(".panes").replaceWith(sheet.querySelector(".panes").cloneNode(true));
    near.disconnect();
    left = turn = updates.length = 0;
    all(root, ".panes > .pane").forEach((box, i) => {
      updates.push({ box, near: true, update: PANELS[config.panels[i]](app, box) });
      near.observe(box);
    });
    shape0();
  }
  mount();
  new ResizeObserver(app.paintSoon).observe(root);
  const repaint = () => { app.theme = null; app.paintSoon(); };
  new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  app.openLink = (text) => {
    if (text === app.opened) return;
    try {
      const link = readLink(text, given, setsOf, config.shape);
      stop();
      app.opened = text;
      app.dispatch({ type: "open", link });
      if (others.length) find("[data-field=data]").value = link.source?.[0] ?? find("[data-field=data] option").value;
      root.scrollIntoView({ block: "center" });
    } catch (error) { app.state = { ...app.state, note: error.message }; publish(false); }
  };
  publish(false);
  root.classList.add("train");
  slide(find("[data-field=rate]"));
  for (const bar of [".transport", ".readout"]) belowBar(find(bar));
  return app;
}

// ---- where it lives

const framed = (net, train, test) => ({ train, test, frame: frameOf(net, train, test) });

// The data a lab begins with: as given, or the digits where nothing is.
function dataOf({ net, named }, given) {
  const digits = globalThis.backpropDigits, { n_train, n_test } = named || {};
  if (given) return framed(net, examples(given.X, given.Y), given.X_test ? examples(given.X_test, given.Y_test) : null);
  return framed(net, unpackDigits(digits, 0, n_train), n_test ? unpackDigits(digits, n_train, n_train + n_test) : null);
}
