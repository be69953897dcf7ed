// Figures far down the page come when they are near (later.py). Each is a script that hands over its lines: a page
// opened from the disk may load a script, and fetch nothing.
(() => {
  "use strict";
  const here = document.currentScript.src, asked = new Set();

  window.figureHere = (name, lines) => {
    for (const drawing of document.querySelectorAll(`[data-later="${name}"]`)) {
      drawing.innerHTML = lines;
      drawing.removeAttribute("data-later");
    }
  };

  const waiting = () => document.querySelectorAll("svg[data-later]");
  function ask(drawing) {
    const name = drawing.dataset.later;
    if (!name || asked.has(name)) return;
    asked.add(name);
    const script = document.createElement("script");
    script.src = new URL(`figures/${name}.js`, here);
    script.onerror = () => asked.delete(name);             // asked again when it comes near again
    document.head.append(script);
  }
  const askAll = () => { for (const drawing of waiting()) ask(drawing); };

  document.addEventListener("DOMContentLoaded", () => {
    const near = new IntersectionObserver((seen) => {
      for (const one of seen) if (one.isIntersecting) ask(one.target);
    }, { rootMargin: "150% 0px" });
    for (const drawing of waiting()) near.observe(drawing);
    // Who has begun to read may print next, or go on without a network.
    const soon = window.requestIdleCallback ?? ((act) => setTimeout(act, 500));
    for (const act of ["pointerdown", "keydown", "scroll"]) addEventListener(act, () => soon(askAll), { once: true, passive: true });
  });
  addEventListener("beforeprint", askAll);
})();
