"""An estimate with its interval, and how it is written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import stats as distributions

from rapport.stats.results import Cell, ResultTable, interval_text, number, p_text
from rapport.stats.tables import Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate, its standard error, and a two-sided test of zero with df degrees of freedom (infinite: z).

    low, high                      limits of the interval at the result's level
    bootstrap_low, bootstrap_high  percentile limits over resampled clusters; None where none was asked for
    """

    name: str
    estimate: float
    se: float
    df: float
    statistic: float
    p: float
    low: float
    high: float
    bootstrap_low: float | None = None
    bootstrap_high: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the interval holds `value`; the bootstrap's where there is one, being the safer for quotients."""
        low, high = self.limits
        return low <= value <= high

    @property
    def limits(self) -> tuple[float, float]:
        if self.bootstrap_low is None or self.bootstrap_high is None:
            return self.low, self.high
        return self.bootstrap_low, self.bootstrap_high

    def text(self, symbol: str, level: float = 0.95) -> str:
        """“b = 0.42, 95% CI [0.12, 0.72], p = .009”."""
        digits = digits_for(self.se)
        interval = interval_text(self.low, self.high, level, digits)
        return f"{symbol} = {number(self.estimate, digits)}, {interval}, {p_text(self.p)}"


def digits_for(se: float) -> int:
    """Decimals that show two digits of the standard error, from 2 to 4."""
    return 2 if not se > 0 else int(min(4, max(2, 1 - math.floor(math.log10(se)))))


def make_estimate(name: str, value: float, se: float, df: float = math.inf, level: float = 0.95) -> Estimate:
    """An estimate with its t interval (normal where df is infinite). NaN where the value or its error is not known."""
    if not (math.isfinite(value) and math.isfinite(se) and se > 0):
        return Estimate(name, value, math.nan, df, math.nan, math.nan, math.nan, math.nan)
    statistic = value / se
    student = math.isfinite(df)
    tail = distributions.t.sf(abs(statistic), df) if student else distributions.norm.sf(abs(statistic))
    half = (1 + level) / 2
    reach = se * float(distributions.t.ppf(half, df) if student else distributions.norm.ppf(half))
    return Estimate(name, value, se, df, statistic, float(2 * tail), value - reach, value + reach)


def combine(
    name: str, weights: Floats, estimates: Floats, covariance: Floats, df: float = math.inf, level: float = 0.95
) -> Estimate:
    """The linear combination weights · estimates."""
    return make_estimate(name, float(weights @ estimates), float(np.sqrt(weights @ covariance @ weights)), df, level)


def estimates_table(title: str, estimates: Iterable[Estimate], names: dict[str, str] | None = None) -> ResultTable:
    """Estimates as rows; columns of the bootstrap only where there is one."""
    estimates = tuple(estimates)
    drawn = any(item.bootstrap_low is not None for item in estimates)
    columns: tuple[str, ...] = ("term", "estimate", "SE", "df", "t", "p", "low", "high")
    if drawn:
        columns += ("bootstrap low", "bootstrap high")
    rows: list[tuple[Cell, ...]] = []
    for item in estimates:
        label = (names or {}).get(item.name, item.name)
        df = item.df if math.isfinite(item.df) else None
        cells: tuple[Cell, ...] = (label, item.estimate, item.se, df, item.statistic, item.p, item.low, item.high)
        rows.append((*cells, item.bootstrap_low, item.bootstrap_high) if drawn else cells)
    return ResultTable(title, columns, tuple(rows))
