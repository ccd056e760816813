"""What the buttons of the editing page do once the words are saved. Each says where on the page it leads back to."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.desk import queries
from rapport.desk.actions import (
    acknowledge,
    answer_note,
    confirm_translation,
    settle_note,
    take_back_acknowledgement,
    write_note,
)
from rapport.desk.editing import number_check
from rapport.desk.fields import FIELDS
from rapport.desk.models import Note
from rapport.desk.refusals import Refused
from rapport.desk.views.editor.sent import Sent, read_number


def _acknowledge(sent: Sent) -> str:
    holding = queries.acknowledgements_in(sent.texts, entry=sent.entry, language=sent.language)
    check = number_check(sent.entry, sent.texts, sent.language, acknowledgements=holding)
    line = next((line for line in check.lines if line.key == sent.about), None)
    if line is None:
        raise Refused(_("This figure does not stand in the text any more. Look at the list again."))
    acknowledge(
        entry=sent.entry,
        language=sent.language,
        figure=line.figure.text,
        sentence=line.figure.sentence,
        reason=sent.typed.reasons.get(sent.about, ""),
        by=sent.by,
        now=timezone.now(),
    )
    return "#check"


def _take_back(sent: Sent) -> str:
    holding = queries.acknowledgements_of(sent.entry).filter(language=sent.language)
    found = holding.filter(pk=read_number(sent.about)).first()
    if found:
        take_back_acknowledgement(acknowledgement=found, by=sent.by, now=timezone.now())
    return "#check"


def _write_note(sent: Sent) -> str:
    write_note(
        entry=sent.entry,
        language=sent.language,
        field=sent.about,
        quote=sent.typed.notes_at.get(sent.about, ""),
        text=sent.typed.notes.get(sent.about, ""),
        by=sent.by,
        now=timezone.now(),
    )
    return f"#notes-{sent.about}" if sent.about in FIELDS else ""


def _answer_note(sent: Sent) -> str:
    note = _note(sent)
    answer_note(note=note, text=sent.typed.answers.get(sent.about, ""), by=sent.by, now=timezone.now())
    return f"#notes-{note.field}"


def _settle_note(sent: Sent) -> str:
    note = _note(sent)
    settle_note(note=note, by=sent.by, now=timezone.now())
    return f"#notes-{note.field}"


def _note(sent: Sent) -> Note:
    note = Note.objects.filter(entry=sent.entry, language=sent.language, pk=read_number(sent.about)).first()
    if note is None:
        raise Refused(_("This note is not here any more."))
    return note


def _up_to_date(sent: Sent) -> str:
    confirm_translation(
        entry=sent.entry, language=sent.language, original=sent.original, by=sent.by, now=timezone.now()
    )
    return ""


DEEDS: dict[str, Callable[[Sent], str]] = {
    "acknowledge": _acknowledge,
    "take-back": _take_back,
    "note": _write_note,
    "answer": _answer_note,
    "settle": _settle_note,
    "up-to-date": _up_to_date,
}
