// The exercises' fields: type, press Enter or the button, read the verdict in the words that the notebook uses too.
// @ts-check
(() => {
  "use strict";
  const { judge, words, strip } = globalThis.bookAnswers;

  // What may be typed, by kind of answer.
  const FORM = {
    number: "A number: 0.5, 1/3, −2 …",
    quantity: "A name: a^(1)_2, or a1_2 for short",
    word: "A word",
    formula: "A formula: w^(2)_12 a^(1)_2 (1 − a) …",
    list: "In this order, with commas between",
    matrix: "[[1, 2], [3, 4]], or a row a line",
  };

  /** What may be typed; of a list what the exercise says of it. */
  const formOf = ({ kind, expected }) => (kind === "list" && expected ? expected[0].toUpperCase() + expected.slice(1) : FORM[kind]);

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  let count = 0;

  /** Makes a field of a place; an answer is reported with the exercise's name. */
  function field(place, exercise, name) {
    const id = `answer-${count++}`;
    delete place.dataset.verdict;
    const long = exercise.kind === "matrix" || exercise.network;
    const input = element(long ? "textarea" : "input", { id, autocomplete: "off", spellcheck: false, value: "" });
    if (long) input.rows = 3;
    else input.type = "text";
    for (const [key, value] of [["autocapitalize", "off"], ["autocorrect", "off"], ["enterkeyhint", "go"],
                                ["aria-describedby", `${id}-form`]]) input.setAttribute(key, value);
    const button = element("button", { type: "submit", textContent: "Check" });
    const said = element("p", { className: "answer-said" });
    said.setAttribute("role", "status");
    const form = element("form", { noValidate: true },
      element("label", { htmlFor: id, textContent: "Your answer" }),
      element("div", { className: "answer-row" }, input, button),
      element("p", { id: `${id}-form`, className: "answer-form", textContent: formOf(exercise) }), said);

    function show(verdict, hint) {
      place.dataset.verdict = verdict;
      said.textContent = verdict === "right" ? words("right") : words("not yet", hint);
      input.toggleAttribute("aria-invalid", false);
      if (verdict !== "right") input.setAttribute("aria-invalid", "true");
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { verdict, hint } = judge(exercise, input.value);
      show(verdict, hint);
      place.dispatchEvent(new CustomEvent("book-answer", { bubbles: true, detail: { name, verdict, typed: input.value } }));
    });
    input.addEventListener("input", () => {
      said.textContent = "";
      delete place.dataset.verdict;
      input.removeAttribute("aria-invalid");
    });
    // What was answered before is there again (progress.js asks for it).
    place.addEventListener("book-restore", (event) => {
      input.value = event.detail.typed;
      if (strip(input.value)) show(...Object.values(judge(exercise, input.value)));
    });
    place.replaceChildren(form);
  }

  globalThis.bookAnswers.field = field;
  for (const place of document.querySelectorAll(".answer-field[data-answer]")) {
    field(place, JSON.parse(place.dataset.answer), place.dataset.exercise);
  }
})();
