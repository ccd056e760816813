"""The two panel models, from a table to a fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from rapport.stats.arguments import check_choice, check_flag, check_level
from rapport.stats.errors import BadInput, NotIdentified, TooFew, WrongShape
from rapport.stats.panel.description import Rows, describe
from rapport.stats.panel.layout import SETS, Layout
from rapport.stats.panel.results import PanelFit, StandardErrors
from rapport.stats.results import counted
from rapport.stats.structural.fit_indices import fit_indices
from rapport.stats.structural.sample import Sample
from rapport.stats.structural.saturated import fit_independent, fit_saturated
from rapport.stats.structural.search import maximise
from rapport.stats.tables import Floats, Table, check_numbers, check_varies, read_columns, read_groups

# The share of variance between persons and the autoregression from which a search starts.
_STARTS = ((0.5, 0.3), (0.3, 0.3), (0.7, 0.2), (0.1, 0.5), (0.05, 0.1), (0.9, 0.05))


def random_intercept_cross_lagged(
    table: Table,
    *,
    equal_over_time: bool = False,
    equal_residuals: bool = False,
    group: str | None = None,
    groups_equal: Collection[str] = (),
    cluster: str | None = None,
    standard_errors: StandardErrors | None = None,
    level: float = 0.95,
    **series: Sequence[str],
) -> PanelFit:
    """The random-intercept cross-lagged panel model (Hamaker, Kuiper & Grasman, 2015).

    Each series is split into a mean for each wave, what is stable in a person, and what is momentary; the momentary
    parts depend on those of the wave before: each on itself (autoregressive) and on the others (cross-lagged).

        stats.panel.random_intercept_cross_lagged(
            table, client=["client_1", …, "client_6"], therapist=["therapist_1", …, "therapist_6"]
        )

    table            one row a person; NaN where a wave is missing (`wide` makes it from long rows)
    series           one to three series by name, each with its columns in the order of time, at least three
    equal_over_time  one set of paths for all steps from wave to wave
    equal_residuals  one set of residual variances and covariances for all waves but the first
    group            a column that tells groups of persons apart, which are fitted together
    groups_equal     what is the same in all groups: any of "paths", "covariances", "means"
    cluster          a column that tells clusters of persons apart (therapists): standard errors count clusters
    standard_errors  "observed" information, "expected" information, "robust" (Huber–White) or "cluster"; by default
                     "cluster" where there are clusters, "observed" where values are missing (Kenward &
                     Molenberghs, 1998), else "expected". With "robust" and "cluster", χ² is scaled (Yuan–Bentler).
    level            of the intervals; that of RMSEA is at 90%, as is the custom

    Persons without any value are left out, with a note. Raises the errors of reading a table; WrongShape for series of
    unequal length; TooFew for fewer than three waves or fewer persons than variables; NoVariation, Collinear;
    NotIdentified, NotConverged. Checked against lavaan 0.6-14.
    """
    layout = _layout(series, None, True, equal_over_time, equal_residuals, groups_equal)
    return _fit(
        "random-intercept cross-lagged panel model", table, series, layout, group, cluster, standard_errors, level
    )


def latent_curve(
    table: Table,
    *,
    growth: Literal["linear", "intercept"] = "linear",
    times: Sequence[float] | None = None,
    equal_over_time: bool = False,
    equal_residuals: bool = False,
    group: str | None = None,
    groups_equal: Collection[str] = (),
    cluster: str | None = None,
    standard_errors: StandardErrors | None = None,
    level: float = 0.95,
    **series: Sequence[str],
) -> PanelFit:
    """The latent curve model with structured residuals (Curran, Howard, Bainter, Lane & McGinley, 2014).

    Each person has a course of their own in each series: a level and, with `growth="linear"`, a slope. What is left
    depends on what was left at the wave before, as in the cross-lagged model. Unlike there, the means of the waves
    are those of the course, and nothing else.

    growth  "linear", or "intercept" for a level without a slope
    times   when the waves were, for the slope; 0, 1, 2 … where nothing is said. The intercept is the level at 0.

    The other arguments, and the errors, are those of `random_intercept_cross_lagged`. A slope needs at least four
    waves of two series. With few persons (in 12 of 1,000 simulated sets of 117, a fifth of the values missing) the
    likelihood of a model with slopes has no maximum; `growth="intercept"` could be fitted to each of these.
    Checked against lavaan 0.6-14.
    """
    check_choice(growth, "growth", ("linear", "intercept"))
    if times is not None and growth == "intercept":
        raise BadInput('times has no meaning with growth="intercept". Leave it out.')
    waves = _check_series(series)
    loadings = check_numbers(np.arange(waves) if times is None else np.asarray(times), "times")
    if len(loadings) != waves:
        raise WrongShape(f"times has {len(loadings)} values for {waves} waves. Give one for each wave.")
    check_varies(loadings, "times")
    slope = loadings if growth == "linear" else None
    layout = _layout(series, slope, False, equal_over_time, equal_residuals, groups_equal)
    return _fit(
        "latent curve model with structured residuals", table, series, layout, group, cluster, standard_errors, level
    )


def _layout(
    series: Mapping[str, Sequence[str]],
    times: Floats | None,
    means_by_wave: bool,
    equal_over_time: bool,
    equal_residuals: bool,
    groups_equal: Collection[str],
) -> Layout:
    check_flag(equal_over_time, "equal_over_time")
    check_flag(equal_residuals, "equal_residuals")
    unknown = set(groups_equal) - set(SETS) if not isinstance(groups_equal, str) else {groups_equal}
    if unknown:
        raise BadInput(f"groups_equal has {sorted(unknown)}; give a list of any of {', '.join(SETS)}.")
    return Layout(
        series=tuple(series),
        waves=_check_series(series),
        times=times,
        means_by_wave=means_by_wave,
        groups=1,
        equal_paths=equal_over_time,
        equal_residuals=equal_residuals,
        groups_equal=frozenset(groups_equal),
    )


def _check_series(series: Mapping[str, Sequence[str]]) -> int:
    """How many waves there are."""
    for name, columns in series.items():
        if isinstance(columns, str) or not hasattr(columns, "__len__"):
            raise WrongShape(
                f'{name} is {columns!r}; a series is a list of columns, one for each wave: {name}=["{name}_1", …]. '
                f"No option is called {name}."
            )
    if not 1 <= len(series) <= 3:
        raise WrongShape(
            f"{counted(len(series), 'series was', 'series were')} given. Give one to three, each with its columns: "
            'client=["client_1", "client_2", …].'
        )
    lengths = {name: len(columns) for name, columns in series.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise WrongShape(f"The series have different numbers of waves: {told}. Give each the same waves.")
    columns = [column for listed in series.values() for column in listed]
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        raise WrongShape(f"The column {twice} is named twice. Each wave of each series has a column of its own.")
    waves = next(iter(lengths.values()))
    if waves < 3:
        raise TooFew(
            f"The series have {counted(waves, 'wave')}; at least three are needed to tell what is stable "
            "from what is momentary."
        )
    return waves


def _fit(
    model: str,
    table: Table,
    series: Mapping[str, Sequence[str]],
    layout: Layout,
    group: str | None,
    cluster: str | None,
    standard_errors: StandardErrors | None,
    level: float,
) -> PanelFit:
    check_level(level)
    columns = [column for listed in series.values() for column in listed]
    rows = _read(table, columns, group, cluster)
    layout = replace(layout, groups=len(rows.samples))
    kind = _which_errors(standard_errors, cluster, rows)
    size, parameters = layout.within, len(layout.keys())
    df = layout.groups * (size * (size + 3) // 2) - parameters
    if df < 0:
        raise NotIdentified(
            f"The model has {parameters} parameters for {df + parameters} means, variances and covariances. Use more "
            "waves, or hold paths equal over time."
        )
    saturated = [fit_saturated(sample, columns) for sample in rows.samples]
    starts = [layout.start(rows.samples, stable, carried) for stable, carried in _STARTS]
    optimum = maximise(layout.models(), rows.samples, starts, layout.parameter_names(), layout.mend)
    baseline = [fit_independent(sample) for sample in rows.samples]
    scaled = kind in ("robust", "cluster")
    indices = fit_indices(optimum.point, saturated, baseline, df=df, is_scaled=scaled, clusters=rows.clusters)
    known = sum(point.log_likelihood for point in saturated)
    return describe(model, layout, rows, optimum, indices, kind, known, level)


def _read(table: Table, columns: Sequence[str], group: str | None, cluster: str | None) -> Rows:
    values = read_columns(table, columns, allow_missing=True)
    groups = read_groups(table, group) if group is not None else None
    clusters = read_groups(table, cluster) if cluster is not None else None
    for named in (groups, clusters):
        if named is not None and len(named.codes) != len(values):
            raise WrongShape(f"{named.name} has {len(named.codes)} rows and the waves have {len(values)}.")
    if clusters is not None and clusters.count < 2:
        raise TooFew(f"{clusters.name} has one value; standard errors that count clusters need at least two.")
    seen = ~np.isnan(values).all(axis=1)
    codes = groups.codes if groups is not None else np.zeros(len(values), dtype=np.int64)
    labels = [str(label) for label in groups.labels] if groups is not None else [""]
    samples, order = [], []
    for index, label in enumerate(labels):
        members = np.flatnonzero(seen & (codes == index))
        _check_sample(values[members], columns, f" of {group} {label}" if label else "")
        samples.append(Sample(values[members]))
        order.append(members)
    persons = np.concatenate(order)
    return Rows(
        samples=samples,
        labels=labels,
        clusters=np.unique(clusters.codes[persons], return_inverse=True)[1] if clusters is not None else None,
        left_out=int((~seen).sum()),
    )


def _check_sample(values: Floats, columns: Sequence[str], whose: str) -> None:
    if len(values) <= len(columns):
        raise TooFew(
            f"{counted(len(values), 'person has', 'persons have')} any value{whose}, for {len(columns)} columns; "
            "there must be more persons than columns. Leave out waves, or give more persons."
        )
    for index, name in enumerate(columns):
        present = values[~np.isnan(values[:, index]), index]
        if len(present) < 2:
            raise TooFew(f"{name} has {counted(len(present), 'value')}{whose}. Leave this wave out of every series.")
        check_varies(present, name + whose)


def _which_errors(asked: StandardErrors | None, cluster: str | None, rows: Rows) -> StandardErrors:
    if asked is None:
        if cluster is not None:
            return "cluster"
        return "expected" if all(sample.is_complete for sample in rows.samples) else "observed"
    check_choice(asked, "standard_errors", ("expected", "observed", "robust", "cluster"))
    if (asked == "cluster") != (cluster is not None):
        raise BadInput('standard_errors="cluster" and the argument cluster go together. Give both or neither.')
    return asked
