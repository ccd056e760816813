"""Long rows, one a session, to one row a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapport.stats.arguments import check_names
from rapport.stats.errors import BadInput, NotNested, WrongShape
from rapport.stats.tables import Table, check_nested, read_groups, read_numbers


def wide(
    table: Table, *, person: str, session: str, columns: Sequence[str], keep: Sequence[str] = ()
) -> dict[str, NDArray[Any]]:
    """One row a person, one column a session: `client_1`, `client_2` … for the column `client`.

    table    one row a session of a person, in any order
    person   the column that says whose session it is
    session  the column that numbers or orders the sessions; every session that any person had becomes a wave
    columns  the columns to spread
    keep     columns that are the same in all of a person's rows, such as the therapist: they stay one column

    Returns a table with the column `person` and, for each of `columns`, one column a session named by the session's
    label; a session that a person did not have is NaN. Raises UnknownColumn, MissingValues where `person` or
    `session` has none, NotNumbers, NotNested where a column to keep differs within a person, and BadInput where a
    person has the same session twice.
    """
    columns, keep = check_names(columns, "columns"), check_names(keep, "keep")
    if not columns:
        raise WrongShape("columns is empty. Name the columns to spread over sessions.")
    persons, sessions = read_groups(table, person), read_groups(table, session)
    values = [read_numbers(table, name, allow_missing=True) for name in columns]
    lengths = {len(persons.codes), len(sessions.codes), *(len(column) for column in values)}
    if len(lengths) > 1:
        raise WrongShape(f"The columns have different numbers of rows: {', '.join(map(str, sorted(lengths)))}.")
    cells = persons.codes * sessions.count + sessions.codes
    counts = np.bincount(cells, minlength=persons.count * sessions.count)
    if (counts > 1).any():
        cell = int(np.argmax(counts > 1))
        raise BadInput(
            f"{person} {persons.labels[cell // sessions.count]} has {session} {_label(sessions.labels, cell)} "
            f"{counts[cell]} times. Keep one row for each {session} of a {person}."
        )
    spread: dict[str, NDArray[Any]] = {person: persons.labels}
    for name in keep:
        groups = read_groups(table, name)
        try:
            spread[name] = groups.labels[check_nested(persons, groups)]
        except NotNested as error:
            told = str(error).partition(". ")[0]
            raise NotNested(
                f"{told}. Only what is the same in all rows of a {person} can be kept; name {name} among the columns "
                "to spread."
            ) from None
    for name, column in zip(columns, values, strict=True):
        grid = np.full(persons.count * sessions.count, np.nan)
        grid[cells] = column
        by_session = grid.reshape(persons.count, sessions.count)
        for index in range(sessions.count):
            spread[f"{name}_{_label(sessions.labels, index)}"] = by_session[:, index]
    return spread


def _label(labels: NDArray[Any], index: int) -> str:
    label = labels[index % len(labels)]
    return f"{label:g}" if isinstance(label, np.floating) else str(label)
