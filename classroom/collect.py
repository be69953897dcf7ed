"""From a folder or an LMS's zip to submitted/<student>/<assignment>/<assignment>.ipynb.

What comes in is only read: the files are copied byte by byte. No name in an archive is ever used as
a path; names only tell whose file it is. Nothing is left out silently: what can't be taken is reported.
"""

import hashlib
import os
import re
import shutil
import stat
import time
import unicodedata
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from .atomic import write_whole
from .course import CourseError, one_line, slug
from .submission import MAX_BYTES

MAX_ENTRIES, MAX_TOTAL = 20_000, 4 * 2**30
BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)       # what reading may raise

# "Ada Lovelace_40123_assignsubmission_file_/a1.ipynb" (Moodle), "lovelaceada_40123_77_a1.ipynb" (Canvas)
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(file|onlinetext)_?(?P<file>.*)")
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)")
GENERIC = {"submitted", "submissions", "submission", "abgaben", "inbox", "downloads"}


class Item:
    """A file that came in: its name there, its size, its time, and a function that reads at most n bytes of it."""

    def __init__(self, name, size, when, read, problem=None):
        name = one_line(name)
        self.parts = [p for p in PurePosixPath(name.replace("\\", "/")).parts if p not in ("/", ".")]
        self.base = self.parts[-1] if self.parts else name
        self.name, self.size, self.when, self.read, self.problem = name, size, when, read, problem

    def identity(self):
        """Its name and a digest of its content (empty if it can't be read), to know it again."""
        try:
            return self.name, "" if self.problem else hashlib.sha256(self.read(MAX_BYTES)).hexdigest()
        except BROKEN:
            return self.name, ""


def items(path):
    """Everything in a folder or zip, or the file itself."""
    if path.is_dir():
        yield from _folder(path)
    elif zipfile.is_zipfile(path):
        yield from _archive(path)
    elif path.suffix.casefold() == ".zip":
        raise CourseError(f"{path} is no zip archive, or is damaged")
    elif path.exists():
        yield _plain(path, path.name)
    else:
        raise CourseError(f"there is no file or folder {path.absolute()}")


def _plain(path, name):
    info = path.lstat()
    problem = None
    if stat.S_ISLNK(info.st_mode):
        problem = "is a link to another file; links are not followed"
    elif not stat.S_ISREG(info.st_mode):
        problem = "is not an ordinary file"

    def read(most):
        with open(path, "rb") as file:
            return file.read(most)
    return Item(name, info.st_size, info.st_mtime, read, problem)


def _folder(root):
    for folder, folders, names in os.walk(root, followlinks=False):
        folders.sort()
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(names + linked):
            path = Path(folder, name)
            yield _plain(path, path.relative_to(root).as_posix())


def _archive(path):
    try:
        archive = zipfile.ZipFile(path)
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise CourseError(f"{path} is a damaged zip archive ({error})") from None
    if len(entries) > MAX_ENTRIES:
        raise CourseError(f"{path} holds {len(entries)} files, more than {MAX_ENTRIES} are not opened")
    total = 0
    for entry in entries:
        if entry.is_dir():
            continue
        problem = None
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if ".." in parts or entry.filename.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", entry.filename):
            problem = "names a place outside the archive"
        elif stat.S_ISLNK(entry.external_attr >> 16):
            problem = "is a link to another file; links are not followed"
        elif entry.flag_bits & 1:
            problem = "is encrypted"
        elif total > MAX_TOTAL:
            problem = f"comes after more than {MAX_TOTAL // 2**30} GiB of other files and was not opened"
        total += min(entry.file_size, MAX_BYTES)

        def read(most, entry=entry):
            with archive.open(entry) as file:
                return file.read(most)          # never more, whatever the entry claims to be
        when = time.mktime((*entry.date_time, 0, 0, -1)) if entry.date_time[1] else 0
        yield Item(entry.filename, entry.file_size, when, read, problem)


# ------------------------------------------------------------------- whose is it

