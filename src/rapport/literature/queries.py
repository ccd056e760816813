"""Reads of the literature that more than one page needs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeVar

from django.utils.translation import get_language

from rapport.literature.models import Article, Shelf, Topic
from rapport.web.folding import fold
from rapport.web.wording import in_language

AnyShelf = TypeVar("AnyShelf", bound=Shelf)
MOST_NEAR = 4
LONGEST_KEY = 60


def overlapping_pairs(article_ids: Iterable[int]) -> frozenset[frozenset[int]]:
    """Pairs of the given articles that are known to share studies or people."""
    ids = set(article_ids)
    rows = Article.overlaps_with.through.objects.filter(from_article_id__in=ids, to_article_id__in=ids)
    return frozenset(frozenset(pair) for pair in rows.values_list("from_article_id", "to_article_id"))


def in_reading_order(topics: Iterable[Topic]) -> list[Topic]:
    """Topics by their names in the page's language, as a reader looks them up."""
    language = get_language() or "en"
    return sorted(topics, key=lambda topic: fold(in_language(topic.name, language).text))


def near_shelves(key: str, shelves: Iterable[AnyShelf]) -> list[AnyShelf]:
    """Shelves whose key, name in any language or other spelling is nearly `key`, the nearest first."""
    shelves = list(shelves)
    named = {shelf.key: shelf for shelf in shelves}
    for shelf in shelves:
        for name in (*shelf.name.values(), *shelf.variants):
            named.setdefault(name.lower(), shelf)
    near = difflib.get_close_matches(key[:LONGEST_KEY].lower(), named, n=MOST_NEAR, cutoff=0.45)
    return list(dict.fromkeys(named[name] for name in near))
