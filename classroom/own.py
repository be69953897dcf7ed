"""Assignments and questions of a teacher's own, in a course that may exist already.

They are written as the book's are (edition.py says how), in own/ of the course folder, and tried out before they can be
handed out: the model solution earns every point, the untouched notebook none.
"""

import re
from pathlib import Path

import nbformat

from . import course as courses
from . import edition, sandbox
from .atomic import write_whole
from .course import CourseError
from .submission import _cell, assemble, kind, question_of

NAME = re.compile(r"a(\d+)-[a-z0-9-]+")

EXAMPLE = Path(__file__).with_name("example.md")         # with the words NUMBER and TITLE


def begin(course, name):
    """Put a text to be edited into own/: of one of the book's assignments, or, for a new name, a small example.

    Returns its path."""
    known = [known for known in edition.assignments() if name in (known, known.split("-")[0])]
    path = course.root / "own" / f"{known[0] if known else name}.md"
    if path.exists():
        raise CourseError(f"{path} is there already: edit it, then add it")
    if known:
        write_whole(path, (edition.AUTHOR / path.name).read_text(encoding="utf-8"))
        return path
    _number(course, name)
    title = name.split("-", 1)[1].replace("-", " ")
    text = EXAMPLE.read_text(encoding="utf-8")
    write_whole(path, text.replace("NUMBER", NAME.fullmatch(name)[1]).replace("TITLE", title))
    return path


def _number(course, name):
    match = NAME.fullmatch(name)
    if not match:
        raise CourseError(f"an assignment's name is like a7-my-topic: small letters, digits and dashes, not {name!r}")
    taken = {path.name for path in (course.root / "source").iterdir()} | set(edition.assignments())
    others = [other for other in taken if other.split("-")[0] == f"a{match[1]}" and other != name]
    if others:
        raise CourseError(f"a{match[1]} is {others[0]} already: take another number")


def add(course, name):
    """Make the source of an assignment from its text in own/, try it out, and put it into the course.

    Returns (path of the source, {question: points}, lines about what was not tried)."""
    paths = [path for path in (course.root / "own").glob("*.md")
             if name in (path.stem, path.stem.split("-")[0], path.name)]
    if len(paths) != 1:
        raise CourseError(f"there is no {name!r} in {course.root / 'own'}. First: own {name}")
    name = paths[0].stem
    _number(course, name)
    try:
        source = edition.make(name, course.settings["seed"], paths[0])
    except edition.AuthorError:
        raise
    except Exception as error:                       # whatever the author's own expressions raise
        raise CourseError(f"{paths[0].name} can't be made into a notebook ({type(error).__name__}: {error})") from error
    points = {question_of(c): c.metadata.nbgrader.points for c in source.cells
              if c.metadata.get("nbgrader", {}).get("grade")}
    if not points:
        raise CourseError(f"{paths[0].name} has no question: see how one is written in {edition.AUTHOR}")
    with course.gradebook() as gradebook:
        courses.same_questions(gradebook, name, source)
    why_not = sandbox.why_not()
    if not why_not:
        wrong = trial(source)
        if wrong:
            raise CourseError(f"{paths[0].name} isn't ready:\n  " + "\n  ".join(wrong))
    edition.write(source, course.source(name))
    return course.source(name), points, [f"not tried out, because {why_not}"] if why_not else []


def trial(source):
    """What is wrong with an assignment: lines about questions that its model solution doesn't answer, or that stand
    without an answer."""
    from .judge import judge
    lines, release = [], edition.released(source)
    for notebook, wanted, said in [(edition.solved(source), "stands", "its model solution doesn't stand"),
                                   (release, "fails", "it stands without an answer")]:
        cells = [_cell(nbformat.from_dict(cell)) for cell in notebook.cells]
        results = judge(assemble(source, release, cells)[0], [1])[0]
        for cell in source.cells:
            if kind(cell) == "test":
                state, message = results[cell.metadata.nbgrader.grade_id]
                if state != wanted:
                    lines.append(f"{question_of(cell)}: {said}" + (f" ({message})" if message else ""))
    return lines
