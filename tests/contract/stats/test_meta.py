"""Meta-analysis against metafor and clubSandwich: the same figures on published data sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rapport.stats import meta
from tests.contract.stats.beside import Beside
from tests.contract.stats.reference import data, reference

R = reference("meta")
SAME = {"rel": 1e-6, "abs": 1e-7}
METHODS: dict[str, Any] = {"FE": "fixed"}
TESTS: dict[str, Any] = {"knha": "knapp-hartung", "adhoc": "knapp-hartung-adhoc"}
# metafor's prediction interval: t with k − p after Knapp–Hartung and t, normal quantiles after z.
PREDICTION: dict[str, Any] = {"z": "normal"}


def named(key: str) -> tuple[Any, Any]:
    method, test = key.split()[-2:]
    return METHODS.get(method, method), TESTS.get(test, test)


# What the table of agreement calls each figure; p, tests and indices of heterogeneity stand together.
QUANTITIES = {
    **dict.fromkeys(("estimate", "intercept"), "estimates"),
    "se": "standard errors",
    **dict.fromkeys(("statistic", "p", "q", "q_p", "omnibus", "omnibus_p"), "tests: statistics and p"),
    **dict.fromkeys(("low", "high", "limits"), "confidence limits"),
    **dict.fromkeys(("tau2", "sigma2"), "τ², σ²"),
    **dict.fromkeys(("i2", "h2", "r2"), "I², H², R²"),
    **dict.fromkeys(("tau2_limits", "i2_limits"), "limits of τ² and I²"),
    **dict.fromkeys(("prediction", "hts"), "prediction intervals"),
    "df": "df (Satterthwaite)",
}


def assert_same(r: str, of: str, found: dict[str, Any], expected: dict[str, Any], **tolerance: Any) -> None:
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        Beside("Meta-analysis", of, r).agrees(
            QUANTITIES[name], np.ravel(found[name]), np.ravel(value), **(tolerance or SAME)
        )


@pytest.mark.parametrize("key", R["pooled"])
def test_the_pool_of_independent_studies_is_metafors(key: str) -> None:
    table = data(key.split()[0])
    method, test = named(key)
    prediction = PREDICTION.get(test, "t")
    pooled = meta.pool(table["yi"], variances=table["vi"], method=method, test=test, prediction=prediction)

    found = {
        name: getattr(pooled, name)
        for name in ("estimate", "se", "statistic", "p", "low", "high", "tau2", "i2", "h2", "q", "q_p")
    }
    if method != "fixed":
        found |= {
            "tau2_limits": (pooled.tau2_low, pooled.tau2_high),
            "i2_limits": (pooled.i2_low, pooled.i2_high),
            "prediction": (pooled.prediction_low, pooled.prediction_high),
        }
        hts = meta.pool(table["yi"], variances=table["vi"], method=method, test=test)
        found["hts"] = (hts.prediction_low, hts.prediction_high)
    expected = dict(R["pooled"][key])
    left = expected.pop("left")

    assert_same("metafor::rma", "five sets: pooled, every method and test", found, expected)
    without = meta.leave_one_out(pooled).without
    found = {name: [getattr(one, name) for one in without] for name in left}
    assert_same("metafor::leave1out", "five sets: leave one out", found, left)


BY_LATITUDE = "meta_bcg: moderators, every method"


@pytest.mark.parametrize("key", R["moderated"])
def test_moderators_of_independent_studies_are_metafors(key: str) -> None:
    table = data("meta_bcg")
    method, test = named(key)
    moderators = {"latitude": table["ablat"]}
    if "year" in key:
        moderators |= {"year": table["year"], "allocation": table["alloc"]}
    found = meta.regress(table["yi"], variances=table["vi"], moderators=moderators, method=method, test=test)

    expected = dict(R["moderated"][key])
    expected.pop("h2")
    for name in ("tau2_limits", "i2_limits"):
        expected.pop(name, None)
    r2 = expected.pop("r2")
    if method == "fixed":  # there is no τ² that moderators could explain; metafor takes Q for it
        assert found.r2 is None
    else:
        assert_same("metafor::rma", BY_LATITUDE, {"r2": found.r2}, {"r2": r2})
    assert_same(
        "metafor::rma",
        BY_LATITUDE,
        {
            **{name: [getattr(c, name) for c in found.coefficients] for name in TESTED},
            "tau2": found.between,
            "i2": found.i2,
            "q": found.q,
            "q_p": found.q_p,
            "omnibus": found.omnibus.statistic,
            "omnibus_p": found.omnibus.p,
        },
        expected,
    )


@pytest.mark.parametrize("key", R["expected"])
def test_what_is_expected_of_a_kind_of_study_is_metafors(key: str) -> None:
    table = data("meta_bcg")
    test = TESTS.get(key, key)
    moderators = {"latitude": table["ablat"], "year": table["year"]}
    model = meta.regress(table["yi"], variances=table["vi"], moderators=moderators, test=test)
    found = meta.predict(model, at={"latitude": 33, "year": 1960}, prediction=PREDICTION.get(test, "t"))

    assert_same(
        "metafor::predict.rma",
        "meta_bcg: expected of a kind of study",
        {
            **{name: getattr(found, name) for name in ("estimate", "se", "low", "high")},
            "prediction": (found.prediction_low, found.prediction_high),
        },
        R["expected"][key],
    )


TESTED = ("estimate", "se", "statistic", "p", "low", "high")

OPTIMISER = "metafor's optimiser of three levels stops within some 1e-7 of the highest likelihood."

# Name → data, study, and what is asked.
NESTED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "schools t": ("meta_konstantopoulos", "district", {"prediction": "t"}),
    "schools z": ("meta_konstantopoulos", "district", {"test": "z", "prediction": "normal"}),
    "delinquency t": ("meta_assink", "study", {"prediction": "t"}),
    "delinquency correlated": ("meta_assink", "study", {"prediction": "t", "correlation": 0.6}),
}


@pytest.mark.parametrize("key", NESTED)
def test_the_pool_of_estimates_within_studies_is_metafors(key: str) -> None:
    name, study, asked = NESTED[key]
    table = data(name)
    pooled = meta.pool_three_level(table["yi"], variances=table["vi"], study=table[study], **asked)

    expected = dict(R["nested"][key])
    limits = expected.pop("limits", None)
    assert_same(
        "metafor::rma.mv",
        f"{name}: three levels",
        {
            **{each: getattr(pooled, each) for each in TESTED},
            "sigma2": (pooled.between, pooled.within),
            "q": pooled.q,
            "q_p": pooled.q_p,
            "i2": (pooled.i2_between, pooled.i2_within),
            "prediction": (pooled.prediction_low, pooled.prediction_high),
        },
        expected,
        rel=1e-6,
        abs=1e-6,
        because=OPTIMISER,
    )
    if limits:
        ours = (pooled.between_low, pooled.between_high), (pooled.within_low, pooled.within_high)
        Beside("Meta-analysis", f"{name}: three levels", "metafor::confint.rma.mv").agrees(
            "limits of σ²", np.ravel(ours), np.ravel(limits), rel=1e-5, because=OPTIMISER
        )


MODERATED = {
    "schools by year": ("meta_konstantopoulos", "district", ("year",)),
    "delinquency by kind and year": ("meta_assink", "study", ("deltype", "year")),
}


def moderated(key: str) -> meta.Moderated:
    name, study, columns = MODERATED[key]
    table = data(name)
    moderators = {column: table[column] for column in columns}
    return meta.regress(table["yi"], variances=table["vi"], study=table[study], moderators=moderators)


@pytest.mark.parametrize("key", MODERATED)
def test_moderators_of_estimates_within_studies_are_metafors(key: str) -> None:
    found = moderated(key)

    expected = dict(R["nested"][key])
    expected.pop("i2")
    assert_same(
        "metafor::rma.mv",
        f"{MODERATED[key][0]}: three levels, moderators",
        {
            **{each: [getattr(c, each) for c in found.coefficients] for each in TESTED},
            "sigma2": (found.between, found.within),
            "q": found.q,
            "q_p": found.q_p,
            "omnibus": found.omnibus.statistic,
            "omnibus_p": found.omnibus.p,
        },
        expected,
        rel=2e-6,
        abs=1e-6,
        because=OPTIMISER,
    )


def clustered(key: str) -> tuple[meta.Pooled | meta.ThreeLevel | meta.Moderated, list[Any]]:
    schools, bcg, delinquency = data("meta_konstantopoulos"), data("meta_bcg"), data("meta_assink")
    if key == "schools":
        fitted = meta.pool_three_level(schools["yi"], variances=schools["vi"], study=schools["district"])
        return fitted, schools["district"]
    if key == "schools flat":
        return meta.pool(schools["yi"], variances=schools["vi"]), schools["district"]
    if key == "delinquency":
        return moderated("delinquency by kind and year"), delinquency["study"]
    by_latitude = meta.regress(bcg["yi"], variances=bcg["vi"], moderators={"latitude": bcg["ablat"]}, test="z")
    return by_latitude, bcg["alloc" if key == "latitude" else "trial"]


@pytest.mark.parametrize("correction", ["CR2", "CR1"])
@pytest.mark.parametrize("key", R["clustered"])
def test_cluster_robust_tests_are_clubsandwichs_and_metafors(key: str, correction: Any) -> None:
    model, clusters = clustered(key)
    found = meta.robust(model, clusters=clusters, correction=correction).coefficients

    expected = R["clustered"][key][correction]
    assert_same(
        {"CR2": "clubSandwich::coef_test", "CR1": "metafor::robust"}[correction],
        f"cluster-robust, {correction}: schools, delinquency, vaccine",
        {
            **{name: [getattr(c, name) for c in found] for name in expected if name != "df"},
            "df": [c.df for c in found] if correction == "CR2" else found[0].df,
        },
        expected,
        rel=2e-6,
        abs=1e-6,
        because=OPTIMISER,
    )


@pytest.mark.parametrize("name", R["egger"])
def test_eggers_test_is_metafors(name: str) -> None:
    table = data(name)
    found = meta.asymmetry(meta.pool(table["yi"], variances=table["vi"]))

    assert_same(
        "metafor::regtest",
        "five sets: Egger's test",
        {
            "statistic": found.slope.statistic,
            "p": found.slope.p,
            "intercept": found.intercept.estimate,
            "limits": (found.intercept.low, found.intercept.high),
        },
        R["egger"][name],
    )
