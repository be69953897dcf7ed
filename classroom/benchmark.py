"""Measure a class: python -m classroom.benchmark [SIZE]

Makes a course with SIZE submissions of assignment a4 (most of them with some answers wrong or missing, one in
twenty with an endless loop, one in forty damaged), kills the grading at a third and at two thirds, goes on, and prints
times. Then grades a copy of the class undisturbed, and compares.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from . import course as courses
from . import edition
from .record import load
from .summary import students_of, summary


def fill(course, assignment, size):
    source, release = course.notebooks(assignment)
    model = edition.solved(source)
    chance = random.Random(1)
    for number in range(size):
        skill, notebook = chance.random(), nbformat.from_dict(json.loads(json.dumps(model)))
        for cell, empty in zip(notebook.cells, release.cells):
            if cell.metadata.get("nbgrader", {}).get("solution") and chance.random() > skill:
                cell.source = empty.source
        if number % 20 == 7:
            cell = next(c for c in notebook.cells if c.source.startswith("# Answer 3a"))
            cell.source = "# Answer 3a\ndef deltas(W, a, y, c):\n    while True:\n        pass"
        content = json.dumps(notebook)
        if number % 40 == 13:
            content = content[:len(content) // 2]
        folder = course.submitted(f"student-{number:03}", assignment)
        folder.mkdir(parents=True)
        (folder / f"{assignment}.ipynb").write_text(content, encoding="utf-8")


def autograde(course, assignment, kill_at=None):
    """Grade a class; kill_at: end it, as a power cut would, when so many are graded. Returns the seconds."""
    started, judged = time.monotonic(), course.root / "judged" / assignment
    command = [sys.executable, "-m", "classroom", "--course", str(course.root), "autograde", assignment]
    grading = subprocess.Popen(command)
    while kill_at and len(list(judged.glob("*.json"))) < kill_at and grading.poll() is None:
        time.sleep(0.1)
    if kill_at:
        os.kill(grading.pid, signal.SIGKILL)
    if grading.wait() and not kill_at:
        sys.exit("grading failed")
    return time.monotonic() - started


def grades(course, assignment):
    """What is known of each student, and what the tests said."""
    return [(row, load(course, assignment, row["student"])["results"]) for row in summary(course, assignment)]


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        course = courses.new(Path(folder) / "course", 1)
        assignment = course.assignment("a4")
        courses.release(course, assignment)
        fill(course, assignment, size)
        shutil.copytree(course.root, Path(folder) / "calm")
        calm = courses.new(Path(folder) / "calm")
        killed = [autograde(course, assignment, part * size // 3) for part in (1, 2)]
        seconds = sum(killed) + autograde(course, assignment)
        times = sorted(load(course, assignment, student)["seconds"] for student in students_of(course, assignment))
        print(f"\n{size} submissions in {seconds:.0f} s on {os.cpu_count()} cores, killed twice and started again; "
              f"one takes {times[len(times) // 2]:.1f} s (median), {times[-1]:.1f} s at most", flush=True)
        for step in (["feedback", assignment], ["grades"]):
            started = time.monotonic()
            subprocess.run([sys.executable, "-m", "classroom", "--course", str(course.root), *step], check=True)
            print(f"{step[0]}: {time.monotonic() - started:.0f} s", flush=True)
        seconds = autograde(calm, assignment)
        same = grades(calm, assignment) == grades(course, assignment)
        print(f"\nUndisturbed: {seconds:.0f} s. The grades are {'the same' if same else 'OTHERS'}.")
        sys.exit(not same)


if __name__ == "__main__":
    main()
