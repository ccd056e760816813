"""Standardised differences: from means and SDs, t, F, p, or a printed d. The first minus the second, always."""

from __future__ import annotations

import math
from typing import Final, Literal

from scipy import special

from rapport.stats.arguments import check_choice, check_level
from rapport.stats.effects import intervals
from rapport.stats.effects.conversions import CHANGE_UNITS, EQUAL_GROUPS, correction
from rapport.stats.effects.effect import Design, Effect, Metric
from rapport.stats.effects.inputs import Number, between, check_both, direction, people, positive, real
from rapport.stats.errors import MissingValues, OutOfRange
from rapport.stats.results import Caution

EQUAL_SPREAD: Final = "the same spread in both groups"
EQUAL_SPREAD_OVER_TIME: Final = "the same spread at both times"
_EXACT: Final = "Interval from the noncentral t distribution"
_EXACT_SOURCE: Final = "Hedges, 1981; Cumming & Finch, 2001"

Units = Literal["pooled", "average", "second"]
PairedUnits = Literal["before", "change"]


def from_means(
    m1: Number,
    sd1: Number,
    n1: Number,
    m2: Number,
    sd2: Number,
    n2: Number,
    *,
    units: Units = "pooled",
    level: float = 0.95,
) -> Effect:
    """d from the means and SDs of two groups of different people: (m1 − m2) / SD.

    units  whose SD: "pooled" (both groups'; Cohen, 1988), "average" (√ of the mean of the two variances, for
           unequal spread; Bonett, 2008), "second" (the second group's, as the untreated one; Glass, 1976)

    The interval is exact for "pooled" (noncentral t; Cumming & Finch, 2001), normal for the others. Variance:
    1/n1 + 1/n2 + d²/(2(n1 + n2)) (Hedges, 1982); for "average" Bonett (2008); for "second" with n2 in the last term.
    `.to("g")` takes the small-sample bias away, and its variance has g in the place of d. Checked against
    metafor's `escalc` (SMD, SMDH, SMD1).
    """
    first, second = real(m1, "m1"), real(m2, "m2")
    spread1, spread2 = positive(sd1, "sd1"), positive(sd2, "sd2")
    size1, size2, level = people(n1, "n1", 2), people(n2, "n2", 2), check_level(level)
    pooled_df = size1 + size2 - 2
    if units == "pooled":
        pooled = math.sqrt(((size1 - 1) * spread1**2 + (size2 - 1) * spread2**2) / pooled_df)
        return _two_groups((first - second) / pooled, size1, size2, level, assumptions=(EQUAL_SPREAD,))
    if units == "average":
        square = (spread1**2 + spread2**2) / 2
        d = (first - second) / math.sqrt(square)
        df, standardiser = pooled_df, "average SD of the two groups"
        curvature = (spread1**4 / (size1 - 1) + spread2**4 / (size2 - 1)) / (8 * square**2)
        fixed = (spread1**2 / (size1 - 1) + spread2**2 / (size2 - 1)) / square
        source = "Bonett, 2008"
    else:
        d = (first - second) / spread2
        df, standardiser = size2 - 1, "SD of the second group"
        curvature, fixed = 1 / (2 * size2), 1 / size1 + 1 / size2
        source = "Glass, 1976; Hedges, 1981"
    variance = fixed + curvature * d * d
    low, high = intervals.normal(d, variance, level)
    return Effect(
        metric=Metric.D,
        estimate=d,
        variance=variance,
        low=low,
        high=high,
        level=level,
        n1=size1,
        n2=size2,
        df=df,
        design=Design.TWO_GROUPS,
        standardiser=standardiser,
        assumptions=("the same spread had nobody been treated",) if units == "second" else (),
        how="Normal interval",
        source=source,
        curvature=curvature,
        variance_shrinks=units == "average",
    )


