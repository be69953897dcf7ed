"""A hint which submissions are more alike than the class's others. It proves nothing: somebody has to read both.

Compared are the answers: code as its tokens, once with the student's own names and comments and once with the names
left out (renaming hides nothing), texts as their words. Runs of a few tokens that many of the class have, or the
hand-out, say nothing; each of the rare ones counts by how rare it is.
"""

import html
import io
import keyword
import math
import tokenize
from collections import defaultdict
from itertools import combinations

import nbformat

from .atomic import write_whole
from .export import write_table
from .record import load
from .submission import kind, question_of
from .summary import students_of

RUN = {"code": 7, "names": 5, "words": 5}      # tokens in a run, for the three ways of reading
COMMON = 0.1                                   # a run that more than this share of the class has says nothing
LEAST_SHARED, LIKE = 12, 0.5                   # rare runs shared at least, and the share of the smaller's rare runs
SHOWN = 40                                     # pairs at most


def runs(text, is_code):
    """The runs of tokens in an answer, as a set of tuples that begin with the way of reading."""
    found = set()
    for way, tokens in _tokens(text, is_code).items():
        found |= {(way, *tokens[start:start + RUN[way]]) for start in range(len(tokens) - RUN[way] + 1)}
    return found


def _tokens(text, is_code):
    if not is_code:
        return {"words": text.casefold().split()}
    exact, bare = [], []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                exact += token.string.split()
            elif token.string.strip():
                exact.append(token.string)
                own = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
                bare.append("name" if own else token.string)
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return {"names": text.split()}                         # no Python: as it was typed
    return {"names": exact, "code": bare}


def answers(course, assignment, student):
    """{question: (text, whether it is code)} of what was judged; empty where there was nothing to judge."""
    found = load(course, assignment, student)
    if not found or not found["judged"]:
        return {}
    notebook = nbformat.reads(found["notebook"], as_version=4)
    return {question_of(cell): (cell.source, cell.cell_type == "code") for cell in notebook.cells
            if "nbgrader" in cell.metadata and kind(cell) in ("answer", "written")}


def similar(course, assignment):
    """Pairs of students, the most alike first: dicts with first, second, likeness (0 to 1), shared (number of rare
    runs), questions, and the answers of both."""
    _, release = course.notebooks(assignment)
    given = {question_of(cell): runs(cell.source, cell.cell_type == "code") for cell in release.cells
             if "nbgrader" in cell.metadata and kind(cell) in ("answer", "written")}
    theirs = {student: answers(course, assignment, student) for student in students_of(course, assignment)}
    theirs = {student: found for student, found in theirs.items() if found}
    owners = defaultdict(set)
    for student, found in theirs.items():
        for question, (text, is_code) in found.items():
            for run in runs(text, is_code) - given.get(question, set()):
                owners[question, run].add(student)
    most = max(2, COMMON * len(theirs))
    rare = {key: who for key, who in owners.items() if len(who) <= most}
    weight, total, shared = {}, defaultdict(float), defaultdict(list)
    for key, who in rare.items():
        weight[key] = math.log(len(theirs) / len(who)) if len(theirs) > 2 else 1
        for student in who:
            total[student, key[1][0]] += weight[key]
        for pair in combinations(sorted(who), 2):
            shared[pair].append(key)
    found = [_pair(pair, keys, weight, total, theirs) for pair, keys in shared.items() if len(keys) >= LEAST_SHARED]
    found = [pair for pair in found if pair["likeness"] >= LIKE]
    return sorted(found, key=lambda pair: (-pair["likeness"] * math.log(pair["shared"]), pair["first"]))[:SHOWN]


def _pair(pair, keys, weight, total, theirs):
    counts, together, number = defaultdict(int), defaultdict(float), defaultdict(int)
    for key in keys:
        question, (way, *_) = key
        counts[question] += 1
        number[way] += 1
        together[way] += weight[key]
    likeness = {way: together[way] / min(total[student, way] for student in pair)
                for way in together if number[way] >= LEAST_SHARED and together[way]}
    chosen = sorted((question for question, times in counts.items() if times >= 3), key=lambda q: -counts[q])
    return {"first": pair[0], "second": pair[1], "shared": len(keys), "questions": " ".join(chosen),
            "likeness": round(max(likeness.values(), default=0.0), 2),
            "answers": {q: [theirs[student].get(q, ("", True))[0] for student in pair] for q in chosen}}


PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color: #1f2328; }}
.pair {{ display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }}
pre {{ background: #f6f8fa; padding: .7rem; overflow-x: auto; white-space: pre-wrap; margin: 0; }}
</style>
<h1>{title}</h1>
<p>A hint, and no proof: short answers are alike because there is one good way. Read both, and talk to both.</p>
{pairs}
</html>
"""


def write(course, assignment):
    """Write similar-….html and similar-….csv into the course folder. Returns (path of the page, pairs)."""
    pairs = similar(course, assignment)
    path = course.root / f"similar-{assignment.split('-')[0]}.html"
    parts = []
    for pair in pairs:
        parts.append(f"<h2>{html.escape(pair['first'])} and {html.escape(pair['second'])}: {pair['likeness']:.0%} "
                     f"({pair['shared']} rare runs)</h2>")
        for question, texts in pair["answers"].items():
            parts.append(f"<h3>{html.escape(question)}</h3><div class=pair>"
                         + "".join(f"<pre>{html.escape(text)}</pre>" for text in texts) + "</div>")
    title = f"{assignment}: submissions that are much alike ({len(pairs)})"
    write_whole(path, PAGE.format(title=html.escape(title), pairs="\n".join(parts)))
    columns = ("first", "second", "likeness", "shared", "questions")
    write_table(path.with_suffix(".csv"), [columns, *([pair[column] for column in columns] for pair in pairs)])
    return path, pairs
