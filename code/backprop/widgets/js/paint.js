// @ts-check
// paint: what the state looks like, written into the page. Only what has changed is written. drawNudge(app).

function drawNudge(app) {
  const { root, q, state, config, start, value, span, history } = app;
  const good = isFinite(q.C), note = app.note || (good ? "" : "The cost is not finite here: too large for a computer number.");
  const { sizes, activation, cost, compare } = config, { W, b, x, y, weight, learning_rate } = state;
  root.dataset.state = JSON.stringify({ sizes, activation, cost, W, b, x, y, weight, value, C: good ? q.C : null,
    gradient: app.gradient, start, learning_rate, updates: Math.max(0, history.length - 1),
    ...(compare && { compare: { cost: compare, C: app.second.C } }), ...(note && { note }) });
  set(root, { "data-phase": app.phase, "data-veiled": app.veiled, "data-skip": app.skip,
    "data-infinite": !app.skip && !isFinite(worthOf(app, "∂a/∂z") + worthOf(app, "∂C/∂a")) });
  write(app.find(".note"), note);
  drawChosen(app);
  for (const draw of app.plots) draw();
  app.backward?.draw();
  app.cover?.draw();
  for (const n of app.numbers) {
    const worth = n.factors ? productOf(app, n.factors) : worthOf(app, n.name);
    if (Object.is(n.worth, worth)) continue;
    n.worth = worth;
    if (Number(n.el.dataset.value) !== worth) n.el.dataset.value = isFinite(worth) ? worth : "null";
    write(n.el, n.format(worth));
  }
  for (const c of app.choices) {
    const worth = get(state, c.p), on = c.p === app.chosen;
    if (c.on === on && c.worth === worth) continue;
    Object.assign(c, { on, worth });
    set(c.el, { "aria-checked": on, tabindex: on ? 0 : -1, "aria-label": `${c.p.spoken}, ${show(worth)}` });
    c.el.classList.toggle("negative", worth < 0);
    c.el.classList.toggle("chosen", on);
    if (c.edge) c.edge.setAttribute("stroke-width", Math.min(6, 0.8 + 1.5 * Math.sqrt(Math.abs(worth))));
  }
  for (const el of app.fields) drawField(app, el);
  app.find(".ruler span").style.left = `${100 * (start - span[0]) / (span[1] - span[0])}%`;
  if (app.find(".steps")) drawSteps(app);
}

// What changes with the chosen weight and with the place x has reached.
function drawChosen(app) {
  const { reach, cursor, root } = app, { l, j, name, place } = app.chosen, key = `${name} ${reach} ${cursor} ${app.backward?.at}`;
  if (key === app.drawn) return;
  app.drawn = key;
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
  app.backward?.update();
  app.numbers = all(root, "[data-quantity]").map((el) => {
    const { quantity, format, product } = el.dataset;
    return { el, name: quantity, factors: product?.split(" "), format: FORMATS[format] || ((value) => show(value, +format)) };
  });
  for (const el of all(root, ".place")) write(el, place);
  for (const { el, at: [to, n, from, step] } of app.pieces) {
    const own = [el.dataset.weight, el.dataset.tag].includes(name), toggle = (css, on) => el.classList.toggle(css, on);
    toggle("chosen", own);
    toggle("lit", !own && from >= 0 && (from ? to > l + 1 || (to === l + 1 && from === j) : to > l || (to === l && n === j)));
    toggle("late", step > reach || (step >= reach - 1 && n > cursor));
    toggle("here", step === reach && n === cursor);
  }
}

function drawField(app, el) {
  const [kind, i] = el.dataset.field.split(" "), { state, span: [min, max], value } = app, { spoken } = app.chosen, eta = state.learning_rate;
  const now = { which: state.weight, range: value, exact: Number(value.toPrecision(5)), eta, rate: Math.log10(eta || 1e-3), x: state.x[i], y: state.y[i] }[kind];
  if (kind === "range") set(el, { min, max, "aria-label": spoken, "aria-valuetext": show(value) });
  if (kind === "exact") set(el, { "aria-label": `${spoken}, exact value` });
  if (kind === "rate") set(el, { "aria-valuetext": show(eta) });
  if (el === app.wrong) return;
  el.removeAttribute("aria-invalid");
  if (now !== undefined && (el !== document.activeElement || el.type !== "text") && el.value !== String(now)) el.value = now;
}

function drawSteps(app) {
  const h = app.history.filter(isFinite), n = app.history.length - 1, path = app.find(".history path"), tells = app.find(".tells");
  for (const el of all(app.root, ".says")) el.classList.toggle("off", el.dataset.phase !== String(app.phase));
  all(app.root, ".four button").forEach((el, i) => { el.classList.toggle("now", app.phase === i + 1); el.classList.toggle("next", app.phase % 4 === i); });
  const text = n > 0 ? `${n} update${n > 1 ? "s" : ""}: C went from ${show(h[0])} to ${show(app.history.at(-1))}` : "no update yet";
  if (tells.textContent === text) return;
  tells.textContent = text;
  const top = Math.max(...h) || 1, step = 192 / Math.max(1, h.length - 1);
  path.setAttribute("d", n > 0 ? "M" + h.map((c, i) => `${4 + step * i} ${56 - 52 * c / top}`).join("L") : "");
  path.classList.toggle("rising", !(app.history.at(-1) <= h[0]));
}
