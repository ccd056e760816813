"""Why a number is not a research figure: a year, a page, a name, a rhythm, the text's own count."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from rapport.desk.checking.facts import Part
from rapport.desk.checking.figure import Figure, Form, Why
from rapport.desk.checking.nouns import Kind

SMALL: Final = 12  # of numbers in words: up to it they may say something of the text itself
_YEAR_BEFORE: Final = re.compile(
    r"(?:\b(?:in|since|from|between|until|till|of|by|to|and|after|before|early|late|mid|spring|summer|autumn|winter|en|de|depuis|entre|"
    r"jusqu[’']en|à|et|avant|après|printemps|été|automne|hiver|année|the|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|janvier|février|mars|avril|mai|juin|juillet|août|septembre|"
    r"octobre|novembre|décembre)\s|[(–-])$",
    re.IGNORECASE,
)
_MONTH_AFTER: Final = re.compile(
    r"\s(?:january|february|march|april|may|june|july|august|september|october|november|december|janvier|février|"
    r"mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b",
    re.IGNORECASE,
)
_PLACE_BEFORE: Final = re.compile(
    r"\b(?:pages?|pp?\.|chapters?|chapitres?|volumes?|vol\.|issue|numéro|no\.?|n°|tables?|tableaux?|figures?|parts?|parties?|"
    r"section|appendix|annexe|item|question|édition|edition|step|étape|phase|type|wave|vague|model|modèle|level|niveau|stage|"
    r"study|étude|experiment|expérience|sessions?|séances?|weeks?|semaines?|months?|mois|day|jour|year|version|time)\s$",
    re.IGNORECASE,
)
# “At session 6 clients …”: one session without an article is a label, whatever comes after the number. No treatment
# has so many that a sample could be meant.
_HIGHEST_LABEL: Final = 60
_LABEL_BEFORE: Final = re.compile(
    r"\b(?:at|by|in|after|before|until|till|from|since|to|and)\s"
    r"(?:session|week|month|day|year|visit|step|phase|wave|stage|time)\s$",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"(?<![\d/.-])(?:(?:19|20)\d\d-\d\d-\d\d|\d{1,2}/\d{1,2}/(?:19|20)\d\d)(?![\d/-])")
_MONTH_BEFORE: Final = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s$", re.IGNORECASE
)
# “a score from 0 to 63”: the ends of a scale.
_OF_SCALE_BEFORE: Final = re.compile(
    r"\b(?:scales?|scored?|scores|rated|ratings?|échelles?|notée?s?|cotée?s?)\b[^.;\d]{0,12}\s(?:from|of|between|de|entre|out\sof)\s$",
    re.IGNORECASE,
)
_BY_AFTER: Final = re.compile(r"\s?[×x]\s?\d")
_BY_BEFORE: Final = re.compile(r"\d\s?[×x]\s?$")
_IDIOM: Final = re.compile(r"(?<![\d/])(?:24/7|9/11|50/50)(?![\d/])")
_USUAL_BEFORE: Final = re.compile(
    r"\b(?:usual|customary|conventional|habituel(?:le)?s?(?:\sde)?|convention(?:nel)?s?)\s$", re.IGNORECASE
)
# “three lessons”: what the text itself has so many of.
_OF_TEXT_AFTER: Final = re.compile(
    r"\s(?:\w+\s)?(?:things|lessons|reasons|ways|tips|ideas|leçons|raisons|façons|manières|idées|choses)\b",
    re.IGNORECASE,
)
# “three points stand out”: points that a text makes, and no points on a scale.
_POINTS_MADE: Final = re.compile(
    r"\spoints\s?(?:follow|stand|are|were|deserve|remain|emerge|matter|to\s(?:note|keep|remember|take)|:"
    r"|suivent|ressortent|se\sdégagent|méritent|restent|sont|à\s(?:noter|retenir))",
    re.IGNORECASE,
)
_POINTS_SCORED: Final = re.compile(
    r"\spoints\s(?:on|out|of|lower|higher|more|less|fewer|better|worse|above|below|apart|sur|de|d[’']|en|à\sl)",
    re.IGNORECASE,
)
_MAKES_BEFORE: Final = re.compile(
    r"(?:\b(?:there\sare|ma[dk]es?|raise[ds]?|il\sy\sa|soulèvent|soulève|retenons)|[.!?:;])\s+$|^\s*$", re.IGNORECASE
)
_SORTED_BEFORE: Final = re.compile(r"\b(?:into|en)\s$", re.IGNORECASE)  # “sorted into three groups”
_AND_ALSO: Final = re.compile(r"\s?(?:–|-|to|à|and|et|,)\s?")
_ORDINAL_AFTER: Final = re.compile(r"(?:st|nd|rd|th|er|re|ère|e|ème|nde?|s)\b", re.IGNORECASE)
_NAMED_BEFORE: Final = re.compile(
    r"(?:[^\W\d_]-|\b(?:DSM|ICD|CIM|PHQ|GAD|CORE|OQ|COVID|Covid|BDI|WHO|OMS)[\s-]|[^\W\d_][\w-]{0,15})$"
)
_SCALE_AFTER: Final = re.compile(r"[- ](?:points?\s(?:scale|rating)|item\b|level\b|way\b)|-point\b")
_VIEWS_AFTER: Final = re.compile(r"\s(?:time\s?points|points\s(?:de\svue|of\sview)|views|sides|hands)\b", re.IGNORECASE)
# “two sessions a week”: how often, which a treatment has and a study does not find.
_RHYTHM_AFTER: Final = re.compile(
    r"\s(?:\w+\s)?(?:a|an|per|each|every|par|chaque)\s(?:day|week|month|year|session|jour|semaine|mois|année|an|séance)\b"
    r"|\s(?:times|fois)\b",
    re.IGNORECASE,
)
_NULL_BEFORE: Final = re.compile(
    r"\b(?:above|below|over|under|includes?|including|crosses|crossed|spans|spanned|contains?|excludes?|clear\sof|touches|reaches|than|value|"
    r"comprend|inclut|contient|exclut|franchit|dessus\sde|dessous\sde|valeur|à)\s$",
    re.IGNORECASE,
)
_USUAL_LEVELS: Final = frozenset({Decimal(90), Decimal(95), Decimal(99)})


def why_not(text: str, figure: Figure, previous: Figure | None) -> Why | None:
    """Why a figure says nothing of the research; None where it may. `previous` is the one before it in the text."""
    if figure.form is Form.PERCENT and figure.role in {None, Part.LEVEL}:
        is_usual = _USUAL_BEFORE.search(text[max(0, figure.start - 30) : figure.start])
        return Why.USUAL if is_usual and figure.value in _USUAL_LEVELS else None
    if figure.role is not None or figure.metric or figure.form is not Form.NUMBER:
        return None
    before = text[max(0, figure.start - 30) : figure.start]
    after = text[figure.end : figure.end + 20]
    whole = figure.value == figure.value.to_integral_value()
    if _SCALE_AFTER.match(after):
        return Why.NAME
    if whole and figure.value <= SMALL and figure.kind is None and _OF_TEXT_AFTER.match(after):
        return Why.BACKWARD
    if figure.in_words and _VIEWS_AFTER.match(after):
        return Why.BACKWARD
    is_small = figure.in_words and figure.value <= SMALL
    if is_small and figure.kind is Kind.POINTS and _is_point_made(text, figure):
        return Why.BACKWARD
    if is_small and figure.kind is Kind.GROUPS and _SORTED_BEFORE.search(before):
        return Why.BACKWARD
    if whole and figure.value <= SMALL and _RHYTHM_AFTER.match(after):
        return Why.RHYTHM
    if not figure.in_words:
        if whole and _ORDINAL_AFTER.match(after):
            return Why.ORDER
        if whole and _NAMED_BEFORE.search(before):
            return Why.NAME
        if whole and (_BY_AFTER.match(after) or _BY_BEFORE.search(before)):
            return Why.NAME
        around = text[max(0, figure.start - 8) : figure.end + 8]
        if _DATE.search(around):
            return Why.DATE
        if text[figure.start - 1 : figure.start] == "/" or re.match(r"/\d", after):
            return Why.NAME if _IDIOM.search(around) else None
        if _OF_SCALE_BEFORE.search(before):
            return Why.NAME
        ends_scale = (
            previous is not None
            and previous.why is Why.NAME
            and _OF_SCALE_BEFORE.search(text[max(0, previous.start - 30) : previous.start])
        )
        if ends_scale and previous and _AND_ALSO.fullmatch(text[previous.end : figure.start]):
            return Why.NAME
        looks_like_year = re.fullmatch(r"(?:18|19|20)\d\d", figure.text) is not None
        if looks_like_year and (figure.kind in {None, Kind.MONEY} or _YEAR_BEFORE.search(before)):
            return Why.YEAR
        if whole and figure.value <= 31 and (_MONTH_AFTER.match(after) or _MONTH_BEFORE.search(before)):
            return Why.DATE
        if figure.value in (0, 1) and _NULL_BEFORE.search(before):
            return Why.NULL
    if whole and _PLACE_BEFORE.search(before) and figure.kind is None:
        return Why.PLACE
    if whole and figure.value <= _HIGHEST_LABEL and _LABEL_BEFORE.search(before):
        return Why.PLACE
    follows_place = previous is not None and previous.why is Why.PLACE and figure.kind is None
    if follows_place and previous and _AND_ALSO.fullmatch(text[previous.end : figure.start]):
        return Why.PLACE
    if figure.in_words and figure.kind is None and figure.value <= SMALL:
        return Why.BACKWARD
    return None


def _is_point_made(text: str, figure: Figure) -> bool:
    """Whether the text has so many points to make: “Three points stand out”."""
    after = text[figure.end : figure.end + 40]
    if _POINTS_MADE.match(after):
        return True
    makes = _MAKES_BEFORE.search(text[max(0, figure.start - 30) : figure.start])
    return makes is not None and not _POINTS_SCORED.match(after) and not figure.in_percentage_points
