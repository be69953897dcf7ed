// The lab's panels. Each is mounted on its part of the page, templates/NAME.html, and returns update(state, view).
// A panel dispatches actions and knows no other panel.

const GRID = 36, THUMB = GRID / 2;                        // cells of the plane and of a neuron's picture, both ways

// The network over the plane: every neuron's a on a grid, once for the plane and the thumbnails. Only the last is kept:
// the next one is computed in the same memory.
let lastField = {};
function fieldOf({ net, theta, frame }) {
  if (lastField.theta === theta && lastField.frame === frame) return lastField;
  const m = machineOf(net, GRID * GRID, "field"), { low, high } = frame;
  if (m.frame !== frame) {
    m.frame = frame;
    m.grid ??= new Float64Array(2 * GRID * GRID);
    for (let p = 0; p < GRID * GRID; p++) {
      m.grid[2 * p] = low + (high - low) * (p % GRID) / (GRID - 1);
      m.grid[2 * p + 1] = low + (high - low) * Math.floor(p / GRID) / (GRID - 1);
    }
  }
  m.theta.set(theta);
  m.forward(m.grid, GRID * GRID);
  const every = (values, n, j, by, into) => {                 // a of neuron j at every by-th place, both ways
    for (let y = 0, q = 0; y < GRID; y += by) for (let x = 0; x < GRID; x += by) into[q++] = values[(y * GRID + x) * n + j];
    return into;
  };
  m.small ??= new Float64Array(THUMB * THUMB);
  return lastField = { theta, frame, output: every(m.last.a, m.last.n, 0, 1, m.whole ??= new Float64Array(GRID * GRID)),
    input: (k) => every(m.grid, 2, k - 1, 2, m.small), neuron: (l, j) => every(m.layers[l - 1].a, m.layers[l - 1].n, j - 1, 2, m.small) };
}

// The range that a neuron's colours span.
function spanOf(name, values) {
  if (name === "sigmoid" || name === "softmax") return [0, 1];
  if (name === "tanh") return [-1, 1];
  let far = 1e-9;
  for (const v of values) if (Math.abs(v) > far && isFinite(v)) far = Math.abs(v);
  return [-far, far];
}

const PANELS = {};

// Writes what a panel says, and has it read out once all is at rest: while it plays or is drawn on, nothing chatters.
function teller(app, says) {
  let before = null;
  return (html) => {
    if (html === before) return;
    says.innerHTML = html;
    if (before !== null) app.tell(says.textContent);
    before = html;
  };
}

// ---- the plane: ŷ as a field, the boundary, the points

