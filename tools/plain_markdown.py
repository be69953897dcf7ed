"""A page's MyST Markdown in the Markdown that every Jupyter front-end understands: no directives, no roles."""

import re
from functools import cache
from urllib.parse import quote

from pybtex.database import parse_file

from markup import parse_quiz
from tools.pages import BOOK, is_notebook

FENCE = re.compile(r"^(\s*)(`{3,}|:{3,}|~{3,})\s*\{([\w:+-]+)\}\s*(.*)$")
EQUATION = re.compile(r"\$\$(.+?)\$\$[ \t]*\(([\w:.-]+)\)", re.S)
FOLDED = {"dropdown", "solution", "solution-start"}
BOXES = {"note", "tip", "hint", "important", "warning", "caution", "attention", "danger", "error", "seealso",
         "admonition", "exercise", "exercise-start", "margin", "sidebar", "card", "grid-item-card",
         "topic", "epigraph"}
NOTHING = {"contents", "tableofcontents", "toctree", "bibliography", "solution-end", "exercise-end", "raw",
           "site-only", "progress", "index"}


@cache
def targets():
    """label -> (page, title or None, the section's heading or None at the top) for the labels of all pages;
    and the numbers of the labelled equations, which count from 1 in each page, likewise."""
    labels, numbers = {}, {}
    for path in sorted(BOOK.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        sections = [(found.end(), found[1]) for found in re.finditer(r"^##+\s+(.+)", without_code(text), re.M)][::-1]

        def section(place, sections=sections):
            return next((heading for end, heading in sections if end <= place), None)

        for found in re.finditer(r"^\(([^()\s]+)\)=$(?=(?:\n\([^()\s]+\)=|\s*\n)*\n?(.*))", text, re.M):
            heading = re.match(r"#+\s+(.+)", found[2])
            labels[found[1].lower()] = (path, heading and heading[1], section(found.end(2)))
        for found in re.finditer(r"^:(?:name|label):\s*(\S+)", text, re.M):
            labels[found[1].lower()] = (path, None, section(found.start()))
        count = 0
        for found in EQUATION.finditer(text):
            tag = re.search(r"\\tag\{(.+?)\}", found[1])
            count += not tag
            numbers[found[2]] = (path, tag[1] if tag else str(count), section(found.start()))
    return labels, numbers


def without_code(text):
    """The text with every line between fences blank, all else at its place."""
    return re.sub(r"^([ \t]*)(`{3,}|~{3,}).*?^\1\2[ \t]*$", lambda found: re.sub(r"[^\n]", " ", found[0]),
                  text, flags=re.M | re.S)


@cache
def references():
    """key -> (authors, year) from the bibliography."""
    found = {}
    for key, entry in parse_file(str(BOOK / "references.bib")).entries.items():
        names = [" ".join(p.prelast_names + p.last_names) for p in entry.persons.get("author", [])]
        short = (names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
                 if names else key)
        found[key] = (short, entry.fields.get("year", "n.d."))
    return found


def link(text, target, here, heading=None):
    """A link to a page's notebook, at a heading of it; or only its text, where there is no notebook."""
    place = anchor(heading)
    if target == here:
        return f"[{text}]({place})" if place else text
    if target.suffix != ".md" or not is_notebook(target):
        return text
    way = "../" * len(here.relative_to(BOOK).parts[:-1])
    return f"[{text}]({way}{target.stem}.ipynb{place})"


def anchor(heading):
    """"#What-JupyterLab-calls-a-heading", or "" where that can't be known, as with formulas."""
    if not heading or "$" in heading or "{" in heading:
        return ""
    return "#" + quote(re.sub(r"[*`]", "", heading.strip()).replace(" ", "-"), safe="-_.!~*':,?;@&=+/")


def role(name, content, here):
    labels, numbers = targets()
    found = re.fullmatch(r"(.*?)\s*<([^<>]+)>", content, re.S)
    text, target = found.groups() if found else (None, content)
    if name in ("ref", "numref", "prf:ref"):
        page, title, heading = labels.get(target.lower(), (here, None, None))
        return link(text or title or "the one below" * (page == here) or page.stem, page, here, heading)
    if name == "eq":
        page, number, heading = numbers.get(target, (here, "?", None))
        return link(f"({number})", page, here, heading)
    if name == "doc":
        page = (here.parent / f"{target.removesuffix('.md')}.md").resolve()
        return link(text or page.stem.replace("-", " "), page, here) if page.is_file() else text or target
    if name.startswith("cite"):
        cited = [references().get(key.strip(), (key, "")) for key in content.split(",")]
        form = "{} ({})" if name in ("cite:t", "cite:ts", "cite:ct") else "{}, {}"
        joined = "; ".join(form.format(*c) for c in cited)
        return joined if "(" in form else f"({joined})"
    if name == "math":
        return f"${content}$"
    if name in ("code", "kbd", "file", "samp"):
        return f"`{content}`"
    return text or target


def inline(text, here):
    """Roles, links and labels of MyST, in plain Markdown; code spans as they are."""
    def role_at(match):
        return role(match[1], match[3], here)

    def link_at(match):
        text, target = match.groups()
        page, _, label = target.partition("#")
        labels, numbers = targets()
        if target.startswith("#"):
            page, title, heading = labels.get(label.lower()) or numbers.get(label) or (here, None, None)
            return link(text or (label.lower() in labels and title) or page.stem, page, here, heading)
        if page.endswith(".ipynb"):             # a role above has made it
            return match[0]
        path = (here.parent / page).resolve()
        heading = targets()[0].get(label.lower(), (None, None, None))[2] if label else None
        return link(text or path.stem.replace("-", " "), path, here, heading)

    def numbered(match):
        body, number = match[1].rstrip(), targets()[1].get(match[2], (None, "?", None))[1]
        return f"$${body}$$" if r"\tag" in body else f"$${body} \\tag{{{number}}}\n$$"

    text = re.sub(r"^\([^()\s]+\)=[ \t]*\n?", "", text, flags=re.M)
    text = re.sub(r"^%.*\n?", "", text, flags=re.M)
    text = EQUATION.sub(numbered, text)
    text = re.sub(r"\{([a-z][\w:+-]*)\}(`+)(.+?)\2(?!`)", role_at, text, flags=re.S)
    text = re.sub(r"(?<!!)\[([^\]\[]*)\]\((#[^)\s]+|(?!\w+:)[^)\s]+\.(?:md|ipynb)(?:#[^)\s]*)?)\)", link_at, text)
    return re.sub(r"(?<=[\w)\]`*])\{[.#][^}\n]*\}", "", text)        # {.class #id}


def options_off(lines):
    """Directive options -> (options, the lines of the body)."""
    options = {}
    while lines and (found := re.match(r"\s*:([\w-]+):\s*(.*)$", lines[0])):
        options[found[1]] = found[2]
        lines = lines[1:]
    return options, lines


def directive(name, argument, lines, here):
    options, lines = options_off(lines)
    if name in ("math", "math:numref"):
        return ["$$", *lines, "$$"]
    if name in ("code-block", "code", "sourcecode", "literalinclude"):
        return [f"```{argument}", *lines, "```"]
    if name in NOTHING:
        return []
    if name == "quiz":
        return quiz_folded(argument, lines, here)
    body = plain("\n".join(lines).strip("\n"), here).split("\n")
    if name in ("figure", "image"):
        raise ValueError(f"{here.name}: {argument}: a notebook has no way to its pictures; draw it in a cell")
    if name == "list-table":
        return ["", f"**{argument}**" if argument else "", *list_table(body)]
    if name == "table":
        return [f"**{inline(argument, here)}**", "", *body] if argument else body
    title = inline(argument, here).strip()
    if name in FOLDED:
        summary = title if name == "dropdown" else "Solution"
        return ["<details>", f"<summary>{summary}</summary>", "", *body, "", "</details>"]
    if name in BOXES:
        if name.startswith("exercise"):
            title = f"Exercise. {title}".strip()
        heading = title or name.capitalize()
        return [f"> **{heading}**" if name != "epigraph" else ">", ">", *(f"> {line}".rstrip() for line in body)]
    return body


def quiz_folded(argument, lines, here):
    """The question, and each choice with what it says when opened."""
    question, choices = parse_quiz(lines)
    out = [f"**Check yourself.** {inline(' '.join([argument, *question]), here)}"]
    for right, choice, explanation in choices:
        verdict = "Right." if right else "Not quite."
        out += ["", "<details>", f"<summary>{inline(choice, here)}</summary>", "",
                f"{verdict} {inline(explanation, here)}", "", "</details>"]
    return out


def list_table(lines):
    rows = []
    for line in lines:
        if found := re.match(r"\s*\*\s+-\s?(.*)", line):
            rows.append([found[1]])
        elif found := re.match(r"\s+-\s?(.*)", line):
            rows[-1].append(found[1])
        elif line.strip() and rows:
            rows[-1][-1] += " " + line.strip()
    rule = ["---"] * len(rows[0]) if rows else []
    return ["| " + " | ".join(row) + " |" for row in rows[:1] + [rule] + rows[1:]]


def plain(text, here):
    """MyST Markdown of a page -> Markdown without directives and roles."""
    out, prose, lines = [], [], text.split("\n")

    def flush():
        if prose:
            out.append(inline("\n".join(prose), here))
            prose.clear()

    i = 0
    while i < len(lines):
        line, opening = lines[i], FENCE.match(lines[i])
        fence = opening or re.match(r"^(\s*)(`{3,}|~{3,})", line)
        if not fence:
            prose.append(line)
            i += 1
            continue
        flush()
        indent, mark = fence[1], fence[2]
        close = re.compile(rf"^\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
        end = next((j for j in range(i + 1, len(lines)) if close.match(lines[j])), len(lines))
        inside = [row.removeprefix(indent) for row in lines[i + 1:end]]
        new = directive(opening[3], opening[4], inside, here) if opening else [
            line.removeprefix(indent), *inside, mark]
        out.append("\n".join((indent + row).rstrip() for row in new))
        i = end + 1
    flush()
    return "\n".join(out)
