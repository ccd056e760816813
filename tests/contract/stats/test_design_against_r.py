"""Power by formula and intervals of shares are those of R."""

from __future__ import annotations

import pytest

from rapport.stats.design import Trial, power_by_formula, wilson
from rapport.stats.simulate import SessionsTruth
from tests.contract.stats.beside import Beside
from tests.contract.stats.reference import reference

FIGURES = reference("design")
POWERS = list(zip(*(FIGURES["power"][name] for name in ("n", "delta", "level", "power")), strict=True))
SHARES = list(zip(*(FIGURES["wilson"][name] for name in ("successes", "count", "low", "high")), strict=True))

# Therapists whose means have a standard deviation of 1: all of the variance is theirs.
UNIT = SessionsTruth(
    training_slope=0.0,
    therapist_level_sd=1.0,
    therapist_slope_sd=0.0,
    client_level_sd=0.0,
    client_slope_sd=0.0,
    residual_sd=0.0,
)


@pytest.mark.parametrize(("n", "delta", "level", "expected"), POWERS)
def test_power_by_formula_is_power_t_test(n: int, delta: float, level: float, expected: float) -> None:
    trial = Trial(effect=delta, therapists=2 * n, clients_per_therapist=1, sessions=1, truth=UNIT)
    found = power_by_formula(trial, alpha=level).power
    Beside("Design", "power of a trial", "stats::power.t.test").agrees("power", found, expected, rel=1e-9)


@pytest.mark.parametrize(("successes", "count", "low", "high"), SHARES)
def test_wilsons_interval_is_prop_test(successes: int, count: int, low: float, high: float) -> None:
    found = wilson(successes, count)[1:]
    Beside("Design", "shares", "stats::prop.test").agrees("Wilson's interval", found, (low, high), abs=1e-12)
