"""Build the same book with the newest Sphinx and extensions, without Jupyter Book's wrapper: python -m tools.newest

_config.yml and _toc.yml stay the source: `jupyter-book config sphinx` makes a conf.py of them, from which the wrapper
is left out. Works in _build/newest, with an environment of its own."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
PLACE = TOP / "_build" / "newest"
PYTHON = PLACE / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

# The extensions that the generated conf.py names, where the package isn't called like them.
PACKAGES = {"sphinxcontrib": "sphinxcontrib-bibtex", "sphinx_jupyterbook_latex": "sphinx-jupyterbook-latex"}


def run(*command, **options):
    result = subprocess.run([str(part) for part in command], **options)
    if result.returncode:
        sys.exit(result.returncode)


def copy_source():
    """The tree as git knows it, in _build/newest/source."""
    source = PLACE / "source"
    shutil.rmtree(source, ignore_errors=True)
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=TOP,
                           capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (TOP / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(TOP / name, source / name)
    return source


FIND = """from pathlib import Path
import sys
sys.path.insert(0, str(Path(__file__).parent / "book" / "_ext"))
"""


def without_wrapper(conf, book_extensions):
    """conf.py without the wrapper, which knew where the book's own extensions lie; and the packages that the others
    come from."""
    found = re.search(r"^extensions = (\[.*?\])", conf, re.M | re.S)
    if not found:
        raise ValueError("the generated conf.py has no list of extensions")
    names = [name for name in re.findall(r"'([^']+)'|\"([^\"]+)\"", found[1])]
    names = [one or other for one, other in names if (one or other) != "jupyter_book"]
    roots = {name.split(".")[0] for name in names if name not in book_extensions and not name.startswith("sphinx.ext")}
    packages = sorted(PACKAGES.get(root, root.replace("_", "-")) for root in roots)
    return FIND + conf.replace(found[1], repr(names)), packages


def requirements(name):
    """The packages of a requirements*.in, without bounds."""
    text = (TOP / name).read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z][\w.-]*)", text, re.M)


def generate_conf(source):
    """conf.py beside _config.yml, by Jupyter Book's own command, which is no module that Python can run."""
    run(sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "config", "sphinx", source)


def main():
    source = copy_source()
    generate_conf(source)
    extensions = {path.stem for path in (TOP / "book" / "_ext").glob("*.py")}
    conf, packages = without_wrapper((source / "conf.py").read_text(encoding="utf-8"), extensions)
    (source / "conf.py").write_text(conf, encoding="utf-8")
    wanted = {*packages, *requirements("requirements.in"), *requirements("requirements-author.in")} - {"jupyter-book"}
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", PLACE / "venv")
    run(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--upgrade", "--python", PYTHON, *sorted(wanted))
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", source / "code")
    run(PYTHON, "-m", "sphinx", "--version")
    run(PYTHON, "-m", "sphinx", "-b", "html", "-n", "-W", "--keep-going", "-j", "auto", source, PLACE / "html",
        cwd=source)
    print(f"\nThe same book without the wrapper: {PLACE / 'html' / 'book' / 'index.html'}")


if __name__ == "__main__":
    main()
