"""What a file says of an article or an entry, told to the actions that save it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapport.digest.actions import save_entry
from rapport.digest.exchange.schema import ArticleFile, EntryValue, FindingFile, Framed
from rapport.digest.models import Entry
from rapport.literature.actions import save_article
from rapport.literature.models import Article, Axis, Family


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
        "figures": [{"value": f"{figure.value:f}", "what": figure.what} for figure in value.figures],
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
                "by": revision.by,
                "account": revision.account or {},
            }
            for revision in value.revisions
        ],
    )
