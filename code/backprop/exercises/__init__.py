"""The chapters' exercises: answers as data, read in the notebook by `check` and on the page by a script.

In the chapter (book/CHAPTER.md) an exercise is a text, a cell, and a solution:

    :::{exercise} Count
    :label: structure-count
    How many parameters has 3-4-4-1?
    :::

    ```{code-cell} ipython3
    answer = ...
    check("structure-count", answer)
    ```

    :::{solution} structure-count
    :class: dropdown
    41, because …
    :::

In the notebook the cell is as it stands here. On the site the extension book/_ext/answer_fields.py puts a field in
its place; nothing that the unanswered cell prints is shown. The answer stands in exercises/CHAPTER.py, as data:

    ANSWERS = {
        "structure-count": number(41, near=[(32, "these are the weights alone.")], hint="count gap by gap."),
    }

`_kinds` lists the kinds. What can't be written as a value (a function, a trained network) is answered in the notebook
alone: a function of the answer, marked with @exercise("name"), that returns None if the answer is right, else a hint.
A new file in this folder is found by itself; files that begin with _ are the machinery.

Practice with fresh numbers (`_drills`) is a cell of its own, practice("forward"), and a drill on the site.
"""

import importlib
import pkgutil
from functools import cache

from ._drills import practice
from ._judge import as_data, judge
from ._words import WORDS, words

__all__ = ["all_exercises", "check", "exercise", "practice"]

_checks: dict = {}


def exercise(name):
    """Register a check: a function of the reader's answer that returns None if it is right, else a hint (str)."""
    def register(function):
        if name in _checks:
            raise ValueError(f"two exercises are named {name!r}")
        _checks[name] = function
        return function
    return register


@cache
def all_exercises():
    """name -> the exercise as data; {"kind": "notebook"} for what only the notebook can check.

    Raises ValueError if two exercises have one name or a kind doesn't fit its data.
    """
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        answers = getattr(importlib.import_module(f"{__name__}.{module.name}"), "ANSWERS", {})
        if twice := found.keys() & answers.keys():
            raise ValueError(f"two exercises are named {twice.pop()!r}")
        found.update({name: as_data(data) for name, data in answers.items()})
    if twice := found.keys() & _checks.keys():
        raise ValueError(f"two exercises are named {twice.pop()!r}")
    return {**found, **{name: {"kind": "notebook"} for name in _checks}}


def check(name, answer):
    """Print whether the reader's answer to the named exercise is right. Never raises over an answer.

    answer: what the exercise asks for, a number, a list, a text, an array or a function; ... means not answered yet.
    Raises KeyError for a name that is no exercise: that is the book's mistake, not the reader's.
    """
    exercises = all_exercises()
    if name not in exercises:
        raise KeyError(f"no exercise is named {name!r}; there are {', '.join(sorted(exercises))}")
    if answer is ...:
        print("Not answered yet: replace the three dots, run the cell again.")
        return
    try:
        hint = _checks[name](answer) if name in _checks else judge(exercises[name], answer)[1]
    except Exception as error:                     # a reader's function may raise anything
        hint = f"checking it raised {type(error).__name__}: {error}"
    print(WORDS["right"] if hint is None else words("not yet", hint))
