// Nudge: a network whose weights you can move, and what its cost does. Python draws it (page.py); this brings
// it to life: render() in a notebook, mountAll() on a page of the book. All z, a, C, delta and derivatives come
// from network(W, b, x, y), printed by backprop.symbolic: nothing here differentiates.

const { isFinite } = Number;
const usable = (value) => isFinite(value) && Math.abs(value) <= 1e200;
const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const all = (root, selector) => [...root.querySelectorAll(selector)];

function set(el, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (el.getAttribute(key) !== String(value)) el.setAttribute(key, value);
  }
}

// ---- numbers and names

const minus = (text) => text.replace("-", /[1-9]/.test(text) ? "−" : "");

// A number as the reader sees it; the full value stands in data-value.
function show(value, digits = 3) {
  const size = Math.abs(value);
  if (!isFinite(value)) return size ? (value > 0 ? "∞" : "−∞") : "undefined";
  if (size < 1e4 && (!size || size >= 0.5 * 10 ** -digits)) return minus(value.toFixed(size >= 100 ? 1 : digits));
  const [mantissa, power] = value.toExponential(1).split("e");
  return minus(mantissa) + "·10" + power.replace(/./g, (c) => ({ "-": "⁻", "+": "" })[c] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]);
}

const FORMATS = {
  signed: (value) => (value ? (value > 0 ? "+" : "") + show(value, 4) : "0"),
  short(value) {  // fits into a neuron
    const size = Math.abs(value);
    if (!isFinite(value)) return show(value);
    return minus(size >= 9999.5 ? value.toExponential(0).replace("+", "") : value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2));
  },
};

// "w2_12" or "Δz1_1" as HTML.
const label = (name) => name.replace(/^([∂Δ]?)(delta|[a-zA-Z]+|ŷ)(\d*)_?([\d,]*)$/, (_, lead, letter, layer, index) =>
  `${lead}<i>${letter === "delta" ? "δ" : letter}</i>` +
  (layer || index ? `<span class="ss"><sup>${layer && `(${layer})`}</sup><sub>${index}</sub></span>` : ""));

// ---- dragging

const THUMB = 16;  // as wide as the thumb of a slider

// The value as a round number no coarser than `size`, the worth of a pixel.
function round(value, size) {
  const ten = 10 ** Math.floor(Math.log10(size)), step = ten * [5, 2, 1].find((m) => m * ten <= size * 1.0001);
  return Number((Math.round(value / step) * step).toPrecision(12));
}

// The value `by` steps further, on the grid of a round step of about `size`.
function onGrid(value, size, by) {
  const ten = 10 ** Math.floor(Math.log10(size)), step = ten * [1, 2, 5, 10].find((m) => m * ten * 1.5 > size), at = value / step;
  return Number(((Math.abs(at - Math.round(at)) < 1e-9 ? Math.round(at) + by : by > 0 ? Math.floor(at) + by : Math.ceil(at) + by) * step).toPrecision(12));
}

// Dragging `el` sideways: drag(value) is told where to. now(): the value there is; at(x): the one under a pointer;
// worth(): of one pixel. A mouse acts at once, a finger only when it moves sideways or taps: a swipe is left to the page.
// A finger takes hold of the value wherever it is, a mouse only near it. held(true) … held(false): meanwhile the
// browser's own dragging of a slider is not listened to.
function hold(el, { now, at, worth, drag, held = () => { } }) {
  let from = null, begun = false, id;
  const begin = (value) => { begun = true; from.value = value; };
  const move = (x) => drag(round(from.value + (x - from.x) * worth(), worth()));
  const jump = (x) => begin(Math.abs(at(x) - now()) < THUMB * worth() ? now() : at(x));
  el.addEventListener("pointerdown", ({ pointerId, pointerType, isPrimary, button, clientX: x, clientY: y }) => {
    if (!isPrimary || button) return;
    [from, begun, id] = [{ x, y, value: 0 }, false, pointerId];
    held(true);
    if (pointerType === "touch") return;
    el.setPointerCapture(id);
    jump(x);
    if (from.value !== now()) move(x);
  });
  el.addEventListener("pointermove", ({ pointerId, clientX: x, clientY: y }) => {
    if (!from || pointerId !== id) return;
    if (!begun) {
      const wide = Math.abs(x - from.x), high = Math.abs(y - from.y);
      if (high > 8 && high >= wide) from = null;
      if (wide < 6 || wide <= high) return;
      el.setPointerCapture(id);
      begin(now());
      from.x = x;
    }
    move(x);
  });
  el.addEventListener("pointerup", ({ pointerType, clientX: x }) => {
    if (from && !begun) { jump(x); move(x); }
    from = null;
    held(pointerType === "touch");
  });
  el.addEventListener("pointercancel", () => { from = null; });
  for (const type of ["touchend", "touchcancel"]) el.addEventListener(type, () => held(false));
  el.addEventListener("mousedown", (event) => {  // no second, native, drag
    event.preventDefault();
    if (el.matches("input")) el.focus({ preventScroll: true });
    else document.activeElement?.blur();
  });
}

