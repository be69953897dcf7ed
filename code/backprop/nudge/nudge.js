// Nudge: a network whose weights you can move, and what its cost does.
//
// Python draws the widget (page.py, picture.py); this file brings the drawing to life. In a notebook
// anywidget calls render(); on a page of the book the last line is mountAll(). z, a, C, delta and all
// derivatives come from network(W, b, x, y), the function that backprop.symbolic prints. Nothing here
// differentiates: it subtracts two states, divides, multiplies factors that stand on the screen, and
// takes w − η ∂C/∂w.

// ---- numbers and names ---------------------------------------------------------------------------

const minus = (text) => (/[1-9]/.test(text) ? text.replace("-", "−") : text.replace("-", ""));

// A number as the reader sees it; the full value stands in data-value.
function show(value, digits = 3) {
  if (value === undefined || Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size < 1e4 && (size === 0 || size >= 0.5 * 10 ** -digits)) return minus(value.toFixed(size >= 100 ? 1 : digits));
  const [mantissa, power] = value.toExponential(1).split("e");
  return minus(mantissa) + "·10" + power.replace(/./g, (c) => ({ "-": "⁻", "+": "" })[c] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]);
}

const FORMATS = {
  plain: (value) => show(value),
  fine: (value) => show(value, 4),
  coarse: (value) => show(value, 2),
  signed: (value) => (value === 0 ? "0" : (value > 0 ? "+" : "") + show(value, 4)),
  short(value) {                                      // fits into a neuron
    const size = Math.abs(value);
    if (!Number.isFinite(value)) return show(value);
    if (size >= 9999.5) return minus(value.toExponential(0).replace("+", ""));
    return minus(value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2));
  },
};

const NAME = /^([∂Δ]?)(delta|[a-zA-Zη]+|ŷ)(\d*)_?([\d,]*)$/;

// "w2_12" or "∂z1_1" as HTML, and in words for a screen reader.
const label = (name) => name.replace(NAME, (all, lead, letter, layer, index) =>
  `${lead}<i>${letter === "delta" ? "δ" : letter}</i>` +
  (layer || index ? `<span class="ss"><sup>${layer && `(${layer})`}</sup><sub>${index}</sub></span>` : ""));
const spoken = (name) => name.replace(NAME, (all, lead, letter, layer, index) => {
  const [to, from] = index.includes(",") ? index.split(",") : letter === "w" ? index : [index];
  return ({ "∂": "d ", "Δ": "change of " }[lead] || "") + letter + (layer && ` layer ${layer}`) +
    (from ? ` to ${to} from ${from}` : to ? ` ${to}` : "");
});
const copy = (value) => JSON.parse(JSON.stringify(value));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const all = (root, selector) => [...root.querySelectorAll(selector)];

function set(el, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (el.getAttribute(key) !== String(value)) el.setAttribute(key, value);
  }
}

// ---- parameters and states -----------------------------------------------------------------------

// A parameter is {name, l, j, k}: w^(l)_jk, or the bias b^(l)_j, whose k is 0.
const row = (state, p) => (p.k ? state.W[p.l - 1][p.j - 1] : state.b[p.l - 1]);
const get = (state, p) => row(state, p)[(p.k || p.j) - 1];
const put = (state, p, value) => { row(state, p)[(p.k || p.j) - 1] = value; };

// Why y can't be a target of this network, or "".
function targetProblem({ cost, compare, activation }, y) {
  if (cost !== "cross_entropy" && compare !== "cross_entropy") return "";
  if (y.some((v) => v < 0 || v > 1)) return "A target of cross-entropy lies between 0 and 1.";
  const off = Math.abs(y.reduce((sum, v) => sum + v, 0) - 1) > 1e-6;
  return off && activation[activation.length - 1] === "softmax" ? "The targets of softmax sum to 1." : "";
}

