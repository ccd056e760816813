"""Response surfaces: geometry, verdict, what is refused, what is said."""

from __future__ import annotations

import builtins
import json
import math
from typing import Any

import numpy as np
import pytest

from rapport.stats import congruence, errors
from rapport.stats.simulate import SurfaceTruth, simulate_surface

# A perfect congruence effect: highest on C = T, falling with the squared difference.
RIDGE = [0.0, 0.0, -1.0, 2.0, -1.0]
KNOWN = np.diag([0.01, 0.01, 0.004, 0.008, 0.004])


def surface(table: Any, **asked: Any) -> congruence.ResponseSurface:
    given = {"outcome": "outcome", "client": "client_rating", "therapist": "therapist_rating", "midpoint": 4} | asked
    return congruence.response_surface(table, **given)


@pytest.fixture(scope="module")
def rows() -> dict[str, Any]:
    return dict(simulate_surface(seed=2, therapists=20, clients=60, sessions=4).table)


def test_the_geometry_of_published_coefficients_is_worked_out_by_hand() -> None:
    # b = (.5, .3, -.2, .4, -.2): 4·b3·b5 − b4² = .16 − .16 = 0, a ridge without a single stationary point.
    ridge = congruence.surface_from_coefficients([0.5, 0.3, -0.2, 0.4, -0.2])
    # b = (1, 2, -1, .5, -2): the gradient is 0 at C0 = 10/15.5·…, solved here as a pair of equations.
    dome = congruence.surface_from_coefficients([1, 2, -1, 0.5, -2])
    c0, t0 = np.linalg.solve([[-2, 0.5], [0.5, -4]], [-1, -2])
    slope = (-2 + 1 + math.sqrt(1 + 0.25)) / 0.5

    def close(found: congruence.ResponseSurface, **values: float) -> None:
        assert {name: found.feature(name).estimate for name in values} == pytest.approx(values, nan_ok=True)

    close(ridge, a1=0.8, a2=0.0, a3=0.2, a4=-0.8, a5=0.0, stationary_client=math.nan)
    close(ridge, first_axis_slope=1.0, first_axis_intercept=-0.25, lateral_shift=0.125, second_axis_slope=-1.0)
    close(dome, a1=3.0, a2=-2.5, a3=-1.0, a4=-3.5, a5=1.0, stationary_client=c0, stationary_therapist=t0)
    close(dome, first_axis_slope=slope, first_axis_intercept=t0 - slope * c0)
    close(dome, second_axis_slope=-1 / slope, second_axis_intercept=t0 + c0 / slope)


def test_the_surface_of_shanock_and_others_has_its_slopes_curvatures_and_axes() -> None:
    """Shanock et al. (2010, p. 548, Table 2), the coefficients as the manual of R's RSA quotes them (RSA.ST).

    Their covariances are not at hand, so that no interval is compared.
    """
    found = congruence.surface_from_coefficients([-0.23, 0.77, -0.07, 0.27, -0.10])
    # The first axis is the eigenvector of the largest eigenvalue, through the point where the gradient is 0.
    values, vectors = np.linalg.eigh([[-0.07, 0.135], [0.135, -0.10]])
    c0, t0 = np.linalg.solve([[-0.14, 0.27], [0.27, -0.20]], [0.23, -0.77])
    slope = vectors[1, 1] / vectors[0, 1]

    assert {item.name: item.estimate for item in found.features[:8]} == pytest.approx(
        {
            "a1": 0.54,
            "a2": 0.10,
            "a3": -1.00,
            "a4": -0.44,
            "a5": 0.03,
            "stationary_client": c0,
            "stationary_therapist": t0,
            "first_axis_intercept": t0 - slope * c0,
        }
    )
    assert found.feature("first_axis_slope").estimate == pytest.approx(slope)
    assert found.feature("curvature_along_first_axis").estimate == pytest.approx(values[1])
    assert found.verdict is None


def test_a_ridge_along_agreement_is_congruence_in_the_strict_sense() -> None:
    found = congruence.surface_from_coefficients(RIDGE, KNOWN, outcome="well-being")

    assert found.verdict == "strict congruence"
    assert [condition.holds for condition in found.conditions] == [True] * 6


