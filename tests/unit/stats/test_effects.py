"""Effect sizes: what each says, what it assumes, how it converts, and what it refuses."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest

from rapport.stats import effects
from rapport.stats.effects import Design, Metric
from rapport.stats.errors import (
    MissingValues,
    NotFinite,
    NotIdentified,
    NotNumbers,
    OutOfRange,
    StatsError,
    TooFew,
)
from rapport.stats.reported import parse_reported

# --- sentences ---------------------------------------------------------------------------------------

SENTENCES = [
    (
        lambda: effects.from_means(10, 3, 20, 8, 5, 31),
        "Cohen’s d = 0.46, 95% CI [−0.11, 1.03] (n = 20 and 31), assuming the same spread in both groups.",
    ),
    (
        lambda: effects.from_means(10, 3, 20, 8, 5, 31, units="average").to("g"),
        "Hedges’ g = 0.48, 95% CI [−0.07, 1.02] (n = 20 and 31).",
    ),
    (
        lambda: effects.mean_difference(10, 3, 20, 8, 5, 31),
        "Mean difference = 2.00, 95% CI [−0.25, 4.25] (n = 20 and 31).",
    ),
    (
        lambda: effects.from_t(-2.80, df=29).to("g"),
        "Hedges’ g = −0.98, 95% CI [−1.70, −0.24] (n = 31), assuming the same spread in both groups; groups of equal "
        "size.",
    ),
    (
        lambda: effects.from_paired_t(2.80, n=30),
        "Cohen’s d = 0.51, 95% CI [0.13, 0.89] (n = 30).",
    ),
    (
        lambda: effects.from_paired_t(2.80, n=30, r=0.6),
        "Cohen’s d = 0.46, 95% CI [0.11, 0.79] (n = 30), assuming the same spread at both times; r = 0.6 between the "
        "two times, taken as known.",
    ),
    (
        lambda: effects.from_p(0.009, n1=16, n2=15, sign=-1),
        "Cohen’s d = −1.01, 95% CI [−1.75, −0.25] (n = 16 and 15), assuming the same spread in both groups; a t test "
        "of two groups behind p.",
    ),
    (lambda: effects.from_r(-0.21, 96), "r = −.21, 95% CI [−.39, −.01] (n = 96)."),
    (
        lambda: effects.from_chi2(4.5, n=117, sign=1),
        "r = .20, 95% CI [.02, .36] (n = 117), assuming φ of a two-by-two table taken as a correlation; χ² without a "
        "correction for continuity.",
    ),
    (
        lambda: effects.from_counts(5, 20, 9, 31, metric="odds_ratio"),
        "OR = 0.81, 95% CI [0.23, 2.92] (n = 20 and 31).",
    ),
    (
        lambda: effects.from_counts(56, 70, 48, 80, metric="risk_difference"),
        "RD = .20, 95% CI [.05, .33] (n = 70 and 80).",
    ),
    (lambda: effects.from_proportion(0, 20), "Proportion = .00, 95% CI [.00, .16] (n = 20)."),
    (
        lambda: effects.from_odds_ratio(1.84, 1.12, 3.02).to("risk_difference", base_rate=0.3),
        "RD = .14, 95% CI [.02, .26], assuming the printed interval is the normal one of the logarithm; the event in "
        "30% of the second group.",
    ),
    (
        lambda: effects.from_coefficient(-0.21, 0.08, df=96),
        "b = −0.21, 95% CI [−0.37, −0.05].",
    ),
    (
        lambda: effects.eta_squared(5.10, df1=2, df2=134),
        "Partial η² = .07, 90% CI [.01, .14], assuming a design between people.",
    ),
    (lambda: effects.cramers_v(12, n=117, rows=3, columns=3), "Cramér’s V = .23, 95% CI [.04, .33] (n = 117)."),
]


@pytest.mark.parametrize(("make", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_an_effect_says_itself_as_an_article_would(make, sentence):
    assert make().sentence() == sentence


def test_an_effect_prints_its_table_its_cautions_and_its_method():
    assert str(effects.from_counts(0, 20, 9, 31, metric="odds_ratio")) == (
        "OR = 0.06, 95% CI [0.00, 1.06] (n = 20 and 31).\n"
        "\n"
        "effect  estimate  SE of log  95% low  95% high\n"
        "OR         0.058      1.483    0.003     1.056\n"
        "\n"
        "Note: One of the four counts is zero, so ½ was added to each for the estimate and interval.\n"
        "Method: Woolf’s interval; converted from log OR to OR (Woolf, 1955)"
    )


def test_an_effect_becomes_json_and_a_frame():
    effect = effects.from_t(Decimal("2.80"), n1=16, n2=15)
    kept = json.loads(json.dumps(effect.to_dict()))

    assert kept["metric"] == "d"
    assert kept["assumptions"] == ["the same spread in both groups"]
    assert kept["reference"] == "Hedges, 1981; Cumming & Finch, 2001"
    assert effect.to_frame().columns == ["effect", "estimate", "SE", "95% low", "95% high"]


# --- from one statistic and another --------------------------------------------------------------------------------


def test_a_t_and_the_means_behind_it_give_the_same_d():
    d = effects.from_means(10, 3, 20, 8, 5, 31)
    t = d.estimate / math.sqrt(1 / 20 + 1 / 31)

    same = effects.from_t(t, n1=20, n2=31)
    assert (same.estimate, same.variance, same.low, same.high) == pytest.approx((d.estimate, d.variance, d.low, d.high))
    assert effects.from_f(t * t, sign=1, n1=20, n2=31).estimate == pytest.approx(d.estimate)
    assert d.to("r").estimate == pytest.approx(t / math.sqrt(t * t + 49))


def test_f_has_the_direction_it_is_given():
    up, down = (effects.from_f(4.02, sign=sign, n1=68, n2=68) for sign in (1, -1))
    assert (down.estimate, down.low, down.high) == (-up.estimate, -up.high, -up.low)


def test_one_groups_size_and_df_give_the_other():
    effect = effects.from_t(2.8, n1=16, df=29)
    assert (effect.n1, effect.n2, effect.assumptions) == (16, 15, ("the same spread in both groups",))


def test_degrees_of_freedom_that_do_not_fit_the_groups_get_a_caution():
    (caution,) = effects.from_t(2.8, n1=16, n2=15, df=Decimal("24.3")).warnings
    assert caution.kind == "df-differ"
    assert caution.text.startswith("The test has 24.3 degrees of freedom, and groups of 16 and 15 give 29")


def test_a_p_below_a_bound_gives_the_smallest_effect_that_fits():
    effect = effects.from_p(0.05, n1=16, n2=15, sign=1, operator="<")
    assert effect.assumptions[-1] == "p at its bound, 0.05: the effect is at least this far from 0"


def test_a_one_tailed_p_is_the_two_tailed_of_twice_its_size():
    one, two = effects.from_p(0.02, n1=16, n2=15, sign=1, tails=1), effects.from_p(0.04, n1=16, n2=15, sign=1)
    assert one.estimate == pytest.approx(two.estimate)


def test_a_printed_interval_is_kept_and_gives_the_variance():
    effect = effects.from_d(0.86, low=0.40, high=1.32)
    assert (effect.low, effect.high) == (0.40, 1.32)
    assert effect.standard_error == pytest.approx(0.92 / (2 * 1.959964), rel=1e-6)


def test_a_d_alone_has_no_interval_and_still_converts():
    odds_ratio = effects.from_d(0.5).to("odds_ratio")
    assert odds_ratio.sentence() == (
        "OR = 2.48, assuming a logistic outcome behind the event (d × π/√3); an event when the outcome is high."
    )
    assert (odds_ratio.variance, odds_ratio.low, odds_ratio.to_dict()["high"]) == (None, None, None)


def test_an_odds_ratio_off_the_middle_of_its_interval_gets_a_caution():
    (caution,) = effects.from_odds_ratio(2.07, 1.12, 3.02).warnings
    assert caution.kind == "askew"


def test_two_groups_without_events_get_a_caution_that_they_say_hardly_anything():
    (caution,) = effects.from_counts(0, 20, 0, 31).warnings
    assert caution.text.endswith("these counts say hardly anything about a ratio.")


# --- conversions -----------------------------------------------------------------------------------


def test_every_step_of_a_way_adds_what_it_assumes():
    effect = effects.from_r(0.28, 136).to("odds_ratio")
    assert effect.assumptions == (
        "groups of equal size",
        "one of the two variables tells two groups apart",
        "a logistic outcome behind the event (d × π/√3)",
        "an event when the outcome is high",
    )
    assert effect.how == "Fisher’s z interval; converted from r to OR"


def test_an_effect_in_its_own_metric_stays_as_it_is():
    effect = effects.from_r(0.28, 136)
    assert effect.to("r") is effect


def test_risks_and_odds_convert_by_the_base_rate():
    # 20% against 10%: OR (.2/.8)/(.1/.9) = 2.25, RR 2, RD .10.
    effect = effects.from_odds_ratio(2.25)
    assert effect.to("risk_ratio", base_rate=0.1).estimate == pytest.approx(2)
    assert effect.to("risk_difference", base_rate=0.1).estimate == pytest.approx(0.1)
    assert effects.from_risk_ratio(2).to("odds_ratio", base_rate=0.1).estimate == pytest.approx(2.25)


def test_a_difference_of_means_converts_by_the_sd():
    effect = effects.mean_difference(10, 4, 20, 8, 4, 20).to("d", sd=4)
    assert (effect.estimate, effect.assumptions) == (0.5, ("an SD of 4, taken as known",))


# --- from printed statistics -------------------------------------------------------------------------

PRINTED = [
    ("t(29) = 2.80, p = .009", {}, "d", 2.8 * math.sqrt(2 / 15.5)),
    ("t(29) = 2.80, p = .009", {"n1": 16, "n2": 15}, "d", 2.8 * math.sqrt(1 / 16 + 1 / 15)),
    ("t(29) = −2.80", {"design": "paired"}, "d", -2.8 / math.sqrt(30)),
    ("F(1, 134) = 4.02, p < .05", {"sign": -1}, "d", -math.sqrt(4.02 * 2 / 68)),
    ("F(1, 29) = 7.84", {"sign": 1, "design": "paired"}, "d", 2.8 / math.sqrt(30)),
    ("χ²(1, N = 117) = 4.50", {"sign": 1}, "r", math.sqrt(4.5 / 117)),
    ("r(94) = −.21", {}, "r", -0.21),
    ("OR 1.84 (95% CI 1.12–3.02)", {}, "log_odds_ratio", math.log(1.84)),
    ("RR = 0,71 (IC 95 % : 0,55 à 0,92)", {}, "log_risk_ratio", math.log(0.71)),
    ("Hedges’ g = 0.51, 95 % IC [0,13 ; 0,89]", {}, "g", 0.51),
    ("b = −0.21, 95% CI [−0.37, −0.05]", {}, "b", -0.21),
    ("MD = −2.3 points (95% CI −4.1 to −0.5)", {}, "mean_difference", -2.3),
    ("p = .009", {"n1": 16, "n2": 15, "sign": 1}, "d", 1.0062866),
]


@pytest.mark.parametrize(("text", "given", "metric", "estimate"), PRINTED)
def test_a_printed_statistic_gives_its_effect(text, given, metric, estimate):
    effect = effects.from_reported(parse_reported(text)[0], **given)
    assert (effect.metric, effect.estimate) == (metric, pytest.approx(estimate))


def test_an_interval_without_a_level_is_taken_as_95_and_says_so():
    effect = effects.from_reported(parse_reported("d = 0.51 [0.13, 0.89]")[0])
    assert effect.assumptions[-1] == "a printed interval of 95%"


def test_a_refusal_quotes_the_statistic():
    with pytest.raises(MissingValues, match=r"^“F\(1, 134\) = 4.02”: F has no direction of its own"):
        effects.from_reported(parse_reported("F(1, 134) = 4.02")[0])


# --- refusals --------------------------------------------------------------------------------------

ONE_LIMIT = "One limit of the interval is missing. Give low and high, or neither."
REFUSED = [
    (lambda: effects.from_means(10, 0, 20, 8, 5, 31), OutOfRange, "sd1 is 0; it must be above 0."),
    (lambda: effects.from_means(10, 3, 1, 8, 5, 31), TooFew, "n1 is 1; this needs at least 2."),
    (lambda: effects.from_means(math.nan, 3, 20, 8, 5, 31), MissingValues, "m1 has no value (NaN). Give a number."),
    (lambda: effects.from_means(math.inf, 3, 20, 8, 5, 31), NotFinite, "m1 is infinite. Give a number."),
    (lambda: effects.from_t("2.8", n1=16, n2=15), NotNumbers, "t is '2.8'; it must be a number."),
    (
        lambda: effects.from_t(2.8),
        MissingValues,
        "Give the two groups’ sizes, n1 and n2; or df, where only that is printed.",
    ),
    (
        lambda: effects.from_f(5.1, df1=2, df2=134, sign=1),
        OutOfRange,
        "F has 2 numerator degrees of freedom, and d compares two groups. Use effects.eta_squared(f, df1=…, df2=…), or "
        "the F of the contrast of two groups.",
    ),
    (lambda: effects.from_r(1.2, 40), OutOfRange, "r is 1.2; it must lie between -1 and 1."),
    (
        lambda: effects.from_counts(9, 5, 3, 20),
        OutOfRange,
        "a is 9, and n1 is only 5. Are the two exchanged?",
    ),
    (
        lambda: effects.from_counts(2.5, 5, 3, 20),
        OutOfRange,
        "a is 2.5; people are counted in whole numbers.",
    ),
    (
        lambda: effects.from_odds_ratio(1.84, 1.92, 3.02),
        OutOfRange,
        "The estimate 1.84 lies outside its interval, 1.92 to 3.02. Look it up.",
    ),
    (lambda: effects.from_d(0.5, n1=20), MissingValues, "One of n1 and n2 is missing. Give both, or neither."),
    (lambda: effects.from_d(0.5, low=0.1), MissingValues, ONE_LIMIT),
    (lambda: effects.from_r(0.3, high=0.5), MissingValues, ONE_LIMIT),
    (lambda: effects.from_r(0.3, 40, low=0.1), MissingValues, ONE_LIMIT),
    (
        lambda: effects.from_t(2.8, df=29, level=95),
        OutOfRange,
        "level is 95; it must lie between 0 and 1: write 95% as 0.95.",
    ),
    (
        lambda: effects.from_odds_ratio(1.84).to("risk_difference"),
        MissingValues,
        "Between odds ratios and risks it matters how common the event is. Give the second group’s rate: "
        "to(…, base_rate=0.30).",
    ),
    (
        lambda: effects.from_counts(12, 20, 9, 31, metric="risk_difference").to("odds_ratio", base_rate=0.9),
        OutOfRange,
        "RD 0.31 from a rate of 0.9 would be a rate of 1.21. Give the base rate that belongs to it.",
    ),
    (
        lambda: effects.from_d(0.5).to("g"),
        MissingValues,
        "Between d and g the sample sizes are needed, and this effect was made without them.",
    ),
    (
        lambda: effects.from_paired_t(2.8, n=30).to("r"),
        NotIdentified,
        "This d is in units of the SD of the changes, and r compares people with each other. Give the correlation r of "
        "the two times where the effect is made, to have it in units of the SD of the scores.",
    ),
    (
        lambda: effects.eta_squared(5.1, df1=2, df2=134).to("d"),
        NotIdentified,
        "Partial η² cannot be converted to Cohen’s d.",
    ),
    (lambda: effects.from_r(0.3, 40).to("D"), OutOfRange, None),
    (
        lambda: effects.from_reported(parse_reported("b = −0.21")[0]),
        MissingValues,
        "“b = −0.21”: A coefficient or difference needs its printed interval; without one use from_coefficient.",
    ),
    (
        lambda: effects.from_reported(parse_reported("t(29) < 1.0")[0]),
        OutOfRange,
        "“t(29) < 1.0” is not one value. An effect needs the statistic itself.",
    ),
    (
        lambda: effects.from_means(1e6, 0.01, 20, 1, 0.01, 20),
        OutOfRange,
        "t is 3.162e+08; exact limits are worked out up to 1000. Are means and SDs in one unit?",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSED, ids=[str(message) for *_, message in REFUSED])
def test_what_cannot_be_is_refused_in_words(make, error, message):
    with pytest.raises(StatsError) as caught:
        make()
    assert type(caught.value) is error
    assert message is None or str(caught.value) == message


def test_paired_units_of_the_scores_are_said():
    effect = effects.from_paired_means(12.4, 6.2, 17.7, 5.9, 117, r=0.62)
    assert (effect.design, effect.standardiser, effect.metric) == (Design.PAIRED, "SD before", Metric.D)
    assert effect.estimate == pytest.approx((12.4 - 17.7) / 5.9)
