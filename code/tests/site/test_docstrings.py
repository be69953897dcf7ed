"""Docstrings as the page `api` shows them: lists where they list, and no markup by accident."""

import importlib
import inspect
import re

import pytest
from docutils.core import publish_doctree, publish_parts
from docutils.utils import SystemMessage

from docstrings import as_markup
from tools.notebooks import BOOK

DOCSTRING = """Say what it does; \\ and *stars* and n_ and |bars| are what they are.

sizes: [n_0, …, n_L], a name such as "relu" or `None`s
counts as one.
W, b (n_l, 1): both. Raises nothing.
Raises ValueError otherwise.

An example:

    x_ = *y
    done

After it."""


def test_a_docstring_becomes_lists_code_and_plain_words():
    html = publish_parts("\n".join(as_markup(DOCSTRING.split("\n"))),
                         writer_name="html5", settings_overrides={"report_level": 1, "halt_level": 2})["body"]
    text = re.sub(r"<[^>]*>", "", html)
    assert r"\ and *stars* and n_ and |bars| are what they are." in text
    assert re.findall(r"<li><p><strong>(.*?)</strong>", html) == ["sizes", "W"]
    assert "<strong>b</strong> (n_l, 1)" in html and "&quot;relu&quot;" in html and "None</" in html
    assert html.index("</ul>") < html.index("Raises ValueError")
    assert "<pre" in html and "x_ = *y\ndone" in text


def test_the_docstrings_of_the_package_are_without_mistakes():
    """Each name that the page lists, and each method of its classes, is explained, in markup without a warning."""
    page = (BOOK / "api.md").read_text(encoding="utf-8")
    listed = re.findall(r"\.\. auto(?:class|function):: ([\w.]+)", page)
    assert len(listed) > 50 and len(set(listed)) == len(listed)
    for dotted in listed:
        module, _, name = dotted.rpartition(".")
        one = getattr(importlib.import_module(module), name)
        methods = {n: m for n, m in vars(one).items() if inspect.isfunction(m) and n in page.split(dotted)[1][:160]
                   } if inspect.isclass(one) else {}
        for called, member in {dotted: one, **methods}.items():
            doc = inspect.getdoc(member)
            assert doc and doc.endswith((".", ")", "…")), f"{called} has no docstring, or one without an end: {doc}"
            strict("\n".join(as_markup(doc.split("\n"))))


def strict(markup):
    """Read reStructuredText; any warning is an error."""
    publish_doctree(markup, settings_overrides={"report_level": 5, "halt_level": 2})


def test_a_mistake_in_markup_is_seen():
    with pytest.raises(SystemMessage, match="Inline emphasis"):
        strict("a *star")
