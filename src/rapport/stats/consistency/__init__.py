"""Whether printed statistics fit one another: p, intervals, means, percentages, totals, degrees of freedom.

>>> from rapport.stats import consistency
>>> print(consistency.check_p(".009", test="t", statistic="2.80", df=("29",)).sentence())
The printed p = .009 fits t(29) = 2.80.

Each check answers consistent, inconsistent by this much, or cannot tell. Numbers are given as they are printed, as text
or Decimal, because their decimals say how much they were rounded. `check_text` finds what can be checked in running
text. Every answer is a sentence in English or French.

All raise NotNumbers for what is no printed number, MissingValues and NotFinite, OutOfRange for a number that cannot be
(a p of 1.2), WrongShape for too few or too many of them. What may be but does not fit is no error: it is the answer.
"""

from rapport.stats.consistency.counts import check_df, check_percentage, check_percentages, check_total
from rapport.stats.consistency.intervals import check_interval, check_interval_p
from rapport.stats.consistency.means import grim, grimmer
from rapport.stats.consistency.p_values import check_p
from rapport.stats.consistency.text import check_text
from rapport.stats.consistency.verdict import Check, CheckResult, Verdict

__all__ = [
    "Check",
    "CheckResult",
    "Verdict",
    "check_df",
    "check_interval",
    "check_interval_p",
    "check_p",
    "check_percentage",
    "check_percentages",
    "check_text",
    "check_total",
    "grim",
    "grimmer",
]
