"""Mixed models: what a fit says, and what is refused. The figures themselves are checked against R in contract/."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars
import pytest
import scipy.linalg

from rapport.stats import errors, mixed, simulate
from rapport.stats.mixed import Draw, MixedFit, Random
from tests.contract.stats.reference import data

INTERCEPTS = (Random("therapist"), Random("client"))
SLOPES = (Random("therapist", slopes=("session",)), Random("client", slopes=("session",)))


def network(therapists: int = 6, clients: int = 4, sessions: int = 5, *, seed: int = 0) -> dict[str, Any]:
    """Sessions in clients in therapists."""
    random = np.random.default_rng(seed)
    client = np.repeat(np.arange(therapists * clients), sessions)
    therapist = client // clients
    session = np.tile(np.arange(1, sessions + 1.0), therapists * clients)
    outcome = 50 + 0.5 * session + random.normal(size=therapists)[therapist]
    outcome = outcome + random.normal(size=therapists * clients)[client] + random.normal(size=len(session))
    return {
        "therapist": therapist,
        "client": client,
        "session": session,
        "trained": therapist % 2.0,
        "wellbeing": outcome,
    }


def fitted(table: Any = None, **model: Any) -> MixedFit:
    model = {"outcome": "wellbeing", "fixed": ("session",), "random": INTERCEPTS} | model
    return mixed.fit(network() if table is None else table, **model)


def changed(column: str, values: Any) -> dict[str, Any]:
    return network() | {column: values}


def sleepstudy(**model: Any) -> MixedFit:
    random = (Random("subject", slopes=("days",)),)
    return mixed.fit(data("sleepstudy"), outcome="reaction", **{"fixed": ("days",), "random": random} | model)


def test_a_fit_says_itself_as_a_researcher_would() -> None:
    assert sleepstudy().sentence() == (
        "A mixed model of reaction (REML; 180 rows, 18 subjects) had random effects of subject (SD: intercept 24.74, "
        "days 5.92); the residual SD was 25.59. Fixed effects: days, b = 10.47, SE = 1.55, t(17.0) = 6.77, p < .001, "
        "95% CI [7.21, 13.73]."
    )


def test_a_fit_prints_its_tables() -> None:
    assert str(sleepstudy()).split("\n\n")[1:3] == [
        "Fixed effects on reaction\n"
        "effect          b     SE      df       t       p  95% low  95% high\n"
        "intercept  251.41  6.825  17.000  36.838  < .001   237.01    265.80\n"
        "days       10.467  1.546  17.000   6.771  < .001    7.206    13.729",
        "Random effects\n"
        "group     effect         SD  variance  correlation\n"
        "subject   intercept  24.740    612.09\n"
        "subject   days        5.922    35.072  .07\n"
        "residual             25.592    654.94",
    ]


def test_a_fit_becomes_json_and_a_frame() -> None:
    told = json.loads(json.dumps(sleepstudy().to_dict()))

    assert told["groups"] == {"subject": 18}
    assert told["method"] == "Restricted maximum likelihood, nested random effects, Satterthwaite's degrees of freedom"
    assert "machinery" not in told
    assert sleepstudy().to_frame()["effect"].to_list() == ["intercept", "days"]


def test_rows_may_come_from_a_dataframe_with_text_for_labels() -> None:
    table = network()
    named = polars.DataFrame(table | {"client": [f"client {code}" for code in table["client"]]})

    assert fitted(named).log_likelihood == pytest.approx(fitted().log_likelihood, abs=1e-9)


def test_groups_are_told_outermost_first() -> None:
    fit = fitted()

    assert dict(fit.groups) == {"therapist": 6, "client": 24}
    assert [one.group for one in fit.variances] == ["therapist", "client"]


def test_two_random_terms_of_one_group_are_uncorrelated() -> None:
    apart = (Random("subject"), Random("subject", slopes=("days",), intercept=False))
    together = (Random("subject", slopes=("days",), correlated=False),)

    one, other = sleepstudy(random=apart), sleepstudy(random=together)

    assert one.deviance == pytest.approx(other.deviance, abs=1e-8)
    assert one.variance("subject").covariance[0, 1] == 0


def test_a_singular_fit_says_what_is_singular_and_what_it_means() -> None:
    fit = mixed.fit(data("network_singular"), outcome="wellbeing", fixed=("session",), random=INTERCEPTS)

    assert (fit.singular, fit.converged) == (True, True)
    assert fit.variance("therapist").covariance.tolist() == [[0.0]]
    assert [caution.kind for caution in fit.warnings] == ["singular"]
    assert str(fit.warnings[0]) == (
        "The fit is singular: by the best estimate, therapists do not differ in their intercept (variance 0). The data "
        "do not say that this is truly so, only that they cannot show more; the other estimates stand, those of the "
        "random effects are on their boundary. A model without what is zero fits as well."
    )


def test_two_therapists_are_enough_and_the_caution_says_that_they_are_few() -> None:
    fit = fitted(network(therapists=2))

    assert [caution.kind for caution in fit.warnings] == ["few-clusters"]
    assert str(fit.warnings[0]) == "There are 2 therapists; a variance between so few is very uncertain."


def test_constant_ratings_of_one_client_are_no_obstacle() -> None:
    table = network()

    fit = fitted(table | {"wellbeing": np.where(table["client"] == 3, 5.0, table["wellbeing"])})

    assert fit.converged


def test_a_search_that_starts_at_a_false_boundary_leaves_it() -> None:
    from rapport.stats.mixed.search import minimise

    fit = fitted(network(therapists=20))
    minimum = minimise(fit.machinery.problem, np.zeros(2))

    assert fit.variance("therapist").covariance[0, 0] > 0.1
    assert minimum.place.deviance == pytest.approx(fit.machinery.minimum.place.deviance, abs=1e-8)


def test_a_search_along_a_direction_that_is_all_but_flat_goes_on_to_the_minimum() -> None:
    """Therapists' intercepts vary by next to nothing, and the deviance hardly says how they go with their slopes."""
    truth = simulate.SessionsTruth(training_level=2.0)
    table = simulate.simulate_sessions(seed=10477734227742449523, therapists=40, clients=117, sessions=12, truth=truth)
    random = (Random("therapist", slopes=("time",)), Random("client", slopes=("time",)))

    fit = mixed.fit(table, outcome="outcome", fixed=("time", "trained", ("trained", "time")), random=random)

    assert fit.variance("therapist").sds == pytest.approx([0.003, 0.610], abs=2e-3)


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_the_units_of_the_outcome_change_nothing_else(factor: float) -> None:
    table = network()

    fit = fitted(table | {"wellbeing": table["wellbeing"] * factor})

    assert fit.fixed / factor == pytest.approx(fitted().fixed, rel=1e-7)
    assert [one.df for one in fit.coefficients] == pytest.approx([one.df for one in fitted().coefficients], rel=1e-6)


