"""Both members of a dyad rate the same session: residuals that go together, and over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.stats.arguments import check_correlation, check_count, check_seed, check_share, check_truth
from rapport.stats.simulate.absence import NONE_MISSING, Absence
from rapport.stats.simulate.caseloads import spread_clients
from rapport.stats.simulate.simulated import Simulated, TruthValues
from rapport.stats.simulate.streams import autoregressive_noise, streams

ROLES = np.array(["client", "therapist"])


@dataclass(frozen=True, kw_only=True)
class DyadsTruth(TruthValues):
    """Every parameter of `simulate_dyads`.

    client_mean, therapist_mean                 of each role's ratings
    slope                                       points a session, for both
    therapist_level_sd, client_level_sd         of levels that both roles share, of therapists and of dyads
    client_residual_sd, therapist_residual_sd   of each role's residual
    role_correlation                            of the two residuals within a session
    autocorrelation                             of a role's residuals one session apart; d apart, to the power of d
    """

    client_mean: float = 5.0
    therapist_mean: float = 4.6
    slope: float = 0.05
    therapist_level_sd: float = 0.3
    client_level_sd: float = 0.5
    client_residual_sd: float = 0.8
    therapist_residual_sd: float = 0.6
    role_correlation: float = 0.4
    autocorrelation: float = 0.3

    def __post_init__(self) -> None:
        super().__post_init__()
        check_correlation(self.role_correlation, "role_correlation", proper=False)
        check_correlation(self.autocorrelation, "autocorrelation")


def simulate_dyads(
    *,
    seed: int,
    therapists: int = 40,
    clients: int | None = 117,
    clients_per_therapist: int | None = None,
    sessions: int = 6,
    truth: DyadsTruth = DyadsTruth(),
    absence: Absence = NONE_MISSING,
    one_rater_missing: float = 0.0,
    unsorted: bool = False,
) -> Simulated[DyadsTruth]:
    """Two rows a session, one for each role, whose residuals have a covariance over roles and sessions.

        Y_ijtr = mean_r + slope (t − 1) + u_j + v_ij + e_ijtr
        cov(e_ijtr, e_ijsq) = Σ_rq · autocorrelation^|t − s|      Σ from the two SDs and the role correlation

    that is, Σ ⊗ AR(1) (Kenny, Kashy and Cook 2006, chapter 13). Missing sessions leave gaps: the distance counts.

    absence            which sessions neither rated
    one_rater_missing  share of sessions in which one of the two, by chance, did not rate

    Returns `table` with therapist, client, session, time (session − 1), role ("client", "therapist") and rating,
    each of shape (rows,). Raises OutOfRange, TooFew, NotNumbers.
    """
    check_count(sessions, "sessions")
    check_share(one_rater_missing, "one_rater_missing")
    check_truth(truth, DyadsTruth)
    places, levels, noises, missing, order = streams(check_seed(seed), 5)
    therapist = spread_clients(places, therapists, clients, clients_per_therapist)
    count, time = len(therapist), np.arange(sessions, dtype=np.float64)
    level = truth.therapist_level_sd * levels.standard_normal(therapists)[therapist]
    level += truth.client_level_sd * levels.standard_normal(count)
    residuals = [
        autoregressive_noise(noises, count, time, sd=1.0, autocorrelation=truth.autocorrelation) for _ in ROLES
    ]
    shared = truth.role_correlation
    residuals[1] = shared * residuals[0] + np.sqrt(1 - shared**2) * residuals[1]
    common = level[:, None] + truth.slope * time
    rating = np.stack(
        [
            truth.client_mean + common + truth.client_residual_sd * residuals[0],
            truth.therapist_mean + common + truth.therapist_residual_sd * residuals[1],
        ],
        axis=2,
    )
    present = np.repeat(absence.present(missing, rating[:, :, 0])[:, :, None], 2, axis=2)
    silent = missing.random((count, sessions)) < one_rater_missing
    present[silent, missing.integers(0, 2, size=int(silent.sum()))] = False
    where, when, role = np.nonzero(present)
    if unsorted:
        shuffled = order.permutation(len(where))
        where, when, role = where[shuffled], when[shuffled], role[shuffled]
    table = {
        "therapist": therapist[where] + 1,
        "client": where + 1,
        "session": when + 1,
        "time": time[when],
        "role": ROLES[role],
        "rating": rating[where, when, role],
    }
    return Simulated(table=table, truth=truth, seed=seed)
