"""One stylesheet for the whole site: of all that the theme and the extensions bring along, the rules that a page
or a script of this book can need, in the order in which the pages asked for them.

A rule stays if each class and id in its selector occurs in a page or in a script; what a script puts on the page
(`.show`, `.active` …) is so kept by its name.
"""

import hashlib
import re
from pathlib import Path

import tinycss2

from kept import kept
from tools import minified

BUNDLE = "site.css"
# The theme's templates and its stylesheet asked for these themselves.
THEME = ["styles/theme.css", "basic.css", "styles/pydata-sphinx-theme.css"]
SHARED = "widgets.css"                     # before what each widget says of itself (nudge_static.py)
OURS = ["face.css", "book.css"]            # the last words, whatever page asked for what first

NAME = re.compile(r"([.#])((?:\\.|[\w-])+)")
FUNCTION = re.compile(r":(?:not|is|where|has|host)\((?:[^()]|\([^()]*\))*\)")
PROPERTY = re.compile(r"var\(\s*(--[\w-]+)")
STRING = re.compile(r"""\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`""")
WORD = re.compile(r"[A-Za-z_][\w-]*")
DATA = {"search-data.js", "review-cards.js", "digits.js"}        # their words are no names
# Scripts of the theme and of extensions name these too: they look for them, and nothing puts them on a page of ours.
LOOKED_FOR = {"bd-header-announcement", "bd-header-version-warning", "dropdown-menu-dark", "linenos", "list-group-item",
              "list-group-item-action", "pst-button-link-to-stable-version", "sidebar", "version-switcher__button",
              "version-switcher__menu"}
NESTED = {"media", "supports", "layer", "container"}


def names_in(site):
    """Every word that could be the name of a class, an id or a custom property: of the pages' attributes, and of
    the scripts' strings."""
    on_pages, words = set(), set()
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for value in set(re.findall(r'\b(?:class|id)="([^"]*)"', text)):
            on_pages.update(value.split())
        on_pages.update(PROPERTY.findall(text))
    for script in site.rglob("*.js"):
        if script.name in DATA or {"figures", "hints", "labs"} & set(script.parts):
            continue
        for text in STRING.findall(script.read_text(encoding="utf-8")):
            words.update(WORD.findall(text))
            words.update(PROPERTY.findall(text))
    return on_pages | words - LOOKED_FOR


def is_used(selector, names):
    plain = FUNCTION.sub("", selector)
    return all(name.replace("\\", "") in names for _, name in NAME.findall(plain))


def purge(rules, names):
    """The text of the rules that can match; a rule of several selectors keeps those that can."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = split_selectors(tinycss2.serialize(rule.prelude))
            used = [selector.strip() for selector in selectors if is_used(selector, names)]
            if used:
                kept.append(",".join(used) + "{" + tinycss2.serialize(rule.content) + "}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content is not None:
            inner = purge(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), names)
            if inner:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{''.join(inner)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword not in ("charset", "import"):
            kept.append(rule.serialize())
        elif rule.type == "error":
            raise ValueError(f"a stylesheet can't be read: {rule.message}")
    return kept


def split_selectors(text):
    """Cut a selector list at the commas that stand in no parentheses."""
    parts, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += {"(": 1, ")": -1, "[": 1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def packed(css):
    """The same rules without comments and idle white space; that between the parts of a selector means something."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"\s+", " ", css))


def without_unused_properties(css, names):
    """Leave out custom properties that nothing refers to, and then those that only these referred to."""
    before = None
    while css != before:
        before, used, parts = css, names | set(PROPERTY.findall(css)), []
        for declaration in re.split(r"(?<=[{;])(--[\w-]+\s*:[^;{}]*(?:;|(?=\})))", css):
            name = declaration.partition(":")[0].strip()
            parts.append(declaration if name in used or not re.fullmatch(r"--[\w-]+", name) else "")
        css = "".join(parts)
    return re.sub(r"[^{}]+\{\}", "", css)


def without_unused_faces(css):
    """Leave out @font-face of families that no rule names."""
    faces = re.findall(r"@font-face\s*\{[^}]*\}", css)
    rest = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    for face in faces:
        family = re.search(r"font-family:\s*[\"']?([^\"';}]+)", face)[1].strip()
        if family not in rest or "fa-brands" in face or "fa-regular" in face:
            css = css.replace(face, "")
    return css


def with_paths_from(folder, css):
    """Addresses in a stylesheet of a folder below _static, as they read from _static itself."""
    def mend(found):
        address = found[1].strip("\"'")
        if re.match(r"(data:|#|[a-z]+://|/)", address):
            return found[0]
        parts = []
        for part in [*folder.split("/"), *address.split("/")]:
            if part == ".." and parts:
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        return f'url("{"/".join(parts)}")'
    return re.sub(r"url\(([^)]*)\)", mend, css)


def ask_for_one(app, page, template, context, doctree):
    context["css_files"] = [f"_static/{BUNDLE}"]


def in_order(app, static):
    """All stylesheets there are, as paths below _static: the theme's, the extensions' as they were added, ours."""
    there = {path.relative_to(static).as_posix() for path in static.rglob("*.css")} - {BUNDLE}
    added = [str(file.filename).removeprefix("_static/") for file in app.builder._css_files]
    first = [file for file in [*THEME, *added] if file in there]
    rest = sorted(there - set(first), key=lambda file: (file != SHARED, file))
    return sorted(dict.fromkeys(first + rest), key=lambda file: (file in OURS, file == "book.css"))


def joined(sheets, names):
    """One stylesheet of {path below _static: stylesheet}, without what these names don't need."""
    parts = []
    for file, css in sheets.items():
        rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        parts.append(with_paths_from(file.rpartition("/")[0], "".join(purge(rules, names))))
    return minified.style(without_unused_properties(without_unused_faces(packed("".join(parts))), names))


def write(app, error):
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    static = site / "_static"
    names, files = names_in(site), in_order(app, static)
    sheets = {file: (static / file).read_text(encoding="utf-8") for file in files}
    code = Path(__file__).read_text(encoding="utf-8")
    css = kept(app, "style", [code, " ".join(sorted(names)), *sheets, *sheets.values()], lambda: joined(sheets, names))
    for file in files:
        (static / file).unlink()
    (static / BUNDLE).write_text(css, encoding="utf-8")
    mark_pages(site, BUNDLE, css)


def mark_pages(site, file, text):
    """Have every page ask for this state of a file, so that no browser keeps an older one."""
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    for page in site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        marked = re.sub(rf"(_static/{re.escape(file)})(\?v=\w+)?\"", rf'\1?v={mark}"', html)
        if marked != html:
            page.write_text(marked, encoding="utf-8")


def setup(app):
    app.connect("html-page-context", ask_for_one, priority=950)
    app.connect("build-finished", write, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