def test_a_large_mean_loses_no_digits() -> None:
    table = network()

    fit = fitted(table | {"wellbeing": table["wellbeing"] + 1e7, "session": table["session"] + 1e6})

    assert fit.log_likelihood == pytest.approx(fitted().log_likelihood, abs=1e-5)
    assert fit.coefficient("session").estimate == pytest.approx(fitted().coefficient("session").estimate, rel=1e-6)


def test_a_contrast_is_the_combination_of_its_coefficients() -> None:
    fit = fitted(fixed=("session", "trained", ("session", "trained")))

    contrast = fit.contrast({"trained": 1, "session × trained": 5}, name="Trained at session 5")

    combined = fit.coefficient("trained").estimate + 5 * fit.coefficient("session × trained").estimate
    assert contrast.estimate == pytest.approx(combined)
    assert contrast.sentence().startswith("Trained at session 5: b = ")
    assert fit.contrast([0, 1, 0, 0]).df == pytest.approx(fit.coefficient("session").df)


def test_a_cluster_that_the_fit_does_not_know_is_predicted_as_the_average_one() -> None:
    fit, table = fitted(), network()
    strangers = table | {"therapist": table["therapist"] + 100, "client": table["client"] + 100}

    assert fit.predict(strangers) == pytest.approx(fit.predict(table, with_groups=False))
    assert not np.allclose(fit.predict(table), fit.predict(table, with_groups=False))


def test_conditional_modes_are_given_by_sorted_label() -> None:
    modes = fitted().conditional_modes("therapist")

    assert modes.labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert modes.sentence().startswith("The conditional modes of 6 therapists range in intercept from ")
    assert modes.table().columns == ("therapist", "intercept", "intercept SE")


