"""The rows of a table, added up within each innermost cluster: all that the likelihood needs to know of them.

With M = [columns of the random effects, columns of the fixed effects, outcome], d columns in all, a cluster is
known by its moments S_i = M_i'M_i, or by M_i'R_i⁻¹M_i where the residuals have a structure R_i. The cost is linear
in the rows and is paid once.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rapport.stats.tables import Floats, Ints

ROWS_AT_A_TIME = 65_536  # what a block needs then stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Moments:
    """Symmetric matrices, one a cluster, the upper triangle packed; the clusters lie along the last axis.

    packed  shape (d(d + 1)/2, clusters): entry `pair_index(d)[a, b]` is S_i[a, b]
    size    d
    """

    packed: Floats
    size: int

    @property
    def clusters(self) -> int:
        return len(self.packed[0])

    def whole(self, first: int = 0, last: int | None = None) -> Floats:
        """Clusters first … last − 1 as full matrices, shape (d, d, last − first)."""
        return self.packed[pair_index(self.size), first:last]

    def rows(self, columns: Sequence[int], first: int = 0, last: int | None = None) -> Floats:
        """Some rows of these matrices, shape (len(columns), d, last − first)."""
        return self.packed[pair_index(self.size)[list(columns)], first:last]

    @classmethod
    def of_rows(cls, columns: Floats, starts: Ints) -> Moments:
        """Moments of rows that are sorted by cluster.

        columns  shape (d, rows)
        starts   shape (clusters,): each cluster's first row
        """
        size, rows = columns.shape
        packed = np.empty((size * (size + 1) // 2, len(starts)))
        first = 0
        while first < len(starts):
            past = int(np.searchsorted(starts, starts[first] + ROWS_AT_A_TIME))
            past = max(past, first + 1)
            end = int(starts[past]) if past < len(starts) else rows
            block = columns[:, starts[first] : end]
            at = starts[first:past] - starts[first]
            entry = 0
            for a in range(size):
                for b in range(a, size):
                    packed[entry, first:past] = np.add.reduceat(block[a] * block[b], at)
                    entry += 1
            first = past
        return cls(packed, size)

    @classmethod
    def of_matrices(cls, matrices: Floats) -> Moments:
        """Moments that are already added up, shape (d, d, clusters)."""
        a, b = upper(matrices.shape[0])
        return cls(np.ascontiguousarray(matrices[a, b]), matrices.shape[0])


@functools.cache
def pair_index(size: int) -> Ints:
    """Where the entry (a, b) of a symmetric matrix stands among those of its upper triangle, shape (d, d)."""
    index = np.zeros((size, size), dtype=np.int64)
    index[np.triu_indices(size)] = np.arange(size * (size + 1) // 2)
    index = np.maximum(index, index.T)
    index.setflags(write=False)  # it is kept and given again
    return index


@functools.cache
def upper(size: int) -> tuple[Ints, Ints]:
    """The rows and columns of the packed entries, each shape (d(d + 1)/2,)."""
    rows, columns = np.triu_indices(size)
    return rows.astype(np.int64), columns.astype(np.int64)
