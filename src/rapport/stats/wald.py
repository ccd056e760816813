"""Tests and intervals of an estimate and its standard error: Student's t, or the normal where df is infinite.

From `scipy.special` alone: `scipy.stats` doubles the time of the first import.
"""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri, stdtr, stdtrit


def critical(level: float, df: float = math.inf) -> float:
    """How many standard errors an interval reaches to each side: 1.96 at 0.95 with infinite df."""
    share = (1 + level) / 2
    return float(stdtrit(df, share) if math.isfinite(df) else ndtri(share))


def two_sided(statistic: float, df: float = math.inf) -> float:
    """The two-sided p of a statistic; NaN of NaN."""
    tail = stdtr(df, -abs(statistic)) if math.isfinite(df) else ndtr(-abs(statistic))
    return 2 * float(tail)


def limits(estimate: float, se: float, level: float, df: float = math.inf) -> tuple[float, float]:
    """The interval estimate ± critical value × standard error."""
    reach = critical(level, df) * se
    return estimate - reach, estimate + reach
