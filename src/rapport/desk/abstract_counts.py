"""The numbers of an abstract that are no findings: how many people, places, studies …, and how much studies differed.

    [count.what for count in abstract_counts("Of the 61 who began, 44 (72%) finished.", "en")]
    ['people who began', 'people who finished']

Its language is not known, so numbers in words are read in English and in French.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from rapport.desk.checking.number_words import numbers_in_words
from rapport.stats.reported import parse_reported

Span = tuple[int, int]

LONGEST_NUMBER: Final = 20
MOST_WORDS: Final = 7  # of a clause that says what is counted


@dataclass(frozen=True, order=True)
class Count:
    """A number, where it stands with the words that say what it counts, and those words."""

    span: Span
    value: Decimal
    what: str


def abstract_counts(abstract: str, language: str) -> list[Count]:
    """Every count in the order of the abstract. What has no words of its own is named in `language`."""
    numbers = sorted(_numbers(abstract))
    found = [
        *_things(abstract, numbers),
        *_of_whom(abstract, numbers),
        *_out_of(abstract, numbers),
        *_samples(abstract, language),
        *_heterogeneity(abstract, language),
    ]
    begun: set[int] = set()
    counts = []
    for count in sorted(found, key=lambda count: count.span[0]):  # of one number, what was read first
        if count.span[0] not in begun and len(f"{count.value:f}") <= LONGEST_NUMBER:
            begun.add(count.span[0])
            counts.append(count)
    return counts


def abstract_percentages(abstract: str, language: str) -> list[Count]:
    """Every percentage with the clause behind it, “finished (%)”; an I² is none."""
    heterogeneity = [count.span for count in _heterogeneity(abstract, language)]
    counted = {count.span[1]: count.what for count in abstract_counts(abstract, language)}  # “44 (72%) finished”
    percentages = []
    for reported in parse_reported(abstract):
        start, end = reported.start, reported.end
        if reported.metric != "percent" or reported.value is None or reported.operator != "=":
            continue
        if any(first <= start < last for first, last in heterogeneity):
            continue
        bracket = _BRACKET.match(abstract, end)
        clause = _clause_after(abstract, bracket.end() if bracket else end)
        with translation.override(language):
            what = f"{counted.get(clause[0], clause[1])} (%)" if clause else _("percent")
        opens = start - (abstract[start - 1 : start] == "(" and clause is not None)
        percentages.append(Count((opens, clause[0] if clause else end), reported.value, what))
    return percentages


# --- numbers --------------------------------------------------------------------------------------

_DIGITS: Final = re.compile(
    r"(?<![\w.,%=/−–-])(?:[1-9]\d{0,2}(?:[,\u00a0\u2009\u202f ]\d{3})+|[1-9]\d*)(?=\s)", re.IGNORECASE
)
_Number = tuple[Span, Decimal]


def _numbers(abstract: str) -> Iterator[_Number]:
    """The whole numbers of an abstract; “one” is a pronoun."""
    for match in _DIGITS.finditer(abstract):
        yield match.span(), Decimal(re.sub(r"\D", "", match[0]))
    for read_in in ("en", "fr"):
        for number in numbers_in_words(abstract, read_in):
            if number.value > 1:
                yield (number.start, number.end), Decimal(number.value)


# --- “421 clients”, “four databases” ------------------------------------------------------------------

_PEOPLE: Final = (
    r"clients?|patients?|outpatients?|inpatients?|participants?|adults?|adolescents?|children|youths?|people|"
    r"persons?|individuals?|women|men|students?|veterans?|therapists?|clinicians?|psychotherapists?|counsell?ors?|"
    r"trainees?|couples?|families|respondents?|"
    r"personnes?|adultes?|enfants|femmes|hommes|étudiante?s?|thérapeutes?|psychothérapeutes?|familles|répondante?s?"
)
_COUNTED: Final = (
    rf"(?:{_PEOPLE}|dyads?|cases|studies|trials|samples|effect sizes|sessions|databases|meta-analyses|"
    r"systematic reviews|articles|interviews|comparisons|"
    r"clinics|cent(?:er|re)s|hospitals|sites|services|countries|schools|universities|practices|cliniques|hôpitaux|"
    r"centres|pays|écoles|universités|dyades?|études|essais|échantillons|séances|bases de données|méta-analyses|"
    r"revues systématiques|entretiens|comparaisons)"
)
_WHAT: Final = re.compile(rf"\s+(?P<what>(?:[^\W\d_][\w’'-]*\s+){{0,3}}?{_COUNTED}(?:\s+{_COUNTED})?)\b", re.IGNORECASE)
_NOT_BETWEEN: Final = re.compile(
    r"\b(?:of|per|to|and|or|in|with|from|the|weeks?|months?|years?|sessions|who|de|par|à|et|ou|en|dans|avec|qui|"
    r"semaines?|mois|ans?|points?)\b",
    re.IGNORECASE,
)
_OF_DATABASES: Final = re.compile(r"bases de données$", re.IGNORECASE)  # whose “de” is its own


def _thing_after(abstract: str, end: int) -> tuple[int, str] | None:
    """The noun that is counted, and where it ends."""
    counted = _WHAT.match(abstract, end)
    if counted is None:
        return None
    what = " ".join(counted["what"].split())
    between = _OF_DATABASES.sub("", what) if _OF_DATABASES.search(what) else what.rpartition(" ")[0]
    return None if _NOT_BETWEEN.search(between) else (counted.end(), what)


def _things(abstract: str, numbers: Sequence[_Number]) -> Iterator[Count]:
    for (start, end), value in numbers:
        thing = _thing_after(abstract, end)
        if thing:
            yield Count((start, thing[0]), value, thing[1])


def _samples(abstract: str, language: str) -> Iterator[Count]:
    """“N = 231”, “k = 19”."""
    for reported in parse_reported(abstract):
        if reported.metric in {"n", "N", "k"} and reported.value is not None and reported.operator == "=":
            with translation.override(language):
                what = _("studies") if reported.metric == "k" else _("people")
            yield Count(reported.whole, reported.value, what)


# --- “of the 61 who began, 44 (72%) finished” ---------------------------------------------------------

_WHO: Final = re.compile(r"\s(?P<who>who|qui)\s")
_CLAUSE: Final = re.compile(
    rf"\s?(?:(?:of|des)\s(?:the\s|these\s)?)?(?P<clause>[^\W\d_][\w’'-]*(?:\s[^\W\d_][\w’'-]*){{0,{MOST_WORDS - 1}}})"
)
# Where another clause begins, and what no clause ends with.
_ENDS: Final = re.compile(r"\s(?:and|but|while|whereas|with|whose|et|mais|tandis|alors|avec|dont)\s.*$", re.DOTALL)
_LOOSE_END: Final = re.compile(
    r"(?:\s(?:the|an?|and|but|et|mais|of|to|in|at|on|by|for|from|or|their|its|than|as|le|la|les|un|une|des?|du|à|au|en|dans|par|pour|"
    r"sur|ou|leur|que))+$",
    re.IGNORECASE,
)
_SHARE: Final = re.compile(r"\s\(\s?\d{1,3}(?:[.,·]\d{1,2})?[\s\u00a0\u202f]?(?:%|per\s?cent)[^()]{0,20}\)")
_BRACKET: Final = re.compile(r"\)|\s\([^()]{0,60}\)")  # that “(72%)” closes, or that says how many behind “72%”
_OF_THOSE: Final = re.compile(r"\b(?:of|among|parmi|sur)\s(?:the\s|these\s|those\s|les\s|ces\s)?$", re.IGNORECASE)
_ASIDE: Final = re.compile(r"\s(?P<what>[^,.;:()\d]{1,80}),\s")
_DONE_TO: Final = re.compile(r"\s(?P<done>(?:[a-z]+ed|[a-zé]+é(?:e?s))\b)")
_PERSON: Final = re.compile(rf"(?:^|\s)(?:{_PEOPLE})$", re.IGNORECASE)
_FRENCH: Final = re.compile(r"\b(?:parmi|sur|les|ces)\b", re.IGNORECASE)
_PEOPLE_WHO: Final = {"who": "people who", "qui": "personnes qui"}


def _of_whom(abstract: str, numbers: Sequence[_Number]) -> Iterator[Count]:
    """People who are told by what they did, and how many of them did something else."""
    numbers = [number for number in numbers if not _is_year(abstract, number)]
    parts = dict(_parts(abstract, numbers))
    for (start, end), value in numbers:
        whole = _told_by_deed(abstract, (start, end), value)
        if whole:
            yield whole
        shared, part = _SHARE.match(abstract, end), parts.get(start)
        if (shared or part) and (part is None or value <= part.of):
            clause = _clause_after(abstract, shared.end() if shared else end)
            if clause:
                what = f"{part.subject} {clause[1]}".strip() if part else clause[1]
                yield Count((start, clause[0]), value, what)


def _is_year(abstract: str, number: _Number) -> bool:
    (start, end), value = number
    return 1900 <= value <= 2100 and abstract[start:end].isdecimal()


class _Part(NamedTuple):
    subject: str  # “people who”, “studies that”; "" where nothing tells
    of: Decimal


def _parts(abstract: str, numbers: Sequence[_Number]) -> Iterator[tuple[int, _Part]]:
    """By where a number behind “of the 61 who …,” begins: of whom it tells, and how many they are."""
    for (start, end), value in numbers:
        aside = _ASIDE.match(abstract, end) if _OF_THOSE.search(abstract, max(0, start - 20), start) else None
        if aside is None:
            continue
        thing = _thing_after(abstract, end)
        if thing:
            is_french = _FRENCH.search(abstract, max(0, start - 20), start) is not None
            who = "qui" if is_french else "who" if _PERSON.search(thing[1]) else "that"
            yield aside.end(), _Part(f"{thing[1]} {who}", value)
        elif who_began := _WHO.match(abstract, end):
            yield aside.end(), _Part(_PEOPLE_WHO[who_began["who"]], value)
        elif _DONE_TO.match(abstract, end):
            yield aside.end(), _Part("", value)


def _told_by_deed(abstract: str, place: Span, value: Decimal) -> Count | None:
    """“61 who began therapy”; “of the 61 randomised,”."""
    start, end = place
    who = _WHO.match(abstract, end)
    clause = _clause_after(abstract, who.end() - 1) if who else None
    if who and clause:
        return Count((start, clause[0]), value, f"{_PEOPLE_WHO[who['who']]} {clause[1]}")
    done = _DONE_TO.match(abstract, end)
    if done and _OF_THOSE.search(abstract, max(0, start - 20), start) and _ASIDE.match(abstract, end):
        return Count((start, done.end()), value, done["done"])
    return None


def _clause_after(abstract: str, at: int) -> tuple[int, str] | None:
    """The words that follow, as far as they are one clause, and where they end."""
    found = _CLAUSE.match(abstract, at)
    if found is None:
        return None
    clause = _LOOSE_END.sub("", _ENDS.sub("", found["clause"]))
    if not clause or _LOOSE_END.fullmatch(f" {clause}"):
        return None
    return found.start("clause") + len(clause), " ".join(clause.split())


# --- “44 of 61 clients” ---------------------------------------------------------------------------------

_OUT_OF: Final = re.compile(r"\s(?:of|out\sof|sur|des)\s(?:the\s|these\s|les\s)?", re.IGNORECASE)


def _out_of(abstract: str, numbers: Sequence[_Number]) -> Iterator[Count]:
    begins = {start: (end, value) for (start, end), value in numbers}
    for (start, end), value in numbers:
        of = _OUT_OF.match(abstract, end)
        if of is None or of.end() not in begins:
            continue
        whole_end, whole = begins[of.end()]
        is_known = any(other == whole and place[1] < start for place, other in numbers)  # “7 of the 56 had …”
        thing = _thing_after(abstract, whole_end) or (_clause_after(abstract, whole_end) if is_known else None)
        if thing and value <= whole:
            yield Count((start, thing[0]), value, " ".join(abstract[end : thing[0]].split()))


# --- I² -------------------------------------------------------------------------------------------------

_I2: Final = re.compile(
    r"(?<!\w)I(?:\s?²|\s?2|\s?<sup>2</sup>|\^2|[\s-]squared|\sau\scarré)\s?(?:=|:|\sof\s|\swas\s|\sde\s|\sétait\sde\s)\s?"
    r"(?P<value>\d{1,3}(?:[.,·]\d{1,3})?|\.\d{1,3})(?!\d|\s?[–-]\s?\d)[\s\u00a0\u202f]?(?P<percent>%)?"
)


def _heterogeneity(abstract: str, language: str) -> Iterator[Count]:
    for found in _I2.finditer(abstract):
        value = Decimal(re.sub(r"^\.", "0.", re.sub("[,·]", ".", found["value"])))
        is_proportion = not found["percent"] and "." in str(value) and value < 1
        if value > 100:
            continue
        with translation.override(language):
            what = "I²" if is_proportion else _("percent of heterogeneity (I²)")
        yield Count(found.span(), value, what)
