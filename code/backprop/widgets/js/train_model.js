// The lab's state and what can be done to it. Nothing here draws. All z, a, C, delta and gradients come from
// machine(), and each step from the optimisers' functions: both printed by backprop, nothing here differentiates.

// ---- chance: a seed gives the same numbers every time

function chance(seed) {
  let s = (Math.imul(seed + 1, 0x9E3779B1) ^ 0x5BD1E995) >>> 0 || 1;
  const next = () => { s ^= s << 13; s ^= s >>> 17; s ^= s << 5; s >>>= 0; return s / 4294967296; };
  for (let i = 0; i < 8; i++) next();
  return next;
}

// The order of an epoch's examples: theirs alone, so that a link needs the seed and the epoch and nothing else.
function shuffled(n, seed, epoch, fixed) {
  if (fixed) return fixed;
  const next = chance(seed * 7919 + epoch), order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

const normals = (next) => () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

// First weights: normal, with standard deviation scale/sqrt(fan-in); biases 0, as in Network.
function firstWeights({ sizes, bias }, seed, scale) {
  const normal = normals(chance(seed)), theta = [];
  for (let l = 1; l < sizes.length; l++) {
    for (let k = 0; k < sizes[l] * sizes[l - 1]; k++) theta.push(scale * normal() / Math.sqrt(sizes[l - 1]));
    if (bias[l - 1]) for (let j = 0; j < sizes[l]; j++) theta.push(0);
  }
  return Float64Array.from(theta);
}

// ---- parameters by name: "w2_12" (layer 2, to 1, from 2), "b2_1"; indices above 9 with a comma

function place(net, name) {
  const [, letter, layer, index] = /^([wb])(\d+)_([\d,]+)$/.exec(name) || [], l = Number(layer);
  if (!(l >= 1 && l < net.sizes.length)) return null;
  const [j, k = 0] = letter === "b" ? [Number(index)] : (index.includes(",") ? index.split(",") : index.split("")).map(Number);
  const [n, m] = [net.sizes[l], net.sizes[l - 1]];
  if (!(j >= 1 && j <= n) || (letter === "w" ? !(k >= 1 && k <= m) : !net.bias[l - 1])) return null;
  let at = 0;
  for (let i = 1; i < l; i++) at += net.sizes[i] * (net.sizes[i - 1] + (net.bias[i - 1] ? 1 : 0));
  return { name, l, j, k, at: at + (k ? (j - 1) * m + k - 1 : n * m + j - 1) };
}

const weightName = (l, j, k) => (k ? `w${l}_${Math.max(j, k) > 9 ? `${j},${k}` : `${j}${k}`}` : `b${l}_${j}`);

// theta as W and b: lists from layer 1, b null where there is no bias.
function lists({ sizes, bias }, theta) {
  const W = [], b = [];
  let at = 0;
  for (let l = 1; l < sizes.length; l++) {
    W.push(Array.from({ length: sizes[l] }, () => Array.from(theta.subarray(at, at += sizes[l - 1]))));
    b.push(bias[l - 1] ? Array.from(theta.subarray(at, at += sizes[l])) : null);
  }
  return { W, b };
}

const flat = ({ W, b }) => Float64Array.from(W.flatMap((rows, l) => [...rows.flat(), ...(b[l] || [])]));

// ---- data: columns in, one example after the other in memory

function examples(X, Y) {
  return { N: X.length, X: Float64Array.from(X.flat()), Y: Float64Array.from(Y.flat()) };
}

// N new points of one of SHAPES, from a seed; classes are -1 and 1 if `from` is -1.
function freshSet(kind, seed, N, from) {
  const { noise, blur, of } = SHAPES[kind], next = chance(seed), normal = normals(next), X = [], Y = [];
  const third = (v, spread) => Number((v + spread * normal()).toFixed(3));
  for (let i = 0; i < N; i++) {
    const [x, y] = of[i % of.length](next(), next());
    X.push(x.map((v) => third(v, noise)));
    Y.push([blur ? third(y, blur) : y || from]);
  }
  return [X, Y];
}

// The part of the plane that is shown: all points and some room.
function frameOf({ sizes }, train, test) {
  if (sizes[0] !== 2) return { low: -1, high: 1 };
  const values = [...train.X, ...(test ? test.X : [])], low = Math.min(...values), high = Math.max(...values);
  const room = 0.15 * (high - low) || 1;
  return { low: low - room, high: high + room };
}

// The digits as shipped: letters, a is white (0), q is black (1).
function unpackDigits({ pixels, labels }, from, to) {
  const N = to - from, X = new Float64Array(N * 64), Y = new Float64Array(N * 10);
  for (let p = 0; p < N * 64; p++) X[p] = (pixels.charCodeAt(from * 64 + p) - 97) / 16;
  for (let i = 0; i < N; i++) Y[i * 10 + Number(labels[from + i])] = 1;
  return { N, X, Y };
}

const row = (numbers, i, n) => Array.from(numbers.subarray(i * n, i * n + n));
const rows = (numbers, n) => Array.from({ length: numbers.length / n }, (_, i) => row(numbers, i, n));

// Are the targets classes? Two values of one output, or a single 1 among several. Returns {of(values, at)} or null.
const kinds = new WeakMap();
function classes(net, train) {
  if (!kinds.has(train)) kinds.set(train, classesOf(net, train));
  return kinds.get(train);
}

function classesOf(net, train) {
  const n = net.sizes.at(-1), { Y, N } = train;
  if (n === 1) {
    const low = Math.min(...Y), high = Math.max(...Y), whole = (v) => v === low || v === high;
    const known = { 0: 1, "-1": 1 }[low] && (high === 1 || (low === high && low !== -1));
    return N && (known || (low === high && high === 1)) && Y.every(whole) ? { of: (v, at) => Number(v[at] > (low < 0 ? 0 : 0.5)) } : null;
  }
  for (let i = 0; i < N; i++) {
    let ones = 0;
    for (let j = i * n; j < i * n + n; j++) if (Y[j] === 1) ones++; else if (Y[j] !== 0) return null;
    if (ones !== 1) return null;
  }
  return { of: (v, at) => { let best = 0; for (let j = 1; j < n; j++) if (v[at + j] > v[at + best]) best = j; return best; } };
}

// ---- machines: one for each network and use, made again when there are more examples

const machines = new Map();
function machineOf(net, N, use = "") {
  const key = `${use} ${net.sizes} ${net.bias} ${net.activation} ${net.cost}`;
  let m = machines.get(key);
  if (!m || m.room < N) machines.set(key, m = machine(net, Math.max(N, 16)));
  return m;
}

// ---- state

const emptyMemory = (optimiser, n) => Object.fromEntries(MEMORY[optimiser].map((name) => [name, new Float64Array(n)]));

function begin(net, data, start) {
  const theta = Float64Array.from(start.theta);
  const state = { net, ...data, fixed: null, scale: 1, optimiser: "gradient_descent", batch_size: null, learning_rate: 0.5, seed: 0,
    ...start, theta, first: theta, example: null, phase: 0, note: "", bad: false };
  return remembered(from0(state));
}

// Step 0 with the weights that are there.
function from0(state) {
  return { ...state, step: 0, epoch: 0, at: 0, t: 0, memory: emptyMemory(state.optimiser, state.theta.length), history: [], thin: 1, best: null,
    perm: shuffled(state.train.N, state.seed, 0, state.fixed) };
}

const batchOf = ({ perm, at, batch_size, train }) => perm.slice(at, at + (batch_size || train.N));

// Some steps, at most `most`, or to the end of the epoch. Every gradient is known before the first weight moves.
function advance(state, most) {
  const { net, train, learning_rate, optimiser, fixed, seed } = state, [n0, nL] = [net.sizes[0], net.sizes.at(-1)];
  const m = machineOf(net, Math.min(train.N, state.batch_size || train.N), "batch");
  const bx = new Float64Array(m.room * n0), by = new Float64Array(m.room * nL);
  const memory = Object.fromEntries(Object.entries(state.memory).map(([name, values]) => [name, values.slice()]));
  const next = { ...state, memory, note: "", bad: false, phase: 0 }, kept = state.theta.slice();
  m.theta.set(state.theta);
  for (let done = 0; done < most; done++) {
    const batch = batchOf(next), n = batch.length;
    batch.forEach((e, i) => {
      bx.set(train.X.subarray(e * n0, e * n0 + n0), i * n0);
      by.set(train.Y.subarray(e * nL, e * nL + nL), i * nL);
    });
    kept.set(m.theta);
    m.forward(bx, n);
    m.deltas(by, n);
    m.gradients(n);
    OPTIMISERS[optimiser](m.theta, m.grad, memory, next.t + 1, learning_rate);
    let good = true;
    for (let p = 0; p < kept.length; p++) if (!(Math.abs(m.theta[p]) <= 1e200)) good = false;
    if (!good) {
      return { ...next, theta: kept, memory: emptyMemory(optimiser, kept.length), t: 0, bad: true,
        note: `Step ${next.step + 1} leads beyond every computer number: these are the weights before it. Go back, or try a smaller η.` };
    }
    next.t++;
    next.step++;
    next.at += n;
    if (next.at >= train.N) {                        // what is left of the data is a batch of its own, and all is shuffled anew
      next.epoch++;
      next.at = 0;
      next.perm = shuffled(train.N, seed, next.epoch, fixed);
      if (most === Infinity) break;
    }
  }
  return { ...next, theta: m.theta.slice() };
}

// What the curves show: cost and accuracy at the same weights, the sizes of delta and a by layer.
function remembered(state) {
  const view = derive(state), { C, C_test, accuracy, accuracy_test, sizes } = view, finite = isFinite(C);
  let { history, thin, best } = state;
  const sameStep = history.at(-1)?.step === state.step;
  const entry = { step: state.step, epoch: state.epoch, C, C_test, accuracy, accuracy_test, delta: sizes.delta, value: view.value };
  history = [...(sameStep ? history.slice(0, -1) : history), entry];
  if (history.length > 1200) { history = history.filter((_, i) => i % 2 === 0 || i === history.length - 1); thin *= 2; }
  if (finite && (!best || C <= best.C)) best = { C, theta: state.theta, step: state.step, epoch: state.epoch, at: state.at, perm: state.perm };
  const grown = finite && best && C > 1e3 * (1 + history[0].C) && !state.note;
  const note = finite ? (grown ? `The cost has grown to ${C.toExponential(1)}: the steps are too long. Go back, or try a smaller η.` : state.note)
    : state.note || `After step ${state.step} the cost is too large for a computer number. Go back, or try a smaller η.`;
  return { ...state, history, thin, best, note, bad: state.bad || !finite || grown };
}

// Every number that is shown, for the weights that are shown. Kept, because several parts ask for it.
const views = new WeakMap();
function derive(state) {
  let view = views.get(state);
  if (view) return view;
  const { net, train, test, theta } = state, nL = net.sizes.at(-1), m = machineOf(net, train.N, "all"), known = classes(net, train);
  const correct = (a, { Y, N }) => {
    if (!known || !N) return null;
    let right = 0;
    for (let i = 0; i < N; i++) right += known.of(a, i * nL) === known.of(Y, i * nL);
    return right / N;
  };
  let C_test = null, accuracy_test = null;
  if (test) {
    const other = machineOf(net, test.N, "test");
    other.theta.set(theta);
    accuracy_test = correct(other.forward(test.X, test.N), test);
    C_test = other.costs(test.Y, test.N);
  }
  m.theta.set(theta);
  const accuracy = correct(m.forward(train.X, train.N), train), C = m.costs(train.Y, train.N);
  m.deltas(train.Y, train.N);
  const p = place(net, state.weight), votes = m.votes(p.l, p.j - 1, p.k - 1, train.N, new Float64Array(train.N));
  const norm = (values, n) => { let sum = 0; for (let i = 0; i < train.N * n; i++) sum += values[i] * values[i]; return Math.sqrt(sum / train.N); };
  const sizes = { delta: m.layers.map((l) => norm(l.delta, l.n)), a: m.layers.map((l) => norm(l.a, l.n) / Math.sqrt(l.n)) };
  view = { C, C_test, accuracy, accuracy_test, votes, sizes, value: theta[p.at], place: p, costs: m.C.slice(0, train.N),
    gradient: votes.reduce((sum, v) => sum + v, 0) / train.N, order: batchOf(state), known };
  views.set(state, view);
  return view;
}

// The mean cost over the chosen weight, and a few examples' own: {w, mean, single: [[…], …]}; the weights stay.
function sweep(state, low, high, points, examples = []) {
  const { net, train, theta } = state, m = machineOf(net, train.N, "sweep"), p = place(net, state.weight);
  m.theta.set(theta);
  m.forward(train.X, train.N);
  const w = [], mean = [], single = examples.map(() => []);
  for (let i = 0; i < points; i++) {
    w.push(m.theta[p.at] = low + (high - low) * i / (points - 1));
    m.forward(train.X, train.N, p.l - 1);
    mean.push(m.costs(train.Y, train.N));
    examples.forEach((e, s) => single[s].push(m.C[e]));
  }
  return { w, mean, single };
}

// One example's own forward and backward pass: a, z, delta by layer, its gradient, its cost, and the pull of every input.
function alone(state, x, y) {
  const m = machineOf(state.net, 1, "one"), list = (values, n) => Array.from(values.subarray(0, n));
  m.theta.set(state.theta);
  m.forward(Float64Array.from(x), 1);
  const C = m.costs(Float64Array.from(y), 1);
  m.deltas(Float64Array.from(y), 1);
  return { x, y, C, grad: m.gradients(1).slice(), pulls: list(m.pulls(1), x.length),
    z: m.layers.map((l) => list(l.z, l.n)), a: m.layers.map((l) => list(l.a, l.n)), delta: m.layers.map((l) => list(l.delta, l.n)) };
}

const outputs = (state, x) => { const m = machineOf(state.net, 1, "one"); m.theta.set(state.theta); return Array.from(m.forward(Float64Array.from(x), 1).subarray(0, state.net.sizes.at(-1))); };

// ---- what can be done

const refuse = (state, words) => ({ ...state, note: `Nothing was changed: ${words}.` });
const whole = (v, low, high) => Number.isInteger(v) && v >= low && v <= high;

function withData(state, train) {
  const batch_size = state.batch_size && Math.min(state.batch_size, train.N);
  return { ...state, train, batch_size, fixed: null, example: null, note: "", bad: false, at: 0, best: null, perm: shuffled(train.N, state.seed, state.epoch) };
}

// What would be wrong with this training set instead of the one there is, or "".
function problemOfSet({ net, train, frame }, next, at = next.N) {
  const n0 = net.sizes[0], [before, after] = [train, next].map((set) => classes(net, set));
  if (frame && n0 === 2 && at < next.N && row(next.X, at, n0).some((v) => v < frame.low || v > frame.high)) {
    return `a point lies between ${show(frame.low, 2)} and ${show(frame.high, 2)} both ways`;
  }
  const there = (set, known) => { const found = new Set(); for (let i = 0; i < set.N; i++) found.add(known.of(set.Y, i * net.sizes.at(-1))); return found; };
  const lost = before && after ? [...there(train, before)].find((c) => !there(next, after).has(c)) : undefined;
  return lost === undefined ? "" : `class ${lost} would be empty: it needs at least one example`;
}

function changed(state, at, count, x = [], y = []) {
  const [n0, nL] = [state.net.sizes[0], state.net.sizes.at(-1)], { X, Y, N } = state.train;
  const cut = (values, n, put) => Float64Array.from([...values.subarray(0, at * n), ...put, ...values.subarray((at + count) * n)]);
  return { N: N - count + (x.length ? 1 : 0), X: cut(X, n0, x), Y: cut(Y, nL, y) };
}

// The network with other hidden layers; what would be wrong with them, or "".
const MOST = 8, LAYERS = 4, HIDDEN = ["tanh", "sigmoid", "relu", "identity"];
const problemOfShape = (shape) => (Array.isArray(shape?.hidden) && shape.hidden.length <= LAYERS && shape.hidden.every((n) => whole(n, 1, MOST))
  && HIDDEN.includes(shape.activation) ? "" : `a network here has up to ${LAYERS} hidden layers of 1 to ${MOST} neurons, all ${HIDDEN.join(", ")}`);
const reshaped = (net, { hidden, activation }) => ({ ...net, sizes: [net.sizes[0], ...hidden, net.sizes.at(-1)],
  activation: [...hidden.map(() => activation), net.activation.at(-1)], bias: [...hidden.map(() => true), net.bias.at(-1)] });

const REDUCERS = {
  step: (s, { times = 1 }) => remembered(advance(s, times)),
  epoch: (s) => remembered(advance(s, Infinity)),
  reset: (s) => remembered(from0({ ...s, theta: s.first, note: "", bad: false, phase: 0, example: null })),
  seed(s, { value }) {
    if (!whole(value, 0, 1e6)) return refuse(s, "a seed is a whole number from 0 to a million");
    return remembered({ ...s, seed: value, note: "", at: 0, perm: shuffled(s.train.N, value, s.epoch, s.fixed) });
  },
  draw(s, { seed = s.seed + 1, scale = s.scale }) {                       // new first weights; reset goes back to these
    if (!whole(seed, 0, 1e6)) return refuse(s, "a seed is a whole number from 0 to a million");
    if (!(scale >= 0 && scale <= 100)) return refuse(s, "the size of the first weights lies between 0 and 100");
    const theta = firstWeights(s.net, seed, scale);
    return remembered(from0({ ...s, seed, scale, theta, first: theta, note: "", bad: false, phase: 0, example: null }));
  },
  shape(s, shape) {                                                       // other hidden layers, with first weights of their own
    const wrong = problemOfShape(shape), net = wrong || reshaped(s.net, shape);
    if (wrong) return refuse(s, wrong);
    const theta = firstWeights(net, s.seed, s.scale), weight = place(net, s.weight) ? s.weight : weightName(net.sizes.length - 1, 1, 1);
    return remembered(from0({ ...s, net, theta, first: theta, weight, shape: { hidden: shape.hidden, activation: shape.activation },
      note: "", bad: false, phase: 0, example: null }));
  },
  fresh(s, { kind, seed }) {                                              // as many new points of the same kind
    if (!Object.hasOwn(SHAPES, kind)) return refuse(s, "there are no new points of this kind");
    if (!whole(seed, 1, 1e6)) return refuse(s, "the data's seed is a whole number from 1 to a million");
    const { N } = s.train, [X, Y] = freshSet(kind, seed, N + (s.test?.N ?? 0), Math.min(0, ...s.train.Y));
    const train = examples(X.slice(0, N), Y.slice(0, N)), test = s.test && examples(X.slice(N), Y.slice(N));
    return REDUCERS.data(s, { train, test, frame: frameOf(s.net, train, test), source: [kind, seed] });
  },
  back(s) {                                                               // to the lowest cost so far
    if (!s.best) return refuse(s, "there is no finite cost to go back to");
    const { theta, step, epoch, at, perm } = s.best;
    return remembered({ ...s, theta, step, epoch, at, perm, t: 0, memory: emptyMemory(s.optimiser, theta.length), note: "", bad: false,
      history: s.history.filter((h) => h.step < step) });
  },
  value(s, { value }) {
    if (!usable(value)) return refuse(s, "a weight is a finite number");
    const theta = s.theta.slice();
    theta[place(s.net, s.weight).at] = value;
    return remembered({ ...s, theta, note: "", bad: false, phase: 0 });
  },
  parameters(s, { W, b }) {
    const theta = flat({ W, b });
    if (theta.length !== s.theta.length || !theta.every(usable)) return refuse(s, "W and b must be finite numbers in the shapes of this network");
    return remembered({ ...s, theta, note: "", bad: false, phase: 0 });
  },
  weight: (s, { name }) => (place(s.net, name) ? remembered({ ...s, weight: name, note: "", history: s.history.map((h) => ({ ...h, value: NaN })) })
    : refuse(s, "this network has no such weight")),
  learning_rate: (s, { value }) => (usable(value) && value >= 0 ? { ...s, learning_rate: value, note: "" } : refuse(s, "η is a finite number from 0")),
  batch_size(s, { value }) {
    if (value !== null && !whole(value, 1, s.train.N)) return refuse(s, `a batch has from 1 to ${s.train.N} examples, the number there are`);
    return { ...s, batch_size: value, note: "" };
  },
  optimiser: (s, { name }) => (name in OPTIMISERS ? { ...s, optimiser: name, t: 0, memory: emptyMemory(name, s.theta.length), note: "" }
    : refuse(s, "there is no such optimiser")),
  data(s, { train, test, frame = s.frame, source = null }) {
    const wrong = problemOfSet(s, train);
    return wrong ? refuse(s, wrong) : remembered(from0({ ...withData(s, train), test, frame, source, theta: s.first }));
  },
  add(s, { x, y }) {
    if (![...x, ...y].every(usable)) return refuse(s, "a point needs finite numbers");
    const next = changed(s, s.train.N, 0, x, y), wrong = targetProblem(s.net, y) || problemOfSet(s, next, s.train.N);
    return wrong ? refuse(s, wrong) : remembered(withData(s, next));
  },
  move(s, { i, x, y }) {
    if (!whole(i, 0, s.train.N - 1) || ![...x, ...y].every(usable)) return refuse(s, "a point needs finite numbers");
    const next = changed(s, i, 1, x, y), wrong = targetProblem(s.net, y) || problemOfSet(s, next, i);
    return wrong ? refuse(s, wrong) : remembered({ ...s, train: next, note: "", best: null });
  },
  remove(s, { i }) {
    if (!whole(i, 0, s.train.N - 1)) return refuse(s, "there is no such point");
    if (s.train.N === 1) return refuse(s, "a data set has at least one example");
    const next = changed(s, i, 1), wrong = problemOfSet(s, next);
    return wrong ? refuse(s, wrong) : remembered(withData(s, next));
  },
  example: (s, { i, phase = 1 }) => (i === null || whole(i, 0, s.train.N - 1) ? { ...s, example: i, phase: i === null ? 0 : phase } : s),
  open: (s, { link }) => remembered({ ...from0({ ...s, ...link, note: "", bad: false, phase: 0, example: null }), step: link.step, epoch: link.epoch, at: link.at,
    perm: shuffled(link.train.N, link.seed, link.epoch, s.fixed) }),
};

const reduce = (state, action) => REDUCERS[action.type](state, action);

// ---- what a machine can read, and a link

function published(state) {
  const { net, weight, learning_rate, batch_size, optimiser, seed, step, epoch, note } = state, view = derive(state);
  const finite = (v) => (isFinite(v) ? v : null);
  return { sizes: net.sizes, activation: net.activation, cost: net.cost, ...lists(net, state.theta), weight, value: view.value, C: finite(view.C),
    C_test: view.C_test === null ? null : finite(view.C_test), gradient: finite(view.gradient), accuracy: view.accuracy, accuracy_test: view.accuracy_test,
    learning_rate, batch_size, optimiser, seed, step, epoch, order: view.order,
    ...(state.t && state.theta.length <= 500 && optimiser !== "gradient_descent" &&
      { t: state.t, memory: Object.fromEntries(Object.entries(state.memory).map(([name, v]) => [name, Array.from(v)])) }),
    ...(state.source?.[1] && { data_seed: state.source[1] }), ...(note && { note }) };
}

const LINK = ["theta", "weight", "learning_rate", "batch_size", "optimiser", "seed", "scale", "step", "epoch", "at"];

// Many parameters travel as the bytes of their doubles, exact and shorter than their digits.
const packed = (theta) => btoa(Array.from(new Uint8Array(Float64Array.from(theta).buffer), (byte) => String.fromCharCode(byte)).join(""));
function unpacked(text) {
  try { return Array.from(new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer)); } catch { return null; }
}

