from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.digest.exchange.database import read_database, without_drafts
from rapport.digest.exchange.writing import write_folder


class Command(BaseCommand):
    help = "Write the whole digest as a folder of content files that import_digest reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or empty folder")
        parser.add_argument(
            "--replace", action="store_true", help="overwrite the content files in a folder that has some"
        )
        parser.add_argument("--drafts", action="store_true", help="write drafts too, which readers do not see")

    def handle(self, *args: Any, folder: Path, replace: bool, drafts: bool, **options: Any) -> None:
        content = read_database() if drafts else without_drafts(read_database())
        if not content.entries:
            raise CommandError("The database holds no entry to export; nothing was written. Is RAPPORT_DATA right?")
        try:
            written = write_folder(content, folder, replace=replace)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(written)} files written to {folder}")
