"""From a table to what the likelihood needs: sorted rows, scaled columns, nested clusters.

The columns are scaled so that the search is the same whatever the units, and loses no digits to a large mean: slopes
of random effects by their root mean square, the fixed effects turned into orthogonal columns, the outcome replaced
by what least squares leaves of it. `Scaling` turns estimates back.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from rapport.stats.errors import BadInput, NotIdentified, NoVariation, TooFew, WrongShape
from rapport.stats.mixed.factors import Block, Layout
from rapport.stats.mixed.likelihood import Level
from rapport.stats.mixed.terms import INTERCEPT, Random, Term, check_terms, read_term, term_name
from rapport.stats.tables import (
    Floats,
    Groups,
    Ints,
    Table,
    check_nested,
    check_rank,
    check_varies,
    read_groups,
    read_numbers,
)


@dataclass(frozen=True, slots=True)
class Scaling:
    """How what was estimated on scaled columns is said in the table's own units.

    basis    C, shape (p, p): the orthogonal columns are XC
    origin   γ, shape (p,): least squares coefficients on XC, of the outcome as it is
    spread   s: the outcome was divided by this after XCγ was taken off
    effects  for each level, shape (q,): what the columns of its random effects were divided by
    """

    basis: Floats
    origin: Floats
    spread: float
    effects: tuple[Floats, ...]

    def coefficients(self, scaled: Floats) -> Floats:
        return self.basis @ (self.origin + self.spread * scaled)

    def covariance(self, unscaled: Floats, sigma: float) -> Floats:
        return (self.spread * sigma) ** 2 * self.basis @ unscaled @ self.basis.T

    def random(self, level: int, factor: Floats, sigma: float) -> Floats:
        """The covariance matrix of a level's random effects."""
        root = self.spread * sigma * factor / self.effects[level][:, None]
        return root @ root.T

    def deviance(self, scaled: float, freedom: float, restricted: bool) -> float:
        """The deviance of the table's own outcome and fixed effects."""
        turned = 2 * float(np.log(np.abs(np.diag(self.basis))).sum()) if restricted and len(self.basis) else 0.0
        return scaled + 2 * freedom * math.log(self.spread) - turned


@dataclass(frozen=True, slots=True)
class Design:
    """A model's table, read, checked and sorted.

    outcome      its name
    fixed        names of the fixed effects, the intercept first
    terms        the fixed terms as they were given
    intercept    whether the fixed effects have one
    random       the random terms as they were given
    effects      for each level, the names of its random effects
    group_names  for each level, its group's column, innermost first
    levels       the nesting, as the likelihood takes it; clusters are numbered in their sorted order
    labels       for each level, shape (clusters,): the label of each of `levels`' clusters
    layout       where the parameters stand
    order        shape (rows,): the table's rows sorted by cluster
    starts       shape (clusters,): where each innermost cluster begins in that order
    columns      shape (d, rows): sorted and scaled
    fixed_columns, response_column   which of the d columns are X and y
    scaling      back to the table's units
    rows         how many rows there are
    """

    outcome: str
    fixed: tuple[str, ...]
    terms: tuple[Term, ...]
    intercept: bool
    random: tuple[Random, ...]
    effects: tuple[tuple[str, ...], ...]
    group_names: tuple[str, ...]
    levels: tuple[Level, ...]
    labels: tuple[NDArray[Any], ...]
    layout: Layout
    order: Ints
    starts: Ints
    columns: Floats
    fixed_columns: tuple[int, ...]
    response_column: int
    scaling: Scaling
    rows: int

    def without_rows(self) -> Design:
        """The same without what has as many entries as the table has rows; the moments hold the rest."""
        none = np.empty(0, dtype=np.int64)
        return replace(self, order=none, columns=np.empty((len(self.columns), 0)))

    def level_of(self, group: str) -> int:
        """Which level a group is. Raises BadInput where the model has no such group."""
        if group not in self.group_names:
            raise BadInput(f"The model has no group {group!r}. It has: {', '.join(reversed(self.group_names))}.")
        return self.group_names.index(group)


