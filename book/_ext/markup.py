"""What is read alike by the site and by the notebooks. It needs no Sphinx: whoever reads at home has none."""

import re

CHOICE = re.compile(r"[-*] \[(?P<mark>.)\] (?P<text>.*)")
# math and code are stepped over: a | in there belongs to them
SEPARATOR = re.compile(r"(?P<skip>\$[^$]*\$|`[^`]*`)|(?P<bar> \| ?)")


def split_choice(text):
    """The choice and its explanation: what stands before and after the first ` | ` outside math and code."""
    for found in SEPARATOR.finditer(text):
        if found["bar"]:
            return text[:found.start()].strip(), text[found.end():].strip()
    return text.strip(), ""


def parse_quiz(lines):
    """Return (lines of the question, [(is_right, choice, explanation), …]); ValueError if it is no quiz."""
    question, choices = [], []
    for line in lines:
        if found := CHOICE.match(line):
            if found["mark"] not in " xX":
                raise ValueError(f"a choice starts with '- [ ]' or, the right one, '- [x]'; got {line!r}")
            choices.append([found["mark"] != " ", found["text"]])
        elif not choices:
            if re.match(r"[-*] ?\[", line):
                raise ValueError(f"a choice starts with '- [ ]' or, the right one, '- [x]'; got {line!r}")
            question.append(line)
        elif line[:1].isspace():
            choices[-1][1] += " " + line.strip()
        elif line.strip():
            raise ValueError(f"after the first choice every line starts with '- [ ]' or is indented; got {line!r}")
    choices = [(right, *split_choice(text)) for right, text in choices]
    if len(choices) < 2:
        raise ValueError(f"expected at least two choices ('- [ ] choice | explanation'), got {len(choices)}")
    for _, choice, explanation in choices:
        if not choice or not explanation:
            raise ValueError("every choice needs a text and, after ' | ', an explanation; "
                             f"got {choice or explanation!r}")
    right = sum(is_right for is_right, _, _ in choices)
    if right != 1:
        raise ValueError(f"expected exactly one right choice '- [x]', got {right}")
    return question, choices


# --- checks: cells that prove something, folded into a sentence (see cells.py)

SENTENCE = re.compile(r"# Checked: (.+(?:\n#  +.+)*)\n?")
PROMPT = re.compile(r"✓ Checked: (.+) \(show how\)")
CAN_FAIL = re.compile(r"\b(assert|raise|prove\w*)\b")


def checked(source, metadata=()):
    """(sentence, code) of a check; ValueError if it has no sentence or nothing in it can fail."""
    source = source.lstrip()
    prompt = PROMPT.fullmatch(dict(metadata).get("mystnb", {}).get("code_prompt_show", ""))
    found = SENTENCE.match(source)
    if not found and not prompt:
        raise ValueError('the first line of a check says what is checked: "# Checked: …"')
    code = source[found.end():].strip("\n") if found else source
    if not CAN_FAIL.search(code):
        raise ValueError("nothing in this check can fail: no assert, raise or prove")
    return (re.sub(r"\s*\n#\s+", " ", found[1]).strip() if found else prompt[1]), code
