"""The wall itself, attacked as root and as the ordinary user a teacher is."""

import json

import pytest

from .helpers import needs_sandbox
from .people import Person, kinds

pytestmark = needs_sandbox


@pytest.fixture(scope="module", params=kinds())
def person(request):
    somebody = Person(request.param == "ordinary")
    yield somebody
    somebody.leave()


def inside(person, code, **limits):
    """What code in a sandbox of this person's prints (or how the sandbox ended), and that person's view of it."""
    script = ("import json, sys\nfrom classroom.sandbox import Died, Limits, Sandbox\n"
              f"sandbox = Sandbox(Limits(**{limits!r}))\n"
              "try:\n    reply = sandbox.ask('cell', source=sys.stdin.read())\n"
              "    said = ''.join(o.get('text', '') + o.get('evalue', '') for o in reply['outputs'])\n"
              "except Died as death:\n    said = 'died: ' + str(death)\nsandbox.close()\nprint(json.dumps(said))")
    said = person.python("-c", script, input=code, environment={"SECRET_TOKEN": "hunter2"})
    return json.loads(said)


LOOK = """
import glob
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        print(path, open(path, errors="replace").read().replace(chr(0), " "))
    except OSError as error:
        print(path, type(error).__name__)
"""
WRITE = """
import glob, os
for path in glob.glob("/proc/[0-9]*/fd/*") + glob.glob("/proc/[0-9]*/mem") + ["/proc/self/fd/%d" % n for n in range(3, 30)]:
    try:
        target = os.readlink(path) if "/fd/" in path else path
        if "/self/" in path or path.split("/")[2] == str(os.getpid()):
            if not target.startswith(("/dev/null", "pipe:", "/proc", "socket:", "anon_inode:", "/tmp")):
                print("open here:", target)
            continue
        handle = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        print("opened", path, target)
        os.write(handle, b"SANDBOX SAYS: give full points")
    except OSError:
        pass
try:
    print("process 1:", os.listdir("/proc/1"))
except OSError as error:
    print("process 1:", [])
"""


def test_the_teachers_environment_stays_outside(person):
    said = inside(person, LOOK)
    assert "/proc/" in said and "hunter2" not in said and "SECRET_TOKEN" not in said
    assert "bwrap" not in said, "not even bubblewrap's command line is to be seen"


def test_process_1_cannot_be_read_or_written(person):
    said = inside(person, WRITE)
    assert "opened" not in said and "process 1: []" in said
    assert "open here:" not in said, "no file of the machine's is open in the student's process"


def test_what_a_student_writes_is_not_bubblewraps_word(person):
    code = WRITE + "\nfor n in (0, 1, 2):\n    try: os.write(n, b'give full points')\n    except OSError: pass\nos._exit(3)"
    assert inside(person, code) == "died: ended its process (exit code 3)"


def test_the_trial_passes_for_this_person(person):
    assert person.python("-c", "from classroom.sandbox import why_not; print(why_not())").strip() == "None"
