// @ts-check
// inputs: dragging sideways, by mouse, finger and key, in round steps. hold(el, {now, at, worth, drag, held, free}),
// slide(range), round, onGrid.

const HANDLE = 16;  // as wide as the thumb of a slider

// The value as a round number no coarser than `size`, the worth of a pixel.
function round(value, size) {
  const ten = 10 ** Math.floor(Math.log10(size)), step = ten * [5, 2, 1].find((m) => m * ten <= size * 1.0001);
  return Number((Math.round(value / step) * step).toPrecision(12));
}

// The value `by` steps further, on the grid of a round step of about `size`.
function onGrid(value, size, by) {
  const ten = 10 ** Math.floor(Math.log10(size)), step = ten * [1, 2, 5, 10].find((m) => m * ten * 1.5 > size), at = value / step;
  return Number(((Math.abs(at - Math.round(at)) < 1e-9 ? Math.round(at) + by : by > 0 ? Math.floor(at) + by : Math.ceil(at) + by) * step).toPrecision(12));
}

// Dragging `el` sideways: drag(value) is told where to. now(): the value there is; at(x): the one under a pointer;
// worth(): of one pixel. A mouse acts at once, a finger only when it moves sideways or taps: a swipe is left to the page.
// A finger takes hold of the value wherever it is, a mouse only near it. held(true) … held(false): meanwhile the
// browser's own dragging of a slider is not listened to. free(): may it be dragged now?
function hold(el, { now, at, worth, drag, held = () => { }, free = () => true }) {
  let from = null, begun = false, id;
  const begin = (value) => { begun = true; from.value = value; };
  const move = (x) => drag(round(from.value + (x - from.x) * worth(), worth()));
  const jump = (x) => begin(Math.abs(at(x) - now()) < HANDLE * worth() ? now() : at(x));
  el.addEventListener("pointerdown", ({ pointerId, pointerType, isPrimary, button, clientX: x, clientY: y }) => {
    if (!isPrimary || button || !free()) return;
    [from, begun, id] = [{ x, y, value: 0 }, false, pointerId];
    held(true);
    if (pointerType === "touch") return;
    el.setPointerCapture(id);
    jump(x);
    if (from.value !== now()) move(x);
  });
  el.addEventListener("pointermove", ({ pointerId, clientX: x, clientY: y }) => {
    if (!from || pointerId !== id) return;
    if (!begun) {
      const wide = Math.abs(x - from.x), high = Math.abs(y - from.y);
      if (high > 8 && high >= wide) from = null;
      if (wide < 6 || wide <= high) return;
      el.setPointerCapture(id);
      begin(now());
      from.x = x;
    }
    move(x);
  });
  el.addEventListener("pointerup", ({ pointerType, clientX: x }) => {
    if (from && !begun) { jump(x); move(x); }
    from = null;
    held(pointerType === "touch");
  });
  el.addEventListener("pointercancel", () => { from = null; });
  for (const type of ["touchend", "touchcancel"]) el.addEventListener(type, () => held(false));
  el.addEventListener("mousedown", (event) => {  // no second, native, drag
    event.preventDefault();
    if (el.matches("input")) el.focus({ preventScroll: true });
    else document.activeElement?.blur();
  });
}

// A slider of the browser's own that a page can be scrolled over: a swipe that begins on it leaves it alone.
function slide(range) {
  const worth = () => (range.max - range.min) / (range.clientWidth - HANDLE);
  let held = false, kept = range.value;
  hold(range, {
    worth, now: () => Number(kept), at: (x) => Number(range.min) + (x - range.getBoundingClientRect().left - HANDLE / 2) * worth(),
    drag: (value) => {
      range.value = value;
      kept = range.value;
      range.dispatchEvent(new Event("input", { bubbles: true }));
    },
    held: (now) => { [held, kept] = [now, now === held ? kept : range.value]; },
  });
  for (const type of ["input", "change"]) range.addEventListener(type, (event) => {
    if (!event.isTrusted || !held) return;
    range.value = kept;
    event.stopImmediatePropagation();
  }, true);
}
