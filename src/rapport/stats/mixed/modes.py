"""What a fit expects of each cluster and of each row: conditional modes and predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapport.stats.mixed.design import fixed_matrix
from rapport.stats.mixed.fitted import Machinery, MixedFit
from rapport.stats.mixed.likelihood import go_up, integrate_out
from rapport.stats.mixed.terms import Random, Term, read_term
from rapport.stats.results import Cell, Result, ResultTable, number
from rapport.stats.tables import Floats, Groups, Ints, Table, check_nested, read_groups


@dataclass(frozen=True, kw_only=True)
class ConditionalModes(Result):
    """How each cluster of a group differs from the average, drawn toward it by how little is known of the cluster.

    labels           the clusters, shape (n,), sorted
    names            the effects
    values           shape (n, q), in the table's units
    standard_errors  shape (n, q): √ of the conditional variances, the fixed effects and variances taken as known
    """

    method = "Conditional modes (best linear unbiased predictions)"
    reference = "Bates, Mächler, Bolker & Walker 2015, section 5"

    group: str
    labels: NDArray[Any]
    names: tuple[str, ...]
    values: Floats
    standard_errors: Floats

    def sentence(self) -> str:
        ranges = "; ".join(
            f"in {name} from {number(float(column.min()))} to {number(float(column.max()))}"
            for name, column in zip(self.names, self.values.T, strict=True)
        )
        return f"The conditional modes of {len(self.labels)} {self.group}s range {ranges}."

    def table(self) -> ResultTable:
        columns = (self.group, *(column for name in self.names for column in (name, f"{name} SE")))
        pairs = np.stack([self.values, self.standard_errors], axis=2).reshape(len(self.labels), -1).tolist()
        rows: list[tuple[Cell, ...]] = [(str(label), *pair) for label, pair in zip(self.labels, pairs, strict=True)]
        return ResultTable(f"Conditional modes of {self.group}", columns, tuple(rows))


def conditional_modes(fit: MixedFit, group: str) -> ConditionalModes:
    """The conditional modes of a group's random effects.

    The standard errors are those of lme4's `condVar`: they count what is not known of the outer clusters' effects,
    and take the fixed effects and the variances as known. Checked against lme4's `ranef`.

    Raises BadInput where the model has no random effects of this group.
    """
    names = fit.variance(group).names
    parts = fit.machinery
    level = parts.design.level_of(group)
    values, variances = _modes(parts)[level]
    scaling = parts.design.scaling
    unit = scaling.spread / scaling.effects[level][:, None]
    order = np.argsort(parts.design.labels[level])
    return ConditionalModes(
        group=group,
        labels=parts.design.labels[level][order],
        names=names,
        values=(values * unit).T[order],
        standard_errors=(np.sqrt(np.clip(variances, 0, None)) * unit * parts.minimum.place.sigma).T[order],
    )


def _modes(parts: Machinery) -> list[tuple[Floats, Floats]]:
    """For each level, its clusters' modes and their variances in units of σ², both (q, clusters), scaled columns.

    From the outermost level inwards: with the outer effects u known, an inner cluster's mode is ΛA⁻¹Λ'z'(r − Z_o u),
    and its variance ΛA⁻¹Λ' + J Var(u) J' with J = ΛA⁻¹Λ'z'Z_o.
    """
    problem, place = parts.problem, parts.minimum.place
    problem = problem.settled(place.parameters)
    factors = problem.factors(place.parameters)
    heights, _, _ = go_up(problem.moments, problem.levels, factors)
    size = problem.moments.size
    # What is still unexplained in each cluster: residual = columns @ direction; and its uncertainty.
    direction = (problem.ending.response - problem.ending.fixed @ place.coefficients)[:, None]
    spread = np.zeros((size, size, 1))
    found: list[tuple[Floats, Floats]] = []
    for index in reversed(range(len(problem.levels))):
        level = problem.levels[index]
        z = list(level.columns)
        outer = np.zeros(level.clusters, dtype=np.int64) if index == len(problem.levels) - 1 else level.parents
        rows = heights[index].moments.rows(z)
        step = integrate_out(rows, z, factors[index])
        direction, spread = direction[:, outer], spread[:, :, outer]
        covariances = step.covariances()
        modes = step.effects(np.einsum("adn,dn->an", rows, direction))
        through = np.einsum("abn,bdn->adn", covariances, rows)
        variances = covariances + np.einsum("adn,den,ben->abn", through, spread, through)
        found.insert(0, (modes, np.einsum("aan->an", variances).copy()))
        # The joint uncertainty of this level's effects and the outer ones, for the levels within.
        direction, spread = direction.copy(), spread.copy()
        cross = np.einsum("adn,den->aen", through, spread)
        direction[z] -= modes
        spread[z] -= cross
        spread[:, z] -= cross.transpose(1, 0, 2)
        spread[np.ix_(z, z)] += variances
    return found


def predict(fit: MixedFit, table: Table, *, with_groups: bool = True) -> Floats:
    """The expected outcome of each row of a table, shape (rows,), in the outcome's units.

    With `with_groups`, a cluster that the fit knows adds its conditional modes and one it does not know adds
    nothing: that row is predicted for the average cluster. Without, every row is predicted for the average cluster.
    Checked against lme4's `predict`.

    Raises what `tables` raises for a column that is missing or cannot be used, and NotNested.
    """
    design = fit.machinery.design
    rows = _row_count(table, design.random, design.terms)
    expected: Floats = fixed_matrix(table, design.terms, design.intercept, rows) @ fit.fixed
    if not with_groups:
        return expected
    modes = {one.group: conditional_modes(fit, one.group) for one in fit.variances}
    inner: Groups | None = None
    for name in design.group_names:
        groups = read_groups(table, name)
        if inner is not None:
            check_nested(inner, groups)
        inner = groups
        if name in modes:
            at, known = _places(groups, modes[name].labels)
            effects = np.where(known[:, None], modes[name].values[at], 0.0)[groups.codes]
            expected += np.einsum("nq,nq->n", effects, _random_matrix(table, name, design.random, rows))
    return expected


def _row_count(table: Table, random: tuple[Random, ...], terms: tuple[Term, ...]) -> int:
    """How many rows a table has; where there are no fixed terms the groups say it."""
    return len(read_term(table, terms[0])) if terms else len(read_groups(table, random[0].group).codes)


def _random_matrix(table: Table, group: str, random: tuple[Random, ...], rows: int) -> Floats:
    """The columns of a group's random effects, shape (rows, q)."""
    columns = []
    for one in random:
        if one.group == group:
            columns.extend([np.ones(rows)] if one.intercept else [])
            columns.extend(read_term(table, term) for term in one.slopes)
    return np.column_stack(columns)


def _places(groups: Groups, labels: NDArray[Any]) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each group stands among the sorted labels of the fit, and whether it is there."""
    asked, known = groups.labels, labels
    if (asked.dtype.kind in "US") != (known.dtype.kind in "US"):
        asked, known = asked.astype(str), known.astype(str)
    order = np.argsort(known, kind="stable")
    at = order[np.clip(np.searchsorted(known, asked, sorter=order), 0, len(known) - 1)]
    return at.astype(np.int64), np.asarray(known[at] == asked)