@pytest.mark.parametrize(
    ("coefficients", "verdict", "failing"),
    [
        ([1.0, 1.0, -1.0, 2.0, -1.0], "broad congruence", ["a1"]),
        ([2.0, -2.0, -1.0, 2.0, -1.0], "no congruence effect", ["intercept", "a3"]),
        ([0.0, 0.0, 1.0, -2.0, 1.0], "no congruence effect", ["slope not different from 1", "a4", "a2"]),
    ],
)
def test_the_verdict_names_what_does_not_hold(coefficients: list[float], verdict: str, failing: list[str]) -> None:
    found = congruence.surface_from_coefficients(coefficients, KNOWN)
    unmet = [condition.asks for condition in found.conditions if not condition.holds]

    assert found.verdict == verdict
    assert all(any(word in asks for asks in unmet) for word in failing[:2])


def test_where_lower_is_better_a_trough_along_agreement_is_congruence() -> None:
    trough = congruence.surface_from_coefficients([0.0, 0.0, 1.0, -2.0, 1.0], KNOWN, better="lower")

    assert trough.verdict == "strict congruence"


def test_without_covariances_there_is_no_verdict() -> None:
    found = congruence.surface_from_coefficients(RIDGE)

    assert found.verdict is None
    assert [caution.kind for caution in found.warnings] == ["no-covariance"]
    assert json.loads(json.dumps(found.to_dict()))["features"][3]["estimate"] == -4.0


def test_the_sentence_says_what_is_tested_and_what_was_found(rows: dict[str, Any]) -> None:
    found = surface(rows, scale=(-3, 11))

    assert found.sentence().startswith(
        "In a response surface analysis of outcome on client_rating and therapist_rating (240 rows), testing "
        "absolute agreement (both ratings are centred at 4, the midpoint of the scale), the slope along the line "
        "of congruence was"
    )
    assert found.question == "absolute agreement"
    assert [item.name for item in found.coefficients] == ["intercept", "C", "T", "C²", "CT", "T²"]


def test_centring_at_each_clients_mean_tests_synchrony(rows: dict[str, Any]) -> None:
    found = surface(rows, centre="client-mean", groups=("therapist", "client"), scale=(-3, 11))

    assert found.question == "synchrony"
    assert "levels-removed" in [caution.kind for caution in found.warnings]


def test_a_seed_repeats_a_bootstrap_and_the_limits_are_its_own(rows: dict[str, Any]) -> None:
    one, two = (surface(rows, draws=200, seed=5).feature("first_axis_slope") for _ in range(2))

    assert one == two
    assert one.bootstrap_low is not None
    assert one.bootstrap_low != one.low
    assert one.limits == (one.bootstrap_low, one.bootstrap_high)


def test_a_surface_of_nested_rows_can_be_bootstrapped_by_therapists(rows: dict[str, Any]) -> None:
    slope = surface(rows, groups=("therapist", "client"), draws=100, seed=5).feature("a4")

    assert slope.bootstrap_low is not None
    assert slope.bootstrap_low < slope.estimate < slope.bootstrap_high


def test_the_surface_predicts_the_outcome_of_a_pair_of_ratings() -> None:
    found = congruence.surface_from_coefficients([1, 2, 3, 4, 5], intercept=10)

    assert found.predict(1, 2) == 10 + 1 + 4 + 3 + 8 + 20


def test_missing_rows_are_left_out_and_counted(rows: dict[str, Any]) -> None:
    holed = rows | {"outcome": np.where(np.arange(240) < 7, np.nan, rows["outcome"])}

    found = surface(holed)

    assert (found.n_rows, found.left_out) == (233, 7)
    assert "7 of 240 rows have a missing value and are left out." in [str(caution) for caution in found.warnings]


