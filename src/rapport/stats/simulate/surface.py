"""An outcome that is a known response surface of two raters' views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.stats.arguments import check_correlation, check_count, check_seed, check_truth
from rapport.stats.simulate.caseloads import spread_clients
from rapport.stats.simulate.rows import long_rows
from rapport.stats.simulate.simulated import Simulated, TruthValues
from rapport.stats.simulate.streams import streams


@dataclass(frozen=True, kw_only=True)
class SurfaceTruth(TruthValues):
    """Every parameter of `simulate_surface`. C and T are the client's and the therapist's rating from the midpoint.

    b0, b1, b2, b3, b4, b5      of 1, C, T, C², CT, T²; the default is a congruence effect: a ridge along C = T
    previous                    weight of the session before (0: the outcome has no memory)
    midpoint                    of the scale
    client_mean, therapist_mean, client_sd, therapist_sd, correlation   of the two ratings
    therapist_level_sd, client_level_sd, residual_sd                    of the outcome
    """

    b0: float = 50.0
    b1: float = 2.0
    b2: float = 2.0
    b3: float = -1.0
    b4: float = 2.0
    b5: float = -1.0
    previous: float = 0.0
    midpoint: float = 4.0
    client_mean: float = 4.5
    therapist_mean: float = 4.2
    client_sd: float = 1.0
    therapist_sd: float = 1.0
    correlation: float = 0.4
    therapist_level_sd: float = 3.0
    client_level_sd: float = 6.0
    residual_sd: float = 6.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_correlation(self.correlation, "correlation", proper=False)
        check_correlation(self.previous, "previous")

    @property
    def a(self) -> tuple[float, float, float, float, float]:
        """a1 … a5: slope and curvature along C = T, along C = −T, and b3 − b5, as `congruence` names them."""
        b1, b2, b3, b4, b5 = self.b1, self.b2, self.b3, self.b4, self.b5
        return b1 + b2, b3 + b4 + b5, b1 - b2, b3 - b4 + b5, b3 - b5


def simulate_surface(
    *,
    seed: int,
    therapists: int = 40,
    clients: int | None = 117,
    clients_per_therapist: int | None = None,
    sessions: int = 6,
    truth: SurfaceTruth = SurfaceTruth(),
    unsorted: bool = False,
) -> Simulated[SurfaceTruth]:
    """Two raters' views at each session and the outcome at the next, a surface of the two.

        Y_ij,t+1 = b0 + b1 C + b2 T + b3 C² + b4 CT + b5 T² + previous · Y_ijt + u_j + v_ij + e_ij,t+1

    C = client_rating − midpoint and T = therapist_rating − midpoint, at session t, are bivariate normal and
    independent over sessions and dyads. With `previous` other than 0, Y_ij1 is drawn as an outcome without memory,
    divided by 1 − previous in its mean and level.

    Returns `table` with therapist, client, session, client_rating, therapist_rating, previous_outcome (at t) and
    outcome (at t + 1), each of shape (rows,). Raises OutOfRange, TooFew, NotNumbers.
    """
    check_count(sessions, "sessions")
    check_truth(truth, SurfaceTruth)
    places, levels, noises, order = streams(check_seed(seed), 4)
    therapist = spread_clients(places, therapists, clients, clients_per_therapist)
    count = len(therapist)
    level = truth.therapist_level_sd * levels.standard_normal(therapists)[therapist]
    level += truth.client_level_sd * levels.standard_normal(count)
    ratings = noises.standard_normal((2, count, sessions + 1))
    ratings[1] = truth.correlation * ratings[0] + np.sqrt(1 - truth.correlation**2) * ratings[1]
    client = truth.client_mean + truth.client_sd * ratings[0]
    guess = truth.therapist_mean + truth.therapist_sd * ratings[1]
    c, t = client - truth.midpoint, guess - truth.midpoint
    expected = truth.b0 + truth.b1 * c + truth.b2 * t + truth.b3 * c**2 + truth.b4 * c * t + truth.b5 * t**2
    pushed = expected + level[:, None] + truth.residual_sd * noises.standard_normal((count, sessions + 1))
    outcome = pushed.copy()
    outcome[:, 0] += truth.previous / (1 - truth.previous) * (expected.mean() + level)
    for session in range(1, sessions + 1):
        outcome[:, session] += truth.previous * outcome[:, session - 1]
    table = long_rows(
        np.ones((count, sessions), dtype=bool),
        of_client={"therapist": therapist + 1},
        of_session={
            "client_rating": client[:, 1:],
            "therapist_rating": guess[:, 1:],
            "previous_outcome": outcome[:, :-1],
            "outcome": outcome[:, 1:],
        },
        shuffle=order if unsorted else None,
    )
    return Simulated(table=table, truth=truth, seed=seed)
