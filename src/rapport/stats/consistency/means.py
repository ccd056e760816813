"""Whether a mean and an SD are possible for whole-number answers of so many people."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from rapport.stats.consistency.rounding import Digits, Span, span, whole
from rapport.stats.consistency.verdict import Check, CheckResult, Verdict
from rapport.stats.consistency.wording import Figures, Said
from rapport.stats.errors import OutOfRange

# With more sums than this behind one printed mean, there are so many people that nearly every SD is possible.
_MOST_SUMS: Final = 10_000


def grim(mean: Digits, n: Digits, *, items: Digits = 1, quote: str = "") -> CheckResult:
    """Whether `n` people's whole-number answers can have this mean (GRIM; Brown & Heathers, 2017).

    Their sum is whole, so the mean is a multiple of 1/n; of 1/(n items) for the mean of several items. Where that is
    finer than the printed decimals, every mean is possible and it cannot be told. It holds where everyone answered
    everything. Give the mean as printed ("3.50"), since its decimals count.
    """
    printed, people, questions = span(mean, "mean"), whole(n, "n", 1), whole(items, "items", 1)
    steps = people * questions
    parts: dict[str, str | Figures] = {"mean": str(printed), "people": _people(people, questions)}
    below, above = _around(printed, steps)
    possible = _sums(printed, steps)
    if Fraction(1, steps) <= printed.unit:
        verdict, key, distance = Verdict.CANNOT_TELL, "grim.cannot", None
    elif possible:
        verdict, key, distance = Verdict.CONSISTENT, "grim.fits", 0.0
        below, above = Fraction(possible[0], steps), Fraction(possible[-1], steps)
    else:
        verdict, key = Verdict.INCONSISTENT, "grim.differs"
        distance = float(min(printed.low - below, above - printed.high))
        parts["figures"] = Figures(float(below), float(above), "either")
    return CheckResult(
        check=Check.GRIM,
        verdict=verdict,
        printed=str(printed),
        lowest=float(below),
        highest=float(above),
        distance=distance,
        quote=quote or f"M = {printed}",
        said=Said(key, parts),
    )


def grimmer(sd: Digits, mean: Digits, n: Digits, *, items: Digits = 1, quote: str = "") -> CheckResult:
    """Whether `n` people's whole-number answers can have this SD with this mean (GRIMMER; Anaya, 2016; Allard, 2018).

    For each sum of answers that fits the mean, the sum of their squares is whole, is odd where the sum is odd, and is
    no less than that of answers as even as can be. The SD is that of a sample (n − 1). For a mean of several items the
    answers are in steps of 1/items.
    """
    printed, centre = span(sd, "sd"), span(mean, "mean")
    people, questions = whole(n, "n", 2), whole(items, "items", 1)
    if printed.value < 0:
        raise OutOfRange(f"sd is {printed}; it must be 0 or more.")
    parts: dict[str, str | Figures] = {
        "sd": str(printed),
        "mean": str(centre),
        "people": _people(people, questions),
    }
    low: float | None
    high: float | None
    fits_many = centre.unit * people * questions > _MOST_SUMS
    sums = range(0) if fits_many else _sums(centre, people * questions)
    found = _nearest_sds(printed, sums, people, questions) if sums else None
    if fits_many:
        verdict, key, distance, low, high = Verdict.CANNOT_TELL, "sd.cannot", None, None, None
    elif found is None:
        verdict, key, distance, low, high = Verdict.CANNOT_TELL, "sd.mean", None, None, None
    else:
        low, high, fits = found
        verdict, key = (Verdict.CONSISTENT, "sd.fits") if fits else (Verdict.INCONSISTENT, "sd.differs")
        far_below = math.inf if low is None else float(printed.low) - low
        distance = 0.0 if fits else min(high - float(printed.high), far_below)
        parts["figures"] = Figures(high if low is None else low, high, "either")
    return CheckResult(
        check=Check.SD,
        verdict=verdict,
        printed=str(printed),
        lowest=low,
        highest=high,
        distance=distance,
        quote=quote or f"SD = {printed}",
        said=Said(key, parts),
    )


def _nearest_sds(sd: Span, sums: range, n: int, items: int) -> tuple[float | None, float, bool]:
    """The possible SDs next to the printed one (below, above), and whether one rounds to it."""
    low2 = max(sd.low, Fraction(0)) ** 2 * (n - 1) * items**2
    high2 = sd.high**2 * (n - 1) * items**2
    below: Fraction | None = None
    above: Fraction | None = None
    for total in sums:
        centre = Fraction(total * total, n)
        least = _least_squares(total, n)
        first = math.ceil(max(low2 + centre, Fraction(least)))
        first += (first - total) % 2  # a number and its square are odd together, and so are their sums
        if first <= high2 + centre:
            return float(sd.low), float(sd.high), True
        above = first - centre if above is None else min(above, first - centre)
        last = math.ceil(low2 + centre) - 1
        last -= (last - total) % 2
        if last >= least:
            below = last - centre if below is None else max(below, last - centre)
    assert above is not None

    def as_sd(squares: Fraction) -> float:
        return math.sqrt(squares / (n - 1)) / items

    return None if below is None else as_sd(below), as_sd(above), False


def _least_squares(total: int, n: int) -> int:
    """The least sum of squares of n whole numbers with this sum: all as equal as they can be."""
    each, left = divmod(total, n)
    return (n - left) * each**2 + left * (each + 1) ** 2


def _sums(mean: Span, steps: int) -> range:
    """The whole-number sums whose mean rounds to the printed one."""
    return range(math.ceil(mean.low * steps), math.floor(mean.high * steps) + 1)


def _around(mean: Span, steps: int) -> tuple[Fraction, Fraction]:
    """The possible means below and above."""
    return Fraction(math.floor(mean.value * steps), steps), Fraction(math.ceil(mean.value * steps), steps)


def _people(n: int, items: int) -> str:
    return f"n = {n}" if items == 1 else f"n = {n} × {items}"
