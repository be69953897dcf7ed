"""What `make lint` finds in pages, notebooks and CITATION.cff; and what versions say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools import links, newest
from tools.lint import problems_of_markdown, problems_of_notebook

TOP = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("text, problem", [
    ("# A page\n\n```python\nx = 1\n", (3, "opens ``` and nothing closes it")),
    (":::{note}\nwords\n\n```\ncode\n```\n", (1, "opens ::: and nothing closes it")),
    ("words  \n", (1, "ends with spaces")),
    ("a\tb\n", (1, "has a tab")),
    ("words", (1, "the last line has no end")),
])
def test_a_page_with_a_mistake(text, problem):
    assert list(problems_of_markdown(text)) == [problem]


@pytest.mark.parametrize("text", [
    "# A page\n\n````markdown\n```{note}\n````\n",
    "::::{exercise}\n:::{note}\nwords\n:::\n::::\n\n```{code-cell} ipython3\nx = 1\n```\n",
])
def test_a_page_without(text):
    assert list(problems_of_markdown(text)) == []


def test_a_notebook_with_outputs_and_a_file_that_is_none(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"id": "a", "cell_type": "code", '
                    '"metadata": {}, "source": "1", "execution_count": 3, "outputs": []}]}')
    assert [what for _, what in problems_of_notebook(path)] == ["a cell has outputs: clear them"]
    path.write_text('{"nbformat": 4}')
    assert "is no notebook" in next(problems_of_notebook(path))[1]


def schema_check(path):
    return subprocess.run([sys.executable, "-m", "check_jsonschema", "--force-filetype", "yaml", "--builtin-schema",
                           "vendor.citation-file-format", str(path)], capture_output=True, text=True)


def test_the_citation_is_valid_and_a_wrong_one_is_not(tmp_path):
    assert schema_check(TOP / "CITATION.cff").returncode == 0
    wrong = tmp_path / "CITATION.cff"
    wrong.write_text((TOP / "CITATION.cff").read_text(encoding="utf-8").replace("authors:", "writers:"))
    run = schema_check(wrong)
    assert run.returncode != 0 and "authors" in run.stdout


def test_one_version_everywhere():
    package = re.search(r'^version = "(.+)"', (TOP / "code" / "pyproject.toml").read_text(encoding="utf-8"), re.M)[1]
    assert yaml.safe_load((TOP / "CITATION.cff").read_text(encoding="utf-8"))["version"] == package
    assert re.search(r"^## (\d+\.\d+\.\d+)", (TOP / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1] == package
    assert (TOP / "code" / "LICENSE").read_bytes() == (TOP / "LICENSE").read_bytes()


def test_a_link_that_leads_nowhere_is_named(serve_folder, tmp_path, capsys):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "index.html").write_text("here")
    site = tmp_path / "site"
    site.mkdir()
    address = serve_folder(tmp_path / "there")
    (site / "index.html").write_text(f'<a href="{address}/#top">good</a> <a href="{address}/gone">bad</a>')
    assert links.check(site) == 1
    said = capsys.readouterr().out
    assert f"{address}/gone\n  404" in said and "on index.html" in said and "1 of 2 addresses answer" in said


def test_the_wrapper_is_left_out_of_the_generated_settings():
    conf = "author = 'x'\nextensions = ['sphinx_togglebutton', 'jupyter_book', 'sphinxcontrib.bibtex', 'quiz']\nx = 1\n"
    conf, packages = newest.without_wrapper(conf, {"quiz"})
    assert ("jupyter_book" not in conf and "'quiz'" in conf
            and packages == ["sphinx-togglebutton", "sphinxcontrib-bibtex"])
    with pytest.raises(ValueError, match="no list of extensions"):
        newest.without_wrapper("x = 1", set())


def test_the_books_own_settings_become_a_conf_without_the_wrapper(tmp_path):
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(newest.TOP / name, tmp_path)
    newest.generate_conf(tmp_path)
    extensions = {path.stem for path in (newest.TOP / "book" / "_ext").glob("*.py")}
    conf, packages = newest.without_wrapper((tmp_path / "conf.py").read_text(encoding="utf-8"), extensions)
    assert "'jupyter_book'" not in conf and {"myst-nb", "sphinx-exercise"} <= set(packages)
    (tmp_path / "book").mkdir()
    shutil.copytree(newest.TOP / "book" / "_ext", tmp_path / "book" / "_ext")
    (tmp_path / "conf.py").write_text(conf + "\nimport icon_font, mathml\n", encoding="utf-8")
    found = subprocess.run([sys.executable, tmp_path / "conf.py"], cwd=newest.TOP, capture_output=True, text=True,
                           env={**os.environ, "PYTHONPATH": str(newest.TOP)})
    assert found.returncode == 0, found.stderr
