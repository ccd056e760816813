"""Residual structures against nlme and glmmTMB (`r/residuals.R`).

nlme is run with tight tolerances; where the two differ beyond 1e-7 in the log-likelihood, ours is the higher.
"""

from __future__ import annotations

import functools
from typing import Any

import pytest

from rapport.stats import mixed
from rapport.stats.mixed import Autoregressive, ByRole, Dyadic, MixedFit, Random
from tests.contract.stats.beside import Beside
from tests.contract.stats.reference import data, reference

R = reference("residuals")
THERAPIST_CLIENT = (Random("therapist"), Random("client"))
CLIENT = (Random("client"),)
DIETS = ("Time", "Diet2", "Diet3")
RATED = ("session", "is_therapist")

MODELS: dict[str, tuple[str, str, tuple[str, ...], tuple[Random, ...], Any]] = {
    "orthodont": ("orthodont", "distance", ("age",), (Random("Subject", "age"),), ByRole("Sex")),
    "ovary": ("ovary", "follicles", ("sine", "cosine"), (Random("Mare"),), Autoregressive("Time", within="Mare")),
    "bodyweight_REML": ("bodyweight", "weight", DIETS, (Random("Rat"),), Autoregressive("Time", within="Rat")),
    "bodyweight_ML": ("bodyweight", "weight", DIETS, (Random("Rat"),), Autoregressive("Time", within="Rat")),
    "by_role": ("dyads_missed", "wellbeing", RATED, THERAPIST_CLIENT, ByRole("role")),
    "distinguishable": ("dyads_missed", "wellbeing", RATED, THERAPIST_CLIENT, Dyadic("role", "session")),
    "exchangeable": (
        "dyads_missed", "wellbeing", RATED, THERAPIST_CLIENT, Dyadic("role", "session", variances="equal")
    ),
    "slopes": ("dyads_missed", "wellbeing", RATED, (Random("client", "session"),), Dyadic("role", "session")),
    "slopes_over_sessions": (
        "dyads_missed", "wellbeing", RATED, (Random("client", "session"),),
        Dyadic("role", "session", correlated=False, autoregressive=True),
    ),
    "uncorrelated_over_sessions": (
        "dyads_missed", "wellbeing", RATED, THERAPIST_CLIENT,
        Dyadic("role", "session", correlated=False, autoregressive=True),
    ),
    "product_exchangeable": (
        "dyads", "wellbeing", RATED, CLIENT, Dyadic("role", "session", variances="equal", autoregressive=True)
    ),
    "product": ("dyads", "wellbeing", RATED, CLIENT, Dyadic("role", "session", autoregressive=True)),
}  # fmt: skip


SETS = {
    "orthodont": "Orthodont: one variance for each sex, random slopes",
    "ovary": "Ovary: correlation over unequal distances",
    "bodyweight": "BodyWeight: correlation over unequal distances, REML and ML",
    "dyads_missed": "dyads_missed: variances of roles, their correlation, and that over sessions",
    "dyads": "dyads: the product of roles and sessions",
}


def beside(r: str, name: str) -> Beside:
    return Beside("Residuals of dyads", SETS[MODELS[name][0]], r)


@functools.cache
def fitted(name: str, method: Any = None) -> MixedFit:
    table_name, outcome, fixed, random, residual = MODELS[name]
    table = data(table_name)
    if "role" in table:
        table["is_therapist"] = [float(role == "therapist") for role in table["role"]]
    method = method or ("ML" if name.endswith("_ML") else "REML")
    return mixed.fit(table, outcome=outcome, fixed=fixed, random=random, residual=residual, method=method)


@pytest.mark.parametrize("name", MODELS)
def test_a_structure_is_fitted_as_nlme_fits_it(name: str) -> None:
    fit, r, nlme = fitted(name), R[name], beside("nlme::lme", name)
    residuals = fit.residuals
    assert residuals is not None
    nlme.agrees("log-likelihood", fit.log_likelihood, r["log_likelihood"], abs=1e-6)
    nlme.agrees("fixed effects", fit.fixed, r["coefficients"], rel=1e-5)
    nlme.agrees("standard errors", [one.se for one in fit.coefficients], r["se"], rel=1e-4)
    spreads = [one.estimate for one in residuals.sds]
    if name not in ("product", "product_exchangeable"):
        nlme.agrees("residual SDs", spreads[0], r["sigma"], rel=1e-5)
    if "ratio" in r and len(spreads) == 2:
        nlme.agrees("residual SDs", spreads[1] / spreads[0], r["ratio"], rel=1e-5)
    if "r" in r:
        assert residuals.correlation is not None
        nlme.agrees("correlations of residuals", residuals.correlation.estimate, r["r"], abs=1e-5)
    if "phi" in r:
        assert residuals.autocorrelation is not None
        phi = residuals.autocorrelation.estimate ** (1 / residuals.lag)
        nlme.agrees("correlations of residuals", phi, r["phi"], abs=1e-5)


def test_the_log_likelihood_is_never_below_that_of_nlme() -> None:
    below = {name: fitted(name).log_likelihood - R[name]["log_likelihood"] for name in MODELS}
    assert {name: difference for name, difference in below.items() if difference < -1e-9} == {}


def test_dyads_by_maximum_likelihood_are_as_in_glmmtmb() -> None:
    fit, r, glmmtmb = (
        fitted("distinguishable", "ML"),
        R["distinguishable_ML"],
        beside("glmmTMB::glmmTMB", "distinguishable"),
    )
    assert fit.residuals is not None
    assert fit.residuals.correlation is not None
    glmmtmb.agrees(
        "log-likelihood",
        fit.log_likelihood,
        r["log_likelihood"],
        abs=2e-6,
        because="glmmTMB leaves a little residual variance where none is asked for: it ends 1.2e-6 above.",
    )
    glmmtmb.agrees("fixed effects", fit.fixed, r["coefficients"], rel=1e-5)
    glmmtmb.agrees("residual SDs", [one.estimate for one in fit.residuals.sds], r["sds"], rel=1e-5)
    glmmtmb.agrees("correlations of residuals", fit.residuals.correlation.estimate, r["r"], abs=1e-5)


@pytest.mark.parametrize("name", ["by_role", "distinguishable", "uncorrelated_over_sessions"])
def test_intervals_are_those_of_nlme(name: str) -> None:
    fit, r, nlme = fitted(name), R[name]["intervals"], beside("nlme::intervals", name)
    residuals = fit.residuals
    assert residuals is not None
    coarse = "nlme takes differences of the deviance itself for these, which leaves about three digits."
    first = residuals.sds[0]
    nlme.agrees("intervals of residual SDs", [first.low, first.high], r["sigma"], rel=5e-3, because=coarse)
    if residuals.correlation is not None:
        limits = [residuals.correlation.low, residuals.correlation.high]
        nlme.agrees("intervals of correlations", limits, r["correlation"], abs=5e-3, because=coarse)
