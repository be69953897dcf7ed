"""Work on many students at a time, each in a process of its own, so that none can hold up or end the others."""

import math
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.connection import wait
from pathlib import Path

MIB = 2**20
OUT_OF_TIME = -getattr(signal, "SIGXCPU", 24)          # how a process ends whose processor time is used up


def run_each(function, items, workers, seconds, memory, clock=1):
    """Call function(item) for every item, `workers` at a time; a generator of (item, result, why).

    why is None, or a line that says why there is no result: what was raised, that the process ended, or that it took
    more than `seconds`: of the processor, where the system can bound that, or `clock` times as many on the clock,
    which goes on while the machine does other things. memory: MiB for one process, where that can be bounded.
    function and items must be such as can be sent to another process.
    """
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    waiting, running = list(reversed(items)), {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                item, (here, there) = waiting.pop(), context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(function, item, there, seconds, memory, os.getpid()))
                process.start()
                there.close()
                running[process.sentinel] = item, process, here, time.monotonic() + clock * seconds
            ended = set(wait(list(running), timeout=1))
            late = {sentinel for sentinel, (*_, end) in running.items() if time.monotonic() > end} - ended
            for sentinel in ended | late:
                item, process, here, _ = running.pop(sentinel)
                if sentinel in late:
                    process.kill()
                process.join()
                late_too = sentinel in late or process.exitcode == OUT_OF_TIME
                yield item, *_outcome(here, f"it took more than {seconds:g} s" if late_too
                                      else f"its process ended ({process.exitcode})")
    finally:
        for _, process, *_ in running.values():
            process.kill()
            process.join()


def _outcome(here, why):
    """What a process that is gone has left: (result, None), or (None, why there is none)."""
    with here:
        try:
            if here.poll():
                return here.recv()
        except (EOFError, OSError):
            pass
    return None, why


def _work(function, item, there, seconds, memory, parent):
    """In the new process."""
    if sys.platform == "linux":
        import resource

        from .sandbox import die_with_parent
        die_with_parent()
        if os.getppid() != parent:
            os._exit(1)
        # what the parent has mapped comes along with a fork: the limit is for what is asked for from here on
        here = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (here + memory * MIB, here + memory * MIB))
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 5))
        os.nice(5)
    try:
        answer = function(item), None
    except Exception as error:
        from .course import one_line
        answer = None, one_line(f"{type(error).__name__}: {error}")[:500]
    there.send(answer)
