"""Reads that pages share. The number of queries each makes does not grow with the number of entries."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    Exists,
    FloatField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    prefetch_related_objects,
)

from rapport.digest.models import Entry, EntryQuerySet, EntryText, Issue
from rapport.literature.evidence import comparable_sets
from rapport.literature.models import Article, Finding, FindingQuerySet, ResearchType, Standing, Topic
from rapport.literature.presenting import FindingRow, Forest, finding_rows, forest
from rapport.literature.queries import in_reading_order, overlapping_pairs

MOST_ROWS = 5
MOST_COMPARED = 60
MOST_FORESTS = 4
MOST_RELATED = 3
MOST_COMPARED_SLUGS, LONGEST_SLUG = 2000, 80


# --- issues ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArchiveMonth:
    """An issue, how many entries stand in it, and how many of these are about an article that was retracted."""

    issue: Issue
    entries: int
    retracted: int


@dataclass(frozen=True)
class ArchiveYear:
    year: int
    months: tuple[ArchiveMonth, ...]

    @property
    def entries(self) -> int:
        return sum(month.entries for month in self.months)


def archive(today: dt.date) -> list[ArchiveYear]:
    """The published issues by year, newest first, each with its number of entries."""
    shown = Q(entries__state=Entry.State.PUBLISHED)
    retracted = shown & Q(entries__article__standing=Standing.RETRACTED)
    counted = Issue.objects.published(today).annotate(
        shown=Count("entries", filter=shown), retracted=Count("entries", filter=retracted)
    )
    by_year: dict[int, list[ArchiveMonth]] = defaultdict(list)
    for issue in counted.order_by("-year", "-month"):
        by_year[issue.year].append(ArchiveMonth(issue, issue.shown, issue.retracted))  # type: ignore[attr-defined]  # annotated above
    return [ArchiveYear(year, tuple(months)) for year, months in by_year.items()]


def issues_before(issue: Issue | None, years: Iterable[ArchiveYear]) -> list[tuple[int, int]]:
    """How many issues each year of an archive has beside the one that is shown; years without any left out."""
    counted = ((year.year, sum(month.issue != issue for month in year.months)) for year in years)
    return [(year, number) for year, number in counted if number]


def issues_of_year(year: int, today: dt.date) -> list[Issue]:
    """The published issues of a year, newest first, with the titles of what stands in them."""
    shown = Entry.objects.published(today).order_by("position").select_related("article").prefetch_related("texts")
    issues = Issue.objects.published(today).filter(year=year).order_by("-month")
    return list(issues.prefetch_related(Prefetch("entries", shown, to_attr="shown")))


def entries_of(issue: Issue, today: dt.date) -> list[Entry]:
    return list(issue.entries.published(today).order_by("position").for_cards())


def issues_around(issue: Issue, today: dt.date) -> tuple[Issue | None, Issue | None]:
    """The published issues just before and just after this one."""
    published = Issue.objects.published(today)
    place = (issue.year, issue.month)
    earlier = published.filter(Q(year__lt=place[0]) | Q(year=place[0], month__lt=place[1]))
    later = published.filter(Q(year__gt=place[0]) | Q(year=place[0], month__gt=place[1]))
    return earlier.order_by("-year", "-month").first(), later.order_by("year", "month").first()


# --- shelves --------------------------------------------------------------------------------------


def topics_with_counts(today: dt.date) -> list[Topic]:
    return in_reading_order(Topic.objects.annotate(shown=_shown_count("entries", today)))


def research_types_with_counts(today: dt.date) -> QuerySet[ResearchType]:
    return ResearchType.objects.annotate(shown=_shown_count("entries", today)).order_by("position")


def entries_on(shelf: Topic | ResearchType, today: dt.date) -> EntryQuerySet:
    """The published entries under a topic or of a research type."""
    published = Entry.objects.published(today)
    return published.about(shelf) if isinstance(shelf, Topic) else published.filter(research_type=shelf)


def _shown_count(path: str, today: dt.date) -> Count:
    return Count(
        path,
        filter=Q(**{f"{path}__state": Entry.State.PUBLISHED, f"{path}__issue__published_on__lte": today}),
        distinct=True,
    )


# --- articles ---------------------------------------------------------------------------------------


def cited_articles(today: dt.date) -> QuerySet[Article]:
    """The articles that published entries report on, in the order of a reference list."""
    shown = {"entry__state": Entry.State.PUBLISHED, "entry__issue__published_on__lte": today}
    return Article.objects.filter(**shown).order_by("sort_key", "key")


# --- an entry and its neighbours --------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbour:
    """Another entry worth reading beside this one; `overlaps` when their articles share studies or people."""

    entry: Entry
    texts: tuple[EntryText, ...]
    overlaps: bool
    shared_topics: float


def entries_near(slug: str, today: dt.date) -> EntryQuerySet:
    """Up to three published entries whose slug is nearly this one, for an address that leads nowhere."""
    slugs = list(Entry.objects.published(today).newest_first().values_list("slug", flat=True)[:MOST_COMPARED_SLUGS])
    return Entry.objects.filter(slug__in=difflib.get_close_matches(slug[:LONGEST_SLUG], slugs, n=3))


def texts_and_neighbours(entry: Entry, today: dt.date) -> tuple[list[EntryText], list[Neighbour]]:
    """The entry's texts, and up to three related entries: those known to overlap first, then by shared topics.

    One query for both, as the entry's own texts and its neighbours' are rows of the same kind; and one for
    the entry's topics, which stay with it. A union and not an "or", which would look for neighbours twice.
    """
    standing = Entry.topics.through.objects.filter(topic=OuterRef("pk")).values("topic")
    size = Subquery(standing.annotate(n=Count("pk")).values("n"))  # type: ignore[misc]  # the stubs lose annotations after values()
    prefetch_related_objects([entry], Prefetch("topics", Topic.objects.annotate(size=size)))
    topics = [topic.pk for topic in entry.topics.all()]
    overlaps = Article.overlaps_with.through.objects.filter(from_article=entry.article_id)
    candidates = (
        Entry.objects.published(today)
        .exclude(pk=entry.pk)
        .filter(topics__in=topics)
        .values("pk")
        .annotate(
            shared=_shared_topics(entry, "topics"),
            overlapping=Exists(overlaps.filter(to_article=OuterRef("article"))),
        )
        .order_by("-overlapping", "-shared", "-issue__year", "-issue__month", "position")
    )
    described = (
        EntryText.objects.order_by()
        .select_related("entry__issue", "entry__article")
        .annotate(
            overlapping=Exists(overlaps.filter(to_article=OuterRef("entry__article"))),
            shared=_shared_topics(entry, "entry__topics"),
        )
    )
    overlapping = Entry.objects.published(today).filter(article__in=overlaps.values("to_article"))
    rows = described.filter(entry=entry).union(
        described.filter(entry__in=candidates.values("pk")[:MOST_RELATED]),
        described.filter(entry__in=overlapping.values("pk")[:MOST_RELATED]),
    )
    own: list[EntryText] = []
    others: dict[int, list[EntryText]] = defaultdict(list)
    for row in rows.order_by("entry_id", "language"):
        (own if row.entry_id == entry.pk else others[row.entry_id]).append(row)
    neighbours = [
        Neighbour(texts[0].entry, tuple(texts), texts[0].overlapping, texts[0].shared)  # type: ignore[attr-defined]  # annotated above
        for texts in others.values()
    ]
    nearest = sorted(
        neighbours, key=lambda near: (near.overlaps, near.shared_topics, str(near.entry.issue)), reverse=True
    )
    return own, nearest[:MOST_RELATED]


def _shared_topics(entry: Entry, path: str) -> Sum:
    """How much the entries at `path` share with `entry`: a topic that few entries stand under says more."""
    said = [When(**{path: topic.pk}, then=Value(1 / topic.size)) for topic in entry.topics.all()]  # type: ignore[attr-defined]  # annotated when prefetched
    return Sum(Case(*said, default=Value(0.0)), output_field=FloatField())


# --- evidence at a glance ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """What several articles found: the largest comparable sets as forests, and the firmest findings as rows.

    `more` is true when there are more findings than `rows` shows, `more_forests` when more could be drawn.
    """

    forests: tuple[Forest, ...]
    rows: tuple[FindingRow, ...]
    more: bool
    more_forests: bool


def findings_of(entries: QuerySet[Entry]) -> FindingQuerySet:
    """The findings of the articles that `entries` report on: with an interval first, then the newest."""
    return _in_order(Finding.objects.filter(article__entry__in=entries))


def _in_order(findings: FindingQuerySet) -> FindingQuerySet:
    issue = "article__entry__issue"
    return (
        findings.with_families()
        .select_related(issue)
        .annotate(
            rank=Case(When(interval_level__isnull=False, then=0), When(estimate__isnull=False, then=1), default=2)
        )
        .order_by("rank", f"-{issue}__year", f"-{issue}__month", "article__entry__position", "position")
    )


def evidence_of(entries: QuerySet[Entry]) -> Evidence:
    """The evidence in `entries`. Three queries at most."""
    findings = findings_of(entries)
    firmest = list(_first(MOST_ROWS + 1, findings))
    drawable = list(_first(MOST_COMPARED, findings.comparable())) if firmest else []
    overlaps = overlapping_pairs({finding.article_id for finding in drawable}) if drawable else frozenset()
    sets = comparable_sets(drawable, overlaps)
    return Evidence(
        forests=tuple(forest(found) for found in sets[:MOST_FORESTS]),
        rows=tuple(finding_rows(firmest[:MOST_ROWS])),
        more=len(firmest) > MOST_ROWS,
        more_forests=len(sets) > MOST_FORESTS or len(drawable) == MOST_COMPARED,
    )


def _first(number: int, findings: FindingQuerySet) -> FindingQuerySet:
    """The first of many findings: which they are is found out before what they say is read."""
    chosen = findings.select_related(None).values("pk")[:number]
    return _in_order(Finding.objects.filter(pk__in=chosen))
