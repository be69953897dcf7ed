"""Make _build/backpropagation.epub, the whole book for a reader of e-books, from the built site.

Each page's article as it is on paper (tools/pdf.py, tools/labs.py) becomes a page of the book. Chromium draws it once:
what isn't seen on paper goes, and of each widget its drawings stay, with the looks written into them, since few readers
of e-books know all of CSS. Equations stay MathML, which EPUB 3 has.
"""

import re
import zipfile
from base64 import b64decode
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_URL, uuid5

from tools import labs, pdf

TARGET = pdf.TARGET.with_suffix(".epub")
COVER = (1200, 1600)
FONTS = ["book-math.woff2", "book-math-more.woff2"]
HERE = Path(__file__).parent
STYLE, TIDY = ((HERE / name).read_text(encoding="utf-8") for name in ("epub.css", "epub.js"))
DRAWN = ('<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
         '<link rel="stylesheet" href="{static}/site.css"></head><body{style}>{body}</body></html>')
XHTML = ('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
         'xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">\n<head><title>{title}</title>'
         '<link rel="stylesheet" href="book.css"/></head>\n<body>{body}</body>\n</html>\n')
CONTAINER = ('<?xml version="1.0"?>\n'
             '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
             '<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>'
             '</rootfiles></container>\n')

def file_of(page):
    return f"{pdf.anchor(page)}.xhtml"


def linked(xhtml, page, page_of):
    """Links that lead to a place of the book name the file it is in; those to no place of it are words."""
    def whole(found):
        before, place = found.groups()
        if place not in page_of:
            return before
        return f'{before}href="{"" if page_of[place] == page else file_of(page_of[place])}#{place}"'
    return re.sub(r'(?<=<a )([^>]*)href="#([^"]+)"', whole, xhtml)


def show(page, body, style=""):
    """Have the browser's page show this, with the site's looks."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(DRAWN.format(body=body, style=style, static=(pdf.SITE / "_static").as_uri()), encoding="utf-8")
        page.goto(path.as_uri(), wait_until="load")
        page.evaluate("document.fonts.ready.then(() => 1)")


def cover(page, title):
    """The title and the book's mark as a picture."""
    page.set_viewport_size(dict(zip(("width", "height"), COVER, strict=True)))
    style = (' style="margin: 0; padding: 120px; height: 1360px; display: flex; flex-direction: column; '
             'justify-content: space-between; background: white"')
    words = f'<h1 style="font: 700 130px/1.02 var(--face-display); letter-spacing: -0.02em; margin: 0">{title}</h1>'
    mark = (pdf.SITE / "_static" / "logo.svg").as_uri()
    show(page, f'{words}<img src="{mark}" alt="" style="width: 960px">', style)
    return page.screenshot()


def tidy(page, article):
    """The article as XHTML, with what is seen of it on paper."""
    show(page, article)
    return page.evaluate(TIDY)


def navigation(title, headings, page_of):
    """The contents: a list of chapters, each with its sections."""
    lines, inside = [], False
    for level, words, place in headings:
        link = f'<a href="{file_of(page_of[place])}#{place}">{escape(words)}</a>'
        if level == "h1":
            lines.append(f'{"</ol></li>" if inside else "</li>" if lines else ""}<li>{link}')
            inside = False
        else:
            lines.append(f'{"" if inside else "<ol>"}<li>{link}</li>')
            inside = True
    end = "</ol></li>" if inside else "</li>"
    return XHTML.format(title=escape(title), body=f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>'
                        f'{"".join(lines)}{end}</ol></nav>')


def with_files(xhtml, pictures):
    """Pictures that stand in the page become files of the book, in pictures: name -> content."""
    def name_of(found):
        name = f"lab-{len(pictures) + 1}.png"
        pictures[name] = b64decode(found[1])
        return f'src="{name}"'
    return re.sub(r'src="data:image/png;base64,([^"]+)"', name_of, xhtml)


def package(title, author, files, pictures):
    """The list of all files; files: name -> XHTML of the pages in their order; pictures: the names of those in them."""
    items = []
    for name, text in files.items():
        kinds = " ".join(kind for kind, mark in (("mathml", "<math"), ("svg", "<svg")) if mark in text)
        items.append(f'<item id="{name.removesuffix(".xhtml")}" href="{name}" media-type="application/xhtml+xml"'
                     + (f' properties="{kinds}"' if kinds else "") + "/>")
    spine = "".join(f'<itemref idref="{name.removesuffix(".xhtml")}"/>' for name in files)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{uuid5(NAMESPACE_URL, title)}</dc:identifier><dc:title>{escape(title)}</dc:title>
<dc:language>en</dc:language><dc:creator>{escape(author)}</dc:creator><dc:rights>CC BY 4.0; code: MIT</dc:rights>
<meta property="dcterms:modified">{now}</meta>
<meta property="schema:accessMode">textual</meta><meta property="schema:accessMode">visual</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="css" href="book.css" media-type="text/css"/>
{"".join(f'<item id="font-{number}" href="{name}" media-type="font/woff2"/>' for number, name in enumerate(FONTS))}
<item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>
{"".join(f'<item id="{name.removesuffix(".png")}" href="{name}" media-type="image/png"/>' for name in pictures)}
{"".join(items)}
</manifest>
<spine><itemref idref="nav"/>{spine}</spine>
</package>
"""


def make(chromium, known=None, target=TARGET):
    """Write these pages, all by default, as this browser sees them, to the target; returns it."""
    settings, pictures = pdf.settings(), {}
    title, known = settings["title"], known or pdf.pages()
    articles = {page: pdf.article(page, set(known)) for page in known}
    for name, part in articles.items():
        labs.on_paper(chromium, (pdf.SITE / f"{name}.html").as_uri(), part, pdf.live())
    page_of = {element["id"]: page for page, part in articles.items() for element in [part, *part.find_all(id=True)]}
    page = chromium.new_page()
    picture = cover(page, title)
    page.set_viewport_size({"width": 760, "height": 1000})
    page.emulate_media(media="print")
    files = {file_of(name): XHTML.format(title=escape(part.find("h1").get_text(" ", strip=True)),
                                         body=with_files(linked(tidy(page, part), name, page_of), pictures))
             for name, part in articles.items()}
    page.close()
    headings = pdf.contents(articles.values())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr("book/package.opf", package(title, settings["author"], files, pictures))
        book.writestr("book/nav.xhtml", navigation(title, headings, page_of))
        book.writestr("book/book.css", STYLE)
        book.writestr("book/cover.png", picture)
        for name, picture in pictures.items():
            book.writestr(f"book/{name}", picture)
        for name in FONTS:
            book.write(pdf.SITE / "_static" / "fonts" / name, f"book/{name}")
        for name, text in files.items():
            book.writestr(f"book/{name}", text)
    return target


if __name__ == "__main__":
    pdf.main(make)
