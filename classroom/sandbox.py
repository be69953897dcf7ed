"""The sandbox: one bubblewrap container around one student's code.

Inside there is Python and its packages, read-only, and a small scratch folder; no network, no home,
no course folder, no other process. Time, memory, processes and files are bounded. The code is sent in
and plain values are read back over two pipes; what else it does stays in there and dies with it.

Linux only: `why_not` says what is missing, elsewhere and on a Linux that doesn't allow it.
"""

import ctypes
import importlib.util
import json
import os
import platform
import secrets
import select
import shutil
import site
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from .system_calls import MACHINES, seccomp_filter

MIB = 2**20
SCARCE = 300                   # MiB of memory that the machine keeps free, whoever has used it up


@dataclass(frozen=True)
class Limits:
    """What one student's code may use. Times in seconds, for each cell and each call; sizes in MiB."""

    cpu: float = 10            # processor time, all its processes together
    wall: float = 40           # time on the clock, for code that sleeps
    total: float = 400         # time on the clock, for the whole submission
    memory: int = 2048         # all its processes together
    scratch: int = 64          # all files in /tmp together; one file: half of it
    processes: int = 48        # processes and threads
    files: int = 20_000        # in all its folders together
    reply: int = 8             # what one cell or call may send back


class Died(Exception):
    """The sandboxed process is gone; the message says why, in words for the teacher."""


class NoMemory(Died):
    """It was ended because the machine had no memory left, whoever had used it up."""


# ----------------------------------------------------------------- the walls

PYTHON = Path(sys.executable).resolve()           # the interpreter itself, behind a virtual environment's links


def backprop_folder():
    spec = importlib.util.find_spec("backprop")
    return Path(spec.submodule_search_locations[0]).resolve()


def package_folders():
    """Where imports are looked for, backprop's own folder last: as here, and nowhere else. The Python that a virtual
    environment stems from may have packages of its own, in other versions."""
    folders = [*site.getsitepackages(), backprop_folder().parent]
    return list(dict.fromkeys(str(Path(folder).resolve()) for folder in folders))


def shown_folders():
    """The folders of this machine that a student's code can read: Python, its packages and backprop."""
    folders = [Path("/usr"), PYTHON.parent.parent, Path(sys.base_prefix).resolve(),
               Path(sys.prefix).resolve(), backprop_folder()]
    return sorted({f for f in folders if not any(f != g and f.is_relative_to(g) for g in folders)})


def command(limits, seccomp_fd):
    """The bwrap command line. Root keeps only what it needs to become somebody else inside."""
    arguments = [shutil.which("bwrap") or "bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
                 "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--hostname", "sandbox",
                 "--cap-drop", "ALL"]
    uid = 0
    if os.getuid() == 0:
        # The limit on processes doesn't bind root, whatever it is called inside: use a number of our own,
        # one for each sandbox, that no account has.
        uid = 0x60000000 + os.getpid() % 0x10000000
        arguments += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user"]
    for name in ("/bin", "/sbin", "/lib", "/lib64", "/lib32"):
        if os.path.islink(name):
            arguments += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            arguments += ["--ro-bind", name, name]
    for name in ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives"):
        arguments += ["--ro-bind-try", name, name]
    scratch = ["--perms", "1777", "--size", str(limits.scratch * MIB), "--tmpfs"]
    # Process 1 is bubblewrap's own, started outside with what it was given there: an empty folder stands in its place.
    arguments += ["--proc", "/proc", "--perms", "0555", "--tmpfs", "/proc/1", "--remount-ro", "/proc/1",
                  "--dev", "/dev", *scratch, "/dev/shm", "--remount-ro", "/dev", *scratch, "/tmp"]
    # Mapped into memory /dev/zero would be shared memory that no limit counts.
    arguments += ["--dev-bind", "/dev/null", "/dev/zero"]
    for parent in sorted({p for folder in shown_folders() for p in folder.parents[:-1]}):
        arguments += ["--perms", "0755", "--dir", str(parent)]
    for folder in shown_folders():
        arguments += ["--ro-bind", str(folder), str(folder)]
    arguments += ["--ro-bind", str(Path(__file__).with_name("runner.py")), "/runner.py",
                  "--remount-ro", "/", "--chdir", "/tmp", "--clearenv"]
    variables = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "USER": "student", "LOGNAME": "student",
                 "LANG": "C.UTF-8", "TMPDIR": "/tmp", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0",
                 "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
                 "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    for name, value in variables.items():
        arguments += ["--setenv", name, value]
    if seccomp_fd is not None:
        arguments += ["--seccomp", str(seccomp_fd)]
    bounds = {"AS": limits.memory * MIB, "FSIZE": limits.scratch * MIB // 2, "NPROC": limits.processes,
              "NOFILE": 64, "CPU": int(limits.total), "uid": uid,
              "packages": package_folders()}
    return arguments + ["--", str(PYTHON), "-I", "-S", "-X", "utf8", "/runner.py", json.dumps(bounds)]


