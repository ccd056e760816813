"""Months and days as digests write them above and beside their entries, in English and French."""

from __future__ import annotations

import re
from typing import Final

NAMES: Final = (
    ("january", "jan", "janvier", "janv"),
    ("february", "feb", "février", "fevrier", "févr", "fév"),
    ("march", "mar", "mars"),
    ("april", "apr", "avril", "avr"),
    ("may", "mai"),
    ("june", "jun", "juin"),
    ("july", "jul", "juillet", "juil"),
    ("august", "aug", "août", "aout"),
    ("september", "sept", "sep", "septembre"),
    ("october", "oct", "octobre"),
    ("november", "nov", "novembre"),
    ("december", "dec", "décembre", "decembre", "déc"),
)
_NUMBER: Final = {name: number for number, names in enumerate(NAMES, start=1) for name in names}
_NAME: Final = "|".join(sorted(_NUMBER, key=len, reverse=True))
_BEFORE: Final = (
    r"(?:(?:the\s)?(?:monthly\s)?(?:archives?|months?|issues?|digests?|blogs?|editions?|newsletters?|research|bulletin"
    r"|numéro|édition|mois|infolettre|blogue)(?:\s(?:archives?|digest|issue|blog))?(?:\s(?:for|of|from|de|du|d[’']))?"
    r"\s?[:–—,-]?\s+)?"
)
_AFTER: Final = r"(?:\s*[:–—,-]?\s*(?:issue|digest|blogs?|edition|newsletter|archives?|numéro|édition))?\s*:?"
_MONTH: Final = re.compile(
    rf"{_BEFORE}(?:(?P<name>{_NAME})\.?,?\s+(?:of\s+|de\s+)?(?P<year>(?:19|20)\d\d)"
    rf"|(?P<year_first>(?:19|20)\d\d),?\s+(?P<name_last>{_NAME})"
    rf"|(?P<iso_year>(?:19|20)\d\d)[-/](?P<iso>0[1-9]|1[0-2])|(?P<number>0?[1-9]|1[0-2])/(?P<year_last>(?:19|20)\d\d))"
    rf"{_AFTER}",
    re.I,
)
_WEEKDAY: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),?\s+"
)
_DAY: Final = (
    rf"(?:{_WEEKDAY})?(?:(?P<month>{_NAME})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er)?\s+(?:of\s+)?(?P<month_after>{_NAME})\.?,?\s+(?P<year_after>(?:19|20)\d\d)"
    r"|(?P<iso_year>(?:19|20)\d\d)-(?P<iso>0[1-9]|1[0-2])-\d\d)"
)
_BY: Final = r"(?:by|par)\s+(?P<author>[^\W\d_][^|·•\d]{1,80}?)"
_DATED: Final = re.compile(
    rf"(?:(?:posted|published|written|publié|rédigé|date)\s*:?\s*)?(?:on\s+|le\s+)?{_DAY}"
    rf"(?:\s*(?:,|at|à)?\s*\d{{1,2}}[:h]\d\d(?:\s?[ap]\.?m\.?)?)?(?:\s*[,|·•–—-]?\s*{_BY})?\s*[|·•–—-]?",
    re.I,
)
_SIGNED: Final = re.compile(
    rf"(?:(?:posted|published|written|publié|rédigé)\s+)?{_BY}(?:\s*[,|·•–—-]?\s*(?:on\s+|le\s+)?{_DAY})?"
    r"(?:\s*(?:,|at|à)?\s*\d{1,2}[:h]\d\d(?:\s?[ap]\.?m\.?)?)?",
    re.I,
)


def month_of(text: str) -> str | None:
    """The month that a line names and nothing else: “MAY, 2021” → “2021-05”."""
    if len(text) > 60:
        return None
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        return None
    year = found["year"] or found["year_first"] or found["iso_year"] or found["year_last"]
    name = found["name"] or found["name_last"]
    number = _NUMBER[name.lower()] if name else int(found["iso"] or found["number"])
    return f"{year}-{number:02}"


def byline(text: str) -> tuple[str | None, str | None] | None:
    """The month and the author of a line such as “Posted on May 12, 2021 by Edith”; None for any other line."""
    if len(text) > 140:
        return None
    found = _DATED.fullmatch(text.strip()) or _SIGNED.fullmatch(text.strip())
    if found is None:
        return None
    name = found["month"] or found["month_after"]
    year = found["year"] or found["year_after"] or found["iso_year"]
    month = f"{year}-{_NUMBER[name.lower()] if name else int(found['iso']):02}" if year else None
    author = found["author"].strip(" ,.") if found["author"] else None
    # “By the end of therapy” is no author: a name has capitals, and few words.
    if author and not (author[0].isupper() and len(author.split()) <= 6):
        return None
    return month, author
