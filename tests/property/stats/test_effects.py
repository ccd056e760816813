"""What must hold of every effect size: direction, units, ways back, and intervals that cover the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as distributions

from rapport.stats import effects

means = st.floats(-50, 50).map(lambda x: round(x, 3))
spreads = st.floats(0.1, 20).map(lambda x: round(x, 3))
sizes = st.integers(3, 400)
groups = st.tuples(means, spreads, sizes)
# The differences that studies report; beyond, the exact interval is refused.
differences = st.floats(-3, 3)


@settings(deadline=None)
@given(groups, groups, st.sampled_from(["pooled", "average"]))
def test_exchanging_the_groups_turns_the_sign_and_nothing_else(first, second, units):
    assume(abs(first[0] - second[0]) < 20 * min(first[1], second[1]))
    one, other = effects.from_means(*first, *second, units=units), effects.from_means(*second, *first, units=units)
    assert (one.estimate, one.variance, one.low, one.high) == pytest.approx(
        (-other.estimate, other.variance, -other.high, -other.low), rel=1e-9, abs=1e-12
    )


@settings(deadline=None)
@given(groups, groups, st.floats(0.01, 100), st.floats(-100, 100))
def test_the_scales_unit_and_zero_do_not_matter(first, second, unit, zero):
    assume(abs(first[0] - second[0]) < 20 * min(first[1], second[1]))
    (m1, sd1, n1), (m2, sd2, n2) = first, second
    moved = effects.from_means(m1 * unit + zero, sd1 * unit, n1, m2 * unit + zero, sd2 * unit, n2)
    own = effects.from_means(*first, *second)
    assert (moved.estimate, moved.low, moved.high) == pytest.approx((own.estimate, own.low, own.high), abs=1e-6)


@settings(deadline=None)
@given(differences, sizes, sizes, st.sampled_from(["g", "r", "z", "log_odds_ratio", "odds_ratio", "risk_difference"]))
def test_there_and_back_is_where_one_began(d, n1, n2, metric):
    effect = effects.from_d(d, n1=n1, n2=n2)
    back = effect.to(metric, base_rate=0.3).to("d", base_rate=0.3)
    assert (back.estimate, back.variance) == pytest.approx((effect.estimate, effect.variance), rel=1e-6, abs=1e-9)
    assert (back.low, back.high) == pytest.approx((effect.low, effect.high), rel=1e-5, abs=1e-7)


@settings(deadline=None)
@given(differences, sizes, sizes, st.sampled_from(list(effects.Metric)))
def test_an_effect_lies_inside_its_interval_in_every_metric(d, n1, n2, metric):
    assume(metric not in {"mean_difference", "b", "proportion", "eta_squared", "cramers_v"})
    effect = effects.from_d(d, n1=n1, n2=n2).to(metric, base_rate=0.3)
    assert effect.low <= effect.estimate <= effect.high
    assert effect.variance > 0


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30))
def test_odds_and_risks_turn_with_the_groups(a, n1, c, n2):
    assume(a <= n1 and c <= n2)
    for metric in ("log_odds_ratio", "log_risk_ratio", "risk_difference"):
        one = effects.from_counts(a, n1, c, n2, metric=metric)
        other = effects.from_counts(c, n2, a, n1, metric=metric)
        assert (one.estimate, one.low, one.high) == pytest.approx(
            (-other.estimate, -other.high, -other.low), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("delta", [0.0, 0.8])
def test_the_exact_interval_of_d_covers_the_truth(delta):
    n1, n2 = 9, 14
    rng = np.random.default_rng(4)
    t = distributions.nct.rvs(n1 + n2 - 2, delta / math.sqrt(1 / n1 + 1 / n2), size=600, random_state=rng)
    found = [effects.from_t(float(value), n1=n1, n2=n2) for value in t]
    assert 0.93 <= np.mean([effect.low <= delta <= effect.high for effect in found]) <= 0.97


def test_g_is_without_the_bias_of_d():
    delta, n = 0.8, 5
    rng = np.random.default_rng(4)
    t = distributions.nct.rvs(2 * n - 2, delta / math.sqrt(2 / n), size=200_000, random_state=rng)
    d = t * math.sqrt(2 / n)
    j = effects.from_d(1, n1=n, n2=n).to("g").estimate
    assert d.mean() > 0.87
    assert j * d.mean() == pytest.approx(delta, abs=0.005)


def test_newcombes_interval_covers_the_truth_on_average():
    n = 15
    limits = {
        (a, c): effects.from_counts(a, n, c, n, metric="risk_difference") for a in range(n + 1) for c in range(n + 1)
    }
    shares = np.arange(0.05, 1, 0.1)
    covered = []
    for p1 in shares:
        for p2 in shares:
            weight = np.outer(
                distributions.binom.pmf(range(n + 1), n, p1), distributions.binom.pmf(range(n + 1), n, p2)
            )
            inside = [[limits[a, c].low <= p1 - p2 <= limits[a, c].high for c in range(n + 1)] for a in range(n + 1)]
            covered.append(float((weight * np.array(inside)).sum()))
    assert 0.93 <= np.mean(covered) <= 0.97


@settings(deadline=None)
@given(differences, st.sampled_from(["r", "z", "log_odds_ratio", "log_risk_ratio", "risk_difference"]))
def test_the_variance_changes_by_the_square_of_the_slope(d, metric):
    step = 1e-5

    def at(value):
        return effects.from_d(value, low=value - 0.4, high=value + 0.4).to(metric, base_rate=0.3)

    slope = (at(d + step).estimate - at(d - step).estimate) / (2 * step)
    variance = effects.from_d(d, low=d - 0.4, high=d + 0.4).variance
    assert at(d).variance == pytest.approx(slope**2 * variance, rel=1e-5)
