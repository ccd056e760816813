"""Mixed models against lme4 and lmerTest (r/mixed.R), each at its own optimum.

The bounds are those of the promise: log-likelihood 1e-6, estimates 1e-5, standard errors 1e-4 relative.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from rapport.stats import mixed
from rapport.stats.mixed import MixedFit, Random
from tests.contract.stats.beside import Beside
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


SETS = {
    "sleepstudy": "sleepstudy: random slopes, correlated or not, REML and ML",
    "pastes": "Pastes: two levels of intercepts, REML and ML",
    "network_unbalanced": "network_unbalanced: three levels with and without slopes, REML and ML",
    "network_singular": "network_singular: a variance of zero",
    "network_one_session": "network_one_session: one session per client",
    "network_two_therapists": "network_two_therapists: two therapists",
}


@functools.cache
def fitted(name: str) -> MixedFit:
    table, model = MODELS[name]
    return mixed.fit(data(table), **model)


def beside(r: str, name: str) -> Beside:
    return Beside("Mixed models", SETS[MODELS[name][0]], r)


@pytest.mark.parametrize("name", MODELS)
def test_the_likelihood_is_that_of_lme4_to_a_millionth(name: str) -> None:
    fit, r, lme4 = fitted(name), reference("mixed")[name], beside("lme4::lmer", name)

    lme4.agrees("log-likelihood", fit.log_likelihood, r["log_likelihood"], abs=1e-6)
    lme4.agrees("deviance, AIC, BIC", (fit.deviance, fit.aic, fit.bic), (r["deviance"], r["aic"], r["bic"]), abs=2e-6)


@pytest.mark.parametrize("name", MODELS)
def test_the_fixed_effects_and_their_tests_are_those_of_lmertest(name: str) -> None:
    fit, r, lmertest = fitted(name), reference("mixed")[name], beside("lmerTest::lmer", name)
    told = fit.coefficients

    lmertest.agrees("fixed effects", fit.fixed, r["fixed"], rel=1e-5, abs=1e-5)
    lmertest.agrees("standard errors", [one.se for one in told], r["se"], rel=1e-4)
    lmertest.agrees(
        "covariances of fixed effects", np.ravel(fit.covariance), np.ravel(r["covariance"]), rel=2e-4, abs=1e-7
    )
    lmertest.agrees("df (Satterthwaite)", [one.df for one in told], r["df"], rel=1e-4)
    lmertest.agrees("p", [one.p for one in told], r["p"], rel=1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_the_variances_are_those_of_lme4(name: str) -> None:
    fit, r, lme4 = fitted(name), reference("mixed")[name], beside("lme4::lmer", name)

    for one in fit.variances:
        theirs = _covariance(r["variances"], one.group, one.covariance.shape[0])
        lme4.agrees("variances of groups", np.ravel(one.covariance), np.ravel(theirs), rel=2e-5, abs=2e-5)
    lme4.agrees("residual variance", fit.residual_variance, r["residual_variance"], rel=1e-5)


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

    beside("lme4::confint", "sleepstudy_ml").agrees(
        "profile intervals",
        {name: (one.low, one.high) for name, one in ours.items()},
        theirs,
        rel=3e-4,
        abs=3e-4,
        because="confint reads its limits off a spline through the profile, to about four digits.",
    )


@pytest.mark.parametrize("group", ["therapist", "client"])
def test_conditional_modes_are_those_of_ranef(group: str) -> None:
    modes, r = fitted("unbalanced_reml").conditional_modes(group), reference("mixed")["modes"][group]
    place = [r["order"].index(label) for label in modes.labels]

    lme4 = beside("lme4::ranef", "unbalanced_reml")
    lme4.agrees("conditional modes", modes.values, np.array(r["values"])[place], abs=2e-5)
    lme4.agrees("their standard errors", modes.standard_errors, np.array(r["se"])[place], rel=1e-4)


def test_predictions_are_those_of_predict() -> None:
    fit, table, r = fitted("unbalanced_reml"), data("network_unbalanced"), reference("mixed")

    lme4 = beside("lme4::predict", "unbalanced_reml")
    lme4.agrees("predictions", fit.predict(table), r["predicted"], abs=2e-5)
    lme4.agrees("predictions", fit.predict(table, with_groups=False), r["predicted_average"], abs=2e-5)


def test_a_contrast_is_that_of_lmertest() -> None:
    contrast = fitted("unbalanced_reml").contrast({"trained": 1, "session × trained": 6}, name="trained at session 6")
    r, lmertest = reference("mixed")["contrast"], beside("lmerTest::contest1D", "unbalanced_reml")

    lmertest.agrees("a contrast", contrast.estimate, r["estimate"], rel=1e-5)
    lmertest.agrees("its standard error and df", (contrast.se, contrast.df), (r["se"], r["df"]), rel=1e-4)
    lmertest.agrees("its p", contrast.p, r["p"], rel=1e-3)


def test_a_likelihood_ratio_is_that_of_anova() -> None:
    table = data("network_unbalanced")
    smaller = mixed.fit(table, outcome="wellbeing", fixed=("session", "trained"), random=INTERCEPTS, method="ML")

    ratio = mixed.compare(smaller, fitted("unbalanced_ml"))

    r, lme4 = reference("mixed")["ratio"], beside("lme4::anova", "unbalanced_ml")
    lme4.agrees("likelihood ratio: χ² and df", (ratio.chi_square, ratio.df), (r["chi_square"], r["df"]), abs=1e-5)
    lme4.agrees("likelihood ratio: p", ratio.p, r["p"], rel=1e-4)
