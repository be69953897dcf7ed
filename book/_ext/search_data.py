"""What the search looks through: each section of each page with its text, each exercise, each term of the glossary with
its meaning, each numbered equation, as `_static/search-data.js`. A page loads it when somebody searches, so the search
works from a disk as well. `search.js` is the other half, and says what comes first.

An entry's "keys" are words that count as its title does: what a section prints in bold because it explains it, what an
`{index}` there says, the other names of a term, the symbol it stands for."""

import json
import posixpath
import re
from pathlib import Path

from docutils import nodes
from pylatexenc.latex2text import LatexNodes2Text
from sphinx import addnodes
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, exercise_subtitle, solution_node

from quiz import quiz

FILE = "search-data.js"
EXERCISES = (exercise_node, exercise_enumerable_node)
LEFT_OUT = (nodes.raw, nodes.literal_block, nodes.comment, nodes.target, nodes.image, addnodes.index, nodes.citation,
            nodes.thead, nodes.system_message, solution_node)
OWN_ENTRY = (nodes.section, addnodes.desc, addnodes.glossary, *EXERCISES)
latex = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)
# What can stand above and below: the sign, and the sign for it there.
RAISED = dict(zip("0123456789+-=()aehijklmnoprstuvxLNT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵉʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛˣᴸᴺᵀ"))
LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"))
BRACED = r"((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"
UNKNOWN = "\x02{}:{}\x03"   # a link or a citation: what it says is known when all pages are read; see `told`
FEWEST = 40                 # characters that a text has without its large formulas, or they are kept


def moved(found):
    """What stands above or below, with Unicode's signs if it has all of them. ({} ends the name of a command.)"""
    mark, signs = found[1], LOWERED if found[1] == "_" else RAISED
    text = re.sub(r"\\top\b", "T", found[2] or found[3]).replace(" ", "")
    if all(sign in signs for sign in text):
        return "{}" + "".join(signs[sign] for sign in text)
    return f"{{}}{mark}{text}" if re.fullmatch(r"\\?\w+|\[.*\]", text) else f"{{}}{mark}({text})"


def over(found):
    """A fraction in a line, in parentheses what is more than a product."""
    return "/".join(f"({part})" if re.search(r"[-+]| \w*\(", part) else part for part in found.groups()) + " "


def plain_math(text):
    """A formula as one line of ordinary characters: δ⁽ˡ⁾ⱼ = ∂C/∂z⁽ˡ⁾ⱼ."""
    text = re.sub(r"\\begin\{(?:[pb]matrix|array)\}(?:\{\w+\})?", "(", text.replace("'", "′"))
    text = re.sub(r"\\end\{(?:[pb]matrix|array)\}", ")", text)
    text = re.sub(r"\\(?:begin|end)\{\w+\*?\}|\\label\{[^}]*\}|\\tag\{[^}]*\}|&", " ", text)
    text = re.sub(r"\\\\(?:\[\w+\])?", "; ", text)
    text = re.sub(r"\\(ln|log|exp|max|min|tanh)\b\s*(\(?)",
                  lambda found: f"\\text{{ {found[1]}}}(" if found[2] else f"\\text{{ {found[1]} }}", text)
    text = re.sub(r"(\\sum(?:_(?:\w|\{[^{}]*\}))?(?:\^(?:\w|\{[^{}]*\}))?)", r"\1\\ ", text)
    for mark in "_^":
        text = re.sub(rf"(?<!\\)(\{mark})(?:\{{{BRACED}\}}|(\\\w+|[^\s{{}}\\]))", moved, text)
    text = re.sub(r"\\[td]?frac\s*(\w)\s*(\w)", r"\1/\2", text)
    text = re.sub(rf"\\[td]?frac\s*\{{{BRACED}\}}\s*\{{{BRACED}\}}", over, text)
    text = re.sub(r"\s*([=←→≈≤≥])\s*", r" \1 ", latex.latex_to_text(text)).replace("-", "−")
    text = re.sub(r"(?<![\d.])1/2(?![\d.])", "½", re.sub(r"(?<![\d.])1/4(?![\d.])", "¼", text))
    return re.sub(r" +(?=[;,)])|(?<=\() +|; (?=·)", "", " ".join(text.split()))


