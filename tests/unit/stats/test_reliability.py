"""Reliability: what is said of a scale, of raters, of sessions and of one score; and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rapport.stats import reliability
from rapport.stats.errors import (
    BadInput,
    Collinear,
    MissingValues,
    NotFinite,
    NotIdentified,
    NotNumbers,
    NoVariation,
    OutOfRange,
    TooFew,
    UnknownColumn,
    WrongShape,
)

# Shrout & Fleiss, 1979, table 2: six targets, four judges.
RATINGS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def scale(n=200, loadings=(0.9, 0.8, 0.7, 0.6), seed=4):
    random = np.random.default_rng(seed)
    answers = random.normal(size=(n, 1)) * loadings + random.normal(size=(n, len(loadings))) * 0.7
    return {f"bond_{i + 1}": column for i, column in enumerate(answers.T)}


def ratings(scores=RATINGS):
    n, k = scores.shape
    return {
        "score": scores.ravel(),
        "client": np.repeat(np.arange(n), k),
        "rater": np.tile(np.array(list("ABCD")[:k]), n),
    }


RATED = {"score": "score", "target": "client", "rater": "rater"}


# --- alpha ---


def test_alpha_of_a_small_scale_worked_by_hand():
    # Variances 1, 1; covariance 0.5: α = 2 · (1 − 2 / 3).
    found = reliability.alpha([[1, 1], [2, 3], [3, 2]])

    assert found.estimate == pytest.approx(2 / 3)
    assert [(item.name, item.rest_correlation, item.alpha_without) for item in found.items] == [
        ("item 1", pytest.approx(0.5), None),
        ("item 2", pytest.approx(0.5), None),
    ]


def test_alpha_says_itself():
    found = reliability.alpha(scale())

    assert found.sentence() == "The 4 items had an internal consistency of α = .77, 95% CI [.72, .82] (N = 200)."
    assert found.table().columns == ("item", "M", "SD", "r with the rest", "α without it")
    assert json.loads(json.dumps(found.to_dict()))["n_items"] == 4
    assert found.warnings == ()


def test_any_kind_of_table_is_read():
    polars = pytest.importorskip("polars")
    answers = scale()
    rows = np.array(list(zip(*answers.values(), strict=True)), dtype=[(name, float) for name in answers])

    found = reliability.alpha(answers)

    assert reliability.alpha(polars.DataFrame(answers)) == found
    assert reliability.alpha(rows) == found
    assert reliability.alpha(np.column_stack(list(answers.values())), items=list(answers)) == found


def test_an_item_keyed_the_other_way_is_named():
    answers = scale(loadings=(0.9, 0.8, 0.7, 0.6, 0.8, 0.7))
    answers["bond_2"] = -answers["bond_2"]

    found = reliability.alpha(answers)

    assert [caution.kind for caution in found.warnings] == ["reversed"]
    assert "bond_2 (r = −." in found.warnings[0].text


def test_alpha_below_zero_is_given_and_said():
    random = np.random.default_rng(1)
    first = random.normal(size=60)

    found = reliability.alpha({"a": first, "b": -first + random.normal(size=60)})

    assert found.estimate < 0
    assert [caution.kind for caution in found.warnings] == ["negative", "reversed"]


def test_missing_answers_are_refused_or_left_out_and_counted():
    answers = scale()
    answers["bond_1"][[3, 8]] = np.nan

    with pytest.raises(MissingValues, match="bond_1 has no value in rows 4, 9"):
        reliability.alpha(answers)
    found = reliability.alpha(answers, missing="leave out")
    assert (found.n_persons, [str(c) for c in found.warnings]) == (
        198,
        ["2 persons were left out because an answer is missing."],
    )


def test_a_bootstrap_repeats_with_its_seed_and_is_near_feldt():
    answers = scale(400)

    one = reliability.alpha(answers, interval="bootstrap", seed=7)
    again = reliability.alpha(answers, interval="bootstrap", seed=7)
    other = reliability.alpha(answers, interval="bootstrap", seed=8)
    feldt = reliability.alpha(answers)

    assert one == again
    assert one.low != other.low
    assert (one.low, one.high) == pytest.approx((feldt.low, feldt.high), abs=0.015)


def test_drawing_whole_clients_widens_the_interval_when_their_sessions_are_alike():
    random = np.random.default_rng(2)
    client = random.permutation(np.repeat(np.arange(25), 12))
    level = random.normal(size=25)[client]
    answers = {name: level + random.normal(size=300) * 0.5 for name in "abc"} | {"client": client}

    rows = reliability.alpha(answers, items=["a", "b", "c"], interval="bootstrap", seed=1)
    clients = reliability.alpha(answers, items=["a", "b", "c"], interval="bootstrap", seed=1, cluster="client")

    assert clients.high - clients.low > 1.5 * (rows.high - rows.low)


def test_few_clusters_are_said():
    answers = scale() | {"therapist": np.repeat(list("ABCDE"), 40)}

    found = reliability.alpha(
        answers, items=list(scale()), interval="bootstrap", seed=1, cluster="therapist", draws=200
    )

    assert [caution.kind for caution in found.warnings] == ["few-clusters"]


CONSTANT = scale() | {"bond_3": np.full(200, 4.0)}
REFUSED = [
    (lambda: reliability.alpha(CONSTANT), NoVariation, "bond_3 is 4 in every row"),
    (lambda: reliability.alpha({"a": [1, 2, 3]}), WrongShape, "at least two items; 1 given"),
    (lambda: reliability.alpha({"a": [1], "b": [2]}), TooFew, "1 person answered every item; at least 3"),
    (lambda: reliability.alpha({"a": [], "b": []}), WrongShape, "a has no rows"),
    (lambda: reliability.alpha({"a": [1, 2, 3], "b": [1, 2]}), WrongShape, "different numbers of rows: a 3, b 2"),
    (lambda: reliability.alpha({"a": [1, 2, 3], "b": list("xyz")}), NotNumbers, "b must hold numbers; it holds 'x'"),
    (lambda: reliability.alpha({"a": [1, 2, 3], "b": [1, 2, np.inf]}), NotFinite, "b is infinite in row 3"),
    (lambda: reliability.alpha(scale(), items=["bond_9", "bond_1"]), UnknownColumn, "no column 'bond_9'"),
    (lambda: reliability.alpha(scale(), items="bond_1"), WrongShape, "give the names in a list"),
    (lambda: reliability.alpha(scale(), items=["bond_1", "bond_1"]), WrongShape, "bond_1 is named twice"),
    (lambda: reliability.alpha([1, 2, 3]), WrongShape, "persons by items"),
    (lambda: reliability.alpha({"a": [1, 2, 3], "b": [3, 2, 1]}), BadInput, "sum of the items is the same"),
    (lambda: reliability.alpha(scale(), level=95), OutOfRange, "level is 95"),
    (lambda: reliability.alpha(scale(), level="95%"), OutOfRange, "level is '95%'"),
    (lambda: reliability.alpha(scale(), interval="bootstrap"), BadInput, "need a seed"),
    (
        lambda: reliability.alpha(scale(), interval="bootstrap", seed=-1),
        OutOfRange,
        "seed is -1; it must be",
    ),
    (lambda: reliability.alpha(scale(), interval="bootstrap", seed=1, draws=5), OutOfRange, "draws is 5"),
    (lambda: reliability.alpha(scale(), interval="exact"), OutOfRange, "interval is 'exact'"),
    (lambda: reliability.alpha(scale(), missing="ignore"), OutOfRange, "missing is 'ignore'"),
    (lambda: reliability.alpha(scale(), cluster="bond_1"), BadInput, "takes persons as independent"),
    (lambda: reliability.omega({"a": [1, 2, 3, 5], "b": [2, 1, 4, 4]}), NotIdentified, "Use alpha"),
    (
        lambda: reliability.alpha({"a": [1, 2, 3e150], "b": [1, 3, 2]}),
        OutOfRange,
        "a is 3e.150 in row 3; nothing can be worked out",
    ),
    (lambda: reliability.omega(np.arange(20).reshape(4, 5) ** 2 % 7), TooFew, "4 persons cannot tell 5 items apart"),
    (lambda: reliability.omega(CONSTANT), NoVariation, "bond_3 is 4"),
    (
        lambda: reliability.omega(scale() | {"twice": 2 * scale()["bond_1"]}),
        Collinear,
        "One item is a combination of others",
    ),
    (lambda: reliability.omega(scale(), method="pca"), OutOfRange, "method is 'pca'"),
]


@pytest.mark.parametrize(("ask", "error", "told"), REFUSED)
def test_what_cannot_be_used_is_refused_by_name(ask, error, told):
    with pytest.raises(error, match=told):
        ask()


# --- omega ---


def test_omega_says_itself_and_what_it_is():
    found = reliability.omega(scale())

    assert found.sentence() == (
        "With one common factor, the 4 items had a reliability of ω = .78, 95% CI [.73, .83] (N = 200)."
    )
    assert (
        found.method
        == "Omega total of one factor by maximum likelihood; interval by the delta method on the logit scale"
    )
    assert found.loadings == pytest.approx((0.79, 0.75, 0.71, 0.65), abs=0.15)


def test_omega_equals_alpha_where_all_items_are_alike():
    covariance = 0.5 + 0.5 * np.eye(4)  # equal loadings, equal uniquenesses
    answers = np.random.default_rng(0).normal(size=(50, 4))
    answers -= answers.mean(axis=0)
    exact = answers @ np.linalg.inv(np.linalg.cholesky(np.cov(answers.T)).T) @ np.linalg.cholesky(covariance).T

    assert reliability.omega(exact).estimate == pytest.approx(reliability.alpha(exact).estimate, abs=1e-8)
    assert reliability.omega(exact, method="minres").estimate == pytest.approx(0.8, abs=1e-8)


def test_a_scale_that_is_one_of_its_items_is_said():
    random = np.random.default_rng(6)
    first = random.normal(size=300)
    answers = {"a": first, "b": first * 0.9 + random.normal(size=300) * 0.5, "c": first * 0.9 + random.normal(size=300)}
    answers["a"] = first * 1.0  # correlations of b and c are exactly what a explains, or less
    answers["c"] -= 0.3 * (answers["b"] - 0.9 * first)

    found = reliability.omega(answers)

    assert [caution.kind for caution in found.warnings] == ["heywood"]
    assert (found.low, found.high) == (None, None)


def test_minimum_residuals_take_an_item_given_twice():
    answers = scale() | {"twice": scale()["bond_1"]}

    assert 0 < reliability.omega(answers, method="minres").estimate < 1


def test_omega_by_bootstrap_repeats_with_its_seed():
    one, again = (reliability.omega(scale(), interval="bootstrap", seed=3, draws=100) for _ in range(2))
    delta = reliability.omega(scale())

    assert one == again
    assert (one.low, one.high) == pytest.approx((delta.low, delta.high), abs=0.04)


# --- intraclass correlation ---


def test_icc_says_the_form_that_was_asked_for():
    found = reliability.icc(ratings(), **RATED)

    assert found.sentence() == (
        "Agreement of 4 ratings on each of 6 targets (one rater, absolute agreement) was ICC(2,1) = .29, "
        "95% CI [.02, .76], F(5, 15) = 11.03, p < .001."
    )
    assert [form.kind for form in found.forms] == list(reliability.KINDS)
    assert [caution.kind for caution in found.warnings] == ["few-targets"]


def test_both_namings_ask_for_the_same():
    assert reliability.icc(ratings(), kind="ICC(C,k)", **RATED) == reliability.icc(ratings(), kind="ICC(3,k)", **RATED)


def test_without_raters_only_the_one_way_forms_are_given():
    found = reliability.icc(ratings(), score="score", target="client", kind="ICC(1,1)")

    assert [(form.kind, round(form.estimate, 2)) for form in found.forms] == [("ICC(1,1)", 0.17), ("ICC(1,k)", 0.44)]


def test_perfect_agreement_is_one_and_said_to_have_no_residual():
    found = reliability.icc(ratings(np.array([[1, 1], [3, 3], [4, 4]])), **RATED)

    assert (found.estimate, found.low, found.high) == (1, 1, 1)
    assert "no-residual" in [caution.kind for caution in found.warnings]


def test_raters_who_differ_by_a_constant_are_consistent_and_do_not_agree():
    found = reliability.icc(ratings(np.array([[1, 3], [3, 5], [4, 6], [2, 4]])), **RATED)

    by_kind = {form.kind: form.estimate for form in found.forms}
    assert by_kind["ICC(3,1)"] == 1
    assert by_kind["ICC(2,1)"] < 0.5


def test_targets_that_do_not_differ_give_an_icc_below_zero():
    found = reliability.icc(ratings(np.array([[1, 3], [3, 1], [1, 3]])), kind="ICC(1,1)", **RATED)

    assert found.estimate == -1
    assert "negative" in [caution.kind for caution in found.warnings]
    json.dumps(found.to_dict(), allow_nan=False)


def test_targets_without_any_difference_have_no_f():
    found = reliability.icc(ratings(np.array([[1, 2], [1, 2], [1, 2]])), kind="ICC(C,1)", **RATED)

    assert (found.estimate, found.form.f, found.form.p) == (0, 0, 1)


def gap(rows):
    return {name: np.delete(column, rows) for name, column in ratings().items()}


@pytest.mark.parametrize(
    ("table", "more", "error", "told"),
    [
        (gap([5]), {}, MissingValues, r"client 1 has no rating by rater B \(1 gaps"),
        (gap([5]), {"rater": None, "kind": "ICC(1,1)"}, WrongShape, "client 1 has 3 ratings, client 0 has 4"),
        (ratings() | {"rater": np.repeat("A", 24)}, {}, TooFew, "There is one rater"),
        (ratings() | {"client": np.zeros(24)}, {}, TooFew, "There is one client"),
        (ratings() | {"client": np.tile([0, 1, 2], 8)}, {}, WrongShape, "is rated 2 times by rater"),
        (ratings(np.full((4, 3), 5)), {}, NoVariation, "score is 5 in every row"),
        (
            ratings() | {"score": np.where(np.arange(24) == 2, np.nan, 1.0)},
            {},
            MissingValues,
            "score has no value in row 3",
        ),
        (ratings(np.array([[1, 2], [2, 1]])), {}, NoVariation, "nothing tells agreement from chance"),
        (ratings(), {"rater": None}, WrongShape, "name the column that tells the rater"),
        (ratings(), {"kind": "ICC(4,1)"}, OutOfRange, r"kind is 'ICC\(4,1\)'"),
        (ratings() | {"rater": ["A"]}, {}, WrongShape, "same number of rows"),
    ],
)
def test_ratings_that_cannot_be_compared_are_refused_by_name(table, more, error, told):
    with pytest.raises(error, match=told):
        reliability.icc(table, **(RATED | more))


# --- within persons ---


def diary(persons=12, sessions=5, seed=3):
    random = np.random.default_rng(seed)
    person, session = np.repeat(np.arange(persons), sessions), np.tile(np.arange(sessions), persons)
    state = random.normal(size=persons)[person] + random.normal(size=persons * sessions) * 0.8
    items = {name: state + random.normal(size=len(state)) * 0.5 for name in ("calm", "hopeful", "rested")}
    return items | {"client": person, "session": session}


DIARY = {"items": ["calm", "hopeful", "rested"], "person": "client", "session": "session"}


def test_within_person_reliability_says_itself():
    found = reliability.within_person(diary(), **DIARY)

    assert found.sentence() == (
        "Change within persons from session to session was measured with an internal consistency of α = .89, "
        "95% CI [.82, .93] (3 items, 60 sessions of 12 persons)."
    )
    assert list(found.coefficients) == ["alpha", "R_CN", "R_C", "R_1F", "R_KF", "R_1R", "R_KR"]


def test_items_of_different_levels_count_as_error_in_r_cn_and_not_in_alpha():
    table = diary()
    shifted = table | {"calm": table["calm"] + 3}

    before, after = reliability.within_person(table, **DIARY), reliability.within_person(shifted, **DIARY)

    assert after.coefficients["alpha"] == pytest.approx(before.coefficients["alpha"])
    assert after.coefficients["R_C"] == pytest.approx(before.coefficients["R_C"])
    assert before.coefficients["R_CN"] > 0.8
    assert after.coefficients["R_CN"] == 0
    assert after.warnings[-1].text.startswith("Estimated below zero and counted as zero: session in person")


def test_clients_with_different_sessions_have_what_needs_no_common_sessions():
    table = {name: np.delete(column, [0, 1, 2, 3, 17]) for name, column in diary().items()}

    found = reliability.within_person(table, **DIARY)

    assert list(found.coefficients) == ["alpha", "R_CN"]
    assert (found.n_persons, found.n_sessions) == (11, 54)  # a client with one session says nothing of change
    assert [caution.kind for caution in found.warnings] == ["unbalanced"]


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"client": np.arange(60)}, TooFew, "0 clients have two sessions"),
        ({"session": np.zeros(60)}, WrongShape, "client 0 has more than one row for session 0"),
        ({name: np.repeat(np.arange(12.0), 5) for name in DIARY["items"]}, NoVariation, "No client changes"),
        ({"client": np.arange(3)}, WrongShape, "same number of rows"),
    ],
)
def test_sessions_that_tell_nothing_of_change_are_refused(change, error, told):
    with pytest.raises(error, match=told):
        reliability.within_person(diary() | change, **DIARY)


# --- standard error of measurement ---


@pytest.mark.parametrize(
    ("variant", "points"),
    [("measurement", 2.43495), ("difference", 3.44354), ("estimation", 2.31), ("prediction", 3.35635)],
)
def test_standard_errors_of_core_10(variant, points):
    found = reliability.standard_error_of_measurement(7.7, reliability=0.90, variant=variant)

    assert found.value == pytest.approx(points, rel=2e-5)


def test_a_standard_error_says_of_what_it_is():
    found = reliability.standard_error_of_measurement(7.7, reliability=0.90)

    assert found.sentence() == (
        "With SD = 7.70 and a reliability of .90, the standard error of a score, given the true score, is 2.43 points."
    )
    assert found.method == "Standard error of measurement: SD √(1 − r)"


@pytest.mark.parametrize(
    ("sd", "more", "error", "told"),
    [
        (0, {"reliability": 0.9}, OutOfRange, "sd is 0"),
        (7.7, {"reliability": 1.0}, OutOfRange, "reliability is 1"),
        (7.7, {"reliability": -0.2}, OutOfRange, "reliability is -0.2"),
        (7.7, {"reliability": float("nan")}, MissingValues, "reliability has no value"),
        (7.7, {"reliability": None}, BadInput, "reliability is not known"),
        ("7", {"reliability": 0.9}, NotNumbers, "sd is '7'"),
        (7.7, {"reliability": 0.9, "variant": "best"}, OutOfRange, "variant is 'best'; it must be 'measurement', "),
    ],
)
def test_figures_that_cannot_be_are_refused(sd, more, error, told):
    with pytest.raises(error, match=told):
        reliability.standard_error_of_measurement(sd, **more)