// Up to so many points of the reader's own travel with a link, a row each: inputs, then targets.
const MOST_POINTS = 400;
function rowsOf({ sizes }, { X, Y }) {
  const targets = rows(Y, sizes.at(-1));
  return rows(X, sizes[0]).map((x, i) => [...x, ...targets[i]]);
}
const sameSet = (a, b) => a.N === b.N && a.X.every((v, i) => v === b.X[i]) && a.Y.every((v, i) => v === b.Y[i]);
const setOf = ({ sizes }, rows) => examples(rows.map((r) => r.slice(0, sizes[0])), rows.map((r) => r.slice(sizes[0])));
function problemOfRows(net, rows) {
  const n = net.sizes[0] + net.sizes.at(-1);
  if (!Array.isArray(rows) || !whole(rows.length, 1, MOST_POINTS) || !rows.every((r) => Array.isArray(r) && r.length === n && r.every((v) => typeof v === "number" && usable(v)))) return `its points are not 1 to ${MOST_POINTS} rows of ${n} numbers`;
  return rows.map((r) => targetProblem(net, r.slice(net.sizes[0]))).find(Boolean) || "";
}

// rows: those of a set that no name stands for, or null.
function linkOf(state, rows = null) {
  const theta = state.theta.length > 200 ? packed(state.theta) : Array.from(state.theta);
  const { source, shape } = state, more = { ...(source && { source }), ...(shape && { shape }), ...(rows && { points: { rows, test: Boolean(state.test) } }) };
  return encodeURIComponent(JSON.stringify({ ...Object.fromEntries(LINK.map((key) => [key, state[key]])), theta, ...more }));
}

