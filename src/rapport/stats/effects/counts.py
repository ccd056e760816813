"""Counts of people: proportions, odds ratios, risk ratios and risk differences. The first group against the second."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from rapport.stats.arguments import check_level
from rapport.stats.effects import intervals
from rapport.stats.effects.conversions import metric_of
from rapport.stats.effects.differences import check_order
from rapport.stats.effects.effect import Design, Effect, Metric
from rapport.stats.effects.inputs import Number, check_both, count, people, positive, real
from rapport.stats.errors import MissingValues, OutOfRange
from rapport.stats.results import Caution

_OF_COUNTS: Final = (
    Metric.LOG_ODDS_RATIO,
    Metric.ODDS_RATIO,
    Metric.LOG_RISK_RATIO,
    Metric.RISK_RATIO,
    Metric.RISK_DIFFERENCE,
)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Events a of n1 and c of n2; `halved` where one half was added to each of the four cells."""

    a: float
    n1: float
    c: float
    n2: float
    halved: bool = False

    def without_zero(self) -> _Cells:
        if 0 < self.a < self.n1 and 0 < self.c < self.n2:
            return self
        return _Cells(self.a + 0.5, self.n1 + 1, self.c + 0.5, self.n2 + 1, halved=True)


def from_counts(
    a: Number, n1: Number, c: Number, n2: Number, *, metric: Metric | str = "log_odds_ratio", level: float = 0.95
) -> Effect:
    """The effect of two groups' counts: `a` of `n1` people had the event, and `c` of `n2`.

    log_odds_ratio, odds_ratio   interval of Woolf (1955)
    log_risk_ratio, risk_ratio   interval of Katz et al. (1978)
    risk_difference              a/n1 − c/n2 with Newcombe's interval (1998, method 10); variance p(1 − p)/n, summed

    Where a cell is zero, ½ is added to each of the four (Haldane, 1956; Anscombe, 1956), for ratios and for variances,
    and a caution says so; a risk difference and its interval need no such help. Checked against metafor's `escalc` (OR,
    RR, RD), which adds ½ in the same tables; and Newcombe's interval against his own examples.
    """
    wanted, level = metric_of(metric), check_level(level)
    if wanted not in _OF_COUNTS:
        raise OutOfRange(f"Counts give {', '.join(_OF_COUNTS)}, not {wanted}. Convert one of these with .to(…).")
    size1, size2 = people(n1, "n1"), people(n2, "n2")
    cells = _Cells(count(a, "a", size1, "n1 is"), size1, count(c, "c", size2, "n2 is"), size2)
    if wanted is Metric.RISK_DIFFERENCE:
        return _risk_difference(cells, level)
    is_odds = wanted in {Metric.LOG_ODDS_RATIO, Metric.ODDS_RATIO}
    effect = _log_odds_ratio(cells, level) if is_odds else _log_risk_ratio(cells, level)
    return effect if wanted is effect.metric else effect.to(wanted)


def from_odds_ratio(
    odds_ratio: Number,
    low: Number | None = None,
    high: Number | None = None,
    *,
    level: float = 0.95,
    se_of_log: Number | None = None,
    n1: Number | None = None,
    n2: Number | None = None,
) -> Effect:
    """log OR from a printed odds ratio and its interval (or the SE of its logarithm): SE = (ln high − ln low) / (2 z).

    An estimate that is not in the middle of its interval on the logarithmic scale gets a caution. `.to("odds_ratio")`
    turns it back.
    """
    return _from_ratio(Metric.LOG_ODDS_RATIO, odds_ratio, low, high, level, se_of_log, n1, n2)


def from_risk_ratio(
    risk_ratio: Number,
    low: Number | None = None,
    high: Number | None = None,
    *,
    level: float = 0.95,
    se_of_log: Number | None = None,
    n1: Number | None = None,
    n2: Number | None = None,
) -> Effect:
    """log RR from a printed risk ratio; as `from_odds_ratio`."""
    return _from_ratio(Metric.LOG_RISK_RATIO, risk_ratio, low, high, level, se_of_log, n1, n2)


def from_proportion(events: Number, n: Number, *, level: float = 0.95) -> Effect:
    """A proportion with the interval of Wilson (1927)."""
    size, level = people(n, "n"), check_level(level)
    some = count(events, "events", size, "n is")
    low, high = intervals.wilson(some, size, level)
    p = some / size
    return Effect(
        metric=Metric.PROPORTION,
        estimate=p,
        variance=p * (1 - p) / size,
        low=low,
        high=high,
        level=level,
        n=size,
        design=Design.ASSOCIATION,
        how="Wilson’s interval",
        source="Wilson, 1927",
    )


