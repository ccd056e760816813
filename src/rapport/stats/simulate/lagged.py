"""Agreement at one session and the outcome at the next, where each may answer to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from rapport.stats.arguments import check_choice, check_correlation, check_count, check_seed, check_truth
from rapport.stats.errors import OutOfRange
from rapport.stats.simulate.absence import NONE_MISSING, Absence
from rapport.stats.simulate.caseloads import spread_clients
from rapport.stats.simulate.network import BURN_IN
from rapport.stats.simulate.network import Start as Start
from rapport.stats.simulate.rows import long_rows
from rapport.stats.simulate.simulated import Simulated, TruthValues
from rapport.stats.simulate.streams import streams


@dataclass(frozen=True, kw_only=True)
class LaggedTruth(TruthValues):
    """Every parameter of `simulate_lagged`.

    effect               points of the next outcome for one point more agreement than the dyad's level
    between              points of the dyad's outcome level for one point more of its level of agreement
    autoregression       of the outcome on its value one session before
    feedback             points of agreement for one point of the outcome, of the same session, above the dyad's
                         level: not 0 makes agreement predetermined instead of strictly exogenous
    agreement_autoregression   of agreement on its value one session before
    level, level_therapist_sd, level_dyad_sd, residual_sd    of the outcome
    agreement_level, agreement_dyad_sd, agreement_sd         of agreement
    start_mean, start_sd       of the first outcome, where `start="fixed"`
    """

    effect: float = 2.0
    between: float = 0.0
    autoregression: float = 0.4
    feedback: float = 0.0
    agreement_autoregression: float = 0.0
    level: float = 50.0
    level_therapist_sd: float = 3.0
    level_dyad_sd: float = 8.0
    residual_sd: float = 7.0
    agreement_level: float = -0.8
    agreement_dyad_sd: float = 0.4
    agreement_sd: float = 0.6
    start_mean: float = 40.0
    start_sd: float = 10.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_correlation(self.autoregression, "autoregression")
        check_correlation(self.agreement_autoregression, "agreement_autoregression")
        # Outcome and agreement as one system, agreement answering within the session.
        steps = np.array([[self.autoregression, self.effect], [0.0, self.agreement_autoregression]])
        steps[1] += self.feedback * steps[0]
        largest = float(np.abs(np.linalg.eigvals(steps)).max())
        if largest >= 1:
            raise OutOfRange(
                f"With this effect and feedback the process does not settle (largest eigenvalue {largest:.2f}, it "
                "must be below 1). Give smaller ones."
            )


def simulate_lagged(
    *,
    seed: int,
    therapists: int = 40,
    clients: int | None = 117,
    clients_per_therapist: int | None = None,
    sessions: int = 6,
    truth: LaggedTruth = LaggedTruth(),
    start: Start = "stationary",
    absence: Absence = NONE_MISSING,
    unsorted: bool = False,
) -> Simulated[LaggedTruth]:
    """A short dynamic panel: for a dyad with outcome level η and agreement level α,

        Y_t+1 − η = autoregression (Y_t − η) + effect (A_t − α) + e_t+1
        A_t − α   = agreement_autoregression (A_t−1 − α) + feedback (Y_t − η) + d_t
        η = level + between (α − agreement_level) + u_j + v_ij

    With `start="stationary"` the process has run before the first session; with "fixed", the first outcome is
    normal with start_mean and start_sd, unrelated to η: the two initial conditions under which estimators of
    short panels differ (Nickell 1981, Econometrica 49; Hsiao 2014, chapter 4).

    Returns `table` with therapist, client, session, agreement, outcome, each of shape (rows,).
    Raises OutOfRange, TooFew, NotNumbers.
    """
    check_count(sessions, "sessions")
    check_choice(start, "start", get_args(Start))
    check_truth(truth, LaggedTruth)
    places, levels, noises, missing, order = streams(check_seed(seed), 5)
    therapist = spread_clients(places, therapists, clients, clients_per_therapist)
    count = len(therapist)
    usual = truth.agreement_dyad_sd * levels.standard_normal(count)
    level = truth.level + truth.between * usual
    level += truth.level_therapist_sd * levels.standard_normal(therapists)[therapist]
    level += truth.level_dyad_sd * levels.standard_normal(count)
    run = (BURN_IN if start == "stationary" else 0) + sessions
    outcome = truth.residual_sd * noises.standard_normal((count, run))
    agreement = truth.agreement_sd * noises.standard_normal((count, run))
    if start == "fixed":
        outcome[:, 0] = truth.start_mean + truth.start_sd * noises.standard_normal(count) - level
    agreement[:, 0] += truth.feedback * outcome[:, 0]
    for now in range(1, run):
        outcome[:, now] += truth.autoregression * outcome[:, now - 1] + truth.effect * agreement[:, now - 1]
        agreement[:, now] += truth.agreement_autoregression * agreement[:, now - 1] + truth.feedback * outcome[:, now]
    outcome = outcome[:, -sessions:] + level[:, None]
    agreement = agreement[:, -sessions:] + truth.agreement_level + usual[:, None]
    table = long_rows(
        absence.present(missing, outcome),
        of_client={"therapist": therapist + 1},
        of_session={"agreement": agreement, "outcome": outcome},
        shuffle=order if unsorted else None,
    )
    return Simulated(table=table, truth=truth, seed=seed)
