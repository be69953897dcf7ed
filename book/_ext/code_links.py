"""Names of the package in the chapters' code lead to where the page `api` explains them.

What a name means is read from the code, cell after cell: from imports, and, for methods, from what made the object.
The first use in each cell is a link; where a name has been given another meaning, it is none."""

import ast
import html

import jupytext
from docutils import nodes

# What the methods and functions return whose results have methods of their own.
RETURNS = {
    "backprop.Network": "backprop.Network",
    "backprop.Network.from_parameters": "backprop.Network",
    "backprop.Network.load": "backprop.Network",
    "backprop.Network.train": "backprop.history.History",
    "backprop.symbolic.derive": "backprop.symbolic.Equations",
    "backprop.indexed.indexed": "backprop.indexed.IndexedEquations",
}


class Names(ast.NodeVisitor):
    """The places in a page's code where something of the package is named.

    known: name -> (dotted name, is it an object made by that?); it lives from cell to cell.
    """

    def __init__(self):
        self.known, self.found, self.lines = {}, [], []
        self.made = {}                          # a function of the page -> what it returns an object of

    def read(self, code):
        """[(line from 1, column from 0, name, dotted name), …] of a cell, in the order of the code."""
        try:
            tree = ast.parse(code)
        except SyntaxError:                     # a line of IPython's own
            return []
        self.found, self.lines = [], code.split("\n")
        self.visit(tree)
        return self.found

    def note(self, line, column, name, dotted):
        before = len(self.lines[line - 1].encode()[:column].decode())
        self.found.append((line, before, name, dotted))

    def meaning(self, node):
        if isinstance(node, ast.Name):
            return self.known.get(node.id)
        if isinstance(node, ast.Attribute) and (base := self.meaning(node.value)):
            return f"{base[0]}.{node.attr}", False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.made:
            return self.made[node.func.id], True
        if isinstance(node, ast.Call) and (called := self.meaning(node.func)) and not called[1]:
            return (RETURNS[called[0]], True) if called[0] in RETURNS else None
        return None

    def visit_Import(self, node):
        for alias in node.names:
            if alias.name.partition(".")[0] == "backprop":
                dotted = alias.name if alias.asname else "backprop"
                self.known[alias.asname or "backprop"] = dotted, False

    def visit_ImportFrom(self, node):
        for alias in node.names if (node.module or "").partition(".")[0] == "backprop" else ():
            dotted = f"{node.module}.{alias.name}"
            self.known[alias.asname or alias.name] = dotted, False
            self.note(alias.lineno, alias.col_offset, alias.name, dotted)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self.known.pop(node.id, None)
            self.made.pop(node.id, None)
        elif (what := self.known.get(node.id)) and not what[1]:
            self.note(node.lineno, node.col_offset, node.id, what[0])

    def visit_Attribute(self, node):
        self.visit(node.value)
        if what := self.meaning(node):
            self.note(node.end_lineno, node.end_col_offset - len(node.attr.encode()), node.attr, what[0])

    def visit_Assign(self, node):
        self.visit(node.value)
        what = self.meaning(node.value)
        for target in node.targets:
            self.visit(target)
            if isinstance(target, ast.Name) and what and what[1]:
                self.known[target.id] = what

    def inside(self, node, bound=()):
        """What is bound in a function or a comprehension is forgotten after it."""
        before = dict(self.known)
        for name in bound:
            self.known.pop(name, None)
        self.generic_visit(node)
        returned = {self.meaning(one.value) for one in ast.walk(node) if isinstance(one, ast.Return) and one.value}
        self.known = before
        return returned

    def visit_FunctionDef(self, node):
        self.known.pop(node.name, None)
        self.made.pop(node.name, None)
        what = self.inside(node, [argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)])
        if len(what) == 1 and (one := what.pop()) and one[1]:
            self.made[node.name] = one[0]

    def visit_Lambda(self, node):
        self.inside(node, [argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)])

    def visit_comprehension_of(self, node):
        names = [name.id for generator in node.generators for name in ast.walk(generator.target)
                 if isinstance(name, ast.Name)]
        self.inside(node, names)

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_comprehension_of


def named_in(path):
    """What each cell of a page's source names, by the cell's text: also what cells bring that the page doesn't show."""
    names, found = Names(), {}
    for cell in jupytext.read(path, fmt="md:myst" if path.endswith(".md") else None).cells:
        if cell.cell_type == "code":
            found.setdefault(cell.source.strip("\n"), names.read(cell.source.strip("\n")))
    return found


def add_links(app, doctree, page):
    """Give each cell of code its links; the formatter in lean_html.py sets them."""
    objects, found = app.env.get_domain("py").objects, None
    if app.builder.format != "html" or not objects:
        return
    for cell in doctree.findall(lambda node: isinstance(node, nodes.container) and "cell_input" in node["classes"]):
        found = named_in(str(app.env.doc2path(page))) if found is None else found
        for block in cell.findall(nodes.literal_block):
            links, seen = {}, set()
            for line, column, name, dotted in found.get(block.astext().strip("\n"), ()):
                if dotted in objects and dotted not in seen:
                    seen.add(dotted)
                    there = objects[dotted]
                    address = f"{app.builder.get_relative_uri(page, there.docname)}#{there.node_id}"
                    links[line, column] = name, f'<a class="reference internal in-code" href="{html.escape(address)}">'
            if links:
                block["highlight_args"] = {**block.get("highlight_args", {}), "links": links}


def setup(app):
    app.connect("doctree-resolved", add_links)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
