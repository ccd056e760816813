"""What an article's stored numbers are: the facts that figures in a text are matched with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapport.literature.models import Article


class Part(StrEnum):
    """Which number of a finding a fact is; FIGURE for another number of the article."""

    ESTIMATE = "estimate"
    LOW = "interval_low"
    HIGH = "interval_high"
    LEVEL = "interval_level"
    P = "p"
    N = "n"
    K = "k"
    STATISTIC = "statistic"
    DF = "df"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Fact:
    """One stored number.

    key       unique within the article: "drop-out-rate.estimate", "figure.2"
    finding   the finding's key; "" for another number of the article
    position  of the finding, or of the figure in the article's list, from 0
    value     as stored, with its decimals
    operator  "=", or "<" and ">" for a p
    metric    the finding's, for its estimate and its limits
    words     by language: what the number is, for matching and for messages
    also      other values that other sources give, each with its source
    """

    key: str
    finding: str
    position: int
    part: Part
    value: Decimal
    operator: str = "="
    metric: str = ""
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    also: tuple[tuple[Decimal, str], ...] = ()


@dataclass(frozen=True)
class Facts:
    """All that is stored about an article, as the number check reads it."""

    facts: tuple[Fact, ...] = ()
    years: frozenset[int] = frozenset()  # of the article itself; not research figures


def facts_of(article: Article) -> Facts:
    """The facts of an article, with its findings prefetched or read in one query."""
    raise NotImplementedError
