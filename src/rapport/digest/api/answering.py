"""Rows as the interface tells them. Each function gets a row that was read with all that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, partial
from typing import Any, overload
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import override

from rapport.digest.api import schemas
from rapport.digest.middleware import site_of
from rapport.digest.models import Entry, EntryText, Issue, Revision
from rapport.literature import metrics
from rapport.literature.citations import to_csl
from rapport.literature.models import Article, Family, Finding, ResearchType, Shelf, Topic
from rapport.web.addresses import whole


class Site:
    """What every answer to one request needs: the site's languages and licence, and whole addresses."""

    def __init__(self, request: HttpRequest) -> None:
        identity = site_of(request)
        self.request, self.identity, self.today = request, identity, localdate()
        known = [code for code, _ in settings.LANGUAGES]
        self.languages = [code for code in known if code in identity.languages] or known

    def address(self, name: str, *args: object, **choices: str) -> str:
        """Where this interface tells of something."""
        query = f"?{urlencode(choices)}" if choices else ""
        return whole(self.request, reverse(f"api:{name}", args=args) + query)

    def read_at(self, path: Callable[[], str]) -> dict[str, str]:
        """The address of a page in each language."""
        found = {}
        for code in self.languages:
            with override(code):
                found[code] = whole(self.request, path())
        return found


def beginning(site: Site) -> schemas.Beginning:
    lists = ("issues", "entries", "articles", "findings", "topics", "types")
    return schemas.Beginning(
        name=site.identity.name,
        licence=site.identity.content_licence,
        contact=site.identity.contact_email or None,
        languages=site.languages,
        openapi=site.address("openapi"),
        read_at=site.read_at(partial(reverse, "api")),
        resources={name: site.address(name) for name in lists},
    )


# --- topics and research types --------------------------------------------------------------------


def topic(row: Topic, site: Site) -> schemas.Shelf:
    return _shelf(row, site, choice="topic", page="topic")


def research_type(row: ResearchType, site: Site) -> schemas.Shelf:
    return _shelf(row, site, choice="type", page="research_type")


def _shelf(row: Shelf, site: Site, *, choice: str, page: str) -> schemas.Shelf:
    return schemas.Shelf(
        key=row.key,
        name=row.name,
        description=row.description,
        entry_count=row.shown,  # type: ignore[attr-defined]  # annotated where shelves are read with their counts
        entries=site.address("entries", **{choice: row.key}),
        read_at=site.read_at(partial(reverse, page, args=[row.key])),
    )


def _shelf_name(row: Shelf) -> schemas.ShelfName:
    return schemas.ShelfName(key=row.key, name=row.name)


# --- articles and what they found -----------------------------------------------------------------


def reference(row: Article, site: Site) -> schemas.Reference:
    return schemas.Reference(**_cited(row, site))


def article(row: Article, site: Site) -> schemas.Article:
    """`row` with its entry's issue, with the articles of the digest that it overlaps with, and with its successor."""
    later = row.superseded_by
    later_entry: Entry | None = getattr(later, "entry", None)
    later_is_told = later_entry is not None and later_entry.is_shown(site.today)
    return schemas.Article(
        **_cited(row, site),
        figures=[schemas.Figure(value=_printed(figure.value), what=figure.what) for figure in row.counted],
        overlaps_with=[_other_article(other, site, told=True) for other in row.overlaps_with.all()],
        superseded_by=_other_article(later, site, told=later_is_told) if later else None,
        entry=_entry_link(row.entry, site),
        findings=site.address("findings", article=row.key),
    )


def _cited(row: Article, site: Site) -> dict[str, Any]:
    return {
        "key": row.key,
        "address": site.address("article", row.key),
        "kind": row.kind,
        "language": row.language,
        "authors": row.authors,
        "editors": row.editors,
        "year": row.year,
        "title": row.title,
        "journal": row.journal or None,
        "volume": row.volume or None,
        "issue": row.issue or None,
        "pages": row.pages or None,
        "publisher": row.publisher or None,
        "doi": row.doi or None,
        "pmid": row.pmid or None,
        "read_level": row.read_level,
        "standing": row.standing or None,
        "csl": to_csl(row.reference),
    }


def _article_link(row: Article, site: Site) -> schemas.ArticleLink:
    return schemas.ArticleLink(key=row.key, address=site.address("article", row.key), standing=row.standing or None)


def _other_article(row: Article, site: Site, *, told: bool) -> schemas.OtherArticle:
    return schemas.OtherArticle(
        key=row.key,
        title=row.title,
        year=row.year,
        doi=row.doi or None,
        standing=row.standing or None,
        address=site.address("article", row.key) if told else None,
    )


