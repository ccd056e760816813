"""Tables in: columns read by name from whatever holds them, checked once, with messages that name the place.

A *table* is anything that gives a column by its name: a dict of lists or arrays, a polars or pandas DataFrame,
a structured array. Rows may stand in any order.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.stats.errors import (
    Collinear,
    MissingValues,
    NotFinite,
    NotNested,
    NotNumbers,
    NoVariation,
    OutOfRange,
    UnknownColumn,
    WrongShape,
)
from rapport.stats.results import counted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST: Final = 1e100  # its square is a number, and so are sums of squares


class Table(Protocol):
    """Anything that gives a column by its name."""

    def __getitem__(self, name: Any, /) -> Any: ...


def read_numbers(table: Table, name: str, *, allow_missing: bool = False) -> Floats:
    """The column `name` as floats, shape (rows,).

    Raises UnknownColumn, WrongShape, NotNumbers, NotFinite, and MissingValues unless `allow_missing`, where a
    missing value is NaN.
    """
    return check_numbers(_column(table, name), name, allow_missing=allow_missing)


def read_columns(table: Table, names: Sequence[str], *, allow_missing: bool = False) -> Floats:
    """The columns as one matrix, shape (rows, len(names)), with the checks of `read_numbers`."""
    columns = [read_numbers(table, name, allow_missing=allow_missing) for name in names]
    check_lengths(dict(zip(names, columns, strict=True)))
    return np.column_stack(columns) if columns else np.empty((0, 0))


def check_numbers(values: ArrayLike, name: str, *, allow_missing: bool = False) -> Floats:
    """`values` as a vector of floats; `name` is how messages call it."""
    array = _as_array(values, name)
    if array.ndim != 1:
        raise WrongShape(f"{name} has {array.ndim} dimensions; it must be one column of values.")
    if array.size == 0:
        raise WrongShape(f"{name} has no rows.")
    try:
        if array.dtype == object:
            numbers = np.array([_as_float(value) for value in array], dtype=np.float64)
        elif array.dtype.kind in "biuf":
            numbers = array.astype(np.float64)
        else:
            raise TypeError
    except (TypeError, ValueError, ArithmeticError):  # the last for Decimal("sNaN") and 10**400
        first = next((value for value in array.tolist() if not _is_number(value)), array[0])
        raise NotNumbers(f"{name} must hold numbers; it holds {first!r}. {_mend(first)}") from None
    if np.isinf(numbers).any():
        raise NotFinite(f"{name} is infinite in {_rows(np.isinf(numbers))}. Put a number or a missing value there.")
    beyond = np.abs(numbers) > LARGEST
    if beyond.any():
        raise OutOfRange(
            f"{name} is {numbers[beyond][0]:.3g} in {_rows(beyond)}; nothing can be worked out with numbers beyond "
            f"{LARGEST:g}. Is its unit right?"
        )
    if not allow_missing and np.isnan(numbers).any():
        raise MissingValues(
            f"{name} has no value in {_rows(np.isnan(numbers))}. Leave such rows out (stats.tables.complete_rows "
            "does), or use a model that takes missing values."
        )
    return numbers


def complete_rows(table: Table, numbers: Iterable[str], groups: Iterable[str] = ()) -> dict[str, NDArray[Any]]:
    """The rows in which every named column has a value, as a table of those columns.

    For an analysis of complete rows; how many were left out is the difference in length, to be reported.
    """
    columns: dict[str, NDArray[Any]] = {name: read_numbers(table, name, allow_missing=True) for name in numbers}
    missing = [np.isnan(column) for column in columns.values()]
    for name in groups:
        columns[name] = _read_labels(table, name)
        missing.append(_is_missing(columns[name]))
    check_lengths(columns)
    keep = ~np.logical_or.reduce(missing)
    return {name: column[keep] for name, column in columns.items()}


@dataclass(frozen=True, slots=True)
class Groups:
    """To which group each row belongs.

    name    the column's name: "client"
    codes   shape (rows,): the group's number, 0 … count − 1, in the order of `labels`
    labels  the groups' own labels, sorted, shape (count,)
    """

    name: str
    codes: Ints
    labels: NDArray[Any]

    @property
    def count(self) -> int:
        return len(self.labels)

    @property
    def sizes(self) -> Ints:
        """Rows in each group, shape (count,)."""
        return np.bincount(self.codes, minlength=self.count).astype(np.int64)


def read_groups(table: Table, name: str) -> Groups:
    """The groups that the column `name` tells apart. Labels may be numbers or text.

    Raises UnknownColumn, WrongShape, MissingValues.
    """
    labels = _read_labels(table, name)
    missing = _is_missing(labels)
    if missing.any():
        raise MissingValues(f"{name} has no value in {_rows(missing)}. Every row needs to say its {name}.")
    unique, codes = np.unique(labels.astype(str) if labels.dtype == object else labels, return_inverse=True)
    return Groups(name, codes.astype(np.int64), unique)


def within(inner: Groups, outer: Groups) -> Groups:
    """`inner` told apart within `outer`: client 1 of therapist A and client 1 of therapist B are two clients."""
    pairs, codes = np.unique(outer.codes * inner.count + inner.codes, return_inverse=True)
    labels = [f"{outer.labels[pair // inner.count]}/{inner.labels[pair % inner.count]}" for pair in pairs]
    return Groups(inner.name, codes.astype(np.int64), np.array(labels))


def check_nested(inner: Groups, outer: Groups) -> Ints:
    """The outer group of each inner group, shape (inner.count,).

    Raises NotNested where one inner group appears under two outer ones; `within` tells them apart.
    """
    parent = np.zeros(inner.count, dtype=np.int64)
    parent[inner.codes] = outer.codes
    astray = parent[inner.codes] != outer.codes
    if astray.any():
        row = int(np.flatnonzero(astray)[0])
        code = inner.codes[row]
        two = sorted({str(outer.labels[code_]) for code_ in outer.codes[inner.codes == code]})[:2]
        raise NotNested(
            f"{inner.name} {inner.labels[code]} appears under {outer.name} {two[0]} and {two[1]}. If these are two "
            f"that share a label, give each {inner.name} a label of its own."
        )
    return parent


def check_varies(values: Floats, name: str) -> None:
    """Raises NoVariation where every value is the same."""
    spread = float(np.ptp(values))
    if spread <= 1e-12 * max(1.0, float(np.abs(values).max())):
        # Adding 0 makes a negative zero an ordinary one.
        raise NoVariation(f"{name} is {values[0] + 0.0:g} in every row; it must vary for this to be estimated.")


def check_rank(matrix: Floats, names: Sequence[str], *, apart: float = 1e-10) -> None:
    """Raises Collinear, naming a column that is a combination of those before it. Scale does not matter.

    apart  how much of a column must be its own; more where its sums of squares are worked with
    """
    norms = np.linalg.norm(matrix, axis=0)
    for index, norm in enumerate(norms):
        if norm == 0:
            raise Collinear(f"{names[index]} is zero in every row. Leave it out.")
    triangle = np.linalg.qr(matrix / norms, mode="r")
    left = np.abs(np.diag(triangle)) if len(matrix) >= len(names) else np.zeros(len(names))
    if len(matrix) < len(names):
        raise Collinear(
            f"{counted(len(matrix), 'row')} cannot tell {counted(len(names), 'column')} apart. "
            "Leave columns out or add rows."
        )
    if (left < 1e-10).any():
        column = int(np.flatnonzero(left < 1e-10)[0])
        before = ", ".join(names[:column])
        raise Collinear(f"{names[column]} is a combination of {before}. Leave one of them out.")
    if (left < apart).any():
        column = int(np.flatnonzero(left < apart)[0])
        before = ", ".join(names[:column])
        raise Collinear(
            f"{names[column]} is so nearly a combination of {before} that rounding hides the difference. "
            "If it varies little around a large number, subtract that number; else leave it out."
        )


def check_lengths(columns: Mapping[str, NDArray[Any]]) -> None:
    """Raises WrongShape where the columns have different numbers of rows."""
    if len({len(column) for column in columns.values()}) > 1:
        told = ", ".join(f"{name} {len(column)}" for name, column in columns.items())
        raise WrongShape(f"The columns have different numbers of rows: {told}.")


def _column(table: Table, name: str) -> NDArray[Any]:
    if hasattr(table, "collect") and hasattr(table, "collect_schema"):
        raise WrongShape("The table is a lazy one, whose rows are not there yet. Give table.collect().")
    if isinstance(table, (str, bytes, list, tuple, os.PathLike)) or not hasattr(table, "__getitem__"):
        raise WrongShape(_no_table(type(table).__name__))
    if isinstance(table, np.ndarray) and table.dtype.names is None:
        raise WrongShape(_no_table("matrix"))
    try:
        column = table[name]
    except Exception as error:  # each kind of table has an error of its own for this
        known = getattr(table, "columns", None)
        if known is None and hasattr(table, "keys"):
            known = table.keys()
        told = f" It has: {', '.join(map(str, known))}." if known is not None else ""
        raise UnknownColumn(f"The table has no column {name!r}.{told}") from error
    return _as_array(column, name)


def _no_table(kind: str) -> str:
    return (
        f"The table is a {kind}, which has no columns by name. Give a polars or pandas DataFrame, or a dict of "
        'columns: {"client": [1, 1, 2], …}.'
    )


def _mend(value: object) -> str:
    """What to do about a value that is no number."""
    try:
        float(str(value).replace(",", "."))
    except ValueError:
        return "Give numbers, or leave the column out."
    return "If these are numbers that were read as text, turn them into numbers first."


def _read_labels(table: Table, name: str) -> NDArray[Any]:
    labels = _column(table, name)
    if labels.ndim != 1 or labels.size == 0:
        raise WrongShape(f"{name} must be one column with at least one row.")
    if labels.dtype == object and any(
        hasattr(value, "__len__") and not isinstance(value, str | bytes) for value in labels
    ):
        raise WrongShape(f"{name} holds lists. Give one label a row: a number or a text.")
    return labels


def _as_array(values: Any, name: str) -> NDArray[Any]:
    """An array in which what is missing is still missing, and text is still told from numbers."""
    if isinstance(values, np.ma.MaskedArray):
        kept: NDArray[Any] = np.array(values.tolist(), dtype=object)  # which has None where the mask is
        return kept
    try:
        array = np.asarray(values)
        # NumPy would make the text "nan" of a missing label among texts.
        if array.dtype.kind in "US" and isinstance(values, (list, tuple)):
            array = np.asarray(values, dtype=object)
    except ValueError:
        raise WrongShape(f"{name} holds lists of different lengths. Give one value a row.") from None
    return array


def _as_float(value: Any) -> float:
    if isinstance(value, (str, bytes)):
        raise TypeError
    return math.nan if _is_absent(value) else float(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) or _is_absent(value)


def _is_absent(value: Any) -> bool:
    """None, NaN of any kind, or the NA of pandas, which answers no question about itself."""
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, (float, Decimal)) and value != value)


def _is_missing(labels: NDArray[Any]) -> NDArray[np.bool_]:
    if labels.dtype.kind == "f":
        return np.asarray(np.isnan(labels), dtype=bool)
    if labels.dtype.kind in "mM":
        return np.asarray(np.isnat(labels), dtype=bool)
    if labels.dtype == object:
        return np.array([_is_absent(value) for value in labels], dtype=bool)
    return np.zeros(labels.shape, dtype=bool)


def _rows(where: NDArray[np.bool_]) -> str:
    """“row 4” or “rows 4, 9, 12 and 3 more”, counted from 1."""
    rows = np.flatnonzero(where) + 1
    if len(rows) == 1:
        return f"row {rows[0]}"
    shown = ", ".join(str(row) for row in rows[:3])
    more = len(rows) - 3
    return f"rows {shown} and {more} more" if more > 0 else f"rows {shown}"
