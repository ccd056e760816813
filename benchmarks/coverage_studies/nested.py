"""Mixed models of networks: growth, therapist effects, residuals of dyads."""

from __future__ import annotations

import math
from typing import Any

from coverage_studies.draws import Draw, Finding, finding
from rapport.stats import mixed
from rapport.stats import simulate as simulating
from rapport.stats.mixed import Random


def growth(seed: int, **shape: Any) -> Draw:
    """The model that made the data: training at the therapists' level, on level and slope."""
    truth = simulating.SessionsTruth(training_level=2.0)
    drawn = simulating.simulate_sessions(seed=seed, truth=truth, **shape)
    random = (Random("therapist", slopes=("time",)), Random("client", slopes=("time",)))
    fit = mixed.fit(drawn, outcome="outcome", fixed=("time", "trained", ("trained", "time")), random=random)
    truths = {
        "trained": truth.training_level,
        "time": truth.slope,
        "trained × time": truth.training_slope,
    }
    told = {"trained": "training, on level", "time": "slope", "trained × time": "training, on slope"}
    found = tuple(finding(told[name], value, fit.coefficient(name)) for name, value in truths.items())
    return Draw(found, fit.singular)


def therapist_share(seed: int, *, therapist_sd: float = 4.0, spreads: bool = True, **shape: Any) -> Draw:
    """Intercepts only: the share between therapists, and the standard deviations by their profiles."""
    truth = simulating.SessionsTruth(therapist_level_sd=therapist_sd, therapist_slope_sd=0.0, client_slope_sd=0.0)
    drawn = simulating.simulate_sessions(seed=seed, truth=truth, **shape)
    fixed, random = ("time", "trained", ("trained", "time")), (Random("therapist"), Random("client"))
    fit = mixed.fit(drawn, outcome="outcome", fixed=fixed, random=random)
    effect = fit.therapist_effect()
    found = [Finding("therapist ICC", truth.therapist_icc, effect.icc, math.nan, effect.low, effect.high)]
    if spreads:
        found.append(finding("SD of therapists", therapist_sd, fit.profile("therapist: intercept")))
        found.append(finding("SD of clients", truth.client_level_sd, fit.profile("client: intercept")))
        found.append(finding("SD of residuals", truth.residual_sd, fit.profile("residual")))
    return Draw(tuple(found), fit.singular)


def resampled(seed: int, **shape: Any) -> Draw:
    """The same by drawing whole therapists."""
    truth = simulating.SessionsTruth(training_level=2.0, therapist_slope_sd=0.0, client_slope_sd=0.0)
    drawn = simulating.simulate_sessions(seed=seed, truth=truth, **shape)
    fixed, random = ("time", "trained", ("trained", "time")), (Random("therapist"), Random("client"))
    fit = mixed.fit(drawn, outcome="outcome", fixed=fixed, random=random)
    found = fit.bootstrap(draws=200, seed=seed % 2**32, workers=1)
    truths = {
        "trained": ("training, on level", truth.training_level),
        "trained × time": ("training, on slope", truth.training_slope),
        "therapist: intercept": ("SD of therapists", truth.therapist_level_sd),
        "client: intercept": ("SD of clients", truth.client_level_sd),
        "residual": ("SD of residuals", truth.residual_sd),
    }
    rows = zip(found.names, found.estimates, found.ses, found.lows, found.highs, strict=True)
    return Draw(
        tuple(
            Finding(*truths[name], estimate, se, low, high) for name, estimate, se, low, high in rows if name in truths
        ),
        fit.singular,
    )


def dyadic(seed: int, *, missing: bool = False, **shape: Any) -> Draw:
    truth = simulating.DyadsTruth()
    absence = simulating.Absence(missed=0.15 if missing else 0.0)
    drawn = simulating.simulate_dyads(
        seed=seed, truth=truth, absence=absence, one_rater_missing=0.1 if missing else 0.0, **shape
    )
    table = drawn.table | {"therapist_rates": (drawn["role"] == "therapist").astype(float)}
    fit = mixed.fit(
        table,
        outcome="rating",
        fixed=("therapist_rates", "time"),
        random=(Random("therapist"), Random("client")),
        residual=mixed.Dyadic(role="role", session="session", autoregressive=True),
    )
    residuals = fit.residuals
    assert residuals is not None and residuals.correlation is not None and residuals.autocorrelation is not None
    of_role = dict(zip(residuals.roles, residuals.sds, strict=True))
    return Draw(
        (
            finding("correlation of roles", truth.role_correlation, residuals.correlation),
            finding("φ over sessions", truth.autocorrelation, residuals.autocorrelation),
            finding("SD of client", truth.client_residual_sd, of_role["client"]),
            finding("SD of therapist", truth.therapist_residual_sd, of_role["therapist"]),
            finding(
                "difference of roles", truth.therapist_mean - truth.client_mean, fit.coefficient("therapist_rates")
            ),
            finding("slope", truth.slope, fit.coefficient("time")),
        ),
        fit.singular,
    )
