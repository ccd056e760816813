"""The parameters of the random effects: the free entries of the relative Cholesky factors, as one vector.

A level's factor Λ is lower triangular, made of one block for each of its `Random` terms; an uncorrelated block is
diagonal. Λ and −Λ, or a column's sign turned, say the same: what is estimated is σ²ΛΛ'. Where ΛΛ' is singular the
deviance has an ordinary minimum in Λ, which is why the search needs no bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rapport.stats.tables import Floats


@dataclass(frozen=True, slots=True)
class Block:
    """One `Random` term's part of its level's factor: effects first … first + size − 1."""

    level: int
    first: int
    size: int
    correlated: bool

    @property
    def span(self) -> slice:
        return slice(self.first, self.first + self.size)

    @property
    def entries(self) -> tuple[tuple[int, int], ...]:
        """Rows and columns of the free entries within the level's factor, column by column."""
        whole = range(self.first, self.first + self.size)
        if not self.correlated:
            return tuple((k, k) for k in whole)
        return tuple((row, column) for column in whole for row in whole if row >= column)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each parameter stands. Levels are innermost first; sizes holds q for each."""

    sizes: tuple[int, ...]
    blocks: tuple[Block, ...]

    @property
    def count(self) -> int:
        return sum(len(block.entries) for block in self.blocks)

    def factors(self, theta: Floats) -> list[Floats]:
        """Each level's Λ."""
        factors = [np.zeros((size, size)) for size in self.sizes]
        at = 0
        for block in self.blocks:
            for row, column in block.entries:
                factors[block.level][row, column] = theta[at]
                at += 1
        return factors

    def vector(self, matrices: Sequence[Floats]) -> Floats:
        """The free entries of one matrix a level, as of `factors`: of the factors, or of the derivatives by them."""
        return np.array(
            [matrices[block.level][row, column] for block in self.blocks for row, column in block.entries],
            dtype=np.float64,
        )

    def start(self, size: float = 1.0) -> Floats:
        """`size` on each diagonal."""
        return self.vector([size * np.eye(q) for q in self.sizes])


def lower_root(covariance: Floats) -> Floats:
    """A lower triangular Λ with ΛΛ' = covariance, which may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.clip(values, 0, None))
    triangle = np.asarray(np.linalg.qr(root.T, mode="r"), dtype=np.float64).T
    return np.asarray(triangle * np.where(np.diag(triangle) < 0, -1.0, 1.0))
