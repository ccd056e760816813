"""Do one job of the schedule now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from rapport.audit.jobs import do_job
from rapport.config.schedule import JOBS, job_named


class Command(BaseCommand):
    help = "Do one job of the schedule now, in this process: for a host who uses cron, or who wants it at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=f"one of: {', '.join(job.name for job in JOBS)}")
        parser.add_argument("--now", default="", help="do it as if it were this moment, for example 2024-06-03T09:00")

    def handle(self, *args: Any, name: str, now: str, verbosity: int, **options: Any) -> None:
        job = job_named(name)
        if job is None:
            raise CommandError(f"There is no job “{name}”. There are: {', '.join(job.name for job in JOBS)}.")
        moment = _moment(now)
        try:
            do_job(job, now=moment)
        except Exception as error:
            raise CommandError(f"The job {name} failed: {type(error).__name__}: {error}") from error
        if verbosity:
            self.stdout.write(f"Done: {name}")


def _moment(text: str) -> dt.datetime:
    if not text:
        return timezone.now()
    try:
        moment = parse_datetime(text)
    except ValueError:  # well formed, but no such day or hour
        moment = None
    if moment is None:
        raise CommandError(f"--now is “{text}”; it must be a day and an hour, for example 2024-06-03T09:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
