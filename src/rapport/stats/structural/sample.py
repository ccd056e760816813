"""Rows by their pattern of missing values: the sufficient statistics of the likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rapport.stats.tables import Floats, Ints


@dataclass(frozen=True)
class Sample:
    """The rows of one group, with NaN where a value is missing; a row without any value is not among them.

    values  shape (rows, variables)
    """

    values: Floats

    @property
    def rows(self) -> int:
        return len(self.values)

    @property
    def variables(self) -> int:
        return int(self.values.shape[1])

    @cached_property
    def _patterns(self) -> tuple[Floats, Ints]:
        present, codes = np.unique(~np.isnan(self.values), axis=0, return_inverse=True)
        return present.astype(np.float64), codes.reshape(-1).astype(np.int64)

    @property
    def present(self) -> Floats:
        """1 where a pattern has the variable, else 0; shape (patterns, variables)."""
        return self._patterns[0]

    @property
    def codes(self) -> Ints:
        """Each row's pattern, shape (rows,)."""
        return self._patterns[1]

    @cached_property
    def counts(self) -> Floats:
        """Rows with each pattern, shape (patterns,)."""
        return np.bincount(self.codes, minlength=len(self.present)).astype(np.float64)

    @cached_property
    def filled(self) -> Floats:
        """The values, with 0 for the missing ones."""
        return np.nan_to_num(self.values)

    @cached_property
    def means(self) -> Floats:
        """Each pattern's means, 0 where it has no value; shape (patterns, variables)."""
        sums = np.zeros_like(self.present)
        np.add.at(sums, self.codes, self.filled)
        return np.asarray(sums / self.counts[:, None])

    @cached_property
    def covariances(self) -> Floats:
        """Each pattern's covariances, divided by its count; shape (patterns, variables, variables)."""
        order = np.argsort(self.codes, kind="stable")
        off = (self.filled - self.means[self.codes])[order]
        ends = np.cumsum(self.counts).astype(np.int64)
        blocks = np.split(off, ends[:-1])
        return np.stack([block.T @ block / len(block) for block in blocks])

    @property
    def is_complete(self) -> bool:
        return bool(self.present.all())
