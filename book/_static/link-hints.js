// What a link says, where it stands: on hover, on focus, at the first tap. The build wrote it down (link_hints.py).
// Listening at the document, it serves links that come later as well.
// @ts-check
(() => {
  "use strict";
  const data = document.getElementById("link-hints"), hints = data ? JSON.parse(data.textContent) : {};
  let hint = null, owner = null, tapped = null, timer = 0;

  /** The link with something to say at an event's place, or null. */
  function linkAt(event) {
    const link = event.target.closest?.('.bd-article a.reference[href*="#"]');
    return link && hints[link.getAttribute("href")] && !link.closest("dl.glossary") ? link : null;
  }

  function hide() {
    clearTimeout(timer);
    if (!hint) return;
    hint.remove();
    owner.removeAttribute("aria-describedby");
    hint = owner = null;
  }

  function hideSoon() {
    clearTimeout(timer);
    timer = setTimeout(hide, 200);
  }

  function show(link) {
    clearTimeout(timer);
    if (owner === link) return;
    hide();
    owner = link;
    hint = document.createElement("div");
    hint.className = "term-hint";
    hint.id = "term-hint";
    hint.setAttribute("role", "tooltip");
    hint.innerHTML = hints[link.getAttribute("href")];
    document.body.append(hint);
    hint.dispatchEvent(new CustomEvent("built", { bubbles: true }));
    link.setAttribute("aria-describedby", hint.id);
    const at = link.getClientRects()[0], size = hint.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - size.width - 8));
    const below = at.bottom + size.height + 8 < innerHeight || at.top < size.height + 8;
    hint.style.left = `${left + scrollX}px`;
    hint.style.top = `${(below ? at.bottom + 4 : at.top - size.height - 4) + scrollY}px`;
  }

  const isMouse = (event) => event.pointerType === "mouse";

  document.addEventListener("pointerover", (event) => {
    if (!isMouse(event)) return;
    const link = linkAt(event);
    if (link) show(link);
    else if (hint && hint.contains(event.target)) clearTimeout(timer);     // it stays while the pointer is on it
    else if (hint) hideSoon();
  });
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event);
    if (link) show(link);
  });
  document.addEventListener("focusout", (event) => event.target === owner && hideSoon());
  // By touch the first tap tells, the second follows the link; one elsewhere closes.
  document.addEventListener("pointerdown", (event) => {
    const link = linkAt(event);
    tapped = link && !isMouse(event) && owner !== link ? link : null;
    if (hint && !link && !hint.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const link = linkAt(event);
    if (!link || link !== tapped) return;
    event.preventDefault();
    tapped = null;
    show(link);
  });
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
})();
