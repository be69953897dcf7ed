// @ts-check
// kernel: what the widgets share in a notebook. keepKeys(root), follow(model, names, look).

// JupyterLab looks for a shortcut from the focused element outwards, so that very element must say no.
const keepKeys = (root) => root.addEventListener("focusin", (event) => set(event.target, { "data-lm-suppress-shortcuts": true }));

// look() when traits of these names have changed: once, as several change in one message. Returns what ends it.
function follow(model, names, look) {
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => { waiting = false; look(); });
  };
  for (const name of names) model.on(`change:${name}`, soon);
  return () => { for (const name of names) model.off(`change:${name}`, soon); };
}
