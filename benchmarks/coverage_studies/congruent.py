"""Congruence: truth and bias, response surfaces, actor–partner models, agreement and the next session."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from coverage_studies.draws import Draw, finding
from rapport.stats import congruence
from rapport.stats import simulate as simulating


def truth_bias(seed: int, *, tracking_varies: bool, random_tracking: bool, **shape: Any) -> Draw:
    varying = {} if tracking_varies else {"tracking_therapist_sd": 0.0, "tracking_dyad_sd": 0.0}
    truth = simulating.NetworkTruth(**varying)
    drawn = simulating.simulate_network(seed=seed, truth=truth, **shape)
    fit = congruence.truth_and_bias(
        drawn,
        judgement="therapist_rating",
        truth="client_rating",
        therapist="therapist",
        dyad="client",
        moderators=("trained",),
        random_tracking=random_tracking,
    )
    # Bias is told where the client's rating is the sample's mean, tracking being below 1.
    off = fit.mean_truth - truth.rating_mean
    at_mean = truth.bias + (truth.tracking - 1) * off
    more_at_mean = truth.bias_training + truth.tracking_training * off
    moved = {name: fit.estimate(name) for name in ("bias × trained", "tracking × trained")}
    found = [
        finding("bias, at the sample’s mean", at_mean, fit.bias),
        finding("bias, at the population’s mean", truth.bias, fit.bias),
        finding("tracking", truth.tracking, fit.tracking),
        finding("training, on bias", more_at_mean, moved["bias × trained"]),
        finding("training, on tracking", truth.tracking_training, moved["tracking × trained"]),
        finding("tracking within dyads", truth.tracking, fit.estimate("temporal congruence")),
        finding("training, on tracking within", truth.tracking_training, fit.estimate("temporal congruence × trained")),
        finding("tracking between dyads", truth.tracking, fit.estimate("tracking between dyads")),
    ]
    return Draw(tuple(found), fit.singular)


def surface(seed: int, *, previous: float = 0.0, features: bool = True, **shape: Any) -> Draw:
    truth = simulating.SurfaceTruth(previous=previous)
    drawn = simulating.simulate_surface(seed=seed, truth=truth, **shape)
    fit = congruence.response_surface(
        drawn,
        outcome="outcome",
        client="client_rating",
        therapist="therapist_rating",
        groups=("therapist", "client"),
        covariates=("previous_outcome",) if previous else (),
        midpoint=truth.midpoint,
    )
    b = (truth.b1, truth.b2, truth.b3, truth.b4, truth.b5)
    found = [
        finding(f"b{place}", value, item)
        for place, (value, item) in enumerate(zip(b, fit.coefficients[1:6], strict=True), start=1)
    ]
    found += [finding(f"a{place}", value, fit.feature(f"a{place}")) for place, value in enumerate(truth.a, start=1)]
    if features:
        found.append(finding("slope of the first axis", 1.0, fit.feature("first_axis_slope")))
    if previous:
        found.append(finding("outcome before", previous, fit.coefficients[6]))
    return Draw(tuple(found), fit.singular)


def actor_partner(seed: int, *, sessions: int, therapist_sd: float = 0.0, dyads: int = 117) -> Draw:
    """Both persons' outcome on both persons' predictor, with correlated levels and residuals."""
    random = np.random.Generator(np.random.PCG64(seed))
    therapist = np.sort(np.append(np.arange(40), random.integers(0, 40, dyads - 40)))
    actor, partner, apart = np.array([0.4, 0.3]), np.array([0.1, 0.25]), np.array([0.0, -0.4])

    def pairs(correlation: float, *shape: int) -> Any:
        drawn = random.standard_normal((*shape, 2))
        drawn[..., 1] = correlation * drawn[..., 0] + math.sqrt(1 - correlation**2) * drawn[..., 1]
        return drawn

    clustered = therapist_sd * (random.standard_normal((2, 40)))[:, therapist]
    x = 0.7 * pairs(0.3, dyads)[:, None] + 0.7 * pairs(0.3, dyads, sessions) + clustered[0][:, None, None]
    y = apart + actor * x + partner * x[..., ::-1] + np.array([0.5, 0.4]) * pairs(0.4, dyads)[:, None]
    y = y + clustered[1][:, None, None] + np.array([0.8, 0.6]) * pairs(0.3, dyads, sessions)
    dyad, session, role = (grid.ravel() for grid in np.indices(x.shape))
    fit = congruence.actor_partner(
        {
            "dyad": dyad,
            "session": session,
            "role": np.array(["client", "therapist"])[role],
            "x": x.ravel(),
            "y": y.ravel(),
            "therapist": therapist[dyad],
        },
        outcome="y",
        role="role",
        actor="x",
        dyad="dyad",
        session="session" if sessions > 1 else None,
        cluster="therapist" if therapist_sd else None,
    )
    found = []
    for index, name in enumerate(("client", "therapist")):
        found.append(finding(f"{name}: actor", actor[index], fit.estimate(f"{name}: actor")))
        found.append(finding(f"{name}: partner", partner[index], fit.estimate(f"{name}: partner")))
    return Draw(tuple(found), any(caution.kind == "singular" for caution in fit.warnings))


def lagged(
    seed: int,
    *,
    start: str = "stationary",
    feedback: float = 0.0,
    missed: float = 0.0,
    carry: float = 0.4,
    by: bool = False,
    **shape: Any,
) -> Draw:
    truth = simulating.LaggedTruth(
        autoregression=carry, feedback=feedback, agreement_autoregression=0.3 if feedback else 0.0, between=5.0
    )
    absence = simulating.Absence(missed=missed)
    drawn = simulating.simulate_lagged(seed=seed, truth=truth, start=start, absence=absence, **shape)
    fit = congruence.fit_lagged(
        drawn,
        outcome="outcome",
        agreement="agreement",
        dyad="client",
        session="session",
        cluster="therapist" if by else None,
    )
    naive = {item.name: item for item in fit.naive}
    found = (
        finding("agreement (β)", truth.effect, fit.effect),
        finding("outcome before (φ)", truth.autoregression, fit.carry_over),
        finding("between clients", truth.between, fit.between),
        finding("naive β", truth.effect, naive["agreement"]),
        finding("naive φ", truth.autoregression, naive["outcome before"]),
    )
    return Draw(found, any(caution.kind == "singular" for caution in fit.warnings))


def lagged_network(seed: int, **shape: Any) -> Draw:
    """Agreement from the two ratings, whose effect training changes; the first session is no settled one."""
    truth = simulating.NetworkTruth()
    drawn = simulating.simulate_network(seed=seed, truth=truth, start="fixed", **shape)
    fit = congruence.lagged_agreement(
        drawn,
        outcome="wellbeing",
        client="client_rating",
        therapist="therapist_rating",
        dyad="client",
        session="session",
        moderators=("trained",),
    )
    naive = {item.name: item for item in fit.naive}
    found = (
        finding("agreement, untrained", truth.agreement_within, fit.effect),
        finding("agreement × trained", truth.agreement_within_training, fit.estimate("agreement × trained")),
        finding("outcome before (φ)", truth.autoregression, fit.carry_over),
        finding("naive agreement × trained", truth.agreement_within_training, naive["agreement × trained"]),
        finding("naive φ", truth.autoregression, naive["outcome before"]),
    )
    return Draw(found, any(caution.kind == "singular" for caution in fit.warnings))
