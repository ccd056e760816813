"""Where the parameters of a panel model stand, what they are called, and which are one and the same.

Variables and within-person parts are ordered series by series, wave by wave; after the within-person parts come the
stable parts (and slopes) of all series.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rapport.stats.structural.model import Cells, Model
from rapport.stats.structural.sample import Sample
from rapport.stats.tables import Floats

Kind = Literal["autoregressive", "cross-lagged", "covariance", "variance", "mean"]
Matrix = Literal["paths", "covariances", "intercepts", "means"]
SETS: dict[str, tuple[Kind, ...]] = {
    "paths": ("autoregressive", "cross-lagged"),
    "covariances": ("covariance", "variance"),
    "means": ("mean",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One cell of one group's model that holds a parameter.

    key  cells with the same key hold the same parameter
    """

    name: str
    kind: Kind
    group: int
    matrix: Matrix
    row: int
    column: int
    key: tuple[object, ...]


@dataclass(frozen=True)
class Layout:
    """What a panel model is made of.

    series            the names of what was measured
    waves             how often
    times             the loadings of the slope, shape (waves,); None where there is no slope
    means_by_wave     a mean for each wave, as in the cross-lagged model; else means of the growth factors only
    groups            how many groups
    equal_paths       one set of paths for all steps from wave to wave
    equal_residuals   one set of residual variances and covariances for all waves but the first
    groups_equal      which sets of parameters are one for all groups: "paths", "covariances", "means"
    """

    series: tuple[str, ...]
    waves: int
    times: Floats | None
    means_by_wave: bool
    groups: int
    equal_paths: bool
    equal_residuals: bool
    groups_equal: Collection[str]

    @property
    def within(self) -> int:
        return len(self.series) * self.waves

    def places(self) -> list[Place]:
        """Every free cell of every group, in the order in which results show them."""
        return [place for group in range(self.groups) for place in self._of_group(group)]

    def keys(self) -> dict[tuple[object, ...], int]:
        """The parameters, numbered."""
        return {key: index for index, key in enumerate(dict.fromkeys(place.key for place in self.places()))}

    def parameter_names(self) -> list[str]:
        """What each parameter is called where it stands first."""
        first = {place.key: place.name for place in reversed(self.places())}
        return [first[key] for key in self.keys()]

    @property
    def mend(self) -> str:
        """What to do where the model cannot be fitted."""
        ways = [] if self.equal_paths else ["hold paths equal over time"]
        ways += [] if self.times is None else ['leave the slopes out (growth="intercept")']
        ways += [] if self.equal_residuals else ["hold residuals equal (equal_residuals=True)"]
        told = ", ".join([*ways, "leave out a series"])
        return f"{told[0].upper()}{told[1:]}, or give more persons."

    def models(self) -> list[Model]:
        """The models of the groups, over one vector of parameters."""
        keys = self.keys()
        models = []
        for group in range(self.groups):
            cells: dict[Matrix, list[tuple[int, int, int]]] = {
                "paths": [], "covariances": [], "intercepts": [], "means": []
            }  # fmt: skip
            for place in self._of_group(group):
                cells[place.matrix].append((place.row, place.column, keys[place.key]))
            held = {matrix: Cells.of(listed) for matrix, listed in cells.items()}
            models.append(
                Model(
                    self._loadings(),
                    held["paths"],
                    held["covariances"],
                    held["intercepts"],
                    held["means"],
                    len(keys),
                )
            )
        return models

    def start(self, samples: list[Sample], stable: float, carried: float) -> Floats:
        """Values to start from: `stable` is the share of variance between persons, `carried` the autoregression."""
        values = np.zeros(len(self.keys()))
        counts = np.zeros(len(values))
        keys = self.keys()
        for place in self.places():
            index = keys[place.key]
            values[index] += self._guess(place, samples[place.group].values, stable, carried)
            counts[index] += 1
        return values / counts

    def _guess(self, place: Place, values: Floats, stable: float, carried: float) -> float:
        if place.kind == "autoregressive":
            return carried
        if place.kind in ("cross-lagged", "covariance"):
            return 0.0
        if place.kind == "mean" and self.means_by_wave:
            return float(np.nanmean(values[:, place.row]))
        series, order = self._series_of(place.row)
        columns = slice(series * self.waves, (series + 1) * self.waves)
        if place.kind == "mean":
            means = np.nanmean(values[:, columns], axis=0)
            if self.times is None:
                return float(means.mean())
            slope, intercept = np.polyfit(self.times, means, 1)
            return float((intercept, slope)[order])
        variance = float(np.nanvar(values[:, columns], axis=0).mean())
        if place.row < self.within:
            residual = (1 - stable) * variance
            return residual if place.row % self.waves == 0 else residual * (1 - carried**2)
        if order == 0:
            return stable * variance
        assert self.times is not None
        return 0.1 * stable * variance / float(self.times @ self.times / self.waves)

    def _series_of(self, factor: int) -> tuple[int, int]:
        """A factor's series, and whether it is the stable part (0) or the slope (1)."""
        if factor < self.within:
            return factor // self.waves, 0
        return (factor - self.within) % len(self.series), (factor - self.within) // len(self.series)

    def _loadings(self) -> Floats:
        ones = np.kron(np.eye(len(self.series)), np.ones((self.waves, 1)))
        blocks = [np.eye(self.within), ones]
        if self.times is not None:
            blocks.append(np.kron(np.eye(len(self.series)), self.times[:, None]))
        return np.hstack(blocks)

    def _growth_names(self) -> list[str]:
        if self.means_by_wave:
            return [f"{name}, stable" for name in self.series]
        levels = [f"{name}, intercept" for name in self.series]
        return levels if self.times is None else levels + [f"{name}, slope" for name in self.series]

    def _key(self, kind: Kind, group: int, *where: object) -> tuple[object, ...]:
        shared = any(kind in SETS[name] for name in self.groups_equal)
        return (kind, None if shared else group, *where)

    def _of_group(self, group: int) -> Iterator[Place]:
        yield from self._paths(group)
        yield from self._growth(group)
        yield from self._within(group)
        yield from self._means(group)

    def _paths(self, group: int) -> Iterator[Place]:
        for to, outcome in enumerate(self.series):
            for of, predictor in enumerate(self.series):
                kind: Kind = "autoregressive" if to == of else "cross-lagged"
                for wave in range(1, self.waves):
                    key = self._key(kind, group, of, to, None if self.equal_paths else wave)
                    row, column = to * self.waves + wave, of * self.waves + wave - 1
                    name = f"{predictor} → {outcome}, {wave} to {wave + 1}"
                    yield Place(name, kind, group, "paths", row, column, key)

    def _growth(self, group: int) -> Iterator[Place]:
        names = self._growth_names()
        for i, name in enumerate(names):
            for j in range(i + 1):
                kind: Kind = "variance" if i == j else "covariance"
                told = f"{name}, variance" if i == j else f"{names[j]} with {name}"
                row, column = self.within + i, self.within + j
                yield Place(told, kind, group, "covariances", row, column, self._key(kind, group, "growth", i, j))

    def _within(self, group: int) -> Iterator[Place]:
        for wave in range(self.waves):
            residual = "residual " if wave else ""
            when: object = "residuals" if wave and self.equal_residuals else wave
            for i, name in enumerate(self.series):
                for j in range(i + 1):
                    kind: Kind = "variance" if i == j else "covariance"
                    told = (
                        f"{name}, {residual}variance at {wave + 1}"
                        if i == j
                        else f"{self.series[j]} with {name}, {residual}covariance at {wave + 1}"
                    )
                    row, column = i * self.waves + wave, j * self.waves + wave
                    yield Place(told, kind, group, "covariances", row, column, self._key(kind, group, when, i, j))

    def _means(self, group: int) -> Iterator[Place]:
        if not self.means_by_wave:
            for i, name in enumerate(self._growth_names()):
                yield Place(f"{name}, mean", "mean", group, "means", self.within + i, 0, self._key("mean", group, i))
            return
        for i, name in enumerate(self.series):
            for wave in range(self.waves):
                row = i * self.waves + wave
                key = self._key("mean", group, row)
                yield Place(f"{name}, mean at {wave + 1}", "mean", group, "intercepts", row, 0, key)
