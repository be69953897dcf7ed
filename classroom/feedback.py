"""The page a student gets back: their notebook with scores, comments and what each test said."""

import multiprocessing
import os
import sys
import zipfile

from tqdm import tqdm

from .course import CourseError


def _page(course, assignment, student):
    """Write feedback/<student>/<assignment>/<assignment>.html. Hidden tests are left out."""
    import nbgrader
    from nbconvert.exporters import HTMLExporter
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader.preprocessors import ClearHiddenTests, GetGrades
    from traitlets.config import Config
    formgrader = os.path.join(os.path.dirname(nbgrader.__file__), "server_extensions", "formgrader")
    config = Config()
    config.HTMLExporter.template_name = "feedback"
    config.HTMLExporter.extra_template_basedirs = [os.path.join(formgrader, "templates")]
    config.HTMLExporter.extra_template_paths = [os.path.join(formgrader, "static", "node_modules", "bootstrap", "dist", "css")]
    exporter = HTMLExporter(config=config, preprocessors=[GetGrades, ClearHiddenTests, CSSHTMLHeaderPreprocessor])
    resources = exporter._init_resources({"unique_key": assignment, "nbgrader": {
        "notebook": assignment, "assignment": assignment, "student": student, "db_url": course.db_url}})
    page, _ = exporter.from_filename(str(course.autograded(student, assignment)), resources=resources)
    target = course.root / "feedback" / student / assignment / f"{assignment}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".writing")
    temporary.write_text(page, encoding="utf-8")
    os.replace(temporary, target)
    return student


def generate(course, assignment, workers):
    """Make all pages, and one zip of them in the folders the LMS knows. Returns (number, path of the zip)."""
    students = sorted(p.parent.parent.name for p in (course.root / "autograded").glob(f"*/{assignment}/{assignment}.ipynb"))
    if not students:
        raise CourseError(f"nothing of {assignment} is graded yet. First: autograde {assignment.split('-')[0]}")
    tqdm.monitor_interval = 0
    with multiprocessing.Pool(workers) as pool, tqdm(total=len(students), unit="page", file=sys.stdout) as bar:
        for _ in pool.imap_unordered(_Page(course, assignment), students):
            bar.update()
    origin = course.collected(assignment)["origin"]
    path = course.root / "feedback" / f"{assignment}.zip"
    with zipfile.ZipFile(path.with_suffix(".writing"), "w", zipfile.ZIP_DEFLATED) as archive:
        for student in students:
            folder = origin.get(student, student)
            folder = folder if "." not in folder else student
            archive.write(course.root / "feedback" / student / assignment / f"{assignment}.html",
                          f"{folder}/{assignment}.html")
    os.replace(path.with_suffix(".writing"), path)
    return len(students), path


class _Page:
    """A function that can be sent to another process."""

    def __init__(self, course, assignment):
        self.course, self.assignment = course, assignment

    def __call__(self, student):
        return _page(self.course, self.assignment, student)
