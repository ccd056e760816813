"""What came back after a letter was sent: a bounce or a complaint, as a mailbox or a provider told it."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction

from rapport.mailing import leaving
from rapport.mailing.actions.subscribing import end, suppress, unsubscribe
from rapport.mailing.models import Delivery, MailedLink, Return, Subscriber, Suppression
from rapport.mailing.recording import record_of_letter
from rapport.mailing.sending.posting import LONGEST_SAYING

# So many letters in a row that could not be delivered “for now”, and no more are sent.
MOST_SOFT_BOUNCES = 5
LONGEST_READ = 4 * LONGEST_SAYING  # of what was said: anybody may have written it, at any length
ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
# What is kept of a letter that comes back more than once.
WEIGHT = {Delivery.Came.NOTHING: 0, Delivery.Came.SOFT: 1, Delivery.Came.HARD: 2, Delivery.Came.COMPLAINT: 3}


@transaction.atomic
def keep_return(*, key: str, kind: str, delivery: Delivery, said: str, now: dt.datetime) -> bool:
    """A letter came back. Whether this is news: `key` says which return it is, and it counts once.

    Hard: no more letters. Soft: counted once a letter; no more letters when too many in a row did not arrive. A
    complaint: no mail at all, and the address is suppressed. A letter that was sent before they showed that mail
    reaches them (they moved, or subscribed anew) says nothing about the address of now. What was `said` is kept
    without addresses, because it outlives its reader's deletion.
    """
    reader = Subscriber.objects.select_for_update().filter(pk=delivery.subscriber_id).first()
    held = Delivery.objects.select_for_update(of=("self",)).select_related("mailing__edition").filter(pk=delivery.pk)
    letter = held.first()
    if reader is None or letter is None:  # all about them has been deleted meanwhile
        return False
    facts = {"kind": kind, "delivery": delivery, "said": without_addresses(said), "came_at": now}
    _kept, is_news = Return.objects.get_or_create(key=key, defaults=facts)
    if not is_news:
        return False
    is_first = letter.came_back == Delivery.Came.NOTHING
    if WEIGHT[Delivery.Came(kind)] > WEIGHT[Delivery.Came(letter.came_back)]:
        letter.came_back = kind
        letter.save(update_fields=["came_back"])
    if kind == Return.Kind.COMPLAINT:
        leaving.note(reader.folded, leaving.COMPLAINED, now)
        suppress(folded=reader.folded, why=Suppression.Why.COMPLAINT, now=now)
        if reader.state != Subscriber.State.SILENT:
            end(reader, Subscriber.State.SILENT, now)
    elif not _has_been_reached_since(reader, letter):
        if kind == Return.Kind.SOFT and is_first:
            reader.soft_bounces += 1
            reader.save(update_fields=["soft_bounces"])
        is_over = kind == Return.Kind.HARD or reader.soft_bounces >= MOST_SOFT_BOUNCES
        if is_over and reader.state == Subscriber.State.READING:
            end(reader, Subscriber.State.FAILING, now)
    record_of_letter("letter.returned", letter.mailing.edition, by=None, now=now, delivery=letter.pk, kind=kind)
    return True


@transaction.atomic
def unsubscribed_elsewhere(*, delivery: Delivery, now: dt.datetime) -> None:
    """They unsubscribed at the provider that delivers our letters, by a link of its own."""
    try:
        unsubscribe(subscriber=delivery.subscriber, now=now)
    except Subscriber.DoesNotExist:  # all about them has been deleted meanwhile
        return
    edition = delivery.mailing.edition
    record_of_letter("letter.unsubscribed-elsewhere", edition, by=None, now=now, delivery=delivery.pk)


def without_addresses(said: str) -> str:
    """What a machine said, as far as it is kept, and as any database keeps it: PostgreSQL takes no NUL."""
    return ADDRESS.sub("…", said.replace("\0", "")[:LONGEST_READ])[:LONGEST_SAYING]


def _has_been_reached_since(reader: Subscriber, delivery: Delivery) -> bool:
    """Whether they have used a link that was mailed to their address after the letter had gone."""
    went = delivery.ended_at or delivery.claimed_at
    if delivery.domain != reader.domain or went is None or reader.consented_at > went:
        return True
    moved = MailedLink.objects.filter(subscriber=reader, purpose=MailedLink.Purpose.MOVE, used_at__gt=went)
    return moved.exists()
