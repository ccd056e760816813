"""The likelihood of two series that answer one another, with a level of its own for each client.

Two equations a step, each with the client's own intercept: one for the next outcome, one for the next agreement given
that outcome, so that the residuals of the two are independent and only the clients' intercepts correlate. With n steps
and residuals r a client's deviance is

    2n log 2π + (n − 1) Σ log σ²_k + log|H| + Σ_k S_k / σ²_k + n r̄' H⁻¹ r̄,   H = diag(σ²) + n Σ

S_k being the squared residuals about the client's mean r̄_k and Σ the intercepts' covariance. Everything is worked out
from each client's cross products, made once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from rapport.stats import wald
from rapport.stats.errors import NotConverged
from rapport.stats.tables import Floats, Ints


@dataclass(frozen=True)
class Equation:
    """One equation's cross products within clients (clients, p + 1, p + 1) and means (clients, p + 1), outcome last."""

    within: Floats
    means: Floats

    @property
    def width(self) -> int:
        return int(self.means.shape[1]) - 1


def make_equation(design: Floats, outcome: Floats, start: Ints, count: Ints) -> Equation:
    """`start` and `count`: a client's first row and number of rows; a client's rows stand together."""
    whole = np.column_stack([design, outcome])
    means = np.add.reduceat(whole, start, axis=0) / count[:, None]
    about = whole - np.repeat(means, count, axis=0)
    products = about[:, :, None] * about[:, None, :]
    return Equation(np.add.reduceat(products, start, axis=0), means)


@dataclass(frozen=True)
class SystemFit:
    """coefficients of both equations, then log σ1, log σ2 and the factor of Σ (l11, l21, l22); information of all
    and scores (clients, all), both of the log-likelihood."""

    parameters: Floats
    information: Floats
    scores: Floats
    log_likelihood: float
    intercepts: Floats
    residual_sds: Floats
    gradient_norm: float


