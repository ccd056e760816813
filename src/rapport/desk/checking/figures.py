"""Every figure in a text, with what stands around it: symbol, unit, what it counts, its place in an interval."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from rapport.desk.checking.facts import Part
from rapport.desk.checking.figure import About, Figure, Form
from rapport.desk.checking.fractions import fractions_in
from rapport.desk.checking.no_figures import SMALL, why_not
from rapport.desk.checking.nouns import Counted, Kind, counted_in, speaks_of_age
from rapport.desk.checking.number_words import numbers_in_words
from rapport.desk.checking.reading import Span
from rapport.stats.printed_forms import BY_SYMBOL, NAMES

_SPACE: Final = r"[ \u00a0\u202f\u2009]"
# A sign, and no dash between two numbers; in “−0.40–−0.22” it stands behind such a dash.
_SIGNED: Final = r"(?P<sign>(?:(?<![\w.,)%\]−–-])|(?<=\d[–-])(?=[−–-][.\d]))[−–-])?"
_DIGITS: Final = {
    "en": re.compile(
        rf"{_SIGNED}"
        r"(?P<number>(?<![\d.,])(?:\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3}){1,4}(?![\d])(?:\.\d{1,12})?|0,\d{1,12}|\d{1,15}(?:[.·]\d{1,12})?)|(?<![\w.,])\.\d{1,12})"
    ),
    "fr": re.compile(
        rf"{_SIGNED}"
        rf"(?P<number>(?<![\d.,])(?:\d{{1,3}}(?:{_SPACE}\d{{3}}){{1,4}}(?![\d])(?:,\d{{1,12}})?|\d{{1,15}}(?:[.,·]\d{{1,12}})?)"
        r"|(?<![\w.,])[.,]\d{1,12})"
    ),
}
_BLANKS: Final = str.maketrans(dict.fromkeys(" \u00a0\u202f\u2009"))
# “1.2 million”, « 1,2 million ».
_SCALE: Final = re.compile(rf"{_SPACE}(?P<scale>thousand|mille|millions?|billions?|milliards?)\b", re.IGNORECASE)
_SCALES: Final = {"thousand": 10**3, "mille": 10**3, "million": 10**6, "billion": 10**9, "milliard": 10**9}
# “a dozen”, « une centaine »: about so many.
_COLLECTIVE: Final = {
    "en": re.compile(r"(?<![\w-])(?:a|one)\s(?P<collective>dozen)\b", re.IGNORECASE),
    "fr": re.compile(
        r"(?<![\w-])une?\s(?P<collective>dizaine|douzaine|quinzaine|vingtaine|trentaine|quarantaine|cinquantaine|soixantaine|"
        r"centaine|millier)\b",
        re.IGNORECASE,
    ),
}
_COLLECTIVES: Final = {
    "dozen": 12, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30,
    "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
}  # fmt: skip

_SYMBOL: Final = "|".join(re.escape(symbol) for symbol in sorted(BY_SYMBOL, key=len, reverse=True))
_NAME: Final = "|".join(re.escape(name).replace(r"\ ", r"\s") for name in sorted(NAMES, key=len, reverse=True))
_APPROX: Final = (
    r"(?P<approx>(?P<about>about|around|roughly|approximately|some|close\sto|circa|ca\.?|environ|à\speu\sprès|quelque|autour\sde)"
    r"|(?P<above>(?:(?:a\slittle|slightly|just|somewhat|well)\s)?(?:more\sthan|over|above)|at\sleast"
    r"|(?:(?:un\speu|bien|légèrement)\s)?plus\s(?:de|d[’'])|au\smoins|au-delà\sde)"
    r"|(?P<below>nearly|almost|(?:(?:a\slittle|slightly|just|somewhat|well)\s)?(?:less\sthan|fewer\sthan|under|below)|up\sto|at\smost"
    r"|près\s(?:de|d[’'])|presque|(?:(?:un\speu|bien|légèrement)\s)?moins\s(?:de|d[’'])|au\splus|jusqu[’']à))"
)
_APPROX_BEFORE: Final = re.compile(rf"(?<!\w){_APPROX}\s?(?:the\s|a\s|an\s|les\s|des\s)?$", re.IGNORECASE)
_IS: Final = r"(?:was|is|of|were|at|came\sto|est|était|de|vaut|valait|à|=|:)"
_SIGN: Final = r"(?P<operator>[=<>≤≥≈~:])"
_SYMBOL_BEFORE: Final = re.compile(
    rf"(?<![\w.])(?P<symbol>{_SYMBOL})(?:\s?\([^()]{{0,40}}\))?\s{{0,3}}(?:{_SIGN}\s{{0,3}}|\s(?:was|of|is|were|de|était(?:\sde)?)\s)$"
)
# “RR 0.72”: a symbol that is no other word, with a decimal behind it.
_SYMBOL_ALONE: Final = re.compile(r"(?<![\w.])(?P<symbol>OR|RR|HR|SMD|MD|NNT|ICC)[,\s]\s?$")
_NAME_BEFORE: Final = re.compile(
    rf"(?<!\w)(?P<name>{_NAME})(?:\s?[(«][^()»]{{0,40}}[)»])?(?:\s\(?[\w’'-]{{1,20}}\)?){{0,3}}?\s{_IS}(?:\s(?:de|about|environ))?\s$",
    re.IGNORECASE,
)
_PERCENT_AFTER: Final = re.compile(rf"{_SPACE}?(?:%|per\s?cent\b|percent\b|pour\s?cent\b)", re.IGNORECASE)
_PERCENTAGE_POINTS: Final = re.compile(r"[\s-]percentage[\s-]points?\b|\spoints?\sde\spourcentage\b", re.IGNORECASE)
_LEVEL_AFTER: Final = re.compile(
    rf"{_SPACE}?%?[\s-]?(?:\w{{3,15}}\s)??(?:C\.?I\.?s?\b|CrI\b|IC\b|confidence|credible|interval)", re.IGNORECASE
)
_LEVEL_BEFORE: Final = re.compile(
    r"\b(?:I\.?C\.?|C\.?I\.?|CrI|intervals?|intervalles?(?:\sde\s(?:confiance|crédibilité))?)\s?\(?(?:(?:à|de)\s)?$",
    re.IGNORECASE,
)
_INTERVAL_BEFORE: Final = re.compile(
    rf"\b(?:intervals?|intervalles?|CI|CrI|IC)\b[^.;\d\[\]]{{0,30}}(?:\d\d(?:[.,]\d)?{_SPACE}?%?)?[^.;\d]{{0,25}}?$"
    r"|\[\s?$|\b(?:limits?|limites?)\b[^.;\d]{0,20}$",
    re.IGNORECASE,
)
# “(from 0.17 to 0.35)”: an interval also where words stand between it and its estimate.
_FROM_IN_BRACKETS: Final = re.compile(r"\(\s?(?:from|de)\s$")
_FROM_AFTER_ESTIMATE: Final = re.compile(rf"{_SPACE}?%?\s?[,;(]\s?(?:from|de|entre|between)\s$|{_SPACE}?%?\s?\($")
_LIMITS_APART: Final = re.compile(
    rf"{_SPACE}?%?\s?(?:[–—-]|\bto\b|\bà\b|\band\b|\bet\b(?:\sde)?|[,;])\s?$", re.IGNORECASE
)
_CHAIN: Final = re.compile(
    r"\s?%?\s?(?:of|out\sof|of\severy|sur|des|de|parmi|to|or|and|versus|vs\.?|à|ou|et|–|-|in|,)?\s?(?:the\s|les\s|these\s|ces\s)?$",
    re.IGNORECASE,
)
_PARTITIVE: Final = re.compile(r"^\s(?:de\s|d[’']|of\s)")  # “une dizaine de clients”
_STOPS_NOUN: Final = re.compile(
    r"[,.;:()!?\n\[\]]|\s(?:the|these|les|la|le|ces|in|of|with|from|for|and|to|on|at|by|over|after|during|within|per|than|had|have|has|were|was|are|is|who|that|would|could|might|may|can|did|took|dans|de(?!\sdonnées)|d[’']|avec|pour|et|à|sur|ont|"
    r"étaient|qui|avaient|chez|par|après|pendant|durant|que)\b",
    re.IGNORECASE,
)
_BACK_BEFORE: Final = re.compile(
    r"\b(?:the|these|those|both|all|its|their|our|other|last|first|next|les|ces|ses|leurs?|nos|des|toutes?|tous|autres?|"
    r"derniers?|dernières?|premiers?|premières?|each\sof|of\sthe)\s(?:other\s|autres\s)?$",
    re.IGNORECASE,
)
_SAMPLE_BEFORE: Final = re.compile(r"\b(?:sample(?:\ssize)?|échantillon|effectif)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_MONEY_BEFORE: Final = re.compile(r"(?:US|C|CA)?[$€£]\s?$")
_MONEY_AFTER: Final = re.compile(rf"{_SPACE}?(?:\$|€|£)")
_PROPORTION_BEFORE: Final = re.compile(r"\b(?:proportion|share|part)\b[^.;]{0,60}$", re.IGNORECASE)
_DF_BEFORE: Final = re.compile(r"(?<!\w)(?:t|F|r|χ²|χ2|chi2|Q)\s?\((?:df\s?=\s?)?(?:\d{1,6}(?:\.\d+)?\s?[,;]\s?)?$")
_LIST_AFTER: Final = re.compile(r"[.)]\s")
_LINE_START: Final = re.compile(r"(?:^|\n)\s{0,6}$")

_ROLES: Final = {"n": Part.N, "N": Part.N, "k": Part.K, "p": Part.P}
_STATISTICS: Final = frozenset({"t", "F", "z", "chi2", "Q"})
_BEFORE: Final = 80  # characters looked at on either side
_AFTER: Final = 60


def figures_in(text: str, sentences: list[Span], language: str) -> list[Figure]:
    """Every figure of a readable text, in the order in which they stand there. `text` is that of `reading.readable`."""
    figures: list[Figure] = []
    raw = sorted(_found(text, language), key=lambda figure: (figure.start, -figure.end))
    place = 0
    last_end = -1
    for figure in raw:
        if figure.start < last_end:
            continue
        last_end = figure.end
        while place < len(sentences) - 1 and sentences[place].end <= figure.start:
            place += 1
        figure.sentence = place
        figures.append(figure)
    figures = [figure for figure in figures if not _is_list_mark(text, figure)]
    for figure in figures:
        _look_around(text, figure, sentences[figure.sentence])
    _pair_limits(text, figures)
    _chain_kinds(text, figures)
    _refer_back(text, figures)
    for index, figure in enumerate(figures):
        if figure.why is None:
            figure.why = why_not(text, figure, figures[index - 1] if index else None)
    return figures


def _found(text: str, language: str) -> Iterator[Figure]:
    for fraction in fractions_in(text, language):
        yield Figure(
            fraction.start,
            fraction.end,
            text[fraction.start : fraction.end],
            fraction.value,
            form=Form.MULTIPLE if fraction.is_multiple else Form.FRACTION,
            in_words=True,
        )
    for match in _DIGITS.get(language, _DIGITS["en"]).finditer(text):
        value = _value(match["number"], language)
        if match["sign"]:
            value = -value
        scale = _SCALE.match(text, match.end())
        if scale:
            value = (value * _SCALES[scale["scale"].lower().removesuffix("s")]).to_integral_value()
        end = scale.end() if scale else match.end()
        is_about = About.ABOUT if scale else About.EXACTLY
        yield Figure(match.start(), end, text[match.start() : end], value, signed=bool(match["sign"]), about=is_about)
    if language in _COLLECTIVE:
        for match in _COLLECTIVE[language].finditer(text):
            value = Decimal(_COLLECTIVES[match["collective"].lower()])
            yield Figure(match.start(), match.end(), match[0], value, in_words=True, about=About.ABOUT)
    for word in numbers_in_words(text, language):
        if word.value != 1:  # “one” is a pronoun and “un” an article far more often than a number
            yield Figure(word.start, word.end, text[word.start : word.end], Decimal(word.value), in_words=True)


def _value(written: str, language: str) -> Decimal:
    bare = written.translate(_BLANKS).replace("·", ".")
    if language == "fr" or re.fullmatch(r"0,\d+", bare):
        bare = bare.replace(",", ".")
    return Decimal(bare.replace(",", ""))


def _is_list_mark(text: str, figure: Figure) -> bool:
    return (
        not figure.in_words
        and _LIST_AFTER.match(text, figure.end) is not None
        and _LINE_START.search(text[max(0, figure.start - 10) : figure.start]) is not None
    )


def _look_around(text: str, figure: Figure, sentence: Span) -> None:
    """What the words right before and right behind say of a figure."""
    before = text[max(sentence.start, figure.start - _BEFORE) : figure.start]
    after = text[figure.end : min(max(sentence.end, figure.end), figure.end + _AFTER)]
    approx = _APPROX_BEFORE.search(before)
    if approx:
        figure.about = About(next(name for name in ("about", "above", "below") if approx[name]))
        before = before[: approx.start()]
    if figure.form in {Form.FRACTION, Form.MULTIPLE}:
        return
    if _PERCENT_AFTER.match(after):
        figure.form = Form.PERCENT
        if (_LEVEL_AFTER.match(after) or _LEVEL_BEFORE.search(before)) and 50 <= figure.value < 100:
            figure.role = Part.LEVEL
            return
    if not figure.in_words:
        if _DF_BEFORE.search(before):
            figure.role = Part.DF
            return
        _read_symbol(before, figure)
    figure.of_proportion = _PROPORTION_BEFORE.search(before) is not None
    if _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after):
        figure.kind = Kind.MONEY
    elif figure.form is not Form.PERCENT and not figure.metric:
        figure.in_percentage_points = _PERCENTAGE_POINTS.match(after) is not None
        counted = _counted_after(_PARTITIVE.sub(" ", after) if figure.about is About.ABOUT else after)
        if figure.in_percentage_points:
            figure.kind = Kind.POINTS
        elif counted:
            figure.kind, figure.sorts, figure.noun = counted.kind, counted.sorts, counted.noun
        if figure.kind in {Kind.TIME, None} and speaks_of_age(before[-40:]):
            figure.kind = Kind.AGE
        elif figure.kind is None and _SAMPLE_BEFORE.search(before):
            figure.kind = Kind.PEOPLE
    figure.refers_back = _BACK_BEFORE.search(before) is not None


def _read_symbol(before: str, figure: Figure) -> None:
    match = _SYMBOL_BEFORE.search(before) or (_SYMBOL_ALONE.search(before) if figure.decimals else None)
    if match is not None:
        metric = BY_SYMBOL[match["symbol"]]
        operator = match.groupdict().get("operator") or "="
    else:
        named = _NAME_BEFORE.search(before)
        if named is None or (figure.form is Form.PERCENT) or (not figure.decimals and abs(figure.value) > 9):
            return
        metric, operator = NAMES[" ".join(named["name"].lower().split())], "="
    figure.operator = {":": "=", "~": "≈", "≤": "<", "≥": ">"}.get(operator, operator)
    if metric in _ROLES:
        figure.role = _ROLES[metric]
    elif metric in _STATISTICS:
        figure.role, figure.metric = Part.STATISTIC, metric
    else:
        figure.role, figure.metric = Part.ESTIMATE, metric
    if figure.operator == "≈":
        figure.about = About.ABOUT


def _counted_after(after: str) -> Counted | None:
    words = after[1:] if after.startswith("-") else after
    stop = _STOPS_NOUN.search(words)
    near = words[: stop.start()] if stop else words
    digit = re.search(r"\d", near)
    near = near[: digit.start()] if digit else near
    return counted_in(" ".join(near.split()[:4]))


def _pair_limits(text: str, figures: list[Figure]) -> None:
    """Tell the two limits of an interval from other numbers."""
    for index in range(len(figures) - 1):
        low, high = figures[index], figures[index + 1]
        if low.role is not None or low.in_words or high.in_words or low.sentence != high.sentence:
            continue
        if high.role is not None or high.metric or not _LIMITS_APART.fullmatch(text[low.end : high.start]):
            continue
        before = text[max(0, low.start - _BEFORE) : low.start]
        is_interval = _INTERVAL_BEFORE.search(before) is not None
        if not is_interval and index:
            previous = figures[index - 1]
            gap = text[previous.end : low.start]
            estimate = previous.role is Part.ESTIMATE or (
                previous.form is Form.PERCENT and previous.role is None and low.form is high.form
            )
            is_interval = estimate and len(gap) < 20 and _FROM_AFTER_ESTIMATE.fullmatch(gap) is not None
        if not is_interval and low.decimals and low.decimals == high.decimals:
            is_interval = _FROM_IN_BRACKETS.search(before) is not None
        if not is_interval or low.kind or (high.kind and high.kind is not Kind.POINTS):
            continue
        low.role, high.role = Part.LOW, Part.HIGH
        low.partner, high.partner = index + 1, index
        low.kind = high.kind = None
        if high.form is Form.PERCENT:
            low.form = Form.PERCENT


def _chain_kinds(text: str, figures: list[Figure]) -> None:
    """“121 of the 243 clients”, “6 to 12 months”, “10–20%”: the first takes its unit from the second."""
    for index in range(len(figures) - 2, -1, -1):
        here, following = figures[index], figures[index + 1]
        if here.sentence != following.sentence or here.metric or here.role or here.form is not Form.NUMBER:
            continue
        gap = text[here.end : following.start]
        if here.kind is None and len(gap) < 20 and _CHAIN.fullmatch(gap):
            here.kind, here.sorts, here.noun = following.kind, following.sorts, following.noun
            if following.form is Form.PERCENT and re.fullmatch(r"\s?(?:–|-|to|à|or|ou|and|et)\s?", gap):
                here.form = Form.PERCENT


def _refer_back(text: str, figures: list[Figure]) -> None:
    """“three of the four comparisons”: with the second, the first refers to the text."""
    for here, following in itertools.pairwise(figures):
        is_part = here.sentence == following.sentence and re.fullmatch(
            r"\sof\sthe\s|\sdes\s", text[here.end : following.start], re.IGNORECASE
        )
        if is_part and here.in_words and following.in_words and max(here.value, following.value) <= SMALL:
            here.refers_back = True
            here.kind, here.sorts, here.noun = following.kind, following.sorts, following.noun
