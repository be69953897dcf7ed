"""Kernels that are forked from a process which has everything imported behave as those that are started."""

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from tools.nursery import ADDRESS, nursery

pytestmark = pytest.mark.slow
FORKED = sys.platform == "linux"            # elsewhere they are started, and behave alike
TOP = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", autouse=True)
def kernels_are_forked():
    with nursery():
        yield
    assert ADDRESS not in os.environ


def executed(*cells, **options):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, kernel_name="python3", **options).execute()
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in notebook.cells]


def test_it_is_forked_and_fresh(tmp_path, monkeypatch):
    monkeypatch.setenv("SAID", "hello")
    look = "import os, sys; print(__name__, os.getcwd(), os.environ['SAID'], *(n in sys.modules for n in %r))"
    where = {"metadata": {"path": str(tmp_path)}}
    assert executed(look % (["tools", "sympy"],), "x = 1", resources=where)[0].split() == [
        "__main__", str(tmp_path), "hello", "False", str(FORKED)]
    assert executed("print('x' in globals(), 'os' in globals())") == ["False False\n"]


def test_pictures_are_drawn_as_ever():
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")])
    NotebookClient(notebook, kernel_name="python3").execute()
    assert "image/png" in notebook.cells[0].outputs[-1].data


def test_a_kernel_that_dies_is_noticed():
    with pytest.raises(DeadKernelError):
        executed("import os; os._exit(3)")
    assert executed("print(1)") == ["1\n"]


def test_a_cell_that_takes_too_long_is_interrupted_alone():
    with pytest.raises(CellTimeoutError):
        executed("import time; time.sleep(60)", timeout=1)
    assert executed("print(2)") == ["2\n"]


def test_nothing_is_left_behind_when_the_builder_is_killed(tmp_path):
    """Neither the nursery nor a kernel in the middle of a cell."""
    program = f"""
import nbformat
from nbclient import NotebookClient
from tools.nursery import nursery
cell = nbformat.v4.new_code_cell("import os, time; open({str(tmp_path / 'pids')!r}, 'w').write("
                                 "f'{{os.getpid()}} {{os.getppid()}}'); time.sleep(60)")
with nursery():
    NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
"""
    builder = subprocess.Popen([sys.executable, "-c", program], cwd=TOP)
    written = tmp_path / "pids"
    pids = wait_for(lambda: written.exists() and written.read_text().split())
    builder.kill()
    builder.wait()
    wait_for(lambda: not any(psutil.pid_exists(int(pid)) for pid in pids))


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)
    return value
