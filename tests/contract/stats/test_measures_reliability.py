"""Alpha, omega, intraclass correlations and repeated measures as R's psych and lavaan give them."""

from __future__ import annotations

import numpy as np
import pytest

from rapport.stats import reliability
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
    assert [found.estimate, found.standardised, found.mean_correlation, found.low, found.high] == pytest.approx(
        [expected["raw"], expected["standardised"], expected["mean_r"], *expected["feldt"]], rel=1e-10
    )
    assert [item.alpha_without for item in found.items] == pytest.approx(expected["without"], rel=1e-10)
    assert [item.rest_correlation for item in found.items] == pytest.approx(expected["rest"], rel=1e-10)


@pytest.mark.parametrize("scale", SCALES)
def test_omega_and_its_standard_error_are_those_of_lavaan(scale, bfi, figures):
    expected = figures["omega"][scale]

    found = reliability.omega(bfi, items=SCALES[scale], missing="leave out")

    assert found.estimate == pytest.approx(expected["ml"], rel=1e-6)
    assert found.se == pytest.approx(expected["ml_se"], rel=1e-5)
    assert found.loadings == pytest.approx(expected["ml_loadings"], rel=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_omega_is_that_of_psych(scale, bfi, figures):
    expected = figures["omega"][scale]

    by_residuals = reliability.omega(bfi, items=SCALES[scale], method="minres", missing="leave out")
    by_likelihood = reliability.omega(bfi, items=SCALES[scale], missing="leave out")

    assert by_residuals.loadings == pytest.approx(expected["minres_loadings"], abs=5e-6)
    # psych divides by the observed variance of the sum, where ω divides by the model's.
    total = 1 - sum(by_likelihood.uniquenesses) / expected["observed"]
    assert total == pytest.approx(expected["psych_total"], abs=1e-6)


@pytest.mark.parametrize("name", ["shrout_fleiss", "sats"])
def test_intraclass_correlations_are_those_of_psych(name, bfi, figures):
    expected = figures["icc"][name]

    found = reliability.icc(shrout_fleiss() if name == "shrout_fleiss" else neuroticism(bfi), **RATED)

    for column, attribute in [("estimate", "estimate"), ("low", "low"), ("high", "high"), ("f", "f"), ("p", "p")]:
        assert [getattr(form, attribute) for form in found.forms] == pytest.approx(expected[column], rel=1e-10), column


def test_shrout_and_fleiss_print_the_same():
    found = reliability.icc(shrout_fleiss(), **RATED)

    assert [round(form.estimate, 2) for form in found.forms] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_reliability_of_repeated_measures_is_that_of_psych(figures):
    expected = figures["repeated"]
    table = data("repeated_mood")

    found = reliability.within_person(
        table, items=[f"mood{i}" for i in range(1, 5)], person="person", session="session"
    )

    assert list(found.components.values()) == pytest.approx(expected["components"][:7], rel=1e-8)
    assert found.estimate == pytest.approx(expected["alpha"], rel=1e-10)
    assert found.coefficients["R_CN"] == pytest.approx(expected["R_CN"], rel=1e-5)  # psych’s by lme, to its tolerance
    # psych lets a component below zero count as it is; none of those below zero enters these.
    assert {name: found.coefficients[name] for name in ("R_C", "R_KF", "R_1R", "R_KR")} == pytest.approx(
        {name: expected[name] for name in ("R_C", "R_KF", "R_1R", "R_KR")}, rel=1e-8
    )


RATED = {"score": "score", "target": "target", "rater": "rater"}


def shrout_fleiss():
    return data("shrout_fleiss")


def neuroticism(bfi):
    rows = np.column_stack([bfi[name][:60] for name in SCALES["N"]])
    rows = rows[~np.isnan(rows).any(axis=1)]
    n, k = rows.shape
    return {"score": rows.ravel(), "target": np.repeat(np.arange(n), k), "rater": np.tile(np.arange(k), n)}
