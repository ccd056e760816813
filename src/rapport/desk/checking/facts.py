"""What an article's stored numbers are: the facts that figures in a text are matched with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from rapport.desk.checking.nouns import ANYBODY, CLIENTS, Kind, kind_of, people_in, sorts_of

if TYPE_CHECKING:
    from rapport.literature.models import Article, Finding


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
    WORDS = "words"  # a number that stands in a finding's own words: “at month six”


@dataclass(frozen=True, slots=True)
class Fact:
    """One stored number.

    key       unique within the article: "drop-out-rate.estimate", "figure.2"
    finding   the finding's key; "" for another number of the article
    position  of the finding, or of the figure in the article's list, from 0
    value     as stored, with its decimals
    operator  "=", or "<" and ">" for a p
    metric    the finding's, for its estimate and its limits; of another number, where its words tell it
    favours   which direction of the finding's estimate is good: "higher", "lower", "none" or ""
    words     by language: what the number is, for matching and for messages
    kind      what it counts, where its words tell it
    sorts     of what it counts, within its kind; of a sample, all the people that its finding's words name
    also      other values that other sources give, each with its source
    """

    key: str
    finding: str
    position: int
    part: Part
    value: Decimal
    operator: str = "="
    metric: str = ""
    favours: str = ""
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    kind: Kind | None = None
    sorts: frozenset[str] = frozenset()
    also: tuple[tuple[Decimal, str], ...] = ()

    def label(self, language: str) -> str:
        """What it is, in few words of `language`, or of another where that is missing."""
        return self.words.get(language) or next(iter(self.words.values()), self.finding)

    @property
    def is_year(self) -> bool:
        """Whether it may be a year: “first year of data: 2009”."""
        whole = self.value == self.value.to_integral_value()
        return whole and 1800 <= self.value <= 2100 and self.part is Part.FIGURE and self.kind in {None, Kind.TIME}

    @property
    def values(self) -> tuple[Decimal, ...]:
        return (self.value, *(value for value, _ in self.also))


@dataclass(frozen=True)
class Facts:
    """All that is stored about an article, as the number check reads it.

    years    of the article itself; no research figures
    wordings by finding's key, by language: its claim, outcome, comparison and time point, by which a sentence is told
             to be about it
    """

    facts: tuple[Fact, ...] = ()
    years: frozenset[int] = frozenset()
    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def by_part(self) -> Mapping[Part, tuple[Fact, ...]]:
        return {part: tuple(fact for fact in self.facts if fact.part is part) for part in Part}

    @cached_property
    def by_finding(self) -> Mapping[str, Mapping[Part, Fact]]:
        """The facts of each finding by their part; of several df, the first."""
        found: dict[str, dict[Part, Fact]] = {}
        for fact in self.facts:
            if fact.finding:
                found.setdefault(fact.finding, {}).setdefault(fact.part, fact)
        return found


def facts_of(article: Article) -> Facts:
    """The facts of an article, with its findings prefetched or read in one query."""
    return facts_from(article.figures, article.findings.all(), year=article.year)


def facts_from(figures: Iterable[Mapping[str, Any]], findings: Iterable[Finding], *, year: int | None = None) -> Facts:
    """The same from plain values: figures as `Article.figures` has them, and findings that need not be saved."""
    found = list(findings)
    facts = [fact for position, finding in enumerate(found) for fact in _of_finding(position, finding)]
    facts += [fact for position, figure in enumerate(figures) for fact in _of_figure(position, figure)]
    wordings = {finding.key: _wordings(finding) for finding in found}
    return Facts(tuple(facts), frozenset([year] if year else []), wordings)


def _wordings(finding: Finding) -> Mapping[str, str]:
    together: dict[str, list[str]] = {}
    for wording in (finding.claim, finding.outcome, finding.comparison, finding.time_point):
        for language, text in (wording or {}).items():
            together.setdefault(language, []).append(text)
    return {language: ". ".join(texts) for language, texts in together.items()}


def _of_finding(position: int, finding: Finding) -> Iterator[Fact]:
    metric = finding.metric_key
    words = finding.claim or finding.outcome or {}
    also: dict[str, list[tuple[Decimal, str]]] = {}
    for other in finding.also_reported or []:
        value = _decimal(other.get("value"))
        if value is not None:
            also.setdefault(str(other.get("field")), []).append((value, str(other.get("source") or "")))
    numbers: list[tuple[Part, Any, str]] = [
        (Part.ESTIMATE, finding.estimate, "="),
        (Part.LOW, finding.interval_low, "="),
        (Part.HIGH, finding.interval_high, "="),
        (Part.LEVEL, finding.interval_level, "="),
        (Part.P, finding.p_value or None, finding.p_operator or "="),
        (Part.N, finding.n, "="),
        (Part.K, finding.k, "="),
        (Part.STATISTIC, finding.statistic, "="),
        *((Part.DF, df, "=") for df in finding.df or []),
    ]
    of_sample = _sorts_of_sample(finding)
    dfs = 0
    for part, stored, operator in numbers:
        value = _decimal(stored)
        if value is None:
            continue
        suffix = ""
        if part is Part.DF:
            dfs += 1
            suffix = f".{dfs}"
        kind = {Part.N: Kind.PEOPLE, Part.K: Kind.STUDIES}.get(part)
        if part is Part.ESTIMATE and metric in {"count", "mean", "days", "years", "USD"}:
            # The claim names the people; the outcome says what was counted of them.
            kind = {"days": Kind.TIME, "years": Kind.TIME, "USD": Kind.MONEY}.get(metric) or kind_of(*words.values())
        sorts: frozenset[str] = frozenset()
        if part is Part.N:
            sorts = of_sample
        elif part is Part.ESTIMATE and kind is not None and kind is not Kind.AGE:
            sorts = frozenset({metric}) if metric in {"days", "years"} else sorts_of(*words.values())
        yield Fact(
            key=f"{finding.key}.{part.value}{suffix}",
            finding=finding.key,
            position=position,
            part=part,
            value=value,
            operator=operator,
            metric=metric
            if part in {Part.ESTIMATE, Part.LOW, Part.HIGH}
            else finding.test
            if part is Part.STATISTIC
            else "",
            favours=finding.favours,
            words=words,
            kind=kind,
            sorts=sorts,
            also=tuple(also.get(part.value, []) or (also.get("p_value", []) if part is Part.P else [])),
        )


# “Clients who recovered”, “drop-out among clients”. In “training and the outcome of clients” trainees may be counted.
_OF_CLIENTS: Final = re.compile(
    r"(?:^|\b(?:among|chez|parmi)\s(?:the\s|les\s)?)(?:client|patient)(?:e?s)\b", re.IGNORECASE
)


def _sorts_of_sample(finding: Finding) -> frozenset[str]:
    """Whom a sample may count; empty where its finding's words do not tell. Clients may be meant beside all others."""
    claim = tuple((finding.claim or {}).values())
    wordings = (finding.outcome, finding.comparison)
    texts = (*claim, *(text for wording in wordings for text in (wording or {}).values()))
    others = people_in(*texts) - CLIENTS - {ANYBODY}
    return others | CLIENTS if others or any(_OF_CLIENTS.search(text) for text in claim) else others


