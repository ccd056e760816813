"""The deviance with structured residuals: the core's likelihood on weighted moments, and the residuals' own part.

With M = [Z, X, y] of a cluster and R of its rows, the deviance is that of independent residuals on M′R⁻¹M, plus
log|R|. The core gives its derivative by each cluster's moments; from there the chain rule leads to the residual
parameters (Wolfinger, Tobias and Sall 1994 give the model; the derivative is taken in reverse).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rapport.stats.mixed.likelihood import Ending, Evaluation, Level, evaluate
from rapport.stats.mixed.moments import Moments
from rapport.stats.mixed.residuals.moments import WeightedMoments
from rapport.stats.mixed.residuals.structures import Arrangement
from rapport.stats.tables import Floats, Ints


@dataclass(frozen=True, slots=True)
class StructuredMoments:
    """The rows of a design, as moments of its innermost clusters that depend on residual parameters.

    weighted  S and log|R| of each cluster
    ancestor  shape (clusters,): the outermost cluster of each
    """

    weighted: WeightedMoments
    ancestor: Ints

    @classmethod
    def of(
        cls, arrangement: Arrangement, columns: Floats, order: Ints, starts: Ints, levels: Sequence[Level]
    ) -> StructuredMoments:
        """Lay out a design.

        columns  M, shape (d, rows), sorted by cluster
        order    shape (rows,): which row of the table stands where
        starts   shape (clusters,): where each innermost cluster begins
        """
        rows = columns.shape[1]
        cluster = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, rows)))
        unsorted = np.empty_like(order)
        unsorted[order] = np.arange(rows)
        ancestor = np.arange(len(starts))
        for level in levels[:-1]:
            ancestor = level.parents[ancestor]
        placed = [part.moved(unsorted) for part in arrangement.segments]
        data = np.ascontiguousarray(columns.T)
        return cls(WeightedMoments(arrangement.covariance, placed, data, cluster, len(starts)), ancestor)

    def at(self, parameters: Floats) -> tuple[Moments, Floats]:
        """The moments at these residual parameters, and log|R| of each cluster."""
        sums, log_determinant = self.weighted.evaluate(parameters)
        return Moments.of_matrices(np.ascontiguousarray(sums.transpose(1, 2, 0))), log_determinant

    def evaluate(
        self,
        parameters: Floats,
        levels: Sequence[Level],
        factors: Sequence[Floats],
        ending: Ending,
        *,
        weights: Floats | None = None,
    ) -> tuple[Evaluation, float, Floats]:
        """The core's evaluation at these residual parameters; the deviance with log|R|; and its gradient in them.

        weights  shape (outermost clusters,), how often each counts, as in `likelihood.evaluate`
        """
        moments, log_determinant = self.at(parameters)
        found = evaluate(moments, levels, factors, ending, weights=weights, with_moments=True)
        counts = np.ones(len(self.ancestor)) if weights is None else weights[self.ancestor]
        assert found.by_moments is not None
        adjoint = np.ascontiguousarray(found.by_moments.transpose(2, 0, 1))
        gradient = self.weighted.pull(parameters, adjoint, counts)
        return found, found.deviance + float(counts @ log_determinant), gradient
