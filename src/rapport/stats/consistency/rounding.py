"""What a printed number can stand for: every value that rounds to its decimals.

“.30” stands for .295 to .305 and “.3” for .25 to .35, so decimals are kept: give text or a Decimal. Both ends belong
to the range, since some round a half up, some to even, and some programs down.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from rapport.stats.errors import MissingValues, NotFinite, NotNumbers, OutOfRange

_MINUS = str.maketrans(dict.fromkeys("−–‐‑", "-") | dict.fromkeys("·∙⋅", ".") | dict.fromkeys(" \u00a0\u2009\u202f"))


@dataclass(frozen=True, slots=True)
class Span:
    """A printed number and the exact range that it stands for."""

    text: str
    value: Fraction
    low: Fraction
    high: Fraction

    @property
    def decimals(self) -> int:
        """How many are printed: 2 for “3.50”."""
        places = 0
        while self.unit and self.unit * 10**places < 1:
            places += 1
        return places

    @property
    def unit(self) -> Fraction:
        """One of its last decimal: 1/100 for “3.52”."""
        return self.high - self.low

    def __str__(self) -> str:
        return self.text


Digits = Decimal | str | int | float | Span


def span(number: Digits, name: str) -> Span:
    """What `number` can stand for. A decimal comma and a typographic minus are read as such.

    A float has lost its trailing zeros: 0.30 is read as “0.3”. Raises NotNumbers, MissingValues, NotFinite.
    """
    if isinstance(number, Span):
        return number
    value = _decimal(number, name)
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    half = Fraction(1, 2 * 10**places)
    exact = Fraction(value)
    return Span(str(number).strip(), exact, exact - half, exact + half)


def percent_span(number: Digits, name: str) -> Span:
    """As `span`, for a percentage with or without its sign: “84”, “84%”, “84 %”."""
    if isinstance(number, str):
        number = number.strip().removesuffix("%")
    return span(number, name)


def exact(number: Digits, name: str) -> Span:
    """A number that was not rounded: a count, degrees of freedom."""
    if isinstance(number, Span):
        return Span(number.text, number.value, number.value, number.value)
    value = Fraction(_decimal(number, name))
    return Span(str(number).strip(), value, value, value)


def whole(number: Digits, name: str, at_least: int = 0) -> int:
    """A count of people or items. Raises OutOfRange where it is not whole or too small."""
    value = _decimal(number, name)
    if value != value.to_integral_value() or value < at_least:
        raise OutOfRange(f"{name} is {number}; it must be a whole number of at least {at_least}.")
    return int(value)


def _decimal(number: Digits, name: str) -> Decimal:
    if number is None:
        raise MissingValues(f"{name} is missing. Give it as it is printed.")
    if isinstance(number, Span):
        number = number.text
    if isinstance(number, bool) or not isinstance(number, (Decimal, str, int, float)):
        try:
            number = float(number)
        except (TypeError, ValueError):
            raise NotNumbers(f"{name} is {number!r}; give the number as it is printed, such as '0.30'.") from None
    text = str(number).translate(_MINUS).replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise NotNumbers(f"{name} is {number!r}; give the number as it is printed, such as '0.30'.") from None
    if value.is_nan():
        raise MissingValues(f"{name} is NaN. Give it as it is printed.")
    if value.is_infinite():
        raise NotFinite(f"{name} is infinite. Give it as it is printed.")
    if value.adjusted() > 100:
        raise OutOfRange(f"{name} is {number}; no article prints such a number. Give it as it is printed.")
    return value
