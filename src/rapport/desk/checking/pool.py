"""The facts of one article, sorted for the questions that figures ask, and which of several is the one meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from rapport.desk.checking.closeness import Slip, fits, slip
from rapport.desk.checking.facts import Fact, Facts, Part
from rapport.desk.checking.figure import Figure, Why
from rapport.desk.checking.figures import figures_in
from rapport.desk.checking.nouns import ANYBODY, CLIENTS, Kind, are_alike, named_in
from rapport.desk.checking.reading import sentences_of
from rapport.desk.checking.verdicts import Verdict

PERCENTAGES: Final = frozenset({"percent", "percent-of-variance", "I2", "RD"})
RATIOS: Final = frozenset({"OR", "RR", "HR"})
COUNTS: Final = frozenset({"count", "NNT", "mean", "days", "years", "USD"})
IN_POINTS: Final = frozenset({"mean-difference", "mean", "b", "gamma", "RD"})
_ALIKE: Final[tuple[frozenset[Kind], ...]] = (
    frozenset({Kind.PEOPLE, Kind.THERAPISTS}),
    frozenset({Kind.STUDIES, Kind.EFFECTS}),
    frozenset({Kind.TIME, Kind.AGE}),
    frozenset({Kind.SESSIONS, Kind.ITEMS}),
)
MOST_PAIRS: Final = 40
# Words that carry the sign where a difference is told without it: “4.7 points lower”.
LESS: Final = re.compile(
    r"\b(?:lower|less|fewer|reduc\w+|decreas\w+|fell|drop\w*|declin\w+|shorter|smaller|sav\w+|moins|rédui\w+|diminu\w+|"
    r"baiss\w+|inférieure?s?|plus\s(?:faible|bas)\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Match:
    """What was found about a figure. `because` is the key of its sentence in `messages`."""

    verdict: Verdict
    because: str
    facts: tuple[Fact, ...] = ()
    rather: Fact | None = None  # what the sentence speaks of, where the number is another's; the year that may be meant


class Pool:
    """What is stored, ready to be asked."""

    def __init__(self, facts: Facts, language: str = "en") -> None:
        self.facts = facts
        self.language = language
        self.stems = {key: stems(" ".join(wording.values())) for key, wording in facts.wordings.items()}
        self.estimates = [fact for fact in facts.facts if fact.part in {Part.ESTIMATE, Part.FIGURE}]
        self.by_metric: dict[str, list[Fact]] = {}
        for fact in facts.by_part[Part.ESTIMATE]:
            self.by_metric.setdefault(fact.metric, []).append(fact)
        self.percentages = [
            fact
            for fact in facts.facts
            if fact.metric in PERCENTAGES and fact.part in {Part.ESTIMATE, Part.FIGURE, Part.LOW, Part.HIGH}
        ]
        self.counts = [
            fact
            for fact in facts.facts
            if fact.part in {Part.N, Part.K}
            or (fact.part is Part.FIGURE and fact.metric not in {"d", "g", "r"})
            or (fact.part is Part.ESTIMATE and fact.metric in COUNTS)
        ]
        self.people = [fact for fact in self.counts if fact.kind in {Kind.PEOPLE, Kind.THERAPISTS} and fact.value > 0][
            :MOST_PAIRS
        ]
        self._counting_like: dict[tuple[Kind | None, frozenset[str]], tuple[list[Fact], list[Fact]]] = {}
        self.intervals = [key for key, parts in facts.by_finding.items() if Part.LOW in parts and Part.HIGH in parts]

    @cached_property
    def in_words(self) -> list[Fact]:
        """The numbers that stand in the findings' own words: “at month six”, “two sessions or more”."""
        found = []
        for position, (key, wording) in enumerate(self.facts.wordings.items()):
            for language, text in wording.items():  # “at month six” supports « six mois »
                for figure in figures_in(text, sentences_of(text), language):
                    if figure.kind is not None or figure.why is Why.PLACE:
                        found.append(
                            Fact(
                                key=f"{key}.words",
                                finding=key,
                                position=position,
                                part=Part.WORDS,
                                value=figure.value,
                                words=wording,
                                kind=figure.kind or Kind.TIME,
                                sorts=figure.sorts,
                            )
                        )
        return found

    @cached_property
    def counted(self) -> frozenset[frozenset[str]]:
        """What the article's numbers count, by their own words."""
        return frozenset(fact.sorts for fact in self.counts if fact.sorts and fact.part is not Part.N)

    def counts_other(self, figure: Figure, fact: Fact) -> bool:
        """Whether the words of both say that different things are counted: “94 therapists” and “94 clients”."""
        if not figure.sorts or fact.kind is None:
            return False
        if fact.sorts:
            return not any(self._may_be(written, stored) for written in figure.sorts for stored in fact.sorts)
        # A sample that does not say whom it counts: not those of whom the article has a number of their own.
        others = figure.sorts - CLIENTS - {ANYBODY}
        return fact.part is Part.N and bool(others) and any(others & sorts for sorts in self.counted)

    def counting_like(self, figure: Figure) -> tuple[list[Fact], list[Fact]]:
        """The counts that may be of the same things as a figure, and those that are said to be of others.

        A sample that does not say for sure whom it counts is taken for those who are stored with its number elsewhere.
        """
        asked = (figure.kind, figure.sorts)
        if asked not in self._counting_like:
            others = [fact for fact in self.counts if self.counts_other(figure, fact)]
            elsewhere = {fact.value for fact in others if counts_same(figure, fact)}
            same = [
                fact
                for fact in self.counts
                if counts_same(figure, fact)
                and not self.counts_other(figure, fact)
                and not (fact.value in elsewhere and _is_unsure(figure, fact))
            ]
            self._counting_like[asked] = same, others
        return self._counting_like[asked]

    def _may_be(self, written: str, stored: str) -> bool:
        if not are_alike(written, stored):
            return False
        is_anybody = written == ANYBODY or (stored == ANYBODY and written in CLIENTS)
        return written == stored or is_anybody or not self._are_apart(written, stored)

    def _are_apart(self, one: str, other: str) -> bool:
        """Whether the article has numbers of both."""
        has_one = any(one in sorts and other not in sorts for sorts in self.counted)
        return has_one and any(other in sorts and one not in sorts for sorts in self.counted)

    def fitting(self, figure: Figure, facts: Iterable[Fact]) -> list[Fact]:
        return [fact for fact in facts if any_fits(figure, fact)]

    def supported(self, sentence: str, figure: Figure, facts: Sequence[Fact], because: str = "") -> Match:
        """By those whose finding the sentence speaks of most; figures of the article come after findings."""
        exact = [fact for fact in facts if figure.value in fact.values] or list(facts)
        ranked = self.ranked(sentence, exact)
        best = self.speaks_of(sentence, ranked[0])
        kept = tuple(fact for fact in ranked if self.speaks_of(sentence, fact) == best)
        return Match(Verdict.SUPPORTED, because or how_close(figure, ranked[0]), kept[:4])

    def contradicted(self, sentence: str, figure: Figure, facts: Sequence[Fact]) -> Match:
        """By the fact that the figure looks most like a slip for, then the one that the sentence speaks of."""
        slips = [fact for fact in facts if slip(figure.value, fact.value)]
        fact = self.ranked(sentence, slips or facts)[0]
        return Match(Verdict.CONTRADICTED, how_off(figure, fact), (fact,))

    def ranked(self, sentence: str, facts: Sequence[Fact]) -> list[Fact]:
        if len(facts) == 1:
            return list(facts)
        return sorted(facts, key=lambda fact: (-self.speaks_of(sentence, fact), not fact.finding, fact.position))

    def speaks_of(self, sentence: str, fact: Fact) -> int:
        words = self.stems.get(fact.finding)
        if words is None:
            words = frozenset().union(*(stems(text) for text in fact.words.values()))
        return len(words & stems(sentence))

    def rather(self, sentence: str, facts: Sequence[Fact]) -> Fact | None:
        """The one other finding of the metric whose own words stand in the sentence, where none of this one's do."""
        fact = facts[0]
        if fact.part is not Part.ESTIMATE or len(facts) > 1:
            return None
        rivals = [one for one in self.by_metric.get(fact.metric, ()) if one.finding != fact.finding]
        spoken = stems(sentence)
        words = self.stems[fact.finding]
        if not rivals or spoken & (words - frozenset().union(*(self.stems[one.finding] for one in rivals))):
            return None
        spoken_of = [one for one in rivals if spoken & (self.stems[one.finding] - words)]
        return spoken_of[0] if len(spoken_of) == 1 else None


