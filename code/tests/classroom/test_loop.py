"""A teacher's whole loop, by the commands of the guide: from an empty folder to grades and feedback."""

import contextlib
import csv
import html
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import zipfile

import nbformat
import pytest
import requests

from classroom.__main__ import main
from tests.classroom.helpers import TOP, answer, copy, edition, kind, needs_sandbox, points_of_tests

A1 = "a1-network-structure"
CLASS = {"al": ("Ada", "Lovelace"), "gh": ("Grace", "Hopper"), "kj": ("Katherine", "Johnson"),
         "mh": ("Margaret", "Hamilton")}


def teach(root, *arguments, expect=0):
    """A step of the course, by the launcher in its folder. Returns what it printed."""
    done = subprocess.run([sys.executable, str(root / "teach.py"), *map(str, arguments)], capture_output=True,
                          text=True, cwd=root, encoding="utf-8", env=dict(os.environ, PYTHONIOENCODING="utf-8"),
                          timeout=600)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    """Everything up to marking by hand."""
    top = tmp_path_factory.mktemp("loop")
    root = top / "course"
    said = {"new": subprocess.run([sys.executable, "-m", "classroom", "new", str(root), "--seed", "23"], cwd=TOP,
                                  capture_output=True, text=True, check=True).stdout}
    (root / "students.csv").write_text("id,first_name,last_name,email\n" + "".join(
        f"{who},{first},{last},{who}@example.org\n" for who, (first, last) in CLASS.items()))
    said["release"] = teach(root, "release", "a1")
    model = edition.solved(nbformat.read(root / "source" / A1 / f"{A1}.ipynb", as_version=4))
    blank = nbformat.read(root / "release" / A1 / f"{A1}.ipynb", as_version=4)
    one_wrong = answer(copy(model), "1b", "def n_parameters(sizes, bias):\n    return 18")
    answer(one_wrong, "7a", "**Answer 7a** (3 points)\n\n[My drawing](javascript:alert(1)), [again][d] <b onclick=x>\n"
                            "\n[d]: javascript:alert(1)")
    handed_in = {"Ada Lovelace_1_assignsubmission_file_": json.dumps(model),
                 "Grace Hopper_2_assignsubmission_file_": json.dumps(one_wrong),
                 "Katherine Johnson_3_assignsubmission_file_": json.dumps(blank),
                 "Margaret Hamilton_4_assignsubmission_file_": '{"cells": [{"cell'}
    with zipfile.ZipFile(top / "moodle.zip", "w") as archive:
        for folder, content in handed_in.items():
            archive.writestr(f"{folder}/{A1}.ipynb", content)
    said["collect"] = step(root, "collect", "a1", top / "moodle.zip")
    said["grades before"] = step(root, "grades")
    said["autograde"] = teach(root, "autograde", "a1")
    return root, said


