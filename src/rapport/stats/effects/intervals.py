"""Confidence limits: noncentral t, F and χ²; Fisher's z; Wilson and Newcombe; the normal one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from scipy import optimize, special, stats

from rapport.stats.errors import NotConverged, OutOfRange

Limits = tuple[float, float]
LARGEST_T: Final = 1_000.0  # beyond, SciPy’s noncentral t has no value for some degrees of freedom


def z_of(level: float) -> float:
    """The normal quantile of a two-sided level: 1.96 for 0.95."""
    return float(special.ndtri(0.5 + level / 2))


def normal(estimate: float, variance: float, level: float) -> Limits:
    """estimate ± z √variance."""
    reach = z_of(level) * math.sqrt(variance)
    return estimate - reach, estimate + reach


def student(estimate: float, variance: float, df: float, level: float) -> Limits:
    """estimate ± t √variance."""
    reach = float(special.stdtrit(df, 0.5 + level / 2)) * math.sqrt(variance)
    return estimate - reach, estimate + reach


def fisher(r: float, z_variance: float, level: float) -> Limits:
    """Limits of a correlation through Fisher's z (Fisher, 1921)."""
    low, high = normal(math.atanh(r), z_variance, level)
    return math.tanh(low), math.tanh(high)


def noncentral_t(t: float, df: float, level: float) -> Limits:
    """The noncentralities δ for which `t` lies at the upper and the lower α/2 of the noncentral t distribution.

    Steiger & Fouladi (1997); Cumming & Finch (2001). Checked against R's `pt(t, df, ncp)` with `uniroot`.
    """
    if abs(t) > LARGEST_T:
        raise OutOfRange(
            f"t is {t:.4g}; exact limits are worked out up to {LARGEST_T:g}. Are means and SDs in one unit?"
        )
    if t < 0:
        low, high = noncentral_t(-t, df, level)
        return -high, -low
    alpha = (1 - level) / 2
    spread = math.sqrt(1 + t * t / (2 * df))

    def above(ncp: float) -> float:
        return float(stats.nct.sf(t, df, ncp)) - alpha

    def below(ncp: float) -> float:
        return alpha - float(stats.nct.cdf(t, df, ncp))

    return _root(above, t, spread), _root(below, t, spread)


def noncentral_f(f: float, df1: float, df2: float, level: float) -> Limits:
    """The noncentralities λ ≥ 0 for which `f` lies at the upper and the lower α/2; 0 where even λ = 0 is too much.

    Steiger (2004, p. 170).
    """
    alpha = (1 - level) / 2

    def tail(ncp: float) -> float:
        return float(special.ncfdtr(df1, df2, ncp, f)) if ncp > 0 else float(special.fdtr(df1, df2, f))

    return _from_zero(tail, 1 - alpha, df1 * f), _from_zero(tail, alpha, df1 * f)


def noncentral_chi2(chi2: float, df: float, level: float) -> Limits:
    """As `noncentral_f`, for the noncentral χ² distribution."""
    alpha = (1 - level) / 2

    def tail(ncp: float) -> float:
        return float(special.chndtr(chi2, df, ncp)) if ncp > 0 else float(special.chdtr(df, chi2))

    return _from_zero(tail, 1 - alpha, chi2), _from_zero(tail, alpha, chi2)


def wilson(events: float, n: float, level: float) -> Limits:
    """Limits of a proportion (Wilson, 1927); never outside 0 to 1, and of use at 0 and at n."""
    z2, p = z_of(level) ** 2, events / n
    middle, reach = p + z2 / (2 * n), z_of(level) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low, high = (middle - reach) / (1 + z2 / n), (middle + reach) / (1 + z2 / n)
    return 0.0 if events == 0 else low, 1.0 if events == n else high


def newcombe(events1: float, n1: float, events2: float, n2: float, level: float) -> Limits:
    """Limits of a difference of two proportions (Newcombe, 1998, method 10): two Wilson intervals, joined."""
    p1, p2 = events1 / n1, events2 / n2
    (low1, high1), (low2, high2) = wilson(events1, n1, level), wilson(events2, n2, level)
    return p1 - p2 - math.hypot(p1 - low1, high2 - p2), p1 - p2 + math.hypot(high1 - p1, p2 - low2)


def _from_zero(tail: Callable[[float], float], target: float, start: float) -> float:
    """Where a distribution function, falling in the noncentrality, reaches `target`; 0 where it begins below."""
    if tail(0) <= target:
        return 0.0

    def left(ncp: float) -> float:
        return target - tail(ncp)

    return _root(left, max(start, 1.0), math.sqrt(max(start, 1.0)) + 1, least=0.0)


def _root(rising: Callable[[float], float], start: float, step: float, *, least: float = -math.inf) -> float:
    """The zero of a rising function, bracketed outwards from `start`."""
    low = high = start
    for _ in range(60):
        if rising(low) < 0:
            break
        low, step = max(least, low - step), step * 1.6
    for _ in range(60):
        if rising(high) > 0:
            break
        high, step = high + step, step * 1.6
    if not rising(low) <= 0 <= rising(high):
        raise NotConverged(f"No limit of the interval was found near {start:g}. Is the statistic copied rightly?")
    try:
        return float(optimize.brentq(rising, low, high, xtol=1e-12, rtol=1e-13))
    except ValueError:  # SciPy has no value of the distribution on the way
        raise NotConverged(
            f"The interval could not be worked out near {start:g}. Is the statistic copied rightly?"
        ) from None
