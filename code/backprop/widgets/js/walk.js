// @ts-check
// walk: a graph walked forward and back, one arrow at a time. config: {nodes: [{name, code, from: [{name, slope}]}], given}.
// code and slope are printed by SymPy. plan() is the whole walk as steps; showing step `at` needs nothing but them.

function walk(root, config) {
  const { nodes } = config, names = nodes.map((n) => n.name), last = names.at(-1);
  const compile = (code) => new Function(...names, `return ${code};`);
  const made = nodes.map((n) => ({ ...n, value: n.code && compile(n.code), from: n.from.map((p) => ({ ...p, slope: compile(p.slope) })) }));
  const byName = Object.fromEntries(made.map((n) => [n.name, n]));
  const given = { ...config.given }, bugs = { assign: false, early: false };
  const find = (selector) => root.querySelector(selector), scrubber = find("[data-at]");
  let at = 0, steps = [], values = {}, timer = 0;
  const written = (v) => show(v, 2).replace(/\.00$/, "");

  function compute(start) {
    const found = { ...start };
    for (const n of made) if (n.value) found[n.name] = n.value(...names.map((k) => found[k]));
    return found;
  }

  // Every step of the walk, with what it says and the tallies after it.
  function plan() {
    values = compute(given);
    const all = names.map((n) => values[n]), tally = {}, walked = new Set();
    steps = made.filter((n) => n.value).map((n) => ({ node: n.name, tally: {}, says: `Forward: ${n.name} = ${n.words} = ${written(values[n.name])}.` }));
    tally[last] = 1;
    steps.push({ node: last, tally: { ...tally }, says: `Back: ${last} begins with the slope of ${last} by itself, 1. Every other tally is 0.` });
    for (const n of names) tally[n] ??= 0;
    const visit = (n) => {
      walked.add(n.name);
      for (const { name, slope } of n.from) {
        const s = slope(...all), sent = s * tally[n.name], old = tally[name];
        tally[name] = bugs.assign ? sent : old + sent;
        const sum = bugs.assign ? `${name}'s tally = ${written(sent)}` + (old ? `, and the ${written(old)} is lost` : "")
          : `${name}'s tally: ${written(old)} + ${written(sent)} = ${written(tally[name])}`;
        steps.push({ edge: `${name} ${n.name}`, tally: { ...tally }, sent, says: `${n.name} sends ${written(s)} × ${written(tally[n.name])} = ${written(sent)} back to ${name}. ` + sum + "." });
        if (bugs.early && byName[name].value && !walked.has(name)) visit(byName[name]);
      }
    };
    if (bugs.early) visit(byName[last]);
    else for (const n of [...made].sort((a, b) => b.depth - a.depth)) visit(n);  // only when all its messages are there
    const h = 1e-5, nudged = Object.keys(given).map((k) => [k, (compute({ ...given, [k]: given[k] + h })[last] - compute({ ...given, [k]: given[k] - h })[last]) / (2 * h)]);
    const wrong = nudged.filter(([k, v]) => Math.abs(v - tally[k]) > 1e-4 * (1 + Math.abs(v)));
    steps.push({ tally: { ...tally }, end: true, wrong: wrong.map(([k]) => k), says: wrong.length ? "Wrong: " + wrong.map(([k, v]) => `the walk says ${written(tally[k])} for ${k}, a nudge of ${k} says ${written(v)}`).join("; ") + "."
      : "Right: nudging says the same, " + nudged.map(([k, v]) => `${written(v)} for ${k}`).join(", ") + "." });
    scrubber.max = String(steps.length);
    at = clamp(at, [0, steps.length]);
  }

  function draw() {
    const now = steps[at - 1];
    root.classList.toggle("returns", !!now?.edge);
    set(root, { "data-walk": JSON.stringify({ at, values: at ? values : given, tally: now?.tally ?? {}, bugs, wrong: now?.wrong ?? [] }) });
    scrubber.value = String(at);
    set(scrubber, { "aria-valuetext": now ? now.says : "before the first step" });
    find(".says").textContent = now ? now.says : "Press step: first forward along the arrows, then back against them.";
    find(".says").classList.toggle("bad", !!now?.wrong?.length);
    const reached = new Set([...Object.keys(given), ...steps.slice(0, at).map((s) => s.node)]);
    for (const el of all(root, "[data-node]")) {
      const name = el.dataset.node, t = now?.tally[name];
      el.classList.toggle("late", !reached.has(name));
      el.classList.toggle("at", now?.node === name || !!now?.edge?.split(" ").includes(name));
      el.querySelector("[data-number]").textContent = reached.has(name) ? written(values[name]) : "";
      el.querySelector("[data-tally]").textContent = t === undefined ? "" : `tally ${written(t)}`;
      el.classList.toggle("bad", !!now?.wrong?.includes(name));
    }
    for (const el of all(root, "[data-edge]")) {
      const on = now?.edge === el.dataset.edge;
      el.classList.toggle("run", on);
      if (on) el.querySelector(".bead").textContent = written(now.sent);
    }
  }

  function stop() {
    if (timer) { clearInterval(timer); timer = 0; find("[data-do=play]").textContent = "▷ play"; return true; }
    return false;
  }
  const to = (next) => { at = clamp(next, [0, steps.length]); draw(); };
  const actions = {
    back: () => to(at - 1), step: () => to(at + 1), reset: () => to(0),
    play: () => {
      if (at >= steps.length) to(0);
      to(at + 1);
      find("[data-do=play]").textContent = "❚❚ pause";
      timer = setInterval(() => { to(at + 1); if (at >= steps.length || !root.isConnected) stop(); }, 1800);
    },
  };
  root.addEventListener("click", ({ target }) => {
    const action = target.closest("[data-do]")?.dataset.do;
    if (action && !(stop() && action === "play")) actions[action]();
  });
  root.addEventListener("input", ({ target }) => {
    if (target === scrubber) { stop(); to(Number(target.value)); return; }
    if (target.dataset.bug) bugs[target.dataset.bug] = target.checked;
    if (target.dataset.given) {
      const value = number(target.value), good = Math.abs(value) <= 1e6;
      set(target, { "aria-invalid": !good });
      if (!good) return;
      given[target.dataset.given] = value;
    }
    plan();
    draw();
  });
  slide(scrubber);
  plan();
  draw();
}
