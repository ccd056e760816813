"""The profiled likelihood of nested random effects, with its derivatives, from moments of clusters alone.

The model is y = Xβ + Σ Z_l u_l + e, with u_l ~ N(0, σ²Λ_lΛ_l') for each cluster of level l, levels nested.

Going up. For a cluster with moments S (see `moments`) and z the columns of its level's random effects, integrating
these out leaves moments in which the level is no longer seen:

    A = I + Λ'S_zzΛ        T = S − S_·zΛA⁻¹Λ'S_z·        deviance += log|A|

The T of all clusters within one cluster of the next level add up to that one's S, and so on to a single matrix,
from which β and σ² follow by least squares (Bates, Mächler, Bolker & Walker 2015, section 3, for the deviance; the
Schur complements are Woodbury's identity, one level at a time).

Coming down. With T̄ the derivative of the deviance by T, and Q = I − S_·zΛA⁻¹Λ'E_z' where E_z picks the columns z,

    Γ = T_zz − T_z·T̄T_·z (by ΛΛ')        Λ̄ = 2ΓΛ        S̄ = QʹT̄Q + E_zΛA⁻¹Λ'E_z'

since T = (S⁻¹ + E_zΛΛ'E_z')⁻¹ wherever S has an inverse. Γ is also what decides, where Λ is singular, whether the
deviance has its minimum there: Γ must be positive semidefinite (see `search`).

Checked against a dense evaluation of the same likelihood, differences, and lme4.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from rapport.stats.errors import Collinear
from rapport.stats.mixed.moments import Moments, upper
from rapport.stats.tables import Floats, Ints

CLUSTERS_AT_A_TIME = 4_096  # what a block needs then stays in the processor's cache
LEAST_SQUARES = 1e-30
TOLD_APART = "The fixed effects cannot be told apart in these rows. Leave one of them out."
CLUSTERS_KEPT = 16_384  # whose steps are kept between the way up and the way down


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the nesting, innermost first.

    columns  which of the d columns of the moments carry this level's random effects; may be none
    parents  shape (clusters,), ascending: the number of each cluster's cluster at the next level; zeros at the last
    """

    columns: tuple[int, ...]
    parents: Ints

    @property
    def clusters(self) -> int:
        return len(self.parents)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is done with the one matrix that remains: which combinations of its columns are X and y.

    fixed      shape (d, p)
    response   shape (d,)
    rows       N
    restricted REML rather than ML
    sigma      the residual SD, where it is held fixed; else it is profiled out
    """

    fixed: Floats
    response: Floats
    rows: float
    restricted: bool
    sigma: float | None = None

    @property
    def freedom(self) -> float:
        """N − p under REML, N under ML."""
        return self.rows - self.fixed.shape[1] if self.restricted else self.rows


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The deviance (−2 log-likelihood) at one place, and what belongs to it.

    by_factor      for each level, its derivative by Λ, shape (q, q)
    by_covariance  for each level, its derivative Γ by ΛΛ', shape (q, q)
    by_moments     its derivative by each S_i where asked for, shape (d, d, clusters): Σ_ab S̄_i[a, b]·dS_i[a, b]
    coefficients   shape (p,)
    unscaled       (X'V⁻¹X)⁻¹ with V in units of σ², shape (p, p): times σ² it is the covariance of the coefficients
    squares        the penalised residual sum of squares
    sigma          the residual SD: as held fixed, or √(squares / freedom)
    """

    deviance: float
    by_factor: tuple[Floats, ...]
    by_covariance: tuple[Floats, ...]
    by_moments: Floats | None
    coefficients: Floats
    unscaled: Floats
    squares: float
    sigma: float


def evaluate(
    moments: Moments,
    levels: Sequence[Level],
    factors: Sequence[Floats],
    ending: Ending,
    *,
    weights: Floats | None = None,
    with_moments: bool = False,
) -> Evaluation:
    """The deviance at the relative Cholesky factors Λ, one (q, q) matrix a level, innermost first.

    `weights`, shape (clusters of the last level,), counts each outermost cluster so many times, as the draws of a
    bootstrap do; `ending.rows` must count its rows so too.

    Raises Collinear where X'V⁻¹X has no inverse.
    """
    heights, remaining, log_determinant = go_up(moments, levels, factors, weights=weights)
    end = _close(remaining, log_determinant, ending)
    by_covariance: list[Floats] = []
    below: Floats = _derivative(end, ending)[:, :, None]
    for index in reversed(range(len(levels))):
        level, factor, height = levels[index], factors[index], heights[index]
        gamma = np.zeros(factor.shape)
        needs_moments = index > 0 or with_moments
        by_moments = np.empty((moments.size, moments.size, level.clusters)) if needs_moments else None
        for here in _blocks(level.clusters):
            step = height.step(level.columns, factor, here)
            counts = _counts(index, levels, weights, here)
            above = below[:, :, level.parents[here]]
            if counts is not None and index == len(levels) - 1:
                above = above * counts
            gamma += step.by_covariance(above, counts)
            if by_moments is not None:
                by_moments[:, :, here] = step.by_moments(above, counts)
        by_covariance.insert(0, gamma)
        below = by_moments if by_moments is not None else below
    return Evaluation(
        deviance=end.deviance,
        by_factor=tuple(2 * gamma @ factor for gamma, factor in zip(by_covariance, factors, strict=True)),
        by_covariance=tuple(by_covariance),
        by_moments=below if with_moments else None,
        coefficients=end.coefficients,
        unscaled=end.unscaled,
        squares=end.squares,
        sigma=end.sigma,
    )