def mean_difference(
    m1: Number, sd1: Number, n1: Number, m2: Number, sd2: Number, n2: Number, *, level: float = 0.95
) -> Effect:
    """m1 − m2 in the scale's own points, with Welch's interval (1947). Checked against metafor's `escalc` (MD)."""
    size1, size2, level = people(n1, "n1", 2), people(n2, "n2", 2), check_level(level)
    part1, part2 = positive(sd1, "sd1") ** 2 / size1, positive(sd2, "sd2") ** 2 / size2
    estimate, variance = real(m1, "m1") - real(m2, "m2"), part1 + part2
    df = variance**2 / (part1**2 / (size1 - 1) + part2**2 / (size2 - 1))
    low, high = intervals.student(estimate, variance, df, level)
    return Effect(
        metric=Metric.MEAN_DIFFERENCE,
        estimate=estimate,
        variance=variance,
        low=low,
        high=high,
        level=level,
        n1=size1,
        n2=size2,
        design=Design.TWO_GROUPS,
        how="Welch’s interval",
        source="Welch, 1947",
    )


def from_paired_means(
    m_after: Number,
    sd_after: Number,
    m_before: Number,
    sd_before: Number,
    n: Number,
    *,
    r: Number,
    units: PairedUnits = "before",
    level: float = 0.95,
) -> Effect:
    """d of the same people at two times: (m_after − m_before) / SD.

    r      the correlation of the two times, without which there is no variance
    units  "before": the SD before (Becker, 1988; metafor's SMCR), comparable with differences between groups;
           "change": the SD of the changes (Gibbons et al., 1993; metafor's SMCC), which is not

    "change" has an exact interval (noncentral t with n − 1 df); "before" a normal one. Variance: 2(1 − r)/n + d²/(2n)
    and 1/n + d²/(2n). Checked against metafor's `escalc` (SMCR, SMCC).
    """
    size, level = people(n, "n", 3), check_level(level)
    spread1, spread0 = positive(sd_after, "sd_after"), positive(sd_before, "sd_before")
    rho = between(r, "r", -1, 1)
    change = real(m_after, "m_after") - real(m_before, "m_before")
    check_choice(units, "units", ("before", "change"))
    if units == "change":
        d = change / math.sqrt(spread1**2 + spread0**2 - 2 * rho * spread1 * spread0)
        return _paired(d, size, level)
    d = change / spread0
    variance = 2 * (1 - rho) / size + d * d / (2 * size)
    low, high = intervals.normal(d, variance, level)
    return Effect(
        metric=Metric.D,
        estimate=d,
        variance=variance,
        low=low,
        high=high,
        level=level,
        n=size,
        df=size - 1,
        design=Design.PAIRED,
        standardiser="SD before",
        assumptions=(EQUAL_SPREAD_OVER_TIME,),
        how="Normal interval",
        source="Becker, 1988",
        curvature=1 / (2 * size),
    )


def from_t(
    t: Number,
    *,
    n1: Number | None = None,
    n2: Number | None = None,
    df: Number | None = None,
    level: float = 0.95,
) -> Effect:
    """d from the t test of two groups of different people: t √(1/n1 + 1/n2), with its exact interval.

    Where only `df` is printed, the df + 2 people are taken as two equal groups, and `assumptions` says so. A df that
    is not n1 + n2 − 2 is Welch's or another model's, and gets a caution. For the same people twice use `from_paired_t`.
    """
    statistic, level = real(t, "t"), check_level(level)
    size1, size2, assumed = _sizes(n1, n2, df)
    cautions: tuple[Caution, ...] = ()
    if df is not None and abs(positive(df, "df") - (size1 + size2 - 2)) > 0.01:
        cautions = (
            Caution(
                "df-differ",
                f"The test has {float(df):g} degrees of freedom, and groups of {size1:g} and {size2:g} give "
                f"{size1 + size2 - 2:g}: a test for unequal spread (Welch) or a model with covariates. With covariates "
                "d is in units of the spread that they leave.",
            ),
        )
    d = statistic * math.sqrt(1 / size1 + 1 / size2)
    return _two_groups(d, size1, size2, level, assumptions=(EQUAL_SPREAD, *assumed), warnings=cautions)


def from_paired_t(t: Number, *, n: Number, r: Number | None = None, level: float = 0.95) -> Effect:
    """d of the same people twice (or of one group against a fixed value), from its t test with n − 1 df.

    Without `r` it is t/√n, in units of the SD of the changes. With `r`, the correlation of the two times, it is
    t √(2(1 − r)/n), in units of the SD of the scores (Dunlap et al., 1996), comparable with differences between groups.
    The interval is exact (noncentral t), with r taken as known.
    """
    statistic, size, level = real(t, "t"), people(n, "n", 2), check_level(level)
    return _paired(statistic / math.sqrt(size), size, level, None if r is None else between(r, "r", -1, 1))


