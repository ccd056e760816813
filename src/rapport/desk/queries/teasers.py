"""The “this month” line, suggested from the titles."""

from __future__ import annotations

from collections.abc import Iterable

from rapport.digest.models import Entry


def suggested_teaser(entries: Iterable[Entry], language: str) -> str:
    """A line made of the entries' titles, in their order. It is a suggestion; nothing is kept."""
    raise NotImplementedError
