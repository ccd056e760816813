"""Truth and bias, actor and partner, lagged agreement: what is found, said and refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from rapport.stats import congruence, errors
from rapport.stats.simulate import Absence, simulate_lagged, simulate_network


@pytest.fixture(scope="module")
def network() -> dict[str, Any]:
    return dict(simulate_network(seed=6).table)


def truth_and_bias(table: Any, **asked: Any) -> congruence.TruthAndBias:
    given = {"judgement": "therapist_rating", "truth": "client_rating", "therapist": "therapist", "dyad": "client"}
    return congruence.truth_and_bias(table, **(given | asked))


def lagged(table: Any, **asked: Any) -> congruence.LaggedAgreement:
    given = {"outcome": "wellbeing", "client": "client_rating", "therapist": "therapist_rating", "dyad": "client"}
    return congruence.lagged_agreement(table, **({"session": "session"} | given | asked))


def kinds(result: Any) -> list[str]:
    return [caution.kind for caution in result.warnings]


def keep(table: dict[str, Any], rows: Any) -> dict[str, Any]:
    return {name: np.asarray(column)[rows] for name, column in table.items()}


# Truth and bias


def test_bias_is_the_mean_difference_where_truth_is_average(network: dict[str, Any]) -> None:
    found = truth_and_bias(network)

    assert found.bias.estimate == pytest.approx(
        np.mean(network["therapist_rating"] - network["client_rating"]), abs=0.05
    )
    assert found.mean_truth == pytest.approx(np.mean(network["client_rating"]))
    assert "On average therapist_rating was" in found.sentence()
    assert json.dumps(found.to_dict())


def test_a_moderator_of_two_values_gives_bias_and_tracking_at_both(network: dict[str, Any]) -> None:
    found = truth_and_bias(network, moderators=["trained"])

    assert [item.name for item in found.at] == [
        "bias at trained = 0",
        "bias at trained = 1",
        "tracking at trained = 0",
        "tracking at trained = 1",
    ]
    assert found.estimate("tracking at trained = 1").estimate == pytest.approx(
        found.tracking.estimate + found.estimate("tracking × trained").estimate
    )


def test_turning_the_moderator_round_turns_its_effect(network: dict[str, Any]) -> None:
    one = truth_and_bias(network, moderators=["trained"])
    other = truth_and_bias(network | {"trained": 1 - network["trained"]}, moderators=["trained"])

    assert other.bias.estimate == pytest.approx(one.estimate("bias at trained = 1").estimate, abs=1e-6)
    assert other.estimate("bias × trained").estimate == pytest.approx(
        -one.estimate("bias × trained").estimate, abs=1e-6
    )


def test_one_session_a_dyad_has_no_temporal_congruence(network: dict[str, Any]) -> None:
    found = truth_and_bias(keep(network, network["session"] == 1))

    assert found.temporal == ()
    assert "one-session" in kinds(found)


def test_one_dyad_a_therapist_gives_one_effect_of_both(network: dict[str, Any]) -> None:
    found = truth_and_bias(network | {"therapist": network["client"]})

    assert "one-dyad" in kinds(found)
    assert set(found.variances) == {"dyad intercept", "residual"}


def test_exchanged_columns_of_therapist_and_dyad_are_asked_after(network: dict[str, Any]) -> None:
    turned = truth_and_bias(network, therapist="client", dyad="therapist")
    robust = lagged(network, dyad="therapist", cluster="client")

    for found in (turned, robust):
        assert "one-dyad" in kinds(found)
        assert "exchanged" in str(found)
    assert "one-dyad" not in kinds(lagged(network, cluster="therapist"))


def test_ratings_of_which_one_was_copied_are_refused(network: dict[str, Any]) -> None:
    rating = np.asarray(network["client_rating"])
    for copied, told in ((rating, "are the same in every row"), (rating + 0.5, "differ by the same amount")):
        with pytest.raises(errors.Collinear, match=f"therapist_rating and client_rating {told}"):
            truth_and_bias(network | {"therapist_rating": copied})


def test_one_column_is_not_two_things(network: dict[str, Any]) -> None:
    with pytest.raises(errors.BadInput, match="client_rating is named as judgement and as truth"):
        truth_and_bias(network, judgement="client_rating")
    with pytest.raises(errors.BadInput, match="wellbeing is named as outcome and as session"):
        lagged(network, session="wellbeing")


def test_a_session_that_is_the_same_everywhere_has_no_trend(network: dict[str, Any]) -> None:
    with pytest.raises(errors.NoVariation, match=r"session is 1 in every row.* Leave session out"):
        truth_and_bias(keep(network, network["session"] == 1), session="session")


def test_two_therapists_are_enough_and_said_to_be_few(network: dict[str, Any]) -> None:
    assert "few-clusters" in kinds(truth_and_bias(keep(network, network["therapist"] <= 2)))


def test_dyads_numbered_anew_within_therapists_are_told_apart(network: dict[str, Any]) -> None:
    anew = network | {"client": np.zeros_like(network["client"])}
    for therapist in np.unique(network["therapist"]):
        own = network["therapist"] == therapist
        anew["client"][own] = np.unique(network["client"][own], return_inverse=True)[1]

    assert truth_and_bias(anew).tracking.estimate == pytest.approx(truth_and_bias(network).tracking.estimate, abs=1e-7)


@pytest.mark.parametrize(
    ("change", "asked", "error", "says"),
    [
        ({"client_rating": 3.0}, {}, errors.NoVariation, "client_rating is 3 in every row"),
        ({"therapist_rating": 3.0}, {}, errors.NoVariation, "therapist_rating is 3"),
        ({"therapist": 1}, {}, errors.TooFew, "one therapist"),
        ({"trained": 1}, {"moderators": ["trained"]}, errors.NoVariation, "trained is 1"),
        ({}, {"moderators": "trained"}, errors.BadInput, "list of columns"),
        ({"client_rating": np.nan}, {}, errors.TooFew, "Three rows at least"),
    ],
)
def test_truth_and_bias_refuses_in_words(
    network: dict[str, Any], change: dict[str, Any], asked: dict[str, Any], error: type[Exception], says: str
) -> None:
    columns = {name: np.full(len(network["client"]), value) for name, value in change.items()}

    with pytest.raises(error, match=says):
        truth_and_bias(network | columns, **asked)


# Actor and partner


@pytest.fixture(scope="module")
def persons() -> dict[str, Any]:
    random = np.random.default_rng(3)
    own = random.normal(size=(60, 2))
    noise = random.normal(size=(60, 2)) @ np.array([[1, 0.5], [0, 0.8]])
    outcome = [1, 2] + own * [0.5, 0.4] + own[:, ::-1] * [0.3, 0.1] + noise
    return {
        "dyad": np.repeat(np.arange(60), 2),
        "role": np.tile(["client", "therapist"], 60),
        "own": own.ravel(),
        "other": own[:, ::-1].ravel(),
        "outcome": outcome.ravel(),
    }


def actor_partner(table: Any, **asked: Any) -> congruence.ActorPartner:
    return congruence.actor_partner(
        table, **({"outcome": "outcome", "role": "role", "actor": "own", "dyad": "dyad"} | asked)
    )


def test_the_partners_predictor_is_found_in_the_other_row(persons: dict[str, Any]) -> None:
    assert actor_partner(persons).estimates == actor_partner(persons, partner="other").estimates


def test_exchangeable_roles_do_not_care_who_is_who(persons: dict[str, Any]) -> None:
    swapped = persons | {"role": np.where(np.arange(120) % 4 < 2, persons["role"], persons["role"][::-1])}

    one, other = (actor_partner(table, distinguishable=False) for table in (persons, swapped))

    assert one.estimate("actor").estimate == pytest.approx(other.estimate("actor").estimate, abs=1e-6)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-7)


def test_actor_and_partner_say_themselves(persons: dict[str, Any]) -> None:
    found = actor_partner(persons)

    assert found.sentence().startswith(
        "In an actor–partner model of outcome on own (60 dyads, 60 pairs of rows): for the client, actor effect = "
    )
    assert found.distinguishability.df == 4
    assert found.level_sds is None
    assert json.dumps(found.to_dict())


def test_a_person_without_the_other_is_left_out_and_counted(persons: dict[str, Any]) -> None:
    found = actor_partner(keep(persons, np.arange(120) != 5))

    assert (found.n_dyads, found.left_out, kinds(found)) == (59, 1, ["rows-left-out"])


def test_standard_errors_can_be_robust_to_therapists(persons: dict[str, Any]) -> None:
    found = actor_partner(persons | {"therapist": persons["dyad"] // 3}, cluster="therapist")

    assert {item.df for item in found.estimates} == {19.0}
    assert found.estimate("client: actor").estimate == actor_partner(persons).estimate("client: actor").estimate


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"role": np.tile(["a", "b", "c"], 40)}, errors.BadInput, "role has 3 labels"),
        ({"dyad": np.repeat(np.arange(30), 4)}, errors.BadInput, "Name the session"),
        ({"own": np.full(120, 2.0)}, errors.NoVariation, "own"),
        ({"outcome": np.full(120, np.nan)}, errors.TooFew, "0 complete dyads"),
        ({"own": np.repeat(np.arange(60.0), 2)}, errors.Collinear, "combination"),
        ({"outcome": np.repeat(np.arange(60.0) % 7, 2)}, errors.NotIdentified, "the same for both"),
    ],
)
def test_actor_partner_refuses_in_words(
    persons: dict[str, Any], change: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        actor_partner(persons | change)


# Lagged agreement


def test_lagged_agreement_shows_the_naive_estimate_and_its_bias(network: dict[str, Any]) -> None:
    found = lagged(network, moderators=["trained"])
    naive = {item.name: item.estimate for item in found.naive}

    assert naive["outcome before"] < found.carry_over.estimate
    assert found.nickell_bias == pytest.approx(-(1 + found.carry_over.estimate) / 5, abs=0.04)
    assert "Centring at clients' means would have given" in found.sentence()
    assert (found.n_clients, found.n_steps) == (117, 585)
    assert json.dumps(found.to_dict())


def test_the_lagged_effect_is_given_at_both_values_of_a_moderator(network: dict[str, Any]) -> None:
    found = lagged(network, moderators=["trained"], cluster="therapist")
    turned = lagged(network | {"untrained": 1 - network["trained"]}, moderators=["untrained"], cluster="therapist")

    assert [item.name for item in found.at] == ["agreement at trained = 0", "agreement at trained = 1"]
    one = found.estimate("agreement at trained = 1")
    assert (one.estimate, one.se) == pytest.approx((turned.effect.estimate, turned.effect.se), rel=1e-4)
    assert (
        f"of {found.effect.text('b')}, where trained was 0, and of {one.text('b')}, where trained was 1, "
        f"with a difference of {found.estimate('agreement × trained').text('b')} (117 clients"
    ) in found.sentence()


def test_a_lagged_effect_that_changes_along_a_measure_is_said_for_each_point(network: dict[str, Any]) -> None:
    table = network | {"experience": network["therapist"] % 7}
    found = lagged(table, moderators=["experience"])

    assert found.at == ()
    more = f"{found.estimate('agreement × experience').text('b')} more for each point of experience (117 clients"
    assert f"{found.effect.text('b')} (where experience is 0), and of {more}" in found.sentence()


def test_truth_and_bias_names_the_two_values_of_a_moderator_and_both_questions(network: dict[str, Any]) -> None:
    said = truth_and_bias(network, moderators=["trained"]).sentence()

    assert " Where trained was 1 and not 0, bias differed by b = " in said
    assert said.endswith(" Bias is a question of absolute agreement, tracking one of synchrony.")


def test_gaps_end_a_run_and_lone_sessions_are_left_out() -> None:
    table = {
        "client": np.repeat(np.arange(40), 7),
        "session": np.tile([1, 2, 3, 5, 6, 7, 8], 40),
        "wellbeing": np.random.default_rng(1).normal(size=280),
        "client_rating": np.random.default_rng(2).normal(size=280),
        "therapist_rating": np.random.default_rng(3).normal(size=280),
    }
    lone = table["client"] != 0
    lone[:1] = True

    found = lagged(keep(table, lone))

    assert (found.n_clients, found.n_steps) == (39, 39 * 3)
    assert {"gaps", "clients-left-out"} <= set(kinds(found))


def test_missing_sessions_are_survived() -> None:
    data = simulate_network(seed=8, absence=Absence(missed=0.2))

    found = lagged(data, cluster="therapist")

    assert found.left_out > 0
    assert np.isfinite(found.effect.se)


def test_agreement_comes_in_kinds() -> None:
    table = {
        "c": [1.0, 2.0, 4.0],
        "t": [1.0, 4.0, 1.0],
        "c2": [2.0, 1, 1],
        "t2": [3.0, 1, 4],
        "c3": [3.0, 5, 1],
        "t3": [5.0, 9, 0],
    }
    items = {"client": ("c", "c2", "c3"), "therapist": ("t", "t2", "t3")}

    assert congruence.agreement(table, client="c", therapist="t").tolist() == [0, -2, -3]
    assert congruence.agreement(table, client="c", therapist="t", kind="squared-difference").tolist() == [0, -4, -9]
    profile = congruence.agreement(table, **items, kind="profile")
    assert profile[0] == pytest.approx(np.corrcoef([1, 2, 3], [1, 3, 5])[0, 1])
    assert profile[2] == pytest.approx(np.corrcoef([4, 1, 1], [1, 4, 0])[0, 1])


@pytest.mark.parametrize(
    ("change", "asked", "error", "says"),
    [
        ({"session": 1}, {}, errors.BadInput, "has session 1 twice"),
        ({"session": 0.5}, {}, errors.BadInput, "number the sessions"),
        ({"wellbeing": 50.0}, {}, errors.NoVariation, "wellbeing is 50"),
        ({"client_rating": np.nan}, {}, errors.TooFew, "Two rows at least"),
        ({"therapist": 1}, {"cluster": "therapist"}, errors.TooFew, "therapist is 1 in every row"),
        ({}, {"kind": "closeness"}, errors.BadInput, "closeness"),
        ({}, {"moderators": "trained"}, errors.BadInput, "list of columns"),
        ({}, {"client": ("client_rating",), "kind": "profile"}, errors.BadInput, "items of both raters"),
    ],
)
def test_lagged_agreement_refuses_in_words(
    network: dict[str, Any], change: dict[str, Any], asked: dict[str, Any], error: type[Exception], says: str
) -> None:
    columns = {name: np.full(len(network["client"]), value) for name, value in change.items()}

    with pytest.raises(error, match=says):
        lagged(network | columns, **asked)


def test_ratings_that_always_agree_have_no_agreement_to_study(network: dict[str, Any]) -> None:
    with pytest.raises(errors.NoVariation, match="agreement"):
        lagged(network | {"therapist_rating": network["client_rating"]})


def test_one_session_a_client_shows_no_step(network: dict[str, Any]) -> None:
    with pytest.raises(errors.TooFew, match="two sessions in a row"):
        lagged(keep(network, network["session"] == 1))


def test_two_sessions_a_client_tell_nothing_within_clients(network: dict[str, Any]) -> None:
    with pytest.raises(errors.TooFew, match="three sessions in a row"):
        lagged(keep(network, network["session"] <= 2))


def test_any_kind_of_table_will_do_and_an_unknown_column_is_named(network: dict[str, Any]) -> None:
    frame = pytest.importorskip("polars").DataFrame(network)

    assert lagged(frame).estimates == lagged(network).estimates
    with pytest.raises(errors.UnknownColumn, match="no column 'skill'"):
        lagged(frame, moderators=["skill"])


def test_clients_alike_in_level_are_a_singular_fit_that_says_so() -> None:
    random = np.random.default_rng(4)
    table = {
        "dyad": np.repeat(np.arange(60), 6),
        "session": np.tile(np.arange(6), 60),
        "outcome": random.normal(size=360),
        "agreement": random.normal(size=360),
    }

    found = congruence.fit_lagged(table, outcome="outcome", agreement="agreement", dyad="dyad", session="session")

    assert abs(found.carry_over.estimate) < 3 * found.carry_over.se
    assert "singular" in kinds(found)


def test_feedback_from_the_outcome_does_not_mislead() -> None:
    from rapport.stats.simulate import LaggedTruth

    truth = LaggedTruth(feedback=0.04)
    data = simulate_lagged(seed=2, clients=1500, therapists=100, truth=truth)

    found = congruence.fit_lagged(data, outcome="outcome", agreement="agreement", dyad="client", session="session")
    naive = next(item for item in found.naive if item.name == "agreement")

    assert found.effect.holds(truth.effect)
    assert not naive.holds(truth.effect)
