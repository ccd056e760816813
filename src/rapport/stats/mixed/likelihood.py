"""The profiled likelihood of nested random effects, with its derivatives, from moments of clusters alone.

The model is y = Xβ + Σ Z_l u_l + e, with u_l ~ N(0, σ²Λ_lΛ_l') for each cluster of level l, levels nested.

Going up. For a cluster with moments S (see `moments`) and z the columns of its level's random effects, integrating
these out leaves moments in which the level is no longer seen:

    A = I + Λ'S_zzΛ        T = S − S_·zΛA⁻¹Λ'S_z·        deviance += log|A|

The T of all clusters within one cluster of the next level add up to that one's S, and so on to a single matrix,
from which β and σ² follow by least squares (Bates, Mächler, Bolker & Walker 2015, eqs. 30–42, for the deviance; the
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
from rapport.stats.mixed.moments import Moments
from rapport.stats.tables import Floats, Ints

CLUSTERS_AT_A_TIME = 4_096  # what a block needs then stays in the processor's cache


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
        level, factor = levels[index], factors[index]
        last = index == len(levels) - 1
        gamma = np.zeros(factor.shape)
        needs_moments = index > 0 or with_moments
        by_moments = np.empty((moments.size, moments.size, level.clusters)) if needs_moments else None
        for first, block in _blocks(heights[index]):
            here = slice(first, first + block.shape[2])
            step = integrate_out(block, level.columns, factor)
            counts = _counts(index, levels, weights, here)
            above = below[:, :, level.parents[here]]
            if counts is not None and last:
                above = above * counts
            gamma += step.by_covariance(block, above, counts)
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


def go_up(
    moments: Moments, levels: Sequence[Level], factors: Sequence[Floats], *, weights: Floats | None = None
) -> tuple[list[Moments], Floats, float]:
    """The moments of each level's clusters with the levels below integrated out; the one matrix that remains, shape
    (d, d); and the sum of log|A|."""
    heights = [moments]
    log_determinant = 0.0
    for index, (level, factor) in enumerate(zip(levels, factors, strict=True)):
        last = index == len(levels) - 1
        above = np.zeros((moments.size, moments.size, int(level.parents[-1]) + 1))
        for first, block in _blocks(heights[-1]):
            here = slice(first, first + block.shape[2])
            step = integrate_out(block, level.columns, factor)
            counts = _counts(index, levels, weights, here)
            log_determinant += float(step.log_determinants.sum() if counts is None else step.log_determinants @ counts)
            left = step.left(block)
            _add_up(left * counts if last and counts is not None else left, level.parents[here], above)
        heights.append(Moments.of_matrices(above))
    return heights[:-1], heights[-1].whole()[:, :, 0], log_determinant


@dataclass(frozen=True, slots=True)
class Step:
    """A level integrated out of some of its clusters, n of them.

    columns           z
    root              J = ΛL⁻ᵀ with LL' = A, so that ΛA⁻¹Λ' = JJ'; shape (q, q, n)
    half              H = S_·zJ, shape (d, q, n)
    log_determinants  log|A|, shape (n,)
    """

    columns: list[int]
    root: Floats
    half: Floats
    log_determinants: Floats

    def left(self, block: Floats) -> Floats:
        """T = S − HH', shape (d, d, n)."""
        left = block
        for k in range(self.half.shape[1]):
            column = self.half[:, k]
            left = left - column[:, None] * column[None]
        return left

    def by_covariance(self, block: Floats, above: Floats, counts: Floats | None) -> Floats:
        """Γ, summed over the clusters, each `counts` times; `above` is T̄, shape (d, d, n)."""
        q = len(self.columns)
        if q == 0:
            return np.zeros((0, 0))
        rows = block[self.columns] - np.einsum("rkn,dkn->rdn", self.half[self.columns], self.half)
        inner = rows[:, self.columns].sum(axis=2) if counts is None else rows[:, self.columns] @ counts
        turned = np.einsum("rbn,bdn->rdn", rows, above)
        gamma: Floats = inner - turned.reshape(q, -1) @ rows.reshape(q, -1).T
        return (gamma + gamma.T) / 2

    def by_moments(self, above: Floats, counts: Floats | None) -> Floats:
        """S̄ for each cluster, shape (d, d, n)."""
        q = len(self.columns)
        down = above.copy()
        if q == 0:
            return down
        turned = np.einsum("abn,bkn->akn", above, self.half)
        across = np.einsum("akn,rkn->arn", turned, self.root)
        down[:, self.columns] -= across
        down[self.columns] -= across.transpose(1, 0, 2)
        core = np.einsum("akn,aln->kln", self.half, turned)
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


def integrate_out(block: Floats, columns: Sequence[int], factor: Floats) -> Step:
    """One level integrated out of the moments `block`, shape (d, d, n)."""
    z, q, n = list(columns), len(columns), block.shape[2]
    if q == 0:
        return Step(z, np.empty((0, 0, n)), np.empty((block.shape[0], 0, n)), np.zeros(n))
    crossed = block[:, z]
    a = np.einsum("rk,rsn,sl->kln", factor, crossed[z], factor)
    a[range(q), range(q)] += 1
    root = np.empty((q, q, n))
    lower = np.zeros((q, q, n))
    log_determinants = np.zeros(n)
    for k in range(q):  # Cholesky of A and J = ΛL⁻ᵀ, a column at a time for all clusters
        pivot = np.sqrt(a[k, k])
        lower[k:, k] = a[k:, k] / pivot
        for row in range(k + 1, q):
            a[row:, row] -= lower[row:, k] * lower[row, k]
        column = np.repeat(factor[:, k, None], n, axis=1)
        for before in range(k):
            column -= root[:, before] * lower[k, before]
        root[:, k] = column / pivot
        log_determinants += 2 * np.log(pivot)
    return Step(z, root, np.einsum("dbn,bkn->dkn", crossed, root), log_determinants)


def _blocks(moments: Moments) -> Iterator[tuple[int, Floats]]:
    for first in range(0, moments.clusters, CLUSTERS_AT_A_TIME):
        yield first, moments.whole(first, first + CLUSTERS_AT_A_TIME)


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
    above[:, :, parents[starts]] += np.add.reduceat(left, starts, axis=2)


def _close(left: Floats, log_determinant: float, ending: Ending) -> Evaluation:
    """β and σ² from the one matrix that remains, and the deviance."""
    p = ending.fixed.shape[1]
    crossed = ending.fixed.T @ left @ ending.fixed
    toward = ending.fixed.T @ (left @ ending.response)
    scale = np.sqrt(np.abs(np.diag(crossed)))
    try:
        triangle = scipy.linalg.cholesky(crossed / np.outer(scale, scale), lower=True) if p else np.empty((0, 0))
    except (np.linalg.LinAlgError, ValueError):
        raise Collinear("The fixed effects cannot be told apart in these rows. Leave one of them out.") from None
    inverse = scipy.linalg.cho_solve((triangle, True), np.eye(p)) / np.outer(scale, scale) if p else np.empty((0, 0))
    coefficients = inverse @ toward
    direction = ending.response - ending.fixed @ coefficients
    squares = float(direction @ left @ direction)
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
