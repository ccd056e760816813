"""The search for the minimum of the deviance, and the proof that it was found.

A place counts as the minimum when (1) the Newton decrement g'H⁻¹g, twice what a further step could gain, is below
`ENOUGH`; and (2) where a block ΛΛ' is singular, no direction that it leaves out would lower the deviance: its Γ has
no negative eigenvalue there. At a singular Λ the gradient by Λ is zero whether or not this holds, so a search that
looks at the gradient alone may stop at a false boundary; here it is sent on in the direction that (2) finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.optimize

from rapport.stats.errors import Collinear, NotConverged
from rapport.stats.mixed.factors import Block, lower_root
from rapport.stats.mixed.problem import Place, Problem
from rapport.stats.tables import Floats

ENOUGH = 1e-9  # of the deviance, which is of the order of the number of rows
SINGULAR = 1e-4  # of a block's singular values, which are SDs in units of the residual SD
TOO_FAR = 1e12  # a deviance that no table has
STEP = 1e-4  # of differences; the truncation error is then of the order 1e-8


@dataclass(frozen=True, slots=True)
class Curvature:
    """Differences of the gradient about a place, at fixed σ.

    hessian   of the deviance by (parameters, σ), shape (k + 1, k + 1)
    unscaled  derivatives of (X'V⁻¹X)⁻¹ by the parameters, shape (k, p, p)
    """

    hessian: Floats
    unscaled: Floats

    def profiled(self) -> Floats:
        """The Hessian by the parameters with σ at its best, shape (k, k)."""
        h = self.hessian
        return np.asarray(h[:-1, :-1] - np.outer(h[:-1, -1], h[-1, :-1]) / h[-1, -1])


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where the search ended.

    decrement  g'H⁻¹g: the deviance could fall by no more than about half of it
    """

    place: Place
    curvature: Curvature
    decrement: float
    evaluations: int

    @property
    def gradient_norm(self) -> float:
        return float(np.abs(self.place.gradient).max(initial=0.0))


class _Counted:
    """A problem that counts how often it is asked, and remembers the last place."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.count = problem, 0
        self.last: Place | None = None

    def __call__(self, parameters: Floats) -> Place:
        if self.last is None or not np.array_equal(self.last.parameters, parameters):
            self.count += 1
            self.last = self.problem.at(parameters.copy())
        return self.last


def minimise(problem: Problem, start: Floats | None = None) -> Minimum:
    """The minimum of the deviance.

    Raises NotConverged, with how far the search came, and Collinear where the fixed effects cannot be told apart.
    """
    ask = _Counted(problem)
    # The gradient grows with the rows, and so does what rounding leaves of it.
    enough = max(1e-7 * problem.ending.rows, 1e-5)
    here = _descend(ask, problem.start() if start is None else start, enough=enough)
    for _ in range(12):
        problem.check(here.parameters)
        here = _drop_null_effects(ask, problem, here)
        about = curvature(problem, here)
        ask.count += 2 * problem.parameter_count
        here, decrement = _polish(ask, here, about)
        better = _leave_false_boundary(ask, problem, here)
        if better is not None:
            here = _descend(ask, better, enough=enough)
        elif decrement <= ENOUGH:
            return Minimum(here, about, decrement, ask.count)
        else:
            # In a direction that is all but flat a gradient below `enough` may still be far from the minimum, and too
            # far for Newton's step: go on in units in which every direction curves alike.
            here = _descend(ask, here.parameters, _root(about), enough=0.1 * ENOUGH**0.5)
    raise NotConverged(
        f"No optimum was found in {ask.count} evaluations: the deviance, {here.deviance:.6f}, could still fall by "
        f"about {decrement / 2:.2g}. Try fewer random slopes, or uncorrelated ones."
    )


def curvature(problem: Problem, here: Place) -> Curvature:
    """Central differences of the analytic gradient at fixed σ, with σ's own derivatives worked out."""
    k, sigma = len(here.parameters), here.sigma
    freedom = problem.ending.freedom
    hessian = np.empty((k + 1, k + 1))
    unscaled = np.empty((k, *here.unscaled.shape))
    for index in range(k):
        step = STEP * max(1.0, abs(here.parameters[index]))
        ahead, behind = (
            problem.at(here.parameters + sign * step * np.eye(k)[index], sigma=sigma) for sign in (1.0, -1.0)
        )
        hessian[index, :k] = (ahead.gradient - behind.gradient) / (2 * step)
        hessian[index, k] = hessian[k, index] = -2 / sigma**3 * (ahead.squares - behind.squares) / (2 * step)
        unscaled[index] = (ahead.unscaled - behind.unscaled) / (2 * step)
    hessian[:k, :k] = (hessian[:k, :k] + hessian[:k, :k].T) / 2
    hessian[k, k] = -2 * freedom / sigma**2 + 6 * here.squares / sigma**4
    return Curvature(hessian, unscaled)


def _descend(ask: Callable[[Floats], Place], start: Floats, root: Floats | None = None, *, enough: float) -> Place:
    """Quasi-Newton steps; how near they came is judged elsewhere. `root` turns the parameters, where their curvature
    is about known, so that it is 1 in every direction: RR' = H⁻¹."""
    turn = np.eye(len(start)) if root is None else root

    def slope(steps: Floats) -> tuple[float, Floats]:
        place = ask(start + turn @ steps)
        return place.deviance, turn.T @ place.gradient

    return ask(start + turn @ descend(slope, np.zeros(len(start)), enough=enough))


def descend(function: Callable[[Floats], tuple[float, Floats]], start: Floats, *, enough: float) -> Floats:
    """Where BFGS ends: the largest entry of the gradient is below `enough`, or no step leads lower."""
    seen: dict[bytes, tuple[float, Floats]] = {start.tobytes(): function(np.array(start))}

    def look(at: Floats) -> tuple[float, Floats]:
        key = at.tobytes()
        if key not in seen:
            seen.clear()
            try:
                seen[key] = function(np.array(at))
            except Collinear:
                # A step so long that no digits are left says nothing of the table: send the search back.
                seen[key] = (TOO_FAR, np.zeros(len(at)))
        return seen[key]

    def value(at: Floats) -> float:
        return look(at)[0]

    def slope(at: Floats) -> Floats:
        return look(at)[1]

    found = scipy.optimize.minimize(value, start, jac=slope, method="BFGS", options={"gtol": enough, "maxiter": 500})
    return np.asarray(found.x, dtype=np.float64)


def _root(about: Curvature) -> Floats:
    """R with RR' = H⁻¹, as far as there is curvature."""
    values, vectors = np.linalg.eigh(about.profiled())
    floor = 1e-8 * max(float(np.abs(values).max(initial=0.0)), 1.0)
    return np.asarray(vectors / np.sqrt(np.maximum(np.abs(values), floor)))


def _polish(ask: Callable[[Floats], Place], here: Place, about: Curvature) -> tuple[Place, float]:
    """Newton steps with one Hessian, as long as they lower the decrement."""
    values, vectors = np.linalg.eigh(about.profiled())
    floor = 1e-8 * max(float(np.abs(values).max(initial=0.0)), 1.0)
    inverse = np.where(values > floor, 1 / np.where(values > floor, values, 1.0), 0.0)
    decrement = _decrement(here, inverse, vectors)
    for _ in range(4):
        if decrement <= ENOUGH * 1e-6:
            break
        there = ask(here.parameters - vectors @ (inverse * (vectors.T @ here.gradient)))
        smaller = _decrement(there, inverse, vectors)
        if smaller >= decrement or there.deviance > here.deviance + 1e-8:
            break
        here, decrement = there, smaller
    return here, decrement


def _decrement(here: Place, inverse: Floats, vectors: Floats) -> float:
    along = vectors.T @ here.gradient
    return float(along @ (inverse * along))


def _drop_null_effects(ask: Callable[[Floats], Place], problem: Problem, here: Place) -> Place:
    """Directions of a block that are all but zero set to zero, where that costs nothing."""
    factors = problem.factors(here.parameters)
    changed = False
    for block in problem.layout.blocks:
        root = factors[block.level][block.span, block.span]
        values, vectors = np.linalg.eigh(root @ root.T)
        small = (values > 0) & (values < SINGULAR**2)
        if small.any():
            changed = True
            kept = np.where(small, 0, np.clip(values, 0, None))
            covariance = vectors * kept @ vectors.T
            factors[block.level][block.span, block.span] = (
                lower_root(covariance) if block.correlated else np.diag(np.sqrt(np.diag(covariance)))
            )
    if not changed:
        return here
    parameters = here.parameters.copy()
    parameters[: problem.layout.count] = problem.layout.vector(factors)
    there = ask(parameters)
    return there if there.deviance <= here.deviance + 1e-9 else here


def _leave_false_boundary(ask: Callable[[Floats], Place], problem: Problem, here: Place) -> Floats | None:
    """Parameters from which the deviance falls further, where a singular block is not where the minimum is."""
    factors = problem.factors(here.parameters)
    for block in problem.layout.blocks:
        direction = _way_out(block, factors[block.level], here.curvature[block.level])
        if direction is None:
            continue
        covariance = factors[block.level][block.span, block.span]
        covariance = covariance @ covariance.T
        for size in (1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5):
            wider = covariance + size * np.outer(direction, direction)
            factors[block.level][block.span, block.span] = (
                lower_root(wider) if block.correlated else np.diag(np.sqrt(np.diag(wider)))
            )
            parameters = here.parameters.copy()
            parameters[: problem.layout.count] = problem.layout.vector(factors)
            if ask(parameters).deviance < here.deviance - ENOUGH:
                return parameters
    return None


def _way_out(block: Block, factor: Floats, gamma: Floats) -> Floats | None:
    """A direction in which ΛΛ' may grow and the deviance falls, where the block is singular."""
    root, slope = factor[block.span, block.span], gamma[block.span, block.span]
    if not block.correlated:
        stuck = np.where(np.abs(np.diag(root)) < SINGULAR, np.diag(slope), np.inf)
        worst = int(np.argmin(stuck))
        return np.eye(block.size)[worst] if stuck[worst] < -ENOUGH else None
    if np.linalg.svd(root, compute_uv=False)[-1] >= SINGULAR:
        return None
    values, vectors = np.linalg.eigh(slope)
    return vectors[:, 0] if values[0] < -1e-6 else None


def singular_blocks(problem: Problem, here: Place) -> list[int]:
    """Which of the layout's blocks have a singular covariance matrix."""
    factors = problem.factors(here.parameters)
    return [
        index
        for index, block in enumerate(problem.layout.blocks)
        if np.linalg.svd(factors[block.level][block.span, block.span], compute_uv=False)[-1] < SINGULAR
    ]


def quick_minimum(problem: Problem, near: Minimum) -> Place:
    """The minimum of a problem like one whose minimum is known: a draw of the bootstrap.

    Raises NotConverged where the gradient does not vanish.
    """
    values, vectors = np.linalg.eigh(near.curvature.profiled())
    values = np.clip(values, 1e-3 * max(float(values.max(initial=1.0)), 1e-3), None)
    ask = _Counted(problem)
    # An effect that does not vary in the table may vary in a draw, and at exactly zero the search would not see it.
    factors = problem.factors(near.place.parameters)
    for factor in factors:
        diagonal = np.diag(factor)
        np.fill_diagonal(factor, np.where(np.abs(diagonal) < 0.05, 0.05, diagonal))
    start = near.place.parameters.copy()
    start[: problem.layout.count] = problem.layout.vector(factors)
    here = _descend(ask, start, vectors / np.sqrt(values), enough=1e-3)
    inverse = 1 / values
    if _decrement(here, inverse, vectors) > 1e-4:
        here = _descend(ask, here.parameters, enough=1e-3)
    better = _leave_false_boundary(ask, problem, here)
    here = here if better is None else _descend(ask, better, enough=1e-3)
    if _decrement(here, inverse, vectors) > 1e-3:
        raise NotConverged("A draw gave no fit.")
    return here