def read_design(
    table: Table,
    *,
    outcome: str,
    fixed: Sequence[Term],
    random: Sequence[Random],
    intercept: bool,
    innermost: str | None = None,
    saturated: bool = False,
) -> Design:
    """Read a table for a mixed model.

    `innermost` names a group within which residuals are correlated; where no random term names it, it becomes a
    level without random effects. `saturated` lets a group have as many random effects as rows, for residuals that
    leave room for it.

    Raises what `tables` raises, BadInput, TooFew, NotNested, NoVariation, Collinear and NotIdentified.
    """
    check_terms(fixed, random)
    y = read_numbers(table, outcome)
    check_varies(y, outcome)
    x, names = _read_fixed(table, fixed, intercept, len(y))
    group_names = list(dict.fromkeys(one.group for one in random))
    if innermost is not None and innermost not in group_names:
        group_names.append(innermost)
    groups = [read_groups(table, name) for name in reversed(group_names)]
    levels, labels, order, starts = _nest(groups, len(y))
    blocks, slopes = _lay_out(random, [group.name for group in groups])
    columns, level_columns, divisors = _random_columns(table, slopes, order)
    for index, group in enumerate(groups):
        outer = groups[index + 1] if index + 1 < len(groups) else None
        _check_identified(group, outer, len(slopes[index]), saturated)
    x_columns, y_column, scaling = _scale_fixed(x, y, order, columns, outcome, intercept, divisors)
    return Design(
        outcome=outcome,
        fixed=names,
        terms=tuple(fixed),
        intercept=intercept,
        random=tuple(random),
        effects=tuple(tuple(INTERCEPT if term is None else term_name(term) for term in level) for level in slopes),
        group_names=tuple(group.name for group in groups),
        levels=tuple(Level(at, level.parents) for at, level in zip(level_columns, levels, strict=True)),
        labels=labels,
        layout=Layout(tuple(map(len, slopes)), blocks),
        order=order,
        starts=starts,
        columns=np.stack(list(columns.values())),
        fixed_columns=x_columns,
        response_column=y_column,
        scaling=scaling,
        rows=len(y),
    )


def fixed_matrix(table: Table, fixed: Sequence[Term], intercept: bool, rows: int) -> Floats:
    """The columns of the fixed effects in the table's own units and order, shape (rows, p)."""
    x = np.ones((rows, len(fixed) + intercept))
    for index, term in enumerate(fixed):
        values = read_term(table, term)
        if len(values) != rows:
            raise WrongShape(f"{term_name(term)} has {len(values)} rows and the outcome has {rows}.")
        x[:, index + intercept] = values
    return x


def _read_fixed(table: Table, fixed: Sequence[Term], intercept: bool, rows: int) -> tuple[Floats, tuple[str, ...]]:
    x = fixed_matrix(table, fixed, intercept, rows)
    names = ((INTERCEPT,) if intercept else ()) + tuple(term_name(term) for term in fixed)
    if intercept:
        for index, name in enumerate(names[1:], start=1):
            check_varies(x[:, index], name)
    if names:
        check_rank(x, names)
    if rows <= len(names):
        raise TooFew(f"{rows} rows are too few for {len(names)} fixed effects.")
    return x, names


def _nest(groups: Sequence[Groups], rows: int) -> tuple[list[Level], tuple[NDArray[Any], ...], Ints, Ints]:
    """Levels whose clusters are numbered so that those of one outer cluster follow one another."""
    for group in groups:
        if len(group.codes) != rows:
            raise WrongShape(f"{group.name} has {len(group.codes)} rows and the outcome has {rows}.")
        if group.count < 2:
            raise TooFew(f"There is one {group.name}; a random effect of {group.name} needs two at the least.")
    parents = [check_nested(inner, outer) for inner, outer in itertools.pairwise(groups)]
    # Outermost first: each level's clusters are ordered by the order of the level above, then by their own label.
    labels = [np.arange(groups[-1].count)]
    levels = [Level((), np.zeros(groups[-1].count, dtype=np.int64))]
    for parent in reversed(parents):
        rank = np.empty(len(labels[0]), dtype=np.int64)
        rank[labels[0]] = np.arange(len(rank))
        ranked = rank[parent]
        label = np.argsort(ranked, kind="stable")
        labels.insert(0, label)
        levels.insert(0, Level((), ranked[label]))
    rank = np.empty(len(labels[0]), dtype=np.int64)
    rank[labels[0]] = np.arange(len(rank))
    cluster = rank[groups[0].codes]
    order = np.argsort(cluster, kind="stable")
    sizes = np.bincount(cluster, minlength=len(rank))
    starts = (np.cumsum(sizes) - sizes).astype(np.int64)
    names = tuple(group.labels[label] for group, label in zip(groups, labels, strict=True))
    return levels, names, order, starts


