"""Sessions that are not there: missed by chance, or lost because the client left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from rapport.stats.arguments import check_number, check_share
from rapport.stats.tables import Floats


@dataclass(frozen=True, kw_only=True)
class Absence:
    """How sessions come to be missing. A client who would have none keeps the first.

    missed              share of sessions without a rating, each by chance (missing completely at random)
    dropout             probability of not returning after a session, for a client whose outcome is average
    dropout_by_outcome  log-odds of not returning for each standard deviation that the last outcome on record lies
                        below the mean; 0 is dropout completely at random, anything else is missing at random (it
                        depends only on what was recorded)
    """

    missed: float = 0.0
    dropout: float = 0.0
    dropout_by_outcome: float = 0.0

    def __post_init__(self) -> None:
        check_share(self.missed, "missed", below_one=True)
        check_share(self.dropout, "dropout", below_one=True)
        check_number(self.dropout_by_outcome, "dropout_by_outcome")

    def present(self, random: np.random.Generator, outcome: Floats) -> NDArray[np.bool_]:
        """Which sessions are there, for outcomes of shape (clients, sessions)."""
        clients, sessions = outcome.shape
        there = random.random((clients, sessions)) >= self.missed
        leaving = random.random((clients, sessions))
        if self.dropout > 0:
            scores = (outcome - outcome.mean()) / (outcome.std() or 1.0)
            base = logit(self.dropout)
            last, staying = np.zeros(clients), np.ones(clients, dtype=bool)
            for session in range(1, sessions):
                last = np.where(there[:, session - 1], scores[:, session - 1], last)
                risk = expit(base - self.dropout_by_outcome * last)
                staying &= leaving[:, session] >= risk
                there[:, session] &= staying
        there[~there.any(axis=1), 0] = True
        return there


NONE_MISSING = Absence()