// The state that a link carries, checked: throws an Error that says in words what is wrong with it.
function readLink(text, { config, state, byName }) {
  const check = (good, why) => { if (!good) throw new Error(`This link can't be used: ${why}. Nothing was changed.`); };
  const { sizes } = config, other = `its sizes are not those of this network, ${sizes.join("-")}`;
  const list = (v, n) => check(Array.isArray(v) && v.length === n, other);
  const vector = (v, n) => { list(v, n); check(v.every(Number.isFinite), "it holds something that is not a finite number"); };
  let s = null;
  check(text.length <= 100000, "it is too long");
  try { s = JSON.parse(decodeURIComponent(text)); } catch { check(false, "it is not valid JSON"); }
  check(s && typeof s === "object" && !Array.isArray(s), "it holds no named values");
  const names = ["W", "b", "x", "y", "weight", "start", "learning_rate"];
  check(names.every((name) => name in s) && Object.keys(s).length === names.length, "it must hold exactly " + names.join(", "));
  for (const name of ["W", "b"]) list(s[name], sizes.length - 1);
  s.W.forEach((W, i) => { list(W, sizes[i + 1]); W.forEach((w) => vector(w, sizes[i])); });
  s.b.forEach((b, i) => (state.b[i] ? vector(b, sizes[i + 1]) : check(b === null, "a layer of this network has no bias")));
  vector(s.x, sizes[0]);
  vector(s.y, sizes[sizes.length - 1]);
  check(!targetProblem(config, s.y), "its target is out of place. " + targetProblem(config, s.y).slice(0, -1));
  check(byName.has(s.weight), "it names no weight of this network");
  vector([s.start, s.learning_rate], 2);
  check(s.learning_rate >= 0, "its learning rate is negative");
  return s;
}

// ---- the widget ----------------------------------------------------------------------------------

class Nudge {
  // root: the drawing. config: what stays (sizes, activation, cost, question, nudge, compare, span and
  // the printed equations). state: W, b, x, y, weight, learning_rate. host: {save(), link}.
  constructor(root, config, state, host) {
    const compile = (source) => source && new Function(`${source}; return network;`)();
    Object.assign(this, { root, config, host, first: copy(state), state: copy(state) });
    this.network = compile(config.equations);
    this.other = compile(config.other_equations);
    this.L = config.sizes.length - 1;
    this.list = config.parameters.map(([name, l, j, k]) => ({ name, l, j, k }));
    this.byName = new Map(this.list.map((p) => [p.name, p]));
    this.panels = [];                         // the plots
    this.products = {};                       // displayed products of displayed factors: quantity -> names
    this.veiled = ["C", "update"].includes(config.question);
    for (const el of all(root, "[data-live]")) el.hidden = el.classList.contains("needs-page") && !host.link;
    for (const el of all(root, "[data-product]")) this.products[el.dataset.quantity] = el.dataset.product.split(" ");
    for (const name of ["curve", "cost"]) for (const el of all(root, `.plot.over-${name}`)) this.panels.push(plot(this, el, name));
    this.fields = all(root, "[data-field]");
    this.pieces = all(root, "[data-at]").map((el) => {
      const [l, j, k, step] = el.dataset.at.split(" ").map(Number);
      return { el, l, j, k, step };
    });
    this.choices = all(root, "[data-weight]").map((el) => ({ el, p: this.byName.get(el.dataset.weight), edge: el.querySelector(".edge") }));
    for (const { el } of this.choices) el.setAttribute("role", "radio");
    this.numbers = all(root, "[data-quantity]").map((el) => ({ el, name: el.dataset.quantity, format: FORMATS[el.dataset.format] }));
    this.travel();
    this.listen();
    this.begin(state, false);
    root.classList.add("nudge");
    clearTimeout(this.timer);
  }

  get chosen() { return this.byName.get(this.state.weight); }
  get value() { return get(this.state, this.chosen); }
  get gradient() { return this.q[`dC/d${this.state.weight}`]; }
  get source() {                              // what the chosen weight multiplies; a bias multiplies 1
    const { k, l } = this.chosen;
    return k ? (l > 1 ? `a${l - 1}_${k}` : `x_${k}`) : null;
  }

  find(selector) { return this.root.querySelector(selector); }

  // All quantities if the chosen weight were `value`.
  at(value, network = this.network) {
    const { state, chosen } = this, now = get(state, chosen);
    put(state, chosen, value);
    const q = network(state.W, state.b, state.x, state.y);
    put(state, chosen, now);
    return q;
  }

