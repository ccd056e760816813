"""Cross products of the rows weighted by R⁻¹, for each cluster, as functions of the residual parameters.

The likelihood of a mixed model knows the rows only through S = M′ R⁻¹ M of each cluster, with M = [Z, X, y], and
through log|R|. Both are sums over segments. Where a cluster has several segments of one pattern, their plain cross
products are summed once and only weighted anew; otherwise the rows themselves are weighted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from rapport.stats.mixed.residuals.covariance import Covariance, Weights, weigh
from rapport.stats.mixed.residuals.segments import Segments
from rapport.stats.tables import Floats, Ints

_AT_ONCE = 1_000_000  # numbers held while cross products are summed


@dataclass(frozen=True, slots=True)
class _Part:
    """The segments of one length with their data, as units ordered by cluster and pattern.

    A unit is all segments of one cluster and pattern, or one segment where their rows are kept.

    products    shape (units, pairs of m, pairs of k): cross products of the rows in positions a ≤ b, summed over the
                unit, upper triangle; None where the rows are kept instead
    rows        shape (units, m, k), where they are kept
    cluster, pattern   of each unit
    starts      shape (clusters + 1,): each cluster's first unit
    by_pattern  shape (patterns, units): 1 where a unit is of a pattern
    counts      shape (clusters, patterns): how many segments
    """

    segments: Segments
    cluster: Ints
    pattern: Ints
    products: Floats | None
    rows: Floats | None
    starts: Ints
    by_pattern: sparse.csr_array
    counts: sparse.csr_array

    def weights(self, covariance: Covariance, parameters: Floats) -> Weights:
        return weigh(covariance, parameters, self.segments.roles, self.segments.times, self.segments.given)

    def moments(self, weights: Weights) -> Floats:
        """Their part of S, packed, shape (clusters, pairs of k)."""
        if self.products is not None:
            data = _upper(weights.form)[self.pattern].ravel()
            each = self.products.reshape(len(data), -1)
            starts = self.starts * self.products.shape[1]
        else:
            assert self.rows is not None
            each = _upper(self.rows.transpose(0, 2, 1) @ (weights.form[self.pattern] @ self.rows))
            data, starts = np.ones(len(each)), self.starts
        adding = sparse.csr_array((data, np.arange(len(data)), starts), (len(starts) - 1, len(data)))
        return np.asarray(adding @ each)

    def pull(self, weights: Weights, adjoint: Floats, packed: Floats) -> Floats:
        """Σ ⟨adjoint, dS/dθ⟩ over these segments, shape (n_parameters,).

        adjoint  shape (clusters, k, k); `packed` is its `_doubled`, shape (clusters, pairs of k)
        """
        if self.products is not None:
            each = np.einsum("ujk,uk->uj", self.products, packed[self.cluster])
            return np.asarray(np.einsum("pkj,kj->p", _upper(weights.d_form), self.by_pattern @ each))
        assert self.rows is not None
        felt = adjoint[self.cluster]
        each = ((self.rows @ felt) @ self.rows.transpose(0, 2, 1)).reshape(len(felt), -1)
        summed = (self.by_pattern @ each).reshape(-1, *weights.form.shape[1:])
        return np.asarray(np.einsum("pkab,kab->p", weights.d_form, summed))


class WeightedMoments:
    """S and log|R| of each cluster, and what a change of the residual parameters does to them.

    covariance  how residuals hang together
    segments    the rows laid out
    columns     M = [Z, X, y], shape (rows, k)
    cluster     the cluster of each row, 0 … n_clusters − 1; all rows of a segment lie in one
    """

    def __init__(
        self, covariance: Covariance, segments: list[Segments], columns: Floats, cluster: Ints, n_clusters: int
    ) -> None:
        self.covariance = covariance
        self.n_clusters = n_clusters
        self.n_columns = columns.shape[1]
        self._parts = [_gather(part, columns, cluster, n_clusters) for part in segments]

    def weigh(self, parameters: Floats) -> list[Weights]:
        """What each pattern of segments counts at these parameters."""
        return [part.weights(self.covariance, parameters) for part in self._parts]

    def sum_up(self, weights: list[Weights]) -> tuple[Floats, Floats]:
        """The upper triangle of S, shape (clusters, k(k + 1)/2), and log|R|, shape (clusters,)."""
        moments = np.zeros((self.n_clusters, self.n_columns * (self.n_columns + 1) // 2))
        log_determinant = np.zeros(self.n_clusters)
        for part, weight in zip(self._parts, weights, strict=True):
            moments += part.moments(weight)
            log_determinant += part.counts @ weight.log_determinant
        return moments, log_determinant

    def evaluate(self, parameters: Floats) -> tuple[Floats, Floats]:
        """The upper triangle of S, and log|R|, at these parameters."""
        return self.sum_up(self.weigh(parameters))

    def pull(self, weights: list[Weights], moments_adjoint: Floats, log_determinant_adjoint: Floats) -> Floats:
        """The gradient in the parameters of a function of S and log|R|, from its derivatives in these.

        moments_adjoint          shape (clusters, k, k), symmetric
        log_determinant_adjoint  shape (clusters,)
        """
        gradient = np.zeros(self.covariance.n_parameters)
        packed = _doubled(moments_adjoint)
        for part, weight in zip(self._parts, weights, strict=True):
            gradient += part.pull(weight, moments_adjoint, packed)
            gradient += weight.d_log_determinant @ (part.counts.T @ log_determinant_adjoint)
        return gradient


def _gather(segments: Segments, columns: Floats, cluster: Ints, n_clusters: int) -> _Part:
    n_patterns = len(segments.roles)
    of_segment = cluster[segments.rows[:, 0]]
    key = of_segment * n_patterns + segments.pattern
    order = np.argsort(key, kind="stable")
    key, rows = key[order], segments.rows[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    sizes = np.diff(np.append(starts, len(key)))
    shape = (n_clusters, n_patterns)
    counts = sparse.csr_array((sizes.astype(np.float64), (key[starts] // n_patterns, key[starts] % n_patterns)), shape)
    m, k = rows.shape[1], columns.shape[1]
    summed_cost = len(starts) * k * (k + 1) // 2 * m * (m + 1) // 2
    kept_cost = len(key) * (m * m * k + m * k * k)
    summed = summed_cost <= kept_cost
    unit = key[starts] if summed else key
    pattern = unit % n_patterns
    by_pattern = sparse.csr_array((np.ones(len(unit)), (pattern, np.arange(len(unit)))), (n_patterns, len(unit)))
    return _Part(
        segments=segments,
        cluster=unit // n_patterns,
        pattern=pattern,
        products=_products(columns, rows, starts) if summed else None,
        rows=None if summed else columns[rows],
        starts=np.searchsorted(unit // n_patterns, np.arange(n_clusters + 1)),
        by_pattern=by_pattern,
        counts=counts,
    )


def _products(columns: Floats, rows: Ints, starts: Ints) -> Floats:
    """Cross products of positions a ≤ b, with their transposes where a < b, summed from each start to the next."""
    m, k = rows.shape[1], columns.shape[1]
    first, second = np.triu_indices(k)
    pairs = list(zip(*(index.tolist() for index in np.triu_indices(m)), strict=True))
    summed = np.empty((len(starts), len(pairs), len(first)))
    stops = np.append(starts[1:], len(rows))
    # Whole units go into each batch, so that memory stays bounded with millions of rows.
    batch = np.searchsorted(stops, np.arange(0, len(rows), max(1, _AT_ONCE // (k * k))))
    for low, high in pairwise(np.unique([0, *batch.tolist(), len(starts)]).tolist()):
        begin, local = starts[low], starts[low:high] - starts[low]
        here = [np.ascontiguousarray(columns[rows[begin : stops[high - 1], at]].T) for at in range(m)]
        for index, (a, b) in enumerate(pairs):
            each = here[a][first] * here[b][second]
            if a != b:
                each += here[a][second] * here[b][first]
            summed[low:high, index] = np.add.reduceat(each, local, axis=1).T
    return summed


def _upper(matrices: Floats) -> Floats:
    """The upper triangle of each matrix, shape (…, pairs)."""
    rows, columns = np.triu_indices(matrices.shape[-1])
    return np.asarray(matrices[..., rows, columns])


def _doubled(matrices: Floats) -> Floats:
    """The upper triangle of each symmetric matrix, counted twice off the diagonal: what a packed matrix feels."""
    rows, columns = np.triu_indices(matrices.shape[-1])
    return _upper(matrices) * np.where(rows == columns, 1.0, 2.0)
