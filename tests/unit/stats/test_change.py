"""Change of one client and of many: reliable, clinically significant, and beside the course of others."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from rapport.stats import change
from rapport.stats.errors import (
    BadInput,
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

# CORE-10 as its sheet gives it: the reliable change is computed, and its variant named.
CORE_10 = {"sd": 7.7, "reliability": 0.90}


# --- reliable change ---


def test_the_threshold_of_core_10_is_computed_and_names_its_variant():
    found = change.reliable_change_threshold(**CORE_10)

    assert found.points == pytest.approx(1.96 * 7.7 * np.sqrt(2) * np.sqrt(0.1))
    assert found.sentence() == (
        "A change of more than 6.75 points exceeds what measurement error alone would give "
        "(Jacobson–Truax, SD = 7.70, reliability .90, criterion 1.96)."
    )
    assert found.band(20) == pytest.approx((13.251, 26.749), abs=5e-4)


def test_one_client_reads_as_a_sentence():
    found = change.reliable_change(24, 15, higher_is_better=False, **CORE_10)

    assert found.sentence() == (
        "The score went from 24 to 15: reliably improved (Jacobson–Truax: 6.75 points; index −2.61)."
    )


def test_many_clients_are_counted():
    found = change.reliable_change([24, 20, 12, 15], [9, 18, 14, 25], higher_is_better=False, **CORE_10)

    assert found.verdicts == ("improved", "unchanged", "unchanged", "deteriorated")
    assert found.counts == {"improved": 1, "unchanged": 2, "deteriorated": 1}
    assert found.sentence() == (
        "Of 4 clients, 1 (25.0%) improved reliably, 2 (50.0%) did not change reliably, and 1 (25.0%) deteriorated "
        "reliably (Jacobson–Truax: 6.75 points)."
    )
    assert json.loads(json.dumps(found.to_dict()))["counts"]["improved"] == 1
    assert found.persons().rows[0] == (24, 9, -15, pytest.approx(-4.356, abs=5e-4), "improved")


# SD 10, r .84, M 50; a client goes from 70 to 58. Worked by hand:
#   expected after without true change where scores drift to the mean: 50 + .84 · 20 = 66.8
INDICES = [
    ("jacobson-truax", {}, (58 - 70) / (10 * np.sqrt(2 * 0.16))),
    ("edwards-nunnally", {"mean": 50}, (58 - 66.8) / (10 * 0.4)),
    ("gulliksen-lord-novick", {"mean": 50}, (58 - 66.8) / (10 * np.sqrt(1 - 0.84**2))),
    # S_D² = 100 + 100 − 2 · .5 · 100 = 100; r_D = (100 − 2 · 16) / 100 = .68
    (
        "hageman-arrindell",
        {"mean": 50, "mean_after": 46, "sd_after": 10, "correlation": 0.5},
        (0.68 * -12 + 0.32 * -4) / (np.sqrt(0.68) * np.sqrt(32)),
    ),
]


@pytest.mark.parametrize(("variant", "figures", "index"), INDICES)
def test_each_variant_is_its_formula(variant, figures, index):
    found = change.reliable_change(70, 58, sd=10, reliability=0.84, variant=variant, higher_is_better=False, **figures)

    assert found.index == pytest.approx((index,))
    assert found.method == f"Reliable change, {change.VARIANTS[variant].name}"


def test_variants_that_expect_drift_may_disagree_with_those_that_do_not():
    figures = {"sd": 10, "reliability": 0.5, "higher_is_better": False}

    plain = change.reliable_change(90, 70, **figures)
    drifting = change.reliable_change(90, 70, variant="edwards-nunnally", mean=50, **figures)

    assert (plain.verdicts, drifting.verdicts) == (("improved",), ("unchanged",))


def test_a_published_threshold_need_only_be_reached():
    # PHQ-9: reliable change 6.
    found = change.reliable_change([15, 15, 15], [9, 10, 21], threshold=6, higher_is_better=False)

    assert found.verdicts == ("improved", "unchanged", "deteriorated")
    assert found.threshold.sentence() == "A change of at least 6 points counts as reliable (published threshold)."


def test_one_client_against_a_published_threshold_has_no_index():
    found = change.reliable_change(15, 9, threshold=6, higher_is_better=False)

    assert found.sentence() == "The score went from 15 to 9: reliably improved (published threshold: 6 points)."


def test_a_computed_threshold_must_be_exceeded():
    threshold = change.reliable_change_threshold(sd=1, reliability=0.5, criterion=1)  # exactly 1 point

    assert threshold.points == 1
    assert change.reliable_change([0, 0], [1, 1.01], threshold=threshold, higher_is_better=True).verdicts == (
        "unchanged",
        "improved",
    )


@pytest.mark.parametrize(
    ("ask", "error", "told"),
    [
        (lambda: change.reliable_change(1, 2, threshold=None, higher_is_better=True), BadInput, "sd is not known"),
        (
            lambda: change.reliable_change(1, 2, sd=7.7, reliability=None, higher_is_better=True),
            BadInput,
            "reliability is not known: give it as published for the instrument. Without it no error of",
        ),
        (
            lambda: change.reliable_change([1, np.nan], [2, 3], higher_is_better=True, **CORE_10),
            MissingValues,
            "before has no value in row 2",
        ),
        (lambda: change.reliable_change([1, 2], [2], higher_is_better=True, **CORE_10), WrongShape, "before has 2"),
        (lambda: change.reliable_change("a", 2, higher_is_better=True, **CORE_10), NotNumbers, "before must hold"),
        (lambda: change.reliable_change([], [], higher_is_better=True, **CORE_10), WrongShape, "before has no rows"),
        (lambda: change.reliable_change(1, np.inf, higher_is_better=True, **CORE_10), NotFinite, "after is infinite"),
        (
            lambda: change.reliable_change(1, 2, threshold=6, higher_is_better=True, **CORE_10),
            BadInput,
            "threshold and sd are given",
        ),
        (
            lambda: change.reliable_change(1, 2, threshold=6, mean=5, higher_is_better=True),
            BadInput,
            "threshold and mean are given",
        ),
        (lambda: change.reliable_change(1, 2, threshold=-6, higher_is_better=True), OutOfRange, "threshold is -6"),
        (lambda: change.reliable_change_threshold(sd=[7.7], reliability=0.9), NotNumbers, r"sd is \[7.7\]"),
        (lambda: change.reliable_change_threshold(sd=-1, reliability=0.9), OutOfRange, "sd is -1"),
        (
            lambda: change.reliable_change_threshold(variant="best", **CORE_10),
            OutOfRange,
            "variant is 'best'; it must be 'jacobson-truax', ",
        ),
        (lambda: change.reliable_change_threshold(criterion=0, **CORE_10), OutOfRange, "criterion is 0"),
        (
            lambda: change.reliable_change_threshold(variant="edwards-nunnally", **CORE_10),
            BadInput,
            "edwards-nunnally needs mean",
        ),
        (
            lambda: change.reliable_change_threshold(
                variant="hageman-arrindell", mean=20, mean_after=12, sd_after=7.7, correlation=0.95, **CORE_10
            ),
            NotIdentified,
            "the differences have no reliability",
        ),
    ],
)
def test_change_that_cannot_be_told_is_refused_by_name(ask, error, told):
    with pytest.raises(error, match=told):
        ask()


# --- cut-offs and clinical significance ---


@pytest.mark.parametrize(("criterion", "score"), [("a", 19.7 - 2 * 7.7), ("b", 4.7 + 2 * 4.8), ("c", 10.46)])
def test_cut_offs_of_core_10(criterion, score):
    found = change.cutoff(clinical=(19.7, 7.7), others=(4.7, 4.8), higher_is_better=False, criterion=criterion)

    assert found.value == pytest.approx(score)


def test_a_cut_off_lies_on_the_side_of_health():
    found = change.cutoff(clinical=change.Norm(30, 10), higher_is_better=True, criterion="a")

    assert found.sentence() == (
        "The cut-off by criterion a (two SDs beyond the mean of the clinical population) is 50.00 "
        "(clinical M = 30.00, SD = 10.00)."
    )


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"clinical": (20, 5)}, BadInput, "population others"),
        ({"clinical": (20, 0), "others": (5, 5)}, OutOfRange, "The SD of the population clinical is 0"),
        ({"clinical": (4, 5), "others": (20, 5)}, OutOfRange, "the clinical mean lies above the other"),
        (
            {"clinical": (np.nan, 5), "others": (20, 5)},
            MissingValues,
            "The mean of the population clinical has no value",
        ),
        ({"clinical": (20, "wide"), "others": (5, 5)}, NotNumbers, "The SD of the population clinical is 'wide'"),
        ({"clinical": (20,), "others": (5, 5)}, WrongShape, r"given by \(20,\); give its mean"),
        (
            {"clinical": (20, 5), "others": (5, 5), "criterion": "d"},
            OutOfRange,
            "criterion is 'd'; it must be 'a', 'b' or 'c'",
        ),
        ({"clinical": 19.7, "others": (5, 5)}, WrongShape, "The population clinical is given by 19.7; give its mean"),
    ],
)
def test_norms_that_cannot_be_are_refused(given, error, told):
    with pytest.raises(error, match=told):
        change.cutoff(higher_is_better=False, **given)


BEFORE = [24, 20, 12, 8, 15, 30]
AFTER = [9, 18, 14, 4, 25, 20]


def test_clinical_significance_reads_as_a_sentence_and_a_table():
    threshold = change.reliable_change_threshold(**CORE_10)

    found = change.clinical_significance(BEFORE, AFTER, cutoff=11, threshold=threshold, higher_is_better=False)

    assert found.verdicts == ("recovered", "unchanged", "unchanged", "unchanged", "deteriorated", "improved")
    assert found.sentence() == (
        "Of 6 clients, 1 (16.7%) recovered, 1 (16.7%) improved, 3 (50.0%) did not change reliably, and 1 (16.7%) "
        "deteriorated (cut-off 11; reliable change more than 6.75, Jacobson–Truax)."
    )
    assert found.table().records()[2] == {
        "verdict": "unchanged",
        "n": 3,
        "%": 50.0,
        "n from clinical range": 2,
        "% from clinical range": 40.0,
    }
    assert [str(caution) for caution in found.warnings] == [
        "1 of 6 began outside the clinical range and could not recover."
    ]


def test_a_score_at_the_cut_off_is_clinical_unless_said_otherwise():
    given = {"cutoff": 10, "threshold": 6, "higher_is_better": False}

    assert change.clinical_significance(17, 10, **given).verdicts == ("improved",)
    assert change.clinical_significance(17, 10, at_cutoff_is_clinical=False, **given).verdicts == ("recovered",)


def test_who_began_outside_the_clinical_range_improves_and_does_not_recover():
    found = change.clinical_significance([10, 11], [2, 2], cutoff=11, threshold=6, higher_is_better=False)

    assert found.verdicts == ("improved", "recovered")
    assert found.persons().rows == ((10, 2, -8, "improved"), (11, 2, -9, "recovered"))
    assert found.counts_clinical == {"recovered": 1, "improved": 0, "unchanged": 0, "deteriorated": 0}


def test_where_higher_is_better_recovery_goes_up():
    found = change.clinical_significance([30, 70], [60, 40], cutoff=50, threshold=10, higher_is_better=True)

    assert found.verdicts == ("recovered", "deteriorated")


def test_a_measure_without_figures_gets_no_verdict():
    with pytest.raises(BadInput, match="No cut-off is known for this measure"):
        change.clinical_significance(20, 10, cutoff=None, threshold=6, higher_is_better=False)
    with pytest.raises(BadInput, match="No reliable change is known for this measure"):
        change.clinical_significance(20, 10, cutoff=11, threshold=None, higher_is_better=False)


def test_a_cut_off_of_the_other_direction_is_refused():
    cutoff = change.cutoff(clinical=(19.7, 7.7), others=(4.7, 4.8), higher_is_better=False)

    with pytest.raises(BadInput, match="other direction"):
        change.clinical_significance(20, 10, cutoff=cutoff, threshold=6, higher_is_better=True)


# --- the course of a collection ---


def collection(clients=40, seed=3, sessions=8):
    random = np.random.default_rng(seed)
    count = random.integers(3, sessions + 1, size=clients)
    client = np.repeat(np.arange(clients), count)
    session = np.concatenate([np.arange(1, n + 1) for n in count])
    own = random.normal(size=(clients, 2)) * [4, 0.5]
    score = 20 + own[client, 0] - (1 - own[client, 1]) * session + random.normal(size=len(client)) * 3
    shuffled = random.permutation(len(client))
    return {"client": client[shuffled], "session": session[shuffled], "core": score[shuffled]}


SESSIONS = collection()["session"]
COURSE = {"score": "core", "person": "client", "session": "session"}


def test_the_course_says_itself():
    found = change.expected_course(collection(), **COURSE)
    first, last = found.bands[0], found.bands[-1]

    assert found.sentence() == (
        f"Across 40 clients the mean score went from {first.mean:.2f} at session 1 to {last.mean:.2f} at session "
        f"{last.session}; the middle 80% of single scores lay between {first.low:.2f} and {first.high:.2f}, and "
        f"between {last.low:.2f} and {last.high:.2f}."
    )
    assert found.share_inside == pytest.approx(0.80, abs=0.08)
    assert json.loads(json.dumps(found.to_dict()))["n_persons"] == 40


def test_a_client_is_shown_beside_the_band_and_nothing_is_concluded():
    found = change.expected_course(collection(), **COURSE)

    shown = found.beside([3, 1, 30], [14, 20, 9])

    assert (shown.sessions, shown.scores) == ((1, 3, 30), (20, 14, 9))
    assert (shown.mean[0], shown.low[0], shown.mean[2]) == (found.bands[0].mean, found.bands[0].low, None)
    assert shown.sentence() == (
        "The scores of 3 sessions, beside the mean course of the collection and the band that holds the middle 80% of "
        "its clients’ scores."
    )


def test_sessions_and_scores_of_unequal_number_are_refused_by_their_names():
    found = change.expected_course(collection(), **COURSE)

    with pytest.raises(WrongShape, match="sessions has 3 values, scores has 2"):
        found.beside([1, 2, 3], [14, 20])


@pytest.mark.parametrize("curve", ["line", "log", "quadratic"])
def test_the_band_stays_on_the_scale_of_the_instrument(curve):
    found = change.expected_course(collection(), curve=curve, level=0.99, scale=(10, 25), **COURSE)

    assert all(10 <= band.low <= band.high <= 25 for band in found.bands)


def test_sessions_that_few_reached_have_no_band():
    table = collection(60)
    few = {name: np.append(column, extra) for (name, column), extra in zip(table.items(), (0, 30, 12.0), strict=True)}

    found = change.expected_course(few, **COURSE)

    assert 30 not in [band.session for band in found.bands]
    assert "No band at sessions 8, 30: fewer than 10 clients were seen." in " ".join(map(str, found.warnings))


def test_rows_without_a_score_are_left_out_and_counted():
    table = collection()
    table["core"][[4, 7]] = np.nan

    for found in (
        change.expected_course(table, **COURSE),
        change.within_person_sd(table, score="core", person="client"),
    ):
        assert "2 of 214 rows have a missing value and are left out." in [str(caution) for caution in found.warnings]


def test_clients_who_differ_in_level_only_give_a_band_all_the_same():
    table = collection()
    table["core"] = np.repeat(15.0, len(table["client"])) + table["client"] % 3 + table["session"] % 2

    found = change.expected_course(table, **COURSE)

    assert all(band.low < band.mean < band.high for band in found.bands)


def test_variation_within_clients_says_itself():
    found = change.within_person_sd(collection(), score="core", person="client")

    assert found.sentence().startswith(
        "Scores of one client varied from session to session with a standard deviation of"
    )
    assert (found.n_persons, found.low < found.sd < found.high) == (40, True)


@pytest.mark.parametrize(
    ("table", "error", "told"),
    [
        (collection(19), TooFew, "19 clients have at least 3 sessions"),
        (collection() | {"core": np.full(len(collection()["core"]), 5.0)}, NoVariation, "core is"),
        (collection() | {"core": ["low"] * len(collection()["core"])}, NotNumbers, "core must hold numbers"),
        (collection() | {"core": [1.0, 2.0]}, WrongShape, "different numbers of rows"),
        (collection() | {"core": np.full(len(collection()["core"]), np.nan)}, TooFew, "No row has all of core"),
        ({"core": [1.0], "session": [1]}, UnknownColumn, "no column 'client'"),
    ],
)
def test_a_collection_that_tells_too_little_is_refused(table, error, told):
    with pytest.raises(error, match=told):
        change.expected_course(table, **COURSE)
    with pytest.raises(error, match=told):
        change.within_person_sd(table, score="core", person="client")


@pytest.mark.parametrize(
    ("table", "more", "error", "told"),
    [
        (
            collection() | {"session": np.ones(len(collection()["core"]))},
            {},
            WrongShape,
            "more than one row for session 1",
        ),
        (collection() | {"session": SESSIONS / 2}, {}, OutOfRange, "whole numbers"),
        (
            collection() | {"session": SESSIONS - 1},
            {"curve": "log"},
            OutOfRange,
            "needs sessions from 1",
        ),
        (collection(), {"curve": "spline"}, OutOfRange, "curve is 'spline'; it must be 'line', 'log' or 'quadratic'"),
        (collection(), {"level": 80}, OutOfRange, "level is 80"),
        (collection(), {"scale": (40, 0)}, OutOfRange, r"scale is \(40, 0\); give the instrument's lowest and highest"),
        (collection(), {"scale": (40,)}, OutOfRange, r"scale is \(40,\)"),
    ],
)
def test_a_course_that_cannot_be_drawn_is_refused(table, more, error, told):
    with pytest.raises(error, match=told):
        change.expected_course(table, **COURSE, **more)


# --- nothing predicts ---


def test_no_result_tells_a_risk_or_a_probability_of_what_becomes_of_a_client():
    results = [getattr(change, name) for name in change.__all__ if dataclasses.is_dataclass(getattr(change, name))]
    named = {field.name for result in results for field in dataclasses.fields(result)} | {
        name for result in results for name in vars(result) if not name.startswith("_")
    }

    forbidden = ("risk", "prob", "predict", "forecast", "alert", "prognos", "off_track", "suicid")
    assert [name for name in sorted(named) if any(word in name.lower() for word in forbidden)] == []
    assert "Nothing here predicts." in (change.__doc__ or "")
    assert "not for\n    items that ask about self-harm" in (change.expected_course.__doc__ or "")
