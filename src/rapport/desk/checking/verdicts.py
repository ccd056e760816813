"""What the number check answers: a `CheckedFigure` for each figure of a text, and all of them as `Checked`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rapport.desk.checking.facts import Fact


class Verdict(StrEnum):
    """What the article's stored facts say of a figure in a text."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    DISAGREE = "sources-disagree"  # the fact itself carries two values, and the text does not say so
    UNSUPPORTED = "unsupported"
    NO_FIGURE = "not-a-research-figure"


class Acknowledged(NamedTuple):
    """A figure that somebody answers for. It holds while both the figure and its sentence stand as they are."""

    figure: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CheckedFigure:
    """One figure of a text, and what was found about it.

    field       of the words: "title", "summary", "how_many" …
    start, end  where it stands there: words[field][start:end] == text
    sentence    the sentence it stands in, with its Markdown, by which an acknowledgement is kept
    facts       the facts that support it, or that it contradicts
    message     one sentence for the editor, in the language of the interface
    questions   what its words of direction and size make one ask; never an error
    acknowledged  whether somebody answers for it
    """

    field: str
    start: int
    end: int
    text: str
    sentence: str
    verdict: Verdict
    facts: tuple[Fact, ...] = ()
    message: str = ""
    questions: tuple[str, ...] = ()
    acknowledged: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it must be resolved, or acknowledged by name, before the entry is published."""
        return self.verdict in {Verdict.UNSUPPORTED, Verdict.DISAGREE} and not self.acknowledged


@dataclass(frozen=True, slots=True)
class Checked:
    """Every figure of an entry's words in one language, in the order in which they are read."""

    figures: tuple[CheckedFigure, ...] = ()

    def _of(self, verdict: Verdict) -> tuple[CheckedFigure, ...]:
        return tuple(figure for figure in self.figures if figure.verdict is verdict)

    @property
    def supported(self) -> tuple[CheckedFigure, ...]:
        return self._of(Verdict.SUPPORTED)

    @property
    def contradicted(self) -> tuple[CheckedFigure, ...]:
        return self._of(Verdict.CONTRADICTED)

    @property
    def unsupported(self) -> tuple[CheckedFigure, ...]:
        return self._of(Verdict.UNSUPPORTED)

    @property
    def open(self) -> tuple[CheckedFigure, ...]:
        """Unsupported, or with sources that disagree unsaid; and acknowledged by nobody."""
        return tuple(figure for figure in self.figures if figure.is_open)

    @property
    def questions(self) -> tuple[CheckedFigure, ...]:
        return tuple(figure for figure in self.figures if figure.questions)

    @property
    def blocks(self) -> bool:
        """Whether the entry cannot be published as it stands: a figure is contradicted, or still open."""
        return bool(self.contradicted or self.open)


def normal(text: str) -> str:
    """Words as acknowledgements are compared: white space does not count."""
    return " ".join(text.split())


def is_acknowledged(figure: str, sentence: str, acknowledged: Iterable[tuple[str, str]]) -> bool:
    """Whether this figure in this sentence was acknowledged."""
    wanted = (normal(figure), normal(sentence))
    return any((normal(one), normal(other)) == wanted for one, other in acknowledged)
