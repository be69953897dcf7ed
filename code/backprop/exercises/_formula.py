"""What a reader types, read as a formula in the book's notation, and what it is worth at given numbers.

`parse` turns text into a small tree, `evaluate` computes it, `same_everywhere` compares two formulas at drawn
points. The twin for the page is book/_static/answers/formula.js; both run the cases of tests/answer_cases.json.

What is understood: 0.5  0,5  1/3  ½  2.5e-3  20 %  digits of any script; + - * / ^ with their typographic
cousins (− · × ÷ **) and a left-out multiplication sign, 2w; sigma σ tanh relu exp ln sqrt max min softplus f,
each with a prime for its derivative (f', σ'); quantities as w^(2)_12, w⁽²⁾₁₂, w2_12, w(2,1,2) or LaTeX's
w^{(2)}_{12}; δ or delta, η or eta, ŷ or yhat; dC/dw2_12.

    tree = number | ["name", "w2_12"] | ["-", tree] | ["+", tree, tree] (likewise - * / ^)
         | ["call", "tanh", primes, [tree, …]]
"""

import math
import re
import unicodedata
from functools import cache

from ._draw import Draw

LONGEST = 300          # characters of one formula; a longer one is a mishap of the clipboard
DEEPEST = 30           # brackets within brackets

ZEROS = [code for code in range(0x20000) if unicodedata.category(chr(code)) == "Nd"
         and unicodedata.decimal(chr(code)) == 0]
_VALUES = {chr(zero + i): str(i) for zero in ZEROS for i in range(10)}

UPPER, LOWER = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "₀₁₂₃₄₅₆₇₈₉"
FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
CHARACTERS = {"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*",
              "÷": "/", "∕": "/", "⁄": "/", "٫": ".", "∂": "d", "≈": "=", "≃": "=", "′": "'", "’": "'",
              "“": '"', "”": '"', "„": '"', "√": " sqrt ",
              "ŷ": " yhat ", "σ": " sigma ", "ς": " sigma ", "δ": " delta ", "η": " eta ", "β": " beta ", "π": " pi "}
FUNCTIONS = {"sigma": 1, "tanh": 1, "relu": 1, "exp": 1, "ln": 1, "sqrt": 1, "softplus": 1, "f": 1, "max": 2, "min": 2}
ALSO = {"sigmoid": "sigma", "log": "ln", "varsigma": "sigma"}
WORDS = ("delta", "eta", "beta", "yhat", "pi")          # names of more than one letter


class Unreadable(ValueError):
    """The text is no formula; `key` and `about` say what to tell the reader."""

    def __init__(self, key, about=""):
        super().__init__(key)
        self.key, self.about = key, about


# --- characters -----------------------------------------------------------------------------------