PANELS.plane = (app, box) => {
  const canvas = box.querySelector(".field"), node = box.querySelector(".points"), mode = box.querySelector("[data-field=click]");
  const yOf = (state, v) => { const Y = state.train.Y, low = Math.min(...Y); return v === "1" ? 1 : low < 0 ? -1 : 0; };
  let drag = null;
  const frame = () => app.state.frame, size = () => frame().high - frame().low;
  const X = (v) => 100 * (v - frame().low) / size(), Y = (v) => 100 - X(v);
  const place = (event) => {
    const [x, y] = placeOn(node, event);
    return [x, 1 - y].map((s) => Number((frame().low + size() * within(s, 0, 1)).toFixed(3)));
  };
  const nearest = ([x, y], reach) => {
    const { X, N } = app.state.train;
    let best = null, least = (reach * size()) ** 2;
    for (let i = 0; i < N; i++) { const d = (X[2 * i] - x) ** 2 + (X[2 * i + 1] - y) ** 2; if (d < least) { least = d; best = i; } }
    return best;
  };
  const far = (at) => Math.hypot(at[0] - drag.at[0], at[1] - drag.at[1]) / size();
  const move = (i, x) => app.dispatch({ type: "move", i, x, y: row(app.state.train.Y, i, 1) });
  node.addEventListener("pointerdown", (event) => {
    const at = place(event), i = nearest(at, event.pointerType === "touch" ? 0.08 : 0.05);      // a finger is wide
    drag = { i, at, moved: false };
    if (i !== null && mode.value === "pick") node.setPointerCapture(event.pointerId);
  });
  node.addEventListener("touchstart", (event) => { if (drag && drag.i !== null && mode.value === "pick") event.preventDefault(); }, { passive: false });
  node.addEventListener("pointermove", (event) => {
    if (!drag || drag.i === null || mode.value !== "pick") return;
    const at = place(event);
    if (!drag.moved && far(at) < 0.02) return;
    drag.moved = true;
    move(drag.i, at);
  });
  node.addEventListener("pointercancel", () => { drag = null; });
  node.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { i, moved } = drag, at = place(event), swiped = far(at) > 0.05;
    drag = null;
    if (moved || swiped) return;
    if (mode.value === "pick") app.dispatch({ type: "example", i });
    else if (mode.value === "remove") { if (i !== null) app.dispatch({ type: "remove", i }); }
    else app.dispatch({ type: "add", x: at, y: [yOf(app.state, mode.value)] });
  });
  node.addEventListener("keydown", (event) => {
    const { train, example } = app.state, by = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (chord(event)) return;
    if (by && event.shiftKey && example !== null) move(example, row(train.X, example, 2).map((v, k) => Number(within(v + by[k] * size() / 50, frame().low, frame().high).toFixed(3))));
    else if (by) app.dispatch({ type: "example", i: ((example ?? -1) + by[0] + by[1] + train.N) % train.N });
    else if (event.key === "Delete" && example !== null) app.dispatch({ type: "remove", i: example });
    else if (event.key === "Escape") app.dispatch({ type: "example", i: null });
    else return;
    event.preventDefault();
  });
  const rings = pool(node.appendChild(svg("g", { class: "now" })), "circle"), points = node.insertBefore(svg("g"), node.firstChild);
  let drawn = null;
  return (state, view) => {
    const { train, test, example } = state, a = fieldOf(state).output;
    const zero = Math.min(0, ...train.Y) < 0 ? -1 : 0, regression = !view.known, [low, high] = regression ? rangeOf(Array.from(train.Y)) : [zero, 1];
    paint(canvas, a, GRID, GRID, low, high, app.theme, true);
    write(box.querySelector("[data-low]"), show(low, 1));
    write(box.querySelector("[data-high]"), show(high, 1));
    box.querySelector("[data-test]").hidden = !test;
    const point = (X0, Y0, i, hollow) => {
      const x = X(X0[2 * i]), y = Y(X0[2 * i + 1]), one = Y0[i] > (zero + 1) / 2, css = `${one ? "one" : "zero"}${hollow ? " hollow" : ""}`;
      return one ? `<rect class="${css}" x="${x - 1.7}" y="${y - 1.7}" width="3.4" height="3.4"/>` : `<circle class="${css}" cx="${x}" cy="${y}" r="1.9"/>`;
    };
    const key = [train, test, state.frame];
    if (!drawn || key.some((v, k) => v !== drawn[k])) {
      drawn = key;
      const list = (set, hollow) => (set ? Array.from({ length: set.N }, (_, i) => point(set.X, set.Y, i, hollow)).join("") : "");
      points.innerHTML = list(test, true) + list(train, false);
    }
    const d = contour(a, GRID, (low + high) / 2, 100);
    for (const path of all(box, ".boundary")) path.setAttribute("d", d);
    const ring = (i, css) => ({ class: css, cx: X(train.X[2 * i]), cy: Y(train.X[2 * i + 1]), r: 3.6 });
    const batch = view.order.length < train.N && view.order.length <= 40 ? view.order : [];
    rings([...batch.map((i) => ring(i, "batch")), ...(example === null ? [] : [ring(example, "picked")])]);
    set(node, { "aria-label": `${train.N} training points in the plane${example === null ? "" : `; point ${example + 1} of ${train.N} chosen, at ${row(train.X, example, 2).map((v) => show(v, 2)).join(", ")}, target ${train.Y[example]}`}` });
  };
};

// ---- the network: each neuron shows what it sees of the plane

