"""What a reader makes of an entry, kept for themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Written:
    """How long somebody took over an entry, as they say themselves, and what they think of it."""

    minutes: int | None
    reflection: str


@transaction.atomic
def write_log(*, subscriber: Subscriber, written: Mapping[int, Written]) -> None:
    """All or none of what somebody wrote, by the keys of the lines of their log. Lines of others stay as they are."""
    for line in ReadingLogLine.objects.select_for_update().filter(subscriber=subscriber, pk__in=written):
        said = written[line.pk]
        line.minutes, line.reflection = said.minutes, said.reflection[:LONGEST_REFLECTION].strip()
        line.save(update_fields=["minutes", "reflection"])
