"""The likelihood of pairs of residuals: two persons of a dyad, once or at several sessions.

A dyad's residuals at n sessions, r of shape (n, 2), have the covariance E within a session, and the dyad's two levels
the covariance B, so that a dyad's deviance is

    2n log 2π + (n − 1) log|E| + log|H| + tr(E⁻¹ S) + n r̄' H⁻¹ r̄,   H = E + n B

with S the cross products about the dyad's mean r̄. Without sessions n is 1 and B is 0. Restricted likelihood adds
log|X' V⁻¹ X| (Patterson & Thompson, 1971) for fixed effects X.

Why not a mixed model with dyadic residuals: that has no fit without random effects, which dyads with one session need,
no one variance for two levels, which exchangeable persons need, and no scores of dyads, which robust errors need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.optimize import minimize

from rapport.stats.errors import NotConverged, NotIdentified
from rapport.stats.tables import Floats, Ints

MOST: Final = 1 - 1e-10  # a correlation beyond which two residuals are taken to be one


@dataclass(frozen=True)
class PairFit:
    """estimates (p,), covariance (p, p); within and between, the two covariances (2, 2); deviance −2 log L."""

    estimates: Floats
    covariance: Floats
    within: Floats
    between: Floats
    deviance: float
    parameters: int


class Pairs:
    """Pairs' cross products. design (pairs, 2, p), outcome (pairs, 2), dyads' first pair and number of pairs."""

    def __init__(self, design: Floats, outcome: Floats, start: Ints, *, levels: bool, equal: bool) -> None:
        whole = np.concatenate([design, outcome[:, :, None]], axis=2)
        self.count = np.diff(np.append(start, len(outcome))).astype(np.float64)
        self.means = np.add.reduceat(whole, start, axis=0) / self.count[:, None, None]
        about = whole - np.repeat(self.means, self.count.astype(np.int64), axis=0)
        self.products = np.einsum("tka,tmb->kmab", about, about)
        self.whole, self.start = whole, start
        self.levels, self.equal = levels, equal
        self.width = design.shape[2]
        # Persons are as variable as the outcome at most: a start from which every unit of measurement looks alike.
        self.spread = float(outcome.std())

    def fit(self, method: Literal["REML", "ML"]) -> PairFit:
        """Raises NotConverged, and NotIdentified where the two persons' residuals are one and the same."""

        def deviance(theta: Floats) -> tuple[float, Floats]:
            value, estimates, covariance = self._solve(theta, method)
            return value, self._slopes(theta, estimates, covariance if method == "REML" else 0 * covariance)

        start = self._start()
        found = minimize(deviance, start, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 500})
        within, between = self._covariances(found.x)
        spreads = np.linalg.eigvalsh(within)
        if spreads[0] < 1e-7 * spreads[1]:
            raise NotIdentified(
                "What the model leaves of the two persons' outcomes is the same for both, or nothing for one. Look for "
                "an outcome that both share, or that is made of the predictors."
            )
        slope = float(np.abs(deviance(found.x)[1]).max())
        if not np.isfinite(found.fun) or slope > 1e-3 * max(1.0, self.count.sum() / 100):
            raise NotConverged(
                f"No maximum of the likelihood was found; the search stopped where the gradient is {slope:.2g}. "
                "Leave covariates out, or look for dyads with extreme values."
            )
        value, estimates, covariance = self._solve(found.x, method)
        return PairFit(estimates, covariance, within, between, value, self.width + len(start))

    def scores(self, fit: PairFit) -> Floats:
        """Each dyad's X' V⁻¹ r, shape (dyads, p)."""
        end = np.append(-fit.estimates, 1.0)
        residual = self.whole @ end
        inverse_e, inverse_h = np.linalg.inv(fit.within), np.linalg.inv(self._totals(fit.within, fit.between))
        mean = np.repeat(self.means @ end, self.count.astype(np.int64), axis=0)
        level = np.repeat(np.einsum("ikm,im->ik", inverse_h, self.means @ end), self.count.astype(np.int64), axis=0)
        weighted = (residual - mean) @ inverse_e + level
        return np.add.reduceat(np.einsum("tka,tk->ta", self.whole[:, :, :-1], weighted), self.start, axis=0)

    def _solve(self, theta: Floats, method: str) -> tuple[float, Floats, Floats]:
        within, between = self._covariances(theta)
        inverse_e = np.linalg.inv(within)
        totals = self._totals(within, between)
        inverse_h = np.linalg.inv(totals) * self.count[:, None, None]
        moments = np.einsum("km,kmab->ab", inverse_e, self.products)
        moments = moments + np.einsum("ikm,ika,imb->ab", inverse_h, self.means, self.means, optimize=True)
        p = self.width
        covariance = np.linalg.inv(moments[:p, :p])
        estimates = covariance @ moments[:p, p]
        pairs = float(self.count.sum())
        determinants = (pairs - len(self.count)) * np.linalg.slogdet(within)[1] + np.linalg.slogdet(totals)[1].sum()
        value = float(moments[p, p] - estimates @ moments[:p, p] + determinants)
        rows = 2 * pairs
        if method == "REML":
            value += float(np.linalg.slogdet(moments[:p, :p])[1])
            rows -= p
        return value + rows * float(np.log(2 * np.pi)), estimates, covariance

    def _slopes(self, theta: Floats, estimates: Floats, uncertain: Floats) -> Floats:
        """The deviance's derivatives. Restricted, the estimates' covariance adds to the residuals' products."""
        within, between = self._covariances(theta)
        inverse_e, inverse_h = np.linalg.inv(within), np.linalg.inv(self._totals(within, between))
        end = np.append(-estimates, 1.0)
        doubt = np.zeros((self.width + 1, self.width + 1))
        doubt[:-1, :-1] = uncertain
        spread = np.outer(end, end) + doubt
        squares = np.einsum("kmab,ab->km", self.products, spread)
        means = np.einsum("ika,ab,imb->ikm", self.means, spread, self.means, optimize=True)
        means *= self.count[:, None, None]
        by_h = inverse_h - inverse_h @ means @ inverse_h
        pairs_less = float(self.count.sum()) - len(self.count)
        by_e = pairs_less * inverse_e - inverse_e @ squares @ inverse_e + by_h.sum(axis=0)
        by_b = (self.count[:, None, None] * by_h).sum(axis=0)
        slopes = np.empty(len(theta))
        for index, step in enumerate(1e-6 * np.eye(len(theta))):
            up, down = self._covariances(theta + step), self._covariances(theta - step)
            slopes[index] = np.sum(by_e * (up[0] - down[0]) + by_b * (up[1] - down[1])) / 2e-6
        return slopes

    def _totals(self, within: Floats, between: Floats) -> Floats:
        return within + self.count[:, None, None] * between

    def _start(self) -> Floats:
        log = float(np.log(self.spread))
        start = [log, log, 0.2] if not self.equal else [log, log]
        if self.levels:
            start += [0.5, 0.1, 0.5] if not self.equal else [0.5, 0.4]
        return np.array(start)

    def _covariances(self, theta: Floats) -> tuple[Floats, Floats]:
        """E and B. Of equal persons, by the variances of half their sum and half their difference."""
        log = float(np.log(self.spread))
        if self.equal:
            within = _equal(*np.exp(2 * np.clip(theta[:2], log - 18, log + 18)))
            between = _equal(*(self.spread * theta[2:]) ** 2) if self.levels else np.zeros((2, 2))
            return within, between
        sds = np.diag(np.exp(np.clip(theta[:2], log - 18, log + 18)))
        rho = np.clip(np.tanh(theta[2]), -MOST, MOST)
        within = sds @ np.array([[1.0, rho], [rho, 1.0]]) @ sds
        if not self.levels:
            return within, np.zeros((2, 2))
        factor = self.spread * np.array([[theta[3], 0.0], [theta[4], theta[5]]])
        return within, factor @ factor.T


def _equal(shared: float, apart: float) -> Floats:
    """[[s + d, s − d], [s − d, s + d]] / 2: eigenvalues s along the sum and d along the difference."""
    return np.array([[shared + apart, shared - apart], [shared - apart, shared + apart]]) / 2
