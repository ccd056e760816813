"""The model that says nothing about means and covariances, and the one that says that nothing is related.

The first is what χ² compares a model with, the second what CFI and TLI compare it with.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rapport.stats.errors import Collinear, NotConverged, NotIdentified, TooFew
from rapport.stats.results import counted
from rapport.stats.structural.model import Cells, Model
from rapport.stats.structural.sample import Sample
from rapport.stats.structural.search import Optimum, Point, climb
from rapport.stats.tables import Floats

_EM_ROUNDS = 500


def saturated_model(variables: int) -> Model:
    """Every mean, variance and covariance free: Σ = Ψ, μ = ν."""
    lower = [(i, j) for i in range(variables) for j in range(i + 1)]
    covariances = [(i, j, index) for index, (i, j) in enumerate(lower)]
    intercepts = [(i, 0, len(lower) + i) for i in range(variables)]
    size = len(lower) + variables
    return Model(np.eye(variables), Cells.of([]), Cells.of(covariances), Cells.of(intercepts), Cells.of([]), size)


def independent_model(variables: int) -> Model:
    """Every mean and variance free, every covariance zero."""
    variances = [(i, i, i) for i in range(variables)]
    intercepts = [(i, 0, variables + i) for i in range(variables)]
    return Model(
        np.eye(variables), Cells.of([]), Cells.of(variances), Cells.of(intercepts), Cells.of([]), 2 * variables
    )


def fit_saturated(sample: Sample, names: Sequence[str]) -> Point:
    """The most likely means and covariances of one group, missing values left missing.

    Raises NotIdentified where two variables are never seen together, Collinear where one variable is a combination
    of others, NotConverged.
    """
    seen = sample.present.T @ (sample.present * sample.counts[:, None])
    if (seen < 2).any():
        i, j = np.argwhere(seen < 2)[0]
        raise NotIdentified(
            f"{names[i]} and {names[j]} are seen together in {counted(int(seen[i, j]), 'row')}; how they go together "
            "cannot be estimated. Leave one of these waves out."
        )
    model = saturated_model(sample.variables)
    lower = np.tril_indices(sample.variables)
    mean, variance = _by_variable(sample)
    covariance = np.diag(variance)
    rounds = 1 if sample.is_complete else _EM_ROUNDS
    for done in range(rounds):
        mean, covariance = _em_step(sample, mean, covariance, names)
        if not sample.is_complete and done % 5 < 4:
            continue
        _check_rank(covariance, names)
        start = Point.at([model], [sample], np.concatenate([covariance[lower], mean]))
        if start is None:
            continue
        found = climb([model], [sample], start)
        if isinstance(found, Optimum):
            return found.point
    raise NotConverged(
        "The means and covariances of the waves could not be estimated: too few rows have several of them. Leave out "
        "the waves with the most missing values."
    )


def fit_independent(sample: Sample) -> Point:
    """The most likely means and variances where nothing is related: those of each variable by itself."""
    mean, variance = _by_variable(sample)
    point = Point.at([independent_model(sample.variables)], [sample], np.concatenate([variance, mean]))
    assert point is not None  # variances of columns that vary
    return point


def _by_variable(sample: Sample) -> tuple[Floats, Floats]:
    return np.nanmean(sample.values, axis=0), np.nanvar(sample.values, axis=0)


def _em_step(sample: Sample, mean: Floats, covariance: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """One step of EM for a normal sample with missing values (Little & Rubin, 2019, section 11.2.1)."""
    present = sample.present
    both = present[:, :, None] * present[:, None, :]
    padded = covariance * both + (1 - present)[:, :, None] * np.eye(len(mean))
    try:
        inverses = np.linalg.inv(padded) * both
    except np.linalg.LinAlgError:
        _check_rank(covariance, names)
        raise NotConverged("The covariances of the waves became singular. Leave out a wave.") from None
    slopes = covariance @ inverses
    off = ((sample.filled - mean) * present[sample.codes])[:, :, None]
    filled = mean + (slopes[sample.codes] @ off)[:, :, 0]
    unknown = covariance - slopes @ covariance
    new_mean = filled.mean(axis=0)
    centred = filled - new_mean
    spread = centred.T @ centred + np.tensordot(sample.counts, unknown, axes=1)
    return new_mean, spread / sample.rows


def _check_rank(covariance: Floats, names: Sequence[str]) -> None:
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    for index in range(1, len(names)):
        slopes = np.linalg.lstsq(correlation[:index, :index], correlation[:index, index], rcond=None)[0]
        if 1 - slopes @ correlation[:index, index] > 1e-9:
            continue
        involved = [names[int(i)] for i in np.flatnonzero(np.abs(slopes) > 1e-4)]
        if len(involved) > 3 and len(involved) == index:
            raise TooFew(
                f"Too few persons have several of the waves: those who have {names[index]} and the waves before it are "
                "fewer than these waves. Leave out waves or series."
            )
        raise Collinear(f"{names[index]} is a combination of {', '.join(involved)}. Leave one of them out.")
