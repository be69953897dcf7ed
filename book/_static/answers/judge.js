// Is an answer right, nearly right, wrong? The twin of backprop/exercises/_judge.py: the same verdict, the same words.
// @ts-check
(() => {
  "use strict";
  const { Unreadable, normal, strip, length, parse, namesIn, evaluate, close, sameEverywhere, has } = globalThis.bookAnswers;
  const LONGEST_LIST = 2000;
  const ABOUT = /^(?:about|approximately|roughly|circa|ca\.?|above|over|~|[a-z_ ]*[>≥]=?) */;
  const LONGEST = 300, CLOSE = 0.05;
  const NUMERALS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

  function words(key, ...about) {
    let text = globalThis.bookAnswers.data.words[key];
    for (const part of about) text = key === "function" ? text.split("{}").join(part) : text.replace("{}", () => part);
    return key === "not yet" && !".?!".includes(text.at(-1)) ? text + "." : text;
  }

  class Unread extends Error {}
  const numeral = (n) => NUMERALS[n] ?? String(n);
  const shown = (value) => (Math.abs(value) < 1e15 ? value.toFixed(2) : words("huge"));

  // --- reading

  function read(exercise, answer) {
    try {
      return READ[exercise.kind](exercise, answer);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const key = ["number", "matrix"].includes(exercise.kind) && error.key === "word" ? "number" : error.key;
      throw new Unread(words(key, error.about));
    }
  }

  function readNumber(exercise, answer) {
    const text = strip(normal([...answer.slice(0, 120)].slice(0, 60).join("")).split("=").at(-1));
    const thousands = /^([-+]?)([0-9]{1,3})((?:,[0-9]{3})+)(\.[0-9]+)?$/.exec(text);
    let values;
    if (thousands) {
      const [, sign, first, groups, rest] = thousands;
      values = [Number(sign + first + groups.replaceAll(",", "") + (rest || ""))];
      if (groups.length === 4 && !rest) values.push(Number(sign + first + groups.replace(",", ".")));
    } else {
      const tree = parse(spoken(answer));
      if (namesIn(tree).length) throw new Unreadable("number");
      values = [evaluate(tree, {})];
    }
    if (!values.every(Number.isFinite)) throw new Unread(words("infinite"));
    return values;
  }

  function spoken(answer) {
    if (length(answer) > LONGEST) return answer;
    const text = strip(normal(answer)).replace(ABOUT, "").replace(/^([0-9]+) ([0-9]+\/[0-9]+)$/, "$1+$2")
      .replace(/(?<=[0-9]) x (?=[0-9.])/g, "*");
    return NUMERALS.indexOf(text) > 0 ? String(NUMERALS.indexOf(text)) : text;
  }

  function readQuantity(exercise, answer) {
    let tree = null;
    try {
      tree = parse(answer);
    } catch (error) {
      if (!(error instanceof Unreadable) || ["empty", "long"].includes(error.key)) throw error;
    }
    if (!Array.isArray(tree) || tree[0] !== "name") throw new Unread(exercise.unread ?? words("quantity"));
    return tree[1];
  }

  function readWord(exercise, answer) {
    if (length(answer) > LONGEST_LIST) throw new Unread(words("long"));
    const text = strip(normal(answer).replace(/[\s\x1c-\x1f\x85]+/g, " ")).replace(/^[.']+|[.']+$/g, "");
    if (!text) throw new Unread(words("empty"));
    return has(exercise.same ?? {}, text) ? exercise.same[text] : text;
  }

  function readFormula(exercise, answer) {
    const tree = parse(answer), known = [...namesIn(parse(exercise.value)), ...(exercise.names ?? [])];
    for (const name of namesIn(tree)) if (!known.includes(name)) throw new Unread(words("name", name));
    return tree;
  }

  function readList(exercise, answer) {
    const parts = exercise.parts, given = grouped(split(answer, parts.length), parts);
    if (given.length !== parts.length) {
      throw new Unread(words("count", exercise.expected || numeral(parts.length) + " answers", numeral(given.length)));
    }
    return parts.map((part, i) => read(part, given[i]));
  }

  function grouped(given, parts) {
    const sizes = parts.map((part) => (part.parts ?? []).length), all = sizes.reduce((sum, size) => sum + size, 0);
    if (given.length === parts.length || sizes.includes(0) || given.length !== all) return given;
    let end = 0;
    return sizes.map((size) => given.slice(end, end += size).join("; "));
  }

  function readMatrix(exercise, answer) {
    const columns = exercise.value[0].length > 1 ? exercise.value[0].length : undefined;
    const rows = splitRows(answer).map((row) => split(row, columns));
    if (new Set(rows.map((row) => row.length)).size !== 1) throw new Unread(words("ragged"));
    return rows.map((row) => row.map((entry) => readNumber(exercise, entry)[0]));
  }

  const READ = { number: readNumber, quantity: readQuantity, word: readWord, formula: readFormula,
                 list: readList, matrix: readMatrix };

  function whole(text) {
    if (length(text) > LONGEST_LIST) throw new Unread(words("long"));
    return text;
  }

  function split(text, n) {
    text = strip(whole(text));
    if (text.split("=").length === 2) text = strip(text.split("=")[1]);
    text = outerOff(text.replace(/\.+$/, "")).replace(/,? +(?:and|&) +/g, ", ");
    if (!text) throw new Unread(words("empty"));
    const sides = n === 2 && /^([0-9]+) *(?:[x×*]|by) *([0-9]+)$/.exec(text);
    if (sides) return sides.slice(1);
    const ways = [/[;\n]/g, /,(?=[\s\x1c-\x1f\x85])/g, /(?<!,)[\s\x1c-\x1f\x85](?!,)/g, /,/g].map((s) => splitAt(text, s));
    const longest = ways.reduce((best, way) => (way.length > best.length ? way : best));
    return ways.find((way) => way.length === n) ?? longest;
  }

  function splitRows(text) {
    text = outerOff(strip(whole(text)));
    if (!text) throw new Unread(words("empty"));
    let rows = splitAt(text, /[;\n]/g);
    if (rows.length === 1 && "([".includes(text[0])) rows = splitAt(text, /,/g);
    return rows.map((row) => row.replace(/,+$/, ""));
  }

  const step = (c) => ("([{".includes(c) ? 1 : ")]}".includes(c) ? -1 : 0);

  function outerOff(text) {
    if (!"([{".includes(text[0] || "-") || !")]}".includes(text.at(-1))) return text;
    let depth = 0;
    for (let i = 0; i < text.length; i++) {
      depth += step(text[i]);
      if (depth === 0) return i === text.length - 1 ? strip(text.slice(1, -1)) : text;
    }
    return text;
  }

  function splitAt(text, separator) {
    const ends = new Set([...text.matchAll(separator)].map((m) => m.index)), parts = [];
    let depth = 0, start = 0;
    for (let i = 0; i < text.length; i++) {
      depth += step(text[i]);
      if (depth === 0 && ends.has(i)) {
        parts.push(text.slice(start, i));
        start = i + 1;
      }
    }
    return [...parts, text.slice(start)].map(strip).filter(Boolean);
  }

  // --- judging

  /** {verdict: "right" | "near" | "wrong" | "unread", hint: string | null} */
  function judge(exercise, answer) {
    let given;
    answer = answer.replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "");
    try {
      given = read(exercise, answer);
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      return { verdict: "unread", hint: error.message };
    }
    if (isRight(exercise, given)) return { verdict: "right", hint: null };
    const near = nearMiss(exercise, given);
    return near ? { verdict: "near", hint: near } : { verdict: "wrong", hint: wrongHint(exercise, given) };
  }

  function isRight(exercise, given) {
    if (exercise.network) return counterexample(exercise, given) === null;
    if (exercise.kind === "list" && exercise.parts.every((part, i) => isRight(part, given[i]))) return true;
    const values = [...(exercise.also ?? []), ...(has(exercise, "value") ? [exercise.value] : [])];
    return values.some((value) => isValue(exercise, given, value));
  }

  function isValue(exercise, given, value) {
    switch (exercise.kind) {
      case "number": return given.some((one) => isClose(exercise, one, value));
      case "formula": return sameEverywhere(given, parse(value));
      case "list": return value.every((one, i) => one === null || isValue(exercise.parts[i], given[i], one));
      case "matrix": return sameShape(given, value) &&
        given.every((row, i) => row.every((entry, k) => isClose(exercise, entry, value[i][k])));
      default: return given === value;
    }
  }

  function isClose(exercise, value, right) {
    return has(exercise, "tolerance") ? Math.abs(value - right) <= exercise.tolerance : close(value, right);
  }

  function nearMiss(exercise, given) {
    for (const [condition, hint] of exercise.near ?? []) {
      const isCondition = condition !== null && typeof condition === "object" && !Array.isArray(condition);
      if (isCondition ? meets(given, condition) : isValue(exercise, given, condition)) return hint;
    }
    if (exercise.kind === "number" && exercise.value % 1 &&
        given.some((one) => Math.abs(one - exercise.value) <= CLOSE * Math.abs(exercise.value))) return words("close");
    if (exercise.kind === "matrix") {
      const turned = given[0].map((_, k) => given.map((row) => row[k]));
      if (isValue(exercise, turned, exercise.value)) return words("swapped");
    }
    if (exercise.kind === "list" && !exercise.network) {
      const i = exercise.parts.findIndex((part, k) => !isRight(part, given[k]));
      return nearMiss(exercise.parts[i], given[i]);
    }
    return null;
  }

  function meets(given, condition) {
    if (has(condition, "below")) return given[0] < condition.below;
    if (has(condition, "above")) return given[0] > condition.above;
    return close(given.reduce((sum, values) => sum + values[0], 0), condition.sum, 1e-3);
  }

  function wrongHint(exercise, given) {
    if (exercise.network) return counterexample(exercise, given);
    const hint = exercise.hint ?? words("wrong");
    if (exercise.kind === "list") {
      const wrong = exercise.parts.filter((part, i) => !isRight(part, given[i]));
      if (has(wrong[0], "hint")) return wrong[0].hint;
      const names = wrong.filter((part) => has(part, "name")).map((part) => part.name);
      return hint.split("{wrong}").join(names.join(exercise.join ?? ", "));
    }
    return exercise.kind === "matrix" && !has(exercise, "hint") ? matrixHint(exercise, given) : hint;
  }

  function matrixHint(exercise, given) {
    const right = exercise.value;
    if (!sameShape(given, right)) {
      return words("shape", exercise.name ?? "the matrix", right.length, right[0].length, given.length, given[0].length);
    }
    for (let i = 0; i < right.length; i++) {
      const k = right[i].findIndex((entry, at) => !isClose(exercise, given[i][at], entry));
      if (k >= 0) return words("entry", i + 1, k + 1);
    }
  }

  const sameShape = (a, b) => a.length === b.length && a[0].length === b[0].length;

  function counterexample(exercise, given) {
    const rule = exercise.network, values = {};
    for (let p = 0; p < exercise.parts.length; p++) {
      const part = exercise.parts[p], right = part.value;
      let matrix = given[p];
      if (!sameShape(matrix, right)) {
        if (matrix.length * matrix[0].length !== right.length * right[0].length || !part.name.includes("b")) {
          return words("shape", part.name, right.length, right[0].length, matrix.length, matrix[0].length);
        }
        matrix = matrix.flat().map((entry) => [entry]);
      }
      rule.names[p].forEach((row, i) => row.forEach((name, k) => { values[name] = matrix[i][k]; }));
    }
    for (const point of rule.points) {
      const here = { ...values, ...point };
      for (const [name, formula] of rule.equations) here[name] = evaluate(parse(formula), here);
      if (!close(here[rule.output], evaluate(parse(rule.wanted), point), 1e-6)) {
        const at = Object.values(point).map((value) => shown(value)).join(", ");
        return rule.hint.split("{x}").join(at).split("{got}").join(shown(here[rule.output]));
      }
    }
    return null;
  }

  Object.assign(globalThis.bookAnswers, { judge, words });
})();
