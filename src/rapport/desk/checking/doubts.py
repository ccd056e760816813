"""Doubts about stored findings: whether the numbers of one finding fit one another. A doubt asks; it never accuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapport.literature.models import Article, Finding


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing about the stored numbers that does not fit, or cannot be.

    finding   the finding's key; "" for the article's other numbers
    field     the form field to look at: "estimate", "interval_low", "p_value", "figures" …
    sentence  what does not fit, in the language of the interface
    mend      what to do, in the language of the interface
    kind      a word a program can test for: "interval.outside", "p.differs", "percent.range" …
    is_certain  whether the numbers cannot all be right; otherwise they may be, with a reason
    """

    finding: str
    field: str
    sentence: str
    mend: str
    kind: str
    is_certain: bool = True


def doubts_about(stored: Article | Finding) -> tuple[Doubt, ...]:
    """The doubts about one finding, or about all findings and figures of an article."""
    raise NotImplementedError
