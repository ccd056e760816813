"""Fractions and multiples in words: “a third”, “one client in five”, « la moitié », “twice as many”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from rapport.desk.checking.nouns import Kind, first_kind
from rapport.desk.checking.number_words import numbers_in_words


class InFractions(NamedTuple):
    """A share or a multiple, and where its words stand: text[start:end]."""

    start: int
    end: int
    value: Decimal
    is_multiple: bool = False


_EN_NUMBER: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?:one|a)\shundred|\d{1,3})"
)
_FR_NUMBER: Final = (
    r"(?:une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt(?:-cinq)?|trente|quarante"
    r"|cinquante|cent|\d{1,3})"
)
_EN_PARTS: Final = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_FR_PARTS: Final = {
    "demi": 2, "tiers": 3, "quart": 4, "cinquième": 5, "sixième": 6, "septième": 7, "huitième": 8, "neuvième": 9,
    "dixième": 10, "vingtième": 20, "centième": 100,
}  # fmt: skip
_EN: Final = re.compile(
    rf"(?<![\w-])(?:(?P<over>{_EN_NUMBER})(?P<between>(?:\s[^\W\d_][\w’'-]{{0,20}}){{0,3}}?)\s(?:in|out\sof|(?:in|of)\severy)\s(?P<under>{_EN_NUMBER})\b"
    r"(?P<rest>(?:\s[\w-]{1,20}){0,2})"
    r"|(?P<how_many>a|one|two|three|four|five|six|seven|eight|nine)[\s-](?P<part>third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|"
    r"twentieth|hundredth)(?P<plural>s)?\b|(?P<half>half)\b"
    r"|(?P<twice>twice|(?P<times>two|three|four|five|six|ten|\d{1,2}(?:\.\d)?)\stimes)\s(?:as|the|more|higher|larger|likelier)\b"
    r"|(?P<doubled>doubled|tripled)\b)",
    re.IGNORECASE,
)
_FR: Final = re.compile(
    rf"(?<![\w-])(?:(?P<over>{_FR_NUMBER})(?P<between>(?:\s[^\W\d_][\w’'-]{{0,20}}){{0,3}}?)\ssur\s(?P<under>{_FR_NUMBER})\b(?P<rest>(?:\s[\w-]{{1,20}}){{0,2}})"
    r"|(?P<how_many>un|deux|trois|quatre|cinq|six|sept|huit|neuf)[\s\u00a0](?P<part>tiers|quart|cinquième|sixième|septième|huitième|"
    r"neuvième|dixième|vingtième|centième)(?P<plural>s)?\b|(?:la\s)?(?P<half>moitié)\b"
    r"|(?P<twice>(?P<times>deux|trois|quatre|cinq|six|dix|\d{1,2}(?:,\d)?)\sfois\s(?P<more>plus|moins)\b|le\s(?:double|triple)\b)"
    r"|(?P<doubled>doublé|triplé)e?s?\b)",
    re.IGNORECASE,
)
# “a third, which maps …”, “un tiers qui observait”: the third of a row, or a third person.
_OF_SOMETHING: Final = re.compile(
    r"\s(?:of|as|more|less|fewer|higher|lower|smaller|larger|to|dropped|left|were|was|are|had|have|did|never|recovered|improved|came|stopped|"
    r"des|de\sla|de\sl|d[’']|du|de\sces|de\sleurs|étaient|ont|avaient|sont|était|plus|moins|environ)",
    re.IGNORECASE,
)
_APPROX: Final = re.compile(
    r"(?:about|around|roughly|nearly|almost|than|over|under|only|just|environ|près\sde|presque|plus\sd[’'e]\s?|moins\sd[’'e]\s?|seul)\s?$",
    re.IGNORECASE,
)
_NO_HALF_BEFORE: Final = re.compile(
    r"\b(?:first|second|other|latter|better|première|deuxième|seconde|autre)\s$", re.IGNORECASE
)
_NO_HALF_AFTER: Final = re.compile(
    r"-|\s(?:an?\s)?(?:hour|day|year|term|way|minute|dozen|truth|measure)s?\b|\s(?:an?|the)\s(?:hour|day|year)\b"
    r"|\sd[’']heure",
    re.IGNORECASE,
)


# “2/3”, “½”: only with small numbers, since “80/120” and “13/05” are counts and dates.
_SIGNS: Final = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅒": (1, 10),
}  # fmt: skip
_IN_SIGNS: Final = re.compile(
    rf"(?<![\w/.,])(?:(?P<over>[1-9])/(?P<under>[2-9]|10)|(?P<sign>[{''.join(_SIGNS)}]))(?![\w/%]|[.,]\d)"
)


def fractions_in(text: str, language: str) -> Iterator[InFractions]:
    """Every share or multiple that `text` writes in words (or “1 in 5”, “2/3”, “½”), in English or French."""
    for sign in _IN_SIGNS.finditer(text):
        over, under = _SIGNS[sign["sign"]] if sign["sign"] else (int(sign["over"]), int(sign["under"]))
        if over < under:
            yield InFractions(sign.start(), sign.end(), Decimal(over) / under)
    pattern = {"en": _EN, "fr": _FR}.get(language)
    if pattern is None:
        return
    at = 0
    while match := pattern.search(text, at):
        found = _read(text, match, language)
        if found is None:
            at = match.start() + 1
            continue
        yield found
        at = found.end


def _read(text: str, match: re.Match[str], language: str) -> InFractions | None:
    start, end = match.span()
    if match["over"]:
        return _in_so_many(match, language)
    if match["half"]:
        before = text[max(0, start - 12) : start]
        if _NO_HALF_BEFORE.search(before) or _NO_HALF_AFTER.match(text, match.end("half")):
            return None
        return InFractions(match.start("half") if language == "en" else start, end, Decimal("0.5"))
    if match["part"]:
        many = _number(match["how_many"], language)
        part = (_EN_PARTS if language == "en" else _FR_PARTS)[match["part"].lower()]
        is_plural = match["plural"] is not None
        agrees = match["part"].lower() == "tiers" or (many > 1) == is_plural
        if many >= part or not agrees:
            return None
        is_share = _APPROX.search(text[max(0, start - 12) : start]) or _OF_SOMETHING.match(text, end)
        if match["how_many"].lower() in {"a", "un"} and not is_share:
            return None
        if re.match(r"\sd[’']heure", text[end : end + 9]):
            return None
        return InFractions(start, end, Decimal(many) / part)
    if match["doubled"]:
        return InFractions(start, end, Decimal(2 if match["doubled"].lower().startswith("d") else 3), True)
    times = match["times"]
    value = Decimal(2) if times is None else _decimal(times, language)
    if language == "fr" and times is None:
        value = Decimal(3 if "triple" in match[0].lower() else 2)
    if language == "fr" and match["more"] and match["more"].lower() == "moins":
        value = 1 / value
    return InFractions(start, end, value, True)


def _in_so_many(match: re.Match[str], language: str) -> InFractions | None:
    over, under = _number(match["over"], language), _number(match["under"], language)
    if not 0 < over < under or under > 100:
        return None
    counted, of_what = first_kind(match["between"]), first_kind(match["rest"] or "")
    if of_what is not None and (of_what[0] is Kind.TIME or (counted is not None and counted[0] is not of_what[0])):
        return None  # “two studies in nine centres”, “three in six weeks”
    return InFractions(match.start(), match.end("under"), Decimal(over) / under)


def _number(words: str, language: str) -> int:
    if words.isdecimal():
        return int(words)
    if words.lower() == "a":
        return 1
    found = next(numbers_in_words(words, language), None)
    return found.value if found else 0


def _decimal(words: str, language: str) -> Decimal:
    if words[0].isdecimal():
        return Decimal(words.replace(",", "."))
    return Decimal(_number(words, language))
