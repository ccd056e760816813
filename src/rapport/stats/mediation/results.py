"""What a path model and a mediation found."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rapport.stats.errors import BadInput
from rapport.stats.results import Result, ResultTable, counted, interval_text, number, p_text

Interval = Literal["percentile", "bias-corrected"]
Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A path, or products and sums of paths.

    name           "a: trained → alliance", "indirect through alliance", "total" …
    chains         the paths that are multiplied, and then added: (("trained", "alliance", "wellbeing"),)
    estimate       in the units of the data
    se, z, p       by the delta method (Sobel, 1982) from normal theory, or counting clusters; two-sided
    low, high      the interval, at the level of the model: of the bootstrap where there were draws, else normal
    bootstrap_se   the standard deviation of the draws; None without draws
    standardised   in standard deviations of its outcome for one of its predictor
    """

    name: str
    chains: tuple[Chain, ...]
    estimate: float
    se: float
    z: float
    p: float
    low: float
    high: float
    bootstrap_se: float | None
    standardised: float


@dataclass(frozen=True, kw_only=True)
class PathModel(Result):
    """Regressions that follow from one another, and effects that run through them.

    equations     each outcome with its predictors
    paths         every path
    effects       what was asked for
    r_squared     of each outcome
    chi_square, df, p   against the model with every path, by maximum likelihood; p is NaN where df is 0. It takes
                  persons as independent, also where clusters are named.
    rows          how many rows
    clusters      how many clusters; None where none were named
    draws         how many bootstrap draws the intervals rest on
    interval      "percentile" or "bias-corrected"
    level         of the intervals
    seed          of the draws
    """

    reference: ClassVar[str] = "Sobel, 1982; MacKinnon, Lockwood & Williams, 2004; Efron & Tibshirani, 1993, ch. 14"

    equations: dict[str, tuple[str, ...]]
    paths: tuple[Effect, ...]
    effects: tuple[Effect, ...]
    r_squared: dict[str, float]
    chi_square: float
    df: int
    p: float
    rows: int
    clusters: int | None
    draws: int
    interval: Interval
    level: float
    seed: int | None

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        unit = "rows" if self.clusters is None else "clusters"
        drawn = f", {self.interval} bootstrap intervals from {self.draws:,} draws of {unit}" if self.draws else ""
        return f"Maximum likelihood path model{drawn}"

    def __getitem__(self, name: str) -> Effect:
        """The effect or path of this name. Raises BadInput where there is none."""
        for effect in (*self.effects, *self.paths):
            if effect.name == name:
                return effect
        known = "; ".join(effect.name for effect in (*self.effects, *self.paths))
        raise BadInput(f"There is no effect {name!r}. There are: {known}.")

    def sentence(self) -> str:
        told = self.effects or self.paths
        clauses = "; ".join(self._told(effect) for effect in told)
        fit = f" The model had χ²({self.df}) = {number(self.chi_square)}, {p_text(self.p)}." if self.df else ""
        return f"In {_sample(self)}: {clauses}.{fit}"

    def table(self) -> ResultTable:
        return _tabled((*self.paths, *self.effects))

    def _told(self, effect: Effect) -> str:
        kind = f"{self.interval} bootstrap " if effect.bootstrap_se is not None else ""
        interval = interval_text(effect.low, effect.high, self.level).replace("CI", f"{kind}CI")
        tested = "" if effect.bootstrap_se is not None else f", {p_text(effect.p)}"
        return f"{effect.name}, B = {number(effect.estimate)}, SE = {number(effect.se)}, {interval}{tested}"


@dataclass(frozen=True, kw_only=True)
class Mediation(PathModel):
    """A predictor's effect on an outcome, by itself and through mediators.

    `effects` holds, in this order: each mediator's a and b, each indirect effect a × b, all indirect effects together
    where there are several mediators, the direct effect c′ and the total effect c.
    """

    predictor: str
    mediators: tuple[str, ...]
    outcome: str

    @property
    def indirect(self) -> Effect:
        """The indirect effect through all mediators."""
        return self["indirect" if len(self.mediators) > 1 else f"indirect through {self.mediators[0]}"]

    @property
    def direct(self) -> Effect:
        """c′: with the mediators held."""
        return self["direct"]

    @property
    def total(self) -> Effect:
        """c: direct and indirect."""
        return self["total"]

    def table(self) -> ResultTable:
        held = [path for path in self.paths if path.chains[0][0] not in (self.predictor, *self.mediators)]
        return dataclasses.replace(_tabled((*self.effects, *held)), title="Effects")

    def sentence(self) -> str:
        indirect = [self._told(self[f"indirect through {name}"]) for name in self.mediators]
        if len(self.mediators) > 1:
            indirect.append(self._told(self.indirect).replace("indirect,", "together,", 1))
        return (
            f"In {_sample(self)}, the effect of {self.predictor} on {self.outcome} was {'; '.join(indirect)}; "
            f"{self._told(self.direct)}; {self._told(self.total)}."
        )


def _tabled(effects: Sequence[Effect]) -> ResultTable:
    columns = ("effect", "estimate", "SE", "z", "p", "low", "high", "standardised")
    rows = tuple((e.name, e.estimate, e.se, e.z, e.p, e.low, e.high, e.standardised) for e in effects)
    return ResultTable("Paths and effects", columns, rows)


def _sample(model: PathModel) -> str:
    rows = counted(model.rows, "row")
    return rows if model.clusters is None else f"{rows} in {counted(model.clusters, 'cluster')}"
