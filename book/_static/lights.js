// The letters of a displayed formula have the network's colours: inputs, hidden neurons, outputs, and what runs back.
// And a formula and the network beside it point at each other: w^(2)_12 in a formula lights that edge in the nearest
// network, z, a and δ their neuron; and an edge or a neuron that is pointed at is marked in the page's formulas.
// ∂z^(2)_1/∂a^(1)_2 is the edge from a to z, ∂a/∂z the neuron's gate, ∂C/∂w the edge.
// @ts-check
(() => {
  "use strict";
  const PIECES = "msubsup, msub, msup, mfrac";

  /** {letter, l, j, k} of w^(l)_jk, a^(l)_j, x_k …; null for what has letters where these have numbers. */
  function quantity(el) {
    if (!/^m(sub|sup|subsup)$/.test(el.localName)) return null;
    const [base, first, second] = [...el.children].map((child) => child.textContent.trim());
    const sub = el.localName === "msup" ? "" : first, sup = el.localName === "msup" ? first : second || "";
    const layer = /^\((\d+)\)$/.exec(sup)?.[1], index = /^(\d)(\d)?$|^(\d+),(\d+)$|^(\d+)$/.exec(sub);
    const [j, k] = index ? [index[1] || index[3] || index[5], index[2] || index[4]] : [sub ? null : "1", undefined];
    if (j === null) return null;
    if ("xy".includes(base) && !sup && sub) return { letter: base, l: base === "x" ? 0 : Infinity, j: Number(j) };
    if (!layer || !"wbzaδ".includes(base)) return null;
    if (base !== "w") return { letter: base, l: Number(layer), j: Number(j) };
    return sub && !k ? null : { letter: "w", l: Number(layer), j: Number(j), k: Number(k || 1) };
  }

  /** What a fraction of ∂s stands for. */
  function fraction(el) {
    const [top, bottom] = [...el.children].map((side) => {
      const inner = /^m(sub|sup|subsup)$/.test(side.localName) ? side : side.querySelector(PIECES);
      return { text: side.textContent.trim(), of: inner && quantity(inner) };
    });
    if (!top.text.startsWith("∂") || !bottom.of) return null;
    if (top.text === "∂C") return bottom.of;
    if (!top.of) return null;
    if (top.of.letter === "z" && bottom.of.letter === "a") return { letter: "w", l: top.of.l, j: top.of.j, k: bottom.of.j };
    return "wb".includes(bottom.of.letter) ? bottom.of : top.of;
  }

  const meaning = (el) => (el.localName === "mfrac" ? fraction(el) : quantity(el));

  /** The elements of a network's drawing that a quantity stands for. */
  function parts(network, { letter, l, j, k }) {
    const { sizes } = JSON.parse(network.dataset.state), index = (...n) => n.join(Math.max(...n) > 9 ? "," : "");
    const layer = Math.min(l, sizes.length - 1);
    if (letter === "w") return network.querySelectorAll(`g[data-weight="w${l}_${index(j, k)}"]`);
    if (letter === "b") return network.querySelectorAll(`g[data-weight="b${l}_${j}"]`);
    const step = "zδ".includes(letter) ? 2 * layer - 1 : 2 * layer;
    return [...network.querySelectorAll(`.neuron[data-at^="${layer} ${j} "]`)].filter((el) => el.dataset.at.endsWith(` ${step}`));
  }

  /** A name that is the same for the same thing, in formulas and drawings. */
  const nameOf = ({ letter, l, j, k }) => [{ x: "a", δ: "z" }[letter] || letter, l, j, k].join(" ");

  function partName(el) {
    const [, letter, l, first, second] = /^([wb])(\d+)_(\d+)(?:,(\d+))?$/.exec(el.dataset.weight || "") || [];
    if (letter) {
      const [j, k] = letter === "b" || second ? [first, second] : first;
      return nameOf({ letter, l, j, k });
    }
    const [layer, neuron, , step] = (el.dataset.at || "").split(" ").map(Number);
    return el.matches(".neuron") ? nameOf({ letter: step % 2 ? "z" : "a", l: layer, j: neuron }) : "";
  }

  let lit = [];
  function light(elements) {
    for (const el of lit) el.classList.remove("pointed");
    lit = [...elements];
    for (const el of lit) el.classList.add("pointed");
  }

  /** The mounted networks of the page, the nearest to an element first. */
  function networks(el) {
    const at = el.getBoundingClientRect().top, far = (box) => Math.max(box.top - at, at - box.bottom, 0);
    return [...document.querySelectorAll(".bd-article .nudge[data-state]")]
      .map((network) => ({ network, far: far(network.getBoundingClientRect()) }))
      .sort((one, other) => one.far - other.far).map(({ network }) => network);
  }

  function nearest(el, what) {
    for (const network of networks(el)) {
      const found = [...parts(network, what)];
      if (found.length) return found;
    }
    return [];
  }

  function fromFormula(target) {
    const frac = target.closest("mfrac"), pieces = [frac, target.closest("msubsup, msub, msup")];
    for (const piece of pieces) {
      const what = piece && meaning(piece);
      if (what) return [piece, ...nearest(piece, what)];
    }
    return [];
  }

  function fromNetwork(el) {
    const name = partName(el);
    if (!name) return [];
    const same = [...document.querySelectorAll(`.bd-article math :is(${PIECES})`)].filter((piece) => {
      const what = !piece.parentElement.closest("mfrac") && meaning(piece);
      return what && nameOf(what) === name;
    });
    return [el, ...same];
  }

  function look(event) {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const inDrawing = target.closest(".nudge g[data-weight], .nudge .neuron");
    if (inDrawing) light(fromNetwork(inDrawing));
    else if (target.closest(".bd-article math")) light(fromFormula(target));
    else if (lit.length) light([]);
  }

  /** "input", "hidden", "output" or "back": whose colour a letter has; "" for weights and all others. */
  function colourOf(el, last) {
    const [base, first, second] = [...el.children].map((child) => child.textContent.trim());
    if (el.localName === "mover") return base === "y" ? "output" : "";
    const sup = el.localName === "msup" ? first : second || "", layer = /^\((.+)\)$/.exec(sup)?.[1];
    if (base === "δ") return "back";
    if (base === "x" || base === "y") return base === "x" ? "input" : "output";
    if (!layer || !"az".includes(base)) return "";
    return layer === "0" ? "input" : layer === "L" || Number(layer) === last ? "output" : "hidden";
  }

  const CLASSES = { input: "of-input", hidden: "of-hidden", output: "of-output", back: "of-back" };

  /** Colour these equations. Everything is measured before anything changes, or each would be laid out anew. */
  function colour(equations) {
    const owned = [];
    for (const equation of equations) {
      const sizes = JSON.parse(networks(equation)[0]?.dataset.state || "{}").sizes;
      for (const el of equation.querySelectorAll("msubsup, msub, msup, mover")) {
        const own = CLASSES[colourOf(el, sizes && sizes.length - 1)];
        if (own) owned.push([el, own]);
      }
    }
    for (const [el, own] of owned) el.classList.add(own);
  }

  // An equation is coloured when it comes near, or is to be printed.
  const near = new IntersectionObserver((seen) => {
    const come = seen.filter((one) => one.isIntersecting).map((one) => one.target);
    for (const equation of come) near.unobserve(equation);
    colour(come);
  }, { rootMargin: "100% 0px" });
  const watch = (root) => { for (const equation of root.querySelectorAll(".equation")) near.observe(equation); };

  watch(document);
  addEventListener("built", (event) => watch(event.target));
  addEventListener("beforeprint", () => colour(document.querySelectorAll(".bd-article .equation")));
  document.addEventListener("pointerover", look);
  document.addEventListener("focusin", look);
})();
