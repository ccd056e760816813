"""What an abstract seems to say: topics, a research type, numbers of people, findings; each with its words.

    suggestions = suggest(abstract, title, language="en", topics=…, research_types=…)

Pure functions. Nothing here is accepted by itself: a person does that, one at a time. A suggested finding holds the
numbers as printed and the sentence they stand in (`seen_as`, which readers never see); its claim names the metric
and nothing else, because an abstract's words belong to somebody else and are not ours to publish.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from rapport.desk.checking.number_words import numbers_in_words
from rapport.digest.exchange.schema import ArticleFile, Figure, FindingFile, ShelfItem
from rapport.digest.old_pages.numbers import around_of, read_numbers
from rapport.digest.old_pages.suggesting import Suggestion as ShelfSuggestion
from rapport.digest.old_pages.suggesting import suggest_topics, suggest_type
from rapport.literature.metrics import METRICS
from rapport.stats.reported import Reported, parse_reported
from rapport.web.folding import fold

LONGEST_ABSTRACT: Final = 20_000  # characters that are read; the longest abstracts have a quarter of that


class Kind(StrEnum):
    RESEARCH_TYPE = "research-type"
    TOPIC = "topic"
    FIGURE = "figure"
    FINDING = "finding"


Span = tuple[int, int]


@dataclass(frozen=True)
class Suggestion:
    """One thing the abstract seems to say.

    name    names it as long as the abstract is the same: "finding-3f2a9c"
    key     of the topic or the research type
    words   what speaks for it, as it stands in the abstract (or in the title)
    spans   where those words stand in the abstract: abstract[start:end]
    """

    kind: Kind
    name: str
    words: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    key: str = ""
    figure: Figure | None = None
    finding: FindingFile | None = None


@dataclass(frozen=True)
class Piece:
    """A stretch of the abstract, and the names of the suggestions that were read from it."""

    text: str
    names: tuple[str, ...] = ()


def suggest(
    abstract: str,
    title: str,
    *,
    language: str,
    topics: Mapping[str, ShelfItem],
    research_types: Mapping[str, ShelfItem],
) -> tuple[Suggestion, ...]:
    """All suggestions, the type first, then topics, counts and findings in the order of the abstract.

    `language` is the one that claims and counts are named in.
    """
    abstract = abstract[:LONGEST_ABSTRACT]
    return (
        *suggest_shelves(abstract, title, topics=topics, research_types=research_types),
        *_figures(abstract, language),
        *_findings(abstract, language),
    )


def suggest_shelves(
    abstract: str, title: str, *, topics: Mapping[str, ShelfItem], research_types: Mapping[str, ShelfItem]
) -> tuple[Suggestion, ...]:
    """The research type and the topics for which words of the title or the abstract speak; none without words."""
    found: list[Suggestion] = []
    folded = _Folded(abstract), _Folded(title)
    if research_types:
        found += _shelf(Kind.RESEARCH_TYPE, suggest_type(research_types, title, abstract, ()), *folded)
    if topics:
        for topic in suggest_topics(topics, title, abstract, ()):
            found += _shelf(Kind.TOPIC, topic, *folded)
    return tuple(found)


def still_open(
    suggestions: Iterable[Suggestion], value: ArticleFile, *, research_type: str = "", topics: Iterable[str] = ()
) -> tuple[Suggestion, ...]:
    """Those that are not stored yet: a finding counts as stored when one has its metric and its estimate."""
    estimates = {(finding.metric, finding.estimate) for finding in value.findings}
    counts = {figure.value for figure in value.figures} | {Decimal(f.n) for f in value.findings if f.n is not None}
    shelves = {research_type, *topics}

    def is_open(suggestion: Suggestion) -> bool:
        if suggestion.finding:
            return (suggestion.finding.metric, suggestion.finding.estimate) not in estimates
        if suggestion.figure:
            return suggestion.figure.value not in counts
        return suggestion.key not in shelves

    return tuple(suggestion for suggestion in suggestions if is_open(suggestion))


def mark(abstract: str, suggestions: Iterable[Suggestion]) -> list[Piece]:
    """The abstract in pieces, so that a page can mark what each suggestion was read from."""
    spans = [(start, end, suggestion.name) for suggestion in suggestions for start, end in suggestion.spans]
    cuts = sorted({0, len(abstract), *(place for start, end, _name in spans for place in (start, end))})
    pieces = []
    for start, end in pairwise(cuts):
        names = tuple(dict.fromkeys(name for first, last, name in spans if first <= start and end <= last))
        pieces.append(Piece(abstract[start:end], names))
    return pieces


def mark_number(finding: FindingFile) -> list[Piece]:
    """The words a finding was seen as, in pieces: its own number is the one with a name."""
    text = finding.seen_as or ""
    for reported in parse_reported(text):
        if (reported.metric, reported.value) == (finding.metric, finding.estimate):
            start, end = reported.whole
            return [Piece(text[:start]), Piece(text[start:end], (finding.key,)), Piece(text[end:])]
    return [Piece(text)] if text else []


def unnamed_claim(claim: Mapping[str, str], metric: str | None) -> bool:
    """Whether a finding's claim still is the one that a suggestion came with, and not in somebody's own words."""
    return any(re.sub(r" \d+$", "", text) == _claim(metric or "", language) for language, text in claim.items())


# --- shelves --------------------------------------------------------------------------------------


class _Folded:
    """A text folded letter by letter, so that what is found in it is found in the text itself."""

    def __init__(self, text: str) -> None:
        self.original = text
        letters, places = [], []
        for place, character in enumerate(text):
            folded = fold(character).replace("–", "-")
            letters.append(folded)
            places += [place] * len(folded)
        self.text, self.places = "".join(letters), places

    def spans(self, word: str) -> Iterator[Span]:
        for found in re.finditer(rf"(?<!\w){re.escape(fold(word).replace('–', '-'))}(?!\w)", self.text):
            yield self.places[found.start()], self.places[found.end() - 1] + 1


def _shelf(kind: Kind, shelf: ShelfSuggestion, abstract: _Folded, title: _Folded) -> Iterator[Suggestion]:
    spans = tuple(sorted({span for word in shelf.words for span in abstract.spans(word)}))
    words = [abstract.original[start:end] for start, end in spans]
    words += [title.original[start:end] for word in shelf.words for start, end in title.spans(word)]
    if words:
        told = tuple({word.casefold(): word for word in reversed(words)}.values())[::-1]
        yield Suggestion(kind, f"{kind}-{shelf.key}", told, spans, key=shelf.key)


# --- counts of people, places and studies ---------------------------------------------------------

_COUNTED: Final = (
    r"(?:clients?|patients?|outpatients?|inpatients?|participants?|adults?|adolescents?|children|youths?|people|"
    r"persons?|individuals?|women|men|students?|veterans?|therapists?|clinicians?|psychotherapists?|counsell?ors?|"
    r"trainees?|dyads?|couples?|families|cases|studies|trials|samples|effect sizes|sessions|respondents?|"
    r"clinics|cent(?:er|re)s|hospitals|sites|services|countries|schools|universities|practices|cliniques|hôpitaux|"
    r"centres|pays|écoles|universités|"
    r"personnes?|adultes?|enfants|femmes|hommes|étudiante?s?|thérapeutes?|psychothérapeutes?|dyades?|familles|"
    r"études|essais|échantillons|séances|répondante?s?)"
)
_DIGITS: Final = re.compile(
    r"(?<![\w.,%=/−–-])(?:[1-9]\d{0,2}(?:[,\u00a0\u2009\u202f ]\d{3})+|[1-9]\d*)(?=\s)", re.IGNORECASE
)
_WHAT: Final = re.compile(rf"\s+(?P<what>(?:[^\W\d_][\w’'-]*\s+){{0,3}}?{_COUNTED}(?:\s+{_COUNTED})?)\b", re.IGNORECASE)
_NOT_BETWEEN: Final = re.compile(
    r"\b(?:of|per|to|and|or|in|with|from|the|weeks?|months?|years?|sessions|de|par|à|et|ou|en|dans|avec|"
    r"semaines?|mois|ans?|points?)\b",
    re.IGNORECASE,
)


def counts_in(abstract: str, language: str) -> tuple[Suggestion, ...]:
    """The numbers of people, places, studies … that an abstract gives, in digits or in words."""
    return tuple(_figures(abstract[:LONGEST_ABSTRACT], language))


def _figures(abstract: str, language: str) -> Iterator[Suggestion]:
    seen: dict[Decimal, Span] = {}
    found: list[tuple[Span, Decimal, str]] = []
    for (start, end), value in _numbers(abstract):
        counted = _WHAT.match(abstract, end)
        what = " ".join(counted["what"].split()) if counted else ""
        if counted and not _NOT_BETWEEN.search(what.rpartition(" ")[0]):
            found.append(((start, counted.end()), value, what))
    for reported in parse_reported(abstract):
        if reported.metric in {"n", "N", "k"} and reported.value is not None and reported.operator == "=":
            with translation.override(language):
                what = _("studies") if reported.metric == "k" else _("people")
            found.append((reported.whole, reported.value, what))
    for span, value, what in sorted(found):
        if value not in seen and len(f"{value:f}") <= 20:
            seen[value] = span
            figure = Figure(value=value, what={language: what})
            yield Suggestion(
                Kind.FIGURE, _name(Kind.FIGURE, abstract, span), (abstract[slice(*span)],), (span,), figure=figure
            )


def _numbers(abstract: str) -> Iterator[tuple[Span, Decimal]]:
    """The whole numbers of an abstract. Its language is not known, so words are read in both; “one” is a pronoun."""
    for match in _DIGITS.finditer(abstract):
        yield match.span(), Decimal(re.sub(r"\D", "", match[0]))
    for read_in in ("en", "fr"):
        for number in numbers_in_words(abstract, read_in):
            if number.value > 1:
                yield (number.start, number.end), Decimal(number.value)


# --- findings -------------------------------------------------------------------------------------

_TESTS: Final = {"t", "F", "chi2", "z"}
_NEAR: Final = re.compile(r"[\s,;:()\[\]]{0,4}(?:(?:and|et|,)\s)?")


def _findings(abstract: str, language: str) -> Iterator[Suggestion]:
    at = 0
    numbers = read_numbers([abstract], language)
    tests = _tests_beside(abstract)
    counts: dict[str, int] = {}
    for finding in numbers.findings:
        assert finding.seen_as is not None and finding.metric is not None
        start = abstract.find(finding.seen_as, at)
        if start < 0:
            continue
        at = start + 1
        span = (start, start + len(finding.seen_as))
        counts[finding.metric] = counts.get(finding.metric, 0) + 1
        claim = _claim(finding.metric, language)
        facts: dict[str, Any] = {
            "claim": {language: f"{claim} {counts[finding.metric]}" if counts[finding.metric] > 1 else claim},
            "seen_as": around_of(abstract, *span),
            "read_level": "abstract",
            **tests.get(start, {}),
        }
        told = finding.model_copy(update=facts)
        yield Suggestion(
            Kind.FINDING, _name(Kind.FINDING, abstract, span), (abstract[slice(*span)],), (span,), finding=told
        )


def _tests_beside(text: str) -> dict[int, dict[str, Any]]:
    """By where an estimate begins: the test that stands right beside it, with its degrees of freedom and n."""
    found = parse_reported(text)
    beside: dict[int, dict[str, Any]] = {}
    for index, estimate in enumerate(found):
        if not estimate.is_estimate or estimate.metric in _TESTS:
            continue
        facts: dict[str, Any] = {"n": int(estimate.n.value)} if estimate.n else {}
        for other in found[max(0, index - 1) : index] + found[index + 1 : index + 2]:
            if _can_be_kept(other) and _are_neighbours(text, estimate, other):
                facts |= {"test": other.metric, "statistic": other.value, "df": other.df}
                break
        beside[estimate.start] = facts
    return beside


def _can_be_kept(other: Reported) -> bool:
    return other.metric in _TESTS and other.operator == "=" and other.value is not None


def _are_neighbours(text: str, one: Reported, other: Reported) -> bool:
    first, second = sorted((one, other), key=lambda reported: reported.start)
    # Where the first has its interval or p behind it, the second follows those.
    ends = {first.end, first.whole[1]}
    return any(end <= second.start and _NEAR.fullmatch(text, end, second.start) for end in ends)


def _claim(metric: str, language: str) -> str:
    """The one claim that can be made without the article's words: which number it is, and where it was read."""
    if metric not in METRICS:
        return ""
    with translation.override(language):
        name = str(METRICS[metric].name)
        return _("%(metric)s, from the abstract") % {"metric": name[:1].upper() + name[1:]}


def _name(kind: Kind, abstract: str, span: Span) -> str:
    read = f"{span[0]}:{abstract[slice(*span)]}"
    return f"{kind}-{hashlib.sha256(read.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"
