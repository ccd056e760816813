"""Arguments that are one number, one word or a list of names: checked once, with messages that name them."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapport.stats.errors import BadInput, MissingValues, NotFinite, NotNumbers, OutOfRange, WrongShape

MOST: Final = 100_000_000  # things that are counted one by one
_YES_OR_NO: Final = ("True", "False", "np.True_", "np.False_")  # NumPy's own too, without loading NumPy


def check_count(value: int, name: str, *, at_least: int = 1) -> int:
    """A whole number of things, at least `at_least`.

    Raises NotNumbers, OutOfRange.
    """
    number = check_number(value, name)
    if number != int(number) or not at_least <= number <= MOST:
        upto = f" and at most {MOST:,}" if number > MOST else ""
        raise OutOfRange(f"{name} is {value}; it must be a whole number of at least {at_least}{upto}.")
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise NotNumbers(f"{name} is {value!r}; write a whole number of things as {int(number)}.")
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


def check_seed(seed: int) -> int:
    """A seed is a whole number from 0.

    Raises NotNumbers, OutOfRange.
    """
    number = check_number(seed, "seed")
    if number < 0 or not math.isclose(number, int(seed)):
        raise OutOfRange(f"seed is {seed}; it must be a whole number of at least 0.")
    return int(seed)


def check_draws(draws: int, seed: int | None, *, or_none: bool = True) -> int:
    """Draws of a bootstrap: enough for limits at 95%, or none; and a seed, so that they can be made again.

    Raises NotNumbers, OutOfRange, BadInput.
    """
    count = check_count(draws, "draws", at_least=0)
    if count < 100 and not (or_none and count == 0):
        none = "0 for none, or " if or_none else ""
        raise OutOfRange(f"draws is {draws}; it must be {none}at least 100 (1,000 and more for an article).")
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
    try:
        return tuple(names)
    except TypeError:
        raise WrongShape(f"{name} is {names!r}; it must be a list of columns.") from None


def check_mapping(value: object, name: str, example: str) -> None:
    """A mapping, such as equations by their outcome; `example` shows one.

    Raises WrongShape.
    """
    if not isinstance(value, Mapping):
        raise WrongShape(f"{name} is {value!r}; it must be a mapping: {example}.")


def check_text(value: object, name: str) -> str:
    """A text.

    Raises WrongShape.
    """
    if not isinstance(value, str):
        raise WrongShape(f"{name} is {value!r}; it must be a text.")
    return value


def check_truth(value: object, kind: type) -> None:
    """The parameters that a simulator takes.

    Raises WrongShape.
    """
    if not isinstance(value, kind):
        raise WrongShape(f"truth is {value!r}; it must be a {kind.__name__}, for example {kind.__name__}().")


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


def check_number(value: object, name: str) -> float:
    """A finite number.

    Raises NotNumbers, MissingValues, NotFinite.
    """
    if isinstance(value, (str, bytes, bool)) or value is None:
        raise NotNumbers(f"{name} is {value!r}; it must be a number.")
    try:
        number = float(value)  # type: ignore[arg-type]  # what is no number is refused below
    except (TypeError, ValueError):
        raise NotNumbers(f"{name} is {value!r}; it must be a number.") from None
    except OverflowError:
        raise NotFinite(f"{name} is larger than any number that can be worked with. Give a smaller one.") from None
    if math.isnan(number):
        raise MissingValues(f"{name} has no value (NaN). Give a number.")
    if math.isinf(number):
        raise NotFinite(f"{name} is infinite. Give a number.")
    return number


def check_level(level: float) -> float:
    """The coverage of an interval, such as 0.95.

    Raises OutOfRange.
    """
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 1e-6 <= level <= 1 - 1e-12:
        raise OutOfRange(f"level is {level!r}; it must lie between 0 and 1: write 95% as 0.95.")
    return float(level)


def check_choice(value: object, name: str, choices: Iterable[str]) -> None:
    """One of a few words.

    Raises OutOfRange.
    """
    choices = tuple(choices)
    if not isinstance(value, str) or value not in choices:
        *others, last = map(repr, choices)
        known = f"{', '.join(others)} or {last}" if others else last
        raise OutOfRange(f"{name} is {value!r}; it must be {known}.")


def check_flag(value: object, name: str) -> bool:
    """Yes or no, where a word such as "no" would count as yes.

    Raises BadInput.
    """
    if repr(value) not in _YES_OR_NO:
        raise BadInput(f"{name} is {value!r}; it must be True or False.")
    return bool(value)


def check_apart(**columns: str | None) -> None:
    """Columns that each have a part of their own: the outcome is not a rating too.

    Raises BadInput.
    """
    given: dict[str, str] = {}
    for part, column in columns.items():
        if column in given:
            raise BadInput(f"{column} is named as {given[column]} and as {part}. Give each a column of its own.")
        if column is not None:
            given[column] = part
