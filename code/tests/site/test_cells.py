"""Code cells on the site and in the notebook, by their tags: checks are folded, set-up cells aren't seen."""

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document

import cells
from tools import notebooks, plain_markdown

CHAPTER = """---
kernelspec:
  display_name: Python 3
  name: python3
---

# A chapter

:::{notebook-only}
Here you can run it.
:::

:::{site-only}
Here you can read it.
:::

```{code-cell} ipython3
:tags: [setup]
import math
```

```{code-cell} ipython3
:tags: [check]
# Checked: two is $1 + 1$, and `math`
#   is imported.
assert math.sqrt(4) == 1 + 1
```
"""


def test_a_check_says_what_it_checks():
    sentence, code = cells.checked("# Checked: all 18\n#   derivatives agree\n# a comment\nassert x == y\n")
    assert sentence == "all 18 derivatives agree" and code == "# a comment\nassert x == y"


def test_the_sentence_may_stand_in_the_prompt():
    prompt = {"mystnb": {"code_prompt_show": "✓ Checked: both agree (show how)"}}
    assert cells.checked("assert x", prompt) == ("both agree", "assert x")
    with pytest.raises(ValueError, match="first line"):
        cells.checked("assert x", {"mystnb": {"code_prompt_show": "Show the source"}})


@pytest.mark.parametrize("source, complaint", [
    ("assert x", "first line"), ("# a comment\nassert x", "first line"), ("# Checked:\nassert x", "first line"),
    ("# Checked: it works\nprint(x)", "can fail"), ("# Checked: it asserts", "can fail"), ("", "first line")])
def test_a_check_without_a_sentence_or_an_assertion_is_refused(source, complaint):
    with pytest.raises(ValueError, match=complaint):
        cells.checked(source)


def cell(source, *tags, output=None):
    """A code cell as myst-nb puts it into the doctree."""
    node = nodes.container(nb_element="cell_code", cell_metadata={"tags": list(tags)}, classes=["cell"])
    node += nodes.container("", nodes.literal_block(source, source), nb_element="cell_code_source")
    if output:
        node += nodes.container("", nodes.paragraph("", output), nb_element="cell_code_output")
    return node


class App:
    class env:
        docname, metadata = "page", {"page": {}}


def treated(*found):
    document = new_document("page")
    document += found
    cells.treat_cells(App, document)
    return document


def test_what_becomes_of_a_cell(monkeypatch):
    said = []
    monkeypatch.setattr(cells.logger, "warning", lambda text, *about, **_: said.append(text % about))
    page = treated(cell("import x", "setup"), cell("interact(f)", "notebook-only", output="a slider"),
                   cell("draw()", "hide-input", output="a figure"), cell("x = 1"),
                   cell("# Checked: all is $x$\nassert x", "check"))
    assert [type(child) for child in page] == [nodes.container, nodes.container, cells.folded_check]
    figure, plain, check = page
    assert figure.astext() == "a figure" and plain.astext() == "x = 1"
    assert check[0].astext() == "all is x" and check[1].astext() == "assert x"
    assert App.env.metadata["page"]["checks"] == 1 and not said
    treated(cell("assert x", "check"), cell("print(1)", "setup", output="1"))
    assert len(said) == 2 and "first line" in said[0] and "nobody would see" in said[1]


def test_a_check_in_the_notebook_shows_its_sentence(tmp_path, monkeypatch):
    page = tmp_path / "chapter.md"
    page.write_text(CHAPTER, encoding="utf-8")
    monkeypatch.setattr(plain_markdown, "BOOK", tmp_path)
    book = nbformat.reads(notebooks.notebook(page), as_version=4)
    text = "\n".join(c.source for c in book.cells if c.cell_type == "markdown")
    assert "Here you can run it." in text and "read it" not in text
    setup, check = [c for c in book.cells if c.cell_type == "code"][1:]
    assert setup.metadata.jupyter.source_hidden and check.metadata.jupyter.source_hidden
    assert check.source == 'with claim("two is $1 + 1$, and `math` is imported."):\n    assert math.sqrt(4) == 1 + 1'


def test_a_cell_that_asserts_is_a_claim_in_the_notebook():
    assert notebooks.with_claims("# one\nx = 1\nassert x == 1\nprint(x)") == """\
with claim():
    # one
    x = 1
    assert x == 1
    print(x)"""
    assert notebooks.with_claims("x = 1\nprint(x)") == "x = 1\nprint(x)"


def test_what_a_cell_ends_with_is_still_shown():
    """So only its assertions stand in blocks."""
    assert notebooks.with_claims("""\
x = 1
assert x == 1    # one

# and two
assert x + 1 == 2
for i in range(3):
    assert i < 3
def f():
    assert x
typeset(x)""") == """\
x = 1
with claim():
    assert x == 1    # one

    # and two
    assert x + 1 == 2
    for i in range(3):
        assert i < 3
def f():
    assert x
typeset(x)"""


def test_a_text_of_several_lines_is_not_indented_by_accident():
    with pytest.raises(ValueError, match="several lines"):
        notebooks.with_claims('assert len("""a\n   b""") == 6')


@pytest.mark.site
def test_no_page_shows_what_needs_a_kernel(built_site):
    for page in built_site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for bad in ("Not answered yet", "ipywidgets.interact", "Show the source", "three dots, run"):
            assert bad not in text, f"{page.name}: {bad}"
