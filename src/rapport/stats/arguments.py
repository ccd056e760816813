"""Arguments that are one number, one word or a list of names: checked once, with messages that name them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rapport.stats.errors import BadInput, MissingValues, NotFinite, NotNumbers, OutOfRange, WrongShape


def check_count(value: int, name: str, *, at_least: int = 1) -> int:
    """A whole number of things, at least `at_least`.

    Raises NotNumbers, OutOfRange.
    """
    number = check_number(value, name)
    if number != int(number) or number < at_least:
        raise OutOfRange(f"{name} is {value}; it must be a whole number of at least {at_least}.")
    return int(number)


def check_share(value: float, name: str, *, below_one: bool = False, above_zero: bool = False) -> float:
    """A share or a probability between 0 and 1.

    Raises NotNumbers, MissingValues, NotFinite, OutOfRange.
    """
    number = check_number(value, name)
    if not 0 <= number <= 1 or (below_one and number == 1) or (above_zero and number == 0):
        low, high = ("more than 0" if above_zero else "from 0"), ("and less than 1" if below_one else "to 1")
        raise OutOfRange(f"{name} is {value:g}; it must be a share {low} {high}.")
    return number


def check_level(level: float) -> float:
    """The level of an interval, between 0 and 1.

    Raises NotNumbers, MissingValues, NotFinite, OutOfRange.
    """
    number = check_number(level, "level")
    if not 0 < number < 1:
        raise OutOfRange(f"level is {level:g}; it must lie between 0 and 1, as 0.95 does.")
    return number


def check_seed(seed: int) -> int:
    """A seed is a whole number from 0.

    Raises NotNumbers, OutOfRange.
    """
    number = check_number(seed, "seed")
    if number < 0 or not math.isclose(number, int(seed)):
        raise OutOfRange(f"seed is {seed}; it must be a whole number of at least 0.")
    return int(seed)


def check_draws(draws: int, seed: int | None) -> int:
    """Draws of a bootstrap: none, or enough for limits at 95%; and a seed, so that they can be made again.

    Raises NotNumbers, OutOfRange, BadInput.
    """
    count = check_count(draws, "draws", at_least=0)
    if 0 < count < 100:
        raise OutOfRange(f"draws is {draws}; it must be 0 for none, or at least 100 (1,000 and more for an article).")
    if count and seed is None:
        raise BadInput("Bootstrap draws need a seed, so that they can be made again. Give seed=, any whole number.")
    if seed is not None:
        check_seed(seed)
    return count


def check_names(names: Sequence[str], name: str) -> tuple[str, ...]:
    """A list of columns, where one text would be read as a list of letters.

    Raises WrongShape.
    """
    if isinstance(names, str):
        raise WrongShape(f"{name} is the text {names!r}; it must be a list of columns: [{names!r}].")
    return tuple(names)


def check_spread(value: float, name: str) -> float:
    """A standard deviation: 0 or more.

    Raises NotNumbers, MissingValues, NotFinite, OutOfRange.
    """
    number = check_number(value, name)
    if number < 0:
        raise OutOfRange(f"{name} is {value:g}; a standard deviation must be 0 or more.")
    return number


def check_correlation(value: float, name: str, *, proper: bool = True) -> float:
    """A correlation between −1 and 1; `proper` leaves −1 and 1 out, where processes no longer settle.

    Raises NotNumbers, MissingValues, NotFinite, OutOfRange.
    """
    number = check_number(value, name)
    if abs(number) > 1 or (proper and abs(number) == 1):
        raise OutOfRange(f"{name} is {value:g}; it must lie between −1 and 1.")
    return number


def check_number(value: float, name: str) -> float:
    """A finite number.

    Raises NotNumbers, MissingValues, NotFinite.
    """
    if isinstance(value, (str, bytes)) or value is None:
        raise NotNumbers(f"{name} must be a number; it is {value!r}.")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise NotNumbers(f"{name} must be a number; it is {value!r}.") from None
    if math.isnan(number):
        raise MissingValues(f"{name} has no value (NaN). Give a number.")
    if math.isinf(number):
        raise NotFinite(f"{name} is infinite. Give a number.")
    return number