def test_clinics_therapists_and_clients_make_three_groups() -> None:
    table = network(12, 3, 4)
    table["clinic"] = table["therapist"] // 3
    table["wellbeing"] = table["wellbeing"] + np.array([-2.0, 1.0, 3.0, -1.0])[table["clinic"]]
    fit = fitted(table, random=(Random("clinic"), Random("therapist", "session"), Random("client")), method="ML")

    # The same, from the covariance matrix of all rows: E(u | y) = GZ'V⁻¹(y − Xβ), Var(u | y) = G − GZ'V⁻¹ZG.
    session, rows = table["session"], len(table["session"])
    x = np.column_stack([np.ones(rows), session])
    therapist = np.repeat(np.eye(12), 2, axis=1)[table["therapist"]] * np.tile(np.column_stack([x[:, 0], session]), 12)
    z = np.hstack([np.eye(4)[table["clinic"]], therapist, np.eye(36)[table["client"]]])
    g = scipy.linalg.block_diag(
        *[fit.variance("clinic").covariance] * 4,
        *[fit.variance("therapist").covariance] * 12,
        *[fit.variance("client").covariance] * 36,
    )
    inverse = np.linalg.inv(z @ g @ z.T + fit.residual_variance * np.eye(rows))
    rest = table["wellbeing"] - x @ fit.fixed
    expected = g @ z.T @ inverse @ rest
    spread = np.sqrt(np.clip(np.diag(g - g @ z.T @ inverse @ z @ g), 0, None))

    deviance = rows * np.log(2 * np.pi) - np.linalg.slogdet(inverse)[1] + rest @ inverse @ rest
    assert fit.deviance == pytest.approx(deviance, abs=1e-7)
    assert dict(fit.groups) == {"clinic": 4, "therapist": 12, "client": 36}
    assert fit.conditional_modes("therapist").values == pytest.approx(expected[4:28].reshape(12, 2), abs=1e-6)
    for group, part in (("clinic", slice(0, 4)), ("therapist", slice(4, 28)), ("client", slice(28, None))):
        assert fit.conditional_modes(group).standard_errors.ravel() == pytest.approx(spread[part], abs=1e-6), group


def test_the_profile_of_a_variance_that_may_be_zero_ends_at_zero() -> None:
    profile = fitted().profile("therapist: intercept")

    assert profile.low == 0
    assert profile.high > profile.estimate > 0
    assert profile.sentence() == (
        f"therapist: intercept was estimated at {profile.estimate:.2f}, 95% CI [0.00, {profile.high:.2f}] "
        "(profile likelihood)."
    )


def test_at_the_ends_of_a_profile_the_deviance_has_risen_by_chi_square() -> None:
    fit = fitted(method="ML")
    profile = fit.profile("session")
    table = network()

    for end in (profile.low, profile.high):
        rest = fitted(
            table | {"rest": table["wellbeing"] - end * table["session"]}, outcome="rest", fixed=(), method="ML"
        )
        assert rest.deviance - fit.deviance == pytest.approx(3.841459, abs=1e-5)


def test_a_group_by_its_name_has_a_random_intercept() -> None:
    table = network(20, 4, 5)
    named = mixed.fit(table, outcome="wellbeing", random=("therapist", "client"))
    written = mixed.fit(table, outcome="wellbeing", random=(Random("therapist"), Random("client")))

    assert named.log_likelihood == written.log_likelihood
    assert named.groups == {"therapist": 20, "client": 80}
    assert mixed.fit(table, outcome="wellbeing", random="client").groups == {"client": 80}
    with pytest.raises(errors.BadInput, match="A random term is 3; it is Random"):
        mixed.fit(table, outcome="wellbeing", random=(3,))


def test_the_therapist_effect_is_one_line() -> None:
    effect = mixed.therapist_effect(network(20, 4, 5), outcome="wellbeing", client="client", fixed=("session",))

    assert effect.sentence() == (
        f"{100 * effect.icc:.1f}% of the variance in wellbeing lay between therapists, ICC = {effect.icc:.3f}, 95% CI "
        f"[{effect.low:.3f}, {effect.high:.3f}] (20 therapists, 400 rows, REML)."
    ).replace(" 0.", " .").replace("[0.", "[.")
    assert sum(effect.shares.values()) == pytest.approx(1)
    assert 0 <= effect.low < effect.icc < effect.high < 1


