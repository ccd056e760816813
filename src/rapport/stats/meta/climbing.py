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
_HALVINGS: Final = 40
# Of the likelihood, relative: a step's gain below which rounding hides it, and below which nothing is left to gain.
_NEAR: Final = 1e-10
_TOP: Final = 1e-22
_TRUSTED: Final = 4


def highest(data: Nested, scale: float) -> tuple[Floats, Levels]:
    """(σ²between, σ²within) where the restricted likelihood is highest.

    scale  the size that these variances may have, to start from

    The likelihood may have several hills: the best places of a grid are climbed from. Raises NotConverged.
    """
    places = [np.array(place) * scale for place in product(_GRID, _GRID)]
    ranked = sorted(places, key=lambda place: -evaluate(data, *place).restricted)
    summits, failure = [], None
    for place in ranked[:_CLIMBS]:
        try:
            summits.append(climb(data, place))
        except NotConverged as error:
            failure = error
    if not summits and failure is not None:
        raise failure
    return max(summits, key=lambda summit: summit[1].restricted)


def climb(data: Nested, start: Floats, free: Sequence[int] = (BETWEEN, WITHIN)) -> tuple[Floats, Levels]:
    """Newton's steps, kept at or above 0 and halved until the likelihood rises; `free` names what may move.

    A step promises a gain of likelihood, slope · step. Near the top, where the gain is less than the likelihood's own
    rounding can show, steps are taken on trust: a few of them, since each squares the distance.
    """
    theta, trusted = start, 0
    here = evaluate(data, *theta)
    for _ in range(_STEPS):
        moving = [index for index in free if theta[index] > 0 or here.gradient[index] > 0]
        step = np.zeros(2)
        step[moving] = _step(here, moving) if moving else 0.0
        gain = float(step @ here.gradient)
        size = max(1.0, abs(here.restricted))
        if gain < _TOP * size or trusted == _TRUSTED:
            return theta, here
        if gain < _NEAR * size:
            trusted += 1
            theta = np.maximum(theta + step, 0.0)
            here = evaluate(data, *theta)
            continue
        for halving in range(_HALVINGS):
            tried = np.maximum(theta + step * 0.5**halving, 0.0)
            there = evaluate(data, *tried)
            if there.restricted > here.restricted:
                break
        else:
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
    other = summit[1 - which]  # each climb starts where the last one ended

    def short(value: float) -> float:
        nonlocal other
        start = np.array([value, other] if which == BETWEEN else [other, value])
        top, there = climb(data, start, free=[1 - which])
        other = top[1 - which]
        return best.restricted - there.restricted - reach

    def crossing(low: float, high: float) -> float:
        return float(optimize.brentq(short, low, high, xtol=1e-10 * scale, rtol=1e-9))

    low = crossing(0.0, summit[which]) if summit[which] > 0 and short(0.0) > 0 else 0.0
    other = summit[1 - which]
    above = summit[which] + scale
    for _ in range(60):
        if short(above) > 0:
            return low, crossing(summit[which], above)
        above *= 2
    return low, float("inf")