PANELS.network = (app, box) => {
  const { net } = app.state, flatNet = net.sizes[0] === 2, tall = Math.max(...net.sizes), H = Math.max(200, 50 * tall), W = 108 * net.sizes.length - 40;
  const holder = box.querySelector(".net"), edges = box.querySelector(".edges"), X = (l) => 34 + 108 * l, Y = (l, j) => H / 2 + (j - (net.sizes[l] + 1) / 2) * (H / tall);
  set(edges, { viewBox: `0 0 ${W} ${H}`, preserveAspectRatio: "none", style: `height:${H}px`, role: "application", tabindex: 0 });
  const said = box.querySelector("[data-chosen]"), lines = [], cells = [];
  for (let l = 1; l < net.sizes.length; l++) for (let j = 1; j <= net.sizes[l]; j++) for (let k = 1; k <= net.sizes[l - 1]; k++) {
    const at = { x1: X(l - 1), y1: Y(l - 1, k), x2: X(l), y2: Y(l, j) }, name = weightName(l, j, k);
    const line = svg("line", { ...at, class: "edge" }), hit = svg("line", { ...at, class: "hit", "data-weight": name });
    edges.append(line, hit);
    lines.push({ line, p: place(net, name) });
  }
  edges.addEventListener("click", ({ target }) => target.dataset.weight && app.dispatch({ type: "weight", name: target.dataset.weight }));
  edges.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key], now = lines.findIndex(({ p }) => p.name === app.state.weight);
    if (!by || chord(event)) return;
    app.dispatch({ type: "weight", name: lines.at((now + by) % lines.length).p.name });
    event.preventDefault();
  });
  for (let l = 0; l < net.sizes.length; l++) for (let j = 1; j <= net.sizes[l]; j++) {
    const cell = document.createElement("div");
    cell.className = `cell ${l === 0 ? "input" : l === net.sizes.length - 1 ? "output" : "hidden"}`;
    cell.style.cssText = `left:${100 * X(l) / W}%;top:${100 * Y(l, j) / H}%`;
    cell.innerHTML = `<canvas aria-hidden="true"></canvas><span></span>`;
    holder.append(cell);
    cells.push({ cell, l, j, canvas: cell.firstChild, text: cell.lastChild });
  }
  return (state, view) => {
    const { theta, example, phase } = state, one = example === null ? null : view.one(), L = net.sizes.length - 1;
    const back = one && phase >= 3, field = flatNet && fieldOf(state), worth = `${show(view.value)}, slope ${show(view.gradient)}`;
    const html = `Chosen: ${label(state.weight)} = ${worth}.`;
    if (said.innerHTML !== html) said.innerHTML = html;
    set(edges, { "aria-label": `weights; arrow keys choose one. ${spoken(state.weight)}: ${worth}` });
    const most = back ? Math.max(1e-12, ...one.grad.map(Math.abs)) : 1, quarter = (width) => Math.round(4 * width) / 4;
    for (const { line, p } of lines) {
      const reached = back && p.l > L - (phase - 2), v = back ? one.grad[p.at] : theta[p.at];
      set(line, { class: `edge ${reached ? "pull" : theta[p.at] < 0 ? "minus" : "plus"}${p.name === state.weight ? " chosen" : ""}`,
        "stroke-width": quarter(back ? (reached ? 0.6 + 5 * Math.sqrt(Math.abs(v) / most) : 0.6) : Math.min(7, 0.5 + 1.6 * Math.sqrt(Math.abs(v)))) });
    }
    for (const { cell, l, j, canvas, text } of cells) {
      if (field) {
        const values = l ? field.neuron(l, j) : field.input(j), [low, high] = l ? spanOf(net.activation[l - 1], values) : [state.frame.low, state.frame.high];
        paint(canvas, values, THUMB, THUMB, low, high, app.theme, true);
      }
      const what = !one ? (l ? (l === L && net.sizes[L] === 1 ? "ŷ" : "") : `x${"₁₂₃₄₅₆₇₈₉"[j - 1] || ""}`)
        : back && l && l >= L - (phase - 3) ? `δ ${show(one.delta[l - 1][j - 1], 3)}` : show(l ? one.a[l - 1][j - 1] : one.x[j - 1], 2);
      write(text, what);
      cell.classList.toggle("back", Boolean(back && l && l >= L - (phase - 3)));
    }
  };
};

// ---- curves: cost on both sets at the same weights, accuracy

PANELS.curves = (app, box) => {
  const cost = plot(box.querySelector("[data-plot=cost]")), share = plot(box.querySelector("[data-plot=accuracy]"));
  return (state, view) => {
    const h = sparse(state.history), last = roomy(state.step), line = (key, css) => ({ css, points: h.map((e) => [e.step, e[key] ?? NaN]) });
    for (const node of all(box, "[data-test]")) node.hidden = !state.test;
    box.querySelector("[data-known]").hidden = !view.known;
    cost({ x: [0, last], y: roomyRange(h.flatMap((e) => [e.C, e.C_test ?? NaN])), lines: [line("C", "training"), line("C_test", "test")], dots: [{ at: [state.step, view.C], css: "training" }],
      label: `Cost over ${state.step} steps: training ${show(view.C)}${state.test ? `, test ${show(view.C_test)}` : ""}` });
    if (view.known) share({ x: [0, last], y: [0, 1], lines: [line("accuracy", "training"), line("accuracy_test", "test")], label: `Share of right answers: training ${percent(view.accuracy)}${state.test ? `, test ${percent(view.accuracy_test)}` : ""}` });
  };
};

