"""What there is to publish: the address of every page, feed and export.

Each function of `SOURCES` names some of them, as `reverse` wants them. What it names is published in every
language that the site offers. A test follows every link of what is published; where one leads nowhere, a
source is missing here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from rapport.digest import queries
from rapport.digest.feeds.addresses import MEDIA_TYPES
from rapport.digest.models import Entry, Page
from rapport.digest.paging import ARTICLES_PER_PAGE, ENTRIES_PER_PAGE, FINDINGS_PER_PAGE
from rapport.digest.sitemap import number_of_parts
from rapport.digest.urls import FileFormat
from rapport.literature.models import ResearchType, Topic

Named = tuple[str, tuple[object, ...] | dict[str, object]]
AT_ONCE = 2000
FORMATS = FileFormat.regex.split("|")


def addresses(today: dt.date, languages: Sequence[str]) -> Iterator[str]:
    """The address of everything that readers may ask for today, each once; the first language's first."""
    first, *others = languages
    for source in SOURCES:
        for name, arguments in source(today):
            address = _address(name, arguments, first)
            yield address
            yield from {_address(name, arguments, language) for language in others} - {address}


def not_found_addresses(languages: Sequence[str]) -> list[str]:
    """Where the page lies that a server shows for an address which leads nowhere. It is no page of ours."""
    return [_address("this_month", (), language) + "404.html" for language in languages]


def _address(name: str, arguments: tuple[object, ...] | dict[str, object], language: str) -> str:
    with override(language):
        if isinstance(arguments, dict):
            return reverse(name, kwargs=arguments)
        return reverse(name, args=list(arguments))


# --- sources ----------------------------------------------------------------------------------------


def single_pages(today: dt.date) -> Iterator[Named]:
    for name in ("this_month", "archive", "topics", "types", "subscribe", "robots"):
        yield name, ()
    for slug in Page.objects.order_by("slug").values_list("slug", flat=True).distinct():
        yield "page", (slug,)


def issues(today: dt.date) -> Iterator[Named]:
    for year in queries.archive(today):
        yield "year", (year.year,)
        for month in year.months:
            yield "issue", (month.issue.year, month.issue.month)


def entries(today: dt.date) -> Iterator[Named]:
    """Entries with their citation files; withdrawn entries without."""
    shown = Entry.objects.with_a_page(today).order_by("pk").values_list("issue__year", "issue__month", "slug", "state")
    for *place, state in shown.iterator(chunk_size=AT_ONCE):
        yield "entry", tuple(place)
        if state == Entry.State.PUBLISHED:
            for file_format in FORMATS:
                yield "cite_entry", (*place, file_format)


def shelves(today: dt.date) -> Iterator[Named]:
    """Topics and research types, with all the pages of their entries and of their findings."""
    all_shelves: Iterator[Topic | ResearchType] = chain(Topic.objects.all(), ResearchType.objects.all())
    for shelf in all_shelves:
        name = "topic" if isinstance(shelf, Topic) else "research_type"
        on_it = queries.entries_on(shelf, today)
        yield from _pages(name, on_it, ENTRIES_PER_PAGE, shelf.key)
        yield from _pages(f"{name}_findings", queries.findings_of(on_it), FINDINGS_PER_PAGE, shelf.key)


def every_entry(today: dt.date) -> Iterator[Named]:
    """Browse without a choice."""
    yield from _pages("browse", Entry.objects.published(today), ENTRIES_PER_PAGE)


def articles(today: dt.date) -> Iterator[Named]:
    yield from _pages("articles", queries.cited_articles(today), ARTICLES_PER_PAGE)
    for file_format in FORMATS:
        yield "export_articles", (file_format,)


def feeds(today: dt.date) -> Iterator[Named]:
    """Feeds of everything, of each topic, of each type, and of each topic within a type where entries stand."""
    chosen: list[dict[str, object]] = [{}, *_each("topics", Topic), *_each("types", ResearchType)]
    pairs = Entry.objects.with_a_page(today).order_by("topics__key", "research_type__key")
    for topic, kind in pairs.values_list("topics__key", "research_type__key").distinct():
        if topic is not None:
            chosen.append({"topics": (topic,), "types": (kind,)})
    for one in chosen:
        for form in MEDIA_TYPES:
            yield "feed", {**one, "form": form}


def sitemaps(today: dt.date) -> Iterator[Named]:
    yield "sitemap", ()
    yield "sitemap_pages", ()
    for number in range(1, number_of_parts() + 1):
        yield "sitemap_entries", (number,)


SOURCES: tuple[Callable[[dt.date], Iterator[Named]], ...] = (
    single_pages,
    issues,
    entries,
    shelves,
    every_entry,
    articles,
    feeds,
    sitemaps,
)


def _each(named: str, shelf: type[Topic] | type[ResearchType]) -> Iterator[dict[str, object]]:
    return ({named: (key,)} for key in shelf.objects.values_list("key", flat=True))


def _pages(name: str, listed: QuerySet[Any], per_page: int, *arguments: object) -> Iterator[Named]:
    """The pages of a list: the first at its own address, the others below it."""
    yield name, arguments
    for number in Paginator(range(listed.count()), per_page).page_range[1:]:
        yield name, (*arguments, number)
