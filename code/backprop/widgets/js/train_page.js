// Train on a page of the book. mountAll().

// The digits come as a script, since a page from the disk may fetch nothing else; once, when the page is at rest or the
// reader acts.
let coming = null;
function digitsFor(place, source) {
  if (globalThis.backpropDigits) return null;
  return new Promise((resolve, reject) => {
    const load = () => {
      coming ??= new Promise((done, failed) => { const script = document.createElement("script"); script.src = source; script.onload = done; script.onerror = () => failed(new Error("the digits could not be read")); document.head.append(script); });
      coming.then(resolve, reject);
    };
    const rest = () => (globalThis.requestIdleCallback || setTimeout)(load);
    if (document.readyState === "complete") rest(); else addEventListener("load", rest, { once: true });
    for (const type of ["pointerdown", "keydown"]) place.addEventListener(type, load, { once: true });
  });
}

// What is drawn on the pad before it is alive is kept; it is drawn again when it is.
function strokes(root) {
  const kept = [], keep = (event) => { if (event.target.closest?.(".sheet")) kept.push(event); }, types = ["pointerdown", "pointermove", "pointerup", "pointercancel"];
  for (const type of types) root.addEventListener(type, keep);
  return () => {
    for (const type of types) root.removeEventListener(type, keep);
    for (const event of kept) root.querySelector(".sheet").dispatchEvent(new PointerEvent(event.type, event));
  };
}

function mountAll() {
  const own = document.currentScript?.src || [...document.scripts].map((s) => s.src).find((src) => /train\.js/.test(src)) || "";
  const apps = new Map(), waiting = new Map();
  const open = () => {
    const [, name, text] = /^#(train[^=]*)=(.*)$/s.exec(location.hash) || [];
    waiting.get(name)?.();
    apps.get(name)?.openLink(text);
  };
  all(document, ".train-place").forEach((place, i) => {
    if (place.dataset.mounted) return;  // in an exported notebook every lab brings this script
    place.dataset.mounted = "true";
    const link = `train-${i + 1}`;
    waiting.set(link, mountNear(place, async () => {
      const root = place.querySelector(".train-drawing");
      try {
        const { config, data, start } = JSON.parse(place.querySelector("script").textContent), replay = strokes(root);
        if (config.named) await digitsFor(place, new URL("digits.js", own || location.href).href);
        const sets = dataOf(config, data);
        if (config.named) await new Promise((done) => setTimeout(done));          // a task of its own
        apps.set(link, lab(root, config, sets, start, { link, save() { } }));
        replay();
        if (location.hash.startsWith(`#${link}=`)) open();
      } catch (error) { root.append(`The lab could not start: ${error.message}`); }
    }));
  });
  addEventListener("hashchange", open);
  open();
}