// ---- the chosen weight: the mean cost over it, single examples behind it, and every example's vote

PANELS.weight = (app, box) => {
  const draw = plot(box.querySelector("[data-plot=sweep]")), votes = box.querySelector(".votes"), which = box.querySelector("[data-field=weight]");
  const range = box.querySelector("[data-field=value]"), exact = box.querySelector("[data-field=exact]"), { net } = app.state;
  for (let l = 1; l < net.sizes.length; l++) {
    const names = [];
    for (let j = 1; j <= net.sizes[l]; j++) for (let k = net.bias[l - 1] ? 0 : 1; k <= net.sizes[l - 1]; k++) names.push(weightName(l, j, k));
    const group = document.createElement("optgroup");
    group.label = `layer ${l}`;
    group.append(...(names.length > 400 ? names.slice(0, 400) : names).map((name) => new Option(name.replace("_", " "), name)));
    which.append(group);
  }
  which.addEventListener("change", () => app.dispatch({ type: "weight", name: which.value }));
  slide(range);
  range.addEventListener("input", () => app.dispatch({ type: "value", value: Number(range.value) }));
  exact.addEventListener("change", () => app.dispatch({ type: "value", value: number(exact.value) }));
  votes.addEventListener("click", (event) => {
    const n = app.state.train.N;
    if (n <= 400) app.dispatch({ type: "example", i: within(Math.floor((placeOn(votes, event)[0] * 360 - 66) / 286 * n), 0, n - 1) });
  });
  const scale = all(votes, "text"), bars = all(votes, "path:not(.grid)");
  let shown = null, kept = null;
  return (state, view) => {
    const { value, gradient, C } = view, big = state.train.N * state.theta.length > 40000;
    if (!shown || shown.name !== state.weight || value < shown.low || value > shown.high) {
      const [low, high] = span(value);
      shown = { name: state.weight, low, high };
    }
    set(range, { min: shown.low, max: shown.high, "aria-label": spoken(state.weight), "aria-valuetext": show(value) });
    if (document.activeElement !== exact) exact.value = Number(value.toPrecision(5));
    if (Number(range.value) !== value) range.value = value;
    if (which.value !== state.weight) which.value = state.weight;
    // the curve depends on all but the chosen weight
    const still = kept && kept.shown === shown && kept.train === state.train && kept.theta.every((v, p) => v === state.theta[p] || p === view.place.at);
    if (!still && !(kept?.shown === shown && big && app.playing)) {
      const few = Array.from({ length: Math.min(8, state.train.N) }, (_, i) => Math.floor(i * state.train.N / Math.min(8, state.train.N)));
      kept = { shown, theta: state.theta, train: state.train, ...sweep(state, shown.low, shown.high, app.playing ? 25 : big ? 21 : 61, few) };
    }
    const reach = 0.25 * (shown.high - shown.low), { w, mean, single } = kept, trail = state.history.filter((e) => isFinite(e.value)).slice(-60);
    const y = roomyRange([...mean, C]), inside = (c) => (c <= y[1] ? c : NaN);
    draw({ x: [shown.low, shown.high], y, label: `Mean cost over ${spoken(state.weight)}: at ${show(value)} it is ${show(C)}, slope ${show(gradient)}`,
      lines: [...single.map((costs) => ({ css: "single", points: costs.map((c, i) => [w[i], inside(c)]) })), { css: "trail", points: trail.map((e) => [e.value, inside(e.C)]) }, { css: "training", points: mean.map((c, i) => [w[i], c]) },
        { css: "tangent", points: [[value - reach, C - reach * gradient], [value + reach, C + reach * gradient]] }],
      dots: [{ at: [value, C], css: "here" }] });
    const n = state.train.N, most = Math.max(1e-12, ...view.votes.map(Math.abs)), width = 286 / n, batch = new Set(view.order);
    const paths = ["", "", ""], step = Math.ceil(n / 600), level = tenth(95 - 80 * gradient / most);
    for (let i = 0; i < n; i += step) {
      const v = view.votes[i], wide = tenth(Math.max(0.4, width * 0.86));
      if (isFinite(v)) paths[i === state.example ? 2 : batch.has(i) && batch.size < n ? 1 : 0] += `M${tenth(46 + i * width)} 95v${tenth(-80 * v / most)}h${wide}V95z`;
    }
    paths.forEach((d, i) => set(bars[i], { d }));
    set(bars[3], { d: isFinite(level) ? `M46 ${level}H332` : "" });
    scale.forEach((node, i) => write(node, show([most, 0, -most][i], i === 1 ? 0 : 2)));
    set(votes, { "aria-label": `${n} examples vote; ${view.votes.filter((v) => v > 0).length} for a smaller, ${view.votes.filter((v) => v < 0).length} for a larger weight; mean ${show(gradient, 4)}` });
  };
};

