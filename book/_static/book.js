// Small things the theme doesn't do: what scrolls sideways can be reached by keyboard,
// a glossary term says what it means where it stands, and paper is light.
(() => {
  "use strict";

  function makeScrollersFocusable() {
    const boxes = document.querySelectorAll(
      ".equation, .bd-article pre, .cell_output > .output, .pst-scrollable-table-container, .bd-sidebar-primary, .bd-sidebar-secondary");
    for (const box of boxes) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      if (scrolls && !box.hasAttribute("tabindex")) {
        box.tabIndex = 0;
        box.dataset.scrolls = "";
        if (box.matches(".equation")) {
          box.setAttribute("role", "group");
          box.setAttribute("aria-label", "Wide equation, scrolls sideways");
        }
      } else if (!scrolls && "scrolls" in box.dataset) {
        for (const name of ["tabindex", "data-scrolls", "role", "aria-label"]) box.removeAttribute(name);
      }
    }
  }

  function hintTerms(definitions) {
    let hint = null, owner = null, timer = 0;

    function hide() {
      clearTimeout(timer);
      if (!hint) return;
      hint.remove();
      owner.removeAttribute("aria-describedby");
      hint = owner = null;
    }

    function show(link, definition) {
      clearTimeout(timer);
      if (owner === link) return;
      hide();
      owner = link;
      hint = document.createElement("div");
      hint.className = "term-hint";
      hint.id = "term-hint";
      hint.setAttribute("role", "tooltip");
      hint.innerHTML = definition;
      document.body.append(hint);
      link.setAttribute("aria-describedby", hint.id);
      const at = link.getBoundingClientRect(), size = hint.getBoundingClientRect();
      const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - size.width - 8));
      const below = at.bottom + size.height + 8 < innerHeight || at.top < size.height + 8;
      hint.style.left = `${left + scrollX}px`;
      hint.style.top = `${(below ? at.bottom + 4 : at.top - size.height - 4) + scrollY}px`;
      // It stays while the pointer is on it, so that it can be read at leisure.
      hint.addEventListener("pointerenter", () => clearTimeout(timer));
      hint.addEventListener("pointerleave", hideSoon);
    }

    function hideSoon() {
      clearTimeout(timer);
      timer = setTimeout(hide, 200);
    }

    for (const link of document.querySelectorAll('.bd-article a[href*="#term-"]')) {
      const definition = definitions[link.hash.slice(1)];
      if (!definition || link.closest("dl.glossary")) continue;
      link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(link, definition));
      link.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hideSoon());
      link.addEventListener("focus", () => show(link, definition));
      link.addEventListener("blur", hideSoon);
      // By touch the first tap tells, the second follows the link.
      link.addEventListener("pointerdown", (event) => {
        if (event.pointerType !== "mouse" && owner !== link) {
          link.addEventListener("click", (click) => click.preventDefault(), { once: true });
        }
      });
    }
    addEventListener("keydown", (event) => event.key === "Escape" && hide());
  }

  // From a folder a page can't fetch others: let the search list titles alone.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  // Paper is light.
  const root = document.documentElement;
  let theme;
  addEventListener("beforeprint", () => { theme = root.dataset.theme; root.dataset.theme = "light"; });
  addEventListener("afterprint", () => { root.dataset.theme = theme; });

  document.addEventListener("DOMContentLoaded", () => {
    makeScrollersFocusable();
    addEventListener("load", makeScrollersFocusable);
    addEventListener("resize", makeScrollersFocusable);
    addEventListener("toggle", makeScrollersFocusable, true);
    hintTerms(window.glossaryTerms || {});
  });
})();
