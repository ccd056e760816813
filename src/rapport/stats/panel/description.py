"""From an optimum to a result: standard errors, standardised values, and what a reader must know."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rapport.stats.panel.layout import Layout, Place
from rapport.stats.panel.results import PanelFit, Parameter, StandardErrors, full_name, tested
from rapport.stats.results import Caution, counted
from rapport.stats.structural.fit_indices import FitIndices
from rapport.stats.structural.likelihood import small_sample, summed_by
from rapport.stats.structural.sample import Sample
from rapport.stats.structural.search import Optimum, Point
from rapport.stats.tables import Floats, Ints

_FEW_CLUSTERS = 30


@dataclass(frozen=True)
class Rows:
    """What was read: each group's sample, its label, and the cluster of each row, the groups one after the other."""

    samples: list[Sample]
    labels: list[str]
    clusters: Ints | None
    left_out: int


def describe(
    model: str,
    layout: Layout,
    rows: Rows,
    optimum: Optimum,
    indices: FitIndices,
    standard_errors: StandardErrors,
    saturated: float,
    level: float,
) -> PanelFit:
    """The fit as a result."""
    point, places, keys = optimum.point, layout.places(), layout.keys()
    covariance = covariance_of(point, standard_errors, rows.clusters)
    held = np.array([keys[place.key] for place in places])
    spread = np.sqrt(np.diag(covariance))
    parameters = tuple(
        tested(
            place.name,
            place.kind,
            rows.labels[place.group],
            float(point.values[index]),
            float(spread[index]),
            _standardised(place, point),
            level,
        )
        for place, index in zip(places, held, strict=True)
    )
    persons = sum(sample.rows for sample in rows.samples)
    free = len(point.values)
    clusters = int(rows.clusters.max()) + 1 if rows.clusters is not None else None
    values = sum(sample.values.size for sample in rows.samples)
    return PanelFit(
        model=model,
        series=layout.series,
        waves=layout.waves,
        persons=persons,
        groups=tuple(rows.labels) if layout.groups > 1 or rows.labels[0] else (),
        clusters=clusters,
        patterns=sum(len(sample.counts) for sample in rows.samples),
        missing=1 - sum(float(sample.counts @ sample.present.sum(axis=1)) for sample in rows.samples) / values,
        fit=indices,
        log_likelihood=point.log_likelihood,
        free=free,
        aic=2 * free - 2 * point.log_likelihood,
        bic=math.log(persons) * free - 2 * point.log_likelihood,
        standard_errors=standard_errors,
        level=level,
        steps=optimum.steps,
        gradient=optimum.scaled_gradient,
        parameters=parameters,
        covariance=covariance,
        indices=held,
        saturated_log_likelihood=saturated,
        warnings=tuple(_cautions(layout, rows, parameters, point, clusters)),
    )


def covariance_of(point: Point, standard_errors: StandardErrors, clusters: Ints | None) -> Floats:
    """The estimates' covariances, shape (parameters, parameters).

    Robust ones are A⁻¹BA⁻¹ with A the observed information and B the sum of the squared scores of persons (White,
    1982), or of clusters, times G/(G − 1) for G clusters.
    """
    if standard_errors == "expected":
        return np.asarray(np.linalg.inv(point.expected), dtype=np.float64)
    bread: Floats = np.asarray(np.linalg.inv(point.observed), dtype=np.float64)
    if standard_errors == "observed":
        return bread
    scores = point.scores()
    if clusters is not None:
        scores = summed_by(scores, clusters)
    return np.asarray(bread @ (scores.T @ scores) @ bread * small_sample(clusters))


def _standardised(place: Place, point: Point) -> float:
    implied = point.implied[place.group]
    total = np.diag(implied.factor_covariance)
    disturbances = implied.psi
    if place.matrix == "paths":
        value = implied.model.at(point.values)
        paths = np.eye(len(total)) - np.linalg.inv(value.total)
        return _over(paths[place.row, place.column] * _root(total[place.column]), _root(total[place.row]))
    if place.kind == "covariance":
        return _over(
            disturbances[place.row, place.column],
            _root(disturbances[place.row, place.row]) * _root(disturbances[place.column, place.column]),
        )
    if place.kind == "variance":
        return _over(disturbances[place.row, place.row], _root(total[place.row]) ** 2)
    if place.matrix == "intercepts":
        return _over(implied.intercepts[place.row], _root(implied.covariance[place.row, place.row]))
    return _over(implied.means[place.row], _root(total[place.row]))


def _root(variance: float) -> float:
    return math.sqrt(variance) if variance > 0 else math.nan


def _over(value: float, by: float) -> float:
    return float(value / by) if by else math.nan


def _cautions(
    layout: Layout, rows: Rows, parameters: tuple[Parameter, ...], point: Point, clusters: int | None
) -> list[Caution]:
    found = []
    negative = [parameter for parameter in parameters if parameter.kind == "variance" and parameter.estimate < 0]
    if negative:
        names = ", ".join(full_name(parameter) for parameter in negative)
        text = (
            f"Negative variance (Heywood case): {names}. The model asks for something that these data do not have; "
            "without a stable part there is nothing to separate. Hold paths equal over time, or leave the part out."
        )
        found.append(Caution("negative-variance", text))
    elif any(_smallest(moments.psi) < 1e-10 for moments in point.implied):
        text = (
            "The covariances of the stable or momentary parts are not positive definite: a correlation beyond ±1. "
            "Read the standardised values before you report the model."
        )
        found.append(Caution("not-positive-definite", text))
    if rows.left_out:
        told = counted(rows.left_out, "person has", "persons have")
        found.append(Caution("persons-left-out", f"{told} no value at any wave and were left out."))
    if clusters is not None and clusters < _FEW_CLUSTERS:
        text = f"There are {clusters} clusters; with fewer than about {_FEW_CLUSTERS}, standard errors are too small."
        found.append(Caution("few-clusters", text))
    free, persons = len(point.values), sum(sample.rows for sample in rows.samples)
    if persons < 5 * free:
        text = f"{persons:,} persons for {free} parameters: fewer than 5 for each, so tests and intervals are rough."
        found.append(Caution("few-persons", text))
    return found


def _smallest(covariance: Floats) -> float:
    spread = np.sqrt(np.diag(covariance))
    return float(np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0])
