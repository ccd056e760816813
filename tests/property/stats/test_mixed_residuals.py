"""What must not change a fit with structured residuals, and whether it finds the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats import mixed
from rapport.stats.mixed import Dyadic, MixedFit, Random

SLOW = settings(max_examples=5, deadline=None)
WHOLE = Dyadic("role", "session", autoregressive=True)


def simulated(
    seed: int, *, clients: int = 40, sessions: int = 6, missing: float = 0.15, phi: float = 0.5, r: float = 0.4
) -> dict[str, Any]:
    """Clients of therapists, six each, rated by two; residual SDs 1 and 1.5; one rating in seven is missing."""
    rng = np.random.default_rng(seed)
    time = np.arange(sessions)
    over_time = np.linalg.cholesky(phi ** np.abs(time[:, None] - time))
    roles = np.linalg.cholesky(np.array([[1, 1.5 * r], [1.5 * r, 2.25]]))
    residual = over_time @ rng.normal(size=(clients, sessions, 2)) @ roles.T
    client, session, role = (index.ravel() for index in np.indices((clients, sessions, 2)))
    outcome = 4 + 0.1 * session + 0.3 * role + rng.normal(0, 0.7, clients)[client] + residual.ravel()
    keep = np.flatnonzero(rng.random(len(client)) > missing)
    table = {
        "therapist": client // 6,
        "client": client,
        "session": session + 1.0,
        "role": np.where(role == 1, "therapist", "client"),
        "is_therapist": role.astype(float),
        "wellbeing": outcome,
    }
    return {name: column[keep] for name, column in table.items()}


def fitted(table: dict[str, Any], residual: Any = WHOLE, **others: Any) -> MixedFit:
    asked = {"fixed": ("session", "is_therapist"), "random": (Random("client"),)} | others
    return mixed.fit(table, outcome="wellbeing", residual=residual, **asked)


def figures(fit: MixedFit) -> dict[str, float]:
    assert fit.residuals is not None
    found = {one.name: one.estimate for one in fit.residuals.parameters}
    found |= {f"{one.name} low": one.low for one in fit.residuals.parameters}
    found |= {one.name: one.estimate for one in fit.coefficients} | {
        f"df {one.name}": one.df for one in fit.coefficients
    }
    return found | {"log-likelihood": fit.log_likelihood, "client": float(fit.variance("client").sds[0])}


@SLOW
@given(seed=st.integers(0, 10_000), order=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed: int, order: int) -> None:
    table = simulated(seed)
    shuffled = np.random.default_rng(order).permutation(len(table["wellbeing"]))
    other = {name: column[shuffled] for name, column in table.items()}
    assert figures(fitted(other)) == pytest.approx(figures(fitted(table)), rel=1e-5, abs=1e-7)


@SLOW
@given(seed=st.integers(0, 10_000), unit=st.sampled_from([0.01, 7.0, 60.0]), scale=st.sampled_from([0.01, 10.0, 1e4]))
def test_units_of_outcome_and_time_do_not_matter(seed: int, unit: float, scale: float) -> None:
    table = simulated(seed)
    plain = fitted(table)
    turned = fitted(table | {"session": unit * table["session"], "wellbeing": scale * table["wellbeing"]})
    assert plain.residuals is not None and turned.residuals is not None
    assert turned.residuals.lag == pytest.approx(unit)
    for one, other in zip(plain.residuals.parameters, turned.residuals.parameters, strict=True):
        factor = scale if one.name.startswith("SD") else 1.0
        assert [other.estimate, other.low, other.high] == pytest.approx(
            [factor * one.estimate, factor * one.low, factor * one.high], rel=1e-5, abs=1e-7
        )
    assert turned.coefficient("session").t == pytest.approx(plain.coefficient("session").t, rel=1e-5)


@SLOW
@given(seed=st.integers(0, 10_000))
def test_names_of_roles_and_clients_do_not_matter(seed: int) -> None:
    table = simulated(seed)
    other = table | {
        "role": np.where(table["role"] == "client", "z", "a"),
        "client": np.array([f"client {(7 * code) % 41:02d}" for code in table["client"]]),
    }
    plain, turned = fitted(table).residuals, fitted(other).residuals
    assert plain is not None and turned is not None
    assert turned.roles == ("a", "z")
    ends = [[one.estimate, one.low, one.high] for one in plain.parameters]
    turned_ends = [[one.estimate, one.low, one.high] for one in turned.parameters]
    # The SDs change places, and nothing else.
    assert np.array(turned_ends) == pytest.approx(np.array([ends[1], ends[0], *ends[2:]]), rel=1e-5, abs=1e-7)


@SLOW
@given(seed=st.integers(0, 10_000))
def test_a_structure_that_holds_another_fits_no_worse(seed: int) -> None:
    table = simulated(seed)
    exchangeable = fitted(table, Dyadic("role", "session", variances="equal")).log_likelihood
    by_role = fitted(table, Dyadic("role", "session")).log_likelihood
    whole = fitted(table, WHOLE).log_likelihood
    assert exchangeable <= by_role + 1e-8 <= whole + 2e-8


def test_intervals_hold_the_truth() -> None:
    truth = {
        "SD of client": 1.0,
        "SD of therapist": 1.5,
        "correlation of client and therapist": 0.4,
        "correlation 1 session apart": 0.5,
    }
    held = dict.fromkeys(truth, 0)
    draws = 30
    for seed in range(draws):
        residuals = fitted(simulated(seed, clients=60)).residuals
        assert residuals is not None
        for one in residuals.parameters:
            held[one.name] += one.low < truth[one.name] < one.high
    # Of 30 intervals at 95%, fewer than 25 hold the truth once in three hundred times.
    assert {name: count for name, count in held.items() if count < 25} == {}


def test_estimates_come_near_the_truth_in_a_large_table() -> None:
    residuals = fitted(simulated(1, clients=2_000, sessions=6)).residuals
    assert residuals is not None
    estimates = [one.estimate for one in residuals.parameters]
    assert estimates == pytest.approx([1.0, 1.5, 0.4, 0.5], abs=0.04)
