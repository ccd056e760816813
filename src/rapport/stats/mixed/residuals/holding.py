"""A correlation of residuals held at a value, for its profile interval."""

from __future__ import annotations

import math

import numpy as np

from rapport.stats.mixed.fitted import MixedFit
from rapport.stats.mixed.profile import Held
from rapport.stats.mixed.residuals.report import autocorrelation_name, correlation_name
from rapport.stats.mixed.residuals.structured import StructuredProblem
from rapport.stats.tables import Floats

NEARLY_ONE = 1 - 1e-6
LEAST = 1e-300


def hold_correlation(fit: MixedFit, parameter: str) -> Held | None:
    """The correlation of residuals that is called so in `fit.residuals`; None where there is none."""
    problem, place = fit.machinery.problem, fit.machinery.minimum.place
    if not isinstance(problem, StructuredProblem) or fit.residuals is None:
        return None
    parts, first = problem.covariance, problem.layout.count
    if parts.correlated and parameter == correlation_name(parts):
        index, told, signed = first + parts.n_ratios, fit.residuals.correlation, True
    elif parts.autoregressive and parameter == autocorrelation_name(problem.arrangement):
        index, told, signed = len(place.parameters) - 1, fit.residuals.autocorrelation, parts.signed
    else:
        return None
    assert told is not None

    def at(value: float, free: Floats) -> tuple[float, Floats]:
        unbounded = math.atanh(value) if signed else -math.log(-math.log(max(value, LEAST)))
        there = problem.at(np.insert(free, index, unbounded))
        return there.deviance, np.delete(there.gradient, index)

    return Held(
        estimate=told.estimate,
        lowest=place.deviance,
        reach=max((told.high - told.low) / 4, 1e-3) if math.isfinite(told.high) else 0.1,
        bounds=(-NEARLY_ONE if signed else 0.0, NEARLY_ONE),
        at=at,
        start=np.delete(place.parameters, index),
    )
