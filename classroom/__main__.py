"""The steps of a course. In the course folder:

  python3 teach.py release a1             make the students' notebook: release/
  python3 teach.py collect a1 PATH …      take in a folder or an LMS's zip: submitted/
  python3 teach.py autograde a1           run and test every submission in the sandbox
  python3 teach.py regrade a1             once more, for all or --student ada; --question 1b forgets points by hand
  python3 teach.py mark                   mark the written answers in a browser (formgrader)
  python3 teach.py feedback a1            a page for each student, and a zip of them: feedback/
  python3 teach.py grades                 all grades as CSV: grades.csv (--form german, canvas, moodle)
  python3 teach.py statistics a1          question by question: how many have it, and what its test said
  python3 teach.py similar a1             which submissions are more alike than the class is (a hint)
  python3 teach.py comments a1            your bank of comments, and what you have written so far
  python3 teach.py due a1 2027-03-01      when it is due; with --student ada bob: an extension for them
  python3 teach.py points a1 1b=4 2a=0    change what questions are worth; 0 drops one
  python3 teach.py own a7-my-topic        begin an assignment of your own, or own a1: questions of your own in a1
  python3 teach.py add a7                 try it out and take it into the course
  python3 teach.py slides                 slides for the lesson plan, with the chapters' figures: slides/
  python3 teach.py look a1                once more what needs a look
  python3 teach.py check                  can submissions be graded safely on this machine?

`a1` stands for any assignment, a1 to a6. Every step can be repeated and interrupted.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from . import course as courses
from . import edition
from .atomic import write_whole
from .course import Course, CourseError
from .export import FORMS

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


def regrade(course, arguments):
    from .regrade import regrade
    assignment = course.assignment(arguments.assignment)
    kept, changes, lines = regrade(course, assignment, arguments.student, arguments.question, workers=arguments.workers)
    show(lines, save=course.root / f"needs-a-look-{assignment.split('-')[0]}.txt" if not arguments.student else None)
    print(f"What has changed ({len(changes)}):" if changes else "No grade has changed.")
    for line in changes:
        print("  " + line)
    if kept:
        print(f"The grades as they were are kept in {kept}")


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
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={course.root}",
        "--LabApp.default_url=/formgrader", "--Application.log_level=ERROR", "--ServerApp.answer_yes=True",
        # Jupyter says at its highest level, "critical", where the page is: it is to be said plainly.
        "--Application.logging_config={'formatters': {'plain': {'format': '%(message)s'}}, "
        "'handlers': {'console': {'formatter': 'plain'}}}",
    ]
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
    pages = "1 page" if number == 1 else f"{number} pages"
    print(f"{pages} in {path.parent}, and all that there are in {path} for an LMS.")
    for line in lines:
        print("  " + line)


def grades(course, arguments):
    from .export import write
    path, rows = write(course, course.released(), arguments.form)
    print(path)
    for status in sorted({row["status"] for row in rows}):
        print(f"  {sum(row['status'] == status for row in rows):4} {status}")


def points(course, arguments):
    from .points import set_points
    assignment, changes = course.assignment(arguments.assignment), {}
    for change in arguments.changes:
        question, equals, value = change.partition("=")
        try:
            changes[question] = float(value) if "." in value else int(value)
        except ValueError:
            raise CourseError(f"{change!r} says no points; say for example 1b=4, or 1b=0 to drop it") from None
    kept = set_points(course, assignment, changes)
    print(
        f"{assignment}: "
        + ", ".join(f"{q} is worth {p:g}" + (" (dropped)" if p == 0 else "") for q, p in changes.items())
    )
    if kept:
        print(f"The grades as they were are kept in {kept}")
    print(f"Next: python3 teach.py autograde {arguments.assignment}, then grades")


def due(course, arguments):
    from .deadlines import due_dates, set_due
    from .summary import students_of
    assignment = course.assignment(arguments.assignment)
    if arguments.when:
        set_due(course, assignment, arguments.when, arguments.student or ())
    entry = due_dates(course).get(assignment, {"due": None, "for": {}})
    print(f"{assignment}: due {entry['due'] or 'at no time yet'}")
    for student, when in sorted(entry["for"].items()):
        print(f"  {student}: {when}")
    unknown = sorted({*(arguments.student or ())} - set(course.students()) - set(students_of(course, assignment)))
    if unknown:
        print(f"Nobody has handed in as {', '.join(unknown)} yet: is that how they are called?")


def own(course, arguments):
    from .own import begin
    path = begin(course, arguments.name)
    print(f"Edit {path}\nNext: python3 teach.py add {path.stem.split('-')[0]}")


def add(course, arguments):
    from .own import add
    path, worth, lines = add(course, arguments.name)
    print(f"{path.stem}: " + ", ".join(f"{question} ({points:g})" for question, points in worth.items())
          + f", together {sum(worth.values()):g} points")
    print("\n".join(lines) if lines else "Its model solution earns all of them, an untouched notebook none.")
    print(f"Next: python3 teach.py release {path.stem.split('-')[0]}")


def statistics(course, arguments):
    from .overview import table, write
    path, rows = write(course, course.assignment(arguments.assignment))
    print("\n".join(table(rows)) + f"\nThe same with a picture: {path}")


def similar(course, arguments):
    from .similar import write
    path, pairs = write(course, course.assignment(arguments.assignment))
    for pair in pairs[:10]:
        print(f"  {pair['likeness']:.0%} {pair['first']} and {pair['second']} ({pair['questions']})")
    number = "One pair is" if len(pairs) == 1 else f"{len(pairs)} pairs are"
    print(f"{number} much more alike than the class is: a hint, and no proof. Side by side: {path}"
          if pairs else "No two submissions are more alike than the class is.")


def comments(course, arguments):
    from .comments import bank, begin, used
    path = begin(course)
    print(f"On the marking page, !name stands for a text of {path}:")
    for name, text in bank(course).items():
        print(f"  !{name}: {text}")
    for question, text, number in used(course, course.assignment(arguments.assignment)):
        print(f"  {question} ({number} ×): {text}")


def slides(course, arguments):
    from .presentation import make
    print("Running the chapters whose figures are shown …", flush=True)
    for path in make(course):
        print(path)
    print("Open them in a browser. To change one edit the .md beside it, then say the same again.")


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
    parser = argparse.ArgumentParser(
        prog="teach.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="python3 teach.py STEP …",
    )
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
    step(autograde, "assignment", "--student", "--workers", student={"nargs": "+"}, workers={"type": int})
    step(regrade, "assignment", "--student", "--question", "--workers", student={"nargs": "+", "default": ()},
         question={"nargs": "+", "default": (), "help": "forget the points given by hand for these"},
         workers={"type": int})
    step(look, "assignment")
    step(mark, "--port", "--no-browser", port={"type": int}, no_browser={"action": "store_true"})
    step(feedback, "assignment")
    step(
        grades,
        "--form",
        form={
            "choices": ["excel", "german", "canvas", "moodle"],
            "default": "excel",
            "help": "for which program: " + "; ".join(f"{n}: {w}" for n, (*_, w) in FORMS.items()),
        },
    )
    step(points, "assignment", "changes", changes={"nargs": "+", "metavar": "1b=4",
                                                   "help": "a question and what it is worth; 0 drops it"})
    step(
        due,
        "assignment",
        "when",
        "--student",
        when={"nargs": "?", "help": "such as 2027-03-01 or \"2027-03-01 23:59\""},
        student={"nargs": "+", "help": "an extension for these"},
    )
    step(own, "name")
    step(add, "name")
    step(statistics, "assignment")
    step(similar, "assignment")
    step(comments, "assignment")
    step(slides)
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
