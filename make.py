#!/usr/bin/env python3
"""The commands of the book. On Linux and macOS `make book` does the same as
`python3 make.py book`; on Windows say `py make.py book`.

  book             make the website: _build/html/index.html
  test             run all tests (or: test code/tests/site)
  quick            run the tests that need neither a browser nor the site, in half a minute
  lint             look code, pages, notebooks and workflows over without running them
  coverage         run the quick tests and show which lines of the code they reach
  lab [OPTION …]   open the chapters as notebooks in JupyterLab; it gets the options, such as --port=9999
  preview CHAPTER  make one page of the website, quickly, for authors
  class new FOLDER start a course to teach: a folder of its own, with its commands
  clean            remove what was made, but not .venv and notebooks
  links            ask the pages we link to whether they are still there
  newest           build the book with the newest Sphinx, without Jupyter Book's wrapper
  pdf              make the whole book as a PDF: _build/backpropagation.pdf
  epub             make it for a reader of e-books: _build/backpropagation.epub
  picture          make the picture in the README and the card for passed-on links anew
  lock             bring the locks requirements*.txt up to date with requirements*.in
                   (lock --upgrade: with the newest versions)

Everything is installed into the folder .venv here, and nowhere else."""

import contextlib
import errno
import hashlib
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent
VENV = TOP / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
BUILD = TOP / "_build"
SITE = BUILD / "html"
READ, AUTHOR, TEACH = "requirements.txt", "requirements-author.txt", "requirements-teach.txt"


def fail(message):
    sys.exit(f"\n{message}")


def run(*command, **options):
    """Run a command here; stop with its exit code if it fails."""
    result = subprocess.run([str(c) for c in command], cwd=TOP, **options)
    if result.returncode:
        sys.exit(result.returncode)


def fingerprint(paths):
    """A short name for the content of these files: it changes when one does."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(TOP).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def one_at_a_time(doing):
    """Only one process here does this at a time; another waits, and says so."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / f"{doing}.lock", "a+") as lock:
        told = False
        while True:
            try:
                if os.name == "nt":
                    import msvcrt
                    lock.seek(0)
                    msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
                else:
                    import fcntl
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if os.name != "nt" and not isinstance(error, BlockingIOError):
                    raise
                if not told:
                    print(f"Another process is {doing} here; waiting for it …", flush=True)
                told = True
                time.sleep(0.5)
        yield  # closing the file lets the lock go, however this ends


# ---------------------------------------------------------------- installing

def ensure_venv():
    works = PYTHON.exists() and subprocess.run(
        [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"],
        capture_output=True).returncode == 0
    if works:
        return
    print(f"Making the virtual environment .venv with Python {sys.version.split()[0]} …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        fail("This Python can't make a virtual environment:\n"
             + (made.stdout + made.stderr).strip()[-1500:]
             + "\n\nOn Debian and Ubuntu this helps: sudo apt install python3-venv")


def pip_install(what, *arguments):
    """pip install, with a counter in place of pip's chatter."""
    command = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--no-input",
               "--disable-pip-version-check", "--progress-bar", "off", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, encoding="utf-8", errors="replace")
    lines = queue.SimpleQueue()

    def read():
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    started, said, doing, told = time.monotonic(), "", "looking", ""
    while True:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            line = ""
        if line is None:
            break
        said += line
        if line.startswith("Collecting "):
            doing = f"fetching, {len(re.findall('^Collecting ', said, re.M))} packages so far"
        elif line.startswith("Installing collected"):
            doing = "unpacking"
        if sys.stdout.isatty():
            print(f"\r{what}: {doing} … {time.monotonic() - started:.0f} s".ljust(72), end="", flush=True)
        elif (step := doing.split(",")[0]) != told:
            print(f"{what}: {step} …", flush=True)
            told = step
    if sys.stdout.isatty():
        print()
    if process.wait():
        fail(why_it_failed(said))


def why_it_failed(said):
    """What pip said last, without its list of packages and its retries, and what would help."""
    hint, wrong = "", " ".join(re.findall(r"^(?:ERROR|WARNING).*", said, re.M))
    offline = r"(?i)name resolution|unreachable|connection|timed? ?out|proxy|ssl|\(from versions: none\)"
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    if "Cannot connect to proxy" in wrong and proxy:
        hint = f"\n\nThe proxy doesn't answer: HTTPS_PROXY is set to {proxy}. Set it rightly, or unset it."
    elif re.search(offline, wrong):
        hint = ("\n\nIt looks as if PyPI, where the packages come from, can't be reached. "
                "Is this machine online? Behind a proxy, set HTTPS_PROXY first.")
    elif "No space left" in said:
        hint = "\n\nThe disk is full: the environment needs about 1.5 GB."
    elif "No matching distribution" in said:
        hint = (f"\n\nThere may be no build of that package for Python {sys.version.split()[0]} "
                "on this system yet; Python 3.11 to 3.14 are known to work.")
    noise = r"WARNING: Retrying|Installing collected|Looking in|Requirement already|\s*Downloading"
    lines = [line for line in said.strip().splitlines() if not re.match(noise, line)]
    return "Installing failed:\n" + "\n".join(lines)[-1500:].strip() + hint


