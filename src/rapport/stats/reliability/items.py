"""Items of a scale, read and checked once, and resampled by persons or by clusters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.stats.arguments import check_choice, check_draws
from rapport.stats.errors import MissingValues, TooFew, WrongShape
from rapport.stats.results import Caution, counted
from rapport.stats.tables import Floats, Ints, Table, check_varies, read_columns, read_groups

Missing = Literal["refuse", "leave out"]


@dataclass(frozen=True)
class Items:
    """Answers to the items of one scale by persons who answered all of them.

    names    of the items, in the order of the columns
    values   shape (persons, items)
    kept     shape (rows of the table,): which rows are in `values`
    """

    names: tuple[str, ...]
    values: Floats
    kept: NDArray[np.bool_]

    @property
    def covariance(self) -> Floats:
        """Shape (items, items), with n − 1."""
        centred = self.values - self.values.mean(axis=0)
        return np.asarray(centred.T @ centred / (len(self.values) - 1))

    def cautions(self) -> tuple[Caution, ...]:
        left_out = int((~self.kept).sum())
        if not left_out:
            return ()
        told = counted(left_out, "person was", "persons were")
        return (Caution("persons-left-out", f"{told} left out because an answer is missing."),)


def read_items(
    table: Table | ArrayLike, items: Sequence[str] | None, missing: Missing = "refuse", at_least: int = 3
) -> Items:
    """The columns `items` of a table, or all columns of a matrix of shape (persons, items).

    `at_least` is the number of persons below which nothing can be said. Raises what `tables.read_numbers` raises,
    WrongShape for fewer than two items or a name given twice, NoVariation for an item that everybody answered alike,
    TooFew, and OutOfRange for an unknown `missing`.
    """
    check_choice(missing, "missing", ("refuse", "leave out"))
    source, names = _named(table, items)
    if len(names) < 2:
        raise WrongShape(f"A scale needs at least two items; {len(names)} given.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WrongShape(f"The item {twice[0]} is named twice. Name each item once.")
    try:
        values = read_columns(source, names, allow_missing=missing == "leave out")
    except MissingValues as error:
        told = str(error).partition(". ")[0]
        raise MissingValues(f'{told}. Fill it in, or leave such persons out with missing="leave out".') from None
    kept = np.asarray(~np.isnan(values).any(axis=1), dtype=np.bool_)
    values = values[kept]
    if len(values) < at_least:
        raise TooFew(f"{counted(len(values), 'person')} answered every item; at least {at_least} are needed.")
    for name, column in zip(names, values.T, strict=True):
        check_varies(column, name)
    return Items(names, values, kept)


def _named(table: Table | ArrayLike, items: Sequence[str] | None) -> tuple[Table, tuple[str, ...]]:
    """A matrix of answers becomes a table with items 1, 2, …; a table without `items` is taken whole."""
    if isinstance(items, str):
        raise WrongShape(f"items is one text, {items!r}; give the names in a list.")
    if isinstance(table, (list, tuple)) or (isinstance(table, np.ndarray) and table.dtype.names is None):
        matrix = np.asarray(table)
        if matrix.ndim != 2:
            raise WrongShape(f"The answers have {matrix.ndim} dimensions; they must be persons by items.")
        if items is not None and len(items) != matrix.shape[1]:
            raise WrongShape(f"{counted(len(items), 'name')} for {counted(matrix.shape[1], 'column')} of answers.")
        names = tuple(items) if items is not None else tuple(f"item {i + 1}" for i in range(matrix.shape[1]))
        return dict(zip(names, matrix.T, strict=True)), names
    named: Any = table
    if items is None:
        if isinstance(named, np.ndarray):
            items = list(named.dtype.names or ())
        else:
            items = [str(name) for name in (named.columns if hasattr(named, "columns") else named.keys())]
    return named, tuple(items)


def resampled_covariances(
    items: Items, clusters: Ints | None, draws: int, seed: int | None, at_once: int = 200
) -> Iterator[Floats]:
    """Covariance matrices of the items in samples drawn with replacement, in stacks of shape (≤ at_once, k, k).

    Persons are drawn, or whole clusters where `clusters` gives each person's code, shape (persons,). Sums of products
    per unit are worked out once, so that a draw costs one weighted sum. Raises OutOfRange, BadInput without a seed.
    """
    check_draws(draws, seed, or_none=False)
    values, k = items.values, len(items.names)
    shift = values - values.mean(axis=0)
    moments = np.concatenate(
        [np.ones((len(shift), 1)), shift, (shift[:, :, None] * shift[:, None, :]).reshape(len(shift), -1)], axis=1
    )
    if clusters is not None:
        codes = np.unique(clusters, return_inverse=True)[1]
        summed = np.zeros((int(codes.max()) + 1, moments.shape[1]))
        np.add.at(summed, codes, moments)
        moments = summed
    units = len(moments)
    random = np.random.default_rng(seed)
    for start in range(0, draws, at_once):
        size = min(at_once, draws - start)
        drawn = random.integers(units, size=(size, units)) + units * np.arange(size)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * units).reshape(size, units)
        total = times @ moments
        n, sums, products = total[:, 0, None, None], total[:, 1 : k + 1], total[:, k + 1 :].reshape(size, k, k)
        enough = n[:, 0, 0] > 1
        centred = products[enough] - sums[enough, :, None] * sums[enough, None, :] / n[enough]
        yield centred / (n[enough] - 1)


def read_clusters(table: Table | ArrayLike, cluster: str | None, items: Items) -> Ints | None:
    """The cluster of each kept person as a number; None where persons are drawn. Raises TooFew for one cluster."""
    if cluster is None:
        return None
    groups = read_groups(table, cluster)  # type: ignore[arg-type]  # a matrix is refused by name
    if len(groups.codes) != len(items.kept):
        raise WrongShape(f"{cluster} has {counted(len(groups.codes), 'row')}; the items have {len(items.kept):,}.")
    codes = groups.codes[items.kept]
    if len(np.unique(codes)) < 2:
        raise TooFew(f"All persons belong to one {cluster}; a bootstrap by {cluster} needs at least two.")
    return codes


def cluster_cautions(clusters: Ints | None, name: str | None) -> tuple[Caution, ...]:
    if clusters is None or (count := len(np.unique(clusters))) >= 20:
        return ()
    told = counted(count, "group was", "groups were")
    text = f"Only {told} drawn from ({name}); with fewer than 20 a bootstrap interval is too narrow."
    return (Caution("few-clusters", text),)
