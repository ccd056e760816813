"""Power: by simulation, by formula where one is exact, and how many therapists are needed."""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats as scipy_stats

from rapport.stats import errors
from rapport.stats.design import (
    Finding,
    Trial,
    design_effect,
    power,
    power_by_formula,
    runs,
    simulation,
    therapists_needed,
    wilson,
)
from rapport.stats.design.analyses import cluster_means, mixed_model, t_test
from rapport.stats.design.runs import trial_seeds
from rapport.stats.simulate import Absence, NetworkTruth, SessionsTruth

LEVEL = Trial(effect=6.0)
SLOPE = Trial(effect=1.0, on="slope")
TRACKING = Trial(effect=0.3, on="tracking")
PARALLEL = SessionsTruth(training_slope=0.0, therapist_slope_sd=0.0, client_slope_sd=0.0)


# By formula


def test_the_power_of_a_level_by_formula():
    found = power_by_formula(LEVEL)
    # One therapist's mean: 4² + (2.5 · 0.5)² from the therapist; the clients' part is divided by 3.
    between = 4**2 + 2.5**2 * 0.5**2
    within = 10**2 + 2.5**2 - 2 * 0.2 * 10 * 2.5 + 7**2 / 6
    assert found.standard_error == pytest.approx(np.sqrt((between + within / 3) * 2 / 20))
    assert found.icc == pytest.approx(between / (between + within))
    assert found.design_effect == pytest.approx(1 + 2 * found.icc)
    assert found.sentence() == (
        "With 40 therapists (20 trained), 3 clients each, 6 sessions, the power to detect an effect of 6.00 points on "
        "the level is .724 by formula (ICC = .144, design effect 1.29, α = .05, two-sided)."
    )
    assert found.table().columns == ("quantity", "value")


def test_the_standard_error_is_that_of_unclustered_clients_times_the_design_effect():
    found = power_by_formula(LEVEL)
    variance = 4**2 + 1.5625 + 10**2 + 6.25 - 10 + 49 / 6
    unclustered = variance * 2 / 60
    assert found.standard_error**2 == pytest.approx(unclustered * found.design_effect)


def test_an_effect_of_nothing_has_the_power_of_its_level():
    assert power_by_formula(replace(LEVEL, effect=0.0), alpha=0.01).power == pytest.approx(0.01)


@pytest.mark.parametrize(("effect", "least"), [(30.0, 0.999999), (1e6, 1.0)])
def test_a_huge_effect_is_certain_to_be_seen(effect, least):
    assert least <= power_by_formula(replace(LEVEL, effect=effect)).power <= 1.0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"cluster_size": 1, "icc": 0.1}, 1.0),
        ({"cluster_size": 21, "icc": 0.05}, 2.0),
        ({"cluster_size": 20, "icc": 0.05, "size_variation": 0.5}, 2.2),
    ],
)
def test_the_design_effect(given, expected):
    assert design_effect(**given) == pytest.approx(expected)


# By simulation


@pytest.mark.parametrize("trial", [LEVEL, SLOPE, replace(LEVEL, therapists=10, trained_share=0.3, effect=9.0)])
def test_simulated_power_is_that_of_the_formula_within_its_own_error(trial):
    found = power(trial, seed=1, simulations=1000, analysis="cluster means")
    assert found.by_formula == power_by_formula(trial).power
    assert abs(found.power.share - found.by_formula) < 3.3 * np.sqrt(found.by_formula * (1 - found.by_formula) / 1000)
    assert abs(found.type_one_error.share - 0.05) < 3.3 * np.sqrt(0.05 * 0.95 / 1000)
    assert abs(found.coverage.share - 0.95) < 3.3 * np.sqrt(0.05 * 0.95 / 1000)
    assert found.mean_estimate == pytest.approx(trial.effect, abs=3.3 * found.empirical_se / np.sqrt(1000))
    assert found.mean_se == pytest.approx(power_by_formula(trial).standard_error, rel=0.03)
    assert found.empirical_se == pytest.approx(found.mean_se, rel=0.08)


