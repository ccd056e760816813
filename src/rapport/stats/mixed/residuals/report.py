"""What the residuals turned out to be, with intervals, in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rapport.stats import wald
from rapport.stats.errors import NotIdentified
from rapport.stats.mixed.residuals.covariance import FARTHEST_LOG_DURATION, Covariance
from rapport.stats.mixed.residuals.structures import Arrangement
from rapport.stats.results import Caution, Cell, Result, ResultTable, interval_text, number
from rapport.stats.tables import Floats

AT_THE_EDGE = 0.9  # of the way to where a parameter stops to count


@dataclass(frozen=True, slots=True)
class ResidualParameter:
    """One figure with its interval.

    name  "SD of therapist", "correlation of client and therapist", "correlation over sessions"
    """

    name: str
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ResidualEstimates(Result):
    """The residuals of a fitted model: their SDs, and how they are correlated.

    sds             one SD, or one for each role; on the outcome's scale
    roles           to whom these belong; empty where there is one SD
    correlation     of the two roles within a session; None where it was not estimated
    autocorrelation φ, of residuals `lag` apart; None where it was not estimated
    lag             the distance between sessions to which φ belongs, in the table's own units
    session         the column that counts the sessions
    level           of the intervals

    Intervals are Wald's on the scale on which the parameter is unbounded (log, atanh), turned back, as nlme's are.
    """

    method = "Wald intervals on the log and inverse hyperbolic tangent scales"
    reference = "Pinheiro & Bates 2000, section 2.4.3"

    sds: tuple[ResidualParameter, ...]
    roles: tuple[str, ...]
    correlation: ResidualParameter | None
    autocorrelation: ResidualParameter | None
    lag: float
    session: str
    level: float

    @property
    def parameters(self) -> tuple[ResidualParameter, ...]:
        """All of them, in the table's order."""
        rest = (self.correlation, self.autocorrelation)
        return (*self.sds, *(one for one in rest if one is not None))

    def sentence(self) -> str:
        told = self.clause()
        return f"{told[0].upper()}{told[1:]}."

    def clause(self) -> str:
        """The sentence without capital and stop, to stand within another."""
        if self.roles:
            spreads = " and ".join(
                f"{self._told(one, bounded=False)}, for {role}" for one, role in zip(self.sds, self.roles, strict=True)
            )
            told = [f"the residual SD was {spreads}"]
        else:
            told = [f"the residual SD was {self._told(self.sds[0], bounded=False)}"]
        if self.correlation is not None:
            told.append(f"residuals of one {self.session} correlated at r = {self._told(self.correlation)}")
        if self.autocorrelation is not None:
            told.append(
                f"residuals {_apart(self.lag, self.session)} correlated at φ = {self._told(self.autocorrelation)}"
            )
        return "; ".join(told)

    def table(self) -> ResultTable:
        percent = f"{100 * self.level:g}%"
        rows: list[tuple[Cell, ...]] = [(one.name, one.estimate, one.low, one.high) for one in self.parameters]
        return ResultTable("Residuals", ("parameter", "estimate", f"{percent} low", f"{percent} high"), tuple(rows))

    def variance_rows(self) -> list[tuple[str, float | None, float | None, str]]:
        """Effect, SD, variance and correlation, as they stand among those of the random effects."""
        rows: list[tuple[str, float | None, float | None, str]] = [
            (role, one.estimate, one.estimate**2, "") for role, one in zip(self.roles or ("",), self.sds, strict=True)
        ]
        if self.correlation is not None:
            rows.append(("two roles", None, None, number(self.correlation.estimate, leading_zero=False)))
        if self.autocorrelation is not None:
            told = number(self.autocorrelation.estimate, leading_zero=False)
            rows.append((_apart(self.lag, self.session), None, None, told))
        return rows

    def _told(self, one: ResidualParameter, *, bounded: bool = True) -> str:
        value = number(one.estimate, leading_zero=not bounded)
        return f"{value}, {interval_text(one.low, one.high, self.level, leading_zero=not bounded)}"


