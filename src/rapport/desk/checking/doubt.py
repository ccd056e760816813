"""What a doubt is, and how numbers are written in its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.utils.translation import get_language

from rapport.web.numbers import format_number


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing about the stored numbers that does not fit, or cannot be.

    finding   the finding's key; "" for the article's other numbers
    field     the form field to look at: "estimate", "interval_low", "p_value", "figures" …
    sentence  what does not fit, in the language of the interface
    mend      what to do, in the language of the interface
    kind      a word a program can test for: "interval.outside", "p.differs", "percent.range" …
    is_certain  whether the numbers cannot all be right; otherwise they may be, with a reason
    """

    finding: str
    field: str
    sentence: str
    mend: str
    kind: str
    is_certain: bool = True


def decimal_of(stored: Any) -> Decimal | None:
    if stored is None or stored == "":
        return None
    try:
        value = Decimal(str(stored))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def symbol_of(test: str) -> str:
    return "χ²" if test == "chi2" else test


def language() -> Literal["en", "fr"]:
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def number(value: Decimal) -> str:
    return format_number(value, language())


def percentage(value: Decimal) -> str:
    return f"{number(value)}\u00a0%" if language() == "fr" else f"{number(value)}%"
