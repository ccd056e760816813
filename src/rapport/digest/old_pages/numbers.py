"""Statistics in an entry's text as draft findings and figures, each with the words around it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from rapport.digest.exchange.schema import Figure, FindingFile
from rapport.literature.metrics import METRICS
from rapport.stats.reported import Printed, Reported, parse_reported

LONGEST_CLAIM: Final = 240
LONGEST_NUMBER: Final = 20
_COUNTED: Final = {"n", "N", "k"}
_POINTS: Final = str.maketrans(dict.fromkeys(",·∙⋅", "."))
_P: Final = re.compile(r"0?\.\d{1,20}|[01]")


@dataclass
class Numbers:
    """What was read from a text. `unkept` are statistics that have no place of their own, each with why."""

    findings: list[FindingFile] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    unkept: list[tuple[str, str]] = field(default_factory=list)


def read_numbers(texts: list[str], language: str) -> Numbers:
    """Read the paragraphs of an entry. Nothing is computed, and no metric, level or direction is supposed."""
    numbers, counts = Numbers(), Counter[str]()
    for text in texts:
        for found in parse_reported(text):
            seen = _seen(text, found)
            if any(len(number.text) > LONGEST_NUMBER for number in _printed(found)):
                numbers.unkept.append((seen, f"more than {LONGEST_NUMBER} digits, which no article prints"))
                continue
            if found.metric in _COUNTED:
                _figure(numbers, found, text, language)
            elif found.metric in METRICS and found.operator == "=" and found.value is not None:
                stem = found.metric.lower()
                counts[stem] += 1
                _finding(numbers, found, f"{stem}-{counts[stem]}", text, language)
            else:
                numbers.unkept.append((seen, _why_unkept(found)))
    return numbers


def _printed(found: Reported) -> list[Printed]:
    limits = [found.interval.low, found.interval.high] if found.interval else []
    return [*found.values, *limits]


def _seen(text: str, found: Reported) -> str:
    """The statistic's own words, with the bracket that closes what they open."""
    start, end = found.whole
    closes = text[end : end + 1] == ")" and text.count("(", start, end) > text.count(")", start, end)
    return text[start : end + closes]


def _why_unkept(found: Reported) -> str:
    if found.metric in METRICS and found.operator != "=":
        return f"printed with “{found.operator}”, which an estimate cannot be"
    if len(found.values) > 1:
        return "a range, and not one value"
    if found.metric == "p":
        return "it follows no estimate"
    if not found.values:
        return "an interval without an estimate before it"
    return "not one of the metrics of findings"


def _figure(numbers: Numbers, found: Reported, text: str, language: str) -> None:
    if found.value is None or found.operator != "=":
        numbers.unkept.append((text[found.start : found.end], _why_unkept(found)))
        return
    around = around_of(text, found.start, found.end)
    numbers.figures.append(Figure(value=found.value, what={language: f"{found.symbol}: {around}"}))


def _finding(numbers: Numbers, found: Reported, key: str, text: str, language: str) -> None:
    assert found.value is not None
    limits, level = _interval(numbers, found, key, text)
    p = None
    if found.p is not None:
        value = found.p.number.text.translate(_POINTS)
        if found.p.operator in "=<>" and _P.fullmatch(value):
            p = f"{found.p.operator} {value}"
        else:
            words = text[found.p.start : found.p.end]
            numbers.doubts.append((f"findings, {key}, p", f"“{words}” has a form that `p` cannot have; left out"))
    numbers.findings.append(
        FindingFile.model_validate(
            {
                "key": key,
                "claim": {language: around_of(text, found.start, found.end)},
                "metric": found.metric,
                "estimate": found.value,
                "interval": limits,
                "interval_level": level,
                "p": p,
                "read_level": "secondary-source",
                "seen_as": _seen(text, found),
            }
        )
    )


def _interval(numbers: Numbers, found: Reported, key: str, text: str) -> tuple[tuple[object, object] | None, object]:
    if found.interval is None:
        return None, None
    low, high = found.interval.low.value, found.interval.high.value
    words = text[found.interval.start : found.interval.end]
    where = f"findings, {key}, interval"
    if found.interval.level is None:
        numbers.doubts.append((where, f"“{words}” prints no level; left out. If it is a 95% interval, add both"))
        return None, None
    if low > high:
        numbers.doubts.append((where, f"“{words}” has its lower limit above its upper one; left out. Look it up"))
        return None, None
    return (low, high), found.interval.level


_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[”\"»)\]]?\s+(?=[“\"«(]?[A-ZÀ-Þ])")


def around_of(text: str, start: int, end: int) -> str:
    """The sentence in which text[start:end] stands, cut with “…” where it is long."""
    first, last = 0, len(text)
    for stop in _SENTENCE_END.finditer(text, max(0, start - 2_000), min(len(text), end + 2_000)):
        if stop.end() <= start:
            first = stop.end()
        elif stop.start() >= end:
            last = stop.start()
            break
    if last - first <= LONGEST_CLAIM:
        return text[first:last].strip()
    room = max(20, (LONGEST_CLAIM - (end - start)) // 2)
    before, after = max(first, start - room), min(last, end + room)
    while before > first and not text[before - 1].isspace():
        before += 1
    while after < last and not text[after].isspace():
        after -= 1
    before, after = min(before, start), max(after, end)
    cut = text[before:after].strip()
    return f"{'…' if before > first else ''}{cut}{'…' if after < last else ''}"
