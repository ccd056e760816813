"""How clients' usual outcome goes with their usual agreement: the levels to which both series return."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rapport.stats.congruence.estimates import Estimate, make_estimate
from rapport.stats.congruence.lagged_likelihood import SystemFit
from rapport.stats.congruence.lagged_panel import Steps
from rapport.stats.tables import Floats


def between_slope(
    system: SystemFit, scale: Floats, covariance: Floats, steps: Steps, places: Mapping[str, int], level: float
) -> Estimate:
    """The regression of clients' level of the outcome on their level of agreement, with its delta-method interval.

    The intercepts given the first session have the covariance Σ; the first session's own covariance S over clients,
    carried through the regression Π of the intercepts on it, adds Π S Π'. Both equations solved for a standstill turn
    intercepts into levels. So the levels are what is latent, and the slope is not drawn to zero by few
    sessions, as a slope on observed client means is (Lüdtke et al., 2008). Moderators stand at 0.

    NaN where the levels of agreement do not differ, or the series do not return to a level.
    """
    first = np.column_stack([steps.first_outcome[steps.start], steps.first_agreement[steps.start]]) / scale
    clients = len(first)
    s = np.cov(first.T, bias=True)
    known = np.array([s[0, 0], s[0, 1], s[1, 1]])
    whole = np.concatenate([system.parameters, known])

    def slope(values: Floats) -> float:
        b, (l11, l21, l22), (s00, s01, s11) = values[:-8], values[-6:-3], values[-3:]
        projection = np.array([b[places[f"first in {name}"] :][:2] for name in ("outcome", "agreement")])
        factor = np.array([[l11, 0.0], [l21, l22]])
        intercepts = factor @ factor.T + projection @ np.array([[s00, s01], [s01, s11]]) @ projection.T
        still = np.array(
            [
                [1 - b[places["carry"]], -b[places["effect"]]],
                [-b[places["answers"]] - b[places["answers before"]], 1 - b[places["agreement carry"]]],
            ]
        )
        (y, a), (c, d) = still
        determinant = y * d - a * c
        if not determinant > 1e-6:
            return float("nan")
        back = np.array([[d, -a], [-c, y]]) / determinant
        levels = back @ intercepts @ back.T
        return float(levels[0, 1] / levels[1, 1]) if levels[1, 1] > 1e-6 else float("nan")

    gradient = np.empty(len(whole))
    for index in range(len(whole)):
        step = np.zeros(len(whole))
        step[index] = 1e-6
        gradient[index] = (slope(whole + step) - slope(whole - step)) / 2e-6
    spread = np.zeros((len(whole), len(whole)))
    spread[:-3, :-3] = covariance
    pairs = ((0, 0), (0, 1), (1, 1))
    spread[-3:, -3:] = [[(s[i, k] * s[j, m] + s[i, m] * s[j, k]) / clients for k, m in pairs] for i, j in pairs]
    unit = float(scale[0] / scale[1])
    variance = float(gradient @ spread @ gradient)
    se = float(np.sqrt(variance)) * unit if variance > 0 else float("nan")
    return make_estimate("between clients", slope(whole) * unit, se, level=level)
