"""Find a Chromium to test with, or get one: an installed one first, else
Playwright's download, else (as root) the system's package.

Run as a script it gets one and prints its path, or says why there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import system

# The first is Chromium without its windows: pages are the same, in two thirds of the time.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
         "msedge"]

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


def download():
    """Have Playwright download its browser. Returns None when that went well, else why not."""
    command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    print("No browser here to test with; trying:", " ".join(command), file=sys.stderr, flush=True)
    try:
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{' '.join(command)}: {error}"
    return "\n".join([f"{' '.join(command)} failed:", *(run.stderr or run.stdout).strip().splitlines()[-3:]])


def find():
    """The path of a browser that is here. Raises NoBrowser if there is none."""
    if given := os.environ.get("BACKPROP_BROWSER"):
        if not Path(given).is_file():
            raise NoBrowser(f"BACKPROP_BROWSER names {given}, and there is no such file.")
        return given
    if path := installed() or downloaded():
        return path
    raise NoBrowser("There is none here: install Google Chrome or Chromium (on Debian and Ubuntu: sudo apt install "
                    "chromium), or set BACKPROP_BROWSER to the path of one.")


def get():
    """Get a browser if there is none. Returns None when there is one now, else why not."""
    if installed() or downloaded():
        return None
    reasons = []
    for attempt in (download, lambda: system.install("chromium-headless-shell"), lambda: system.install("chromium")):
        failed = attempt()
        if installed() or downloaded():
            return None
        reasons.append(failed or "installed, and not found afterwards")
    return "\n".join(reasons)


def launch(playwright, path):
    """The browser at this path, started headless by the given Playwright."""
    sandbox = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]  # root has none
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS + sandbox)


if __name__ == "__main__":
    if not os.environ.get("BACKPROP_BROWSER") and (reasons := get()):
        print(f"The tests that need a browser will be skipped: getting one failed.\n{reasons}", file=sys.stderr)
    else:
        try:
            print(find())
        except NoBrowser as error:
            sys.exit(str(error))
