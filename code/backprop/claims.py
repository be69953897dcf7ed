"""What a chapter claims about its own numbers: a reader who changes them is told in words, and reads on."""

import ast
import linecache
import textwrap

MOST_LINES = 6              # of the statement that fails: what is still shown in full


class claim:
    """`with claim("two and two are four"): assert …` says "✓ Checked: …" where nothing in the block fails. Where
    something does, it says what doesn't hold and at which statement; the block ends there, and the cells below run on.
    Without words it is silent where all holds."""

    def __init__(self, words=""):
        self.words = words

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            if self.words:
                say(f"✓ Checked: {self.words}")
            return False
        if not issubclass(kind, Exception):         # the reader stops the cell: that is no answer
            return False
        say(no_longer(self.words, error, trace))
        return True


def no_longer(words, error, trace):
    """In words, in Markdown: what doesn't hold, and where."""
    if isinstance(error, AssertionError):
        what, does, why = "What this cell claims does not hold.", "it does", str(error)
    else:
        what, does, why = "This cell can't be computed to its end.", "it can", f"{type(error).__name__}: {error}"
    what = f"✗ **Does not hold:** {words.rstrip('.')}." if words else f"✗ **{what}**"
    where = (f"With the book's own numbers {'it does' if words else does}: something has been changed, here or in a "
             f"cell above. It fails at\n\n```python\n{statement(trace)}\n```")
    return f"{what} {where}\n\n{why}".rstrip()


def statement(trace):
    """The statement of the block that failed, as it is written."""
    lines = linecache.getlines(trace.tb_frame.f_code.co_filename)
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:
        tree = ast.Module([], [])
    around = [node for node in ast.walk(tree)
              if isinstance(node, ast.stmt) and node.lineno <= trace.tb_lineno <= node.end_lineno]
    if not around:
        return "(its source is not at hand)"
    inner = min(around, key=lambda node: node.end_lineno - node.lineno)
    shown = lines[inner.lineno - 1:inner.end_lineno]
    shown = [*shown[:MOST_LINES], "…\n"] if len(shown) > MOST_LINES else shown
    return textwrap.dedent("".join(shown)).strip()


def say(markdown):
    """Show Markdown in a notebook, the same as plain text elsewhere."""
    from IPython.display import display

    display({"text/markdown": markdown, "text/plain": markdown}, raw=True)
