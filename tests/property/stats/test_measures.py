"""Reliability and change do not hang on the order of rows, the unit of a score, or the names of people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats import change, reliability

SEEDS = st.integers(0, 10_000)
UNITS = st.tuples(st.sampled_from([0.001, 0.5, 3.0, 1000.0]), st.sampled_from([-50.0, 0.0, 100.0]))
few = settings(max_examples=15, deadline=None)


def scale(seed, n=60, k=4):
    random = np.random.default_rng(seed)
    return random.normal(size=(n, 1)) * random.uniform(0.6, 1.2, size=k) + random.normal(size=(n, k)) * 0.8


@few
@given(SEEDS, UNITS)
def test_alpha_and_omega_know_no_order_and_no_unit(seed, unit):
    answers = scale(seed)
    factor, shift = unit
    random = np.random.default_rng(seed)
    other = (answers * factor + shift)[random.permutation(len(answers))][:, random.permutation(4)]

    for coefficient in (reliability.alpha, reliability.omega):
        one, two = coefficient(answers), coefficient(other)
        assert (two.estimate, two.low, two.high) == pytest.approx((one.estimate, one.low, one.high), rel=1e-5)


@few
@given(SEEDS)
def test_omega_by_likelihood_knows_no_unit_of_single_items(seed):
    answers = scale(seed)
    one = reliability.omega(answers)

    assert reliability.omega(answers * [1, 10, 0.1, 3]).loadings == pytest.approx(one.loadings, abs=1e-5)


@few
@given(SEEDS)
def test_standardised_alpha_is_spearman_brown_of_the_mean_correlation(seed):
    found = reliability.alpha(scale(seed))

    r = found.mean_correlation
    assert found.standardised == pytest.approx(4 * r / (1 + 3 * r))


@few
@given(SEEDS, UNITS)
def test_intraclass_correlations_know_no_order_no_unit_and_no_names(seed, unit):
    scores = scale(seed, n=12)
    factor, shift = unit
    target, rater = np.repeat(np.arange(12), 4), np.tile(np.arange(4), 12)
    order = np.random.default_rng(seed).permutation(48)
    renamed = {
        "score": (scores.ravel() * factor + shift)[order],
        "target": np.array([f"client {11 - i}" for i in target])[order],
        "rater": np.array(list("WXYZ"))[3 - rater][order],
    }

    columns = {"score": "score", "target": "target", "rater": "rater"}
    one = reliability.icc({"score": scores.ravel(), "target": target, "rater": rater}, **columns)
    two = reliability.icc(renamed, **columns)

    for a, b in zip(one.forms, two.forms, strict=True):
        assert (b.estimate, b.low, b.high, b.f) == pytest.approx((a.estimate, a.low, a.high, a.f), rel=1e-6)


@few
@given(SEEDS, st.sampled_from(["jacobson-truax", "edwards-nunnally", "gulliksen-lord-novick", "hageman-arrindell"]))
def test_turning_a_scale_round_turns_no_verdict(seed, variant):
    before, after = np.round(np.random.default_rng(seed).normal(20, 8, size=(2, 30)))
    figures = {"sd": 8, "reliability": 0.85, "variant": variant, "sd_after": 8, "correlation": 0.4}

    down = change.reliable_change(before, after, higher_is_better=False, mean=20, mean_after=15, **figures)
    up = change.reliable_change(40 - before, 40 - after, higher_is_better=True, mean=20, mean_after=25, **figures)

    assert up.verdicts == down.verdicts


@few
@given(SEEDS, UNITS)
def test_verdicts_know_no_unit(seed, unit):
    factor, shift = unit
    before, after = np.random.default_rng(seed).normal(20, 8, size=(2, 30))
    one = change.reliable_change(before, after, sd=8, reliability=0.85, higher_is_better=False)
    two = change.reliable_change(
        before * factor + shift, after * factor + shift, sd=8 * factor, reliability=0.85, higher_is_better=False
    )

    assert two.verdicts == one.verdicts


@settings(max_examples=5, deadline=None)
@given(SEEDS, UNITS)
def test_a_course_knows_no_order_no_unit_and_no_names(seed, unit):
    factor, shift = unit
    random = np.random.default_rng(seed)
    client, session = np.repeat(np.arange(30), 5), np.tile(np.arange(1, 6), 30)
    own = random.normal(size=(30, 2)) * [4, 0.8]
    score = 20 + own[client, 0] + (own[client, 1] - 1) * session + random.normal(size=150) * 2
    order = random.permutation(150)
    renamed = {
        "score": (score * factor + shift)[order],
        "client": np.array([f"c{99 - i}" for i in client])[order],
        "session": session[order],
    }

    columns = {"score": "score", "person": "client", "session": "session"}
    one = change.expected_course({"score": score, "client": client, "session": session}, **columns)
    two = change.expected_course(renamed, **columns)

    for a, b in zip(one.bands, two.bands, strict=True):
        assert (b.low, b.mean, b.high) == pytest.approx(
            (a.low * factor + shift, a.mean * factor + shift, a.high * factor + shift), rel=1e-4, abs=1e-4 * factor
        )


def test_feldts_interval_holds_the_truth_as_often_as_it_says():
    # Four items with loading 1 and error variance 1: α = 4 · 4 / (4 · 4 + 4) = 0.8.
    random = np.random.default_rng(1)
    held = 0
    for _ in range(600):
        found = reliability.alpha(random.normal(size=(40, 1)) + random.normal(size=(40, 4)))
        held += found.low <= 0.8 <= found.high
    assert 0.925 <= held / 600 <= 0.975


def test_omegas_interval_holds_the_truth_as_often_as_it_says():
    loadings = np.array([1.0, 0.8, 0.6, 0.9])
    truth = loadings.sum() ** 2 / (loadings.sum() ** 2 + 4 * 0.5)
    random = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        answers = random.normal(size=(150, 1)) * loadings + random.normal(size=(150, 4)) * np.sqrt(0.5)
        found = reliability.omega(answers)
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_a_course_holds_the_share_of_further_clients_that_it_says():
    random = np.random.default_rng(5)

    def clients(count):
        client, session = np.repeat(np.arange(count), 6), np.tile(np.arange(1, 7), count)
        own = random.multivariate_normal([20, -1], [[16, -0.5], [-0.5, 0.3]], size=count)
        score = own[client, 0] + own[client, 1] * session + random.normal(size=len(client)) * 3
        return {"score": score, "client": client, "session": session}

    found = change.expected_course(clients(150), score="score", person="client", session="session", level=0.8)
    others = clients(2000)
    inside = [
        (others["score"][others["session"] == band.session] >= band.low)
        & (others["score"][others["session"] == band.session] <= band.high)
        for band in found.bands
    ]

    assert np.mean(inside) == pytest.approx(0.8, abs=0.03)
