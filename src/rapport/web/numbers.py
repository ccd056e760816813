"""Numbers as readers of a language expect to see them printed.

A number is stored with the decimals its source printed (`Decimal("0.30")`), and shown with them:
0.30 in English, 0,30 in French; 83,834 in English, 83 834 in French; a true minus sign in both.
"""

from __future__ import annotations

from decimal import Decimal

MINUS = "−"
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"

SEPARATORS = {"en": (",", "."), "fr": (NARROW_SPACE, ",")}


def format_number(value: Decimal | int, language: str, *, group_from: int = 1000) -> str:
    """`value` with the thousands and decimal marks of `language` and a true minus sign.

    Numbers below `group_from` have no thousands mark: a list that holds years wants 10,000.
    """
    thousands, decimal_mark = SEPARATORS.get(language, SEPARATORS["en"])
    whole, _, decimals = f"{abs(Decimal(value)):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", thousands) if int(whole) >= group_from else whole
    sign = MINUS if value < 0 else ""
    return f"{sign}{grouped}{decimal_mark}{decimals}" if decimals else f"{sign}{grouped}"


def format_probability(value: Decimal, language: str) -> str:
    """A p as a text of `language` prints it: .028 in English, where it cannot exceed one (APA); 0,028 in French."""
    printed = format_number(value, language)
    return printed[1:] if language == "en" and printed.startswith("0.") else printed


def format_percent(value: Decimal | int, language: str) -> str:
    """`value` with a percent sign, spaced as the language asks."""
    space = NO_BREAK_SPACE if language == "fr" else ""
    return f"{format_number(value, language)}{space}%"
