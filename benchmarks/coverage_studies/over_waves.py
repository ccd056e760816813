"""Panel models with missing waves, and mediation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from coverage_studies.draws import Draw, Finding, finding
from rapport.stats import mediation, panel
from rapport.stats import simulate as simulating

WAVES = 6
SERIES = {name: [f"{name}_{wave}" for wave in range(1, WAVES + 1)] for name in ("client", "therapist")}
MISSING = simulating.Absence(missed=0.1, dropout=0.05, dropout_by_outcome=0.5)  # missing at random


def cross_lagged(seed: int, *, clients: int, equal: bool, cluster: bool = False, missing: bool = True) -> Draw:
    truth = simulating.PanelTruth(cluster_sd=0.4 if cluster else 0.0)
    absence = MISSING if missing else simulating.Absence()
    drawn = simulating.simulate_panel(
        seed=seed, clients=clients, therapists=40, waves=WAVES, truth=truth, absence=absence
    )
    fit = panel.random_intercept_cross_lagged(
        drawn, equal_over_time=equal, cluster="therapist" if cluster else None, **SERIES
    )
    return Draw(tuple(_paths(truth, fit)), _is_improper(fit))


def _is_improper(fit: Any) -> bool:
    return any(caution.kind in ("negative-variance", "not-positive-definite") for caution in fit.warnings)


def _paths(truth: Any, fit: Any) -> Iterable[Finding]:
    for of, to, value in (
        ("client", "therapist", truth.client_to_therapist),
        ("therapist", "client", truth.therapist_to_client),
        ("client", "client", truth.autoregression_client),
        ("therapist", "therapist", truth.autoregression_therapist),
    ):
        yield finding(f"{of} → {to}", value, fit.average(of, to))


def latent_curve(seed: int, *, clients: int, missing: bool = True) -> Draw:
    truth = simulating.PanelTruth(
        slope_client=0.1, slope_therapist=0.05, slope_client_sd=0.15, slope_therapist_sd=0.12, slope_correlation=0.3
    )
    absence = MISSING if missing else simulating.Absence()
    drawn = simulating.simulate_panel(
        seed=seed, clients=clients, therapists=40, waves=WAVES, truth=truth, absence=absence
    )
    fit = panel.latent_curve(drawn, equal_over_time=True, **SERIES)
    found = list(_paths(truth, fit))
    found.append(finding("mean slope of client", truth.slope_client, fit["client, slope, mean"]))
    found.append(finding("variance of client’s slopes", truth.slope_client_sd**2, fit["client, slope, variance"]))
    return Draw(tuple(found), _is_improper(fit))


def mediated(
    seed: int, *, interval: str, persons: int = 117, a: float = 0.4, b: float = 0.4, therapists: int | None = None
) -> Draw:
    """Training, a mediator, an outcome. With therapists, training is theirs, and they differ in the other two."""
    random = np.random.Generator(np.random.PCG64(seed))
    trained, levels, therapist = np.arange(persons) % 2, np.zeros((2, persons)), np.arange(persons)
    if therapists:
        therapist = np.append(np.arange(therapists), random.integers(0, therapists, persons - therapists))
        trained = random.permutation(therapists)[therapist] % 2
        levels = 0.4 * random.standard_normal((2, therapists))[:, therapist]
    mediator = a * trained + levels[0] + random.standard_normal(persons)
    outcome = 0.2 * trained + b * mediator + levels[1] + random.standard_normal(persons)
    fit = mediation.mediate(
        {"trained": trained, "alliance": mediator, "wellbeing": outcome, "therapist": therapist},
        predictor="trained",
        mediators="alliance",
        outcome="wellbeing",
        seed=seed % 2**32,
        draws=1000,
        interval=interval,
        cluster="therapist" if therapists else None,
    )
    found = (
        finding("indirect effect", a * b, fit.indirect),
        finding("direct effect", 0.2, fit.direct),
        finding("total effect", 0.2 + a * b, fit.total),
    )
    return Draw(found)
