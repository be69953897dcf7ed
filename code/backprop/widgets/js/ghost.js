// @ts-check
// ghost: the ring that a reader puts where they expect the point of the curve, before the curve is shown. It moves up
// and down only, by mouse, finger or the fields of the question. ghost(app, svg, scale) returns draw(scale).

function ghost(app, svg) {
  svg.insertAdjacentHTML("beforeend", '<g class="ghost" aria-hidden="true"><path/><circle class="ring" r="9"/><text></text><circle class="grip" r="22"/></g>');
  const group = svg.lastElementChild, [path, ring, text, grip] = group.children;
  let scale = null, held = null;
  const drag = (y) => {  // to this height; app.guess keeps {sign, size}
    const change = round(scale.cost(clamp(y, [scale.top, scale.bottom])) - app.q.C, Math.abs(scale.cost(0) - scale.cost(1)));
    app.guessed(Math.sign(change), Math.abs(change));
  };
  const height = (event) => event.clientY - svg.getBoundingClientRect().top;
  svg.addEventListener("pointerdown", (event) => {
    if (!app.veiled || !event.isPrimary || event.button) return;
    const grabbed = event.target === grip;
    held = { id: event.pointerId, off: grabbed ? Number(ring.getAttribute("cy")) - height(event) : 0, tap: event.pointerType === "touch" && !grabbed };
    if (held.tap) return;                              // a swipe that begins beside the ring is the page's
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    if (!grabbed) drag(height(event));
  });
  grip.addEventListener("touchstart", (event) => { if (app.veiled) event.preventDefault(); }, { passive: false });       // the finger is the ring's
  svg.addEventListener("pointermove", (event) => { if (held?.id === event.pointerId && !held.tap && app.veiled) drag(height(event) + held.off); });
  svg.addEventListener("pointerup", (event) => { if (held?.tap && app.veiled) drag(height(event)); held = null; });
  svg.addEventListener("pointercancel", () => { held = null; });

  // It stands where the weight will be, at the height of the cost that is expected; and stays when the curve has come.
  return (next) => {
    scale = next;
    const { guess, veiled, config: { question, nudge } } = app, seen = veiled || (guess.at && guess.sign && guess.size && guess.weight === app.state.weight);
    group.classList.toggle("seen", !!seen);
    if (!seen) return;
    const at = guess.at || { x: app.value + (question === "C" ? nudge : 0), C: app.q.C };
    const size = guess.size || 0.06 * (scale.cost(scale.top) - scale.cost(scale.bottom));
    const x = scale.x(at.x), y = clamp(scale.y(at.C + guess.sign * (guess.sign ? size : 0)), [scale.top, scale.bottom]);
    for (const circle of [ring, grip]) set(circle, { cx: x, cy: y });
    set(path, { d: `M${x} ${scale.top}V${scale.bottom}` });
    const below = veiled ? y < scale.top + 2.2 * scale.em : y < scale.bottom - 2 * scale.em;
    let line = y + (below ? 9 + 1.1 * scale.em : -9 - 0.4 * scale.em);
    const clear = 1.4 * scale.em;                      // of what is said of the slope
    if (!veiled && Math.abs(line - scale.said) < clear) line = scale.said - clear;
    const within = [scale.left + 5 * scale.em, scale.right - 5 * scale.em];
    set(text, { x: clamp(x, within), y: line, "text-anchor": "middle" });
    text.textContent = veiled ? (guess.sign ? "here?" : "drag me up or down") : "your guess";
  };
}
