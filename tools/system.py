"""Programs from the system's own package manager, where we may use it: as root, and never with sudo."""

import os
import shutil
import subprocess
import sys

# How each is asked; `{}` is the package. Debian's waits for another one that is at work.
MANAGERS = {
    "apt-get": [["apt-get", "-q", "update"],
                ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends", "{}"]],
    "dnf": [["dnf", "-q", "-y", "install", "{}"]],
    "zypper": [["zypper", "--non-interactive", "install", "{}"]],
    "pacman": [["pacman", "-Sy", "--noconfirm", "--needed", "{}"]],
    "apk": [["apk", "add", "{}"]],
}


def manager():
    """The name of this system's package manager, or None if it has none we know."""
    return next((name for name in MANAGERS if shutil.which(name)), None)


def install(package):
    """Try to install a package. Returns None when that went well, else why not, in words."""
    name = manager()
    if name is None:
        return "no package manager that we know is here"
    if os.geteuid() != 0:
        return f"installing it takes an administrator: sudo {' '.join(MANAGERS[name][-1]).format(package)}"
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    for command in MANAGERS[name]:
        command = [part.format(package) for part in command]
        print("Installing what the tests need:", " ".join(command), file=sys.stderr, flush=True)
        try:
            run = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, errors="replace", timeout=900)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{' '.join(command)}: {error}"
        # A mirror that can't be asked for news may still have the package.
        if run.returncode and command[-1] == package:
            return "\n".join([f"{' '.join(command)} failed:", *run.stdout.strip().splitlines()[-3:]])
    return None
