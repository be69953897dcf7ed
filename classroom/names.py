"""Whose a file is, from what learning platforms and people write into the names of files and folders."""

import re
import time
import unicodedata
from datetime import datetime

from .course import slug

GENERIC = {"submitted", "submissions", "submission", "abgaben", "inbox", "downloads", "submission attachment(s)"}
NOTEBOOK = re.compile(r".*\.(ipynb|json)(\.txt)?", re.IGNORECASE | re.DOTALL)

# Moodle, a folder or the beginning of a file's name:  Ada Lovelace_40123_assignsubmission_file_
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)")
# Canvas, a file:  lovelaceada_LATE_40123_77_a1.ipynb
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)")
# Blackboard, a file:  Assignment 1_alovelace_attempt_2027-03-01-14-05-09_a1.ipynb
BLACKBOARD = re.compile(r"(?P<name>.+)_[^\W\d_]+_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)")
# Brightspace (D2L), a folder:  40123-7788 - Ada Lovelace - Mar 1, 2027 205 PM
BRIGHTSPACE = re.compile(r"(?:\d+-\d+ ?- )?(?P<name>.+?) - (?P<when>[^-]*\b\d{4}\b[^-]*)")
# Sakai, a folder:  Lovelace, Ada(alovelace)
SAKAI = re.compile(r"(?P<name>[^()]*[^() ])\((?P<login>[^()]+)\)")
# ILIAS, a folder with files that begin with their time:  Lovelace_Ada_alovelace_40123/20270301140509_a1.ipynb
ILIAS = re.compile(r"(?P<name>[^_]+_[^_]+)_(?P<login>.+)_\d+")
STAMP = re.compile(r"(\d{14})_(?=.)")
# Moodle's word for a student whose work is marked without a name.
PARTICIPANT = re.compile(r"(?i)(?:.*-)?(participant|teilnehmer(\W?in)?|participante|partecipante|deelnemer|"
                         r"uczestnik|deltager|deltagare|osallistuja|účastník|участник|参加者|参与者)( \d+)?")
# What platforms add to what students hand in.
RECEIPTS = re.compile(r"(?i)(index\.html?|grades\.(csv|xlsx?)|comments\.txt|timestamp\.txt)")


