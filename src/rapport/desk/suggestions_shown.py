"""The suggestions of one article as its page shows them: open ones, and those that somebody has set aside.

What a person sets aside is kept in their own session: it is theirs, and comes back when they ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from rapport.desk.queries.articles import abstract_of, entry_about, shelf_items
from rapport.desk.suggesting import Suggestion, still_open, suggest
from rapport.digest.exchange.schema import ArticleFile, ShelfItem
from rapport.literature.models import Article

SESSION = "desk-set-aside"
MOST_ARTICLES = 50  # whose suggestions a session remembers as set aside


@dataclass(frozen=True)
class Suggestions:
    open: tuple[Suggestion, ...] = ()
    set_aside: int = 0
    topics: dict[str, ShelfItem] | None = None
    research_types: dict[str, ShelfItem] | None = None

    def named(self, name: str) -> Suggestion | None:
        return next((suggestion for suggestion in self.open if suggestion.name == name), None)


def suggestions_for(request: HttpRequest, article: Article, value: ArticleFile) -> Suggestions:
    """What the abstract seems to say and is not stored yet. Shelves are an entry's, so without one none are asked."""
    kept, entry = abstract_of(article), entry_about(article)
    if kept is None:
        return Suggestions()
    topics, research_types = shelf_items()
    found = suggest(
        kept.text,
        article.title,
        language=entry.language if entry else "en",
        topics=topics if entry else {},
        research_types=research_types if entry else {},
    )
    mine = still_open(
        found,
        value,
        research_type=entry.research_type.key if entry else "",
        topics=[topic.key for topic in entry.topics.all()] if entry else [],
    )
    away = set(_set_aside(request, article))
    return Suggestions(
        open=tuple(suggestion for suggestion in mine if suggestion.name not in away),
        set_aside=sum(suggestion.name in away for suggestion in mine),
        topics=topics,
        research_types=research_types,
    )


def set_aside(request: HttpRequest, article: Article, name: str) -> None:
    kept = dict(request.session.get(SESSION, {}))
    kept[article.key] = [*dict.fromkeys([*_set_aside(request, article), name])]
    request.session[SESSION] = dict(list(kept.items())[-MOST_ARTICLES:])


def bring_back(request: HttpRequest, article: Article) -> None:
    kept = dict(request.session.get(SESSION, {}))
    kept.pop(article.key, None)
    request.session[SESSION] = kept


def _set_aside(request: HttpRequest, article: Article) -> list[str]:
    return list(request.session.get(SESSION, {}).get(article.key, []))
