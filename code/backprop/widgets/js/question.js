// @ts-check
// question: predict first. ask(app) returns the actions of its buttons; app.forget(), app.seen(), app.left(),
// app.guessed() and app.picked() tell it what happens elsewhere. The question is about the line that is chosen.

function ask(app) {
  const { question, nudge } = app.config, card = app.find(".ask"), answer = app.find(".answer"), { signed } = FORMATS;
  if (app.byName.has(question)) {  // "Which line is w2_12?"
    app.picked = (name) => {
      answer.innerHTML = (name === question ? "<b>Yes:</b> it " : `That is ${label(name)}; try another. It `) + app.chosen.place;
      if (name === question) app.picked = null;
    };
  }
  const watched = question === "update" ? "C" : question, { sizes, output } = app.config;
  const called = label(watched === output && sizes.at(-1) === 1 ? "ŷ" : watched || "");
  const sized = (ratio) => (ratio > 2 ? ", too much" : ratio < 0.5 ? ", too little" : ratio > 0.75 && ratio < 1.34 ? ", and the size is right too" : ", and the size is not far off");
  const field = app.find('[data-field="guess"]'), { guess } = app;
  // What the reader expects: by the buttons, the field, or the ring in the plot (written: it fills the field).
  app.guessed = (sign, size, written = true) => {
    Object.assign(guess, { sign, size });
    for (const el of all(card, "[aria-pressed]")) el.setAttribute("aria-pressed", { up: 1, down: -1 }[el.dataset.action] === sign);
    for (const el of all(card, '[data-action="show"]')) el.disabled = !sign;
    if (written && field) field.value = size ? String(size) : "";
    if (app.q) app.draw();
  };
  const say = (sign) => () => app.guessed(sign, guess.size, false);
  // Either the buttons stand there or what came of it, in the same place. Who pressed a button that goes finds the next.
  let since = 0;
  const turn = (now, focus) => {
    const held = card.contains(document.activeElement);
    card.dataset.turn = now;
    since = performance.now();
    if (held) app.find(focus)?.focus({ preventScroll: true });
  };
  const answered = () => card?.dataset.turn === "answered";
  app.forget = () => {
    app.veiled = ["C", "update"].includes(question);  // the curve would give the answer away
    guess.at = null;
    if (!card) return;
    app.guessed(0, 0);
    answer.textContent = "";
    turn("asking", '[data-action="up"]');
  };
  app.seen = () => {  // moved before predicting
    if (!card) return;
    answer.textContent = "Now you have seen what it does. You can be asked about what comes next.";
    turn("answered", '[data-action="again"]');
  };
  // What was said of another line, or of a step before, goes.
  app.left = (of) => {
    if (!answered() || (of === "step") !== (question === "update")) return;
    Object.assign(guess, { at: null, sign: 0, size: 0 });
    answer.textContent = of === "step" ? "Another step is taken. You can be asked about the next one too." : "Another line is chosen. You can be asked about this one too.";
  };
  return { up: say(1), down: say(-1), show: () => {
    const before = worthOf(app, watched), slope = app.gradient, said = guess.size;
    Object.assign(guess, { at: { x: app.value + (question === "C" ? nudge : 0), C: before }, weight: app.state.weight });
    app.veiled = false;
    if (question === "update") app.update(app.list);
    else app.drag(app.value + nudge);
    const change = worthOf(app, watched) - before, right = guess.sign * change > 0;
    answer.innerHTML = verdict(right) + `${called} went ` +
      `${change > 0 ? "up" : change < 0 ? "down" : "nowhere"}, from ${show(before)} to ${show(before + change)}: ${signed(change)}.` +
      (said ? ` You said ${signed(guess.sign * said)}${right ? sized(said / Math.abs(change)) : ""}.` : "") +
      (question === "C" ? ` The slope alone predicts ${show(slope)} × ${show(nudge, 2)} = ${signed(slope * nudge)}.` : "");
    turn("answered", '[data-action="again"]');
    app.tell(answer.textContent);
    predicted(app.root, question, right);
  }, again: () => {
    if (performance.now() - since < 600) return;  // the second tap of two on "show me": the verdict is to be read
    app.forget();
    app.change(() => { }, { restart: true });
  } };
}