def _log_odds_ratio(cells: _Cells, level: float) -> Effect:
    used = cells.without_zero()
    b, d = used.n1 - used.a, used.n2 - used.c
    estimate = math.log(used.a) + math.log(d) - math.log(b) - math.log(used.c)
    variance = 1 / used.a + 1 / b + 1 / used.c + 1 / d
    return _of_counts(Metric.LOG_ODDS_RATIO, cells, used, estimate, variance, level, "Woolf’s interval", "Woolf, 1955")


def _log_risk_ratio(cells: _Cells, level: float) -> Effect:
    used = cells.without_zero()
    estimate = math.log(used.a / used.n1) - math.log(used.c / used.n2)
    variance = 1 / used.a - 1 / used.n1 + 1 / used.c - 1 / used.n2
    return _of_counts(
        Metric.LOG_RISK_RATIO, cells, used, estimate, variance, level, "Katz’s interval", "Katz et al., 1978"
    )


def _of_counts(
    metric: Metric, cells: _Cells, used: _Cells, estimate: float, variance: float, level: float, how: str, source: str
) -> Effect:
    low, high = intervals.normal(estimate, variance, level)
    return Effect(
        metric=metric,
        estimate=estimate,
        variance=variance,
        low=low,
        high=high,
        level=level,
        n1=cells.n1,
        n2=cells.n2,
        design=Design.TWO_GROUPS,
        how=how,
        source=source,
        warnings=_cautions(cells, used),
    )


def _risk_difference(cells: _Cells, level: float) -> Effect:
    used = cells.without_zero()
    p1, p2 = used.a / used.n1, used.c / used.n2
    low, high = intervals.newcombe(cells.a, cells.n1, cells.c, cells.n2, level)
    return Effect(
        metric=Metric.RISK_DIFFERENCE,
        estimate=cells.a / cells.n1 - cells.c / cells.n2,
        variance=p1 * (1 - p1) / used.n1 + p2 * (1 - p2) / used.n2,
        low=low,
        high=high,
        level=level,
        n1=cells.n1,
        n2=cells.n2,
        design=Design.TWO_GROUPS,
        how="Newcombe’s interval from two Wilson intervals",
        source="Newcombe, 1998, method 10",
        warnings=_cautions(cells, used, "variance"),
    )


def _cautions(cells: _Cells, used: _Cells, what: str = "estimate and interval") -> tuple[Caution, ...]:
    if not used.halved:
        return ()
    text = f"One of the four counts is zero, so ½ was added to each for the {what}."
    if cells.a == cells.c == 0 or (cells.a == cells.n1 and cells.c == cells.n2):
        text += " Both groups have the same extreme: these counts say hardly anything about a ratio."
    return (Caution("zero-cell", text),)


def _from_ratio(
    metric: Metric,
    ratio: Number,
    low: Number | None,
    high: Number | None,
    level: float,
    se_of_log: Number | None,
    n1: Number | None,
    n2: Number | None,
) -> Effect:
    name = "odds_ratio" if metric is Metric.LOG_ODDS_RATIO else "risk_ratio"
    estimate, level = math.log(positive(ratio, name)), check_level(level)
    check_both(low, high)
    if (n1 is None) != (n2 is None):
        raise MissingValues("One of n1 and n2 is missing. Give both, or neither.")
    variance, limits = None, None
    cautions: tuple[Caution, ...] = ()
    if low is not None and high is not None:
        limits = (math.log(positive(low, "low")), math.log(positive(high, "high")))
        check_order(real(low, "low"), math.exp(estimate), real(high, "high"))
        variance = ((limits[1] - limits[0]) / (2 * intervals.z_of(level))) ** 2
        cautions = _askew(limits[0], estimate, limits[1])
    if se_of_log is not None:
        variance = positive(se_of_log, "se_of_log") ** 2
        limits = limits or intervals.normal(estimate, variance, level)
    return Effect(
        metric=metric,
        estimate=estimate,
        variance=variance,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        level=level,
        n1=None if n1 is None else people(n1, "n1"),
        n2=None if n2 is None else people(n2, "n2"),
        design=Design.TWO_GROUPS if n1 is not None else Design.UNKNOWN,
        assumptions=("the printed interval is the normal one of the logarithm",) if low is not None else (),
        how="Interval as printed" if low is not None else "Normal interval of the logarithm",
        source="Woolf, 1955" if metric is Metric.LOG_ODDS_RATIO else "Katz et al., 1978",
        warnings=cautions,
    )


def _askew(low: float, estimate: float, high: float) -> tuple[Caution, ...]:
    """A caution where the estimate is off the middle by more than a tenth of the interval's half."""
    half, off = (high - low) / 2, estimate - (low + high) / 2
    if abs(off) <= 0.1 * half:
        return ()
    return (
        Caution(
            "askew",
            f"On the logarithmic scale the estimate is {100 * abs(off) / half:.0f}% of the way from the interval’s "
            f"middle to its {'upper' if off > 0 else 'lower'} limit. Exact, profile and bootstrap intervals can be so; "
            "the variance is then an approximation.",
        ),
    )