def test_with_one_session_per_client_therapists_are_compared_without_clients() -> None:
    table = data("network_one_session")

    assert mixed.therapist_effect(table, outcome="wellbeing", fixed=("severity",)).clusters == 15
    with pytest.raises(errors.NotIdentified, match="cannot tell a random effect of each of 104 clients"):
        mixed.therapist_effect(table, outcome="wellbeing", client="client")


def test_a_therapist_effect_beside_slopes_says_where_it_holds() -> None:
    effect = fitted(random=SLOPES, table=network(12)).therapist_effect()

    assert [caution.kind for caution in effect.warnings if caution.kind == "slopes"] == ["slopes"]


def test_a_likelihood_ratio_counts_the_boundary() -> None:
    smaller, larger = fitted(random=(Random("client"),)), fitted()

    ratio = mixed.compare(smaller, larger)

    assert (ratio.df, ratio.p_mixture) == (1, pytest.approx(ratio.p / 2))
    assert ratio.chi_square == pytest.approx(smaller.deviance - larger.deviance)
    assert [caution.kind for caution in ratio.warnings] == ["boundary"]


@pytest.mark.parametrize(
    ("smaller", "larger", "message"),
    [
        ({"fixed": ()}, {}, "only where their fixed effects are the same. Fit both with method='ML'"),
        ({"method": "ML"}, {}, "One fit is by ML and one by REML"),
        ({}, {"random": (Random("client"),)}, "must be the larger of the two"),
        ({}, {}, "must be the smaller"),
        ({"table": network(seed=1), "random": (Random("client"),)}, {}, "not of the same rows"),
    ],
)
def test_fits_that_cannot_be_compared_are_refused(smaller: Any, larger: Any, message: str) -> None:
    with pytest.raises(errors.BadInput, match=message):
        mixed.compare(fitted(**smaller), fitted(**larger))


def squared_slope(draw: Draw) -> float:
    return draw.coefficient("session") ** 2


def test_a_bootstrap_gives_the_same_figures_with_any_number_of_workers() -> None:
    fit = fitted()

    alone = fit.bootstrap(draws=24, seed=3)
    shared = fit.bootstrap(draws=24, seed=3, workers=2)

    assert np.array_equal(alone.values, shared.values)
    assert alone.names == ("intercept", "session", "therapist: intercept", "client: intercept", "residual")
    assert not np.array_equal(alone.values, fit.bootstrap(draws=24, seed=4).values)


def test_a_draw_of_the_bootstrap_is_a_fit_to_the_drawn_therapists() -> None:
    table, fit = network(), fitted()
    drawn = np.random.default_rng(np.random.SeedSequence(3).spawn(20)[0]).integers(6, size=6)
    rows = [np.flatnonzero(table["therapist"] == therapist) for therapist in drawn]
    copy = {name: np.concatenate([table[name][part] for part in rows]) for name in ("session", "wellbeing")}
    copy["therapist"] = np.repeat(np.arange(6), 20)
    copy["client"] = np.repeat(np.arange(24), 5)

    draws = fit.bootstrap(draws=20, seed=3).values

    refitted = fitted(copy)
    assert draws[0, :2] == pytest.approx(refitted.fixed, rel=1e-5)
    assert draws[0, 4] ** 2 == pytest.approx(refitted.residual_variance, rel=1e-4)


def test_a_bootstrap_takes_a_statistic() -> None:
    fit = fitted()

    bootstrap = fit.bootstrap(draws=20, seed=1, statistic=squared_slope)

    assert bootstrap.estimates.tolist() == [fit.coefficient("session").estimate ** 2]
    assert bootstrap.sentence().startswith("By 20 bootstrap draws of therapists: statistic 0.")
    assert bootstrap.to_dict()["draws"] == 20


