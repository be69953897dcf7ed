"""Make _build/backpropagation.pdf, the whole book on paper, from the built site.

The articles of all pages, in the order of the table of contents, become one page that Chromium prints: widgets as the
drawings that stand in for them, solutions and asides open, of each check its line, of each quiz the choices and then
the right one, links within the book followed by the number of the page they lead to.
These numbers are read from a first printing and written into the second.
"""

import re
import string
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

import later
from tools import browsers

TOP = Path(__file__).resolve().parents[1]
SITE = TOP / "_build" / "html"
TARGET = TOP / "_build" / "backpropagation.pdf"
NOT_ON_PAPER = {"book/review"}          # its cards come one by one
LEFT_OUT = ("script, noscript, template, button, .headerlink, .copybtn, .answer-field, .drill, .progress-place, "
            "section:has(> .drill) > :is(h3, h3 + p), #jb-print-docs-body, .tag_notebook-only, .bp-site-only, "
            "iframe, canvas")

STYLE = """
@page { size: A4; margin: 20mm 19mm 22mm; }
html { font-size: 11.5px; background: white; }
body { background: white; }
.bd-article { font-size: 1rem; line-height: 1.5; max-width: none; padding: 0; }
article.bd-article { break-before: page; }
nav.contents { break-before: page; font-family: var(--face-ui); }
nav.contents a { display: flex; justify-content: space-between; gap: 1em; padding: 0.2em 0; }
nav.contents a, nav.contents a:visited { color: inherit; text-decoration: none; }
nav.contents a.inner { padding-left: 1.5em; font-size: 0.9em; }
.title-page { height: 240mm; display: flex; flex-direction: column; justify-content: center; }
.title-page h1 { font: 700 52px/1.05 var(--face-display); letter-spacing: -0.02em; }
.page-of { font-size: 0.8em; color: var(--bp-muted); font-family: var(--face-ui); white-space: nowrap; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.equation { overflow: visible !important; }
math { font-size: 1.02em; }
div.cell, figure, div.math, .admonition, .exercise, table, pre { break-inside: avoid; }
h1, h2, h3, h4 { break-after: avoid; }
"""


