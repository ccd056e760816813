"""The deviance with structured residuals: the core's likelihood on weighted moments, and the residuals' own part.

With M = [Z, X, y] of a cluster and R of its rows, the deviance is that of independent residuals on M′R⁻¹M, plus
log|R| (Pinheiro and Bates 2000, section 5.1, where the rows are turned by R's root). The core gives the
derivative by each cluster's moments; from there the chain rule leads to the residual parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from rapport.stats.errors import NotIdentified, NotNested
from rapport.stats.mixed.design import Design
from rapport.stats.mixed.inference import parameter_covariance
from rapport.stats.mixed.likelihood import Ending, evaluate
from rapport.stats.mixed.moments import Moments
from rapport.stats.mixed.problem import Place, Problem, place
from rapport.stats.mixed.residuals.covariance import Covariance
from rapport.stats.mixed.residuals.moments import WeightedMoments
from rapport.stats.mixed.residuals.report import ResidualEstimates, check_inside, estimate_residuals, figures
from rapport.stats.mixed.residuals.segments import Segments
from rapport.stats.mixed.residuals.structures import Arrangement, Residual
from rapport.stats.mixed.search import Minimum
from rapport.stats.tables import Floats, Ints, Table


@dataclass(frozen=True, slots=True)
class StructuredProblem(Problem):
    """A `Problem` whose last parameters are those of the residuals.

    `moments` are those where the search begins; `settled` gives those of other parameters.

    arrangement  what was said about the residuals
    weighted     M′R⁻¹M and log|R| of each innermost cluster, as functions of these parameters
    ancestors    shape (clusters,): the outermost cluster of each
    """

    arrangement: Arrangement = field(kw_only=True)
    weighted: WeightedMoments = field(kw_only=True)
    ancestors: Ints = field(kw_only=True)

    @classmethod
    def of(cls, design: Design, arrangement: Arrangement, *, restricted: bool) -> StructuredProblem:
        """Lay out a design whose innermost clusters hold whole blocks of residuals.

        Raises NotNested where a block lies in two clusters.
        """
        starts, rows = design.starts, design.rows
        cluster = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, rows)))
        stands_at = np.empty_like(design.order)
        stands_at[design.order] = np.arange(rows)
        placed = [part.moved(stands_at) for part in arrangement.segments]
        _check_whole(placed, cluster, design, arrangement)
        _check_apart(design, arrangement)
        ancestors = np.arange(len(starts))
        for level in design.levels[:-1]:
            ancestors = level.parents[ancestors]
        data = np.ascontiguousarray(design.columns.T)
        weighted = WeightedMoments(arrangement.covariance, placed, data, cluster, len(starts))
        size = len(design.columns)
        identity = np.eye(size)
        ending = Ending(
            fixed=identity[:, list(design.fixed_columns)],
            response=identity[design.response_column],
            rows=rows,
            restricted=restricted,
        )
        moments = _as_moments(weighted.evaluate(arrangement.covariance.start)[0], size)
        kept = replace(arrangement, segments=[])
        return cls(
            moments,
            design.levels,
            design.layout,
            ending,
            arrangement=kept,
            weighted=weighted,
            ancestors=ancestors,
        )

    @property
    def covariance(self) -> Covariance:
        return self.weighted.covariance

    @property
    def parameter_count(self) -> int:
        return self.layout.count + self.covariance.n_parameters

    def start(self) -> Floats:
        return np.concatenate([self.layout.start(), self.covariance.start])

    def factors(self, parameters: Floats) -> list[Floats]:
        return self.layout.factors(parameters[: self.layout.count])

    def of_residuals(self, parameters: Floats) -> Floats:
        """The last parameters, those of the residuals."""
        return parameters[self.layout.count :]

    def settled(self, parameters: Floats) -> Problem:
        moments = _as_moments(self.weighted.evaluate(self.of_residuals(parameters))[0], self.moments.size)
        return Problem(moments, self.levels, self.layout, self.ending, self.weights)

    def check(self, parameters: Floats) -> None:
        check_inside(self.arrangement, self.of_residuals(parameters))

    def at(self, parameters: Floats, *, sigma: float | None = None) -> Place:
        ending = self.ending if sigma is None else replace(self.ending, sigma=sigma)
        ours = self.of_residuals(parameters)
        weights = self.weighted.weigh(ours)
        sums, log_determinant = self.weighted.sum_up(weights)
        found = evaluate(
            _as_moments(sums, self.moments.size),
            self.levels,
            self.factors(parameters),
            ending,
            weights=self.weights,
            with_moments=True,
        )
        counts = np.ones(len(self.ancestors)) if self.weights is None else self.weights[self.ancestors]
        assert found.by_moments is not None
        adjoint = np.ascontiguousarray(found.by_moments.transpose(2, 0, 1))
        gradient = np.concatenate([self.layout.vector(found.by_factor), self.weighted.pull(weights, adjoint, counts)])
        whole = replace(found, deviance=found.deviance + float(counts @ log_determinant), by_moments=None)
        return place(parameters, whole, gradient)


def lay_out(table: Table, design: Design, residual: Residual, *, restricted: bool) -> Problem:
    """The problem of a design with these residuals.

    Raises what the structure raises for a table that does not fit, NotNested and NotIdentified.
    """
    arrangement = residual.arrange(table, design.rows)
    if arrangement.covariance.n_parameters == 0:
        return Problem.of_design(design, restricted=restricted)
    return StructuredProblem.of(design, arrangement, restricted=restricted)


def residuals_of(problem: Problem, minimum: Minimum, spread: float, level: float) -> ResidualEstimates | None:
    """What the residuals turned out to be; None where they are independent and alike.

    spread  what the outcome was divided by
    """
    if not isinstance(problem, StructuredProblem):
        return None
    parameters = problem.of_residuals(minimum.place.parameters)
    covariance = parameter_covariance(minimum.curvature)[problem.layout.count :, problem.layout.count :]
    return estimate_residuals(problem.arrangement, parameters, covariance, minimum.place.sigma, spread, level)


def residual_figures(problem: Problem, parameters: Floats, sigma: float) -> dict[str, float]:
    """The residuals' figures by the names of `ResidualEstimates`; none where they are independent and alike.

    sigma  the residual SD of the first role, in the outcome's units
    """
    if not isinstance(problem, StructuredProblem):
        return {}
    return figures(problem.arrangement, problem.of_residuals(parameters), sigma)


def lacking(smaller: Problem, larger: Problem) -> list[str]:
    """What the residuals of the one have that those of the other do not."""
    theirs = larger.covariance.parts if isinstance(larger, StructuredProblem) else ()
    ours = smaller.covariance.parts if isinstance(smaller, StructuredProblem) else ()
    return [part for part in ours if part not in theirs]


def adds_one_sided(smaller: Problem, larger: Problem) -> bool:
    """Whether the larger adds a correlation over sessions that cannot be negative."""
    if not isinstance(larger, StructuredProblem) or not larger.covariance.autoregressive or larger.covariance.signed:
        return False
    return not (isinstance(smaller, StructuredProblem) and smaller.covariance.autoregressive)


def _as_moments(upper: Floats, size: int) -> Moments:
    return Moments(np.ascontiguousarray(upper.T), size)


def _check_whole(segments: list[Segments], cluster: Ints, design: Design, arrangement: Arrangement) -> None:
    for part in segments:
        among = cluster[part.rows]
        if (among != among[:, :1]).any():
            assert arrangement.blocks is not None
            inner, outer = design.group_names[0], arrangement.blocks.name
            raise NotNested(
                f"Residuals are correlated within {outer}, and {inner} varies within it. Leave the random effect of "
                f"{inner} out, or name another group in `within`."
            )


def _check_apart(design: Design, arrangement: Arrangement) -> None:
    """Refuses a random effect of the session beside a correlation of its two residuals: they are one thing."""
    if arrangement.sessions is None or not design.effects[0]:
        return
    if design.levels[0].clusters == len(np.unique(arrangement.sessions)):
        raise NotIdentified(
            f"A random effect of {design.group_names[0]} and a correlation of the two roles within a "
            f"{arrangement.session} say the same. Keep one of them: leave the random effect out, or use ByRole."
        )
