"""What a reader is told about an answer, in Python and on the page."""

from decimal import ROUND_HALF_UP, Decimal

from ._formula import ZEROS

# What is said where an exercise has nothing of its own to say. {} is filled in.
WORDS = {
    "right": "Right.",
    "not yet": "Not yet: {}",
    "empty": "nothing is there yet. Write your answer first.",
    "long": "that is far too long for an answer.",
    "deep": "there are too many brackets within brackets.",
    "end": "something is missing at the end.",
    "brackets": "the brackets don't match.",
    "formula": "I can't read it at “{}”.",
    "character": "I can't read the character “{}”.",
    "function": "write what “{}” is applied to in brackets, as in {}(z).",
    "arguments": "that is not how many numbers “{}” takes.",
    "index": "I can't read an index. Write w^(2)_12, or w2_12 for short.",
    "word": "I don't know the word “{}”.",
    "name": "{} does not occur in this exercise.",
    "number": "give one number.",
    "infinite": "give one number, and a finite one.",
    "quantity": "give the name of a quantity, such as a^(1)_2 or, for short, a1_2.",
    "text": "give one word.",
    "count": "expected {}, got {}.",
    "shape": "{} must have the shape ({}, {}), yours has ({}, {}).",
    "ragged": "every row of a matrix must have the same number of entries.",
    "swapped": "rows and columns are swapped.",
    "entry": "look again at row {}, column {}.",
    "again": "look again at {}.",
    "wrong": "compute it once more.",
    "close": "that is close. Give more digits, or compute the last ones again.",
    "huge": "something beyond all bounds",
    "notebook": "this one is answered in the notebook.",
}


def words(key, *about):
    text = WORDS[key]
    for part in about:
        text = text.replace("{}", str(part)) if key == "function" else text.replace("{}", str(part), 1)
    return text + "." if key == "not yet" and text[-1] not in ".?!" else text


def shown(value, digits=2):
    """A number with this many decimals, ties away from zero, as JavaScript's toFixed."""
    if not abs(value) < 1e15:
        return WORDS["huge"]
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"


def page_data():
    """What the scripts of the page need besides the exercises: the words, and where each script's digits begin."""
    return {"words": WORDS, "zeros": ZEROS}
