"""The wall itself, attacked as root and as the ordinary user a teacher is."""

import json
import subprocess

import IPython
import numpy
import pytest

from classroom import sandbox

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
for path in glob.glob("/proc/1/fd/*") + ["/proc/1/mem"] + ["/proc/self/fd/%d" % n for n in range(3, 30)]:
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


def test_packages_are_those_of_this_environment(person):
    """Not those that the Python has which a virtual environment stems from."""
    places = "import sysconfig\nprint(sysconfig.get_path('purelib'))"
    theirs = subprocess.run([sandbox.PYTHON, "-I", "-c", places], capture_output=True, text=True, check=True).stdout
    look = "import sys, numpy, IPython\nprint(*sys.path, sep='\\n')\nprint(numpy.__file__, IPython.__version__)"
    *path, found = inside(person, look).splitlines()
    assert found == f"{numpy.__file__} {IPython.__version__}"
    assert theirs.strip() not in path or theirs.strip() in sandbox.package_folders()


def test_exit_and_help_are_there_as_in_a_notebook(person):
    assert inside(person, "print(callable(exit), callable(quit), callable(help))") == "True True True\n"


def test_the_teachers_environment_stays_outside(person):
    said = inside(person, LOOK)
    assert "/proc/" in said and "hunter2" not in said and "SECRET_TOKEN" not in said
    assert "bwrap" not in said, "not even bubblewrap's command line is to be seen"


def test_process_1_cannot_be_read_or_written(person):
    said = inside(person, WRITE)
    assert "opened" not in said and "process 1: []" in said
    assert "open here:" not in said, "no file of the machine's is open in the student's process"


def test_what_a_student_writes_is_not_bubblewraps_word(person):
    code = (
        WRITE
        + "\nfor n in (0, 1, 2):\n    try: os.write(n, b'give full points')\n    except OSError: pass\nos._exit(3)"
    )
    assert inside(person, code) == "died: ended its process (exit code 3)"


def test_the_trial_passes_for_this_person(person):
    assert person.python("-c", "from classroom.sandbox import why_not; print(why_not())").strip() == "None"


NAMESPACES = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000):
    pid = libc.syscall(56 if os.uname().machine == "x86_64" else 220, flag | 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    print("clone", hex(flag), "WORKS" if pid > 0 else ctypes.get_errno())
args = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)
pid = libc.syscall(435, ctypes.byref(args), 88)
if pid == 0:
    os._exit(0)
print("clone3", "WORKS" if pid > 0 else ctypes.get_errno())
pid = os.fork()
if pid == 0:
    os._exit(0)
print("fork", os.waitpid(pid, 0)[1])
import threading
thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
"""


def test_no_namespace_can_be_opened_and_ordinary_work_goes_on(person):
    said = inside(person, NAMESPACES)
    assert "WORKS" not in said and "clone3 38" in said and "fork 0" in said and "thread" in said


KERNEL_MEMORY = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
x86 = os.uname().machine == "x86_64"
for name, numbers, arguments in [("semget", (64, 190), (0, 32000, 0o1600)), ("shmget", (29, 194), (0, 2**20, 0o1600)),
                                 ("msgget", (68, 186), (0, 0o1600)), ("memfd_create", (319, 279), (b"x", 0)),
                                 ("vmsplice", (278, 75), (1, 0, 0, 0)), ("pidfd_getfd", (438, 438), (0, 0, 0)),
                                 ("io_setup", (206, 0), (1000, ctypes.byref(ctypes.c_ulong())))]:
    print(name, "WORKS" if libc.syscall(numbers[not x86], *arguments) >= 0 else ctypes.get_errno())
import mmap
for file in (-1, os.open("/dev/zero", os.O_RDWR)):
    try:
        mmap.mmap(file, 2**20).madvise(mmap.MADV_DONTNEED)
        print("shared WORKS")
    except OSError:
        print("shared 1")
mmap.mmap(-1, 2**20, flags=mmap.MAP_PRIVATE)[:] = bytes(2**20)
"""


