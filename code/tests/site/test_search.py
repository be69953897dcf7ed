"""The search: what its entries say, what comes first for what people type, and how it is used."""

import json
import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

import search_data
from tests.fixtures import engine_with

TOP = Path(__file__).resolve().parents[3]
STATIC = TOP / "book" / "_static"


@pytest.fixture(scope="module")
def entries(built_site):
    text = (built_site / "_static" / search_data.FILE).read_text(encoding="utf-8")
    return json.loads(text[text.index("["):text.rindex(";")])


# ------------------------------------------------------------ what the entries say

def texts(entries):
    return [(f"{entry['page']}#{entry.get('at', '')} {entry['title']}", entry.get("text", "")) for entry in entries]


def test_the_index_stays_small_and_each_entry_has_a_title_and_words(entries, built_site):
    assert (built_site / "_static" / search_data.FILE).stat().st_size < 400_000
    assert [entry for entry in entries if not entry["title"]] == []
    assert [entry["title"] for entry in entries if not entry.get("text")] == ["What its methods return", "Bibliography"]
    places = [(entry["page"], entry.get("at"), entry["kind"]) for entry in entries]
    assert len(set(places)) == len(places), "an id twice"


def test_no_entry_says_a_key_in_place_of_a_work(entries):
    keys = re.findall(r"^@\w+\{(\w+),", (TOP / "book" / "references.bib").read_text(encoding="utf-8"), re.M)
    key = re.compile(rf"\b(?:{'|'.join(keys)})\b")          # "S0" is how the text itself calls a document
    assert [place for place, text in texts(entries) if re.search(r"\{\\|\\\w+\}", text)] == [], "a name in LaTeX"
    assert len(keys) > 30 and [(place, key.search(text)[0]) for place, text in texts(entries) if key.search(text)] == []


def test_no_entry_says_a_label_in_place_of_a_title(entries):
    """A label of several words has hyphens; of one word it says the title too, but for the case of its first letter."""
    labels = {label for page in (TOP / "book").glob("*.md")
              for label in re.findall(r"^\(([a-z-]+)\)=", page.read_text(encoding="utf-8"), re.M)}
    hyphened = "|".join(label for label in labels if "-" in label)
    bare = re.compile(rf"(?:See|Chapter:?) (?:{'|'.join(labels)})\b|(?<![\w-])(?:{hyphened})(?![\w-])")
    assert len(labels) > 20
    assert [(place, found[0]) for place, text in texts(entries) if (found := bare.search(text))] == []
    assert [place for place, text in texts(entries) if re.search("[\x00-\x1f]", text)] == []


def test_words_of_different_things_do_not_run_together(entries):
    glued = re.compile(r"Exercise[A-Z]|Solution to|line \d+[A-Z]|Here: ?\.|there: ?\.|Duplicate implicit")
    assert [(place, found[0]) for place, text in texts(entries) if (found := glued.search(text))] == []
    table = next(entry for entry in entries if entry.get("at") == "if-you-have-s0-or-s1-open")
    assert "W⁽ˡ⁾, b⁽ˡ⁾ · Wˡ, bˡ: the same number" in table["text"]


def test_what_is_said_in_a_section_is_found_there(entries):
    def text(page, at, kind="section"):
        return next(entry["text"] for entry in entries
                    if (entry["page"], entry.get("at"), entry["kind"]) == (f"book/{page}.html", at, kind))
    assert "S0-01" in text("sources", "document-s0") and "S3-" in text("sources", "document-s3")
    assert "S0-01" not in text("sources", "what-none-of-them-has")
    assert "the documents" not in text("two-layer-derivation", "practice")
    assert "S2" in text("two-layer-derivation", "practice", "fold")
    assert "1-1-1 sigmoid" in text("two-layer-derivation", "two-layer-by-hand", "exercise")
    assert "Momentum (Polyak, 1964) keeps" in text("when-learning-fails", "it-creeps-the-narrow-valley")


def test_a_summary_has_words(entries):
    """A summary of the first thirty words isn't a wall of formulas: half of what it says is letters in words."""
    walls = []
    for entry in entries:
        start = " ".join(entry.get("text", "").split()[:30])
        words = re.findall(r"[A-Za-z’]{3,}", start)
        if entry["kind"] in ("section", "exercise") and "summary" not in entry["page"] and len(start) > 60:
            if len("".join(words)) < 0.25 * len(start) and "notation" not in entry["page"]:
                walls.append((entry["page"], entry["title"], start))
    assert walls == []
    caret = re.compile(r"\^\((?:[lL\d]|l[+-]1)\)|_[jk]{1,2}\b(?<!w_jk)|∂C/∂w\^")
    of_formulas = [(e["page"], caret.search(e["text"])[0]) for e in entries
                   if e["kind"] in ("term", "equation") and caret.search(e["text"])]
    assert of_formulas == []


