"""What a reader makes of an entry, kept for themselves."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from rapport.digest.models import Entry
from rapport.mailing.models import ReadingLogLine, Subscriber

LONGEST_REFLECTION = 4000
MOST_MINUTES = 600


@transaction.atomic
def answer(*, subscriber: Subscriber, entry: Entry, answer: str, now: dt.datetime) -> ReadingLogLine:
    """“Would this change what you do?” Answered anew, it replaces the answer, and keeps what was written."""
    Subscriber.objects.select_for_update().get(pk=subscriber.pk)  # not one who is being deleted
    line, _is_new = ReadingLogLine.objects.update_or_create(
        subscriber=subscriber,
        entry=entry,
        defaults={"answer": answer},
        create_defaults={"answer": answer, "answered_on": timezone.localdate(now)},
    )
    return line


@transaction.atomic
def write_log_line(*, subscriber: Subscriber, entry: Entry, minutes: int | None, reflection: str) -> ReadingLogLine:
    """How long they took, as they say themselves, and what they think of it."""
    line = ReadingLogLine.objects.select_for_update().get(subscriber=subscriber, entry=entry)
    line.minutes, line.reflection = minutes, reflection[:LONGEST_REFLECTION].strip()
    line.save(update_fields=["minutes", "reflection"])
    return line