@dataclass(frozen=True, slots=True)
class Height:
    """The moments of one level's clusters with the levels below integrated out, and the steps from there up.

    The steps of a few clusters are kept for the way down; of many they would take more room than the data, and are
    made again.
    """

    moments: Moments
    steps: dict[int, Step]

    def step(self, columns: Sequence[int], factor: Floats, here: slice) -> Step:
        if here.start in self.steps:
            return self.steps[here.start]
        step = integrate_out(self.moments.rows(columns, here.start, here.stop), columns, factor)
        if self.moments.clusters <= CLUSTERS_KEPT:
            self.steps[here.start] = step
        return step


def go_up(
    moments: Moments, levels: Sequence[Level], factors: Sequence[Floats], *, weights: Floats | None = None
) -> tuple[list[Height], Floats, float]:
    """The height of each level; the one matrix that remains, shape (d, d); and the sum of log|A|."""
    heights = []
    log_determinant = 0.0
    for index, (level, factor) in enumerate(zip(levels, factors, strict=True)):
        height = Height(moments, {})
        above = np.zeros((len(moments.packed), int(level.parents[-1]) + 1))
        for here in _blocks(level.clusters):
            step = height.step(level.columns, factor, here)
            counts = _counts(index, levels, weights, here)
            log_determinant += float(step.log_determinants.sum() if counts is None else step.log_determinants @ counts)
            left = step.left(moments.packed[:, here], upper(moments.size))
            if counts is not None and index == len(levels) - 1:
                left *= counts
            _add_up(left, level.parents[here], above)
        heights.append(height)
        moments = Moments(above, moments.size)
    return heights, moments.whole()[:, :, 0], log_determinant


@dataclass(frozen=True, slots=True)
class Step:
    """A level integrated out of some of its clusters, n of them.

    columns           z
    rows              S_z·, shape (q, d, n)
    root              J = ΛL⁻ᵀ with LL' = A, so that ΛA⁻¹Λ' = JJ'; shape (q, q, n)
    half              H = S_·zJ, shape (q, d, n): transposed
    log_determinants  log|A|, shape (n,)
    """

    columns: list[int]
    rows: Floats
    root: Floats
    half: Floats
    log_determinants: Floats

    def left(self, packed: Floats, pairs: tuple[Ints, Ints]) -> Floats:
        """T = S − HH', packed, shape (d(d + 1)/2, n)."""
        left = packed.copy()
        for column in self.half:
            left -= column[pairs[0]] * column[pairs[1]]
        return left

    def by_covariance(self, above: Floats, counts: Floats | None) -> Floats:
        """Γ, summed over the clusters, each `counts` times; `above` is T̄, shape (d, d, n)."""
        q = len(self.columns)
        if q == 0:
            return np.zeros((0, 0))
        left = self.rows - np.einsum("krn,kdn->rdn", self.half[:, self.columns], self.half)
        inner = left[:, self.columns].sum(axis=2) if counts is None else left[:, self.columns] @ counts
        turned = np.einsum("rbn,bdn->rdn", left, above)
        gamma: Floats = inner - turned.reshape(q, -1) @ left.reshape(q, -1).T
        return (gamma + gamma.T) / 2

    def by_moments(self, above: Floats, counts: Floats | None) -> Floats:
        """S̄ for each cluster, shape (d, d, n)."""
        q = len(self.columns)
        down = above.copy()
        if q == 0:
            return down
        turned = np.einsum("abn,kbn->akn", above, self.half)
        across = np.einsum("akn,rkn->arn", turned, self.root)
        down[:, self.columns] -= across
        down[self.columns] -= across.transpose(1, 0, 2)
        core = np.einsum("kan,aln->kln", self.half, turned)
        core[range(q), range(q)] += 1.0 if counts is None else counts
        corner = np.einsum("rkn,kln,sln->rsn", self.root, core, self.root)
        down[np.ix_(self.columns, self.columns)] += corner
        return down

    def effects(self, crossed: Floats) -> Floats:
        """The conditional modes ΛA⁻¹Λ's, where s are the cross products of z with the residuals; both (q, n)."""
        return np.asarray(np.einsum("rkn,skn,sn->rn", self.root, self.root, crossed))

    def covariances(self) -> Floats:
        """ΛA⁻¹Λ', the conditional covariance of a cluster's effects in units of σ², shape (q, q, n)."""
        return np.asarray(np.einsum("rkn,skn->rsn", self.root, self.root))


