// @ts-check
// near: what takes long is done when a reader comes near, and one thing at a time. near(el, act), mountNear(place, act),
// inTurn(acts), unfold(place), belowBar(el).

// act() once: when el is at most a quarter of a screen away, before the page is printed, or when the function returned
// is called.
function near(el, act) {
  let waits = true;
  const watch = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) now();
  }, { rootMargin: "25% 0px" });
  const now = () => {
    if (!waits) return;
    waits = false;
    watch.disconnect();
    removeEventListener("beforeprint", now);
    act();
  };
  watch.observe(el);
  addEventListener("beforeprint", now);
  return now;
}

// The same for a place that is to come alive. Until then it is a stop for the keyboard, afterwards its first control is.
function mountNear(place, act) {
  const now = near(place, () => {
    const focused = place === document.activeElement;
    place.removeEventListener("focus", now);
    unfold(place);
    Promise.resolve(act()).then(() => {
      place.removeAttribute("tabindex");
      if (focused) place.querySelector("button, input, select, [tabindex='0']")?.focus();
    });
  });
  place.tabIndex = 0;
  place.addEventListener("focus", now);
  return now;
}

// Each act in a task of its own: the page answers in between.
function inTurn(acts) {
  const [act, ...rest] = acts;
  const soon = (task) => (globalThis.scheduler?.postTask ? scheduler.postTask(task, { priority: "user-blocking" }) : setTimeout(task));
  if (act) soon(() => { inTurn(rest); act(); });
}

// A drawing that waits as text, as the site keeps what scripts will bring to life, becomes one.
function unfold(place) {
  const text = place.querySelector(":scope > noscript");
  text?.replaceWith(document.createRange().createContextualFragment(text.textContent));
}

// --top of what sticks in sight: how much of the window's upper edge the page keeps for itself. It isn't set on the page,
// whose every element would have to be styled anew; and it is measured when the browser has laid the page out anyway.
const sticking = [], bars = new Map();
function belowBar(el) {
  const place = (node) => { if (bars.size) node.style.setProperty("--top", `${Math.max(...bars.values())}px`); };
  sticking.push(el);
  place(el);
  if (sticking.length > 1) return;
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const stays = ["sticky", "fixed"].includes(getComputedStyle(target).position) && target.offsetHeight < innerHeight / 3;
      bars.set(target, stays ? target.offsetHeight : 0);
    }
    sticking.forEach(place);
  });
  for (const bar of all(document, "header, [class*=header]")) watch.observe(bar);
}
