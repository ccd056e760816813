"""Coefficient alpha."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from rapport.stats.arguments import check_level
from rapport.stats.errors import BadInput, OutOfRange
from rapport.stats.reliability.items import (
    Items,
    Missing,
    cluster_cautions,
    read_clusters,
    read_items,
    resampled_covariances,
)
from rapport.stats.results import Caution, Result, ResultTable, interval_text, number
from rapport.stats.tables import Floats, Ints, Table


@dataclass(frozen=True, kw_only=True)
class ItemInScale:
    """What one item does in its scale.

    rest_correlation   with the sum of the other items (corrected item–total correlation); None where that sum is
                       the same for everybody
    alpha_without      alpha of the other items; None where fewer than two remain
    """

    name: str
    mean: float
    sd: float
    rest_correlation: float | None
    alpha_without: float | None


@dataclass(frozen=True, kw_only=True)
class Alpha(Result):
    """Coefficient alpha of a scale.

    estimate              of the sum (or mean) of the items as answered
    low, high             its interval at `level`
    standardised          of items brought to one variance
    mean_correlation      between the items
    interval              "Feldt" or "bootstrap"
    """

    reference: ClassVar[str] = "Cronbach, 1951; Feldt, Woodruff & Salih, 1987"

    estimate: float
    low: float
    high: float
    level: float
    interval: str
    standardised: float
    mean_correlation: float
    n_persons: int
    n_items: int
    items: tuple[ItemInScale, ...]

    @property
    def method(self) -> str:  # type: ignore[override]  # depends on the fit
        how = "interval of Feldt from F" if self.interval == "Feldt" else "percentile bootstrap interval"
        return f"Coefficient alpha from the covariances of the items; {how}"

    def sentence(self) -> str:
        interval = interval_text(self.low, self.high, self.level, leading_zero=False)
        return (
            f"The {self.n_items} items had an internal consistency of α = {number(self.estimate, leading_zero=False)}, "
            f"{interval} (N = {self.n_persons})."
        )

    def table(self) -> ResultTable:
        return ResultTable(
            "The items in their scale",
            ("item", "M", "SD", "r with the rest", "α without it"),
            tuple((item.name, item.mean, item.sd, item.rest_correlation, item.alpha_without) for item in self.items),
        )


def alpha(
    table: Table | ArrayLike,
    *,
    items: Sequence[str] | None = None,
    level: float = 0.95,
    interval: Literal["Feldt", "bootstrap"] = "Feldt",
    cluster: str | None = None,
    draws: int = 2000,
    seed: int | None = None,
    missing: Missing = "refuse",
) -> Alpha:
    """Coefficient alpha: the share of a sum's variance that the items have in common, if all measure one thing equally.

        α = k / (k − 1) · (1 − Σ s_i² / s_total²)                                         (Cronbach, 1951)
        1 − (1 − α) F(1 − p; n − 1, (n − 1)(k − 1)) … 1 − (1 − α) F(p; …)          (Feldt et al., 1987)

    `table` gives the columns `items`, or is a matrix of shape (persons, items); one row is one person. The interval of
    Feldt assumes independent persons and normal answers; `interval="bootstrap"` (with a `seed`) draws persons, or
    whole groups named by `cluster` where persons stand under therapists or ratings under clients. It draws `draws`
    samples and takes percentiles. `missing="leave out"` leaves out persons with a missing answer, and says how many.

    Alpha below zero is returned as it is, with a caution: items then run against one another, most often because one
    is not yet reversed. Each such item is named.

    Raises UnknownColumn, NotNumbers, NotFinite, MissingValues, WrongShape, NoVariation (an item everybody answered
    alike; a sum that is the same for all), TooFew (three persons at least), OutOfRange.

    Checked against psych::alpha 2.2.9 on five scales of its set bfi.
    """
    check_level(level)
    answers = read_items(table, items, missing)
    estimate = coefficient(answers.covariance)
    cautions = answers.cautions()
    if interval == "bootstrap":
        clusters = read_clusters(table, cluster, answers)
        low, high = _bootstrap_interval(answers, clusters, level, draws, seed)
        cautions += cluster_cautions(clusters, cluster)
    elif interval == "Feldt":
        if cluster is not None:
            raise BadInput('Feldt’s interval takes persons as independent. For groups ask for interval="bootstrap".')
        n, k = answers.values.shape
        low, high = feldt_interval(estimate, n - 1, (n - 1) * (k - 1), level)
    else:
        raise OutOfRange(f'interval is {interval!r}; it must be "Feldt" or "bootstrap".')
    correlations = _correlations(answers.covariance)
    k = len(answers.names)
    mean_r = float((correlations.sum() - k) / (k * (k - 1)))
    described = tuple(_describe(answers, index) for index in range(k))
    return Alpha(
        estimate=estimate,
        low=low,
        high=high,
        level=level,
        interval=interval,
        standardised=coefficient(correlations),
        mean_correlation=mean_r,
        n_persons=len(answers.values),
        n_items=k,
        items=described,
        warnings=cautions + _cautions(estimate, described),
    )


def coefficient(covariance: Floats) -> float:
    """Alpha of a covariance matrix, shape (items, items). Raises where the sum of the items does not vary."""
    k = len(covariance)
    total, own = float(covariance.sum()), float(np.trace(covariance))
    if total <= 1e-12 * own:
        raise BadInput(
            "The sum of the items is the same for every person: what one item gains another loses. Alpha does not "
            "exist for it. Look whether an item is to be reversed."
        )
    return k / (k - 1) * (1 - own / total)


def feldt_interval(estimate: float, df1: float, df2: float, level: float) -> tuple[float, float]:
    """Feldt's interval: (1 − ρ) / (1 − r) is distributed as F(df1, df2) (Feldt et al., 1987)."""
    tail = (1 - level) / 2
    high_f, low_f = (float(stats.f.ppf(share, df1, df2)) for share in (1 - tail, tail))
    return 1 - (1 - estimate) * high_f, 1 - (1 - estimate) * low_f