def normal(text):
    """The text in ASCII, as far as we know it: one spelling for what looks the same. Lower case."""
    text = "".join(_VALUES.get(c, c) if c not in UPPER + LOWER else c for c in text)
    text = re.sub(f"([0-9]+) ?([{FRACTIONS}])|([{FRACTIONS}])", _fraction, text)
    text = re.sub(f"[{UPPER}]+", lambda m: "^" + unicodedata.normalize("NFKC", m[0]), text)
    text = re.sub(f"[{LOWER}]+", lambda m: "_" + unicodedata.normalize("NFKC", m[0]), text)
    text = unicodedata.normalize("NFKC", text.replace("\\hat y", "yhat").replace("\\hat{y}", "yhat")).lower()
    text = "".join(CHARACTERS.get(c, c) for c in text)
    text = re.sub(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    text = re.sub(r"\\(left|right|,|;|!)", "", text).replace("\\cdot", "*").replace("\\times", "*").replace("**", "^")
    return re.sub(r"[$`\"\\]", "", text)


def _fraction(found):
    one = found[2] or found[3]
    top, bottom = unicodedata.normalize("NFKC", one).split("⁄")
    return f"({found[1] or 0}+{top}/{bottom})"


_TOKEN = re.compile(
    r"(?P<space>\s*)"
    r"(?P<token>[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?(?![a-z])|[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[a-z]+|[-+*/^()\[\]{},_'%])")


def tokens_of(text):
    """[(token, does it touch the one before?), …]; Unreadable for a character that has no place in a formula."""
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise Unreadable("character", text[at:].strip()[:1])
        found.append((match["token"], not match["space"]))
        at = match.end()
    return found


# --- grammar --------------------------------------------------------------------------------------

class Parser:
    """A sum of products of powers, by recursive descent."""

    def __init__(self, text):
        self.tokens, self.at, self.depth, self.in_call = tokens_of(text), 0, 0, 0

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead][0] if self.at + ahead < len(self.tokens) else ""

    def touches(self, ahead=0):
        return self.at + ahead < len(self.tokens) and self.tokens[self.at + ahead][1]

    def take(self, token):
        if self.peek() != token:
            raise Unreadable("brackets" if token in ")]}" else "formula", self.peek())
        self.at += 1

    def whole(self):
        tree = self.sum()
        if self.peek():
            raise Unreadable("brackets" if self.peek() in ")]}" else "formula", self.peek())
        return tree

    def sum(self):
        tree = self.product()
        while self.peek() in ("+", "-"):
            sign = self.peek()
            self.at += 1
            tree = [sign, tree, self.product()]
        return tree

    def product(self):
        tree = self.signed()
        while self.peek() and (self.peek() in "*/" or re.match(r"[\da-z(.\[{]", self.peek())):
            sign = self.peek()
            if sign in "*/":
                self.at += 1
                tree = [sign, tree, self.signed()]
            else:
                tree = ["*", tree, self.power()]
        return tree

    def signed(self):
        if self.peek() in ("+", "-"):
            minus = self.peek() == "-"
            self.at += 1
            self.deeper(1)
            tree = self.signed()
            self.depth -= 1
            return ["-", tree] if minus else tree
        return self.power()

    def power(self):
        tree = self.atom()
        while self.peek() == "%":
            self.at += 1
            tree = ["/", tree, 100.0]
        if self.peek() == "^":
            self.at += 1
            self.deeper(1)
            tree = ["^", tree, self.signed()]
            self.depth -= 1
        return tree

    def deeper(self, by):
        self.depth += by
        if self.depth > DEEPEST:
            raise Unreadable("deep")

    def atom(self):
        token = self.peek()
        if not token:
            raise Unreadable("end")
        if token in "([{":
            return self.bracket()
        if re.match(r"[\d.]", token):
            return self.number()
        if re.match("[a-z]", token):
            return self.word()
        raise Unreadable("formula", token)

    def bracket(self):
        closing = {"(": ")", "[": "]", "{": "}"}[self.peek()]
        self.at += 1
        self.deeper(1)
        tree = self.sum()
        self.take(closing)
        self.depth -= 1
        return tree

    def number(self):
        digits = self.peek()
        self.at += 1
        comma = (self.peek() == "," and self.touches() and self.touches(1)
                 and re.fullmatch(r"\d+(e[+-]?\d+)?", self.peek(1)))
        if comma and not self.in_call and "." not in digits:
            digits += "." + self.peek(1)
            self.at += 2
        return float(digits)

    def word(self):
        word = self.peek()
        word = ALSO.get(word, word)
        self.at += 1
        if word == "dc" and self.peek() == "/" and re.fullmatch("d(w|b|z|a|delta)?", self.peek(1)):
            return self.derivative()
        if word in FUNCTIONS and (word != "f" or self.peek() in ("(", "'")):
            return self.call(word)
        if word == "pi":
            return math.pi
        if word == "e":
            return math.e
        if len(word) == 1 or word in WORDS:
            return ["name", self.quantity(word)]
        self.at -= 1
        self.tokens[self.at:self.at + 1] = split_product(word, self.tokens[self.at][1])
        return self.word()

    def call(self, name):
        primes = 0
        while self.peek() == "'":
            primes += 1
            self.at += 1
        if primes > 2 or (primes and FUNCTIONS[name] == 2):
            raise Unreadable("formula", "'")
        if self.peek() not in ("(", "[", "{"):
            if name == "sqrt" and self.peek():
                return ["call", name, primes, [self.atom()]]
            raise Unreadable("function", name)
        closing = {"(": ")", "[": "]", "{": "}"}[self.peek()]
        self.at += 1
        self.deeper(1)
        self.in_call += FUNCTIONS[name] == 2
        arguments = [self.sum()]
        while self.peek() == ",":
            self.at += 1
            arguments.append(self.sum())
        self.in_call -= FUNCTIONS[name] == 2
        self.take(closing)
        self.depth -= 1
        if len(arguments) != FUNCTIONS[name]:
            raise Unreadable("arguments", name)
        return ["call", name, primes, arguments]

    def derivative(self):
        self.at += 1                                    # the stroke
        word = self.peek()[1:]
        self.at += 1
        if not word:                                    # ∂C/∂δ: the Greek letter is a token of its own
            word = self.peek()
            self.at += 1
        return ["name", "dC/d" + self.quantity(word)]

    # names: letter, then the layer above and the index below, in any of the book's spellings
    def quantity(self, letter):
        if letter not in ("w", "b", "z", "a", "delta", "x", "y"):
            return letter
        layered = letter not in ("x", "y")
        if called := self.called(letter):
            return called
        layer = index = ""
        if self.touches() and re.fullmatch(r"\d+", self.peek()):
            if layered:
                layer = self.peek()
            else:
                index = self.peek()
            self.at += 1
        for _ in range(2):
            if self.peek() == "_" and not index:
                self.at += 1
                index = self.index()
            elif layered and not layer and self.peek() == "^" and (digits := self.layer()):
                layer = digits
        if letter == "w" and re.fullmatch(r"\d,\d", index):
            index = index.replace(",", "")
        return letter + layer + ("_" + index if index else "")

    def called(self, letter):
        """w(2, 1, 2), b(2, 1), x(3): as the book's code writes them."""
        wanted = {"w": 3, "x": 1, "y": 1}.get(letter, 2)
        pattern = ["("] + [r"\d+", ","] * (wanted - 1) + [r"\d+", ")"]
        if not all(self.peek(i) == p or ("d" in p and re.fullmatch(p, self.peek(i))) for i, p in enumerate(pattern)):
            return None
        digits = [self.peek(i) for i in range(1, 2 * wanted, 2)]
        self.at += len(pattern)
        if wanted == 1:
            return f"{letter}_{digits[0]}"
        layer, *index = digits
        if letter == "a" and layer == "0":
            return f"x_{index[0]}"
        return f"{letter}{layer}_" + ("" if max(map(len, index)) == 1 else ",").join(index)

    def layer(self):
        """What stands in ^(2) or ^{(2)}; "" if it is a power."""
        for opening, closing in ((["("], [")"]), (["{", "("], [")", "}"])):
            n = len(opening)
            inside = self.peek(1 + n)
            if [self.peek(1 + i) for i in range(n)] == opening and re.fullmatch(r"\d+", inside) \
                    and [self.peek(2 + n + i) for i in range(n)] == closing:
                self.at += 2 + 2 * n
                return inside
        return ""

    def index(self):
        opening = self.peek()
        if opening in ("{", "("):
            self.at += 1
            digits = ""
            while re.fullmatch(r"\d+|,", self.peek()):
                digits += self.peek()
                self.at += 1
            self.take("}" if opening == "{" else ")")
        else:
            digits = self.peek()
            self.at += 1
        if not re.fullmatch(r"\d+(,\d+)?", digits):
            raise Unreadable("index")
        return digits


