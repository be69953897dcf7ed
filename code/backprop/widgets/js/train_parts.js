// What the lab's parts are made of: elements, numbers, colours, plots. None of it knows the lab.

const within = (v, low, high) => clamp(v, [low, high]);

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const percent = (share) => (!Number.isFinite(share) ? "–" : `${(100 * share).toFixed(1)} %`);

const spoken = (name) => name.replace(/^(\D+)(\d+)_([\d,]+)$/, (_, letter, layer, index) =>
  (letter === "b" ? `bias ${index} of layer ${layer}` : `weight of layer ${layer}, to ${index.split(index.includes(",") ? "," : "").join(" from ")}`));

// The colours of the theme that is on, as [red, green, blue].
function colours(root) {
  const probe = root.querySelector(".probe");
  return Object.fromEntries(["ink", "paper", "muted", "input", "output", "hidden", "orange", "plus", "minus", "red", "grid"].map((name) => {
    probe.style.color = `var(--${name})`;
    const text = getComputedStyle(probe).color, numbers = text.match(/[\d.]+/g).map(Number);
    return [name, text.startsWith("color(") ? numbers.slice(-3).map((v) => 255 * v) : numbers.slice(0, 3)];
  }));
}

// Numbers from low to high over a square of pixels: negative side to one colour, positive to the other.
function paint(canvas, values, w, h, low, high, { minus: one, plus: other, paper }, flip = false) {
  if (canvas.width !== w) { canvas.width = w; canvas.height = h; }
  const context = canvas.getContext("2d"), image = context.createImageData(w, h), { data } = image, middle = (low + high) / 2, half = (high - low) / 2 || 1;
  for (let p = 0; p < w * h; p++) {
    const v = (values[flip ? (h - 1 - Math.floor(p / w)) * w + p % w : p] - middle) / half, end = v < 0 ? one : other;
    const share = 0.75 * Math.min(1, Math.abs(v)) || 0, q = 4 * p;
    data[q] = paper[0] + (end[0] - paper[0]) * share;
    data[q + 1] = paper[1] + (end[1] - paper[1]) * share;
    data[q + 2] = paper[2] + (end[2] - paper[2]) * share;
    data[q + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

// Where a grid of values crosses a level, as the d of a path in grid units, (0, 0) at the lower left.
function contour(values, n, level) {
  let d = "";
  const at = (x, y) => values[y * n + x] - level;
  for (let y = 0; y + 1 < n; y++) for (let x = 0; x + 1 < n; x++) {
    const p = y * n + x, above = (values[p] > level) + (values[p + 1] > level) + (values[p + n] > level) + (values[p + n + 1] > level);
    if (above % 4 === 0) continue;
    const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]], cut = [];
    corners.forEach(([x0, y0], e) => {
      const [x1, y1] = corners[(e + 1) % 4], a = at(x0, y0), b = at(x1, y1);
      if (a > 0 !== b > 0) { const t = a / (a - b); cut.push(`${(x0 + t * (x1 - x0)).toFixed(2)} ${(n - 1 - y0 - t * (y1 - y0)).toFixed(2)}`); }
    });
    for (let c = 0; c + 1 < cut.length; c += 2) d += `M${cut[c]}L${cut[c + 1]}`;
  }
  return d;
}

// A plot: {x: [low, high], y: [low, high], lines: [{points, css}], dots: [{at, css}], label, log}. Values off the
// scale stay at its edge; what isn't finite leaves a gap.
function plot(box) {
  const W = 340, H = 190, left = 46, right = 8, top = 10, bottom = 24, node = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" });
  box.append(node);
  return ({ x, y, lines = [], dots = [], label, log = false }) => {
    const scale = (v) => (log ? Math.log10(v) : v), X = (v) => left + (W - left - right) * (v - x[0]) / (x[1] - x[0] || 1);
    const [low, high] = y.map(scale), Y = (v) => within(H - bottom - (H - top - bottom) * (scale(v) - low) / (high - low || 1), top - 4, H - bottom + 4);
    const path = (points) => {
      let pen = "M";
      return points.map(([a, b]) => { const good = Number.isFinite(scale(b)) && Number.isFinite(a), d = good ? `${pen}${X(a).toFixed(1)} ${Y(b).toFixed(1)}` : ""; pen = good ? "L" : "M"; return d; }).join("");
    };
    const marks = log ? Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => 10 ** (Math.ceil(low) + i)).filter((_, i, list) => list.length < 6 || i % 2 === 0).map((v) => [v, show(v, 4).replace(/\.?0+$/, "")]) : nice([low, high], 4);
    node.setAttribute("aria-label", label);
    node.innerHTML = marks.map(([v, text]) => `<path class="grid" d="M${left} ${Y(v)}H${W - right}"/><text x="${left - 5}" y="${Y(v) + 4}" text-anchor="end">${text}</text>`).join("") +
      nice(x, 5).map(([v, text]) => `<text x="${X(v)}" y="${H - 8}" text-anchor="middle">${text}</text>`).join("") +
      lines.map(({ points, css }) => `<path class="line ${css}" d="${path(points)}"/>`).join("") +
      dots.filter(({ at: [a, b] }) => Number.isFinite(scale(b)) && Number.isFinite(a)).map(({ at: [a, b], css }) => `<circle class="dot ${css}" r="5" cx="${X(a)}" cy="${Y(b)}"/>`).join("");
  };
}

// The range of numbers with a little room, never empty.
function rangeOf(values, from0 = false) {
  const good = values.filter(Number.isFinite);
  if (!good.length) return [0, 1];
  let low = from0 ? Math.min(0, ...good) : Math.min(...good), high = Math.max(...good);
  if (high - low < 1e-12 * (1 + Math.abs(high))) high = low + (Math.abs(low) || 1);
  return [low, high + 0.06 * (high - low)];
}
