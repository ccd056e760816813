"""What congruence says does not hang on the order of rows, the units of the outcome, or how people are called."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats import congruence
from rapport.stats.congruence.algebra import FEATURES, along, features, sensitivity
from rapport.stats.simulate import simulate_network, simulate_surface

NETWORK: dict[str, Any] = dict(simulate_network(seed=9, therapists=15, clients=45, sessions=5).table)
SURFACE: dict[str, Any] = dict(simulate_surface(seed=9, therapists=15, clients=45, sessions=4).table)
numbers = st.floats(-3, 3).map(lambda value: round(value, 3))
few = settings(max_examples=5, deadline=None)


def shuffled(table: dict[str, Any], seed: int) -> dict[str, Any]:
    order = np.random.default_rng(seed).permutation(len(table["client"]))
    return {name: column[order] for name, column in table.items()}


def renamed(table: dict[str, Any], seed: int) -> dict[str, Any]:
    names = np.random.default_rng(seed).permutation(1000)
    return table | {name: np.array([f"p{names[code]}" for code in table[name]]) for name in ("client", "therapist")}


def surface(table: dict[str, Any]) -> list[float]:
    found = congruence.response_surface(
        table,
        outcome="outcome",
        client="client_rating",
        therapist="therapist_rating",
        groups=("therapist", "client"),
        midpoint=4,
    )
    return [item.estimate for item in found.coefficients] + [item.se for item in found.features[:5]]


def bias(table: dict[str, Any]) -> list[float]:
    found = congruence.truth_and_bias(
        table, judgement="therapist_rating", truth="client_rating", therapist="therapist", dyad="client"
    )
    return [value for item in (found.bias, found.tracking, *found.temporal) for value in (item.estimate, item.se)]


def lagged(table: dict[str, Any]) -> list[float]:
    found = congruence.lagged_agreement(
        table,
        outcome="wellbeing",
        client="client_rating",
        therapist="therapist_rating",
        dyad="client",
        session="session",
        cluster="therapist",
        moderators=["trained"],
    )
    return [value for item in found.estimates[:4] for value in (item.estimate, item.se)]


@functools.cache
def plain(analysis: Callable[[dict[str, Any]], list[float]]) -> list[float]:
    """What an analysis says of its table as it was simulated."""
    return analysis(SURFACE if analysis is surface else NETWORK)


@few
@given(st.integers(0, 10**6))
def test_rows_in_any_order_and_people_by_any_name_say_the_same(seed: int) -> None:
    for analysis, table in ((surface, SURFACE), (bias, NETWORK), (lagged, NETWORK)):
        assert analysis(renamed(shuffled(table, seed), seed)) == pytest.approx(plain(analysis), rel=1e-4, abs=1e-6)


@few
@given(st.floats(0.01, 100), st.floats(-50, 50))
def test_the_outcomes_units_change_its_effects_in_proportion(unit: float, shift: float) -> None:
    turned = NETWORK | {"wellbeing": NETWORK["wellbeing"] * unit + shift}

    before, other = plain(lagged), lagged(turned)

    assert other[:2] == pytest.approx(before[:2], rel=1e-3)  # φ has no unit
    assert other[2:] == pytest.approx([value * unit for value in before[2:]], rel=1e-3)


@given(st.tuples(*[numbers] * 5))
def test_swapping_raters_swaps_the_surface(b: tuple[float, ...]) -> None:
    b1, b2, b3, b4, b5 = b
    one, other = (np.real(features(np.array(order))) for order in (b, (b2, b1, b5, b4, b3)))

    assert other[[0, 1, 3]] == pytest.approx(one[[0, 1, 3]])
    assert other[[2, 4]] == pytest.approx(-one[[2, 4]])
    assert other[[12, 13]] == pytest.approx(one[[12, 13]])


@given(st.tuples(*[numbers] * 5))
def test_the_gradient_is_nought_at_the_stationary_point_which_lies_on_both_axes(b: tuple[float, ...]) -> None:
    b1, b2, b3, b4, b5 = b
    found = dict(zip(FEATURES, np.real(features(np.array(b))), strict=True))
    c, t = found["stationary_client"], found["stationary_therapist"]
    if abs(4 * b3 * b5 - b4**2) < 0.05 or abs(b4) < 0.05:
        return

    assert b1 + 2 * b3 * c + b4 * t == pytest.approx(0, abs=1e-8 * (1 + abs(c) + abs(t)))
    assert b2 + b4 * c + 2 * b5 * t == pytest.approx(0, abs=1e-8 * (1 + abs(c) + abs(t)))
    for axis in ("first", "second"):
        line = found[f"{axis}_axis_intercept"] + found[f"{axis}_axis_slope"] * c
        assert line == pytest.approx(t, rel=1e-6, abs=1e-6 * (1 + abs(c)))


@given(st.tuples(*[numbers] * 5), st.floats(-2, 2))
def test_along_the_lines_the_surface_is_what_a_says(b: tuple[float, ...], at: float) -> None:
    a1, a2, a3, a4 = np.real(features(np.array(b)))[:4]
    point = np.array([at])

    assert along(np.array(b), point, point)[0] == pytest.approx(a1 * at + a2 * at**2, abs=1e-9)
    assert along(np.array(b), point, -point)[0] == pytest.approx(a3 * at + a4 * at**2, abs=1e-9)


def test_derivatives_are_those_of_differences() -> None:
    b = np.array([0.7, 0.4, -0.6, 0.9, -0.8])
    steps = 1e-6 * np.eye(5)

    differences = [np.real(features(b + step) - features(b - step)) / 2e-6 for step in steps]

    assert sensitivity(b) == pytest.approx(np.array(differences).T, rel=1e-6, abs=1e-6)


def test_the_lagged_interval_covers_the_truth_over_seeds_where_the_naive_one_does_not() -> None:
    held, naive = [], []
    for seed in range(24):
        data = simulate_network(seed=seed)
        found = congruence.lagged_agreement(
            data,
            outcome="wellbeing",
            client="client_rating",
            therapist="therapist_rating",
            dyad="client",
            session="session",
            moderators=["trained"],
        )
        held.append(
            found.carry_over.holds(data.truth.autoregression) + found.estimate("agreement × trained").holds(3.0)
        )
        naive.append(
            next(item for item in found.naive if item.name == "outcome before").holds(data.truth.autoregression)
        )

    assert sum(held) >= 42  # of 48; 45.6 expected
    assert sum(naive) <= 2
