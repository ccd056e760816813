"""Who is at what: entries by stage, an entry's history, notes, tasks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from rapport.accounts.models import Person
from rapport.desk.models import Acknowledgement, DeskTask, Note
from rapport.digest.models import Entry, Issue

STAGES = ("draft", "in-review", "approved", "scheduled", "published", "corrected", "withdrawn")
HERE = dt.timedelta(seconds=45)  # for how long after a sign of life somebody counts as having a text open


@dataclass(frozen=True)
class AtTheDesk:
    """A line of the overview: an entry, its stage (one of `STAGES`), its newest title and who wrote it when."""

    entry: Entry
    stage: str
    title: str
    author: Person | None
    changed_at: dt.datetime
    open_notes: int = 0


@dataclass(frozen=True)
class Happening:
    """Something in an entry's history. `kind`: the audit's word (“entry.approved”), or “version” or “revision”."""

    at: dt.datetime
    kind: str
    who: str
    sentence: str
    language: str = ""
    reason: str = ""
    number: int | None = None  # of a version or a revision
    details: dict[str, Any] = field(default_factory=dict)


def stage_of(entry: Entry) -> str:
    """Where the entry stands, one of `STAGES`. A published entry whose newest words wait is at their stage."""
    raise NotImplementedError


def at_the_desk(person: Person | None = None) -> dict[str, list[AtTheDesk]]:
    """The entries that are being made, by stage (those of `STAGES` up to scheduled), the longest untouched last.

    With `person`, only those they wrote.
    """
    raise NotImplementedError


def issues_at_the_desk() -> list[Issue]:
    """The issues that are planned and not out, the soonest first, with `plan` and their entries in order."""
    raise NotImplementedError


def entries_to_place() -> list[Entry]:
    """Drafts that stand in no issue, with their texts, approved ones first."""
    raise NotImplementedError


def history(entry: Entry) -> list[Happening]:
    """All that happened to an entry, the newest first: versions, stages, acknowledgements, revisions. Four queries."""
    raise NotImplementedError


def notes_of(entry: Entry, language: str) -> list[tuple[Note, list[Note]]]:
    """Each note beside the text with its answers, oldest first; open ones before settled ones."""
    raise NotImplementedError


def acknowledgements_of(entry: Entry, language: str | None = None) -> list[Acknowledgement]:
    """Those that hold (were not taken back), with who made them."""
    raise NotImplementedError


def open_tasks() -> list[DeskTask]:
    """What waits for somebody, the newest first, with what it is about."""
    raise NotImplementedError


def who_else(entry: Entry, language: str, person: Person, now: dt.datetime) -> list[Person]:
    """The others who have this text open, by name."""
    raise NotImplementedError


def entry_by_preview_token(token: str, now: dt.datetime) -> Entry | None:
    """The entry that a link's token opens now; None when it has expired, was revoked, or never was."""
    raise NotImplementedError
