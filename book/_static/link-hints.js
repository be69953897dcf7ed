// What a link says, where it stands: on hover, on focus, at the first tap. The build wrote it down (link_hints.py).
// Listening at the document, it serves links that come later as well.
// @ts-check
(() => {
  "use strict";
  const top = new URL("..", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  let hints = null, coming = null, hint = null, owner = null, wanted = null, tapped = null, timer = 0;
  const moved = new ResizeObserver(() => place());

  /** What this page's links say, {href: HTML}: fetched when it is first wanted, as a script, which a disk allows. */
  function load() {
    const page = decodeURI(location.pathname.slice(top.pathname.length)).replace(/(^|\/)$/, "$1index").replace(/\.html$/, "");
    return coming ??= new Promise((done) => {
      const script = document.createElement("script");
      script.src = String(new URL(`_static/hints/${page}.js`, top));
      window["linkHints"] = (said) => done(hints = said);
      script.onerror = () => done(hints = {});
      document.head.append(script);
    });
  }
  for (const act of ["scroll", "pointermove", "keydown"]) addEventListener(act, () => load(), { once: true, passive: true });

  /** The link that has, or may have, something to say at an event's place, or null. A button of the first page goes. */
  function linkAt(event) {
    const link = event.target.closest?.('.bd-article a.reference[href*="#"]');
    return link && !link.closest("dl.glossary, .ways") && (!hints || hints[link.getAttribute("href")]) ? link : null;
  }

  /** Show what a link says, if it says something and is still the one that is wanted when that is there. */
  function tell(link) {
    wanted = link;
    return load().then(() => {
      const says = Boolean(hints[link.getAttribute("href")]);
      if (says && wanted === link) show(link);
      return says;
    });
  }

  function hide() {
    clearTimeout(timer);
    wanted = null;
    if (!hint) return;
    moved.disconnect();
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
    moved.observe(hint);                     // when its font has come
    moved.observe(document.body);            // when something above has been laid out
    place();
  }

  /** Put the hint beside its link, which may have several lines: below, or above where there is no room. */
  function place() {
    const lines = owner.getClientRects(), first = lines[0], last = lines[lines.length - 1];
    const size = hint.getBoundingClientRect();
    const below = last.bottom + size.height + 8 < innerHeight || first.top < size.height + 8;
    const left = Math.min((below ? last : first).left, document.documentElement.clientWidth - size.width - 8);
    hint.style.left = `${Math.max(8, left) + scrollX}px`;
    hint.style.top = `${(below ? last.bottom + 4 : first.top - size.height - 4) + scrollY}px`;
  }

  const isMouse = (event) => event.pointerType === "mouse";

  document.addEventListener("pointerover", (event) => {
    if (!isMouse(event)) return;
    const link = linkAt(event);
    if (link) tell(link);
    else if (hint && hint.contains(event.target)) clearTimeout(timer);     // it stays while the pointer is on it
    else if (hint) hideSoon();
    else wanted = null;
  });
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event);
    if (link) tell(link);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === wanted) wanted = null;
    if (event.target === owner) hideSoon();
  });
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
    tell(link).then((says) => { if (!says) link.click(); });       // nothing to tell: the tap follows it
  });
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
})();
