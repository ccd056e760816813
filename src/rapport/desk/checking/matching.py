"""Each figure of a text against the article's facts.

A figure is *contradicted* only where it is clear which fact is meant: by the symbol of a metric, by its place in an
interval, by “n =”, or because it counts the same things and looks like a slip for the stored number (412 for 421).
Where nothing tells which fact is meant, it is *unsupported*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Final

from rapport.desk.checking.closeness import Slip, equals, fits, fits_share, slip
from rapport.desk.checking.facts import Fact, Facts, Part
from rapport.desk.checking.figures import Figure, Form, Why, figures_in
from rapport.desk.checking.nouns import Kind
from rapport.desk.checking.reading import Span, sentences_of
from rapport.desk.checking.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Match:
    """What was found about a figure. `because` is the key of its sentence in `messages`."""

    verdict: Verdict
    because: str
    facts: tuple[Fact, ...] = ()


# Reported with one another's symbols, and close enough to be looked for together.
_SAME_METRIC: Final[dict[str, frozenset[str]]] = {
    metric: frozenset({"d", "g", "SMD"}) for metric in ("d", "g", "SMD")
} | {"b": frozenset({"b", "gamma"}), "gamma": frozenset({"b", "gamma"})}
_PERCENTAGES: Final = frozenset({"percent", "percent-of-variance", "I2", "RD"})
_RATIOS: Final = frozenset({"OR", "RR", "HR"})
_COUNTS: Final = frozenset({"count", "NNT", "mean", "days", "years", "USD"})
_IN_POINTS: Final = frozenset({"mean-difference", "mean", "b", "gamma"})
_ALIKE: Final[tuple[frozenset[Kind], ...]] = (
    frozenset({Kind.PEOPLE, Kind.THERAPISTS}),
    frozenset({Kind.STUDIES, Kind.EFFECTS}),
    frozenset({Kind.TIME, Kind.AGE}),
    frozenset({Kind.SESSIONS, Kind.ITEMS}),
)
# Words that carry the sign where a difference is told without it: “4.7 points lower”.
_LESS: Final = re.compile(
    r"\b(?:lower|less|fewer|reduc\w+|decreas\w+|fell|drop\w*|declin\w+|shorter|smaller|sav\w+|moins|rédui\w+|diminu\w+|"
    r"baiss\w+|inférieure?s?|plus\s(?:faible|bas)\w*)\b",
    re.IGNORECASE,
)
_MOST_PAIRS: Final = 40


@dataclass
class _Anchors:
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


class Matching:
    """The facts of one article, ready to be asked about the figures of a field."""

    def __init__(self, facts: Facts, language: str = "en") -> None:
        self.facts = facts
        self.language = language
        self.stems = {key: stems(" ".join(wording.values())) for key, wording in facts.wordings.items()}
        self.estimates = [fact for fact in facts.facts if fact.part in {Part.ESTIMATE, Part.FIGURE}]
        self.percentages = [
            fact
            for fact in facts.facts
            if fact.metric in _PERCENTAGES and fact.part in {Part.ESTIMATE, Part.FIGURE, Part.LOW, Part.HIGH}
        ]
        self.counts = [
            fact
            for fact in facts.facts
            if fact.part in {Part.N, Part.K}
            or (fact.part is Part.FIGURE and fact.metric not in {"d", "g", "r"})
            or (fact.part is Part.ESTIMATE and fact.metric in _COUNTS)
        ]
        self.people = [fact for fact in self.counts if fact.kind in {Kind.PEOPLE, Kind.THERAPISTS} and fact.value > 0][
            :_MOST_PAIRS
        ]
        self.intervals = [key for key, parts in facts.by_finding.items() if Part.LOW in parts and Part.HIGH in parts]

    def of_field(self, name: str, text: str, figures: Sequence[Figure], sentences: Sequence[Span]) -> list[Match]:
        """A match for each figure of a field, whose readable text is given."""
        found: list[Match | None] = [None] * len(figures)
        anchors = _Anchors()
        for index, figure in enumerate(figures):
            if found[index] is not None:
                continue
            anchors.enter(figure.sentence)
            span = sentences[figure.sentence]
            sentence = text[span.start : span.end]
            if figure.role is Part.LOW and figure.partner is not None:
                found[index], found[figure.partner] = self._limits(figure, figures[figure.partner], anchors)
                anchors.fresh = []
                continue
            match = self._one(name, sentence, figure, anchors)
            if figure.role is Part.ESTIMATE or (figure.form is Form.PERCENT and figure.role is None):
                anchors.add(match.facts)
            found[index] = match
        matches = [match for match in found if match is not None]
        for index, figure in enumerate(figures):
            if figure.form in {Form.FRACTION, Form.MULTIPLE}:
                matches[index] = self._against_its_percentage(text, index, figures, matches)
            elif figure.form is Form.PERCENT and matches[index].verdict is not Verdict.SUPPORTED:
                matches[index] = self._from_counts(text, index, figures, matches)
        return matches

    def _one(self, name: str, sentence: str, figure: Figure, anchors: _Anchors) -> Match:
        if figure.why is not None:
            return self._no_figure(figure)
        if figure.role is Part.LEVEL:
            return self._level(figure, anchors)
        if figure.role is Part.P:
            return self._p(figure, anchors)
        if figure.role in {Part.N, Part.K}:
            return self._sample(figure, anchors)
        if figure.role in {Part.STATISTIC, Part.DF}:
            return self._test(figure)
        if figure.role is Part.ESTIMATE:
            return self._estimate(sentence, figure)
        if figure.form is Form.FRACTION:
            return self._share(sentence, figure)
        if figure.form is Form.MULTIPLE:
            return self._multiple(figure)
        if figure.form is Form.PERCENT:
            return self._percent(sentence, figure)
        return self._number(name, sentence, figure)

    # --- what is no research figure ---------------------------------------------------------------------

    def _no_figure(self, figure: Figure) -> Match:
        equal = [fact for fact in self.facts.facts if fact.part is Part.FIGURE and fact.value == figure.value]
        if figure.why is Why.YEAR:
            equal = [fact for fact in equal if fact.kind is None or fact.kind is Kind.TIME or _is_year(fact)]
        elif figure.why in {Why.PLACE, Why.ORDER, Why.RHYTHM}:
            equal = [fact for fact in equal if fact.kind in {Kind.TIME, Kind.SESSIONS} and fact.kind is figure.kind]
        else:
            equal = []
        if equal:
            return Match(Verdict.SUPPORTED, "exact", tuple(equal[:1]))
        return Match(Verdict.NO_FIGURE, str(figure.why))

    # --- metrics, intervals, p, samples -------------------------------------------------------------------

    def _estimate(self, sentence: str, figure: Figure) -> Match:
        family = _SAME_METRIC.get(figure.metric, frozenset({figure.metric}))
        own = [fact for fact in self.estimates if fact.metric == figure.metric]
        near = own or [fact for fact in self.estimates if fact.metric in family]
        if figure.metric in {"mean-difference", "mean"}:
            near = [fact for fact in self.estimates if fact.metric in _IN_POINTS]
        fitting = self._fitting(figure, near) or self._fitting(
            figure, [fact for fact in self.estimates if fact.metric in family or not fact.metric]
        )
        if fitting:
            return self._supported(sentence, figure, fitting)
        if near:
            return self._contradicted(sentence, figure, near)
        return Match(Verdict.UNSUPPORTED, "unsupported")

    def _limits(self, low: Figure, high: Figure, anchors: _Anchors) -> tuple[Match, Match]:
        meant = anchors.of_interval()
        own = [key for key in meant if key in self.intervals]
        for key in own or ([] if meant else self.intervals):
            if self._is_interval_of(key, low, high):
                facts = self.facts.by_finding[key]
                anchors.before = frozenset({key})
                return (
                    Match(Verdict.SUPPORTED, "exact", (facts[Part.LOW],)),
                    Match(Verdict.SUPPORTED, "exact", (facts[Part.HIGH],)),
                )
        if not own and not meant:
            own = [key for key in sorted(anchors.before) if key in self.intervals] or [
                key for key in self.intervals if self._touches(key, low, high)
            ]
            if not own and len(self.intervals) == 1:
                own = self.intervals
        if not own:
            return Match(Verdict.UNSUPPORTED, "no-interval"), Match(Verdict.UNSUPPORTED, "no-interval")
        facts = self.facts.by_finding[own[0]]
        stored = facts[Part.LOW], facts[Part.HIGH]
        if _any_fits(low, stored[1]) and _any_fits(high, stored[0]):
            swapped = Match(Verdict.CONTRADICTED, "limits-swapped", stored)
            return swapped, swapped
        both = [
            Match(Verdict.SUPPORTED, "exact", (fact,))
            if _any_fits(limit, fact)
            else Match(Verdict.CONTRADICTED, _because(limit, fact), (fact,))
            for limit, fact in zip((low, high), stored, strict=True)
        ]
        return both[0], both[1]

    def _is_interval_of(self, key: str, low: Figure, high: Figure) -> bool:
        facts = self.facts.by_finding[key]
        return _any_fits(low, facts[Part.LOW]) and _any_fits(high, facts[Part.HIGH])

    def _touches(self, key: str, low: Figure, high: Figure) -> bool:
        limits = self.facts.by_finding[key][Part.LOW], self.facts.by_finding[key][Part.HIGH]
        return any(_any_fits(figure, fact) for figure in (low, high) for fact in limits)

    def _level(self, figure: Figure, anchors: _Anchors) -> Match:
        levels = self.facts.by_part[Part.LEVEL]
        own = [fact for fact in levels if fact.finding in anchors.of_sentence()] or list(levels)
        equal = [fact for fact in own if fact.value == figure.value]
        if equal:
            return Match(Verdict.SUPPORTED, "exact", (equal[0],))
        if own:
            return Match(Verdict.CONTRADICTED, "differs", (own[0],))
        return Match(Verdict.UNSUPPORTED, "no-interval")

    def _p(self, figure: Figure, anchors: _Anchors) -> Match:
        stored = self.facts.by_part[Part.P]
        meant = anchors.of_sentence()
        own = [fact for key in meant for fact in stored if fact.finding == key]
        possible = own or ([] if meant and meant[0] in self.facts.by_finding else list(stored))
        fitting = [fact for fact in possible if _p_fits(figure, fact)]
        if fitting:
            return Match(Verdict.SUPPORTED, "exact", (fitting[0],))
        if own or (possible and not meant):
            return Match(Verdict.CONTRADICTED, "differs", (possible[0],))
        return Match(Verdict.UNSUPPORTED, "unsupported")

    def _sample(self, figure: Figure, anchors: _Anchors) -> Match:
        kinds = {Kind.PEOPLE, Kind.THERAPISTS} if figure.role is Part.N else {Kind.STUDIES, Kind.EFFECTS}
        possible = [fact for fact in self.counts if fact.kind in kinds and fact.metric != "NNT"]
        fitting = self._fitting(figure, possible)
        if fitting:
            return Match(Verdict.SUPPORTED, _how(figure, fitting[0]), (fitting[0],))
        meant = anchors.of_sentence()
        own = [fact for fact in possible if fact.part is figure.role and fact.finding in meant]
        slips = [fact for fact in possible if slip(figure.value, fact.value)]
        if own or slips or len({fact.value for fact in possible}) == 1:
            return Match(Verdict.CONTRADICTED, "differs", ((own or slips or possible)[0],))
        return Match(Verdict.UNSUPPORTED, "unsupported")

    def _test(self, figure: Figure) -> Match:
        assert figure.role is not None
        stored = [fact for fact in self.facts.by_part[figure.role] if not fact.metric or fact.metric == figure.metric]
        fitting = self._fitting(figure, stored)
        if fitting:
            return Match(Verdict.SUPPORTED, _how(figure, fitting[0]), (fitting[0],))
        if stored and figure.role is Part.STATISTIC:
            return Match(Verdict.CONTRADICTED, "differs", (stored[0],))
        return Match(Verdict.UNSUPPORTED, "unsupported")

    # --- percentages, shares, counts ----------------------------------------------------------------------

    def _percent(self, sentence: str, figure: Figure) -> Match:
        possible = [*self.percentages, *(fact for fact in self.counts if fact.kind is None and not fact.metric)]
        fitting = self._fitting(figure, possible)
        if fitting:
            return self._supported(sentence, figure, fitting)
        as_share = [fact for fact in self.estimates if fact.metric == "ICC" and _fits(figure, fact.value * 100)]
        if as_share:
            return Match(Verdict.SUPPORTED, "share", tuple(as_share[:1]))
        wrong = [fact for fact in self.percentages if slip(figure.value, fact.value)]
        if wrong:
            return self._contradicted(sentence, figure, wrong)
        return Match(Verdict.UNSUPPORTED, "unsupported")

    def _from_counts(self, text: str, index: int, figures: Sequence[Figure], matches: Sequence[Match]) -> Match:
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

    def _share(self, sentence: str, figure: Figure) -> Match:
        fitting = [fact for fact in self.estimates if any(_share_fits(figure, share) for share in _shares(fact))]
        if fitting:
            return self._supported(sentence, figure, fitting, "share")
        for some in self.people:
            for whole in self.people:
                if some.value < whole.value and fits_share(figure.value, some.value / whole.value, figure.about):
                    return Match(Verdict.SUPPORTED, "counts", (some, whole))
        return Match(Verdict.UNSUPPORTED, "unsupported")

    def _against_its_percentage(
        self, text: str, index: int, figures: Sequence[Figure], matches: Sequence[Match]
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

    def _multiple(self, figure: Figure) -> Match:
        for fact in self.estimates:
            if fact.metric in _RATIOS and fact.value > 0 and fits_share(figure.value, fact.value, figure.about):
                return Match(Verdict.SUPPORTED, "share", (fact,))
        comparable = [fact for fact in self.estimates if fact.metric in {"count", "percent", "USD"} and fact.value > 0][
            :_MOST_PAIRS
        ]
        for some in comparable:
            for other in comparable:
                if some.metric == other.metric and fits_share(figure.value, some.value / other.value, figure.about):
                    return Match(Verdict.SUPPORTED, "counts", (some, other))
        return Match(Verdict.UNSUPPORTED, "unsupported")

    def _number(self, name: str, sentence: str, figure: Figure) -> Match:
        if figure.of_proportion:
            shares = [fact for fact in self.percentages if _fits(figure, fact.value / 100)]
            if shares:
                return self._supported(sentence, figure, shares, "share")
            wrong = [fact for fact in self.percentages if figure.value > 1 and _any_fits(figure, fact)]
            if wrong:
                return Match(Verdict.CONTRADICTED, "percent", (wrong[0],))
        if figure.kind is Kind.POINTS or (
            figure.kind in {None, Kind.MONEY} and (figure.decimals or figure.signed or figure.kind)
        ):
            return self._plain_estimate(sentence, figure)
        same = [fact for fact in self.counts if _counts_same(figure, fact)]
        fitting = self._fitting(figure, same)
        if fitting:
            return self._supported(sentence, figure, fitting)
        worded = [fact for fact in self._in_words if fact.value == figure.value and _counts_same(figure, fact)]
        if worded and figure.kind is not None:
            return Match(Verdict.SUPPORTED, "words", (worded[0],))
        if _is_weak(name, figure):
            why = Why.ADVICE if name == "implications" and figure.kind is not None else Why.BACKWARD
            return Match(Verdict.NO_FIGURE, str(why))
        wrong = [
            fact for fact in same if figure.kind and _strictly_same(figure, fact) and slip(figure.value, fact.value)
        ]
        if wrong:
            return self._contradicted(sentence, figure, wrong)
        return Match(Verdict.UNSUPPORTED, "unsupported")

    def _plain_estimate(self, sentence: str, figure: Figure) -> Match:
        """A number with decimals, or in points, whose metric is not printed with it."""
        in_points = figure.kind is Kind.POINTS
        every = [
            fact
            for fact in self.facts.facts
            if fact.part in {Part.ESTIMATE, Part.LOW, Part.HIGH, Part.FIGURE, Part.STATISTIC}
        ]
        possible = (
            [fact for fact in every if fact.metric in _IN_POINTS or fact.kind is Kind.POINTS] if in_points else every
        )
        fitting = self._fitting(figure, possible)
        if not fitting and not figure.signed and _LESS.search(sentence):
            fitting = [fact for fact in possible if fact.value < 0 and _fits(figure, -fact.value)]
        if not fitting and not in_points:
            fitting = [fact for fact in self.percentages if figure.value < 1 and _fits(figure, fact.value / 100)]
        if fitting:
            return self._supported(sentence, figure, fitting)
        wrong = [fact for fact in possible if slip(figure.value, fact.value)]
        if wrong:
            return self._contradicted(sentence, figure, wrong)
        return Match(Verdict.UNSUPPORTED, "unsupported")

    @cached_property
    def _in_words(self) -> list[Fact]:
        """The numbers that stand in the findings' own words: “at month six”, “two sessions or more”."""
        found = []
        for position, (key, wording) in enumerate(self.facts.wordings.items()):
            text = wording.get(self.language, "")
            for figure in figures_in(text, sentences_of(text), self.language):
                if figure.kind is not None or figure.why is Why.PLACE:
                    found.append(
                        Fact(
                            key=f"{key}.words",
                            finding=key,
                            position=position,
                            part=Part.WORDS,
                            value=figure.value,
                            words={self.language: text},
                            kind=figure.kind or Kind.TIME,
                        )
                    )
        return found

    # --- which of them -------------------------------------------------------------------------------------

    def _fitting(self, figure: Figure, facts: Iterable[Fact]) -> list[Fact]:
        return [fact for fact in facts if _any_fits(figure, fact)]

    def _supported(self, sentence: str, figure: Figure, facts: Sequence[Fact], because: str = "") -> Match:
        """By those whose finding the sentence speaks of most; figures of the article come after findings."""
        exact = [fact for fact in facts if figure.value in fact.values] or list(facts)
        ranked = self._ranked(sentence, exact)
        best = self._speaks_of(sentence, ranked[0])
        kept = tuple(fact for fact in ranked if self._speaks_of(sentence, fact) == best)
        return Match(Verdict.SUPPORTED, because or _how(figure, ranked[0]), kept[:4])

    def _contradicted(self, sentence: str, figure: Figure, facts: Sequence[Fact]) -> Match:
        """By the fact that the figure looks most like a slip for, then the one that the sentence speaks of."""
        slips = [fact for fact in facts if slip(figure.value, fact.value)]
        fact = self._ranked(sentence, slips or facts)[0]
        return Match(Verdict.CONTRADICTED, _because(figure, fact), (fact,))

    def _ranked(self, sentence: str, facts: Sequence[Fact]) -> list[Fact]:
        if len(facts) == 1:
            return list(facts)
        return sorted(facts, key=lambda fact: (-self._speaks_of(sentence, fact), not fact.finding, fact.position))

    def _speaks_of(self, sentence: str, fact: Fact) -> int:
        words = self.stems.get(fact.finding)
        if words is None:
            words = frozenset().union(*(stems(text) for text in fact.words.values()))
        return len(words & stems(sentence))