@pytest.mark.parametrize(
    ("change", "asked", "error", "says"),
    [
        ({"client_rating": np.full(240, 4.0)}, {}, errors.NoVariation, "client_rating is 4 in every row"),
        ({"outcome": np.full(240, 1.0)}, {}, errors.NoVariation, "outcome is 1 in every row"),
        ({"outcome": np.full(240, np.nan)}, {}, errors.WrongShape, "No row has a value"),
        ({"outcome": ["a"] * 240}, {}, errors.NotNumbers, "outcome must hold numbers"),
        ({"outcome": np.append(np.inf, np.zeros(239))}, {}, errors.NotFinite, "infinite in row 1"),
        ({}, {"scale": (4, 5)}, errors.OutOfRange, "the scale goes from 4 to 5"),
        ({}, {"scale": (5, 4)}, errors.BadInput, "lowest and the highest"),
        ({}, {"midpoint": None}, errors.BadInput, "Give scale="),
        ({}, {"centre": "standardised"}, errors.BadInput, "Standardising each rater separately"),
        ({}, {"centre": "client-mean"}, errors.BadInput, "needs to know the clients"),
        ({}, {"draws": 200}, errors.BadInput, "seed"),
        ({}, {"draws": 5, "seed": 1}, errors.OutOfRange, "at least 100"),
        ({}, {"robust": True, "groups": ("therapist",)}, errors.BadInput, "draws="),
        ({}, {"groups": "therapist"}, errors.BadInput, "list of columns"),
        ({}, {"random_slopes": {"client": ("x",)}}, errors.BadInput, "random_slopes"),
        ({}, {"covariates": ["client_rating"]}, errors.Collinear, "client_rating is a combination"),
        ({}, {"outcome": "nothing"}, errors.UnknownColumn, "nothing"),
        ({"client_rating": "therapist_rating"}, {}, errors.Collinear, "are the same in every row"),
        ({}, {"level": 95}, errors.OutOfRange, "level is 95"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    rows: dict[str, Any], change: dict[str, Any], asked: dict[str, Any], error: type[Exception], says: str
) -> None:
    columns = {name: rows[value] if isinstance(value, str) else value for name, value in change.items()}

    with pytest.raises(error, match=says):
        surface(rows | columns, **asked)


def test_an_outcome_that_is_a_rating_too_is_refused_by_both_names(rows: dict[str, Any]) -> None:
    with pytest.raises(errors.BadInput, match="client_rating is named as outcome and as client"):
        surface(rows, outcome="client_rating")


def test_too_few_rows_are_refused() -> None:
    table = simulate_surface(seed=1, therapists=2, clients=3, sessions=2).table

    with pytest.raises(errors.TooFew, match="6 complete rows cannot carry 6 coefficients"):
        surface(table)


def test_raters_who_hardly_differ_are_said_to(rows: dict[str, Any]) -> None:
    near = rows | {"therapist_rating": rows["client_rating"] + 0.1 * np.sin(np.arange(240))}

    found = surface(near)

    assert "few-discrepancies" in [caution.kind for caution in found.warnings]
    assert found.discrepancies is not None
    assert found.discrepancies.in_agreement == 1.0


def test_the_picture_is_saved_without_a_network(rows: dict[str, Any], tmp_path: Any) -> None:
    chart = surface(rows, scale=(-3, 11)).picture()

    chart.save(str(tmp_path / "surface.svg"))

    drawn = (tmp_path / "surface.svg").read_text()
    assert all(word in drawn for word in ("line of congruence", "first principal axis", "client_rating", "outcome"))


def test_without_altair_the_picture_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def none_of_it(name: str, *rest: Any, **named: Any) -> Any:
        if name == "altair":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setitem(__import__("sys").modules, "altair", None)
    monkeypatch.setattr(builtins, "__import__", none_of_it)

    with pytest.raises(errors.MissingExtra, match="pip install"):
        congruence.surface_from_coefficients(RIDGE).picture()


def test_the_default_truth_of_the_simulator_is_found_to_be_congruence() -> None:
    data = simulate_surface(seed=4, clients=200, truth=SurfaceTruth(b1=0, b2=0, b3=-2, b4=4, b5=-2))

    assert surface(data, groups=("therapist", "client")).verdict == "strict congruence"