def from_f(
    f: Number,
    *,
    sign: int | None = None,
    n1: Number | None = None,
    n2: Number | None = None,
    df2: Number | None = None,
    df1: Number = 1,
    level: float = 0.95,
) -> Effect:
    """d from an F test of two groups, F(1, df2): t is the root of F. F has no direction, so `sign` must be given.

    For more than one numerator degree of freedom there is no d; `eta_squared` says how much is explained.
    """
    value = real(f, "F")
    if value < 0:
        raise OutOfRange(f"F is {value:g}; it cannot be below 0.")
    if positive(df1, "df1") != 1:
        raise OutOfRange(
            f"F has {float(df1):g} numerator degrees of freedom, and d compares two groups. Use "
            "effects.eta_squared(f, df1=…, df2=…), or the F of the contrast of two groups."
        )
    return from_t(direction(sign, "F") * math.sqrt(value), n1=n1, n2=n2, df=df2, level=level)


def from_p(
    p: Number,
    *,
    n1: Number,
    n2: Number,
    sign: int | None = None,
    tails: int = 2,
    operator: str = "=",
    level: float = 0.95,
) -> Effect:
    """d from the p of a t test of two groups: the t that has this p, then `from_t`.

    A p has no direction, so `sign` must be given. From “p < .05” (`operator="<"`) comes the smallest |d| that fits.
    A rounded p gives a rounded d: from the statistic itself it is more exact.
    """
    probability = between(p, "p", 0, 1)
    if tails not in (1, 2):
        raise OutOfRange(f"tails is {tails}; it must be 1 or 2.")
    if tails == 1 and probability > 0.5:
        raise OutOfRange(f"p is {probability:g} with one tail: the difference runs against the hypothesis. Give 1 − p.")
    if operator not in {"=", "<", "≤", "≈"}:
        raise OutOfRange(f"From “p {operator} …” no effect follows. Look for the statistic itself.")
    size1, size2 = people(n1, "n1", 2), people(n2, "n2", 2)
    t = -float(special.stdtrit(size1 + size2 - 2, probability / tails))
    effect = from_t(direction(sign, "p") * t, n1=size1, n2=size2, level=level)
    extra: tuple[str, ...] = ("a t test of two groups behind p",)
    if tails == 1:
        extra = (*extra, "a one-tailed p")
    if operator in {"<", "≤"}:
        extra = (*extra, f"p at its bound, {probability:g}: the effect is at least this far from 0")
    return _with_assumptions(effect, extra)


def from_d(
    d: Number,
    *,
    metric: Literal["d", "g"] = "d",
    n1: Number | None = None,
    n2: Number | None = None,
    low: Number | None = None,
    high: Number | None = None,
    level: float = 0.95,
) -> Effect:
    """A d or g as an article prints it.

    With a printed interval, that is kept and gives the variance; with sample sizes alone, both are worked out (exact
    interval); with neither, there is only the estimate, for conversions.
    """
    estimate, level = real(d, metric), check_level(level)
    check_choice(metric, "metric", ("d", "g"))
    check_both(low, high)
    sized = n1 is not None and n2 is not None
    if (n1 is None) != (n2 is None):
        raise MissingValues("One of n1 and n2 is missing. Give both, or neither.")
    if low is not None and high is not None:
        bounds = real(low, "low"), real(high, "high")
        check_order(bounds[0], estimate, bounds[1])
        return Effect(
            metric=Metric(metric),
            estimate=estimate,
            variance=((bounds[1] - bounds[0]) / (2 * intervals.z_of(level))) ** 2,
            low=bounds[0],
            high=bounds[1],
            level=level,
            n1=people(n1, "n1", 2) if sized else None,
            n2=people(n2, "n2", 2) if sized else None,
            design=Design.TWO_GROUPS if sized else Design.UNKNOWN,
            standardiser="SD as printed",
            assumptions=("the printed interval is the normal one",),
            how="Interval as printed",
            source="Cohen, 1988",
        )
    if not sized:
        return Effect(
            metric=Metric(metric),
            estimate=estimate,
            standardiser="SD as printed",
            how="As printed",
            source="Cohen, 1988",
        )
    size1, size2 = people(n1, "n1", 2), people(n2, "n2", 2)
    if metric == "d":
        return _two_groups(estimate, size1, size2, level, assumptions=(EQUAL_SPREAD,))
    plain = estimate / correction(size1 + size2 - 2)
    return _two_groups(plain, size1, size2, level, assumptions=(EQUAL_SPREAD,)).to("g")