def integrate_out(rows: Floats, columns: Sequence[int], factor: Floats) -> Step:
    """One level integrated out of n clusters, of whose moments `rows` are those of z, shape (q, d, n)."""
    z, q, d, n = list(columns), len(columns), rows.shape[1], rows.shape[2]
    if q == 0:
        return Step(z, rows, np.empty((0, 0, n)), np.empty((0, d, n)), np.zeros(n))
    a = np.einsum("rk,rln->kln", factor, np.einsum("rsn,sl->rln", rows[:, z], factor))
    a[range(q), range(q)] += 1
    root = np.empty((q, q, n))
    lower = np.zeros((q, q, n))
    log_determinants = np.zeros(n)
    for k in range(q):  # Cholesky of A and J = ΛL⁻ᵀ, a column at a time for all clusters
        # A is I and a square, so a pivot is 1 or more; rounding takes it below where there is hardly a residual.
        pivot = np.sqrt(np.maximum(a[k, k], 1.0))
        lower[k:, k] = a[k:, k] / pivot
        for row in range(k + 1, q):
            a[row:, row] -= lower[row:, k] * lower[row, k]
        column = np.repeat(factor[:, k, None], n, axis=1)
        for before in range(k):
            column -= root[:, before] * lower[k, before]
        root[:, k] = column / pivot
        log_determinants += 2 * np.log(pivot)
    return Step(z, rows, root, np.einsum("bdn,bkn->kdn", rows, root), log_determinants)


def _blocks(clusters: int) -> Iterator[slice]:
    for first in range(0, clusters, CLUSTERS_AT_A_TIME):
        yield slice(first, min(first + CLUSTERS_AT_A_TIME, clusters))


def _counts(index: int, levels: Sequence[Level], weights: Floats | None, here: slice) -> Floats | None:
    """How often each of the clusters `here` of level `index` counts, by the weight of its outermost cluster."""
    if weights is None:
        return None
    ancestors = np.arange(levels[index].clusters)[here]
    for level in levels[index:-1]:
        ancestors = level.parents[ancestors]
    return weights[ancestors]


def _add_up(left: Floats, parents: Ints, above: Floats) -> None:
    starts = np.flatnonzero(np.diff(parents, prepend=-1))
    above[:, parents[starts]] += np.add.reduceat(left, starts, axis=1)


def _close(left: Floats, log_determinant: float, ending: Ending) -> Evaluation:
    """β and σ² from the one matrix that remains, and the deviance."""
    p = ending.fixed.shape[1]
    crossed = ending.fixed.T @ left @ ending.fixed
    toward = ending.fixed.T @ (left @ ending.response)
    scale = np.sqrt(np.abs(np.diag(crossed)))
    if not (scale > 0).all():
        raise Collinear(TOLD_APART)
    try:
        triangle = scipy.linalg.cholesky(crossed / np.outer(scale, scale), lower=True) if p else np.empty((0, 0))
    except (np.linalg.LinAlgError, ValueError):
        raise Collinear(TOLD_APART) from None
    if np.diag(triangle).min(initial=1.0) < 1e-7:
        raise Collinear(TOLD_APART)
    inverse = scipy.linalg.cho_solve((triangle, True), np.eye(p)) / np.outer(scale, scale) if p else np.empty((0, 0))
    coefficients = inverse @ toward
    direction = ending.response - ending.fixed @ coefficients
    # A perfect fit leaves nothing, or by rounding less; `fitting` refuses it.
    squares = max(float(direction @ left @ direction), LEAST_SQUARES)
    variance = ending.sigma**2 if ending.sigma is not None else squares / ending.freedom
    deviance = log_determinant + ending.freedom * math.log(2 * math.pi * variance) + squares / variance
    if ending.restricted:
        deviance += 2 * float(np.log(np.diag(triangle)).sum() + np.log(scale).sum())
    return Evaluation(deviance, (), (), None, coefficients, inverse, squares, math.sqrt(variance))


def _derivative(end: Evaluation, ending: Ending) -> Floats:
    """The derivative of the deviance by the one matrix that remains, shape (d, d)."""
    direction = ending.response - ending.fixed @ end.coefficients
    derivative = np.outer(direction, direction) / end.sigma**2
    if ending.restricted:
        derivative += ending.fixed @ end.unscaled @ ending.fixed.T
    return derivative
