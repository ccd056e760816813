"""One common factor: the loadings of items on it, by maximum likelihood or by minimum residuals.

Loadings are those of standardised items. A correlation matrix is fitted, which for both methods here gives what the
covariance matrix would give under maximum likelihood, brought to one variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg, optimize

from rapport.stats.errors import Collinear, NotConverged
from rapport.stats.tables import Floats

_LEAST_UNIQUE: Final = 1e-4  # below this an item would be the factor itself


@dataclass(frozen=True)
class OneFactor:
    """Standardised loadings and uniquenesses, shape (items,); `at_bound`: items without variance of their own."""

    loadings: Floats
    uniquenesses: Floats
    at_bound: tuple[int, ...]


def fit_maximum_likelihood(correlations: Floats, start: Floats | None = None) -> OneFactor:
    """Maximum likelihood with the loadings profiled out (Jöreskog, 1967; Lawley & Maxwell, 1971).

    Given the uniquenesses Ψ, the loadings follow from the largest eigenvalue of Ψ^−½ R Ψ^−½, and the discrepancy is
    Σ (θ − log θ − 1) over its other eigenvalues θ. `start` are uniquenesses to begin from.

    Raises Collinear for a singular matrix, NotConverged.
    """
    if np.linalg.eigvalsh(correlations)[0] < 1e-10:
        raise Collinear(
            "One item is a combination of others: maximum likelihood has no answer. Leave one of them out, or ask for "
            'method="minres".'
        )
    if start is None:
        start = 1 / np.diag(np.linalg.inv(correlations))
    low = np.log(_LEAST_UNIQUE)
    found = optimize.minimize(
        _profiled,
        np.log(np.clip(start, 2 * _LEAST_UNIQUE, 1.0)),
        args=(correlations,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(low, np.log(2.0))] * len(start),
        options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-9},
    )
    psi = np.exp(found.x)
    at_bound = tuple(int(i) for i in np.flatnonzero(found.x <= low + 1e-6))
    slope = np.delete(_profiled(found.x, correlations)[1], at_bound)
    if slope.size and np.abs(slope).max() > 1e-4:
        raise NotConverged(
            f"No optimum of the one-factor model was found; the slope left is {np.abs(slope).max():.2g}. Look for an "
            "item that has little to do with the others."
        )
    return OneFactor(_loadings(psi, correlations), psi, at_bound)


def fit_minimum_residuals(correlations: Floats) -> OneFactor:
    """The loadings whose products come nearest to the correlations (Harman & Jones, 1966). Works for singular ones."""
    k = len(correlations)
    one, other = np.triu_indices(k, 1)
    observed, pairs = correlations[one, other], np.arange(len(one))

    def residuals(loadings: Floats) -> Floats:
        return np.asarray(loadings[one] * loadings[other] - observed)

    def slopes(loadings: Floats) -> Floats:
        jacobian = np.zeros((len(one), k))
        jacobian[pairs, one], jacobian[pairs, other] = loadings[other], loadings[one]
        return jacobian

    values, vectors = np.linalg.eigh(correlations)
    begin = np.clip(vectors[:, -1] * np.sqrt(values[-1]), -0.99, 0.99)
    found = optimize.least_squares(
        residuals,
        begin,
        jac=slopes,
        bounds=(-1, 1),
        xtol=1e-14,
        ftol=1e-14,
        gtol=1e-12,
    )
    loadings = _upright(found.x)
    unique = 1 - loadings**2
    return OneFactor(loadings, unique, tuple(int(i) for i in np.flatnonzero(unique < _LEAST_UNIQUE)))


def information(loadings: Floats, uniquenesses: Floats) -> Floats:
    """Expected information of one person about (loadings, uniquenesses), shape (2k, 2k).

    ½ tr(Σ⁻¹ ∂Σ Σ⁻¹ ∂Σ) (Jöreskog, 1969), with Σ = λλ′ + Ψ.
    """
    inverse = linalg.inv(np.outer(loadings, loadings) + np.diag(uniquenesses))
    weighted = inverse @ loadings
    of_loadings = inverse * float(loadings @ weighted) + np.outer(weighted, weighted)
    of_both = inverse * weighted
    return np.block([[of_loadings, of_both], [of_both.T, inverse**2 / 2]])


def _profiled(log_psi: Floats, correlations: Floats) -> tuple[float, Floats]:
    """The discrepancy with the loadings profiled out, and its slope in log Ψ."""
    psi = np.exp(log_psi)
    scale = 1 / np.sqrt(psi)
    values = np.linalg.eigvalsh(scale[:, None] * correlations * scale)[:-1]
    loadings = _loadings(psi, correlations)
    slope = (loadings**2 + psi - np.diag(correlations)) / psi
    return float((values - np.log(values) - 1).sum()), slope


def _loadings(psi: Floats, correlations: Floats) -> Floats:
    root = np.sqrt(psi)
    values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
    return _upright(vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)) * root)


def _upright(loadings: Floats) -> Floats:
    """A factor has no direction of its own: the one in which more of the scale points up is taken."""
    return np.asarray(-loadings if loadings.sum() < 0 else loadings)
