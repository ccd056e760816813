"""Three levels of growth: an outcome over sessions, in clients, in therapists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.stats.arguments import check_correlation, check_count, check_seed, check_truth
from rapport.stats.simulate.absence import NONE_MISSING, Absence
from rapport.stats.simulate.caseloads import choose_trained, spread_clients
from rapport.stats.simulate.rows import long_rows
from rapport.stats.simulate.simulated import Simulated, TruthValues
from rapport.stats.simulate.streams import streams
from rapport.stats.tables import Floats


@dataclass(frozen=True, kw_only=True)
class SessionsTruth(TruthValues):
    """Every parameter of `simulate_sessions`, in points of the outcome; slopes are points a session.

    level, slope                      of an average client of an untrained therapist, at the first session and on
    training_level, training_slope    what training adds to each
    therapist_level_sd, therapist_slope_sd, therapist_correlation   of therapists' levels and slopes
    client_level_sd, client_slope_sd, client_correlation            of clients' within therapists
    residual_sd                       from session to session
    """

    level: float = 45.0
    slope: float = 1.5
    training_level: float = 0.0
    training_slope: float = 0.5
    therapist_level_sd: float = 4.0
    therapist_slope_sd: float = 0.5
    therapist_correlation: float = 0.0
    client_level_sd: float = 10.0
    client_slope_sd: float = 1.0
    client_correlation: float = -0.2
    residual_sd: float = 7.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_correlation(self.therapist_correlation, "therapist_correlation", proper=False)
        check_correlation(self.client_correlation, "client_correlation", proper=False)

    @property
    def therapist_icc(self) -> float:
        """Share of the first session's variance that lies between therapists of one arm."""
        variance = self.therapist_level_sd**2
        whole = variance + self.client_level_sd**2 + self.residual_sd**2
        return variance / whole if whole else 0.0


def simulate_sessions(
    *,
    seed: int,
    therapists: int = 40,
    clients: int | None = 117,
    clients_per_therapist: int | None = None,
    sessions: int = 6,
    trained_share: float = 0.5,
    truth: SessionsTruth = SessionsTruth(),
    absence: Absence = NONE_MISSING,
    unsorted: bool = False,
) -> Simulated[SessionsTruth]:
    """An outcome that grows over sessions, with levels and slopes that vary over clients and therapists.

        Y_ijt = (level + training_level · trained_j + u0_j + v0_ij)
              + (slope + training_slope · trained_j + u1_j + v1_ij)(t − 1) + e_ijt

    (u0, u1) and (v0, v1) are bivariate normal; e is white. The arguments are those of `simulate_network`.

    Returns `table` with therapist, client, session (1 …), time (session − 1), trained, outcome, each of shape
    (rows,). Raises OutOfRange, TooFew, NotNumbers.
    """
    check_count(sessions, "sessions")
    check_truth(truth, SessionsTruth)
    places, levels, noises, missing, order = streams(check_seed(seed), 5)
    therapist = spread_clients(places, therapists, clients, clients_per_therapist)
    trained = choose_trained(places, therapists, trained_share)[therapist]
    of_therapist = _levels_and_slopes(
        levels, therapists, truth.therapist_level_sd, truth.therapist_slope_sd, truth.therapist_correlation
    )
    of_client = _levels_and_slopes(
        levels, len(therapist), truth.client_level_sd, truth.client_slope_sd, truth.client_correlation
    )
    varying = of_therapist[therapist] + of_client
    level = truth.level + truth.training_level * trained + varying[:, 0]
    slope = truth.slope + truth.training_slope * trained + varying[:, 1]
    time = np.arange(sessions, dtype=np.float64)
    noise = truth.residual_sd * noises.standard_normal((len(therapist), sessions))
    outcome = level[:, None] + slope[:, None] * time + noise
    table = long_rows(
        absence.present(missing, outcome),
        of_client={"therapist": therapist + 1, "trained": trained},
        of_session={"time": np.broadcast_to(time, outcome.shape), "outcome": outcome},
        shuffle=order if unsorted else None,
    )
    return Simulated(table=table, truth=truth, seed=seed)


def _levels_and_slopes(
    random: np.random.Generator, count: int, level_sd: float, slope_sd: float, correlation: float
) -> Floats:
    drawn = random.standard_normal((count, 2))
    drawn[:, 1] = correlation * drawn[:, 0] + np.sqrt(1 - correlation**2) * drawn[:, 1]
    return np.asarray(drawn * [level_sd, slope_sd], dtype=np.float64)