def squeeze(name):
    """A name without what different systems write differently: capitals, spaces, signs, parts of letters."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def plain(name):
    """The ways in which systems without accents write a name, squeezed: "Jürgen" as "jurgen" and "juergen"."""
    name = squeeze(name)
    two = name.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"}))

    def bare(text):
        parts = unicodedata.normalize("NFKD", text.translate(str.maketrans("øłđı", "oldi")))
        return "".join(sign for sign in parts if not unicodedata.combining(sign))
    return {name, bare(name), bare(two)}


class Class:
    """The class of students.csv, in which names are looked up; an empty one knows any name."""

    def __init__(self, people):
        self.people, self.ways = people, {}
        for key, row in people.items():
            first, last, mail = row["first_name"], row["last_name"], row["email"]
            for name in {key, first + last, last + first, mail, mail.split("@")[0]}:
                for way in plain(name) - {""}:
                    self.ways.setdefault(way, set()).add(key)

    def find(self, *names):
        """(id, None) of somebody called like one of these, or (None, why not)."""
        if not self.people:
            return (slug(names[0]), None) if slug(names[0]) else (None, "its name and folder don't say whose it is")
        fitting = set().union(*(self.ways.get(squeeze(name), ()) for name in names))
        if len(fitting) == 1:
            return fitting.pop(), None
        return None, (f"{names[0]!r} fits {' and '.join(sorted(fitting))} in students.csv" if fitting else
                      f"there is no {names[0]!r} in students.csv")


def teams(items):
    """Whether Moodle has put the name of a group before each name: all of several have a dash then."""
    names = {match["name"] for item in items for part in item.parts if (match := MOODLE.fullmatch(part))}
    return len(names) > 1 and all("-" in name for name in names)


def _moodle(match, known, grouped):
    name, number = match["name"], match["number"]
    if PARTICIPANT.fullmatch(name) and not known.find(name)[0]:
        return slug(name if re.search(r"\d$", name) else f"{name} {number}"), None
    if not known.people:
        return f"{slug(name)}-{number}", None
    who, why_not = known.find(name)
    words = name.split("-")
    for start in range(1, len(words)) if who is None and grouped else ():
        who = known.find("-".join(words[start:]))[0]
        if who:
            return who, None
    return who, why_not


def _blackboard(match, known):
    words = match["name"].split("_")
    if not known.people:
        return known.find(words[-1])
    found = {known.find("_".join(words[start:]))[0] for start in range(len(words))} - {None}
    return (found.pop(), None) if len(found) == 1 else (None, known.find(words[-1])[1])


def platform(part, is_file, known, grouped, folders):
    """What a learning platform's name for a file or folder says: (id, None), (None, why not); None: it isn't one."""
    if match := MOODLE.fullmatch(part):
        return _moodle(match, known, grouped)
    if match := BLACKBOARD.fullmatch(part):
        return _blackboard(match, known)
    if is_file:
        match = CANVAS.fullmatch(part) if known.people or not folders else None          # its archives are flat
        if match and not known.people:
            return f"{slug(match['name'])}-{match['number']}", None
        return (found if match and (found := known.find(match["name"]))[0] else None)
    if match := BRIGHTSPACE.fullmatch(part):
        return found if (found := known.find(match["name"]))[0] else None
    match = SAKAI.fullmatch(part)
    if match and (known.people or "," in match["name"]):
        return found if (found := known.find(match["login"], match["name"]))[0] else None
    match = ILIAS.fullmatch(part) if known.people else None
    return found if match and (found := known.find(match["login"], match["name"]))[0] else None


def named(part, assignment):
    """What a file's name says beside the assignment's: "ada" for "ada_a1 (1).ipynb", "" for "a1.ipynb"."""
    short = assignment.split("-")[0]
    name = STAMP.sub("", part, count=1) if STAMP.match(part) else part
    name = re.sub(r"\s*\(\d+\)$", "", re.sub(r"(?i)\.(ipynb|json)(\.txt)?$|\.\w+$", "", name))
    rest = re.sub(rf"(?i)(^|[_\s-])({re.escape(assignment)}|{re.escape(short)})(?=$|[_\s-])", r"\1", name).strip("_- ")
    return "" if squeeze(rest) in {"untitled", squeeze(assignment[len(short):])} else rest


def owner(item, assignment, known, grouped=False):
    """(id, name, sure) of an item's student, from its own name and its folders; (None, why not, False).

    sure: a learning platform or students.csv knows that name; else it may be any word in a path.
    """
    if not item.parts:
        return None, "it has no name", False
    skip = GENERIC | {assignment, assignment.split("-")[0]}
    folders = [part for part in reversed(item.parts[:-1]) if part.casefold() not in skip]
    for place, part in enumerate(item.parts):
        found = platform(part, place == len(item.parts) - 1, known, grouped, folders)
        if found:
            return (found[0], part, True) if found[0] else (None, found[1], False)
    words = [*folders, named(item.base, assignment)]
    words = [(word, *known.find(word)) for word in words if word]
    named_there = {who: word for word, who, _ in words if who}
    if known.people and len(named_there) > 1:
        return None, f"its path names {' and '.join(sorted(named_there))}", False
    if named_there:
        who = next(iter(named_there))        # without a list: the innermost folder, or the file's own name
        return who, named_there[who], bool(known.people)
    return None, "; ".join(why for *_, why in words) or "its name and folder don't say whose it is", False


def real_name(where):
    """The part of a name that is the student's and not the file's, to tell two from each other."""
    found = (pattern.fullmatch(where) for pattern in (MOODLE, CANVAS, BLACKBOARD, BRIGHTSPACE))
    match = next(filter(None, found), None)
    return unicodedata.normalize("NFC", match["name"] if match else where)


def is_receipt(item):
    """Whether a platform, and no student, has put this into the archive."""
    match = BLACKBOARD.fullmatch(item.base)
    return bool(RECEIPTS.fullmatch(item.base) or match and not match["file"]) or any(
        part.casefold().startswith("feedback attachment") for part in item.parts[:-1])


def is_late(item):
    """Whether Canvas says so."""
    match = CANVAS.fullmatch(item.base)
    return bool(match and match["late"])


def told_time(item):
    """When it was handed in, if its name or a folder's says so: seconds since 1970, or 0."""
    for part in reversed(item.parts):
        for pattern, form in [(BLACKBOARD, "%Y-%m-%d-%H-%M-%S"), (BRIGHTSPACE, None)]:
            match = pattern.fullmatch(part)
            text = _american(match["when"]) if match and not form else match["when"] if match else ""
            try:
                return time.mktime(datetime.strptime(text, form or "%b %d %Y %I %M %p").timetuple())
            except (ValueError, OverflowError):
                pass
    stamp = STAMP.match(item.base)
    try:
        return time.mktime(datetime.strptime(stamp[1], "%Y%m%d%H%M%S").timetuple()) if stamp else 0
    except (ValueError, OverflowError):
        return 0


def _american(text):
    """"Mar 1, 2027 205 PM", with or without a colon, as "Mar 1 2027 2 05 PM"."""
    return re.sub(r"(\w{3})\w* (\d+),? (\d{4}) (\d{1,2}):?(\d\d) ([AP]M)", r"\1 \2 \3 \4 \5 \6", text.strip())


def way_back(where, student, assignment):
    """The path in a zip under which the platform that a name comes from takes a student's page back."""
    if match := MOODLE.fullmatch(where):
        return f"{match['name']}_{match['number']}_assignsubmission_{match['kind']}_/{assignment}.html"
    if (match := CANVAS.fullmatch(where)) and NOTEBOOK.fullmatch(where):
        return f"{where[:match.start('file')]}{assignment}.html"
    folder = student if NOTEBOOK.fullmatch(where) or BLACKBOARD.fullmatch(where) else where
    return f"{folder}/{assignment}.html"