def pages():
    toc = yaml.safe_load((TOP / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    return [file for file in files if file not in NOT_ON_PAPER]


def anchor(page, fragment=""):
    return re.sub(r"[^\w-]+", "-", f"{page}--{fragment}" if fragment else page)


def unfold(fold):
    """A fold that is open for good; its line becomes a title."""
    fold.name = fold.find("summary", recursive=False).name = "div"
    for kept in fold.find_all("noscript", recursive=False):
        kept.unwrap()


def quiz_on_paper(quiz):
    """The choices, each with a letter, and after them which is right and why."""
    choices = quiz.select("details.quiz-choice")
    for letter, choice in zip(string.ascii_lowercase, choices, strict=False):
        why = choice.find("p").extract()
        if "quiz-right" in choice["class"]:
            why.find(class_="quiz-verdict").string = f"Answer: {letter}. "
            why["class"] = "quiz-answer"
            quiz.append(why)
        text = choice.find(class_="quiz-text").extract()
        text.insert(0, f"{letter}) ")
        choice.clear()
        choice.append(text)
        choice.name = "p"


def folds_on_paper(part):
    """Nothing opens there: what a reader would open stands open, and what shows how a check is done is left out."""
    for quiz in part.select(".quiz"):
        quiz_on_paper(quiz)
    for mark in part.select(".sd-summary-state-marker, .check-how"):
        mark.decompose()
    for fold in part.select("details.solution, details.sd-dropdown"):
        unfold(fold)
    for fold in part.find_all("details"):
        if "check" not in fold.get("class", []):
            fold.decompose()
            continue
        line = fold.find("summary", recursive=False).extract()
        fold.clear()
        fold.append(line)
        fold.name = line.name = "div"


def unique_ids(page, part):
    """Ids that no other page has; what a drawing takes from its definitions is found by the new ones."""
    part["id"], seen = anchor(page), set()
    for element in part.find_all(id=True):
        element["id"] = anchor(page, element["id"])
        if element["id"] in seen:                            # of no use, or the same letter drawn by another figure
            del element["id"]
        else:
            seen.add(element["id"])
    for element in part.select("svg *"):
        for name, value in element.attrs.items():
            if name in ("href", "xlink:href") and value.startswith("#"):
                element[name] = f"#{anchor(page, value[1:])}"
            elif isinstance(value, str) and "url(#" in value:
                element[name] = re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{anchor(page, found[1])})", value)


def article(page, known):
    """The article of a page, its ids and its links made unique within the book."""
    html = (SITE / f"{page}.html").read_text(encoding="utf-8")
    part = BeautifulSoup(re.search(r"<article\b.*</article>", html, re.S)[0], "html.parser").article
    for idle in part.select(LEFT_OUT):
        if idle.name != "noscript":
            idle.decompose()
    for drawing in part.select("svg[data-later]"):           # put off by later.py
        file = SITE / later.FOLDER / f"{drawing['data-later']}.svg"
        drawing.find_next_sibling("noscript").decompose()
        drawing.replace_with(BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser"))
    folds_on_paper(part)
    unique_ids(page, part)
    folder = (SITE / page).parent
    for link in part.find_all("a", href=True):
        path, _, fragment = link["href"].partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = ((folder / path).resolve() if path else (SITE / f"{page}.html").resolve()).with_suffix("")
        name = target.relative_to(SITE.resolve()).as_posix() if target.is_relative_to(SITE.resolve()) else ""
        if name in known:
            link["href"] = f"#{anchor(name, fragment)}"
        else:
            link.name, link.attrs = "span", {}               # a file of the site: there is none on paper
    for image in part.find_all("img", src=True):
        if not re.match(r"(data|[a-z]+):", image["src"]):
            image["src"] = (folder / image["src"]).resolve().as_uri()
    return part


def contents(articles):
    """[(level, words, id)] of the chapters and their sections."""
    found = []
    for part in articles:
        for heading in part.find_all(["h1", "h2"]):
            holder = heading.find_parent(id=True)
            place = part["id"] if heading.name == "h1" else holder["id"]
            found.append((heading.name, " ".join(heading.get_text(" ", strip=True).split()), place))
    return found


def whole(articles, page_of):
    """The book as one HTML page; page_of: id -> number of the page, empty before it is known."""
    lines = "".join(f'<a class="{"inner" if level == "h2" else "outer"}" href="#{place}"><span>{words}</span>'
                    f'<span>{page_of.get(place, "")}</span></a>\n' for level, words, place in contents(articles))

    def with_page(found):
        number = page_of.get(found[2])
        return found[1] + (f'<span class="page-of"> (p. {number})</span>' if number else "")

    body = [re.sub(r'(<a\b[^>]*href="#([^"]+)"[^>]*>.*?</a>)', with_page, str(part), flags=re.S) for part in articles]
    title = yaml.safe_load((TOP / "_config.yml").read_text(encoding="utf-8"))["title"]
    return (f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title>'
            f'<link rel="stylesheet" href="{(SITE / "_static" / "site.css").as_uri()}"><style>{STYLE}</style></head>'
            f'<body><div class="title-page bd-article"><h1>{title}</h1></div><nav class="contents"><h2>Contents</h2>'
            f'{lines}</nav>{"".join(body)}</body></html>')


def page_numbers(pdf):
    """id -> the number of the page it stands on, from the printed file's named destinations."""
    reader = PdfReader(BytesIO(pdf))
    return {name.lstrip("/"): reader.get_destination_page_number(place) + 1
            for name, place in reader.named_destinations.items()}


def printed(chromium, html):
    page = chromium.new_page()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.html"
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri(), wait_until="load")
        page.evaluate("document.fonts.ready.then(() => 1)")
        pdf = page.pdf(prefer_css_page_size=True, print_background=True, display_header_footer=True, outline=True,
                       tagged=True, header_template="<span></span>",
                       footer_template='<div style="font: 9px sans-serif; width: 100%; text-align: center">'
                                       '<span class="pageNumber"></span></div>')
    page.close()
    return pdf


def make(chromium, known=None, target=TARGET):
    """Have this browser print these pages, all by default, to the target; returns it."""
    known = known or pages()
    articles = [article(page, set(known)) for page in known]
    first = printed(chromium, whole(articles, {}))
    second = printed(chromium, whole(articles, page_numbers(first)))
    # the numbers themselves take room: where they moved a page, once more
    if page_numbers(second) != page_numbers(first):
        second = printed(chromium, whole(articles, page_numbers(second)))
    target.write_bytes(second)
    return target


def main(make):
    """Make the book of the built site, and say how large it became."""
    if not (SITE / "index.html").is_file():
        sys.exit("The site isn't built yet: make book")
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright, browsers.find())
        path = make(chromium)
        chromium.close()
    print(f"{path.relative_to(TOP)}: {path.stat().st_size / 1e6:.1f} MB"
          + (f", {len(PdfReader(path).pages)} pages" if path.suffix == ".pdf" else ""))


if __name__ == "__main__":
    main(make)