  // The value of anything that is displayed. In the chain, w is the chosen weight, z and a belong to the
  // neuron it feeds, ∂ is taken where the nudge began; where a ratio is 0/0 its derivative stands in.
  read(name, q = this.q) {
    if (name in q) return q[name];
    const { state, base } = this, p = this.byName.get(name);
    if (p) return p === this.chosen && q === base ? this.start : get(state, p);
    if (name in this.products) return this.products[name].reduce((all, factor) => all * this.read(factor), 1);
    if (/^[xy]_/.test(name)) return state[name[0]][name.slice(2) - 1];
    if (name.endsWith(")")) return this.second[name.split(" (")[0].replace("dC/dw", `dC/d${state.weight}`)];
    const z = `z${this.chosen.l}_${this.chosen.j}`, a = z.replace("z", "a"), [top, bottom] = name.split("/");
    if (name === "dC/dw") return this.gradient;
    if (name === "∂z/∂w") return this.source ? this.read(this.source, base) : 1;
    if (name === "∂a/∂z") return base[`da/d${z}`];
    if (name === "∂C/∂a") return base[`dC/d${a}`];
    if (name === "∂C/∂z") return base[z.replace("z", "delta")];
    if (name === "predicted") return base[`dC/d${state.weight}`] * (this.value - this.start);
    if (name === "product") return ["Δz/Δw", ...(this.skip ? ["ΔC/Δz"] : ["Δa/Δz", "ΔC/Δa"])].reduce((all, ratio) => all * this.read(ratio), 1);
    if (bottom) {
      const ratio = this.read(top) / this.read(bottom);
      return Number.isFinite(ratio) ? ratio : this.read(name.replace(/Δ/g, "∂"));
    }
    const of = { w: state.weight, z, a, C: "C" }[name[1]];
    return this.read(of) - this.read(of, base);
  }

  // The one way to change anything: do it, then compute, draw and tell.
  change(act, { curve = true, restart = false, save = true } = {}) {
    act();
    if (restart) this.start = this.value;
    for (const v of [this.value, this.start]) {               // the slider always reaches the weight
      const [low, high] = this.span, room = 0.1 * (high - low);
      if (v < low || v > high) { this.span = [Math.min(low, v - room), Math.max(high, v + room)]; curve = true; }
    }
    if (curve) this.version = (this.version || 0) + 1;
    this.q = this.at(this.value);
    this.base = this.start === this.value ? this.q : this.at(this.start);
    this.second = this.other && this.at(this.value, this.other);
    this.skip = !(`da/dz${this.chosen.l}_${this.chosen.j}` in this.q);
    this.draw();
    if (save) this.host.save();
    this.tell();
  }

  begin(state, save = true) {
    this.change(() => {
      Object.assign(this, { state: copy(state), phase: 0, updates: 0, note: "", reach: Infinity, cursor: 0, history: [] });
      this.fit();
    }, { restart: true, save });
    this.history = [this.q.C];
    this.draw();
  }

  fit() {
    const far = Math.max(4, Math.ceil(1.5 * Math.abs(this.value)));
    this.span = this.config.span || [-far, far];
  }

  drag(value) {
    this.change(() => { put(this.state, this.chosen, value); Object.assign(this, { note: "", veiled: false, phase: 0 }); }, { curve: false });
  }

  choose(name) {
    if (name !== this.state.weight) this.change(() => { this.state.weight = name; this.note = ""; this.fit(); }, { restart: true });
    this.picked?.(name);
  }

  // One step of gradient descent: every gradient is known before the first weight moves.
  update() {
    const { q, state } = this, moving = this.only ? [this.chosen] : this.list;
    const values = moving.map((p) => get(state, p) - state.learning_rate * q[`dC/d${p.name}`]);
    if (!values.every(Number.isFinite)) {
      this.note = "This step would take a weight beyond what a computer number can hold. No weight was changed: try a smaller η.";
      this.draw();
      return false;
    }
    this.change(() => {
      moving.forEach((p, i) => put(state, p, values[i]));
      Object.assign(this, { phase: 4, note: "", veiled: false, updates: this.updates + 1 });
    }, { restart: true });
    this.history.push(this.q.C);
    this.draw();
    return true;
  }

