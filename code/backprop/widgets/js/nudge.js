// @ts-check
// Nudge: a network whose weights you can move, and what its cost does. Python draws it (page.py); this brings
// it to life: render() in a notebook, mountAll() on a page of the book. All z, a, C, delta and derivatives come
// from network(W, b, x, y), printed by backprop.symbolic: nothing here differentiates.

class Nudge {
  // root: the drawing. config: what stays, see nudge.py. state: W, b, x, y, weight, learning_rate.
  // host: {save(), link: its name in a link, if there can be links}.
  constructor(root, config, state, host) {
    const compile = (source) => source && new Function(`${source}; return network;`)();
    Object.assign(this, { root, config, host, first: structuredClone(state), version: 0, guess: { sign: 0, size: 0, at: null }, quiet: true });
    this.network = compile(config.equations);
    this.other = compile(config.other_equations);
    this.list = config.parameters;
    this.byName = new Map(this.list.map((p) => [p.name, p]));
    for (const el of all(root, '[data-live="page"]')) el.hidden = !host.link;
    this.plots = all(root, ".plot").map((box) => plot(this, box, box.dataset.over));
    this.fields = all(root, "[data-field]");
    this.pieces = all(root, "[data-at]").map((el) => ({ el, at: numbers(el.dataset.at) }));
    this.choices = all(root, "[data-weight]").map((el) => ({ el, p: this.byName.get(el.dataset.weight), edge: el.querySelector(".edge") }));
    for (const { el } of this.choices) el.setAttribute("role", "radio");
    this.backward = backward(this);
    this.cover = cover(this);
    listen(this);
  }

  // Makes it alive, as Python has drawn it: hardly anything is written.
  start() {
    this.forget();
    this.begin(this.first, false);
    this.quiet = false;
    clearTimeout(this.timer);
    if (this.config.hint && this.host.link) hint(this);
    this.root.classList.add("nudge");
    return this;
  }

  get chosen() { return this.byName.get(this.state.weight); }
  get value() { return get(this.state, this.chosen); }
  get gradient() { return this.q[`dC/d${this.state.weight}`]; }
  find(selector) { return this.root.querySelector(selector); }

  // The one way to change anything: do it, then compute, draw and tell.
  change(act, { curve = true, restart = false, save = true } = {}) {
    act();
    if (restart) this.start = this.value;
    for (const v of [this.value, this.start]) {  // the slider reaches the weight
      const [low, high] = this.span, room = 0.1 * (high - low);
      if (v < low || v > high) { this.span = [Math.min(low, v - room), Math.max(high, v + room)]; curve = true; }
    }
    if (curve) this.version++;
    this.q = quantitiesAt(this, this.value);
    this.base = this.start === this.value ? this.q : quantitiesAt(this, this.start);
    this.second = this.other && quantitiesAt(this, this.value, this.other);
    this.skip = !(`da/dz${this.chosen.l}_${this.chosen.j}` in this.q);  // softmax: no a for one z alone
    this.draw();
    if (save) this.host.save();
    this.tell(`${this.chosen.spoken} is ${show(this.value)}. Cost ${show(this.q.C)}` + (this.veiled ? "." : `, slope ${show(this.gradient)}.`));
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

  fit(value = this.value) {
    const own = this.config.span;
    this.span = own && this.state.weight === this.first.weight ? own : span(value);
  }

  drag(value) {
    if (this.veiled) this.seen();
    this.change(() => { put(this.state, this.chosen, value); Object.assign(this, { note: "", veiled: false, phase: 0 }); }, { curve: false });
  }

  choose(name) {
    if (name !== this.state.weight) {
      this.left("line");
      this.change(() => { this.state.weight = name; this.note = ""; this.fit(); }, { restart: true });
    }
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
    if (this.veiled) this.seen();
    else this.left("step");
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

  draw() { drawNudge(this); }

  step(phase) {
    this.change(() => { this.phase = phase; this.note = ""; });
  }

  play() {
    this.run("play", still() ? 1200 : 220, () => this.history.length <= 2000 && this.update());
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
    this.run("send", still() ? 2500 : 1400, () => this.walk());
  }

  // Acts again and again, until act() is false or a button is pressed.
  run(action, time, act) {
    const button = this.find(`[data-action="${action}"]`), words = button.innerHTML;
    button.style.minWidth = `${button.offsetWidth}px`;  // the row stays as it is
    button.innerHTML = '<span class="sign">❚❚ </span>pause';
    this.running = { action, button, words, timer: setInterval(() => { if (!this.root.isConnected || !act()) this.stop(); }, time) };
  }

  // Stops what runs; returns its action, so that the same button stops what it has started.
  stop() {
    const { action, button, words, timer } = this.running || {};
    if (button) button.innerHTML = words;
    clearInterval(timer);
    this.running = null;
    return action;
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
