"""Which of an entry's texts a reader gets, and which of its revisions first."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language

from rapport.digest.models import EntryText, Revision


def best_text(texts: Sequence[EntryText], original: str) -> EntryText:
    """The text in the page's language; where there is none, the one it was first written in."""
    by_language = {text.language: text for text in texts}
    for language in (get_language() or "en", original):
        if language in by_language:
            return by_language[language]
    return texts[0]


def last_of(kind: str, revisions: Sequence[Revision]) -> Revision | None:
    """The last revision of a kind: what readers are told above the entry, if anything."""
    return next((revision for revision in reversed(revisions) if revision.kind == kind), None)
