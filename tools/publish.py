"""Publish the notebooks of the built site: python -m tools.publish ADDRESS

They go into the branch `notebooks` of the repository at this address, with the package beside them: Colab and
nbgitpuller open what lies in a branch. Each time is one commit on top of the last, for who has fetched that before;
where nothing has changed there is none."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.repository import NOTEBOOKS

TOP = Path(__file__).resolve().parents[1]
README = """# Backpropagation, derived and alive: the notebooks

Made from the book's chapters; what is changed here is written over. `contents.ipynb` lists them in the order of
reading.
"""


def git(*arguments, folder):
    return subprocess.run(["git", *map(str, arguments)], cwd=folder, check=True, capture_output=True,
                          text=True, encoding="utf-8").stdout


def publish(notebooks, address):
    """Commit the content of a folder to the branch; return whether there was anything new."""
    with tempfile.TemporaryDirectory() as folder:
        there = git("ls-remote", "--heads", address, NOTEBOOKS, folder=folder)
        git("init", "--quiet", "--initial-branch", NOTEBOOKS, folder=folder)
        if there:
            git("pull", "--quiet", address, NOTEBOOKS, folder=folder)
        for old in Path(folder).iterdir():
            if old.name != ".git":
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(notebooks, folder, dirs_exist_ok=True)
        (Path(folder) / "README.md").write_text(README, encoding="utf-8")
        git("add", "--all", folder=folder)
        if not git("status", "--porcelain", folder=folder):
            return False
        git("-c", "user.name=The book", "-c", "user.email=book@localhost", "commit", "--quiet",
            "-m", "The notebooks as the book has them now", folder=folder)
        git("push", "--quiet", address, NOTEBOOKS, folder=folder)
    return True


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    new = publish(TOP / "_build" / "html" / "notebooks", sys.argv[1])
    print("The notebooks are published." if new else "The published notebooks are up to date.")
