"""How well a model fits: χ², CFI, TLI, RMSEA with its interval, SRMR.

CFI: Bentler (1990). TLI: Tucker & Lewis (1973). RMSEA: Steiger & Lind (1980), its interval Browne & Cudeck
(1993), its groups Steiger (1998). SRMR: Bentler (1995), with the means. Scaled χ²: Yuan & Bentler (2000), as
asymptotically equivalent (Muthén & Muthén, Mplus). The conventions are lavaan's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2

from rapport.stats.structural.likelihood import small_sample, summed_by
from rapport.stats.structural.search import Point
from rapport.stats.tables import Ints


@dataclass(frozen=True, kw_only=True)
class FitIndices:
    """How far the model is from the data.

    chi_square      −2 log of the likelihood ratio against the saturated model; scaled where `scaling` is not 1
    df              its degrees of freedom
    p               its p; NaN where df is 0
    scaling         what the likelihood ratio was divided by
    cfi, tli        against the model that nothing is related
    rmsea           with its 90% interval, rmsea_low and rmsea_high
    srmr            standardised root mean square residual of covariances and means
    baseline_chi_square, baseline_df   of the model that nothing is related
    """

    chi_square: float
    df: int
    p: float
    scaling: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    baseline_chi_square: float
    baseline_df: int


def fit_indices(
    model: Point,
    saturated: Sequence[Point],
    baseline: Sequence[Point],
    *,
    df: int,
    is_scaled: bool = False,
    clusters: Ints | None = None,
) -> FitIndices:
    """The indices of a fitted model whose groups' saturated and baseline models are given, in the same order.

    `clusters` numbers the cluster of each row, the groups one after the other; the scaling then counts clusters.
    """
    best = sum(point.log_likelihood for point in saturated)
    variables = saturated[0].parts[0].sample.variables
    groups = len(saturated)
    baseline_df = groups * variables * (variables - 1) // 2
    ratio = max(2 * (best - model.log_likelihood), 0.0)
    baseline_ratio = max(2 * (best - sum(point.log_likelihood for point in baseline)), 0.0)
    scaling = scaling_of([model], saturated, df, clusters) if is_scaled and df else 1.0
    baseline_scaling = scaling_of(baseline, saturated, baseline_df, clusters) if is_scaled else 1.0
    chi, baseline_chi = ratio / scaling, baseline_ratio / baseline_scaling
    persons = sum(point.parts[0].sample.rows for point in saturated)
    excess, baseline_excess = chi - df, max(baseline_chi - baseline_df, chi - df, 0.0)
    rmsea = math.sqrt(max(excess, 0.0) / (df * persons) * groups) if df else 0.0
    # As in lavaan, the interval of a scaled RMSEA refers the unscaled ratio to a χ² with the expectation it then has.
    low, high = _rmsea_interval(ratio, df * scaling, persons, groups)
    return FitIndices(
        chi_square=chi if df else 0.0,
        df=df,
        p=float(chi2.sf(chi, df)) if df else math.nan,
        scaling=scaling,
        cfi=1 - max(excess, 0.0) / baseline_excess if baseline_excess > 0 else 1.0,
        tli=_tli(chi, df, baseline_chi, baseline_df),
        rmsea=rmsea,
        rmsea_low=low,
        rmsea_high=high,
        srmr=srmr(model, saturated),
        baseline_chi_square=baseline_chi,
        baseline_df=baseline_df,
    )


def scaling_of(models: Sequence[Point], saturated: Sequence[Point], df: int, clusters: Ints | None) -> float:
    """The factor by which non-normality inflates the likelihood ratio.

    (tr A₁⁻¹B₁ − tr A₀⁻¹B₀)/df, with A the observed information and B the sum of squared scores, at the saturated
    model and at the model (Yuan & Bentler, 2000, in the form of Mplus).
    """
    return (_trace(saturated, clusters) - _trace(models, clusters)) / df


def srmr(model: Point, saturated: Sequence[Point]) -> float:
    """Over groups, the mean of each group's, weighted by its persons."""
    total = 0.0
    persons = sum(point.parts[0].sample.rows for point in saturated)
    for part, point in zip(model.parts, saturated, strict=True):
        seen = point.parts[0]
        spread = np.sqrt(np.diag(seen.covariance))
        residuals = (seen.covariance - part.covariance) / np.outer(spread, spread)
        of_means = (seen.mean - part.mean) / spread
        lower = residuals[np.tril_indices(len(spread))]
        squares = float(lower @ lower + of_means @ of_means)
        total += part.sample.rows / persons * math.sqrt(squares / (len(lower) + len(of_means)))
    return total


def _trace(points: Sequence[Point], clusters: Ints | None) -> float:
    """tr A⁻¹B over models that share no parameter, each of the rows after those of the one before."""
    whole, first = 0.0, 0
    for point in points:
        rows = sum(part.sample.rows for part in point.parts)
        scores = point.scores()
        if clusters is not None:
            scores = summed_by(scores, clusters[first : first + rows])
        whole += float(np.trace(np.linalg.solve(point.observed, scores.T @ scores)))
        first += rows
    return whole * small_sample(clusters)


def _tli(chi: float, df: int, baseline_chi: float, baseline_df: int) -> float:
    if df == 0 or baseline_chi == baseline_df:
        return 1.0
    return 1 - (chi - df) / df * baseline_df / (baseline_chi - baseline_df)


def _rmsea_interval(chi: float, df: float, persons: int, groups: int) -> tuple[float, float]:
    if df == 0:
        return 0.0, 0.0
    limits = []
    for probability in (0.95, 0.05):
        if chi2.cdf(chi, df) < probability:
            limits.append(0.0)
            continue
        beyond = brentq(lambda beyond, p=probability: _below(chi, df, beyond) - p, 0.0, 4 * chi + 100, xtol=1e-10)
        limits.append(math.sqrt(float(beyond) / (persons * df) * groups))
    return limits[0], limits[1]


def _below(chi: float, df: float, noncentrality: float) -> float:
    return float(chi2.cdf(chi, df) if noncentrality == 0 else ncx2.cdf(chi, df, noncentrality))