def check_order(low: float, estimate: float, high: float) -> None:
    """Raises OutOfRange unless low ≤ estimate ≤ high and low < high."""
    if not low < high:
        raise OutOfRange(f"The interval runs from {low:g} to {high:g}; the lower limit must be below the upper one.")
    if not low <= estimate <= high:
        raise OutOfRange(f"The estimate {estimate:g} lies outside its interval, {low:g} to {high:g}. Look it up.")


def _two_groups(
    d: float,
    n1: float,
    n2: float,
    level: float,
    *,
    assumptions: tuple[str, ...],
    warnings: tuple[Caution, ...] = (),
) -> Effect:
    unit = math.sqrt(1 / n1 + 1 / n2)
    low, high = intervals.noncentral_t(d / unit, n1 + n2 - 2, level)
    curvature = 1 / (2 * (n1 + n2))
    return Effect(
        metric=Metric.D,
        estimate=d,
        variance=1 / n1 + 1 / n2 + curvature * d * d,
        low=low * unit,
        high=high * unit,
        level=level,
        n1=n1,
        n2=n2,
        df=n1 + n2 - 2,
        design=Design.TWO_GROUPS,
        standardiser="pooled SD",
        assumptions=assumptions,
        how=_EXACT,
        source=_EXACT_SOURCE,
        curvature=curvature,
        warnings=warnings,
    )


def _paired(d: float, n: float, level: float, r: float | None = None) -> Effect:
    """d is in units of the SD of the changes; with r it is turned into units of the SD of the scores."""
    low, high = intervals.noncentral_t(d * math.sqrt(n), n - 1, level)
    unit = 1.0 if r is None else math.sqrt(2 * (1 - r))
    return Effect(
        metric=Metric.D,
        estimate=d * unit,
        variance=unit**2 / n + (d * unit) ** 2 / (2 * n),
        low=low / math.sqrt(n) * unit,
        high=high / math.sqrt(n) * unit,
        level=level,
        n=n,
        df=n - 1,
        design=Design.PAIRED,
        standardiser=CHANGE_UNITS if r is None else "SD of the scores",
        assumptions=() if r is None else (EQUAL_SPREAD_OVER_TIME, f"r = {r:g} between the two times, taken as known"),
        how=_EXACT,
        source=_EXACT_SOURCE if r is None else f"{_EXACT_SOURCE}; Dunlap et al. (1996)",
        curvature=1 / (2 * n),
    )


def _sizes(n1: Number | None, n2: Number | None, df: Number | None) -> tuple[float, float, tuple[str, ...]]:
    if n1 is not None and n2 is not None:
        return people(n1, "n1", 2), people(n2, "n2", 2), ()
    if df is None:
        raise MissingValues("Give the two groups’ sizes, n1 and n2; or df, where only that is printed.")
    if n1 is not None or n2 is not None:
        known = people(n1 if n1 is not None else n2, "n1" if n1 is not None else "n2", 2)
        other = people(positive(df, "df") + 2 - known, "the other group (df + 2 less the one given)", 2)
        return (known, other, ()) if n1 is not None else (other, known, ())
    if positive(df, "df") < 1:
        raise OutOfRange(f"df is {float(df):g}; a test of two groups has at least 1.")
    half = (float(df) + 2) / 2
    return half, half, (EQUAL_GROUPS,)


def _with_assumptions(effect: Effect, extra: tuple[str, ...]) -> Effect:
    from dataclasses import replace

    return replace(effect, assumptions=(*effect.assumptions, *extra))