// ---- parameters and states

// A parameter is {name, l, j, k, spoken, place}: w^(l)_jk, or the bias b^(l)_j, whose k is 0.
const row = (state, { l, j, k }) => (k ? state.W[l - 1][j - 1] : state.b[l - 1]);
const get = (state, p) => row(state, p)[(p.k || p.j) - 1];
const put = (state, p, value) => { row(state, p)[(p.k || p.j) - 1] = value; };

// Why y can't be a target of this network, or "".
function targetProblem({ cost, compare, activation }, y) {
  if (cost !== "cross_entropy" && compare !== "cross_entropy") return "";
  if (y.some((v) => v < 0 || v > 1)) return "a target of cross-entropy lies between 0 and 1";
  const off = Math.abs(y.reduce((sum, v) => sum + v, 0) - 1) > 1e-6;
  return off && activation.at(-1) === "softmax" ? "the targets of softmax sum to 1" : "";
}

const LINKED = ["W", "b", "learning_rate", "start", "weight", "x", "y"];

// The state that a link carries; throws an Error that says in words what is wrong with it.
function readLink(text, { config, state, byName }) {
  const shape = (v) => (Array.isArray(v) ? v.map(shape) : usable(v) ? 0 : v && "wrong");
  let s = null, fits = false;
  try {
    if (text.length < 100000) s = JSON.parse(decodeURIComponent(text));
    fits = same([shape(s.start), shape(s.learning_rate)], [0, 0]) && ["W", "b", "x", "y"].every((key) => same(shape(s[key]), shape(state[key])));
  } catch { }
  const wrong = !s ? "it is too long or no JSON" : !same(Object.keys(s).sort(), LINKED) ? `it must hold exactly ${LINKED.join(", ")}`
    : !fits ? `it must hold finite numbers in the sizes of this network, ${config.sizes.join("-")}` : !byName.has(s.weight) ? "it names no weight of this network"
      : s.learning_rate < 0 ? "its learning rate is negative" : targetProblem(config, s.y);
  if (wrong) throw new Error(`This link can't be used: ${wrong}. Nothing was changed.`);
  return s;
}

// ---- the widget

class Nudge {
  // root: the drawing. config: what stays, see nudge.py. state: W, b, x, y, weight, learning_rate.
  // host: {save(), link: its name in a link, if there can be links}.
  constructor(root, config, state, host) {
    const compile = (source) => source && new Function(`${source}; return network;`)();
    Object.assign(this, { root, config, host, first: structuredClone(state), version: 0 });
    this.network = compile(config.equations);
    this.other = compile(config.other_equations);
    this.list = config.parameters;
    this.byName = new Map(this.list.map((p) => [p.name, p]));
    for (const el of all(root, "[data-live]")) el.hidden = el.dataset.live === "page" && !host.link;
    this.plots = all(root, ".plot").map((box) => plot(this, box, box.dataset.over));
    this.fields = all(root, "[data-field]");
    this.pieces = all(root, "[data-at]").map((el) => ({ el, at: el.dataset.at.split(" ").map(Number) }));
    this.choices = all(root, "[data-weight]").map((el) => ({ el, p: this.byName.get(el.dataset.weight), edge: el.querySelector(".edge") }));
    for (const { el } of this.choices) el.setAttribute("role", "radio");
    this.listen();
    this.forget();
    this.begin(state, false);
    clearTimeout(this.timer);
    root.classList.add("nudge");
  }

