"""Subscribers as the desk lists and counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from rapport.mailing.addresses import BadAddress, parse_address
from rapport.mailing.models import Subscriber, Suppression


@dataclass(frozen=True)
class SubscriberCounts:
    """How many there are by state; and of those who get letters, by rhythm and by language."""

    by_state: Mapping[str, int]
    by_rhythm: Mapping[str, int]
    by_language: Mapping[str, int]


def subscribers_listed(
    *, address: str = "", state: str = "", rhythm: str = "", language: str = ""
) -> QuerySet[Subscriber]:
    """Those whose address has `address` in it, however it is written, by address. Empty: any."""
    wanted = {"state": state, "rhythm": rhythm, "language": language}
    found = Subscriber.objects.filter(**{name: value for name, value in wanted.items() if value})
    if address:
        found = found.filter(folded__contains=_as_kept(address))
    return found.order_by("folded").prefetch_related("topics")


def _as_kept(typed: str) -> str:
    """A whole address as it is kept, also of a domain that is not in plain letters; a part of one in small letters."""
    try:
        return parse_address(typed).folded
    except BadAddress:
        return typed.casefold()


def count_subscribers() -> SubscriberCounts:
    """One query, whatever there is."""
    by_state: Counter[str] = Counter()
    by_rhythm: Counter[str] = Counter()
    by_language: Counter[str] = Counter()
    rows = Subscriber.objects.order_by().values_list("state", "rhythm", "language").annotate(count=Count("pk"))
    for state, rhythm, language, count in rows:
        by_state[state] += count
        if state == Subscriber.State.READING:
            by_rhythm[rhythm] += count
            by_language[language] += count
    return SubscriberCounts(by_state, by_rhythm, by_language)


def count_suppressed() -> dict[str, int]:
    """How many addresses must get no mail, by why."""
    return dict(Suppression.objects.order_by().values_list("why").annotate(count=Count("pk")))
