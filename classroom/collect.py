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
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from .atomic import write_whole
from .course import CourseError, one_line, slug
from .names import NOTEBOOK, Class, is_late, is_receipt, named, owner, real_name, teams, told_time
from .submission import MAX_BYTES

MAX_ENTRIES, MAX_TOTAL = 500_000, 4 * 2**30
MOST_LINES = 30                    # so many are shown of what belongs to nobody
PACKING = 120                      # seconds: times that lie together like this are of the packing, not of handing in
# What reading may raise.
BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


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
        elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Python unpacks the other ways in one piece, whatever is asked for: 10 GB from some kB.
            problem = "is packed in a way that isn't read here, only those of common zip programs are"
        elif total > MAX_TOTAL:
            problem = f"comes after more than {MAX_TOTAL // 2**30} GiB of other files and was not opened"
        total += min(entry.file_size, MAX_BYTES)

        def read(most, entry=entry):
            with archive.open(entry) as file:
                return file.read(most)          # never more, whatever the entry claims to be
        when = time.mktime((*entry.date_time, 0, 0, -1)) if entry.date_time[1] else 0
        yield Item(entry.filename, entry.file_size, when, read, problem)


# ------------------------------------------------------------------------ do it

OWN = ("source", "release", "marking", "autograded", "feedback", "judged")


def collect(course, assignment, paths, student=None):
    """Copy what belongs to the assignment into the course. Returns (number copied, lines for the teacher)."""
    people = course.students()
    if student and people and student not in people:
        raise CourseError(f"there is no {student!r} in students.csv")
    found = course.collected(assignment)
    theirs, unmatched = {}, []
    for path in map(Path, paths):
        _sort(course, assignment, path, student, Class(people), theirs, unmatched)
    doubts = {} if people or student else _two_of_one_name(theirs, found)
    for who, handed_in in list(theirs.items()):
        why_not = None if any(sure for *_, sure in handed_in) else _no_student(handed_in, assignment)
        if why_not or who in doubts:
            unmatched += [(item, why_not or doubts[who]) for item, *_ in theirs.pop(who)]
    matched = [item for handed_in in theirs.values() for item, *_ in handed_in]
    found["unmatched"] = _still_unmatched(found["unmatched"], unmatched, matched, by_content=bool(student))
    copied = sum(_collect_one(course, assignment, who, handed_in, found) for who, handed_in in sorted(theirs.items()))
    course.save_collected(assignment, found)
    report = [f"{who}: {line}" for who, lines in sorted(found["problems"].items()) if who in theirs for line in lines]
    return copied, [*unmatched_lines(found), *report]


def _sort(course, assignment, path, student, known, theirs, unmatched):
    """Put what came in a folder or zip under its owner in `theirs`, or in `unmatched`."""
    _outside(course, path)
    came = [item for item in items(path) if not _litter(item)]
    if not came:
        raise CourseError(f"{path} holds no files")
    if student and sum(bool(NOTEBOOK.fullmatch(item.name)) for item in came) > 1:
        raise CourseError(f"{path} holds several notebooks, and --student takes one: "
                          + ("name the file" if path.is_dir() else "unpack it and name the file"))
    advice = (("unpack it and say " if path.is_file() and came[0].name != path.name else "")
              + f"collect {assignment.split('-')[0]} FILE --student ID")
    grouped = teams(came)
    _forget_packing_times(came, path)
    for item in came:
        who, where, sure = (slug(student), item.base, True) if student else owner(item, assignment, known, grouped)
        if item.problem == "names a place outside the archive":
            who, where = None, item.problem
        if who is None:
            unmatched.append((item, f"{where}. Not collected; if you know whose it is: {advice}"))
        else:
            theirs.setdefault(who, []).append((item, where, sure))


def _forget_packing_times(came, path):
    """Platforms pack their archives at the moment of the download, and copying gives files new times: such times don't
    say when something was handed in. What the names say, does."""
    whens = [item.when for item in came if item.when]
    packed = path.stat().st_mtime if path.is_file() and came[0].name != path.name else None
    together = len(whens) > 2 and max(whens) - min(whens) < PACKING
    for item in came:
        told = told_time(item)
        if told or together or (packed and abs(item.when - packed) < PACKING):
            item.when = told


