"""What must not change a mixed model, and what it must find again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats import mixed
from rapport.stats.mixed import MixedFit, Random

SLOPES = (Random("therapist"), Random("client", slopes=("session",)))
seeds = st.integers(0, 2**32 - 1)


def network(seed: int, *, therapists: int = 8, slope: float = 0.2) -> dict[str, Any]:
    """An unbalanced network: 2–5 clients a therapist, 1–7 sessions a client, some of them missed."""
    random = np.random.default_rng(seed)
    clients = random.integers(2, 6, size=therapists)
    sessions = random.integers(1, 8, size=clients.sum())
    sessions[:3] = 7
    client = np.repeat(np.arange(len(sessions)), sessions)
    therapist = np.repeat(np.arange(therapists), clients)[client]
    session = np.concatenate([np.sort(random.choice(10, size=count, replace=False)) for count in sessions]) * 1.0
    outcome = 10 + slope * session + 0.7 * random.normal(size=therapists)[therapist]
    outcome = outcome + random.normal(size=len(sessions))[client]
    outcome = outcome + 0.2 * random.normal(size=len(sessions))[client] * session + random.normal(size=len(session))
    return {"therapist": therapist, "client": client, "session": session, "wellbeing": outcome}


def fitted(table: dict[str, Any], **model: Any) -> MixedFit:
    return mixed.fit(table, **{"outcome": "wellbeing", "fixed": ("session",), "random": SLOPES} | model)


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_neither_the_order_of_rows_nor_the_labels_matter(seed: int) -> None:
    table, random = network(seed), np.random.default_rng(seed)
    shuffle = random.permutation(len(table["wellbeing"]))
    names = random.permutation(1000)
    other = {name: column[shuffle] for name, column in table.items()}
    other["client"] = np.array([f"c{names[code]}" for code in other["client"]])
    other["therapist"] = names[other["therapist"]]

    one, two = fitted(table), fitted(other)

    assert two.deviance == pytest.approx(one.deviance, abs=1e-7)
    assert two.fixed == pytest.approx(one.fixed, rel=1e-5, abs=1e-6)
    assert two.covariance == pytest.approx(one.covariance, rel=1e-3, abs=1e-6)


@given(seeds, st.floats(1e-4, 1e4), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
@settings(max_examples=15, deadline=None)
def test_units_change_only_units(seed: int, factor: float, shift: float, of_time: float) -> None:
    table = network(seed)
    other = table | {"wellbeing": table["wellbeing"] * factor + shift, "session": table["session"] * of_time}

    one, two = fitted(table, method="ML"), fitted(other, method="ML")

    turned = one.deviance + 2 * one.n_rows * np.log(factor)
    assert two.deviance == pytest.approx(turned, abs=1e-6)
    slope = one.coefficient("session")
    assert two.coefficient("session").estimate == pytest.approx(slope.estimate * factor / of_time, rel=1e-5, abs=1e-9)
    assert two.coefficient("session").t == pytest.approx(slope.t, rel=1e-4, abs=1e-6)


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_no_other_start_leads_lower(seed: int) -> None:
    from rapport.stats.mixed.search import minimise

    fit = fitted(network(seed), random=(Random("therapist", "session"), Random("client", "session")))
    problem = fit.machinery.problem
    found = fit.machinery.minimum.place.deviance

    for start in np.random.default_rng(seed).normal(size=(3, problem.parameter_count)):
        assert minimise(problem, start).place.deviance >= found - 1e-6


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_adding_what_the_model_explains_moves_only_its_coefficient(seed: int) -> None:
    table = network(seed)

    one, two = fitted(table), fitted(table | {"wellbeing": table["wellbeing"] + 3 * table["session"]})

    assert two.coefficient("session").estimate == pytest.approx(one.coefficient("session").estimate + 3, abs=1e-6)
    assert two.deviance == pytest.approx(one.deviance, abs=1e-6)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    covered = 0
    for seed in range(120):
        one = fitted(network(seed, therapists=12, slope=0.2)).coefficient("session")
        covered += one.low <= 0.2 <= one.high

    # 120 × .95 = 114; with this many tables, 104 to 120 would surprise nobody.
    assert 104 <= covered <= 120