  get chosen() { return this.byName.get(this.state.weight); }
  get value() { return get(this.state, this.chosen); }
  get gradient() { return this.q[`dC/d${this.state.weight}`]; }
  find(selector) { return this.root.querySelector(selector); }

  // All quantities if the chosen weight were `value`.
  at(value, network = this.network) {
    const { state, chosen } = this, now = get(state, chosen);
    put(state, chosen, value);
    const q = network(state.W, state.b, state.x, state.y);
    put(state, chosen, now);
    return q;
  }

  product(names) { return names.reduce((sofar, name) => sofar * this.read(name), 1); }

  // The value of anything displayed. In the chain, w is the chosen weight, z and a belong to the
  // neuron it feeds, ∂ is taken where the nudge began; where a ratio is 0/0 its derivative stands in.
  read(name, q = this.q) {
    if (name in q) return q[name];
    const { state, base, start, value, chosen: { l, j, k } } = this, p = this.byName.get(name), at = `${l}_${j}`;
    if (p) return p.name === state.weight && q === base ? start : get(state, p);
    if (/^[xy]_/.test(name)) return state[name[0]][name.slice(2) - 1];
    if (name.endsWith(")")) return this.second[name.split(" (")[0].replace("/dw", `/d${state.weight}`)];
    const [top, bottom] = name.split("/");
    switch (name) {
      case "η": return state.learning_rate;
      case "dC/dw": return this.gradient;
      case "∂z/∂w": return k ? this.read(l > 1 ? `a${l - 1}_${k}` : `x_${k}`, base) : 1;
      case "∂a/∂z": return base[`da/dz${at}`];
      case "∂C/∂a": return base[`dC/da${at}`];
      case "∂C/∂z": return base[`delta${at}`];
      case "predicted": return base[`dC/d${state.weight}`] * (value - start);
      case "product": return this.product(this.skip ? ["Δz/Δw", "ΔC/Δz"] : ["Δz/Δw", "Δa/Δz", "ΔC/Δa"]);
    }
    if (bottom) {
      const ratio = this.read(top) / this.read(bottom);
      return isFinite(ratio) ? ratio : this.read(name.replace(/Δ/g, "∂"));
    }
    const of = { w: state.weight, C: "C" }[name[1]] || name[1] + at, now = this.read(of), change = now - this.read(of, base);
    return Math.abs(change) < 1e-13 * Math.abs(now) ? 0 : change;  // rounding is no change
  }

  // The one way to change anything: do it, then compute, draw and tell.
  change(act, { curve = true, restart = false, save = true } = {}) {
    act();
    if (restart) this.start = this.value;
    for (const v of [this.value, this.start]) {  // the slider reaches the weight
      const [low, high] = this.span, room = 0.1 * (high - low);
      if (v < low || v > high) { this.span = [Math.min(low, v - room), Math.max(high, v + room)]; curve = true; }
    }
    if (curve) this.version++;
    this.q = this.at(this.value);
    this.base = this.start === this.value ? this.q : this.at(this.start);
    this.second = this.other && this.at(this.value, this.other);
    this.skip = !(`da/dz${this.chosen.l}_${this.chosen.j}` in this.q);  // softmax: no a for one z alone
    this.draw();
    if (save) this.host.save();
    this.tell(`${this.chosen.spoken} is ${show(this.value)}. Cost ${show(this.q.C)}, slope ${show(this.gradient)}.`);
  }

  begin(state, save = true) {
    this.change(() => {
      Object.assign(this, { state: structuredClone(state), phase: 0, note: "", reach: Infinity, cursor: 0, history: [] });
      this.fit();
    }, { restart: true, save });
    this.remember();
  }

  remember() {
    this.history.push(this.q.C);
    this.draw();
  }

  fit() {
    const far = Math.max(4, Math.ceil(1.5 * Math.abs(this.value))), { span } = this.config;
    this.span = span && this.state.weight === this.first.weight ? span : [-far, far];
  }

  drag(value) {
    this.change(() => { put(this.state, this.chosen, value); Object.assign(this, { note: "", veiled: false, phase: 0 }); }, { curve: false });
  }

  choose(name) {
    if (name !== this.state.weight) this.change(() => { this.state.weight = name; this.note = ""; this.fit(); }, { restart: true });
    this.picked?.(name);
  }

