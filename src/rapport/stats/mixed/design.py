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
from rapport.stats.mixed.moments import ROWS_AT_A_TIME
from rapport.stats.mixed.terms import INTERCEPT, Random, Term, check_terms, read_term, term_name
from rapport.stats.results import counted
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
    group_names = list(dict.fromkeys(one.group for one in random))
    if innermost is not None and innermost not in group_names:
        group_names.append(innermost)
    groups = [read_groups(table, name) for name in reversed(group_names)]
    levels, labels, order, starts = _nest(groups, len(y))
    blocks, slopes = _lay_out(random, [group.name for group in groups])
    for index, group in enumerate(groups):
        outer = groups[index + 1] if index + 1 < len(groups) else None
        _check_identified(group, outer, len(slopes[index]), saturated)
    columns, level_columns, divisors, x_columns = _fill_columns(table, slopes, fixed, intercept, order)
    names = ((INTERCEPT,) if intercept else ()) + tuple(term_name(term) for term in fixed)
    columns[-1] = y[order]
    scaling = _scale(columns, x_columns, names, outcome, divisors)
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
        columns=columns,
        fixed_columns=x_columns,
        response_column=len(columns) - 1,
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


def _fill_columns(
    table: Table, slopes: Sequence[Sequence[Term | None]], fixed: Sequence[Term], intercept: bool, order: Ints
) -> tuple[Floats, list[tuple[int, ...]], tuple[Floats, ...], tuple[int, ...]]:
    """The sorted columns of the random and fixed effects, with a last one left for the outcome, shape (d, rows).

    Also which columns each level's random effects take, by what they were divided, and which are the fixed effects.
    One matrix is made and filled, so that a large table is not held several times over. An intercept is one column
    for all.
    """
    varying = list(dict.fromkeys(term for level in slopes for term in level))
    shared = intercept and None in varying
    columns = np.empty((len(varying) + len(fixed) + intercept - shared + 1, len(order)))
    divisors: dict[Term | None, float] = {}
    for at, term in enumerate(varying):
        values = columns[at]
        values[:] = 1.0 if term is None else _in_order(table, term, order)
        divisors[term] = math.sqrt(float(values @ values) / len(values))
        if divisors[term] == 0:
            raise NoVariation(f"{term_name(term or INTERCEPT)} is 0 in every row; it can have no random slope.")
        values /= divisors[term]
    first = len(varying)
    if intercept and not shared:
        columns[first] = 1.0
    for at, term in enumerate(fixed, start=first + intercept - shared):
        columns[at] = _in_order(table, term, order)
        if intercept:
            check_varies(columns[at], term_name(term))
    x_columns: tuple[int, ...] = (varying.index(None),) if shared else (first,) if intercept else ()
    x_columns += tuple(range(first + intercept - shared, len(columns) - 1))
    level_columns = [tuple(varying.index(term) for term in level) for level in slopes]
    for level, places in zip(slopes, level_columns, strict=True):
        if len(level) > 1:
            names = [term_name(term or INTERCEPT) for term in level]
            check_rank(_triangle(columns, places), names, apart=1e-6)
    scales = tuple(np.array([divisors[term] for term in level], dtype=np.float64) for level in slopes)
    return columns, level_columns, scales, x_columns


def _in_order(table: Table, term: Term, order: Ints) -> Floats:
    values = read_term(table, term)
    if len(values) != len(order):
        raise WrongShape(f"{term_name(term)} has {len(values)} rows and the outcome has {len(order)}.")
    return values[order]


def _triangle(columns: Floats, places: Sequence[int]) -> Floats:
    """R of the QR decomposition of some columns, block by block, shape (at most p, p)."""
    triangle = np.empty((0, len(places)))
    for first in range(0, columns.shape[1], ROWS_AT_A_TIME):
        block = columns[list(places), first : first + ROWS_AT_A_TIME].T
        triangle = np.asarray(np.linalg.qr(np.vstack([triangle, block]), mode="r"))
    return triangle


def _check_identified(group: Groups, outer: Groups | None, effects: int, saturated: bool) -> None:
    rows = len(group.codes)
    if effects and not saturated and effects * group.count >= rows:
        each = "a random effect" if effects == 1 else f"{effects} random effects"
        raise NotIdentified(
            f"{counted(rows, 'row')} cannot tell {each} of each of {group.count} {group.name}s from the residuals. "
            f"Leave out what varies between {group.name}s, or bring more rows of each."
        )
    if effects and outer is not None and group.count == outer.count:
        raise NotIdentified(
            f"Each {outer.name} has one {group.name}, so the two cannot be told apart. Keep one of them."
        )


def _scale(
    columns: Floats, places: tuple[int, ...], names: Sequence[str], outcome: str, divisors: tuple[Floats, ...]
) -> Scaling:
    """Turn the fixed effects into orthogonal columns and the outcome into what they leave, in place; the way back.

    Raises TooFew, Collinear, and NotIdentified where they leave nothing.
    """
    rows, p = columns.shape[1], len(places)
    if rows <= p:
        raise TooFew(f"{counted(rows, 'row is', 'rows are')} too few for {counted(p, 'fixed effect')}.")
    basis = np.empty((p, p))
    if p:
        triangle = _triangle(columns, places)
        check_rank(triangle, names)
        signs = np.where(np.diag(triangle) < 0, -1.0, 1.0)
        basis[:] = scipy.linalg.solve_triangular(triangle, np.diag(signs * math.sqrt(rows)))
    y = columns[-1]
    largest = float(np.abs(y).max())
    crossed = np.zeros(p)
    # An intercept stands first and stays the column of ones that it is: random effects may share it.
    turned = places[1:] if names and names[0] == INTERCEPT else places
    for first in range(0, rows, ROWS_AT_A_TIME):
        block = slice(first, first + ROWS_AT_A_TIME)
        columns[list(turned), block] = (basis.T @ columns[list(places), block])[p - len(turned) :]
        crossed += columns[list(places), block] @ y[block]
    origin = crossed / rows
    for first in range(0, rows, ROWS_AT_A_TIME):
        block = slice(first, first + ROWS_AT_A_TIME)
        y[block] -= origin @ columns[list(places), block]
    spread = math.sqrt(float(y @ y) / rows)
    if spread <= 1e-10 * largest:
        raise NotIdentified(f"The fixed effects give {outcome} exactly; nothing is left to vary.")
    y /= spread
    return Scaling(basis, origin, spread, divisors)
