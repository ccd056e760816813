"""What is said beside the text: notes, who has it open, tasks that wait."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.models import Person
from rapport.audit.actions import record
from rapport.desk.actions.locking import hold
from rapport.desk.audit_words import about
from rapport.desk.cleaning import clean_line, clean_text
from rapport.desk.fields import FIELDS
from rapport.desk.models import DeskTask, Note, Presence
from rapport.desk.refusals import Refused
from rapport.digest.models import Entry

LONGEST_NOTE = 5_000
LONGEST_QUOTE = 120


@transaction.atomic
def write_note(*, entry: Entry, language: str, field: str, quote: str, text: str, by: Person, now: dt.datetime) -> Note:
    """Say something beside the paragraph of `field` that begins with `quote` (empty: beside the field itself)."""
    if field not in FIELDS:
        raise Refused(_("An entry has no field “%(field)s”.") % {"field": field[:40]})
    text = clean_text(text, _("The note"), longest=LONGEST_NOTE, needed=True)
    quote = clean_line(quote[: LONGEST_QUOTE * 2], _("The paragraph"))[:LONGEST_QUOTE]
    held = hold(entry)
    note = Note.objects.create(
        entry=held, language=language[:8], field=field, quote=quote, text=text, by=by, made_at=now
    )
    record(stream="digest", by=by, did="note.written", about=about(held), now=now, note=note.pk, language=language)
    return note


@transaction.atomic
def answer_note(*, note: Note, text: str, by: Person, now: dt.datetime) -> Note:
    """Answer a note. An answer to an answer is an answer to the note; a settled note is opened again by it."""
    text = clean_text(text, _("The answer"), longest=LONGEST_NOTE, needed=True)
    held = hold(note.entry)
    first = note.answers or note
    if first.settled_at:
        first.settled_by = first.settled_at = None
        first.save(update_fields=["settled_by", "settled_at"])
    answer = Note.objects.create(
        entry=held,
        language=first.language,
        field=first.field,
        quote=first.quote,
        text=text,
        by=by,
        made_at=now,
        answers=first,
    )
    record(stream="digest", by=by, did="note.answered", about=about(held), now=now, note=first.pk)
    return answer


@transaction.atomic
def settle_note(*, note: Note, by: Person, now: dt.datetime) -> Note:
    """Say that what the note asks is done. Doing it twice changes nothing."""
    held = hold(note.entry)
    first = note.answers or note
    settled = Note.objects.filter(pk=first.pk, settled_at=None).update(settled_by=by, settled_at=now)
    first.refresh_from_db()
    if settled:
        record(stream="digest", by=by, did="note.settled", about=about(held), now=now, note=first.pk)
    return first


def note_presence(*, entry: Entry, language: str, person: Person, now: dt.datetime) -> Presence:
    """Remember that `person` has this text open. Not a deed: the audit does not hear of it."""
    seen, _new = Presence.objects.update_or_create(
        entry=entry, language=language[:8], person=person, defaults={"seen_at": now}
    )
    return seen


@transaction.atomic
def close_task(*, task: DeskTask, outcome: str, by: Person, now: dt.datetime) -> DeskTask:
    """Say what was done about a task. Refused without an outcome; a task closed already stays as it was."""
    outcome = clean_line(outcome, _("What was done"), needed=True)
    closed = DeskTask.objects.filter(pk=task.pk, done_at=None).update(done_by=by, done_at=now, outcome=outcome)
    task.refresh_from_db()
    if closed:
        subject = task.entry or task.issue
        named = about(subject) if subject else ""
        record(stream="digest", by=by, did="task.closed", about=named, now=now, task=task.pk, outcome=outcome)
    return task
