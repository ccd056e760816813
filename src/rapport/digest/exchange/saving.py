"""What a file says, told to the actions that save it. An import and the desk both save by these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapport.digest.actions import save_announcement, save_entry, save_site_identity, save_synonym_group
from rapport.digest.exchange.schema import (
    AnnouncementFile,
    ArticleFile,
    EntryValue,
    Figure,
    FindingFile,
    Framed,
    ShelfItem,
    SiteFile,
    SynonymGroupFile,
)
from rapport.digest.models import Entry
from rapport.literature.actions import save_article, save_shelf
from rapport.literature.models import Article, Axis, Family, ResearchType, Topic

Families = Mapping[tuple[str, str], Family]


def save_article_file(key: str, value: ArticleFile, families: Families) -> Article:
    return save_article(key=key, facts=article_fields(value), findings=finding_fields(value, families))


def article_fields(value: ArticleFile) -> dict[str, Any]:
    """What a file says of an article itself, as `save_article` takes it."""
    return {
        "kind": value.kind,
        "language": value.language,
        "authors": list(value.authors),
        "year": value.year,
        "title": value.title or "",
        "journal": value.journal or "",
        "volume": value.volume or "",
        "issue": value.issue or "",
        "pages": value.pages or "",
        "editors": list(value.editors),
        "publisher": value.publisher or "",
        "doi": value.doi or "",
        "pmid": value.pmid or "",
        "read_level": value.read_level,
        "figures": [_figure_fields(figure) for figure in value.figures],
    }


def _figure_fields(figure: Figure) -> dict[str, Any]:
    also = [{"value": f"{one.value:f}", "source": one.source} for one in figure.also]
    return {
        "value": f"{figure.value:f}",
        "what": figure.what,
        **({"also": also} if also else {}),
        **({"total_of": list(figure.total_of)} if figure.total_of else {}),
    }


def finding_fields(value: ArticleFile, families: Families) -> list[dict[str, Any]]:
    """What a file says of an article's findings, as `save_article` takes it."""
    return [_finding_fields(finding, families) for finding in value.findings]


def _finding_fields(value: FindingFile, families: Families) -> dict[str, Any]:
    low, high = value.interval or (None, None)
    operator, p_value = (value.p[0], value.p[1:].strip()) if value.p else ("", "")
    fields: dict[str, Any] = {
        "key": value.key,
        "claim": value.claim,
        "reading": value.reading or {},
        "metric_key": value.metric or "",
        "estimate": value.estimate,
        "interval_low": low,
        "interval_high": high,
        "interval_level": value.interval_level,
        "p_operator": operator,
        "p_value": p_value,
        "n": value.n,
        "k": value.k,
        "favours": value.favours or "",
        "test": value.test or "",
        "statistic": value.statistic,
        "df": [f"{number:f}" for number in value.df],
        "also_reported": [one.model_dump() for one in value.also_reported],
        "read_level": value.read_level,
        "seen_as": value.seen_as or "",
        "note": value.note or {},
    }
    for axis in Axis.values:
        framed: Framed | None = getattr(value, axis)
        fields[axis] = framed.words if framed else {}
        fields[f"{axis}_family"] = families[axis, framed.family] if framed and framed.family else None
    return fields


def save_entry_value(slug: str, value: EntryValue) -> None:
    stands = Entry.objects.filter(slug=slug, issue__isnull=False).exists()
    save_entry(
        slug=slug,
        # An entry is shown only in an issue: until `_issues` has placed it, it is a draft.
        facts={"language": value.language, "state": value.state if stands else Entry.State.DRAFT},
        article=value.article,
        research_type=value.research_type,
        topics=value.topics,
        texts={
            language: {
                "title": text.header.title,
                "author": text.header.author,
                "translator": text.header.translator or "",
                "design": text.header.at_a_glance.design or "",
                "who": text.header.at_a_glance.who or "",
                "how_many": text.header.at_a_glance.how_many or "",
                "measured": text.header.at_a_glance.measured or "",
                "summary": text.sections.summary,
                "implications": text.sections.implications,
                "limitations": text.sections.limitations or "",
                "disagreements": text.sections.disagreements or "",
            }
            for language, text in value.texts.items()
        },
        revisions=[
            {
                "number": revision.number,
                "kind": revision.kind,
                "language": revision.language or "",
                "made_on": revision.date,
                "made_at": revision.at,
                "by": revision.by,
                "account": revision.account or {},
                "reason": revision.reason or "",
            }
            for revision in value.revisions
        ],
    )


def save_site_file(site: SiteFile) -> None:
    save_site_identity(
        facts={
            "name": site.name,
            "wordmark": site.wordmark,
            "tagline": site.tagline,
            "notice": site.notice or {},
            "contact_email": site.contact_email,
            "postal_address": site.postal_address,
            "content_licence": site.content_licence or {},
            "announcements_author": site.announcements_author or {},
            "languages": list(site.languages),
        }
    )


def save_shelf_item(kind: type[Topic] | type[ResearchType], item: ShelfItem) -> None:
    facts = {"name": item.name, "description": item.description or {}, "variants": list(item.variants)}
    save_shelf(kind, key=item.key, facts=facts)


def save_synonym_group_file(group: SynonymGroupFile) -> None:
    facts = {
        "words": {language: list(phrases) for language, phrases in group.words.items()},
        "asked_as": {language: list(phrases) for language, phrases in (group.asked_as or {}).items()},
    }
    save_synonym_group(key=group.key, facts=facts)


def save_announcement_file(item: AnnouncementFile) -> None:
    save_announcement(
        key=item.key,
        facts={
            "kind": item.kind,
            "title": item.title,
            "body": item.body,
            "link": item.link or "",
            "starts_on": item.starts,
            "ends_on": item.ends,
        },
    )
