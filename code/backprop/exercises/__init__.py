"""Checks of the chapters' exercises: they tell right from wrong and why, without showing the answer.

Each chapter's checks are in the file of its name, one function an exercise, registered by `exercise`.
"""

import importlib

CHAPTERS = ("network_structure", "forward_pass", "cost", "chain_rule", "two_layer_derivation", "learning",
            "automatic_differentiation")
_checks = {}


def exercise(name):
    """Register a check: a function of the reader's answer that returns None if it is right, else a hint (str)."""
    def register(function):
        if name in _checks:
            raise ValueError(f"two exercises are named {name!r}")
        _checks[name] = function
        return function
    return register


def check(name, answer):
    """Print whether the reader's answer to the named exercise is right. Never raises over an answer.

    answer: what the exercise asks for, a number, an array or a function; ... means not answered yet.
    Raises KeyError for a name that is no exercise: that is the book's mistake, not the reader's.
    """
    for chapter in CHAPTERS:
        try:
            importlib.import_module(f"{__name__}.{chapter}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{chapter}":
                raise
    if name not in _checks:
        raise KeyError(f"no exercise is named {name!r}; there are {', '.join(sorted(_checks))}")
    if answer is ...:
        print("Not answered yet: replace the three dots, run the cell again.")
        return
    try:
        hint = _checks[name](answer)
    except Exception as error:                     # a reader's function may raise anything
        hint = f"checking it raised {type(error).__name__}: {error}"
    print("Right." if hint is None else f"Not yet: {hint}")
