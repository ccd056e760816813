"""Reads that several parts of mailing share."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, Max, OuterRef

from rapport.digest.models import EntryQuerySet, Revision
from rapport.literature.models import Finding
from rapport.mailing.models import Arrival
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


def last_revisions(entries: Iterable[int]) -> dict[int, int]:
    """The number of the newest revision of each entry."""
    counted = Revision.objects.filter(entry__in=list(entries)).values("entry").annotate(last=Max("number"))
    return {row["entry"]: row["last"] for row in counted.order_by()}
