"""What the editing page shows: the fields, each figure with its verdict, notes, the original beside a translation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.desk.checking import Checked, CheckedFigure, ReadingEase, Verdict, check_words, facts_of, reading_ease
from rapport.desk.differing import OriginalParagraph, Piece, merged, paragraphs_of, side_by_side, since_translated
from rapport.desk.models import Acknowledgement, Note
from rapport.desk.queries import FIELDS, Words
from rapport.digest.models import Entry
from rapport.literature.models import Finding

MOST_LISTED = 200  # figures of one verdict; an entry has some dozens
AROUND = 240  # characters of a sentence on either side of its figure
QUOTED = 80  # characters of a paragraph by which a note finds it again


@dataclass(frozen=True)
class Kind:
    """What a field is called, what belongs in it, and how it is written. `most` is what fits into it."""

    label: object
    hint: object = ""
    most: int | None = None
    rows: int = 1

    @property
    def is_long(self) -> bool:
        return self.most is None


WRITTEN: Final[Mapping[str, Kind]] = {
    "title": Kind(_("Title"), _("What was found, in one line."), most=200, rows=2),
    "design": Kind(_("Design"), _("For example: meta-analysis of 12 trials."), most=300),
    "who": Kind(_("Who"), _("For example: adults in out-patient therapy."), most=300),
    "how_many": Kind(_("How many"), _("For example: 231 clients of 40 therapists."), most=300),
    "measured": Kind(_("Measured"), _("For example: depressive symptoms, after each session."), most=300),
    "summary": Kind(_("Summary"), rows=12),
    "implications": Kind(_("Practice implications"), _("One point a line, each begun with “- ”."), rows=7),
    "limitations": Kind(_("Limitations"), rows=4),
    "disagreements": Kind(
        _("Where sources disagree"), _("Only when two sources give different values: readers are told both."), rows=2
    ),
    "author": Kind(pgettext_lazy("of an entry", "Author"), _("As readers see it."), most=200),
    "translator": Kind(_("Translator"), most=200),
}
AT_A_GLANCE: Final = ("design", "who", "how_many", "measured")
assert set(WRITTEN) == set(FIELDS)


# --- figures --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FigureLine:
    """A figure of the text in the list beside it. Offsets count as JavaScript counts, in UTF-16."""

    figure: CheckedFigure
    key: str
    start: int
    end: int
    before: str  # of its sentence
    after: str
    reason: str = ""  # typed, and not taken yet
    acknowledgement: Acknowledgement | None = None

    @property
    def field(self) -> str:
        return self.figure.field

    @property
    def field_label(self) -> object:
        return WRITTEN[self.figure.field].label

    @property
    def mark(self) -> str:
        """How it is drawn: one word for its verdict and what became of it."""
        if self.figure.acknowledged:
            return "acknowledged"
        return {
            Verdict.CONTRADICTED: "contradicted",
            Verdict.DISAGREE: "disagree",
            Verdict.UNSUPPORTED: "unsupported",
            Verdict.SUPPORTED: "asked" if self.figure.questions else "supported",
            Verdict.NO_FIGURE: "asked" if self.figure.questions else "no-figure",
        }[self.figure.verdict]

    @property
    def can_be_acknowledged(self) -> bool:
        return self.figure.verdict is Verdict.UNSUPPORTED and not self.figure.acknowledged


@dataclass(frozen=True)
class FigureGroup:
    key: str
    heading: object
    every: tuple[FigureLine, ...]
    folded: bool = False

    @property
    def lines(self) -> tuple[FigureLine, ...]:
        return self.every[:MOST_LISTED]

    @property
    def left_out(self) -> int:
        return len(self.every) - len(self.lines)


@dataclass(frozen=True)
class NumberCheck:
    """The number check of the words as they stand in the editor."""

    checked: Checked
    lines: tuple[FigureLine, ...]

    @property
    def groups(self) -> tuple[FigureGroup, ...]:
        """What blocks first, what is in order last."""
        kinds = (
            (("contradicted",), _("Contradicted"), False),
            (("disagree",), _("Sources disagree"), False),
            (("unsupported",), _("Not supported"), False),
            (("asked",), _("Questions"), False),
            (("acknowledged",), _("Acknowledged"), True),
            (("supported",), _("Supported"), True),
            (("no-figure",), _("Not research figures"), True),
        )
        found = (
            FigureGroup(marks[0], heading, tuple(line for line in self.lines if line.mark in marks), folded)
            for marks, heading, folded in kinds
        )
        return tuple(group for group in found if group.every)

    @property
    def to_resolve(self) -> int:
        return len({id(figure) for figure in (*self.checked.contradicted, *self.checked.open)})

    def number_of(self, mark: str) -> int:
        return sum(line.mark == mark for line in self.lines)


def number_check(
    entry: Entry,
    words: Mapping[str, str],
    language: str,
    *,
    acknowledgements: Sequence[Acknowledgement],
    reasons: Mapping[str, str] | None = None,
) -> NumberCheck:
    """Check `words`. `reasons` are those typed beside figures, by the figure's key."""
    held = {(_bare(one.figure), _bare(one.sentence)): one for one in acknowledgements}
    checked = check_words(
        words, facts_of(entry.article), language=language, acknowledged=[(a.figure, a.sentence) for a in held.values()]
    )
    lines: list[FigureLine] = []
    seen: dict[tuple[str, str, str], int] = {}
    for figure in checked.figures:
        place = (figure.field, figure.text, figure.sentence)
        seen[place] = seen.get(place, 0) + 1
        key = hashlib.sha256("\0".join([*place, str(seen[place])]).encode()).hexdigest()[:12]
        text = words.get(figure.field, "")
        before, after = _around(text, figure)
        lines.append(
            FigureLine(
                figure=figure,
                key=key,
                start=_as_javascript_counts(text[: figure.start]),
                end=_as_javascript_counts(text[: figure.end]),
                before=before,
                after=after,
                reason=(reasons or {}).get(key, ""),
                acknowledgement=held.get((_bare(figure.text), _bare(figure.sentence))),
            )
        )
    return NumberCheck(checked, tuple(lines))


