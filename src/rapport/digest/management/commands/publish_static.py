from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.digest.publication.folder import FolderRefused, Outcome
from rapport.digest.publication.publishing import publish
from rapport.digest.publication.rendering import CannotPublish
from rapport.digest.publication.sharing import WorkLost
from rapport.web.addresses import Publication, is_site_address


class Command(BaseCommand):
    help = "Write every page, export and asset as files that any web server can serve; again, to bring it up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder to serve; it becomes a link to the newest copy")
        parser.add_argument(
            "--address",
            default=settings.PUBLISH_ADDRESS or settings.SITE_ADDRESS,
            help="where the files are read; default: RAPPORT_PUBLISH_ADDRESS, or else RAPPORT_ADDRESS",
        )
        parser.add_argument(
            "--live",
            default=settings.LIVE_ADDRESS,
            help="the live site, which answers what files cannot; default: RAPPORT_LIVE_ADDRESS",
        )
        parser.add_argument(
            "--replace", action="store_true", help="publish over a folder that no publication made; other files stay"
        )

        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="how many work at it; default: one a processor"
        )

    def handle(self, *args: Any, folder: Path, replace: bool, processes: int, verbosity: int, **options: Any) -> None:
        publication = _publication(**options)
        began = time.monotonic()
        try:
            outcome = publish(folder, publication, replace=replace, processes=max(processes, 1))
        except (CannotPublish, FolderRefused, WorkLost) as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(told(outcome, folder, publication, time.monotonic() - began, verbosity))


def _publication(*, address: str, live: str, **_options: Any) -> Publication:
    address, live = address.rstrip("/"), live.rstrip("/")
    if not address:
        raise CommandError(
            "Where will the files be read? Pages name their whole address: "
            "add --address https://digest.example.org, or set RAPPORT_ADDRESS."
        )
    for name, given in (("--address", address), ("--live", live)):
        if given and not is_site_address(given):
            raise CommandError(
                f"{name} is “{given}”; it must be a site without a path, for example https://digest.example.org."
            )
    if live == address:
        raise CommandError(
            f"The live site cannot be at {live}, where the files are read. Give it an address of its own with --live."
        )
    return Publication(address=address, live=live)


def told(outcome: Outcome, folder: Path, publication: Publication, seconds: float, verbosity: int) -> str:
    """The outcome in a few lines; every name at verbosity 2."""
    lines = [
        f"{folder}: {len(outcome.written)} files written, {outcome.unchanged} unchanged, "
        f"{len(outcome.removed)} removed, in {seconds:.1f} s"
    ]
    if verbosity > 1:
        lines += [f"written: {name}" for name in outcome.written] + [f"removed: {name}" for name in outcome.removed]
    if publication.live:
        lines.append(f"searching and combining choices lead to {publication.live}")
    else:
        lines.append("searching and combining choices are not part of it; --live ADDRESS names a site that has them")
    return "\n".join(lines)
