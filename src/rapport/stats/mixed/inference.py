"""Tests and intervals of the fixed effects: Satterthwaite's degrees of freedom.

For a combination w of the coefficients with variance v(θ, σ) = σ²w'(X'V⁻¹X)⁻¹w, the degrees of freedom are
2v²/(g'Ag), with g the gradient of v by the variance parameters and A = 2H⁻¹ their covariance, H the Hessian of the
deviance (Kuznetsova, Brockhoff & Christensen 2017; Fai & Cornelius 1996). A direction of the parameters
along which the deviance does not curve says nothing about v and is left out. Checked against lmerTest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rapport.stats import wald
from rapport.stats.mixed.design import Scaling
from rapport.stats.mixed.search import Curvature, Minimum
from rapport.stats.tables import Floats

FLAT = 1e-8  # of the largest curvature


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A fixed effect, or a combination of some, with Satterthwaite's degrees of freedom."""

    name: str
    estimate: float
    se: float
    df: float
    t: float
    p: float
    low: float
    high: float


def parameter_covariance(curvature: Curvature) -> Floats:
    """A, the covariance of (parameters, σ) on the scaled columns, shape (k + 1, k + 1)."""
    values, vectors = np.linalg.eigh(curvature.hessian)
    curved = values > FLAT * values[-1]
    covariance: Floats = 2 * (vectors[:, curved] / values[curved]) @ vectors[:, curved].T
    return covariance


def estimate(
    name: str, weights: Floats, fixed: Floats, scaling: Scaling, minimum: Minimum, level: float
) -> Coefficient:
    """The combination `weights`, shape (p,), of the coefficients `fixed`."""
    turned = scaling.basis.T @ weights
    place = minimum.place
    scale = (scaling.spread * place.sigma) ** 2
    unscaled = float(turned @ place.unscaled @ turned)
    variance = scale * unscaled
    gradient = np.append(
        scale * np.einsum("kab,a,b->k", minimum.curvature.unscaled, turned, turned), 2 * variance / place.sigma
    )
    spread = float(gradient @ parameter_covariance(minimum.curvature) @ gradient)
    df = 2 * variance**2 / spread if spread > 0 else math.inf
    value, se = float(weights @ fixed), math.sqrt(variance)
    t = value / se
    return Coefficient(name, value, se, df, t, wald.two_sided(t, df), *wald.limits(value, se, level, df))
