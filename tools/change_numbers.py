"""What becomes of a notebook when its reader changes one number and runs all cells.

    python -m tools.change_numbers [--down] [--every N] [CHAPTER …]

Each number on the right of an assignment in a cell that a reader sees is changed, one at a time: a whole number by 1,
any other to 1.5 times itself (0.0 to 0.5); with --down by −1 and to half (0.0 to −0.5). Then all cells run from the
top, as "Run all" does, until one fails. Counted is how that ended:

ran on      nothing failed
in words    a claim no longer holds or can't be computed, says so and lets the cells below run; or the package
            refuses what it got and says why
stopped     the cell failed, and says in words at which of its statements and what to do
error       anything else: an assertion without words, an error that nothing explains

With --every N only each N-th number is changed. It needs a system that can fork, such as Linux."""

import argparse
import ast
import io
import json
import os
import signal
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

SECONDS = 300           # for the cells from the changed one on; then the change counts as an error
ENDS = ("ran on", "in words", "stopped", "error")
UNSEEN = {"setup", "check", "hide-input"}


class Change(NamedTuple):
    """One number of a cell and what it becomes: the cell, the cell's new source, and both in words."""
    cell: int
    source: str
    words: str


def changed(value, down):
    if isinstance(value, int):
        return value - 1 if down else value + 1
    by = 0.5 if down else 1.5
    return float(f"{value * by:.12g}") if value else by - 1


def numbers(source):
    """The numbers on the right of the assignments of a cell, in their order."""
    assignments = [node.value for node in ast.walk(ast.parse(source))
                   if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value]
    found = {(node.lineno, node.col_offset): node for value in assignments for node in ast.walk(value)
             if isinstance(node, ast.Constant) and type(node.value) in (int, float)}
    return [found[place] for place in sorted(found)]


def changes(cells, down=False):
    """Every change of one number in the cells that a reader sees; cells are dicts of a notebook."""
    for i, cell in enumerate(cells):
        if UNSEEN & set(cell["metadata"].get("tags", [])):
            continue
        source = "".join(cell["source"])
        for node in numbers(source):
            lines = source.encode().splitlines(keepends=True)
            line, new = lines[node.lineno - 1], repr(changed(node.value, down))
            new = f"({new})" if new[0] == "-" else new
            lines[node.lineno - 1] = line[:node.col_offset] + new.encode() + line[node.end_col_offset:]
            yield Change(i, b"".join(lines).decode(), f"{ast.unparse(node)} → {new} in {line.decode().strip()}")


class Notebook:
    """The cells of a notebook, run in this process one after the other."""

    def __init__(self):
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        self.failed = []            # (end, what it says) of every claim that no longer holds
        self.shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
        InteractiveShell._instance = self.shell
        self.listen()

    def listen(self):
        """Claims tell this object what doesn't hold."""
        from backprop import claims

        def no_longer(words, error, trace):
            # what is no assertion is said to have kept the cell from its end, with the book's own numbers or not
            said = words or str(error) or not isinstance(error, AssertionError)
            end = "in words" if said else "error"
            self.failed.append((end, f"{words or str(error) or type(error).__name__} [{type(error).__name__}]"))
            return ""

        def stopped(error, trace):
            self.explained = explained(error, trace)
            return ""

        explained, claims.no_longer, claims.stopped = claims.stopped, no_longer, stopped

    def run(self, source):
        """(end, what it says, did it fail): the worst end of the cell and of the claims in it."""
        from backprop import claims

        before, self.explained = len(self.failed), ""
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            result = self.shell.run_cell(source, store_history=False)
        if error := result.error_before_exec or result.error_in_exec:
            words = str(error) if isinstance(error, AssertionError) else claims.refused(error)
            explained = self.explained and not isinstance(error, AssertionError)
            end = "in words" if words else "stopped" if explained else "error"
            return end, f"{type(error).__name__}: {str(error)[:200]}", True
        ends = self.failed[before:]
        return *max(ends, key=lambda end: ENDS.index(end[0]), default=("ran on", "")), False

    def run_all(self, sources):
        """The worst end of these cells; nothing runs after a cell that failed."""
        worst = ("ran on", "", None)
        for i, source in enumerate(sources):
            end, words, stopped = self.run(source)
            if ENDS.index(end) > ENDS.index(worst[0]):
                worst = end, words, i
            if stopped:
                break
        return worst


def in_a_child(function, seconds=SECONDS):
    """What a function returns, through JSON, in a process forked for it; None where that ended otherwise."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        signal.alarm(seconds)
        try:
            with os.fdopen(writing, "w") as pipe:
                json.dump(function(), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return json.loads(answer) if answer else None


def try_out(cells, every=1, down=False):
    """Yield (change, end, what it says, the cell where) for each change, or each every-th, of these cells."""
    book, sources = Notebook(), ["".join(cell["source"]) for cell in cells]
    wanted = list(changes(cells, down))[::every]
    for i, source in enumerate(sources):
        for change in wanted:
            if change.cell == i:
                rest = [change.source, *sources[i + 1:]]
                answer = in_a_child(lambda rest=rest: book.run_all(rest))
                end, words, where = answer or ("error", f"no end within {SECONDS} s, or the process died", 0)
                yield change, end, words, None if where is None else i + where
        if i < max((change.cell for change in wanted), default=0):
            end, words, _ = book.run(source)
            if end != "ran on":
                raise RuntimeError(f"cell {i} fails with the book's own numbers: {words}")


def chapters(names=()):
    from tools import pages

    return [page for page in pages.sources() if page.suffix == ".md" and (not names or page.stem in names)]


def cells_of(page):
    """The code cells of a chapter's notebook."""
    from tools import notebooks

    return [cell for cell in json.loads(notebooks.notebook(page))["cells"] if cell["cell_type"] == "code"]


def report(page, every, down):
    """Try a chapter out, print what failed, and return how often each end came."""
    counts = Counter()
    for change, end, words, where in try_out(cells_of(page), every, down):
        counts[end] += 1
        if end != "ran on":
            print(f"  {page.stem}, cell {change.cell}: {change.words}: {end} in cell {where}: {words}", flush=True)
    return counts


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tools.change_numbers")
    parser.add_argument("--down", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("chapters", nargs="*")
    options = parser.parse_args(arguments)
    rows = []
    for page in chapters(options.chapters):
        counts = in_a_child(lambda page=page: report(page, options.every, options.down), 24 * 3600)
        rows.append((page.stem, Counter(counts)))
    rows.append(("together", sum((counts for _, counts in rows), Counter())))
    print(f"{'':24} {'numbers':>8}" + "".join(f"{end:>10}" for end in ENDS))
    for name, counts in rows:
        print(f"{name:24} {counts.total():8}" + "".join(f"{counts[end]:10}" for end in ENDS))
    good = rows[-1][1]
    print(f"{1 - good['error'] / max(good.total(), 1):.1%} ran on, or said in words what no longer holds or where it "
          "stopped.")


if __name__ == "__main__":
    os.environ.update(MPLBACKEND="Agg", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    main(sys.argv[1:])
