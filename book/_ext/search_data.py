"""What the search looks through: each section of each page with its text, each term of the glossary with its
meaning, each numbered equation, as `_static/search-data.js`. A page loads it when somebody searches, so the search
works from a disk as well. `search.js` is the other half."""

import json
import re
from pathlib import Path

from docutils import nodes
from pylatexenc.latex2text import LatexNodes2Text
from sphinx import addnodes

FILE = "search-data.js"
LEFT_OUT = (nodes.raw, nodes.literal_block, nodes.comment, nodes.target, nodes.image, addnodes.index, nodes.citation)
latex = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)


def plain_math(text):
    """A formula as one line of ordinary characters: δ^(l)_j."""
    text = re.sub(r"\\[td]?frac\s*(\d)\s*(\d)", r"\1/\2", text.replace("'", "′"))
    text = re.sub(r"\\(?:begin|end)\{\w+\*?\}|\\label\{[^}]*\}|\\tag\{[^}]*\}|&", " ", text)
    return " ".join(latex.latex_to_text(text).split())


def plain(node):
    """The words of a node without the sections and definitions in it, which have entries of their own."""
    if isinstance(node, (nodes.section, nodes.definition_list_item, addnodes.desc, *LEFT_OUT)):
        return ""
    if isinstance(node, (nodes.math, nodes.math_block)):
        return plain_math(node.astext())
    if isinstance(node, nodes.Text):
        return str(node)
    words = "".join(plain(child) for child in node.children)
    return words if isinstance(node, nodes.Inline) or not words else words + " "


def words_of(children):
    return " ".join("".join(plain(child) for child in children).split())


def entries_of(document):
    """[{"at": id, "title", "in": title of the page, "text", "kind"}] of one page; `at` is "" for its top."""
    entries, page = [], None
    for section in document.findall(nodes.section):
        title = words_of(section[0].children) if isinstance(section[0], nodes.title) else ""
        page = page or title
        top = isinstance(section.parent, nodes.document)
        entries.append({"at": "" if top else section["ids"][0], "title": title, "in": "" if top else page,
                        "text": words_of(section.children[1:]), "kind": "section"})
    for item in document.findall(nodes.definition_list_item):
        term = item[0]
        if isinstance(item.parent.parent, addnodes.glossary):
            entries.append({"at": term["ids"][0], "title": words_of(term.children), "in": page,
                            "text": words_of(item[-1].children), "kind": "term"})
        elif entries:
            entries[-1]["text"] += " " + words_of([*term.children, *item[-1].children])
    for described in document.findall(addnodes.desc):               # a class, a function or a method of the package
        signature, content = described[0], described[-1]
        arguments = signature.astext().partition("(")[1:]
        entries.append({"at": signature["ids"][0], "title": signature["fullname"].rpartition(".")[2], "in": page,
                        "text": " ".join(["".join(arguments), words_of(content.children)]).strip(), "kind": "name"})
    for equation in document.findall(nodes.math_block):
        if equation.get("label") and equation["ids"]:
            tag = re.search(r"\\tag\{([^}]*)\}", equation.astext())
            name = plain_math(tag[1]) if tag else str(equation["number"] or "")
            entries.append({"at": equation["ids"][0], "title": f"Equation ({name})", "in": page,
                            "text": plain_math(equation.astext()), "kind": "equation"})
    return entries


def entries(env):
    if not hasattr(env, "search_entries"):
        env.search_entries = {}
    return env.search_entries


def read(app, document):
    entries(app.env)[app.env.docname] = entries_of(document)


def write(app, error):
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    found = [{**entry, "page": app.builder.get_target_uri(page)}
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
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
