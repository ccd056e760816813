"""Residual structures against nlme and glmmTMB (`r/residuals.R`).

nlme is run with tight tolerances; where the two differ beyond 1e-7 in the log-likelihood, ours is the higher.
"""

from __future__ import annotations

from typing import Any

import pytest

from rapport.stats import mixed
from rapport.stats.mixed import Autoregressive, ByRole, Dyadic, MixedFit, Random
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


def fitted(name: str, method: Any = None) -> MixedFit:
    table_name, outcome, fixed, random, residual = MODELS[name]
    table = data(table_name)
    if "role" in table:
        table["is_therapist"] = [float(role == "therapist") for role in table["role"]]
    method = method or ("ML" if name.endswith("_ML") else "REML")
    return mixed.fit(table, outcome=outcome, fixed=fixed, random=random, residual=residual, method=method)


@pytest.mark.parametrize("name", MODELS)
def test_a_structure_is_fitted_as_nlme_fits_it(name: str) -> None:
    fit, nlme = fitted(name), R[name]
    residuals = fit.residuals
    assert residuals is not None
    assert fit.log_likelihood == pytest.approx(nlme["log_likelihood"], abs=1e-6)
    assert fit.fixed == pytest.approx(nlme["coefficients"], rel=1e-5)
    assert [one.se for one in fit.coefficients] == pytest.approx(nlme["se"], rel=1e-4)
    spreads = [one.estimate for one in residuals.sds]
    if name not in ("product", "product_exchangeable"):
        assert spreads[0] == pytest.approx(nlme["sigma"], rel=1e-5)
    if "ratio" in nlme and len(spreads) == 2:
        assert spreads[1] / spreads[0] == pytest.approx(nlme["ratio"], rel=1e-5)
    if "r" in nlme:
        assert residuals.correlation is not None
        assert residuals.correlation.estimate == pytest.approx(nlme["r"], abs=1e-5)
    if "phi" in nlme:
        assert residuals.autocorrelation is not None
        assert residuals.autocorrelation.estimate ** (1 / residuals.lag) == pytest.approx(nlme["phi"], abs=1e-5)


def test_the_log_likelihood_is_never_below_that_of_nlme() -> None:
    below = {name: fitted(name).log_likelihood - R[name]["log_likelihood"] for name in MODELS}
    assert {name: difference for name, difference in below.items() if difference < -1e-9} == {}


def test_dyads_by_maximum_likelihood_are_as_in_glmmtmb() -> None:
    # glmmTMB leaves a little residual variance where none is asked for: it ends 1.2e-6 above.
    fit, glmmtmb = fitted("distinguishable", "ML"), R["distinguishable_ML"]
    assert fit.residuals is not None
    assert fit.residuals.correlation is not None
    assert fit.log_likelihood == pytest.approx(glmmtmb["log_likelihood"], abs=2e-6)
    assert fit.fixed == pytest.approx(glmmtmb["coefficients"], rel=1e-5)
    assert [one.estimate for one in fit.residuals.sds] == pytest.approx(glmmtmb["sds"], rel=1e-5)
    assert fit.residuals.correlation.estimate == pytest.approx(glmmtmb["r"], abs=1e-5)


@pytest.mark.parametrize("name", ["by_role", "distinguishable", "uncorrelated_over_sessions"])
def test_intervals_are_those_of_nlme(name: str) -> None:
    # nlme differences the deviance itself for these, which leaves about three digits.
    fit, nlme = fitted(name), R[name]["intervals"]
    residuals = fit.residuals
    assert residuals is not None
    first = residuals.sds[0]
    assert [first.low, first.high] == pytest.approx(nlme["sigma"], rel=5e-3)
    if residuals.correlation is not None:
        assert [residuals.correlation.low, residuals.correlation.high] == pytest.approx(nlme["correlation"], abs=5e-3)
