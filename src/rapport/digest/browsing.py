"""Browse: topics, research types, years and language together, each choice with its count.

Topics narrow (an entry must stand under all of them); types and years widen (an entry has one of each);
language is one. A choice's count is the number of entries that fit it and the choices in the other groups
(for a topic: in its own group too).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, F, Max, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.digest.models import Entry, EntryQuerySet
from rapport.literature.models import ResearchType, Shelf, Topic
from rapport.web.addresses import Publication
from rapport.web.unknown import NotUnderstood, Way

T = TypeVar("T")
PARAMETERS = ("topic", "type", "year", "language", "page")
MOST_CHOICES = 40


@dataclass(frozen=True)
class Selection:
    """What a reader has chosen, as it stands in the address."""

    topics: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.topics or self.types or self.years or self.language)

    def query(self) -> str:
        """The selection as a query string, always in the same order."""
        pairs = [
            *(("topic", topic) for topic in sorted(self.topics)),
            *(("type", kind) for kind in sorted(self.types)),
            *(("year", str(year)) for year in sorted(self.years)),
            *((("language", self.language),) if self.language else ()),
        ]
        return f"?{urlencode(pairs)}" if pairs else ""

    def toggled(self, group: str, key: str) -> Selection:
        """This selection with one choice added, or removed when it is there."""
        match group:
            case "topic":
                return replace(self, topics=_toggled(self.topics, key))
            case "type":
                return replace(self, types=_toggled(self.types, key))
            case "year":
                return replace(self, years=_toggled(self.years, int(key)))
        return replace(self, language="" if self.language == key else key)


def _toggled(chosen: tuple[T, ...], key: T) -> tuple[T, ...]:
    return tuple(item for item in chosen if item != key) if key in chosen else (*chosen, key)


def browse_address(selection: Selection, publication: Publication | None) -> str:
    """Where a selection can be read and added to.

    Files cannot combine: for a publication that is the live site, and nowhere (empty) when there is none.
    """
    address = reverse("browse") + selection.query()
    return address if publication is None else publication.at_live_site(address)


def address_of(selection: Selection, publication: Publication | None) -> str:
    """Where a selection can be read: in a publication, one topic, type or year has a page of its own."""
    if publication is not None:
        match (selection.topics, selection.types, selection.years, selection.language):
            case ((), (), (), ""):
                return reverse("browse")
            case ((topic,), (), (), ""):
                return reverse("topic", args=[topic])
            case ((), (kind,), (), ""):
                return reverse("research_type", args=[kind])
            case ((), (), (year,), ""):
                return reverse("year", args=[year])
    return browse_address(selection, publication)


def read_selection(query: QueryDict, *, topics: Iterable[Topic], types: Iterable[ResearchType]) -> Selection:
    """The selection that an address asks for. Raises `NotUnderstood`, which names what is not known."""
    for name in query:
        if name not in PARAMETERS:
            continue
        if len(query.getlist(name)) > MOST_CHOICES:
            raise NotUnderstood(_("The address makes too many choices at once."), [_without_all()])
    known_topics, known_types = {topic.key for topic in topics}, {kind.key for kind in types}
    for key in query.getlist("topic"):
        if key not in known_topics:
            raise NotUnderstood(
                _("“%(key)s” is not one of our topics.") % {"key": key[:60]}, _ways(query, "topic", key)
            )
    for key in query.getlist("type"):
        if key not in known_types:
            message = _("“%(key)s” is not one of our research types.") % {"key": key[:60]}
            raise NotUnderstood(message, _ways(query, "type", key))
    for key in query.getlist("year"):
        if not re.fullmatch(r"[12]\d{3}", key, re.ASCII):
            raise NotUnderstood(_("“%(key)s” is not a year.") % {"key": key[:60]}, _ways(query, "year", key))
    language = query.get("language", "")
    if language and language not in dict(settings.LANGUAGES):
        message = _("“%(key)s” is not a language of this digest.") % {"key": language[:60]}
        raise NotUnderstood(message, _ways(query, "language", language))
    return Selection(
        topics=tuple(dict.fromkeys(query.getlist("topic"))),
        types=tuple(dict.fromkeys(query.getlist("type"))),
        years=tuple(dict.fromkeys(int(year) for year in query.getlist("year"))),
        language=language,
    )


def _ways(query: QueryDict, group: str, wrong: str) -> list[Way]:
    """The same address without the choice that is not understood, and without any."""
    kept = [(name, value) for name in PARAMETERS for value in query.getlist(name) if (name, value) != (group, wrong)]
    kept = [(name, value) for name, value in kept if name != "page"]
    ways = [Way(str(_("Keep the other choices")), f"{reverse('browse')}?{urlencode(kept)}")] if kept else []
    return [*ways, _without_all()]


def _without_all() -> Way:
    return Way(str(_("Browse all entries")), reverse("browse"))


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen. `url` makes the choice, or takes it back when it is made.

    Without a `url` it cannot be chosen here.
    """

    group: str
    key: str
    label: object
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class Group:
    key: str
    choices: tuple[Choice, ...]


