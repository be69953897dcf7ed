// What a reader types, read as a formula in the book's notation: the twin of backprop/exercises/_formula.py, which
// says what is understood. bookAnswers.data (words, digits) is written from Python when the site is built.
// @ts-check
(() => {
  "use strict";
  const { Draw } = globalThis.bookAnswers;
  const LONGEST = 300, DEEPEST = 30;

  const UPPER = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", LOWER = "₀₁₂₃₄₅₆₇₈₉", FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞";
  const CHARACTERS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*", "÷": "/",
    "∕": "/", "⁄": "/", "٫": ".", "∂": "d", "≈": "=", "≃": "=", "′": "'", "’": "'", "“": '"', "”": '"', "„": '"',
    "√": " sqrt ",
    "ŷ": " yhat ", "σ": " sigma ", "ς": " sigma ", "δ": " delta ", "η": " eta ", "β": " beta ", "π": " pi ",
  };
  const FUNCTIONS = { sigma: 1, tanh: 1, relu: 1, exp: 1, ln: 1, sqrt: 1, softplus: 1, f: 1, max: 2, min: 2 };
  const ALSO = { sigmoid: "sigma", log: "ln", varsigma: "sigma" };
  const NAMES = ["delta", "eta", "beta", "yhat", "pi"];
  const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

  class Unreadable extends Error {
    constructor(key, about = "") {
      super(key);
      this.key = key;
      this.about = about;
    }
  }

  // --- characters

  let digits = null;                       // every digit of every script -> 0 … 9
  function digit(c) {
    if (!digits) {
      digits = new Map();
      for (const zero of globalThis.bookAnswers.data.zeros) {
        for (let i = 0; i < 10; i++) digits.set(String.fromCodePoint(zero + i), String(i));
      }
    }
    return digits.get(c) ?? c;
  }

  function fraction(_, whole, after, alone) {
    const [top, bottom] = (after || alone).normalize("NFKC").split("⁄");
    return `(${whole || 0}+${top}/${bottom})`;
  }

  function normal(text) {
    text = [...text].map((c) => ((UPPER + LOWER).includes(c) ? c : digit(c))).join("");
    text = text.replace(RegExp(`([0-9]+) ?([${FRACTIONS}])|([${FRACTIONS}])`, "g"), fraction);
    text = text.replace(RegExp(`[${UPPER}]+`, "g"), (m) => "^" + m.normalize("NFKC"));
    text = text.replace(RegExp(`[${LOWER}]+`, "g"), (m) => "_" + m.normalize("NFKC"));
    text = text.replaceAll("\\hat y", "yhat").replaceAll("\\hat{y}", "yhat").normalize("NFKC").toLowerCase();
    text = [...text].map((c) => (has(CHARACTERS, c) ? CHARACTERS[c] : c)).join("");
    text = text.replace(/\\d?frac\{([^{}]*)\}\{([^{}]*)\}/g, "(($1)/($2))");
    text = text.replace(/\\(left|right|,|;|!)/g, "").replaceAll("\\cdot", "*").replaceAll("\\times", "*")
      .replaceAll("**", "^");
    return text.replace(/[$`"\\]/g, "");
  }

  const SPACE = /[\s\x1c-\x1f\x85]/;       // what Python calls a space
  const strip = (text) => {
    let start = 0, end = text.length;
    while (start < end && SPACE.test(text[start])) start++;
    while (end > start && SPACE.test(text[end - 1])) end--;
    return text.slice(start, end);
  };

  const TOKEN = /[\s\x1c-\x1f\x85]*([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?(?![a-z])|[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[a-z]+|[-+*/^()[\]{},_'%])/y;

  function tokensOf(text) {
    const found = [];
    let at = 0;
    text = strip(text);
    while (at < text.length) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(text);
      if (!match) throw new Unreadable("character", [...strip(text.slice(at))].slice(0, 1).join(""));
      found.push([match[1], match[0] === match[1]]);
      at = TOKEN.lastIndex;
    }
    return found;
  }

  // --- grammar

  const CLOSING = { "(": ")", "[": "]", "{": "}" };
  const isNumeral = (token) => /^[0-9]+$/.test(token);

  class Parser {
    constructor(text) {
      this.tokens = tokensOf(text);
      this.at = this.depth = this.inCall = 0;
    }

    peek(ahead = 0) { return (this.tokens[this.at + ahead] || [""])[0]; }
    touches(ahead = 0) { return (this.tokens[this.at + ahead] || ["", false])[1]; }
    refuse() { throw new Unreadable(")]}".includes(this.peek()) && this.peek() ? "brackets" : "formula", this.peek()); }

    take(token) {
      if (this.peek() !== token) throw new Unreadable(")]}".includes(token) ? "brackets" : "formula", this.peek());
      this.at++;
    }

    whole() {
      const tree = this.sum();
      if (this.peek()) this.refuse();
      return tree;
    }

    sum() {
      let tree = this.product();
      while (["+", "-"].includes(this.peek())) {
        const sign = this.peek();
        this.at++;
        tree = [sign, tree, this.product()];
      }
      return tree;
    }

    product() {
      let tree = this.signed();
      while (this.peek() && ("*/".includes(this.peek()) || /^[0-9a-z(.[{]/.test(this.peek()))) {
        const sign = this.peek();
        if ("*/".includes(sign)) {
          this.at++;
          tree = [sign, tree, this.signed()];
        } else {
          tree = ["*", tree, this.power()];
        }
      }
      return tree;
    }

    signed() {
      if (!["+", "-"].includes(this.peek())) return this.power();
      const minus = this.peek() === "-";
      this.at++;
      this.deeper(1);
      const tree = this.signed();
      this.depth--;
      return minus ? ["-", tree] : tree;
    }

    power() {
      let tree = this.atom();
      while (this.peek() === "%") {
        this.at++;
        tree = ["/", tree, 100];
      }
      if (this.peek() === "^") {
        this.at++;
        this.deeper(1);
        tree = ["^", tree, this.signed()];
        this.depth--;
      }
      return tree;
    }

    deeper(by) {
      this.depth += by;
      if (this.depth > DEEPEST) throw new Unreadable("deep");
    }

    atom() {
      const token = this.peek();
      if (!token) throw new Unreadable("end");
      if (has(CLOSING, token)) return this.bracket();
      if (/^[0-9.]/.test(token)) return this.number();
      if (/^[a-z]/.test(token)) return this.word();
      throw new Unreadable("formula", token);
    }

    bracket() {
      const closing = CLOSING[this.peek()];
      this.at++;
      this.deeper(1);
      const tree = this.sum();
      this.take(closing);
      this.depth--;
      return tree;
    }

    number() {
      let text = this.peek();
      this.at++;
      const comma = this.peek() === "," && this.touches() && this.touches(1) && /^[0-9]+(e[+-]?[0-9]+)?$/.test(this.peek(1));
      if (comma && !this.inCall && !text.includes(".")) {
        text += "." + this.peek(1);
        this.at += 2;
      }
      return Number(text);
    }

    word() {
      let word = this.peek();
      if (has(ALSO, word)) word = ALSO[word];
      this.at++;
      if (word === "dc" && this.peek() === "/" && /^d(w|b|z|a|delta)?$/.test(this.peek(1))) return this.derivative();
      if (has(FUNCTIONS, word) && (word !== "f" || ["(", "'"].includes(this.peek()))) return this.call(word);
      if (word === "pi") return Math.PI;
      if (word === "e") return Math.E;
      if (word.length === 1 || NAMES.includes(word)) return ["name", this.quantity(word)];
      this.at--;
      this.tokens.splice(this.at, 1, ...splitProduct(word, this.tokens[this.at][1]));
      return this.word();
    }

    call(name) {
      let primes = 0;
      while (this.peek() === "'") {
        primes++;
        this.at++;
      }
      if (primes > 2 || (primes && FUNCTIONS[name] === 2)) throw new Unreadable("formula", "'");
      if (!has(CLOSING, this.peek())) {
        if (name === "sqrt" && this.peek()) return ["call", name, primes, [this.atom()]];
        throw new Unreadable("function", name);
      }
      const closing = CLOSING[this.peek()], many = FUNCTIONS[name] === 2 ? 1 : 0;
      this.at++;
      this.deeper(1);
      this.inCall += many;
      const parts = [this.sum()];
      while (this.peek() === ",") {
        this.at++;
        parts.push(this.sum());
      }
      this.inCall -= many;
      this.take(closing);
      this.depth--;
      if (parts.length !== FUNCTIONS[name]) throw new Unreadable("arguments", name);
      return ["call", name, primes, parts];
    }

    derivative() {
      this.at++;
      let word = this.peek().slice(1);
      this.at++;
      if (!word) {
        word = this.peek();
        this.at++;
      }
      return ["name", "dC/d" + this.quantity(word)];
    }

    quantity(letter) {
      if (!["w", "b", "z", "a", "delta", "x", "y"].includes(letter)) return letter;
      const layered = letter !== "x" && letter !== "y";
      const called = this.called(letter);
      if (called) return called;
      let layer = "", index = "";
      if (this.touches() && isNumeral(this.peek())) {
        if (layered) layer = this.peek();
        else index = this.peek();
        this.at++;
      }
      for (let i = 0; i < 2; i++) {
        if (this.peek() === "_" && !index) {
          this.at++;
          index = this.index();
        } else if (layered && !layer && this.peek() === "^") {
          layer = this.layer();
        }
      }
      if (letter === "w" && /^[0-9],[0-9]$/.test(index)) index = index.replace(",", "");
      return letter + layer + (index ? "_" + index : "");
    }

    called(letter) {
      const wanted = { w: 3, x: 1, y: 1 }[letter] || 2;
      const pattern = ["("];
      for (let i = 1; i < wanted; i++) pattern.push("n", ",");
      pattern.push("n", ")");
      if (!pattern.every((p, i) => this.peek(i) === p || (p === "n" && isNumeral(this.peek(i))))) return null;
      const numerals = [];
      for (let i = 1; i < 2 * wanted; i += 2) numerals.push(this.peek(i));
      this.at += pattern.length;
      if (wanted === 1) return `${letter}_${numerals[0]}`;
      const [layer, ...index] = numerals;
      if (letter === "a" && layer === "0") return `x_${index[0]}`;
      return `${letter}${layer}_` + index.join(Math.max(...index.map((i) => i.length)) === 1 ? "" : ",");
    }

    layer() {
      for (const [opening, closing] of [[["("], [")"]], [["{", "("], [")", "}"]]]) {
        const n = opening.length, inside = this.peek(1 + n);
        if (opening.every((o, i) => this.peek(1 + i) === o) && isNumeral(inside) &&
            closing.every((c, i) => this.peek(2 + n + i) === c)) {
          this.at += 2 + 2 * n;
          return inside;
        }
      }
      return "";
    }

    index() {
      const opening = this.peek();
      let numerals = "";
      if (opening === "{" || opening === "(") {
        this.at++;
        while (isNumeral(this.peek()) || this.peek() === ",") {
          numerals += this.peek();
          this.at++;
        }
        this.take(CLOSING[opening]);
      } else {
        numerals = this.peek();
        this.at++;
      }
      if (!/^[0-9]+(,[0-9]+)?$/.test(numerals)) throw new Unreadable("index");
      return numerals;
    }
  }

  function splitProduct(word, touches) {
    if (!/^[abcwxyzηn-v]{2,4}$/.test(word)) throw new Unreadable("word", word.slice(0, 30));
    return [...word].map((letter, i) => [letter, i ? true : touches]);
  }

  function parse(text) {
    if (length(text) > LONGEST) throw new Unreadable("long");
    text = strip(normal(text).split("=").at(-1)).replace(/\.$/, "");
    if (!text) throw new Unreadable("empty");
    return new Parser(text.replace(/(?<=[0-9])[ '](?=[0-9]{3}(?![0-9]))/g, "")).whole();
  }

  /** Characters, as Python counts them; beyond any limit it doesn't matter how many. */
  const length = (text) => (text.length > 100000 ? text.length : [...text].length);

  function namesIn(tree) {
    if (typeof tree === "number") return [];
    if (tree[0] === "name") return [tree[1]];
    const parts = tree[0] === "call" ? tree[3] : tree.slice(1);
    return [...new Set(parts.flatMap(namesIn))].sort();
  }

  // --- values

  const sigma = (x) => 1 / (1 + Math.exp(-x));
  const slope = (x) => 1 - Math.tanh(x) ** 2;
  const VALUE = {
    sigma: [sigma, (x) => sigma(x) * (1 - sigma(x))],
    tanh: [Math.tanh, slope],
    relu: [(x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
    exp: [Math.exp, Math.exp],
    ln: [(x) => (x > 0 ? Math.log(x) : NaN), (x) => (x ? 1 / x : NaN)],
    sqrt: [Math.sqrt],
    softplus: [(x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))), sigma],
    f: [(x) => Math.tanh(x) + 0.3 * x * x, (x) => slope(x) + 0.6 * x],
    max: [Math.max], min: [Math.min],
  };

  function evaluate(tree, values) {
    if (typeof tree === "number") return tree;
    const [head] = tree;
    if (head === "name") {
      if (!has(values, tree[1])) throw new Error(`no value for ${tree[1]}`);
      return values[tree[1]];
    }
    if (head === "call") {
      const parts = tree[3].map((part) => evaluate(part, values)), value = VALUE[tree[1]][tree[2]];
      return value && !parts.some(Number.isNaN) ? value(...parts) : NaN;
    }
    const [left, right] = tree.slice(1).map((part) => evaluate(part, values));
    if (right === undefined) return -left;
    if (head === "+") return left + right;
    if (head === "-") return left - right;
    if (head === "*") return left * right;
    if (head === "/") return right ? left / right : NaN;
    return left ** right;
  }

  const close = (value, right, relative = 1e-5, absolute = 1e-8) =>
    Math.abs(value - right) <= absolute + relative * Math.abs(right);

  function sameEverywhere(tree, right, points = 12) {
    const names = [...new Set([...namesIn(tree), ...namesIn(right)])].sort(), draw = new Draw(names.length + 1);
    for (let point = 0; point < points; point++) {
      const low = point % 2 ? 0.1 : -1.5;
      const values = Object.fromEntries(names.map((name) => [name, draw.between(low, 1.5)]));
      const wanted = evaluate(right, values);
      if (Number.isFinite(wanted) && !close(evaluate(tree, values), wanted, 1e-7, 1e-9)) return false;
    }
    return true;
  }

  Object.assign(globalThis.bookAnswers,
    { Unreadable, normal, strip, length, parse, namesIn, evaluate, close, sameEverywhere, has });
})();