// ---- sizes by layer

PANELS.deltas = (app, box) => {
  const draw = plot(box.querySelector(".plot")), body = box.querySelector("tbody");
  return (state, { sizes }) => {
    const h = sparse(state.history), L = sizes.delta.length, positive = h.flatMap((e) => e.delta).filter((v) => v > 0 && isFinite(v));
    const low = positive.length ? Math.min(...positive) : 0.1, high = positive.length ? Math.max(...positive) : 1;
    draw({ x: [0, roomy(state.step)], y: [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high * 1.001))], log: true,
      lines: sizes.delta.map((_, l) => ({ css: `layer l${l % 5}`, points: h.map((e) => [e.step, e.delta[l]]) })), label: `Size of delta: ${sizes.delta.map((v, l) => `layer ${l + 1} ${show(v, 4)}`).join(", ")}` });
    body.innerHTML = Array.from({ length: L }, (_, i) => L - 1 - i).map((l) => `<tr><th scope="row"><span class="key l${l % 5}"></span> ${l + 1}</th><td data-quantity="delta ${l + 1}" data-value="${sizes.delta[l]}">${show(sizes.delta[l], 4)}</td><td>${show(sizes.a[l], 2)}</td></tr>`).join("");
  };
};

// ---- one example: its forward and backward pass, its vote, the mean, the step

PANELS.one = (app, box) => {
  const says = box.querySelector(".says"), L = app.state.net.sizes.length - 1, last = 5 + L - 1;
  const go = { pick: () => app.dispatch({ type: "example", i: app.view.order[0], phase: 1 }), leave: () => app.dispatch({ type: "example", i: null }),
    back: () => app.dispatch({ type: "example", i: app.state.example, phase: Math.max(1, app.state.phase - 1) }),
    next: () => (app.state.phase >= last ? app.dispatch({ type: "step" }) : app.dispatch({ type: "example", i: app.state.example, phase: app.state.phase + 1 })) };
  box.addEventListener("click", ({ target }) => go[target.dataset.do]?.());
  const told = teller(app, says);
  return (state, view) => {
    const { example: i, phase, weight } = state, on = i !== null && phase > 0;
    for (const button of all(box, "[data-do]")) button.hidden = (button.dataset.do === "pick") === on;
    box.querySelector("[data-do=next]").textContent = phase >= last ? "update ▸" : "next ▸";
    if (!on) { told("Stop, point at one example, and follow it: forward, its cost, back through the network, its vote among all."); return; }
    const one = view.one(), w = label(weight), p = view.place, carried = p.k ? (p.l > 1 ? one.a[p.l - 2][p.k - 1] : one.x[p.k - 1]) : 1;
    const vote = one.grad[p.at], inBatch = view.order.includes(i), mean = view.batchGradient();
    const lines = { 1: `<b>Forward.</b> Example ${i + 1} runs through the network and comes out as ŷ = ${one.a.at(-1).map((v) => show(v)).join(", ")}; wanted: ${one.y.join(", ")}.`,
      2: `<b>Its cost</b> is C = ${show(one.C, 4)}. The mean over all examples is ${show(view.C, 4)}.` };
    for (let q = 3; q <= 2 + L; q++) { const l = L - (q - 3); lines[q] = `<b>Backward, layer ${l}.</b> δ = ${one.delta[l - 1].slice(0, 10).map((v) => show(v)).join(", ")}: what the cost would do if a z of this layer moved.${l === 1 && L > 1 ? "" : l === L ? " It starts at the output." : ""}`; }
    lines[3 + L] = `<b>One vote.</b> For ${w}: δ × what the weight carries = ${show(one.delta[p.l - 1][p.j - 1], 4)} × ${show(carried, 4)} = <b>${show(vote, 4)}</b>. ${inBatch ? "It is in the next batch" : "It is not in the next batch"}, whose ${view.order.length} votes have the mean <b>${show(mean, 4)}</b>.`;
    lines[4 + L] = `<b>The step.</b> All weights move at once, each by its own mean; with plain gradient descent ${w} would go from ${show(view.value)} to ${show(view.value - state.learning_rate * mean)} (η = ${state.learning_rate}). Press update and watch the boundary.`;
    told(lines[phase] || lines[4 + L]);
  };
};