def _bootstrap_interval(
    answers: Items, clusters: Ints | None, level: float, draws: int, seed: int | None
) -> tuple[float, float]:
    k = len(answers.names)
    found = []
    for covariances in resampled_covariances(answers, clusters, draws, seed):
        total, own = covariances.sum(axis=(1, 2)), np.trace(covariances, axis1=1, axis2=2)
        # A draw of one person many times, or one whose sum does not vary, has no alpha.
        there = (own > 1e-10 * np.trace(answers.covariance)) & (total > 1e-12 * own)
        found.append(k / (k - 1) * (1 - own[there] / total[there]))
    low, high = np.quantile(np.concatenate(found), [(1 - level) / 2, (1 + level) / 2]).tolist()
    return low, high


def _correlations(covariance: Floats) -> Floats:
    sds = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(sds, sds))


def _describe(answers: Items, index: int) -> ItemInScale:
    own = answers.values[:, index]
    others = np.delete(answers.values, index, axis=1)
    rest = others.sum(axis=1)
    varies = float(rest.var()) > 1e-12 * float(others.var(axis=0).sum())
    without: float | None = None
    if others.shape[1] > 1 and varies:
        without = coefficient(np.cov(others, rowvar=False))
    return ItemInScale(
        name=answers.names[index],
        mean=float(own.mean()),
        sd=float(own.std(ddof=1)),
        rest_correlation=float(np.corrcoef(own, rest)[0, 1]) if varies else None,
        alpha_without=without,
    )


def _cautions(estimate: float, items: tuple[ItemInScale, ...]) -> tuple[Caution, ...]:
    found = []
    against = [item for item in items if item.rest_correlation is not None and item.rest_correlation < 0]
    if estimate < 0:
        text = "Alpha is below zero: on the whole the items run against one another, and their sum measures nothing."
        found.append(Caution("negative", text))
    if against:
        told = ", ".join(
            f"{item.name} (r = {number(item.rest_correlation or 0, leading_zero=False)})" for item in against
        )
        text = f"Running against the rest of the scale: {told}. Look whether such an item is keyed the other way round."
        found.append(Caution("reversed", text))
    return tuple(found)
