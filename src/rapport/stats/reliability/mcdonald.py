"""Coefficient omega of a one-factor model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rapport.stats.arguments import check_choice, check_level
from rapport.stats.errors import BadInput, NotIdentified, StatsError, TooFew
from rapport.stats.reliability.items import (
    Items,
    Missing,
    cluster_cautions,
    read_clusters,
    read_items,
    resampled_covariances,
)
from rapport.stats.reliability.one_factor import (
    OneFactor,
    fit_maximum_likelihood,
    fit_minimum_residuals,
    information,
)
from rapport.stats.results import Caution, Result, ResultTable, counted, interval_text, number
from rapport.stats.tables import Floats, Ints, Table

Method = Literal["ml", "minres"]


@dataclass(frozen=True, kw_only=True)
class Omega(Result):
    """Coefficient omega of a scale: omega total of a one-factor model.

    estimate       of the sum of the items as answered
    se, low, high  None with method "minres" unless a bootstrap was asked for
    standardised   of items brought to one variance
    loadings       of the standardised items on the factor; `uniquenesses` what is their own
    """

    reference: ClassVar[str] = "McDonald, 1999; Kelley & Pornprasertmanit, 2016"

    estimate: float
    se: float | None
    low: float | None
    high: float | None
    level: float
    interval: str
    standardised: float
    fitted_by: str
    n_persons: int
    names: tuple[str, ...]
    loadings: tuple[float, ...]
    uniquenesses: tuple[float, ...]

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        how = {"ml": "maximum likelihood", "minres": "minimum residuals"}[self.fitted_by]
        interval = "no interval" if self.interval == "none" else f"interval by {self.interval}"
        return f"Omega total of one factor by {how}; {interval}"

    def sentence(self) -> str:
        interval = ""
        if self.low is not None and self.high is not None:
            interval = ", " + interval_text(self.low, self.high, self.level, leading_zero=False)
        return (
            f"With one common factor, the {len(self.names)} items had a reliability of "
            f"ω = {number(self.estimate, leading_zero=False)}{interval} (N = {self.n_persons})."
        )

    def table(self) -> ResultTable:
        rows = zip(self.names, self.loadings, self.uniquenesses, strict=True)
        return ResultTable("Standardised loadings on one factor", ("item", "loading", "uniqueness"), tuple(rows))


def omega(
    table: Table | ArrayLike,
    *,
    items: Sequence[str] | None = None,
    method: Method = "ml",
    level: float = 0.95,
    interval: Literal["delta", "bootstrap"] = "delta",
    cluster: str | None = None,
    draws: int = 1000,
    seed: int | None = None,
    missing: Missing = "refuse",
) -> Omega:
    """Coefficient omega: the share of a sum's variance that one common factor explains.

        ω = (Σ λ)² / ((Σ λ)² + Σ ψ)                                                       (McDonald, 1999)

    with loadings λ and unique variances ψ in the units of the items. What is computed is *omega total of a one-factor
    model* (Revelle's ω_t with one factor); omega hierarchical, which needs group factors beside a general one, is not.

    `table`, `items`, `cluster`, `draws`, `seed` and `missing` are as in `alpha`. The "delta" interval is that of the
    expected information under normal answers, on the logit scale so that it stays between 0 and 1 (Kelley &
    Pornprasertmanit, 2016); it exists for `method="ml"`. `interval="bootstrap"` refits each draw.

    Raises what `alpha` raises; NotIdentified for two items; Collinear; NotConverged.

    Checked against psych::fa 2.2.9 (minres, ml), psych::omega (nfactors = 1) and, for its standard
    error, lavaan 0.6-14.
    """
    check_level(level)
    check_choice(method, "method", ("ml", "minres"))
    check_choice(interval, "interval", ("delta", "bootstrap"))
    if interval == "delta" and cluster is not None:
        raise BadInput('The delta interval takes persons as independent. For groups ask for interval="bootstrap".')
    answers = read_items(table, items, missing)
    if len(answers.names) < 3:
        raise NotIdentified(
            "Two items give one correlation, from which two loadings cannot be told. Use alpha, which for two items "
            "is the Spearman–Brown reliability when standardised."
        )
    if method == "ml" and len(answers.values) <= len(answers.names):
        raise TooFew(
            f"{counted(len(answers.values), 'person')} cannot tell {len(answers.names)} items apart by maximum "
            "likelihood; more persons than items are needed."
        )
    covariance = answers.covariance
    sds = np.sqrt(np.diag(covariance))
    factor = _fit(covariance / np.outer(sds, sds), method)
    estimate = share(factor, sds)
    se, low, high, told = None, None, None, "none"
    cautions = answers.cautions() + _cautions(answers, factor)
    if interval == "bootstrap":
        clusters = read_clusters(table, cluster, answers)
        se, low, high, more = _bootstrap(answers, clusters, method, level, draws, seed)
        cautions += cluster_cautions(clusters, cluster) + more
        told = "percentile bootstrap"
    elif method == "ml" and not factor.at_bound and 0 < estimate < 1:
        se = _standard_error(factor, sds, len(answers.values))
        low, high = _logit_interval(estimate, se, level)
        told = "the delta method on the logit scale"
    return Omega(
        estimate=estimate,
        se=se,
        low=low,
        high=high,
        level=level,
        interval=told,
        standardised=share(factor, np.ones(len(sds))),
        fitted_by=method,
        n_persons=len(answers.values),
        names=answers.names,
        loadings=tuple(factor.loadings.tolist()),
        uniquenesses=tuple(factor.uniquenesses.tolist()),
        warnings=cautions,
    )


def share(factor: OneFactor, sds: Floats) -> float:
    """The factor's share of the variance of the sum of items with these standard deviations."""
    common = float(factor.loadings @ sds) ** 2
    return common / (common + float(factor.uniquenesses @ sds**2))


def _fit(correlations: Floats, method: Method, start: Floats | None = None) -> OneFactor:
    return fit_maximum_likelihood(correlations, start) if method == "ml" else fit_minimum_residuals(correlations)


def _standard_error(factor: OneFactor, sds: Floats, n: int) -> float:
    sds = sds / sds.max()  # ω has no unit
    total, unique = float(factor.loadings @ sds), float(factor.uniquenesses @ sds**2)
    below = (total**2 + unique) ** 2
    slope = np.concatenate([2 * total * unique / below * sds, -(total**2) / below * sds**2])
    return float(np.sqrt(slope @ np.linalg.solve(n * information(factor.loadings, factor.uniquenesses), slope)))


def _logit_interval(estimate: float, se: float, level: float) -> tuple[float, float]:
    centre = np.log(estimate / (1 - estimate))
    reach = float(stats.norm.ppf((1 + level) / 2)) * se / (estimate * (1 - estimate))
    low, high = (1 / (1 + np.exp(-np.array([centre - reach, centre + reach])))).tolist()
    return low, high


def _bootstrap(
    answers: Items, clusters: Ints | None, method: Method, level: float, draws: int, seed: int | None
) -> tuple[float, float, float, tuple[Caution, ...]]:
    found: list[float] = []
    for covariances in resampled_covariances(answers, clusters, draws, seed):
        for covariance in covariances:
            sds = np.sqrt(np.diag(covariance))
            if sds.min() < 1e-9 * sds.max():
                continue
            try:
                factor = _fit(covariance / np.outer(sds, sds), method)
            except StatsError:
                continue
            found.append(share(factor, sds))
    lost = draws - len(found)
    if len(found) < draws / 2:
        raise BadInput(f"In {lost} of {draws} draws omega could not be fitted. Ask for alpha, or gather more persons.")
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2]).tolist()
    text = f"Omega could not be fitted in {lost:,} of {counted(draws, 'draw')}."
    told = (Caution("failed-draws", text),) if lost else ()
    return float(np.std(found, ddof=1)), low, high, told


def _cautions(answers: Items, factor: OneFactor) -> tuple[Caution, ...]:
    found = []
    if factor.at_bound:
        told = ", ".join(answers.names[i] for i in factor.at_bound)
        text = f"{told} has no variance of its own left (a Heywood case): the factor is that item. Do not trust omega."
        found.append(Caution("heywood", text))
    against = [name for name, loading in zip(answers.names, factor.loadings, strict=True) if loading < 0]
    if against:
        text = (
            f"Running against the factor: {', '.join(against)}. Look whether such an item is keyed the other way round."
        )
        found.append(Caution("reversed", text))
    return tuple(found)
