"""Short texts that exist in several languages, kept as a mapping from language code to text.

``{"en": "Drop-out", "fr": "Abandon"}`` is a *wording*. A wording need not have every language:
readers then get the one there is, marked with its own ``lang``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FALLBACK_ORDER = ("en", "fr")


@dataclass(frozen=True)
class Phrase:
    """A text and the language it is in."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Phrase("", "")


def in_language(wording: Mapping[str, str] | None, language: str) -> Phrase:
    """The wording in `language`, else in the first language it has; an empty phrase if it has none."""
    if not wording:
        return NOTHING
    for code in (language, *FALLBACK_ORDER, *wording):
        if wording.get(code):
            return Phrase(wording[code], code)
    return NOTHING
