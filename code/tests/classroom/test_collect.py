"""Collecting: whose file is it, and nothing an archive says is believed."""

import os
import struct
import sys
import unicodedata
import zipfile

import pytest

from classroom import course as courses
from classroom.collect import collect
from classroom.submission import MAX_BYTES

A1 = "a1-network-structure"
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    root.mkdir()
    (root / "course.json").write_text('{"seed": 1, "secret": 2}')
    (root / "source" / A1).mkdir(parents=True)
    return courses.Course(root)


def roster(course, *rows):
    (course.root / "students.csv").write_text("id,first_name,last_name,email\n" + "".join(r + "\n" for r in rows),
                                              encoding="utf-8")


def zipped(tmp_path, files, name="handed-in.zip"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in files:
            archive.writestr(entry, content)
    return path


def students(course):
    return sorted(p.parent.parent.name for p in (course.root / "submitted").glob(f"*/{A1}/{A1}.ipynb"))


def test_moodle_with_a_class_list(course, tmp_path):
    roster(course, "al,Ada,Lovelace,ada@example.org", "gh,Grace,Hopper,", "jm,José,Müller,", "tt,Tom_Tim,Jones,")
    path = zipped(tmp_path, [("Ada Lovelace_40123_assignsubmission_file_/a1-network-structure.ipynb", NOTEBOOK),
                             ("Hopper Grace_40124_assignsubmission_file_/Untitled (3).ipynb", NOTEBOOK),
                             ("José Müller_7_assignsubmission_file_/a1.ipynb", NOTEBOOK),
                             ("Tom_Tim Jones_8_assignsubmission_file_/a1.ipynb", NOTEBOOK),
                             ("Nobody Known_9_assignsubmission_file_/a1.ipynb", NOTEBOOK)])
    copied, lines = collect(course, A1, [path])
    assert (copied, students(course)) == (4, ["al", "gh", "jm", "tt"])
    assert len(lines) == 1 and "no 'Nobody Known' in students.csv" in lines[0] and "--student ID" in lines[0]
    assert collect(course, A1, [path])[0] == 4 and not (course.root / "replaced").exists(), "twice is the same as once"


def test_canvas_without_a_class_list(course, tmp_path):
    path = zipped(tmp_path, [("lovelaceada_4012_7788_a1-network-structure.ipynb", NOTEBOOK),
                             ("hoppergrace_LATE_4013_7789_a1-network-structure-2.ipynb", NOTEBOOK)])
    assert collect(course, A1, [path]) == (2, [])
    assert students(course) == ["hoppergrace-4013", "lovelaceada-4012"]


def test_folders_and_plain_names(course, tmp_path):
    inbox = tmp_path / "inbox"
    for name in ["ada/a1-network-structure.ipynb", "submitted/bob/a1-network-structure/a1-network-structure.ipynb",
                 "carl_a1.ipynb", "a1-network-structure_dora.ipynb", "Émile.ipynb"]:
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(NOTEBOOK)
    (inbox / "a1-network-structure.ipynb").write_bytes(NOTEBOOK)
    (inbox / "Untitled.ipynb").write_bytes(NOTEBOOK)
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in inbox.rglob("*.ipynb")}
    copied, lines = collect(course, A1, [inbox])
    assert copied == 5 and students(course) == ["ada", "bob", "carl", "dora", "Émile"]
    assert len(lines) == 2 and all("don't say whose it is" in line for line in lines)
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in inbox.rglob("*.ipynb")} == before
    copied, lines = collect(course, A1, [inbox / "Untitled.ipynb"], student="fay")
    assert (copied == 1 and len(lines) == 1
            and lines[0].startswith("'a1-network-structure.ipynb'")), "the other one is still nobody's"
    assert "fay" in students(course)


def test_a_name_that_fits_two_is_nobodys(course, tmp_path):
    roster(course, "am1,Anna,Maier,", "am2,Anna,Maier,")
    copied, lines = collect(course, A1, [zipped(tmp_path, [("Anna Maier_1_assignsubmission_file_/x.ipynb", NOTEBOOK)])])
    assert copied == 0 and "fits am1 and am2" in lines[0]
    with pytest.raises(courses.CourseError, match="no 'x' in students.csv"):
        collect(course, A1, [tmp_path / "handed-in.zip"], student="x")


