"""Take a copy of everything while the site runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rapport.config.backups.making import make_backup
from rapport.config.backups.manifest import BackupProblem


class Command(BaseCommand):
    help = "Copy the database, and the digest as files, into a new folder. The site may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new folder, for example /backups/2024-06-03")

    def handle(self, *args: Any, folder: Path, verbosity: int, **options: Any) -> None:
        try:
            manifest = make_backup(folder, now=timezone.now())
        except BackupProblem as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"{folder}: {sum(manifest.rows.values())} rows, {len(manifest.files)} files, checked.")
