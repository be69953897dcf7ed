"""A course folder: where everything of one class is kept, outside the book.

    course.json           the edition's seed, and the secret of the hidden tests' random inputs
    students.csv          the class (optional): id, first_name, last_name, email
    nbgrader_config.py    nbgrader's settings;  gradebook.db  nbgrader's gradebook
    source/ release/ submitted/ autograded/ feedback/      as nbgrader has them: <student>/<assignment>/…
    marking/              model solutions, and marking notes for what is graded by hand
    judged/               what was found in each submission; grading goes on from here after an interruption
    replaced/             older versions of submissions that were handed in again
"""

import contextlib
import csv
import io
import json
import re
import secrets
import sys
import unicodedata
import warnings
from pathlib import Path

import nbformat

from . import edition
from .atomic import write_whole

SECRET_BITS = 256
GUESSED = 2**64                 # an edition's number below this may be found by making editions and comparing
REPOSITORY = Path(__file__).resolve().parent.parent


class CourseError(Exception):
    """Something the teacher has to put right; the message says what."""


def slug(name):
    """A student's id from a name: letters, digits, dots, dashes, underscores; never a path."""
    name = unicodedata.normalize("NFC", str(name)).strip()
    return re.sub(r"[^\w.-]+", "-", name).strip(".-")[:80]


def one_line(text):
    """Text of unknown origin for a line on a screen or in a file.

    No line breaks, control characters or halves of characters are left."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


class Course:
    def __init__(self, folder):
        self.root = Path(folder).resolve()
        try:
            self.settings = json.loads((self.root / "course.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CourseError(f"{self.root} is no course folder (no course.json in it). Make one with: "
                              "python make.py class new FOLDER") from None
        self.practice = self.settings["seed"] < GUESSED
        self.db_url = f"sqlite:///{self.root / 'gradebook.db'}"

    # ---- where things are

    def source(self, assignment):
        return self.root / "source" / assignment / f"{assignment}.ipynb"

    def release(self, assignment):
        return self.root / "release" / assignment / f"{assignment}.ipynb"

    def submitted(self, student, assignment):
        return self.root / "submitted" / student / assignment

    def autograded(self, student, assignment):
        return self.root / "autograded" / student / assignment / f"{assignment}.ipynb"

    def judged(self, student, assignment):
        return self.root / "judged" / assignment / f"{student}.json"

    def collected(self, assignment):
        """What the last collecting found: {"problems": {student: [lines]}, "unmatched": [entries], "origin": {…}}.

        See collect.py."""
        with contextlib.suppress(FileNotFoundError):
            return json.loads((self.root / "judged" / f"{assignment}.collected.json").read_text(encoding="utf-8"))
        return {"problems": {}, "unmatched": [], "origin": {}}

    def save_collected(self, assignment, found):
        write_whole(
            self.root / "judged" / f"{assignment}.collected.json", json.dumps(found, indent=1, ensure_ascii=False)
        )

    # ---- who and what

    def students(self):
        """The class from students.csv: {id: {first_name, last_name, email}}; empty if there is none."""
        path = self.root / "students.csv"
        if not path.exists():
            return {}
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")             # Excel's CSV that isn't "CSV UTF-8"
        if "\0" in text:
            raise CourseError(f"{path} is no text that can be read here: save it as \"CSV UTF-8\"")
        first = text.split("\n", 1)[0]
        rows = csv.DictReader(
            io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ","
        )
        if text.strip() and "id" not in rows.fieldnames:
            raise CourseError(f"{path} needs a column `id` in its first line, it has {', '.join(rows.fieldnames)}")
        people, lines = {}, {}
        for row in rows:
            name = (row["id"] or "").strip()
            if name != slug(name):
                raise CourseError(
                    f"{path}: {name!r} can't be an id (letters, digits, dots, dashes); use {slug(name)!r}"
                )
            if name.casefold() in lines:
                raise CourseError(
                    f"{path}: the lines {lines[name.casefold()]} and {rows.line_num} have the same id {name!r}"
                )
            if name:
                lines[name.casefold()] = rows.line_num
                people[name] = {k: (row.get(k) or "").strip() for k in ("first_name", "last_name", "email")}
        return people

    def assignment(self, name):
        """The full name of an assignment of this course: "a3" is enough."""
        names = sorted(p.name for p in (self.root / "source").iterdir() if p.is_dir())
        matches = [n for n in names if n == name or n.split("-")[0] == name]
        if len(matches) != 1:
            raise CourseError(f"this course has no assignment {name!r}, it has {', '.join(names)}")
        return matches[0]

    def released(self):
        """The names of the assignments that were handed out."""
        return sorted(path.parent.name for path in (self.root / "release").glob("*/*.ipynb"))

    def notebooks(self, assignment):
        """(source, release) of an assignment that was released."""
        if not self.release(assignment).exists():
            raise CourseError(f"{assignment} isn't released yet. First: release {assignment.split('-')[0]}")
        pair = [nbformat.read(path(assignment), as_version=4) for path in (self.source, self.release)]
        ids = [[c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook.cells] for notebook in pair]
        if ids[0] != ids[1]:
            raise CourseError(f"the source of {assignment} has other cells than what was handed out: release it again "
                              "(before anything is collected)")
        return pair

    def gradebook(self):
        from nbgrader.api import Gradebook
        # nbgrader's own way of adding submissions makes SQLAlchemy warn; nothing is lost.
        warnings.filterwarnings("ignore", "Object of type <Submitted", module="nbgrader")
        return Gradebook(self.db_url)


NBGRADER_CONFIG = """\
# Settings of nbgrader for this course: for marking by hand (formgrader) and for an exchange on JupyterHub.
import sys

