"""Measure a class: python -m classroom.benchmark [SIZE]

Makes a course with SIZE submissions of assignment a4 (most of them with some answers wrong or missing, one in
twenty with an endless loop, one in forty damaged), kills the grading half way, starts it again, and prints times.
"""

import json
import os
import random
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
from .summary import students_of


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


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        course = courses.new(Path(folder) / "course", 1)
        assignment = course.assignment("a4")
        courses.release(course, assignment)
        fill(course, assignment, size)
        command = [sys.executable, "-m", "classroom", "--course", str(course.root), "autograde", assignment]
        started = time.monotonic()
        grading = subprocess.Popen(command)
        judged = course.root / "judged" / assignment
        while len(list(judged.glob("*.json"))) < size // 2 and grading.poll() is None:
            time.sleep(0.1)
        os.kill(grading.pid, signal.SIGKILL)
        grading.wait()
        half, kept = time.monotonic() - started, len(list(judged.glob("*.json")))
        print(f"\nKilled after {half:.0f} s with {kept} of {size} graded. Once more:", flush=True)
        subprocess.run(command, check=True)
        total = time.monotonic() - started
        times = sorted(load(course, assignment, student)["seconds"] for student in students_of(course, assignment))
        print(f"{size} submissions in {total:.0f} s on {os.cpu_count()} cores, killed and started again in between; "
              f"one takes {times[len(times) // 2]:.1f} s (median), {times[-1]:.1f} s at most")
        for step in ("feedback", "grades"):
            started = time.monotonic()
            subprocess.run([*command[:5], step, *([assignment] if step == "feedback" else [])], check=True)
            print(f"{step}: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
