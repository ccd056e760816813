"""From saved pages to a content folder of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rapport.digest.exchange.writing import write_folder
from rapport.digest.old_pages.drafting import Drafts, draft
from rapport.digest.old_pages.entries import find_entries
from rapport.digest.old_pages.files import PageProblem, open_page
from rapport.digest.old_pages.known import Known
from rapport.digest.old_pages.unsure import FILE, written


def read_pages(files: Sequence[Path], known: Known, *, language: str) -> Drafts:
    """The drafts of these pages. Raises `PageProblem` when a file is no page, or holds no entry."""
    pages = []
    for file in files:
        page = find_entries(open_page(file))
        if not page.entries:
            raise PageProblem(f"{file} {_why_nothing(page.months)}")
        pages.append((file.name, page))
    return draft(pages, known, language=language)


def _why_nothing(months: Sequence[str]) -> str:
    if not months:
        return (
            "has no heading of a month, such as “May 2021”, and nothing that looks like an entry. Is it the page of "
            "a digest, saved whole? A line with the month above each month’s entries is enough."
        )
    named = ", ".join(months[:3]) + (" …" if len(months) > 3 else "")
    return (
        f"has headings of months ({named}), but no entry below them: a title on a line of its own, and a text of a few "
        "lines. If the page only lists titles, save the entries’ pages."
    )


def write_drafts(drafts: Drafts, folder: Path, *, replace: bool) -> list[str]:
    """Write the folder and its `UNSURE.md`. Raises `FileExistsError`.

    `replace` overwrites only what an earlier reading wrote, since it removes files: never a digest's content.
    """
    if replace and folder.is_dir() and any(folder.iterdir()) and not (folder / FILE).is_file():
        raise FileExistsError(
            f"{folder} was not written by read_page (it holds no {FILE}), so that --replace would remove what is "
            "yours. Name another folder."
        )
    names = write_folder(drafts.content, folder, replace=replace)
    (folder / FILE).write_text(written(drafts.unsure), encoding="utf-8", newline="\n")
    return names
