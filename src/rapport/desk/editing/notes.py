"""What author and editor say to each other, beside the paragraphs they say it about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapport.desk.differing import paragraphs_of
from rapport.desk.models import Note

QUOTED: Final = 80  # characters of a paragraph by which a note finds it again


@dataclass(frozen=True)
class Conversation:
    """A note beside a paragraph, and what was answered. `stands`: whether its paragraph still begins as it did."""

    note: Note
    answers: tuple[Note, ...]
    stands: bool
    answer: str = ""  # typed, and not sent yet


def conversations(
    notes: Sequence[tuple[Note, list[Note]]], words: Mapping[str, str], typed: Mapping[str, str] | None = None
) -> dict[str, list[Conversation]]:
    """The notes of a text by field. `typed` are answers that were not taken, by the note's number."""
    found: dict[str, list[Conversation]] = {}
    for note, answers in notes:
        beginnings = {quote_of(paragraph) for paragraph in paragraphs_of(words.get(note.field, ""))}
        stands = not note.quote or note.quote in beginnings
        answer = (typed or {}).get(str(note.pk), "")
        found.setdefault(note.field, []).append(Conversation(note, tuple(answers), stands, answer))
    return found


def quote_of(paragraph: str) -> str:
    """A paragraph's first words, by which a note finds it again."""
    line = " ".join(paragraph.split())
    return line if len(line) <= QUOTED else line[:QUOTED].rsplit(" ", 1)[0] or line[:QUOTED]
