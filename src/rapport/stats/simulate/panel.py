"""Two series over waves, in wide form: stable differences, growth, and what each does to the other next time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from rapport.stats.arguments import check_correlation, check_count, check_seed, check_truth
from rapport.stats.errors import OutOfRange
from rapport.stats.simulate.absence import NONE_MISSING, Absence
from rapport.stats.simulate.caseloads import spread_clients
from rapport.stats.simulate.simulated import Simulated, TruthValues
from rapport.stats.simulate.streams import streams
from rapport.stats.tables import Floats

Pair = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class PanelTruth(TruthValues):
    """Every parameter of `simulate_panel`. A pair is (client's series, therapist's series).

    mean_client, mean_therapist              at the first wave
    slope_client, slope_therapist            points a wave
    intercept_*_sd, intercept_correlation    of persons' stable levels
    slope_*_sd, slope_correlation            of persons' slopes; all 0 gives the random-intercept cross-lagged panel
    autoregression_client, autoregression_therapist
    client_to_therapist, therapist_to_client   cross-lagged paths
    residual_*_sd, residual_correlation      of the innovations within a wave
    cluster_sd                               of levels that clients of one therapist share, in both series
    """

    mean_client: float = 5.0
    mean_therapist: float = 4.6
    slope_client: float = 0.0
    slope_therapist: float = 0.0
    intercept_client_sd: float = 0.7
    intercept_therapist_sd: float = 0.6
    intercept_correlation: float = 0.4
    slope_client_sd: float = 0.0
    slope_therapist_sd: float = 0.0
    slope_correlation: float = 0.0
    autoregression_client: float = 0.3
    autoregression_therapist: float = 0.25
    client_to_therapist: float = 0.2
    therapist_to_client: float = 0.05
    residual_client_sd: float = 0.6
    residual_therapist_sd: float = 0.5
    residual_correlation: float = 0.2
    cluster_sd: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("intercept_correlation", "slope_correlation", "residual_correlation"):
            check_correlation(getattr(self, name), name, proper=False)
        largest = float(np.abs(np.linalg.eigvals(self.paths)).max())
        if largest >= 1:
            raise OutOfRange(
                f"These autoregressions and cross-lagged paths do not settle (largest eigenvalue {largest:.2f}, it "
                "must be below 1). Give smaller ones."
            )

    @property
    def paths(self) -> Floats:
        """From (client, therapist) at one wave, columns, to the next, rows; shape (2, 2)."""
        return np.array(
            [
                [self.autoregression_client, self.therapist_to_client],
                [self.client_to_therapist, self.autoregression_therapist],
            ]
        )

    @property
    def innovations(self) -> Floats:
        """Covariance of the residuals within a wave from the second on, shape (2, 2)."""
        return pair_covariance(self.residual_client_sd, self.residual_therapist_sd, self.residual_correlation)

    @property
    def first_wave(self) -> Floats:
        """Stationary covariance of the within-person part, shape (2, 2): V = A V Aᵀ + Q."""
        return np.asarray(solve_discrete_lyapunov(self.paths, self.innovations), dtype=np.float64)


def simulate_panel(
    *,
    seed: int,
    clients: int = 300,
    therapists: int = 60,
    waves: int = 5,
    truth: PanelTruth = PanelTruth(),
    absence: Absence = NONE_MISSING,
    unsorted: bool = False,
) -> Simulated[PanelTruth]:
    """A random-intercept cross-lagged panel, or with slopes a latent curve with structured residuals.

        y_it = (means + slopes (t − 1)) + (a_i + b_i (t − 1)) + c_j + w_it,       y = (client's, therapist's)
        w_it = A w_i,t−1 + e_it,     cov(e) = Q,     cov(w_i1) stationary: V = A V Aᵀ + Q

    after Hamaker, Kuiper and Grasman (2015, Psychological Methods 20, figure 1) and Curran, Howard, Bainter, Lane
    and McGinley (2014, Journal of Consulting and Clinical Psychology 82). A missing wave is NaN in both series;
    dropout depends on the client's series.

    Returns `table` in wide form: therapist, client, client_1 … client_T, therapist_1 … therapist_T, each of shape
    (clients,). Raises OutOfRange, TooFew, NotNumbers.
    """
    check_count(waves, "waves")
    check_truth(truth, PanelTruth)
    places, levels, noises, missing, order = streams(check_seed(seed), 5)
    therapist = spread_clients(places, therapists, clients, None)
    count, time = len(therapist), np.arange(waves, dtype=np.float64)
    intercepts = _pairs(
        levels,
        count,
        pair_covariance(truth.intercept_client_sd, truth.intercept_therapist_sd, truth.intercept_correlation),
    )
    slopes = _pairs(
        levels, count, pair_covariance(truth.slope_client_sd, truth.slope_therapist_sd, truth.slope_correlation)
    )
    shared = truth.cluster_sd * levels.standard_normal(therapists)[therapist]
    within = np.empty((count, waves, 2))
    within[:, 0] = _pairs(noises, count, truth.first_wave)
    for wave in range(1, waves):
        within[:, wave] = within[:, wave - 1] @ truth.paths.T + _pairs(noises, count, truth.innovations)
    level = intercepts + shared[:, None] + np.array([truth.mean_client, truth.mean_therapist])
    slope = slopes + np.array([truth.slope_client, truth.slope_therapist])
    series = level[:, None, :] + slope[:, None, :] * time[:, None] + within
    series[~absence.present(missing, series[:, :, 0])] = np.nan
    rows = order.permutation(count) if unsorted else np.arange(count)
    table = {"therapist": therapist[rows] + 1, "client": rows + 1}
    for index, name in enumerate(("client", "therapist")):
        table |= {f"{name}_{wave + 1}": series[rows, wave, index] for wave in range(waves)}
    return Simulated(table=table, truth=truth, seed=seed)


def pair_covariance(first_sd: float, second_sd: float, correlation: float) -> Floats:
    """The covariance matrix of two things, shape (2, 2)."""
    covariance = correlation * first_sd * second_sd
    return np.array([[first_sd**2, covariance], [covariance, second_sd**2]])


def _pairs(random: np.random.Generator, count: int, covariance: Floats) -> Floats:
    """Draws of shape (count, 2). A factor written out, as Cholesky's refuses a variance of 0."""
    first = np.sqrt(covariance[0, 0])
    slope = covariance[0, 1] / first if first > 0 else 0.0
    factor = np.array([[first, 0.0], [slope, np.sqrt(max(covariance[1, 1] - slope**2, 0.0))]])
    return np.asarray(random.standard_normal((count, 2)) @ factor.T, dtype=np.float64)
