"""The sources page, made from book/ledger.yml, and the check that the book keeps its promise.

An id of the ledger is a MyST target, `(S1-43)=`, right before the section, paragraph, equation or
figure that treats it. `{sources} S1` on a page lists a document's entries with a link to that place;
`{sources} gaps` lists the gaps. The build is warned (and so fails) if

- an entry, gap or erratum of the ledger has no place, or two, or a place has an id the ledger lacks;
- the section of an entry of kind eq, or of an erratum of weight M, has no code cell with an assertion
  that was executed and shown.
"""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from documents import documents

logger = logging.getLogger(__name__)

ID = re.compile(r"S\d-[\w.]+|G-\d\d|E\d-\d\d")
KINDS = {"net": "network", "fig": "figure", "term": "definition", "eq": "equation", "alg": "step of the algorithm",
         "claim": "claim", "ref": "link", "code": "code", "text": "text"}


# --- the ledger ----------------------------------------------------------------------------------

def load_ledger(path):
    """The ledger as {"documents", "entries", "gaps", "errata"}; ExtensionError that says what is wrong with it."""
    try:
        ledger = yaml.load(Path(path).read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, yaml.YAMLError) as error:
        raise ExtensionError(f"ledger: can't read {path}: {error}") from None
    problems, seen = [], set()
    errata = {erratum["id"] for erratum in ledger["errata"]}
    for item in ledger["entries"] + ledger["gaps"] + ledger["errata"]:
        if not ID.fullmatch(str(item["id"])):
            problems.append(f"{item['id']!r} is no id, expected one like S1-43, G-01 or E3-01")
        if item["id"] in seen:
            problems.append(f"{item['id']} stands there twice")
        seen.add(item["id"])
    for item in ledger["entries"] + ledger["gaps"]:
        if not str(item.get("says") or "").strip():
            problems.append(f"{item['id']} doesn't say anything")
    for entry in ledger["entries"]:
        if entry.get("kind") not in KINDS:
            problems.append(f"{entry['id']} has kind {entry.get('kind')!r}, expected one of {', '.join(KINDS)}")
        if entry["id"].split("-")[0] not in ledger["documents"]:
            problems.append(f"{entry['id']} belongs to no document")
        problems += [f"{entry['id']} names {e}, which is no erratum"
                     for e in entry.get("errata", []) if e not in errata]
    for erratum in ledger["errata"]:
        if erratum.get("weight") not in "MTHOL":
            problems.append(f"{erratum['id']} has weight {erratum.get('weight')!r}, expected M, T, H, O or L")
    if problems:
        raise ExtensionError(f"ledger {Path(path).name}: " + "; ".join(problems))
    return ledger


# --- the places in the book ------------------------------------------------------------------------

@dataclass
class Place:
    """Where an id stands: page, anchor in it, section (title nodes), and whether an assertion stands there too."""

    docname: str
    anchor: str
    page: str
    section: nodes.title
    asserted: bool


def asserts_something(source):
    """True if running this cell can raise an AssertionError by itself: an assert, or a call of prove… or assert_…"""
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return False

    def search(node):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            return False                                     # its body need not have run
        if isinstance(node, ast.Assert):
            return not isinstance(node.test, (ast.Constant, ast.Tuple))      # those are always true
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name.startswith(("prove", "assert_")):
                return True
        return any(search(child) for child in ast.iter_child_nodes(node))
    return search(tree)


def has_assertion(section):
    """True if the section holds an executed, visible code cell that asserts; of a page's top section, only its
    opening."""
    top = isinstance(section.parent, nodes.document)
    cells = section.children if top else section.findall(nodes.container)
    for cell in cells:
        if (not isinstance(cell, nodes.container) or cell.get("nb_element") != "cell_code"
                or cell.get("exec_count") is None):
            continue
        if "raises-exception" in cell.get("cell_metadata", {}).get("tags", []):
            continue
        for source in cell.findall(nodes.container):
            if source.get("nb_element") == "cell_code_source" and any(
                    asserts_something(block.astext()) for block in source.findall(nodes.literal_block)):
                return True
    return False


@lru_cache(maxsize=1)
def find_places(env):
    """Every target that looks like an id of the ledger: id -> list of Places, in the order of the pages; once all are
    read."""
    places = {}
    for docname, doctree in documents(env).items():
        for node in doctree.findall(nodes.Element):
            for name in node.get("names", []) + node.get("dupnames", []):
                found = ID.fullmatch(name) or ID.fullmatch(name.upper().replace(".A", ".a"))
                if not found:
                    continue
                section = node
                while section is not None and not isinstance(section, nodes.section):
                    section = section.parent
                if section is None:
                    continue
                anchor = nodes.make_id(name)
                places.setdefault(found[0], []).append(Place(
                    docname, anchor if anchor in node["ids"] else (node["ids"] or [""])[0],
                    env.titles[docname].astext(),
                    section[0], has_assertion(section)))
    return places


