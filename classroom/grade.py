"""Grading a class: one trusted process and one sandbox for each submission, as many as there are cores.

What a submission earned is written to judged/<assignment>/<student>.json before it goes into the
gradebook, together with a fingerprint of what it was judged from. So grading can be interrupted at any
moment, in any way, and goes on where it was.
"""

import ast
import contextlib
import hashlib
import json
import os
import re
import sys
import time
import zlib
from functools import partial

import nbformat
import psutil
from nbformat.v4 import new_markdown_cell
from tqdm import tqdm

from . import edition, sandbox
from .course import CourseError, one_line, write_whole
from .processes import run_each
from .steps import FOR_TEACHER
from .submission import Unreadable, assemble, harmless, kind, question_of, read

ENGINE = 3                      # raise it when the same submission may be judged differently
MEMORY = 6 * 1024               # MiB for its judge
SPARE = 60                      # seconds beyond a submission's own limit before its judge is ended


def find_notebook(folder, assignment):
    """(the notebook in a submission's folder, lines for the teacher)."""
    exact = folder / f"{assignment}.ipynb"
    if exact.is_file() and not exact.is_symlink():
        return exact, []
    others = sorted(p for p in folder.glob("*.ipynb") if p.is_file() and not p.is_symlink()) if folder.is_dir() else []
    if len(others) == 1:
        return others[0], [f"its notebook is called {others[0].name[:100]!r}"]
    if others:
        raise Unreadable(f"its folder holds {len(others)} notebooks, none of them called {assignment}.ipynb")
    raise Unreadable("no notebook was handed in")


