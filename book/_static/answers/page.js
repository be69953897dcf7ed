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

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  function bringToLife(place, number) {
    const exercise = JSON.parse(place.dataset.answer), name = place.dataset.exercise, id = `answer-${number}`;
    const long = exercise.kind === "matrix" || exercise.network;
    const field = element(long ? "textarea" : "input", { id, autocomplete: "off", spellcheck: false, value: "" });
    if (long) field.rows = 3;
    else field.type = "text";
    for (const [key, value] of [["autocapitalize", "off"], ["autocorrect", "off"], ["enterkeyhint", "go"],
                                ["aria-describedby", `${id}-form`]]) field.setAttribute(key, value);
    const button = element("button", { type: "submit", textContent: "Check" });
    const said = element("p", { className: "answer-said" });
    said.setAttribute("role", "status");
    const form = element("form", { noValidate: true },
      element("label", { htmlFor: id, textContent: "Your answer" }),
      element("div", { className: "answer-row" }, field, button),
      element("p", { id: `${id}-form`, className: "answer-form", textContent: FORM[exercise.kind] }), said);

    function show(verdict, hint) {
      place.dataset.verdict = verdict;
      said.textContent = verdict === "right" ? words("right") : words("not yet", hint);
      field.toggleAttribute("aria-invalid", false);
      if (verdict !== "right") field.setAttribute("aria-invalid", "true");
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { verdict, hint } = judge(exercise, field.value);
      show(verdict, hint);
      place.dispatchEvent(new CustomEvent("book-answer", { bubbles: true, detail: { name, verdict, typed: field.value } }));
    });
    field.addEventListener("input", () => {
      said.textContent = "";
      delete place.dataset.verdict;
      field.removeAttribute("aria-invalid");
    });
    // What was answered before is there again (progress.js asks for it).
    place.addEventListener("book-restore", (event) => {
      field.value = event.detail.typed;
      if (strip(field.value)) show(...Object.values(judge(exercise, field.value)));
    });
    place.replaceChildren(form);
  }

  document.querySelectorAll(".answer-field[data-answer]").forEach(bringToLife);
})();