def split_product(word, touches):
    """wx is w times x; anything else that isn't known is nothing we know."""
    if not re.fullmatch("[abcwxyzηn-v]{2,4}", word):
        raise Unreadable("word", word[:30])
    return [(letter, touches if i == 0 else True) for i, letter in enumerate(word)]


def parse(text):
    """The tree of a formula. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable("long")
    text = normal(text)
    text = text.split("=")[-1].strip().removesuffix(".")        # C = 0.07.
    if not text:
        raise Unreadable("empty")
    return Parser(re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", text)).whole()      # 1 048 576


@cache
def tree_of(text):
    """The tree of a formula of the book's own: read once."""
    return parse(text)


def names_in(tree):
    """The names in a tree, sorted."""
    if isinstance(tree, float):
        return []
    if tree[0] == "name":
        return [tree[1]]
    parts = tree[3] if tree[0] == "call" else tree[1:]
    return sorted({name for part in parts for name in names_in(part)})


# --- values ---------------------------------------------------------------------------------------

def _exp(x):
    return math.exp(x) if x < 709 else math.inf


def _sigma(x):
    return 1 / (1 + _exp(-x))


def _f(x):
    return math.tanh(x) + 0.3 * x * x            # stands for any activation function


VALUE = {
    ("sigma", 0): _sigma,
    ("sigma", 1): lambda x: _sigma(x) * (1 - _sigma(x)),
    ("tanh", 0): math.tanh,
    ("tanh", 1): lambda x: 1 - math.tanh(x) ** 2,
    ("relu", 0): lambda x: max(0.0, x),
    ("relu", 1): lambda x: 1.0 if x > 0 else 0.0,
    ("exp", 0): _exp, ("exp", 1): _exp,
    ("ln", 0): lambda x: math.log(x) if x > 0 else math.nan,
    ("ln", 1): lambda x: 1 / x if x else math.nan,
    ("sqrt", 0): lambda x: math.sqrt(x) if x >= 0 else math.nan,
    ("softplus", 0): lambda x: max(0.0, x) + math.log1p(_exp(-abs(x))),
    ("softplus", 1): _sigma,
    ("f", 0): _f,
    ("f", 1): lambda x: 1 - math.tanh(x) ** 2 + 0.6 * x,
    ("max", 0): lambda x, y: max(x, y), ("min", 0): lambda x, y: min(x, y),
}


