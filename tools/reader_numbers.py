"""What a reader meets in each chapter: how much code, how soon something alive, how long it takes.

`python -m tools.reader_numbers`, with the Python of .venv, reads the sources; with `--browser` it opens
the built pages (`python3 make.py book` first) at the size of a laptop and of a phone and measures them.
It ends with 1 if a chapter misses one of the limits below, and names it.

Minutes: a minute for 200 words, 1 for a cell to be read, 2 for a widget, 1 for a quiz, 3 for an exercise.
"""

import re
import sys
from pathlib import Path

import yaml

TOP = Path(__file__).resolve().parent.parent
LIMITS = {"lines": 160, "share": 0.20, "screens": 2.0, "minutes": 60}
SIZES = {"1280": (1280, 800), "390": (390, 844)}
UNSEEN = re.compile(r"\b(setup|check|notebook-only|hide-input|remove-\w+)\b")
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?:---\n(?P<yaml>.*?)---\n|(?P<tags>:tags:[^\n]*)\n)?(?P<code>.*?)^```$",
                  re.M | re.S)
PROMISE = re.compile(r"Reading time: (?:about )?(\d+) minutes")
LIVE = ".nudge, .train, .nudge-place, .train-place, .figure-place"


def chapters():
    """The names of the first page and of the numbered chapters, in the order of the contents."""
    contents = yaml.safe_load((TOP / "_toc.yml").read_text(encoding="utf-8"))
    files = [contents["root"], *(entry["file"] for entry in contents["parts"][0]["chapters"])]
    return [Path(name).name for name in files]


def only_asserts(code):
    """True for code that shows nothing and ends in asserts: a check that should be folded."""
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith((" ", "#", "import", "from"))]
    return bool(lines) and lines[-1].startswith("assert") and "print(" not in code


def from_source(text):
    """Numbers of a chapter's source: visible code, cells that only assert, words, exercises, minutes."""
    seen = []
    exercises, quizzes = (len(re.findall(rf"^:::+\{{{name}\}}", text, re.M)) for name in ("exercise", "quiz"))
    widgets = len(re.findall(r"^(?:Nudge|Train)\(", text, re.M))
    for cell in CELL.finditer(text):
        if "answer = ..." not in cell["code"] and not UNSEEN.search((cell["yaml"] or "") + (cell["tags"] or "")):
            seen.append(cell["code"])
    prose = CELL.sub("", text.split("\n---\n", 1)[-1])
    prose = re.sub(r"^:::\{(?:dropdown|solution)\}.*?^:::$", "", prose, flags=re.M | re.S)
    words = len(re.findall(r"[^\W\d_][\w’'-]*", re.sub(r"\$[^$]*\$", "x", prose)))
    promised = PROMISE.search(text)
    return {"lines": sum(1 for code in seen for line in code.splitlines() if line.strip()), "cells": len(seen),
            "asserts": sum(map(only_asserts, seen)), "words": words, "exercises": exercises,
            "minutes": round(words / 200 + len(seen) + 2 * widgets + quizzes + 3 * exercises),
            "promised": int(promised[1]) if promised else None}


MEASURE = """(live) => {
    const main = document.querySelector('article') || document.body;
    const heights = [...main.querySelectorAll('.cell_input')]
        .filter((e) => e.offsetParent && !e.closest('details') && !e.querySelector('details'))
        .map((e) => e.getBoundingClientRect().height);
    const first = document.querySelector(live);
    return {code: heights.reduce((a, b) => a + b, 0), height: main.getBoundingClientRect().height,
            live: first ? first.getBoundingClientRect().top + scrollY : null};
}"""


def measured(pages):
    """page -> size -> share of the height that is code, and where the first live thing stands, in screens."""
    from playwright.sync_api import sync_playwright

    from tools import browsers
    found = {}
    with sync_playwright() as play:
        browser = browsers.launch(play, browsers.find())
        for page in pages:
            for name, (width, height) in SIZES.items():
                tab = browser.new_page(viewport={"width": width, "height": height})
                tab.goto((TOP / "_build" / "html" / "book" / f"{page}.html").as_uri())
                tab.wait_for_timeout(800)
                seen = tab.evaluate(MEASURE, LIVE)
                live = None if seen["live"] is None else seen["live"] / height
                found.setdefault(page, {})[name] = {"share": seen["code"] / seen["height"], "screens": live}
                tab.close()
        browser.close()
    return found


def misses(page, numbers, sizes):
    """What a chapter does that it should not, in words."""
    found = []
    for key in ("lines", "minutes"):
        if numbers[key] > LIMITS[key]:
            found.append(f"{numbers[key]} {key}, at most {LIMITS[key]}")
    if numbers["asserts"]:
        found.append(f"{numbers['asserts']} visible cells only assert")
    if page != "index" and (numbers["promised"] is None or abs(numbers["promised"] - numbers["minutes"]) > 5):
        found.append(f"promises {numbers['promised']} minutes, takes {numbers['minutes']}")
    for name, seen in sizes.items():
        if seen["share"] > LIMITS["share"]:
            found.append(f"{seen['share']:.0%} of the height is code at {name} px")
        if seen["screens"] is None or seen["screens"] > LIMITS["screens"]:
            where = "nowhere" if seen["screens"] is None else f"after {seen['screens']:.1f} screens"
            found.append(f"the first live thing stands {where} at {name} px")
    return found


def report(browser=False):
    """Print the table; return the number of chapters that miss a limit."""
    pages = chapters()
    sizes = measured(pages) if browser else {}
    print(f"{'chapter':27} lines cells asserts words exerc. min. (said)"
          + "".join(f"   code live@{name}" for name in SIZES if browser))
    bad = 0
    for page in pages:
        numbers = from_source((TOP / "book" / f"{page}.md").read_text(encoding="utf-8"))
        row = (f"{page:27} {numbers['lines']:5} {numbers['cells']:5} {numbers['asserts']:7} {numbers['words']:5} "
               f"{numbers['exercises']:6} {numbers['minutes']:4} ({numbers['promised'] or '-':>4})")
        for seen in sizes.get(page, {}).values():
            row += f"   {seen['share']:4.0%} " + ("     none" if seen["screens"] is None else f"{seen['screens']:9.1f}")
        print(row)
        wrong = misses(page, numbers, sizes.get(page, {}))
        bad += bool(wrong)
        for sentence in wrong:
            print(f"    ! {sentence}")
    return bad


if __name__ == "__main__":
    sys.exit(1 if report("--browser" in sys.argv[1:]) else 0)