  // What a screen reader hears, once things have come to rest.
  tell(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.find(".unseen").textContent = text || `${spoken(this.state.weight)} is ${show(this.value)}. Cost ${show(this.q.C)}, slope ${show(this.gradient)}.`;
    }, 700);
  }

  // ---- drawing

  draw() {
    const { root, q, state, config, start, value, span } = this, { W, b, x, y, weight, learning_rate } = state;
    const finite = Number.isFinite(q.C);
    const note = this.note || (finite ? "" : "The cost is too large for a computer number here: it is not finite.");
    const { sizes, activation, cost } = config;
    root.dataset.state = JSON.stringify({ sizes, activation, cost, W, b, x, y, weight, value, C: finite ? q.C : null,
      gradient: this.gradient, start, learning_rate, updates: this.updates,
      ...(this.second && { compare: { cost: config.compare, C: this.second.C } }), ...(note && { note }) });
    set(root, { "data-phase": this.phase, "data-veiled": this.veiled, "data-skip": this.skip });
    const noteLine = this.find(".note");
    if (noteLine.textContent !== note) noteLine.textContent = note;
    this.drawChosen();
    for (const panel of this.panels) panel();
    for (const n of this.numbers) {
      const worth = this.read(n.name);
      if (Object.is(n.worth, worth) && "worth" in n) continue;
      n.worth = worth;
      n.el.dataset.value = Number.isFinite(worth) ? worth : "null";
      n.el.textContent = n.format(worth);
    }
    for (const c of this.choices) {
      const worth = get(state, c.p), on = c.p === this.chosen;
      if (c.on === on && Object.is(c.worth, worth)) continue;
      Object.assign(c, { on, worth });
      set(c.el, { "aria-checked": on, tabindex: on ? 0 : -1, "aria-label": `${spoken(c.p.name)}, ${show(worth)}` });
      c.el.classList.toggle("negative", worth < 0);
      if (c.edge) c.edge.setAttribute("stroke-width", Math.min(6, 0.8 + 1.5 * Math.sqrt(Math.abs(worth))));
    }
    for (const el of this.fields) this.drawField(el);
    for (const el of all(root, ".ruler span")) el.style.left = `${100 * (start - span[0]) / (span[1] - span[0])}%`;
    this.find('[data-action="here"]').disabled = start === value;
    this.drawSteps();
  }

  // What changes with the chosen weight and with the place x has reached: symbols, lit ways, pale parts.
  drawChosen() {
    const key = `${this.state.weight} ${this.reach} ${this.cursor}`, c = this.chosen, { l, j, k, name } = c;
    if (key === this.drawn) return;
    this.drawn = key;
    const names = { w: name, z: `z${l}_${j}`, a: `a${l}_${j}` };
    for (const el of all(this.root, "[data-symbol]")) {
      const [, lead, letter] = /^([∂Δ]?)(.)/.exec(el.dataset.symbol);
      el.innerHTML = label(lead + (names[letter] || letter));
    }
    for (const el of all(this.root, "[data-for]")) el.hidden = ![name, this.cursor ? `z${this.reach / 2}_${this.cursor}` : names.z].includes(el.dataset.for);
    for (const el of all(this.root, ".place")) {
      el.textContent = k ? `stands in row ${j}, column ${k}: into layer ${l}, to neuron ${j}, from neuron ${k} of layer ${l - 1}.` : `is the bias of neuron ${j} in layer ${l}.`;
    }
    for (const p of this.pieces) {
      const { classList, dataset } = p.el, own = (dataset.weight || dataset.tag) === name;
      classList.toggle("chosen", own);
      classList.toggle("lit", !own && p.k >= 0 && (p.k ? p.l > l + 1 || (p.l === l + 1 && p.k === j) : p.l > l || (p.l === l && p.j === j)));
      classList.toggle("late", p.step > this.reach || (p.step >= this.reach - 1 && p.j > this.cursor));
      classList.toggle("here", p.step === this.reach && p.j === this.cursor);
    }
  }

  drawField(el) {
    const [kind, i] = el.dataset.field.split(" "), { state, span, value } = this, name = spoken(state.weight);
    const now = { which: state.weight, range: value, exact: Number(value.toPrecision(5)), eta: state.learning_rate,
      rate: Math.log10(state.learning_rate || 1e-3), x: state.x[i], y: state.y[i] }[kind];
    if (kind === "range") set(el, { min: span[0], max: span[1], "aria-label": name, "aria-valuetext": show(value) });
    if (kind === "exact") set(el, { "aria-label": `${name}, exact value` });
    if (kind === "rate") set(el, { "aria-valuetext": show(state.learning_rate) });
    if (now === undefined || (el === document.activeElement && el.type === "number")) return;
    if (el.value !== String(now)) el.value = now;
    el.removeAttribute("aria-invalid");
  }

  drawSteps() {
    const panel = this.find(".steps");
    if (!panel) return;
    const h = this.history.filter(Number.isFinite), top = Math.max(...h), last = h[h.length - 1];
    const tells = panel.querySelector(".tells");
    for (const el of all(panel, ".says")) el.hidden = el.dataset.phase !== String(this.phase);
    all(panel, ".four button").forEach((el, i) => { el.classList.toggle("now", this.phase === i + 1); el.classList.toggle("next", this.phase % 4 === i); });
    const text = this.updates ? `${this.updates} update${this.updates > 1 ? "s" : ""}: C went from ${show(h[0])} to ${show(last)}` : "no update yet";
    if (tells.textContent === text) return;
    tells.textContent = text;
    const path = panel.querySelector("path");
    path.setAttribute("d", h.map((c, i) => `${i ? "L" : "M"}${4 + 192 * i / Math.max(1, h.length - 1)} ${56 - 52 * c / (top || 1)}`).join(""));
    path.classList.toggle("rising", last > h[0]);
  }

  // ---- listening

  listen() {
    const { root } = this;
    root.addEventListener("click", ({ target }) => {
      const choice = target.closest("[data-weight]"), button = target.closest("[data-action]");
      if (choice) this.choose(choice.dataset.weight);
      if (button) this.act(button.dataset.action, button);
    });
    root.addEventListener("input", ({ target }) => target.dataset.field && this.enter(target));
    root.addEventListener("focusout", ({ target }) => target.dataset.field && setTimeout(() => this.draw()));
    root.addEventListener("keydown", (event) => {
      const { target, key } = event, n = this.list.length;
      if (target.dataset.field === "range") {
        const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[key], [low, high] = this.span;
        if (!by) return;
        this.drag(Math.min(high, Math.max(low, this.value + by * (high - low) / 200)));
      } else if (target.dataset.weight) {                   // one tab stop; arrows go through the parameters
        const i = this.list.indexOf(this.chosen);
        const to = { ArrowRight: i + 1, ArrowDown: i + 1, ArrowLeft: i - 1, ArrowUp: i - 1, Home: 0, End: n - 1, " ": i, Enter: i }[key];
        if (to === undefined) return;
        this.choose(this.list[(to + n) % n].name);
        target.closest("[role=radiogroup]").querySelector('[aria-checked="true"]').focus();
      } else return;
      event.preventDefault();
    });
    this.ask();
  }

  // Something was typed, dragged or picked in a field.
  enter(el) {
    const [kind, i] = el.dataset.field.split(" "), value = Number(el.value);
    if (kind === "which") { this.choose(el.value); return; }
    if (kind === "only") { this.only = el.checked; return; }
    if (kind === "guess") return;
    let problem = el.value.trim() === "" || !Number.isFinite(value) ? "This must be a number." : "";
    if (kind === "eta" && value < 0) problem = "A learning rate is not negative.";
    if (kind === "y" && !problem) problem = targetProblem(this.config, this.state.y.map((v, j) => (j === +i ? value : v)));
    this.note = problem && `${problem} The old value is kept.`;
    if (problem) { el.setAttribute("aria-invalid", true); this.draw(); return; }
    el.removeAttribute("aria-invalid");
    if (kind === "range" || kind === "exact") this.drag(value);
    else if (kind === "rate" || kind === "eta") {
      this.change(() => { this.state.learning_rate = kind === "rate" ? Number((10 ** value).toPrecision(3)) : value; }, { curve: false });
    } else {
      this.change(() => { this.state[kind][i] = value; this.phase = 0; this.updates = 0; }, { restart: true });
      this.history = [this.q.C];
    }
  }

  act(action, button) {
    if (action !== "play") this.stop();
    const phase = ["forward", "cost", "backward"].indexOf(action) + 1;
    if (phase) this.change(() => { this.phase = phase; this.note = ""; });
    else if (action === "update") this.update();
    else if (action === "play") this.play(button);
    else if (action === "reset") this.begin(this.first);
    else if (action === "here") this.change(() => { }, { restart: true });
    else if (action === "link") this.copyLink();
    else this.actions?.[action]?.(button);
  }

  play(button) {
    if (this.playing) { this.stop(); return; }
    button.textContent = "❚❚ pause";
    this.playing = setInterval(() => { if (!this.root.isConnected || this.updates >= 2000 || !this.update()) this.stop(); }, 220);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = 0;
    for (const el of all(this.root, '[data-action="play"]')) el.textContent = "▷ play";
  }

  // x goes through the network, neuron by neuron.
  travel() {
    const order = this.list.filter((p) => p.k === 1), send = this.find('[data-action="send"]');
    let here = -1, timer = 0;
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      send.textContent = "▷ send x through";
    };
    const go = (to) => {
      here = to < order.length ? to : -1;
      if (here < 0) stop();
      Object.assign(this, here < 0 ? { reach: Infinity, cursor: 0 } : { reach: 2 * order[here].l, cursor: order[here].j });
      this.draw();
    };
    this.actions = { next() { stop(); go(here + 1); }, send() {
      if (timer) { stop(); return; }
      go(here < 0 ? 0 : here);
      send.textContent = "❚❚ pause";
      timer = setInterval(() => go(here + 1), matchMedia("(prefers-reduced-motion: reduce)").matches ? 2500 : 1400);
    } };
  }

  // ---- predict first

  ask() {
    const card = this.find(".ask"), { question, nudge } = this.config;
    if (!card) return;
    const answer = card.querySelector(".answer"), size = card.querySelector("input");
    if (this.byName.has(question)) {                        // "Which line is w2_12?"
      this.picked = (name) => {
        const right = name === question;
        answer.innerHTML = (right ? "<b>Yes.</b> " : `That is ${label(name)}. Try another. `) + this.find(".place").textContent;
        if (right) this.picked = null;
      };
      return;
    }
    const watched = question === "update" ? "C" : question;
    let guess = 0;
    const say = (sign) => () => {
      guess = sign;
      for (const el of all(card, "[aria-pressed]")) el.setAttribute("aria-pressed", el.dataset.action === (sign > 0 ? "up" : "down"));
      card.querySelector('[data-action="show"]').disabled = false;
    };
    const reveal = () => {
      const before = this.read(watched), slope = this.gradient;
      if (question === "update") this.update();
      else this.drag(this.value + nudge);
      const change = this.read(watched) - before, signed = FORMATS.signed;
      answer.innerHTML = `<b>${guess * change > 0 ? "You were right." : "Not this time."}</b> ` +
        `${label(watched)} went ${change > 0 ? "up" : change < 0 ? "down" : "nowhere"}, from ${show(before)} to ${show(before + change)}: ${signed(change)}.` +
        (Number(size.value) ? ` You said ${signed(guess * Math.abs(size.value))}.` : "") +
        (question === "C" ? ` The slope alone predicts ${show(slope)} × ${show(nudge, 2)} = ${signed(slope * nudge)}.` : "");
      this.tell(answer.textContent);
    };
    this.actions = { ...this.actions, up: say(1), down: say(-1), show: reveal };
  }

  // ---- links

  async copyLink() {
    const { W, b, x, y, weight, learning_rate } = this.state, told = this.find(".told");
    const hash = `#${this.host.link}=${encodeURIComponent(JSON.stringify({ W, b, x, y, weight, start: this.start, learning_rate }))}`;
    try {
      history.replaceState(null, "", hash);
      told.textContent = "The address of this page now reopens what you see.";
      await navigator.clipboard.writeText(location.href);
      told.textContent = "Copied: the link reopens what you see.";
    } catch { told.textContent ||= "This page can't make a link here."; }
  }

  openLink() {
    const [, name, text] = /^#(nudge[^=]*)=?(.*)$/s.exec(location.hash) || [];
    if (name !== this.host.link) return;
    try {
      const { start, ...state } = readLink(text, this);
      this.stop();
      this.begin(state);
      this.change(() => { this.start = start; });
      this.root.scrollIntoView({ block: "center" });
    } catch (error) { this.warn(error.message); }
  }

  warn(text) {
    this.note = text;
    this.draw();
  }
}

