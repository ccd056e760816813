"""Leave every job of the schedule for a worker when it is due."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from rapport.config.schedule import JOBS, ask_for_what_is_due

log = logging.getLogger("rapport.jobs")
SECONDS_BETWEEN_LOOKS = 5


class Command(BaseCommand):
    help = "Leave the jobs of the schedule for `rapport worker` at their times, until stopped. Any number may run."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        if verbosity:
            self.stdout.write(f"The schedule runs: {', '.join(job.name for job in JOBS)}.")
            self.stdout.flush()
        while not stopped.is_set():
            self._look(verbosity)
            stopped.wait(SECONDS_BETWEEN_LOOKS)

    def _look(self, verbosity: int) -> None:
        close_old_connections()
        try:
            asked = ask_for_what_is_due(timezone.now())
        except DatabaseError as error:  # it is away, or busy: what is due is still due at the next look
            log.warning("The schedule could not look: %s", " ".join(str(error).split()))
            return
        if asked and verbosity > 1:
            self.stdout.write(f"Asked for: {', '.join(asked)}")
            self.stdout.flush()
