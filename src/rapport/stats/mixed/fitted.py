"""What a fitted mixed model says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rapport.stats.errors import BadInput
from rapport.stats.mixed.design import Design
from rapport.stats.mixed.inference import Coefficient, estimate
from rapport.stats.mixed.problem import Problem
from rapport.stats.mixed.residuals.report import ResidualEstimates
from rapport.stats.mixed.search import Minimum
from rapport.stats.mixed.terms import INTERCEPT
from rapport.stats.results import Cell, Result, ResultTable, counted, digits_for, interval_text, number, p_text
from rapport.stats.tables import Floats, Table, check_numbers

if TYPE_CHECKING:
    from rapport.stats.mixed.bootstrap import Bootstrap, Draw
    from rapport.stats.mixed.modes import ConditionalModes
    from rapport.stats.mixed.profile import Profile
    from rapport.stats.mixed.therapist import TherapistEffect


@dataclass(frozen=True, slots=True)
class GroupVariance:
    """How the effects vary between the clusters of one group.

    covariance  shape (q, q), in the table's units
    """

    group: str
    names: tuple[str, ...]
    covariance: Floats

    @property
    def sds(self) -> Floats:
        """Shape (q,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def correlations(self) -> Floats:
        """Shape (q, q); NaN beside an effect that does not vary."""
        sds = np.where(self.sds > 0, self.sds, np.nan)
        correlations = self.covariance / np.outer(sds, sds)
        np.fill_diagonal(correlations, 1.0)
        return np.asarray(correlations)


@dataclass(frozen=True, slots=True)
class Machinery:
    """What the methods of a fit work with; on scaled columns."""

    design: Design
    problem: Problem
    minimum: Minimum


@dataclass(frozen=True, kw_only=True)
class Contrast(Result):
    """A combination of fixed effects, tested against zero."""

    reference = "Kuznetsova, Brockhoff & Christensen 2017"
    method = "t test with Satterthwaite's degrees of freedom"

    name: str
    estimate: float
    se: float
    df: float
    t: float
    p: float
    low: float
    high: float
    level: float

    def sentence(self) -> str:
        return f"{self.name}: {_tested(self, self.level)}."

    def table(self) -> ResultTable:
        return _coefficient_table("Contrast", (self,), self.level)


@dataclass(frozen=True, kw_only=True)
class MixedFit(Result):
    """A fitted mixed model.

    outcome            the column that was modelled
    estimation         "REML" or "ML"
    coefficients       the fixed effects, the intercept first
    fixed, covariance  their estimates, shape (p,), and the covariance of these, shape (p, p)
    variances          the random effects of each group, the outermost first
    residual_variance  σ²; of the first role where each has its own
    residuals          the structure of the residuals with intervals; None where they are independent and alike
    log_likelihood, deviance, aic, bic   restricted ones under REML
    n_rows, n_parameters, groups         rows, parameters, and clusters in each group
    singular           whether a covariance matrix of random effects is on its boundary; a caution says which
    converged          always true: a fit that did not converge raises NotConverged
    gradient_norm      the largest entry of the gradient of the deviance, on scaled columns
    level              of the intervals
    """

    reference = "Bates, Mächler, Bolker & Walker 2015; Kuznetsova, Brockhoff & Christensen 2017"

    outcome: str
    estimation: str
    coefficients: tuple[Coefficient, ...]
    fixed: Floats
    covariance: Floats
    variances: tuple[GroupVariance, ...]
    residual_variance: float
    residuals: ResidualEstimates | None
    log_likelihood: float
    deviance: float
    aic: float
    bic: float
    n_rows: int
    n_parameters: int
    groups: Mapping[str, int]
    singular: bool
    converged: bool
    gradient_norm: float
    level: float
    machinery: Machinery = field(repr=False)

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        name = "Restricted maximum likelihood" if self.estimation == "REML" else "Maximum likelihood"
        return f"{name}, nested random effects, Satterthwaite's degrees of freedom"

    def sentence(self) -> str:
        groups = ", ".join(counted(count, name) for name, count in self.groups.items())
        told = "; ".join(
            f"{one.name}, {_tested(one, self.level)}"
            for one in self.coefficients
            if one.name != INTERCEPT or len(self.coefficients) == 1
        )
        effects = f" Fixed effects: {told}." if told else ""
        residual = (
            f"the residual SD was {number(self.residual_variance**0.5)}"
            if self.residuals is None
            else self.residuals.clause()
        )
        return (
            f"A mixed model of {self.outcome} ({self.estimation}; {counted(self.n_rows, 'row')}, {groups}) had "
            f"{_spoken(self.variances)}; {residual}.{effects}"
        )

    def table(self) -> ResultTable:
        """The fixed effects."""
        return _coefficient_table(f"Fixed effects on {self.outcome}", self.coefficients, self.level)

    def variance_table(self) -> ResultTable:
        """The random effects and the residual: SDs, variances, and correlations with the effects above."""
        rows: list[tuple[Cell, ...]] = []
        for group in self.variances:
            for index, name in enumerate(group.names):
                correlated = ", ".join(
                    number(float(group.correlations[index, before]), leading_zero=False) for before in range(index)
                )
                variance = float(group.covariance[index, index])
                rows.append((group.group, name, variance**0.5, variance, correlated))
        if self.residuals is None:
            rows.append(("residual", "", self.residual_variance**0.5, self.residual_variance, ""))
        else:
            rows.extend(("residual", *row) for row in self.residuals.variance_rows())
        return ResultTable("Random effects", ("group", "effect", "SD", "variance", "correlation"), tuple(rows))

    def coefficient(self, name: str) -> Coefficient:
        """The fixed effect of this name: "trained × session" for a product. Raises BadInput where there is none."""
        for one in self.coefficients:
            if one.name == name:
                return one
        raise BadInput(f"The model has no fixed effect {name!r}. It has: {', '.join(self.machinery.design.fixed)}.")

    def variance(self, group: str) -> GroupVariance:
        """The random effects of this group. Raises BadInput where there are none."""
        for one in self.variances:
            if one.group == group:
                return one
        told = ", ".join(one.group for one in self.variances)
        raise BadInput(f"The model has no random effects of {group!r}. It has those of: {told}.")

    def variances_by_name(self) -> dict[str, float]:
        """Every variance, of the effects and of the residual: {"client intercept": 0.42, …, "residual": 1.3}."""
        told = {
            f"{group.group} {name}": float(group.covariance[index, index])
            for group in self.variances
            for index, name in enumerate(group.names)
        }
        return told | {"residual": self.residual_variance}

    def contrast(self, weights: Mapping[str, float] | Sequence[float], *, name: str = "contrast") -> Contrast:
        """A combination of fixed effects with Satterthwaite's degrees of freedom.

        weights  {"trained": 1, "trained × session": 5}, or one number for each fixed effect

        Raises BadInput for a name that is no fixed effect, a wrong number of weights, or weights that are all zero.
        """
        vector = self._weights(weights)
        parts = self.machinery
        one = estimate(name, vector, self.fixed, parts.design.scaling, parts.minimum, self.level)
        return Contrast(**dataclasses.asdict(one), level=self.level)

    def _weights(self, weights: Mapping[str, float] | Sequence[float]) -> Floats:
        names = self.machinery.design.fixed
        if isinstance(weights, Mapping):
            for name in weights:
                self.coefficient(name)
            vector = np.array([float(weights.get(name, 0.0)) for name in names])
        else:
            vector = check_numbers(weights, "weights")
        if vector.shape != (len(names),):
            raise BadInput(f"There are {len(names)} fixed effects; give as many weights, or name those that count.")
        if not np.isfinite(vector).all() or not vector.any():
            raise BadInput("The weights of a contrast are finite and not all zero.")
        return vector

    def profile(self, parameter: str, *, level: float | None = None) -> Profile:
        """The interval of one parameter by its profile likelihood; see `profile.profile`."""
        from rapport.stats.mixed.profile import profile

        return profile(self, parameter, level=self.level if level is None else level)

    def bootstrap(
        self,
        *,
        draws: int = 1000,
        seed: int,
        statistic: Callable[[Draw], Any] | None = None,
        workers: int | None = 1,
        level: float | None = None,
    ) -> Bootstrap:
        """Intervals by resampling the outermost clusters; see `bootstrap.bootstrap`."""
        from rapport.stats.mixed.bootstrap import bootstrap

        return bootstrap(
            self,
            draws=draws,
            seed=seed,
            statistic=statistic,
            workers=workers,
            level=self.level if level is None else level,
        )

    def predict(self, table: Table, *, with_groups: bool = True) -> Floats:
        """The expected outcome of each row of a table, shape (rows,); see `modes.predict`."""
        from rapport.stats.mixed.modes import predict

        return predict(self, table, with_groups=with_groups)

    def conditional_modes(self, group: str) -> ConditionalModes:
        """How each cluster of a group differs from the average; see `modes.conditional_modes`."""
        from rapport.stats.mixed.modes import conditional_modes

        return conditional_modes(self, group)

    def therapist_effect(self, group: str | None = None) -> TherapistEffect:
        """How much of the variance lies between therapists; see `therapist.of_fit`."""
        from rapport.stats.mixed.therapist import of_fit

        return of_fit(self, group)

    def __str__(self) -> str:
        cautions = "".join(f"\nNote: {caution}" for caution in self.warnings)
        tables = f"{self.table()}\n\n{self.variance_table()}"
        return f"{self.sentence()}\n\n{tables}\n{cautions}\nMethod: {self.method} ({self.reference})"


def _tested(one: Coefficient | Contrast, level: float) -> str:
    """“b = 0.31, SE = 0.10, t(37.2) = 3.10, p = .004, 95% CI [0.11, 0.51]”."""
    digits = digits_for(one.se)
    return (
        f"b = {number(one.estimate, digits)}, SE = {number(one.se, digits)}, t({number(one.df, 1)}) = {number(one.t)}, "
        f"{p_text(one.p)}, {interval_text(one.low, one.high, level, digits)}"
    )


def _spoken(variances: Sequence[GroupVariance]) -> str:
    """“random effects of therapist (SD: intercept 0.51) and client (SD: intercept 0.93, session 0.20)”."""
    told = []
    for one in variances:
        sds = ", ".join(f"{name} {number(float(sd))}" for name, sd in zip(one.names, one.sds, strict=True))
        told.append(f"{one.group} (SD: {sds})")
    return f"random effects of {' and '.join(told)}"


def _coefficient_table(title: str, ones: Sequence[Coefficient | Contrast], level: float) -> ResultTable:
    percent = f"{100 * level:g}%"
    return ResultTable(
        title,
        ("effect", "b", "SE", "df", "t", "p", f"{percent} low", f"{percent} high"),
        tuple((one.name, one.estimate, one.se, one.df, one.t, one.p, one.low, one.high) for one in ones),
    )
