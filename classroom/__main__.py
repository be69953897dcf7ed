"""The steps of a course. In the course folder:

  python3 teach.py release a1             make the students' notebook: release/
  python3 teach.py collect a1 PATH …      take in a folder or an LMS's zip: submitted/
  python3 teach.py autograde a1           run and test every submission in the sandbox
  python3 teach.py mark                   mark the written answers in a browser (formgrader)
  python3 teach.py feedback a1            a page for each student, and a zip of them: feedback/
  python3 teach.py grades                 all grades as CSV: grades.csv
  python3 teach.py look a1                once more what needs a look
  python3 teach.py check                  can submissions be graded safely on this machine?

`a1` stands for any assignment, a1 to a6. Every step can be repeated and interrupted.
"""

import argparse
import csv
import os
import subprocess
import sys
from pathlib import Path

from . import course as courses
from . import edition
from .atomic import replacing, write_whole
from .course import Course, CourseError

PRACTICE = "for practice, because a number that was chosen can be found by trying"


def new(arguments):
    course = courses.new(arguments.folder, arguments.seed)
    which = f"edition {course.settings['seed']}: {PRACTICE}" if course.practice else "an edition of its own"
    print(f"The course is in {course.root}, {which}.\n"
          f"Next: enter your class in students.csv (or leave it empty), then\n"
          f"  cd {course.root}\n  python3 teach.py release a1")


def release(course, arguments):
    for name in arguments.assignments:
        notebook, notes = courses.release(course, course.assignment(name))
        print(f"For the students: {notebook}\nFor yourself:     {notes} (notes for marking)\n"
              f"                  {notes.with_suffix('.ipynb')} (model solution)")
    if course.practice:
        print(f"This is edition {course.settings['seed']}, {PRACTICE}. For grades make a course without --seed.")


def collect(course, arguments):
    from .collect import collect
    assignment = course.assignment(arguments.assignment)
    copied, lines = collect(course, assignment, arguments.paths, arguments.student)
    print(f"{assignment}: {copied} submissions collected.")
    show(lines)


def autograde(course, arguments):
    from .grade import autograde
    assignment = course.assignment(arguments.assignment)
    lines = autograde(course, assignment, workers=arguments.workers, only=arguments.student)
    show(lines, save=course.root / f"needs-a-look-{assignment.split('-')[0]}.txt")
    print("Next: mark the written answers (python3 teach.py mark), then feedback and grades.")


def look(course, arguments):
    from .summary import look_lines, students_of
    assignment = course.assignment(arguments.assignment)
    course.notebooks(assignment)
    lines = look_lines(course, assignment)
    if not lines and not students_of(course, assignment):
        raise CourseError(f"nothing is handed in for {assignment} yet")
    show(lines)


def show(lines, save=None):
    if save:
        write_whole(save, "".join(line + "\n" for line in lines))
    if lines:
        print(f"\nNeeds a look ({len(lines)}):")
        for line in lines:
            print("  " + line)
        if save:
            print(f"(also in {save})\n")
    else:
        print("Nothing needs a look.")


def mark(course, arguments):
    print("Opening the formgrader; stop it with Ctrl-C. Choose Manual Grading there.", flush=True)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={course.root}",
               "--LabApp.default_url=/formgrader"]
    if arguments.port:
        command += [f"--ServerApp.port={arguments.port}"]
    if arguments.no_browser:
        command += ["--no-browser"]
    if hasattr(os, "getuid") and os.getuid() == 0:
        command += ["--allow-root"]
    environment = dict(os.environ, PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", ""))
    sys.exit(subprocess.call(command, cwd=course.root, env=environment))


def feedback(course, arguments):
    from .feedback import generate
    number, path, lines = generate(course, course.assignment(arguments.assignment), os.cpu_count() or 1)
    print(f"{number} pages in {path.parent}, and all of them in {path} for an LMS.")
    for line in lines:
        print("  " + line)


def grades(course, arguments):
    from .summary import summary
    released = sorted(p.parent.name for p in (course.root / "release").glob("*/*.ipynb"))
    rows = [row for assignment in released for row in summary(course, assignment)]
    path = course.root / "grades.csv"
    if not rows:
        raise CourseError("nothing is collected yet")
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8-sig", newline="") as file:   # -sig: for Excel
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({k: _plain(v) for k, v in row.items()} for row in rows)
    print(path)
    for status in sorted({row["status"] for row in rows}):
        print(f"  {sum(row['status'] == status for row in rows):4} {status}")


def _plain(value):
    """A spreadsheet would take a text that starts like this for a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def check(course, arguments):
    from .sandbox import why_not
    reason = why_not()
    if reason:
        raise CourseError(reason)
    print("The sandbox works here: network, other files, memory, processes and disk are closed off.")


def public(arguments):
    """For the book's authors: make book/assignments/*.ipynb anew."""
    for name in edition.assignments():
        path = courses.REPOSITORY / "book" / "assignments" / f"{name}.ipynb"
        edition.write(edition.released(edition.make(name, edition.FORMATIVE)), path)
        print(path)


def main():
    parser = argparse.ArgumentParser(prog="teach.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     usage="python3 teach.py STEP …")
    parser.add_argument("--course", default=".", help=argparse.SUPPRESS)
    steps = parser.add_subparsers(metavar="STEP")

    def step(function, *names, course=True, **options):
        sub = steps.add_parser(function.__name__, prog=f"python3 teach.py {function.__name__}")
        for name in names:
            sub.add_argument(name, **options.get(name.strip("-").replace("-", "_"), {}))
        sub.set_defaults(do=function, course_needed=course)

    step(new, "folder", "--seed", course=False, folder={"type": Path}, seed={"type": int})
    step(release, "assignments", assignments={"nargs": "+"})
    step(collect, "assignment", "paths", "--student", paths={"nargs": "+", "type": Path})
    step(autograde, "assignment", "--student", "--workers", workers={"type": int})
    step(look, "assignment")
    step(mark, "--port", "--no-browser", port={"type": int}, no_browser={"action": "store_true"})
    step(feedback, "assignment")
    step(grades)
    step(check)
    step(public, course=False)
    arguments = parser.parse_args()
    if not hasattr(arguments, "do"):
        print(__doc__)
        return
    try:
        if arguments.course_needed:
            arguments.do(Course(arguments.course), arguments)
        else:
            arguments.do(arguments)
    except (CourseError, edition.AuthorError) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Say the same again to go on.")


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")        # type: ignore[union-attr]  # a name the terminal can't show stops nothing
    main()
