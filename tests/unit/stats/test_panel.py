"""Panel models: what they say, what they warn of, and what they refuse."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from rapport.stats import panel
from rapport.stats.errors import (
    BadInput,
    Collinear,
    NotConverged,
    NotFinite,
    NotIdentified,
    NotNested,
    NotNumbers,
    NoVariation,
    OutOfRange,
    TooFew,
    WrongShape,
)
from rapport.stats.simulate import Absence, PanelTruth, simulate_panel
from rapport.stats.structural import search

WAVES = {name: [f"{name}_{wave}" for wave in range(1, 5)] for name in ("client", "therapist")}
SIX_WAVES = {name: [f"{name}_{wave}" for wave in range(1, 7)] for name in ("client", "therapist")}


def ratings(persons: int = 240, missing: float = 0.15, seed: int = 2) -> dict[str, Any]:
    """Two series of four waves: each goes on by .3 of itself, the therapist follows the client by .3."""
    generator = np.random.default_rng(seed)
    stable = generator.multivariate_normal([4, 5], [[0.5, 0.2], [0.2, 0.4]], persons)
    now = generator.normal(size=(persons, 2))
    table: dict[str, Any] = {"office": np.arange(persons) % 40, "training": np.where(np.arange(persons) % 2, "A", "B")}
    for wave in range(1, 5):
        seen = stable + now
        seen[generator.random(persons) < missing] = np.nan
        table |= {f"client_{wave}": seen[:, 0], f"therapist_{wave}": seen[:, 1]}
        now = now @ np.array([[0.3, 0.3], [0.0, 0.3]]) + 0.9 * generator.normal(size=(persons, 2))
    return table


@pytest.fixture(scope="module")
def fit() -> panel.PanelFit:
    return panel.random_intercept_cross_lagged(ratings(), **WAVES, equal_over_time=True)


def test_a_fit_says_itself_as_an_article_would(fit: panel.PanelFit) -> None:
    path = fit.average("client", "therapist")

    assert fit.sentence().startswith(
        "A random-intercept cross-lagged panel model of client and therapist over 4 waves (240 persons, "
    )
    said = f"a point more client at one wave went with {path.estimate:.3f} points of therapist at the next"
    assert f"{said} (SE = {path.se:.3f}" in fit.sentence()
    assert "observed information" in fit.method
    assert path.low < 0.3 < path.high
    assert fit.gradient < 1e-8


def test_a_fit_goes_into_json_and_lists_its_paths(fit: panel.PanelFit) -> None:
    assert json.loads(json.dumps(fit.to_dict()))["fit"]["df"] == fit.fit.df == 17
    assert len(fit.table().rows) == 12
    assert len(fit.all_parameters().rows) == len(fit.parameters) == 12 + 3 + 12 + 8


def test_paths_held_equal_are_one_parameter_and_their_own_average(fit: panel.PanelFit) -> None:
    first, last, average = (
        fit["client → therapist, 1 to 2"],
        fit["client → therapist, 3 to 4"],
        fit.average("client", "therapist"),
    )

    assert (first.estimate, first.se) == (last.estimate, last.se) == pytest.approx((average.estimate, average.se))


def test_an_unknown_path_is_told_with_names_that_there_are(fit: panel.PanelFit) -> None:
    with pytest.raises(BadInput, match="Its names are like: client → client, 1 to 2"):
        fit["client → mood"]
    with pytest.raises(BadInput, match="no path from client to mood"):
        fit.average("client", "mood")


def test_groups_each_have_their_paths() -> None:
    fit = panel.random_intercept_cross_lagged(ratings(), **WAVES, group="training", groups_equal=["paths"])

    assert fit.groups == ("A", "B")
    assert fit["A: client → therapist, 1 to 2"].estimate == fit["B: client → therapist, 1 to 2"].estimate
    assert fit["A: client, mean at 1"].estimate != fit["B: client, mean at 1"].estimate
    assert "within persons of group B" in fit.sentence()


def test_a_smaller_model_is_compared_with_a_larger(fit: panel.PanelFit) -> None:
    larger = panel.random_intercept_cross_lagged(ratings(), **WAVES)

    compared = panel.compare(fit, larger)

    assert compared.df == 8
    assert compared.chi_square == pytest.approx(fit.fit.chi_square - larger.fit.chi_square)
    assert compared.sentence().startswith("The smaller model did not fit worse than the larger, Δχ²(8) = ")
    with pytest.raises(OutOfRange, match="Give the model with fewer first"):
        panel.compare(larger, fit)
    with pytest.raises(BadInput, match="different data"):
        panel.compare(panel.random_intercept_cross_lagged(ratings(seed=3), **WAVES, equal_over_time=True), larger)


def test_the_default_errors_follow_the_data() -> None:
    def errors(table: dict[str, Any], **options: Any) -> str:
        return panel.random_intercept_cross_lagged(table, **WAVES, **options).standard_errors

    assert errors(ratings(missing=0)) == "expected"
    assert errors(ratings()) == "observed"
    assert errors(ratings(), cluster="office") == "cluster"


def test_cautions_name_what_is_wrong() -> None:
    table = ratings(60)
    for column in [*WAVES["client"], *WAVES["therapist"]]:
        table[column][:2] = np.nan
    table["office"] = np.arange(60) % 5

    fit = panel.random_intercept_cross_lagged(table, **WAVES, cluster="office")

    assert {"persons-left-out", "few-clusters", "few-persons"} <= {caution.kind for caution in fit.warnings}
    assert "2 persons have no value at any wave and were left out." in str(fit)


def test_a_negative_variance_is_said_and_has_no_standardised_value() -> None:
    generator = np.random.default_rng([2])
    walk = np.cumsum(generator.normal(size=(300, 4)), axis=1)  # nothing stable in it

    fit = panel.random_intercept_cross_lagged({f"s_{i}": walk[:, i] for i in range(4)}, s=[f"s_{i}" for i in range(4)])

    negative = [p for p in fit.parameters if p.kind == "variance" and p.estimate < 0]
    assert bool(negative) == ("negative-variance" in {caution.kind for caution in fit.warnings})
    assert all(math.isnan(p.standardised) or p.standardised < 0 for p in negative)


def test_a_slope_has_a_mean_and_a_variance() -> None:
    table = ratings(missing=0)
    rise = np.random.default_rng(1).normal(0.5, 0.4, 240)
    for wave, column in enumerate(WAVES["client"]):
        table[column] = table[column] + rise * wave

    fit = panel.latent_curve(table, client=WAVES["client"], equal_over_time=True)

    assert fit["client, slope, mean"].estimate == pytest.approx(0.5, abs=0.15)
    assert fit.model == "latent curve model with structured residuals"


N = 240
REFUSED = [
    ({"client_2": np.full(N, 3.0)}, {}, NoVariation, "client_2 is 3 in every row"),
    ({"client_2": "client_1"}, {}, Collinear, "client_2 is a combination of client_1"),
    ({"client_2": np.full(N, np.inf)}, {}, NotFinite, "client_2 is infinite"),
    ({"client_2": np.full(N, "high")}, {}, NotNumbers, "client_2 must hold numbers; it holds 'high'"),
    ({"client_2": np.full(N, np.nan)}, {}, TooFew, "client_2 has 0 values"),
    ({}, {"client": ["client_1", "client_2"]}, WrongShape, "client 2, therapist 4"),
    ({}, {"client": "client_1"}, WrongShape, "a series is a list of columns"),
    ({}, {"client": ["client_1"] * 4}, WrongShape, "named twice"),
    ({}, {"standard_errors": "cluster"}, BadInput, "go together"),
    ({}, {"standard_errors": "bootstrap"}, OutOfRange, "it must be 'expected', 'observed', 'robust' or 'cluster'"),
    ({}, {"groups_equal": ["loadings"]}, BadInput, "any of paths, covariances, means"),
    ({"office": np.ones(N)}, {"cluster": "office"}, TooFew, "office has one value"),
]


@pytest.mark.parametrize(("columns", "options", "error", "told"), REFUSED)
def test_what_cannot_be_used_is_named(
    columns: dict[str, Any], options: dict[str, Any], error: type[Exception], told: str
) -> None:
    table = ratings()
    changed = {name: table[value] if isinstance(value, str) else value for name, value in columns.items()}

    with pytest.raises(error, match=told):
        panel.random_intercept_cross_lagged(table | changed, **(WAVES | options))


def test_waves_never_seen_together_are_not_identified() -> None:
    table = ratings()
    table["client_1"][: N // 2] = np.nan
    table["client_2"][N // 2 :] = np.nan

    with pytest.raises(NotIdentified, match="client_1 and client_2 are seen together in 0 rows"):
        panel.random_intercept_cross_lagged(table, **WAVES)


def test_a_likelihood_without_a_maximum_is_told_with_what_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of few such sets: the likelihood rises still at a variance of −260, where the observed ones are about 3."""
    monkeypatch.setattr(search, "STEPS", 30)  # where it goes is clear by then
    spread = {"slope_client": 0.1, "slope_therapist": 0.05, "slope_client_sd": 0.15, "slope_therapist_sd": 0.12}
    drawn = simulate_panel(
        seed=3822700989268707140,
        clients=117,
        therapists=40,
        waves=6,
        truth=PanelTruth(**spread, slope_correlation=0.3),
        absence=Absence(missed=0.1, dropout=0.05, dropout_by_outcome=0.5),
    )

    with pytest.raises(NotConverged, match=r"further below zero: .*client, intercept, variance") as refused:
        panel.latent_curve(drawn, equal_over_time=True, **SIX_WAVES)
    assert str(refused.value).endswith(
        'Leave the slopes out (growth="intercept"), hold residuals equal (equal_residuals=True), leave out a series, '
        "or give more persons."
    )
    assert panel.latent_curve(drawn, growth="intercept", equal_over_time=True, **SIX_WAVES).persons == 117


