"""Which pages of the book are notebooks, and where the site has them."""

from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
BOOK = TOP / "book"


def source_of(srcdir, page):
    """The file of a page, if that page is a notebook, else None."""
    for ending in (".md", ".ipynb"):
        path = Path(srcdir) / f"{page}{ending}"
        if path.is_file() and (ending == ".ipynb" or is_notebook(path)):
            return path
    return None


def is_notebook(path):
    """Does this MyST page have code cells to run?"""
    return path.read_text(encoding="utf-8").startswith("---\n") and "{code-cell}" in path.read_text(encoding="utf-8")


def place_of(source):
    """Where the built site has the notebook of this page."""
    return f"notebooks/{source.relative_to(BOOK).with_suffix('.ipynb').as_posix()}"


def sources():
    chapters = [p for p in sorted(BOOK.glob("*.md")) if is_notebook(p)]
    return chapters + sorted((BOOK / "assignments").glob("*.ipynb"))