def install(*locks):
    """Bring .venv up to date with the locks and with the package in code/."""
    with one_at_a_time("installing"):
        bring_up_to_date(locks)


def bring_up_to_date(locks):
    ensure_venv()
    for lock in locks:
        installed, wanted = VENV / f"installed-{lock}", (TOP / lock).read_text(encoding="utf-8")
        if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
            pip_install(f"Installing {lock}", "-r", lock)
            installed.write_text(wanted, encoding="utf-8")
    project = TOP / "code" / "pyproject.toml"
    installed, wanted = VENV / "installed-code", str(TOP) + "\n" + project.read_text(encoding="utf-8")
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        pip_install("Installing the package backprop", "--no-build-isolation", "-e", project.parent)
        installed.write_text(wanted, encoding="utf-8")


# ------------------------------------------------------------------ building

def sources():
    """Every file the site is made from."""
    folders = [TOP / "book", TOP / "code" / "backprop", TOP / "tools"]
    files = [p for folder in folders for p in folder.rglob("*")
             if p.is_file() and "__pycache__" not in p.parts and ".ipynb_checkpoints" not in p.parts]
    names = ["_config.yml", "_toc.yml", READ, AUTHOR, "code/pyproject.toml"]
    return files + [TOP / name for name in names] + list(TOP.glob("LICENSE*"))


def build_book(python):
    """Build the site with this Python; return whether it went well."""
    stamp = BUILD / "built-from"
    made_from = fingerprint(sources())
    stamp.unlink(missing_ok=True)
    result = subprocess.run([str(python), "-m", "tools.build"], cwd=TOP)
    if result.returncode == 0:
        stamp.write_text(made_from)
    return result.returncode == 0


def built_book(python=sys.executable):
    """The folder of the site, built first if it isn't there or not up to date."""
    with one_at_a_time("building"):
        stamp = BUILD / "built-from"
        fresh = ((SITE / "index.html").exists() and stamp.exists()
                 and stamp.read_text() == fingerprint(sources()))
        if not fresh and not build_book(python):
            raise RuntimeError("The book doesn't build: see above for the warnings.")
    return SITE


# ------------------------------------------------------------------ commands

def book():
    install(AUTHOR)
    started = time.monotonic()
    with one_at_a_time("building"):
        if not build_book(PYTHON):
            fail("The book was not built: every warning above counts as an error.")
    print(f"\nThe book is ready ({time.monotonic() - started:.0f} s). Open this file in a browser:"
          f"\n  {SITE / 'index.html'}")
    print("\nWhat a reader meets in each chapter:", flush=True)
    subprocess.run([str(PYTHON), "-m", "tools.reader_numbers"], cwd=TOP)       # it names what is too long; no error


def test():
    install(AUTHOR, TEACH)
    browser = subprocess.run([str(PYTHON), "-m", "tools.browsers"], cwd=TOP, stdout=subprocess.PIPE, text=True)
    if browser.returncode:
        sys.exit(browser.returncode)  # it has said why
    if path := browser.stdout.strip():
        os.environ["BACKPROP_BROWSER"] = path
    run(PYTHON, "-m", "tools.sandbox")
    try:
        built_book(PYTHON)
    except RuntimeError as error:
        fail(str(error))
    # Each worker begins with its share of the tests in their order, so that what a module's tests share is made once.
    # They are one more than cores: while one waits, for a browser or for the clock, another computes.
    workers = min(os.cpu_count() or 1, 4) + 1          # each has a browser: about a gigabyte
    run(PYTHON, "-m", "pytest", "-n", str(workers), "--dist=worksteal", "--durations=10", *sys.argv[2:])


QUICK = ["-m", "pytest", "-n", "2", "-q", "-m", "not browser and not lab and not sandbox and not site and not slow",
         "code/tests/backprop", "code/tests/widgets"]


def quick():
    install(AUTHOR, TEACH)
    run(PYTHON, *QUICK, *sys.argv[2:])


def coverage():
    install(AUTHOR, TEACH)
    run(PYTHON, *QUICK, "--cov=code/backprop", "--cov-report=term:skip-covered", *sys.argv[2:])