// What a link sets. given: the state the page began with; setsOf(source): the data [kind, seed] stands for, or null;
// free: may it name other hidden layers? Throws an Error that says in words what is wrong.
function readLink(text, given, setsOf = () => null, free = false) {
  let link = null;
  try { if (text.length < 200000) link = JSON.parse(decodeURIComponent(text)); } catch { }
  const { source, shape, points, ...own } = link && typeof link === "object" ? link : {}, count = (v) => whole(v, 0, 1e9);
  if (typeof own.theta === "string") own.theta = unpacked(own.theta);
  const named = source ? setsOf(source) : given, off = points && named && problemOfRows(given.net, points.rows);
  const sets = named && points && !off ? { ...named, train: setOf(given.net, points.rows), test: points.test ? named.test : null } : named, bent = shape && (free ? problemOfShape(shape) : "this page's network stays as it is");
  const net = shape && !bent ? reshaped(given.net, shape) : given.net, N = sets?.train.N;
  const n = net.sizes.slice(1).reduce((sum, m, l) => sum + m * (net.sizes[l] + (net.bias[l] ? 1 : 0)), 0);
  const wrong = !link || typeof link !== "object" ? "it is too long or no JSON"
    : !same(Object.keys(own).sort(), [...LINK].sort()) ? `it must hold exactly ${LINK.join(", ")}`
      : bent ? bent : !sets ? "it names no data of this page" : off ? off
        : !Array.isArray(own.theta) || own.theta.length !== n || !own.theta.every((v) => typeof v === "number" && usable(v))
          ? `it must hold ${n} finite parameters`
          : typeof own.weight !== "string" || !place(net, own.weight) ? "it names no weight of this network"
            : !(typeof own.learning_rate === "number" && usable(own.learning_rate) && own.learning_rate >= 0) ? "its learning rate is no number from 0"
              : own.batch_size !== null && !whole(own.batch_size, 1, N) ? `its batches are not of 1 to ${N} examples`
                : !Object.hasOwn(OPTIMISERS, own.optimiser) ? "it names no optimiser" : !whole(own.seed, 0, 1e6) ? "its seed is no whole number from 0"
                  : !(typeof own.scale === "number" && own.scale >= 0 && own.scale <= 100) ? "its scale is no number from 0"
                    : ![own.step, own.epoch, own.at].every(count) || own.at >= N ? "its step is no step of this data set" : "";
  if (wrong) throw new Error(`This link can't be used: ${wrong}. Nothing was changed.`);
  const first = shape ? firstWeights(net, own.seed, own.scale) : given.first, { train, test } = sets;
  const inside = (v) => v >= sets.frame.low && v <= sets.frame.high, frame = !points || !sets.frame || train.X.every(inside) ? sets.frame : frameOf(net, train, test);
  return { ...own, net, train, test, frame, first, source: source ?? null, shape: shape ?? null, theta: Float64Array.from(own.theta) };
}
