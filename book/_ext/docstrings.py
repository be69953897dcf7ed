"""The package's docstrings, as the page `api` shows them.

In the code they are plain text, short enough for `help`: a sentence, then lines such as `sizes: [n_0, …, n_L].` for
what is passed. Here these lines become a list, names and strings code, and nothing else is markup by accident."""

import re

from sphinx.util import inspect

NAME, SHAPE = r"[A-Za-z_]\w*(?:\[\w+\])?", r"\([^()]*(?:\([^()]*\))?[^()]*\)"
ITEM = re.compile(rf"({NAME}(?: {SHAPE})?(?:, {NAME}(?: {SHAPE})?)*): (?=\S)(.*)")
HEAD = re.compile(rf"({NAME})((?: {SHAPE})?)")
AFTER = re.compile(r"(Raises|Returns|ValueError|TypeError) ")         # ends a list without an empty line
CODE = re.compile(r"`([^`]+)`|(\"[^\"\s]+\")")
MARKUP, ESCAPED = re.compile(r"([\\*_|`])"), r"\\\1"


def inline(text):
    """A line of plain text as reStructuredText: `x` and "x" are code, all else is what it looks like."""
    parts, last = [], 0
    for found in CODE.finditer(text):
        after = "" if found.end() == len(text) or not (text[found.end()].isalnum()) else r"\ "
        before = r"\ " if found.start() and text[found.start() - 1] not in " ([" else ""
        parts += [MARKUP.sub(ESCAPED, text[last:found.start()]), before, f"``{found[1] or found[2]}``", after]
        last = found.end()
    return "".join([*parts, MARKUP.sub(ESCAPED, text[last:])])


def one_a_line(lines, names):
    """The lines, broken where a sentence ends and the description of one of these parameters begins."""
    name = "|".join(map(re.escape, names))
    begins = re.compile(rf"([.;]) (?=(?:{name})(?: {SHAPE})?(?:, (?:{name})(?: {SHAPE})?)*: \S)")
    for number, line in enumerate(lines):
        if names and number and not line.startswith("    "):
            yield from begins.sub(".\n", line).split("\n")
        else:
            yield line


def as_markup(lines, names=()):
    """The lines of a docstring as those of reStructuredText. What is indented is an example and stays as it is; names
    are the parameters, each of which gets a line of the list even where its description begins within a line."""
    out, in_item, lines = [], False, list(one_a_line(lines, names))
    for number, line in enumerate(lines):
        if line.startswith("    "):
            if not lines[number - 1].startswith("    "):
                out += ["", "::", ""]
            out.append(line)
            continue
        found = ITEM.fullmatch(line)
        if found and number:
            head = HEAD.sub(lambda one: rf"**{MARKUP.sub(ESCAPED, one[1])}**{inline(one[2])}", found[1])
            out += [*([] if in_item else [""]), f"- {head}: {inline(found[2])}"]
            in_item = True
        elif not line.strip() or AFTER.match(line):
            out += ["", inline(line)]
            in_item = False
        else:
            out.append(("  " if in_item else "") + inline(line))
    return out


def parameters(obj):
    """The names of what is passed to a function, or to make an object of a class; and of a class's plain fields."""
    try:
        return [*inspect.signature(obj).parameters, *getattr(obj, "__annotations__", {})]
    except (TypeError, ValueError):
        return []


def convert(app, what, name, obj, options, lines):
    lines[:] = as_markup(lines, parameters(obj))


def signature(app, what, name, obj, options, arguments, returned):
    """A widget is made as its own __init__ says, not as that of the class which makes all widgets."""
    if what == "class" and hasattr(obj, "class_traits"):
        return inspect.stringify_signature(inspect.signature(obj.__init__, bound_method=True)), returned
    return None


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-process-docstring", convert)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
