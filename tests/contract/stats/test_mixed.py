"""Mixed models against lme4 and lmerTest (r/mixed.R), each at its own optimum.

The bounds are those of the promise: log-likelihood 1e-6, estimates 1e-5, standard errors 1e-4 relative.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rapport.stats import mixed
from rapport.stats.mixed import MixedFit, Random
from tests.contract.stats.reference import data, reference

SUBJECT = (Random("subject", slopes=("days",)),)
SUBJECT_UNCORRELATED = (Random("subject", slopes=("days",), correlated=False),)
CASKS = (Random("batch"), Random("sample"))
SLOPES = (Random("therapist", slopes=("session",)), Random("client", slopes=("session",)))
INTERCEPTS = (Random("therapist"), Random("client"))
THERAPIST_SLOPE = (Random("therapist", slopes=("session",)), Random("client"))
BY_TRAINING = ("session", "trained", ("session", "trained"))

MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "sleepstudy_reml": ("sleepstudy", {"outcome": "reaction", "fixed": ("days",), "random": SUBJECT}),
    "sleepstudy_ml": ("sleepstudy", {"outcome": "reaction", "fixed": ("days",), "random": SUBJECT, "method": "ML"}),
    "sleepstudy_uncorrelated": (
        "sleepstudy",
        {"outcome": "reaction", "fixed": ("days",), "random": SUBJECT_UNCORRELATED},
    ),
    "pastes": ("pastes", {"outcome": "strength", "random": CASKS}),
    "pastes_ml": ("pastes", {"outcome": "strength", "random": CASKS, "method": "ML"}),
    "unbalanced_reml": ("network_unbalanced", {"outcome": "wellbeing", "fixed": BY_TRAINING, "random": SLOPES}),
    "unbalanced_ml": (
        "network_unbalanced",
        {"outcome": "wellbeing", "fixed": BY_TRAINING, "random": SLOPES, "method": "ML"},
    ),
    "unbalanced_intercepts": (
        "network_unbalanced",
        {"outcome": "wellbeing", "fixed": ("session", "trained"), "random": INTERCEPTS},
    ),
    "singular": ("network_singular", {"outcome": "wellbeing", "fixed": ("session",), "random": INTERCEPTS}),
    "singular_slopes": (
        "network_singular",
        {"outcome": "wellbeing", "fixed": ("session",), "random": THERAPIST_SLOPE},
    ),
    "one_session": (
        "network_one_session",
        {"outcome": "wellbeing", "fixed": ("severity",), "random": (Random("therapist"),)},
    ),
    "two_therapists": (
        "network_two_therapists",
        {"outcome": "wellbeing", "fixed": ("session",), "random": INTERCEPTS},
    ),
}


def fitted(name: str) -> MixedFit:
    table, model = MODELS[name]
    return mixed.fit(data(table), **model)


@pytest.mark.parametrize("name", MODELS)
def test_the_likelihood_is_that_of_lme4_to_a_millionth(name: str) -> None:
    fit, r = fitted(name), reference("mixed")[name]

    assert fit.log_likelihood == pytest.approx(r["log_likelihood"], abs=1e-6)
    assert fit.deviance == pytest.approx(r["deviance"], abs=2e-6)
    assert (fit.aic, fit.bic) == pytest.approx((r["aic"], r["bic"]), abs=2e-6)


@pytest.mark.parametrize("name", MODELS)
def test_the_fixed_effects_and_their_tests_are_those_of_lmertest(name: str) -> None:
    fit, r = fitted(name), reference("mixed")[name]
    told = fit.coefficients

    assert fit.fixed == pytest.approx(np.atleast_1d(r["fixed"]), rel=1e-5, abs=1e-5)
    assert [one.se for one in told] == pytest.approx(np.atleast_1d(r["se"]), rel=1e-4)
    assert fit.covariance == pytest.approx(np.atleast_2d(r["covariance"]), rel=2e-4, abs=1e-7)
    assert [one.df for one in told] == pytest.approx(np.atleast_1d(r["df"]), rel=1e-4)
    assert [one.p for one in told] == pytest.approx(np.atleast_1d(r["p"]), rel=1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_the_variances_are_those_of_lme4(name: str) -> None:
    fit, r = fitted(name), reference("mixed")[name]

    for one in fit.variances:
        theirs = _covariance(r["variances"], one.group, one.covariance.shape[0])
        assert one.covariance == pytest.approx(theirs, rel=2e-5, abs=2e-5), one.group
    assert fit.residual_variance == pytest.approx(r["residual_variance"], rel=1e-5)


def _covariance(variances: dict[str, Any], group: str, size: int) -> np.ndarray[Any, Any]:
    """The covariance of a group; lme4 tells uncorrelated blocks apart as "subject" and "subject.1"."""
    blocks = [np.atleast_2d(matrix) for name, matrix in variances.items() if name.split(".")[0] == group]
    whole = np.zeros((size, size))
    at = 0
    for block in blocks:
        whole[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    return whole


def test_profile_intervals_are_those_of_confint() -> None:
    fit, r = fitted("sleepstudy_ml"), reference("mixed")["profile"]
    theirs = dict(zip(r["names"], zip(r["low"], r["high"], strict=True), strict=True))
    names = {
        "sd_(Intercept)|subject": "subject: intercept",
        "cor_days.(Intercept)|subject": "subject: intercept, days",
        "sd_days|subject": "subject: days",
        "sigma": "residual",
        "(Intercept)": "intercept",
        "days": "days",
    }

    ours = {name: fit.profile(parameter) for name, parameter in names.items()}

    # confint reads its limits off a spline through the profile, to about four digits.
    assert set(theirs) == set(names)
    for name, one in ours.items():
        assert (one.low, one.high) == pytest.approx(theirs[name], rel=3e-4, abs=3e-4), name


@pytest.mark.parametrize("group", ["therapist", "client"])
def test_conditional_modes_are_those_of_ranef(group: str) -> None:
    modes, r = fitted("unbalanced_reml").conditional_modes(group), reference("mixed")["modes"][group]
    place = [r["order"].index(label) for label in modes.labels]

    assert modes.values == pytest.approx(np.array(r["values"])[place], abs=2e-5)
    assert modes.standard_errors == pytest.approx(np.array(r["se"])[place], rel=1e-4)


def test_predictions_are_those_of_predict() -> None:
    fit, table, r = fitted("unbalanced_reml"), data("network_unbalanced"), reference("mixed")

    assert fit.predict(table) == pytest.approx(r["predicted"], abs=2e-5)
    assert fit.predict(table, with_groups=False) == pytest.approx(r["predicted_average"], abs=2e-5)


def test_a_contrast_is_that_of_lmertest() -> None:
    contrast = fitted("unbalanced_reml").contrast({"trained": 1, "session × trained": 6}, name="trained at session 6")
    r = reference("mixed")["contrast"]

    assert contrast.estimate == pytest.approx(r["estimate"], rel=1e-5)
    assert contrast.se == pytest.approx(r["se"], rel=1e-4)
    assert contrast.df == pytest.approx(r["df"], rel=1e-4)
    assert contrast.p == pytest.approx(r["p"], rel=1e-3)


def test_a_likelihood_ratio_is_that_of_anova() -> None:
    table = data("network_unbalanced")
    smaller = mixed.fit(table, outcome="wellbeing", fixed=("session", "trained"), random=INTERCEPTS, method="ML")

    ratio = mixed.compare(smaller, fitted("unbalanced_ml"))

    r = reference("mixed")["ratio"]
    assert (ratio.chi_square, ratio.df) == pytest.approx((r["chi_square"], r["df"]), abs=1e-5)
    assert ratio.p == pytest.approx(r["p"], rel=1e-4)
