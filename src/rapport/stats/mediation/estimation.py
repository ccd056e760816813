"""Paths, their covariances and their bootstrap, all from cross-products of the columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rapport.stats.errors import TooFew, WrongShape
from rapport.stats.tables import Floats, Groups, Table, check_varies, read_columns, read_groups

_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Moments:
    """Columns in standard deviations from their means, and the cross-products of each unit that may be drawn.

    moments  shape (units, columns + 1, columns + 1): the first row and column are of the constant
    """

    columns: tuple[str, ...]
    values: Floats = field(repr=False)
    spread: Floats
    clusters: Groups | None
    moments: Floats = field(repr=False)

    @classmethod
    def read(cls, table: Table, columns: tuple[str, ...], cluster: str | None) -> Moments:
        raw = read_columns(table, columns)
        for index, name in enumerate(columns):
            check_varies(raw[:, index], name)
        clusters = read_groups(table, cluster) if cluster is not None else None
        if clusters is not None and len(clusters.codes) != len(raw):
            raise WrongShape(f"{cluster} has {len(clusters.codes)} rows and the other columns {len(raw)}.")
        if clusters is not None and clusters.count < 2:
            raise TooFew(f"{cluster} has one value; at least two clusters are needed.")
        centred = raw - raw.mean(axis=0)
        spread = np.sqrt((centred**2).mean(axis=0))
        values = centred / spread
        full = np.column_stack([np.ones(len(raw)), values])
        moments = full[:, :, None] * full[:, None, :]
        if clusters is not None:
            summed = np.zeros((clusters.count, *moments.shape[1:]))
            np.add.at(summed, clusters.codes, moments)
            moments = summed
        return cls(columns, values, spread, clusters, moments)

    def at(self, *names: str) -> list[int]:
        """Where the columns stand."""
        return [self.columns.index(name) for name in names]

    @property
    def centred(self) -> Floats:
        """The columns from their means, in their own units."""
        return self.values * self.spread

    def variance(self, name: str) -> float:
        return float(self.spread[self.columns.index(name)] ** 2)


def coefficients(
    moments: Floats, columns: tuple[str, ...], equations: Mapping[str, tuple[str, ...]], spread: Floats
) -> Floats:
    """Every path, in the units of the data, for each of many matrices of moments; shape (matrices, paths)."""
    found = []
    for outcome, predictors in equations.items():
        used = [0, *(1 + columns.index(name) for name in predictors)]
        target = 1 + columns.index(outcome)
        slopes = np.linalg.solve(moments[:, used][:, :, used], moments[:, used, target][:, :, None])[:, 1:, 0]
        found.append(slopes * spread[target - 1] / spread[[i - 1 for i in used[1:]]])
    return np.hstack(found)


def bootstrap(
    data: Moments, equations: Mapping[str, tuple[str, ...]], draws: int, seed: int | None
) -> tuple[Floats, int]:
    """The paths in each draw, and how many draws could not be used: in them, predictors said the same thing."""
    generator = np.random.default_rng(seed)
    units = len(data.moments)
    flat = data.moments.reshape(units, -1)
    at_once = max(1, _CELLS_AT_ONCE // units)
    found, unusable = [], 0
    for first in range(0, draws, at_once):
        count = min(at_once, draws - first)
        weights = generator.multinomial(units, np.full(units, 1 / units), size=count).astype(np.float64)
        moments = (weights @ flat).reshape(count, *data.moments.shape[1:])
        usable = np.ones(count, dtype=bool)
        for predictors in equations.values():
            used = [0, *(1 + data.columns.index(name) for name in predictors)]
            block = moments[:, used][:, :, used]
            roots = np.sqrt(np.maximum(np.diagonal(block, axis1=1, axis2=2), 1e-300))
            usable &= np.linalg.eigvalsh(block / roots[:, :, None] / roots[:, None, :])[:, 0] > 1e-9
        unusable += int((~usable).sum())
        found.append(coefficients(moments[usable], data.columns, equations, data.spread))
    if draws and unusable > draws / 4:
        raise TooFew(
            f"In {unusable} of {draws} draws the predictors did not vary: there are too few rows or clusters to "
            "draw from. Use draws=0."
        )
    return (np.vstack(found) if found else np.empty((0, 0))), unusable


def residuals_of(data: Moments, equations: Mapping[str, tuple[str, ...]], estimates: Floats) -> dict[str, Floats]:
    """Each outcome's residuals, in the units of the data, shape (rows,)."""
    places = _places(equations)
    return {
        outcome: data.centred[:, data.columns.index(outcome)]
        - data.centred[:, data.at(*predictors)] @ estimates[places[outcome]]
        for outcome, predictors in equations.items()
    }


