"""Simulated data: what the tables hold, that the truth is in them, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from rapport.stats import errors
from rapport.stats.simulate import (
    Absence,
    LaggedTruth,
    NetworkTruth,
    PanelTruth,
    SessionsTruth,
    SurfaceTruth,
    simulate_dyads,
    simulate_lagged,
    simulate_network,
    simulate_panel,
    simulate_sessions,
    simulate_surface,
)
from rapport.stats.simulate.network import folded_normal_mean

EVERY_SIMULATOR = [
    simulate_network,
    simulate_sessions,
    simulate_surface,
    simulate_dyads,
    simulate_lagged,
    simulate_panel,
]


def slopes(outcome, *predictors):
    """Least squares with an intercept."""
    design = np.column_stack([np.ones(len(outcome)), *predictors])
    return np.linalg.lstsq(design, outcome, rcond=None)[0]


def by_client(simulated, name):
    """A column of complete data as (clients, sessions)."""
    return simulated[name].reshape(-1, simulated["session"].max())


# What a table holds


def test_a_network_has_these_columns_and_says_that_no_person_stands_behind_it():
    network = simulate_network(seed=1)
    assert {name: column.shape for name, column in network.table.items()} == dict.fromkeys(
        ["therapist", "trained", "client", "session", "client_rating", "therapist_rating", "wellbeing"], (702,)
    )
    assert network.sentence() == (
        "Simulated data, no person stands behind them: 40 therapists, 117 clients, 702 rows (seed 1)."
    )
    assert network.truth == NetworkTruth()
    assert len({*zip(network["therapist"], network["trained"], strict=True)}) == 40
    assert sum(trained for _, trained in {*zip(network["therapist"], network["trained"], strict=True)}) == 20


def test_equal_caseloads_are_equal():
    network = simulate_network(seed=1, therapists=5, clients_per_therapist=3, sessions=2)
    assert np.bincount(network["therapist"]).tolist() == [0, 6, 6, 6, 6, 6]


@pytest.mark.parametrize("simulate", EVERY_SIMULATOR)
def test_the_same_seed_makes_the_same_rows_and_another_seed_others(simulate):
    first, again, other = simulate(seed=7), simulate(seed=7), simulate(seed=8)
    for name in first:
        assert np.array_equal(first[name], again[name]), name
    assert any(not np.array_equal(first[name], other[name]) for name in first if len(other) == len(first))


@pytest.mark.parametrize("simulate", EVERY_SIMULATOR)
def test_unsorted_rows_are_the_same_rows(simulate):
    ordered, shuffled = simulate(seed=7), simulate(seed=7, unsorted=True)
    assert list(ordered.keys()) == list(shuffled.keys())
    rows = [sorted(zip(*(s[name].tolist() for name in s), strict=True)) for s in (ordered, shuffled)]
    assert rows[0] == rows[1]
    assert not np.array_equal(ordered["client"], shuffled["client"])


@pytest.mark.parametrize("simulate", EVERY_SIMULATOR)
def test_a_simulation_becomes_json(simulate):
    told = json.loads(json.dumps(simulate(seed=1).to_dict(), allow_nan=False))
    assert told["simulated"] is True
    assert set(told) == {"simulated", "table", "truth", "seed"}


def test_a_simulation_becomes_a_frame_of_its_rows():
    polars = pytest.importorskip("polars")
    found = simulate_network(seed=1).to_frame()
    assert isinstance(found, polars.DataFrame)
    assert found.shape == (702, 7)


def test_rounded_ratings_are_what_people_fill_in():
    network = simulate_network(seed=1, rounded=True)
    assert set(np.unique(network["client_rating"])) <= {1, 2, 3, 4, 5, 6, 7}
    assert set(np.unique(network["therapist_rating"])) <= {1, 2, 3, 4, 5, 6, 7}
    assert 0 <= network["wellbeing"].min() <= network["wellbeing"].max() <= 100


# Absence


def test_absent_rows_are_left_out_and_the_others_stay_as_they_were():
    whole = simulate_network(seed=3)
    left = simulate_network(seed=3, absence=Absence(missed=0.2, dropout=0.1, dropout_by_outcome=1.0))
    rows = {
        name: {*zip(*(table[column] for column in whole), strict=True)}
        for name, table in (("whole", whole), ("left", left))
    }
    assert rows["left"] < rows["whole"]
    assert len(np.unique(left["client"])) == 117


def test_the_share_missed_is_the_share_asked_for():
    left = simulate_sessions(seed=3, therapists=200, clients=2000, sessions=10, absence=Absence(missed=0.2))
    assert 1 - len(left) / 20_000 == pytest.approx(0.2, abs=0.01)


def test_dropout_by_chance_leaves_a_share_at_each_session():
    left = simulate_sessions(seed=3, therapists=200, clients=4000, sessions=4, absence=Absence(dropout=0.1))
    assert (np.bincount(left["session"])[1:] / 4000).tolist() == pytest.approx([1, 0.9, 0.81, 0.729], abs=0.015)


def test_dropout_by_outcome_takes_those_who_are_worst():
    left = simulate_sessions(
        seed=3, therapists=200, clients=4000, sessions=2, absence=Absence(dropout=0.2, dropout_by_outcome=1.5)
    )
    first = left["session"] == 1
    stayed = np.isin(left["client"][first], left["client"][~first])
    assert left["outcome"][first][stayed].mean() > left["outcome"][first][~stayed].mean() + 5


def test_a_missing_wave_is_nan_in_both_series():
    panel = simulate_panel(seed=1, clients=500, absence=Absence(missed=0.2))
    assert np.isnan(panel["client_3"]).mean() == pytest.approx(0.2, abs=0.06)
    assert np.array_equal(np.isnan(panel["client_3"]), np.isnan(panel["therapist_3"]))
    assert not np.isnan([panel[f"client_{wave}"] for wave in range(1, 6)]).all(axis=0).any()


def test_one_rater_may_be_missing():
    dyads = simulate_dyads(seed=1, therapists=100, clients=1000, one_rater_missing=0.3)
    sessions = np.unique(np.column_stack([dyads["client"], dyads["session"]]), axis=0, return_counts=True)[1]
    assert (sessions == 1).mean() == pytest.approx(0.3, abs=0.02)


# The truth is in the data


def test_bias_and_tracking_are_in_the_ratings_of_both_arms():
    network = simulate_network(seed=2, therapists=2000, clients_per_therapist=4, sessions=10)
    truth = network.truth
    distance = network["client_rating"] - truth.rating_mean
    judged = network["therapist_rating"] - truth.rating_mean
    bias, tracking, training, together = slopes(judged, distance, network["trained"], distance * network["trained"])
    assert bias == pytest.approx(-0.3, abs=0.03)
    assert tracking == pytest.approx(0.4, abs=0.03)
    assert training == pytest.approx(0.2, abs=0.04)
    assert together == pytest.approx(0.2, abs=0.03)


def test_the_spread_of_ratings_and_their_correlation_are_the_truths():
    network = simulate_network(
        seed=2,
        therapists=2000,
        clients_per_therapist=4,
        sessions=8,
        trained_share=0.0,
        truth=NetworkTruth(autocorrelation=0.5, tracking_therapist_sd=0, tracking_dyad_sd=0),
    )
    client, guess = by_client(network, "client_rating"), by_client(network, "therapist_rating")
    own = client - client.mean(axis=1, keepdims=True)
    # Differences take the dyads' own levels out: var(e_t − e_s) = 2 σ² (1 − ρ^|t−s|).
    assert np.var(client[:, 1] - client[:, 0]) == pytest.approx(2 * 0.7**2 * 0.5, rel=0.04)
    assert np.var(client[:, 2] - client[:, 0]) == pytest.approx(2 * 0.7**2 * 0.75, rel=0.04)
    together = np.corrcoef((client[:, 1] - client[:, 0]), (guess[:, 1] - guess[:, 0]))[0, 1]
    assert together == pytest.approx(network.truth.role_correlation, abs=0.02)
    assert np.var(client) == pytest.approx(0.3**2 + 0.6**2 + 0.7**2, rel=0.04)
    assert own.mean() == pytest.approx(0, abs=1e-12)


def test_agreement_moves_the_next_session_of_trained_pairs_only():
    network = simulate_network(seed=4, therapists=1000, clients_per_therapist=3, sessions=12)
    agreement = by_client(network, "client_rating") - by_client(network, "therapist_rating")
    agreement, wellbeing = -np.abs(agreement), by_client(network, "wellbeing")
    trained = by_client(network, "trained")[:, 0] == 1
    innovation = wellbeing[:, 1:] - 0.3 * wellbeing[:, :-1]
    for who, effect in ((trained, 3.0), (~trained, 0.0)):
        pushed, moved = agreement[who][:, :-1], innovation[who]
        pushed = pushed - pushed.mean(axis=1, keepdims=True)
        found = (pushed * moved).sum() / (pushed**2).sum()
        assert found == pytest.approx(effect, abs=0.35)


def test_agreement_within_the_dyad_does_not_move_the_level_of_wellbeing():
    truth = NetworkTruth(agreement_within=6.0, agreement_within_training=0.0)
    network = simulate_network(seed=4, therapists=2000, clients_per_therapist=4, sessions=6, truth=truth)
    assert network["wellbeing"].mean() == pytest.approx(50.0, abs=0.5)


def test_usual_agreement_moves_the_level_of_wellbeing():
    truth = NetworkTruth(agreement_between=5.0, agreement_within_training=0.0)
    network = simulate_network(seed=4, therapists=2000, clients_per_therapist=4, sessions=40, truth=truth)
    agreement = -np.abs(by_client(network, "client_rating") - by_client(network, "therapist_rating"))
    found = slopes(by_client(network, "wellbeing").mean(axis=1), agreement.mean(axis=1))[1]
    assert found == pytest.approx(5.0, abs=0.6)


def test_a_stationary_start_has_the_same_spread_at_each_session_and_a_fixed_one_starts_where_told():
    settled = simulate_network(seed=5, therapists=1000, clients_per_therapist=4, sessions=5)
    spreads = by_client(settled, "wellbeing").std(axis=0)
    assert spreads.tolist() == pytest.approx([spreads.mean()] * 5, rel=0.03)
    driven = NetworkTruth(agreement_within=20.0, wellbeing_residual_sd=1.0, wellbeing_dyad_sd=0.0, autoregression=0.6)
    spreads = by_client(simulate_network(seed=5, therapists=1000, clients=4000, truth=driven), "wellbeing").std(axis=0)
    assert spreads.tolist() == pytest.approx([spreads.mean()] * 6, rel=0.04)
    fixed = simulate_network(seed=5, therapists=1000, clients_per_therapist=4, sessions=5, start="fixed")
    means = by_client(fixed, "wellbeing").mean(axis=0)
    assert means.tolist() == pytest.approx([40, 47, 49.1, 49.73, 49.92], abs=0.6)


def test_growth_has_its_levels_slopes_and_effects():
    truth = SessionsTruth(training_level=2.0)
    grown = simulate_sessions(seed=6, therapists=3000, clients_per_therapist=4, sessions=6, truth=truth)
    time, trained = grown["time"], grown["trained"]
    found = slopes(grown["outcome"], time, trained, time * trained)
    assert found.tolist() == pytest.approx([45, 1.5, 2.0, 0.5], abs=0.4)
    level = by_client(grown, "outcome")[:, 0]
    arm = by_client(grown, "trained")[:, 0]
    level = level - np.where(arm == 1, level[arm == 1].mean(), level[arm == 0].mean())
    assert level.var() == pytest.approx(4**2 + 10**2 + 7**2, rel=0.05)
    of_therapist = level.reshape(3000, 4)
    between = of_therapist.mean(axis=1).var(ddof=1) - of_therapist.var(axis=1, ddof=1).mean() / 4
    assert between / level.var() == pytest.approx(truth.therapist_icc, abs=0.03)


def test_a_surface_has_its_five_coefficients():
    surface = simulate_surface(seed=6, therapists=500, clients=10_000, sessions=5)
    c, t = surface["client_rating"] - 4, surface["therapist_rating"] - 4
    found = slopes(surface["outcome"], c, t, c * c, c * t, t * t)
    assert found.tolist() == pytest.approx([50, 2, 2, -1, 2, -1], abs=0.3)
    assert surface.truth.a == (4.0, 0.0, 0.0, -4.0, 0.0)


def test_a_surface_with_memory_has_the_weight_of_the_session_before():
    truth = SurfaceTruth(previous=0.4, therapist_level_sd=0.0, client_level_sd=0.0)
    surface = simulate_surface(seed=6, therapists=500, clients=10_000, sessions=5, truth=truth)
    c, t = surface["client_rating"] - 4, surface["therapist_rating"] - 4
    found = slopes(surface["outcome"], c, t, c * c, c * t, t * t, surface["previous_outcome"])
    assert found[1:6].tolist() == pytest.approx([2, 2, -1, 2, -1], abs=0.2)
    assert found[6] == pytest.approx(0.4, abs=0.015)


def test_dyads_have_role_variances_their_correlation_and_autocorrelation():
    dyads = simulate_dyads(seed=6, therapists=2000, clients=20_000, sessions=4)
    rating = dyads["rating"].reshape(-1, 4, 2)
    steps = rating[:, 1] - rating[:, 0]
    assert np.cov(steps.T) == pytest.approx(
        2 * (1 - 0.3) * np.array([[0.8**2, 0.4 * 0.8 * 0.6], [0.4 * 0.8 * 0.6, 0.6**2]]), abs=0.02
    )
    assert np.var(rating[:, 3, 0] - rating[:, 0, 0]) == pytest.approx(2 * 0.64 * (1 - 0.3**3), rel=0.03)
    assert rating.mean(axis=(0, 1)).tolist() == pytest.approx([5.075, 4.675], abs=0.05)


def test_a_lagged_panel_has_its_autoregression_and_effect():
    truth = LaggedTruth(level_therapist_sd=0.0, level_dyad_sd=0.0, agreement_dyad_sd=0.0, feedback=0.02)
    lagged = simulate_lagged(seed=6, therapists=500, clients=10_000, sessions=4, truth=truth)
    outcome, agreement = by_client(lagged, "outcome"), by_client(lagged, "agreement")
    found = slopes(outcome[:, 1:].ravel(), outcome[:, :-1].ravel(), agreement[:, :-1].ravel())
    assert found[1:].tolist() == pytest.approx([0.4, 2.0], abs=0.2)
    assert slopes(agreement.ravel(), outcome.ravel())[1] == pytest.approx(0.02, abs=0.002)
    assert outcome.std(axis=0).tolist() == pytest.approx([outcome.std()] * 4, rel=0.03)


def test_a_lagged_panel_has_its_effect_between_dyads():
    truth = LaggedTruth(between=10.0, level_therapist_sd=0.0, level_dyad_sd=0.0)
    lagged = simulate_lagged(seed=6, therapists=500, clients=4000, sessions=30, truth=truth)
    outcome, agreement = by_client(lagged, "outcome").mean(axis=1), by_client(lagged, "agreement").mean(axis=1)
    assert slopes(outcome, agreement)[1] == pytest.approx(10.0, abs=0.8)
    assert outcome.mean() == pytest.approx(50.0, abs=0.4)


def test_a_lagged_panel_may_start_where_told():
    lagged = simulate_lagged(seed=6, therapists=500, clients=4000, sessions=3, start="fixed")
    first = by_client(lagged, "outcome")[:, 0]
    assert (first.mean(), first.std()) == pytest.approx((40.0, 10.0), abs=0.5)
    assert by_client(lagged, "outcome").mean(axis=0).tolist() == pytest.approx([40.0, 46.0, 48.4], abs=0.6)


def test_clients_of_one_therapist_share_a_level_in_both_series_of_a_panel():
    panel = simulate_panel(seed=6, clients=4000, therapists=1000, waves=2, truth=PanelTruth(cluster_sd=1.0))
    for name in ("client_1", "therapist_2"):
        means = np.bincount(panel["therapist"], panel[name])[1:] / np.bincount(panel["therapist"])[1:]
        shared = np.corrcoef(panel[name], means[panel["therapist"] - 1])[0, 1]
        assert shared > 0.75


def test_a_panel_has_its_paths_and_is_stationary():
    truth = PanelTruth(intercept_client_sd=0.0, intercept_therapist_sd=0.0)
    panel = simulate_panel(seed=6, clients=30_000, therapists=100, waves=3, truth=truth)
    for name, paths in (("client", [0.3, 0.05]), ("therapist", [0.2, 0.25])):
        found = slopes(panel[f"{name}_3"], panel["client_2"], panel["therapist_2"])[1:]
        assert found.tolist() == pytest.approx(paths, abs=0.03)
    for wave in (1, 2, 3):
        found = np.cov(panel[f"client_{wave}"], panel[f"therapist_{wave}"])
        assert found == pytest.approx(truth.first_wave, abs=0.015)


def test_a_panel_with_slopes_fans_out():
    truth = PanelTruth(slope_client_sd=0.3, slope_client=0.2)
    panel = simulate_panel(seed=6, clients=10_000, therapists=100, waves=4, truth=truth)
    assert (panel["client_4"] - panel["client_1"]).mean() == pytest.approx(0.6, abs=0.03)
    assert panel["client_4"].var() - panel["client_1"].var() == pytest.approx(9 * 0.3**2, abs=0.08)


def test_a_folded_normal_mean_is_that_of_many_draws():
    draws = np.random.Generator(np.random.PCG64(1)).standard_normal(400_000)
    means, sds = np.array([0.0, 0.7, -1.5, -0.4]), np.array([1.0, 0.5, 2.0, 0.0])
    expected = [np.abs(mean + sd * draws).mean() for mean, sd in zip(means, sds, strict=True)]
    assert folded_normal_mean(means, sds).tolist() == pytest.approx(expected, abs=0.005)


# What is refused

REFUSED = [
    (lambda: simulate_network(seed=-1), errors.OutOfRange, "seed is -1; it must be a whole number of at least 0."),
    (lambda: simulate_network(seed="a"), errors.NotNumbers, "seed is 'a'; it must be a number."),
    (
        lambda: simulate_network(seed=1, therapists=40, clients=30),
        errors.TooFew,
        "30 clients cannot be spread over 40 therapists; each needs one at least.",
    ),
    (
        lambda: simulate_network(seed=1, therapists=0),
        errors.OutOfRange,
        "therapists is 0; it must be a whole number of at least 1.",
    ),
    (
        lambda: simulate_network(seed=1, sessions=2.5),
        errors.OutOfRange,
        "sessions is 2.5; it must be a whole number of at least 1.",
    ),
    (
        lambda: simulate_network(seed=1, trained_share=1.2),
        errors.OutOfRange,
        "trained_share is 1.2; it must be a share from 0 to 1.",
    ),
    (
        lambda: simulate_network(seed=1, start="burn"),
        errors.OutOfRange,
        "start is 'burn'; it must be 'stationary' or 'fixed'.",
    ),
    (
        lambda: Absence(missed=1.0),
        errors.OutOfRange,
        "missed is 1; it must be a share from 0 and less than 1.",
    ),
    (
        lambda: replace(NetworkTruth(), bias_dyad_sd=-0.1),
        errors.OutOfRange,
        "bias_dyad_sd is -0.1; a standard deviation must be 0 or more.",
    ),
    (lambda: NetworkTruth(bias=float("nan")), errors.MissingValues, "bias has no value (NaN). Give a number."),
    (lambda: NetworkTruth(bias=float("inf")), errors.NotFinite, "bias is infinite. Give a number."),
    (
        lambda: NetworkTruth(autoregression=1.0),
        errors.OutOfRange,
        "autoregression is 1; it must lie between −1 and 1.",
    ),
    (
        lambda: PanelTruth(autoregression_client=0.9, autoregression_therapist=0.9, therapist_to_client=0.3),
        errors.OutOfRange,
        "These autoregressions and cross-lagged paths do not settle (largest eigenvalue 1.14, it must be below 1). "
        "Give smaller ones.",
    ),
    (
        lambda: LaggedTruth(effect=2.0, feedback=0.5),
        errors.OutOfRange,
        "With this effect and feedback the process does not settle (largest eigenvalue 1.40, it must be below 1). "
        "Give smaller ones.",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSED)
def test_what_is_refused_and_what_it_says(make, error, message):
    with pytest.raises(error) as refused:
        make()
    assert str(refused.value) == message