def squeeze(name):
    """A name without what different systems write differently: capitals, spaces, signs, parts of letters."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def person(name, people):
    """(id, None) of somebody called this in students.csv, or (None, why not). Without a students.csv any name will do."""
    if not people:
        return (slug(name), None) if slug(name) else (None, "its name and folder don't say whose it is")
    wanted, fitting = squeeze(name), []
    for key, row in people.items():
        first, last = row["first_name"], row["last_name"]
        names = {key, first + last, last + first, row["email"], row["email"].split("@")[0]}
        if wanted and wanted in {squeeze(n) for n in names if n}:
            fitting.append(key)
    if len(fitting) == 1:
        return fitting[0], None
    return None, (f"{name!r} fits {' and '.join(fitting)} in students.csv" if fitting else
                  f"there is no {name!r} in students.csv")


def named(part, assignment):
    """What a file's name says beside the assignment's: "ada" for "ada_a1 (1).ipynb", "" for "a1.ipynb"."""
    short = assignment.split("-")[0]
    name = re.sub(r"\s*\(\d+\)$", "", re.sub(r"(?i)\.(ipynb|json)(\.txt)?$|\.\w+$", "", part))
    rest = re.sub(rf"(?i)(^|[_\s-])({re.escape(assignment)}|{re.escape(short)})(?=$|[_\s-])", r"\1", name).strip("_- ")
    return "" if squeeze(rest) in {"untitled", squeeze(assignment[len(short):])} else rest


def owner(item, assignment, people):
    """(id, name, sure) of an item's student, from its own name and its folders; (None, why not, False).

    sure: a learning platform or students.csv knows that name; else it may be any word in a path.
    """
    if not item.parts:
        return None, "it has no name", False
    folders = [part for part in reversed(item.parts[:-1]) if part.casefold() not in GENERIC | {assignment, assignment.split("-")[0]}]
    for part in item.parts:
        canvas = part == item.base and (people or not folders)             # its archives are flat
        match = MOODLE.fullmatch(part) or (CANVAS.fullmatch(part) if canvas else None)
        if match and not people:
            return f"{slug(match['name'])}-{match['number']}", part, True
        if match:
            known, why_not = person(match["name"], people)
            if known or MOODLE.fullmatch(part):
                return (known, part, True) if known else (None, why_not, False)
    words = [*folders, named(item.base, assignment)]
    words = [(word, *person(word, people)) for word in words if word]
    known = {who: word for word, who, _ in words if who}
    if people and len(known) > 1:
        return None, f"its path names {' and '.join(sorted(known))}", False
    if known:
        who = next(iter(known))              # without a list: the innermost folder, or the file's own name
        return who, known[who], bool(people)
    return None, "; ".join(why for *_, why in words) or "its name and folder don't say whose it is", False


# ------------------------------------------------------------------------ do it

NOTEBOOK = re.compile(r".*\.(ipynb|json)(\.txt)?", re.IGNORECASE | re.DOTALL)
OWN = ("source", "release", "marking", "autograded", "feedback", "judged")


def collect(course, assignment, paths, student=None):
    """Copy what belongs to the assignment into the course. Returns (number copied, lines for the teacher)."""
    people = course.students()
    if student and people and student not in people:
        raise CourseError(f"there is no {student!r} in students.csv")
    theirs, unmatched = {}, []
    for path in map(Path, paths):
        _outside(course, path)
        came = [item for item in items(path) if not _litter(item)]
        if not came:
            raise CourseError(f"{path} holds no files")
        if student and sum(bool(NOTEBOOK.fullmatch(item.name)) for item in came) > 1:
            raise CourseError(f"{path} holds several notebooks, and --student takes one: "
                              + ("name the file" if path.is_dir() else "unpack it and name the file"))
        advice = (("unpack it and say " if path.is_file() and came[0].name != path.name else "")
                  + f"collect {assignment.split('-')[0]} FILE --student ID")
        for item in came:
            who, where, sure = (slug(student), item.base, True) if student else owner(item, assignment, people)
            if item.problem == "names a place outside the archive":
                who, where = None, item.problem
            if who is None:
                unmatched.append((item, f"{where}. Not collected; if you know whose it is: {advice}"))
            else:
                theirs.setdefault(who, []).append((item, where, sure))
    for who, handed_in in list(theirs.items()):
        why_not = None if any(sure for *_, sure in handed_in) else _no_student(handed_in, assignment)
        if why_not:
            unmatched += [(item, why_not) for item, *_ in theirs.pop(who)]
    matched = [item for handed_in in theirs.values() for item, *_ in handed_in]
    found = course.collected(assignment)
    found["unmatched"] = _still_unmatched(found["unmatched"], unmatched, matched, by_content=bool(student))
    copied = 0
    for who, handed_in in sorted(theirs.items()):
        lines = []
        for item, *_ in handed_in:
            if item.problem:
                lines.append(f"{item.name[:200]!r} {item.problem}")
        good = [(item, where) for item, where, _ in handed_in if NOTEBOOK.fullmatch(item.name) and not item.problem]
        right = [pair for pair in good if PurePosixPath(pair[0].base).stem.casefold() == assignment]
        choice = max(right or good, key=lambda pair: pair[0].when, default=None)
        if choice is None and not lines:
            names = ", ".join(item.base for item, *_ in handed_in[:5])
            lines.append(f"handed in no notebook, but {names[:200]!r}")
        if choice and len(good) > 1:
            lines.append(f"handed in {len(good)} notebooks; {choice[0].name[:200]!r} was taken")
        if choice:
            found["origin"][who] = choice[1]
            try:
                problem = _take(course, assignment, who, choice[0])
            except OSError as error:
                problem = f"the file {choice[0].name[:200]!r} can't be copied ({error})"
            if problem:
                lines.append(problem)
            else:
                copied += 1
        found["problems"][who] = lines
    course.save_collected(assignment, found)
    report = [f"{who}: {line}" for who, lines in sorted(found["problems"].items()) if who in theirs for line in lines]
    return copied, [entry["line"] for entry in found["unmatched"]] + report


def _outside(course, path):
    """Refuse what isn't handed in: the course folder itself, and what this program has put into it."""
    path = path.resolve()
    if course.root.is_relative_to(path) or any(path.is_relative_to(course.root / name) for name in OWN):
        raise CourseError(f"{path} belongs to the course itself: give the folder or zip in which the submissions came")


