"""What a job is, when it is due, and how it is asked for and done once.

A job is *asked for* by a scheduler (any number of them may run) and *done* by a worker. Both keep what they know in
the job's `JobRun`, and nothing in memory: whoever is stopped and started again goes on where things stood. Jobs are
idempotent, so that one which was cut short is simply done again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from rapport.audit.models import JobRun

log = logging.getLogger("rapport.jobs")
LONGEST_PROBLEM = 500


class Rhythm(Protocol):
    """The moments at which a job is due."""

    @property
    def seconds(self) -> int:
        """About how long it is from one moment to the next."""

    def last_due(self, now: dt.datetime) -> dt.datetime:
        """The latest of its moments that is not after `now`."""


@dataclass(frozen=True)
class EveryMinute:
    """Due at each full minute."""

    seconds = 60

    def last_due(self, now: dt.datetime) -> dt.datetime:
        return now.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Nightly:
    """Due once a day, at an hour of the network's own time.

    On the two days a year when clocks change, an hour that does not exist, or exists twice, still comes once.
    """

    at: dt.time
    zone: ZoneInfo
    seconds = 24 * 3600

    def last_due(self, now: dt.datetime) -> dt.datetime:
        today = now.astimezone(self.zone).date()
        moment = self._on(today)
        return moment if moment <= now else self._on(today - dt.timedelta(days=1))

    def _on(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, self.at, tzinfo=self.zone).astimezone(dt.UTC)


@dataclass(frozen=True)
class Job:
    """Something that is done at its times: `do(now)` may be called at any moment, and again, without harm.

    `patience` is how long a worker may be at it before the schedule takes it for dead and asks again.
    """

    name: str
    rhythm: Rhythm
    do: Callable[[dt.datetime], object]
    patience: dt.timedelta = dt.timedelta(minutes=10)


def ask_if_due(
    job: Job, *, now: dt.datetime, enqueue: Callable[[str], str], waits: Callable[[str], bool] = lambda task: False
) -> bool:
    """Leave `job` for a worker when it is due and nobody has asked yet; say whether this was done.

    `enqueue` takes the job's name and gives the task's; `waits` says whether such a task still waits for a worker.
    A job whose task waits, or is being done, is not asked for a second time, however many of its moments pass.
    """
    due = job.rhythm.last_due(now)
    run, _made = JobRun.objects.get_or_create(name=job.name)
    # A moment that lies further ahead than the job's next was taken while a clock was wrong, and is as good as none.
    too_far = due + dt.timedelta(seconds=2 * job.rhythm.seconds)
    if (run.due_at is not None and due <= run.due_at <= too_far) or _is_in_hand(run, job, now, waits):
        return False
    with transaction.atomic():
        # Of several schedulers that come here, the database lets one through: for the others no row fits any more.
        not_taken = Q(due_at__isnull=True) | Q(due_at__lt=due) | Q(due_at__gt=too_far)
        if not JobRun.objects.filter(not_taken, name=job.name).update(due_at=due):
            return False
        JobRun.objects.filter(name=job.name).update(task=enqueue(job.name))
    return True


def _is_in_hand(run: JobRun, job: Job, now: dt.datetime, waits: Callable[[str], bool]) -> bool:
    if run.task and waits(run.task):
        return True
    begun, ended = run.begun_at, run.ended_at
    return begun is not None and (ended is None or ended < begun) and abs(now - begun) < job.patience


def do_job(job: Job, *, now: dt.datetime, clock: Callable[[], dt.datetime] = timezone.now) -> None:
    """Do `job` as of `now`, and keep how it went. What goes wrong is logged, kept and raised."""
    JobRun.objects.update_or_create(name=job.name, defaults={"begun_at": clock()})
    try:
        job.do(now)
    except Exception as error:
        log.exception("The job %s failed; it is tried again at its next time.", job.name)
        problem = f"{type(error).__name__}: {error}"[:LONGEST_PROBLEM]
        JobRun.objects.filter(name=job.name).update(ended_at=clock(), problem=problem)
        raise
    JobRun.objects.filter(name=job.name).update(ended_at=clock(), problem="")