class System:
    """Both equations of all clients."""

    def __init__(self, first: Equation, second: Equation, count: Ints) -> None:
        self.equations = (first, second)
        self.count = count.astype(np.float64)
        self.widths = (first.width, second.width)
        self.pooled = tuple(equation.within.sum(axis=0) for equation in self.equations)

    def fit(self) -> SystemFit:
        """The maximum, from a start with little and one with much between clients: there can be two summits.

        Raises NotConverged.
        """
        starts = [self._start(share) for share in (0.05, 0.6)]
        found = [minimize(self._profile, start, jac=True, method="BFGS", options={"gtol": 1e-7}) for start in starts]
        best = min(found, key=lambda one: float(one.fun))
        spread = np.asarray(best.x)
        parameters = np.concatenate([self.solve(spread), spread])
        gradient = self.scores(parameters).sum(axis=0)
        norm = float(np.abs(gradient).max())
        if not np.isfinite(best.fun) or norm > 1e-2:
            raise NotConverged(
                f"No maximum of the likelihood was found; the search stopped where the gradient is {norm:.2g}. "
                "Look for clients with extreme values, or leave moderators out."
            )
        _, covariance = self._spreads(spread)
        return SystemFit(
            parameters,
            self._information(parameters),
            self.scores(parameters),
            -0.5 * float(best.fun),
            covariance,
            np.exp(spread[:2]),
            norm,
        )

    def interval(self, fit: SystemFit, index: int, se: float, level: float) -> tuple[float, float]:
        """Limits of one coefficient by its profile likelihood; NaN where the likelihood does not fall far enough.

        The signed root of the likelihood ratio is nearly a line through the estimate, along which each step goes.
        """
        reach = wald.critical(level)
        estimate = float(fit.parameters[index])
        limits = []
        for side in (-1.0, 1.0):
            spread, away = self._start(0.05), side * reach * se
            inner, outer = 0.0, float("inf")
            for _ in range(20):
                held = (index, estimate + away)
                found = minimize(self._profile, spread, args=(held,), jac=True, method="BFGS", options={"gtol": 1e-3})
                # No level is no start: where a factor is 0 the likelihood is level in it.
                spread = np.asarray(found.x) * 1.0
                spread[[2, 4]] = np.maximum(np.abs(spread[[2, 4]]), 0.1) * np.where(spread[[2, 4]] < 0, -1, 1)
                root = float(np.sqrt(max(float(found.fun) + 2 * fit.log_likelihood, 1e-12)))
                if abs(root - reach) < 5e-3:
                    break
                inner, outer = (abs(away), outer) if root < reach else (inner, abs(away))
                farther = abs(away) * min(2.5, max(0.4, reach / root))
                away = side * (farther if inner < farther < outer else (inner + min(outer, 4 * inner + se)) / 2)
            limits.append(estimate + away if np.isfinite(outer) or abs(root - reach) < 5e-3 else float("nan"))
        return limits[0], limits[1]

    def solve(self, spread: Floats, held: tuple[int, float] | None = None) -> Floats:
        """Generalised least squares: both equations' coefficients at these variances, one of them `held`."""
        sigma, _ = self._spreads(spread)
        weights = self._inverse(spread) * self.count[:, None, None]
        p, q = self.widths
        left, right = np.zeros((p + q, p + q)), np.zeros(p + q)
        places = (slice(0, p), slice(p, p + q))
        for k, place in enumerate(places):
            width = self.widths[k]
            left[place, place] += self.pooled[k][:width, :width] / sigma[k]
            right[place] += self.pooled[k][:width, width] / sigma[k]
            for m, other in enumerate(places):
                products = (self.equations[k].means * weights[:, k, m, None]).T @ self.equations[m].means
                left[place, other] += products[:width, : self.widths[m]]
                right[place] += products[:width, self.widths[m]]
        if held is None:
            return np.asarray(np.linalg.solve(left, right), dtype=np.float64)
        index, value = held
        free = np.arange(len(right)) != index
        found = np.full(len(right), value)
        found[free] = np.linalg.solve(left[np.ix_(free, free)], right[free] - left[free, index] * value)
        return found

    def scores(self, parameters: Floats) -> Floats:
        """Each client's derivative of the log-likelihood, shape (clients, parameters)."""
        spread = parameters[-5:]
        sigma, _ = self._spreads(spread)
        inverse = self._inverse(spread)
        squares, mean, ends = self._residuals(parameters[:-5])
        weighted = np.einsum("ikm,im->ik", inverse, mean) * self.count[:, None]
        slopes = [
            np.einsum("ijm,m->ij", self.equations[k].within, ends[k])[:, :-1] / sigma[k]
            + self.equations[k].means[:, :-1] * weighted[:, k, None]
            for k in (0, 1)
        ]
        by_h = inverse - np.einsum("ik,im->ikm", weighted, weighted) / self.count[:, None, None]
        by_sigma = np.einsum("ikk->ik", by_h) + (self.count[:, None] - 1) / sigma - squares / sigma**2
        by_covariance = by_h * self.count[:, None, None]
        l11, l21, l22 = spread[2:]
        by_factor = np.column_stack(
            [
                2 * (by_covariance[:, 0, 0] * l11 + by_covariance[:, 0, 1] * l21),
                2 * (by_covariance[:, 0, 1] * l11 + by_covariance[:, 1, 1] * l21),
                2 * by_covariance[:, 1, 1] * l22,
            ]
        )
        return np.column_stack([*slopes, -by_sigma * sigma, -0.5 * by_factor])

    def deviance(self, parameters: Floats) -> float:
        spread = parameters[-5:]
        sigma, _ = self._spreads(spread)
        inverse = self._inverse(spread)
        squares, mean, _ = self._residuals(parameters[:-5])
        quadratic = np.einsum("ik,ikm,im->i", mean, inverse, mean) * self.count
        determinants = -np.log(_determinant(inverse)) + (self.count - 1) * np.log(sigma).sum()
        return float(
            np.sum(2 * self.count * np.log(2 * np.pi) + determinants + (squares / sigma).sum(axis=1) + quadratic)
        )

    def _profile(self, spread: Floats, held: tuple[int, float] | None = None) -> tuple[float, Floats]:
        spread = np.concatenate([np.clip(spread[:2], -15, 15), spread[2:]])
        parameters = np.concatenate([self.solve(spread, held), spread])
        return self.deviance(parameters), -2 * self.scores(parameters).sum(axis=0)[-5:]

    def _information(self, parameters: Floats) -> Floats:
        """Minus the second derivatives, by differences of the scores."""
        size = len(parameters)
        found = np.zeros((size, size))
        for index in range(size):
            step = np.zeros(size)
            step[index] = 1e-5 * max(1.0, abs(parameters[index]))
            up, down = self.scores(parameters + step).sum(axis=0), self.scores(parameters - step).sum(axis=0)
            found[index] = (down - up) / (2 * step[index])
        return (found + found.T) / 2

    def _residuals(self, coefficients: Floats) -> tuple[Floats, Floats, list[Floats]]:
        ends = [np.append(-part, 1.0) for part in np.split(coefficients, [self.widths[0]])]
        squares = np.column_stack(
            [np.einsum("j,ijm,m->i", end, one.within, end) for one, end in zip(self.equations, ends, strict=True)]
        )
        mean = np.column_stack([one.means @ end for one, end in zip(self.equations, ends, strict=True)])
        return squares, mean, ends

    def _start(self, share: float) -> Floats:
        total = []
        for equation, pooled in zip(self.equations, self.pooled, strict=True):
            whole = pooled + (equation.means * self.count[:, None]).T @ equation.means
            width = equation.width
            solved = np.linalg.lstsq(whole[:width, :width], whole[:width, width], rcond=None)[0]
            left = whole[width, width] - whole[width, :width] @ solved
            total.append(max(left / self.count.sum(), 1e-8))
        within = 0.5 * np.log(np.array(total) * (1 - share))
        between = np.sqrt(np.array(total) * share)
        return np.array([*within, between[0], 0.0, between[1]])

    def _spreads(self, spread: Floats) -> tuple[Floats, Floats]:
        factor = np.array([[spread[2], 0.0], [spread[3], spread[4]]])
        return np.exp(2 * spread[:2]), factor @ factor.T

    def _inverse(self, spread: Floats) -> Floats:
        sigma, covariance = self._spreads(spread)
        h = np.diag(sigma) + self.count[:, None, None] * covariance
        determinant = h[:, 0, 0] * h[:, 1, 1] - h[:, 0, 1] ** 2
        swapped = np.stack([np.stack([h[:, 1, 1], -h[:, 0, 1]], -1), np.stack([-h[:, 0, 1], h[:, 0, 0]], -1)], -2)
        return np.asarray(swapped / determinant[:, None, None])


def _determinant(matrices: Floats) -> Floats:
    return np.asarray(matrices[:, 0, 0] * matrices[:, 1, 1] - matrices[:, 0, 1] * matrices[:, 1, 0])
