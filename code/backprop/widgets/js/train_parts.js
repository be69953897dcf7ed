// What the lab's parts are made of: elements, numbers, colours, plots. None of it knows the lab.

const within = (v, low, high) => clamp(v, [low, high]);
const tenth = (v) => Math.round(10 * v) / 10;

// Where on an element a pointer is, as shares of its width and of its height.
function placeOn(node, { clientX, clientY }) {
  const { left, top, width, height } = node.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const percent = (share) => (!isFinite(share) ? "–" : `${(100 * share).toFixed(1)} %`);

const spoken = (name) => name.replace(/^(\D+)(\d+)_([\d,]+)$/, (_, letter, layer, index) =>
  (letter === "b" ? `bias ${index} of layer ${layer}` : `weight of layer ${layer}, to ${index.split(index.includes(",") ? "," : "").join(" from ")}`));

// The colours of the theme that is on, as [red, green, blue], and those of what is drawn in ink alone.
function colours(root) {
  const probe = root.querySelector(".probe");
  const theme = Object.fromEntries(["ink", "paper", "plus", "minus"].map((name) => {
    probe.style.color = `var(--${name})`;
    const text = getComputedStyle(probe).color, numbers = text.match(/[\d.]+/g).map(Number);
    return [name, text.startsWith("color(") ? numbers.slice(-3).map((v) => 255 * v) : numbers.slice(0, 3)];
  }));
  return { ...theme, ink: { minus: theme.ink, plus: theme.ink, paper: theme.paper } };
}

// As many children of this kind as the list is long, with these attributes; only what has changed is written.
function pool(parent, name) {
  const nodes = [];
  return (list) => {
    list.forEach((attributes, i) => set(nodes[i] ??= parent.appendChild(svg(name)), attributes));
    while (nodes.length > list.length) nodes.pop().remove();
  };
}

// The colours from one end over the paper to the other, as bytes, kept for as long as the theme is on.
const SHADES = 256, ramps = new WeakMap();
function ramp(theme) {
  if (ramps.has(theme)) return ramps.get(theme);
  const bytes = new Uint8ClampedArray(4 * (2 * SHADES + 1)), { minus: one, plus: other, paper } = theme;
  for (let i = 0; i <= 2 * SHADES; i++) {
    const share = 0.75 * Math.abs(i / SHADES - 1), end = i < SHADES ? one : other;
    bytes.set([0, 1, 2].map((c) => paper[c] + (end[c] - paper[c]) * share), 4 * i);
    bytes[4 * i + 3] = 255;
  }
  ramps.set(theme, bytes);
  return bytes;
}

// Numbers from low to high over w x h pixels, the lowest row last if flipped; what isn't a number is left blank.
const images = new WeakMap();
function paint(canvas, values, w, h, low, high, theme, flip = false) {
  let kept = images.get(canvas);
  if (!kept) {
    Object.assign(canvas, { width: w, height: h });
    const context = canvas.getContext("2d");
    images.set(canvas, kept = { context, image: context.createImageData(w, h) });
  }
  const { context, image } = kept, { data } = image, bytes = ramp(theme), by = 2 * SHADES / (high - low || 1);
  for (let y = 0, q = 0; y < h; y++) {
    for (let p = (flip ? h - 1 - y : y) * w, end = p + w; p < end; p++, q += 4) {
      const v = values[p], from = v === v ? 4 * Math.round(Math.min(2 * SHADES, Math.max(0, (v - low) * by))) : -1;
      for (let c = 0; c < 4; c++) data[q + c] = from < 0 ? 0 : bytes[from + c];
    }
  }
  context.putImageData(image, 0, 0);
}

// Where a grid of n x n values crosses a level, as the d of a path in a square of this size, (0, 0) at the lower left.
function contour(values, n, level, size) {
  let d = "";
  const scale = size / (n - 1), at = (v) => tenth(v * scale);
  for (let y = 0; y + 1 < n; y++) for (let x = 0; x + 1 < n; x++) {
    const p = y * n + x, a = values[p] - level, b = values[p + 1] - level, c = values[p + n + 1] - level, e = values[p + n] - level;
    const above = (a > 0) + (b > 0) + (c > 0) + (e > 0);
    if (above % 4 === 0) continue;
    const cut = [];
    if (a > 0 !== b > 0) cut.push(`${at(x + a / (a - b))} ${at(n - 1 - y)}`);
    if (b > 0 !== c > 0) cut.push(`${at(x + 1)} ${at(n - 1 - y - b / (b - c))}`);
    if (c > 0 !== e > 0) cut.push(`${at(x + 1 - c / (c - e))} ${at(n - 2 - y)}`);
    if (e > 0 !== a > 0) cut.push(`${at(x)} ${at(n - 2 - y + e / (e - a))}`);
    for (let i = 0; i + 1 < cut.length; i += 2) d += `M${cut[i]}L${cut[i + 1]}`;
  }
  return d;
}

// A plot: {x: [low, high], y: [low, high], lines: [{points, css}], dots: [{at, css}], label, log}. Values off the
// scale stay at its edge; what isn't finite leaves a gap. What has not changed is not written again.
function plot(box) {
  const W = 340, H = 190, left = 46, right = 8, top = 10, bottom = 24, node = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" });
  const axes = node.appendChild(svg("g")), draw = { lines: pool(node.appendChild(svg("g")), "path"), dots: pool(node.appendChild(svg("g")), "circle") };
  let before = "";
  box.append(node);
  return ({ x, y, lines = [], dots = [], label, log = false }) => {
    const scale = (v) => (log ? Math.log10(v) : v), X = (v) => left + (W - left - right) * (v - x[0]) / (x[1] - x[0] || 1);
    const [low, high] = y.map(scale), Y = (v) => within(H - bottom - (H - top - bottom) * (scale(v) - low) / (high - low || 1), top - 4, H - bottom + 4);
    const good = ([a, b]) => isFinite(scale(b)) && isFinite(a);
    const path = (points) => {
      let pen = "M", d = "";
      for (const point of points) {
        if (good(point)) { d += `${pen}${tenth(X(point[0]))} ${tenth(Y(point[1]))}`; pen = "L"; } else pen = "M";
      }
      return d;
    };
    const marks = log ? Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => 10 ** (Math.ceil(low) + i)).filter((_, i, list) => list.length < 6 || i % 2 === 0).map((v) => [v, show(v, 4).replace(/\.?0+$/, "")]) : nice([low, high], 4);
    const now = marks.map(([v, text]) => `<path class="grid" d="M${left} ${Y(v)}H${W - right}"/><text x="${left - 5}" y="${Y(v) + 4}" text-anchor="end">${text}</text>`).join("") +
      nice(x, 5).map(([v, text]) => `<text x="${Math.min(X(v), W - 3.3 * text.length)}" y="${H - 8}" text-anchor="middle">${text}</text>`).join("");
    set(node, { "aria-label": label });
    if (now !== before) axes.innerHTML = before = now;
    draw.lines(lines.map(({ points, css }) => ({ class: `line ${css}`, d: path(points) })));
    draw.dots(dots.filter(({ at }) => good(at)).map(({ at: [a, b], css }) => ({ class: `dot ${css}`, r: 5, cx: tenth(X(a)), cy: tenth(Y(b)) })));
  };
}

// A round number a little above: the end of an axis that grows with what it shows, so that its ticks stand still.
function roomy(value) {
  const ten = 10 ** Math.floor(Math.log10(value));
  return isFinite(ten) && ten ? ten * ([1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find((m) => m * ten >= value) ?? 10) : 1;
}

// The range of numbers with a little room, never empty.
function rangeOf(values, from0 = false) {
  const good = values.filter(isFinite);
  if (!good.length) return [0, 1];
  let low = from0 ? Math.min(0, ...good) : Math.min(...good), high = Math.max(...good);
  if (high - low < 1e-12 * (1 + Math.abs(high))) high = low + (Math.abs(low) || 1);
  return [low, high + 0.06 * (high - low)];
}

// The same from 0, with a top that seldom moves.
function roomyRange(values) {
  const [low, high] = rangeOf(values, true);
  return [low, high > 0 ? roomy(high) : high];
}

// At most about 300 of the entries, among them the last.
const sparse = (list) => { const by = Math.ceil(list.length / 300); return by < 2 ? list : list.filter((_, i) => i % by === 0 || i === list.length - 1); };
