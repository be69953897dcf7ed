"""The names that learning platforms give to what they pack: whose it is, when it came, and the way back."""

import time
import zipfile
from datetime import datetime

import pytest

from classroom.collect import MOST_LINES, collect
from classroom.names import Class, told_time, way_back
from classroom.summary import look_lines

from .test_collect import A1, NOTEBOOK, course, roster, students, zipped  # noqa: F401

CLASS = ("al,Ada,Lovelace,alovelace@example.org", "gh,Grace,Hopper,ghopper@example.org",
         "jm,Jürgen,Müller-Voß,jmueller@example.org")
PLATFORMS = {
    "ILIAS": ["Exercise 1/Abgaben/Lovelace_Ada_alovelace_4012/20270301140509_a1.ipynb",
              "Exercise 1/Abgaben/Hopper_Grace_ghopper_4013/20270301140509_a1.ipynb",
              "Exercise 1/Abgaben/Mueller-Voss_Juergen_jmv_4014/20270301140509_a1-network-structure.ipynb"],
    "Blackboard": ["Assignment_1_alovelace_attempt_2027-03-01-14-05-09_a1.ipynb",
                   "Assignment_1_alovelace_attempt_2027-03-01-14-05-09.txt",
                   "Assignment_1_ghopper_attempt_2027-03-01-14-05-09_Untitled.ipynb",
                   "Assignment_1_jmueller_Versuch_2027-03-01-14-05-09_a1.ipynb"],
    "Brightspace": ["40123-7788 - Ada Lovelace - Mar 1, 2027 205 PM/a1.ipynb",
                    "40124-7788 - Grace Hopper - Mar 1, 2027 2:05 PM/a1-network-structure.ipynb",
                    "Jürgen Müller-Voß - Mar 1, 2027 205 PM/a1.ipynb", "index.html"],
    "Sakai": ["Assignment 1/Lovelace, Ada(alovelace)/Submission attachment(s)/a1.ipynb",
              "Assignment 1/Lovelace, Ada(alovelace)/timestamp.txt",
              "Assignment 1/Hopper, Grace(ghopper)/Submission attachment(s)/a1.ipynb",
              "Assignment 1/Hopper, Grace(ghopper)/Feedback Attachment(s)/a1.ipynb",
              "Assignment 1/Müller-Voß, Jürgen(jmueller)/Submission attachment(s)/a1.ipynb", "Assignment 1/grades.csv"],
    "Moodle, groups": ["Group A-Ada Lovelace_4012_assignsubmission_file_/a1.ipynb",
                       "Group-B-Grace Hopper_4013_assignsubmission_file_/a1.ipynb",
                       "Default group-Jürgen Müller-Voß_4014_assignsubmission_file_/a1.ipynb"],
    "Moodle, without accents": ["Ada Lovelace_4012_assignsubmission_file_/a1.ipynb",
                                "Grace Hopper_4013_assignsubmission_file_/a1.ipynb",
                                "Jurgen Muller-Voss_4014_assignsubmission_file_/a1.ipynb"],
    "Canvas": ["lovelaceada_4012_77_a1.ipynb", "hoppergrace_LATE_4013_78_a1.ipynb",
               "müllervoßjürgen_4014_79_a1-1.ipynb"],
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platforms_names(course, tmp_path, platform):  # noqa: F811
    roster(course, *CLASS)
    copied, lines = collect(course, A1, [zipped(tmp_path, [(name, NOTEBOOK) for name in PLATFORMS[platform]])])
    assert (copied, students(course), lines) == (3, ["al", "gh", "jm"], [])
    if platform in ("ILIAS", "Blackboard", "Brightspace"):
        stamp = (course.submitted("al", A1) / "timestamp.txt").read_text()
        when = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S UTC").timestamp() - time.timezone
        assert datetime.fromtimestamp(when).strftime("%d %H:%M") == "01 14:05" or time.daylight
    assert course.collected(A1).get("late") == (["gh"] if platform == "Canvas" else [])


def test_blind_marking(course, tmp_path):  # noqa: F811
    roster(course, *CLASS)
    path = zipped(tmp_path, [("Participant_13_assignsubmission_file_/a1.ipynb", b"1"),
                             ("Participant 14_4711_assignsubmission_file_/a1.ipynb", b"2"),
                             ("Teilnehmerin_15_assignsubmission_file_/a1.ipynb", b"3")])
    assert collect(course, A1, [path]) == (3, [])
    assert students(course) == ["Participant-13", "Participant-14", "Teilnehmerin-15"]


def test_a_hyphen_is_no_group(course, tmp_path):  # noqa: F811
    roster(course, "lm,Lena,Maier,", *CLASS)
    files = ["Anna-Lena Maier_1_assignsubmission_file_/a1.ipynb", "Ada Lovelace_2_assignsubmission_file_/a1.ipynb"]
    copied, lines = collect(course, A1, [zipped(tmp_path, [(name, NOTEBOOK) for name in files])])
    assert students(course) == ["al"] and "no 'Anna-Lena Maier' in students.csv" in lines[0]


def test_two_whose_names_would_be_one_id_are_nobodys(course, tmp_path):  # noqa: F811
    files = [(f"{name}/a1.ipynb", name.encode()) for name in ("Anna Maier", "Anna-Maier", "Bob", "BOB")]
    copied, lines = collect(course, A1, [zipped(tmp_path, files)])
    assert copied == 0 and len(lines) == 4 and "'Anna Maier' and 'Anna-Maier' may be two students" in lines[0]
    assert "'BOB' and 'Bob'" in lines[2]
    assert collect(course, A1, [zipped(tmp_path, files[:1])])[0] == 1
    copied, lines = collect(course, A1, [zipped(tmp_path, files[1:2])])
    assert copied == 0, "nor later"
    assert (course.submitted("Anna-Maier", A1) / f"{A1}.ipynb").read_bytes() == b"Anna Maier"


def test_times_of_packing_are_no_times_of_handing_in(course, tmp_path):  # noqa: F811
    now = datetime.now().timetuple()[:6]
    days = {"ada": (2027, 3, 1, 9, 0, 0), "bob": (2027, 3, 2, 9, 0, 0), "eve": now}

    def packed(when):
        path = tmp_path / "when.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for who in days:
                content = NOTEBOOK + who.encode() * bool(when)
                archive.writestr(zipfile.ZipInfo(f"{who}/a1.ipynb", when or days[who]), content)
        return path

    def known():
        return [who for who in days if (course.submitted(who, A1) / "timestamp.txt").exists()]
    collect(course, A1, [packed(None)])
    assert known() == ["ada", "bob"], "eve's is the time when the archive was made"
    collect(course, A1, [packed((2027, 3, 5, 9, 0, 0))])
    assert known() == [], "all at the same moment"


def test_times_that_are_none():
    class Named:
        def __init__(self, base):
            self.base, self.parts = base, [base]
    for name in ("20279901140509_a1.ipynb", "x_attempt_2027-99-01-14-05-09_a1.ipynb", "a - Mar 99, 2027 205 PM", "a1"):
        assert told_time(Named(name)) == 0


def test_the_way_back():
    moodle = "Dr. Ada Lovelace_40123_assignsubmission_file_"
    assert way_back(moodle, "al", A1) == f"{moodle}/{A1}.html", "with its dot"
    assert way_back(moodle + "a1.ipynb", "al", A1) == f"{moodle}/{A1}.html"
    assert way_back("lovelaceada_LATE_4012_77_a1-1.ipynb", "al", A1) == f"lovelaceada_LATE_4012_77_{A1}.html"
    assert way_back("Lovelace_Ada_alovelace_4012", "al", A1) == f"Lovelace_Ada_alovelace_4012/{A1}.html"
    assert way_back("ada_a1.ipynb", "ada", A1) == f"ada/{A1}.html"


def test_very_many_files_are_few_lines_and_few_seconds(course, tmp_path):  # noqa: F811
    roster(course, *(f"s{number},First{number},Last{number}," for number in range(200)))
    files = [(f"node_modules/part{number}/x.js", b"") for number in range(25_000)]
    files += [(f"nobody{number}.ipynb", NOTEBOOK) for number in range(5_000)]
    path = zipped(tmp_path, [*files, ("First7 Last7_1_assignsubmission_file_/a1.ipynb", NOTEBOOK)])
    started = time.process_time()
    copied, lines = collect(course, A1, [path])
    assert copied == 1 and len(lines) == MOST_LINES + 1 and lines[-1].startswith("and 29970 more")
    assert len(look_lines(course, A1)) <= MOST_LINES + 2
    assert time.process_time() - started < 20


def test_names_of_a_class():
    known = Class({"jm": {"first_name": "Jürgen", "last_name": "Søndergård-Łuk", "email": ""}})
    for name in ("Jürgen Søndergård-Łuk", "jurgen sondergard luk", "Juergen Soendergaard-Luk", "søndergård-łuk jürgen"):
        assert known.find(name) == ("jm", None), name
    assert known.find("Jürgen")[0] is None
