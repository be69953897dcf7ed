"""Look the whole tree over without running it: python -m tools.lint

ruff for the code, mypy for the types; pages and notebooks as files; the workflows and CITATION.cff by their schemas."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import yaml

TOP = Path(__file__).resolve().parents[1]


def tracked(pattern):
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", pattern], cwd=TOP,
                           capture_output=True, text=True, check=True).stdout
    return [TOP / name for name in names.split("\0") if name and (TOP / name).exists()]


def problems_of_markdown(text):
    """What is wrong with a page as a file: (number of the line, what) for each."""
    fences = []         # the open ones: (line, sign, length)
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r"\s*(?:>\s*)*((`{3,}|~{3,}|:{3,})(.*))$", line)
        if found:
            marks, rest = found[2], found[3]
            if fences and marks[0] == fences[-1][1] and len(marks) >= fences[-1][2] and not rest.strip():
                fences.pop()
            elif rest.strip() and not (fences and fences[-1][1] != ":" and not fences[-1][3]):
                fences.append((number, marks[0], len(marks), rest.strip().startswith("{")))
            elif not rest.strip() and not fences:
                fences.append((number, marks[0], len(marks), False))
        if line != line.rstrip() and not fences:
            yield number, "ends with spaces"
        if "\t" in line and not fences:
            yield number, "has a tab"
    for number, sign, length, _ in fences:
        yield number, f"opens {sign * length} and nothing closes it"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "the last line has no end"


def problems_of_notebook(path):
    try:
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
    except Exception as error:      # whatever a file that is no notebook does to its reader
        yield 1, f"is no notebook: {str(error)[:200]}"
        return
    for number, cell in enumerate(book.cells, 1):
        if cell.get("outputs") or cell.get("execution_count"):
            yield number, "a cell has outputs: clear them"


def check_files():
    wrong = []
    for path in tracked("*.md"):
        wrong += [(path, *problem) for problem in problems_of_markdown(path.read_text(encoding="utf-8"))]
    for path in tracked("*.ipynb"):
        wrong += [(path, *problem) for problem in problems_of_notebook(path)]
    for path in tracked("*.yml") + tracked("*.cff"):
        try:
            yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            wrong.append((path, 1, f"is no YAML: {error}"))
    for path, number, what in wrong:
        print(f"{path.relative_to(TOP)}:{number}: {what}")
    return not wrong


SCHEMAS = {"vendor.github-workflows": [".github/workflows/*.yml"],
           "vendor.github-issue-forms": [".github/ISSUE_TEMPLATE/mistake.yml", ".github/ISSUE_TEMPLATE/idea.yml"],
           "vendor.github-issue-config": [".github/ISSUE_TEMPLATE/config.yml"],
           "vendor.citation-file-format": ["CITATION.cff"]}


def commands():
    yield [sys.executable, "-m", "ruff", "check", "."]
    yield [sys.executable, "-m", "mypy"]
    for schema, patterns in SCHEMAS.items():
        files = [str(path.relative_to(TOP)) for pattern in patterns for path in sorted(TOP.glob(pattern))]
        extra = ["--force-filetype", "yaml"] if schema.endswith("citation-file-format") else []
        yield [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *extra, *files]


if __name__ == "__main__":
    well = [check_files()]
    for command in commands():
        print("·", *command[2:], flush=True)
        well.append(subprocess.run(command, cwd=TOP).returncode == 0)
    sys.exit(not all(well))
