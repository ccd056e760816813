"""How much true effects differ between studies: Q, τ² by three estimators, its Q-profile interval, I² and H².

With W = diag(1 / (vᵢ + τ²)), β̂ the weighted least squares estimate and P = W − WX(X′WX)⁻¹X′W, everything here is
y′Py, y′PPy or tr(P) at some τ².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import linalg, optimize, stats

from rapport.stats.tables import Floats

Method = Literal["REML", "PM", "DL", "fixed"]


@dataclass(frozen=True, slots=True)
class Weighted:
    """Weighted least squares at one τ².

    beta      coefficients, shape (p,)
    vcov      (X′WX)⁻¹, shape (p, p)
    q         y′Py: the weighted sum of squared residuals
    trace     tr(P)
    score     derivative of the restricted log-likelihood with respect to τ²
    restricted  the restricted log-likelihood
    """

    beta: Floats
    vcov: Floats
    q: float
    trace: float
    score: float
    restricted: float


def weigh(estimates: Floats, variances: Floats, design: Floats, tau2: float) -> Weighted:
    """Weighted least squares with weights 1 / (variances + tau2), by QR so that unlike weights do no harm."""
    weights = 1.0 / (variances + tau2)
    root = np.sqrt(weights)
    orthonormal, triangle = linalg.qr(design * root[:, None], mode="economic")
    beta = linalg.solve_triangular(triangle, orthonormal.T @ (estimates * root))
    inverse = linalg.solve_triangular(triangle, np.eye(len(beta)))
    scaled = root * (estimates - design @ beta)
    q = float(scaled @ scaled)
    trace = float(weights @ (1.0 - np.einsum("ij,ij->i", orthonormal, orthonormal)))
    count, coefficients = design.shape
    log_det = 2 * np.log(np.abs(np.diag(triangle))).sum() - np.linalg.slogdet(design.T @ design)[1]
    constant = (count - coefficients) * np.log(2 * np.pi)
    return Weighted(
        beta=beta,
        vcov=inverse @ inverse.T,
        q=q,
        trace=trace,
        score=0.5 * (float(weights @ scaled**2) - trace),
        restricted=float(-0.5 * (constant - np.log(weights).sum() + log_det + q)),
    )


def between_variance(estimates: Floats, variances: Floats, design: Floats, method: Method) -> float:
    """τ² by `method`.

    "REML"   the highest restricted likelihood (Viechtbauer, 2005)
    "PM"     Q(τ²) = k − p (Paule & Mandel, 1982)
    "DL"     method of moments (DerSimonian & Laird, 1986; with moderators Raudenbush, 2009)
    "fixed"  0
    """
    if method == "fixed":
        return 0.0
    none = weigh(estimates, variances, design, 0.0)
    spare = len(estimates) - design.shape[1]
    if method == "DL":
        return float(max(0.0, (none.q - spare) / none.trace))
    if method == "PM":
        return _where_q_is(float(spare), estimates, variances, design)
    return _highest_restricted(estimates, variances, design)


def profile_interval(estimates: Floats, variances: Floats, design: Floats, level: float) -> tuple[float, float]:
    """The τ² at which Q(τ²) is not surprising: the Q-profile interval (Viechtbauer, 2007).

    Both limits are 0 where Q is smaller than even τ² = 0 makes likely: the set of such τ² is then empty.
    """
    spare = len(estimates) - design.shape[1]
    low, high = (float(stats.chi2.ppf(share, spare)) for share in ((1 + level) / 2, (1 - level) / 2))
    return (
        _where_q_is(low, estimates, variances, design),
        _where_q_is(high, estimates, variances, design),
    )


def typical_variance(estimates: Floats, variances: Floats, design: Floats) -> float:
    """The variance that I² sets τ² against: (k − p) / tr(P) at τ² = 0 (Higgins & Thompson, 2002, eq. 9)."""
    return float((len(estimates) - design.shape[1]) / weigh(estimates, variances, design, 0.0).trace)


def _where_q_is(target: float, estimates: Floats, variances: Floats, design: Floats) -> float:
    """The τ² at which y′Py equals `target`; it falls as τ² grows, so it is 0 where it starts below."""

    def excess(tau2: float) -> float:
        return weigh(estimates, variances, design, tau2).q - target

    if excess(0.0) <= 0:
        return 0.0
    # With every weight below 1 / τ², Q(τ²) is at most the unweighted sum of squares / τ².
    ceiling = _residual_squares(estimates, design) / target
    return float(optimize.brentq(excess, 0.0, 1.01 * ceiling, xtol=1e-15 * ceiling, rtol=1e-14, maxiter=500))


def _highest_restricted(estimates: Floats, variances: Floats, design: Floats) -> float:
    """The restricted likelihood may have several hills; each is climbed and the highest taken."""

    def score(tau2: float) -> float:
        return weigh(estimates, variances, design, tau2).score

    mean_square = _residual_squares(estimates, design) / (len(estimates) - design.shape[1])
    # Beyond this the score is negative, since y′PPy ≤ squares / τ⁴ and tr(P) ≥ (k − p) / (max v + τ²).
    ceiling = (mean_square + np.sqrt(mean_square**2 + 4 * mean_square * variances.max())) / 2 * 1.01
    if ceiling <= 0:
        return 0.0
    grid = np.concatenate([[0.0], ceiling * np.geomspace(1e-8, 1.0, 48)])
    slopes = np.array([score(tau2) for tau2 in grid])
    hills = [0.0] if slopes[0] <= 0 else []
    for left, right in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0))[:, None] + np.array([0, 1]):
        hills.append(float(optimize.brentq(score, grid[left], grid[right], xtol=1e-15 * ceiling, rtol=1e-14)))
    return max(hills, key=lambda tau2: weigh(estimates, variances, design, tau2).restricted)


def _residual_squares(estimates: Floats, design: Floats) -> float:
    fitted = design @ np.linalg.lstsq(design, estimates, rcond=None)[0]
    return float(np.square(estimates - fitted).sum())
