"""What a chapter claims of its own numbers, and a cell that fails: whoever changes a number is told in words."""

import ast
import linecache
import textwrap
from pathlib import Path

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


def errors_in_words():
    """From here on a cell that fails says at which of its statements, and what to do; outside of IPython nothing
    changes. Where this package refuses what it got, its own words are enough."""
    from IPython import get_ipython

    if shell := get_ipython():
        shell.set_custom_exc((Exception,), failed)


def failed(shell, kind, error, trace, tb_offset=None):
    """What a cell that fails shows: what Python says, then the same in words."""
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    own = [frame for frame in frames(trace) if frame.tb_frame.f_globals is shell.user_ns]
    if own and not refused(error):
        say(stopped(error, own[-1]))


def refused(error):
    """Did the package raise this error itself, to say what it expected and what came?"""
    trace = list(frames(error.__traceback__))
    return (bool(trace) and isinstance(error, ValueError | TypeError) and bool(str(error))
            and Path(trace[-1].tb_frame.f_code.co_filename).parent == Path(__file__).parent)


def frames(trace):
    while trace:
        yield trace
        trace = trace.tb_next


def stopped(error, trace):
    """In words, in Markdown: where a cell stopped, and what to do."""
    said = f"{type(error).__name__}: {error}".removesuffix(": ")
    return (f"✗ **This cell stopped before its end**, at\n\n```python\n{statement(trace)}\n```\n\n{said}\n\n"
            "A cell of the book runs to its end with the book's own numbers: something has been changed, here or in a "
            "cell above. Change it back and run this cell again, or go on with the cells below.")


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