# What the words of another number say of its metric: “the main correlation as d”, “I², percent”.
_METRIC_IN_WORDS: Final = (
    ("I2", re.compile(r"\bI[²2]\b|I²")),
    ("d", re.compile(r"\bas d\b|\ben d\b|Cohen.s d|d de Cohen", re.IGNORECASE)),
    ("g", re.compile(r"\bas g\b|\ben g\b|Hedges")),
    ("r", re.compile(r"\bcorr[eé]lation in\b|\bas r\b|\ben r\b|^corr[eé]lation", re.IGNORECASE)),
    ("percent", re.compile(r"\bper ?cent|pourcentage|pour cent|%", re.IGNORECASE)),
)


def metric_in_words(words: Mapping[str, str]) -> str:
    """The metric that the words of another number tell; "" where they tell none."""
    together = " ".join(words.values())
    return next((key for key, pattern in _METRIC_IN_WORDS if pattern.search(together)), "")


def _of_figure(position: int, figure: Mapping[str, Any]) -> Iterator[Fact]:
    value = _decimal(figure.get("value"))
    if value is None:
        return
    words = figure.get("what") or {}
    metric = metric_in_words(words)
    also = [
        (other, str(said.get("source") or ""))
        for said in figure.get("also") or []
        if (other := _decimal(said.get("value"))) is not None
    ]
    kind = kind_of(*words.values()) if not metric else None
    yield Fact(
        key=f"figure.{position + 1}",
        finding="",
        position=position,
        part=Part.FIGURE,
        value=value,
        metric=metric,
        words=words,
        kind=kind,
        sorts=sorts_of(*words.values()) if kind not in {None, Kind.AGE} else frozenset(),
        also=tuple(also),
    )


def _decimal(stored: Any) -> Decimal | None:
    if stored is None or stored == "":
        return None
    try:
        value = Decimal(str(stored).replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