def stems(text: str) -> frozenset[str]:
    """The beginnings of its longer words, by which texts are told to be about the same."""
    return frozenset(word[:6] for word in re.findall(r"[^\W\d_]{4,}", text.lower()))


def _fits(figure: Figure, stored: Decimal) -> bool:
    return fits(figure.value, stored, figure.about)


def _any_fits(figure: Figure, fact: Fact) -> bool:
    return any(_fits(figure, value) for value in fact.values)


def _how(figure: Figure, fact: Fact) -> str:
    if any(figure.value == value for value in fact.values):
        return "exact"
    return "rounded"


def _because(figure: Figure, fact: Fact) -> str:
    kind = slip(figure.value, fact.value)
    return (
        {Slip.SIGN: "sign", Slip.PERCENT: "percent", Slip.SWAPPED: "swapped", Slip.SHIFTED: "shifted"}.get(
            kind, "differs"
        )
        if kind
        else "differs"
    )


def _p_fits(figure: Figure, fact: Fact) -> bool:
    for value in fact.values:
        if figure.operator == "=" and fact.operator == "=" and equals(figure.value, value):
            return True
        if figure.operator == "<" and fact.operator in "=<":
            if value <= figure.value if fact.operator == "<" else value < figure.value:
                return True
        if figure.operator == ">" and fact.operator in "=>" and value >= figure.value:
            return True
    return False