def test_a_simulation_says_what_was_planned_and_found():
    found = power(LEVEL, seed=1, simulations=200, analysis="cluster means")
    assert found.sentence() == (
        "With 40 therapists (20 trained), 3 clients each, 6 sessions, the power to detect an effect of 6.00 points on "
        f"the level was {found.power} (200 simulated trials, analysed with a t test on therapists' means, two-sided "
        f"α = .05). Where training had no such effect, the share of significant trials was {found.type_one_error}."
    )
    assert [row[0] for row in found.table().rows] == [
        "power",
        "type I error",
        "coverage",
        "power by formula",
        "true effect",
        "mean estimate",
        "empirical SE",
        "mean SE",
    ]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["failed"] == 0


def test_tracking_and_uneven_caseloads_and_dropout_have_no_formula_but_a_simulation():
    lost = replace(LEVEL, absence=Absence(missed=0.1, dropout=0.1, dropout_by_outcome=0.5))
    uneven = replace(LEVEL, uneven=True, clients_per_therapist=117 / 40)
    for trial in (TRACKING, lost, uneven):
        found = power(trial, seed=1, simulations=100, analysis="cluster means", check_null=False)
        assert found.by_formula is None
        assert found.type_one_error is None
        assert found.mean_estimate == pytest.approx(trial.effect, abs=4 * found.empirical_se / 10)
        with pytest.raises(errors.NotIdentified):
            power_by_formula(trial)


def test_the_mixed_model_is_the_t_test_where_that_is_exact():
    trial = replace(LEVEL, truth=PARALLEL)
    for seed in range(4):
        data = trial.simulate(seed)
        assert mixed_model(data, trial) == pytest.approx(cluster_means(data, trial), rel=1e-4)


def test_one_row_a_therapist_leaves_the_t_test():
    trial = replace(LEVEL, sessions=1, clients_per_therapist=1)
    assert mixed_model(trial.simulate(1), trial) == cluster_means(trial.simulate(1), trial)


@pytest.mark.parametrize(
    "trial", [LEVEL, SLOPE, TRACKING, replace(LEVEL, sessions=1), replace(LEVEL, clients_per_therapist=1)]
)
def test_power_of_the_mixed_model(trial):
    found = power(trial, seed=2, simulations=20, workers=1, check_null=False)
    assert found.analysis == "a linear mixed model"
    assert found.mean_estimate == pytest.approx(trial.effect, abs=4 * found.empirical_se / np.sqrt(20))
    assert found.mean_se == pytest.approx(found.empirical_se, rel=0.5)


def test_few_and_small_trials_start_no_second_process(monkeypatch):
    monkeypatch.setattr(simulation, "count_workers", lambda asked: asked or 8)
    trial = Trial(effect=5.0, therapists=40, clients_per_therapist=3, sessions=6)  # 720 rows

    assert simulation.workers_for(None, trial, 100, "mixed model") == 1
    assert simulation.workers_for(None, trial, 2000, "mixed model") == 8
    assert simulation.workers_for(None, trial, 2000, "cluster means") == 1
    assert simulation.workers_for(2, trial, 100, "mixed model") == 2


def test_the_figures_are_the_same_whatever_the_number_of_workers():
    alone, together = (power(LEVEL, seed=3, simulations=60, analysis="cluster means", workers=n) for n in (1, 2))
    assert together == alone


def test_the_first_trials_of_many_are_those_of_few():
    assert trial_seeds(5, 10)[:4] == trial_seeds(5, 4)
    assert trial_seeds(5, 1) == [63655389091564559349133226631835470536]


def test_findings_stand_in_the_order_of_the_trials_however_they_come_in(monkeypatch):
    in_turn = power(LEVEL, seed=3, simulations=60, analysis="cluster means")
    as_listed = runs.share_out
    monkeypatch.setattr(runs, "share_out", lambda *asked: reversed(list(as_listed(*asked))))
    assert power(LEVEL, seed=3, simulations=60, analysis="cluster means") == in_turn


