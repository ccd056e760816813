"""From rows to steps: each client's longest run of sessions without a gap, as steps from one session to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.stats.errors import BadInput, TooFew
from rapport.stats.tables import Floats, Groups, Ints


@dataclass(frozen=True)
class Steps:
    """Steps t → t + 1, shape (steps,), clients in order and sessions ascending within each.

    client           the client's number, 0 … clients − 1
    outcome, agreement             at t
    next_outcome, next_agreement   at t + 1
    session          t + 1
    first_outcome, first_agreement of the client's run
    row              the row of session t in what was given
    start            shape (clients,): a client's first step
    left_out         rows that are in no step
    lone             clients without two sessions in a row
    """

    client: Ints
    outcome: Floats
    agreement: Floats
    next_outcome: Floats
    next_agreement: Floats
    session: Floats
    first_outcome: Floats
    first_agreement: Floats
    row: Ints
    start: Ints
    left_out: int
    lone: int

    @property
    def count(self) -> Ints:
        """Steps of each client."""
        return np.diff(np.append(self.start, len(self.client))).astype(np.int64)


def find_steps(outcome: Floats, agreement: Floats, session: Floats, clients: Groups) -> Steps:
    """The steps of each client's longest run of consecutive sessions, the earlier one of two as long.

    Raises BadInput where sessions are not whole numbers or one appears twice in a client, TooFew without two clients
    with two sessions in a row.
    """
    if (session != np.round(session)).any():
        row = int(np.flatnonzero(session != np.round(session))[0])
        raise BadInput(f"session is {session[row]:g} in complete row {row + 1}; number the sessions 1, 2, 3 …")
    order = np.lexsort((session, clients.codes))
    code, at = clients.codes[order], session[order]
    same = code[1:] == code[:-1]
    if (same & (at[1:] == at[:-1])).any():
        where = order[1:][same & (at[1:] == at[:-1])][0]
        raise BadInput(
            f"{clients.name} {clients.labels[clients.codes[where]]} has session {session[where]:g} twice. Give one row "
            "a session."
        )
    follows = np.append(False, same & (at[1:] == at[:-1] + 1))
    run = np.cumsum(~follows) - 1
    length = np.bincount(run)
    first = np.flatnonzero(~follows)
    longest_first = np.lexsort((np.arange(len(length)), -length, code[first]))
    chosen = np.zeros(len(length), dtype=bool)
    chosen[longest_first[np.append(True, np.diff(code[first][longest_first]) != 0)]] = True
    chosen &= length >= 2
    if chosen.sum() < 2:
        raise TooFew("At least two clients need two sessions in a row with every value. Number sessions 1, 2, 3 …")
    after = np.flatnonzero(chosen[run] & follows)
    before = after - 1
    _, client = np.unique(run[after], return_inverse=True)
    opening = first[run[after]]
    y, a = outcome[order], agreement[order]
    return Steps(
        client=client.astype(np.int64),
        outcome=y[before],
        agreement=a[before],
        next_outcome=y[after],
        next_agreement=a[after],
        session=at[after],
        first_outcome=y[opening],
        first_agreement=a[opening],
        row=order[before].astype(np.int64),
        start=np.flatnonzero(np.append(True, np.diff(client) != 0)).astype(np.int64),
        left_out=int(len(outcome) - length[chosen].sum()),
        lone=int(clients.count - chosen.sum()),
    )
