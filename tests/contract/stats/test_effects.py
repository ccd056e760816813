"""Effect sizes against metafor’s escalc, psych, and the noncentral distributions of base R."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from rapport.stats import effects
from rapport.stats.effects import Effect, intervals
from tests.contract.stats.beside import Beside
from tests.contract.stats.reference import reference

R = reference("effects")

CLOSE = {"rel": 1e-9, "abs": 1e-12}
CLOSE_TO_ROOT = {"rel": 1e-6, "abs": 1e-6}
ROOT = "R's noncentral t, F and χ² have an error of 1e-12 of the probability, by which roots of them move this much."
NONCENTRAL = "exact intervals by noncentral distributions"


def beside(r: str, of: str) -> Beside:
    return Beside("Effect sizes", of, r)


def rows(of: str) -> list[dict[str, float]]:
    columns = R[of]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def means(units: str = "pooled") -> Callable[[dict[str, float]], Effect]:
    return lambda x: effects.from_means(x["m1i"], x["sd1i"], x["n1i"], x["m2i"], x["sd2i"], x["n2i"], units=units)


def difference(x: dict[str, float]) -> Effect:
    return effects.mean_difference(x["m1i"], x["sd1i"], x["n1i"], x["m2i"], x["sd2i"], x["n2i"])


def over_time(units: str) -> Callable[[dict[str, float]], Effect]:
    return lambda x: effects.from_paired_means(
        x["m1i"], x["sd1i"], x["m2i"], x["sd2i"], x["ni"], r=x["ri"], units=units
    ).to("g")


def counts(metric: str) -> Callable[[dict[str, float]], Effect]:
    return lambda x: effects.from_counts(x["ai"], x["n1i"], x["ci"], x["n2i"], metric=metric)


CASES = {
    "SMD": ("means", lambda x: means()(x).to("g")),
    "SMDH": ("means", lambda x: means("average")(x).to("g")),
    "SMD1": ("means", lambda x: means("second")(x).to("g")),
    "MD": ("means", difference),
    "RBIS": ("means", lambda x: means()(x).to("r").to("biserial_r")),
    "D2ORL": ("means", lambda x: means()(x).to("log_odds_ratio")),
    "D2ORN": ("means", lambda x: means()(x).to("log_odds_ratio", log_odds="cox")),
    "SMCC": ("over_time", over_time("change")),
    "SMCR": ("over_time", over_time("before")),
    "COR": ("r", lambda x: effects.from_r(x["ri"], x["ni"])),
    "ZCOR": ("r", lambda x: effects.from_r(x["ri"], x["ni"]).to("z")),
    "OR": ("counts", counts("log_odds_ratio")),
    "RR": ("counts", counts("log_risk_ratio")),
    "OR2DL": ("counts", lambda x: counts("log_odds_ratio")(x).to("d")),
    "OR2DN": ("counts", lambda x: counts("log_odds_ratio")(x).to("d", log_odds="cox")),
}


FROM = {
    "means": "d, g, mean difference, r, log OR from means and SDs",
    "over_time": "change and raw-score g from paired means",
    "r": "r and z",
    "counts": "OR, RR, RD and d from counts",
}


@pytest.mark.parametrize("measure", CASES)
def test_estimate_and_variance_are_those_of_escalc(measure):
    of, make = CASES[measure]
    made = [make(row) for row in rows(of)]

    metafor = beside("metafor::escalc", FROM[of])
    metafor.agrees("estimate", [effect.estimate for effect in made], R[measure]["estimate"], **CLOSE)
    metafor.agrees("variance", [effect.variance for effect in made], R[measure]["variance"], **CLOSE)


def test_the_point_biserial_correlation_is_that_of_escalc():
    # Its variance is by the delta method here and by Soper’s formula there.
    made = [means()(x).to("r").estimate for x in rows("means")]
    beside("metafor::escalc", FROM["means"]).agrees("estimate", made, R["RPB"]["estimate"], **CLOSE)


def test_a_risk_difference_is_that_of_escalc_but_keeps_its_estimate_where_a_count_is_zero():
    made = [counts("risk_difference")(x) for x in rows("counts")]

    metafor = beside("metafor::escalc", FROM["counts"])
    metafor.agrees("variance", [effect.variance for effect in made], R["RD"]["variance"], **CLOSE)
    metafor.agrees("estimate", [made[i].estimate for i in (0, 2)], [R["RD"]["estimate"][i] for i in (0, 2)], **CLOSE)
    assert [made[1].estimate, made[3].estimate] == pytest.approx([0 / 20 - 9 / 31, 12 / 12 - 30 / 40], **CLOSE)


def test_the_partial_correlation_of_a_coefficient_is_that_of_escalc():
    effect = effects.from_coefficient(2.8, 1, df=33 - 3 - 1, metric="r")
    metafor = beside("metafor::escalc", "partial r of a coefficient")
    metafor.agrees("estimate", effect.estimate, R["PCOR"]["estimate"], **CLOSE)
    metafor.agrees("variance", effect.variance, R["PCOR"]["variance"], **CLOSE)


@pytest.mark.parametrize("case", R["nct"], ids=lambda case: f"t({case['df']}) = {case['t']}")
def test_limits_of_the_noncentral_t_are_those_of_pt(case):
    found = intervals.noncentral_t(case["t"], case["df"], 0.95)
    beside("stats::pt", NONCENTRAL).agrees("limits, t", found, case["limits"], **CLOSE_TO_ROOT, because=ROOT)


@pytest.mark.parametrize("case", R["ncf"], ids=lambda case: f"F({case['df1']}, {case['df2']}) = {case['f']}")
def test_limits_of_the_noncentral_f_are_those_of_pf(case):
    low, high = case["lambda"]
    n = case["df1"] + case["df2"] + 1
    effect = effects.eta_squared(case["f"], df1=case["df1"], df2=case["df2"])

    beside("stats::pf", NONCENTRAL).agrees(
        "limits of η², F",
        (effect.low, effect.high),
        (low / (low + n), high / (high + n)),
        **CLOSE_TO_ROOT,
        because=ROOT,
    )


@pytest.mark.parametrize("case", R["nchi"], ids=lambda case: f"χ²({case['df']}) = {case['chi2']}")
def test_limits_of_the_noncentral_chi2_are_those_of_pchisq(case):
    found = intervals.noncentral_chi2(case["chi2"], case["df"], 0.95)
    beside("stats::pchisq", NONCENTRAL).agrees("limits, χ²", found, case["lambda"], **CLOSE_TO_ROOT, because=ROOT)


@pytest.mark.parametrize("case", R["wilson"], ids=lambda case: f"{case['events']} of {case['n']}")
def test_wilsons_interval_is_that_of_prop_test(case):
    effect = effects.from_proportion(case["events"], case["n"])
    found = (effect.low, effect.high)
    beside("stats::prop.test", "a proportion").agrees("Wilson's interval", found, case["limits"], **CLOSE)


def test_d_of_a_t_is_that_of_psych():
    found = effects.from_t(2.8, n1=16, n2=15).estimate
    beside("psych::t2d", "d of a t").agrees("estimate", found, R["t2d"], **CLOSE)


def test_the_exact_interval_is_that_of_psych():
    low, estimate, high = R["d_ci"]
    effect = effects.from_d(estimate, n1=25, n2=31)
    beside("psych::d.ci", "exact interval of d").agrees(
        "limits",
        (effect.low, effect.high),
        (low, high),
        abs=1e-4,
        because="psych's search for the limits stops at about four digits.",
    )


# Newcombe (1998), Table II, method 10: (events, n) of each group, and the interval printed there.
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("first", "second", "printed"), NEWCOMBE)
def test_the_interval_of_a_risk_difference_is_the_one_newcombe_prints(first, second, printed):
    effect = effects.from_counts(*first, *second, metric="risk_difference")
    assert (effect.low, effect.high) == pytest.approx(printed, abs=6e-5)
    assert math.isclose(effect.estimate, first[0] / first[1] - second[0] / second[1])
