// Drills: fresh numbers from a seed, checked and worked out on the page. The first half is the twin of
// backprop/exercises/_drills.py; the second brings the places on the page to life.
// @ts-check
(() => {
  "use strict";
  const { Draw, parse, evaluate } = globalThis.bookAnswers;
  const ABSOLUTE = 2e-4, RELATIVE = 0.01;

  /** {values, exercise}: every number by name, and the exercise with its answer worked out. */
  function drawn(drill, seed) {
    const draw = new Draw(seed), values = {};
    for (const one of drill.draws) {
      const row = draw.of(one.of);
      one.names.forEach((name, i) => { values[name] = row[i]; });
    }
    for (const [name, formula] of drill.equations) values[name] = evaluate(parse(formula), values);
    return { values, exercise: settled(drill.answer, values) };
  }

  function settled(answer, values) {
    if (answer.parts) return { ...answer, parts: answer.parts.map((part) => settled(part, values)) };
    const value = evaluate(parse(answer.value), values);
    const tolerance = answer.tolerance ?? Math.max(ABSOLUTE, RELATIVE * Math.abs(value));
    const near = (answer.near || []).map(([formula, hint]) => [evaluate(parse(formula), values), hint]);
    return { ...answer, value, tolerance, near: near.filter(([wrong]) => Math.abs(wrong - value) > 2 * tolerance) };
  }

  /** At most four decimals, a real minus. */
  function numberText(value) {
    const text = Math.abs(value).toFixed(4).replace(/0+$/, "").replace(/\.$/, "");
    return (value < 0 && text !== "0" ? "−" : "") + text;
  }

  function filled(text, values) {
    for (const [name, value] of Object.entries(values)) {
      const mark = name.replaceAll("_", "."), number = numberText(value);
      text = text.split(`@${mark}@`).join(number).split(`@(${mark})@`).join(value < 0 ? `(${number})` : number);
    }
    return text;
  }

  Object.assign(globalThis.bookAnswers, { drawn, filled, numberText });
  if (typeof document === "undefined") return;

  // --- on the page

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  function bringToLife(place) {
    const drill = JSON.parse(place.querySelector("script").textContent), name = drill.name;
    const ask = make("div", { className: "drill-ask" }), field = make("div", { className: "answer-field" });
    const seed = make("input", { type: "number", min: "0", max: "999999", className: "drill-seed" });
    const seedLabel = make("label", {}, "seed ", seed);
    const hint = make("button", { type: "button", textContent: "Hint" }), said = make("p", { className: "drill-hint" });
    said.setAttribute("role", "status");
    const solution = make("details", { className: "drill-solution" }, make("summary", { textContent: "The solution, line by line" }));
    const lines = make("div");
    solution.append(lines);
    const another = make("button", { type: "button", textContent: "Another one" });

    function draw(number) {
      seed.value = String(number);
      const { values, exercise } = drawn(drill, number);
      ask.innerHTML = filled(drill.ask, values);
      globalThis.bookAnswers.field(field, exercise, null);
      said.textContent = "";
      hint.onclick = () => {
        said.textContent = (exercise.hint || exercise.parts[0].hint).replace(/^[a-z]/, (c) => c.toUpperCase());
      };
      solution.open = false;
      lines.innerHTML = drill.lines.map((line) => `<div class="math"><div class="equation">${filled(line, values)}</div></div>`).join("");
    }

    seed.addEventListener("change", () => draw(Math.min(999999, Math.max(0, Math.trunc(Number(seed.value)) || 0))));
    another.addEventListener("click", () => {
      draw(Math.floor(Math.random() * 1000000));
      ask.scrollIntoView({ block: "nearest" });
    });
    field.addEventListener("book-answer", (event) => event.stopPropagation());
    place.querySelector(".drill-first").replaceWith(ask, field,
      make("div", { className: "drill-tools" }, another, hint, seedLabel), said, solution);
    draw(1);
  }

  document.querySelectorAll(".drill").forEach(bringToLife);
})();
