"""From arrays of clients by sessions to the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapport.stats.tables import Floats


def long_rows(
    present: NDArray[np.bool_],
    *,
    of_client: Mapping[str, NDArray[Any]],
    of_session: Mapping[str, Floats],
    shuffle: np.random.Generator | None = None,
) -> dict[str, NDArray[Any]]:
    """One row for each session that is there: the client's own columns, client, session and the session's columns.

    present     shape (clients, sessions)
    of_client   columns of shape (clients,); client and session are numbered from 1
    of_session  columns of shape (clients, sessions)
    shuffle     puts the rows in random order
    """
    where, when = np.nonzero(present)
    if shuffle is not None:
        order = shuffle.permutation(len(where))
        where, when = where[order], when[order]
    return {
        **{name: values[where] for name, values in of_client.items()},
        "client": where + 1,
        "session": when + 1,
        **{name: values[where, when] for name, values in of_session.items()},
    }