def test_handed_in_again_keeps_the_old_one(course, tmp_path):
    collect(course, A1, [zipped(tmp_path, [("ada/a1.ipynb", b"old")])])
    collect(course, A1, [zipped(tmp_path, [("ada/a1.ipynb", b"new")])])
    assert (course.submitted("ada", A1) / f"{A1}.ipynb").read_bytes() == b"new"
    old = list((course.root / "replaced").glob(f"*/ada/{A1}/{A1}.ipynb"))
    assert [p.read_bytes() for p in old] == [b"old"]


def test_paths_that_lead_out(course, tmp_path):
    names = ["../../evil.ipynb", "/etc/evil.ipynb", "..\\..\\evil.ipynb", "C:\\evil\\a1.ipynb",
             "ada/../../../b/a1.ipynb"]
    before = {p for p in tmp_path.rglob("*")}
    copied, lines = collect(course, A1, [zipped(tmp_path, [(name, NOTEBOOK) for name in names])])
    assert copied == 0 and len(lines) == len(names)
    assert all("outside the archive" in line and "Not collected" in line for line in lines)
    after = {p for p in tmp_path.rglob("*")} - before
    assert {p.name for p in after} <= {"handed-in.zip", "judged", f"{A1}.collected.json"}


@pytest.mark.parametrize("name", ["..", ".", "...", "-", "a/b", "x" * 500, "con\0trol", "=cmd|calc", "🙂"])
def test_odd_students_stay_inside(course, tmp_path, name):
    collect(course, A1,
            [zipped(tmp_path, [(f"{name}_12_assignsubmission_file_/a1.ipynb".replace("\0", "\1"), NOTEBOOK)])])
    for path in (course.root / "submitted").rglob("*"):
        assert path.resolve().is_relative_to(course.root / "submitted")


def test_zip_bomb_and_lies_about_size(course, tmp_path):
    path = zipped(tmp_path, [("bomb/a1.ipynb", bytes(300 * 2**20)), ("good/a1.ipynb", NOTEBOOK)])
    assert path.stat().st_size < 2**20
    copied, lines = collect(course, A1, [path])
    assert (copied, students(course)) == (1, ["good"]) and "bomb:" in lines[0] and "300 MiB" in lines[0]
    data = path.read_bytes()                    # the directory now says: 100 bytes
    lying = data.replace(struct.pack("<I", 300 * 2**20), struct.pack("<I", 100))
    assert lying != data
    (tmp_path / "lying.zip").write_bytes(lying)
    copied, lines = collect(course, A1, [tmp_path / "lying.zip"])
    assert copied == 1 and any(line.startswith("bomb: ") for line in lines)
    big = [p for p in course.root.rglob("*") if p.is_file() and p.stat().st_size > MAX_BYTES]
    assert big == []


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_unpack_in_one_piece(course, tmp_path, method):
    """Of such an entry Python unpacks all at once, however little is asked for: a few kB become all the memory."""
    path = zipped(tmp_path, [("good/a1.ipynb", NOTEBOOK)])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("bomb/a1.ipynb", NOTEBOOK + b" " * 1000, compress_type=method)
    copied, lines = collect(course, A1, [path])
    assert (copied, students(course)) == (1, ["good"])
    assert lines == ["bomb: 'bomb/a1.ipynb' is packed in a way that isn't read here, only those of common zip programs "
                     "are"]


def test_a_file_of_200_mb(course, tmp_path):
    inbox = tmp_path / "inbox" / "ada"
    inbox.mkdir(parents=True)
    with open(inbox / "a1.ipynb", "wb") as file:
        file.truncate(200 * 10**6)
    copied, lines = collect(course, A1, [tmp_path / "inbox"])
    assert copied == 0 and "ada: the file" in lines[0] and "191 MiB" in lines[0]
    assert course.collected(A1)["problems"]["ada"] == [lines[0].removeprefix("ada: ")]


