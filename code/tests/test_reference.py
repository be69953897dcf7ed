"""The reference pages and their extensions: quiz, sources, errata, notation, automatic differentiation."""

import sys
from io import StringIO
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "book" / "_ext"))

import quiz  # noqa: E402

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
                "root_doc": next(iter(pages)), "html_theme": "basic", **config}
    with patch_docutils(str(source)), docutils_namespace():
        app = Sphinx(str(source), None, str(folder / "html"), str(folder / "doctrees"), "html",
                     confoverrides=settings, status=None, warning=warnings, freshenv=True)
        app.build(force_all=True)
    return folder / "html", warnings.getvalue()


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


def test_quiz_in_a_notebook_is_plain_markdown():
    plain = quiz.for_notebooks(GOOD)
    assert "{quiz}" not in plain and "[x]" not in plain
    assert plain.count("<details>") == 2 and "**Right.** Two neurons receive" in plain
    assert plain.startswith("# A page\n\n**Check yourself.** What is the shape")
