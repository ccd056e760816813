"""The maximum of the likelihood, and whether it is one.

Newton's method with the exact Hessian where that is positive definite, else Fisher's scoring, in both cases with steps
that are shortened until the likelihood grows. It has converged where Newton's decrement gᵀH⁻¹g, which does not depend
on the units of the data, is next to nothing and the Hessian is that of a maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from rapport.stats.errors import NotConverged, NotIdentified
from rapport.stats.structural.likelihood import Likelihood
from rapport.stats.structural.model import Implied, Model
from rapport.stats.structural.sample import Sample
from rapport.stats.tables import Floats

DECREMENT = 1e-12
FAR = 5  # times the largest variance that was seen
STEPS = 200


@dataclass(frozen=True)
class Point:
    """A model's likelihood, over all groups, at given values of its parameters."""

    values: Floats
    implied: tuple[Implied, ...]
    parts: tuple[Likelihood, ...]

    @classmethod
    def at(cls, models: Sequence[Model], samples: Sequence[Sample], values: Floats) -> Point | None:
        implied, parts = [], []
        for model, sample in zip(models, samples, strict=True):
            moments = model.at(values)
            part = Likelihood.at(sample, moments.covariance, moments.mean)
            if part is None:
                return None
            implied.append(moments)
            parts.append(part)
        return cls(values, tuple(implied), tuple(parts))

    @cached_property
    def log_likelihood(self) -> float:
        return sum(part.value for part in self.parts)

    @cached_property
    def gradient(self) -> Floats:
        """∂ log L/∂θ, shape (parameters,)."""
        each = [moments.jacobian.T @ part.gradient for moments, part in zip(self.implied, self.parts, strict=True)]
        return np.asarray(np.sum(each, axis=0))

    @cached_property
    def expected(self) -> Floats:
        """Fisher's information about the parameters, shape (parameters, parameters)."""
        each = [m.jacobian.T @ part.expected @ m.jacobian for m, part in zip(self.implied, self.parts, strict=True)]
        return np.asarray(np.sum(each, axis=0))

    @cached_property
    def observed(self) -> Floats:
        """Minus the Hessian of the log-likelihood, exact, shape (parameters, parameters)."""
        each = [
            m.jacobian.T @ part.observed @ m.jacobian - m.curvature(part.by_sigma, part.by_mu)
            for m, part in zip(self.implied, self.parts, strict=True)
        ]
        return np.asarray(np.sum(each, axis=0))

    def scores(self) -> Floats:
        """Each row's ∂ log L/∂θ, the groups' rows one after the other; shape (rows, parameters)."""
        return np.vstack([part.scores() @ m.jacobian for m, part in zip(self.implied, self.parts, strict=True)])


@dataclass(frozen=True)
class Optimum:
    """Where the search ended.

    steps      how many steps it took
    decrement  gᵀH⁻¹g at the end: twice the log-likelihood that is still to be gained, about
    """

    point: Point
    steps: int
    decrement: float

    @property
    def scaled_gradient(self) -> float:
        """The largest element of the gradient, each in units of its parameter's standard error."""
        spread = np.sqrt(np.diag(np.linalg.inv(self.point.observed)))
        return float(np.abs(self.point.gradient * spread).max())


@dataclass(frozen=True)
class Stopped:
    """Where a search ended that found no maximum, and why."""

    point: Point
    reason: str


def maximise(
    models: Sequence[Model], samples: Sequence[Sample], starts: Sequence[Floats], names: Sequence[str], mend: str
) -> Optimum:
    """The optimum reached from the first of the starts that reaches one.

    names  of the parameters, for messages
    mend   what to do where there is none

    Raises NotConverged where no start reaches one, and NotIdentified where the likelihood is flat in some direction.
    """
    reasons, fallen = [], []
    for start in starts:
        point = Point.at(models, samples, start)
        if point is None:
            reasons.append("a start was not positive definite")
            continue
        found = climb(models, samples, point)
        if isinstance(found, Optimum):
            check_identified(found.point)
            return found
        reasons.append(found.reason)
        fallen += _far_below_zero(found.point, names)
    told = "; ".join(dict.fromkeys(reasons))
    if fallen:
        told = f"the likelihood rises on and on as these fall further below zero: {'; '.join(dict.fromkeys(fallen))}"
    raise NotConverged(f"The search found no maximum from {len(starts)} starts: {told}. {mend}")


def climb(models: Sequence[Model], samples: Sequence[Sample], point: Point) -> Optimum | Stopped:
    """To the nearest maximum, or why there is none."""
    for step in range(STEPS):
        factor, is_newton = _metric(point)
        if factor is None:
            return Stopped(point, "the information is singular")
        direction = cho_solve(factor, point.gradient)
        decrement = float(point.gradient @ direction)
        if decrement < DECREMENT and is_newton:
            return Optimum(_last_step(models, samples, point, direction), step, decrement)
        better = _uphill(models, samples, point, direction, decrement)
        if better is None:
            if decrement < 1e-7 and is_newton:
                return Optimum(point, step, decrement)
            return Stopped(point, f"no step uphill at step {step}, decrement {decrement:.2g}")
        point = better
    return Stopped(point, f"still climbing after {STEPS} steps")


def _far_below_zero(point: Point, names: Sequence[str]) -> list[str]:
    """The variances that ran far below zero, by name.

    There the likelihood has no maximum: it goes on to rise, ever more slowly, as variances that these data do not have
    fall and others make up for it. No other start or step would mend that.
    """
    seen = max(float(np.nanvar(part.sample.values, axis=0).max()) for part in point.parts)
    cells = [moments.model.covariances for moments in point.implied]
    variances = np.unique(np.concatenate([one.parameters[one.rows == one.columns] for one in cells]))
    return [names[index] for index in variances if point.values[index] < -FAR * seen]


def check_identified(point: Point) -> None:
    """Raises NotIdentified where parameters can change together without changing the likelihood."""
    information = point.observed
    spread = np.sqrt(np.diag(information))
    smallest = float(np.linalg.eigvalsh(information / np.outer(spread, spread))[0])
    if smallest < 1e-9:
        raise NotIdentified(
            "Some parameters can change together without changing the likelihood: the data do not tell them apart. "
            "Use more waves, or hold paths equal over time."
        )


def _metric(point: Point) -> tuple[tuple[Floats, bool] | None, bool]:
    for information, is_newton in ((point.observed, True), (point.expected, False)):
        factor = _factor(information)
        if factor is not None:
            return factor, is_newton
    damped = point.expected + 1e-4 * np.diag(np.diag(point.expected))
    return _factor(damped), False


def _factor(information: Floats) -> tuple[Floats, bool] | None:
    diagonal = np.diag(information)
    if not np.isfinite(information).all() or (diagonal <= 0).any():
        return None
    try:
        root, lower = cho_factor(information)
    except np.linalg.LinAlgError:
        return None
    if (np.diag(root) < 1e-7 * np.sqrt(diagonal)).any():
        return None
    return root, lower


def _uphill(
    models: Sequence[Model], samples: Sequence[Sample], point: Point, direction: Floats, decrement: float
) -> Point | None:
    length = 1.0
    for _ in range(40):
        tried = Point.at(models, samples, point.values + length * direction)
        if tried is not None and tried.log_likelihood >= point.log_likelihood + 1e-4 * length * decrement:
            return tried
        length /= 2
    return None


def _last_step(models: Sequence[Model], samples: Sequence[Sample], point: Point, direction: Floats) -> Point:
    tried = Point.at(models, samples, point.values + direction)
    if tried is None or np.abs(tried.gradient).max() > np.abs(point.gradient).max():
        return point
    return tried
