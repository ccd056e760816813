"""A practice-research network: both raters' alliance, session by session, and the client's well-being."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from scipy.special import ndtr

from rapport.stats.arguments import check_choice, check_correlation, check_count, check_seed, check_truth
from rapport.stats.simulate.absence import NONE_MISSING, Absence
from rapport.stats.simulate.caseloads import choose_trained, spread_clients
from rapport.stats.simulate.rows import long_rows
from rapport.stats.simulate.simulated import Simulated, TruthValues
from rapport.stats.simulate.streams import autoregressive_noise, streams
from rapport.stats.tables import Floats, Ints

Start = Literal["stationary", "fixed"]
BURN_IN = 60  # sessions before the first; at an autoregression of .9, 0.2% of the start is left


@dataclass(frozen=True, kw_only=True)
class NetworkTruth(TruthValues):
    """Every parameter of `simulate_network`. Names that end in _sd are standard deviations.

    Ratings, on a scale like 1 to 7:
    rating_mean            μ, the clients' mean rating
    rating_therapist_sd    of therapists' mean client rating
    rating_dyad_sd         of clients' mean rating within therapists
    client_residual_sd     of the client's rating from session to session
    therapist_residual_sd  of the therapist's rating from session to session, given the client's
    autocorrelation        AR(1) of both of these over sessions

    Truth and bias, of the therapist about the client:
    bias, bias_training            directional bias of untrained therapists, and what training adds
    bias_therapist_sd, bias_dyad_sd
    tracking, tracking_training    slope on the client's rating, and what training adds
    tracking_therapist_sd, tracking_dyad_sd

    Well-being, on a scale like 0 to 100:
    wellbeing_mean, wellbeing_training         level of clients of untrained therapists, and what training adds
    wellbeing_therapist_sd, wellbeing_dyad_sd  of clients' own levels
    wellbeing_residual_sd                      of the innovation from one session to the next
    autoregression                             of well-being on its value one session before
    agreement_within, agreement_within_training  points of next session's well-being for one point more agreement
                                               than the dyad is wont to, and what training adds
    agreement_between                          points of the client's own level for one point more usual agreement
    start_mean, start_sd                       first session's well-being, where `start="fixed"`
    """

    rating_mean: float = 4.8
    rating_therapist_sd: float = 0.3
    rating_dyad_sd: float = 0.6
    client_residual_sd: float = 0.7
    therapist_residual_sd: float = 0.6
    autocorrelation: float = 0.0

    bias: float = -0.3
    bias_training: float = 0.2
    bias_therapist_sd: float = 0.3
    bias_dyad_sd: float = 0.3
    tracking: float = 0.4
    tracking_training: float = 0.2
    tracking_therapist_sd: float = 0.1
    tracking_dyad_sd: float = 0.15

    wellbeing_mean: float = 50.0
    wellbeing_training: float = 0.0
    wellbeing_therapist_sd: float = 4.0
    wellbeing_dyad_sd: float = 9.0
    wellbeing_residual_sd: float = 7.0
    autoregression: float = 0.3
    agreement_within: float = 0.0
    agreement_within_training: float = 3.0
    agreement_between: float = 0.0
    start_mean: float = 40.0
    start_sd: float = 10.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_correlation(self.autocorrelation, "autocorrelation")
        check_correlation(self.autoregression, "autoregression")

    @property
    def role_correlation(self) -> float:
        """Correlation of the two ratings within an average untrained dyad, from session to session."""
        followed = self.tracking * self.client_residual_sd
        spread = np.hypot(followed, self.therapist_residual_sd)
        return float(followed / spread) if spread > 0 else 0.0


def simulate_network(
    *,
    seed: int,
    therapists: int = 40,
    clients: int | None = 117,
    clients_per_therapist: int | None = None,
    sessions: int = 6,
    trained_share: float = 0.5,
    truth: NetworkTruth = NetworkTruth(),
    start: Start = "stationary",
    absence: Absence = NONE_MISSING,
    rounded: bool = False,
    unsorted: bool = False,
) -> Simulated[NetworkTruth]:
    """Sessions of clients of therapists, some of them trained: who rated what, and how the client was.

    For session t of client i of therapist j, with independent normal u (therapist), v (dyad) and e (session):

        C_ijt = μ + u_j + v_ij + e_ijt
        T_ijt − μ = β_ij + τ_ij (C_ijt − μ) + f_ijt
            β_ij = bias + bias_training · trained_j + u_j + v_ij
            τ_ij = tracking + tracking_training · trained_j + u_j + v_ij
        A_ijt = −|C_ijt − T_ijt|                                       agreement, 0 at best
        W_ij,t+1 = (1 − φ) η_ij + φ W_ijt + γ_j (A_ijt − E_ij A) + g_ij,t+1
            γ_j = agreement_within + agreement_within_training · trained_j
            η_ij = wellbeing_mean + wellbeing_training · trained_j + agreement_between (E_ij A − E A) + u_j + v_ij

    e and f are AR(1) with the same coefficient; g is white. E_ij A is the dyad's own expected agreement (the mean
    of a folded normal), E A its mean over the dyads at hand. With `start="stationary"` the process has run before
    the first session; with "fixed", W_ij1 is normal with start_mean and start_sd, unrelated to η_ij.

    The truth-and-bias equation is West and Kenny's (2011, Psychological Review 118, 357–378) with C_ijt as the
    truth; centred at μ, not at the sample's mean, from which it differs by sampling only.

    clients                in all, spread unevenly; or clients_per_therapist for equal caseloads
    rounded                ratings to whole numbers from 1 to 7, well-being to 0 to 100: what people fill in. The
                           truth then holds for what lies behind the ratings, not exactly for the ratings
    absence                which sessions are missing; those rows are left out
    unsorted               rows in random order

    Returns `table` with therapist, client, session (1 …), trained (0, 1), client_rating, therapist_rating,
    wellbeing, each of shape (rows,), and `truth`. What is left out or shuffled does not change the other rows.

    Raises OutOfRange, TooFew, NotNumbers.
    """
    check_count(sessions, "sessions")
    check_choice(start, "start", get_args(Start))
    check_truth(truth, NetworkTruth)
    places, levels, noises, missing, order = streams(check_seed(seed), 5)
    therapist = spread_clients(places, therapists, clients, clients_per_therapist)
    trained = choose_trained(places, therapists, trained_share)[therapist]
    dyads = _draw_dyads(levels, truth, therapist, trained)
    burn_in = BURN_IN if start == "stationary" else 0
    client, guess = _rate(noises, truth, dyads, burn_in + sessions)
    wellbeing = _develop(noises, truth, dyads, -np.abs(client - guess), start)
    client, guess, wellbeing = (series[:, burn_in:] for series in (client, guess, wellbeing))
    if rounded:
        client, guess = np.clip(np.rint(client), 1, 7), np.clip(np.rint(guess), 1, 7)
        wellbeing = np.clip(np.rint(wellbeing), 0, 100)
    table = long_rows(
        absence.present(missing, wellbeing),
        of_client={"therapist": therapist + 1, "trained": trained},
        of_session={"client_rating": client, "therapist_rating": guess, "wellbeing": wellbeing},
        shuffle=order if unsorted else None,
    )
    return Simulated(table=table, truth=truth, seed=seed)


class _Dyads(NamedTuple):
    """What is constant for a client and their therapist, each of shape (clients,)."""

    rating: Floats
    bias: Floats
    tracking: Floats
    level: Floats
    usual_agreement: Floats
    agreement_effect: Floats


def _draw_dyads(random: np.random.Generator, truth: NetworkTruth, therapist: Ints, trained: Ints) -> _Dyads:
    def vary(therapist_sd: float, dyad_sd: float) -> Floats:
        therapists = therapist_sd * random.standard_normal(int(therapist.max()) + 1)
        return np.asarray(therapists[therapist] + dyad_sd * random.standard_normal(len(therapist)))

    rating = truth.rating_mean + vary(truth.rating_therapist_sd, truth.rating_dyad_sd)
    bias = truth.bias + truth.bias_training * trained + vary(truth.bias_therapist_sd, truth.bias_dyad_sd)
    tracking = truth.tracking + truth.tracking_training * trained
    tracking = tracking + vary(truth.tracking_therapist_sd, truth.tracking_dyad_sd)
    gap = bias + (tracking - 1) * (rating - truth.rating_mean)
    gap_sd = np.sqrt(((tracking - 1) * truth.client_residual_sd) ** 2 + truth.therapist_residual_sd**2)
    usual = -folded_normal_mean(gap, gap_sd)
    level = truth.wellbeing_mean + truth.wellbeing_training * trained + truth.agreement_between * (usual - usual.mean())
    level += vary(truth.wellbeing_therapist_sd, truth.wellbeing_dyad_sd)
    effect = truth.agreement_within + truth.agreement_within_training * trained
    return _Dyads(rating, bias, tracking, level, usual, np.asarray(effect, dtype=np.float64))


def _rate(random: np.random.Generator, truth: NetworkTruth, dyads: _Dyads, sessions: int) -> tuple[Floats, Floats]:
    times, count = np.arange(sessions, dtype=np.float64), len(dyads.rating)
    rho = truth.autocorrelation
    noise = autoregressive_noise(random, count, times, sd=truth.client_residual_sd, autocorrelation=rho)
    client = dyads.rating[:, None] + noise
    noise = autoregressive_noise(random, count, times, sd=truth.therapist_residual_sd, autocorrelation=rho)
    guess = truth.rating_mean + dyads.bias[:, None] + dyads.tracking[:, None] * (client - truth.rating_mean) + noise
    return client, guess


def _develop(
    random: np.random.Generator, truth: NetworkTruth, dyads: _Dyads, agreement: Floats, start: Start
) -> Floats:
    count, sessions = agreement.shape
    phi = truth.autoregression
    wellbeing = truth.wellbeing_residual_sd * random.standard_normal((count, sessions))
    first = random.standard_normal(count)
    if start == "fixed":
        wellbeing[:, 0] = truth.start_mean + truth.start_sd * first
    else:
        wellbeing[:, 0] = dyads.level + truth.wellbeing_residual_sd / np.sqrt(1 - phi**2) * first
    pushed = dyads.agreement_effect[:, None] * (agreement - dyads.usual_agreement[:, None])
    for session in range(1, sessions):
        wellbeing[:, session] += (1 - phi) * dyads.level + phi * wellbeing[:, session - 1] + pushed[:, session - 1]
    return wellbeing


def folded_normal_mean(mean: Floats, sd: Floats) -> Floats:
    """E|X| of a normal X (Leone, Nelson & Nottingham 1961, Technometrics 3, 543–550); |mean| where sd is 0."""
    sizes = np.where(sd > 0, sd, 1.0)
    ratio = mean / sizes
    folded = sizes * np.sqrt(2 / np.pi) * np.exp(-(ratio**2) / 2) + mean * (1 - 2 * ndtr(-ratio))
    return np.where(sd > 0, folded, np.abs(mean))