def step(root, *arguments):
    """The same without a process of its own. Returns what it printed, and the message it stopped with."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["teach.py", "--course", str(root), *map(str, arguments)])
        try:
            main()
        except SystemExit as stop:
            said.write(str(stop.code))
    return said.getvalue()


def grades(root):
    step(root, "grades")
    with open(root / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


pytestmark = needs_sandbox


def test_release(loop):
    root, said = loop
    assert "edition 23" in said["new"] and str(root / "release" / A1) in said["release"]
    handed_out = (root / "release" / A1 / f"{A1}.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in handed_out and "HIDDEN" not in handed_out
    notes = (root / "marking" / f"{A1}.md").read_text(encoding="utf-8")
    assert "7a (3 points)" in notes and "*Model answer.*" in notes and "*Marking.*" in notes


def test_collect_and_autograde(loop):
    root, said = loop
    assert "4 submissions collected" in said["collect"] and "Nothing needs a look" in said["collect"]
    assert "4 not graded yet" in said["grades before"]
    assert "Trying the sandbox …\n" in said["autograde"]
    assert ("4 graded in" in said["autograde"]
            and "Needs a look (1):\n  mh: not graded: the file is no JSON" in said["autograde"])
    assert (root / "needs-a-look-a1.txt").read_text(encoding="utf-8").startswith("mh: not graded: ")
    assert re.search(r"\d+/4 \[\d\d:\d\d<", said["autograde"]), "a bar with the time left"
    assert "Warning" not in said["autograde"]
    assert "0 graded in" in teach(root, "autograde", "a1")


def test_nothing_is_silently_zero(loop):
    root, _ = loop
    rows = grades(root)
    full = sum(points_of_tests(nbformat.read(root / "source" / A1 / f"{A1}.ipynb", as_version=4)).values())
    assert ((rows["al"]["status"], float(rows["al"]["by_program"]), rows["al"]["score"])
            == ("to be marked by hand", full, ""))
    assert float(rows["gh"]["by_program"]) == full - 3
    assert (rows["kj"]["status"], float(rows["kj"]["score"])) == ("graded", 0), "an untouched notebook needs no marking"
    assert (rows["mh"]["status"], rows["mh"]["score"], rows["mh"]["by_program"]) == ("needs a look", "", "")
    assert "no JSON" in rows["mh"]["look"]


@pytest.fixture(scope="module")
def formgrader(loop):
    """The marking page, as `teach.py mark` opens it."""
    root, _ = loop
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "JUPYTER_TOKEN"}
    log, said = open(root.parent / "mark.log", "w+", encoding="utf-8"), ""
    server = subprocess.Popen([sys.executable, str(root / "teach.py"), "mark", "--no-browser", "--port", str(port)],
                              cwd=root, env=environment, stdout=log, stderr=log, start_new_session=True)
    session, address = requests.Session(), f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            said = (root.parent / "mark.log").read_text(encoding="utf-8")
            if token := re.search(rf"{address}/formgrader\?token=(\w+)", said):
                break
            assert server.poll() is None, said
            time.sleep(0.5)
        assert "[C " not in said and "[I " not in said, "plain lines, nothing \"critical\""
        assert session.get(f"{address}/formgrader/manage_assignments?token={token[1]}", timeout=120).ok
        session.headers["X-XSRFToken"] = session.cookies.get("_xsrf")
        yield session, f"{address}/formgrader"
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def test_mark_by_hand_feedback_and_grades(loop, formgrader):
    root, _ = loop
    session, address = formgrader
    submissions = session.get(f"{address}/api/submitted_notebooks/{A1}/{A1}").json()
    ids = {s["student"]: s["id"] for s in submissions}
    assert set(ids) == set(CLASS)
    page = session.get(f"{address}/submissions/{ids['al']}/").text
    assert "Answer 7a" in page and "HIDDEN TESTS" in page, "the teacher sees the tests"
    page = session.get(f"{address}/submissions/{ids['gh']}/").text
    assert "My drawing" in page and not re.search(r'href="\s*javascript|<b onclick', page)
    page = session.get(f"{address}/submissions/{ids['mh']}/").text
    assert "not graded: the file is no JSON" in page

    def put(kind_of, wanted, **values):
        found = [g for g in session.get(f"{address}/api/{kind_of}s?submission_id={ids[wanted[0]]}").json()
                 if wanted[1] in g["name"]]
        for item in found:
            reply = session.put(f"{address}/api/{kind_of}/{item['id']}", json=values)
            assert reply.ok, reply.text
        return len(found)

    assert put("grade", ("al", "7a"), manual_score=2, needs_manual_grade=False) == 1
    assert put("comment", ("al", "7a"), manual_comment="Where is the transpose?") == 1
    put("grade", ("gh", "7a"), manual_score=3, needs_manual_grade=False)
    rows = grades(root)
    assert (rows["al"]["status"], float(rows["al"]["score"])) == ("graded", 21)
    assert (rows["gh"]["status"], float(rows["gh"]["score"])) == ("graded", 19)
    assert rows["mh"]["status"] == "needs a look"

    # Grading once more keeps what was marked by hand.
    for path in (root / "judged" / A1).glob("*.json"):
        path.unlink()
    teach(root, "autograde", "a1")
    assert float(grades(root)["al"]["score"]) == 21

    # nbgrader's own autograde refuses to run submissions here, and nothing is lost by trying.
    reply = session.post(f"{address}/api/submission/{A1}/al/autograde").json()
    assert reply["success"] is False and "graded in a sandbox" in reply["log"]
    teach(root, "autograde", "a1")
    assert (root / "autograded" / "al" / A1 / f"{A1}.ipynb").exists()
    assert float(grades(root)["al"]["score"]) == 21

    # The file that couldn't be read is handed in again.
    good = root / "submitted" / "al" / A1 / f"{A1}.ipynb"
    assert "1 submissions collected" in step(root, "collect", "a1", good, "--student", "mh")
    assert "1 graded in" in teach(root, "autograde", "a1") and "Nothing needs a look" in step(root, "look", "a1")
    assert float(grades(root)["mh"]["by_program"]) == 19

    teach(root, "feedback", "a1")
    page = (root / "feedback" / "al" / A1 / f"{A1}.html").read_text(encoding="utf-8")
    assert "Where is the transpose?" in page and "21.0" in page
    assert not re.search(r'(src|href)="https?:', page), "no page asks another host for anything"
    assert "<msup><mi>W</mi>" in page and "$W^" not in page, "formulas are drawn"
    assert "Not completely marked yet" not in page
    assert "Not completely marked yet" in (root / "feedback" / "mh" / A1 / f"{A1}.html").read_text(encoding="utf-8")
    page = (root / "feedback" / "gh" / A1 / f"{A1}.html").read_text(encoding="utf-8")
    source = nbformat.read(root / "source" / A1 / f"{A1}.ipynb", as_version=4)
    section = next(found[3] for found in map(edition.TEST.match, (c.source for c in source.cells))
                   if found and found[1] == "1b")
    assert re.search("Doesn(&#39;|')t stand: n_parameters", page) and f"Read: {html.escape(section)}." in page
    text = re.sub(r"<[^>]+>", "", page)
    for cell in source.cells:
        if kind(cell) == "test" and "HIDDEN" in cell.source:
            for line in re.search(r"BEGIN HIDDEN TESTS\n(.*?)\n[^\n]*END", cell.source, re.DOTALL)[1].splitlines():
                assert len(line.strip()) < 25 or line.strip() not in text
    with zipfile.ZipFile(root / "feedback" / f"{A1}.zip") as archive:
        assert f"Grace Hopper_2_assignsubmission_file_/{A1}.html" in archive.namelist() and len(archive.namelist()) == 4


def test_what_is_asked_for_wrongly_is_said(loop):
    root, _ = loop
    assert "no assignment 'a9'" in step(root, "release", "a9")
    assert "isn't released yet" in step(root, "autograde", "a2") and "isn't released yet" in step(root, "look", "a2")
    step(root, "release", "a3")
    assert "nothing is handed in for a3" in step(root, "look", "a3")
    for arguments in (["--help"], ["collect", "--help"]):
        said = step(root, *arguments)
        assert "SUPPRESS" not in said and "public" not in said and "collect" in said
    assert f"no file or folder {os.path.abspath('nosuch')}" in step(root, "collect", "a1", "nosuch")
    assert "from 1 on, not -5" in step(root, "new", root.parent / "other", "--seed", "-5")
    assert "has handed in nothing" in step(root, "autograde", "a1", "--student", "nobody")
    assert "graded yet" in step(root, "feedback", "a2")
    assert "closed off" in step(root, "check")
    assert "release a1" in step(root)
    assert "another edition needs another folder" in step(root, "new", root, "--seed", "24")
    assert "no course folder" in step(root.parent, "grades")
    (root / "teach.py").write_text((root / "teach.py").read_text().replace(sys.executable, "/nowhere/python"))
    assert "isn't where it was" in teach(root, "grades", expect=1)
    assert "The course is in" in step(root, "new", root), "it renews the launcher"
    assert "release a1" in teach(root)


def test_only_grading_needs_linux(loop):
    """Where there is neither fork nor `resource`, as on Windows, every other step works and grading says why not."""
    root, _ = loop
    windows = ("import multiprocessing.connection, nbgrader.preprocessors, os, platform, psutil, sys, tqdm\n"
               "for name in ('resource', 'fcntl'): sys.modules[name] = None\n"
               "for name in ('fork', 'getuid', 'sched_getaffinity', 'nice', 'killpg'): delattr(os, name)\n"
               "sys.platform = 'win32'; platform.system = lambda: 'Windows'\n"
               "sys.argv[0] = 'teach.py'\nfrom classroom.__main__ import main\nmain()\n")

    def run(*arguments):
        return subprocess.run([sys.executable, "-c", windows, "--course", str(root), *arguments], cwd=TOP,
                              capture_output=True, text=True, encoding="utf-8",
                              env=dict(os.environ, PYTHONIOENCODING="utf-8"))
    refused = run("autograde", "a1")
    assert refused.returncode == 1 and "WSL 2" in refused.stderr and "Traceback" not in refused.stderr
    for step_of in (["release", "a1"], ["collect", "a1", str(root / "submitted" / "al")], ["look", "a1"], ["grades"]):
        done = run(*step_of)
        assert done.returncode == 0, done.stderr


def test_the_guides_first_hour_works_as_written(tmp_path):
    """Its commands, in its order, and what it says will be printed. (The marking page is opened above.)"""
    guide = (TOP / "book" / "teaching.md").read_text(encoding="utf-8")
    hour = guide[guide.index("## The first hour"):guide.index("## Every step")]
    commands = "".join(re.findall(r"^```bash\n(.*?)^```", hour, re.DOTALL | re.MULTILINE))
    promised = re.findall(r"^```text\n(.*?)^```", hour, re.DOTALL | re.MULTILINE)
    assert commands.startswith("python3 make.py class new ../my-course\n") and "python3 teach.py mark\n" in commands
    commands = (commands.replace("python3 make.py class",
                                 f"{sys.executable} -m classroom").replace("../my-course", str(tmp_path / "my-course"))
                .replace("python3 teach.py mark\n", ""))
    done = subprocess.run(["bash", "-ec", commands], cwd=TOP, capture_output=True, text=True, encoding="utf-8",
                          timeout=600, env=dict(os.environ, PYTHONIOENCODING="utf-8"))
    assert done.returncode == 0, done.stderr
    for lines in promised:
        assert lines in done.stdout
    rows = grades(tmp_path / "my-course")
    assert {who: row["status"] for who, row in rows.items()} == {"ada": "to be marked by hand", "bob": "needs a look"}
    assert float(rows["ada"]["by_program"]) == 19
    for mentioned in re.findall(r"`((?:release|marking)/[\w./-]+\.\w+)`", hour):
        assert (tmp_path / "my-course" / mentioned).is_file(), mentioned
    shown = set(re.findall(r"^\| `(\w+)", guide[guide.index("## Every step"):guide.index("## With a learning")],
                           re.MULTILINE))
    assert shown == {"release", "collect", "autograde", "mark", "feedback", "grades", "look"}
