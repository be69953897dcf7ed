"""What becomes of a code cell on the site, by its tags. In the notebook every cell is there and runs.

setup           not seen at all: imports, helpers that no reader needs. It may put out nothing.
hide-input      its output is seen, its source isn't: figures.
notebook-only   not seen at all: what needs a kernel, such as ipywidgets.interact.
check           folded into one line, "✓ Checked: … (show how)". Its first line says what is checked:

    ```{code-cell} ipython3
    :tags: [check]
    # Checked: all 18 derivatives equal the direct ones, $\\partial C/\\partial w$ by $\\partial C/\\partial w$.
    #   (a comment that begins with two spaces goes on with the sentence)
    assert ...
    ```

A cell whose sentence stands in the option mystnb.code_prompt_show ("✓ Checked: … (show how)") does as well.
The sentence is required and so is something that can fail (assert, raise or prove). The build says how many checks it
folded. In the notebook such a cell is folded too and ends by showing its sentence, once it has passed.

And two directives for text: what stands in {notebook-only} is seen in the notebook alone, {site-only} on the site
alone.

A cell that ends with `check("name", answer)` is an exercise; see answer_fields.py.
"""

import re

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from markup import checked

logger = logging.getLogger(__name__)
UNSEEN = {"setup", "notebook-only"}


def inline(text):
    """Text with $formulas$ and `code` as nodes."""
    parts = re.split(r"(\$[^$]+\$|`[^`]+`)", text)
    kinds = {"$": nodes.math, "`": nodes.literal}
    return [kinds[part[0]](part[1:-1], part[1:-1]) if part[:1] in kinds else nodes.Text(part) for part in parts if part]


class folded_check(nodes.General, nodes.Element):
    """A check: a check_line and the cell."""


class check_line(nodes.General, nodes.TextElement):
    """What the check has checked."""


def source_of(cell):
    """The source of a cell of the doctree."""
    block = next(cell.findall(nodes.literal_block), None)
    return block.astext() if block else ""


def asking(doctree, pattern):
    """(cell, match) of every code cell whose source the pattern is found in; a cell may be replaced meanwhile."""
    for cell in list(doctree.findall(nodes.container)):
        if cell.get("nb_element") == "cell_code" and (found := pattern.search(source_of(cell))):
            yield cell, found


def part(cell, element):
    return next((child for child in cell.children if child.get("nb_element") == element), None)


def fold(cell):
    """The node that stands for a check cell."""
    sentence, code = checked(source_of(cell), cell["cell_metadata"])
    block = next(cell.findall(nodes.literal_block))
    block.rawsource = code
    block.children = [nodes.Text(code)]
    node = folded_check()
    node += check_line("", "", *inline(sentence))
    cell.attributes.pop("hide_mode", None)
    node += cell.deepcopy()
    return node


def treat_cells(app, doctree):
    checks = 0
    for cell in list(doctree.findall(lambda node: node.get("nb_element") == "cell_code"
                                     if isinstance(node, nodes.container) else False)):
        tags = set(cell["cell_metadata"].get("tags", []))
        if tags & UNSEEN:
            if "setup" in tags and part(cell, "cell_code_output"):
                logger.warning("a set-up cell puts something out, which nobody would see", location=cell)
            cell.parent.remove(cell)
        elif "check" in tags:
            try:
                cell.replace_self(fold(cell))
                checks += 1
            except ValueError as error:
                logger.warning("%s", error, location=cell)
        elif "hide-input" in tags:
            cell.attributes.pop("hide_mode", None)
            cell.remove(part(cell, "cell_code_source"))
    app.env.metadata[app.env.docname]["checks"] = checks


def count_checks(app, error):
    if not error and app.builder.format == "html":
        found = [n for data in app.env.metadata.values() if (n := data.get("checks"))]
        logger.info("checks: %s folded on %s pages", sum(found), len(found))


class OneKindDirective(SphinxDirective):
    has_content = True

    def run(self):
        if self.name == "notebook-only":
            return []
        content = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, content)
        return content.children


def visit_check(self, node):
    self.body.append('<details class="check">\n')


def depart_check(self, node):
    self.body.append("</details>\n")


def visit_line(self, node):
    self.body.append('<summary><span class="check-text"><span class="check-mark">✓ Checked:</span> ')


def depart_line(self, node):
    self.body.append(' <span class="check-how">(show how)</span></span></summary>\n')


def plainly(self, node):
    """Other outputs show the sentence and the cell."""


def setup(app):
    others = {"latex": (plainly, plainly), "text": (plainly, plainly)}
    app.add_node(folded_check, html=(visit_check, depart_check), **others)
    app.add_node(check_line, html=(visit_line, depart_line), **others)
    app.add_directive("notebook-only", OneKindDirective)
    app.add_directive("site-only", OneKindDirective)
    app.connect("doctree-read", treat_cells)
    app.connect("build-finished", count_checks)
    app.add_css_file("cells.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
