"""The cluster bootstrap: the outermost clusters are drawn again and again, and the model is fitted to each draw.

The likelihood is a sum over outermost clusters, so a draw is a count for each of them: a cluster drawn twice counts
as two clusters that happen to be alike, and nothing is added up anew. Each draw has a seed of its own, spawned from
the one given, so the figures do not depend on the number of workers.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rapport.stats.arguments import check_count, check_level, check_seed
from rapport.stats.errors import BadInput, NotConverged, OutOfRange, StatsError, TooFew, WrongShape
from rapport.stats.mixed.fitted import GroupVariance, MixedFit
from rapport.stats.mixed.fitting import group_variances
from rapport.stats.mixed.residuals.report import figures_of
from rapport.stats.mixed.residuals.structured import residual_figures
from rapport.stats.mixed.search import quick_minimum
from rapport.stats.results import Caution, Result, ResultTable, interval_text, number
from rapport.stats.tables import Floats, Ints
from rapport.stats.workers import count_workers, share_out

FEWEST_DRAWS = 20
TOLERATED_FAILURES = 0.05  # a share of the draws, before a caution is given


@dataclass(frozen=True, slots=True)
class Draw:
    """The model as fitted to one draw: what a statistic of the bootstrap is given."""

    names: tuple[str, ...]
    fixed: Floats
    variances: tuple[GroupVariance, ...]
    residual_variance: float
    residuals: Mapping[str, float] = field(default_factory=dict)

    def coefficient(self, name: str) -> float:
        """The fixed effect of this name. Raises BadInput where there is none."""
        if name not in self.names:
            raise BadInput(f"The model has no fixed effect {name!r}. It has: {', '.join(self.names)}.")
        return float(self.fixed[self.names.index(name)])


@dataclass(frozen=True, kw_only=True)
class Bootstrap(Result):
    """Percentile intervals from a cluster bootstrap.

    names, estimates      what was estimated, from the table itself
    ses, lows, highs      standard errors (SD over draws) and percentile limits
    draws, failed, seed   how many draws, how many of them gave no fit, and the seed
    values                shape (draws − failed, statistics)
    """

    method = "Cluster bootstrap, percentile intervals"
    reference = "Davison & Hinkley 1997, section 3.8"

    group: str
    names: tuple[str, ...]
    estimates: Floats
    ses: Floats
    lows: Floats
    highs: Floats
    level: float
    draws: int
    failed: int
    seed: int
    values: Floats = field(repr=False)

    def sentence(self) -> str:
        told = "; ".join(
            f"{name} {number(float(estimate))}, {interval_text(float(low), float(high), self.level)}"
            for name, estimate, low, high in zip(self.names, self.estimates, self.lows, self.highs, strict=True)
        )
        return f"By {self.draws:,} bootstrap draws of {self.group}s: {told}."

    def table(self) -> ResultTable:
        percent = f"{100 * self.level:g}%"
        return ResultTable(
            f"Bootstrap of {self.group}s",
            ("statistic", "estimate", "SE", f"{percent} low", f"{percent} high"),
            tuple(
                (name, float(estimate), float(se), float(low), float(high))
                for name, estimate, se, low, high in zip(
                    self.names, self.estimates, self.ses, self.lows, self.highs, strict=True
                )
            ),
        )


def bootstrap(
    fit: MixedFit,
    *,
    draws: int,
    seed: int,
    statistic: Callable[[Draw], Any] | None = None,
    workers: int | None = 1,
    level: float = 0.95,
) -> Bootstrap:
    """Intervals by resampling the outermost clusters with replacement.

    draws      how many; 1,000 or more for percentile limits
    seed       of the draws; the same seed gives the same figures, with any number of workers
    statistic  what to estimate from each draw: a function of `Draw` that gives a number, a sequence of numbers, or a
               mapping of names to numbers; the fixed effects and standard deviations unless given
    workers    processes to share the work; every core if None. With several, `statistic` must be a function that a
               process can import

    Raises OutOfRange, TooFew (fewer than 5 outermost clusters) and NotConverged (most draws gave no fit).
    """
    check_level(level)
    if check_count(draws, "draws") < FEWEST_DRAWS:
        raise OutOfRange(f"draws is {draws}; percentile limits need {FEWEST_DRAWS} at the least, better 1000.")
    design = fit.machinery.design
    clusters = design.levels[-1].clusters
    if clusters < 5:
        raise TooFew(f"There are {clusters} {design.group_names[-1]}s; a bootstrap of clusters needs 5 at the least.")
    if statistic is not None and not callable(statistic):
        raise WrongShape(f"statistic is {statistic!r}; it must be a function of a draw.")
    ask = statistic or everything
    original = ask(Draw(design.fixed, fit.fixed, fit.variances, fit.residual_variance, figures_of(fit.residuals)))
    names, estimates = _named(original)
    seeds = np.random.SeedSequence(check_seed(seed)).spawn(draws)
    workers = count_workers(workers)
    if workers > 1:
        _check_importable(ask)
    size = -(-draws // workers)
    tasks = [(fit, ask, seeds[start : start + size]) for start in range(0, draws, size)]
    done = dict(share_out(_fit_draws, tasks, workers))
    found = [one for index in range(len(tasks)) for one in done[index]]
    values = np.array([one for one in found if one is not None], dtype=np.float64)
    failed = draws - len(values)
    if len(values) < draws / 2:
        raise NotConverged(f"{failed} of {draws} draws gave no fit. The model asks too much of so few clusters.")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Bootstrap(
        warnings=_cautions(failed, draws, clusters, design.group_names[-1]),
        group=design.group_names[-1],
        names=names,
        estimates=estimates,
        ses=values.std(axis=0, ddof=1),
        lows=low,
        highs=high,
        level=level,
        draws=draws,
        failed=failed,
        seed=seed,
        values=values,
    )


def _check_importable(statistic: Callable[[Draw], Any]) -> None:
    try:
        pickle.dumps(statistic)
    except (pickle.PicklingError, AttributeError, TypeError):
        raise BadInput(
            "With several workers, statistic must be a function at the top of a module, not one made in passing. "
            "Move it there, or leave workers out."
        ) from None


def everything(draw: Draw) -> dict[str, float]:
    """The fixed effects, then the standard deviations: "therapist: intercept" …, and of the residuals."""
    told = {name: float(value) for name, value in zip(draw.names, draw.fixed, strict=True)}
    for one in draw.variances:
        told |= {f"{one.group}: {name}": float(sd) for name, sd in zip(one.names, one.sds, strict=True)}
    return told | (dict(draw.residuals) or {"residual": draw.residual_variance**0.5})


def _fit_draws(
    fit: MixedFit, statistic: Callable[[Draw], Any], seeds: list[np.random.SeedSequence]
) -> list[Floats | None]:
    """The statistic of each draw; None where the draw gave no fit."""
    parts = fit.machinery
    rows = rows_of_outermost(fit)
    found: list[Floats | None] = []
    for seed in seeds:
        picked = np.random.default_rng(seed).integers(len(rows), size=len(rows))
        weights = np.bincount(picked, minlength=len(rows)).astype(np.float64)
        problem = parts.problem.reweighted(weights, float(weights @ rows))
        try:
            place = quick_minimum(problem, parts.minimum)
        except StatsError:
            found.append(None)
            continue
        draw = Draw(
            parts.design.fixed,
            parts.design.scaling.coefficients(place.coefficients),
            group_variances(parts.design, problem, place.parameters, place.sigma),
            (parts.design.scaling.spread * place.sigma) ** 2,
            residual_figures(problem, place.parameters, parts.design.scaling.spread * place.sigma),
        )
        found.append(_named(statistic(draw))[1])
    return found


def rows_of_outermost(fit: MixedFit) -> Ints:
    """How many rows each outermost cluster has."""
    design = fit.machinery.design
    rows = np.diff(design.starts, append=design.rows)
    for level in design.levels[:-1]:
        rows = np.bincount(level.parents, weights=rows).astype(np.int64)
    return rows.astype(np.int64)


def _named(value: Any) -> tuple[tuple[str, ...], Floats]:
    if isinstance(value, Mapping):
        return tuple(map(str, value)), np.array(list(value.values()), dtype=np.float64)
    array = np.atleast_1d(np.asarray(value, dtype=np.float64))
    names = ("statistic",) if len(array) == 1 else tuple(f"statistic {index + 1}" for index in range(len(array)))
    return names, array


def _cautions(failed: int, draws: int, clusters: int, group: str) -> tuple[Caution, ...]:
    cautions = []
    if failed > TOLERATED_FAILURES * draws:
        cautions.append(
            Caution("failed-draws", f"{failed} of {draws} draws gave no fit and are left out; the limits may be off.")
        )
    if clusters < 20:
        cautions.append(
            Caution(
                "few-clusters",
                f"There are {clusters} {group}s; percentile limits from so few are too narrow. Prefer the profile.",
            )
        )
    return tuple(cautions)