// ---- digits: a pad to draw on, ten bars, what pulls

const digitOf = (set, i) => [set.X.subarray(64 * i, 64 * i + 64), row(set.Y, i, 10).indexOf(1)];       // its pixels, which it is

PANELS.pad = (app, box) => {
  const pad = box.querySelector(".sheet"), canvas = pad.querySelector("canvas"), bars = box.querySelector(".bars"), says = box.querySelector(".says");
  const cursor = box.querySelector(".cursor"), pulls = box.querySelector("[data-field=pulls]"), twin = app.config.twin;
  let ink = new Float64Array(64), at = 27, pen = false, wanted = null, order = 0;
  bars.innerHTML = Array.from({ length: 10 }, (_, d) => `<div class="share"><span>${d}</span><span class="well"><span class="now"></span>${twin ? '<span class="before"></span>' : ""}</span><span class="says-share"></span></div>`).join("") +
    (twin ? '<p class="legend"><span><span class="key output"></span> trained</span><span><span class="key muted"></span> before training</span></p>' : "");
  const stamp = (x, y) => {                          // a soft pen: what lies within about a pixel gets darker
    if (wanted !== null) ink.fill(0);                // a new picture, not one over the one that is shown
    for (let p = 0; p < 64; p++) {
      const far = Math.hypot(p % 8 + 0.5 - x, Math.floor(p / 8) + 0.5 - y);
      ink[p] = Math.max(ink[p], within(1.25 - far, 0, 1));
    }
    wanted = null;
    app.paintSoon();
  };
  const spot = (event) => placeOn(pad, event).map((share) => 8 * share);
  pad.addEventListener("pointerdown", (event) => {
    pen = spot(event);
    if (event.isTrusted) pad.setPointerCapture(event.pointerId);
    stamp(...pen);
    event.preventDefault();
    pad.focus({ preventScroll: true });
    cursor.hidden = true;
  });
  pad.addEventListener("pointermove", (event) => {
    if (!pen) return;
    const [x, y] = spot(event), n = Math.ceil(4 * Math.hypot(x - pen[0], y - pen[1]));
    for (let i = 1; i <= n; i++) stamp(pen[0] + (x - pen[0]) * i / n, pen[1] + (y - pen[1]) * i / n);
    pen = [x, y];
  });
  for (const type of ["pointerup", "pointercancel"]) pad.addEventListener(type, () => { pen = false; });
  pad.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: -8, ArrowDown: 8 }[event.key];
    if (by && (Math.abs(by) === 8 || Math.floor(at / 8) === Math.floor((at + by) / 8))) at = within(at + by, 0, 63);
    else if (event.key === " ") stamp(at % 8 + 0.5, Math.floor(at / 8) + 0.5);
    else if (event.key === "Delete") ink.fill(0);
    else if (!by) return;
    cursor.hidden = false;
    event.preventDefault();
    app.paintSoon();
  });
  pad.addEventListener("focus", () => { if (pad.matches(":focus-visible") && !pen) { cursor.hidden = false; app.paintSoon(); } });
  const show1 = (x, label = null) => { ink = Float64Array.from(x); wanted = label; app.paintSoon(); };
  box.addEventListener("click", ({ target }) => {
    const set = app.state.test || app.state.train;
    if (target.dataset.do === "clear") show1(new Float64Array(64));
    if (target.dataset.do === "sample") show1(...digitOf(set, (order++ * 37) % set.N));
  });
  pulls.addEventListener("change", () => app.paintSoon());
  const told = teller(app, says);
  app.showDigit = (x, label) => { show1(x, label); box.scrollIntoView({ block: "nearest" }); };
  const first = app.state.test || app.state.train;
  show1(...digitOf(first, app.config.sample));
  return (state) => {
    const a = outputs(state, ink), best = a.indexOf(Math.max(...a)), blank = ink.every((v) => v === 0);
    const before = twin && outputs({ ...state, theta: app.twinTheta }, ink), share = (of, d) => (blank ? 0 : of[d]);     // no ink, no answer
    if (pulls.checked && !blank) {
      const y = Array.from({ length: 10 }, (_, d) => Number(d === (wanted ?? best))), one = alone(state, ink, y), far = Math.max(1e-12, ...one.pulls.map(Math.abs));
      paint(canvas, one.pulls.map((v) => -v), 8, 8, -far, far, app.theme);      // minus the derivative: which way lowers the cost
    } else paint(canvas, ink, 8, 8, -1, 1, app.theme.ink);
    cursor.style.cssText = `left:${12.5 * (at % 8)}%;top:${12.5 * Math.floor(at / 8)}%`;
    all(bars, ".share").forEach((node, d) => {
      node.classList.toggle("best", d === best && !blank);
      node.querySelector(".now").style.width = `${100 * share(a, d)}%`;
      if (before) node.querySelector(".before").style.width = `${100 * share(before, d)}%`;
      node.querySelector(".says-share").textContent = blank ? "" : percent(a[d]).replace(".0 %", " %");
    });
    set(bars, { "aria-label": blank ? "no answer: the pad is empty" : a.map((v, d) => `${d}: ${percent(v)}`).join(", ") });
    told(blank ? "Draw here with the mouse or a finger." : (pulls.checked ? `Blue pixels: more ink would make it more certain of ${wanted ?? best}; purple ones: less ink. ` : "") +
      `The network reads <b>${best}</b> with ${percent(a[best])}${wanted === null ? "" : `; it is a ${wanted}`}.${before ? ` Before training: ${before.indexOf(Math.max(...before))} with ${percent(Math.max(...before))}.` : ""}`);
  };
};