def problems_of(ledger, places):
    """What is wrong, one sentence each with the page it is about (or None)."""
    known = {item["id"]: item for item in ledger["entries"] + ledger["gaps"] + ledger["errata"]}
    for name, item in known.items():
        there = places.get(name, [])
        if not there:
            yield f"{name} has no place: put ({name})= right before what treats it", None
        elif len(there) > 1:
            pages = ", ".join(place.docname for place in there)
            yield f"{name} has {len(there)} places, in {pages}: it may have one", there[1].docname
        elif (item.get("kind") == "eq" or item.get("weight") == "M") and not there[0].asserted:
            yield (f"{name} is {'an equation' if 'kind' in item else 'a mathematical error'}, but its section "
                   f"'{there[0].section.astext()}' has no executed code cell with an assertion"), there[0].docname
    for name, there in places.items():
        if name not in known:
            yield f"{name} has a place but is not in the ledger", there[0].docname


# --- the page --------------------------------------------------------------------------------------

class place_of(nodes.Inline, nodes.Element):
    """Stands for a link to the place of an id until all pages are known."""


class SourcesDirective(SphinxDirective):
    required_arguments = 1

    def run(self):
        ledger = load_ledger(ledger_path(self.env.app))
        self.env.note_dependency(str(ledger_path(self.env.app)))
        self.env.metadata[self.env.docname]["sources"] = True
        which = self.arguments[0]
        if which == "gaps":
            items = ledger["gaps"]
        elif which in ledger["documents"]:
            items = [entry for entry in ledger["entries"] if entry["id"].startswith(f"{which}-")]
        else:
            raise self.error(f"sources: expected gaps or one of {', '.join(ledger['documents'])}, got {which!r}")
        return [nodes.definition_list("", *[self.item(item) for item in items], classes=["bp-ledger"])]

    def item(self, item):
        term = nodes.term("", "", nodes.strong("", item["id"]))
        if "kind" in item:
            lines = "line" if str(item["lines"]).isdigit() else "lines"
            term += nodes.inline("", f" {KINDS[item['kind']]}, {lines} {item['lines']}", classes=["bp-ledger-kind"])
        said, messages = self.state.inline_text(item["says"], self.lineno)
        where = nodes.paragraph("", "", nodes.Text("Here: "), place_of(ledger_id=item["id"], full=True),
                                classes=["bp-ledger-place"])
        for i, erratum in enumerate(item.get("errata", [])):
            where += [nodes.Text(". Mistakes there: " if i == 0 else ", "), place_of(ledger_id=erratum, full=False)]
        where += nodes.Text(".")
        return nodes.definition_list_item("", term,
                                          nodes.definition("", nodes.paragraph("", "", *said, *messages), where))


def ledger_path(app):
    return Path(app.srcdir) / app.config.sources_ledger


def pages_with_sources(env):
    return [docname for docname, data in env.metadata.items() if data.get("sources")]


def rewrite_pages(app, env):
    """The sources page shows titles of other pages: write it again when one of them has changed, or a place. The first
    page always: where nothing is to be written, Sphinx leaves out the files that the last steps of a build work on."""
    shown = [(name, there[0].docname, there[0].anchor, there[0].page, str(there[0].section))
             for name, there in find_places(env).items()]
    before, env.ledger_shown = getattr(env, "ledger_shown", None), shown
    return [env.config.root_doc, *(pages_with_sources(env) if shown != before else [])]


def check(app, env):
    if not app.config.sources_check or not pages_with_sources(env):
        return
    for problem, docname in problems_of(load_ledger(ledger_path(app)), find_places(env)):
        logger.warning("ledger: %s", problem, location=docname)


def resolve(app, doctree, docname):
    pending = list(doctree.findall(place_of))
    if not pending:
        return
    places = find_places(app.env)
    for node in pending:
        there = places.get(node["ledger_id"])
        if not there:
            node.replace_self(nodes.emphasis("", "nowhere yet"))
            continue
        place = there[0]
        uri = app.builder.get_relative_uri(docname, place.docname) + "#" + place.anchor
        link = nodes.reference("", "", refuri=uri, internal=True)
        if not node["full"]:
            link["classes"].append("bp-ledger-id")
        if node["full"]:
            if place.section.astext() != place.page:
                link += nodes.Text(place.page + ", ")
            link += [child.deepcopy() if isinstance(child, (nodes.Text, nodes.math, nodes.emphasis, nodes.literal))
                     else nodes.Text(child.astext()) for child in place.section.children]
        else:
            link += nodes.Text(node["ledger_id"])
        node.replace_self(link)


def setup(app):
    app.add_config_value("sources_ledger", "book/ledger.yml", "env")
    app.add_config_value("sources_check", True, "")
    app.add_node(place_of)
    app.add_css_file("reference.css")
    app.add_directive("sources", SourcesDirective)
    app.connect("env-updated", rewrite_pages)
    app.connect("env-check-consistency", check)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
