"""Which parameters make which means and covariances.

    y = ν + Λ η + nothing        η = α + B η + ζ        Cov(ζ) = Ψ

with Λ fixed, so that

    Σ = Λ (I − B)⁻¹ Ψ (I − B)⁻ᵀ Λᵀ        μ = ν + Λ (I − B)⁻¹ α

(Bollen, 1989, chapter 8, without errors of measurement). B, Ψ, ν and α hold free cells and zeros; a parameter
may stand in several cells, and in the cells of several groups: that is how paths are held equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rapport.stats.tables import Floats, Ints


@dataclass(frozen=True, slots=True)
class Cells:
    """Free cells of one matrix: where they stand, and which parameter each holds. Shapes (cells,)."""

    rows: Ints
    columns: Ints
    parameters: Ints

    @classmethod
    def of(cls, cells: Sequence[tuple[int, int, int]]) -> Cells:
        array = np.array(cells, dtype=np.int64).reshape(-1, 3)
        return cls(array[:, 0], array[:, 1], array[:, 2])


@dataclass(frozen=True)
class Model:
    """The model of one group.

    loadings     Λ, shape (variables, factors), fixed
    paths        cells of B: row is the outcome, column the predictor
    covariances  cells of Ψ, on and below the diagonal
    intercepts   cells of ν (the column is not used)
    means        cells of α (the column is not used)
    parameters   how many parameters there are, over all groups
    """

    loadings: Floats
    paths: Cells
    covariances: Cells
    intercepts: Cells
    means: Cells
    parameters: int

    @cached_property
    def selection(self) -> Floats:
        """Which cell holds which parameter, shape (cells, parameters)."""
        holders = [self.paths, self.covariances, self.intercepts, self.means]
        held = np.concatenate([cells.parameters for cells in holders])
        selection = np.zeros((len(held), self.parameters))
        selection[np.arange(len(held)), held] = 1.0
        return selection

    def at(self, values: Floats) -> Implied:
        """What the model implies where the parameters have these values, shape (parameters,)."""
        factors = self.loadings.shape[1]
        paths = np.zeros((factors, factors))
        paths[self.paths.rows, self.paths.columns] = values[self.paths.parameters]
        psi = np.zeros((factors, factors))
        psi[self.covariances.rows, self.covariances.columns] = values[self.covariances.parameters]
        psi[self.covariances.columns, self.covariances.rows] = values[self.covariances.parameters]
        intercepts = np.zeros(self.loadings.shape[0])
        intercepts[self.intercepts.rows] = values[self.intercepts.parameters]
        means = np.zeros(factors)
        means[self.means.rows] = values[self.means.parameters]
        total = np.asarray(np.linalg.inv(np.eye(factors) - paths), dtype=np.float64)
        return Implied(self, total, psi, intercepts, means)


@dataclass(frozen=True)
class Implied:
    """The means and covariances that a model implies, with their derivatives by the parameters."""

    model: Model
    total: Floats  # (I − B)⁻¹: the total effect of each disturbance on each factor
    psi: Floats
    intercepts: Floats
    means: Floats

    @cached_property
    def reach(self) -> Floats:
        """Λ (I − B)⁻¹, shape (variables, factors)."""
        return self.model.loadings @ self.total

    @cached_property
    def factor_covariance(self) -> Floats:
        """Cov(η), shape (factors, factors)."""
        return self.total @ self.psi @ self.total.T

    @cached_property
    def covariance(self) -> Floats:
        """Σ, shape (variables, variables)."""
        return self.reach @ self.psi @ self.reach.T

    @cached_property
    def mean(self) -> Floats:
        """μ, shape (variables,)."""
        return self.intercepts + self.reach @ self.means

    @cached_property
    def jacobian(self) -> Floats:
        """∂(vec Σ, μ)/∂θ, shape (variables² + variables, parameters)."""
        model, reach = self.model, self.reach
        variables = len(reach)
        across = self.total @ self.psi @ reach.T
        i, j = model.paths.rows, model.paths.columns
        half = reach.T[i][:, :, None] * across[j][:, None, :]
        by_path = half + half.transpose(0, 2, 1)
        i, j = model.covariances.rows, model.covariances.columns
        half = reach.T[i][:, :, None] * reach.T[j][:, None, :]
        by_psi = half + np.where((i != j)[:, None, None], half.transpose(0, 2, 1), 0.0)
        nothing = np.zeros((len(model.intercepts.rows) + len(model.means.rows), variables**2))
        of_sigma = np.vstack([by_path.reshape(-1, variables**2), by_psi.reshape(-1, variables**2), nothing])
        factor_means = self.total @ self.means
        of_mu = np.vstack(
            [
                reach.T[model.paths.rows] * factor_means[model.paths.columns][:, None],
                np.zeros((len(i), variables)),
                np.eye(variables)[model.intercepts.rows],
                reach.T[model.means.rows],
            ]
        )
        return np.vstack([of_sigma.T, of_mu.T]) @ model.selection

    def curvature(self, by_sigma: Floats, by_mu: Floats) -> Floats:
        """Σ_s g_s ∂²s/∂θ∂θᵀ over the elements s of (Σ, μ), where g is a gradient by Σ (symmetric) and μ.

        The part of a Hessian that comes from the model not being linear in its parameters, shape
        (parameters, parameters).
        """
        model, total, reach = self.model, self.total, self.reach
        inner = reach.T @ by_sigma @ reach
        across = reach.T @ by_sigma @ (self.total @ self.psi @ reach.T).T
        on_means = reach.T @ by_mu
        factor_means = total @ self.means
        cells = len(model.selection)
        by_cell = np.zeros((cells, cells))
        i, j = model.paths.rows[:, None], model.paths.columns[:, None]
        paths = slice(0, len(i))
        k, m = i.T, j.T
        by_cell[paths, paths] = (
            2 * (total[m, i] * across[k, j] + total[j, k] * across[i, m] + self.factor_covariance[j, m] * inner[i, k])
            + on_means[k] * total[m, i] * factor_means[j]
            + on_means[i] * total[j, k] * factor_means[m]
        )
        a, b = model.covariances.rows[None, :], model.covariances.columns[None, :]
        psi = slice(len(i), len(i) + a.size)
        twice = 2 * (total[j, a] * inner[i, b] + total[j, b] * inner[i, a])
        by_cell[paths, psi] = np.where(a == b, twice / 2, twice)
        by_cell[psi, paths] = by_cell[paths, psi].T
        means = slice(cells - len(model.means.rows), cells)
        by_cell[paths, means] = on_means[i] * total[j, model.means.rows[None, :]]
        by_cell[means, paths] = by_cell[paths, means].T
        return np.asarray(model.selection.T @ by_cell @ model.selection)