@cache
def scope(memory):
    """(what stands before the command, its environment) so that the kernel itself counts all memory of a sandbox, also
    what no limit of a process does: a scope of systemd's, where one can be had; else ([], {})."""
    program, clean = shutil.which("systemd-run"), shutil.which("env")
    if not (program and clean and Path("/run/systemd/system").is_dir()):
        return [], {}
    environment = {name: os.environ[name] for name in ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
                   if name in os.environ}
    prefix = [program, *(["--user"] if os.getuid() else []), "--scope", "--quiet", "--collect",
              "-p", f"MemoryMax={memory + 128}M", "-p", "MemorySwapMax=0", "--", clean, "-i"]
    try:
        tried = subprocess.run([*prefix, clean], env=environment, capture_output=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return [], {}
    return (prefix, environment) if tried.returncode == 0 and not tried.stdout else ([], {})


class Sandbox:
    """One running sandbox. `ask` sends a request and returns the reply; it raises Died when there will be none."""

    def __init__(self, limits=Limits(), preload=()):
        """preload: names of modules that are imported before the student's code begins, once for all its runs."""
        self.limits = limits
        filter_fd = None
        if platform.machine() in MACHINES:
            filter_file = tempfile.TemporaryFile()
            filter_file.write(seccomp_filter())
            filter_file.seek(0)
            filter_fd = filter_file.fileno()
        # Nothing of ours goes along: no environment, no open file but the pipes.
        counted, environment = scope(limits.memory)
        self.process = subprocess.Popen([*counted, *command(limits, filter_fd)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, close_fds=True,
                                        env=environment,
                                        pass_fds=[filter_fd] if filter_fd is not None else [])
        if filter_fd is not None:
            filter_file.close()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            os.set_blocking(pipe.fileno(), False)
        self.received, self.ready = b"", False
        first = json.dumps(list(preload)).encode() + b"\n"
        if self._exchange(first, cpu=60, wall=120).get("ready") is not True:
            raise Died(self._close("didn't start properly"))
        self.ready = True

    def ask(self, do, cpu=None, **request):
        """cpu: processor seconds for this request, if it isn't to have all that the limits allow."""
        token, cpu = secrets.token_hex(8), cpu or self.limits.cpu
        request |= {"do": do, "token": token, "cpu": cpu, "wall": self.limits.wall}
        line = json.dumps(request).encode() + b"\n"
        # The sandbox rings its own bell first; here is a little more time, and then the end.
        reply = self._exchange(line, cpu + 1.5, self.limits.wall + 2)
        if reply.get("token") != token:
            raise Died(self._close("wrote on the grader's channel"))
        return reply

    def close(self):
        self._close("")

    def _close(self, why):
        if self.process.poll() is None:
            self.process.kill()                         # and with bwrap, by --die-with-parent, all inside
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        return why

    def _usage(self):
        """Processor seconds and bytes of all processes in the sandbox."""
        seconds = memory = 0
        try:
            processes = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            return 0, 0
        for process in processes:
            try:
                with process.oneshot():
                    seconds += sum(process.cpu_times()[:4])
                    memory += process.memory_info().rss
            except psutil.Error:
                pass
        return seconds, memory

    def _files(self):
        """How many files there are in the sandbox's own folders: empty ones take memory, too.

        While it is being built its processes may still see the machine's folders: those aren't counted."""
        if not self.ready:
            return 0
        try:
            inside = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            return 0
        for process in reversed(inside):             # bubblewrap's own can't be looked into, nor one that has ended
            count = 0
            try:
                for folder in ("tmp", "dev/shm"):
                    path = Path("/proc", str(process.pid), "root", folder)
                    if os.stat(path).st_dev != os.stat(Path("/", folder)).st_dev:
                        about = os.statvfs(path)
                        count += about.f_files - about.f_ffree
                return count
            except OSError:
                pass
        return 0

    def _exchange(self, line, cpu, wall):
        start, before = time.monotonic(), None          # most replies are there before the first look
        next_look = start + 0.1
        sending = memoryview(line)
        while b"\n" not in self.received:
            writable = [self.process.stdin] if sending else []
            ready, writable, _ = select.select([self.process.stdout], writable, [], 0.1)
            if writable:
                try:
                    sending = sending[os.write(self.process.stdin.fileno(), sending):]
                except BrokenPipeError:
                    sending = memoryview(b"")
                except BlockingIOError:
                    pass
            if ready:
                chunk = os.read(self.process.stdout.fileno(), 2**16)
                if not chunk:
                    raise Died(self._close(self._how_it_ended()))
                self.received += chunk
                if len(self.received) > self.limits.reply * MIB:
                    raise Died(self._close(f"sent back more than {self.limits.reply} MiB"))
            now = time.monotonic()
            if now >= next_look:
                next_look = now + 0.1
                seconds, memory = self._usage()
                before = seconds if before is None else before
                if memory > self.limits.memory * MIB:
                    raise Died(self._close(f"used more than {self.limits.memory} MiB of memory"))
                if self._files() > self.limits.files:
                    raise Died(self._close(f"made more than {self.limits.files} files"))
                if psutil.virtual_memory().available < SCARCE * MIB:
                    raise NoMemory(self._close("ran while the machine had no memory left"))
                if seconds - before > cpu:
                    raise Died(self._close(f"computed for more than {self.limits.cpu:g} s and ignored the interrupt"))
                if now - start > wall:
                    raise Died(self._close(f"gave no answer for {self.limits.wall:g} s and ignored the interrupt"))
        reply, self.received = self.received.split(b"\n", 1)
        if self.received:
            raise Died(self._close("wrote on the grader's channel"))
        try:
            # Half of a surrogate pair can stand in a Python string and in no file: it becomes a question mark.
            reply = json.loads(reply.decode("utf-8", "replace"))
            reply = json.loads(json.dumps(reply, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            reply = None
        if not isinstance(reply, dict):
            raise Died(self._close("wrote on the grader's channel"))
        return reply

    def _how_it_ended(self):
        try:
            code = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "closed the grader's channel"
        # What bubblewrap says is only heard until the student's code begins, which might speak in its name.
        said = "" if self.ready else (self.process.stderr.read(2000) or b"").decode(errors="replace").strip()
        return f"ended its process (exit code {code})" + (f": {said}" if said else "")


# ------------------------------------------------------------ can it be done

CANARY = """
import os, socket
seen = {}
def trial(name, do):
    try:
        seen[name] = do()
    except BaseException as error:
        seen[name] = type(error).__name__
def network():
    socket.create_connection(("1.1.1.1", 53), timeout=1)
    return "open"
def forks():
    children = []
    try:
        for _ in range(400):
            child = os.fork()
            if child == 0:
                import time; time.sleep(30); os._exit(0)
            children.append(child)
        return "endless"
    finally:
        for child in children: os.kill(child, 9)
        for child in children: os.waitpid(child, 0)
def big_file():
    with open("/tmp/big", "wb") as file:
        for _ in range(400): file.write(bytes(2**20))
    return "endless"
trial("network", network)
trial("forks", forks)
trial("memory", lambda: len(bytearray(64 * 2**30)))
trial("file", big_file)
trial("write", lambda: open("/usr/canary", "w") and "writable")
trial("secret", lambda: open(SECRET).read())
trial("processes", lambda: sum(name.isdigit() for name in os.listdir("/proc")) > 6 and "visible")
trial("root", lambda: os.getuid() == 0 and "root")
"""
LEAKS = {"network": "open", "forks": "endless", "file": "endless", "write": "writable", "secret": "secret",
         "processes": "visible", "root": "root"}


def try_it():
    """Start a sandbox and attack it. Returns a list of what held badly, empty if all is well."""
    with tempfile.NamedTemporaryFile("w", prefix="classroom-", suffix=".txt") as secret:
        secret.write("secret")
        secret.flush()
        os.chmod(secret.name, 0o644)
        sandbox = Sandbox(Limits(cpu=10, wall=20))
        try:
            reply = sandbox.ask("cell", source=f"SECRET = {secret.name!r}\n" + CANARY)
            if reply.get("error"):
                return [f"the trial itself failed: {reply}"]
            seen = dict(sandbox.ask("get", name="seen")["value"]["dict"])
        except Died as death:
            return [f"a process in it {death}"]
        finally:
            sandbox.close()
    leaks = [f"{name}: {seen[name]}" for name, bad in LEAKS.items() if seen[name] == bad]
    if seen["memory"] != "MemoryError":
        leaks.append(f"memory: {seen['memory']}")
    return leaks


OTHER_WAYS = {
    "Windows": "On Windows use WSL 2 (a Linux of its own: `wsl --install`, then everything as on Linux).",
    "Darwin": "On macOS use a Linux virtual machine (UTM, Multipass or Lima, with Debian or Ubuntu in it).",
}


def why_not():
    """None if submissions can be graded safely here, else the reason and the way that works."""
    elsewhere = ("Collecting, marking by hand, feedback and grades work on every system; only autograde needs the "
                 "sandbox: copy the course folder to a Linux machine, run autograde there and copy it back.")
    if sys.platform != "linux":
        way = OTHER_WAYS.get(platform.system(), "Use a Linux machine.")
        return (f"Submissions are programs, and this system ({platform.system()}) has no sandbox to run them in: "
                f"grading needs Linux. {way} {elsewhere}")
    program = shutil.which("bwrap")
    if not program:
        return ("bubblewrap isn't installed, and without it students' programs would run as you. "
                "Install it: `sudo apt install bubblewrap` (Debian, Ubuntu) or `sudo dnf install bubblewrap` (Fedora).")
    said = subprocess.run([program, "--help"], capture_output=True, text=True)
    if "--size" not in said.stdout + said.stderr:
        return (
            "This bubblewrap is too old: version 0.7 or newer is needed (Debian 12, Ubuntu 24.04, Fedora 38 or later)."
        )
    try:
        leaks = try_it()
    except Died as error:
        return (
            f"The sandbox doesn't start here: bwrap {error}. In a container, and where an administrator has switched "
            "user namespaces off, it can't. On Ubuntu 24.04 and later AppArmor forbids it until bwrap has a profile: "
            "`sudo apt install apparmor-profiles`, then "
            "`sudo ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/` and "
            f"`sudo systemctl reload apparmor`. Otherwise use another Linux machine. {elsewhere}"
        )
    if leaks:
        return ("The sandbox starts here but doesn't hold (" + "; ".join(leaks) + "). Use another Linux machine, "
                f"with a kernel of 5.14 or newer. {elsewhere}")
    return None


def die_with_parent():
    """Have the kernel end this process when its parent ends, however that happens. Linux only."""
    ctypes.CDLL(None).prctl(1, 9)