// ---- the curve -----------------------------------------------------------------------------------

// Round numbers between low and high, about n of them.
function nice(low, high, n) {
  const ten = 10 ** Math.floor(Math.log10((high - low) / n)), ticks = [];
  const step = ten * [1, 2, 5, 10].find((m) => m * ten * n >= high - low);
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step && ticks.length < 20; i++) ticks.push(Number((i * step).toPrecision(6)));
  return ticks;
}

const tick = (v) => (String(v).length > 6 ? show(v) : String(v).replace("-", "−"));

// C over the chosen weight ("curve"), or over the output it leads to ("cost"); the curve is computed
// again only when something else than the chosen weight has changed.
function plot(app, box, over) {
  const H = 230, left = 44, right = 14, top = 16, bottom = 36, samples = 120, output = `a${app.L}_1`;
  const svg = box.firstChild, part = (name) => svg.querySelector(`.${name}`), inside = part("inside");
  let width = 0, version, xs, cs, trail = [];
  const X = (x) => left + (width - left - right) * (x - xs[0]) / (xs[1] - xs[0]);
  const Y = (c) => Math.max(-1e4, Math.min(1e4, H - bottom - (H - top - bottom) * (c - cs[0]) / (cs[1] - cs[0])));
  const line = (name, points) => {
    const d = points.map(([x, c], i) => (Number.isFinite(x + c) ? `${i && Number.isFinite(points[i - 1][1]) ? "L" : "M"}${X(x).toFixed(1)} ${Y(c).toFixed(1)}` : ""));
    part(name).setAttribute("d", d.join(""));
  };
  const point = (value, q) => [over === "curve" ? value : q[output], q.C];

  function resample() {
    const [low, high] = app.span, first = [], second = [];
    for (let i = 0; i <= samples; i++) {
      const v = low + (high - low) * i / samples;
      first.push(point(v, app.at(v)));
      if (app.other) second.push([first[i][0], app.at(v, app.other).C]);
    }
    const seen = [...first, ...second].filter(([x, c]) => Number.isFinite(x + c));
    const range = (values) => (values.length ? [Math.min(...values), Math.max(...values)] : [0, 1]);
    xs = over === "curve" ? app.span : /s/.test(app.config.activation[app.L - 1][0]) ? [0, 1] : range(seen.map(([x]) => x));
    cs = range(seen.map(([, c]) => c));
    if (app.other) cs[1] = Math.min(cs[1], 3.5);              // cross-entropy has no top
    if (cs[0] < 0.4 * cs[1]) cs[0] = 0;
    for (const r of [xs, cs]) if (r[1] - r[0] < 1e-9 * (1 + Math.abs(r[1]))) { r[0] -= 0.5; r[1] += 0.5; }
    cs[1] += 0.08 * (cs[1] - cs[0]);
    line("line", first);
    line("second", second);
    set(svg, { viewBox: `0 0 ${width} ${H}` });
    set(inside, { x: left, y: top, width: width - left - right, height: H - top - bottom, viewBox: `${left} ${top} ${width - left - right} ${H - top - bottom}` });
    part("axes").innerHTML = nice(...cs, 4).map((c) => `<path d="M${left} ${Y(c)}H${width - right}"/><text x="${left - 6}" y="${Y(c) + 4}" text-anchor="end">${tick(c)}</text>`).join("") +
      nice(...xs, width > 420 ? 8 : 5).map((x) => `<path d="M${X(x)} ${H - bottom}v4"/><text x="${X(x)}" y="${H - bottom + 17}" text-anchor="middle">${tick(x)}</text>`).join("");
  }

  const draw = () => {
    if (!box.clientWidth) return;                             // still behind the question
    if (box.clientWidth !== width || version !== app.version) { width = box.clientWidth; version = app.version; resample(); }
    const { q, base, start, value } = app, slope = over === "curve" ? app.gradient : q[`dC/d${output}`];
    const [x, c] = point(value, q), good = Number.isFinite(x + c), reach = 0.3 * (xs[1] - xs[0]);
    const height = good ? Math.max(top, Math.min(H - bottom, Y(c))) : -99, flip = good && X(x) > width - 110;
    set(svg, { "aria-label": `The cost over ${over === "curve" ? spoken(app.state.weight) : "the output"}: C is ${show(c)}, slope ${show(slope)}` });
    const rival = over === "cost" && app.second && X(x) ? Y(app.second.C) : -99;
    set(part("dot.other"), { cx: rival > 0 && good ? X(x) : -99, cy: Math.max(top, rival) });
    set(part("dot:not(.other)"), { cx: good ? X(x) : -99, cy: height });
    line("tangent", good && Number.isFinite(slope) ? [[x - reach, c - reach * slope], [x + reach, c + reach * slope]] : []);
    const tag = part("tag");
    set(tag, { x: good ? X(x) + (flip ? -13 : 13) : -99, y: Math.max(top + 12, height - 11), "text-anchor": flip ? "end" : "start" });
    tag.textContent = `slope ${show(slope)}`;
    if (over === "cost") return;
    const predicted = base.C + app.read("predicted");
    part("begun").setAttribute("d", `M${X(start)} ${top}V${H - bottom}`);
    line("predicted", start === value ? [] : [[start, base.C], [value, predicted]]);
    line("miss", start === value ? [] : [[value, predicted], [value, c]]);
    if (trail.weight !== app.state.weight || !app.updates) trail = Object.assign([], { weight: app.state.weight });
    if (trail.updates !== app.updates) { trail.push([start, base.C]); trail.updates = app.updates; }
    const dots = trail.slice(-40, -1).filter(([w, C]) => Number.isFinite(w + C)).map(([w, C]) => `<circle cx="${X(w)}" cy="${Y(C)}" r="3"/>`).join("");
    if (part("trail").innerHTML !== dots) part("trail").innerHTML = dots;
  };
  const move = ({ clientX }) => {
    const { left: edge, width: shown } = svg.getBoundingClientRect(), [low, high] = app.span;
    const share = ((clientX - edge) * width / shown - left) / (width - left - right);
    app.drag(low + (high - low) * Math.min(1, Math.max(0, share)));
  };
  if (over === "curve") {                                     // the point itself can be dragged
    svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); move(event); });
    svg.addEventListener("pointermove", (event) => svg.hasPointerCapture(event.pointerId) && move(event));
  }
  new ResizeObserver(() => box.clientWidth !== width && app.draw()).observe(box);
  return draw;
}

