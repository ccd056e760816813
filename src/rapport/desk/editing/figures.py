"""The number check as the editor shows it: each figure of the text in its sentence, with its verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.desk.checking import Checked, CheckedFigure, Verdict, check_words, facts_of
from rapport.desk.checking.verdicts import normal
from rapport.desk.editing.abstract import said_in_abstract
from rapport.desk.editing.emphasis import without_emphasis
from rapport.desk.fields import FIELDS
from rapport.desk.models import Acknowledgement
from rapport.desk.suggesting import Suggestion
from rapport.digest.models import Entry

MOST_LISTED: Final = 200  # figures of one verdict; an entry has some dozens
AROUND: Final = 240  # characters of a sentence on either side of its figure


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
    in_abstract: Suggestion | None = None  # what the abstract says the same in; it is not stored
    earlier: Acknowledgement | None = None  # what somebody answered for the same figure in another sentence

    @property
    def field(self) -> str:
        return self.figure.field

    @property
    def field_label(self) -> str | Promise:
        return FIELDS[self.figure.field].label

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
        return self.figure.is_open

    @property
    def can_be_stored(self) -> bool:
        return self.figure.verdict is Verdict.UNSUPPORTED

    @property
    def is_being_answered(self) -> bool:
        """Whether a reason was typed, rather than offered from earlier."""
        return bool(self.reason) and not (self.earlier and self.reason == self.earlier.reason)


@dataclass(frozen=True)
class FigureGroup:
    key: str
    heading: str | Promise
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
            (("acknowledged",), _("Answered for"), True),
            (("supported",), _("Supported"), True),
            (("no-figure",), _("Not research figures"), True),
        )
        found = (
            FigureGroup(marks[0], heading, tuple(line for line in self.lines if line.mark in marks), folded)
            for marks, heading, folded in kinds
        )
        return tuple(group for group in found if group.every)

    @property
    def open_figures(self) -> list[str]:
        return sorted({normal(line.figure.text) for line in self.lines if line.can_be_acknowledged})

    def offering(self, answered: Mapping[str, Acknowledgement]) -> NumberCheck:
        """The same, with what somebody answered earlier for a figure beside it, where it is open again."""
        lines = (
            replace(line, earlier=answered.get(normal(line.figure.text))) if line.can_be_acknowledged else line
            for line in self.lines
        )
        return NumberCheck(self.checked, tuple(lines))

    @property
    def to_resolve(self) -> int:
        return len({id(figure) for figure in (*self.checked.contradicted, *self.checked.open)})


def number_check(
    entry: Entry,
    words: Mapping[str, str],
    language: str,
    *,
    acknowledgements: Sequence[Acknowledgement],
    reasons: Mapping[str, str] | None = None,
    abstract: str = "",
) -> NumberCheck:
    """Check `words`. `reasons` are those typed beside figures, by the figure's key; `abstract` is the article's."""
    held = {(normal(one.figure), normal(one.sentence)): one for one in acknowledgements}
    checked = check_words(
        words, facts_of(entry.article), language=language, acknowledged=[(a.figure, a.sentence) for a in held.values()]
    )
    in_abstract = said_in_abstract(words, checked, abstract, language)
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
                acknowledgement=held.get((normal(figure.text), normal(figure.sentence))),
                in_abstract=in_abstract.get((figure.field, figure.start)),
            )
        )
    return NumberCheck(checked, tuple(lines))


def _around(text: str, figure: CheckedFigure) -> tuple[str, str]:
    """What stands before and after a figure in its sentence, shortened where the sentence has no end."""
    begins = text.find(figure.sentence, max(0, figure.start - len(figure.sentence))) if figure.sentence else -1
    if not 0 <= begins <= figure.start:
        return "", ""
    before, after = text[begins : figure.start], text[figure.end : begins + len(figure.sentence)]
    # A sentence may begin within what is set in bold: half of its marks would be left.
    before, after = without_emphasis(before), without_emphasis(after)
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
