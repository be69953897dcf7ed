"""What depends on the repository's address: links and buttons of the pages, the branch of the notebooks."""

import html
import json
import re
import subprocess

import pytest
import yaml

from tools import guard, notebooks, pages, publish, repository
from tools.repository import Repository

URL = "https://github.com/Someone/backpropagation"
GITHUB = Repository(URL)


def test_addresses_on_github():
    assert GITHUB.edit("book/cost.md") == f"{URL}/edit/main/book/cost.md"
    assert GITHUB.issue("book/cost") == f"{URL}/issues/new?template=mistake.yml&where=book%2Fcost"
    assert GITHUB.issue("") == f"{URL}/issues/new?template=mistake.yml"
    assert GITHUB.binder("https://b.org", "cost.ipynb") == (
        "https://b.org/v2/gh/Someone/backpropagation/main?urlpath=lab/tree/notebooks/cost.ipynb")
    assert GITHUB.colab("https://c.org", "cost.ipynb") == (
        "https://c.org/github/Someone/backpropagation/blob/notebooks/cost.ipynb")
    assert GITHUB.jupyterhub("https://h.org", "cost.ipynb") == (
        "https://h.org/hub/user-redirect/git-pull?repo=https%3A//github.com/Someone/backpropagation&branch=notebooks"
        "&urlpath=lab/tree/backpropagation/cost.ipynb")
    assert GITHUB.pages() == "https://someone.github.io/backpropagation/"
    assert Repository("https://github.com/Someone/someone.github.io").pages() == "https://someone.github.io/"


def test_addresses_elsewhere():
    gitlab = Repository("https://gitlab.uni.example/group/book", "trunk")
    assert gitlab.edit("a b.md") == "https://gitlab.uni.example/group/book/-/edit/trunk/a%20b.md"
    assert "issue%5Btitle%5D=book%2Fcost" in gitlab.issue("book/cost")
    assert gitlab.issue("") == "https://gitlab.uni.example/group/book/-/issues/new"
    assert "/v2/gl/group%2Fbook/trunk?" in gitlab.binder("https://b.org", "cost.ipynb")
    assert gitlab.colab("https://c.org", "cost.ipynb") is None and gitlab.pages() == ""
    other = Repository("https://git.example/group/book")
    assert other.edit("a.md") is None and other.issue("a") is None
    assert "/v2/git/https%3A%2F%2Fgit.example%2Fgroup%2Fbook/main?" in other.binder("https://b.org", "cost.ipynb")


def test_what_is_no_address_is_refused(monkeypatch):
    for url in ("github.com/someone/book", "http://github.com/a/b", "https://github.com/someone"):
        monkeypatch.setattr(repository, "settings", lambda url=url: {"repository": {"url": url}})
        with pytest.raises(ValueError, match="expected https://host/owner/name"):
            repository.repository()
    monkeypatch.setattr(repository, "settings", lambda: {"repository": {"url": URL + ".git/"}})
    assert repository.repository() == GITHUB and repository.site_address() == GITHUB.pages()
    monkeypatch.setattr(repository, "settings", lambda: {"repository": {"url": URL}, "html": {"baseurl": "https://o.org"}})
    assert repository.site_address() == "https://o.org/"


def test_where_to_tell_of_a_mistake(monkeypatch):
    """In words where the repository has no address, else as a link; in the first page's notebook, too."""
    sentence = f"Tell us in {repository.TRACKER}."
    page = pages.BOOK / "index.md"
    monkeypatch.setattr(repository, "repository", lambda: None)
    assert repository.with_tracker(sentence) == sentence and repository.TRACKER in notebooks.notebook(page)
    monkeypatch.setattr(repository, "repository", lambda: GITHUB)
    address = f"{URL}/issues/new?template=mistake.yml"
    assert repository.with_tracker(sentence) == f"Tell us in [the issue tracker]({address})."
    assert address in notebooks.notebook(page) and repository.TRACKER not in notebooks.notebook(page)
    monkeypatch.setattr(repository, "repository", lambda: Repository("https://git.example/group/book"))
    assert "](https://git.example/group/book)" in repository.with_tracker(sentence)


