"""Simulated trials, analysed on as many cores as wanted: the same findings whatever their number."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np

from rapport.stats.arguments import check_count
from rapport.stats.design.analyses import Analysis
from rapport.stats.design.trial import Trial
from rapport.stats.errors import StatsError
from rapport.stats.tables import Floats

Progress = Callable[[int, int], None]
CHUNK = 10  # trials a task: short enough to stop within a second or two, long enough that passing them on costs nothing
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Task(NamedTuple):
    """Some trials to simulate and analyse; `null` where training does nothing."""

    trial: Trial
    analysis: Analysis
    seeds: tuple[int, ...]
    null: bool


class Findings(NamedTuple):
    """Estimate, standard error, df and p of each trial, shape (trials, 4), NaN where the analysis gave up; and why
    it did so first."""

    values: Floats
    refusal: str


def trial_seeds(seed: int, count: int) -> list[int]:
    """A seed for each trial, 128 bits from a spawned SeedSequence: independent of how trials are shared out, and the
    first of many are those of few."""
    children = np.random.SeedSequence(seed).spawn(count)
    return [int.from_bytes(child.generate_state(4).astype("<u4").tobytes(), "little") for child in children]


def run(tasks: list[Task], *, workers: int, progress: Progress | None) -> list[Findings]:
    """The findings of each task, in the order of `tasks`.

    `progress(done, total)` counts trials and is called in this process. An interrupt (or an exception of `progress`)
    leaves no process behind: running tasks end, waiting ones are dropped.
    """
    total, done = sum(len(task.seeds) for task in tasks), 0
    found: dict[int, Findings] = {}
    for index, findings in _in_turn(tasks) if workers == 1 else _side_by_side(tasks, workers):
        found[index] = findings
        done += len(tasks[index].seeds)
        if progress is not None:
            progress(done, total)
    return [found[index] for index in range(len(tasks))]


def count_workers(workers: int | None) -> int:
    """The number asked for; every core this process may use if None."""
    if workers is not None:
        return check_count(workers, "workers")
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def carry_out(task: Task) -> Findings:
    """Simulate and analyse the trials of one task."""
    values, refusal = np.full((len(task.seeds), 4), np.nan), ""
    for index, seed in enumerate(task.seeds):
        try:
            values[index] = task.analysis(task.trial.simulate(seed, null=task.null), task.trial)
        except StatsError as error:
            refusal = refusal or str(error)
    return Findings(values, refusal)


def _in_turn(tasks: list[Task]) -> Iterator[tuple[int, Findings]]:
    for index, task in enumerate(tasks):
        yield index, carry_out(task)


def _side_by_side(tasks: list[Task], workers: int) -> Iterator[tuple[int, Findings]]:
    # Started afresh, not forked: forking a process that has threads (a notebook, a server) can hang.
    with _one_thread_each():
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_parent)
        try:
            waiting = {pool.submit(carry_out, task): index for index, task in enumerate(tasks)}
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
