"""Finding the highest restricted likelihood of two variances that cannot be negative."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

import numpy as np
from scipy import optimize, stats

from rapport.stats.errors import NotConverged
from rapport.stats.meta.levels import Levels, Nested, evaluate
from rapport.stats.tables import Floats

BETWEEN, WITHIN = 0, 1
_GRID: Final = (0.0, 1e-3, 1e-2, 0.1, 0.3, 1.0, 3.0)
_CLIMBS: Final = 3
_STEPS: Final = 200
_ROUNDING: Final = 1e-10  # of the likelihood, relative
_TOLERANCE: Final = 1e-9  # of the likelihood's slope, times the size of the variances


def highest(data: Nested, scale: float) -> tuple[Floats, Levels]:
    """(σ²between, σ²within) where the restricted likelihood is highest.

    scale  the size that these variances may have, to start from and to judge slopes by

    The likelihood may have several hills: the best places of a grid are climbed from. Raises NotConverged.
    """
    places = [np.array(place) * scale for place in product(_GRID, _GRID)]
    ranked = sorted(places, key=lambda place: -evaluate(data, *place).restricted)
    summits, failure = [], None
    for place in ranked[:_CLIMBS]:
        try:
            summits.append(climb(data, place, scale))
        except NotConverged as error:
            failure = error
    if not summits and failure is not None:
        raise failure
    return max(summits, key=lambda summit: summit[1].restricted)


def climb(data: Nested, start: Floats, scale: float, free: Sequence[int] = (BETWEEN, WITHIN)) -> tuple[Floats, Levels]:
    """Newton's steps, kept at or above 0 and halved until the likelihood rises; `free` names what may move."""
    theta = start
    here = evaluate(data, *theta)
    for _ in range(_STEPS):
        moving = [index for index in free if theta[index] > 0 or here.gradient[index] > 0]
        slope = here.gradient[moving]
        if not moving or np.abs(slope * np.maximum(theta[moving], 1e-3 * scale)).max() < _TOLERANCE:
            return theta, here
        step = np.zeros(2)
        step[moving] = _step(here, moving)
        for halving in range(40):
            tried = np.maximum(theta + step * 0.5**halving, 0.0)
            there = evaluate(data, *tried)
            if there.restricted > here.restricted:
                break
        else:
            # No step rises any more: that is the top where what a step promised is less than rounding can show.
            if slope @ step[moving] < _ROUNDING * max(1.0, abs(here.restricted)):
                return theta, here
            break
        theta, here = tried, there
    raise NotConverged(
        f"The variances between and within studies did not settle: the likelihood still slopes by "
        f"{np.abs(here.gradient).max():.2g} at σ² = {theta[BETWEEN]:.3g} and {theta[WITHIN]:.3g}. "
        "Pool one estimate a study, or look for a variance of the wrong size."
    )


def _step(here: Levels, moving: list[int]) -> Floats:
    """Newton's step, by the expected curvature where the observed one does not bend down, else one variance at a time.

    The two variances may be of very unlike size, so each curvature is judged with its diagonal scaled to 1.
    """
    slope = here.gradient[moving]
    for whole in (here.observed, here.expected):
        curvature = whole[np.ix_(moving, moving)]
        diagonal = np.diag(curvature)
        if (diagonal <= 0).any():
            continue
        size = np.sqrt(diagonal)
        scaled = curvature / np.outer(size, size)
        if np.linalg.eigvalsh(scaled)[0] > 1e-6:
            return np.asarray(np.linalg.solve(scaled, slope / size) / size)
    return np.asarray(slope / np.abs(np.diag(here.expected))[moving])


def profile_interval(
    data: Nested, summit: Floats, best: Levels, which: int, level: float, scale: float
) -> tuple[float, float]:
    """The values of one variance at which the profile restricted likelihood is within χ²(1)'s reach of the best."""
    reach = float(stats.chi2.ppf(level, 1)) / 2

    def short(value: float) -> float:
        start = summit.copy()
        start[which] = value
        return best.restricted - climb(data, start, scale, free=[1 - which])[1].restricted - reach

    low = 0.0
    if summit[which] > 0 and short(0.0) > 0:
        low = float(optimize.brentq(short, 0.0, summit[which], xtol=1e-11 * scale, rtol=1e-10))
    above = summit[which] + scale
    for _ in range(60):
        if short(above) > 0:
            high = float(optimize.brentq(short, summit[which], above, xtol=1e-11 * scale, rtol=1e-10))
            return low, high
        above *= 2
    return low, float("inf")
