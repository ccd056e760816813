"""Meta-analysis: what it says, what it refuses, and what it warns of. Its figures stand against R in contract tests."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from rapport.stats import meta
from rapport.stats.errors import (
    BadInput,
    Collinear,
    MissingValues,
    NotFinite,
    NotIdentified,
    NotNested,
    NotNumbers,
    NoVariation,
    OutOfRange,
    Overlapping,
    TooFew,
    UnknownColumn,
    WrongShape,
)

NAN, INF = float("nan"), float("inf")

# Five studies of alliance and outcome, as Fisher's z with variance 1 / (n − 3).
Z = [0.31, 0.12, 0.45, 0.22, 0.05]
VARIANCES = [0.02, 0.01, 0.03, 0.015, 0.01]
NAMES = ["Ames", "Boyd", "Carr", "Dunn", "Eads"]
SAMPLES = ["Leeds", "Leiden", "Lund", "Lyon", "Lima"]

# Six estimates of three studies, unsorted.
WITHIN = [0.3, 0.5, 0.1, 0.4, 0.2, 0.6]
WITHIN_VARIANCES = [0.01, 0.02, 0.03, 0.02, 0.01, 0.02]
STUDY = ["Boyd", "Ames", "Boyd", "Ames", "Carr", "Carr"]


@dataclass(frozen=True)
class Effect:
    estimate: float
    variance: float | None
    metric: str
    standardiser: str = ""


def kinds(result) -> list[str]:
    return [caution.kind for caution in result.warnings]


# --- what it says -------------------------------------------------------------------------------------------------


def test_a_pool_reads_as_in_an_article():
    pooled = meta.pool(Z, variances=VARIANCES, labels=NAMES, samples=SAMPLES, metric="z", shown_as="r")
    assert pooled.sentence() == (
        "The pooled effect of 5 studies was r = .18, 95% CI [.01, .35], t(4) = 2.92, p = .043. Heterogeneity: "
        "Q(4) = 5.43, p = .246, τ² = 0.004, 95% CI [0.000, 0.185] (on the scale of Fisher’s z), I² = 21%. The true "
        "effect of a new study is expected within a 95% prediction interval [−.10, .44]."
    )


def test_a_pool_without_random_effects_says_nothing_of_tau():
    pooled = meta.pool([0.2, 0.4], variances=[0.01, 0.01], samples=["A", "B"], method="fixed", metric="g")
    # (0.2 + 0.4) / 2 = 0.3; SE = √(1 / 200) = 0.0707; Q = 100 × 0.01 × 2 = 2
    assert pooled.sentence() == (
        "The pooled effect of 2 studies was g = 0.30, 95% CI [0.16, 0.44], z = 4.24, p < .001. "
        "Heterogeneity: Q(1) = 2.00, p = .157, I² = 50%."
    )
    assert (pooled.tau2, pooled.tau2_low, pooled.prediction_low, pooled.weights) == (0.0, None, None, (0.5, 0.5))
    assert kinds(pooled) == []


def test_the_method_of_moments_is_what_a_hand_finds():
    # Equal weights 100: Q = 100 × Σ(y − 0.3)² = 8, C = 300 − 30000 / 300 = 200, τ² = (8 − 2) / 200 = 0.03
    pooled = meta.pool([0.1, 0.3, 0.5], variances=[0.01] * 3, method="DL", test="z")
    assert (pooled.q, pooled.tau2, pooled.i2, pooled.h2) == pytest.approx((8, 0.03, 0.75, 4))
    assert (pooled.estimate, pooled.variance) == pytest.approx((0.3, 0.04 / 3))


def test_the_prediction_interval_follows_the_named_convention():
    asked = {"variances": [0.01] * 3, "method": "DL", "test": "knapp-hartung"}
    half = np.sqrt(0.03 + 0.04 / 3)  # Knapp–Hartung's multiplier is 1 here: Σ(y − 0.3)² / 0.04 / 2
    for convention, quantile in {"HTS": 12.706204736, "t": 4.302652730, "normal": 1.959963985}.items():
        pooled = meta.pool([0.1, 0.3, 0.5], prediction=convention, **asked)
        limits = pooled.prediction_low, pooled.prediction_high
        assert limits == pytest.approx((0.3 - quantile * half, 0.3 + quantile * half))
    assert "Higgins et al., 2009" in meta.pool([0.1, 0.3, 0.5], **asked).reference


def test_the_table_is_a_forest_in_figures_on_the_scale_shown():
    pooled = meta.pool(
        [0.0, np.log(4)], variances=[0.01, 0.01], labels=["Ames", "Boyd"], method="fixed", shown_as="odds_ratio"
    )
    table = pooled.table()
    assert table.columns == ("study", "OR", "low", "high", "weight %")
    assert [row[0] for row in table.rows] == ["Ames", "Boyd", "Pooled"]
    assert [row[1] for row in table.rows] == pytest.approx([1, 4, 2])
    assert [row[4] for row in table.rows] == pytest.approx([50, 50, 100])
    assert pooled.metric == "log_odds_ratio"


def test_effects_bring_their_metric_and_their_variance():
    effects = [Effect(estimate, variance, "z") for estimate, variance in zip(Z, VARIANCES, strict=True)]
    by_effects, by_arrays = meta.pool(effects), meta.pool(Z, variances=VARIANCES, metric="z")
    assert by_effects.to_dict() == by_arrays.to_dict()


def test_effects_in_units_of_the_changes_are_pooled_with_their_like_only():
    changes = [Effect(0.5, 0.02, "d", "SD of the changes"), Effect(0.8, 0.03, "d", "SD of the changes")]
    assert meta.pool(changes).metric == "d"
    with pytest.raises(BadInput, match="The effect in row 2 is in units of the SD of the changes, others are not"):
        meta.pool([Effect(0.4, 0.02, "d", "pooled SD"), *changes])


def test_standard_errors_are_square_roots_of_variances():
    by_errors = meta.pool(Z, standard_errors=np.sqrt(VARIANCES))
    assert by_errors.estimate == pytest.approx(meta.pool(Z, variances=VARIANCES).estimate, rel=1e-12)


def test_three_levels_say_where_the_variance_lies():
    pooled = meta.pool_three_level(WITHIN, variances=WITHIN_VARIANCES, study=STUDY, metric="g", samples=STUDY)
    assert pooled.sentence() == (
        "The pooled effect of 6 estimates from 3 studies was g = 0.35, 95% CI [0.05, 0.64], t(2) = 4.99, p = .038. "
        "Heterogeneity: Q(5) = 8.87, p = .114, σ² between studies = 0.000, 95% CI [0.000, 0.204], within studies = "
        "0.012, 95% CI [0.000, 0.130]; 0% of the variance lies between studies, 42% within them and 58% is "
        "sampling error. The true effect of a new study is expected within a 95% prediction interval [−1.30, 1.99]."
    )


def test_moderators_are_told_one_by_one():
    found = meta.regress(
        [0.1, 0.2, 0.35, 0.5, 0.45, 0.7],
        variances=[0.02] * 6,
        moderators={
            "year": [2001, 2005, 2009, 2013, 2017, 2021],
            "setting": ["group", "one", "one", "group", "one", "group"],
        },
        samples=list("abcdef"),
    )
    assert found.moderators == ("year", "setting: one")
    assert found.omnibus.df2 == 3
    assert found.sentence().startswith("Across 6 studies, effects depended on the moderators, F(2, 3) = ")
    assert "setting: one, b = " in found.sentence()
    assert found.table().columns == ("coefficient", "estimate", "SE", "t", "df", "p", "95% low", "95% high")


def test_a_moderators_small_unit_does_not_hide_its_coefficient():
    year = np.array([1950, 1960, 1970, 1980, 1990, 2000])
    noise = np.array([0.01, -0.01, 0.02, -0.02, 0.01, -0.01])
    found = meta.regress(0.002 * (year - 1950) + noise, variances=[0.001] * 6, moderators={"year": year}, test="z")
    assert "year, b = 0.0018, 95% CI [0.0003, 0.0033]" in found.sentence()


def test_a_model_says_what_it_expects_of_a_kind_of_study():
    model = meta.regress([0, 1, 2, 3.5], variances=[0.1] * 4, moderators={"dose": [0, 1, 2, 3]}, test="z")
    found = meta.predict(model, at={"dose": 1.6}, prediction="normal")
    # slope 1.15, intercept −0.1: the residuals 0.1, −0.05, −0.2, 0.15 leave no more than sampling error
    assert found.estimate == pytest.approx(1.74)
    assert found.sentence() == (
        "For studies with dose = 1.6, an effect of 1.74, 95% CI [1.43, 2.05] is expected; that of one such study is "
        "expected within a 95% prediction interval [1.43, 2.05]."
    )


def test_leaving_one_out_names_who_matters():
    pooled = meta.pool([0.2, 0.2, 0.8], variances=[0.01] * 3, labels=["Ames", "Boyd", "Carr"], test="z", method="DL")
    assert meta.leave_one_out(pooled).sentence() == (
        "Leaving out one study at a time, the pooled effect ranged from 0.20 (without Carr) to 0.50 (without Ames); "
        "the confidence interval included 0 without Ames or Boyd."
    )


def test_leaving_one_out_speaks_of_1_where_ratios_are_shown():
    pooled = meta.pool([0.2, 0.2, 0.3], variances=[0.1] * 3, metric="log_odds_ratio", shown_as="odds_ratio", test="z")
    assert meta.leave_one_out(pooled).sentence().endswith("; the confidence interval included 1 each time.")


def test_every_result_goes_into_json():
    pooled = meta.pool(Z, variances=VARIANCES)
    nested = meta.pool_three_level(WITHIN, variances=WITHIN_VARIANCES, study=STUDY)
    model = meta.regress(Z, variances=VARIANCES, moderators={"year": [1, 2, 3, 5, 4]})
    results = [
        pooled,
        nested,
        model,
        meta.leave_one_out(pooled),
        meta.asymmetry(pooled),
        meta.robust(nested),
        meta.predict(model, at={"year": 3}),
    ]
    for result in results:
        told = json.loads(json.dumps(result.to_dict()))
        assert (told["sentence"], told["method"] != "", told["reference"] != "") == (result.sentence(), True, True)
        assert "fit" not in told
        assert result.sentence() in str(result)


# --- whom the estimates are from ------------------------------------------------------------------------------------


def test_estimates_that_share_people_are_refused_by_name():
    with pytest.raises(Overlapping, match="Ames and Carr share Leeds") as refused:
        meta.pool(Z, variances=VARIANCES, labels=NAMES, samples=["Leeds", "Leiden", {"Leeds", "Lund"}, "Lyon", "Lima"])
    assert 'overlap="allow"' in str(refused.value)


def test_overlap_that_is_allowed_is_told():
    samples = ["Leeds", "Leiden", {"Leeds", "Lund"}, "Lyon", "Lima"]
    pooled = meta.pool(Z, variances=VARIANCES, samples=samples, overlap="allow")
    assert kinds(pooled) == ["overlapping-samples"]
    assert pooled.estimate == meta.pool(Z, variances=VARIANCES).estimate


def test_estimates_of_one_study_may_share_their_sample_but_studies_may_not():
    pooled = meta.pool_three_level(
        WITHIN, variances=WITHIN_VARIANCES, study=STUDY, samples=["b", "a", "b", "a", "c", "c"]
    )
    assert "independence-on-trust" not in kinds(pooled)
    with pytest.raises(Overlapping, match="Boyd and Carr share b"):
        meta.pool_three_level(WITHIN, variances=WITHIN_VARIANCES, study=STUDY, samples=["b", "a", "b", "a", "c", "b"])


def test_independence_that_was_not_shown_is_taken_on_trust_and_said():
    assert "independence-on-trust" in kinds(meta.pool(Z, variances=VARIANCES))
    assert "independence-on-trust" not in kinds(meta.pool(Z, variances=VARIANCES, samples=SAMPLES))


# --- what it warns of -------------------------------------------------------------------------------------------------


def test_two_studies_are_pooled_without_a_prediction():
    pooled = meta.pool([0.2, 0.6], variances=[0.01, 0.02], samples=["A", "B"])
    assert kinds(pooled) == ["no-prediction", "few-studies"]
    assert (pooled.prediction_low, pooled.prediction_high) == (None, None)
    assert "prediction" not in pooled.sentence()


def test_agreement_beyond_chance_leaves_tau_at_zero_with_an_empty_interval():
    pooled = meta.pool([0.3, 0.3, 0.3, 0.3, 0.3], variances=[0.1] * 5, samples=SAMPLES, test="z")
    assert (pooled.tau2, pooled.tau2_low, pooled.tau2_high, pooled.i2) == (0, 0, 0, 0)
    assert kinds(pooled) == ["empty-tau2-interval"]


def test_knapp_hartung_below_the_usual_error_is_told():
    asked = {"variances": [0.1] * 5, "samples": SAMPLES}
    estimates = [0.30, 0.31, 0.29, 0.32, 0.30]
    assert "narrower-than-z" in kinds(meta.pool(estimates, **asked))
    at_least = meta.pool(estimates, test="knapp-hartung-adhoc", **asked)
    assert "narrower-than-z" not in kinds(at_least)
    assert at_least.se == pytest.approx(np.sqrt(0.1 / 5))


def test_variances_of_unlike_size_are_told():
    assert "variance-ratio" in kinds(meta.pool([0.1, 0.2, 0.3], variances=[1e-9, 0.1, 0.1], test="z"))


def test_raw_correlations_are_told():
    assert "raw-correlations" in kinds(meta.pool([0.1, 0.2, 0.3], variances=[0.01, 0.02, 0.03], metric="r"))


def test_a_variance_at_its_limit_is_told():
    pooled = meta.pool_three_level([0.3] * 6, variances=WITHIN_VARIANCES, study=STUDY)
    assert (pooled.between, pooled.within) == (0, 0)
    assert [str(caution) for caution in pooled.warnings if caution.kind == "near-boundary"] == [
        "The variances between and within studies were estimated at the limit, 0, which says that the data show none, "
        "not that there is none."
    ]


def test_few_degrees_of_freedom_are_told():
    pooled = meta.pool_three_level(WITHIN, variances=WITHIN_VARIANCES, study=STUDY)
    assert kinds(meta.robust(pooled)) == ["few-degrees-of-freedom"]


# --- what it refuses --------------------------------------------------------------------------------------------------

REFUSED = [
    ([], [], WrongShape, "estimates has no rows"),
    ([0.3], [0.1], TooFew, "One estimate is no pool"),
    ([0.3, 0.4], [0.1], WrongShape, "2 estimates but 1 variances"),
    ([[0.3, 0.4]], [0.1, 0.1], WrongShape, "2 dimensions"),
    ([0.3, NAN], [0.1, 0.1], MissingValues, "estimates has no value in row 2"),
    ([0.3, 0.4], [0.1, INF], NotFinite, "variances is infinite in row 2"),
    (["a", "b"], [0.1, 0.1], NotNumbers, "estimates must hold numbers"),
    ([0.3, 0.4], [0.1, 0.0], OutOfRange, r"variance of study 2 \(row 2\) is 0"),
    ([0.3, 0.4], [0.1, -1], OutOfRange, "must be above 0"),
    ([0.3, 0.4], [1e-14, 1], OutOfRange, r"1e\+14 times that of study 1"),
    ([0.3, 0.3], [0.1, 0.1], NoVariation, "knapp-hartung-adhoc"),
]


@pytest.mark.parametrize(("estimates", "variances", "error", "told"), REFUSED)
def test_what_cannot_be_pooled_is_refused_in_words(estimates, variances, error, told):
    with pytest.raises(error, match=told):
        meta.pool(estimates, variances=variances)


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"standard_errors": VARIANCES}, BadInput, "one of the two"),
        ({"method": "ML"}, OutOfRange, "it must be 'REML', 'PM', 'DL' or 'fixed'"),
        ({"test": "knha"}, BadInput, "test is 'knha'"),
        ({"prediction": "IntHout"}, OutOfRange, "it must be 'HTS', 't' or 'normal'"),
        ({"level": 95}, OutOfRange, "between 0 and 1"),
        ({"labels": ["a"]}, WrongShape, "5 estimates but 1 labels"),
        ({"samples": ["a"]}, WrongShape, "5 estimates but 1 samples"),
        ({"samples": ["a", None, "b", "c", "d"]}, MissingValues, "row 2"),
        ({"samples": ["a", set(), "b", "c", "d"]}, MissingValues, "row 2"),
        ({"overlap": True}, BadInput, "'refuse' or 'allow'"),
        ({"metric": "odds_ratio"}, BadInput, "log_odds_ratio"),
        ({"metric": "g", "shown_as": "r"}, BadInput, "Only a pooled z can be shown as r"),
        ({"shown_as": "percent"}, BadInput, "it can be r, odds_ratio, risk_ratio"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_words(asked, error, told):
    with pytest.raises(error, match=told):
        meta.pool(Z, **({"variances": VARIANCES} | asked))


@pytest.mark.parametrize(
    ("effects", "error", "told"),
    [
        ([Effect(0.3, 0.1, "g"), Effect(0.4, 0.1, "d")], BadInput, "g in row 1, d in row 2"),
        ([Effect(0.3, 0.1, "g"), Effect(0.4, None, "g")], MissingValues, "row 2 has no variance"),
        ([Effect(1.3, 0.1, "odds_ratio")] * 2, BadInput, "log_odds_ratio"),
    ],
)
def test_effects_that_do_not_fit_are_refused(effects, error, told):
    with pytest.raises(error, match=told):
        meta.pool(effects)


@pytest.mark.parametrize(
    ("moderators", "error", "told"),
    [
        ({}, TooFew, "No moderator"),
        ([1, 2, 3, 4, 5], BadInput, "by name"),
        ({"year": [1, 2]}, WrongShape, "year has 2 values for 5 estimates"),
        ({"year": [2000] * 5}, NoVariation, "year is 2000"),
        ({"setting": ["group"] * 5}, TooFew, "group in every study"),
        ({"setting": ["a", None, "b", "b", "a"]}, MissingValues, "setting has no value in row 2"),
        ({"year": [1, 2, 3, 5, 4], "age": [2, 4, 6, 10, 8]}, Collinear, "age is a combination"),
        ({str(i): np.arange(5) ** i for i in range(1, 5)}, TooFew, "cannot carry 5 coefficients"),
    ],
)
def test_moderators_that_cannot_be_told_apart_are_refused(moderators, error, told):
    with pytest.raises(error, match=told):
        meta.regress(Z, variances=VARIANCES, moderators=moderators)


def test_a_matrix_of_moderators_is_named_by_its_columns():
    matrix = np.array([[1, 0], [2, 1], [3, 0], [4, 1], [5, 1.0]])
    assert meta.regress(Z, variances=VARIANCES, moderators=matrix).moderators == ("x1", "x2")


@pytest.mark.parametrize(
    ("study", "asked", "error", "told"),
    [
        (["Ames"] * 6, {}, TooFew, "All estimates are from one study"),
        (list("abcdef"), {}, TooFew, "Use pool"),
        (["Ames", None, "Boyd", "Boyd", "Carr", "Carr"], {}, MissingValues, "study has no value in row 2"),
        (["Ames"], {}, WrongShape, "6 estimates but 1 values of study"),
        (STUDY, {"correlation": 1}, OutOfRange, "from 0 to below 1"),
        (STUDY, {"test": "knapp-hartung"}, OutOfRange, "'t' or 'z'"),
    ],
)
def test_studies_that_do_not_nest_are_refused(study, asked, error, told):
    with pytest.raises(error, match=told):
        meta.pool_three_level(WITHIN, variances=WITHIN_VARIANCES, study=study, **asked)


def test_what_follows_a_pool_refuses_what_it_cannot_take():
    two = meta.pool([0.2, 0.6], variances=[0.01, 0.02])
    nested = meta.pool_three_level(WITHIN, variances=WITHIN_VARIANCES, study=STUDY)
    alike = meta.pool([0.3] * 4, variances=[0.1] * 4, test="z")
    model = meta.regress(Z, variances=VARIANCES, moderators={"year": [1, 2, 3, 5, 4]})
    for ask, error, told in [
        (lambda: meta.leave_one_out(two), TooFew, "at least 3"),
        (lambda: meta.leave_one_out(nested), BadInput, "what pool gave"),
        (lambda: meta.asymmetry(alike), NoVariation, "All studies are equally precise"),
        (lambda: meta.robust(two), BadInput, "Name the cluster"),
        (lambda: meta.robust(two, clusters=["a", "a"]), TooFew, "at least 2"),
        (lambda: meta.robust(alike, clusters=list("aabb")), NotIdentified, "pooled is 0"),
        (lambda: meta.robust(nested, clusters=list("abcabc")), NotNested, "must lie in one cluster"),
        (lambda: meta.predict(model, at={"yaer": 3}), UnknownColumn, "at. must give year"),
    ]:
        with pytest.raises(error, match=told):
            ask()
