// @ts-check
// backward: the pass through the network and back, step by step. One number, `at`, says where it is; the sheet, the
// edges, the numbers that travel on them and the deltas follow. Returns {at, actions, to(step), update()}, or null
// where there is no such panel. backward.py writes the sheets, draw/network.py the travelling numbers.

function backward(app) {
  const { root } = app, pane = app.find(".pane.backward");
  if (!pane) return null;
  const steps = all(pane, "template").map((sheet) => {
    const [kind, l, j] = sheet.dataset.for.split(" ");
    return { kind, l: Number(l), j: Number(j), sheet };
  });
  const telling = pane.querySelector(".telling"), scrubber = pane.querySelector('[data-field="step"]'), summary = telling.cloneNode(true);
  const beads = all(root, "[data-bead]").map((el) => ({ el, bead: el.dataset.bead.split(" ") }));
  const fills = all(root, ".flood").map((el) => ({ el, at: numbers(el.parentNode.dataset.at), name: el.parentNode.dataset.weight }));
  const deltas = all(root, "[data-delta]"), sums = all(root, "[data-sum]");
  const gates = all(root, ".wire").map((el) => ({ el, at: numbers(el.dataset.at) }));
  const self = { at: 0, steps, actions: {}, to, update, draw };
  const passed = (kind, l, j) => steps.findIndex((s) => s.kind === kind && s.l === l && s.j === j) < self.at;
  let shown = 0, settled = 0;

  function to(at) {
    self.at = clamp(at, [0, steps.length]);
    const now = steps[self.at - 1];
    [app.reach, app.cursor] = now?.kind === "forward" ? [2 * now.l, now.j] : [Infinity, 0];
    app.draw();
    return self.at > 0 && self.at < steps.length;
  }

  // As high as its highest sheet, before the first step: what is below stays where it is.
  function settle() {
    if (settled === telling.clientWidth) return;
    settled = telling.clientWidth;
    const stood = [...telling.childNodes], pile = document.createElement("div");
    set(pile, { class: "pile", style: "visibility: hidden" });
    pile.append(...steps.map(({ sheet }) => sheet.content.cloneNode(true)));
    telling.style.minHeight = "";
    telling.replaceChildren(pile);
    telling.style.minHeight = `${pile.offsetHeight}px`;
    telling.replaceChildren(...stood);
  }

  // Another sheet and other lights; once a step.
  function update() {
    if (shown === self.at) return;
    shown = self.at;
    settle();
    const now = steps[self.at - 1];
    telling.replaceChildren(now ? now.sheet.content.cloneNode(true) : summary.cloneNode(true));
    scrubber.value = self.at;
    set(scrubber, { "aria-valuetext": now ? now.sheet.dataset.words : "before the first step" });
    root.dataset.pass = now ? now.kind : "";
    for (const { el, bead: [kind, l, j] } of beads) el.classList.toggle("run", !!now && kind === now.kind && +l === now.l && +j === now.j);
    for (const { el, at: [l, j] } of fills) {
      el.classList.toggle("full", passed("fill", l, j));
      el.parentNode.classList.toggle("now", now?.kind === "fill" && now.l === l && now.j === j);
    }
    for (const { el, at: [l, j, , when] } of gates) el.classList.toggle("now", now?.kind === "gate" && now.l === l && now.j === j && when === 2 * l);
    for (const el of sums) el.classList.toggle("gone", ["sum", "gate"].includes(now?.kind) && el.dataset.sum === `${now.l} ${now.j}`);
    for (const el of deltas) {
      const [l, j] = numbers(el.dataset.delta);
      el.classList.toggle("known", passed("gate", l, j));
    }
    for (const el of all(root, ".neuron")) {
      const [l, j] = numbers(el.dataset.at);
      el.classList.toggle("at", !!now && now.kind !== "forward" && (now.kind === "cost" ? l > app.config.sizes.length - 1 : l === now.l && j === now.j));
    }
    for (const el of all(pane, ".jumps button")) {
      const from = Number(el.dataset.step), next = Number(el.nextSibling?.dataset.step ?? steps.length + 1);
      el.classList.toggle("now", self.at >= from && self.at < next);
    }
  }

  // The thickness of a filled edge follows its gradient.
  function draw() {
    if (!self.at) return;
    const sizes = fills.map(({ name }) => Math.abs(app.q[`dC/d${name}`])), most = Math.max(...sizes.filter(isFinite)) || 1;
    fills.forEach(({ el }, i) => set(el, { "stroke-width": (1.5 + 6.5 * Math.sqrt(Math.min(1, sizes[i] / most || 0))).toFixed(1) }));
  }

  near(pane, settle);
  const next = () => {
    const { l, j } = steps[self.at - 1] || {}, after = steps.findIndex((s, i) => i >= self.at && !(s.l === l && s.j === j && s.kind !== "cost"));
    return after < 0 ? steps.length : after + 1;
  };
  Object.assign(self.actions, {
    back: () => to(self.at - 1),
    step: () => to(self.at + 1),
    neuron: () => to(next()),
    pass: () => { if (self.at >= steps.length) to(0); to(self.at + 1); app.run("pass", still() ? 3500 : 2200, () => to(self.at + 1)); },
    reverse: () => { if (!self.at) to(steps.length); app.run("reverse", still() ? 3500 : 1400, () => to(self.at - 1)); },
  });
  return self;
}
