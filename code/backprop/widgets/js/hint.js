// @ts-check
// hint: once, when the slider has come into sight and nobody has touched anything, the weight goes a little way and
// comes back: it can be moved. Not for readers who don't want motion; any act of the reader ends it at once.

function hint(app) {
  if (still() || location.hash.includes("nudge")) return;
  const { root } = app, range = app.find('[data-field="range"]'), acts = ["pointerdown", "touchstart", "keydown", "input", "change", "focusin", "click", "wheel"];
  const away = 0.12 * (app.span[1] - app.span[0]), from = app.value, weight = app.state.weight, LASTS = 1800;
  let frame = 0, timer = 0;
  const move = (value) => {
    app.change(() => put(app.state, app.chosen, value), { curve: false, save: false });
    clearTimeout(app.timer);                                   // nothing is said of it
  };
  const end = (event) => {
    watch.disconnect();
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    for (const type of acts) root.removeEventListener(type, end, true);
    removeEventListener("hashchange", end);
    if (frame && event?.target === range && event.type === "input") put(app.state, app.chosen, from);     // what the reader has set comes next
    else if (frame && app.state.weight === weight) move(from);
    frame = 0;
  };
  const go = (began) => (now) => {
    const share = (now - began) / LASTS;
    if (share >= 1 || !root.isConnected) { end(); return; }
    move(Number((from + away * Math.sin(Math.PI * share) ** 2).toPrecision(4)));
    frame = requestAnimationFrame(go(began));
  };
  const watch = new IntersectionObserver(([{ isIntersecting }]) => {
    clearTimeout(timer);
    if (isIntersecting) timer = setTimeout(() => { frame = requestAnimationFrame((now) => go(now)(now)); watch.disconnect(); }, 1500);
  }, { threshold: 1 });
  for (const type of acts) root.addEventListener(type, end, true);
  addEventListener("hashchange", end);
  watch.observe(range);
}
