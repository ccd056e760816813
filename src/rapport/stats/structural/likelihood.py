"""The full-information likelihood of rows with missing values, its gradient and its information.

For a pattern of missing values with n rows, means m and covariances S of the variables that it has,

    −2 log L = n [k log 2π + log |Σ| + tr Σ⁻¹ (S + (m − μ)(m − μ)ᵀ)]

with the rows and columns of Σ and μ that the pattern has (Arbuckle, 1996; Enders & Bandalos, 2001). Missing
variables are carried as rows and columns of zeros, so that all patterns are worked out at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rapport.stats.structural.sample import Sample
from rapport.stats.tables import Floats, Ints


@dataclass(frozen=True)
class Likelihood:
    """The likelihood of one group's rows at given means and covariances.

    inverses   Σ⁻¹ of each pattern, zero where it has no variable; shape (patterns, variables, variables)
    log_det    log |Σ| of each pattern, shape (patterns,)
    """

    sample: Sample
    covariance: Floats
    mean: Floats
    inverses: Floats
    log_det: Floats

    @classmethod
    def at(cls, sample: Sample, covariance: Floats, mean: Floats) -> Likelihood | None:
        """None where the covariances are not positive definite, so that no such rows could be."""
        present = sample.present
        both = present[:, :, None] * present[:, None, :]
        padded = covariance * both + (1 - present)[:, :, None] * np.eye(len(mean))
        try:
            roots = np.linalg.cholesky(padded)
        except np.linalg.LinAlgError:
            return None
        diagonals = np.diagonal(roots, axis1=1, axis2=2)
        own = np.sqrt(np.diagonal(padded, axis1=1, axis2=2))
        if not np.isfinite(diagonals).all() or (diagonals < 1e-7 * own).any():
            return None
        inverses = np.linalg.inv(padded) * both
        return cls(sample, covariance, mean, inverses, 2 * np.log(diagonals).sum(axis=1))

    @cached_property
    def _off(self) -> Floats:
        return (self.sample.means - self.mean) * self.sample.present

    @cached_property
    def _spread(self) -> Floats:
        return self.sample.covariances + self._off[:, :, None] * self._off[:, None, :]

    @cached_property
    def _weighed(self) -> Floats:
        """Σ⁻¹ (S + dd′) Σ⁻¹ of each pattern."""
        return self.inverses @ self._spread @ self.inverses

    @cached_property
    def _pull(self) -> Floats:
        return np.asarray((self.inverses @ self._off[:, :, None])[:, :, 0])

    @cached_property
    def value(self) -> float:
        """The log-likelihood."""
        counts, present = self.sample.counts, self.sample.present
        fit = (self.inverses * self._spread).sum(axis=(1, 2))
        return -0.5 * float(counts @ (present.sum(axis=1) * math.log(2 * math.pi) + self.log_det + fit))

    @cached_property
    def by_sigma(self) -> Floats:
        """∂ log L/∂Σ, each element taken by itself; symmetric, shape (variables, variables)."""
        return 0.5 * np.tensordot(self.sample.counts, self._weighed - self.inverses, axes=1)

    @cached_property
    def by_mu(self) -> Floats:
        """∂ log L/∂μ, shape (variables,)."""
        return np.asarray(self.sample.counts @ self._pull)

    @property
    def gradient(self) -> Floats:
        """∂ log L/∂(vec Σ, μ), shape (variables² + variables,)."""
        return np.concatenate([self.by_sigma.ravel(), self.by_mu])

    @cached_property
    def expected(self) -> Floats:
        """The information about (vec Σ, μ) that rows with these patterns are expected to give."""
        return self._information(0.5 * self._product(self.inverses, self.inverses), None)

    @cached_property
    def observed(self) -> Floats:
        """Minus the second derivatives of the log-likelihood by (vec Σ, μ) at these rows."""
        crossed = self._product(self._weighed, self.inverses)
        crossed = 0.5 * (crossed + crossed.T)
        of_sigma = crossed - 0.5 * self._product(self.inverses, self.inverses)
        weighed = self.sample.counts[:, None] * self._pull
        mixed = np.tensordot(weighed, self.inverses, axes=(0, 0)).transpose(1, 0, 2)
        mixed = 0.5 * (mixed + mixed.transpose(1, 0, 2))
        return self._information(of_sigma, mixed.reshape(len(self.mean) ** 2, -1))

    def scores(self) -> Floats:
        """Each row's ∂ log L/∂(vec Σ, μ), shape (rows, variables² + variables)."""
        sample = self.sample
        off = (sample.filled - self.mean) * sample.present[sample.codes]
        inverses = self.inverses[sample.codes]
        pulled = (inverses @ off[:, :, None])[:, :, 0]
        by_sigma = 0.5 * (pulled[:, :, None] * pulled[:, None, :] - inverses)
        return np.hstack([by_sigma.reshape(sample.rows, -1), pulled])

    def _product(self, first: Floats, second: Floats) -> Floats:
        """Σ_p n_p F_p ⊗ G_p as one product of matrices: its element (ij, kl) is Σ n F_ik G_jl."""
        size = len(self.mean)
        flat_first = first.reshape(len(first), -1) * self.sample.counts[:, None]
        products = (flat_first.T @ second.reshape(len(second), -1)).reshape(size, size, size, size)
        return np.ascontiguousarray(products.transpose(0, 2, 1, 3)).reshape(size**2, size**2)

    def _information(self, of_sigma: Floats, mixed: Floats | None) -> Floats:
        size = len(self.mean)
        information = np.zeros((size**2 + size, size**2 + size))
        information[: size**2, : size**2] = of_sigma
        information[size**2 :, size**2 :] = np.tensordot(self.sample.counts, self.inverses, axes=1)
        if mixed is not None:
            information[: size**2, size**2 :] = mixed
            information[size**2 :, : size**2] = mixed.T
        return information


def summed_by(scores: Floats, clusters: Ints) -> Floats:
    """Scores summed within clusters, shape (clusters, parameters)."""
    sums = np.zeros((int(clusters.max()) + 1, scores.shape[1]))
    np.add.at(sums, clusters, scores)
    return sums


def small_sample(clusters: Ints | None) -> float:
    """G/(G − 1) for G clusters, by which summed squares of scores are too small; 1 where there are none."""
    count = len(np.unique(clusters)) if clusters is not None else 0
    return count / (count - 1) if count else 1.0
