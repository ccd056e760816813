"""Percentages, shares and counts against the facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from rapport.desk.checking.closeness import equals, fits_share, slip
from rapport.desk.checking.facts import Fact, Part
from rapport.desk.checking.figure import Figure, Form, Why
from rapport.desk.checking.no_figures import SMALL
from rapport.desk.checking.nouns import Kind
from rapport.desk.checking.pool import (
    IN_POINTS,
    LESS,
    MOST_PAIRS,
    PERCENTAGES,
    RATIOS,
    Match,
    Pool,
    another_thing,
    any_fits,
    as_written,
    counts_same,
    strictly_same,
)
from rapport.desk.checking.verdicts import Verdict

# What a text counts only where the study had so many: “the nine raters” is a figure, “the three effects” need not be.
_NEVER_OF_TEXT: Final = frozenset({Kind.DATABASES, Kind.RATERS, Kind.PLACES, Kind.THERAPISTS})
# Of what a ratio tells: “half the odds”, “42% less likely”.
OF_RISK: Final = re.compile(
    r"\b(?:odds|risks?|hazards?|chances?|likel\w+|probab\w+|ratios?|rates?|cotes|risques?|rapports?|taux)\b",
    re.IGNORECASE,
)


def match_percent(pool: Pool, sentence: str, figure: Figure) -> Match:
    possible = [*pool.percentages, *(fact for fact in pool.counts if fact.kind is None and not fact.metric)]
    fitting = pool.fitting(figure, possible)
    if fitting:
        return pool.supported(sentence, figure, fitting)
    levels = [fact for fact in pool.facts.by_part[Part.LEVEL] if fact.value == figure.value]
    if levels and re.search(r"\binterval", sentence, re.IGNORECASE):
        return Match(Verdict.SUPPORTED, "exact", tuple(levels[:1]))
    of_odds = OF_RISK.search(sentence) is not None
    less = [fact for fact in pool.estimates if of_odds and fact.metric in RATIOS and _is_change(figure, fact)]
    if less:
        return Match(Verdict.SUPPORTED, "share", tuple(less[:1]))
    as_share = [fact for fact in pool.estimates if fact.metric == "ICC" and as_written(figure, fact.value * 100)]
    if as_share:
        return Match(Verdict.SUPPORTED, "share", tuple(as_share[:1]))
    wrong = [fact for fact in pool.percentages if slip(figure.value, fact.value)]
    if wrong:
        return pool.contradicted(sentence, figure, wrong)
    return Match(Verdict.UNSUPPORTED, "unsupported")


def _is_change(figure: Figure, fact: Fact) -> bool:
    """“42% lower odds” of a ratio of 0.58."""
    return any(as_written(figure, abs(1 - value) * 100) for value in fact.values)


def from_counts(pool: Pool, text: str, index: int, figures: Sequence[Figure], matches: Sequence[Match]) -> Match:
    """A percentage that is worked out from two stored numbers beside it: “82% (73 of 89)”."""
    figure = figures[index]
    for first in (index + 1, index - 2):
        if first < 0 or first + 1 >= len(figures):
            continue
        some, all_ = figures[first], figures[first + 1]
        stands_by = {matches[first].verdict, matches[first + 1].verdict} == {Verdict.SUPPORTED}
        if not stands_by or some.sentence != figure.sentence or all_.sentence != figure.sentence or not all_.value:
            continue
        gap = text[min(figure.end, all_.end) : max(some.start, figure.start)]
        if len(gap) < 25 and some.value <= all_.value and equals(figure.value, _percent_of(some.value, all_.value)):
            return Match(Verdict.SUPPORTED, "counts", (*matches[first].facts, *matches[first + 1].facts))
    return matches[index]


def match_share(pool: Pool, sentence: str, figure: Figure) -> Match:
    of_odds = OF_RISK.search(sentence) is not None
    fitting = [
        fact
        for fact in pool.estimates
        if (of_odds or fact.metric not in RATIOS) and any(_share_fits(figure, share) for share in _shares(fact))
    ]
    if fitting:
        return pool.supported(sentence, figure, fitting, "share")
    for some in pool.people:
        for whole in pool.people:
            is_share = some.value < whole.value and fits_share(figure.value, some.value / whole.value, figure.about)
            if is_share and (pool.speaks_of(sentence, some) or pool.speaks_of(sentence, whole)):
                return Match(Verdict.SUPPORTED, "counts", (some, whole))
    return Match(Verdict.UNSUPPORTED, "unsupported")


def against_its_percentage(
    pool: Pool, text: str, index: int, figures: Sequence[Figure], matches: Sequence[Match]
) -> Match:
    """“half (47.9%)”: a share must fit the percentage that stands right behind it."""
    figure = figures[index]
    if index + 1 >= len(figures) or figure.form is not Form.FRACTION:
        return matches[index]
    after = figures[index + 1]
    gap = text[figure.end : after.start]
    if after.form is not Form.PERCENT or after.sentence != figure.sentence or "(" not in gap or len(gap) > 60:
        return matches[index]
    if matches[index + 1].verdict is not Verdict.SUPPORTED or after.role is not None:
        return matches[index]
    if _share_fits(figure, after.value / 100):
        return Match(Verdict.SUPPORTED, "share", matches[index + 1].facts)
    return Match(Verdict.CONTRADICTED, "differs", matches[index + 1].facts)


def match_multiple(pool: Pool, figure: Figure) -> Match:
    for fact in pool.estimates:
        if fact.metric in RATIOS and fact.value > 0 and fits_share(figure.value, fact.value, figure.about):
            return Match(Verdict.SUPPORTED, "share", (fact,))
    comparable = [fact for fact in pool.estimates if fact.metric in {"count", "percent", "USD"} and fact.value > 0][
        :MOST_PAIRS
    ]
    for some in comparable:
        for other in comparable:
            if some.metric == other.metric and fits_share(figure.value, some.value / other.value, figure.about):
                return Match(Verdict.SUPPORTED, "counts", (some, other))
    return Match(Verdict.UNSUPPORTED, "unsupported")


def match_number(pool: Pool, name: str, sentence: str, figure: Figure) -> Match:
    if figure.of_proportion:
        shares = [fact for fact in pool.percentages if as_written(figure, fact.value / 100)]
        if shares:
            return pool.supported(sentence, figure, shares, "share")
        wrong = [fact for fact in pool.percentages if figure.value > 1 and any_fits(figure, fact)]
        if wrong:
            return Match(Verdict.CONTRADICTED, "percent", (wrong[0],))
    if figure.kind is Kind.POINTS or (
        figure.kind in {None, Kind.MONEY} and (figure.decimals or figure.signed or figure.kind)
    ):
        return _plain_estimate(pool, sentence, figure)
    same, _ = pool.counting_like(figure)
    fitting = pool.fitting(figure, same)
    if fitting:
        return pool.supported(sentence, figure, fitting)
    worded = [
        fact
        for fact in pool.in_words
        if fact.value == figure.value and counts_same(figure, fact) and not pool.counts_other(figure, fact)
    ]
    if worded and figure.kind is not None:
        return Match(Verdict.SUPPORTED, "words", (worded[0],))
    if _is_weak(name, figure):
        why = Why.ADVICE if name == "implications" and figure.kind is not None else Why.BACKWARD
        return Match(Verdict.NO_FIGURE, str(why))
    wrong = [fact for fact in same if figure.kind and strictly_same(figure, fact) and slip(figure.value, fact.value)]
    another = another_thing(pool, sentence, figure)
    if wrong and not (another and counts_same(figure, another.facts[0])):
        return pool.contradicted(sentence, figure, wrong)
    return another or Match(Verdict.UNSUPPORTED, "unsupported")


def _plain_estimate(pool: Pool, sentence: str, figure: Figure) -> Match:
    """A number with decimals, or in points, whose metric is not printed with it."""
    in_points = figure.kind is Kind.POINTS
    every = [
        fact
        for fact in pool.facts.facts
        if fact.part in {Part.ESTIMATE, Part.LOW, Part.HIGH, Part.FIGURE, Part.STATISTIC}
    ]
    possible = every
    if in_points:
        possible = [fact for fact in every if fact.metric in IN_POINTS or fact.kind is Kind.POINTS]
    elif figure.kind is Kind.MONEY:
        possible = [fact for fact in every if fact.metric == "USD" or fact.kind is Kind.MONEY]
    fitting = pool.fitting(figure, possible)
    if not fitting and not figure.signed and LESS.search(sentence):
        fitting = [fact for fact in possible if fact.value < 0 and as_written(figure, -fact.value)]
    if not fitting and not in_points:
        fitting = [fact for fact in pool.percentages if figure.value < 1 and as_written(figure, fact.value / 100)]
    if fitting:
        return pool.supported(sentence, figure, fitting)
    wrong = [fact for fact in possible if slip(figure.value, fact.value)]
    if wrong:
        return pool.contradicted(sentence, figure, wrong)
    return Match(Verdict.UNSUPPORTED, "unsupported")


def _is_weak(name: str, figure: Figure) -> bool:
    """Whether a small number in words says something of the text rather than of the research."""
    if not figure.in_words or figure.value > SMALL:
        return False
    if name == "implications" or figure.kind in {None, Kind.ITEMS}:
        return True
    if figure.kind is Kind.GROUPS:
        return figure.refers_back or figure.value == 2 or "groups" not in figure.sorts
    return figure.refers_back and (figure.value == 2 or figure.kind not in _NEVER_OF_TEXT)


def _percent_of(some: Decimal, whole: Decimal) -> Decimal:
    return (some * 100 / whole).quantize(Decimal("0.0001"))


def _shares(fact: Fact) -> tuple[Decimal, ...]:
    """The shares that a fact may be told as: 0.2 of 20%; a quarter more or less of a ratio of 1.25 or 0.75."""
    if fact.metric in PERCENTAGES:
        return tuple(abs(value) / 100 for value in fact.values)
    if fact.metric == "ICC":
        return fact.values
    if fact.metric in RATIOS:
        return tuple(share for value in fact.values for share in (abs(1 - value), value))
    return ()


def _share_fits(figure: Figure, share: Decimal) -> bool:
    return fits_share(figure.value, share, figure.about)
