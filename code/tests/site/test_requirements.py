"""What is installed for whom: a reader gets JupyterLab and what the chapters import, not the author's tools."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[3]

# Runs tools as a reader's environment would: what only authors have can't be imported.
WITHOUT = """\
import importlib.abc, runpy, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
sys.argv = {argv!r}
runpy.run_module("tools.notebooks", run_name="__main__")
"""


def locked(name):
    """package -> version in requirements-….txt."""
    text = (TOP / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M))


@pytest.fixture(scope="module")
def read():
    return locked("requirements.txt")


def test_a_reader_gets_no_tools_of_the_author(read):
    assert {"jupyterlab", "notebook", "numpy", "sympy", "scikit-learn", "anywidget"} <= set(read)
    assert not {"sphinx", "docutils", "jupyter-book", "myst-nb", "playwright", "pytest", "uv", "hypothesis",
                "mini-racer", "nbgrader"} & set(read)
    assert len(read) < 130


def test_what_all_have_is_the_same_version(read):
    author, teach = locked("requirements-author.txt"), locked("requirements-teach.txt")
    assert {name: author.get(name) for name in read} == read
    assert {name: version for name, version in teach.items() if author.get(name, version) != version} == {}


LOCKS = ["requirements.txt", "requirements-author.txt", "requirements-teach.txt"]


@pytest.mark.parametrize("lock", LOCKS)
def test_nobody_gets_the_parser_that_costs_every_start_a_second(lock):
    """rfc3987-syntax builds a parser when jsonschema is imported: by JupyterLab, a build, the classroom's commands."""
    assert "jsonschema" in locked(lock) and not {"rfc3987-syntax", "lark"} & set(locked(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_nobody_gets_the_extension_that_breaks_folded_text(lock):
    """jupyterlab-myst takes the triangle of every <details>, and shows formulas in summaries as they are typed."""
    assert "jupyterlab-myst" not in locked(lock)


def test_the_notebooks_are_made_without_the_authors_tools(read, tmp_path):
    author = set(locked("requirements-author.txt")) - set(read)
    assert "sphinx" in author
    missing = {name.replace("-", "_") for name in author} | {"bs4", "pydata_sphinx_theme"}
    code = WITHOUT.format(missing=missing, argv=["notebooks", str(tmp_path / "notebooks")])
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=TOP)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "notebooks" / "chain-rule.ipynb").is_file()
