"""Each figure of a text against the article's facts.

A figure is *contradicted* only where it is clear which fact is meant: by the symbol of a metric, by its place in an
interval, by “n =”, or because it counts the same things and looks like a slip for the stored number (412 for 421).
Where nothing tells which fact is meant, it is *unsupported*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapport.desk.checking.closeness import slip
from rapport.desk.checking.counting import (
    against_its_percentage,
    from_counts,
    match_multiple,
    match_number,
    match_percent,
    match_share,
)
from rapport.desk.checking.differences import with_differences
from rapport.desk.checking.facts import Fact, Facts, Part
from rapport.desk.checking.figure import Figure, Form, Why
from rapport.desk.checking.nouns import Kind
from rapport.desk.checking.pool import Match, Pool
from rapport.desk.checking.reading import Span
from rapport.desk.checking.statistics import (
    Anchors,
    match_estimate,
    match_level,
    match_limits,
    match_p,
    match_sample,
    match_test,
)
from rapport.desk.checking.verdicts import Verdict


class Matching:
    """The facts of one article, ready to be asked about the figures of a field."""

    def __init__(self, facts: Facts, language: str) -> None:
        self.pool = Pool(facts, language)

    def of_field(self, name: str, text: str, figures: Sequence[Figure], sentences: Sequence[Span]) -> list[Match]:
        """A match for each figure of a field, whose readable text is given."""
        found: list[Match | None] = [None] * len(figures)
        anchors = Anchors()
        for index, figure in enumerate(figures):
            if found[index] is not None:
                continue
            anchors.enter(figure.sentence)
            span = sentences[figure.sentence]
            sentence = text[span.start : span.end]
            if figure.role is Part.LOW and figure.partner is not None:
                found[index], found[figure.partner] = match_limits(
                    self.pool, sentence, figure, figures[figure.partner], anchors
                )
                anchors.fresh = []
                continue
            match = self._one(name, sentence, figure, anchors)
            if figure.role is Part.ESTIMATE and match.verdict is Verdict.SUPPORTED:
                alone = [one for one in figures if one.sentence == figure.sentence and one.role is Part.ESTIMATE] == [
                    figure
                ]
                match = replace(match, rather=self.pool.rather(sentence, match.facts) if alone else None)
            is_estimate = bool(match.facts) and match.facts[0].part is Part.ESTIMATE
            is_percent = figure.form is Form.PERCENT and figure.role is None
            if figure.role in {Part.ESTIMATE, Part.STATISTIC} or is_percent or is_estimate:
                anchors.add(match.facts)
            found[index] = match
        matches = [match for match in found if match is not None]
        for index, figure in enumerate(figures):
            if figure.form in {Form.FRACTION, Form.MULTIPLE}:
                matches[index] = against_its_percentage(self.pool, text, index, figures, matches)
            elif figure.form is Form.PERCENT and matches[index].verdict is not Verdict.SUPPORTED:
                matches[index] = from_counts(self.pool, text, index, figures, matches)
        return with_differences(self.pool, figures, matches)

    def _one(self, name: str, sentence: str, figure: Figure, anchors: Anchors) -> Match:
        if figure.why is not None:
            return self._no_figure(figure)
        if figure.role is Part.LEVEL:
            return match_level(self.pool, figure, anchors)
        if figure.role is Part.P:
            return match_p(self.pool, figure, anchors)
        if figure.role in {Part.N, Part.K}:
            return match_sample(self.pool, sentence, figure, anchors)
        if figure.role in {Part.STATISTIC, Part.DF}:
            return match_test(self.pool, figure)
        if figure.role is Part.ESTIMATE:
            return match_estimate(self.pool, sentence, figure)
        if figure.form is Form.FRACTION:
            return match_share(self.pool, sentence, figure)
        if figure.form is Form.MULTIPLE:
            return match_multiple(self.pool, figure)
        if figure.form is Form.PERCENT:
            return match_percent(self.pool, sentence, figure)
        return match_number(self.pool, name, sentence, figure)

    def _no_figure(self, figure: Figure) -> Match:
        equal = [fact for fact in self.pool.facts.facts if fact.part is Part.FIGURE and fact.value == figure.value]
        if figure.why is Why.YEAR:
            equal = [fact for fact in equal if fact.is_year]
        elif figure.why in {Why.PLACE, Why.ORDER, Why.RHYTHM}:
            equal = [fact for fact in equal if fact.kind in {Kind.TIME, Kind.SESSIONS} and fact.kind is figure.kind]
        else:
            equal = []
        if equal:
            return Match(Verdict.SUPPORTED, "exact", tuple(equal[:1]))
        return Match(Verdict.NO_FIGURE, str(figure.why), rather=self._year_meant(figure))

    def _year_meant(self, figure: Figure) -> Fact | None:
        """The stored year for which a written year looks like a slip."""
        if figure.why is not Why.YEAR or figure.value in self.pool.facts.years:
            return None
        years = [fact for fact in self.pool.facts.by_part[Part.FIGURE] if fact.is_year]
        return next((fact for fact in years if slip(figure.value, fact.value)), None)
