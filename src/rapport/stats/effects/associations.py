"""Associations: correlations, coefficients, and what F and χ² with several degrees of freedom explain."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

from rapport.stats.arguments import check_choice, check_level
from rapport.stats.effects import intervals
from rapport.stats.effects.differences import check_order
from rapport.stats.effects.effect import Design, Effect, Metric
from rapport.stats.effects.inputs import (
    Number,
    between,
    check_both,
    direction,
    not_negative,
    people,
    positive,
    real,
)
from rapport.stats.errors import MissingValues, OutOfRange, TooFew
from rapport.stats.results import Caution


def from_r(
    r: Number,
    n: Number | None = None,
    *,
    kind: Literal["pearson", "spearman"] = "pearson",
    covariates: int = 0,
    low: Number | None = None,
    high: Number | None = None,
    level: float = 0.95,
) -> Effect:
    """A correlation of n people with its interval through Fisher's z (1921).

    kind        "spearman" has the wider variance of z by Bonett & Wright (2000), (1 + r²/2)/(n − 3)
    covariates  how many variables are held constant, for a partial correlation: n becomes n − covariates
    low, high   a printed interval; it is kept, and gives the variance where n is not known

    Variance: (1 − r²)²/(n − 1); of z: 1/(n − 3). Checked against metafor's `escalc` (COR, ZCOR).
    """
    value, level = between(r, "r", -1, 1), check_level(level)
    check_choice(kind, "kind", ("pearson", "spearman"))
    check_both(low, high)
    held = not_negative(covariates, "covariates")
    variance = z_variance = size = None
    if n is not None:
        size = people(n, "n", 4 + held)
        bend = 1 + value**2 / 2 if kind == "spearman" else 1.0
        z_variance = bend / (size - held - 3)
        variance = bend * (1 - value**2) ** 2 / (size - held - 1)
    limits, how = None, "As printed"
    if low is not None and high is not None:
        limits = between(low, "low", -1.0000001, 1.0000001), between(high, "high", -1.0000001, 1.0000001)
        check_order(limits[0], value, limits[1])
        how = "Interval as printed"
        if z_variance is None and limits[0] > -1 and limits[1] < 1:
            z_variance = ((math.atanh(limits[1]) - math.atanh(limits[0])) / (2 * intervals.z_of(level))) ** 2
            variance = z_variance * (1 - value**2) ** 2
    elif z_variance is not None:
        limits, how = intervals.fisher(value, z_variance, level), "Fisher’s z interval"
    return Effect(
        metric=Metric.R,
        estimate=value,
        variance=variance,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        level=level,
        n=size,
        df=None if size is None else size - held - 2,
        design=Design.ASSOCIATION,
        assumptions=("the printed interval is Fisher’s",) if n is None and limits else (),
        how=how,
        source="Bonett & Wright, 2000" if kind == "spearman" else "Fisher, 1921",
        z_variance=z_variance,
    )


def from_chi2(chi2: Number, *, n: Number, sign: int | None = None, df: Number = 1, level: float = 0.95) -> Effect:
    """φ, the correlation of a two-by-two table, from its χ²: √(χ²/n), with the interval of a correlation.

    χ² has no direction, so `sign` must be given. For larger tables use `cramers_v`.
    """
    if positive(df, "df") != 1:
        raise OutOfRange(
            f"χ² has {float(df):g} degrees of freedom, and φ belongs to a two-by-two table. Use "
            "effects.cramers_v(chi2, n=…, rows=…, columns=…)."
        )
    value, size = not_negative(chi2, "chi2"), people(n, "n", 4)
    if value >= size:
        raise OutOfRange(f"χ² is {value:g} with n = {size:g}; in a two-by-two table it is below n.")
    phi = direction(sign, "χ²") * math.sqrt(value / size)
    effect = from_r(phi, size, level=level)
    return replace(
        effect,
        assumptions=("φ of a two-by-two table taken as a correlation", "χ² without a correction for continuity"),
        source="Fisher, 1921; Rosenthal, 1994",
    )


def from_coefficient(
    b: Number,
    se: Number,
    *,
    df: Number | None = None,
    outcome_sd: Number | None = None,
    metric: Literal["b", "d", "r", "log_odds_ratio"] = "b",
    level: float = 0.95,
) -> Effect:
    """The effect of a regression coefficient with its standard error.

    b               as it is, with Student's interval where `df` is known, else the normal one
    d               b / outcome_sd: of a predictor that tells two groups apart (0 and 1); the SD is taken as known
    r               the partial correlation t/√(t² + df) with t = b/se, which needs `df`. Variance (1 − r²)²/df, as
                    metafor's PCOR (Aloe & Becker, 2012); of z, 1/(df − 1) (Fisher, 1924)
    log_odds_ratio  of a logistic model
    """
    estimate, error, level = real(b, "b"), positive(se, "se"), check_level(level)
    freedom = None if df is None else positive(df, "df")
    if freedom is not None and freedom < 1:
        raise OutOfRange(f"df is {freedom:g}; a coefficient has at least 1 residual degree of freedom.")
    if metric == "r":
        if freedom is None:
            raise MissingValues("A partial correlation needs the residual degrees of freedom: df=….")
        return _partial(estimate / error, freedom, level)
    check_choice(metric, "metric", ("b", "d", "r", "log_odds_ratio"))
    with_df = freedom is not None and metric != "log_odds_ratio"
    low, high = (
        intervals.student(estimate, error**2, freedom, level)
        if freedom is not None and with_df
        else intervals.normal(estimate, error**2, level)
    )
    effect = Effect(
        metric=Metric.COEFFICIENT if metric == "d" else Metric(metric),
        estimate=estimate,
        variance=error**2,
        low=low,
        high=high,
        level=level,
        df=freedom,
        how="Student’s interval" if with_df else "Normal interval",
        source="Student, 1908" if with_df else "Wald, 1943",
    )
    if metric != "d":
        return effect
    if outcome_sd is None:
        raise MissingValues("From a coefficient to d the outcome’s SD is needed: outcome_sd=….")
    d = effect.to("d", sd=positive(outcome_sd, "outcome_sd"))
    return replace(d, assumptions=(*d.assumptions, "a predictor that tells two groups apart"))


def from_interval(
    estimate: Number,
    low: Number,
    high: Number,
    *,
    metric: Literal["b", "mean_difference", "risk_difference"] = "b",
    level: float = 0.95,
) -> Effect:
    """A printed coefficient or difference with its printed interval, which is kept and gives the variance.

    SE = (high − low) / (2 z) (Altman & Bland, 2005). For ratios use `from_odds_ratio`, for d and g `from_d`, for r
    `from_r`, each of which knows the scale on which its interval is even.
    """
    check_choice(metric, "metric", ("b", "mean_difference", "risk_difference"))
    value, bottom, top, level = real(estimate, "estimate"), real(low, "low"), real(high, "high"), check_level(level)
    check_order(bottom, value, top)
    return Effect(
        metric=Metric(metric),
        estimate=value,
        variance=((top - bottom) / (2 * intervals.z_of(level))) ** 2,
        low=bottom,
        high=top,
        level=level,
        assumptions=("the printed interval is the normal one",),
        how="Interval as printed",
        source="Altman & Bland, 2011",
    )


def eta_squared(f: Number, *, df1: Number, df2: Number, level: float = 0.90) -> Effect:
    """Partial η² of an F test, F df1/(F df1 + df2), with its noncentral F interval (Steiger, 2004).

    The level is 90% by custom, since η² cannot be below 0: its lower limit is above 0 where p < .05.
    """
    value, top, bottom, level = not_negative(f, "F"), positive(df1, "df1"), positive(df2, "df2"), check_level(level)
    if min(top, bottom) < 1:
        raise OutOfRange(f"df are {top:g} and {bottom:g}; those of an F test are at least 1.")
    low, high = intervals.noncentral_f(value, top, bottom, level)
    people_in_all = top + bottom + 1
    estimate, upper = value * top / (value * top + bottom), high / (high + people_in_all)
    return Effect(
        metric=Metric.ETA_SQUARED,
        estimate=estimate,
        low=low / (low + people_in_all),
        high=upper,
        level=level,
        df=bottom,
        assumptions=("a design between people",),
        how="Interval from the noncentral F distribution",
        source="Steiger, 2004",
        warnings=_above(estimate, upper),
    )


def cramers_v(chi2: Number, *, n: Number, rows: int, columns: int, level: float = 0.95) -> Effect:
    """Cramér's V of a table, √(χ²/(n (k − 1))), k the shorter side, with its noncentral χ² interval (Smithson, 2003).

    The limits are those of the noncentrality λ, turned into V as √(λ/(n (k − 1))).
    """
    value, size, level = not_negative(chi2, "chi2"), people(n, "n", 2), check_level(level)
    sides = positive(rows, "rows"), positive(columns, "columns")
    if any(side != round(side) for side in sides):
        raise OutOfRange(f"A table of {sides[0]:g} by {sides[1]:g} does not exist; rows and columns are whole numbers.")
    if min(sides) < 2:
        raise TooFew(f"A table of {sides[0]:g} by {sides[1]:g} has no association; it needs two rows and two columns.")
    most = size * (min(sides) - 1)
    if value > most:
        raise OutOfRange(f"χ² is {value:g}; with n = {size:g} in this table it is at most {most:g}.")
    df = (sides[0] - 1) * (sides[1] - 1)
    low, high = intervals.noncentral_chi2(value, df, level)
    estimate, upper = math.sqrt(value / most), min(1.0, math.sqrt(high / most))
    return Effect(
        metric=Metric.CRAMERS_V,
        estimate=estimate,
        low=math.sqrt(low / most),
        high=upper,
        level=level,
        n=size,
        df=df,
        design=Design.ASSOCIATION,
        how="Interval from the noncentral χ² distribution",
        source="Cramér, 1946; Smithson, 2003",
        warnings=_above(estimate, upper),
    )


def _above(estimate: float, high: float) -> tuple[Caution, ...]:
    """A caution where what a sample explains lies above the interval of what is explained."""
    if estimate <= high:
        return ()
    text = "With few people for many groups a sample’s value is too high; here it lies above its own interval."
    return (Caution("above-interval", text),)


def _partial(t: float, df: float, level: float) -> Effect:
    if df <= 1:
        raise TooFew(f"A partial correlation needs more than 1 degree of freedom; there are {df:g}.")
    r = t / math.sqrt(t * t + df)
    if abs(r) >= 1:
        raise OutOfRange(f"b is {t:.3g} times its SE, so that r is 1 to all its digits. Is the SE copied rightly?")
    low, high = intervals.fisher(r, 1 / (df - 1), level)
    return Effect(
        metric=Metric.R,
        estimate=r,
        variance=(1 - r * r) ** 2 / df,
        low=low,
        high=high,
        level=level,
        df=df,
        design=Design.ASSOCIATION,
        assumptions=("a partial correlation, given the other predictors",),
        how="Fisher’s z interval",
        source="Fisher, 1924; Aloe & Becker, 2012",
        z_variance=1 / (df - 1),
    )
