"""Effect sizes from what articles print, with their intervals, and from one metric to another.

>>> from rapport.stats import effects
>>> print(effects.from_t(2.80, n1=16, n2=15).to("g").sentence())
Hedges’ g = 0.98, 95% CI [0.24, 1.70] (n = 16 and 15), assuming the same spread in both groups.

Start with `differences.py` (means, t, F, p), `counts.py` (events) or `associations.py` (r, χ², coefficients). Each
gives an `Effect`; `Effect.to` converts it by the steps of `conversions.py`.

All raise MissingValues for a number that is needed and not given, NotNumbers, NotFinite, OutOfRange for one that cannot
be (an r of 1.2, an n of −3), and TooFew for samples too small for the formula.
"""

from rapport.stats.effects.associations import (
    cramers_v,
    eta_squared,
    from_chi2,
    from_coefficient,
    from_interval,
    from_r,
)
from rapport.stats.effects.counts import from_counts, from_odds_ratio, from_proportion, from_risk_ratio
from rapport.stats.effects.differences import (
    from_d,
    from_f,
    from_means,
    from_p,
    from_paired_means,
    from_paired_t,
    from_t,
    mean_difference,
)
from rapport.stats.effects.effect import Design, Effect, Metric
from rapport.stats.effects.printed import from_reported

__all__ = [
    "Design",
    "Effect",
    "Metric",
    "cramers_v",
    "eta_squared",
    "from_chi2",
    "from_coefficient",
    "from_counts",
    "from_d",
    "from_f",
    "from_interval",
    "from_means",
    "from_odds_ratio",
    "from_p",
    "from_paired_means",
    "from_paired_t",
    "from_proportion",
    "from_r",
    "from_reported",
    "from_risk_ratio",
    "from_t",
    "mean_difference",
]
