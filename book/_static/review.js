// Cards that come back after days. What was known stays away longer each time; what wasn't comes back at once.
// When a card is due is kept with the reader's progress (progress.js), in this browser alone.
// @ts-check
document.addEventListener("DOMContentLoaded", () => {          // when progress.js has run, too
  "use strict";
  const DAYS = [1, 3, 7, 16, 35, 90];                // away after so many times known in a row
  const NEW_A_DAY = 10;
  const { drawn, filled, field } = globalThis.bookAnswers;
  const place = document.getElementById("review-cards"), { read, change } = globalThis.bookProgress;
  const cards = window.reviewCards, titles = {};
  for (const [page, { title }] of Object.entries(window.thingsToDo)) titles[page] = title;
  const top = document.documentElement.dataset.content_root || "./";

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children.filter(Boolean));
    return made;
  };
  const button = (text, act, className = "") => {
    const made = make("button", { type: "button", textContent: text, className });
    made.addEventListener("click", act);
    return made;
  };
  const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

  /** The number of the day, here. */
  const today = () => Math.floor((Date.now() - new Date().getTimezoneOffset() * 60000) / 864e5);

  /** {box, due, begun} of a card, days as numbers; null for one never seen or spoilt. */
  function known(card, state = read()) {
    const entry = state.reviews[card.id];
    return entry && [entry.box, entry.due, entry.begun].every(Number.isFinite) ? entry : null;
  }

  let extra = 0, again = [];                          // new cards beyond the day's; what wasn't known in this sitting

  function due() {
    const state = read(), day = today(), from = state.reviews.from;
    const old = cards.filter((card) => known(card, state)?.due <= day && !again.includes(card));
    const begun = cards.filter((card) => known(card, state)?.begun === day).length;
    const start = cards.findIndex((card) => card.page === from);
    const fresh = [...cards.slice(Math.max(0, start)), ...cards.slice(0, Math.max(0, start))].filter((card) => !known(card, state));
    return { old, fresh: fresh.slice(0, Math.max(0, NEW_A_DAY + extra - begun)), waiting: fresh.length };
  }

  function judged(card, knew) {
    const day = today(), before = known(card) || { box: -1, due: day, begun: day };
    const box = knew ? Math.min(before.box + 1, DAYS.length - 1) : -1;
    again = again.filter((one) => one !== card);
    if (!knew) again.push(card);
    change((state) => { state.reviews[card.id] = { box, due: knew ? day + DAYS[box] : day, begun: before.begun }; });
    next();
  }

  // --- what is shown

  function next(focus = true) {
    const { old, fresh, waiting } = due(), card = old[0] || fresh[0] || again[0];
    const count = make("p", { className: "review-count" },
      `${old.length + again.length} to review · ${fresh.length} new today`);
    if (card) place.replaceChildren(count, shown(card), chooser());
    else place.replaceChildren(over(waiting), chooser());
    if (focus) place.querySelector("h2")?.focus();
  }

  function heading(text) {
    const made = make("h2", { className: "review-kind", tabIndex: -1 }, text);
    return made;
  }

  const KIND = { term: "A word", equation: "An equation", quiz: "A question", drill: "Practice" };

  function shown(card) {
    const link = titles[card.page] &&
      make("a", { href: `${top}${card.page}.html`, textContent: titles[card.page], className: "review-page" });
    const made = make("article", { className: `review-card review-${card.kind}` }, heading(KIND[card.kind]), link);
    if (card.kind === "drill") showDrill(card, made);
    else showSides(card, made);
    return made;
  }

  function verdicts(card) {
    return make("div", { className: "review-buttons" },
      button("Not yet", () => judged(card, false)), button("I knew it", () => judged(card, true), "review-knew"));
  }

  function showSides(card, made) {
    const back = make("div", { className: "review-back" });
    const show = button("Show the answer", () => {
      back.innerHTML = card.back;
      const buttons = verdicts(card);
      show.replaceWith(buttons);
      buttons.lastElementChild.focus();
    }, "review-show");
    made.append(make("div", { className: "review-front", innerHTML: card.front }), back, show);
  }

  function showDrill(card, made) {
    const { values, exercise } = drawn(card.drill, Math.floor(Math.random() * 1000000));
    const answer = make("div", { className: "answer-field" }), back = make("div", { className: "review-back" });
    field(answer, exercise, null);
    const buttons = make("div", { className: "review-buttons" });
    const solution = () => {
      back.innerHTML = card.drill.lines.map((line) =>
        `<div class="math"><div class="equation">${filled(line, values)}</div></div>`).join("");
    };
    const show = button("Show the solution", () => {
      solution();
      buttons.replaceChildren(button("Not yet: once more later", () => judged(card, false)));
    });
    let tries = 0;
    answer.addEventListener("book-answer", (event) => {
      event.stopPropagation();
      tries += 1;
      if (event.detail.verdict !== "right") return;
      solution();
      const knew = tries <= 2;
      buttons.replaceChildren(button(knew ? "Next" : "Next, and once more later", () => judged(card, knew), "review-knew"));
    });
    buttons.append(show);
    made.append(make("p", {}, make("strong", {}, card.drill.title)),
      make("div", { className: "drill-ask", innerHTML: filled(card.drill.ask, values) }), answer, buttons, back);
  }

  function over(waiting) {
    const days = cards.map((card) => known(card)?.due).filter((day) => day > today());
    const until = days.length ? Math.min(...days) - today() : 0;
    return make("article", { className: "review-card" }, heading(cards.length - waiting ? "Done for today" : "Nothing yet"),
      make("p", {}, until ? `The next ${days.filter((day) => day - today() === until).length === 1 ? "card comes" : "cards come"} ` +
        `back ${until === 1 ? "tomorrow" : `in ${until} days`}. ` : "",
      `${counted(cards.length - waiting, "card", "cards")} of ${cards.length} begun.`),
      waiting && make("div", { className: "review-buttons" },
        button("Five new ones more", () => { extra += 5; next(); })));
  }

  function chooser() {
    const select = make("select", {}), from = read().reviews.from;
    for (const page of new Set(cards.map((card) => card.page))) {
      if (titles[page]) select.append(make("option", { value: page, textContent: titles[page], selected: page === from }));
    }
    select.addEventListener("change", () => {
      change((state) => { state.reviews.from = select.value; });
      next(false);
    });
    return make("p", { className: "review-from" }, make("label", {}, "New cards begin with ", select));
  }

  next(false);
});