// ---- where it lives ------------------------------------------------------------------------------

// On a page of the book: every <div class="nudge-place"> holds the drawing and a script of JSON.
function mountAll() {
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
    const known = apps.some((app) => new RegExp(`^#${app.host.link}=`).test(location.hash));
    if (/^#nudge/.test(location.hash) && !known && apps.length) apps[0].warn("This link can't be used: it names no widget of this page. Nothing was changed.");
    for (const app of apps) app.openLink();
  };
  addEventListener("hashchange", open);
  open();
}

// In a notebook: the model's traits are the state.
function render({ model, el }) {
  const read = () => copy({ ...model.get("_parameters"), x: model.get("x"), y: model.get("y"), weight: model.get("weight"), learning_rate: model.get("learning_rate") });
  el.innerHTML = model.get("_drawing");
  const app = new Nudge(el.querySelector(".nudge-drawing"), model.get("_config"), read(), { save() {
    const { W, b, x, y, weight, learning_rate } = copy(app.state);
    model.set({ _parameters: { W, b }, x, y, weight, value: app.value, learning_rate });
    model.save_changes();
  } });
  let waiting = false;
  const look = () => {                        // several traits change in one message: look when all are there
    waiting = false;
    const next = read(), p = app.byName.get(next.weight), { state } = app;
    put(next, p, model.get("value"));
    if (Object.keys(next).every((key) => same(next[key], state[key]))) return;
    const other = next.weight !== state.weight || !same([next.x, next.y], [state.x, state.y]);
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