def fingerprint(course, assignment, student, limits):
    """Changes when the submission, the tests or the limits do."""
    digest = hashlib.sha256(f"{ENGINE} {limits}".encode())
    files = [course.source(assignment), course.release(assignment)]
    try:
        notebook = find_notebook(course.submitted(student, assignment), assignment)[0]
        if notebook.stat().st_size <= 2**28:
            files.append(notebook)
    except (Unreadable, OSError) as reason:
        digest.update(repr(reason).encode())
    digest.update(json.dumps(course.collected(assignment)["problems"].get(student, [])).encode())
    for path in files:
        try:
            with open(path, "rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            digest.update(repr(error).encode())
    return digest.hexdigest()


def examine(course, assignment, student, limits):
    """Judge one submission. Returns what goes into judged/…: notebook, results, looks, notes, judged, seconds."""
    from .judge import judge
    private = []
    started = time.monotonic()
    source, release = course.notebooks(assignment)
    looks = list(course.collected(assignment)["problems"].get(student, []))
    results, notes, judged = {}, [], False
    try:
        path, more = find_notebook(course.submitted(student, assignment), assignment)
        looks += more
        notebook, more, notes = assemble(source, release, read(path))
        looks += more
        # The same submission always gets the same inputs; whoever hands in again gets others.
        content = int.from_bytes(hashlib.sha256(path.read_bytes()).digest())
        seed = [course.settings["seed"], course.settings["secret"], zlib.crc32(student.encode()), content]
        results, more, private = judge(notebook, seed, limits)
        looks += more + uses_of_backprop(notebook, release)
        judged = True
    except Exception as error:                   # whatever is wrong with one submission, the class goes on
        notebook, results, notes, judged = nbformat.from_dict(release), {}, [], False
        looks.append(f"not graded: {error if isinstance(error, Unreadable) else f'grading it failed ({type(error).__name__}: {error})'}")
    return {"notebook": notebook, "results": results, "looks": [one_line(line)[:1000] for line in looks],
            "private": [one_line(line)[:1000] for line in private], "notes": [one_line(line)[:1000] for line in notes], "judged": judged,
            "seconds": round(time.monotonic() - started, 2)}


def uses_of_backprop(notebook, release):
    """Answers that import the book's package where the question says to write it oneself: allowed or not is the teacher's call."""
    looks = []
    given = {c.metadata.nbgrader.grade_id: c.source for c in release.cells if "nbgrader" in c.metadata}
    for cell in notebook.cells:
        if cell.cell_type == "code" and (kind(cell) == "answer" or cell.metadata.get("added")):
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if _imports_backprop(cell.source) and not _imports_backprop(given.get(name, "")) and not _may(notebook, name):
                where = question_of(cell) if name else "a cell of the student's own"
                looks.append(f"{where}: uses the book's package backprop")
    return looks


def _imports_backprop(source):
    """Whether a cell imports from the package more than the widget and the tests' own words. Comments and names don't count."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(re.search(r"^[^#]*\b(from|import)\s+backprop\b", source, re.MULTILINE))
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "backprop":
            if node.module != "backprop.assignment" and {alias.name for alias in node.names} != {"Nudge"}:
                return True
        elif isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "backprop" for alias in node.names):
            return True
        elif isinstance(node, ast.Call) and any(isinstance(word, ast.Constant) and re.fullmatch(r"backprop(\.\w+)*", str(word.value))
                                                for word in node.args) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            return True
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


def _judge_one(course, assignment, limits, keys, student):
    """In a process of its own: judge one submission and leave the result in its file."""
    found = examine(course, assignment, student, limits)
    found["notebook"] = nbformat.writes(found["notebook"], version=4)
    write_whole(course.judged(student, assignment), json.dumps(dict(found, key=keys[student])))


def students_of(course, assignment):
    """Everybody who handed something in, or tried to."""
    return sorted({name for name in _folders(course, assignment) if name == one_line(name)}
                  | set(course.collected(assignment)["problems"]))


def _folders(course, assignment):
    return [path.parent.name for path in (course.root / "submitted").glob(f"*/{assignment}")]


def load(course, assignment, student):
    try:
        return json.loads(course.judged(student, assignment).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def workers_for(limits):
    """As many as cores, if the memory allows it."""
    cores = len(os.sched_getaffinity(0))
    return max(1, min(cores, psutil.virtual_memory().available // (limits.memory * 2**20)))


def autograde(course, assignment, limits=None, workers=None, only=None):
    """Judge all submissions that aren't yet, and enter the results. Returns the lines for the teacher."""
    limits = limits or sandbox.Limits()
    print("Trying the sandbox …", flush=True)
    reason = sandbox.why_not()
    if reason:
        raise CourseError(reason)
    course.notebooks(assignment)
    students = students_of(course, assignment)
    if only:
        if only not in students:
            raise CourseError(f"{only} has handed in nothing for {assignment}")
        students = [only]
    if not students:
        raise CourseError(f"nothing is handed in for {assignment}. First: collect {assignment.split('-')[0]} FOLDER-OR-ZIP")
    keys = {student: fingerprint(course, assignment, student, limits) for student in students}
    done = {s for s in students if (load(course, assignment, s) or {}).get("key") == keys[s]}
    for leftover in (course.root / "judged" / assignment).glob(".writing-*"):
        leftover.unlink()
    workers = workers or workers_for(limits)
    tqdm.monitor_interval = 0                    # no thread of its own: we fork
    started = time.monotonic()
    print(f"{assignment}: {len(students)} submissions, {len(done)} of them graded already, {workers} at a time", flush=True)
    with course.gradebook() as gradebook, tqdm(total=len(students), initial=len(done), unit="submission",
                                               smoothing=0.1, file=sys.stdout) as bar:
        for student in sorted(done):
            enter(course, gradebook, assignment, student)
        for student in _run(course, assignment, [s for s in students if s not in done], keys, limits, workers):
            enter(course, gradebook, assignment, student)
            bar.update()
    seconds = time.monotonic() - started
    fresh = len(students) - len(done)
    print(f"{fresh} graded in {seconds:.0f} s" + (f" ({seconds / fresh:.2f} s each)" if fresh else ""), flush=True)
    return look_lines(course, assignment)


def _run(course, assignment, waiting, keys, limits, workers):
    """Judge the waiting students' submissions, some at a time; yield each when its file is there."""
    import sympy  # noqa: F401  imported once, before forking

    from . import judge  # noqa: F401
    one = partial(_judge_one, course, assignment, limits, keys)
    for student, _, why in run_each(one, waiting, workers, limits.total + SPARE, MEMORY):
        if (load(course, assignment, student) or {}).get("key") != keys[student]:
            _gave_up(course, assignment, student, keys[student], f"grading it came to no end ({why}), "
                     "something in the file may be meant to do that")
        yield student


def _gave_up(course, assignment, student, key, why):
    """There is no result for this submission: say so instead of a grade."""
    _, release = course.notebooks(assignment)
    write_whole(course.judged(student, assignment), json.dumps({
        "key": key, "notebook": nbformat.writes(release, version=4), "results": {}, "notes": [], "judged": False,
        "looks": [f"not graded: {why}"], "seconds": 0}))


def enter(course, gradebook, assignment, student):
    """Record what was judged; if that fails, this student has no grade yet, and the others go on."""
    try:
        record(course, gradebook, assignment, student)
    except Exception as error:
        gradebook.db.rollback()
        # No key: the next autograde judges it again.
        _gave_up(course, assignment, student, "", one_line(f"the result can't be entered ({type(error).__name__}: {error})")[:1000])
        record(course, gradebook, assignment, student)


def record(course, gradebook, assignment, student):
    """Enter what was judged into nbgrader's gradebook, and the notebook into autograded/. May be repeated.

    Points given by hand stay, and stay valid as long as what they were given for is the same.
    """
    from nbgrader.api import MissingEntry
    from nbgrader.utils import determine_grade, parse_utc
    found = load(course, assignment, student)
    target, mark = course.autograded(student, assignment), course.judged(student, assignment).with_suffix(".recorded")
    try:
        gradebook.find_submission_notebook(assignment, assignment, student)
        known = mark.exists() and mark.read_text(encoding="utf-8") == found["key"]
    except MissingEntry:
        known = False
    if known and target.exists():
        return
    notebook = nbformat.reads(found["notebook"], as_version=4)
    people = course.students().get(student, {})
    gradebook.update_or_create_student(student, **{k: v for k, v in people.items() if v})
    options = {}
    with contextlib.suppress(OSError, ValueError, OverflowError):
        options["timestamp"] = parse_utc((course.submitted(student, assignment) / "timestamp.txt").read_text(encoding="utf-8").strip())
    gradebook.update_or_create_submission(assignment, student, **options)
    submitted = gradebook.find_submission_notebook(assignment, assignment, student)
    cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}
    for grade in submitted.grades:
        cell = cells[grade.name]
        state = found["results"].get(grade.name, ["unjudged"])[0] if kind(cell) == "test" else None
        if not found["judged"] or state == "unjudged":
            grade.auto_score = None
        else:
            grade.auto_score = determine_grade(cell)[0]
        if not known:
            grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
    for comment in submitted.comments:
        released = comment.name in cells and cells[comment.name]
        same = released and kind(released) == "written" and determine_grade(released)[0] == 0
        comment.auto_comment = "No response." if same else None
    gradebook.db.commit()
    private = found.get("private", [])
    public = [line for line in found["looks"] + found["notes"] if line not in private]
    for title, lines, metadata in [("For the teacher only", private, {FOR_TEACHER: True}), ("Notes from grading", public, {})]:
        if lines:
            text = f"**{title}**\n\n" + "\n".join(f"- {line}" for line in lines)
            notebook.cells.insert(0, new_markdown_cell(harmless(text, {}), metadata=metadata))      # it may quote names of files
    edition.write(notebook, target)
    write_whole(mark, found["key"])


