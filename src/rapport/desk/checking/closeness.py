"""When a written value is a stored one, when it rounds to it, and when it looks like a slip for it.

The rule of rounding: a value written with fewer decimals is supported by any stored value that rounds to it, unless a
third of that value is rounded away. Words
such as “about” allow 5% where the number is written with fewer digits than the stored one or is round, else the digits
written; “more than” and “nearly” allow 10% on their side, and “more than” what is left out of a round number (“more
than 200” of 231). A share in words (“a third”, “one in five”) allows 10% either way: neighbouring shares are further
apart than that.
"""

from __future__ import annotations

from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

from rapport.desk.checking.figure import About


class Slip(StrEnum):
    """How a written number looks like a stored one that was written wrong."""

    SIGN = "sign"
    SWAPPED = "digits-swapped"
    DIGIT = "digit"
    SHIFTED = "decimal-shifted"
    PERCENT = "percent"


def equals(written: Decimal, stored: Decimal) -> bool:
    """Whether it is the stored value, or that value rounded to fewer decimals."""
    if written == stored:
        return True
    places, more = _places(written), _places(stored)
    if places >= more or not written:
        return False
    if abs(written - stored) * 3 > abs(stored):
        return False  # 0.1 is too far from 0.06 to be a rounding of it
    unit = Decimal(1).scaleb(-places)
    return written in (stored.quantize(unit, ROUND_HALF_UP), stored.quantize(unit, ROUND_HALF_DOWN))


def fits(written: Decimal, stored: Decimal, about: About) -> bool:
    """Whether it is the stored value as closely as its words say."""
    if about is About.EXACTLY:
        return equals(written, stored)
    if about is About.ABOUT:
        is_loose = _is_round(written) or _significant(written) < _significant(stored)
        is_near = is_loose and abs(written - stored) * 20 <= abs(stored)
        return equals(written, stored) or is_near or _to_its_digits(written, stored)
    if about is About.ABOVE and written > 0 and written <= stored < written + _left_out(written):
        return True
    low, high = sorted((written, written * (Decimal("1.1") if about is About.ABOVE else Decimal("0.9"))))
    return low <= stored <= high or equals(written, stored)


def fits_share(share: Decimal, stored: Decimal, about: About) -> bool:
    """The same for a share or a multiple in words, where 10% is near enough."""
    low, high = share * Decimal("0.9"), share * Decimal("1.1")
    if about is About.ABOVE:
        low, high = share, share * Decimal("1.25")
    elif about is About.BELOW:
        low, high = share * Decimal("0.8"), share
    return low <= stored <= high


def _to_its_digits(written: Decimal, stored: Decimal) -> bool:
    """Whether the stored value, cut to the digits that are written before the zeros, is the written one."""
    unit = Decimal(1).scaleb(_last_digit(written))
    return written == stored.quantize(unit, ROUND_HALF_UP) if unit < abs(stored) * 10 else False


def _is_round(written: Decimal) -> bool:
    """Whether it ends in 0 or 5, as people round."""
    return written == written.to_integral_value() and written % 5 == 0


def _significant(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)


def _left_out(written: Decimal) -> Decimal:
    """What a round number may leave out: the step of its last digit, and no more than a quarter of it."""
    last = _last_digit(written)
    return min(Decimal(1).scaleb(last), written / 4) if last > 0 else Decimal(0)


def _last_digit(value: Decimal) -> int:
    """The exponent of the last digit that is not 0: 3 for 14,000."""
    bare = value.normalize().as_tuple().exponent
    return bare if isinstance(bare, int) else 0


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def slip(written: Decimal, stored: Decimal) -> Slip | None:
    """Whether one is the other with its digits swapped, one digit off, its sign lost or its decimal point moved."""
    if written == -stored and stored:
        return Slip.SIGN
    here, there = abs(written), abs(stored)
    if not here or not there:
        return None
    if here * 100 == there or there * 100 == here or equals(here * 100, there):
        return Slip.PERCENT
    one, other = _digits(here), _digits(there)
    if one.strip("0") == other.strip("0"):
        is_telling = len(one.strip("0")) > 1 or bool(_places(written) or _places(stored))
        return Slip.SHIFTED if is_telling else None  # 2 is no slip for 20
    if len(one) != len(other) or len(one) < 2:
        return Slip.DIGIT if _one_more(one, other) else None
    if sorted(one) == sorted(other):
        return Slip.SWAPPED
    return Slip.DIGIT if sum(a != b for a, b in zip(one, other, strict=True)) == 1 else None


def _digits(value: Decimal) -> str:
    return f"{value:f}".replace(".", "").lstrip("0")


def _one_more(one: str, other: str) -> bool:
    """Whether one of them is the other with a digit left out, of three or more."""
    long, short = (one, other) if len(one) > len(other) else (other, one)
    if len(long) != len(short) + 1 or len(short) < 2:
        return False
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