  // One step of gradient descent: every gradient is known before the first weight moves.
  update(moving = this.only ? [this.chosen] : this.list) {
    const { q, state } = this;
    const values = moving.map((p) => get(state, p) - state.learning_rate * q[`dC/d${p.name}`]);
    if (!values.every(usable)) {
      this.warn("This step leads beyond every computer number. No weight was changed: try a smaller η.");
      return false;
    }
    this.change(() => {
      moving.forEach((p, i) => put(state, p, values[i]));
      Object.assign(this, { phase: 4, note: "", veiled: false });
    }, { restart: true });
    this.remember();
    return true;
  }

  warn(text) {
    this.note = text;
    this.draw();
  }

  // What a screen reader hears, once all is at rest.
  tell(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.find(".unseen").textContent = text; }, 700);
  }

  // ---- drawing

  draw() {
    const { root, q, state, config, start, value, span, history } = this;
    const good = isFinite(q.C), note = this.note || (good ? "" : "The cost is not finite here: too large for a computer number.");
    const { sizes, activation, cost, compare } = config, { W, b, x, y, weight, learning_rate } = state;
    root.dataset.state = JSON.stringify({ sizes, activation, cost, W, b, x, y, weight, value, C: good ? q.C : null,
      gradient: this.gradient, start, learning_rate, updates: Math.max(0, history.length - 1),
      ...(compare && { compare: { cost: compare, C: this.second.C } }), ...(note && { note }) });
    set(root, { "data-phase": this.phase, "data-veiled": this.veiled, "data-skip": this.skip,
      "data-infinite": !this.skip && !isFinite(this.read("∂a/∂z") + this.read("∂C/∂a")) });
    if (this.find(".note").textContent !== note) this.find(".note").textContent = note;
    this.drawChosen();
    for (const draw of this.plots) draw();
    for (const n of this.numbers) {
      const worth = n.factors ? this.product(n.factors) : this.read(n.name);
      if (Object.is(n.worth, worth)) continue;
      n.worth = worth;
      n.el.dataset.value = isFinite(worth) ? worth : "null";
      n.el.textContent = n.format(worth);
    }
    for (const c of this.choices) {
      const worth = get(state, c.p), on = c.p === this.chosen;
      if (c.on === on && c.worth === worth) continue;
      Object.assign(c, { on, worth });
      set(c.el, { "aria-checked": on, tabindex: on ? 0 : -1, "aria-label": `${c.p.spoken}, ${show(worth)}` });
      c.el.classList.toggle("negative", worth < 0);
      c.el.classList.toggle("chosen", on);
      if (c.edge) c.edge.setAttribute("stroke-width", Math.min(6, 0.8 + 1.5 * Math.sqrt(Math.abs(worth))));
    }
    for (const el of this.fields) this.drawField(el);
    this.find(".ruler span").style.left = `${100 * (start - span[0]) / (span[1] - span[0])}%`;
    if (this.find(".steps")) this.drawSteps();
  }

  // What changes with the chosen weight and with the place x has reached.
  drawChosen() {
    const { reach, cursor, root } = this, { l, j, name, place } = this.chosen, key = `${name} ${reach} ${cursor}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const names = { w: name, z: `z${l}_${j}`, a: `a${l}_${j}` };
    for (const el of all(root, "[data-symbol]")) el.innerHTML = label(el.dataset.symbol.replace(/[wza]$/, (letter) => names[letter]));
    for (const box of all(root, ".shown")) {
      const sheet = all(box.parentNode, "template").find((el) => [name, cursor ? `z${reach / 2}_${cursor}` : names.z].includes(el.dataset.for));
      box.replaceChildren(sheet.content.cloneNode(true));
    }
    this.numbers = all(root, "[data-quantity]").map((el) => {
      const { quantity, format, product } = el.dataset;
      return { el, name: quantity, factors: product?.split(" "), format: FORMATS[format] || ((value) => show(value, +format)) };
    });
    for (const el of all(root, ".place")) el.textContent = place;
    for (const { el, at: [to, n, from, step] } of this.pieces) {
      const own = [el.dataset.weight, el.dataset.tag].includes(name), toggle = (css, on) => el.classList.toggle(css, on);
      toggle("chosen", own);
      toggle("lit", !own && from >= 0 && (from ? to > l + 1 || (to === l + 1 && from === j) : to > l || (to === l && n === j)));
      toggle("late", step > reach || (step >= reach - 1 && n > cursor));
      toggle("here", step === reach && n === cursor);
    }
  }

  drawField(el) {
    const [kind, i] = el.dataset.field.split(" "), { state, span: [min, max], value } = this, { spoken } = this.chosen, eta = state.learning_rate;
    const now = { which: state.weight, range: value, exact: Number(value.toPrecision(5)), eta, rate: Math.log10(eta || 1e-3), x: state.x[i], y: state.y[i] }[kind];
    if (kind === "range") set(el, { min, max, "aria-label": spoken, "aria-valuetext": show(value) });
    if (kind === "exact") set(el, { "aria-label": `${spoken}, exact value` });
    if (kind === "rate") set(el, { "aria-valuetext": show(eta) });
    if (el === this.wrong) return;
    el.removeAttribute("aria-invalid");
    if (now !== undefined && (el !== document.activeElement || el.type !== "number") && el.value !== String(now)) el.value = now;
  }

  drawSteps() {
    const h = this.history.filter(isFinite), n = this.history.length - 1, path = this.find(".history path"), tells = this.find(".tells");
    for (const el of all(this.root, ".says")) el.hidden = el.dataset.phase !== String(this.phase);
    all(this.root, ".four button").forEach((el, i) => { el.classList.toggle("now", this.phase === i + 1); el.classList.toggle("next", this.phase % 4 === i); });
    const text = n > 0 ? `${n} update${n > 1 ? "s" : ""}: C went from ${show(h[0])} to ${show(this.history.at(-1))}` : "no update yet";
    if (tells.textContent === text) return;
    tells.textContent = text;
    const top = Math.max(...h) || 1, step = 192 / Math.max(1, h.length - 1);
    path.setAttribute("d", n > 0 ? `M${h.map((c, i) => `${4 + step * i} ${56 - 52 * c / top}`).join("L")}` : "");
    path.classList.toggle("rising", !(this.history.at(-1) <= h[0]));
  }

  // ---- listening

  listen() {
    const { root, list } = this;
    this.actions = {
      forward: () => this.step(1), cost: () => this.step(2), backward: () => this.step(3), update: () => this.update(),
      play: () => this.play(), reset: () => { this.forget(); this.begin(this.first); }, link: () => this.copyLink(),
      here: () => this.change(() => { }, { restart: true }), send: () => this.travel(), next: () => this.walk(), ...this.ask(),
    };
    const range = this.find('[data-field="range"]'), worth = () => (this.span[1] - this.span[0]) / (range.clientWidth - THUMB);
    hold(range, {
      worth, now: () => this.value, at: (x) => this.span[0] + (x - range.getBoundingClientRect().left - THUMB / 2) * worth(),
      drag: (value) => this.drag(clamp(value, this.span)), held: (held) => { this.held = held; },
    });
    root.addEventListener("click", ({ target }) => {
      const choice = target.closest("[data-weight]"), action = target.closest("[data-action]")?.dataset.action;
      if (choice) this.choose(choice.dataset.weight);
      if (action && action !== this.stop(action)) this.actions[action]();
    });
    for (const type of ["input", "change"]) root.addEventListener(type, ({ target }) => target.dataset.field && this.enter(target, type));
    root.addEventListener("focusout", () => setTimeout(() => { this.wrong = null; this.draw(); }));
    root.addEventListener("keydown", (event) => {
      const { target: { dataset, parentNode }, key } = event, i = list.indexOf(this.chosen), [low, high] = this.span;
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[key];
      const to = { ArrowRight: i + 1, ArrowDown: i + 1, ArrowLeft: i - 1, ArrowUp: i - 1, Home: 0, End: -1, " ": i, Enter: i }[key];
      if (event.altKey || event.ctrlKey || event.metaKey) return;  // the browser's own
      if (dataset.field === "range" && by) this.drag(clamp(onGrid(this.value, (high - low) / 200, by), this.span));
      else if (dataset.weight && to !== undefined) {  // one tab stop; arrows go through the parameters
        this.choose(list.at(to % list.length).name);
        parentNode.closest("[role=radiogroup]").querySelector('[aria-checked="true"]').focus();
      } else return;
      event.preventDefault();
    });
  }

  // A field was typed in, dragged or picked. Who types may not be ready: "-" and nothing are wrong at the end only.
  enter(el, type) {
    const [kind, i] = el.dataset.field.split(" "), value = Number(el.value), { state } = this;
    if (kind === "guess") return;
    if (kind === "range" && (this.held || value === this.value)) { el.value = this.value; return; }  // held: hold() moves it
    if (kind === "only") { this.only = el.checked; return; }
    if (kind === "which") { this.choose(el.value); return; }
    if (el.value.trim() === "" ? type === "input" : type === "change") return;
    const problem = el.value.trim() === "" || !usable(value) ? "this must be a number" : kind === "eta" && value < 0 ? "a learning rate is not negative"
      : kind === "y" ? targetProblem(this.config, state.y.map((v, j) => (j === +i ? value : v))) : "";
    this.wrong = problem && el;
    this.note = problem && `The old value is kept: ${problem}.`;
    if (problem) { el.setAttribute("aria-invalid", true); this.draw(); }
    else if (kind === "range" || kind === "exact") this.drag(value);
    else if (kind === "rate" || kind === "eta") this.change(() => { state.learning_rate = kind === "rate" ? Number((10 ** value).toPrecision(3)) : value; }, { curve: false });
    else {
      this.change(() => { state[kind][i] = value; this.phase = 0; this.history = []; }, { restart: true });
      this.remember();
    }
  }

  step(phase) {
    this.change(() => { this.phase = phase; this.note = ""; });
  }

  play() {
    this.run("play", 220, () => this.history.length <= 2000 && this.update());
  }

  // x goes through the network, neuron by neuron; at the end all is as before.
  walk() {
    const order = this.list.filter((p) => p.k === 1);
    const next = order[1 + order.findIndex((p) => p.l === this.reach / 2 && p.j === this.cursor)];
    Object.assign(this, this.cursor && next === order[0] || !next ? { reach: Infinity, cursor: 0 } : { reach: 2 * next.l, cursor: next.j });
    this.draw();
    return this.cursor;
  }

  travel() {
    if (!this.cursor) this.walk();
    this.run("send", matchMedia("(prefers-reduced-motion: reduce)").matches ? 2500 : 1400, () => this.walk());
  }

  // Acts again and again, until act() is false or a button is pressed.
  run(action, time, act) {
    const button = this.find(`[data-action="${action}"]`), words = button.textContent;
    button.textContent = "❚❚ pause";
    this.running = { action, button, words, timer: setInterval(() => { if (!this.root.isConnected || !act()) this.stop(); }, time) };
  }

  // Stops what runs; returns its action, so that the same button stops what it has started.
  stop() {
    const { action, button, words, timer } = this.running || {};
    if (button) button.textContent = words;
    clearInterval(timer);
    this.running = null;
    return action;
  }

  // ---- predict first: the actions of the question's buttons

  ask() {
    const { question, nudge } = this.config, card = this.find(".ask"), answer = this.find(".answer"), { signed } = FORMATS;
    if (this.byName.has(question)) {  // "Which line is w2_12?"
      this.picked = (name) => {
        answer.innerHTML = `${name === question ? "<b>Yes:</b> it" : `That is ${label(name)}; try another. It`} ${this.chosen.place}`;
        if (name === question) this.picked = null;
      };
    }
    const watched = question === "update" ? "C" : question, { sizes, output } = this.config;
    const called = label(watched === output && sizes.at(-1) === 1 ? "ŷ" : watched || "");
    let guess = 0;
    const say = (sign) => () => {
      guess = sign;
      for (const el of all(card, "[aria-pressed]")) el.setAttribute("aria-pressed", { up: 1, down: -1 }[el.dataset.action] === sign);
      for (const el of all(card, ".go")) el.disabled = !sign;
    };
    this.forget = () => {
      this.veiled = ["C", "update"].includes(question);  // the curve would give the answer away
      if (!card) return;
      say(0)();
      answer.textContent = "";
    };
    return { up: say(1), down: say(-1), show: () => {
      this.choose(this.first.weight);
      const before = this.read(watched), slope = this.gradient, said = Math.abs(this.find('[data-field="guess"]').value);
      if (question === "update") this.update(this.list);
      else this.drag(this.value + nudge);
      const change = this.read(watched) - before;
      answer.innerHTML = `<b>${guess * change > 0 ? "You were right." : "Not this time."}</b> ${called} went ` +
        `${change > 0 ? "up" : change < 0 ? "down" : "nowhere"}, from ${show(before)} to ${show(before + change)}: ${signed(change)}.` +
        (said ? ` You said ${signed(guess * said)}.` : "") +
        (question === "C" ? ` The slope alone predicts ${show(slope)} × ${show(nudge, 2)} = ${signed(slope * nudge)}.` : "");
      this.tell(answer.textContent);
    } };
  }

  // ---- links

  async copyLink() {
    const told = this.find(".told");
    this.opened = encodeURIComponent(JSON.stringify({ ...this.state, start: this.start }));
    try {
      history.replaceState(null, "", `#${this.host.link}=${this.opened}`);
      told.textContent = "The page's address now reopens what you see.";
      await navigator.clipboard.writeText(location.href);
      told.textContent = "Copied: the link reopens what you see.";
    } catch { told.textContent ||= "This page can't make a link here."; }
  }

  openLink(text) {
    if (text === this.opened) return;  // "back" to it: keep the work
    try {
      const { start, ...state } = readLink(text, this);
      this.stop();
      this.begin(state);
      this.opened = text;
      this.change(() => { this.start = start; this.veiled = false; });
      this.root.scrollIntoView({ block: "center" });
    } catch (error) { this.warn(error.message); }
  }
}

