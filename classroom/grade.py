"""Grading a class: one trusted process and one sandbox for each submission, as many as there are cores.

What a submission earned is written to judged/<assignment>/<student>.json before it goes into the
gradebook, together with a fingerprint of what it was judged from. So grading can be interrupted at any
moment, in any way, and goes on where it was.
"""

import hashlib
import json
import os
import sys
import time
import zlib
from functools import partial

import nbformat
import psutil
from tqdm import tqdm

from . import sandbox
from .atomic import write_whole
from .course import CourseError, one_line
from .markup import shorten
from .package_use import uses_of_backprop
from .points import synchronise
from .processes import run_each
from .record import enter, forget, gave_up, load
from .submission import Unreadable, assemble, read
from .summary import look_lines, students_of

ENGINE = 5                      # raise it when the same submission may be judged differently
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
    of_files = list(course.collected(assignment)["problems"].get(student, []))
    looks, results, notes, judged = of_files[:], {}, [], False
    try:
        path, more = find_notebook(course.submitted(student, assignment), assignment)
        of_files += more
        looks += more
        notebook, more, notes = assemble(source, release, read(path))
        looks += more
        # The same submission always gets the same inputs; whoever hands in again gets others.
        content = int.from_bytes(hashlib.sha256(path.read_bytes()).digest())
        seed = [course.settings["seed"], course.settings["secret"], zlib.crc32(student.encode()), content]
        results, more, private = judge(notebook, seed, limits)
        looks += more + uses_of_backprop(notebook, release)
        shorten(notebook)
        judged = True
    except Exception as error:  # whatever is wrong with one submission, the class goes on
        notebook, results, notes, judged = nbformat.from_dict(release), {}, [], False
        why = error if isinstance(error, Unreadable) else f"grading it failed ({type(error).__name__}: {error})"
        looks.append(f"not graded: {why}")
    return {
        "notebook": notebook,
        "results": results,
        "looks": [one_line(line)[:1000] for line in looks],
        "of_files": [one_line(line)[:1000] for line in of_files],
        "private": [one_line(line)[:1000] for line in private],
        "notes": [one_line(line)[:1000] for line in notes],
        "judged": judged,
        "seconds": round(time.monotonic() - started, 2),
    }


def _judge_one(course, assignment, limits, keys, student):
    """In a process of its own: judge one submission and leave the result in its file."""
    found = examine(course, assignment, student, limits)
    found["notebook"] = nbformat.writes(found["notebook"], version=4)
    write_whole(course.judged(student, assignment), json.dumps(dict(found, key=keys[student])))


def workers_for(limits):
    """As many as cores, if the memory allows it."""
    cores = len(os.sched_getaffinity(0))
    return max(1, min(cores, psutil.virtual_memory().available // (limits.memory * 2**20)))


def autograde(course, assignment, limits=None, workers=None, only=None, again=False):
    """Judge all submissions that aren't yet, and enter the results. Returns the lines for the teacher.

    only: some students instead of all; again: judge theirs also if nothing has changed."""
    limits = limits or sandbox.Limits()
    print("Trying the sandbox …", flush=True)
    reason = sandbox.why_not()
    if reason:
        raise CourseError(reason)
    course.notebooks(assignment)
    synchronise(course, assignment)
    students = students_of(course, assignment)
    if only:
        for student in only:
            if student not in students:
                raise CourseError(f"{student} has handed in nothing for {assignment}")
        students = list(only)
    if not students:
        raise CourseError(
            f"nothing is handed in for {assignment}. First: collect {assignment.split('-')[0]} FOLDER-OR-ZIP"
        )
    for student in students if again else ():
        forget(course, assignment, student)
    keys = {student: fingerprint(course, assignment, student, limits) for student in students}
    done = {s for s in students if (load(course, assignment, s) or {}).get("key") == keys[s]}
    for leftover in (course.root / "judged" / assignment).glob(".writing-*"):
        leftover.unlink()
    workers = workers or workers_for(limits)
    tqdm.monitor_interval = 0                    # no thread of its own: we fork
    started = time.monotonic()
    print(
        f"{assignment}: {len(students)} submissions, {len(done)} of them graded already, {workers} at a time",
        flush=True,
    )
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
            gave_up(course, assignment, student, keys[student], f"grading it came to no end ({why}), "
                     "something in the file may be meant to do that")
        yield student
