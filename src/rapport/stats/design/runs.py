"""Simulated trials, analysed on as many cores as wanted: the same findings whatever their number."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rapport.stats.design.analyses import Analysis
from rapport.stats.design.trial import Trial
from rapport.stats.errors import StatsError
from rapport.stats.tables import Floats
from rapport.stats.workers import share_out

Progress = Callable[[int, int], None]
CHUNK = 10  # trials a task: short enough to stop within a second or two, long enough that passing them on costs nothing


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
    for index, findings in share_out(carry_out, [(task,) for task in tasks], workers):
        found[index] = findings
        done += len(tasks[index].seeds)
        if progress is not None:
            progress(done, total)
    return [found[index] for index in range(len(tasks))]


def carry_out(task: Task) -> Findings:
    """Simulate and analyse the trials of one task."""
    values, refusal = np.full((len(task.seeds), 4), np.nan), ""
    for index, seed in enumerate(task.seeds):
        try:
            values[index] = task.analysis(task.trial.simulate(seed, null=task.null), task.trial)
        except StatsError as error:
            refusal = refusal or str(error)
    return Findings(values, refusal)