def _lay_out(random: Sequence[Random], groups: Sequence[str]) -> tuple[tuple[Block, ...], list[list[Term | None]]]:
    """The blocks of parameters, and for each level the terms of its random effects; None is an intercept."""
    blocks: list[Block] = []
    slopes: list[list[Term | None]] = [[] for _ in groups]
    for one in random:
        level = groups.index(one.group)
        blocks.append(Block(level, len(slopes[level]), len(one.names), one.correlated))
        slopes[level].extend([None] if one.intercept else [])
        slopes[level].extend(one.slopes)
    return tuple(sorted(blocks, key=lambda block: (block.level, block.first))), slopes


def _random_columns(
    table: Table, slopes: Sequence[Sequence[Term | None]], order: Ints
) -> tuple[dict[str, Floats], list[tuple[int, ...]], tuple[Floats, ...]]:
    """The columns that any random effect needs, each once; which of them each level takes; what divided them."""
    columns: dict[str, Floats] = {}
    divisors: dict[str, float] = {}
    for term in dict.fromkeys(term for level in slopes for term in level):
        name = INTERCEPT if term is None else term_name(term)
        if name in columns:
            continue
        values = np.ones(len(order)) if term is None else read_term(table, term)
        if len(values) != len(order):
            raise WrongShape(f"{name} has {len(values)} rows and the outcome has {len(order)}.")
        divisors[name] = math.sqrt(float(values @ values) / len(values))
        if divisors[name] == 0:
            raise NoVariation(f"{name} is 0 in every row; it can have no random slope.")
        columns[name] = values[order] / divisors[name] if term is not None else values
    at = list(columns)
    names = [[INTERCEPT if term is None else term_name(term) for term in level] for level in slopes]
    for level in names:
        if len(level) > 1:
            check_rank(np.column_stack([columns[name] for name in level]), level)
    return (
        columns,
        [tuple(at.index(name) for name in level) for level in names],
        tuple(np.array([divisors[name] for name in level], dtype=np.float64) for level in names),
    )


def _check_identified(group: Groups, outer: Groups | None, effects: int, saturated: bool) -> None:
    rows = len(group.codes)
    if effects and not saturated and effects * group.count >= rows:
        each = "random effect" if effects == 1 else f"{effects} random effects"
        raise NotIdentified(
            f"{rows} rows cannot tell {each} of each of {group.count} {group.name}s from the residuals. "
            f"Leave out what varies between {group.name}s, or bring more rows of each."
        )
    if effects and outer is not None and group.count == outer.count:
        raise NotIdentified(
            f"Each {outer.name} has one {group.name}, so the two cannot be told apart. Keep one of them."
        )


def _scale_fixed(
    x: Floats,
    y: Floats,
    order: Ints,
    columns: dict[str, Floats],
    outcome: str,
    intercept: bool,
    divisors: tuple[Floats, ...],
) -> tuple[tuple[int, ...], int, Scaling]:
    """Add X as orthogonal columns, and the rest of y, to `columns`; where they stand, and the way back."""
    rows, p = x.shape
    triangle = np.linalg.qr(x, mode="r") if p else np.empty((0, 0))
    signs = np.where(np.diag(triangle) < 0, -1.0, 1.0)
    basis = np.empty((p, p))
    if p:
        basis[:] = scipy.linalg.solve_triangular(triangle, np.diag(signs * math.sqrt(rows)))
    turned = x[order] @ basis
    sorted_y = y[order]
    origin = turned.T @ sorted_y / rows
    left = sorted_y - turned @ origin
    spread = math.sqrt(float(left @ left) / rows)
    if spread <= 1e-10 * float(np.abs(y).max()):
        raise NotIdentified(f"The fixed effects give {outcome} exactly; nothing is left to vary.")
    places = []
    for index in range(p):
        name = INTERCEPT if intercept and index == 0 else f"fixed {index}"
        columns.setdefault(name, np.ones(rows) if name == INTERCEPT else turned[:, index])
        places.append(list(columns).index(name))
    columns["outcome"] = left / spread
    return tuple(places), len(columns) - 1, Scaling(basis, origin, spread, divisors)
