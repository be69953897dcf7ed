// For epub.py: the article of a page as a reader of e-books gets it, as XHTML. What isn't seen on paper goes; of a
// widget its drawings stay, with their looks written into them.
() => {
  const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
    "fill-opacity", "stroke-opacity", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline"];
  const INITIAL = { opacity: "1", "dominant-baseline": "auto" };              // these don't pass on to what is inside
  const NOT_DRAWN = "math *, defs, defs *, marker, marker *, clipPath, clipPath *, title, desc";
  const article = document.querySelector("article");
  const all = (which, from = article) => [...from.querySelectorAll(which)];

  const unseen = all("*").filter((el) => !el.matches(NOT_DRAWN) && !el.checkVisibility({ visibilityProperty: true }));
  for (const el of unseen) el.remove();

  const widths = all("svg").map((svg) => [svg, Math.round(svg.getBoundingClientRect().width)]);
  const plain = (value) => value.replace(/color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)(?: \/ [\d.]+)?\)/,
    (whole, ...parts) => `rgb(${parts.slice(0, 3).map((part) => Math.round(255 * part))})`);
  const looks = new Map(all("svg, svg *").filter((el) => !el.matches("title, desc")).map((el) => {
    const now = getComputedStyle(el);
    const own = Object.fromEntries(LOOKS.map((name) => [name, plain(now.getPropertyValue(name))]));
    if (el.matches("text, tspan")) own.stroke = "none";      // a halo: who can't draw it behind the letters, hides them
    return [el, own];
  }));
  for (const [el, own] of looks) {
    el.removeAttribute("style");
    for (const name of LOOKS) {
      const before = INITIAL[name] ?? looks.get(el.parentElement)?.[name];
      if (own[name] && own[name] !== before) el.setAttribute(name, own[name]);
      else el.removeAttribute(name);
    }
  }
  for (const [svg, width] of widths) {
    svg.setAttribute("font-family", "sans-serif");
    svg.setAttribute("width", width);
    svg.removeAttribute("height");
  }

  for (const place of all(".nudge-place, .train-place")) {
    const figure = document.createElement("figure");
    const outer = all("svg", place).filter((svg) => !svg.parentElement.closest("svg"));
    figure.append(...outer.filter((svg) => svg.getAttribute("width") > 60), ...all(".on-paper", place));
    if (figure.children.length) place.replaceWith(figure);
    else place.remove();
  }

  // Where MathML 3, which EPUB asks for, has these attributes on another element.
  for (const el of all("math :is([displaystyle], [scriptlevel]):not(mstyle)")) {
    const style = document.createElementNS(el.namespaceURI, "mstyle");
    for (const name of ["displaystyle", "scriptlevel"].filter((one) => el.hasAttribute(one))) {
      style.setAttribute(name, el.getAttribute(name));
      el.removeAttribute(name);
    }
    el.replaceWith(style);
    style.append(el);
  }

  for (const el of all("form, input, select, textarea, label, canvas, style, noscript")) el.remove();
  for (const el of [article, ...all("*")]) {
    const inDrawing = el.namespaceURI.endsWith("svg");
    for (const { name } of [...el.attributes]) {
      const idle = /^(data-.*|tabindex|aria-(live|hidden|pressed|controls|describedby))$/.test(name)
        || (name === "style" && !el.closest("math")) || (name === "class" && inDrawing)
        || (name === "role" && !el.matches("svg"));
      if (idle) el.removeAttribute(name);
    }
  }
  return new XMLSerializer().serializeToString(article);
}
