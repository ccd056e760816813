"""Statistics against the facts: estimates by their symbol, limits of intervals, levels, p, samples and tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from rapport.desk.checking.closeness import equals, slip
from rapport.desk.checking.facts import Fact, Part
from rapport.desk.checking.figure import Figure
from rapport.desk.checking.nouns import Kind
from rapport.desk.checking.pool import (
    IN_POINTS,
    LESS,
    Match,
    Pool,
    another_thing,
    any_fits,
    as_written,
    how_close,
    how_off,
)
from rapport.desk.checking.verdicts import Verdict

_SAME_METRIC: Final[dict[str, frozenset[str]]] = {
    metric: frozenset({"d", "g", "SMD"}) for metric in ("d", "g", "SMD")
} | {"b": frozenset({"b", "gamma"}), "gamma": frozenset({"b", "gamma"})}


@dataclass
class Anchors:
    """Which findings the estimates of a sentence were matched with: what an interval or a p belongs to."""

    sentence: int = -1
    fresh: list[frozenset[str]] = field(default_factory=list)  # since the last interval
    last: list[frozenset[str]] = field(default_factory=list)  # of this sentence
    before: frozenset[str] = frozenset()  # of the field so far

    def enter(self, sentence: int) -> None:
        if sentence != self.sentence:
            self.sentence, self.fresh, self.last = sentence, [], []

    def add(self, facts: Iterable[Fact]) -> None:
        findings = frozenset(fact.finding for fact in facts if fact.finding)
        self.fresh.append(findings)
        self.last.append(findings)
        if findings:
            self.before = findings

    def of_interval(self) -> list[str]:
        return [key for findings in reversed(self.fresh or self.last[-1:]) for key in sorted(findings)]

    def of_sentence(self) -> list[str]:
        return [key for findings in reversed(self.last) for key in sorted(findings)]


def match_estimate(pool: Pool, sentence: str, figure: Figure) -> Match:
    family = _SAME_METRIC.get(figure.metric, frozenset({figure.metric}))
    own = [fact for fact in pool.estimates if fact.metric == figure.metric]
    near = own or [fact for fact in pool.estimates if fact.metric in family]
    if figure.metric in {"mean-difference", "mean"}:
        near = [fact for fact in pool.estimates if fact.metric in IN_POINTS]
    fitting = pool.fitting(figure, near) or pool.fitting(
        figure, [fact for fact in pool.estimates if fact.metric in family or not fact.metric]
    )
    if fitting:
        return pool.supported(sentence, figure, fitting)
    if near:
        return pool.contradicted(sentence, figure, near)
    return Match(Verdict.UNSUPPORTED, "unsupported")


def match_limits(pool: Pool, sentence: str, low: Figure, high: Figure, anchors: Anchors) -> tuple[Match, Match]:
    meant = anchors.of_interval()
    own = [key for key in meant if key in pool.intervals]
    for key in own:
        facts = pool.facts.by_finding[key]
        if _is_told_without_sign(sentence, low, high, facts[Part.LOW], facts[Part.HIGH]):
            return (
                Match(Verdict.SUPPORTED, "exact", (facts[Part.HIGH],)),
                Match(Verdict.SUPPORTED, "exact", (facts[Part.LOW],)),
            )
    for key in own or ([] if meant else pool.intervals):
        if _is_interval_of(pool, key, low, high):
            facts = pool.facts.by_finding[key]
            anchors.before = frozenset({key})
            return (
                Match(Verdict.SUPPORTED, "exact", (facts[Part.LOW],)),
                Match(Verdict.SUPPORTED, "exact", (facts[Part.HIGH],)),
            )
    if not own and not meant:
        own = [key for key in sorted(anchors.before) if key in pool.intervals] or [
            key for key in pool.intervals if _touches(pool, key, low, high)
        ]
        if not own and len(pool.intervals) == 1:
            own = pool.intervals
    if not own:
        return Match(Verdict.UNSUPPORTED, "no-interval"), Match(Verdict.UNSUPPORTED, "no-interval")
    facts = pool.facts.by_finding[own[0]]
    stored = facts[Part.LOW], facts[Part.HIGH]
    if any_fits(low, stored[1]) and any_fits(high, stored[0]):
        swapped = Match(Verdict.CONTRADICTED, "limits-swapped", stored)
        return swapped, swapped
    both = [
        Match(Verdict.SUPPORTED, "exact", (fact,))
        if any_fits(limit, fact)
        else Match(Verdict.CONTRADICTED, how_off(limit, fact), (fact,))
        for limit, fact in zip((low, high), stored, strict=True)
    ]
    return both[0], both[1]


def _is_told_without_sign(sentence: str, low: Figure, high: Figure, lower: Fact, upper: Fact) -> bool:
    """“4.7 points lower (from 3.3 to 6.1)” of an interval from −6.1 to −3.3."""
    is_negative = upper.value <= 0 and lower.metric in IN_POINTS and not low.signed and not high.signed
    fits_turned = is_negative and as_written(low, -upper.value) and as_written(high, -lower.value)
    return fits_turned and LESS.search(sentence) is not None


def _is_interval_of(pool: Pool, key: str, low: Figure, high: Figure) -> bool:
    facts = pool.facts.by_finding[key]
    return any_fits(low, facts[Part.LOW]) and any_fits(high, facts[Part.HIGH])


def _touches(pool: Pool, key: str, low: Figure, high: Figure) -> bool:
    limits = pool.facts.by_finding[key][Part.LOW], pool.facts.by_finding[key][Part.HIGH]
    return any(any_fits(figure, fact) for figure in (low, high) for fact in limits)


def match_level(pool: Pool, figure: Figure, anchors: Anchors) -> Match:
    levels = pool.facts.by_part[Part.LEVEL]
    own = [fact for fact in levels if fact.finding in anchors.of_sentence()] or list(levels)
    if not own:
        own = [fact for fact in pool.facts.by_part[Part.FIGURE] if fact.value == figure.value]
    equal = [fact for fact in own if fact.value == figure.value]
    if equal:
        return Match(Verdict.SUPPORTED, "exact", (equal[0],))
    if own:
        return Match(Verdict.CONTRADICTED, "differs", (own[0],))
    return Match(Verdict.UNSUPPORTED, "no-interval")


def match_p(pool: Pool, figure: Figure, anchors: Anchors) -> Match:
    stored = pool.facts.by_part[Part.P]
    meant = anchors.of_sentence()
    own = [fact for key in meant for fact in stored if fact.finding == key]
    possible = own or ([] if meant and meant[0] in pool.facts.by_finding else list(stored))
    fitting = [fact for fact in possible if _p_fits(figure, fact)]
    if fitting:
        return Match(Verdict.SUPPORTED, "exact", (fitting[0],))
    is_finer = figure.operator == "=" and any(fact.operator == "<" and figure.value < fact.value for fact in possible)
    if (own or (possible and not meant)) and not is_finer:
        return Match(Verdict.CONTRADICTED, "differs", (possible[0],))
    return Match(Verdict.UNSUPPORTED, "unsupported")


def match_sample(pool: Pool, sentence: str, figure: Figure, anchors: Anchors) -> Match:
    kinds = {Kind.PEOPLE, Kind.THERAPISTS} if figure.role is Part.N else {Kind.STUDIES, Kind.EFFECTS}
    possible = [fact for fact in pool.counts if fact.kind in kinds and fact.metric != "NNT"]
    if figure.kind in kinds:  # “N = 94 therapists”
        same, _ = pool.counting_like(figure)
        possible = [fact for fact in possible if fact in same]
    fitting = pool.fitting(figure, possible)
    meant = anchors.of_interval()
    own = [fact for fact in possible if fact.part is figure.role and fact.finding in meant]
    of_another = own and all(fact.part is figure.role for fact in fitting) and not {*own} & {*fitting}
    if fitting and not of_another:
        return Match(Verdict.SUPPORTED, how_close(figure, fitting[0]), (fitting[0],))
    another = another_thing(pool, sentence, figure)
    if another is not None and not fitting:
        return another
    slips = [fact for fact in possible if slip(figure.value, fact.value)]
    if own or slips or len({fact.value for fact in possible}) == 1:
        return Match(Verdict.CONTRADICTED, "differs", ((own or slips or possible)[0],))
    return Match(Verdict.UNSUPPORTED, "unsupported")


def match_test(pool: Pool, figure: Figure) -> Match:
    assert figure.role is not None
    stored = [fact for fact in pool.facts.by_part[figure.role] if not fact.metric or fact.metric == figure.metric]
    fitting = pool.fitting(figure, stored)
    if fitting:
        return Match(Verdict.SUPPORTED, how_close(figure, fitting[0]), (fitting[0],))
    if stored and figure.role is Part.STATISTIC:
        return Match(Verdict.CONTRADICTED, "differs", (stored[0],))
    return Match(Verdict.UNSUPPORTED, "unsupported")


# The thresholds against which p is told. A p below one of them may be told as below another; else a slip is likelier.
_THRESHOLDS: Final = frozenset(Decimal(one) for one in ("0.05", "0.01", "0.005", "0.001", "0.0005", "0.0001"))


def _p_fits(figure: Figure, fact: Fact) -> bool:
    for value in fact.values:
        if figure.operator == "=" and fact.operator == "=" and equals(figure.value, value):
            return True
        is_usual = figure.value in _THRESHOLDS or figure.value in fact.values
        is_below = is_usual and (value <= figure.value if fact.operator == "<" else value < figure.value)
        if figure.operator == "<" and fact.operator in "=<" and is_below:
            return True
        if figure.operator == ">" and fact.operator in "=>" and value >= figure.value:
            return True
    return False
