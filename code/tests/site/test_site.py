"""The built site: every link leads somewhere, every page can be used by everyone,
on a phone, without a network, and from a file."""

import gzip
import re
import struct
from copy import copy
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

import found
import lean_html
from tools import fonts, picture

TOP = Path(__file__).resolve().parents[3]


def table_of_contents():
    toc = yaml.safe_load((TOP / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"]] + [c["file"] for part in toc["parts"] for c in part["chapters"]]


PAGES = [f"{page}.html" for page in table_of_contents()]
OTHERS = ["search.html", "genindex.html"]


@pytest.fixture(scope="session")
def html(built_site):
    """path -> parsed page, for every page of the site."""
    return {path.relative_to(built_site).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            for path in built_site.rglob("*.html") if "_static" not in path.parts}


# ------------------------------------------------------------ read from disk

def test_every_page_is_built(html):
    assert set(PAGES + OTHERS) <= set(html)


def test_links_lead_somewhere(built_site, html):
    """Links within the site have a file, and where they name one, a target in it."""
    broken = []
    names = {page: {e.get(key) for e in soup.find_all(True) for key in ("id", "name")} for page, soup in html.items()}
    for page, soup in html.items():
        for element in soup.find_all(href=True):
            url = urlsplit(element["href"])
            if url.scheme or element["href"].startswith("//"):
                continue
            path = (built_site / page).parent / unquote(url.path) if url.path else built_site / page
            target = path.resolve()
            if not target.is_file():
                broken.append(f"{page}: {element['href']}: no such file")
            elif url.fragment and target.suffix == ".html":
                if unquote(url.fragment) not in names[target.relative_to(built_site.resolve()).as_posix()]:
                    broken.append(f"{page}: {element['href']}: no such place")
    assert not broken, "\n".join(broken)


def test_scripts_styles_and_pictures_are_on_the_site(built_site, html):
    missing = []
    for page, soup in html.items():
        found = [e["src"] for e in soup.find_all(src=True)]
        found += [e["href"] for e in soup.find_all("link", href=True)]
        for address in found:
            url = urlsplit(address)
            if url.scheme == "data" or address == "#":
                continue
            if url.scheme or url.netloc or not ((built_site / page).parent / unquote(url.path)).is_file():
                missing.append(f"{page}: {address}")
    assert not missing, "\n".join(missing)


def test_style_sheets_ask_for_nothing_that_is_missing(built_site):
    missing = []
    for sheet in built_site.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
        faces = re.findall(r"@font-face\s*\{[^}]*\}|@import[^;]*;", text)
        for address in re.findall(r"url\([\"']?([^)\"']+)", " ".join(faces)):
            url = urlsplit(address)
            # a face of the icon font may offer a second format that browsers never come to
            if url.scheme != "data" and not url.path.endswith(".ttf") and (
                    url.scheme or not (sheet.parent / url.path).is_file()):
                if "fa-brands" not in url.path and "fa-regular" not in url.path:
                    missing.append(f"{sheet.name}: {address}")
    assert not missing, "\n".join(missing)


def test_pictures_have_text_alternatives(html):
    bare = []
    for page, soup in html.items():
        article = soup.find("article") or soup
        bare += [f"{page}: {i}" for i in soup.find_all("img") if not i.get("alt", "").strip()]
        for svg in article.find_all("svg"):
            named = svg.get("role") in ("img", "group", "application") and svg.get("aria-label", "").strip()
            hidden = svg.find_parent(attrs={"aria-hidden": "true"}) or svg.get("aria-hidden") == "true"
            titled = svg.find("title")
            if not (named or hidden or titled or svg.find_parent(class_=re.compile("nudge"))):
                bare.append(f"{page}: {str(svg)[:120]}")
    assert not bare, "\n".join(bare)


def test_nothing_that_needs_a_kernel_or_another_host_is_left(built_site, html):
    for page in html:
        text = (built_site / page).read_text(encoding="utf-8")
        for word in ("thebe", "widget-state+json", "requirejs", "cdn.jsdelivr", "unpkg.com", "fontawesome.js"):
            assert word not in text.lower(), f"{page} mentions {word}"


def test_no_cell_failed_and_no_markup_is_left(html):
    """No traceback, no directive or role that wasn't understood, no bare LaTeX."""
    wrong = []
    for page, soup in html.items():
        article = copy(soup.find("article") or soup)      # the others read the whole one
        for error in article.select(".output.traceback, .cell_output .traceback, .system-message, .problematic"):
            wrong.append(f"{page}: {error.get_text()[-200:]}")
        for code in article.select("pre, code, script, style, math, textarea"):
            code.extract()
        text = article.get_text(" ")
        wrong += [f"{page}: …{m[0]}…" for m in re.finditer(
            r".{0,30}(\{[a-z:]+\}`|\\(frac|partial|begin|delta)\b|\$[^$\d ]+\$|:::|^\(\S+\)=).{0,30}", text)]
    assert not wrong, "\n".join(wrong)


def test_the_font_has_every_character_of_the_equations(built_site, html):
    static = built_site / "_static" / "fonts"
    font = {sign for file in static.glob("book-math*.woff2") for sign in TTFont(file).getBestCmap()}
    used = {}
    for page, soup in html.items():
        for equation in soup.find_all("math"):
            for letter in equation.get_text():
                # a single letter of an <mi> is drawn slanted, with a character of its own
                used.setdefault(letter, page)
    # invisible operators need no drawing
    missing = {
        c: p for c, p in used.items() if ord(c) not in font and not c.isspace() and c not in "\u2061\u2062\u2063\u2064"
    }
    assert not missing, f"make the font anew (tools/fonts.py); it lacks {missing}"
    high = [p for p, soup in html.items() if soup.select("msqrt mfrac, msqrt munderover, msqrt mtable, mroot")]
    assert not high, f"the font's √ is made for what stands on one line (tools/fonts.py), not for what is on {high}"
    assert used, "no page has an equation"


def test_a_font_file_has_the_letters_for_which_it_is_fetched():
    """What the stylesheet says of each file is what is in it; what pages use most is in the first of two."""
    static = TOP / "book" / "_static"
    faces = re.findall(r"@font-face \{[^}]*?url\(\"(fonts/[^\"]+)\"\)[^}]*?unicode-range: ([^;]+);",
                       (static / "face.css").read_text(encoding="utf-8"))
    assert len(faces) == 10
    for file, ranges in faces:
        said = set()
        for part in ranges.split(", "):
            first, _, last = part.removeprefix("U+").partition("-")
            said |= set(range(int(first, 16), int(last or first, 16) + 1))
        there = set(TTFont(static / file).getBestCmap())
        assert said <= there, f"{file} lacks {sorted(map(chr, said - there))}"
        common, rare = (fonts.MATH_COMMON, fonts.MATH_RARE) if "math" in file else (fonts.COMMON, fonts.RARE)
        assert set(map(ord, rare if "-more" in file else common)) == said, file


def test_pages_are_light(built_site, html):
    """What a first visit to a page fetches before the reader acts, compressed as servers do it."""
    def packed(path):
        data = path.read_bytes()
        return len(data) if path.suffix in (".woff2", ".png", ".zip") else len(gzip.compress(data, 6))

    report = []
    for page, soup in html.items():
        files = {e["src"] for e in soup.find_all("script", src=True)}
        files |= {e["href"] for e in soup.find_all("link", rel="stylesheet")}
        shared = sum(packed((built_site / page).parent / urlsplit(f).path) for f in files)
        shared += sum(packed(font) for font in (built_site / "_static/fonts").glob("*.woff2")
                      if "-more" not in font.name)                   # fetched where a page has such a letter
        own = packed(built_site / page)
        report.append((own, shared, page))
    report.sort(reverse=True)
    table = "\n".join(f"{own / 1000:8.0f} kB + {shared / 1000:.0f} kB shared  {page}" for own, shared, page in report)
    print(table)
    assert all(own < 160_000 and shared < 220_000 for own, shared, _ in report), table


def test_no_page_uses_an_id_twice(built_site):
    for page in PAGES:
        text = (built_site / page).read_text(encoding="utf-8")
        ids = re.findall(r"<[^<>]* id=\"([^\"]+)\"", text)
        assert len(ids) > 5 and len(set(ids)) == len(ids), (page, [i for i in set(ids) if ids.count(i) > 1])


def test_every_page_says_what_it_is_about(html):
    """A description of its own for each page, in plain words."""
    said = {}
    for page in PAGES:
        text = html[page].find("meta", attrs={"name": "description"})["content"]
        assert 40 <= len(text) <= 165 and not re.search(r"\\[a-z]{2}|[{}$]", text), f"{page}: {text!r}"
        assert html[page].find("meta", property="og:title")["content"]
        said.setdefault(text, []).append(page)
    assert all(len(pages) == 1 for pages in said.values()), said


def test_who_passes_on_a_link_passes_on_a_picture(html, built_site):
    """The card is there, of the size that is asked for, and each page names it once the site has an address."""
    data = (built_site / found.PICTURE).read_bytes()
    assert data.startswith(b"\x89PNG") and len(data) < 150_000
    assert struct.unpack(">II", data[16:24]) == picture.CARD_SIZE

    class App:
        class config:
            html_title, html_baseurl = "The book", "https://example.org/book/"

        class env:
            search_entries = {"page": [{"text": "A sentence about the page."}]}

        class builder:
            get_target_uri = staticmethod(lambda page: f"{page}.html")

    context = {"title": "A page"}
    found.add_tags(App, "page", None, context, None)
    assert 'property="og:image" content="https://example.org/book/_static/card.png"' in context["metatags"]


def test_the_one_stylesheet_has_what_scripts_need_and_nothing_of_the_icons_twice(built_site):
    css = (built_site / "_static" / "site.css").read_text(encoding="utf-8")
    for state in (".show", ".scrolled", ".active", ".copybtn", ".term-hint", ".pst-sidebar-hidden"):
        assert state in css, f"the stylesheet lost {state}, which a script puts on the page"
    assert len(list(built_site.rglob("*.css"))) == 1
    assert "carousel" not in css and "fa-brands" not in css


def test_what_is_folded_is_text_until_it_is_opened(serve, new_page, html):
    """No element of a closed fold is built; opened, it is there, with its copy button; a link into it opens it."""
    name = next(n for n in PAGES if html[n].select("details > noscript pre"))
    page = new_page(f"{serve}/{name}")
    fold = page.locator("details:has(> noscript)").first.element_handle()
    assert not fold.query_selector("pre")
    fold.query_selector("summary").click()
    page.wait_for_function(
        "fold => fold.open && !fold.querySelector(':scope > noscript') && fold.children.length > 1", arg=fold
    )
    assert not page.problems
    inside = next((n, e["id"]) for n in PAGES for e in html[n].select("details > noscript [id]"))
    page.goto(f"{serve}/{inside[0]}#{inside[1]}")
    page.locator(f'[id="{inside[1]}"]').wait_for()
    assert page.evaluate("id => !document.getElementById(id).closest('details:not([open])')", inside[1])


def test_wide_code_is_reached_by_keyboard_before_any_script_runs():
    page = "<pre>{}</pre><pre>{}</pre>"
    wide, narrow = "<span>x</span>" * 85, '<span class="very-long-name">&amp;</span>' * 84 + "\nmore"
    assert lean_html.mark_wide(page.format(wide, narrow)) == (
        f'<pre tabindex="0" data-scrolls="">{wide}</pre><pre>{narrow}</pre>')


def test_solutions_are_folded_and_say_what_they_solve(html):
    found = [(name, fold) for name in PAGES for fold in html[name].select(".solution")]
    assert len(found) > 30
    for name, fold in found:
        line = fold.find("summary", recursive=False)
        assert fold.name == "details" and not fold.has_attr("open"), name
        assert line.get_text().startswith("Solution to Exercise") and not line.find("a"), (name, line)


# ---------------------------------------------------------------- in a browser

def overflow(page):
    """How many pixels the page is wider than the window, and what sticks out."""
    return page.evaluate("""() => {
        const wide = document.documentElement.scrollWidth - innerWidth;
        if (wide <= 0) return null;
        const out = [...document.querySelectorAll("body *")].filter(e => {
            const box = e.getBoundingClientRect();
            return box.width && box.right > innerWidth + 1;
        }).map(e => e.tagName + "." + e.className);
        return `${wide} px: ${out.slice(0, 8).join(", ")}`;
    }""")


# Soon after a page is there, by keyboard, wherever it stands: boxes are measured in idle moments.
EACH_WIDE_BOX_IS_REACHED = """() => [...document.querySelectorAll(".bd-article pre, .bd-article .equation")].every(
  (box) => box.scrollWidth <= box.clientWidth + 1 || box.tabIndex === 0)"""


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_a_drawing_takes_the_whole_width(serve, new_page, width):
    """Its letters are small there."""
    page = new_page(f"{serve}/book/chain-rule.html", width=width)
    drawing = page.locator("figure.bp-figure svg").first
    drawing.scroll_into_view_if_needed()
    assert width - 16 < drawing.bounding_box()["width"] <= width and not overflow(page)


# A formula in the text is an image to the browser's line: where it is wider than its paragraph, its end is cut off.
FORMULAS_CUT = """() => [...document.querySelectorAll(".bd-article span.math math")].filter((formula) => {
    const line = formula.closest("p, li, td, th, dd, dt");
    return line && !line.closest("table") && formula.getBoundingClientRect().width > line.clientWidth + 1;
  }).map((formula) => formula.textContent)"""


@pytest.mark.parametrize("page", PAGES + OTHERS)
@pytest.mark.parametrize("where, width, dark", [("http", 1280, False), ("file", 360, True)],
                         ids=["http-wide-light", "file-phone-dark"])
def test_page(built_site, serve, html, new_page, axe, page, where, width, dark):
    """From a server and from a folder: no error, nothing asked of other hosts, equations in their font, nothing axe
    objects to, no sideways scrolling."""
    address = f"{serve}/{page}" if where == "http" else (built_site / page).resolve().as_uri()
    opened = new_page(address, width=width, dark=dark)
    assert opened.evaluate("document.documentElement.dataset.theme") == ("dark" if dark else "light")
    assert not overflow(opened), overflow(opened)
    assert not (cut := opened.evaluate(FORMULAS_CUT)), cut
    opened.wait_for_function(EACH_WIDE_BOX_IS_REACHED)
    if html[page].find("math"):
        assert opened.evaluate("document.fonts.check('16px \"Book Math\"')")
    assert not (found := axe(opened)), "\n".join(found)
    assert not opened.problems, "\n".join(opened.problems)          # what came late, too: axe has taken its time


@pytest.mark.parametrize("width", [360, 1280])
def test_the_sidebar_opens_and_closes(serve, new_page, width):
    page = new_page(f"{serve}/{PAGES[1]}", width=width)
    chapter = page.locator("#pst-primary-sidebar, #pst-primary-sidebar-modal").get_by_role(
        "link", name="Glossary", exact=True)
    shown = width > 1000
    assert chapter.is_visible() == shown
    page.locator(".primary-toggle").first.click()
    page.wait_for_timeout(500)
    assert chapter.is_visible() != shown
    if not shown:
        behind = page.evaluate("getComputedStyle(document.querySelector('.bd-sidebar-primary')).backgroundColor")
        assert behind.startswith("rgb("), "the page shines through the sidebar"
        page.keyboard.press("Escape")
        page.wait_for_timeout(500)
        assert not chapter.is_visible()
    assert not page.problems


def test_the_theme_button_changes_the_theme(serve, new_page):
    page = new_page(f"{serve}/{PAGES[0]}")
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        seen.add(page.evaluate("document.documentElement.dataset.theme"))
    assert seen == {"light", "dark"}


def test_paper_is_light(serve, new_page):
    page = new_page(f"{serve}/{PAGES[0]}", dark=True)
    page.evaluate("addEventListener('beforeprint', () => { window.printed = document.documentElement.dataset.theme; })")
    page.pdf()
    assert page.evaluate("window.printed") == "light"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_wide_equation_scrolls_in_a_box_that_the_keyboard_reaches(serve, new_page, html):
    name = next(n for n in PAGES if html[n].find("math", display="block"))
    page = new_page(f"{serve}/{name}")
    box = page.locator(".equation").first
    box.scroll_into_view_if_needed()
    assert box.get_attribute("tabindex") is None
    for width, reachable in (("30px", "0"), ("none", None)):
        box.evaluate("(e, width) => { e.style.maxWidth = width; dispatchEvent(new Event('resize')); }", width)
        page.wait_for_function("([e, wanted]) => e.getAttribute('tabindex') === wanted",
                               arg=[box.element_handle(), reachable])


def test_a_term_says_what_it_means(serve, new_page, html):
    """By pointer, by keyboard and by touch; Escape closes; the link stays a link."""
    for term in html["book/glossary.html"].select("dl.glossary > dt"):
        assert term.find_next_sibling("dd").get_text(strip=True), f"the glossary doesn't say what {term.get_text()} is"
    name = next(n for n in PAGES if html[n].select('article a[href*="#term-"]') and "glossary" not in n)
    page = new_page(f"{serve}/{name}")
    term, hint = page.locator('article a[href*="#term-"]').first, page.get_by_role("tooltip")
    term.hover()
    hint.wait_for()
    assert len(hint.inner_text()) > 20
    page.keyboard.press("Escape")
    assert hint.count() == 0
    page.mouse.move(0, 0)
    term.focus()
    hint.wait_for()
    assert term.get_attribute("aria-describedby") == hint.get_attribute("id")

    phone = new_page(f"{serve}/{name}", width=360, has_touch=True)
    term = phone.locator('article a[href*="#term-"]').first
    term.tap()
    phone.get_by_role("tooltip").wait_for()
    assert phone.url.endswith(name)
    box = phone.get_by_role("tooltip").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    term.tap()
    phone.wait_for_url("**/glossary.html#term-*")


def test_the_checks_reject_what_is_wrong(tmp_path, serve_folder, new_page, axe):
    """The checks above can fail: a page with one of each mistake."""
    (tmp_path / "bad.html").write_text("""<!doctype html><title></title><body>
        <img src="http://example.invalid/x.png"><p style="color:#aaa">pale</p>
        <div style="width:2000px">wide</div><script>undefinedFunction()</script>""", encoding="utf-8")
    page = new_page(f"{serve_folder(tmp_path)}/bad.html", width=360)
    page.wait_for_load_state("networkidle")
    problems, found = "\n".join(page.problems), "\n".join(axe(page))
    assert "asks another host: http://example.invalid" in problems
    assert "undefinedFunction" in problems
    assert overflow(page)
    assert "image-alt" in found and "color-contrast" in found
