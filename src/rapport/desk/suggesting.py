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

from rapport.desk.abstract_counts import LONGEST_NUMBER, Count, abstract_counts, abstract_percentages
from rapport.desk.checking.facts import metric_in_words
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
    counts = {_kept_as(figure) for figure in value.figures}
    counts |= {(Decimal(finding.n), "") for finding in value.findings if finding.n is not None}
    shelves = {research_type, *topics}

    def is_open(suggestion: Suggestion) -> bool:
        if suggestion.finding:
            told = suggestion.finding
            is_counted = told.metric == "percent" and (told.estimate, "percent") in counts
            return (told.metric, told.estimate) not in estimates and not is_counted
        if suggestion.figure:
            return _kept_as(suggestion.figure) not in counts
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


# --- other numbers ---------------------------------------------------------------------------------


def counts_in(abstract: str, language: str) -> tuple[Suggestion, ...]:
    """The numbers of people, places, studies … that an abstract gives, in digits or in words, and its I²."""
    return tuple(_figures(abstract[:LONGEST_ABSTRACT], language))


def said_in(abstract: str, language: str) -> tuple[Suggestion, ...]:
    """What may be stored for a figure of a text: the counts, and the percentages as numbers with words."""
    abstract = abstract[:LONGEST_ABSTRACT]
    percentages = (
        _as_figure(abstract, count, language)
        for count in abstract_percentages(abstract, language)
        if len(f"{count.value:f}") <= LONGEST_NUMBER
    )
    return (*_figures(abstract, language), *percentages)


def is_percentage(figure: Figure) -> bool:
    return metric_in_words(figure.what) in {"percent", "I2"}


def is_kept(figure: Figure, value: ArticleFile) -> bool:
    """Whether an article's numbers have it already."""
    return _kept_as(figure) in {_kept_as(other) for other in value.figures}


def _as_figure(abstract: str, count: Count, language: str) -> Suggestion:
    words = (abstract[slice(*count.span)],)
    figure = Figure(value=count.value, what={language: count.what})
    return Suggestion(Kind.FIGURE, _name(Kind.FIGURE, abstract, count.span), words, (count.span,), figure=figure)


def _figures(abstract: str, language: str) -> Iterator[Suggestion]:
    seen: set[tuple[Decimal, str]] = set()
    for count in abstract_counts(abstract, language):
        suggestion = _as_figure(abstract, count, language)
        if suggestion.figure and (kept_as := _kept_as(suggestion.figure)) not in seen:
            seen.add(kept_as)
            yield suggestion


def _kept_as(figure: Figure) -> tuple[Decimal, str]:
    """41 clients, 41% of them and an I² of 41% are three numbers; 41 clients and 41 people are one."""
    metric = metric_in_words(figure.what)
    return figure.value, metric if metric in {"I2", "percent"} else ""


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
