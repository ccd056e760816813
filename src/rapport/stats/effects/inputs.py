"""Numbers in, checked once. Every message names the number, its value and what it can be."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rapport.stats.arguments import check_number
from rapport.stats.errors import MissingValues, OutOfRange, TooFew

LARGEST: Final = 1e12
Number = float | int | Decimal


def real(value: Number | None, name: str) -> float:
    """Any finite number. Raises MissingValues, NotNumbers, NotFinite."""
    if value is None:
        raise MissingValues(f"{name} is missing. Give its number.")
    number = check_number(value, name)
    if abs(number) > LARGEST:
        raise OutOfRange(f"{name} is {number:.3g}; no article prints such a number. Is its unit right?")
    return number


def positive(value: Number | None, name: str) -> float:
    """A number above 0."""
    number = real(value, name)
    if number < 1 / LARGEST:
        raise OutOfRange(f"{name} is {number:g}; it must be above 0.")
    return number


def not_negative(value: Number | None, name: str) -> float:
    """A number of 0 or more."""
    number = real(value, name)
    if number < 0:
        raise OutOfRange(f"{name} is {number:g}; it must be 0 or more.")
    return number


def between(value: Number | None, name: str, low: float, high: float) -> float:
    """A number strictly between two others."""
    number = real(value, name)
    if not low < number < high:
        raise OutOfRange(f"{name} is {number:g}; it must lie between {low:g} and {high:g}.")
    return number


def people(value: Number | None, name: str, at_least: float = 1) -> float:
    """A sample size. Fractions are allowed, since half of an odd total is one."""
    number = positive(value, name)
    if number < at_least:
        raise TooFew(f"{name} is {number:g}; this needs at least {at_least:g}.")
    return number


def count(value: Number | None, name: str, of: float, of_name: str) -> float:
    """A whole number from 0 to `of`."""
    number = not_negative(value, name)
    if number != round(number):
        raise OutOfRange(f"{name} is {number:g}; people are counted in whole numbers.")
    if number > of:
        raise OutOfRange(f"{name} is {number:g}, and {of_name} only {of:g}. Are the two exchanged?")
    return number


def check_both(low: Number | None, high: Number | None) -> None:
    """Raises MissingValues where only one limit of an interval is given."""
    if (low is None) != (high is None):
        raise MissingValues("One limit of the interval is missing. Give low and high, or neither.")


def direction(value: Number | None, what: str) -> int:
    """+1 or −1, for statistics that have no sign of their own."""
    if value is None:
        raise MissingValues(
            f"{what} has no direction of its own. Give sign=1 where the first group (or the link) is higher, "
            "sign=-1 where it is lower."
        )
    number = real(value, "sign")
    if number not in (-1, 1):
        raise OutOfRange(f"sign is {number:g}; it must be 1 or −1.")
    return int(number)
