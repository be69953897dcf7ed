"""Kernels that chapters and assignments are executed with, without two rare mishaps of running many.

Import it before notebooks are executed with nbclient, in the same process.
"""

import itertools
import os
import tempfile
import time
from queue import Empty

from jupyter_client import AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel

LOOK_EVERY = 1                            # second

start, wait = AsyncKernelManager.__init__, AsyncZMQSocketChannel.get_msg

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


AsyncKernelManager.__init__, AsyncZMQSocketChannel.get_msg = __init__, get_msg     # type: ignore[method-assign]
