"""Find a Chromium to test with, or get one: an installed one first, else
Playwright's download, else (as root on a Debian system) the system's package.

Run as a script it prints the path of the browser, or says why there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"]

PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
]

# What a browser under test needs not do: talk to its maker, update itself.
ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]


class NoBrowser(Exception):
    """No browser was found, and none could be installed."""


def installed():
    """The path of an installed Chrome, Chromium or Edge, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for place in PLACES:
        if Path(path := os.path.expandvars(place)).is_file():
            return path
    return None


def downloaded():
    """The path of the browser that Playwright has downloaded, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def find():
    """The path of a browser. Installs one if there is none; raises NoBrowser
    with the reasons if that fails too."""
    given = os.environ.get("BACKPROP_BROWSER")
    if given:
        if not Path(given).is_file():
            raise NoBrowser(f"BACKPROP_BROWSER names {given}, and there is no such file.")
        return given
    if path := installed() or downloaded():
        return path

    tries = [[sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        tries += [["apt-get", "install", "-y", "-q", "chromium"]]
    reasons = []
    for command in tries:
        print("No browser here to test with; trying:", " ".join(command), file=sys.stderr, flush=True)
        try:
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600)
            if path := installed() or downloaded():
                return path
            last = (run.stderr or run.stdout).strip().splitlines()[-3:]
        except (OSError, subprocess.TimeoutExpired) as error:
            last = [str(error)]
        reasons += ["  " + " ".join(command), *("    " + line for line in last)]
    raise NoBrowser(
        "The tests need a browser, and there is none: no Chrome, Chromium or Edge is installed, "
        "and getting one failed:\n" + "\n".join(reasons) + "\n"
        "Install Google Chrome or Chromium (on Debian and Ubuntu: sudo apt install chromium), "
        "or set BACKPROP_BROWSER to the path of one, and run the tests again."
    )


def launch(playwright, path):
    """The browser at this path, started headless by the given Playwright."""
    sandbox = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]  # root has none
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS + sandbox)


if __name__ == "__main__":
    try:
        print(find())
    except NoBrowser as error:
        sys.exit(str(error))
