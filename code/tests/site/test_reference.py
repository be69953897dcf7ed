"""The reference pages and their extensions: quiz, sources, errata, notation, automatic differentiation."""

import re
from io import StringIO
from pathlib import Path

import pytest

import quiz

TOP = Path(__file__).resolve().parents[3]

GOOD = """\
# A page

:::{quiz} What is the shape of $W^{(1)}$ in 4-2-2-1?
- [ ] $(4, 2)$ | To and from are swapped: rows are where a weight leads **to**,
  columns where it comes from.
- [x] $(2, 4)$ | Two neurons receive, four send.
:::
"""


def build(folder, pages, extensions=("myst_parser", "quiz"), **config):
    """Build pages (name -> Markdown) to HTML; return the folder of the HTML and what was warned of."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils
    source = folder / "source"
    source.mkdir()
    for name, text in pages.items():
        (source / f"{name}.md").parent.mkdir(parents=True, exist_ok=True)
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    warnings = StringIO()
    settings = {"extensions": list(extensions), "myst_enable_extensions": ["colon_fence", "dollarmath"],
                "source_suffix": {".md": "myst-nb" if "myst_nb" in extensions else "markdown"},
                "root_doc": next(iter(pages)), "html_theme": "basic", **config}
    with patch_docutils(str(source)), docutils_namespace():
        app = Sphinx(str(source), None, str(folder / "html"), str(folder / "doctrees"), "html",
                     confoverrides=settings, status=None, warning=warnings, freshenv=True)
        app.build(force_all=True)
    return folder / "html", warnings.getvalue()


# --- what stays in one line -----------------------------------------------------------------------

def test_a_line_parts_neither_sizes_nor_a_formula_and_its_full_stop(tmp_path):
    text = "# A page\n\nThe 4-2-2-1 network gives $z$. Not `4-2-2-1`, not 0.1-0.2.\n"
    html, warnings = build(tmp_path, {"index": text}, ["myst_parser", "mathml", "together"])
    page = (html / "index.html").read_text(encoding="utf-8")
    assert warnings == ""
    assert '<span class="together">4-2-2-1</span> network' in page and page.count("together") == 2
    assert re.search(r'<span class="together"><span class="math[^>]*><math><mi>z</mi></math></span>\.</span>', page)


def test_punctuation_stays_where_it_was_written(tmp_path):
    """Texts that read the same are not the same: a comma after code once went to a formula, which had one already."""
    text = "# A page\n\nWrite `v`, `w` for $x$, $y$ (or $z$, “$u$”, $t$).\n\n4-2-2-1 *or* 4-2-2-1 *or* 4-2-2-1\n"
    html, _ = build(tmp_path, {"index": text}, ["myst_parser", "mathml", "together"])
    page = (html / "index.html").read_text(encoding="utf-8")
    paragraph = re.search(r"<p>(Write.*?)</p>", page, re.S)[1]
    assert re.sub(r"<[^>]+>", "", paragraph) == "Write v, w for x, y (or z, “u”, t)."
    kept = re.findall(r'<span class="together">(.*?)</span>(?=[^<]*(?:<span class="(?:math|together)|$))', paragraph)
    assert [re.sub(r"<[^>]+>", "", part) for part in kept] == ["x,", "z,", "“u”,", "t)."]
    assert "<em>or</em>" in page and page.count('<span class="together">4-2-2-1</span>') == 3


# --- quiz ----------------------------------------------------------------------------------------

def test_quiz_becomes_one_details_a_choice(tmp_path):
    html, warnings = build(tmp_path, {"index": GOOD})
    assert warnings == ""
    page = (html / "index.html").read_text(encoding="utf-8")
    assert page.count("<details") == page.count("<summary>") == 2
    assert page.count('class="quiz-choice quiz-right"') == page.count('class="quiz-choice quiz-wrong"') == 1
    assert "columns where it comes from." in page and "<strong>to</strong>" in page
    assert "[x]" not in page and " | " not in page
    assert " open" not in page.split('class="quiz"')[1].split("</div>")[0]      # nothing is given away


def test_quiz_question_may_go_on_below_and_math_may_hold_a_bar():
    question, choices = quiz.parse_quiz(["Look at this.", "", "- [x] $P(a | b)$ | because | so", "- [ ] `a | b` | no"])
    assert question == ["Look at this.", ""]
    assert choices == [(True, "$P(a | b)$", "because | so"), (False, "`a | b`", "no")]


@pytest.mark.parametrize("body, message", [
    ("- [ ] one | a\n- [ ] two | b", "exactly one right choice '- [x]', got 0"),
    ("- [x] one | a\n- [x] two | b", "exactly one right choice '- [x]', got 2"),
    ("- [x] one | a\n- [ ] two", "needs a text and, after ' | ', an explanation; got 'two'"),
    ("- [x] one | a\n- [ ] | b", "needs a text and, after ' | ', an explanation; got"),
    ("- [x] one | a", "at least two choices"),
    ("Nothing but words.", "at least two choices"),
    ("- [y] one | a\n- [x] two | b", "'- [ ]' or, the right one, '- [x]'; got '- [y] one | a'"),
    ("- [] one | a\n- [x] two | b", "'- [ ]' or, the right one, '- [x]'; got '- [] one | a'"),
    ("- [x] one | a\nlost\n- [ ] two | b", "starts with '- [ ]' or is indented; got 'lost'"),
])
def test_a_malformed_quiz_is_a_clear_build_error(tmp_path, body, message):
    _, warnings = build(tmp_path, {"index": f"# A page\n\n:::{{quiz}} Why?\n{body}\n:::\n"})
    assert 'ERROR: quiz "Why?": ' in warnings and message in warnings


def test_quiz_without_a_question_is_an_error(tmp_path):
    _, warnings = build(tmp_path, {"index": "# A page\n\n:::{quiz}\n- [x] a | b\n- [ ] c | d\n:::\n"})
    assert "ERROR" in warnings or "WARNING" in warnings


# --- sources -------------------------------------------------------------------------------------

LEDGER = r"""
documents: {S1: A document}
entries:
- {id: S1-01, kind: eq, lines: '3', says: 'It says $z = wx$.', errata: [E1-01]}
- {id: S1-R1, kind: ref, lines: '4', says: 'A link.'}
- {id: S1-0.a, kind: eq, lines: '5', says: 'An equation (a).'}
gaps:
- {id: G-01, says: 'A gap.'}
errata:
- {id: E1-01, weight: M}
- {id: E1-02, weight: L}
"""
INDEX = "# Sources\n\n```{sources} S1\n```\n\n```{sources} gaps\n```\n\n```{toctree}\nchapter\n```\n"
CELL = "```{code-cell} ipython3\nz = 6\nassert z == 2 * 3\n```\n"
CHAPTER = f"""\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---
# The chapter

