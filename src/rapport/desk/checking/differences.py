"""Differences of two percentages: “68% against 54%, a difference of 14 percentage points”."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from rapport.desk.checking.closeness import slip
from rapport.desk.checking.facts import Fact, Part
from rapport.desk.checking.figure import Figure, Form
from rapport.desk.checking.nouns import Kind
from rapport.desk.checking.pool import MOST_PAIRS, Match, Pool, as_written
from rapport.desk.checking.verdicts import Verdict

_PERCENT: Final = "percent"
MOST_TOLD: Final = 8  # percentages in one sentence that are compared


class _Told(NamedTuple):
    """A percentage that the text tells, and what is stored of it."""

    figure: Figure
    fact: Fact


def with_differences(pool: Pool, figures: Sequence[Figure], matches: Sequence[Match]) -> list[Match]:
    """The matches of a field, with each number of percentage points that is worked out from two percentages."""
    told = _told(figures, matches)
    return [
        _of_difference(pool, figure, match, told)
        if figure.kind is Kind.POINTS and match.verdict is not Verdict.SUPPORTED
        else match
        for figure, match in zip(figures, matches, strict=True)
    ]


def _told(figures: Sequence[Figure], matches: Sequence[Match]) -> dict[int, list[_Told]]:
    """The stored percentages that the text tells, by sentence."""
    told: dict[int, list[_Told]] = {}
    for figure, match in zip(figures, matches, strict=True):
        is_told = figure.form is Form.PERCENT and figure.role is None and match.verdict is Verdict.SUPPORTED
        if is_told and match.facts and match.facts[0].metric == _PERCENT:
            told.setdefault(figure.sentence, []).append(_Told(figure, match.facts[0]))
    return told


def _of_difference(pool: Pool, figure: Figure, match: Match, told: Mapping[int, list[_Told]]) -> Match:
    """Of the two percentages beside it, or else of any two."""
    here = told.get(figure.sentence, [])
    if not figure.in_percentage_points and len(here) != 2:
        return match
    if len(here) > 1:
        return _of_told(figure, here) or _not_of_told(figure, here) or match
    before = told.get(figure.sentence - 1, [])
    return _of_told(figure, [*before, *here]) or _of_stored(pool, figure) or match


def _of_told(figure: Figure, told: Sequence[_Told]) -> Match | None:
    for one, other in itertools.combinations(told[-MOST_TOLD:], 2):
        if _fits(figure, one.fact, other.fact):
            return Match(Verdict.SUPPORTED, "difference", _larger_first(one.fact, other.fact))
        if as_written(figure, abs(one.figure.value - other.figure.value)):
            return Match(Verdict.SUPPORTED, "difference-as-rounded", _larger_first(one.fact, other.fact))
    return None


def _not_of_told(figure: Figure, told: Sequence[_Told]) -> Match | None:
    """What looks like a slip for the difference of the two percentages that stand beside it."""
    if len(told) != 2:
        return None
    one, other = told
    if slip(abs(figure.value), abs(one.fact.value - other.fact.value)):
        return Match(Verdict.CONTRADICTED, "difference", _larger_first(one.fact, other.fact))
    return None


def _of_stored(pool: Pool, figure: Figure) -> Match | None:
    stored = [
        fact for fact in pool.percentages if fact.metric == _PERCENT and fact.part in {Part.ESTIMATE, Part.FIGURE}
    ]
    for one, other in itertools.combinations(stored[:MOST_PAIRS], 2):
        if _fits(figure, one, other):
            return Match(Verdict.SUPPORTED, "difference", _larger_first(one, other))
    return None


def _fits(figure: Figure, one: Fact, other: Fact) -> bool:
    difference = abs(one.value - other.value)
    return as_written(figure, difference) or (figure.signed and as_written(figure, -difference))


def _larger_first(one: Fact, other: Fact) -> tuple[Fact, Fact]:
    return (one, other) if one.value >= other.value else (other, one)
