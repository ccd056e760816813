"""Rows laid out so that those that depend on one another lie together, in as few patterns as there are.

Given a session at which every role of a client has a row, what comes after does not depend on what came before.
So a client's rows are cut at such sessions into *segments*: the first runs up to the first whole session, each
later one starts with a whole session that is given. Where no session is missed a segment is two sessions, however
many a client has, and the cost is linear in rows. Segments of equal roles and distances share one factorisation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rapport.stats.tables import Floats, Ints


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments of one length.

    rows     shape (segments, m): where a segment's rows stand in the table
    given    how many of the first rows are conditioned on
    pattern  shape (segments,): the number of the segment's pattern
    roles    shape (patterns, m)
    times    shape (patterns, m): session numbers, counted from the segment's first
    """

    rows: Ints
    given: int
    pattern: Ints
    roles: Ints
    times: Floats

    def moved(self, place: Ints) -> Segments:
        """The same segments in a table whose row i now stands at place[i]."""
        return replace(self, rows=place[self.rows])


def cut(series: Ints, times: Floats, roles: Ints, *, over_sessions: bool) -> list[Segments]:
    """The rows as segments of each length.

    series         shape (rows,): the rows that may depend on one another have the same number
    times          shape (rows,): session numbers
    roles          shape (rows,): role numbers
    over_sessions  whether sessions of a series depend on one another; otherwise each session stands alone
    """
    order = np.lexsort((roles, times, series))
    series, times, roles = series[order], times[order], roles[order]
    starts, stops, given = _bounds(series, times, roles, over_sessions)
    lengths = stops - starts
    found = []
    for length, known in sorted(set(zip(lengths.tolist(), given.tolist(), strict=True))):
        these = starts[(lengths == length) & (given == known)]
        at = these[:, None] + np.arange(length)
        passed = np.round(times[at] - times[these][:, None], 9)
        pattern, first = _same(np.concatenate([roles[at].astype(np.float64), passed], axis=1))
        found.append(Segments(order[at], known, pattern, roles[at[first]], passed[first]))
    return found


def _bounds(series: Ints, times: Floats, roles: Ints, over_sessions: bool) -> tuple[Ints, Ints, Ints]:
    """Where segments start and stop among the ordered rows, and how many of their first rows are given."""
    n = len(series)
    new_series = np.concatenate([[True], series[1:] != series[:-1]])
    opens = new_series | np.concatenate([[True], times[1:] != times[:-1]])
    first_row = np.flatnonzero(opens)  # of each session
    next_row = np.append(first_row[1:], n)
    if not over_sessions:
        return first_row, next_row, np.zeros(len(first_row), dtype=np.int64)
    whole = next_row - first_row == _roles_of(series, roles)[series[first_row]]
    starts_series = new_series[first_row]
    ends_series = np.append(starts_series[1:], True)
    # A segment starts at the first session of a series, and again at each whole session that is not the last.
    head = np.flatnonzero(starts_series)
    later = np.flatnonzero(whole & ~ends_series)
    ends = np.flatnonzero(whole | ends_series)
    head_stop = ends[np.searchsorted(ends, head, side="left")]
    later_stop = ends[np.searchsorted(ends, later, side="right")]
    starts = np.concatenate([first_row[head], first_row[later]])
    stops = np.concatenate([next_row[head_stop], next_row[later_stop]])
    given = np.concatenate([np.zeros(len(head), dtype=np.int64), next_row[later] - first_row[later]])
    return starts, stops, given


def _roles_of(series: Ints, roles: Ints) -> Ints:
    """How many roles each series has, shape (largest number + 1,)."""
    width = int(roles.max()) + 1
    pairs = np.unique(series * width + roles)
    return np.bincount(pairs // width, minlength=int(series.max()) + 1).astype(np.int64)


def _same(rows: Floats) -> tuple[Ints, Ints]:
    """A number for each distinct row, and where each number is first met."""
    code = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        _, values = np.unique(column, return_inverse=True)
        _, code = np.unique(code * (int(values.max()) + 1) + values, return_inverse=True)
    _, first, code = np.unique(code, return_index=True, return_inverse=True)
    return code.astype(np.int64), first.astype(np.int64)