A word.

(S1-01)=
(S1-0.a)=
## Weighted input $z$

{CELL}
(E1-01)=
(E1-02)=
## Mistakes

{CELL}
(S1-R1)=
A link.

(G-01)=
A gap.
"""


def build_book(tmp_path, chapter=CHAPTER, ledger=LEDGER, **config):
    (tmp_path / "ledger.yml").write_text(ledger, encoding="utf-8")
    return build(tmp_path, {"index": INDEX, "chapter": chapter}, ["myst_nb", "sources"],
                 sources_ledger=str(tmp_path / "ledger.yml"), **{"nb_execution_mode": "force", **config})


def test_sources_page_links_each_entry_to_its_place(tmp_path):
    html, warnings = build_book(tmp_path)
    assert warnings == ""
    index, chapter = [(html / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "chapter")]
    for anchor in ("s1-01", "s1-0-a", "s1-r1", "g-01", "e1-01"):
        assert f'href="chapter.html#{anchor}"' in index and f'id="{anchor}"' in chapter
    assert "equation, line 3" in index and "The chapter, Weighted input" in index and "nowhere" not in index


@pytest.mark.parametrize("old, new, message", [
    ("(S1-R1)=\n", "", "S1-R1 has no place"),
    ("(E1-02)=\n", "", "E1-02 has no place"),
    ("(G-01)=\n", "", "G-01 has no place"),
    ("(S1-0.a)=\n", "", "S1-0.a has no place"),
    ("A word.", "(S1-R1)=\nA word.", "S1-R1 has 2 places"),
    ("A word.", "(S1-77)=\nA word.", "S1-77 has a place but is not in the ledger"),
    # an equation without a cell that can fail
    ("## Weighted input $z$\n\n" + CELL, "## Weighted input\n\nA word.\n", "S1-01 is an equation, but its section "
                                                                           "'Weighted input' has no"),
    ("assert z == 2 * 3", "print(z)", "S1-01 is an equation, but"),
    ("assert z == 2 * 3", "assert True", "S1-01 is an equation, but"),
    ("assert z == 2 * 3", "assert (z == 7, 'always true')", "S1-01 is an equation, but"),
    ("assert z == 2 * 3", "def never():\n    assert z == 7", "S1-01 is an equation, but"),
    ("assert z == 2 * 3", "# assert z == 6", "S1-01 is an equation, but"),
    ("ipython3\nz", "ipython3\n:tags: [raises-exception]\nz", "S1-01 is an equation, but"),
    ("ipython3\nz", "ipython3\n:tags: [skip-execution]\nz", "S1-01 is an equation, but"),
    ("ipython3\nz", "ipython3\n:tags: [remove-input]\nz", "S1-01 is an equation, but"),
    ("## Mistakes\n\n" + CELL, "## Mistakes\n\nA word.\n", "E1-01 is a mathematical error, but its section 'Mistakes' "
                                                           "has no"),
    # a page's opening doesn't count the cells of its sections
    ("(S1-01)=\n", "", "S1-01 has no place"),
    ("A word.\n\n(S1-01)=", "(S1-01)=\nA word.\n", "S1-01 is an equation, but its section 'The chapter' has no"),
])
def test_a_broken_promise_is_a_warning_and_so_stops_the_build(tmp_path, old, new, message):
    assert old in CHAPTER
    execute = "force" if ", but its section" in message or "equation" in message else "off"
    _, warnings = build_book(tmp_path, CHAPTER.replace(old, new, 1), nb_execution_mode=execute)
    assert f"WARNING: ledger: {message}" in warnings
    if "equation" in message:
        assert "E1-01 is a mathematical error" not in warnings          # the other cell did count


def test_a_failing_assertion_is_reported(tmp_path):
    _, warnings = build_book(tmp_path, CHAPTER.replace("2 * 3", "2 * 4"))
    assert "WARNING" in warnings and "Executing notebook failed" in warnings


@pytest.mark.parametrize("old, new, message", [
    ("id: S1-R1", "id: S1-01", "S1-01 stands there twice"),
    ("id: S1-R1", "id: R1", "'R1' is no id"),
    ("kind: ref", "kind: link", "kind 'link', expected one of"),
    ("says: 'A gap.'", "says: ''", "G-01 doesn't say anything"),
    ("errata: [E1-01]", "errata: [E1-09]", "S1-01 names E1-09, which is no erratum"),
    ("weight: M", "weight: X", "E1-01 has weight 'X'"),
])
def test_a_wrong_ledger_is_refused(tmp_path, old, new, message):
    from sphinx.errors import ExtensionError

    from sources import load_ledger
    assert old in LEDGER
    (tmp_path / "ledger.yml").write_text(LEDGER.replace(old, new), encoding="utf-8")
    with pytest.raises(ExtensionError, match=message):
        load_ledger(tmp_path / "ledger.yml")


def test_the_ledger_is_complete():
    from collections import Counter

    from sources import load_ledger
    ledger = load_ledger(TOP / "book" / "ledger.yml")
    assert [len(ledger[part]) for part in ("entries", "gaps", "errata")] == [210, 22, 90]
    assert Counter(entry["id"][:2] for entry in ledger["entries"]) == {"S0": 27, "S1": 68, "S2": 71, "S3": 44}
    assert Counter(entry["kind"] for entry in ledger["entries"]) == {
        "net": 8, "fig": 9, "term": 38, "eq": 64, "alg": 11, "claim": 44, "ref": 18, "code": 2, "text": 16}
    assert Counter(erratum["weight"] for erratum in ledger["errata"]) == {"M": 37, "T": 34, "H": 2, "O": 11, "L": 6}


# --- the pages -------------------------------------------------------------------------------------

def ledger_ids(*parts):
    from sources import load_ledger
    ledger = load_ledger(TOP / "book" / "ledger.yml")
    return [item["id"] for part in parts for item in ledger[part]]


def errata_sections():
    """Erratum -> what stands on the errata page from its target to the next."""
    text = (TOP / "book" / "errata.md").read_text(encoding="utf-8")
    parts = re.split(r"^\((E\d-\d\d)\)=$", text, flags=re.MULTILINE)
    assert len(set(parts[1::2])) == len(parts[1::2])
    return {name: section.split("\n## ")[0] for name, section in zip(parts[1::2], parts[2::2])}


def cells(text):
    return re.findall(r"^```\{code-cell\} ipython3\n(?::tags:[^\n]*\n)?(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def test_ninety_errata_each_with_a_quote_and_a_chapter_and_37_with_a_cell_that_asserts():
    from sources import asserts_something, load_ledger
    weights = {e["id"]: e["weight"] for e in load_ledger(TOP / "book" / "ledger.yml")["errata"]}
    sections = errata_sections()
    assert sections.keys() == weights.keys() and len(sections) == 90
    for name, section in sections.items():
        document = f"S{name[1]}"
        assert re.search(rf"\b{document}\b[^.:]*\bline|{document} (throughout|updates)|{document}'s animations",
                         section), name
        assert re.search(r"\{ref\}`(network-structure|forward-pass|cost|chain-rule|two-layer-derivation|learning"
                         r"|when-learning-fails|notation)`|\{doc\}`index`", section), f"{name} leads to no chapter"
    with_cells = {name for name, section in sections.items() if any(map(asserts_something, cells(section)))}
    assert with_cells == {name for name, weight in weights.items() if weight == "M"} and len(with_cells) == 37


def test_every_id_of_the_ledger_stands_once_in_the_built_pages(built_site):
    import html

    from docutils.nodes import make_id
    where, links = {}, set()
    for page in (built_site / "book").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for name in re.findall(r'\bid="([^"]+)"', text):
            where.setdefault(name, []).append(page.name)
        if page.name == "sources.html":
            links = {html.unescape(link) for link in re.findall(r'href="([^"]+)"', text)}
    for name in ledger_ids("entries", "gaps", "errata"):
        assert len(where.get(make_id(name), [])) == 1, f"{name}: {where.get(make_id(name))}"
    for name in ledger_ids("entries", "gaps"):
        anchor = make_id(name)
        assert f"{where[anchor][0]}#{anchor}" in links, f"the sources page has no link to {name}"


def test_seventeen_notation_conflicts():
    text = (TOP / "book" / "notation.md").read_text(encoding="utf-8")
    assert re.findall(r"^\((NC-\d\d)\)=$", text, re.MULTILINE) == [f"NC-{i:02d}" for i in range(1, 18)]


def test_the_automatic_differentiation_is_some_forty_lines_and_right():
    import numpy as np

    from backprop import Network
    text = (TOP / "book" / "automatic-differentiation.md").read_text(encoding="utf-8")
    parts = [cell for cell in cells(text) if cell.startswith(("class Node", "def sigmoid", "def in_order"))]
    assert len(parts) == 3
    lines = [line for part in parts for line in part.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) <= 45
    space = {}
    exec("from math import exp, tanh as math_tanh\n" + "\n".join(parts), space)
    Node, sigmoid, backward = space["Node"], space["sigmoid"], space["backward"]
    net = Network([2, 3, 2], seed=5)
    x, y = [0.3, -1.2], [1.0, 0.0]
    W = [[[Node(v) for v in row] for row in W_l] for W_l in net.W[1:]]
    a = x
    for W_l in W:
        a = [sigmoid(sum(w * a_k for w, a_k in zip(row, a))) for row in W_l]
    slope = backward(sum(0.5 * (a_j - t) * (a_j - t) for a_j, t in zip(a, y)))
    g = net.gradients(x, y)
    for ours, theirs in zip(W, g.W[1:]):
        assert np.allclose([[slope[n] for n in row] for row in ours], theirs, rtol=1e-12)


def test_the_summary_prints_on_one_sheet_of_a4(serve, new_page):
    page = new_page(f"{serve}/book/summary.html")
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    page.emulate_media(media="print")
    assert page.locator(".bd-article h1").is_visible() and page.locator(".cell_output math").last.is_visible()
    assert not page.locator(".bd-sidebar-primary").is_visible()


def test_a_quiz_works_by_keyboard_and_without_scripts(serve, new_page):
    page = new_page(f"{serve}/book/notation.html", width=360, java_script_enabled=False)
    choices = page.locator(".quiz").first.locator("details")
    explanation = choices.nth(1).locator("p")
    assert not explanation.is_visible()
    choices.nth(1).locator("summary").focus()
    page.keyboard.press("Enter")
    assert explanation.is_visible() and explanation.inner_text().startswith("Right.")
    for summary in page.locator(".quiz summary").all():
        assert summary.bounding_box()["height"] >= 44
