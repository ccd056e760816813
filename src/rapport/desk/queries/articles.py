"""What the pages about articles read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from rapport.digest.exchange.database import shelf_value
from rapport.digest.exchange.schema import ArticleFile, ShelfItem
from rapport.digest.models import Entry
from rapport.literature.actions import key_for
from rapport.literature.lookup import Record, articles_like
from rapport.literature.models import Abstract, Article, ResearchType, Topic
from rapport.web.folding import fold

MOST_WORDS = 8


def articles_listed(question: str = "") -> QuerySet[Article]:
    """Articles in which every word of the question stands, the newest first; three queries, whatever their number."""
    articles = Article.objects.select_related("entry__issue__plan", "entry__progress").prefetch_related("entry__texts")
    for word in question.split()[:MOST_WORDS]:
        folded = fold(word)
        articles = articles.filter(
            Q(sort_key__contains=folded) | Q(key__contains=folded) | Q(doi__icontains=word) | Q(title__icontains=word)
            | Q(journal__icontains=word) | Q(pmid=word)
        )  # fmt: skip
    return articles.annotate(finding_count=Count("findings")).order_by("-pk")


def article_at_desk(key: str) -> Article | None:
    """An article with all that its page shows: four queries."""
    articles = Article.objects.select_related(
        "entry__issue__plan", "entry__progress", "entry__research_type", "superseded_by", "abstract"
    )
    findings = ("findings__outcome_family", "findings__comparison_family", "findings__time_point_family")
    return articles.prefetch_related(*findings, "overlaps_with", "entry__topics").filter(key=key).first()


def entry_about(article: Article) -> Entry | None:
    return getattr(article, "entry", None)


def abstract_of(article: Article) -> Abstract | None:
    return getattr(article, "abstract", None)


@dataclass(frozen=True)
class Like:
    """An article that is here already and may be the same. `is_same`: its DOI is, and no second one can be made."""

    article: Article
    entry: Entry | None
    is_same: bool


def like_these(doi: str, title: str = "", year: str = "") -> list[Like]:
    """What is here already with this DOI, or with this title and year."""
    if not doi and not title:
        return []
    number = int(year) if re.fullmatch(r"[0-9]{4}", year) else None
    record = Record(source="typed", doi=doi.strip(), title=" ".join(title.split()), year=number)
    found = [article.pk for article in articles_like(record)]
    articles = (
        Article.objects.filter(pk__in=found)
        .select_related("entry__issue__plan", "entry__progress")
        .prefetch_related("entry__texts")
    )
    return [
        Like(article, entry_about(article), bool(doi) and article.doi.lower() == doi.strip().lower())
        for article in articles
    ]


def new_article_key(value: ArticleFile) -> str:
    """“swift-2012”: a key that no article has."""
    return key_for(Record(source="typed", authors=value.authors, year=value.year, title=value.title or ""))


def shelf_items() -> tuple[dict[str, ShelfItem], dict[str, ShelfItem]]:
    """Topics and research types by key, as suggestions read them."""
    return _items(Topic.objects.all()), _items(ResearchType.objects.all())


def _items(shelves: QuerySet[Topic] | QuerySet[ResearchType]) -> dict[str, ShelfItem]:
    return {shelf.key: shelf_value(shelf) for shelf in shelves}
