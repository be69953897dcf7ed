"""A bank of comments: what a teacher has to say often is written once, in comments.csv of the course folder.

Its lines are a short name and a text. On the marking page !name in a comment stands for the text, and `feedback` puts
it in.
"""

import csv
import io
import re
from collections import Counter

from .atomic import write_whole
from .course import CourseError
from .summary import question_label

NAME = re.compile(r"(?<!\w)!([^\W\d_][\w-]*)")


def bank(course):
    """{name: text} of comments.csv; empty if there is none."""
    path = course.root / "comments.csv"
    if not path.exists():
        return {}
    text = path.read_bytes().decode("utf-8-sig", "replace")
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",")
    if not {"name", "text"} <= set(rows.fieldnames or ()):
        raise CourseError(f"{path} needs the columns name and text in its first line")
    return {row["name"].strip().lstrip("!"): (row["text"] or "").strip() for row in rows if (row["name"] or "").strip()}


def put_in(course, assignment):
    """Put the bank's texts in place of their names, in all comments. Returns lines about names that aren't in it."""
    texts, unknown = bank(course), []
    for comment in _comments(course, assignment, write=True):
        written = NAME.sub(lambda name: texts.get(name[1], name[0]), comment.manual_comment)
        if written != comment.manual_comment:
            comment.manual_comment = written
        unknown += [f"{comment.notebook.student.id}: {question_label(comment.name)}: the comment says !{name}, "
                    "which isn't in comments.csv" for name in NAME.findall(written) if name not in texts and texts]
    return unknown


def used(course, assignment):
    """[(question, comment, how often)] of what was written on the marking page, the commonest first."""
    said = Counter((question_label(comment.name), comment.manual_comment.strip())
                   for comment in _comments(course, assignment))
    return [(question, text, number) for (question, text), number in
            sorted(said.items(), key=lambda item: (item[0][0], -item[1]))]


def _comments(course, assignment, write=False):
    """The comments written by hand; while they are gone through, they may be changed."""
    from nbgrader.api import MissingEntry
    with course.gradebook() as gradebook:
        try:
            submissions = gradebook.find_notebook(assignment, assignment).submissions
        except MissingEntry:
            return
        for submission in submissions:
            yield from (comment for comment in submission.comments if comment.manual_comment)
        if write:
            gradebook.db.commit()


def begin(course):
    """Make an empty bank with one example, if there is none. Returns its path."""
    path = course.root / "comments.csv"
    if not path.exists():
        write_whole(path, "name,text\nshapes,Write down the shapes of all three matrices. Which one is transposed?\n")
    return path