def test_memory_of_the_kernel_that_no_limit_counts_is_not_to_be_had(person):
    """A set of semaphores is 2 MB of the kernel's, and there may be thousands of them. Shared memory stays when its
    pages are given up, and pages put into a pipe when they are unmapped: then no process seems to have them."""
    said = inside(person, KERNEL_MEMORY)
    assert "WORKS" not in said and said.split()[1::2] == ["1"] * 9


def test_no_socket_of_a_network_is_to_be_had(person):
    said = inside(
        person,
        "import socket, asyncio\nfor family in (2, 10, 16, 17):\n"
        "    try:\n        socket.socket(family, socket.SOCK_DGRAM)\n"
        "        print('OPEN', family)\n    except OSError as error:\n        print(error.errno)\n"
        "async def one(): return 1\nprint('loop', asyncio.new_event_loop().run_until_complete(one()))",
    )
    assert "OPEN" not in said and "loop 1" in said


def test_empty_files_are_counted(person):
    assert inside(person, "for i in range(10**7): open(f'/tmp/{i}', 'w').close()", cpu=60, wall=60, files=2000) == (
        "died: made more than 2000 files")


def test_the_machines_own_files_are_not_counted(tmp_path):
    """Before the sandbox stands, its process still sees our folders, which may hold any number of files."""
    from classroom.sandbox import Limits, Sandbox
    sandbox = Sandbox(Limits())
    try:
        sandbox.ask("cell", source="for i in range(30): open(f'/tmp/{i}', 'w').close()")
        assert 30 <= sandbox._files() < 200
        sandbox.ready = False
        assert sandbox._files() == 0
    finally:
        sandbox.close()


BUFFERS = """
import os, socket, time
kept = []
told, tell = os.pipe()
for number in range(40):
    if os.fork() == 0:
        sent = 0
        try:
            while True:
                pair = socket.socketpair()
                kept.append(pair)
                for end in pair:
                    end.setblocking(False)
                    try:
                        while True: sent += end.send(bytes(2**16))
                    except OSError: pass
        except OSError: pass
        os.write(tell, b"%d " % sent)
        time.sleep(600); os._exit(0)
said = b""
while said.count(b" ") < 40:
    said += os.read(told, 1000)
print(sum(map(int, said.split())) // 2**20)
"""


def test_buffers_of_sockets_are_bounded(person):
    """What the kernel keeps for all processes of a sandbox together stays below its limit of 2 GiB."""
    assert 100 < int(inside(person, BUFFERS, cpu=60, wall=60)) < 1024


ZOMBIES = """
import os
for _ in range(8):
    if os.fork() == 0: os._exit(0)
for i in range(10**7): open(f"/tmp/{i}", "w").close()
"""


def test_processes_that_have_ended_hide_no_files(person):
    assert inside(person, ZOMBIES, cpu=60, wall=60, files=2000) == "died: made more than 2000 files"


SYSTEMD_RUN = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/asked"
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""


def test_where_systemd_runs_it_counts_the_memory(tmp_path, monkeypatch):
    """A machine with systemd, acted by a script: the sandbox runs in a scope, and with nothing of our environment."""
    from classroom import sandbox
    (tmp_path / "systemd-run").write_text(SYSTEMD_RUN, encoding="utf-8")
    (tmp_path / "systemd-run").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/secret")
    monkeypatch.setattr(sandbox.Path, "is_dir", lambda path: True)
    sandbox.scope.cache_clear()
    try:
        box = sandbox.Sandbox(sandbox.Limits(memory=500))
        found = box.ask("cell", source="import os; print(dict(os.environ))")["outputs"][0]["text"]
        box.close()
        asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
        assert len(asked) == 2 and "--scope" in asked[1] and "MemoryMax=628M" in asked[1] and "bwrap" in asked[1]
        assert "secret" not in found and "'student'" in found
        (tmp_path / "systemd-run").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        sandbox.scope.cache_clear()
        assert sandbox.scope(500) == ([], {}), "where it refuses, it is done without"
    finally:
        sandbox.scope.cache_clear()
