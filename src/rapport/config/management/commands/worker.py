"""Do what was left to be done in the background."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

SECONDS_BETWEEN_LOOKS = 1.0
log = logging.getLogger("rapport.jobs")


class PatientWorker(Worker):
    """One that outlives a database which is away, or which somebody else writes to for long."""

    def run(self) -> None:
        while True:
            try:
                return super().run()
            except OperationalError as error:
                if self.batch or not self.running:
                    raise
                log.warning("The worker could not look: %s", " ".join(str(error).split()))
                connections.close_all()
                time.sleep(self.interval)


class Command(BaseCommand):
    help = "Do what the schedule and the site leave to be done in the background, until stopped. Any number may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits now, and stop")

    def handle(self, *args: Any, once: bool, verbosity: int, **options: Any) -> None:
        # A task a minute is no news. What fails is logged by the job itself, and by the library as an error.
        level = logging.ERROR if verbosity < 2 else logging.INFO
        for name in ("django_tasks", "django_tasks_db"):
            logging.getLogger(name).setLevel(level)
        worker = PatientWorker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=SECONDS_BETWEEN_LOOKS,
            batch=once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        worker.configure_signals()
        if verbosity:
            self.stdout.write("The worker runs.")
            self.stdout.flush()
        worker.run()
