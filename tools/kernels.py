"""Kernels that chapters and assignments are executed with, without four rare mishaps of running many.

Import it before notebooks are executed with nbclient, in the same process.
"""

import itertools
import os
import tempfile
import time
from queue import Empty

from jupyter_client import AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel
from nbclient import NotebookClient

LOOK_EVERY = 1                            # second
OUTPUTS_WITHIN = 600                      # seconds after a cell has ended

start, wait, client = AsyncKernelManager.__init__, AsyncZMQSocketChannel.get_msg, NotebookClient.__init__

folder = tempfile.TemporaryDirectory(prefix="kernels-")
number = itertools.count(1)


def __init__(self, *args, **kwargs):
    """Talk over sockets in a folder: of two kernels that start at once on free TCP ports, both may have
    found the same port free, and one dies. (Windows has only TCP.)"""
    if os.name != "nt":
        kwargs = {"transport": "ipc", "ip": f"{folder.name}/{os.getpid()}-{next(number)}", **kwargs}
    start(self, *args, **kwargs)


async def get_msg(self, timeout=None):
    """Look now and then: ZeroMQ sometimes doesn't wake us for a message that is there
    (about one notebook in twenty then sat out a whole cell's time limit)."""
    end = time.monotonic() + (float("inf") if timeout is None else timeout)
    while True:
        left = end - time.monotonic()
        try:
            return await wait(self, timeout=max(0, min(LOOK_EVERY, left)))
        except Empty:
            if left <= LOOK_EVERY:
                raise


def patient(self, *args, **kwargs):
    """Wait for the outputs of a cell that has ended, and fail if they don't come. (nbclient waits four seconds and
    goes on without them: on a busy machine a page then showed one of its cell's four lines, and nobody was told.)
    What a cell prints in two goes is one text: put together later, it would get an empty line at the seam."""
    client(self, *args, **{"iopub_timeout": OUTPUTS_WITHIN, "raise_on_iopub_timeout": True, "coalesce_streams": True,
                           **kwargs})


AsyncKernelManager.__init__, AsyncZMQSocketChannel.get_msg = __init__, get_msg     # type: ignore[method-assign]
NotebookClient.__init__ = patient                                                  # type: ignore[method-assign]
