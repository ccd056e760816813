"""What the pages about articles say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import get_language

from rapport.desk.queries.articles import entry_about
from rapport.digest.models import Entry
from rapport.literature.citations import in_text
from rapport.literature.models import Article

register = template.Library()
MOST_QUOTED = 3


@register.simple_tag
def to_try() -> list[dict[str, str]]:
    """Articles that a demo's stand-in knows, each with its DOI and its title; none outside a demo."""
    if not settings.DEMO:
        return []
    from rapport.literature.lookup.fake import invented, whole_title  # a server, which nothing else of the desk needs

    return [{"doi": article["doi"], "title": unescape(whole_title(article))} for article in invented()[:MOST_QUOTED]]


@register.filter
def its_entry(article: Article) -> Entry | None:
    """The entry about an article, or None."""
    return entry_about(article)


@register.filter
def names_and_year(article: Article) -> str:
    """“Swift & Greenberg (2012)”, as a text names it."""
    return in_text(article.reference, get_language() or "en")


@register.filter
def quoted(words: Iterable[str]) -> str:
    """“randomised”, “trial”: the first few, in the quotation marks of the page's language."""
    before, after = ("«\u00a0", "\u00a0»") if get_language() == "fr" else ("“", "”")
    return ", ".join(f"{before}{word}{after}" for word in list(words)[:MOST_QUOTED])


@register.filter
def first_in(fields: list[BoundField], own: str) -> dict[str, Any]:
    """The fields of a wording: the one of language `own` first, the others behind it, open where something is there."""
    ordered = sorted(fields, key=lambda field: not field.name.endswith(f"_{own}"))
    return {"first": ordered[0], "others": ordered[1:], "is_open": is_open(ordered[1:])}


@register.filter
def is_open(fields: Iterable[BoundField]) -> bool:
    """Whether what is folded away must be seen: something is in it, or wrong."""
    return any(field.errors or field.value() for field in fields)


@register.filter
def in_words(of: Mapping[str, object], key: str) -> object:
    """What a mapping says of `key`; "" for nothing."""
    return of.get(key, "")
