"""Every write to the literature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from rapport.literature.models import Article, Family, Finding, ResearchType, Topic
from rapport.web.folding import fold


def save_shelf(kind: type[Topic] | type[ResearchType], *, key: str, facts: Mapping[str, Any]) -> Topic | ResearchType:
    """Make or change a topic or a research type."""
    return kind.objects.update_or_create(key=key, defaults=dict(facts))[0]


def save_family(*, axis: str, key: str, facts: Mapping[str, Any]) -> Family:
    """Make or change a family of outcomes, comparisons or time points."""
    return Family.objects.update_or_create(axis=axis, key=key, defaults=dict(facts))[0]


@transaction.atomic
def save_article(*, key: str, facts: dict[str, Any], findings: list[dict[str, Any]]) -> Article:
    """Make or change the article `key` and replace its findings by `findings`, in order.

    Links to other articles (overlap, supersession) are set afterwards by `link_article`, when all
    articles are there.
    """
    sort_key = fold(" ".join([*facts["authors"], str(facts["year"] or ""), facts["title"]]))[:255]
    article, _ = Article.objects.update_or_create(key=key, defaults={**facts, "sort_key": sort_key})
    kept = [finding["key"] for finding in findings]
    article.findings.exclude(key__in=kept).delete()
    for position, finding in enumerate(findings):
        fields = {name: value for name, value in finding.items() if name != "key"}
        Finding.objects.update_or_create(article=article, key=finding["key"], defaults={**fields, "position": position})
    return article


@transaction.atomic
def link_article(*, article: Article, overlaps_with: list[str], superseded_by: str | None) -> None:
    """Say which articles share studies or people with this one, and which one updates it."""
    article.overlaps_with.set(Article.objects.filter(key__in=overlaps_with))
    article.superseded_by = Article.objects.get(key=superseded_by) if superseded_by else None
    article.save(update_fields=["superseded_by"])
