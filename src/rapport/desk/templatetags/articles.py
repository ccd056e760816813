"""What the pages about articles say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.conf import settings
from django.utils.translation import get_language

from rapport.desk.queries.articles import entry_about
from rapport.digest.models import Entry
from rapport.literature.citations import in_text
from rapport.literature.models import Article

register = template.Library()
MOST_QUOTED = 3


@register.simple_tag
def to_try() -> list[str]:
    """DOIs that a demo's stand-in knows; none outside a demo."""
    if not settings.DEMO:
        return []
    from rapport.literature.lookup.fake import invented  # a server, which nothing else of the desk needs

    return [article["doi"] for article in invented()[:MOST_QUOTED]]


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
def in_words(of: Mapping[str, object], key: str) -> object:
    """What a mapping says of `key`; "" for nothing."""
    return of.get(key, "")