class Browse:
    """The entries that a selection asks for, and what else could be chosen."""

    def __init__(
        self,
        selection: Selection,
        *,
        topics: list[Topic],
        types: list[ResearchType],
        today: dt.date,
        publication: Publication | None = None,
    ) -> None:
        self.selection, self.topics, self.types, self.today = selection, topics, types, today
        self.publication = publication

    def matching(self, *, but: str = "", counting: str = "") -> EntryQuerySet:
        """The published entries that fit the selection; without the part of it named in `but`.

        `counting` is a relation or field whose values are to be counted: an entry then stands once for each,
        under `counted`. It is joined first, on its own, so that a chosen topic does not narrow what is counted.
        """
        chosen = self.selection
        entries: EntryQuerySet = Entry.objects.published(self.today)
        if counting:
            entries = entries.annotate(counted=F(counting))
        entries = entries.about(*(topic for topic in self.topics if topic.key in chosen.topics))
        if chosen.types and but != "type":
            entries = entries.filter(research_type__in=[kind for kind in self.types if kind.key in chosen.types])
        if chosen.years and but != "year":
            entries = entries.filter(issue__year__in=chosen.years)
        if chosen.language and but != "language":
            entries = entries.filter(texts__language=chosen.language)
        return entries

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How many entries each choice would leave, by group and key. One query for all groups."""
        rows = _counted("topic", self.matching(counting="topics")).union(
            _counted("type", self.matching(counting="research_type", but="type")),
            _counted("year", self.matching(counting="issue__year", but="year")),
            _counted("language", self.matching(counting="texts__language", but="language")),
            all=True,
        )
        return {(group, key): count for group, key, count in rows if key is not None}

    @property
    def count(self) -> int:
        """How many entries fit: the sum over the chosen years, as each entry stands in one."""
        years = {str(year) for year in self.selection.years}
        return sum(n for (group, key), n in self.counts.items() if group == "year" and (not years or key in years))

    @property
    def groups(self) -> list[Group]:
        years = sorted(
            {int(key) for group, key in self.counts if group == "year"} | set(self.selection.years), reverse=True
        )
        return [
            Group("topic", tuple(self._shelf_choice("topic", topic) for topic in self.topics)),
            Group("type", tuple(self._shelf_choice("type", kind) for kind in self.types)),
            Group("year", tuple(self._choice("year", str(year), str(year), str(year)) for year in years)),
            Group("language", tuple(self._choice("language", code, code, name) for code, name in settings.LANGUAGES)),
        ]

    @property
    def chosen(self) -> list[Choice]:
        return [choice for group in self.groups for choice in group.choices if choice.chosen]

    def _shelf_choice(self, group: str, shelf: Shelf) -> Choice:
        return self._choice(group, shelf.key, str(shelf.pk), shelf.name)

    def _choice(self, group: str, key: str, counted_as: str, label: object) -> Choice:
        chosen = self.selection
        made = key in {"topic": chosen.topics, "type": chosen.types, "year": tuple(map(str, chosen.years))}.get(
            group, (chosen.language,)
        )
        return Choice(
            group=group,
            key=key,
            label=label,
            count=self.counts.get((group, counted_as), 0),
            chosen=made,
            url=address_of(chosen.toggled(group, key), self.publication),
        )


class CountedPaginator(Paginator):  # type: ignore[type-arg]  # generic in its stubs only
    """A paginator that is told the number of entries instead of asking the database for it.

    It finds out which entries stand on a page before it reads what they say, so that a far page costs
    little more than the first.
    """

    def __init__(self, entries: QuerySet[Entry], per_page: int, *, count: int) -> None:
        super().__init__(entries, per_page)
        self.entries = entries
        self.__dict__["count"] = count

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]  # as above
        page = super().page(number)
        before = (page.number - 1) * self.per_page
        standing = self.entries.values("pk")[before : before + self.per_page]
        page.object_list = Entry.objects.filter(pk__in=standing).newest_first().for_lists()
        return page


def _counted(group: str, entries: QuerySet[Any]) -> QuerySet[Any]:
    """One row for each value of `counted`. Written as text after grouping: grouping by text is slow."""
    rows: QuerySet[Any] = (
        entries.order_by()
        .values("counted")
        .annotate(group=Value(group, CharField()), key=Cast(Max("counted"), CharField()), entries_found=Count("pk"))
        .values_list("group", "key", "entries_found")
    )
    return rows
