"""What is said beside the text: notes, who has it open, tasks that wait."""

from __future__ import annotations

import datetime as dt

from rapport.accounts.models import Person
from rapport.desk.models import DeskTask, Note, Presence
from rapport.digest.models import Entry


def write_note(*, entry: Entry, language: str, field: str, quote: str, text: str, by: Person, now: dt.datetime) -> Note:
    """Say something beside the paragraph of `field` that begins with `quote` (empty: beside the field itself)."""
    raise NotImplementedError


def answer_note(*, note: Note, text: str, by: Person, now: dt.datetime) -> Note:
    """Answer a note. An answer to an answer is an answer to the note; a settled note is opened again by it."""
    raise NotImplementedError


def settle_note(*, note: Note, by: Person, now: dt.datetime) -> Note:
    """Say that what the note asks is done. Doing it twice changes nothing."""
    raise NotImplementedError


def note_presence(*, entry: Entry, language: str, person: Person, now: dt.datetime) -> Presence:
    """Remember that `person` has this text open. Not a deed: the audit does not hear of it."""
    raise NotImplementedError


def leave(*, entry: Entry, language: str, person: Person) -> None:
    """Forget that `person` has this text open."""
    raise NotImplementedError


def close_task(*, task: DeskTask, outcome: str, by: Person, now: dt.datetime) -> DeskTask:
    """Say what was done about a task. Refused without an outcome; a task closed already stays as it was."""
    raise NotImplementedError