def finding(row: Finding, site: Site) -> schemas.Finding:
    """`row` with its families, and with its article's entry and issue. `seen_as` is the editors' own."""
    return schemas.Finding(
        key=row.key,
        claim=row.claim,
        reading=row.reading,
        note=row.note,
        metric=_metric(row.metric_key) if row.metric_key else None,
        estimate=_printed(row.estimate),
        interval=_interval(row),
        p=schemas.P.model_validate({"operator": row.p_operator, "value": row.p_value}) if row.p_operator else None,
        n=row.n,
        k=row.k,
        outcome=_framed(row.outcome, row.outcome_family),
        comparison=_framed(row.comparison, row.comparison_family),
        time_point=_framed(row.time_point, row.time_point_family),
        favours=row.favours or None,
        read_level=row.read_level,
        article=_article_link(row.article, site),
        entry=_entry_link(row.article.entry, site),
    )


@cache
def _metric(key: str) -> schemas.Metric:
    known = metrics.METRICS[key]
    name = {}
    for code, _ in settings.LANGUAGES:
        with override(code):
            name[code] = str(known.name)
    return schemas.Metric(key=key, symbol=known.symbol, name=name)


def _interval(row: Finding) -> schemas.Interval | None:
    if row.interval is None or row.interval_level is None:
        return None
    low, high = row.interval
    return schemas.Interval(low=_printed(low), high=_printed(high), level=_printed(row.interval_level))


def _framed(words: dict[str, str], family: Family | None) -> schemas.Framed:
    return schemas.Framed(words=words, family=family.key if family else None)


@overload
def _printed(number: Decimal) -> str: ...
@overload
def _printed(number: None) -> None: ...
def _printed(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


# --- entries and issues ---------------------------------------------------------------------------


def entry(row: Entry, site: Site) -> schemas.Entry:
    """`row` with its article, issue and research type, and with its texts, topics and revisions."""
    assert row.issue is not None, "what is published stands in an issue"
    link = _entry_link(row, site)
    return schemas.Entry(
        slug=link.slug,
        address=link.address,
        read_at=link.read_at,
        language=row.language,
        issue=_issue_link(row.issue, site),
        type=_shelf_name(row.research_type),
        topics=[_shelf_name(topic) for topic in row.topics.all()],
        texts={text.language: _text(text) for text in row.texts.all()},
        article=reference(row.article, site),
        findings=site.address("findings", article=row.article.key),
        revisions=[_revision(revision) for revision in row.revisions.all()],
        licence=site.identity.content_licence,
    )


def withdrawn(row: Entry, site: Site) -> schemas.Withdrawn:
    return schemas.Withdrawn(
        error="This entry has been withdrawn.",
        where="slug",
        mend="Do not use its text any more; `revisions` says why.",
        near=[],
        revisions=[_revision(revision) for revision in row.revisions.all()],
        read_at=site.read_at(row.get_absolute_url),
    )


def _entry_link(row: Entry, site: Site) -> schemas.EntryLink:
    return schemas.EntryLink(
        slug=row.slug, address=site.address("entry", row.slug), read_at=site.read_at(row.get_absolute_url)
    )


def _text(row: EntryText) -> schemas.Text:
    return schemas.Text(
        title=row.title,
        author=row.author,
        translator=row.translator or None,
        at_a_glance=schemas.AtAGlance(
            design=row.design or None,
            who=row.who or None,
            how_many=row.how_many or None,
            measured=row.measured or None,
        ),
        summary=row.summary,
        implications=row.implications,
        limitations=row.limitations or None,
        disagreements=row.disagreements or None,
    )


def _revision(row: Revision) -> schemas.Revision:
    return schemas.Revision(
        number=row.number,
        kind=row.kind,
        language=row.language or None,
        date=row.made_on,
        account=row.account,
    )


def issue(row: Issue, site: Site) -> schemas.Issue:
    """`row` with `shown`: its published entries, in order, with their titles."""
    entries: Iterable[Entry] = row.shown  # type: ignore[attr-defined]  # prefetched where issues are read
    link = _issue_link(row, site)
    return schemas.Issue(
        year=link.year,
        month=link.month,
        address=link.address,
        published_on=row.published_on,
        teaser=row.teaser,
        entries=[_entry_title(entry, site) for entry in entries],
        read_at=site.read_at(row.get_absolute_url),
    )


def _issue_link(row: Issue, site: Site) -> schemas.IssueLink:
    return schemas.IssueLink(year=row.year, month=row.month, address=site.address("issue", row.year, f"{row.month:02}"))


def _entry_title(row: Entry, site: Site) -> schemas.EntryTitle:
    link = _entry_link(row, site)
    title = {text.language: text.title for text in row.texts.all()}
    article = _article_link(row.article, site)
    return schemas.EntryTitle(slug=link.slug, address=link.address, read_at=link.read_at, title=title, article=article)