def test_progress_counts_trials_of_both_kinds():
    told = []
    power(LEVEL, seed=3, simulations=50, analysis="cluster means", progress=lambda *step: told.append(step))
    assert told == [(done, 100) for done in range(10, 101, 10)]


def test_an_interrupt_leaves_no_process_behind():
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        power(LEVEL, seed=3, simulations=200, analysis="cluster means", workers=2, progress=interrupt)
    assert multiprocessing.active_children() == []


def test_an_analysis_of_ones_own():
    def z_test(data, trial):
        found = cluster_means(data, trial)
        return Finding(found.estimate, found.se, np.inf, 2 * scipy_stats.norm.sf(abs(found.estimate / found.se)))

    small = replace(LEVEL, therapists=6, effect=0.0)
    found = power(small, seed=1, simulations=500, analysis=z_test, workers=1)
    assert found.analysis == "z_test"
    assert [caution.kind for caution in found.warnings] == ["liberal-test"]


def test_trials_whose_analysis_gave_up_are_counted_and_see_nothing():
    def moody(data, trial):
        if data["outcome"].mean() > 50:
            raise errors.NotConverged("The search ended early.")
        return Finding(1.0, 0.1, 10.0, 0.0)

    found = power(LEVEL, seed=1, simulations=100, analysis=moody, workers=1, check_null=False)
    assert 0 < found.failed < 100
    assert found.power.share == pytest.approx(1 - found.failed / 100)
    assert str(found.warnings[0]) == (
        f"The analysis gave up in {found.failed} of 100 trials; these count as not significant."
    )


def test_an_analysis_that_always_gives_up_says_why():
    def never(data, trial):
        raise errors.NotConverged("The search ended early.")

    with pytest.raises(
        errors.StatsError, match="The analysis gave up in every simulated trial, first with: The search"
    ):
        power(LEVEL, seed=1, simulations=20, analysis=never, workers=1)


# Small parts


def test_the_t_test_is_scipys():
    random = np.random.Generator(np.random.PCG64(1))
    first, second = random.standard_normal(7) + 1, random.standard_normal(11)
    expected = scipy_stats.ttest_ind(first, second)
    found = t_test(first, second)
    assert (found.estimate / found.se, found.df, found.p) == pytest.approx(
        (expected.statistic, expected.df, expected.pvalue)
    )


@pytest.mark.parametrize(
    ("successes", "count", "expected"),
    [
        (0, 10, (0.0, 0.0, 0.2775)),
        (10, 10, (1.0, 0.7225, 1.0)),
        (81, 263, (0.3080, 0.2553, 0.3662)),  # Newcombe 1998, Statistics in Medicine 17, table I, method 3
        (15, 148, (0.1014, 0.0624, 0.1605)),  # the same
    ],
)
def test_wilsons_interval(successes, count, expected):
    assert wilson(successes, count) == pytest.approx(expected, abs=5e-5)


def test_slopes_of_clients_with_one_session_are_left_out():
    trial = replace(SLOPE, absence=Absence(dropout=0.6), therapists=30, clients_per_therapist=1)
    found = cluster_means(trial.simulate(1), trial)
    assert found.df < 28


# How many


def test_the_therapists_needed_are_near_those_of_the_formula():
    found = therapists_needed(replace(LEVEL, effect=5.0), seed=1, simulations=1000, analysis="cluster means")
    by_formula = next(
        count for count in range(4, 200, 2) if power_by_formula(Trial(effect=5.0, therapists=count)).power >= 0.8
    )
    assert by_formula == 68
    assert abs(found.therapists - by_formula) <= 6
    assert found.found.power.share >= 0.8
    assert all(step.power.share < 0.8 for step in found.tried if step.trial.therapists < found.therapists)
    assert [step.trial.therapists for step in found.tried] == sorted({step.trial.therapists for step in found.tried})
    assert found.found.trial.therapists - 2 in [step.trial.therapists for step in found.tried]
    assert found.sentence() == (
        f"{found.therapists} therapists ({found.therapists // 2} trained, {found.therapists // 2} not) give the power "
        f"of .80 that was wanted: {found.found.power} in 1,000 simulated trials, analysed with a t test on therapists' "
        "means."
    )


