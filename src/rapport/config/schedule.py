"""The one schedule: what is done at its times, without anybody asking.

`rapport schedule` leaves each job for a worker when it is due (`rapport worker`); a host may do without both and
call `rapport run_job NAME` by cron. Every job is idempotent and takes the time as it is told.
"""

from __future__ import annotations

import datetime as dt
import os
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from rapport.audit.jobs import EveryMinute, Job, Nightly, ask_if_due, do_job
from rapport.config import clearing
from rapport.desk.actions import release_due_issues
from rapport.desk.actions.notices import check_notices
from rapport.digest.publication.folder import AtWork
from rapport.digest.publication.publishing import publish_if_changed
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.bounces.taking_in import read_bounces
from rapport.mailing.sending.choosing import post
from rapport.mailing.sending.worker import send_letters
from rapport.web.addresses import Publication

SEND_LETTERS = "send-letters"
PUBLISH_STATIC = "publish-static"
SENDING_TURN = 20  # seconds
PUBLISHING_PROCESSES = os.cpu_count() or 1

_ZONE = ZoneInfo(settings.TIME_ZONE)


def _at(hour: int, minute: int) -> Nightly:
    return Nightly(dt.time(hour, minute), _ZONE)


def prepare_letters(now: dt.datetime) -> None:
    """Find what is due to be read, and prepare the letters in which it goes."""
    open_editions(now=now)
    prepare_mailings(now=now)


def send_due_letters(now: dt.datetime) -> None:
    """Hand over letters for a while. A worker does other things too, so what is left is asked for again."""
    if send_letters(post=post(), seconds=SENDING_TURN).is_cut_short:
        perform.enqueue(SEND_LETTERS)


def read_what_came_back(now: dt.datetime) -> None:
    """Read the mailbox that letters come back to, where the host has named one."""
    if settings.BOUNCES_URL:
        read_bounces(settings.BOUNCES_URL, now=now)


def publish_files(now: dt.datetime) -> None:
    """Publish the digest as plain files, where the host has named a folder for them and readers' pages changed."""
    if settings.PUBLISH_FOLDER:
        publication = Publication(settings.PUBLISH_ADDRESS, settings.LIVE_ADDRESS)
        # Somebody publishes by hand; or the processes of a worker that was killed come to their end. In a minute, then.
        with suppress(AtWork):
            publish_if_changed(Path(settings.PUBLISH_FOLDER), publication, processes=PUBLISHING_PROCESSES)


JOBS: tuple[Job, ...] = (
    # Releasing locks the plan it releases, so a worker that seems dead and is not does no harm.
    Job(
        "publish-due-issues",
        EveryMinute(),
        lambda now: release_due_issues(now=now),
        patience=dt.timedelta(minutes=2),
    ),
    Job("prepare-letters", EveryMinute(), prepare_letters),
    Job(SEND_LETTERS, EveryMinute(), send_due_letters, patience=dt.timedelta(minutes=2)),
    Job("read-bounces", EveryMinute(), read_what_came_back),
    # Whoever publishes holds a lock on the folder, so a worker that seems dead and is not does no harm.
    Job(PUBLISH_STATIC, EveryMinute(), publish_files, patience=dt.timedelta(minutes=2)),
    Job("check-notices", _at(3, 40), lambda now: check_notices(now=now), patience=dt.timedelta(hours=2)),
    Job("clear-expired", _at(3, 50), clearing.clear_expired),
    Job("forget-finished-tasks", _at(4, 0), clearing.forget_finished_tasks),
)


def job_named(name: str) -> Job | None:
    return next((job for job in JOBS if job.name == name), None)


@task()
def perform(name: str) -> None:
    """Do a job of the schedule, in a worker. One that a newer version no longer has is passed over."""
    job = job_named(name)
    if job is not None:
        do_job(job, now=timezone.now())


def ask_for_what_is_due(now: dt.datetime) -> list[str]:
    """Leave every job that is due for a worker, and name them."""
    return [job.name for job in JOBS if ask_if_due(job, now=now, enqueue=_enqueue, waits=_waits)]


def _enqueue(name: str) -> str:
    return str(perform.enqueue(name).id)


def _waits(task_id: str) -> bool:
    return DBTaskResult.objects.filter(pk=task_id, status=TaskResultStatus.READY).exists()