def _counts_same(figure: Figure, fact: Fact) -> bool:
    """Whether both may count the same things. What is unknown may be anything."""
    if figure.kind is None or fact.kind is None:
        return fact.metric not in _PERCENTAGES or figure.kind is None
    if fact.metric == "NNT":
        return figure.kind is Kind.PEOPLE
    return _strictly_same(figure, fact) or any({figure.kind, fact.kind} <= alike for alike in _ALIKE)


def _strictly_same(figure: Figure, fact: Fact) -> bool:
    return figure.kind is fact.kind or (fact.part is Part.N and figure.kind is Kind.THERAPISTS)


def _is_weak(name: str, figure: Figure) -> bool:
    """Whether a small number in words says something of the text rather than of the research."""
    if not figure.in_words or figure.value > 12:
        return False
    return figure.kind in {None, Kind.ITEMS, Kind.GROUPS} or figure.refers_back or name == "implications"


def _is_year(fact: Fact) -> bool:
    return fact.value == fact.value.to_integral_value() and 1800 <= fact.value <= 2100


def _percent_of(some: Decimal, whole: Decimal) -> Decimal:
    return (some * 100 / whole).quantize(Decimal("0.0001"))


def _shares(fact: Fact) -> tuple[Decimal, ...]:
    """The shares that a fact may be told as: 0.2 of 20%; a quarter more or less of a ratio of 1.25 or 0.75."""
    if fact.metric in _PERCENTAGES:
        return tuple(abs(value) / 100 for value in fact.values)
    if fact.metric == "ICC":
        return fact.values
    if fact.metric in _RATIOS:
        return tuple(share for value in fact.values for share in (abs(1 - value), value))
    return ()


def _share_fits(figure: Figure, share: Decimal) -> bool:
    return fits_share(figure.value, share, figure.about)
