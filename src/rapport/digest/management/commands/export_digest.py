from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.writing import write_folder


class Command(BaseCommand):
    help = "Write the whole digest, drafts too, as a folder of content files that import_digest reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or empty folder")
        parser.add_argument(
            "--replace", action="store_true", help="overwrite the content files in a folder that has some"
        )

    def handle(self, *args: Any, folder: Path, replace: bool, **options: Any) -> None:
        try:
            written = write_folder(read_database(), folder, replace=replace)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(written)} files written to {folder}")
