"""Build the site: python -m tools.build [CHAPTER]

What `jupyter-book build . -n -W --keep-going` does, with the chapters read on
all cores, and with executed chapters forgotten when the code they run changes.
With the name of a chapter only that one is executed and written, quickly, to
_build/preview/CHAPTER."""

import contextlib
import gc
import hashlib
import os
import shutil
import sys
from pathlib import Path

import yaml
from jupyter_book.sphinx import build_sphinx
from pybtex.plugin import find_plugin, register_plugin

from tools import kernels  # noqa: F401
from tools.nursery import nursery

TOP = Path(__file__).resolve().parents[1]
BUILD = TOP / "_build"


# Asked for with every citation; each time it would be looked for in all that is installed.
register_plugin("pybtex.backends", "plaintext", find_plugin("pybtex.backends", "plaintext"))


def fingerprint(folder, *files):
    """A name for the code in a folder, and for some files: it changes when they do."""
    digest = hashlib.sha256()
    code = sorted(p for p in (TOP / folder).rglob("*") if p.suffix in (".py", ".js", ".css"))
    for path in [*code, *(TOP / file for file in files)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def toc_with(chapter):
    """A table of contents for a preview: what is there, and this chapter even if
    _toc.yml doesn't list it yet."""
    toc = yaml.safe_load((TOP / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc.get("parts", []):
        part["chapters"] = [c for c in part["chapters"] if (TOP / f"{c['file']}.md").is_file()]
    toc["parts"] = [part for part in toc.get("parts", []) if part["chapters"]]
    page = f"book/{chapter}"
    if page != toc["root"] and page not in [c["file"] for p in toc["parts"] for c in p["chapters"]]:
        toc["parts"].append({"caption": "Not in _toc.yml", "chapters": [{"file": page}]})
    path = BUILD / "preview" / chapter / "toc.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(toc), encoding="utf-8")
    return path


def not_listed():
    """Pages of the book that _toc.yml doesn't name: they would be missing from the site without a word."""
    def named(node):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if key in ("root", "file"):
                yield value
            elif isinstance(value, (dict, list)):
                yield from named(value)

    listed = set(named(yaml.safe_load((TOP / "_toc.yml").read_text(encoding="utf-8"))))
    pages = (page.relative_to(TOP).with_suffix("").as_posix() for page in sorted((TOP / "book").glob("*.md")))
    return [page for page in pages if page not in listed]


def build(chapter=None):
    """Build the book, or one chapter; return Sphinx's exit code."""
    if not chapter and (missing := not_listed()):
        sys.exit(f"_toc.yml doesn't name {', '.join(missing)}. Say there where in the book it belongs.")
    # Executed chapters are kept in a cache, one for each state of the code.
    caches = BUILD / "executed"
    cache = caches / fingerprint("code/backprop", "requirements.txt")
    fresh = not cache.exists()
    if fresh and caches.exists():
        for old in sorted(caches.iterdir(), key=lambda p: p.stat().st_mtime)[:-2]:
            shutil.rmtree(old, ignore_errors=True)
    cache.mkdir(parents=True, exist_ok=True)
    if not (cache / "global.db").exists():      # or the processes that read chapters would all try at once
        from jupyter_cache.cache.db import create_db  # it takes a third of a second
        create_db(cache)

    settings = {
        "external_toc_path": (TOP / "_toc.yml").as_posix(),
        "latex_individualpages": False,
        "nitpicky": True,
        "nb_execution_cache_path": str(cache),
    }
    folder, pages = BUILD, None
    if chapter:
        page = TOP / "book" / f"{chapter}.md"
        if not page.is_file():
            known = sorted(p.stem for p in page.parent.glob("*.md"))
            sys.exit(f"There is no chapter {chapter!r}. The chapters are: {', '.join(known)}.")
        folder, pages = BUILD / "preview" / chapter, [str(page)]
        others = [p.relative_to(TOP).as_posix() for p in (TOP / "book").rglob("*.md") if p != page]
        settings["nb_execution_excludepatterns"] = others
        settings["site_downloads"] = False
        settings["sources_check"] = False    # most pages are not executed here
        settings["external_toc_path"] = toc_with(chapter).as_posix()

    # Sphinx repeats no warning about a page it doesn't read again, and doesn't see that an extension has changed:
    # after a build that failed, or with other code, everything is read again.
    passed, state = folder / "passed", f"{cache.name} {fingerprint('book/_ext')}"
    fresh = fresh or not passed.exists() or passed.read_text() != state
    passed.unlink(missing_ok=True)
    # To have one pays from a few kernels on.
    many = fresh and not chapter and len(list((TOP / "book").glob("*.md"))) > 3
    with nursery() if many else contextlib.nullcontext():
        result = build_sphinx(
            TOP, folder / "html", noconfig=True, path_config=TOP / "_config.yml",
            confoverrides=settings, filenames=pages, freshenv=fresh and not chapter,
            warningiserror=True, keep_going=True, jobs=min(os.cpu_count() or 1, 8))
    if result == 0:
        passed.write_text(state)
    elif chapter:                 # the next preview reads the page again, and says again what is wrong
        (folder / ".doctrees" / "book" / f"{chapter}.doctree").unlink(missing_ok=True)
    return result if isinstance(result, int) else 1


if __name__ == "__main__":
    gc.disable()                # a build makes much and throws little away: looking for it took three seconds of fifty
    code = build(*sys.argv[1:2])
    gc.freeze()                 # or Python would look through all of the book once more before it ends
    sys.exit(code)
