"""Read the database as a `Content`: the inverse of importing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Prefetch, QuerySet

from rapport.digest.exchange import beside
from rapport.digest.exchange.schema import (
    AlsoReported,
    AnnouncementFile,
    ArticleFile,
    AtAGlance,
    Content,
    EntryValue,
    Families,
    Figure,
    FindingFile,
    Framed,
    IssueFile,
    NoticeFile,
    OtherValue,
    PageValue,
    RevisionFile,
    Sections,
    ShelfItem,
    SiteFile,
    SynonymGroupFile,
    Translation,
    TranslationHeader,
    notices_in_order,
)
from rapport.digest.models import Announcement, Entry, EntryText, Issue, Page, SiteIdentity, SynonymGroup
from rapport.literature.models import Article, Axis, Family, Finding, ResearchType, Shelf, Topic

T = TypeVar("T", Article, Entry)


def read_database() -> Content:
    """All that the database holds of the digest."""
    return Content(
        site=read_site(),
        topics=_shelf(Topic.objects.all()),
        research_types=_shelf(ResearchType.objects.all()),
        families=_families(),
        synonyms={group.key: synonym_value(group) for group in SynonymGroup.objects.order_by("position", "key")},
        articles=read_articles(),
        entries=read_entries(),
        issues=read_issues(),
        announcements={item.key: announcement_value(item) for item in Announcement.objects.order_by("position", "key")},
        pages={
            f"{page.slug}.{page.language}": PageValue(title=page.title, body=page.body) for page in Page.objects.all()
        },
        desk=beside.desk().read(),
    )


def without_drafts(content: Content) -> Content:
    """`content` without what readers do not see: drafts and their articles, how entries were made, and why changed."""
    drafts = {slug: entry.article for slug, entry in content.entries.items() if entry.state == "draft"}
    hidden = set(drafts.values())
    articles = {
        key: article.model_copy(
            update={
                "overlaps_with": tuple(other for other in article.overlaps_with if other not in hidden),
                "superseded_by": None if article.superseded_by in hidden else article.superseded_by,
            }
        )
        for key, article in content.articles.items()
        if key not in hidden
    }
    issues = {
        month: issue.model_copy(update={"entries": tuple(slug for slug in issue.entries if slug not in drafts)})
        for month, issue in content.issues.items()
        if not issue.entries or set(issue.entries) - set(drafts)  # one that holds only drafts is not out either
    }
    entries = {slug: _without_reasons(entry) for slug, entry in content.entries.items() if slug not in drafts}
    return content.model_copy(update={"articles": articles, "entries": entries, "issues": issues, "desk": {}})


def _without_reasons(entry: EntryValue) -> EntryValue:
    revisions = tuple(revision.model_copy(update={"reason": None}) for revision in entry.revisions)
    return entry.model_copy(update={"revisions": revisions})


def read_articles(keys: Collection[str] | None = None) -> dict[str, ArticleFile]:
    """The articles with these keys, or all, with the notices about them."""
    articles = Article.objects.order_by("key").select_related("superseded_by")
    articles = articles.prefetch_related(
        "overlaps_with", "notices", Prefetch("findings", Finding.objects.with_families().order_by("position"))
    )
    return {
        article.key: article_value(article).model_copy(update={"notices": _notices(article)})
        for article in _only(articles, "key", keys)
    }


def _notices(article: Article) -> tuple[NoticeFile, ...] | None:
    notices = notices_in_order(
        NoticeFile(
            kind=notice.kind,
            doi=notice.doi or None,
            date=notice.published_on,
            source=notice.source,
            noticed=notice.noticed_at,
        )
        for notice in article.notices.all()
    )
    return notices or None


def read_entries(slugs: Collection[str] | None = None) -> dict[str, EntryValue]:
    """The entries with these slugs, or all, drafts too."""
    entries = Entry.objects.order_by("slug").select_related("article", "research_type")
    entries = entries.prefetch_related("topics", "revisions", "texts")
    return {entry.slug: _entry(entry) for entry in _only(entries, "slug", slugs)}


def read_issues() -> dict[str, IssueFile]:
    issues = Issue.objects.order_by("year", "month")
    issues = issues.prefetch_related(Prefetch("entries", Entry.objects.order_by("position").only("slug", "issue_id")))
    return {
        str(issue): IssueFile(
            published=issue.published_on,
            teaser=issue.teaser or None,
            entries=tuple(entry.slug for entry in issue.entries.all()),
        )
        for issue in issues
    }


def _only(rows: QuerySet[T], field: str, names: Collection[str] | None) -> QuerySet[T]:
    return rows if names is None else rows.filter(**{f"{field}__in": list(names)})


def read_site() -> SiteFile | None:
    site = SiteIdentity.objects.first()
    if site is None or not site.name:
        return None
    return SiteFile(
        name=site.name,
        wordmark=site.wordmark,
        tagline=site.tagline,
        notice=site.notice or None,
        contact_email=site.contact_email,
        postal_address=site.postal_address,
        content_licence=site.content_licence or None,
        announcements_author=site.announcements_author or None,
        languages=tuple(site.languages),
    )


def _shelf(items: QuerySet[Topic] | QuerySet[ResearchType]) -> dict[str, ShelfItem]:
    return {item.key: shelf_value(item) for item in items.order_by("position", "key")}


def shelf_value(item: Shelf) -> ShelfItem:
    return ShelfItem(key=item.key, name=item.name, description=item.description or None, variants=tuple(item.variants))


def synonym_value(group: SynonymGroup) -> SynonymGroupFile:
    return SynonymGroupFile(key=group.key, words=group.words, asked_as=group.asked_as or None)


def _families() -> Families:
    families: dict[str, dict[str, dict[str, str]]] = {axis: {} for axis in Axis.values}
    for family in Family.objects.order_by("position"):
        families[family.axis][family.key] = family.name
    return {axis: of for axis, of in families.items() if of}  # type: ignore[misc]  # the axes are the literal's own


def article_value(article: Article) -> ArticleFile:
    """An article with its findings as a file would hold it, but for the notices: nobody writes those at the desk."""
    return ArticleFile(
        kind=article.kind,
        language=article.language,
        authors=tuple(article.authors),
        year=article.year,
        title=article.title or None,
        journal=article.journal or None,
        volume=article.volume or None,
        issue=article.issue or None,
        pages=article.pages or None,
        editors=tuple(article.editors),
        publisher=article.publisher or None,
        doi=article.doi or None,
        pmid=article.pmid or None,
        read_level=article.read_level,
        overlaps_with=tuple(sorted(other.key for other in article.overlaps_with.all())),
        superseded_by=article.superseded_by.key if article.superseded_by else None,
        figures=tuple(_figure(figure) for figure in article.figures),
        findings=tuple(_finding(finding) for finding in article.findings.all()),
    )


def _figure(figure: Mapping[str, Any]) -> Figure:
    also = (OtherValue(value=Decimal(str(one["value"])), source=one["source"]) for one in figure.get("also", ()))
    return Figure(
        value=Decimal(str(figure["value"])),
        what=figure["what"],
        also=tuple(also),
        total_of=tuple(figure.get("total_of", ())),
    )


def _finding(finding: Finding) -> FindingFile:
    return FindingFile(
        key=finding.key,
        claim=finding.claim,
        reading=finding.reading or None,
        metric=finding.metric_key or None,
        estimate=finding.estimate,
        interval=finding.interval,
        interval_level=finding.interval_level,
        p=f"{finding.p_operator} {finding.p_value}" if finding.p_operator else None,
        n=finding.n,
        k=finding.k,
        outcome=_framed(finding.outcome_family, finding.outcome),
        comparison=_framed(finding.comparison_family, finding.comparison),
        time_point=_framed(finding.time_point_family, finding.time_point),
        favours=finding.favours or None,
        test=finding.test or None,
        statistic=finding.statistic,
        df=tuple(Decimal(str(number)) for number in finding.df),
        also_reported=tuple(
            AlsoReported(field=one["field"], value=str(one["value"]), source=one["source"])
            for one in finding.also_reported
        ),
        read_level=finding.read_level,
        seen_as=finding.seen_as or None,
        note=finding.note or None,
    )


def _framed(family: Family | None, words: dict[str, str]) -> Framed | None:
    if family is None and not words:
        return None
    return Framed(family=family.key if family else None, words=words)


def _entry(entry: Entry) -> EntryValue:
    return EntryValue(
        article=entry.article.key,
        language=entry.language,
        state=entry.state,
        research_type=entry.research_type.key,
        topics=tuple(topic.key for topic in entry.topics.all()),
        revisions=tuple(
            RevisionFile(
                number=revision.number,
                kind=revision.kind,
                language=revision.language or None,
                date=revision.made_on,
                at=revision.made_at,
                by=revision.by,
                account=revision.account or None,
                reason=revision.reason or None,
            )
            for revision in entry.revisions.all()
        ),
        texts={text.language: _text(text) for text in entry.texts.all()},
    )


def _text(text: EntryText) -> Translation:
    """A text; what only a draft may lack is left out where it is empty."""
    return Translation(
        header=TranslationHeader(
            language=text.language,
            translator=text.translator or None,
            **_given(author=text.author, title=text.title),
            at_a_glance=AtAGlance(
                design=text.design or None,
                who=text.who or None,
                how_many=text.how_many or None,
                measured=text.measured or None,
            ),
        ),
        sections=Sections(
            **_given(summary=text.summary, implications=text.implications),
            limitations=text.limitations or None,
            disagreements=text.disagreements or None,
        ),
    )


def announcement_value(item: Announcement) -> AnnouncementFile:
    return AnnouncementFile(
        key=item.key,
        kind=item.kind,
        title=item.title,
        body=item.body,
        link=item.link or None,
        starts=item.starts_on,
        ends=item.ends_on,
    )


def _given(**texts: str) -> dict[str, Any]:
    return {name: text for name, text in texts.items() if text}
