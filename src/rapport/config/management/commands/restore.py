"""Bring a copy back into an empty place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.config.backups.manifest import BackupProblem
from rapport.config.backups.restoring import restore_backup


class Command(BaseCommand):
    help = "Bring back what `rapport backup` copied, into a database that is empty. Nothing is overwritten."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that `rapport backup` made")
        parser.add_argument(
            "--left",
            type=Path,
            metavar="FILE",
            help="readers-who-left.jsonl of the data directory put aside: whoever left since the copy stays away",
        )

    def handle(self, *args: Any, folder: Path, left: Path | None, verbosity: int, **options: Any) -> None:
        def say(line: str) -> None:
            if verbosity:
                self.stdout.write(line)
                self.stdout.flush()

        try:
            manifest = restore_backup(folder, left=left, say=say)
        except BackupProblem as error:
            raise CommandError(str(error)) from error
        say(
            f"Restored: {sum(manifest.rows.values())} rows as they were on {manifest.made_at:%Y-%m-%d at %H:%M} UTC. "
            "Everybody signs in anew. Run `rapport collectstatic --noinput`, then `rapport doctor`."
        )
