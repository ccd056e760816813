"""One deviance to be minimised: moments, nesting, parameters, and what is fixed.

`Problem.at` is the only door by which the search, the inference and the bootstrap reach the likelihood. Its
parameters are the free entries of the factors; a structure of the residuals adds its own after them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rapport.stats.mixed.design import Design
from rapport.stats.mixed.factors import Layout
from rapport.stats.mixed.likelihood import Ending, Evaluation, Level, evaluate
from rapport.stats.mixed.moments import Moments
from rapport.stats.tables import Floats


@dataclass(frozen=True, slots=True)
class Place:
    """The deviance at some parameters, and what follows from them.

    gradient   by the parameters, shape (k,)
    curvature  Γ of each level (see `likelihood`): the derivative by ΛΛ'
    the rest   as in `likelihood.Evaluation`
    """

    parameters: Floats
    deviance: float
    gradient: Floats
    curvature: tuple[Floats, ...]
    coefficients: Floats
    unscaled: Floats
    squares: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Problem:
    """The deviance as a function of the parameters, on scaled columns."""

    moments: Moments
    levels: tuple[Level, ...]
    layout: Layout
    ending: Ending
    weights: Floats | None = None

    @classmethod
    def of_design(cls, design: Design, *, restricted: bool) -> Problem:
        size = len(design.columns)
        identity = np.eye(size)
        ending = Ending(
            fixed=identity[:, list(design.fixed_columns)],
            response=identity[design.response_column],
            rows=design.rows,
            restricted=restricted,
        )
        return cls(Moments.of_rows(design.columns, design.starts), design.levels, design.layout, ending)

    @property
    def parameter_count(self) -> int:
        return self.layout.count

    def start(self) -> Floats:
        return self.layout.start()

    def factors(self, parameters: Floats) -> list[Floats]:
        """Each level's Λ."""
        return self.layout.factors(parameters)

    def at(self, parameters: Floats, *, sigma: float | None = None) -> Place:
        """The deviance and its gradient; σ is profiled out unless it is given."""
        ending = self.ending if sigma is None else replace(self.ending, sigma=sigma)
        found = evaluate(self.moments, self.levels, self.factors(parameters), ending, weights=self.weights)
        return place(parameters, found, self.layout.vector(found.by_factor))

    def check(self, parameters: Floats) -> None:
        """Raises NotIdentified where the search ran to where a residual structure falls apart."""

    def settled(self, parameters: Floats) -> Problem:
        """This problem with the moments that hold at these parameters; without a residual structure, always itself."""
        return self

    def with_ending(self, ending: Ending) -> Problem:
        return replace(self, ending=ending)

    def reweighted(self, weights: Floats, rows: float) -> Problem:
        """The outermost clusters counted `weights` times each, with so many rows in all."""
        return replace(self, weights=weights, ending=replace(self.ending, rows=rows))


def place(parameters: Floats, found: Evaluation, gradient: Floats) -> Place:
    return Place(
        parameters=parameters,
        deviance=found.deviance,
        gradient=gradient,
        curvature=found.by_covariance,
        coefficients=found.coefficients,
        unscaled=found.unscaled,
        squares=found.squares,
        sigma=found.sigma,
    )
