from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.digest.exchange.importing import Report, import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.old_pages import unsure


class Command(BaseCommand):
    help = "Import a folder of content files: all of it or, when anything in it is wrong, nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder, for example content")
        parser.add_argument(
            "--prune", action="store_true", help="remove from the database what the folder no longer holds"
        )
        parser.add_argument(
            "--replace",
            action="append",
            default=[],
            metavar="NAME",
            help="what to overwrite although it was edited at the desk: an entry by its slug, an issue by its month, "
            "site.yml, pages/about.en.md, topics.yml:alliance; give it once for each",
        )

    def handle(self, *args: Any, folder: Path, prune: bool, replace: list[str], verbosity: int, **options: Any) -> None:
        if prune and (folder / unsure.FILE).is_file():
            raise CommandError(
                f"{folder} was made by read_page: it is a part of a digest, and --prune would delete all the rest. "
                "Import it without --prune; nothing was changed."
            )
        try:
            report = import_folder(folder, prune=prune, replace=replace)
        except ContentProblems as error:
            count = len(error.problems)
            found = "1 problem" if count == 1 else f"{count} problems"
            raise CommandError(f"Nothing was imported; {found} to mend in {folder}:\n\n{error}\n") from error
        if verbosity:
            self.stdout.write(told(report, verbosity))


def told(report: Report, verbosity: int) -> str:
    """The report in a few lines; every name at verbosity 2."""
    lines = []
    for word, by_kind in (("new", report.created), ("changed", report.changed), ("removed", report.removed)):
        for kind, keys in by_kind.items():
            names = (
                ", ".join(keys)
                if verbosity > 1 or len(keys) <= 5
                else f"{', '.join(keys[:3])} and {len(keys) - 3} more"
            )
            lines.append(f"{word}: {len(keys)} {kind.replace('_', ' ')} ({names})")
    lines.append(f"as before: {report.unchanged}")
    if report.unannounced:
        lines.append(
            f"note: {len(report.unannounced)} published entries changed without a new revision "
            f"({', '.join(report.unannounced[:5])}{' …' if len(report.unannounced) > 5 else ''}); "
            "when what an entry says was corrected, add a revision so that readers are told"
        )
    if report.notices_stay:
        lines.append(
            f"left alone: notices about {len(report.notices_stay)} articles that their files do not hold "
            f"({', '.join(report.notices_stay[:5])}{' …' if len(report.notices_stay) > 5 else ''}); "
            "readers go on seeing them. Export to have them in the files"
        )
    for kind, keys in report.only_in_database.items():
        lines.append(
            f"left alone: {len(keys)} {kind.replace('_', ' ')} that the folder does not hold ({', '.join(keys[:5])}"
            f"{' …' if len(keys) > 5 else ''}); they stay as they are (--prune would delete them)"
        )
    return "\n".join(lines)
