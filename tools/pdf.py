"""Make _build/backpropagation.pdf, the whole book on paper, from the built site.

The articles of all pages, in the order of the table of contents, become one page that Chromium prints: widgets as the
drawings that stand in for them, labs as what they show when they have come alive (labs.py), solutions and asides open,
of each check its line, of each quiz the choices and then the right one. Links to another place of the book are followed
by the number of its page. These numbers are read from a first printing and written into the next.
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
from tools import browsers, labs

TOP = Path(__file__).resolve().parents[1]
SITE = TOP / "_build" / "html"
TARGET = TOP / "_build" / "backpropagation.pdf"
NOT_ON_PAPER = {"book/review"}          # its cards come one by one
LEFT_OUT = ("script, noscript, template, button, .headerlink, .copybtn, .answer-field, .drill, .progress-place, "
            "section:has(> .drill) > :is(h3, h3 + p), #jb-print-docs-body, .tag_notebook-only, .bp-site-only, "
            ".ways, iframe, canvas")

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
# Links to these are many, and the words are explained where they stand: no page is written after them.
WITHOUT_PAGE = re.compile(r"#(book-glossary--term-|book-references\b|book-api\b)")
NOTE = """<div class="admonition note"><p class="admonition-title">What stands still here</p>
<p>This book was made to be touched: sliders move, networks train while you watch, folds open. Here they stand still.
Where the text says drag, press, play or open, do it {where}; the figure shows how it opens there.
Solutions and answers, which are folded there, stand right below their questions: a hand over them does as well.</p>
</div>"""


def settings():
    return yaml.safe_load((TOP / "_config.yml").read_text(encoding="utf-8"))


def live():
    """Where a reader of the paper finds the live book."""
    address = settings()["html"].get("baseurl")
    return f"at {address}" if address else "on the book’s web pages"


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


def places_at_titles(part):
    """The place of a section is its title: a title that goes on to the next page would leave the section behind."""
    for section in part.find_all("section", id=True):
        if title := section.find(["h1", "h2", "h3", "h4"], recursive=False):
            for mark in title.find_previous_siblings("span", id=True):
                title.insert(0, mark.extract())
            title["id"] = section.attrs.pop("id")


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
    for empty in part.find_all("p", string="Your answer here."):
        empty.decompose()
    for drawing in part.select("figure.bp-figure svg[viewbox]"):
        width, height = drawing["viewbox"].split()[2:]
        drawing["class"] = [*drawing.get("class", []), *(["tall"] if float(height) > float(width) else [])]
    folds_on_paper(part)
    if page == pages()[0]:
        part.find("h1").insert_after(BeautifulSoup(NOTE.format(where=live()), "html.parser"))
    unique_ids(page, part)
    places_at_titles(part)
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
    """[(level, words, id)] of the chapters and their sections; of an assignment not its questions."""
    found = []
    for part in articles:
        for heading in part.find_all(["h1"] if "-assignments-" in part["id"] else ["h1", "h2"]):
            place = part["id"] if heading.name == "h1" else heading.get("id") or heading.find_parent(id=True)["id"]
            found.append((heading.name, " ".join(heading.get_text(" ", strip=True).split()), place))
    return found


def references(articles):
    """The links that the number of a page may follow, each with an id of its own: [(id, id of where it leads)].
    None in code, in a heading, in the middle of a word, and no second one of the same section to the same place.
    """
    found = []
    for part in articles:
        seen = set()
        for link in part.select('a[href^="#"]'):
            key = (id(link.find_parent(["section", "dd"])), link["href"])
            behind = str(link.next_sibling or "")[:1] if isinstance(link.next_sibling, str) else ""
            if (key in seen or WITHOUT_PAGE.match(link["href"]) or "bp-ledger-id" in link.get("class", [])
                    or link.find_parent(["pre", "code", "h1", "h2", "h3", "h4"]) or re.match(r"[\w’']", behind)):
                continue
            seen.add(key)
            link["id"] = f"from-{len(found)}"
            found.append((link["id"], link["href"][1:]))
    return found


def far(links, page_of):
    """The ids of those links that lead further than to the page before or after."""
    return {link for link, place in links if place in page_of and abs(page_of[link] - page_of[place]) > 1}


def title_page():
    about, cited = settings(), yaml.safe_load((TOP / "CITATION.cff").read_text(encoding="utf-8"))
    return (f'<div class="title-page bd-article"><h1>{about["title"]}</h1><p>{cited["abstract"]}</p>'
            f'<p>{about["author"]}</p><p class="rights">Version {cited["version"]}, © {about["copyright"]} '
            f'{about["author"]}.<br>Text and pictures: CC BY 4.0. Code: MIT.</p></div>')


def whole(articles, links, page_of, numbered):
    """The book as one HTML page; page_of: id -> number of the page, empty before it is known; numbered: the links that
    are followed by a page."""
    lines = "".join(f'<a class="{"inner" if level == "h2" else "outer"}" href="#{place}"><span>{words}</span>'
                    f'<span>{page_of.get(place, "")}</span></a>\n' for level, words, place in contents(articles))

    def with_page(found):
        return found[1] + (f'<span class="page-of"> (p. {page_of[found[2]]})</span>' if found[3] in numbered else "")

    body = [re.sub(r'(<a\b[^>]*href="#([^"]+)"[^>]* id="(from-\d+)"[^>]*>.*?</a>)', with_page, str(part), flags=re.S)
            for part in articles]
    # Chromium tells the page of what a link leads to, and here also that of the links themselves.
    asked = "".join(f'<a href="#{link}"></a>' for link, _ in links)
    return (f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
            f'<title>{settings()["title"]}</title>'
            f'<link rel="stylesheet" href="{(SITE / "_static" / "site.css").as_uri()}"><style>{STYLE}</style></head>'
            f'<body>{title_page()}<nav class="contents"><h2>Contents</h2><div>{lines}</div></nav>{"".join(body)}'
            f'<nav hidden>{asked}</nav></body></html>')


def page_numbers(reader):
    """id -> the number of the page it stands on, from the printed file's named destinations."""
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
    for page, part in zip(known, articles, strict=True):
        labs.on_paper(chromium, (SITE / f"{page}.html").as_uri(), part, live())
    links, page_of, numbered = references(articles), {}, set()
    # The numbers themselves take room, and where they move a page, they change; no link loses its number again.
    for _ in range(8):
        before, numbered = page_of, numbered | far(links, page_of)
        pdf = printed(chromium, whole(articles, links, page_of, numbered))
        page_of = page_numbers(PdfReader(BytesIO(pdf)))
        if page_of == before:
            break
    target.write_bytes(pdf)
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
