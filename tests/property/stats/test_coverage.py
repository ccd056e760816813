"""95% intervals hold the truth about 95 times in 100. A short version of `benchmarks/coverage.py`, whose table of 1,000
seeds is in `docs/coverage.md`. The bounds here are wide, as few seeds say little: where each interval holds the truth
with 95%, fewer than 24 of 30 do so once in 1,700 such tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from rapport.stats import congruence, meta, mixed, panel, simulate
from rapport.stats.mixed import Random

SEEDS = 30
LEAST = 24
Truths = dict[str, float]
Study = Callable[[int], tuple[Truths, dict[str, Any]]]


def training(seed: int) -> tuple[Truths, dict[str, Any]]:
    truth = simulate.SessionsTruth(training_level=2.0)
    table = simulate.simulate_sessions(seed=seed, truth=truth)
    random = (Random("therapist", slopes=("time",)), Random("client", slopes=("time",)))
    fit = mixed.fit(table, outcome="outcome", fixed=("time", "trained", ("trained", "time")), random=random)
    truths = {"trained": truth.training_level, "time": truth.slope, "trained × time": truth.training_slope}
    return truths, {name: fit.coefficient(name) for name in truths}


def residuals_of_dyads(seed: int) -> tuple[Truths, dict[str, Any]]:
    truth = simulate.DyadsTruth()
    drawn = simulate.simulate_dyads(seed=seed, truth=truth, absence=simulate.Absence(missed=0.1))
    table = drawn.table | {"therapist_rates": (drawn["role"] == "therapist").astype(float)}
    fit = mixed.fit(
        table,
        outcome="rating",
        fixed=("therapist_rates", "time"),
        random=(Random("therapist"), Random("client")),
        residual=mixed.Dyadic(role="role", session="session", autoregressive=True),
    )
    assert fit.residuals is not None
    truths = {"correlation of roles": truth.role_correlation, "over sessions": truth.autocorrelation}
    return truths, {"correlation of roles": fit.residuals.correlation, "over sessions": fit.residuals.autocorrelation}


def response_surface(seed: int) -> tuple[Truths, dict[str, Any]]:
    truth = simulate.SurfaceTruth()
    fit = congruence.response_surface(
        simulate.simulate_surface(seed=seed, truth=truth),
        outcome="outcome",
        client="client_rating",
        therapist="therapist_rating",
        groups=("therapist", "client"),
        midpoint=truth.midpoint,
    )
    truths = {f"a{place}": value for place, value in enumerate(truth.a, start=1)}
    return truths, {name: fit.feature(name) for name in truths}


def truth_and_bias(seed: int) -> tuple[Truths, dict[str, Any]]:
    truth = simulate.NetworkTruth(tracking_therapist_sd=0.0, tracking_dyad_sd=0.0)
    fit = congruence.truth_and_bias(
        simulate.simulate_network(seed=seed, truth=truth),
        judgement="therapist_rating",
        truth="client_rating",
        therapist="therapist",
        dyad="client",
        moderators=("trained",),
    )
    off = fit.mean_truth - truth.rating_mean  # bias is told where the client's rating is the sample's mean
    truths = {"bias": truth.bias + (truth.tracking - 1) * off, "tracking × trained": truth.tracking_training}
    return truths | {"temporal congruence": truth.tracking}, {
        "bias": fit.bias,
        "tracking × trained": fit.estimate("tracking × trained"),
        "temporal congruence": fit.estimate("temporal congruence"),
    }


@cache
def agreement_and_the_next_session(seed: int) -> tuple[Truths, dict[str, Any]]:
    truth = simulate.LaggedTruth()
    table = simulate.simulate_lagged(seed=seed, truth=truth, sessions=6)
    fit = congruence.fit_lagged(table, outcome="outcome", agreement="agreement", dyad="client", session="session")
    return {"β": truth.effect, "φ": truth.autoregression}, {"β": fit.effect, "φ": fit.carry_over}


def cross_lagged_panel(seed: int) -> tuple[Truths, dict[str, Any]]:
    truth = simulate.PanelTruth()
    table = simulate.simulate_panel(
        seed=seed, clients=200, waves=5, truth=truth, absence=simulate.Absence(missed=0.1, dropout=0.05)
    )
    series = {name: [f"{name}_{wave}" for wave in range(1, 6)] for name in ("client", "therapist")}
    fit = panel.random_intercept_cross_lagged(table, equal_over_time=True, **series)
    truths = {"client → therapist": truth.client_to_therapist, "therapist → client": truth.therapist_to_client}
    return truths, {name: fit.average(*name.split(" → ")) for name in truths}


def pooled_studies(seed: int) -> tuple[Truths, dict[str, Any]]:
    random = np.random.Generator(np.random.PCG64(seed))
    variances = 4 / random.integers(20, 121, 10)
    estimates = 0.3 + 0.2 * random.standard_normal(10) + np.sqrt(variances) * random.standard_normal(10)
    return {"pooled": 0.3}, {"pooled": meta.pool(estimates, variances=variances)}


@pytest.mark.parametrize(
    "study",
    [
        training,
        residuals_of_dyads,
        response_surface,
        truth_and_bias,
        agreement_and_the_next_session,
        cross_lagged_panel,
        pooled_studies,
    ],
)
def test_intervals_hold_the_truth(study: Study) -> None:
    held: dict[str, int] = {}
    for seed in range(SEEDS):
        truths, found = study(seed)
        for name, truth in truths.items():
            held[name] = held.get(name, 0) + (found[name].low <= truth <= found[name].high)

    assert {name: count for name, count in held.items() if count < LEAST} == {}


def test_they_are_not_wide_for_nothing() -> None:
    """Over the seeds, estimates spread as their standard errors say."""
    estimates, errors = [], []
    for seed in range(SEEDS):
        _, found = agreement_and_the_next_session(seed)
        estimates.append([found[name].estimate for name in ("β", "φ")])
        errors.append([found[name].se for name in ("β", "φ")])

    ratio = np.std(estimates, axis=0, ddof=1) / np.mean(errors, axis=0)

    assert (ratio > 0.65).all() and (ratio < 1.4).all()


def test_centring_at_clients_means_misses_it_in_six_sessions() -> None:
    """The naive estimate stands beside the other in the result, and is no alternative to it (Nickell, 1981)."""
    truth = simulate.LaggedTruth()
    held = 0
    for seed in range(10):
        table = simulate.simulate_lagged(seed=seed, truth=truth, sessions=6)
        fit = congruence.fit_lagged(table, outcome="outcome", agreement="agreement", dyad="client", session="session")
        naive = next(item for item in fit.naive if item.name == "outcome before")
        held += naive.low <= truth.autoregression <= naive.high

    assert held == 0
    assert fit.nickell_bias < -0.2
    assert math.isfinite(fit.carry_over.estimate)
