"""Answers that import the book's package where the question says to write it oneself."""

import ast
import re

from .submission import kind, question_of


def uses_of_backprop(notebook, release):
    """Lines about answers that import the book's package where the question says to write it oneself.

    Whether that is allowed is the teacher's call."""
    looks = []
    given = {c.metadata.nbgrader.grade_id: c.source for c in release.cells if "nbgrader" in c.metadata}
    for cell in notebook.cells:
        if cell.cell_type == "code" and (kind(cell) == "answer" or cell.metadata.get("added")):
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            own = _imports_backprop(cell.source) and not _imports_backprop(given.get(name, ""))
            if own and not _may(notebook, name):
                where = question_of(cell) if name else "a cell of the student's own"
                looks.append(f"{where}: uses the book's package backprop")
    return looks


def _imports_backprop(source):
    """Whether a cell imports from the package more than the widget and the tests' own words.

    Comments and names don't count."""
    try:
        return any(map(_imports, ast.walk(ast.parse(source))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(re.search(r"^[^#\n]*\b(from|import)\s+backprop\b", source, re.MULTILINE))


def _imports(node):
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "backprop":
        return node.module != "backprop.assignment" and {alias.name for alias in node.names} != {"Nudge"}
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == "backprop" for alias in node.names)
    if isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return called in ("import_module", "__import__") and any(
            isinstance(word, ast.Constant) and re.fullmatch(r"backprop(\.\w+)*", str(word.value)) for word in node.args)
    return False


def _may(notebook, name):
    """Whether the text above an answer allows it."""
    above = ""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
            return "`backprop" in above
        if cell.cell_type == "markdown":
            above = cell.source
    return False
