"""Preparing an edition: for each subscriber who is due, the letter that they are to get, a few hundred at a time.

Each batch is one transaction that writes the letters, the ledger, and how far it came: whoever is killed has either
prepared a batch or not, and the next worker goes on from there. Nothing is kept in memory but one batch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from rapport.digest.models import Entry
from rapport.mailing.actions.editions import HAS_IT, edition_of, latest_arrival, newest_issue
from rapport.mailing.models import Delivery, Edition, LedgerLine, Mailing, Subscriber
from rapport.mailing.queries import entry_facts, hold_mailing, last_revisions, news_between, readers_told
from rapport.mailing.sending.claiming import goes_on
from rapport.mailing.wishes import Verdict, Wishes, chosen

BATCH = 500
# Silence before a quiet line: less than the shortest quarter has, as the line before may have come some days late.
QUIET_FOR = dt.timedelta(days=85)
RHYTHMS = {
    Edition.Kind.ISSUE: Subscriber.Rhythm.PUBLISHED,
    Edition.Kind.MONTHLY: Subscriber.Rhythm.MONTHLY,
    Edition.Kind.QUARTERLY: Subscriber.Rhythm.QUARTERLY,
}


@dataclass(frozen=True)
class Prepared:
    """One letter to be: to whom, with what, and what they had been considered for before."""

    subscriber: Subscriber
    verdicts: tuple[Verdict, ...]
    seen_from: int


def prepare_mailings(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Prepare every mailing that is open, to its end. Returns the number of letters made."""
    made = 0
    open_ones = Mailing.objects.filter(prepared_at=None).exclude(state=Mailing.State.STOPPED).order_by("edition")
    for key in list(open_ones.values_list("pk", flat=True)):
        while (letters := prepare_batch(mailing=key, now=now, size=batch)) is not None:
            made += letters
    return made


@transaction.atomic
def prepare_batch(*, mailing: int, now: dt.datetime, size: int = BATCH) -> int | None:
    """Prepare one mailing for the next `size` subscribers. Returns the letters made; None when none are left."""
    held = hold_mailing(mailing)
    if held.prepared_at is not None or held.state == Mailing.State.STOPPED:
        return None
    edition = held.edition
    # Held, so that one who changes rhythm this moment is not prepared for by two editions at once.
    due = list(
        due_subscribers(edition, now)
        .filter(pk__gt=held.prepared_through)
        .select_for_update(of=("self",))
        .order_by("pk")[:size]
    )
    if not due:
        held.prepared_at = now
        held.save(update_fields=["prepared_at"])
        return None
    prepared = list(_prepare(edition, due, now))
    _write(held, prepared, now)
    if edition.kind in RHYTHMS:
        Subscriber.objects.filter(pk__in=[one.pk for one in due], seen_through__lt=edition.through).update(
            seen_through=edition.through
        )
        held.passed_over += len(due) - len(prepared)
    held.prepared_through = due[-1].pk
    held.save(update_fields=["prepared_through", "passed_over"])
    return len(prepared)


@transaction.atomic
def send_newest_issue(*, subscriber: Subscriber, now: dt.datetime) -> Delivery | None:
    """Prepare the newest issue for somebody who has just subscribed.

    None when nothing in it is what they asked for, or when it was stopped.
    """
    issue = newest_issue(now)
    if issue is None:
        return None
    edition = edition_of(issue=issue, now=now)
    mailing = hold_mailing(edition.pk)
    Subscriber.objects.select_for_update().get(pk=subscriber.pk)  # not one who is being deleted
    facts = entry_facts(Entry.objects.filter(issue=issue, state=Entry.State.PUBLISHED))
    had = set(subscriber.ledger.values_list("entry", flat=True))
    verdicts = chosen(Wishes.of(subscriber), facts, after=0, through=latest_arrival(), had=had)
    already = Delivery.objects.filter(mailing=mailing, subscriber=subscriber).exists()
    if not verdicts or already or mailing.state == Mailing.State.STOPPED:
        return None
    goes_on(mailing)
    _write(mailing, [Prepared(subscriber, tuple(verdicts), subscriber.seen_through)], now)
    return Delivery.objects.get(mailing=mailing, subscriber=subscriber)


def due_subscribers(edition: Edition, now: dt.datetime) -> QuerySet[Subscriber]:
    """Those for whom an edition is to be prepared, whatever comes of it."""
    if edition.kind == Edition.Kind.RECALL:
        assert edition.revision is not None, "a recall tells of a revision"
        had = LedgerLine.objects.filter(
            entry=edition.entry, revision__lt=edition.revision, delivery__state__in=HAS_IT
        ).values("subscriber")
        return Subscriber.objects.filter(pk__in=had, state__in=readers_told(edition))
    today = timezone.localdate(now)
    not_paused = Q(paused_until=None) | Q(paused_until__lte=today)
    reading = Subscriber.objects.filter(not_paused, state=Subscriber.State.READING)
    if edition.kind == Edition.Kind.QUIET:
        since = edition.made_at - QUIET_FOR
        wrote = Delivery.objects.filter(due_at__gte=since).exclude(state=Delivery.State.DROPPED).values("subscriber")
        return reading.filter(joined_at__lt=since).exclude(pk__in=wrote)
    return reading.filter(rhythm=RHYTHMS[Edition.Kind(edition.kind)]).prefetch_related("topics", "research_types")


def _prepare(edition: Edition, due: list[Subscriber], now: dt.datetime) -> Iterator[Prepared]:
    """The letters that there are to be among those who are due."""
    if edition.kind not in RHYTHMS:
        yield from (Prepared(subscriber, (), subscriber.seen_through) for subscriber in due)
        return
    entries = news_between(min(subscriber.seen_through for subscriber in due), edition.through)
    had: dict[int, set[int]] = {}
    lines = LedgerLine.objects.filter(subscriber__in=due, entry__in=[facts.entry for facts in entries])
    for reader, entry in lines.values_list("subscriber", "entry"):
        had.setdefault(reader, set()).add(entry)
    for subscriber in due:
        verdicts = chosen(
            Wishes.of(subscriber),
            entries,
            after=subscriber.seen_through,
            through=edition.through,
            had=had.get(subscriber.pk, ()),
        )
        if verdicts:
            yield Prepared(subscriber, tuple(verdicts), subscriber.seen_through)


def _write(mailing: Mailing, prepared: Sequence[Prepared], now: dt.datetime) -> None:
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing,
            subscriber=one.subscriber,
            domain=one.subscriber.domain,
            seen_from=one.seen_from,
            due_at=now,
        )
        for one in prepared
    )
    revisions = last_revisions({verdict.entry for one in prepared for verdict in one.verdicts})
    LedgerLine.objects.bulk_create(
        LedgerLine(
            subscriber=one.subscriber,
            entry_id=verdict.entry,
            delivery=delivery,
            language=verdict.language,
            revision=revisions.get(verdict.entry, 0),
        )
        for one, delivery in zip(prepared, deliveries, strict=True)
        for verdict in one.verdicts
    )
