"""Work shared among processes: the same results whatever their number, and no process left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

from rapport.stats.arguments import check_count
from rapport.stats.errors import StatsError

Found = TypeVar("Found")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def count_workers(workers: int | None) -> int:
    """The number asked for; every core this process may use if None. Raises NotNumbers, OutOfRange."""
    if workers is not None:
        return check_count(workers, "workers")
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_out(
    function: Callable[..., Found], tasks: Sequence[tuple[Any, ...]], workers: int
) -> Iterator[tuple[int, Found]]:
    """`function(*task)` of each task and its place among the tasks, as they are done; by one worker in this process.

    With several, the function stands at the top of a module. An interrupt leaves no process behind: running tasks end,
    waiting ones are dropped. Raises StatsError where the processes could not start or were ended.
    """
    if workers == 1:
        yield from ((index, function(*task)) for index, task in enumerate(tasks))
        return
    # Started afresh, not forked: forking a process that has threads (a notebook, a server) can hang.
    with _one_thread_each():
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_parent)
        try:
            waiting = {pool.submit(function, *task): index for index, task in enumerate(tasks)}
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BrokenProcessPool as error:
            raise StatsError(
                "The worker processes could not start or were ended. In a script, call this under "
                "`if __name__ == '__main__':`, or give workers=1."
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Children start with one linear-algebra thread: more would compete for the cores that the workers already use."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
