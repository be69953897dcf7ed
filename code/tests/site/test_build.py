"""The commands: a build with a mistake fails and says where; make.py says in words
what it can't do."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tools import build

TOP = Path(__file__).resolve().parents[3]

def test_a_mistake_fails_the_build(small_book):
    """Wrong LaTeX, a dead reference, a false assertion: each fails, and also the
    second time; without them the same page is built."""
    code, output = small_book(latex=r"\nosuchcommand{a}", label="nowhere", two="3")
    assert code != 0
    assert "can't be typeset" in output and "nosuchcommand" in output
    assert "nowhere" in output
    assert "index.err.log" in output and "wrong arithmetic" in small_book.reports()

    code, _ = small_book(latex=r"\nosuchcommand{a}", label="nowhere", two="3")
    assert code != 0, "nothing has changed: it must fail again"
    code, output = small_book()
    assert code == 0, output
    assert small_book()[0] == 0, "nothing has changed: it is built again"

    mathml = small_book.folder / "book" / "_ext" / "mathml.py"
    source = mathml.read_text(encoding="utf-8")
    mathml.write_text(source.replace('CLASS="math ', 'CLASS="other math '), encoding="utf-8")
    assert small_book()[0] == 0
    page = (small_book.folder / "_build" / "html" / "book" / "index.html").read_text(encoding="utf-8")
    assert "other math" in page, "an extension has changed: every page is made anew"


@pytest.mark.browser
def test_a_new_exercise_in_the_words_of_contributing(small_book, new_page):
    """What CONTRIBUTING tells to write, written down: the page asks, checks and hints, and no script was touched."""
    told = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")
    fences = re.findall(r"^ +(```+)(?:markdown|python)\n(.*?)^ +\1$", told, re.M | re.S)
    exercise, answer = (textwrap.dedent(text) for _, text in fences[:2])
    data = small_book.folder / "code" / "backprop" / "exercises" / "cost.py"
    text = data.read_text(encoding="utf-8")
    data.write_text(text.replace("ANSWERS = {\n", "ANSWERS = {\n" + answer, 1), encoding="utf-8")
    before = "\n(run-the-notebooks)=\n## How\n\n```{code-cell} ipython3\nfrom backprop.exercises import check\n```\n"
    code, output = small_book(more=before + exercise)
    assert code == 0, output

    page = new_page((small_book.folder / "_build" / "html" / "book" / "index.html").as_uri())
    field, said = page.locator(".answer-field input"), page.locator(".answer-said")
    for typed, words in (("1/2", "goes with the square"), ("3", "write down both costs"), ("¼", "Right.")):
        field.fill(typed)
        field.press("Enter")
        assert words in said.inner_text()
    # (a book of one page has no search, and its page asks for it in vain)
    assert [problem for problem in page.problems if problem.startswith("script error")] == []


def make(*arguments, python=sys.executable, **environment):
    return subprocess.run([python, str(TOP / "make.py"), *arguments], capture_output=True, text=True,
                          env={**os.environ, **environment}, stdin=subprocess.DEVNULL)


def test_a_page_that_the_contents_forget_is_named(tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    for page in ("cost", "cost-again"):
        (tmp_path / "book" / f"{page}.md").write_text("# A page\n")
    (tmp_path / "_toc.yml").write_text("root: book/index\nparts: [{chapters: [{file: book/cost}]}]\n")
    monkeypatch.setattr(build, "TOP", tmp_path)
    assert build.not_listed() == ["book/cost-again"]
    with pytest.raises(SystemExit, match="doesn't name book/cost-again"):
        build.build()


def test_an_unknown_command_shows_the_commands():
    run = make("bok")
    assert run.returncode == 1 and "preview CHAPTER" in run.stderr


def test_without_the_network_it_says_so(tmp_path):
    """A fresh environment where PyPI can't be reached: one clear message."""
    for name in ("make.py", "requirements-author.txt"):
        shutil.copy(TOP / name, tmp_path / name)
    run = subprocess.run(
        [sys.executable, "make.py", "book"], cwd=tmp_path, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
             "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull})
    assert run.returncode != 0
    assert "Is this machine online?" in run.stderr, run.stderr
    assert "Traceback" not in run.stderr


def test_what_pip_says_is_put_in_words(make, monkeypatch):
    """A proxy that doesn't answer, a full disk, a Python without builds: each is named, and pip's noise left out."""
    noise = "Installing collected packages: a, b, c\nWARNING: Retrying (Retry(total=4))"
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    for line, words in (("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
                         "The disk is full"),
                        ("ERROR: No matching distribution found for scipy==9", "no build of that package"),
                        ("WARNING: connection broken by 'ProxyError('Cannot connect to proxy.'",
                         "set HTTPS_PROXY first")):
        told = make.why_it_failed(f"{noise}\n{line}\n")
        assert words in told and line in told and "Retry(" not in told and "a, b, c" not in told
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    told = make.why_it_failed("WARNING: connection broken by 'ProxyError('Cannot connect to proxy.'")
    assert "HTTPS_PROXY is set to http://127.0.0.1:9" in told