sys.path.insert(0, {repository!r})
from classroom.steps import HAND_OUT, SETTINGS, GradeInTheSandbox, LeaveOutTheTeachers

c = get_config()
c.merge(SETTINGS)
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = {course!r}
c.GenerateAssignment.preprocessors = HAND_OUT
# nbgrader's own autograde would run students' programs as you: its button says so instead.
c.Autograde.sanitize_preprocessors = [GradeInTheSandbox]
c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades", "nbgrader.preprocessors.ClearHiddenTests",
                                    LeaveOutTheTeachers, "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"]
"""

LAUNCHER = '''\
#!/usr/bin/env python3
"""The steps of this course. Say `python3 teach.py` to see them."""
import os
import subprocess
import sys

python, repository = {python!r}, {repository!r}
if not os.path.exists(python):
    sys.exit("The book isn't where it was (" + repository + "). Make this file anew: in the book's folder run\\n"
             "  python make.py class new " + os.path.dirname(os.path.abspath(__file__)))
os.environ["PYTHONPATH"] = repository
try:
    here = os.path.dirname(os.path.abspath(__file__))
    sys.exit(subprocess.call([python, "-m", "classroom", "--course", here, *sys.argv[1:]]))
except KeyboardInterrupt:
    sys.exit(130)
'''


def new(folder, seed=None):
    """Make a course folder, or renew the launcher and settings of one. Returns the Course."""
    from .sandbox import shown_folders
    root = Path(folder).expanduser().resolve()
    if seed is not None and seed < 1:
        raise CourseError(
            f"an edition's number is a whole number from 1 on, not {seed} (0 is the public edition of the book)"
        )
    if root.exists() and not root.is_dir():
        raise CourseError(f"{root} is a file; a course needs a folder of its own")
    if root.is_relative_to(REPOSITORY):
        raise CourseError(
            f"a course holds solutions and grades, so it may not lie in the book's own folder {REPOSITORY}"
        )
    inside = [f for f in shown_folders() if root.is_relative_to(f)]
    if inside:
        raise CourseError(f"students' programs can read {inside[0]} while they are graded: put the course elsewhere")
    known = (root / "course.json").exists()
    if root.exists() and any(root.iterdir()) and not known:
        raise CourseError(f"{root} is not empty and no course folder")
    root.mkdir(parents=True, exist_ok=True)
    if known and seed is not None and seed != Course(root).settings["seed"]:
        raise CourseError(
            f"{root} has the edition {Course(root).settings['seed']}; another edition needs another folder"
        )
    if not known:
        # Whoever finds the number has all solutions: one that is drawn can't be found by trying,
        # one that is chosen can.
        seed = secrets.randbits(SECRET_BITS) if seed is None else seed
        for name in edition.assignments():
            edition.write(edition.make(name, seed), root / "source" / name / f"{name}.ipynb")
        write_whole(root / "students.csv", "id,first_name,last_name,email\n")
        write_whole(root / "course.json", json.dumps({"seed": seed, "secret": secrets.randbits(SECRET_BITS)}) + "\n")
    write_whole(root / "nbgrader_config.py", NBGRADER_CONFIG.format(
        repository=str(REPOSITORY), root=str(root), course=slug(root.name)))
    write_whole(root / "teach.py", LAUNCHER.format(python=sys.executable, repository=str(REPOSITORY)))
    return Course(root)


def same_questions(gradebook, assignment, notebook):
    """Raise CourseError if questions were added or taken out after submissions have come in."""
    from nbgrader.api import MissingEntry
    try:
        known = gradebook.find_notebook(assignment, assignment)
    except MissingEntry:
        return
    now = {c.metadata.nbgrader.grade_id for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")}
    before = {cell.name for cell in known.grade_cells}
    if known.submissions and now != before:
        names = ", ".join(sorted(name.split("-")[1] for name in now ^ before))
        raise CourseError(
            f"submissions of {assignment} are graded already, so its questions can't be added or taken out "
            f"({names}). Put the source back, and drop a question with: points {assignment.split('-')[0]} 1b=0"
        )


def release(course, assignment):
    """Make the students' notebook from the source, and the marking notes and model solution for the teacher.

    Returns the paths of the students' notebook and of the notes.
    """
    notebook = nbformat.read(course.source(assignment), as_version=4)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(assignment)
        same_questions(gradebook, assignment, notebook)
    handed_out = edition.released(notebook, gradebook=(course.db_url, assignment))
    edition.write(handed_out, course.release(assignment))
    notes = course.root / "marking" / f"{assignment}.md"
    write_whole(notes, f"# Marking notes for {assignment}\n\n" + edition.marking_notes(notebook))
    edition.write(edition.solved(notebook), notes.with_suffix(".ipynb"))
    return course.release(assignment), notes
