"""What is still to do before an entry, or an issue, can go out: a checklist of whole sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapport.digest.models import Entry, Issue

if TYPE_CHECKING:
    from rapport.desk.checking import Checked


class Status(StrEnum):
    DONE = "done"
    OPEN = "open"  # worth a look; does not keep it from going out
    BLOCKING = "blocking"


@dataclass(frozen=True)
class Item:
    """One line of a checklist. `key` says which: title, summary, implications, shelves, contradicted, unsupported,
    questions, doubts, notes, translation, approved; of an issue also: entries, teaser, entry."""

    key: str
    status: Status
    sentence: str
    language: str = ""
    entry: Entry | None = None


@dataclass(frozen=True)
class Checklist:
    items: tuple[Item, ...]

    @property
    def blocking(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.status is Status.BLOCKING)

    @property
    def open(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.status is Status.OPEN)

    @property
    def ready(self) -> bool:
        """Whether it can go out."""
        return not self.blocking

    @property
    def approvable(self) -> bool:
        """Whether nothing but the approval itself is missing."""
        return all(item.key == "approved" for item in self.blocking)


def check_of(entry: Entry, language: str) -> Checked:
    """The number check of an entry's newest words, with what was acknowledged."""
    raise NotImplementedError


def readiness(entry: Entry, language: str | None = None) -> Checklist:
    """What an entry still needs; with `language`, what its text in that language needs.

    Its own language must be ready. A translation that is not stays behind and is told as open, unless it is asked
    about by `language`.
    """
    raise NotImplementedError


def issue_readiness(issue: Issue) -> Checklist:
    """What an issue still needs: two or three entries, its line in the site's languages, each entry ready."""
    raise NotImplementedError