def implied_covariance(
    data: Moments,
    equations: Mapping[str, tuple[str, ...]],
    estimates: Floats,
    errors: Mapping[str, Floats],
    together: tuple[str, ...],
) -> Floats:
    """The covariances of the columns that the model implies: those seen, but where a path was left out."""
    size, rows = len(data.columns), len(data.centred)
    slopes, psi = np.zeros((size, size)), np.zeros((size, size))
    outside = data.at(*(name for name in data.columns if name not in equations))
    psi[np.ix_(outside, outside)] = data.centred[:, outside].T @ data.centred[:, outside] / rows
    places = _places(equations)
    for outcome, predictors in equations.items():
        slopes[data.columns.index(outcome), data.at(*predictors)] = estimates[places[outcome]]
        for other in equations:
            if other == outcome or (other in together and outcome in together):
                psi[data.columns.index(outcome), data.columns.index(other)] = errors[outcome] @ errors[other] / rows
    total = np.linalg.inv(np.eye(size) - slopes)
    return np.asarray(total @ psi @ total.T)


def covariance_of(
    data: Moments,
    equations: Mapping[str, tuple[str, ...]],
    errors: Mapping[str, Floats],
    implied: Floats,
    together: tuple[str, ...],
) -> Floats:
    """The estimates' covariances, shape (paths, paths).

    Normal theory has σ²(nΣ)⁻¹ for an equation whose predictors have the implied covariances Σ, and σ₁₂(nΣ)⁻¹ between
    mediators of the same predictors. With clusters, the rows' influences (XᵀX)⁻¹xe are summed in each and squared.
    """
    rows, places = len(data.centred), _places(equations)
    count = sum(len(predictors) for predictors in equations.values())
    if data.clusters is not None:
        influences = np.zeros((rows, count))
        for outcome, predictors in equations.items():
            design = data.centred[:, data.at(*predictors)]
            influences[:, places[outcome]] = errors[outcome][:, None] * (design @ np.linalg.inv(design.T @ design))
        summed = np.zeros((data.clusters.count, count))
        np.add.at(summed, data.clusters.codes, influences)
        return np.asarray(summed.T @ summed * data.clusters.count / (data.clusters.count - 1))
    covariance = np.zeros((count, count))
    for one, predictors in equations.items():
        among = data.at(*predictors)
        inverse = np.linalg.inv(rows * implied[np.ix_(among, among)])
        for two in equations:
            if one == two or (one in together and two in together):
                covariance[places[one], places[two]] = float(errors[one] @ errors[two]) / rows * inverse
    return covariance


def _places(equations: Mapping[str, tuple[str, ...]]) -> dict[str, slice]:
    ends = np.cumsum([0, *(len(predictors) for predictors in equations.values())])
    return {name: slice(int(a), int(b)) for name, a, b in zip(equations, ends[:-1], ends[1:], strict=True)}


def against_all_paths(
    data: Moments, equations: Mapping[str, tuple[str, ...]], residual: Mapping[str, float]
) -> tuple[float, int]:
    """χ² and its degrees of freedom: n(Σ log σ² + log |Sₓₓ| − log |S|), as Σ⁻¹S has trace p at the maximum."""
    outside = [index for index, name in enumerate(data.columns) if name not in equations]
    count = len(data.columns)
    df = count * (count - 1) // 2 - len(outside) * (len(outside) - 1) // 2
    df -= sum(len(predictors) for predictors in equations.values())
    if df == 0:
        return 0.0, 0
    correlations = data.values.T @ data.values / len(data.values)
    inside = sum(math.log(residual[name] / data.variance(name)) for name in equations)
    exogenous = float(np.linalg.slogdet(correlations[np.ix_(outside, outside)])[1]) if outside else 0.0
    ratio = inside + exogenous - float(np.linalg.slogdet(correlations)[1])
    return max(len(data.values) * ratio, 0.0), df