def estimate_residuals(
    arrangement: Arrangement, parameters: Floats, covariance: Floats, sigma: float, spread: float, level: float
) -> ResidualEstimates:
    """The residuals' parameters on their own scales.

    parameters  shape (n_parameters,): the residuals' unconstrained parameters
    covariance  shape (n_parameters + 1, n_parameters + 1): of these and σ
    sigma       the residual SD of the first role, on the scaled outcome; `spread` turns it into the table's units
    """
    parts = arrangement.covariance
    reach = wald.critical(level)
    n = len(parameters)

    def one(name: str, at: float, direction: Floats, back: Callable[[float], float]) -> ResidualParameter:
        half = reach * math.sqrt(max(float(direction @ covariance @ direction), 0.0))
        return ResidualParameter(name, back(at), back(at - half), back(at + half))

    towards = np.eye(n + 1)
    roles = parts.roles if parts.by_role else ()
    sds = []
    for index in range(len(roles) or 1):
        log_ratio = 0.0 if index == 0 else float(parameters[index - 1])
        direction = towards[n] / sigma + (0.0 if index == 0 else towards[index - 1])
        sds.append(one(_sd_name(roles, index), math.log(spread * sigma) + log_ratio, direction, math.exp))
    correlation = autocorrelation = None
    if parts.correlated:
        at = parts.n_ratios
        correlation = one(correlation_name(parts), float(parameters[at]), towards[at], math.tanh)
    if parts.autoregressive:
        autocorrelation = one(autocorrelation_name(arrangement), float(parameters[-1]), towards[n - 1], _decay(parts))
        if _is_none(parts, parameters):
            autocorrelation = ResidualParameter(autocorrelation.name, 0.0, 0.0, math.nan)
    return ResidualEstimates(
        warnings=_cautions(parts, parameters, arrangement),
        sds=tuple(sds),
        roles=roles,
        correlation=correlation,
        autocorrelation=autocorrelation,
        lag=arrangement.lag,
        session=arrangement.session,
        level=level,
    )


def figures(arrangement: Arrangement, parameters: Floats, sigma: float) -> dict[str, float]:
    """The estimates of `ResidualEstimates` by their names, without intervals; `sigma` in the outcome's units."""
    parts = arrangement.covariance
    roles = parts.roles if parts.by_role else ()
    spreads = parts.spreads(parameters)
    found = {_sd_name(roles, index): sigma * float(spreads[index]) for index in range(len(roles) or 1)}
    if parts.correlated:
        found[correlation_name(parts)] = parts.between_roles(parameters)
    if parts.autoregressive:
        found[autocorrelation_name(arrangement)] = parts.over_a_step(parameters)
    return found


def figures_of(residuals: ResidualEstimates | None) -> dict[str, float]:
    """The same of a fit; none where residuals are independent and alike."""
    return {} if residuals is None else {one.name: one.estimate for one in residuals.parameters}


def _sd_name(roles: tuple[str, ...], index: int) -> str:
    return f"SD of {roles[index]}" if roles else "residual SD"


def correlation_name(parts: Covariance) -> str:
    return f"correlation of {parts.roles[0]} and {parts.roles[1]}"


def autocorrelation_name(arrangement: Arrangement) -> str:
    return f"correlation {_apart(arrangement.lag, arrangement.session)}"


def check_inside(arrangement: Arrangement, parameters: Floats) -> None:
    """Raises NotIdentified where the search ran to where residuals vanish or are perfectly correlated."""
    parts = arrangement.covariance
    edge = np.abs(parameters) > AT_THE_EDGE * parts.farthest
    for index in np.flatnonzero(edge[: parts.n_ratios]):
        less = parts.roles[index + 1] if parameters[index] < 0 else parts.roles[0]
        raise NotIdentified(
            f"The residual variance of {less} runs to 0: the model's other terms explain those values entirely. Look "
            "whether they are constant or copied, or let both have one variance."
        )
    if parts.correlated and edge[parts.n_ratios]:
        limit = "1" if parameters[parts.n_ratios] > 0 else "−1"
        raise NotIdentified(
            f"The correlation of {parts.roles[0]} and {parts.roles[1]} within a {arrangement.session} runs to {limit}: "
            "one can be told from the other. Look whether values were copied, or use ByRole."
        )
    if parts.autoregressive and edge[-1] and (parts.signed or parameters[-1] > 0):
        limit = "1" if parameters[-1] > 0 else "−1"
        raise NotIdentified(
            f"The correlation over {arrangement.session}s runs to {limit}, where it cannot be told from a random "
            "effect. Leave autoregression out, or the random effect within which it works."
        )


def _apart(lag: float, session: str) -> str:
    return f"1 {session} apart" if lag == 1 else f"{lag:.3g} apart in {session}"


def _decay(parts: Covariance) -> Callable[[float], float]:
    """From the unconstrained parameter to the correlation of residuals one step apart."""
    if parts.signed:
        return math.tanh
    return lambda value: math.exp(-math.exp(-max(value, -FARTHEST_LOG_DURATION)))


def _is_none(parts: Covariance, parameters: Floats) -> bool:
    """Whether the correlation over sessions ended at the least that it can be."""
    return parts.autoregressive and not parts.signed and parts.over_a_step(parameters) < 1e-6


def _cautions(parts: Covariance, parameters: Floats, arrangement: Arrangement) -> tuple[Caution, ...]:
    if not _is_none(parts, parameters):
        return ()
    return (
        Caution(
            "near-boundary",
            f"The correlation over {arrangement.session}s is 0, the least it can be at unequal distances. `profile` "
            "gives its upper limit. A model without it fits as well.",
        ),
    )
