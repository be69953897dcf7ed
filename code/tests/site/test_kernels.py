"""A chapter is executed with all its outputs, also where these come late."""

import asyncio

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError

from tools import kernels


def test_what_is_printed_in_two_goes_is_one_text():
    cell = nbformat.v4.new_code_cell("import time; print(1, flush=True); time.sleep(0.6); print(2)")
    NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
    assert [output.text for output in cell.outputs] == ["1\n2\n"]


def outputs(monkeypatch, late, **options):
    """What a cell has printed, where the message that says so comes some seconds late."""
    get = kernels.wait

    async def get_late(self, timeout=None):
        message = await get(self, timeout=timeout)
        if message["msg_type"] == "stream":
            await asyncio.sleep(late)
        return message

    monkeypatch.setattr(kernels, "wait", get_late)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(42)")])
    NotebookClient(notebook, kernel_name="python3", **options).execute()
    return [output.text for output in notebook.cells[0].outputs]


def test_late_outputs_are_waited_for(monkeypatch):
    assert outputs(monkeypatch, 6) == ["42\n"]


def test_outputs_that_do_not_come_are_an_error(monkeypatch):
    with pytest.raises(CellTimeoutError, match="IOPub"):
        outputs(monkeypatch, 6, iopub_timeout=1)


def test_without_it_they_are_lost_in_silence(monkeypatch):
    assert outputs(monkeypatch, 6, iopub_timeout=1, raise_on_iopub_timeout=False) == []
