"""The restricted likelihood of estimates within studies, apart from how its highest point is found.

Cov(y) = Σ over studies of  diag((1 − ρ)vᵢ + σ²within) + ρ√vᵢ√vⱼ + σ²between 11′, where ρ is how far sampling errors of
one study's estimates correlate. Each study's block is a diagonal plus two outer products, UCU′ with U = [√v, 1] and
C = diag(ρ, σ²between), so its inverse and determinant come from 2 × 2 matrices (Woodbury) and the cost is linear in
the number of estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.stats.tables import Floats, Ints


@dataclass(frozen=True, slots=True)
class Nested:
    """Estimates, their sampling variances, the design matrix and the study (0 … studies − 1) of each."""

    estimates: Floats
    variances: Floats
    design: Floats
    study: Ints
    correlation: float = 0.0

    @property
    def studies(self) -> int:
        return int(self.study.max()) + 1

    def covariance(self, rows: Ints, between: float, within: float) -> Floats:
        """Cov(y) of these rows, dense, shape (rows, rows)."""
        spread = np.sqrt(self.variances[rows])
        same = self.study[rows][:, None] == self.study[rows][None, :]
        matrix = np.where(same, self.correlation * np.outer(spread, spread) + between, 0.0)
        np.fill_diagonal(matrix, self.variances[rows] + within + between)
        return np.asarray(matrix)


@dataclass(frozen=True, slots=True)
class Levels:
    """The restricted likelihood at one (σ²between, σ²within), with its slopes.

    restricted  log-likelihood
    gradient    its derivatives, shape (2,): between, within
    observed    minus its second derivatives, shape (2, 2)
    expected    the expectation of `observed`
    beta, vcov  generalised least squares at this point
    q           y′Py
    """

    restricted: float
    gradient: Floats
    observed: Floats
    expected: Floats
    beta: Floats
    vcov: Floats
    q: float


class Inverse:
    """V⁻¹ of the whole, as something to be multiplied with."""

    def __init__(self, data: Nested, between: float, within: float) -> None:
        self.data = data
        self.order = np.argsort(data.study, kind="stable")
        self.starts = np.searchsorted(data.study[self.order], np.arange(data.studies))
        self.diagonal = (1.0 - data.correlation) * data.variances + within
        self.factors = np.column_stack([np.sqrt(data.variances), np.ones(len(data.variances))])
        inner = self.outer(self.factors / self.diagonal[:, None])
        middle = np.diag([data.correlation, between])
        bridge = np.eye(2) + middle @ inner
        self.middle = np.linalg.solve(bridge, np.broadcast_to(middle, bridge.shape))
        self.log_det = float(np.log(self.diagonal).sum() + np.log(np.linalg.det(bridge)).sum())

    def sums(self, values: Floats) -> Floats:
        """Sums by study: shape (k, …) to (studies, …)."""
        return np.asarray(np.add.reduceat(values[self.order], self.starts, axis=0))

    def outer(self, values: Floats) -> Floats:
        """U′values by study, shape (studies, 2, columns)."""
        return self.sums(self.factors[:, :, None] * values[:, None, :])

    def times(self, values: Floats) -> Floats:
        """V⁻¹ values, for values of shape (k, columns)."""
        plain = values / self.diagonal[:, None]
        carried = (self.middle @ self.outer(plain))[self.data.study]
        return np.asarray(plain - np.einsum("ku,kuc->kc", self.factors, carried) / self.diagonal[:, None])

    def traces(self) -> tuple[float, Floats]:
        """tr(V⁻¹) and, for A, B in (11′ by study, I), the matrix of tr(V⁻¹AV⁻¹B)."""
        second, third = (self.outer(self.factors / self.diagonal[:, None] ** power) for power in (2, 3))
        crossed = self.middle @ second
        trace = float((1 / self.diagonal).sum() - np.trace(crossed, axis1=1, axis2=2).sum())
        squared = float(
            (self.diagonal**-2.0).sum()
            - 2 * np.trace(self.middle @ third, axis1=1, axis2=2).sum()
            + np.trace(crossed @ crossed, axis1=1, axis2=2).sum()
        )
        ones = self.times(np.ones((len(self.diagonal), 1)))
        between = float(np.square(self.sums(ones)).sum())
        mixed = float(np.square(ones).sum())
        return trace, np.array([[between, mixed], [mixed, squared]])


def evaluate(data: Nested, between: float, within: float) -> Levels:
    """The restricted likelihood with first and second derivatives (Harville, 1977)."""
    inverse = Inverse(data, between, within)
    design, count = data.design, len(data.estimates)
    weighted = inverse.times(design)
    information = design.T @ weighted
    vcov = np.asarray(np.linalg.inv(information), dtype=np.float64)
    beta = vcov @ (weighted.T @ data.estimates)
    residual = data.estimates - design @ beta
    pulled = inverse.times(residual[:, None])  # Py
    q = float(residual @ pulled[:, 0])

    def spread(values: Floats) -> list[Floats]:
        """A·values for A = 11′ by study and A = I."""
        return [inverse.sums(values)[data.study], values]

    trace, traces = inverse.traces()
    ones = inverse.times(np.ones((count, 1)))
    by_design = spread(weighted)
    caught = [weighted.T @ item for item in by_design]  # X′V⁻¹AV⁻¹X
    own = np.array([ones.sum(), trace]) - [np.trace(vcov @ item) for item in caught]
    moved = np.column_stack(spread(pulled))
    gradient = 0.5 * (pulled.T @ moved)[0] - 0.5 * own
    through = weighted.T @ moved
    average = moved.T @ inverse.times(moved) - through.T @ vcov @ through

    expected = np.empty((2, 2))
    for one in range(2):
        for other in range(2):
            crossed = np.trace(vcov @ (by_design[one].T @ inverse.times(by_design[other])))
            both = np.trace(vcov @ caught[one] @ vcov @ caught[other])
            expected[one, other] = 0.5 * (traces[one, other] - 2 * crossed + both)

    log_det = np.linalg.slogdet(information)[1] - np.linalg.slogdet(design.T @ design)[1]
    constant = (count - design.shape[1]) * np.log(2 * np.pi)
    return Levels(
        restricted=float(-0.5 * (constant + inverse.log_det + log_det + q)),
        gradient=gradient,
        observed=average - expected,
        expected=expected,
        beta=beta,
        vcov=vcov,
        q=q,
    )
