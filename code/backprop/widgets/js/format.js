// @ts-check
// format: numbers and names as the reader sees them, the same as draw/format.py to the last letter (one table of cases holds
// both), and the round ticks of an axis. show(value, digits), FORMATS[name](value), label(name), nice(range, n).

const isFinite = Number.isFinite;
const usable = (value) => isFinite(value) && Math.abs(value) <= 1e200;
const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));

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
  plain: (value) => show(value, 2).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""),
  short(value) {  // fits into a neuron
    const size = Math.abs(value);
    if (!isFinite(value)) return show(value);
    return minus(size >= 9999.5 ? value.toExponential(0).replace("+", "") : value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2));
  },
};

// "w2_12" or "Δz1_1" as HTML.
const label = (name) => name.replace(/^([∂Δ]?)(delta|[a-zA-Z]+|ŷ)(\d*)_?([\d,]*)$/, (_, lead, letter, layer, index) =>
  `${lead}<i>${letter === "delta" ? "δ" : letter}</i>` +
  (layer || index ? `<span class="ss"><sup>${layer && "(" + layer + ")"}</sup><sub>${index}</sub></span>` : ""));

// Round numbers in a range, about n of them: [[number, text]].
function nice([low, high], n) {
  const ten = 10 ** Math.floor(Math.log10((high - low) / n)), step = ten * [1, 2, 5, 10].find((m) => m * ten * n >= high - low), first = Math.ceil(low / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step * 1.001))), plain = digits < 6 && Math.max(-low, high) < 1e5;
  return Array.from({ length: Math.min(20, 1 + Math.floor(high / step + 1e-9) - first) }, (_, i) => (first + i) * step).map((v) => [v, plain ? minus(v.toFixed(digits)) : v ? show(v) : "0"]);
}

// [low, high] of an axis on which these values are to be seen; cap: nothing above it counts. From 0 if that is near.
function reach(values, cap = Infinity, headroom = 0.08) {
  const seen = values.filter(usable);
  let [low, high] = seen.length ? [Math.min(...seen), Math.max(...seen)] : [0, 1];
  high = Math.min(high, cap);
  if (headroom && low < 0.4 * high) low = 0;
  const size = Math.abs(high), room = high - low < 1e-9 * (1 + size) ? 0.5 + 1e-9 * size : 0;
  [low, high] = [low - room, high + room];
  return [low, high + headroom * (high - low)];
}

// [low, high] of a slider for a weight that is `value`, unless the author says otherwise.
function span(value) {
  const far = Math.max(4, Math.ceil(1.5 * Math.abs(value)));
  return [-far, far];
}
