"""The book for readers of e-books: three pages of it, looked at as such a reader's program does."""

import re
import zipfile
from xml.etree import ElementTree

import pytest

from tools import epub

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.slow]

PAGES = ["book/index", "book/cost", "book/assignments/a3-cost"]
OPF, XHTML, SVG = "{http://www.idpf.org/2007/opf}", "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def book(built_site, browser, tmp_path_factory):
    """name -> content of each file of a book of three pages; XML is parsed."""
    path = epub.make(browser, PAGES, tmp_path_factory.mktemp("book") / "three.epub")
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].filename == "mimetype" and archive.infolist()[0].compress_type == 0
        assert archive.read("mimetype") == b"application/epub+zip"
        return {name.removeprefix("book/"): ElementTree.fromstring(archive.read(name))
                if name.endswith((".xhtml", ".opf", ".xml")) else archive.read(name) for name in archive.namelist()}


def test_the_list_of_files_is_that_of_the_files(book):
    items = {item.get("href"): item for item in book["package.opf"].iter(f"{OPF}item")}
    assert set(items) == set(book) - {"mimetype", "META-INF/container.xml", "package.opf"}
    read = [ref.get("idref") for ref in book["package.opf"].iter(f"{OPF}itemref")]
    assert [items_id + ".xhtml" for items_id in read[1:]] == [epub.file_of(page) for page in PAGES]
    for name in map(epub.file_of, PAGES):
        has = {kind for kind in ("math", "svg") for element in book[name].iter() if element.tag.endswith(f"}}{kind}")}
        assert {"mathml" if kind == "math" else kind for kind in has} == set(items[name].get("properties", "").split())


def test_a_lab_is_a_picture(book):
    page = book["book-index.xhtml"]
    pictures = [picture.get("src") for figure in page.iter(f"{XHTML}figure") for picture in figure.iter(f"{XHTML}img")]
    assert pictures == ["lab-1.png"] and book["lab-1.png"].startswith(b"\x89PNG")
    assert "It comes alive" not in "".join(page.itertext())


def test_every_link_leads_to_a_place(book):
    ids = {name: [element.get("id") for element in page.iter() if element.get("id")]
           for name, page in book.items() if name.endswith(".xhtml")}
    links = 0
    for name in ids:
        assert len(ids[name]) == len(set(ids[name])), f"{name} has an id twice"
        for link in book[name].iter(f"{XHTML}a"):
            file, _, place = link.get("href", "https:").partition("#")
            if not re.match(r"[a-z]+:", file):
                links += 1
                assert place in ids[file or name], f"{name}: {link.get('href')}"
    assert links > 30
    titles = ["".join(link.itertext()) for link in book["nav.xhtml"].iter(f"{XHTML}a")]
    assert any(title.endswith("Cost") for title in titles) and len(titles) > 12


def test_a_page_has_figures_and_formulas_and_nothing_to_press(book):
    page = book["book-cost.xhtml"]
    tags = [element.tag for element in page.iter()]
    assert sum(tag.endswith("}math") for tag in tags) > 100
    for dead in ("script", "button", "input", "select", "form", "details", "noscript", "template", "style"):
        assert f"{XHTML}{dead}" not in tags, dead
    figures = [svg for svg in page.iter(f"{SVG}svg") if len(list(svg.iter())) > 20]
    assert len(figures) >= 4 and all("fill" in ElementTree.tostring(svg, "unicode") for svg in figures)
    words = "".join(page.itertext())
    assert re.search(r"Answer: [a-c]\. ", words) and "✓ Checked: " in words and "show how" not in words
