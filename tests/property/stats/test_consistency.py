"""A true statistic, however it is rounded, is never called inconsistent; and no text is too odd to be read."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as distributions

from rapport.stats import consistency
from rapport.stats.consistency import Verdict

decimals = st.integers(0, 4)


def printed(value: float, places: int) -> str:
    return f"{value:.{places}f}".replace("-", "−")


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(["t", "z", "r", "F", "chi2"]),
    st.floats(-6, 6),
    st.integers(1, 300),
    st.integers(1, 9),
    decimals,
    decimals,
)
def test_a_true_p_fits_its_statistic(test, value, df, df1, places, p_places):
    size = abs(value)
    if test == "r":
        value = math.tanh(value / 4)
        df += 1
        size = abs(value) * math.sqrt(df / (1 - value * value))
    p = {
        "t": lambda: 2 * distributions.t.sf(size, df),
        "r": lambda: 2 * distributions.t.sf(size, df),
        "z": lambda: 2 * distributions.norm.sf(size),
        "F": lambda: distributions.f.sf(size, df1, df),
        "chi2": lambda: distributions.chi2.sf(size, df),
    }[test]()
    statistic = printed(size if test in {"F", "chi2"} else value, places)
    freedom = {"z": (), "F": (df1, df)}.get(test, (df,))
    result = consistency.check_p(printed(p, p_places), test=test, statistic=statistic, df=freedom)
    assert result.verdict is Verdict.CONSISTENT, result.sentence()


@settings(deadline=None)
@given(st.floats(-5, 5), st.floats(0.05, 3), st.integers(1, 4), st.sampled_from(["plain", "log"]))
def test_a_true_interval_fits_its_estimate_and_its_p(estimate, se, places, scale):
    change = math.exp if scale == "log" else float
    low, high = (change(estimate + sign * 1.959964 * se) for sign in (-1, 1))
    numbers = [printed(number, places) for number in (change(estimate), low, high)]
    p = printed(2 * distributions.norm.sf(abs(estimate) / se), 3)
    assert consistency.check_interval(*numbers, scale=scale).verdict is Verdict.CONSISTENT
    assert consistency.check_interval_p(p, *numbers, scale=scale).verdict is not Verdict.INCONSISTENT


@settings(deadline=None)
@given(st.lists(st.integers(-3, 9), min_size=2, max_size=40), decimals, decimals)
def test_true_means_and_sds_of_whole_numbers_are_possible(answers, places, sd_places):
    mean = printed(float(np.mean(answers)), places)
    assert consistency.grim(mean, len(answers)).verdict is not Verdict.INCONSISTENT
    sd = printed(float(np.std(answers, ddof=1)), sd_places)
    assert consistency.grimmer(sd, mean, len(answers)).verdict is Verdict.CONSISTENT


@settings(deadline=None)
@given(st.integers(1, 2_000), st.data())
def test_true_percentages_fit_their_counts_and_sum_to_100(n, data):
    first = data.draw(st.integers(0, n))
    second = data.draw(st.integers(0, n - first))
    counts = [first, second, n - first - second]
    percents = [f"{100 * count / n:.1f}" for count in counts]
    for count, percent in zip(counts, percents, strict=True):
        assert consistency.check_percentage(percent, count, n).verdict is Verdict.CONSISTENT
        text = consistency.check_text(f"There were {count} of {n} clients ({percent}%).")
        assert [result.verdict for result in text] == [Verdict.CONSISTENT]
    assert consistency.check_percentages(percents).verdict is Verdict.CONSISTENT


@settings(deadline=None)
@given(st.floats(0.2, 6), st.integers(3, 200), st.floats(1.3, 4))
def test_a_p_that_is_far_off_is_found_with_its_distance(t, df, factor):
    p = 2 * distributions.t.sf(t, df)
    assume(0.001 < p * factor < 1)
    assume(abs(factor - 2) > 0.2)
    result = consistency.check_p(f"{p * factor:.6f}", test="t", statistic=f"{t:.4f}", df=(f"{df}.0",))
    assume(df > 30)
    assert result.verdict is Verdict.INCONSISTENT
    assert 0 < result.distance <= p * factor - p + 1e-5


PIECES = [
    "t(29) = 2.80",
    "F(2, 134)=5.1",
    "χ2 (1, N = 117) = 4.5",
    "r(94) = −.21",
    "r = 1.3",
    "t(0) = 2",
    "t(1,2,3) = 4",
    "p < .05",
    "p = 1.2",
    "p=.000",
    "b = 0.0",
    "SE = .00",
    "SE = 0",
    "OR = 0.00",
    "OR 1.84",
    "95% CI [0.0, 0.0]",
    "95% CI [2, 1]",
    "[1.12–3.02]",
    "(0.5, 0.7)",
    "99% CI",
    "12 of 40",
    "0/0",
    "(30%)",
    "30%",
    "n = 0",
    "N = 2",
    "one-tailed",
    "−",
    "(",
    ")",
    ";",
    ",",
    " ",
]


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(["", " ", ", "]))
def test_any_text_is_checked_and_each_check_points_into_it(pieces, between):
    text = between.join(pieces)
    for result in consistency.check_text(text):
        assert 0 <= result.start < result.end <= len(text)
        assert result.sentence() and result.sentence("fr") and result.table() and result.to_dict()
        assert (result.distance is None) or (result.distance > 0) is (result.verdict is Verdict.INCONSISTENT)
