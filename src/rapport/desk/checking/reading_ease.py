"""How long a text is, and how easily it reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingEase:
    """Words, sentences and syllables of a text, and its reading ease: 0 (hard) to 100 (easy); None for no words."""

    words: int
    sentences: int
    syllables: int
    score: int | None


def reading_ease(text: str, *, language: str) -> ReadingEase:
    """The reading ease of a Markdown text in English (Flesch, 1948) or French (Kandel & Moles, 1958)."""
    raise NotImplementedError
