// What you have done, kept in this browser and nowhere else: exercises, quizzes, predictions, the place where you were.
//
// One entry in localStorage holds it all, as JSON. It is read again before every change, so that two tabs don't undo
// each other. Other scripts report with a bubbling event: new CustomEvent("book-done", {detail: {kind, name, value}}),
// kind one of "exercises", "quizzes", "predictions", "reviews"; exercises report by "book-answer" (answers/page.js).
// The page of review questions (review.js) uses bookProgress.
// @ts-check
(() => {
  "use strict";
  const KEY = "backprop-book-progress", KINDS = ["exercises", "quizzes", "predictions", "reviews"];
  const LONGEST = 2000, MOST = 5000;                  // of a value; of entries of a kind
  const todo = window.thingsToDo || {};
  const top = document.documentElement.dataset.content_root || "./";
  const page = pageOf(location.href);

  // --- the store

  const empty = () => ({ version: 1, exercises: {}, quizzes: {}, predictions: {}, reviews: {}, place: null });
  let memory = empty(), complained = false;

  /** Only what has the right form: a file may hold anything. */
  function cleaned(data) {
    const clean = empty();
    if (!data || typeof data !== "object" || typeof data.version !== "number") return null;
    for (const kind of KINDS) {
      const entries = Object.entries(data[kind] && typeof data[kind] === "object" ? data[kind] : {});
      clean[kind] = Object.fromEntries(entries.slice(0, MOST).filter(([name, value]) =>
        name.length < 200 && name !== "__proto__" && JSON.stringify(value ?? null).length <= LONGEST));
    }
    const place = data.place;
    if (place && typeof place.page === "string" && /^[\w/-]+$/.test(place.page) && typeof place.title === "string") {
      clean.place = { page: place.page, title: place.title.slice(0, 200), at: Number(place.at) || 0,
                      heading: /^[\w-]*$/.test(place.heading) ? place.heading : "" };
    }
    return clean;
  }

  function read() {
    try {
      memory = cleaned(JSON.parse(localStorage.getItem(KEY) || "null")) || (localStorage.getItem(KEY) ? empty() : memory);
    } catch { /* blocked or spoilt: what this page has seen */ }
    return memory;
  }

  function change(how, quietly = false) {
    const state = read();
    how(state);
    memory = state;
    try {
      localStorage.setItem(KEY, JSON.stringify(state));
    } catch {
      if (!quietly) complain();
    }
    show();
  }

  /** Said once: progress can't be kept. */
  function complain() {
    if (complained) return;
    complained = true;
    const note = make("p", { className: "progress-note", role: "status" },
      "Your browser keeps nothing for this site (its storage is blocked or full): what you do here counts until you leave the page.");
    const close = make("button", { type: "button", textContent: "All right" });
    close.addEventListener("click", () => note.remove());
    note.append(" ", close);
    document.body.append(note);
  }

  // --- small helpers

  function make(tag, properties = {}, ...children) {
    const { role, ...others } = properties, made = Object.assign(document.createElement(tag), others);
    if (role) made.setAttribute("role", role);
    made.append(...children);
    return made;
  }

  /** The page an address leads to, as the build names it: book/cost; "" if it is none of ours. */
  function pageOf(href) {
    const whole = (address) => new URL(address, location.href).href.replace(/[?#].*$/, "");
    const root = whole(top), path = whole(href);
    return path.startsWith(root) ? path.slice(root.length).replace(/\.html$/, "").replace(/(^|\/)$/, "$1index") : "";
  }

  /** [done, all] of a page. */
  function countOf(name, state) {
    const { exercises = [], quizzes = [] } = todo[name] || {};
    const done = exercises.filter((one) => state.exercises[one]?.verdict === "right").length +
      quizzes.filter((one) => state.quizzes[one]?.right).length;
    return [done, exercises.length + quizzes.length];
  }

  // --- what is shown

  function show() {
    const state = read();
    const here = document.getElementById("your-progress")?.parentElement;       // where the chapters are listed
    const links = [...document.querySelectorAll(".bd-sidebar-primary a.reference"),
      ...(here ? here.querySelectorAll(":scope table td:first-child a.reference") : [])];
    for (const link of links) {
      const name = pageOf(link.href), [done, all] = countOf(name, state);
      if (!all) continue;
      let tick = link.nextElementSibling?.matches(".progress-tick") ? link.nextElementSibling : null;
      if (!tick) link.after(tick = make("span", { className: "progress-tick" }));
      const words = done === all ? "all done" : `${done} of ${all} done`;
      tick.hidden = !done;
      tick.classList.toggle("progress-all", done === all);
      tick.replaceChildren(make("span", { ariaHidden: "true" }, done === all ? "✓" : `${done}/${all}`),
        make("span", { className: "visually-hidden" }, words));
      tick.title = words;
    }
    showQuizzes(state);
    showPlace(state);
  }

  function showQuizzes(state) {
    for (const quiz of document.querySelectorAll(".quiz[data-quiz]")) {
      quiz.classList.toggle("quiz-done", Boolean(state.quizzes[quiz.dataset.quiz]?.right));
    }
  }

  function showPlace(state) {
    const place = document.getElementById("your-progress");
    if (!place) return;
    place.hidden = false;
    const pages = Object.keys(todo), counts = pages.map((name) => countOf(name, state));
    const done = counts.reduce((sum, [n]) => sum + n, 0), all = counts.reduce((sum, [, n]) => sum + n, 0);
    const go = state.place && make("p", {}, make("a", {
      className: "progress-go", textContent: `Go on where you were: ${state.place.title}`,
      href: `${top}${state.place.page}.html${state.place.heading ? "#" + state.place.heading : ""}` }));
    const buttons = place.querySelector(".progress-buttons") || tools();
    place.replaceChildren(...[go,
      make("p", {}, done ? `You have done ${done} of the ${all} exercises and questions. ` : "", predictions(state),
        "What you do here stays in this browser."), buttons].filter(Boolean));
  }

  function predictions(state) {
    const made = Object.values(state.predictions), right = made.filter((one) => one?.right).length;
    return made.length ? `Of ${made.length} predictions ${right} came true. ` : "";
  }

  function tools() {
    const said = make("span", { role: "status", className: "progress-said" });
    const button = (text, act) => {
      const made = make("button", { type: "button", textContent: text });
      made.addEventListener("click", () => act(made));
      return made;
    };
    const file = make("input", { type: "file", accept: "application/json,.json", hidden: true });
    file.addEventListener("change", async () => {
      try {
        const data = file.files[0].size < 2e6 && cleaned(JSON.parse(await file.files[0].text()));
        if (!data) throw new Error();
        change((state) => {
          for (const kind of KINDS) Object.assign(state[kind], data[kind]);
          state.place = data.place || state.place;
        });
        said.textContent = "Imported.";
      } catch {
        said.textContent = "That file holds no progress of this book.";
      }
      file.value = "";
    });
    let armed = 0;
    return make("p", { className: "progress-buttons" },
      button("Export", () => {
        const blob = new Blob([JSON.stringify(read(), null, 1)], { type: "application/json" });
        const link = make("a", { href: URL.createObjectURL(blob), download: "backprop-book-progress.json" });
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
        said.textContent = "Saved as backprop-book-progress.json.";
      }),
      button("Import", () => file.click()), file,
      button("Erase", (made) => {
        if (!armed) {
          made.textContent = "Erase everything?";
          armed = setTimeout(() => { armed = 0; made.textContent = "Erase"; }, 4000);
          return;
        }
        clearTimeout(armed);
        armed = 0;
        made.textContent = "Erase";
        try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
        memory = empty();
        show();
        said.textContent = "Erased.";
      }), said);
  }

  // --- what is noticed

  addEventListener("book-answer", (event) => {
    const { name, verdict, typed } = event.detail;
    change((state) => {
      if (state.exercises[name]?.verdict === "right" && verdict !== "right") return;
      state.exercises[name] = { verdict, typed: typed.slice(0, 300) };
    });
  });

  addEventListener("book-done", (event) => {
    const { kind, name, value } = event.detail;
    if (KINDS.includes(kind)) change((state) => { state[kind][name] = value; });
  });

  addEventListener("toggle", (event) => {
    const choice = event.target, quiz = choice.closest?.(".quiz[data-quiz]");
    if (!quiz || !choice.open || !choice.matches(".quiz-choice") || choice.dataset.restored) return;
    change((state) => {
      const before = state.quizzes[quiz.dataset.quiz] || { tries: 0, right: false };
      state.quizzes[quiz.dataset.quiz] = before.right ? before :
        { tries: before.tries + 1, right: choice.matches(".quiz-right") };
    });
  }, true);

  /** What is answered in the notebook is ticked off by hand. */
  function offerTick(place, state) {
    const name = place.dataset.exercise, box = make("input", { type: "checkbox" });
    box.checked = state.exercises[name]?.verdict === "right";
    box.addEventListener("change", () => change((now) => {
      if (box.checked) now.exercises[name] = { verdict: "right", typed: "" };
      else delete now.exercises[name];
    }));
    place.append(make("label", { className: "progress-by-hand" }, box, " I have done it there"));
  }

  function restore() {
    const state = read();
    for (const place of document.querySelectorAll(".answer-field[data-answer]")) {
      const typed = state.exercises[place.dataset.exercise]?.typed;
      if (typeof typed === "string") place.dispatchEvent(new CustomEvent("book-restore", { detail: { typed } }));
    }
    for (const place of document.querySelectorAll(".answer-field[data-exercise]:not([data-answer])")) offerTick(place, state);
    for (const quiz of document.querySelectorAll(".quiz[data-quiz]")) {
      const right = quiz.querySelector(".quiz-right");
      if (state.quizzes[quiz.dataset.quiz]?.right && right) {
        right.dataset.restored = "";
        right.open = true;
      }
    }
  }

  function notePlace() {
    if (!page.startsWith("book/") || page === "book/index" || scrollY < 300) return;
    const headings = [...document.querySelectorAll(".bd-article section[id] > :is(h1, h2)")];
    const above = headings.filter((one) => one.getBoundingClientRect().top < innerHeight / 2).at(-1);
    const title = todo[page]?.title || document.title.split(" — ")[0];
    const section = above && above.tagName === "H2" ? above.parentElement.id : "";
    change((state) => { state.place = { page, title, heading: /^[\w-]+$/.test(section) ? section : "", at: Date.now() }; }, true);
  }

  addEventListener("storage", (event) => event.key === KEY && show());
  addEventListener("pagehide", notePlace);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && notePlace());
  globalThis.bookProgress = { read, change };
  restore();
  show();
})();