@pytest.mark.parametrize(
    ("table", "model", "error", "message"),
    [
        (
            changed("wellbeing", np.where(np.arange(120) == 3, np.nan, 1.0)),
            {},
            errors.MissingValues,
            "wellbeing .* row 4",
        ),
        (changed("session", np.where(np.arange(120) == 3, np.inf, 1.0)), {}, errors.NotFinite, "session .* row 4"),
        (changed("wellbeing", np.full(120, 3.0)), {}, errors.NoVariation, "wellbeing is 3 in every row"),
        (changed("session", np.full(120, 3.0)), {}, errors.NoVariation, "session is 3 in every row"),
        (changed("session", ["a"] * 120), {}, errors.NotNumbers, "session must hold numbers; it holds 'a'"),
        (changed("session", [1.0] * 5), {}, errors.WrongShape, "session has 5 rows and the outcome has 120"),
        (changed("client", [1] * 5), {}, errors.WrongShape, "client has 5 rows and the outcome has 120"),
        (changed("therapist", [1] * 120), {}, errors.TooFew, "There is one therapist"),
        (changed("client", network()["client"] % 4), {}, errors.NotNested, "client 0 appears under therapist 0 and 1"),
        (
            changed("more", 2 * network()["session"] + 1),
            {"fixed": ("session", "more")},
            errors.Collinear,
            "more is a com",
        ),
        (
            changed("wellbeing", network()["session"] * 2),
            {},
            errors.NotIdentified,
            "fixed effects give wellbeing exactly",
        ),
        (
            changed("wellbeing", network()["client"] * 1.0),
            {},
            errors.NotIdentified,
            "random effects give wellbeing exac",
        ),
        (
            changed("more", 2 * network()["session"] + 1),
            {"random": (Random("therapist", slopes=("session", "more")),)},
            errors.Collinear,
            "more is a combination of intercept, session",
        ),
        (dict.fromkeys(network(), ()), {}, errors.WrongShape, "wellbeing has no rows"),
        (network(20, 1), {}, errors.NotIdentified, "Each therapist has one client"),
        (
            network(sessions=1),
            {"fixed": ("trained",)},
            errors.NotIdentified,
            "24 rows cannot tell a random effect of each",
        ),
        (network(), {"outcome": "alliance"}, errors.UnknownColumn, "no column 'alliance'"),
        (network(), {"random": ()}, errors.BadInput, "no random term"),
        (network(), {"random": (Random("client"), Random("client"))}, errors.BadInput, "intercept varies twice"),
        (network(), {"fixed": ("session", "session")}, errors.BadInput, "'session' stands twice"),
        (network(), {"fixed": ((),)}, errors.BadInput, "fixed term is empty"),
        (network(), {"method": "reml"}, errors.BadInput, "method is 'reml'"),
        (network(), {"level": 95}, errors.OutOfRange, "level is 95"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(
    table: Any, model: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        fitted(table, **model)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda fit: fit.coefficient("age"), "no fixed effect 'age'. It has: intercept, session"),
        (lambda fit: fit.variance("ward"), "no random effects of 'ward'. It has those of: therapist, client"),
        (lambda fit: fit.contrast({"age": 1}), "no fixed effect 'age'"),
        (lambda fit: fit.contrast([1]), "There are 2 fixed effects"),
        (lambda fit: fit.contrast([0, 0]), "not all zero"),
        (
            lambda fit: fit.profile("ward: intercept"),
            "no parameter 'ward: intercept'. It has: intercept, session, ther",
        ),
        (lambda fit: fit.conditional_modes("ward"), "no random effects of 'ward'"),
        (lambda fit: fit.therapist_effect("ward"), "no random effects of 'ward'"),
        (lambda fit: fit.bootstrap(draws=3, seed=1), "draws is 3"),
        (lambda fit: fit.bootstrap(draws=20, seed=1, statistic=lambda _: 1, workers=2), "at the top of a module"),
        (lambda _: Random("client", intercept=False), "neither an intercept nor a slope"),
    ],
)
def test_what_a_fit_cannot_say_is_refused_in_words(ask: Any, message: str) -> None:
    with pytest.raises(errors.BadInput, match=message):
        ask(fitted())


def test_a_profile_whose_search_oversteps_is_sent_back() -> None:
    table = network(40, 3, 6, seed=0)

    profile = fitted(table, fixed=("session", "trained")).profile("client: intercept")

    assert 0 < profile.low < profile.estimate < profile.high < 2


def test_a_step_so_long_that_no_digits_are_left_does_not_end_the_search() -> None:
    from rapport.stats.mixed.search import descend

    def function(at: Any) -> tuple[float, Any]:
        if abs(at[0]) > 5:
            raise errors.Collinear("no digits are left")
        return float((at[0] - 1) ** 2 * 1e4), np.array([2e4 * (at[0] - 1)])

    assert descend(function, np.array([4.0]), enough=1e-6) == pytest.approx([1.0])
