"""Who runs a test: root, as many machines of schools do, or an ordinary user, as a teacher is."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

from .helpers import TOP

NAME = "ordinary"               # the account that .ci/run makes; here, too, where we are root and it is missing


@cache
def account():
    """(uid, gid) of an account that isn't ours and may do nothing special."""
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        made = subprocess.run(["useradd", "--system", "--no-create-home", NAME], capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"no account for an ordinary user can be made here: {made.stderr.strip()}")
        entry = pwd.getpwnam(NAME)
    return entry.pw_uid, entry.pw_gid


def _closed(path):
    """The topmost folder above a path that only its owner may enter, or None."""
    return next((folder for folder in reversed(path.parents) if not folder.stat().st_mode & 1), None)


def prefix():
    """What stands before a command that root wants an ordinary user to run.

    Python or the book may lie in a folder that only root enters, such as /root: that user then gets a view of the
    machine in which the way there is open, and nothing else of the folder is to be seen."""
    uid, gid = account()
    needed = {Path(sys.executable).resolve().parent.parent, Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(),
              TOP}
    script = "set -e\n"
    closed = {}
    for path in sorted(needed):
        if _closed(path):
            closed.setdefault(_closed(path), []).append(path)
    for folder, paths in closed.items():
        script += 'hold=$(mktemp -d)\n'
        for number, path in enumerate(paths):
            script += f"mkdir $hold/{number}; mount --rbind '{path}' $hold/{number}\n"
        script += f"mount -t tmpfs -o mode=755 tmpfs '{folder}'\n"
        for number, path in enumerate(paths):
            script += f"mkdir -p '{path}'; mount --rbind $hold/{number} '{path}'\n"
    script += f'exec setpriv --reuid {uid} --regid {gid} --clear-groups -- "$@"'
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]


class Person:
    """Runs commands as one of the two. folder: a place of their own, which nobody else has to see."""

    def __init__(self, ordinary):
        self.prefix = prefix() if ordinary and os.getuid() == 0 else []
        self.folder = Path(tempfile.mkdtemp(prefix="classroom-test-"))
        self.own(self.folder)

    def own(self, path):
        """Make a file or folder, with all in it, theirs."""
        if self.prefix:
            for each in [path, *path.rglob("*")]:
                os.chown(each, *account(), follow_symlinks=False)

    def environment(self):
        return dict(os.environ, HOME=str(self.folder), PYTHONPATH=os.pathsep.join([str(TOP), str(TOP / "code")]))

    def popen(self, *arguments, **options):
        return subprocess.Popen([*self.prefix, sys.executable, *map(str, arguments)], cwd=self.folder,
                                env=self.environment(), **options)

    def python(self, *arguments, environment=None, **options):
        """Run Python with these arguments; fail with what it said if it fails."""
        done = subprocess.run([*self.prefix, sys.executable, *map(str, arguments)], cwd=self.folder,
                              capture_output=True, text=True, env=self.environment() | (environment or {}),
                              timeout=3600, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def leave(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def kinds():
    """The people a test can be run as here: who isn't root can't be root."""
    if sys.platform != "linux":
        return []
    return ["root", "ordinary"] if os.getuid() == 0 else ["ordinary"]
