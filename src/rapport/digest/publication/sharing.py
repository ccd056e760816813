"""Work shared among processes, so that every processor has some."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
from collections.abc import Callable, Collection
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, TypeVar

from django.db import connections

T = TypeVar("T")
FAILED = 1


class WorkLost(Exception):
    """A process ended without saying why."""


def in_processes(number: int, work: Callable[[int], T], *, place: Path) -> list[T]:
    """What `work(0)` … `work(number - 1)` give, each in a process of its own. Raises what one of them raises.

    The processes are forked and leave their results as files in `place`: when we are killed, each comes to the
    end of its share and goes, and until then holds the locks that we held. (A pool's would wait for more work
    for ever.) A single share is worked on here.
    """
    if number == 1:
        return [work(0)]
    connections.close_all()  # each opens its own
    fork = multiprocessing.get_context("fork")
    processes: dict[ForkProcess, Path] = {}
    try:
        for share in range(number):
            left = place / f"share-{share}"
            process = fork.Process(target=_leave, args=(work, share, left))
            process.start()
            processes[process] = left
        _wait_for(processes)
        for process, left in processes.items():
            if process.exitcode:
                raise _error(process.exitcode, left)
        return [pickle.loads(left.read_bytes()) for left in processes.values()]  # noqa: S301  # our own
    finally:
        for process in processes:
            process.kill()
            process.join()


def _wait_for(processes: Collection[ForkProcess]) -> None:
    """Until all have ended well, or one has not."""
    at_work = list(processes)
    while at_work and not any(process.exitcode for process in processes):
        wait([process.sentinel for process in at_work])
        at_work = [process for process in at_work if process.is_alive()]


def _leave(work: Callable[[int], Any], number: int, left: Path) -> None:
    try:
        left.write_bytes(pickle.dumps(work(number)))
    except Exception as error:  # of any kind: the parent raises it again
        left.write_bytes(pickle.dumps(error))
        sys.exit(FAILED)


def _error(exit_code: int, left: Path) -> Exception:
    if exit_code == FAILED and left.is_file():
        error: Exception = pickle.loads(left.read_bytes())  # noqa: S301  # our own
        return error
    return WorkLost(f"A process of ours ended at once (exit {exit_code}); was there enough memory?")
