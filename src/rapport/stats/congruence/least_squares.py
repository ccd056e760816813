"""Least squares for rows that are independent of one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rapport.stats.errors import NoVariation, TooFew
from rapport.stats.results import counted
from rapport.stats.tables import Floats, check_rank


@dataclass(frozen=True)
class LeastSquares:
    """estimates (p,), covariance (p, p), df n − p, residual_variance, r_squared."""

    estimates: Floats
    covariance: Floats
    df: float
    residual_variance: float
    r_squared: float


def fit_least_squares(design: Floats, outcome: Floats, names: Sequence[str], *, robust: bool = False) -> LeastSquares:
    """Ordinary least squares; `robust` takes MacKinnon and White's HC3 (1985) for the covariance.

    Raises TooFew, Collinear, and NoVariation where the outcome is fitted without any residual.
    """
    rows, columns = design.shape
    if rows <= columns:
        raise TooFew(
            f"{counted(rows, 'complete row')} cannot carry {columns} coefficients. Add rows or leave terms out."
        )
    check_rank(design, names)
    scale = np.linalg.norm(design, axis=0)
    q, r = np.linalg.qr(design / scale)
    inverse = np.linalg.inv(r)
    estimates = inverse @ (q.T @ outcome) / scale
    residuals = outcome - design @ estimates
    spread = float(np.sum((outcome - outcome.mean()) ** 2))
    if float(residuals @ residuals) <= 1e-20 * max(spread, 1e-300):
        raise NoVariation("The outcome is fitted without any residual, so no standard error can be given.")
    variance = float(residuals @ residuals) / (rows - columns)
    if robust:
        leverage = np.minimum(np.sum(q**2, axis=1), 1 - 1e-12)
        meat = (q * (residuals / (1 - leverage))[:, None] ** 2).T @ q
        covariance = inverse @ meat @ inverse.T
    else:
        covariance = variance * inverse @ inverse.T
    return LeastSquares(
        estimates,
        covariance / np.outer(scale, scale),
        float(rows - columns),
        variance,
        1 - float(residuals @ residuals) / spread,
    )