def test_links_locked_and_damaged_entries(course, tmp_path):
    path = zipped(tmp_path, [("ada/a1.ipynb", NOTEBOOK), ("bob/a1.ipynb", NOTEBOOK * 40), ("carl/report.pdf", b"%PDF")])
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("dora/a1.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("__MACOSX/ada/._a1.ipynb", b"x")
    data = bytearray(path.read_bytes())
    place = data.index(b"bob/a1.ipynb") + len("bob/a1.ipynb")
    data[place + 5:place + 25] = b"\xff" * 20                   # damaged
    path.write_bytes(data)
    copied, lines = collect(course, A1, [path])
    said = "\n".join(lines)
    assert (copied, students(course)) == (1, ["ada"])
    assert "bob: the file 'bob/a1.ipynb' can't be read" in said
    assert "'carl/report.pdf': it is no notebook, and no students.csv says" in said
    assert "dora: 'dora/a1.ipynb' is a link" in said
    with pytest.raises(courses.CourseError, match="no zip archive"):
        (tmp_path / "x.ZIP").write_bytes(b"PK nothing")
        collect(course, A1, [tmp_path / "x.ZIP"])
    with pytest.raises(courses.CourseError, match="there is no"):
        collect(course, A1, [tmp_path / "nowhere"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes and links of this kind")
def test_links_and_pipes_in_a_folder(course, tmp_path):
    (tmp_path / "secret.ipynb").write_bytes(b"secret")
    inbox = tmp_path / "inbox"
    for name in ("ada", "bob"):
        (inbox / name).mkdir(parents=True)
    os.symlink(tmp_path / "secret.ipynb", inbox / "ada" / "a1.ipynb")
    os.symlink(tmp_path, inbox / "carl")
    os.mkfifo(inbox / "bob" / "a1.ipynb")
    copied, lines = collect(course, A1, [inbox])
    assert copied == 0 and students(course) == []
    assert any("ada: 'ada/a1.ipynb' is a link" in line for line in lines)
    assert any("bob: 'bob/a1.ipynb' is not an ordinary file" in line for line in lines)


def test_several_notebooks_of_one_student(course, tmp_path):
    path = zipped(tmp_path, [("ada/other.ipynb", b"1"), (f"ada/{A1}.ipynb", b"2"), ("ada/z.ipynb", b"3")])
    copied, lines = collect(course, A1, [path])
    assert copied == 1 and f"handed in 3 notebooks; 'ada/{A1}.ipynb' was taken" in lines[0]
    assert (course.submitted("ada", A1) / f"{A1}.ipynb").read_bytes() == b"2"


def test_class_list_with_mistakes(course):
    for text in ("name;email\n", "name,email\nx,y\n"):
        (course.root / "students.csv").write_text(text)
        with pytest.raises(courses.CourseError, match="needs a column `id` in its first line, it has name, email"):
            course.students()
    roster(course, "../x,A,B,")
    with pytest.raises(courses.CourseError, match="can't be an id"):
        course.students()
    roster(course, "al,Ada,Lovelace,", "gh,Grace,Hopper,", "AL,Alan,Turing,")
    with pytest.raises(courses.CourseError, match="lines 2 and 4 have the same id 'AL'"):
        course.students()
    (course.root / "students.csv").write_text("id,first_name\nal,Ada\n", encoding="utf-16")
    with pytest.raises(courses.CourseError, match="CSV UTF-8"):
        course.students()
    (course.root / "students.csv").write_text("")
    assert course.students() == {}


def test_class_list_as_excel_writes_it(course):
    for encoding in ("cp1252", "utf-8", "utf-8-sig"):
        (course.root / "students.csv").write_text("id;first_name;last_name;email\njm;Jürgen;Müller;\n",
                                                  encoding=encoding)
        assert course.students() == {"jm": {"first_name": "Jürgen", "last_name": "Müller", "email": ""}}


def test_one_folder_of_everybodys_files(course, tmp_path):
    path = zipped(tmp_path, [(f"hw1/{who}_a1.ipynb", who.encode()) for who in ("ada", "bob", "eve")])
    copied, lines = collect(course, A1, [path])
    assert copied == 0 and len(lines) == 3 and all("a folder of several" in line for line in lines)
    roster(course, "ada,,,", "bob,,,", "eve,,,")
    assert collect(course, A1, [path]) == (3, []), "with a class list the files' names say it, and nothing stays open"
    assert (course.submitted("bob", A1) / f"{A1}.ipynb").read_bytes() == b"bob"
    copied, lines = collect(course, A1, [zipped(tmp_path, [("ada/bob_a1.ipynb", NOTEBOOK)], "both.zip")])
    assert copied == 0 and "its path names ada and bob" in lines[0]


def test_folders_of_the_same_name_in_several_students(course, tmp_path):
    path = zipped(tmp_path, [("ada/inner/a1.ipynb", b"1"), ("bob/inner/a1.ipynb", b"2"), ("dora/a1.ipynb", b"3"),
                             ("dora/draft.ipynb", b"4")])
    copied, lines = collect(course, A1, [path])
    assert (copied, students(course)) == (1, ["dora"])
    assert sum("'inner' may be one student" in line for line in lines) == 2
    assert "dora: handed in 2 notebooks" in lines[2]
    roster(course, "ada,,,", "bob,,,", "dora,,,")
    assert collect(course, A1, [path])[0] == 3


def test_a_folder_that_looks_like_canvas(course, tmp_path):
    for place in ("ws_2026_01_abgaben", "lab_1_2"):
        path = zipped(tmp_path, [(f"{place}/{who}/lab_1_2_final.ipynb", who.encode()) for who in ("ada", "bob", "eve")])
        assert collect(course, A1, [path]) == (3, []) and students(course) == ["ada", "bob", "eve"]


def test_names_with_dots(course, tmp_path):
    collect(course, A1,
            [zipped(tmp_path, [("dora.m_a1.ipynb", b"1"), ("dora.k_a1.ipynb", b"2"), ("a1_1234567 (1).ipynb", b"3")])])
    assert students(course) == ["1234567", "dora.k", "dora.m"]


def test_names_as_a_mac_writes_them(course, tmp_path):
    roster(course, "jm,Jürgen,Müller,")
    path = zipped(tmp_path, [(unicodedata.normalize("NFD", f"Jürgen Müller/{A1}.ipynb"), NOTEBOOK)])
    assert collect(course, A1, [path]) == (1, [])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of files that are no text")
def test_names_that_are_no_text(course, tmp_path):
    inbox = os.fsencode(tmp_path / "inbox")
    os.makedirs(inbox + b"/J\xfcrgen")
    os.makedirs(inbox + b"/ada")
    for name in (b"/J\xfcrgen/a1.ipynb", b"/ada/a1.ipynb", b"/a1\xfc\n.pdf"):
        with open(inbox + name, "wb") as file:
            file.write(NOTEBOOK)
    copied, lines = collect(course, A1, [tmp_path / "inbox"])
    assert (copied, students(course)) == (2, ["J-rgen", "ada"])
    assert len(lines) == 1 and "\n" not in lines[0] and lines[0].encode(), "can be shown and saved"


def test_what_is_nobodys_stays_so_until_it_is_somebodys(course, tmp_path):
    roster(course, "ada,,,", "bob,,,", "eve,,,")
    path = zipped(tmp_path, [("x/a1.ipynb", b"of ada"), ("y/a1.ipynb", b"of bob"), ("z/a1.ipynb", b"of bob"),
                             ("eve/a1.ipynb", b"eve")])
    copied, lines = collect(course, A1, [path])
    assert copied == 1 and len(lines) == 3
    assert all("unpack it and say collect a1 FILE --student ID" in line for line in lines)
    assert collect(course, A1, [path])[1] == lines, "the same again is no more than before"
    (tmp_path / "a1.ipynb").write_bytes(b"of ada")
    copied, lines = collect(course, A1, [tmp_path / "a1.ipynb"], student="ada")
    assert copied == 1 and [line[:14] for line in lines] == ["'y/a1.ipynb': ", "'z/a1.ipynb': "]
    (tmp_path / "a1.ipynb").write_bytes(b"of bob")
    copied, lines = collect(course, A1, [tmp_path / "a1.ipynb"], student="bob")
    assert (copied == 1
            and [line[:14] for line in lines] == ["'z/a1.ipynb': "]), "two files with the same content are two"
    assert [entry["name"] for entry in course.collected(A1)["unmatched"]] == ["z/a1.ipynb"]
    leaflet = zipped(tmp_path, [("leaflet.pdf", b"%PDF"), ("eve/a1.ipynb", b"eve")])
    assert [line[:12] for line in collect(course, A1, [leaflet])[1]] == ["'z/a1.ipynb'", "'leaflet.pdf"]
    assert len(collect(course, A1, [tmp_path / "a1.ipynb"], student="bob")[1]) == 0, "what is no notebook is named once"


def test_one_students_file_is_one_file(course, tmp_path):
    path = zipped(tmp_path, [(f"{who}/a1.ipynb", NOTEBOOK) for who in ("ada", "bob")])
    with pytest.raises(courses.CourseError, match="several notebooks.*unpack it"):
        collect(course, A1, [path], student="ada")
    assert students(course) == []
    assert (collect(course, A1, [zipped(tmp_path, [("x/a1.ipynb", NOTEBOOK), ("x/a.txt", b"")])], student="ada")
            == (1, []))


def test_the_course_is_no_submission(course, tmp_path):
    (course.root / "release" / A1).mkdir(parents=True)
    (course.root / "release" / A1 / f"{A1}.ipynb").write_bytes(NOTEBOOK)
    for path in (course.root, course.root.parent, course.root / "release",
                 course.root / "release" / A1 / f"{A1}.ipynb"):
        with pytest.raises(courses.CourseError, match="belongs to the course itself"):
            collect(course, A1, [path])
    (course.root / "inbox").mkdir()                     # as in the guide's first hour
    for name in ("ada.ipynb", "gradebook.db", "teach.py", "notes.txt"):
        (course.root / "inbox" / name).write_bytes(NOTEBOOK)
    copied, lines = collect(course, A1, [course.root / "inbox"])
    assert copied == 1 and len(lines) == 3 and all("it is no notebook" in line for line in lines)
    assert list(course.collected(A1)["problems"]) == ["ada"], "no student is made up"


def test_nothing_in_it(course, tmp_path):
    with pytest.raises(courses.CourseError, match="empty.zip holds no files"):
        collect(course, A1, [zipped(tmp_path, [], "empty.zip")])
    with pytest.raises(courses.CourseError, match=f"no file or folder {tmp_path / 'nowhere'}"):
        collect(course, A1, [tmp_path / "nowhere"])


def test_one_that_cannot_be_copied_is_one(course, tmp_path):
    (course.root / "submitted").mkdir()
    (course.root / "submitted" / "ada").write_text("a file where a folder has to be")
    copied, lines = collect(course, A1, [zipped(tmp_path, [("ada/a1.ipynb", NOTEBOOK), ("bob/a1.ipynb", NOTEBOOK)])])
    assert (copied, students(course)) == (1, ["bob"]) and "ada: the file 'ada/a1.ipynb' can't be copied" in lines[0]


def test_an_editions_number(tmp_path):
    for seed in (0, -5):
        with pytest.raises(courses.CourseError, match=f"whole number from 1 on, not {seed}"):
            courses.new(tmp_path / "course", seed)
    assert not (tmp_path / "course").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(courses.CourseError, match="is a file; a course needs a folder"):
        courses.new(tmp_path / "file")


def test_a_course_lies_outside_the_book(tmp_path):
    with pytest.raises(courses.CourseError, match="may not lie in the book's own folder"):
        courses.new(courses.REPOSITORY / "my-course")
    with pytest.raises(courses.CourseError, match="put the course elsewhere"):
        courses.new(os.path.join(sys.base_prefix, "my-course"))
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "y").write_text("")
    with pytest.raises(courses.CourseError, match="not empty"):
        courses.new(tmp_path / "x")
    with pytest.raises(courses.CourseError, match="no course folder"):
        courses.Course(tmp_path)