def link(node):
    """The words of a link; of one that has none of its own the place of those it will get."""
    kind, target = node["reftype"], node["reftarget"]
    if node["refdomain"] == "cite":
        cited = "; ".join(UNKNOWN.format(f"cite-{kind}", key.strip()) for key in target.split(","))
        return f"({cited})" if kind == "p" else cited
    if node["refdomain"] == "std" and not node["refexplicit"]:
        if kind == "doc":
            return UNKNOWN.format(kind, posixpath.normpath(posixpath.join(posixpath.dirname(node["refdoc"]), target)))
        return UNKNOWN.format(kind, target) if kind == "ref" else ""
    return ""


def plain(node, formulas=True):
    """The words of a node without what has an entry of its own; without its large formulas where that is asked."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, (*OWN_ENTRY, *LEFT_OUT)) or is_fold(node) or "bp-ledger-place" in node["classes"]:
        return ""
    if isinstance(node, nodes.math):
        return plain_math(node.astext())
    if isinstance(node, nodes.math_block):
        return f"{plain_math(node.astext())} " if formulas else " … "
    if isinstance(node, addnodes.pending_xref) and link(node):
        return link(node)
    words = [plain(child, formulas) for child in node.children]
    if isinstance(node, nodes.row):
        return " · ".join(cell.strip() for cell in words if cell.strip()) + "; "
    if isinstance(node, nodes.definition_list_item):
        return f"{words[0].strip()}: {''.join(words[1:])}"
    words = "".join(words)
    return words if isinstance(node, nodes.Inline) or not words else words + " "


def words_of(children, formulas=True):
    text = " ".join("".join(plain(child, formulas) for child in children).split())
    text = re.sub(r"(?<=[.?!]) …(?= [A-Z(]|$)", "", re.sub("(?:… )+…", "…", re.sub(r"([.;?!]);", r"\1", text)))
    return re.sub("^… (?=[A-Z])", "", text).strip("; ")


def text_of(children):
    """The words of a place; its large formulas are left out, unless there is little else."""
    text = words_of(children, formulas=False)
    return text if len(text) > FEWEST else words_of(children)


def is_fold(node):
    return isinstance(node, nodes.container) and any(isinstance(child, nodes.rubric) for child in node.children)


def name_of(part):
    """The title of a section, the name of an exercise, or ""."""
    title = nodes.title if isinstance(part, nodes.section) else exercise_subtitle
    return words_of(next(iter(part.findall(title)), nodes.title()).children)


def within(node):
    """What a node consists of, without what has an entry of its own."""
    for child in node.children:
        if isinstance(child, nodes.Element) and not isinstance(child, (*OWN_ENTRY, solution_node, quiz, nodes.table)):
            yield child
            yield from within(child)


def keys(node):
    """What a place is to be found by: its index entries, and what is in bold because it is explained there."""
    found = []
    for child in within(node):
        if isinstance(child, addnodes.index):
            found += [entry[1] for entry in child["entries"] if "(" not in entry[1]]     # or it is a function's
        elif isinstance(child, nodes.strong) and re.search(r"[A-Z]|\w{4}", child.astext()) \
                and not child.astext().rstrip().endswith((":", ".", ",")):
            found.append(words_of([child]))
    return ", ".join(dict.fromkeys(found))


def term_keys(definition):
    """The other names of a term, and its symbol if the definition begins with it: "The bias b⁽ˡ⁾ⱼ …"."""
    names = [words_of([child]) for child in definition.findall(nodes.emphasis)]
    formula = next(iter(definition.findall(nodes.math)), None)
    before = definition.astext().partition(formula.astext())[0] if formula else ""
    symbol = re.split(r"[=(≥→]", plain_math(formula.astext()))[0].strip() if formula and len(before) < 30 else ""
    return ", ".join(filter(None, [symbol, *names]))


def entries_of(document):
    """[{"at": id, "title", "in": title of the page, "text", "keys", "kind"}] of one page; `at` is "" for its top."""
    entries, page = [], words_of(next(iter(document.findall(nodes.title)), nodes.title()).children)

    def add(at, title, text, kind, keys=""):
        entries.append({"at": at, "title": title, "in": page if title != page else "", "text": text, "keys": keys,
                        "kind": kind})

    for section in document.findall(nodes.section):
        if not isinstance(section[0], nodes.title):     # the content of an exercise
            continue
        at = "" if isinstance(section.parent, nodes.document) else section["ids"][0]
        text, parts = text_of(section.children[1:]), [part for part in section.children if isinstance(part, OWN_ENTRY)]
        if not text or any(isinstance(part, EXERCISES) for part in parts):
            text = f"{text} {'; '.join(filter(None, map(name_of, parts)))}".strip()
        explains = "" if "assignments" in document["source"] else keys(section)
        add(at, words_of(section[0].children), text, "section", explains)
        for fold in filter(is_fold, within(section)):
            rubric, *content = fold.children
            add(at, words_of(rubric.children), text_of(content), "fold")
    for exercise in document.findall(lambda node: isinstance(node, EXERCISES)):
        title, content = f"Exercise: {name_of(exercise)}", next(iter(exercise.findall(nodes.section)))
        add(exercise["ids"][0], title.removesuffix(": "), text_of(content.children), "exercise")
    for item in document.findall(nodes.definition_list_item):
        if isinstance(item.parent.parent, addnodes.glossary):
            add(item[0]["ids"][0], words_of(item[0].children), words_of(item[-1].children), "term", term_keys(item[-1]))
    for described in document.findall(addnodes.desc):               # a class, a function or a method of the package
        signature, content = described[0], described[-1]
        arguments = signature.astext().partition("(")[1:]
        add(signature["ids"][0], signature["fullname"].rpartition(".")[2],
            " ".join(["".join(arguments), words_of(content.children)]).strip(), "name")
    for equation in document.findall(nodes.math_block):
        if equation.get("label") and equation["ids"]:
            tag = re.search(r"\\tag\{([^}]*)\}", equation.astext())
            name = plain_math(tag[1]) if tag else str(equation["number"] or "")
            add(equation["ids"][0], f"Equation ({name})", plain_math(equation.astext()), "equation")
    return entries


def entries(env):
    if not hasattr(env, "search_entries"):
        env.search_entries = {}
    return env.search_entries


def told(env, text):
    """A text with what its links and citations say: the title of the place, who wrote when."""
    def say(found):
        kind, name = found.groups()
        if kind == "doc":
            return env.titles[name].astext()
        if kind == "ref":
            title = env.get_domain("std").labels[name.lower()][2]
            return plain_math(title) if "\\" in title else title
        work = env.get_domain("cite").bibdata.data.entries[name]
        people = [latex.latex_to_text(" ".join([*person.prelast_names, *person.last_names]))
                  for person in work.persons["author"]]
        who = " and ".join(people) if len(people) < 3 else f"{people[0]} et al."
        year = work.fields["year"]
        return who if year == "n.d." else f"{who}, {year}" if kind == "cite-p" else f"{who} ({year})"
    return re.sub(UNKNOWN.format("([^:]*)", "([^\x03]*)"), say, text)


def read(app, document):
    entries(app.env)[app.env.docname] = entries_of(document)


def write(app, error):
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    found = [{"page": app.builder.get_target_uri(page)} |
             {name: told(app.env, said) for name, said in entry.items() if said}
             for page, of_page in sorted(entries(app.env).items()) for entry in of_page if page in app.env.all_docs]
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in found)
    (site / "_static" / FILE).write_text(f"window.searchData = [\n{lines}\n];\n", encoding="utf-8")


def instead_of_sphinx(app):
    """Sphinx's own index isn't made: nothing reads it, and a build that reads few pages again would miss it."""
    if app.builder.format == "html":
        app.builder.search = False
        app.config.html_additional_pages = {**app.config.html_additional_pages, "search": "search.html"}


def setup(app):
    app.connect("builder-inited", instead_of_sphinx)
    app.connect("doctree-read", read, priority=900)
    app.connect("env-purge-doc", lambda app, env, page: entries(env).pop(page, None))
    app.connect("env-merge-info", lambda app, env, pages, other: entries(env).update(
        {page: entries(other)[page] for page in pages if page in entries(other)}))
    app.connect("build-finished", write, priority=700)
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
