"""What centring at the client's mean gives in a short panel, and how wrong it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rapport.stats.congruence.estimates import Estimate, make_estimate
from rapport.stats.congruence.lagged_panel import Steps
from rapport.stats.congruence.least_squares import fit_least_squares
from rapport.stats.errors import StatsError
from rapport.stats.tables import Floats


def fit_naive(steps: Steps, moderating: Floats | None, moderators: Sequence[str], level: float) -> tuple[Estimate, ...]:
    """Least squares with an intercept for each client (all less the client's mean), the outcome before included.

    Empty where it cannot be estimated.
    """
    count = steps.count

    def centred(values: Floats) -> Floats:
        return np.asarray(values - np.repeat(np.add.reduceat(values, steps.start) / count, count))

    products = [] if moderating is None else [centred(column * steps.agreement) for column in moderating.T]
    names = ["outcome before", "agreement", *(f"agreement × {name}" for name in moderators), "session"]
    columns = [centred(steps.outcome), centred(steps.agreement), *products, centred(steps.session)]
    if not np.abs(columns[-1]).max() > 0:
        names, columns = names[:-1], columns[:-1]
    design = np.column_stack(columns)
    df = len(design) - len(steps.start) - design.shape[1]
    if df < 1:
        return ()
    try:
        found = fit_least_squares(design, centred(steps.next_outcome), names)
    except StatsError:
        return ()
    errors = np.sqrt(np.diag(found.covariance) * found.df / df)
    return tuple(
        make_estimate(name, float(value), float(se), df, level)
        for name, value, se in zip(names, found.estimates, errors, strict=True)
    )


def nickell_bias(carry_over: float, steps: Steps) -> float:
    """The bias of the naive φ to be expected at φ = `carry_over`, without covariates (Nickell, 1981).

    For clients with different numbers of steps, the mean over clients of two steps and more, weighted by steps − 1.
    NaN where φ is not between −1 and 1.
    """
    if not -1 < carry_over < 1:
        return float("nan")
    t = steps.count[steps.count > 1].astype(np.float64)
    if not len(t):
        return float("nan")
    kept = 1 - (1 - carry_over**t) / (t * (1 - carry_over))
    bias = -(1 + carry_over) / (t - 1) * kept / (1 - 2 * carry_over / ((1 - carry_over) * (t - 1)) * kept)
    return float(np.average(bias, weights=t - 1))
