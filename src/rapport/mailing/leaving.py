"""Who left and who wants no mail, kept beside the database, so that a copy of it that is brought back knows it too.

A line a deed, in a file that is only added to: when, what, and of whom a keyed hash, from which no address can be
read. The file is written before the database keeps the deed: if only one of both is written, it is the one that
lets somebody go.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from rapport.mailing.models import MailedLink, Mailing, MailRules, Subscriber, Suppression
from rapport.mailing.tokens import suppression_key

log = logging.getLogger("rapport.mailing")

STOPPED, SILENT, COMPLAINED, DELETED, BEGAN = "stopped", "silent", "complained", "deleted", "began"


def note(folded: str, did: str, now: dt.datetime) -> None:
    """Keep that the reader at this address did it. A disk that is full lets nobody be kept who wants to go."""
    line = json.dumps({"at": now.isoformat(), "who": suppression_key(folded), "did": did}) + "\n"
    try:
        descriptor = os.open(settings.LEAVING_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        log.exception("What a reader asked for could not be kept in %s", settings.LEAVING_FILE)


def noted(since: dt.datetime) -> Iterator[tuple[dt.datetime, str, str]]:
    """When, who (as a keyed hash) and what, of all that was noted after `since`, in order."""
    path = Path(settings.LEAVING_FILE)
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            told = json.loads(line)
            at = dt.datetime.fromisoformat(told["at"])
            who, did = str(told["who"]), str(told["did"])
        except (ValueError, TypeError, KeyError):
            continue  # half a line, of a power cut
        if at > since:
            yield at, who, did


@transaction.atomic
def replay(since: dt.datetime) -> int:
    """Let everybody go again who left after `since`, the moment of the copy. Returns how many readers that concerns.

    Letters that were on their way wait until somebody lets them go, and so does each new one: some may have gone.
    """
    Mailing.objects.filter(state=Mailing.State.GOING).update(state=Mailing.State.HELD)
    MailRules.objects.update(waits_for_go=True)
    deeds: dict[str, list[tuple[dt.datetime, str]]] = {}
    for at, who, did in noted(since):
        deeds.setdefault(who, []).append((at, did))
    if not deeds:
        return 0
    for who, of_one in deeds.items():
        _suppress_again(who, of_one)
    readers = Subscriber.objects.only("folded", "address", "state").iterator(chunk_size=1000)
    found = [(reader, deeds[key]) for reader in readers if (key := suppression_key(reader.folded)) in deeds]
    for reader, of_one in found:
        _go_again(reader, *of_one[-1])
    return len(found)


def _suppress_again(who: str, deeds: list[tuple[dt.datetime, str]]) -> None:
    """Whoever complained, or wanted no mail at all and had all deleted, gets none: the hash is all it takes."""
    was_silent = False
    for at, did in deeds:
        if did == COMPLAINED or (did == DELETED and was_silent):
            why = Suppression.Why.COMPLAINT if did == COMPLAINED else Suppression.Why.ASKED
            Suppression.objects.get_or_create(key=who, defaults={"why": why, "made_at": at})
        was_silent = did in (SILENT, COMPLAINED)


def _go_again(reader: Subscriber, at: dt.datetime, did: str) -> None:
    """What somebody did last is what holds."""
    if did == DELETED:
        MailedLink.objects.filter(address=reader.address).delete()
        reader.delete()
    elif did in (STOPPED, SILENT, COMPLAINED):
        state = Subscriber.State.STOPPED if did == STOPPED else Subscriber.State.SILENT
        Subscriber.objects.filter(pk=reader.pk).update(state=state, ended_at=at)
