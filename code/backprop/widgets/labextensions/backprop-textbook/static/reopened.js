// @ts-check
// An extension of JupyterLab and Notebook 7, which they load as it stands here. A saved notebook that is opened again
// has a fresh kernel, which knows no widget of the last one: "model not found". But the file holds each widget of the
// book as a page, too, which needs no kernel; this puts it in the place of those words.
(() => {
  "use strict";
  const LOST = "Error displaying widget: model not found", OURS = /class="[^"]*\b(nudge|train)-place\b/;

  function revive(panel, lost) {
    for (const { outputArea } of panel.content.widgets) {
      const i = outputArea ? outputArea.widgets.findIndex((output) => output.node.contains(lost)) : -1;
      if (i < 0) continue;
      const { data, trusted } = outputArea.model.get(i), html = String(data["text/html"] ?? "");
      if (trusted && OURS.test(html)) lost.replaceChildren(document.createRange().createContextualFragment(html));
    }
  }

  function watch(panel) {
    new MutationObserver((records) => {
      for (const { target } of records) if (target.firstChild?.data === LOST) revive(panel, target);
    }).observe(panel.node, { childList: true, subtree: true });
  }

  // What the module system of JupyterLab's extensions asks for: init(what is shared), and get(module) for a factory.
  let shared = {};
  (window._JUPYTERLAB ??= {})["backprop-textbook"] = {
    init(scope) { shared = scope; },
    async get() {
      const [{ get }] = Object.values(shared["@jupyterlab/notebook"]), { INotebookTracker } = (await get())();
      const plugin = {
        id: "backprop-textbook:reopened", autoStart: true, requires: [INotebookTracker],
        activate(app, tracker) {
          tracker.forEach(watch);
          tracker.widgetAdded.connect((_, panel) => watch(panel));
        },
      };
      return () => ({ default: plugin, __esModule: true });
    },
  };
})();
