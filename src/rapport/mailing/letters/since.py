"""What has happened to the entries of a letter since it was sent: its page shows them as they are now, and says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from rapport.digest.models import Revision
from rapport.mailing.actions.editions import RECALLED_BY
from rapport.mailing.letters.composing import told_of
from rapport.mailing.letters.content import LetterContent, Told
from rapport.mailing.models import Delivery, Edition, LedgerLine


def with_what_happened_since(content: LetterContent, delivery: Delivery, lines: Sequence[LedgerLine]) -> LetterContent:
    """The content of a letter, each entry with what was made known of it after the letter had gone."""
    if delivery.ended_at is None:
        return content
    had = {line.entry_id: _had(delivery, line) for line in lines}
    known = Revision.objects.filter(entry__in=had, kind__in=RECALLED_BY).order_by("number")
    since: dict[int, tuple[Told, ...]] = {}
    for revision in known:
        if _is_later(revision, had[revision.entry_id], delivery.ended_at):
            told = told_of(revision, content.language)
            since[revision.entry_id] = (*since.get(revision.entry_id, ()), told)
    entries = tuple(replace(entry, since=since.get(entry.pk, ())) for entry in content.entries)
    further = tuple(replace(entry, since=since.get(entry.pk, ())) for entry in content.further)
    return replace(content, entries=entries, further=further)


def _had(delivery: Delivery, line: LedgerLine) -> int:
    """The last revision that the letter itself told of, as far as the ledger knows: a recall moves its line on."""
    edition = delivery.mailing.edition
    return (edition.revision or 0) if edition.kind == Edition.Kind.RECALL else line.revision


def _is_later(revision: Revision, had: int, sent_at: dt.datetime) -> bool:
    if revision.number > had:
        return True
    if revision.made_at is not None:
        return revision.made_at > sent_at
    return revision.made_on > timezone.localdate(sent_at)