def lint():
    install(AUTHOR, TEACH)
    run(PYTHON, "-m", "tools.lint")


def links():
    install(AUTHOR)
    built_book(PYTHON)
    run(PYTHON, "-m", "tools.links")


def newest():
    install(AUTHOR)
    BUILD.mkdir(exist_ok=True)
    run(PYTHON, "-m", "tools.newest")


def lab():
    options = sys.argv[2:]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in options:
        fail("Whoever reaches JupyterLab may do all that you may, and you are root (as in most containers).\n"
             "If that is meant so: make lab ARGS=--allow-root   (or: python3 make.py lab --allow-root)")
    install(READ)
    run(PYTHON, "-m", "tools.notebooks", "notebooks")
    print("\nOpening JupyterLab; stop it with Ctrl-C.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        run(PYTHON, "-m", "jupyterlab", "--ServerApp.root_dir=notebooks", "--LabApp.news_url=",
            "--LabApp.default_url=/lab/tree/contents.ipynb", *options, env=with_our_extension())


def with_our_extension():
    """The environment in which JupyterLab finds the package's extension: installed as it is here, from its folder,
    the package doesn't put it into the place where a wheel does."""
    return {**os.environ, "JUPYTER_PATH": os.pathsep.join(
        [str(TOP / "code" / "backprop" / "widgets"), *filter(None, [os.environ.get("JUPYTER_PATH")])])}


def preview():
    if len(sys.argv) != 3:
        fail("Say which chapter, for example: make preview CHAPTER=chain-rule")
    install(AUTHOR)
    chapter = Path(sys.argv[2]).stem
    result = subprocess.run([str(PYTHON), "-m", "tools.build", chapter], cwd=TOP)
    page = BUILD / "preview" / chapter / "html" / "book" / f"{chapter}.html"
    if page.exists():
        print(f"\n  {page}")
    if result.returncode:
        fail("Something is wrong with this page: see the warnings above. What a cell said as it failed is in the "
             ".err.log that they name." if page.exists() else "The page was not made: see above.")


def classroom():
    install(READ, TEACH)
    run(PYTHON, "-m", "classroom", *sys.argv[2:])


def picture():
    """The picture in the README, and the card for passed-on links."""
    install(AUTHOR)
    built_book(PYTHON)
    run(PYTHON, "-m", "tools.picture")


def clean():
    with one_at_a_time("building"):
        made = [p for p in BUILD.iterdir() if p.suffix != ".lock"]
        for path in [*made, TOP / "code" / "build", TOP / ".pytest_cache", *TOP.glob("*/__pycache__"),
                     *(TOP / "code").rglob("__pycache__"), *(TOP / "book").rglob("__pycache__")]:
            if path.is_file():
                path.unlink()
            shutil.rmtree(path, ignore_errors=True)
    print("Removed what was built. (.venv and notebooks are still there.)")


def lock():
    install(AUTHOR)
    # Left out: jsonschema would check international addresses with it, which nobody here asks for, and whatever
    # imports nbformat (JupyterLab, a build, each command of the classroom) would first build its parser for a second.
    unused = [word for name in ("rfc3987-syntax", "lark") for word in ("--no-emit-package", name)]
    uv = [PYTHON, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", *unused,
          "--no-emit-index-url", "--no-annotate", "--custom-compile-command", "make lock", "--quiet", *sys.argv[2:]]
    run(*uv, "requirements.in", "requirements-author.in", "-o", AUTHOR)
    run(*uv, "-c", AUTHOR, "requirements.in", "-o", READ)
    run(*uv, "-c", AUTHOR, "requirements-teach.in", "-o", TEACH)


def pdf():
    install(AUTHOR)
    built_book(PYTHON)
    run(PYTHON, "-m", "tools.pdf")


def epub():
    install(AUTHOR)
    built_book(PYTHON)
    run(PYTHON, "-m", "tools.epub")


COMMANDS = {"book": book, "test": test, "pdf": pdf, "epub": epub, "quick": quick, "lint": lint,
            "coverage": coverage, "lab": lab, "links": links, "newest": newest, "preview": preview, "class": classroom,
            "clean": clean, "lock": lock, "picture": picture}

if __name__ == "__main__":
    if sys.version_info < (3, 11):
        fail(f"The book needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).\n"
             "If you have a newer one, name it: make book PYTHON=python3.12 (or python3.12 make.py book).")
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        fail(__doc__)
    os.environ["PATH"] = str(PYTHON.parent) + os.pathsep + os.environ.get("PATH", "")
    try:
        COMMANDS[sys.argv[1]]()
    except KeyboardInterrupt:
        fail("Stopped.")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        fail(f"The disk is full: {error}. The environment needs about 1.5 GB, the site 100 MB.")