def evaluate(tree, values):
    """The number a tree is worth where its names have these values; nan where it has none. KeyError for a name."""
    if isinstance(tree, float):
        return tree
    head = tree[0]
    if head == "name":
        return float(values[tree[1]])
    if head == "call":
        arguments = [evaluate(part, values) for part in tree[3]]
        if any(map(math.isnan, arguments)) or (tree[1], tree[2]) not in VALUE:
            return math.nan
        return VALUE[tree[1], tree[2]](*arguments)
    parts = [evaluate(part, values) for part in tree[1:]]
    if len(parts) == 1:
        return -parts[0]
    left, right = parts
    if head == "+":
        return left + right
    if head == "-":
        return left - right
    if head == "*":
        return left * right
    if head == "/":
        return left / right if right else math.nan
    try:
        return math.pow(left, right)
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf


def close(value, right, relative=1e-5, absolute=1e-8):
    return abs(value - right) <= absolute + relative * abs(right)


def same_everywhere(tree, right, points=12):
    """Do two trees have the same value at drawn points? Where the right one has none, nothing is asked."""
    names = sorted({*names_in(tree), *names_in(right)})
    draw, asked = Draw(len(names) + 1), 0
    for point in range(points):
        low = 0.1 if point % 2 else -1.5
        values = {name: draw.between(low, 1.5) for name in names}
        wanted = evaluate(right, values)
        if not math.isfinite(wanted):
            continue
        asked += 1
        if not close(evaluate(tree, values), wanted, 1e-7, 1e-9):
            return False
    if not asked:
        raise ValueError("the right formula has no value at any drawn point")
    return True
