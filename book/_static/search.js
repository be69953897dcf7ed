// The search: what is typed into the field is looked up as it is typed, in sections, terms and equations.
// The index is made here, when somebody first searches, from search-data.js; it needs no server.
(() => {
  "use strict";
  const SCRIPT = document.currentScript.src;
  const GREEK = { "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "Δ": "delta", "ε": "epsilon", "η": "eta", "λ": "lambda",
    "μ": "mu", "σ": "sigma", "Σ": "sum", "∂": "partial derivative", "∇": "gradient", "⊙": "hadamard elementwise product", "ŷ": "y hat" };
  const SMALL_WORDS = new Set(("a an and are as at be by can do does for from how i in is it its me of on or so that the this to was what " +
    "when where which who why with you").split(" "));
  const ALSO = { loss: ["cost"], backprop: ["backpropagation"], softmax: [], nll: ["cross", "entropy"], sgd: ["gradient", "descent"],
    lr: ["learning", "rate"], optimizer: ["optimiser"], nonlinearity: ["activation", "function"], neuron: [], hadamard: ["elementwise"],
    transpose: ["transposed"], exploding: ["explode"], vanishing: ["vanish"], normalization: ["normalisation"] };

  function tokens(text) {
    const plain = text.replace(/[_^]?\{([^{}]*)\}/g, (whole, inner) => (whole[0] === "^" ? " " : whole[0] === "_" ? "_" : "") + inner)
      .replace(/[α-ωΑ-Ω∂∇⊙ŷ]/gu, (sign) => ` ${GREEK[sign] || sign} `).toLowerCase();
    const words = plain.match(/[\p{L}\p{N}_]+/gu) || [];
    return words.flatMap((word) => (/[a-z]_\w/.test(word) ? [word, word.replace(/_/g, ""), ...word.split("_")] : [word]));
  }

  // Some stem: "vanishing" and "vanish", "weights" and "weight" are the same word to a reader.
  const stem = (word) => (word.length > 4 ? word.replace(/(ational|ations?|ings?|ed|es|s)$/, "") : word);

  let loading = null;
  function load(name) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(name, SCRIPT).href;
      script.onload = resolve;
      script.onerror = () => reject(new Error(name));
      document.head.append(script);
    });
  }
  function index() {
    loading ||= Promise.all([load("vendor/minisearch.js"), load("search-data.js")]).then(() => {
      const all = new MiniSearch({
        fields: ["title", "text"], storeFields: ["at", "title", "in", "text", "kind", "page"], tokenize: tokens,
        processTerm: (term) => (SMALL_WORDS.has(term) ? null : stem(term)) });
      all.addAll(window.searchData.map((entry, id) => ({ id, ...entry })));
      return all;
    });
    return loading;
  }

  function lookUp(all, query) {
    const words = tokens(query).filter((word) => !SMALL_WORDS.has(word));
    const asked = [...words, ...words.flatMap((word) => ALSO[word] || [])].join(" ") || query;
    const options = {
      boost: { title: 3 }, prefix: (term) => term.length > 2, fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      weights: { fuzzy: 0.2, prefix: 0.5 },
      boostDocument: (id, term, { kind, page }) =>
        ({ term: 2.5, equation: 2 }[kind] || 1) * (/(?:sources|errata|assignments|genindex)/.test(page) ? 0.4 : 1) };
    const every = all.search(asked, { ...options, combineWith: "AND" });
    const some = all.search(asked, options).filter((hit) => !every.some((other) => other.id === hit.id));
    return [...every, ...some].slice(0, 20);
  }

  // A piece of the text around the first word that was found, cut at words, what was found marked.
  function summary(text, found) {
    const hit = (word) => { const stems = tokens(word).map(stem); return stems.some((one) => found.has(one)); };
    const words = text.split(" ");
    const first = Math.max(0, words.findIndex(hit) - 8), part = words.slice(first, first + 30), line = document.createElement("p");
    line.append(first ? "… " : "");
    for (const word of part) {
      if (hit(word)) {
        const mark = document.createElement("mark");
        mark.textContent = word;
        line.append(mark, " ");
      } else line.append(`${word} `);
    }
    line.append(first + 30 < words.length ? "…" : "");
    return line;
  }

  function show(list, hits, query) {
    const root = document.documentElement.dataset.content_root || "";
    list.replaceChildren(...hits.map((hit) => {
      const item = document.createElement("li"), link = document.createElement("a"), place = document.createElement("span");
      link.href = root + hit.page + (hit.at ? `#${hit.at}` : "");
      link.textContent = hit.title;
      place.textContent = hit.kind === "term" ? "Glossary" : hit.in;
      link.append(place);
      item.append(link, summary(hit.text, new Set(hit.terms)));
      return item;
    }));
    const count = list.previousElementSibling;
    count.textContent = !query ? "" : hits.length ? `${hits.length === 20 ? "The best 20 places" : hits.length === 1 ? "1 place" : `${hits.length} places`}`
      : `Nothing found for “${query}”. Try one word, or a symbol as it is said: delta, w_jk.`;
  }

  function attach(form) {
    const field = form.querySelector("input"), box = document.createElement("div"), count = document.createElement("p"), list = document.createElement("ol");
    box.className = "search-found";
    count.setAttribute("role", "status");
    box.append(count, list);
    form.after(box);
    let asked = 0;
    async function search() {
      const mine = ++asked, query = field.value.trim();
      if (!query) return show(list, [], "");
      try {
        const all = await index();
        if (mine === asked) show(list, lookUp(all, query), query);
      } catch {
        count.textContent = "The search can't be loaded: a file of this site is missing.";
      }
    }
    field.addEventListener("focus", () => index().catch(() => {}));
    field.addEventListener("input", search);
    form.addEventListener("submit", (event) => { event.preventDefault(); search(); list.querySelector("a")?.focus(); });
    // Down and up lead through what was found, and back to the field.
    form.parentElement.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const stops = [field, ...list.querySelectorAll("a")], next = stops[stops.indexOf(document.activeElement) + step];
      if (next) { event.preventDefault(); next.focus(); }
    });
    // A place on this very page: the dialog goes out of the way.
    list.addEventListener("click", (event) => event.target.closest("a") && form.closest("dialog")?.close());
    const given = new URLSearchParams(location.search).get("q");
    if (given && !form.closest("dialog")) { field.value = given; search(); }
  }

  document.querySelectorAll("form.bd-search").forEach(attach);
})();
