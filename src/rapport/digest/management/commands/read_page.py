from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.digest.exchange.schema import LANGUAGE
from rapport.digest.old_pages.files import PageProblem
from rapport.digest.old_pages.known import read_known
from rapport.digest.old_pages.reading import read_pages, write_drafts
from rapport.digest.old_pages.unsure import FILE


class Command(BaseCommand):
    help = "Read saved pages of an existing digest into a content folder of drafts. The database is not changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a saved page: text or HTML")
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="a new or empty folder")
        parser.add_argument("--language", default="en", help="the language of the entries, for example fr; default: en")
        parser.add_argument(
            "--replace", action="store_true", help="overwrite a folder that an earlier read_page wrote, corrections too"
        )

    def handle(
        self, *args: Any, files: list[Path], out: Path, language: str, replace: bool, verbosity: int, **options: Any
    ) -> None:
        if not LANGUAGE.fullmatch(language):
            raise CommandError(f"“{language}” is not a language; use two small letters, for example en or fr.")
        try:
            drafts = read_pages(files, read_known(language), language=language)
            names = write_drafts(drafts, out, replace=replace)
        except PageProblem as problem:
            raise CommandError(f"Nothing was written. {problem}") from problem
        except OSError as error:
            raise CommandError(str(error)) from error
        if verbosity:
            content, count = drafts.content, drafts.unsure.count
            findings = sum(len(article.findings) for article in content.articles.values())
            self.stdout.write(
                f"{_counted(len(content.entries), 'draft entry', 'draft entries')} in "
                f"{_counted(len(content.issues), 'issue')}, {_counted(findings, 'draft finding')}: "
                f"{len(names)} files in {out}\n"
                f"{_counted(count, 'thing')} to look at in {out / FILE}; then: rapport import_digest {out}"
            )


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"