@pytest.mark.parametrize("latex, said", [
    (r"\delta^{(l)}_j=\frac{\partial C}{\partial z^{(l)}_j}", "δ⁽ˡ⁾ⱼ = ∂C/∂z⁽ˡ⁾ⱼ"),
    (r"C=-\sum_j y_j\ln a^{(L)}_j", "C = −∑ⱼ yⱼ ln a⁽ᴸ⁾ⱼ"), (r"\tfrac12(a-y)^2", "½(a−y)²"),
    (r"\frac{\hat y-y}{\hat y(1-\hat y)}", "(ŷ−y)/(ŷ(1−ŷ))"), (r"\sigma(z)=\frac{1}{1+e^{-z}}", "σ(z) = 1/(1+e^(−z))"),
    (r"\begin{pmatrix}1&2\\3&-1\end{pmatrix}", "(1 2; 3 −1)"), (r"\frac1N\sum_{i=1}^N C^{[i]}", "1/N∑ᵢ₌₁ᴺ C^[i]"),
    (r"W^\top\delta", "Wᵀδ")])
def test_a_formula_in_a_line(latex, said):
    assert search_data.plain_math(latex) == said


# ------------------------------------------------------------ what comes first

@pytest.fixture(scope="module")
def look_up(entries):
    """A function: query -> [page#id of each place found, in order]."""
    scripts = [(STATIC / script).read_text(encoding="utf-8") for script in ("vendor/minisearch.js", "search.js")]
    with engine_with("globalThis.window = globalThis; globalThis.document = {currentScript: {src: ''}, "
                    "querySelectorAll: () => [], addEventListener() {}}", *scripts,
                    f"globalThis.all = bookSearch.made({json.dumps(entries)})") as engine:
        def places(query):
            call = f"bookSearch.lookUp(all, {json.dumps(query)}).map((hit) => `${{hit.page}}#${{hit.at}}`)"
            found = json.loads(engine.eval(f"JSON.stringify({call})"))
            return [place.removeprefix("book/").replace(".html", "") for place in found]
        places.engine = engine
        yield places


FIRST = {   # what is typed -> the place that comes first, or those of which one does
    "what is delta": ["glossary#term-local-gradient", "two-layer-derivation#the-shared-part-has-a-name"],
    "δ": ["glossary#term-local-gradient"],
    "what does delta mean": ["glossary#term-local-gradient"],
    "Hadamard": ["two-layer-derivation#one-matrix-read-along-its-rows-and-down-its-columns"],
    "overfitting": ["glossary#term-overfitting"], "vanishing gradient": ["glossary#term-vanishing-gradient"],
    "w_jk": ["glossary#term-weight"], "w^{(l)}_{jk}": ["glossary#term-weight"],
    "BP2": ["two-layer-derivation#equation-BP2"], "learning rate": ["glossary#term-learning-rate"],
    "eta": ["glossary#term-learning-rate"], "lr": ["glossary#term-learning-rate"],
    "why divide by two": ["cost#which-way-is-better"], "why one half": ["cost#which-way-is-better"],
    "chain rule": ["glossary#term-chain-rule", "chain-rule#"], "chian rule": ["glossary#term-chain-rule"],
    "momentum": ["glossary#term-momentum"], "reverse mode": ["glossary#term-reverse-mode"],
    "one hot": ["glossary#term-one-hot"], "gradiant": ["glossary#term-gradient"],
    "back propagation": ["glossary#term-backpropagation"], "backprop": ["glossary#term-backpropagation"],
    "softmax derivative": ["forward-pass#which-bends-are-used-and-how-steep-they-are",
                           "two-layer-derivation#the-four-equations"],
    "sigmoid derivative": ["forward-pass#which-bends-are-used-and-how-steep-they-are"],
    "dead relu": ["forward-pass#which-bends-are-used-and-how-steep-they-are"],
    "exploding": ["glossary#term-exploding-gradient"], "bias": ["glossary#term-bias"],
    "xor": ["forward-pass#why-must-something-bend", "learning#a-first-problem-xor"],
    "numpy code": ["forward-pass#five-lines-of-code"], "install": ["index#how-to-use-this-book"],
    "exercise solutions": ["index#how-to-use-this-book"], "SGD": ["glossary#term-stochastic-gradient-descent"],
    "loss": ["glossary#term-cost"], "gradient descent": ["glossary#term-gradient-descent"],
    "local minima": ["when-learning-fails#it-stands-still-flat-is-not-lowest"],
    "gradient check": ["glossary#term-gradient-check"], "pytorch": ["notation#if-you-have-pytorch-open"],
    "notation": ["notation#"], "why backwards": ["two-layer-derivation#why-backwards"], "how fast": ["how-fast#"],
    "how many parameters": ["network-structure#how-many-numbers-is-that"],
    "autograd": ["glossary#term-automatic-differentiation"], "mnist": ["learning#handwritten-digits"],
}
AMONG = {   # what is typed -> places among the first five
    "learning rate": ["learning#how-large-a-step", "learning#the-update-rule"],
    "what is delta": ["two-layer-derivation#the-shared-part-has-a-name"],
    "w_jk": ["network-structure#a-name-for-every-weight-layer-to-from"],
    "overfitting": ["when-learning-fails#it-learns-its-examples-by-heart"],
    "vanishing gradient": ["when-learning-fails#the-first-layers-don-t-learn"],
    "momentum": ["when-learning-fails#it-creeps-the-narrow-valley"], "teacher": ["teaching#"],
}


