// The search: what is typed into the field is looked up as it is typed, in sections, terms and equations.
// The index is made here, when somebody first searches, from search-data.js; it needs no server.
(() => {
  "use strict";
  const SCRIPT = document.currentScript.src;
  const SIGNS = { "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "Δ": "nudge", "ε": "epsilon", "η": "eta",
    "λ": "lambda", "μ": "mu", "σ": "sigma", "Σ": "sum", "∑": "sum", "∂": "partial", "∇": "gradient",
    "⊙": "hadamard elementwise product", "ŷ": "y hat", "½": "half", "¼": "quarter" };
  const RAISED = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵉʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛˣᴸᴺᵀ]+/gu, LOWERED = /[₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+/gu;
  const SMALL_WORDS = new Set(("a an and are as at be by can do does for from how i in is it its me of on or should " +
    "so that the their there this to was we what when where which who why will with you").split(" "));
  // Other words for the same. (Another spelling, another ending: that is looked after below.)
  const ALSO = { __proto__: null, loss: ["cost"], backprop: ["backpropagation"], nll: ["cross-entropy"],
    sgd: ["stochastic gradient descent"], lr: ["learning rate"], nonlinearity: ["activation function"],
    mnist: ["digits"], teacher: ["teaching"], rnn: ["recurrence"], cnn: ["convolution"],
    resnet: ["residual"], mse: ["quadratic cost"], autograd: ["automatic differentiation"],
    autodiff: ["automatic differentiation"] };

  // A formula's words are those one would type: w⁽ˡ⁾ⱼₖ and w^{(l)}_{jk} are w_jk, wjk, w and jk.
  function tokens(text) {
    const plain = text.replace(/\^(?:\{[^{}]*\}|\([^()]*\))|\{\}/g, " ").replace(/ ?_\{([^{}]*)\}/g, "_$1")
      .replace(RAISED, "").replace(LOWERED, (signs) => `_${signs.normalize("NFKC")}`)
      .replace(/[α-ωΑ-Ω∂∇⊙∑ŷ½¼]/gu, (sign) => ` ${SIGNS[sign] || sign} `).replace(/ _(?=\w)/g, "_").toLowerCase();
    const words = plain.match(/[\p{L}\p{N}_]+/gu) || [];
    return words.flatMap((word) =>
      (/[a-z]_\w/.test(word) ? [word, word.replace(/_/g, ""), ...word.split("_")] : [word]));
  }

  // Some stem: "vanishing" and "vanish", "weights" and "weight" are the same word to a reader.
  const stem = (word) => word.replace(/^(\D{4,})(?:ations?|ings?)$|^(\D{3,}?)(?:ed|(?<![aius])e?s|e)$/, "$1$2");

  const wordsOf = (text) => tokens(text).filter((word) => !SMALL_WORDS.has(word)).map(stem);

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
  function made(entries) {
    const all = new MiniSearch({
      fields: ["title", "keys", "text"], storeFields: ["at", "title", "in", "text", "kind", "page"], tokenize: tokens,
      processTerm: (term) => (SMALL_WORDS.has(term) ? null : stem(term)) });
    all.addAll(entries.map((entry, id) => ({ id, at: "", in: "", text: "", ...entry })));
    return all;
  }
  function index() {
    loading ||= Promise.all([load("vendor/minisearch.js"), load("search-data.js")]).then(() => made(window.searchData));
    return loading;
  }

  // What explains a thing comes before what mentions it: the glossary, then the chapters, then what says it once more.
  const WEIGHTS = { term: 2.5, equation: 2, section: 1, exercise: 0.5, fold: 0.3, name: 1 };
  const WEIGHTS_OF_PAGES = [[/api|sources|errata|assignments|references|teaching|summary\./, 0.3],
    [/notation|review|how-fast/, 0.6]];
  const AGAIN = /^(?:summary|practice|what-comes-next|mistakes-people-make)/;
  function weight({ kind, page, at }) {
    const [, ofPage] = WEIGHTS_OF_PAGES.find(([pages]) => pages.test(page)) || [null, 1];
    return WEIGHTS[kind] * ofPage * (AGAIN.test(at) ? 0.5 : 1);
  }

  function lookUp(all, query) {
    const asked = query.replace(/^\s*what (?:do|does) (.+) mean\b/i, "$1");
    const words = asked.toLowerCase().split(/[\s,?!;]+/).filter((word) => wordsOf(word).length);
    const queries = words.map((word) => ({ combineWith: "OR", queries: [
      word, ...(ALSO[word] || []).map((other) => ({ combineWith: "AND", queries: [other] }))] }));
    // "back propagation" is written as one word here.
    const joined = words.slice(1).map((word, i) => ({ combineWith: "AND", prefix: false, fuzzy: false,
      queries: [words[i] + word, ...queries.slice(0, i), ...queries.slice(i + 2)] }));
    const options = {
      boost: { title: 4, keys: 3 }, prefix: (term) => term.length > 2, fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      weights: { fuzzy: 0.2, prefix: 0.5 }, boostDocument: (id, term, entry) => weight(entry) };
    const every = all.search({ combineWith: "OR", queries: [{ combineWith: "AND", queries }, ...joined] }, options);
    const found = new Set(every.map((hit) => hit.id));
    const some = all.search({ combineWith: "OR", queries }, options).filter((hit) => !found.has(hit.id));
    // A title that says what was asked and nothing else comes first, misspelt or not.
    const said = words.flatMap(wordsOf).length;
    for (const hit of every) {
      const title = hit.kind === "name" ? [] : wordsOf(hit.title);
      if (title.length && title.length <= said && title.every((word) => hit.terms.includes(word))) hit.score *= 4;
    }
    return [...every.sort((a, b) => b.score - a.score), ...some].slice(0, 20);
  }

  // The piece of the text that has most of the words that were found, cut at words, what was found marked.
  function summary(text, found) {
    const words = text.split(" "), hits = words.map((word) => wordsOf(word).filter((one) => found.has(one)));
    const many = (at) => new Set(hits.slice(at, at + 20).flat()).size;
    let best = 0;
    hits.forEach((those, at) => { if (those.length && many(at) > many(best)) best = at; });
    const first = best > 8 ? best - 8 : 0, line = document.createElement("p");
    line.append(first ? "… " : "");
    for (const [i, word] of words.slice(first, first + 30).entries()) {
      if (hits[first + i].length) {
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
      const [item, link, place] = ["li", "a", "span"].map((name) => document.createElement(name));
      link.href = root + hit.page + (hit.at ? `#${hit.at}` : "");
      link.textContent = hit.title;
      place.textContent = hit.kind === "term" ? "Glossary" : hit.in;
      link.append(place);
      item.append(link, summary(hit.text, new Set(hit.terms)));
      return item;
    }));
    const count = list.previousElementSibling;
    const many = hits.length === 20 ? "The best 20 places" : hits.length === 1 ? "1 place" : `${hits.length} places`;
    count.textContent = !query ? "" : hits.length ? many
      : `Nothing found for “${query}”. Try one word, or a symbol as it is said: delta, w_jk.`;
  }

  function attach(form) {
    const field = form.querySelector("input");
    const [box, count, list] = ["div", "p", "ol"].map((name) => document.createElement(name));
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
    // Enter opens the first place. Under a finger it puts the keyboard away, so that there is something to choose from.
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await search();
      if (matchMedia("(pointer: coarse)").matches) field.blur();
      else list.querySelector("a")?.click();
    });
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

  // "/" leads to the field, as on many sites, unless one is typing.
  document.addEventListener("keydown", (event) => {
    const [at] = event.composedPath();
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented ||
      at.isContentEditable || at.matches?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    const dialog = document.getElementById("pst-search-dialog");
    if (!document.querySelector(".bd-search-container form.bd-search")) dialog?.showModal();
    document.querySelector(".bd-search-container form.bd-search input, #pst-search-dialog input")?.focus();
  });

  window.bookSearch = { made, lookUp };
  document.querySelectorAll("form.bd-search").forEach(attach);
})();