@lru_cache(maxsize=256)
def stems(text: str) -> frozenset[str]:
    """The beginnings of its longer words, by which texts are told to be about the same."""
    return frozenset(word[:6] for word in re.findall(r"[^\W\d_]{4,}", text.lower()))


def as_written(figure: Figure, stored: Decimal) -> bool:
    return fits(figure.value, stored, figure.about)


def any_fits(figure: Figure, fact: Fact) -> bool:
    return any(as_written(figure, value) for value in fact.values)


def how_close(figure: Figure, fact: Fact) -> str:
    if any(figure.value == value for value in fact.values):
        return "exact"
    return "rounded"


def how_off(figure: Figure, fact: Fact) -> str:
    kind = slip(figure.value, fact.value)
    return (
        {Slip.SIGN: "sign", Slip.PERCENT: "percent", Slip.SWAPPED: "swapped", Slip.SHIFTED: "shifted"}.get(
            kind, "differs"
        )
        if kind
        else "differs"
    )


def another_thing(pool: Pool, sentence: str, figure: Figure) -> Match | None:
    """Where a stored number is the figure's and its words speak of other things: by what it says it counts."""
    _, others = pool.counting_like(figure)
    equal = [
        fact for fact in others if figure.value in fact.values and not figure.sorts & named_in(*fact.words.values())
    ]
    if not equal:
        return None
    named = [fact for fact in equal if fact.part is not Part.N] or equal
    return Match(Verdict.UNSUPPORTED, "another-kind", tuple(pool.ranked(sentence, named)[:1]))


def _is_unsure(figure: Figure, fact: Fact) -> bool:
    """Whether a sample may be of others than the figure's. The k of a finding may always count its effects."""
    of_studies = fact.part is Part.K and figure.kind is not Kind.EFFECTS
    return of_studies or (fact.part is Part.N and fact.sorts != CLIENTS)


def counts_same(figure: Figure, fact: Fact) -> bool:
    """Whether both may count the same things. What is unknown may be anything."""
    if figure.kind is None or fact.kind is None:
        return fact.metric not in PERCENTAGES or figure.kind is None
    if fact.metric == "NNT":
        return figure.kind is Kind.PEOPLE
    return strictly_same(figure, fact) or any({figure.kind, fact.kind} <= alike for alike in _ALIKE)


def strictly_same(figure: Figure, fact: Fact) -> bool:
    return figure.kind is fact.kind or (fact.part is Part.N and figure.kind is Kind.THERAPISTS)