def test_too_few_waves_or_persons_are_told() -> None:
    three = {name: columns[:3] for name, columns in WAVES.items()}
    with pytest.raises(NotIdentified, match="31 parameters for 27"):
        panel.latent_curve(ratings(), **three)
    with pytest.raises(TooFew, match="2 waves; at least three"):
        panel.random_intercept_cross_lagged(ratings(), client=["client_1", "client_2"])
    with pytest.raises(TooFew, match="8 persons have any value, for 8 columns"):
        panel.random_intercept_cross_lagged({name: column[:8] for name, column in ratings(missing=0).items()}, **WAVES)


def test_long_rows_become_one_row_a_person() -> None:
    long = {"person": ["b", "a", "a"], "session": [1, 2, 1], "score": [7.0, 6.0, 5.0]}

    spread = panel.wide(long, person="person", session="session", columns=["score"])

    assert list(spread["person"]) == ["a", "b"]
    np.testing.assert_array_equal(spread["score_1"], [5.0, 7.0])
    np.testing.assert_array_equal(spread["score_2"], [6.0, np.nan])
    with pytest.raises(BadInput, match="person a has session 1 2 times"):
        panel.wide({**long, "session": [1, 1, 1]}, person="person", session="session", columns=["score"])


def test_what_a_person_keeps_stays_one_column() -> None:
    long = {"person": ["b", "a", "a"], "session": [1, 2, 1], "score": [7.0, 6.0, 5.0], "therapist": ["y", "x", "x"]}
    asked: dict[str, Any] = {"person": "person", "session": "session", "columns": ["score"], "keep": ["therapist"]}

    assert list(panel.wide(long, **asked)["therapist"]) == ["x", "y"]
    with pytest.raises(NotNested, match="person a appears under therapist x and z"):
        panel.wide({**long, "therapist": ["y", "x", "z"]}, **asked)


def test_what_differs_within_a_person_is_no_column_to_keep() -> None:
    table = {"client": [1, 1], "session": [1, 2], "rating": [4.0, 5.0], "mood": [1.0, 2.0]}

    with pytest.raises(NotNested, match=r"client 1 appears under mood 1\.0 and 2\.0\. Only what is the same"):
        panel.wide(table, person="client", session="session", columns=["rating"], keep=["mood"])


def test_intervals_are_at_the_level_asked_for() -> None:
    at_95, at_80 = (panel.random_intercept_cross_lagged(ratings(), **WAVES, level=level) for level in (0.95, 0.8))
    wide, narrow = (each["client → therapist, 1 to 2"] for each in (at_95, at_80))

    assert narrow.high - narrow.low == pytest.approx((wide.high - wide.low) * 1.2815516 / 1.9599640)
    assert "80% CI [" in at_80.sentence() and "95% CI [" not in at_80.sentence()