def test_the_smallest_trial_may_be_enough():
    found = therapists_needed(replace(LEVEL, effect=500.0), seed=1, simulations=20, analysis="cluster means")
    assert found.therapists == 4


def test_the_search_finds_its_way_from_far_below_and_far_above():
    for start in (4, 400):
        trial = Trial(effect=0.3, on="tracking", therapists=start)
        found = therapists_needed(trial, seed=1, simulations=100, analysis="cluster means")
        assert 24 <= found.therapists <= 40


# What is refused

REFUSED = [
    (lambda: Trial(effect=1.0, on="mood"), "on is 'mood'; it must be 'level', 'slope' or 'tracking'."),
    (lambda: Trial(effect=float("nan")), "effect has no value (NaN). Give a number."),
    (lambda: Trial(effect=1.0, therapists=2), "therapists is 2; it must be a whole number of at least 4."),
    (
        lambda: Trial(effect=1.0, clients_per_therapist=2.5),
        "clients_per_therapist is 2.5; it must be a whole number of at least 1.",
    ),
    (
        lambda: Trial(effect=1.0, clients_per_therapist=0.5, uneven=True),
        "clients_per_therapist is 0.5; it must be 1 or more.",
    ),
    (
        lambda: Trial(effect=1.0, on="slope", sessions=1),
        "sessions is 1; it must be a whole number of at least 2.",
    ),
    (
        lambda: Trial(effect=1.0, trained_share=0.01),
        "0 trained and 40 other therapists cannot be compared; each arm needs two.",
    ),
    (
        lambda: Trial(effect=1.0, truth=NetworkTruth()),
        "For an effect on level, truth must be a SessionsTruth.",
    ),
    (lambda: power(LEVEL, seed=1, simulations=5), "simulations is 5; it must be a whole number of at least 10."),
    (lambda: power(LEVEL, seed=1, alpha=0.0), "alpha is 0; it must be a share more than 0 and less than 1."),
    (lambda: power(LEVEL, seed=1, workers=0), "workers is 0; it must be a whole number of at least 1."),
    (
        lambda: power(LEVEL, seed=1, analysis="anova"),
        "analysis is 'anova'; it must be one of 'mixed model', 'cluster means', or a function.",
    ),
    (
        lambda: therapists_needed(replace(LEVEL, effect=0.0), seed=1),
        "effect is 0; no number of therapists finds an effect that is not there.",
    ),
    (
        lambda: power_by_formula(TRACKING),
        "The formula holds for the level or slope of an outcome with equal caseloads and no missing sessions. Use "
        "`power`, which simulates.",
    ),
    (lambda: design_effect(cluster_size=0, icc=0.1), "cluster_size is 0; it must be 1 or more."),
    (lambda: design_effect(cluster_size=5, icc=1.5), "icc is 1.5; it must lie between −1 and 1."),
    (lambda: wilson(3, 2), "3 of 2 is no share."),
    (
        lambda: t_test(np.ones(3), np.zeros(3)),
        "The therapists of each arm do not differ at all; the effect has no standard error.",
    ),
    (
        lambda: t_test(np.ones(1), np.zeros(3)),
        "1 and 3 therapists cannot be compared; each arm needs two.",
    ),
]


@pytest.mark.parametrize(("ask", "message"), REFUSED)
def test_what_is_refused_and_what_it_says(ask, message):
    with pytest.raises(errors.StatsError) as refused:
        ask()
    assert str(refused.value) == message


def test_a_target_out_of_reach_is_said_to_be():
    with pytest.raises(
        errors.NotIdentified, match=r"Even 40 therapists reach a power of \.\d+, 95% CI .* only\. Look for"
    ):
        therapists_needed(replace(LEVEL, effect=1.0), seed=1, simulations=100, analysis="cluster means", at_most=40)
