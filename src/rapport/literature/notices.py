"""How notices about articles are asked for, and told apart. What they come to stands in `standing.py`.

Asking is apart from writing: `ask_about` answers what a service said of one article, and `actions.record_notices`
keeps it. No answer is never taken for “not retracted”.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db.models import F
from django.utils.translation import gettext as _

from rapport.literature.lookup.crossref import Crossref
from rapport.literature.lookup.record import FoundNotice, Outcome, trouble_in_words
from rapport.literature.models import Article

# Whoever was asked about in the last hours is not asked about again: a check that was cut short goes on.
FRESH = dt.timedelta(hours=12)


class Describes(Protocol):
    """What tells notices about one article apart, whoever describes them: a row, a record, a file."""

    @property
    def kind(self) -> str: ...
    @property
    def doi(self) -> str | None: ...
    @property
    def published_on(self) -> dt.date | None: ...


K = TypeVar("K", bound=Describes)
T = TypeVar("T", bound=Describes)


def is_same(known: Describes, told: Describes) -> bool:
    """Whether two descriptions are of the same notice; one may lack its DOI or its day."""
    if known.kind != told.kind:
        return False
    if known.doi and told.doi:
        return known.doi.casefold() == told.doi.casefold()
    days = (known.published_on, told.published_on)
    return not (known.doi or told.doi) or None in days or days[0] == days[1]


def matched(known: Iterable[K], told: Sequence[T]) -> tuple[list[tuple[T, K | None]], list[K]]:
    """Each of those `told` with the one `known` that it is, and those known that nobody tells of.

    A DOI decides first, so that a description without one does not take another's place.
    """
    left, found = list(known), dict[int, K]()
    for by_doi in (True, False):
        for place, one in enumerate(told):
            same = (other for other in left if is_same(other, one) and (bool(other.doi and one.doi) or not by_doi))
            if place not in found and (match := next(same, None)) is not None:
                found[place] = match
                left.remove(match)
    return [(one, found.get(place)) for place, one in enumerate(told)], left


@dataclass(frozen=True)
class Told:
    """What was answered about one article. With a `problem` there was no answer, and `notices` says nothing."""

    article: Article
    notices: tuple[FoundNotice, ...] = ()
    problem: str = ""
    answered: bool = False


def articles_to_ask_about(now: dt.datetime) -> list[Article]:
    """Every article with a DOI but those asked about just now; first those that have waited longest."""
    cited = Article.objects.exclude(doi="").exclude(notice_check__answered_at__gt=now - FRESH, notice_check__problem="")
    return list(cited.order_by(F("notice_check__asked_at").asc(nulls_first=True), "pk"))


def ask_about(article: Article, crossref: Crossref) -> Told:
    """Ask Crossref which notices there are about an article."""
    answer = crossref.notices(article.doi)
    if answer.outcome == Outcome.FOUND and answer.record is not None:
        return Told(article, answer.record.notices, answered=True)
    if answer.trouble is not None:
        return Told(article, problem=trouble_in_words(answer.name, answer.trouble))
    # It may be registered elsewhere. Then nobody tells us of notices, which is worth knowing.
    return Told(article, problem=_("Crossref does not know this DOI."), answered=True)
