"""Our steps among nbgrader's, when a notebook is handed out and when one is graded."""

import re

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    NbGraderPreprocessor,
    SaveCells,
)
from traitlets.config import Config

from .edition import FOR_TEACHER

STUB = "# your code here"                 # a comment, so that "run all" runs through it
SETTINGS = Config(ClearSolutions={"code_stub": {"python": STUB}, "text_stub": "*Your answer here.*"})


class ShowFaultyPrograms(NbGraderPreprocessor):
    """Lines starting `#| ` are what a student finds in place of the solution: a program to be mended."""

    def preprocess_cell(self, cell, resources, index):
        if re.search(r"^ *#\| ", cell.source, re.MULTILINE):
            cell.source = re.sub(rf"^ *{STUB}\n", "", cell.source, flags=re.MULTILINE)
            cell.source = re.sub(r"^( *)#\| ", r"\1", cell.source, flags=re.MULTILINE)
        return cell, resources


class GradeInTheSandbox(NbGraderPreprocessor):
    """Put in place of the first step of nbgrader's own autograde, so that no submission runs outside the sandbox."""

    def preprocess(self, nb, resources):
        assignment = resources["nbgrader"]["assignment"].split("-")[0]
        raise RuntimeError("Submissions are programs of strangers. They are graded in a sandbox, from a terminal:\n"
                           f"python3 teach.py autograde {assignment}\n"
                           "The same command brings back the marked notebook that nbgrader has just put away.")


class LeaveOutTheTeachers(NbGraderPreprocessor):
    """What is marked as for the teacher alone is in no page for a student."""

    def preprocess(self, nb, resources):
        nb.cells = [cell for cell in nb.cells if not cell.metadata.get(FOR_TEACHER)]
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = [output for output in cell.outputs if not output.get("metadata", {}).get(FOR_TEACHER)]
        return nb, resources


# From the teacher's notebook to the students', in this order; SaveCells notes the questions in the gradebook.
HAND_OUT = [LockCells, ClearSolutions, ShowFaultyPrograms, ClearOutput, CheckCellMetadata, ComputeChecksums,
            SaveCells, ClearHiddenTests, ComputeChecksums]
