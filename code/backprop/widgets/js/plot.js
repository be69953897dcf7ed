// @ts-check
// plot: a curve with its tangent, drawn in the size that there is, once it is near or has changed; draw/plot.py draws the
// same parts for paper, and they stand there until then.

// C over the chosen weight ("curve") or the output it leads to ("cost"); computed again only when something
// else than the chosen weight has changed.
function plot(app, box, over) {
  const onWeight = over === "curve", svg = box.firstChild, parts = {}, part = (name) => parts[name] ??= svg.querySelector(`.${name}`);
  let width, height, right, top, bottom, em = 0, left = 44, version, xs, cs, lines = [], stood = null, trail = [];
  const measure = () => {  // the letters follow the reader's, and the margins follow the letters
    const rect = svg.getBoundingClientRect(), size = parseFloat(getComputedStyle(svg).fontSize);
    if (rect.width === width && rect.height === height && size === em) return false;
    [width, height, em] = [rect.width, rect.height, size];
    [right, top, bottom] = [1.1 * em, 1.3 * em, height - 2.9 * em];
    return true;
  };
  const X = (x) => left + (width - left - right) * (x - xs[0]) / (xs[1] - xs[0]);
  const Y = (c) => clamp(bottom - (bottom - top) * (c - cs[0]) / (cs[1] - cs[0]), [-1e4, 1e4]);
  const good = (point) => point?.every(usable);
  const line = (name, ...points) => set(part(name), { d: points.map((p, i) =>
    (good(p) ? `${good(points[i - 1]) ? "L" : "M"}${X(p[0]).toFixed(1)} ${Y(p[1]).toFixed(1)}` : "")).join("") });
  const dot = (el, p) => set(el, good(p) ? { cx: X(p[0]), cy: clamp(Y(p[1]), [top, bottom]) } : { cx: -99 });
  const point = (value, q, of = q) => [onWeight ? value : q[app.config.output], of.C];

  function resample() {
    const [low, high] = app.span, n = width < 30 * em ? 60 : 120, values = Array.from({ length: n + 1 }, (_, i) => low + (high - low) * i / n), first = [], second = [];
    for (const v of values) {
      const q = quantitiesAt(app, v);
      first.push(point(v, q));
      if (app.other) second.push(point(v, q, quantitiesAt(app, v, app.other)));
    }
    const seen = [...first, ...second].filter(good), squashed = app.config.activation.at(-1)[0] === "s";  // sigmoid, softmax
    xs = onWeight ? [low, high] : squashed ? [0, 1] : reach(seen.map((p) => p[0]), Infinity, 0);
    cs = reach(seen.map((p) => p[1]), app.other ? 3.5 : Infinity);  // cross-entropy has no top
    const costs = nice(cs, 4);
    left = em * Math.max(2.4, 1 + 0.53 * Math.max(...costs.map(([, text]) => text.length)));
    lines = [first, second];
    line("line", ...first);
    line("second", ...second);
    set(part("inside"), { x: left, y: top, width: width - left - right, height: bottom - top });
    set(part("inside").firstChild, { transform: `translate(${-left} ${-top})` });
    part("axes").innerHTML = costs.map(([c, text]) => `<path d="M${left} ${Y(c)}H${width - right}"/><text x="${left - em / 2}" y="${Y(c) + em / 3}" text-anchor="end">${text}</text>`).join("") +
      nice(xs, width > 34 * em ? 8 : 5).map(([x, text]) => `<path d="M${X(x)} ${bottom}v4"/><text x="${X(x)}" y="${bottom + 1.4 * em}" text-anchor="middle">${text}</text>`).join("");
  }

  // How many pieces of the curves run through this box.
  const crossings = (low, high, above, below) => lines.reduce((sum, points) => sum + points.filter((p, i) => {
    const next = points[i + 1];
    if (!good(p) || !good(next)) return false;
    const [x1, x2, y1, y2] = [X(p[0]), X(next[0]), Y(p[1]), Y(next[1])];
    return Math.max(x1, x2) > low && Math.min(x1, x2) < high && Math.max(y1, y2) > above && Math.min(y1, y2) < below;
  }).length, 0);

  // Where a text that belongs to a point stands: on the side where the tangent falls, at the first height at which it
  // crosses no curve, and not beside the dot of another. {x, y, "text-anchor"} in pixels.
  function beside([x, c], slope, text, other) {
    const wide = 0.58 * em * text.length, way = slope > 0 ? -1 : 1;
    let best = null;
    for (const [i, up] of [0.9, 1.9, 2.9, -1.8].entries()) for (const side of [way, -way]) {
      const from = X(x) + 13 * side, y = clamp(Y(c) - up * em, [top + em, bottom]), [low, high] = side > 0 ? [from, from + wide] : [from - wide, from];
      const out = Math.max(0, left - low) + Math.max(0, high - width + right);
      const place = side * (i + 1), stays = place === stood ? 0 : 2;          // it doesn't hop about while one drags
      const worth = 50 * out + 3 * crossings(low, high, y - 0.9 * em, y + 0.2 * em) + i + (side !== way) / 2 + stays + 20 * (other !== undefined && Math.abs(y - Y(other)) < 1.6 * em);
      if (!best || worth < best.worth) best = { worth, place, at: { x: from, y, "text-anchor": side > 0 ? "start" : "end" } };
    }
    stood = best.place;
    return best.at;
  }

  if (onWeight) {  // the point itself can be dragged
    const worth = () => (app.span[1] - app.span[0]) / (width - left - right);
    hold(svg, {
      free: () => !app.veiled, worth, now: () => app.value, at: (x) => app.span[0] + (x - svg.getBoundingClientRect().left - left) * worth(),
      drag: (value) => app.drag(clamp(value, app.span)),
    });
  }
  const drawGhost = onWeight && ["C", "update"].includes(app.config.question) ? ghost(app, svg) : () => { };
  let asleep = true;
  const wake = near(svg, () => {
    asleep = false;
    svg.removeAttribute("viewBox");  // of the drawing that stood here before
    new ResizeObserver(() => { if (measure()) { version = 0; draw(); } }).observe(svg);
  });

  return draw;

  function draw() {
    if (asleep && app.quiet) return;
    if (asleep) { wake(); measure(); }
    if (!width) return;
    if (version !== app.version) { version = app.version; resample(); }
    const { q, base, start, value, second, history } = app, slope = onWeight ? app.gradient : q[`dC/d${app.config.output}`];
    const here = point(value, q), [x, c] = here, reach = 0.3 * (xs[1] - xs[0]), tag = part("tag");
    set(svg, { "aria-label": `The cost over ${onWeight ? app.chosen.spoken : "the output"}: C is ${show(c)}` + (app.veiled ? "" : `, slope ${show(slope)}`) });
    dot(part("mine"), here);
    dot(part("other"), second && [x, onWeight ? NaN : second.C]);
    line("tangent", [x - reach, c - reach * slope], [x + reach, c + reach * slope]);
    const words = good(here) ? onWeight ? `slope ${show(slope, 4)}` : `∂C/∂ŷ ${show(slope, 2)}` : "", at = words ? beside(here, slope, words, onWeight ? undefined : second?.C) : { y: 0 };
    write(tag, words);
    if (words) set(tag, at);
    if (!onWeight) return;
    const cost = (y) => cs[0] + (bottom - y) / (bottom - top) * (cs[1] - cs[0]);
    drawGhost({ x: X, y: Y, cost, top, bottom, left, right: width - right, em, said: at.y });
    const predicted = base.C + worthOf(app, "predicted"), moved = start !== value;
    line("begun", [start, cs[0]], [start, cs[1]]);
    line("predicted", ...(moved ? [[start, base.C], [value, predicted]] : []));
    line("miss", ...(moved ? [[value, predicted], here] : []));
    if (trail.weight !== app.state.weight || trail.length > history.length) trail = Object.assign([], { weight: app.state.weight });
    while (trail.length < history.length) trail.push([start, base.C]);  // where the updates have been
    const dots = trail.slice(-40, -1).filter(good).map(([w, C]) => `<circle cx="${X(w)}" cy="${Y(C)}" r="3"/>`).join("");
    if (dots !== trail.dots) part("trail").innerHTML = trail.dots = dots;
  }
}
