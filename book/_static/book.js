// Small things the theme doesn't do: what scrolls sideways can be reached by keyboard,
// and paper is light.
(() => {
  "use strict";
  const root = document.documentElement;
  let laidOut = root.classList.contains("whole");            // see layOutInTurn

  // A box that scrolls sideways can be reached by keyboard. A box is measured when it comes near: all of a long page
  // at once would keep a phone busy. The rest follows in idle moments. Wide code is marked when the page is built.
  const BOXES = ".equation, .bd-article pre, .cell_output > .output, .pst-scrollable-table-container, .bd-sidebar-primary, .bd-sidebar-secondary";
  const near = new IntersectionObserver((seen) => {
    const boxes = seen.filter((one) => one.isIntersecting).map(({ target }) => [target, target.scrollWidth > target.clientWidth + 1]);
    for (const [box, scrolls] of boxes) mark(box, scrolls);
  }, { rootMargin: "100% 0px" });

  function mark(box, scrolls) {
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

  let rest = [];
  const whenIdle = window.requestIdleCallback || ((work) => setTimeout(work, 200));

  function measureSome() {
    const some = rest.splice(0, 10).map((box) => [box, box.scrollWidth > box.clientWidth + 1]);
    for (const [box, scrolls] of some) mark(box, scrolls);
    if (rest.length) whenIdle(measureSome);
  }

  function measureWhatScrolls() {
    if (!laidOut) return;                                      // asked for its size, a section would be laid out
    near.disconnect();
    const waiting = rest.length;
    rest = [...document.querySelectorAll(BOXES)];
    for (const box of rest) near.observe(box);
    if (!waiting) whenIdle(measureSome);
  }

  // What is folded waits as text in a <noscript> (lean_html.py) until somebody opens it, or looks for a place in it.
  function build(fold) {
    const kept = fold.querySelector(":scope > noscript");
    if (!kept) return;
    const parts = document.createRange().createContextualFragment(kept.textContent);
    const copier = document.querySelector(".copybtn");
    for (const code of copier ? parts.querySelectorAll("div.highlight pre") : []) {
      const button = copier.cloneNode(true);
      code.id = `folded-${++build.count}`;
      button.dataset.clipboardTarget = `#${code.id}`;
      code.after(button);
    }
    kept.replaceWith(parts);
    fold.dispatchEvent(new CustomEvent("built", { bubbles: true }));
  }
  build.count = 0;

  // A link may lead into a fold: every fold on the way is opened.
  function openAt(hash) {
    const id = decodeURIComponent(hash.slice(1));
    if (!id) return;
    layOut();
    for (let fold; !document.getElementById(id)
        && (fold = [...document.querySelectorAll("details > noscript")].find((kept) => kept.textContent.includes(`id="${id}"`)));)
      build(fold.parentElement);
    const place = document.getElementById(id);
    let fold = place?.closest("details:not([open])");
    if (!fold) return;
    for (; fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
    place.scrollIntoView();
  }

  // The sidebar shows the entry of this page, wherever it was scrolled to on the page before.
  function showWhereOneIs() {
    const bar = document.querySelector(".bd-sidebar-primary"), entry = bar?.querySelector(".bd-docs-nav .active > a, .bd-sidenav__home-link .active a");
    if (!entry) return;
    new IntersectionObserver(([{ boundingClientRect: there, rootBounds: window, intersectionRatio }], watch) => {
      watch.disconnect();                     // asked so, nothing is laid out before its time
      if (window && intersectionRatio < 1) bar.scrollTop += there.top - window.top - window.height / 3;
    }, { root: bar }).observe(entry);
  }

  // A phone lays a long page out section by section, in idle moments (book.css): all at once would keep it busy. Who
  // wants to go to a place in the page has the whole first: before it is laid out nobody knows how far that is.
  function layOutInTurn() {
    const sections = [...document.querySelectorAll(".bd-article > section > section")];
    const next = () => whenIdle(() => {
      if (laidOut) return;
      const section = sections.shift();
      if (!section) { laidOut = true; return measureWhatScrolls(); }    // the class now would style all anew
      section.style.contentVisibility = "visible";
      requestAnimationFrame(next);
    });
    next();
  }
  function layOut() {
    if (laidOut) return;
    laidOut = true;
    root.classList.add("whole");
    measureWhatScrolls();
  }
  addEventListener("click", (event) => event.target.closest?.('a[href*="#"]') && layOut(), true);

  // The menus of the header: a press opens, Escape and a press elsewhere close.
  function tendMenus() {
    const buttons = [...document.querySelectorAll('[data-bs-toggle="dropdown"]')];
    const set = (button, open) => {
      button.setAttribute("aria-expanded", open);
      button.parentElement.querySelector(".dropdown-menu").classList.toggle("show", open);
    };
    addEventListener("click", (event) => {
      for (const button of buttons) set(button, button.contains(event.target) && button.getAttribute("aria-expanded") !== "true");
    });
    addEventListener("keydown", (event) => {
      const open = event.key === "Escape" && buttons.find((button) => button.getAttribute("aria-expanded") === "true");
      if (open) { set(open, false); open.focus(); }
    });
  }

  // Paper is light.
  let theme;
  addEventListener("beforeprint", () => { theme = root.dataset.theme; root.dataset.theme = "light"; });
  addEventListener("afterprint", () => { root.dataset.theme = theme; });

  addEventListener("toggle", (event) => event.target.open && build(event.target), true);
  addEventListener("hashchange", () => openAt(location.hash));

  document.addEventListener("DOMContentLoaded", () => {
    openAt(location.hash);
    tendMenus();
    showWhereOneIs();
    measureWhatScrolls();
    addEventListener("load", measureWhatScrolls);
    addEventListener("load", layOutInTurn);
    addEventListener("resize", measureWhatScrolls);
    addEventListener("toggle", measureWhatScrolls, true);
  });
})();
