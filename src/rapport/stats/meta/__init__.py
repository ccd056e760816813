"""Meta-analysis: what several studies say together, and how much they differ.

    >>> samples = ["Leiden", "Lausanne", "Leeds"]
    >>> found = stats.meta.pool([0.31, 0.52, 0.12], standard_errors=[0.12, 0.20, 0.10], metric="g", samples=samples)
    >>> print(found)

Start with `pool` for one estimate a study, `pool_three_level` for several, `regress` for moderators. `robust`,
`leave_one_out`, `asymmetry` and `predict` take what these gave.
"""

from rapport.stats.meta.fits import Coefficient, Omnibus
from rapport.stats.meta.moderators import regress
from rapport.stats.meta.pooling import pool
from rapport.stats.meta.prediction import Predicted, predict
from rapport.stats.meta.results import Moderated, Pooled, ThreeLevel
from rapport.stats.meta.robust import Robust, robust
from rapport.stats.meta.sensitivity import Asymmetry, LeaveOneOut, Left, asymmetry, leave_one_out
from rapport.stats.meta.three_level import pool_three_level

__all__ = [
    "Asymmetry",
    "Coefficient",
    "LeaveOneOut",
    "Left",
    "Moderated",
    "Omnibus",
    "Pooled",
    "Predicted",
    "Robust",
    "ThreeLevel",
    "asymmetry",
    "leave_one_out",
    "pool",
    "pool_three_level",
    "predict",
    "regress",
    "robust",
]
