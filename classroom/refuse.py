"""What nbgrader's own autograde does in a course of this book: it refuses."""

from nbgrader.preprocessors import NbGraderPreprocessor


class GradeInTheSandbox(NbGraderPreprocessor):
    """Put in place of nbgrader's first step, so that no submission is run outside the sandbox."""

    def preprocess(self, nb, resources):
        raise RuntimeError("Submissions are programs of strangers. They are graded in a sandbox, from a terminal: "
                           "python3 teach.py autograde " + resources["nbgrader"]["assignment"])