def with_settings(folder, url, **more):
    path = folder / "_config.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["repository"]["url"] = url
    settings["launch_buttons"].update(more)
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")


def links(page):
    return {html.unescape(address) for address in re.findall(r'<a\b[^>]*?href="(https:[^"]+)"', page)}


def test_a_book_with_and_without_a_repository(small_book):
    """Without an address no page leads to a repository or a service; with it each does, to what is there."""
    (small_book.folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters: [{file: book/text}]\n", encoding="utf-8")
    text = small_book.folder / "book" / "text.md"
    text.write_text(f"# Only a text\n\nNothing to run.\n\nTell us in {repository.TRACKER}.\n", encoding="utf-8")
    site = small_book.folder / "_build" / "html"

    def pages():
        code, output = small_book()
        assert code == 0, output
        return [(site / "book" / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "text")]

    with_settings(small_book.folder, "")
    for page in pages():
        assert "launch-buttons" not in page and "source-buttons" not in page
        assert not re.search(r"github|binder|colab", page, re.I) and "tracker of the repository you have" in page

    with_settings(small_book.folder, URL, jupyterhub_url="https://hub.example")
    notebook, words = pages()
    here = re.escape(html.escape(GITHUB.issue(""))) + r'"[^>]*>(?:<span[^>]*>)?the issue tracker<'
    assert len(re.findall(here, words)) == 2                # in the text and in the footer
    launch = {GITHUB.binder("https://mybinder.org", "index.ipynb"),
              GITHUB.jupyterhub("https://hub.example", "index.ipynb"),
              GITHUB.colab("https://colab.research.google.com", "index.ipynb")}
    assert launch | {URL, GITHUB.edit("book/index.md"), GITHUB.issue("book/index")} <= links(notebook)
    assert {URL, GITHUB.edit("book/text.md"), GITHUB.issue("book/text"), GITHUB.issue("")} <= links(words)
    assert "launch-buttons" not in words and "you have this book from" not in words
    assert f'<link rel="canonical" href="{GITHUB.pages()}book/text.html"' in words
    assert (site / "_static" / "images" / "logo_binder.svg").is_file()
    # What the buttons open is what the site offers; its first cell names the package's place on the web.
    first = json.loads((site / "notebooks" / "index.ipynb").read_text(encoding="utf-8"))["cells"][1]
    assert f"'{GITHUB.pages()}notebooks/{guard.wheel_name()}'" in "".join(first["source"])


def git(*arguments):
    return subprocess.run(["git", *map(str, arguments)], check=True, capture_output=True, text=True).stdout.split("\n")


def test_the_branch_of_the_notebooks(tmp_path):
    """One commit where something is new, none where not; what is gone from the book is gone from the branch."""
    remote, folder = tmp_path / "remote.git", tmp_path / "notebooks"
    git("init", "--quiet", "--bare", remote)
    (folder / "assignments").mkdir(parents=True)
    (folder / "a.ipynb").write_text("one")
    (folder / "assignments" / "b.ipynb").write_text("two")

    def commits():
        return len(git("--git-dir", remote, "rev-list", "notebooks")) - 1

    def files():
        return {name for name in git("--git-dir", remote, "ls-tree", "-r", "--name-only", "notebooks") if name}

    assert publish.publish(folder, remote) and commits() == 1
    assert files() == {"README.md", "a.ipynb", "assignments/b.ipynb"}
    assert not publish.publish(folder, remote) and commits() == 1
    (folder / "assignments" / "b.ipynb").unlink()
    (folder / "a.ipynb").write_text("changed")
    assert publish.publish(folder, remote) and commits() == 2 and files() == {"README.md", "a.ipynb"}
    assert git("--git-dir", remote, "show", "notebooks:a.ipynb") == ["changed"]
