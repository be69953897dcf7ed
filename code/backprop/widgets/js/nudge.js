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
    this.pieces = all(root, "[data-at]").map((el) => ({ el, at: el.dataset.at.split(" ").map(Number) }));
    this.choices = all(root, "[data-weight]").map((el) => ({ el, p: this.byName.get(el.dataset.weight), edge: el.querySelector(".edge") }));
    for (const { el } of this.choices) el.setAttribute("role", "radio");
    this.backward = backward(this);
    this.cover = cover(this);
    this.listen();
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
    write(this.find(".note"), note);
    this.drawChosen();
    for (const draw of this.plots) draw();
    this.backward?.draw();
    this.cover?.draw();
    for (const n of this.numbers) {
      const worth = n.factors ? this.product(n.factors) : this.read(n.name);
      if (Object.is(n.worth, worth)) continue;
      n.worth = worth;
      if (Number(n.el.dataset.value) !== worth) n.el.dataset.value = isFinite(worth) ? worth : "null";
      write(n.el, n.format(worth));
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
    const { reach, cursor, root } = this, { l, j, name, place } = this.chosen, key = `${name} ${reach} ${cursor} ${this.backward?.at}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const names = { w: name, z: `z${l}_${j}`, a: `a${l}_${j}` };
    for (const el of all(root, "[data-symbol]")) {
      const html = label(el.dataset.symbol.replace(/[wza]$/, (letter) => names[letter]));
      if (el.textContent !== html.replace(/<[^>]*>/g, "")) el.innerHTML = html;
    }
    for (const box of all(root, ".shown")) {
      const sheet = all(box.parentNode, "template").find((el) => [name, cursor ? `z${reach / 2}_${cursor}` : names.z].includes(el.dataset.for));
      if (box.dataset.for === sheet.dataset.for) continue;
      box.dataset.for = sheet.dataset.for;
      box.replaceChildren(sheet.content.cloneNode(true));
    }
    this.backward?.update();
    this.numbers = all(root, "[data-quantity]").map((el) => {
      const { quantity, format, product } = el.dataset;
      return { el, name: quantity, factors: product?.split(" "), format: FORMATS[format] || ((value) => show(value, +format)) };
    });
    for (const el of all(root, ".place")) write(el, place);
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
    if (now !== undefined && (el !== document.activeElement || el.type !== "text") && el.value !== String(now)) el.value = now;
  }

  drawSteps() {
    const h = this.history.filter(isFinite), n = this.history.length - 1, path = this.find(".history path"), tells = this.find(".tells");
    for (const el of all(this.root, ".says")) el.hidden = el.dataset.phase !== String(this.phase);
    all(this.root, ".four button").forEach((el, i) => { el.classList.toggle("now", this.phase === i + 1); el.classList.toggle("next", this.phase % 4 === i); });
    const text = n > 0 ? `${n} update${n > 1 ? "s" : ""}: C went from ${show(h[0])} to ${show(this.history.at(-1))}` : "no update yet";
    if (tells.textContent === text) return;
    tells.textContent = text;
    const top = Math.max(...h) || 1, step = 192 / Math.max(1, h.length - 1);
    path.setAttribute("d", n > 0 ? "M" + h.map((c, i) => `${4 + step * i} ${56 - 52 * c / top}`).join("L") : "");
    path.classList.toggle("rising", !(this.history.at(-1) <= h[0]));
  }

  // ---- listening

  listen() {
    const { root, list } = this;
    this.actions = {
      forward: () => this.step(1), cost: () => this.step(2), backward: () => this.step(3), update: () => this.update(),
      play: () => this.play(), reset: () => { this.forget(); this.backward?.to(0); this.begin(this.first); }, link: () => this.copyLink(),
      here: () => this.change(() => { }, { restart: true }), send: () => this.travel(), next: () => this.walk(), ...this.backward?.actions, ...this.ask(),
    };
    const range = this.find('[data-field="range"]'), worth = () => (this.span[1] - this.span[0]) / (range.clientWidth - THUMB);
    hold(range, {
      worth, now: () => this.value, at: (x) => this.span[0] + (x - range.getBoundingClientRect().left - THUMB / 2) * worth(),
      drag: (value) => this.drag(clamp(value, this.span)), held: (held) => { this.held = held; },
    });
    root.addEventListener("click", ({ target }) => {
      const choice = target.closest("[data-weight]"), action = target.closest("[data-action]")?.dataset.action;
      if (choice) this.choose(choice.dataset.weight);
      if (action === "to") this.backward.to(Number(target.closest("[data-step]").dataset.step));
      if (action && action !== this.stop(action)) this.actions[action]?.();
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
    const [kind, i] = el.dataset.field.split(" "), value = number(el.value), { state } = this;
    if (kind === "guess") { this.guessed(this.guess.sign, Math.abs(value) || 0, false); return; }
    if (kind === "step") { this.stop(); this.backward.to(value); return; }
    if (kind === "range" && (this.held || value === this.value)) { el.value = this.value; return; }  // held: hold() moves it
    if (kind === "only") { this.only = el.checked; return; }
    if (kind === "which") { this.choose(el.value); return; }
    if (Number.isNaN(value) ? type === "input" : type === "change") return;
    const problem = !usable(value) ? "this must be a number" : kind === "eta" && value < 0 ? "a learning rate is not negative"
      : kind === "y" ? targetProblem(this.config, state.y.map((v, j) => (j === +i ? value : v))) : "";
    this.wrong = problem && el;
    this.note = problem && `The old value is kept: ${problem}.`;
    if (problem) { el.setAttribute("aria-invalid", true); this.draw(); }
    else if (kind === "range") this.drag(value);
    else if (kind === "exact") { this.fit(value); this.version++; this.drag(value); }  // a typing error doesn't keep the scale
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
    this.run("play", matchMedia("(prefers-reduced-motion: reduce)").matches ? 1200 : 220, () => this.history.length <= 2000 && this.update());
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
        answer.innerHTML = (name === question ? "<b>Yes:</b> it " : `That is ${label(name)}; try another. It `) + this.chosen.place;
        if (name === question) this.picked = null;
      };
    }
    const watched = question === "update" ? "C" : question, { sizes, output } = this.config;
    const called = label(watched === output && sizes.at(-1) === 1 ? "ŷ" : watched || "");
    const sized = (ratio) => (ratio > 2 ? ", too much" : ratio < 0.5 ? ", too little" : ratio > 0.75 && ratio < 1.34 ? ", and the size is right too" : ", and the size is not far off");
    const field = this.find('[data-field="guess"]'), { guess } = this;
    // What the reader expects: by the buttons, the field, or the ring in the plot (written: it fills the field).
    this.guessed = (sign, size, written = true) => {
      Object.assign(guess, { sign, size });
      for (const el of all(card, "[aria-pressed]")) el.setAttribute("aria-pressed", { up: 1, down: -1 }[el.dataset.action] === sign);
      for (const el of all(card, "button")) el.disabled = el.matches(".go") && !sign;
      if (written && field) field.value = size ? String(size) : "";
      if (this.q) this.draw();
    };
    const say = (sign) => () => this.guessed(sign, guess.size, false);
    this.forget = () => {
      this.veiled = ["C", "update"].includes(question);  // the curve would give the answer away
      guess.at = null;
      if (!card) return;
      this.guessed(0, 0);
      answer.textContent = "";
    };
    this.seen = () => {  // moved before predicting
      if (!card) return;
      for (const el of all(card, "button")) el.disabled = true;
      answer.textContent = "Now you have seen what it does: reset, and predict another time.";
    };
    return { up: say(1), down: say(-1), show: () => {
      this.choose(this.first.weight);
      const before = this.read(watched), slope = this.gradient, said = guess.size;
      guess.at = { x: this.value + (question === "C" ? nudge : 0), C: before };
      this.veiled = false;
      if (question === "update") this.update(this.list);
      else this.drag(this.value + nudge);
      const change = this.read(watched) - before;
      answer.innerHTML = `<b>${guess.sign * change > 0 ? "You were right." : "Not this time."}</b> ${called} went ` +
        `${change > 0 ? "up" : change < 0 ? "down" : "nowhere"}, from ${show(before)} to ${show(before + change)}: ${signed(change)}.` +
        (said ? ` You said ${signed(guess.sign * said)}${guess.sign * change > 0 ? sized(said / Math.abs(change)) : ""}.` : "") +
        (question === "C" ? ` The slope alone predicts ${show(slope)} × ${show(nudge, 2)} = ${signed(slope * nudge)}.` : "");
      this.tell(answer.textContent);
      predicted(this.root, question, guess.sign * change > 0);
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
