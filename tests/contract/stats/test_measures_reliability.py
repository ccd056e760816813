"""Alpha, omega, intraclass correlations and repeated measures as R's psych and lavaan give them."""

from __future__ import annotations

import numpy as np
import pytest

from rapport.stats import reliability
from tests.contract.stats.beside import Beside
from tests.contract.stats.reference import data, reference

KEYED_DOWN = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
SCALES = {letter: [f"{letter}{i}" for i in range(1, 6)] for letter in "ACENO"}


@pytest.fixture(scope="module")
def figures():
    return reference("measures_reliability")


@pytest.fixture(scope="module")
def bfi():
    return {name: 7 - np.array(x) if name in KEYED_DOWN else np.array(x) for name, x in data("bfi").items()}


@pytest.mark.parametrize("scale", SCALES)
def test_alpha_is_that_of_psych(scale, bfi, figures):
    expected = figures["alpha"][scale]

    found = reliability.alpha(bfi, items=SCALES[scale], missing="leave out")

    assert found.n_persons == expected["n"]
    psych = Beside("Measurement", "bfi: alpha", "psych::alpha")
    psych.agrees(
        "alpha, standardised, mean r, interval",
        [found.estimate, found.standardised, found.mean_correlation, found.low, found.high],
        [expected["raw"], expected["standardised"], expected["mean_r"], *expected["feldt"]],
        rel=1e-10,
    )
    psych.agrees("alpha without", [item.alpha_without for item in found.items], expected["without"], rel=1e-10)
    psych.agrees("rest correlations", [item.rest_correlation for item in found.items], expected["rest"], rel=1e-10)


@pytest.mark.parametrize("scale", SCALES)
def test_omega_and_its_standard_error_are_those_of_lavaan(scale, bfi, figures):
    expected = figures["omega"][scale]

    found = reliability.omega(bfi, items=SCALES[scale], missing="leave out")

    lavaan = Beside("Measurement", "bfi: omega, maximum likelihood", "lavaan::cfa")
    lavaan.agrees("omega", found.estimate, expected["ml"], rel=1e-6)
    lavaan.agrees("standard error", found.se, expected["ml_se"], rel=1e-5)
    lavaan.agrees("loadings", found.loadings, expected["ml_loadings"], rel=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_omega_is_that_of_psych(scale, bfi, figures):
    expected = figures["omega"][scale]

    by_residuals = reliability.omega(bfi, items=SCALES[scale], method="minres", missing="leave out")
    by_likelihood = reliability.omega(bfi, items=SCALES[scale], missing="leave out")

    psych = Beside("Measurement", "bfi: omega, minimum residuals", "psych::fa")
    psych.agrees("loadings", by_residuals.loadings, expected["minres_loadings"], abs=5e-6)
    # psych divides by the observed variance of the sum, where ω divides by the model's.
    total = 1 - sum(by_likelihood.uniquenesses) / expected["observed"]
    psych = Beside("Measurement", "bfi: omega, maximum likelihood", "psych::omega")
    psych.agrees("omega, of the observed variance", total, expected["psych_total"], abs=1e-6)


@pytest.mark.parametrize("name", ["shrout_fleiss", "sats"])
def test_intraclass_correlations_are_those_of_psych(name, bfi, figures):
    expected = figures["icc"][name]

    found = reliability.icc(shrout_fleiss() if name == "shrout_fleiss" else neuroticism(bfi), **RATED)

    told = ("estimate", "low", "high", "f", "p")
    ours = {attribute: [getattr(form, attribute) for form in found.forms] for attribute in told}
    psych = Beside("Measurement", "Shrout & Fleiss, bfi: intraclass correlations", "psych::ICC")
    psych.agrees("six ICCs, intervals, F, p", ours, {name: expected[name] for name in told}, rel=1e-10)


def test_shrout_and_fleiss_print_the_same():
    found = reliability.icc(shrout_fleiss(), **RATED)

    assert [round(form.estimate, 2) for form in found.forms] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_reliability_of_repeated_measures_is_that_of_psych(figures):
    expected = figures["repeated"]
    table = data("repeated_mood")

    found = reliability.within_person(
        table, items=[f"mood{i}" for i in range(1, 5)], person="person", session="session"
    )

    psych = Beside("Measurement", "repeated_mood: within persons", "psych::multilevel.reliability")
    psych.agrees("components", list(found.components.values()), expected["components"][:7], rel=1e-8)
    alpha = Beside("Measurement", "repeated_mood: within persons", "psych::alpha")
    alpha.agrees("alpha of deviations", found.estimate, expected["alpha"], rel=1e-10)
    psych.agrees(
        "R_CN",
        found.coefficients["R_CN"],
        expected["R_CN"],
        rel=1e-5,
        because="psych takes it from lme, to the tolerance of its search.",
    )
    # psych lets a component below zero count as it is; none of those below zero enters these.
    told = ("R_C", "R_KF", "R_1R", "R_KR")
    ours = {name: found.coefficients[name] for name in told}
    psych.agrees("R_C, R_KF, R_1R, R_KR", ours, {name: expected[name] for name in told}, rel=1e-8)


RATED = {"score": "score", "target": "target", "rater": "rater"}


def shrout_fleiss():
    return data("shrout_fleiss")


def neuroticism(bfi):
    rows = np.column_stack([bfi[name][:60] for name in SCALES["N"]])
    rows = rows[~np.isnan(rows).any(axis=1)]
    n, k = rows.shape
    return {"score": rows.ravel(), "target": np.repeat(np.arange(n), k), "rater": np.tile(np.arange(k), n)}