def _bare(text: str) -> str:
    return " ".join(text.split())


def _around(text: str, figure: CheckedFigure) -> tuple[str, str]:
    """What stands before and after a figure in its sentence, shortened where the sentence has no end."""
    begins = text.find(figure.sentence, max(0, figure.start - len(figure.sentence))) if figure.sentence else -1
    if not 0 <= begins <= figure.start:
        return "", ""
    before, after = text[begins : figure.start], text[figure.end : begins + len(figure.sentence)]
    if len(before) > AROUND:
        before = f"… {before[-AROUND:]}"
    if len(after) > AROUND:
        after = f"{after[:AROUND]} …"
    return before, after


def _as_javascript_counts(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True)
class MarkedPiece:
    """A stretch of a field's text; with `line` when it is a figure."""

    text: str
    line: FigureLine | None = None


def marked(text: str, lines: Sequence[FigureLine]) -> tuple[MarkedPiece, ...]:
    """The text of a field with its figures, for who has no script to see them in place."""
    pieces: list[MarkedPiece] = []
    at = 0
    for line in sorted(lines, key=lambda line: line.figure.start):
        if line.figure.start < at:
            continue
        pieces += [MarkedPiece(text[at : line.figure.start]), MarkedPiece(line.figure.text, line)]
        at = line.figure.end
    return (*pieces, MarkedPiece(text[at:]))


# --- notes ----------------------------------------------------------------------------------------


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
    line = _bare(paragraph)
    return line if len(line) <= QUOTED else line[:QUOTED].rsplit(" ", 1)[0] or line[:QUOTED]


# --- the page ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WrittenField:
    """A field of the text, with all that stands beside it."""

    name: str
    kind: Kind
    value: str
    language: str
    lines: tuple[FigureLine, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    original: tuple[OriginalParagraph, ...] = ()
    error: str = ""
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
class Typed:
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
    typed: Typed | None = None,
) -> dict[str, WrittenField]:
    """Every field of a text, by its name, in the order in which it is written.

    With `original`, its paragraphs stand beside those of the translation; with `original_then`, the words it was
    translated from, what changed since is marked.
    """
    typed = typed or Typed()
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
            if original and name not in ("author", "translator")
            else (),
            note=typed.notes.get(name, ""),
            note_at=typed.notes_at.get(name, ""),
        )
        for name, kind in WRITTEN.items()
        if name != "translator" or original
    }


def sum_of(fields: Mapping[str, WrittenField]) -> int:
    """How many words the whole text has."""
    return sum(fields[name].count.words for name in ("summary", "implications", "limitations", "disagreements"))


@dataclass(frozen=True)
class AlsoReported:
    """Where another source gives another value of a finding."""

    value: str
    source: str


def also_reported(finding: Finding) -> list[AlsoReported]:
    return [AlsoReported(str(one.get("value", "")), str(one.get("source", ""))) for one in finding.also_reported]


# --- what two people wrote ------------------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """A field in which what I wrote and what somebody else saved meanwhile differ."""

    name: str
    kind: Kind
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    proposal: str
    both: bool  # whether both of us changed it since we last agreed


def clashes(mine: Mapping[str, str], theirs: Mapping[str, str], base: Mapping[str, str] | None) -> list[Clash]:
    """The fields in which two texts differ, each with a text that could replace both.

    It holds the changes of both where they changed different places since `base`; where they did not, mine.
    """
    found: list[Clash] = []
    for name, kind in WRITTEN.items():
        here, there = mine.get(name, ""), theirs.get(name, "")
        if here == there:
            continue
        was = base.get(name, "") if base is not None else None
        together = merged(was, here, there) if was is not None else None
        beside = side_by_side(there, here)
        found.append(
            Clash(
                name=name,
                kind=kind,
                mine=beside.new,
                theirs=beside.old,
                proposal=here if together is None else together,
                both=together is None,
            )
        )
    return found
