"""The “this month” line, suggested from the titles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from django.utils import translation
from django.utils.translation import gettext as _

from rapport.desk.queries.words import newest_words_of_many
from rapport.digest.models import Entry


def suggested_teaser(entries: Iterable[Entry], language: str) -> str:
    """A line made of the entries' titles, in their order, that goes on from “This month”. Nothing is kept of it.

    Titles in another language are left out: half a line in each would have to be written anew.
    """
    entries = list(entries)
    words = newest_words_of_many(entries)
    titles = [words[entry.pk][language].texts["title"] for entry in entries if language in words[entry.pk]]
    parts = [_as_part(title, language) for title in titles if title]
    if not parts:
        return ""
    with translation.override(language):
        joined = (
            parts[0]
            if len(parts) == 1
            else _("%(first)s; and %(last)s") % {"first": reduce(_beside, parts[:-1]), "last": parts[-1]}
        )
        return _("…%(titles)s") % {"titles": joined}


def _beside(first: str, next_one: str) -> str:
    return _("%(first)s; %(next)s") % {"first": first, "next": next_one}


def _as_part(title: str, language: str) -> str:
    """A title within a sentence: without its full stop, its first word small unless it is a name or an acronym."""
    title = title.strip().rstrip(".")
    first, _space, rest = title.partition(" ")
    plain = first[1:].islower() or len(first) == 1
    kept = language == "en" and first in ("I", "I’m", "I’ve")
    small = first[:1].lower() + first[1:] if plain and not kept else first
    return f"{small} {rest}".strip()