def _collect_one(course, assignment, who, handed_in, found):
    """Copy one student's notebook; note in `found` what is to be said about it. Returns whether there was one."""
    lines = [f"{item.name[:200]!r} {item.problem}" for item, *_ in handed_in if item.problem]
    good = [(item, where) for item, where, _ in handed_in if NOTEBOOK.fullmatch(item.name) and not item.problem]
    right = [pair for pair in good if PurePosixPath(pair[0].base).stem.casefold() == assignment]
    choice = max(right or good, key=lambda pair: pair[0].when, default=None)
    if choice is None and not lines:
        names = ", ".join(item.base for item, *_ in handed_in[:5])
        lines.append(f"handed in no notebook, but {names[:200]!r}")
    if choice and len(good) > 1:
        lines.append(f"handed in {len(good)} notebooks; {choice[0].name[:200]!r} was taken")
    copied = False
    if choice:
        found["origin"][who] = choice[1]
        found["late"] = sorted(
            {*found.get("late", []), who} if is_late(choice[0]) else {*found.get("late", [])} - {who}
        )
        try:
            problem = _take(course, assignment, who, choice[0])
        except OSError as error:
            problem = f"the file {choice[0].name[:200]!r} can't be copied ({error})"
        lines += [problem] if problem else []
        copied = not problem
    found["problems"][who] = lines
    return copied


def unmatched_lines(found):
    """Lines about what belongs to nobody; of very many only the first."""
    lines = [entry["line"] for entry in found["unmatched"]]
    more = len(lines) - MOST_LINES
    return lines if more <= 0 else [*lines[:MOST_LINES], f"and {more} more files that belong to nobody"]


def _outside(course, path):
    """Refuse what isn't handed in: the course folder itself, and what this program has put into it."""
    path = path.resolve()
    if course.root.is_relative_to(path) or any(path.is_relative_to(course.root / name) for name in OWN):
        raise CourseError(f"{path} belongs to the course itself: give the folder or zip in which the submissions came")


def _litter(item):
    """What operating systems, Jupyter and learning platforms leave behind."""
    return (item.base.startswith((".", "__MACOSX", "~$")) or is_receipt(item)
            or any(part in ("__MACOSX", ".ipynb_checkpoints") for part in item.parts))


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


def _two_of_one_name(theirs, found):
    """{id: why its files may be of two students, whose names would become one id}. Only needed without a list."""
    names = {}
    for who, where in [
        *found["origin"].items(),
        *((who, where) for who, came in theirs.items() for _, where, _ in came),
    ]:
        names.setdefault(who.casefold(), set()).add(real_name(where))
    return {who: f"{' and '.join(map(repr, sorted(names[who.casefold()])))} may be two students, and both would be "
                 f"called {who!r}. Not collected; enter the class in students.csv, or rename one"
            for who in theirs if len(names[who.casefold()]) > 1}


def _still_unmatched(before, unmatched, matched, by_content):
    """The entries, name, content and line, of what still belongs to nobody, from earlier times and now."""
    kept = {(entry["name"], entry["digest"]): entry for entry in before if NOTEBOOK.fullmatch(entry["name"])}
    for item in matched if kept else ():                                     # other things are named once
        name, digest = item.identity()
        same = [key for key in kept if key[0] == name or by_content and key[1] == digest]
        if same:
            del kept[same[0]]
    for item, why in unmatched:
        name, digest = item.identity() if NOTEBOOK.fullmatch(item.name) else (item.name, "")
        kept.pop((name, digest), None)
        kept[name, digest] = {"name": name, "digest": digest, "line": f"{item.name[:200]!r}: {why}"}
    return list(kept.values())


def _take(course, assignment, who, item):
    """Copy one notebook into the course, keeping an older one aside. Returns a problem or None."""
    if item.size > MAX_BYTES:
        return (f"the file {item.name[:200]!r} has {item.size / 2**20:.0f} MiB, "
                f"more than {MAX_BYTES // 2**20} are not opened")
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
    if item.when:
        when = datetime.fromtimestamp(item.when, UTC)
        write_whole(folder / "timestamp.txt", when.strftime("%Y-%m-%d %H:%M:%S UTC"))
    return None
