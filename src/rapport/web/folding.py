"""Letters folded, so that words are compared and ordered as readers do."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Small letters without accents, so that Řiháček sorts under r; ligatures and full-width letters as plain ones."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