def _litter(item):
    """What operating systems and Jupyter leave behind."""
    return item.base.startswith((".", "__MACOSX", "~$")) or "__MACOSX" in item.parts or ".ipynb_checkpoints" in item.parts


def _no_student(handed_in, assignment):
    """Why these files of one "student", who stands in no list, may be no student's; None if they may."""
    notebooks = [(item, where) for item, where, _ in handed_in if NOTEBOOK.fullmatch(item.name)]
    if not notebooks:
        return "it is no notebook, and no students.csv says who hands something in. Not collected"
    names = {named(item.base, assignment) for item, _ in notebooks}
    folders = {tuple(item.parts[:item.parts.index(where)]) for item, where in notebooks if where in item.parts}
    if len(folders) > 1 or len(names) > 1 and not any(re.fullmatch(r"\d{0,2}", name) for name in names):
        return (f"{notebooks[0][1]!r} may be one student or a folder of several, it holds {len(notebooks)} notebooks. "
                "Not collected; enter the class in students.csv, or make a folder for each student")
    return None


def _still_unmatched(before, unmatched, matched, by_content):
    """The entries, name, content and line, of what still belongs to nobody, from earlier times and now."""
    kept = [entry for entry in before if NOTEBOOK.fullmatch(entry["name"])]         # other things are named once
    for item in matched if before else ():
        name, digest = item.identity()
        same = [entry for entry in kept if entry["name"] == name or by_content and entry["digest"] == digest]
        if same:
            kept.remove(same[0])
    for item, why in unmatched:
        name, digest = item.identity()
        kept = [entry for entry in kept if (entry["name"], entry["digest"]) != (name, digest)]
        kept.append({"name": name, "digest": digest, "line": f"{item.name[:200]!r}: {why}"})
    return kept


def _take(course, assignment, who, item):
    """Copy one notebook into the course, keeping an older one aside. Returns a problem or None."""
    if item.size > MAX_BYTES:
        return f"the file {item.name[:200]!r} has {item.size / 2**20:.0f} MiB, more than {MAX_BYTES // 2**20} are not opened"
    try:
        content = item.read(MAX_BYTES + 1)
    except BROKEN as error:
        return f"the file {item.name[:200]!r} can't be read ({error})"
    if len(content) > MAX_BYTES:
        return f"the file {item.name[:200]!r} unpacks to more than {MAX_BYTES // 2**20} MiB and was not taken"
    folder = course.submitted(who, assignment)
    target = folder / f"{assignment}.ipynb"
    if target.exists():
        if target.read_bytes() == content:
            return None
        aside = course.root / "replaced" / datetime.now().strftime("%Y-%m-%d-%H%M%S-%f") / who / assignment
        aside.parent.mkdir(parents=True)
        shutil.move(folder, aside)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(target, content)
    when = datetime.fromtimestamp(item.when or time.time(), UTC)
    write_whole(folder / "timestamp.txt", when.strftime("%Y-%m-%d %H:%M:%S UTC"))
    return None