// ---- the curve

// Round numbers in a range, about n of them: [[number, text]].
function nice([low, high], n) {
  const ten = 10 ** Math.floor(Math.log10((high - low) / n)), step = ten * [1, 2, 5, 10].find((m) => m * ten * n >= high - low), first = Math.ceil(low / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step * 1.001))), plain = digits < 6 && Math.max(-low, high) < 1e5;
  return Array.from({ length: Math.min(20, 1 + Math.floor(high / step + 1e-9) - first) }, (_, i) => (first + i) * step).map((v) => [v, plain ? minus(v.toFixed(digits)) : v ? show(v) : "0"]);
}

// C over the chosen weight ("curve") or the output it leads to ("cost"); computed again only when something
// else than the chosen weight has changed.
function plot(app, box, over) {
  const right = 14, top = 16, bottom = 194, onWeight = over === "curve";
  const svg = box.firstChild, part = (name) => svg.querySelector(`.${name}`);
  let width = box.clientWidth, left = 44, version, xs, cs, trail = [];  // width: 0 behind the question
  const X = (x) => left + (width - left - right) * (x - xs[0]) / (xs[1] - xs[0]);
  const Y = (c) => clamp(bottom - (bottom - top) * (c - cs[0]) / (cs[1] - cs[0]), [-1e4, 1e4]);
  const good = (point) => point?.every(usable);
  const line = (name, ...points) => part(name).setAttribute("d", points.map((p, i) =>
    (good(p) ? `${good(points[i - 1]) ? "L" : "M"}${X(p[0]).toFixed(1)} ${Y(p[1]).toFixed(1)}` : "")).join(""));
  const dot = (el, p) => set(el, good(p) ? { cx: X(p[0]), cy: clamp(Y(p[1]), [top, bottom]) } : { cx: -99 });
  const point = (value, q, of = q) => [onWeight ? value : q[app.config.output], of.C];

  function resample() {
    const [low, high] = app.span, values = Array.from({ length: 121 }, (_, i) => low + (high - low) * i / 120), first = [], second = [];
    for (const v of values) {
      const q = app.at(v);
      first.push(point(v, q));
      if (app.other) second.push(point(v, q, app.at(v, app.other)));
    }
    const seen = [...first, ...second].filter(good), range = (i) => (seen.length ? [Math.min(...seen.map((p) => p[i])), Math.max(...seen.map((p) => p[i]))] : [0, 1]);
    xs = onWeight ? [low, high] : app.config.activation.at(-1)[0] === "s" ? [0, 1] : range(0);  // sigmoid, softmax
    cs = range(1);
    if (app.other) cs[1] = Math.min(cs[1], 3.5);  // cross-entropy has no top
    if (cs[0] < 0.4 * cs[1]) cs[0] = 0;
    for (const r of [xs, cs]) {
      const size = Math.abs(r[1]), room = r[1] - r[0] < 1e-9 * (1 + size) ? 0.5 + 1e-9 * size : 0;
      r[0] -= room;
      r[1] += room;
    }
    cs[1] += 0.08 * (cs[1] - cs[0]);
    const costs = nice(cs, 4);
    left = Math.max(44, 12 + 6.6 * Math.max(...costs.map(([, text]) => text.length)));
    line("line", ...first);
    line("second", ...second);
    svg.removeAttribute("viewBox");  // of the drawing that stood here before
    set(part("inside"), { x: left, width: width - left - right });
    set(part("inside").firstChild, { transform: `translate(${-left} ${-top})` });
    part("axes").innerHTML = costs.map(([c, text]) => `<path d="M${left} ${Y(c)}H${width - right}"/><text x="${left - 6}" y="${Y(c) + 4}" text-anchor="end">${text}</text>`).join("") +
      nice(xs, width > 420 ? 8 : 5).map(([x, text]) => `<path d="M${X(x)} ${bottom}v4"/><text x="${X(x)}" y="${bottom + 17}" text-anchor="middle">${text}</text>`).join("");
  }

  if (onWeight) {  // the point itself can be dragged
    const worth = () => (app.span[1] - app.span[0]) / (width - left - right);
    hold(svg, {
      worth, now: () => app.value, at: (x) => app.span[0] + (x - svg.getBoundingClientRect().left - left) * worth(),
      drag: (value) => app.drag(clamp(value, app.span)),
    });
  }
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    version = 0;
    app.draw();
  }).observe(box);

  return () => {
    if (!width) return;
    if (version !== app.version) { version = app.version; resample(); }
    const { q, base, start, value, second, history } = app, slope = onWeight ? app.gradient : q[`dC/d${app.config.output}`];
    const here = point(value, q), [x, c] = here, reach = 0.3 * (xs[1] - xs[0]), flip = X(x) > width - 110, tag = part("tag");
    set(svg, { "aria-label": `The cost over ${onWeight ? app.chosen.spoken : "the output"}: C is ${show(c)}, slope ${show(slope)}` });
    dot(part("mine"), here);
    dot(part("other"), second && [x, onWeight ? NaN : second.C]);
    line("tangent", [x - reach, c - reach * slope], [x + reach, c + reach * slope]);
    tag.textContent = good(here) ? `slope ${show(slope, 4)}` : "";
    if (good(here)) set(tag, { x: X(x) + (flip ? -13 : 13), y: clamp(Y(c) - 11, [top + 12, bottom]), "text-anchor": flip ? "end" : "start" });
    if (!onWeight) return;
    const predicted = base.C + app.read("predicted"), moved = start !== value;
    line("begun", [start, cs[0]], [start, cs[1]]);
    line("predicted", ...(moved ? [[start, base.C], [value, predicted]] : []));
    line("miss", ...(moved ? [[value, predicted], here] : []));
    if (trail.weight !== app.state.weight || trail.length > history.length) trail = Object.assign([], { weight: app.state.weight });
    while (trail.length < history.length) trail.push([start, base.C]);  // where the updates have been
    part("trail").innerHTML = trail.slice(-40, -1).filter(good).map(([w, C]) => `<circle cx="${X(w)}" cy="${Y(C)}" r="3"/>`).join("");
  };
}

// ---- where it lives

// On a page of the book: every <div class="nudge-place"> holds the drawing and a script of JSON.
function mountAll() {
  const bars = all(document, "header, [class*=header]").filter((el) => ["sticky", "fixed"].includes(getComputedStyle(el).position));
  const measure = () => {  // the slider stays in sight below what the page keeps at its top
    const top = Math.max(0, ...bars.map((el) => (el.offsetHeight < innerHeight / 3 ? el.offsetHeight : 0)));
    document.documentElement.style.setProperty("--top", `${top}px`);
  };
  for (const bar of bars) new ResizeObserver(measure).observe(bar);
  measure();
  const apps = all(document, ".nudge-place").map((place, i) => {
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
    else if (name) apps[0]?.warn("This link can't be used: it names no widget of this page. Nothing was changed.");
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

export default { render };