@pytest.mark.parametrize("query, wanted", FIRST.items())
def test_what_comes_first(look_up, query, wanted):
    assert look_up(query)[0] in wanted, look_up(query)[:5]


@pytest.mark.parametrize("query, wanted", AMONG.items())
def test_what_is_among_the_first_five(look_up, query, wanted):
    assert set(wanted) <= set(look_up(query)[:5]), look_up(query)[:5]


def test_prose_comes_before_signatures(look_up):
    places = look_up("learning rate")
    assert not any(place.startswith("api#") for place in places[:6]), places


@pytest.mark.parametrize("query", ["qqqxyzzy", "?", "the", "constructor", "__proto__", "\\", "(", "😀"])
def test_nothing_or_something_is_found_without_an_error(look_up, query):
    assert len(look_up(query)) <= 20


# ------------------------------------------------------------ in the page

@pytest.mark.parametrize("how, options", [
    ("http", {}), ("file", {}), ("http", {"width": 390, "has_touch": True, "is_mobile": True})])
def test_search_finds_what_people_type(built_site, serve, new_page, how, options):
    """The first place is the one the ranking says, has a summary, and leads to a place that is there."""
    base = serve if how == "http" else built_site.resolve().as_uri()
    for query in ["what is delta", "Hadamard", "overfitting", "w_jk", "why divide by two"]:
        page = new_page(f"{base}/search.html?q={quote(query)}", **options)
        item = page.locator(".search-found li").first
        item.wait_for(timeout=10_000)
        assert len(item.locator("p").inner_text()) > 30
        address = urlsplit(item.locator("a").get_attribute("href"))
        path = address.path.removeprefix("./")
        assert f"{path}#{address.fragment}".removeprefix("book/").replace(".html", "") in FIRST[query]
        item.locator("a").click()
        page.wait_for_url(f"**/{path}#{address.fragment}")
        assert page.locator(f'[id="{address.fragment}"]').count() == 1
        assert not page.problems


def test_search_in_a_dialog_by_keyboard(serve, new_page):
    """Ctrl K or "/", a word, arrows down and up, Enter; what isn't there is said; Escape closes."""
    page = new_page(f"{serve}/book/cost.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("qqqxyzzy")
    page.get_by_text("Nothing found for").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("glossary")
    page.locator("dialog .search-found li a").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('dialog .search-found li:first-child a')")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.matches('dialog input')")
    page.keyboard.press("Escape")
    assert not page.locator("#pst-search-dialog").is_visible()
    page.keyboard.press("/")
    field = page.locator("#pst-search-dialog input")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.press("Control+a")
    page.keyboard.type("and/or")
    assert field.input_value() == "and/or"
    page.keyboard.press("Control+a")
    page.keyboard.type("why one half")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cost.html#which-way-is-better")
    assert not page.locator("#pst-search-dialog").is_visible()
    assert not page.problems


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_dialog_covers_the_page_and_fits(serve, new_page, width, dark):
    page = new_page(f"{serve}/book/cost.html", width=width, height=800, dark=dark)
    page.keyboard.press("Control+k")
    page.keyboard.type("learning rate")
    page.locator("dialog .search-found li a").first.wait_for()
    dialog = page.locator("#pst-search-dialog")
    ground = dialog.evaluate("e => getComputedStyle(e).backgroundColor")
    assert re.fullmatch(r"rgb\(\d+, \d+, \d+\)", ground), ground
    box = dialog.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= 800
    glass, field = dialog.locator("form i").bounding_box(), dialog.locator("input").bounding_box()
    padding = dialog.locator("input").evaluate("e => parseFloat(getComputedStyle(e).paddingLeft)")
    assert glass["x"] + glass["width"] < field["x"] + padding, "the glass stands on what is typed"
    page.keyboard.press("End")
    dialog.locator("li a").last.focus()
    assert dialog.locator("input").bounding_box()["y"] == field["y"], "the field stays while the rest scrolls"


def test_under_a_finger_enter_leaves_what_was_found(serve, new_page):
    page = new_page(f"{serve}/book/cost.html", width=390, has_touch=True, is_mobile=True)
    page.locator("button.search-button__button, .search-button").locator("visible=true").first.tap()
    page.keyboard.type("momentum")
    page.keyboard.press("Enter")
    page.locator("dialog .search-found li a").first.wait_for()
    assert page.evaluate("document.activeElement !== document.querySelector('dialog input')")
    page.locator("dialog .search-found li a").first.tap()
    page.wait_for_url("**/glossary.html#term-momentum")
    assert not page.problems
