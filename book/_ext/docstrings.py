"""The package's docstrings, as the page `api` shows them.

In the code they are plain text, short enough for `help`: a sentence, then lines such as `sizes: [n_0, …, n_L].` for
what is passed. Here these lines become a list, names and strings code, and nothing else is markup by accident."""

import re

from sphinx.util import inspect

ITEM = re.compile(r"((?:[A-Za-z_]\w*(?:\[\w+\])?(?:, )?)+(?: \([^()]*(?:\([^()]*\))?[^()]*\))?): (?=\S)(.*)")
AFTER = re.compile(r"(Raises|Returns|ValueError|TypeError) ")         # ends a list without an empty line
CODE = re.compile(r"`([^`]+)`|(\"[^\"\s]+\")")
MARKUP = re.compile(r"([\\*_|`])")


def inline(text):
    """A line of plain text as reStructuredText: `x` and "x" are code, all else is what it looks like."""
    parts, last = [], 0
    for found in CODE.finditer(text):
        after = "" if found.end() == len(text) or not (text[found.end()].isalnum()) else r"\ "
        before = r"\ " if found.start() and text[found.start() - 1] not in " ([" else ""
        parts += [MARKUP.sub(r"\\\1", text[last:found.start()]), before, f"``{found[1] or found[2]}``", after]
        last = found.end()
    return "".join([*parts, MARKUP.sub(r"\\\1", text[last:])])


def as_markup(lines):
    """The lines of a docstring as those of reStructuredText. What is indented is an example and stays as it is."""
    out, in_item = [], False
    for number, line in enumerate(lines):
        if line.startswith("    "):
            if not lines[number - 1].startswith("    "):
                out += ["", "::", ""]
            out.append(line)
            continue
        found = ITEM.fullmatch(line)
        if found and number:
            names = ", ".join(f"**{MARKUP.sub(chr(92) * 2 + chr(92) + '1', name)}**"
                              for name in re.split(r", (?![^(]*\))", found[1].partition(" (")[0]))
            shape = inline(found[1][len(found[1].partition(" (")[0]):])
            out += [*([] if in_item else [""]), f"- {names}{shape}: {inline(found[2])}"]
            in_item = True
        elif not line.strip() or AFTER.match(line):
            out += ["", inline(line)]
            in_item = False
        else:
            out.append(("  " if in_item else "") + inline(line))
    return out


def convert(app, what, name, obj, options, lines):
    lines[:] = as_markup(lines)


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
