"""Docstrings as the page `api` shows them: lists where they list, and no markup by accident."""

import importlib
import inspect
import re

import pytest
from docutils.core import publish_doctree, publish_parts
from docutils.utils import SystemMessage

from backprop.history import History
from docstrings import as_markup, parameters
from tools.pages import BOOK

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


def items(lines, names):
    html = publish_parts("\n".join(as_markup(lines, names)), writer_name="html5")["body"]
    return [re.sub(r"<[^>]*>", "", item).strip() for item in re.findall(r"<li>(.*?)</li>", html, re.S)]


def test_each_parameter_has_its_own_line_of_the_list():
    """Also where its description begins within a line, after that of another."""
    lines = ["Do.", "", "net: a net. x (n_0, N), y_: an example;", "or many. to: where. W: all; at: when (say: now)."]
    assert items(lines, ["net", "x", "y_", "at", "W"]) == [
        "net: a net.", "x (n_0, N), y_: an example;\nor many. to: where.", "W: all.", "at: when (say: now)."]
    assert items(lines, []) == ["\n".join(lines[2:])]


def test_parameters_are_those_of_the_call():
    from backprop import Network, Nudge

    assert {"net", "x", "y", "compare", "span"} <= set(parameters(Nudge)) and parameters("no function") == []
    assert "batch_size" in parameters(Network.train) and "train_cost" in parameters(History)
    described = items(inspect.getdoc(Nudge).split("\n"), parameters(Nudge))
    assert [item.partition(":")[0] for item in described[:3]] == ["net", "x, y", "weight"]


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
            strict("\n".join(as_markup(doc.split("\n"), parameters(member))))


def strict(markup):
    """Read reStructuredText; any warning is an error."""
    publish_doctree(markup, settings_overrides={"report_level": 5, "halt_level": 2})


def test_a_mistake_in_markup_is_seen():
    with pytest.raises(SystemMessage, match="Inline emphasis"):
        strict("a *star")
