"""Browse: a question, topics, research types, years and language together, each choice with its count.

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
from typing import TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.digest.catalogue import Entries, catalogue
from rapport.digest.models import Entry, EntryQuerySet
from rapport.digest.search.searching import Search
from rapport.literature.models import ResearchType, Shelf, Topic
from rapport.web.addresses import Publication
from rapport.web.unknown import NotUnderstood, Way

T = TypeVar("T")
PARAMETERS = ("q", "topic", "type", "year", "language", "page")
MOST_CHOICES = 40
LONGEST_QUESTION = 2000  # longer than any is read, short enough to stand in an address


@dataclass(frozen=True)
class Selection:
    """What a reader has chosen, as it stands in the address."""

    question: str = ""
    topics: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.question or self.topics or self.types or self.years or self.language)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What is chosen, without the question, as pairs of an address's query, always in the same order."""
        return [
            *(("topic", topic) for topic in sorted(self.topics)),
            *(("type", kind) for kind in sorted(self.types)),
            *(("year", str(year)) for year in sorted(self.years)),
            *((("language", self.language),) if self.language else ()),
        ]

    def query(self) -> str:
        """The selection as a query string, always in the same order."""
        pairs = [*((("q", self.question),) if self.question else ()), *self.choices]
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
    """Where a selection can be read and changed; in a publication, on its own page if it has one."""
    own = publication and (own_page(selection) if selection else reverse("browse"))
    return own or browse_address(selection, publication)


def own_page(selection: Selection) -> str:
    """The page of one topic, type or year; empty for any other selection."""
    match [("q", selection.question)] if selection.question else selection.choices:
        case [("topic", key)]:
            return reverse("topic", args=[key])
        case [("type", key)]:
            return reverse("research_type", args=[key])
        case [("year", year)]:
            return reverse("year", args=[int(year)])
    return ""


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
        question=" ".join(query.get("q", "").split())[:LONGEST_QUESTION],
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
    """The entries that a selection asks for, and what else could be chosen.

    `stamp` is that of the content (see `keeping`): what stands where is read once for all who ask.
    """

    def __init__(
        self,
        selection: Selection,
        *,
        topics: list[Topic],
        types: list[ResearchType],
        today: dt.date,
        stamp: str,
        publication: Publication | None = None,
    ) -> None:
        self.selection, self.topics, self.types, self.publication = selection, topics, types, publication
        self.catalogue = catalogue(stamp)
        self._shown = self.catalogue.shown(today)
        self.search = Search(selection.question, stamp=stamp, today=today) if selection.question else None

    def fitting(self, *, but: str = "") -> Entries:
        """The entries that fit the selection; without the part of it named in `but`."""
        chosen, under = self.selection, self.catalogue.under
        entries = self._shown & self.search.found if self.search else self._shown
        for topic in self.topics:
            if topic.key in chosen.topics:
                entries &= under("topic", str(topic.pk))
        if chosen.types and but != "type":
            entries &= _any(under("type", str(kind.pk)) for kind in self.types if kind.key in chosen.types)
        if chosen.years and but != "year":
            entries &= _any(under("year", str(year)) for year in chosen.years)
        if chosen.language and but != "language":
            entries &= under("language", chosen.language)
        return entries

    @cached_property
    def matching(self) -> Entries:
        return self.fitting()

    @property
    def count(self) -> int:
        return self.matching.bit_count()

    def keys(self, start: int, number: int) -> list[int]:
        """The primary keys of the entries from the `start`-th on: best answers first, or else the newest."""
        if self.search:
            return self.search.in_order(self.matching, start, number)
        return self.catalogue.newest(self.matching, start, number)

    @property
    def without_choices(self) -> str:
        """Where the same is asked with no choice made."""
        return address_of(Selection(question=self.selection.question), self.publication)

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How many entries each choice would leave, by group and key (topics and types by primary key)."""
        counted = {}
        for group in ("topic", "type", "year", "language"):
            fitting = self.fitting(but=group)
            for key in self.catalogue.keys(group):
                number = (fitting & self.catalogue.under(group, key)).bit_count()
                if number:
                    counted[group, key] = number
        return counted

    @cached_property
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

    @cached_property
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


def entries_chosen(
    selection: Selection, *, topics: Iterable[Topic], types: Iterable[ResearchType], today: dt.date
) -> EntryQuerySet:
    """The published entries that fit a selection's choices, as rows: for who reads them in an order of their own.

    Who needs to count choices, or asks a question, uses `Browse`.
    """
    entries = Entry.objects.published(today).about(*(topic for topic in topics if topic.key in selection.topics))
    if selection.types:
        entries = entries.filter(research_type__in=[kind for kind in types if kind.key in selection.types])
    if selection.years:
        entries = entries.filter(issue__year__in=selection.years)
    if selection.language:
        entries = entries.filter(texts__language=selection.language)
    return entries


class BrowsePaginator(Paginator):  # type: ignore[type-arg]  # generic in its stubs only
    """The pages of a browse. Which entries stand on a page is known before what they say is read."""

    def __init__(self, browse: Browse, per_page: int) -> None:
        super().__init__([], per_page)
        self.browse = browse

    @cached_property
    def count(self) -> int:
        return self.browse.count

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]  # as above
        page = super().page(number)
        keys = self.browse.keys((page.number - 1) * self.per_page, self.per_page)
        found = Entry.objects.for_lists().in_bulk(keys)
        page.object_list = [found[key] for key in keys if key in found]
        return page


def _any(sets: Iterable[Entries]) -> Entries:
    together = 0
    for entries in sets:
        together |= entries
    return together