PANELS.misread = (app, box) => {
  const pictures = box.querySelector(".gallery");
  let kept = null;
  return (state, view) => {
    if (app.playing && kept && performance.now() - kept < 500) return;
    kept = performance.now();
    const set = state.test || state.train, m = machineOf(state.net, set.N, state.test ? "test" : "all");
    m.theta.set(state.theta);
    const a = m.forward(set.X, set.N), wrong = [];
    for (let i = 0; i < set.N; i++) { const says = view.known.of(a, 10 * i), is = view.known.of(set.Y, 10 * i); if (says !== is) wrong.push([i, says, is]); }
    box.querySelector("[data-count]").textContent = `${wrong.length} of ${set.N} ${state.test ? "test" : "training"} digits are misread${wrong.length > 24 ? "; the first 24" : ""}. Choose one to put it on the pad.`;
    pictures.replaceChildren(...wrong.slice(0, 24).map(([i, says, is]) => {
      const button = document.createElement("button"), canvas = document.createElement("canvas"), text = document.createElement("span");
      button.type = "button";
      text.textContent = `${is} read as ${says}`;
      button.append(canvas, text);
      paint(canvas, digitOf(set, i)[0], 8, 8, -1, 1, app.theme.ink);
      button.addEventListener("click", () => app.showDigit?.(...digitOf(set, i)));
      return button;
    }));
    pictures.style.minHeight ||= `${pictures.offsetHeight}px`;           // as it gets shorter, what stands below stays
  };
};

PANELS.pictures = (app, box) => {
  const n = app.state.net.sizes[1], side = Math.sqrt(app.state.net.sizes[0]), canvases = Array.from({ length: n }, () => document.createElement("canvas"));
  box.querySelector(".gallery").append(...canvases);
  set(box.querySelector(".gallery"), { role: "img", "aria-label": `${n} pictures of ${side} by ${side} weights` });
  return (state) => {
    const far = Math.max(...state.theta.subarray(0, n * side * side).map(Math.abs)) || 1;
    canvases.forEach((canvas, j) => paint(canvas, state.theta.subarray(j * side * side, (j + 1) * side * side), side, side, -far, far, app.theme));
  };
};
