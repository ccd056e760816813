"""Reads that several parts of mailing share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Max, OuterRef

from rapport.digest.models import Entry, EntryQuerySet, Revision
from rapport.literature.models import Finding
from rapport.mailing.models import Arrival, Delivery, Edition, LedgerLine, Mailing, Subscriber
from rapport.mailing.wishes import EFFECT_SIZES, EntryFacts, numbers_of


def entry_facts(entries: EntryQuerySet) -> list[EntryFacts]:
    """What choosing asks of each, oldest issue first. Three queries, whatever their number."""
    sized = Finding.objects.filter(
        article=OuterRef("article"), estimate__isnull=False, metric_key__in=sorted(EFFECT_SIZES)
    )
    rows = list(
        entries.annotate(has_effect_sizes=Exists(sized))
        .order_by("issue__year", "issue__month", "position", "pk")
        .prefetch_related("topics")
    )
    arrivals = numbers_of(Arrival.objects.filter(entry__in=rows))
    return [
        EntryFacts(
            entry=entry.pk,
            topics=frozenset(topic.pk for topic in entry.topics.all()),
            research_type=entry.research_type_id,
            has_effect_sizes=entry.has_effect_sizes,  # type: ignore[attr-defined]  # annotated above
            language=entry.language,
            arrivals=arrivals.get(entry.pk, {}),
        )
        for entry in rows
    ]


def news_between(after: int, through: int) -> list[EntryFacts]:
    """The facts of every entry with news in some language among these arrivals, in the order of the digest."""
    news = Arrival.objects.filter(pk__gt=after, pk__lte=through, is_news=True).values("entry")
    return entry_facts(Entry.objects.filter(pk__in=news, state=Entry.State.PUBLISHED))


def last_revisions(entries: Iterable[int]) -> dict[int, int]:
    """The number of the newest revision of each entry."""
    counted = Revision.objects.filter(entry__in=list(entries)).values("entry").annotate(last=Max("number"))
    return {row["entry"]: row["last"] for row in counted.order_by()}


def readers_told(edition: Edition) -> tuple[str, ...]:
    """The states of readers who get its letters: a recall goes to those who have unsubscribed, too."""
    if edition.kind == Edition.Kind.RECALL:
        return (Subscriber.State.READING, Subscriber.State.STOPPED)
    return (Subscriber.State.READING,)


def hold_mailing(mailing: int) -> Mailing:
    """The mailing with its edition, held to the end of the transaction."""
    return Mailing.objects.select_for_update(of=("self",)).select_related("edition").get(pk=mailing)


def lines_of(delivery: Delivery) -> list[LedgerLine]:
    """What a letter told of: its entries, or the one that a recall is about."""
    edition = delivery.mailing.edition
    if edition.kind != Edition.Kind.RECALL:
        return list(delivery.lines.exclude(entry__state=Entry.State.DRAFT).order_by("pk"))
    line = delivery.subscriber.ledger.filter(entry=edition.entry).exclude(entry__state=Entry.State.DRAFT).first()
    if line is None:
        return []
    before = Revision.objects.filter(entry=edition.entry, number__lt=edition.revision, kind=Revision.Kind.PUBLISHED)
    line.revision = before.order_by("-number").values_list("number", flat=True).first() or 0
    return [line]


def all_that_is_held(subscriber: Subscriber) -> dict[str, Any]:
    """Everything about one reader, in plain words, for them to take away."""
    return {
        "address": subscriber.address,
        "state": subscriber.state,
        "language": subscriber.language,
        "takes other languages": subscriber.takes_other_languages,
        "topics": [topic.key for topic in subscriber.topics.all()],
        "research types": [kind.key for kind in subscriber.research_types.all()],
        "evidence": subscriber.evidence,
        "rhythm": subscriber.rhythm,
        "paused until": _day(subscriber.paused_until),
        "source": subscriber.source,
        "consent": subscriber.consent,
        "consented at": _day(subscriber.consented_at),
        "joined at": _day(subscriber.joined_at),
        "ended at": _day(subscriber.ended_at),
        "letters in a row that came back for now": subscriber.soft_bounces,
        "letters": [
            {
                "edition": str(delivery.mailing.edition),
                "state": delivery.state,
                "sent at": _day(delivery.ended_at),
                "problem": delivery.problem,
                "came back": delivery.came_back,
                "what came back": [
                    {"kind": one.kind, "said": one.said, "came at": _day(one.came_at)} for one in delivery.returns.all()
                ],
                "entries": [line.entry.slug for line in delivery.lines.all()],
            }
            for delivery in subscriber.deliveries.select_related(
                "mailing__edition__issue", "mailing__edition__entry"
            ).prefetch_related("lines__entry", "returns")
        ],
        "mailed links": [
            {
                "purpose": link.purpose,
                "address": link.address,
                "made at": _day(link.made_at),
                "expires at": _day(link.expires_at),
                "used at": _day(link.used_at),
            }
            for link in subscriber.mailed_links.all()
        ],
        "reading log": [
            {
                "entry": line.entry.slug,
                "answer": line.answer,
                "answered on": _day(line.answered_on),
                "minutes": line.minutes,
                "reflection": line.reflection,
            }
            for line in subscriber.reading_log.select_related("entry")
        ],
    }


def _day(moment: dt.date | None) -> str | None:
    return moment.isoformat() if moment else None