def look_lines(course, assignment):
    """What somebody has to look at: "student: why"."""
    lines = [entry["line"] for entry in course.collected(assignment)["unmatched"]]
    lines += [f"submitted/{one_line(name)}: a folder whose name isn't readable text; rename it, then autograde"
              for name in _folders(course, assignment) if name != one_line(name)]
    for student in students_of(course, assignment):
        found = load(course, assignment, student)
        if found is None:
            lines.append(f"{student}: not graded yet")
        else:
            lines += [f"{student}: {line}" for line in found["looks"]]
    return lines


def summary(course, assignment):
    """One row for each student of the class and each who handed in, for the CSV."""
    from nbgrader.api import MissingEntry
    rows = []
    people = course.students()
    handed_in = students_of(course, assignment)
    with course.gradebook() as gradebook:
        for student in sorted(set(people) | set(handed_in)):
            row = {"student": student, "last_name": people.get(student, {}).get("last_name", ""),
                   "first_name": people.get(student, {}).get("first_name", ""), "assignment": assignment,
                   "score": "", "max_score": "", "by_program": "", "by_hand": "", "status": "", "look": ""}
            found = load(course, assignment, student)
            row["look"] = " | ".join(found["looks"]) if found else ""
            try:
                submitted = gradebook.find_submission_notebook(assignment, assignment, student)
            except MissingEntry:
                row["status"] = "not graded yet" if student in handed_in else "nothing handed in"
                rows.append(row)
                continue
            tests = [g for g in submitted.grades if g.cell.cell_type == "code"]
            written = [g for g in submitted.grades if g.cell.cell_type != "code"]
            open_tests = [g for g in tests if g.needs_manual_grade and g.manual_score is None]
            open_written = [g for g in written if g.needs_manual_grade]
            row["max_score"] = submitted.max_score
            row["by_program"] = sum(g.score for g in tests) if not open_tests else ""
            row["by_hand"] = sum(g.score for g in written) if not open_written else ""
            if open_tests:
                row["status"] = "needs a look"
            elif open_written:
                row["status"] = "to be marked by hand"
            else:
                row["status"], row["score"] = "graded", submitted.score
            rows.append(row)
    return rows
