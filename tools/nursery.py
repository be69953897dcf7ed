"""Kernels that are there at once: one process imports what notebooks import, and forks when a kernel is asked for.

A kernel spends some two seconds of processor time on importing SymPy, Matplotlib and the like before its first cell;
fifteen chapters spent a third of a whole build on it. Only on Linux: elsewhere processes can't fork safely once
such libraries are loaded, and kernels start as they always did.

    with nursery():                      # kernels that are launched in here, or in processes forked in here, are forks
        nbclient.execute(notebook)
"""

import contextlib
import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from jupyter_client.provisioning import local_provisioner

# Not pyplot itself nor its backend for notebooks: they look, when imported, for the notebook they are in.
IMPORTED = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipywidgets", "matplotlib.figure", "matplotlib.projections",
            "matplotlib.backends.backend_agg", "matplotlib.style", "PIL.Image", "sympy", "sklearn.datasets", "backprop")
PICTURES = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}    # Matplotlib reads it when it is imported
ADDRESS = "BACKPROP_NURSERY"              # the environment variable with the path of the nursery's socket

TOP = Path(__file__).resolve().parents[1]

launch = local_provisioner.launch_kernel


# --- the side that asks ------------------------------------------------------------------------------------------

@contextlib.contextmanager
def nursery():
    """Have a nursery while this lasts, where there can be one."""
    if sys.platform != "linux":
        yield
        return
    with tempfile.TemporaryDirectory(prefix="nursery-") as folder:
        path = os.path.join(folder, "socket")
        with socket.socket(socket.AF_UNIX) as server:        # who asks before it has imported all waits for its answer
            server.bind(path)
            server.listen()
            process = subprocess.Popen([sys.executable, "-m", __name__, str(server.fileno())], stdin=subprocess.PIPE,
                                       cwd=TOP, env={**os.environ, **PICTURES}, pass_fds=[server.fileno()],
                                       start_new_session=True)      # not reached by Ctrl-C: it ends when we do
        os.environ[ADDRESS] = path
        try:
            yield
        finally:
            del os.environ[ADDRESS]
            process.stdin.close()                            # it ends then, and its kernels with it
            process.wait()


class Kernel:
    """A forked kernel, with what jupyter_client asks of a subprocess.Popen."""

    stdin = stdout = stderr = returncode = None

    def __init__(self, connection):
        self.connection = connection                         # closed, it lets the nursery end the kernel
        self.answers = connection.makefile()
        if not (line := self.answers.readline()):
            raise RuntimeError("the process that kernels are forked from has ended")
        self.pid = int(line)

    def poll(self):
        """The exit code, None while it runs."""
        if self.returncode is None and selected(self.connection, 0):
            self.returncode = int(self.answers.readline() or -signal.SIGKILL)
            self.connection.close()
        return self.returncode

    def wait(self):
        while self.poll() is None:
            selected(self.connection, None)
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def selected(connection, timeout):
    """Whether there is something to read within so many seconds; None: wait until there is."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(connection, selectors.EVENT_READ)
        return bool(waiting.select(timeout))


def fork_or_launch(command, env=None, cwd=None, **options):
    """jupyter_client's launch_kernel; from the nursery if there is one and the kernel is Python's own."""
    path = os.environ.get(ADDRESS)
    if not path or command[0] != sys.executable or "ipykernel_launcher" not in command or options.get("stdout"):
        return launch(command, env=env, cwd=cwd, **options)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    arguments = command[command.index("ipykernel_launcher") + 1:]
    wanted = {"arguments": arguments, "env": dict(os.environ if env is None else env), "cwd": cwd or os.getcwd()}
    connection.sendall(json.dumps(wanted).encode() + b"\n")
    return Kernel(connection)


local_provisioner.launch_kernel = fork_or_launch            # type: ignore[assignment]


# --- the nursery -------------------------------------------------------------------------------------------------

def serve(server):
    """Fork a kernel for everyone who connects. Returns what was wanted in the fork; in the nursery itself None, once
    standard input is closed, and ends the kernels then."""
    with server, selectors.DefaultSelector() as waiting:
        waiting.register(sys.stdin.fileno(), selectors.EVENT_READ)
        waiting.register(server, selectors.EVENT_READ)
        kernels = {}                                         # process id -> the connection of who asked for it
        while True:
            for key, _ in waiting.select():
                if key.fileobj is server:
                    connection, _ = server.accept()
                    wanted = json.loads(connection.makefile().readline())
                    pid = os.fork()
                    if pid == 0:
                        for other in (connection, *kernels.values()):
                            other.close()
                        return wanted
                    os.setpgid(pid, pid)                     # a signal to its group shall reach it alone
                    kernels[pid] = connection
                    connection.sendall(f"{pid}\n".encode())
                    waiting.register(connection, selectors.EVENT_READ, pid)
                    waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, pid)
                elif key.data is None:                       # standard input
                    for pid in kernels:
                        os.kill(pid, signal.SIGKILL)
                    return None
                elif key.fileobj is kernels.get(key.data):   # whoever asked for this kernel has gone
                    waiting.unregister(key.fileobj)
                    os.kill(key.data, signal.SIGKILL)
                else:                                        # it has ended
                    tell_the_end(key, kernels.pop(key.data), waiting)


def tell_the_end(key, connection, waiting):
    _, status = os.waitpid(key.data, 0)
    waiting.unregister(key.fileobj)
    os.close(key.fileobj)
    with contextlib.suppress(KeyError):                      # it is out already if who asked has gone
        waiting.unregister(connection)
    with connection, contextlib.suppress(OSError):
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def become_a_kernel(arguments, env, cwd):
    """What `python -m ipykernel_launcher ARGUMENTS` does, in this process."""
    del sys.path[0]                                          # the folder that -m put there
    for name in [name for name in sys.modules if name.split(".")[0] == "tools"]:
        del sys.modules[name]
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    # It ends itself when its parent has ended, and reads who that is when it is imported: too early here.
    sys.argv = ["ipykernel_launcher", *arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]
    from ipykernel import kernelapp
    kernelapp.launch_new_instance()


if __name__ == "__main__":
    for name in IMPORTED:
        importlib.import_module(name)
    if wanted := serve(socket.socket(fileno=int(sys.argv[1]))):
        become_a_kernel(**wanted)
