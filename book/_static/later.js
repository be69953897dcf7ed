// Figures and labs far down the page come when they are near (later.py, train_static.py). Each is a script that hands
// over its lines, or what the lab is about: a page opened from the disk may load a script, and fetch nothing.
(() => {
  "use strict";
  const here = document.currentScript.src, asked = new Map();

  window.figureHere = (name, lines) => {
    for (const drawing of document.querySelectorAll(`[data-later="${name}"]`)) {
      drawing.innerHTML = lines;
      drawing.removeAttribute("data-later");
    }
  };

  // A script that is fetched once; if that fails, once more when it is asked for again.
  function fetched(address) {
    if (asked.has(address)) return asked.get(address);
    const coming = new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(address, here);
      script.onload = done;
      script.onerror = () => { asked.delete(address); failed(new Error(`can't be fetched: ${address}`)); };
      document.head.append(script);
    });
    asked.set(address, coming);
    return coming;
  }

  // Labs: first what each is about, then the script that brings all of a page to life.
  window.labHere = (name, json) => {
    for (const place of document.querySelectorAll(`[data-lab="${name}"]`)) {
      const about = document.createElement("script");
      about.type = "application/json";
      about.textContent = json;
      place.prepend(about);
      place.removeAttribute("data-lab");
    }
  };
  const labs = () => document.querySelectorAll(".train-place[data-lab]");
  async function askLabs() {
    const held = document.querySelector("script[data-for-labs]");
    if (!held) return;
    await Promise.all([...labs()].map((place) => fetched(`labs/${place.dataset.lab}.js`)));
    await fetched(held.dataset.forLabs);
  }

  const waiting = () => document.querySelectorAll("svg[data-later]");
  const ask = (place) => (place.matches("svg") ? place.dataset.later && fetched(`figures/${place.dataset.later}.js`) : askLabs())
    ?.catch(() => {});
  const askAll = () => { for (const place of [...waiting(), ...labs()]) ask(place); };

  document.addEventListener("DOMContentLoaded", () => {
    const near = new IntersectionObserver((seen) => {
      for (const one of seen) if (one.isIntersecting) ask(one.target);
    }, { rootMargin: "150% 0px" });
    for (const place of [...waiting(), ...labs()]) near.observe(place);
    if (location.hash.startsWith("#train")) askLabs().catch(() => {});           // a link that opens a lab as it was
    // Who has begun to read may print next, or go on without a network.
    const soon = window.requestIdleCallback ?? ((act) => setTimeout(act, 500));
    for (const act of ["pointerdown", "keydown", "scroll"]) addEventListener(act, () => soon(askAll), { once: true, passive: true });
  });
  addEventListener("beforeprint", askAll);
})();
