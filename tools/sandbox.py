"""Get the sandbox that students' programs run in, as far as this machine allows.

Run as a script it says in words why the tests that need it will be skipped, if they will."""

import shutil
import sys

from classroom.sandbox import why_not
from tools import system

if __name__ == "__main__":
    failed = None
    if sys.platform == "linux" and not shutil.which("bwrap"):
        failed = system.install("bubblewrap")
    if reason := why_not():
        print("The tests of the grading sandbox will be skipped: " + reason
              + (f"\n({failed})" if failed else ""), file=sys.stderr, flush=True)
