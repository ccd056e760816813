"""Meta-analysis: what must not matter, and whether intervals cover what they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats import meta
from rapport.stats.meta.levels import Nested, evaluate


@st.composite
def pools(draw, least=4):
    seed = draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    count = draw(st.integers(least, 12))
    variances = rng.uniform(0.005, 0.2, count)
    return rng.normal(0.3, np.sqrt(variances + draw(st.sampled_from([0, 0.02, 0.5])))), variances, rng


@st.composite
def nested(draw):
    estimates, variances, rng = draw(pools(least=6))
    study = rng.integers(0, 3, len(estimates))
    study[:4] = [0, 0, 1, 2]
    return estimates + rng.normal(0, 0.3, 3)[study], variances, study, rng


METHODS = st.sampled_from(["REML", "PM", "DL", "fixed"])


@settings(max_examples=25, deadline=None)
@given(pools(), METHODS)
def test_the_order_of_studies_does_not_matter(pool, method):
    estimates, variances, rng = pool
    order = rng.permutation(len(estimates))
    one = meta.pool(estimates, variances=variances, method=method)
    other = meta.pool(estimates[order], variances=variances[order], method=method)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-8, abs=1e-12)
    assert (other.se, other.tau2, other.q) == pytest.approx((one.se, one.tau2, one.q), rel=1e-7, abs=1e-12)
    assert [one.weights[row] for row in order] == pytest.approx(other.weights, rel=1e-7)


@settings(max_examples=25, deadline=None)
@given(pools(), METHODS, st.sampled_from([1e-6, 0.1, 100, 1e6]))
def test_the_unit_does_not_matter(pool, method, unit):
    estimates, variances, _ = pool
    one = meta.pool(estimates, variances=variances, method=method)
    other = meta.pool(unit * estimates, variances=unit**2 * variances, method=method)
    assert (other.estimate, other.low, other.high) == pytest.approx(
        (unit * one.estimate, unit * one.low, unit * one.high), rel=1e-7, abs=1e-9 * unit
    )
    assert (other.tau2, other.i2, other.p) == pytest.approx((unit**2 * one.tau2, one.i2, one.p), rel=1e-7, abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(pools(), METHODS, st.floats(-5, 5))
def test_a_shift_of_every_estimate_shifts_the_pool_alone(pool, method, shift):
    estimates, variances, _ = pool
    one = meta.pool(estimates, variances=variances, method=method)
    other = meta.pool(estimates + shift, variances=variances, method=method)
    assert other.estimate - shift == pytest.approx(one.estimate, abs=1e-7)
    assert (other.tau2, other.se) == pytest.approx((one.tau2, one.se), rel=1e-6, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(pools())
def test_the_restricted_likelihood_is_nowhere_higher(pool):
    estimates, variances, _ = pool
    pooled = meta.pool(estimates, variances=variances, test="z")

    def restricted(tau2):
        weights = 1 / (variances + tau2)
        mean = weights @ estimates / weights.sum()
        return 0.5 * (np.log(weights).sum() - np.log(weights.sum()) - weights @ (estimates - mean) ** 2)

    assert restricted(pooled.tau2) >= max(restricted(tau2) for tau2 in np.linspace(0, 3, 500)) - 1e-12


@settings(max_examples=30, deadline=None)
@given(nested(), st.sampled_from([0.0, 0.5]), st.floats(0, 1), st.floats(0, 1))
def test_the_likelihood_of_levels_is_that_of_the_whole_matrix(data, correlation, between, within):
    estimates, variances, study, rng = data
    design = np.column_stack([np.ones(len(estimates)), rng.normal(size=len(estimates))])
    model = Nested(estimates, variances, design, study, correlation)

    def dense(between, within):
        covariance = model.covariance(np.arange(len(estimates)), between, within)
        inverse = np.linalg.inv(covariance)
        information = design.T @ inverse @ design
        residual = estimates - design @ np.linalg.solve(information, design.T @ inverse @ estimates)
        logs = [np.linalg.slogdet(matrix)[1] for matrix in (covariance, information, design.T @ design)]
        constant = (len(estimates) - 2) * np.log(2 * np.pi)
        return -0.5 * (constant + logs[0] + logs[1] - logs[2] + residual @ inverse @ residual)

    found = evaluate(model, between, within)
    assert found.restricted == pytest.approx(dense(between, within), rel=1e-9, abs=1e-9)
    step = 1e-5
    slopes = [
        (dense(between + step, within) - dense(between - step, within)) / (2 * step),
        (dense(between, within + step) - dense(between, within - step)) / (2 * step),
    ]
    if min(between, within) > 0.01:
        assert found.gradient == pytest.approx(slopes, rel=1e-4, abs=1e-4)
        ahead = evaluate(model, between + step, within).gradient - evaluate(model, between - step, within).gradient
        assert found.observed[0] == pytest.approx(-ahead / (2 * step), rel=1e-4, abs=1e-4)


@settings(max_examples=10, deadline=None)
@given(nested())
def test_rows_and_names_of_studies_do_not_matter(data):
    estimates, variances, study, rng = data
    order = rng.permutation(len(estimates))
    names = np.array(["Zug", "Ames", "Lund"])
    one = meta.pool_three_level(estimates, variances=variances, study=study)
    other = meta.pool_three_level(estimates[order], variances=variances[order], study=names[study][order])
    assert (other.estimate, other.se) == pytest.approx((one.estimate, one.se), rel=1e-6, abs=1e-9)
    assert (other.between, other.within) == pytest.approx((one.between, one.within), rel=1e-5, abs=1e-7)
    robust, again = meta.robust(one).coefficients[0], meta.robust(other).coefficients[0]
    assert (again.se, again.df) == pytest.approx((robust.se, robust.df), rel=1e-5)


def test_intervals_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(20_10)
    covered = predicted = tau_covered = 0
    runs = 150
    for _ in range(runs):
        variances = rng.uniform(0.01, 0.1, 12)
        true = rng.normal(0.4, 0.3, 13)
        pooled = meta.pool(rng.normal(true[:12], np.sqrt(variances)), variances=variances)
        covered += pooled.low <= 0.4 <= pooled.high
        predicted += pooled.prediction_low <= true[12] <= pooled.prediction_high
        tau_covered += pooled.tau2_low <= 0.09 <= pooled.tau2_high
    # 95% of 150 is 142; three standard errors are 8.
    assert 134 <= covered <= 149
    assert predicted >= 134
    assert tau_covered >= 134
