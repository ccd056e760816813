"""Every field of a text, with all that stands beside it: counts, figures, notes, the original of a translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import cached_property

from rapport.desk.checking import ReadingEase, reading_ease
from rapport.desk.differing import OriginalParagraph, paragraphs_of, since_translated
from rapport.desk.editing.figures import FigureLine, MarkedPiece, NumberCheck, marked
from rapport.desk.editing.notes import Conversation, conversations, quote_of
from rapport.desk.fields import FIELDS, LONG_FIELDS, NOT_TRANSLATED, FieldKind
from rapport.desk.models import Note
from rapport.desk.queries import Words


@dataclass(frozen=True)
class WrittenField:
    """A field of the text, with all that stands beside it."""

    name: str
    kind: FieldKind
    value: str
    language: str
    lines: tuple[FigureLine, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    original: tuple[OriginalParagraph, ...] = ()
    note: str = ""  # typed, and not sent yet
    note_at: str = ""

    @cached_property
    def count(self) -> ReadingEase:
        return reading_ease(self.value, language=self.language)

    @property
    def marked(self) -> tuple[MarkedPiece, ...]:
        return marked(self.value, self.lines)

    @property
    def quotes(self) -> list[str]:
        """The beginnings of its paragraphs, for notes to point at; none for a field of one line."""
        return [quote_of(paragraph) for paragraph in paragraphs_of(self.value)] if self.kind.is_long else []

    @property
    def open_notes(self) -> int:
        return sum(one.note.settled_at is None for one in self.conversations)

    @property
    def original_changed(self) -> bool:
        return any(paragraph.changed for paragraph in self.original)


@dataclass(frozen=True)
class TypedBeside:
    """What a form carried besides the words, so that nothing typed is lost when the page is shown again."""

    reasons: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    notes_at: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


def written_fields(
    texts: Mapping[str, str],
    language: str,
    *,
    check: NumberCheck,
    notes: Sequence[tuple[Note, list[Note]]] = (),
    original: Words | None = None,
    original_then: Mapping[str, str] | None = None,
    typed: TypedBeside | None = None,
) -> dict[str, WrittenField]:
    """Every field of a text, by its name, in the order in which it is written.

    With `original`, its paragraphs stand beside those of the translation; with `original_then`, the words it was
    translated from, what changed since is marked.
    """
    typed = typed or TypedBeside()
    spoken = conversations(notes, texts, typed.answers)
    return {
        name: WrittenField(
            name=name,
            kind=kind,
            value=texts.get(name, ""),
            language=language,
            lines=tuple(line for line in check.lines if line.field == name),
            conversations=tuple(spoken.get(name, ())),
            original=tuple(
                since_translated(original_then.get(name, "") if original_then else None, original.texts.get(name, ""))
            )
            if original and name not in NOT_TRANSLATED
            else (),
            note=typed.notes.get(name, ""),
            note_at=typed.notes_at.get(name, ""),
        )
        for name, kind in FIELDS.items()
        if name != "translator" or original
    }


def sum_of(fields: Mapping[str, WrittenField]) -> int:
    """How many words the whole text has."""
    return sum(fields[name].count.words for name in LONG_FIELDS)
