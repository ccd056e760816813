"""Checks of printed statistics against one another: what fits, what does not and by how much, what cannot be told."""

from __future__ import annotations

import itertools
import json
import math
from decimal import Decimal

import pytest

from rapport.stats import consistency
from rapport.stats.consistency import Check, Verdict
from rapport.stats.errors import MissingValues, NotNumbers, OutOfRange, StatsError, TooFew, WrongShape

FITS, DIFFERS, CANNOT = Verdict.CONSISTENT, Verdict.INCONSISTENT, Verdict.CANNOT_TELL

# --- in text: what an editor reads ----------------------------------------------------------------------

TEXTS = [
    # p and its statistic
    ("t(29) = 2.80, p = .009", [(FITS, "The printed p = .009 fits t(29) = 2.80.")]),
    (
        "t(29) = 2.80, p = .019",
        [
            (
                DIFFERS,
                "The printed p = .019 does not fit t(29) = 2.80: recomputed, p is .0089 to .0091. A p corrected for "
                "several tests would be larger than the recomputed one.",
            )
        ],
    ),
    (
        "t(29) = 2.80, p = .0045",
        [
            (
                DIFFERS,
                "The printed p = .0045 does not fit t(29) = 2.80: recomputed, p is .0089 to .0091. A one-tailed test "
                "would fit.",
            )
        ],
    ),
    (
        "All tests were one-tailed: t(29) = 2.80, p = .0045.",
        [(FITS, "The printed p = .0045 fits t(29) = 2.80. It fits a one-tailed test, which the text names.")],
    ),
    (
        "F(1, 134) = 3.50, p < .05",
        [
            (
                DIFFERS,
                "The printed p < .05 does not fit F(1, 134) = 3.50: recomputed, p is .0634 to .0637. A one-tailed test "
                "would fit. The two lie on different sides of .05.",
            )
        ],
    ),
    ("χ2 (2, N = 117) = 6,12 ; p = 0,047", [(FITS, "The printed p = 0,047 fits χ2 (2, N = 117) = 6,12.")]),
    ("F < 1, p = .45", [(CANNOT, None)]),
    ("F(2, 40) < 1, p = .45", [(FITS, "The printed p = .45 fits F(2, 40) < 1.")]),
    ("t(28.4) = −2.10, p = .045", [(FITS, "The printed p = .045 fits t(28.4) = −2.10.")]),
    (
        "t(3) = 2.80, p = .075",
        [
            (
                CANNOT,
                "The printed p = .075 fits t(3) = 2.80 only if the degrees of freedom were rounded: as printed, p "
                "would be .0676 to .0681.",
            )
        ],
    ),
    (
        "r = .28, p < .001",
        [
            (
                CANNOT,
                "Whether p < .001 fits r = .28 cannot be told: the degrees of freedom (or the sample size) are not "
                "printed with it.",
            )
        ],
    ),
    (
        "t = 2.8, p = .001",
        [
            (
                DIFFERS,
                "The printed p = .001 does not fit t = 2.8: with any degrees of freedom, p is at least .0044.",
            )
        ],
    ),
    ("z = 2.33, p = .02", [(FITS, "The printed p = .02 fits z = 2.33.")]),
    ("t(29) = 20.1, p = .000", [(FITS, "The printed p = .000 fits t(29) = 20.1.")]),
    # coefficients
    (
        "b = −0.21, SE = .08, t(40) = −2.6, p = .013",
        [
            (FITS, "The printed t(40) = −2.6 fits b = −0.21, SE = .08."),
            (FITS, "The printed p = .013 fits t(40) = −2.6."),
        ],
    ),
    (
        "b = −0.21, SE = .08, t(40) = 2.6",
        [
            (
                DIFFERS,
                "The printed t(40) = 2.6 does not fit b = −0.21, SE = .08: the estimate divided by its SE is −2.9 to "
                "−2.4. With the other sign it would fit.",
            )
        ],
    ),
    ("b = −0.21, SE = .08, p = .01", [(FITS, "The printed p = .01 fits b = −0.21, SE = .08.")]),
    ("b = −0.21, SE = .08, p = .03", [(CANNOT, None)]),
    ("b = −0.21, SE = .08, p = .001", [(DIFFERS, None)]),
    # intervals
    (
        "OR 1.84 (95% CI 1.12–3.02), p = .30",
        [
            (FITS, "The estimate OR = 1.84 lies in the middle of its interval, [1.12, 3.02]."),
            (
                DIFFERS,
                "The printed p = .30 does not fit the interval of OR = 1.84, [1.12, 3.02]: from the interval, p is "
                ".015 to .017. The two lie on different sides of .05.",
            ),
        ],
    ),
    (
        "d = −0.35, 95% CI [0.12, 0.58]",
        [
            (
                DIFFERS,
                "The estimate d = −0.35 lies outside its interval, [0.12, 0.58], by 0.46. With the other sign it would "
                "fit.",
            )
        ],
    ),
    (
        "OR = 2.07, 95% CI [1.12, 3.02]",
        [
            (
                CANNOT,
                "The estimate OR = 2.07 lies inside its interval, [1.12, 3.02], but not in the middle, which would be "
                "1.83 to 1.84. Some intervals are so (bootstrap, profile, exact), so this cannot be told. It is in the "
                "middle when the logarithm is not taken.",
            )
        ],
    ),
    ("84% (95% CI 75–90)", [(FITS, "The estimate 84% lies inside its interval, [75, 90].")]),
    ("ICC = .06, 95% CI [.01, .30]", [(FITS, "The estimate ICC = .06 lies inside its interval, [.01, .30].")]),
    (
        "OR = 3.0 (95% CI 2.0–4.5), p = .02",
        [
            (FITS, None),
            (
                CANNOT,
                "The printed p = .02 and the interval of OR = 3.0, [2.0, 4.5], point the same way. From the interval p "
                "would be below .0001; a test of another kind than the interval can differ so.",
            ),
        ],
    ),
    # people
    ("12 of 40 clients (30%) left", [(FITS, "30% fits 12 of 40.")]),
    ("13/40 (32%) or 13/40 (33%)", [(FITS, "32% fits 13 of 40."), (FITS, "33% fits 13 of 40.")]),
    (
        "41% (n = 12 of 40)",
        [(DIFFERS, "The printed 41% does not fit 12 of 40, which is 30%.")],
    ),
    (
        "62 of 117 (52.9%)",
        [
            (
                DIFFERS,
                "The printed 52.9% does not fit 62 of 117, which is 53.0%. Cut off instead of rounded, it would fit.",
            )
        ],
    ),
    ("41 of 40 (102%)", [(DIFFERS, "41 of 40: the part is larger than the whole.")]),
    (
        "r(134, N = 120) = .28",
        [(DIFFERS, "134 degrees of freedom are more than n = 120 can give, 118.")],
    ),
    # what cannot be
    ("r = 1.28", [(DIFFERS, "r = 1.28 is printed, and r lies between −1 and 1.")]),
    ("F(1, 20) = −3.1", [(DIFFERS, "F(1, 20) = −3.1 is printed, and F cannot be below 0.")]),
    ("α = 1.1", [(DIFFERS, "α = 1.1 is printed, and α cannot be above 1.")]),
    # nothing to compare
    ("N = 117, M = 3.52 (SD = 0.48), d = 0.5, p < .001 in 1/2/2020", []),
    ("t(2, 134) = 3.1, p = .01", []),  # no t has two
]


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=[text for text, _ in TEXTS])
def test_a_text_is_checked_in_sentences(text, expected):
    results = consistency.check_text(text)
    assert [
        (result.verdict, result.sentence() if wanted else None)
        for result, (_, wanted) in itertools.zip_longest(results, expected, fillvalue=(None, "nothing"))
    ] == expected


def test_a_check_points_to_where_in_the_text():
    text = "They improved (t(29) = 2.80, p = .019) and 12 of 40 (31%) left; OR 1.84 (95% CI 1.12–3.02)."
    assert [text[result.start : result.end] for result in consistency.check_text(text)] == [
        "t(29) = 2.80, p = .019",
        "12 of 40 (31%)",
        "OR 1.84 (95% CI 1.12–3.02)",
    ]


def test_sentences_are_in_french_too():
    p, interval, share = (
        consistency.check_text(text)[-1].sentence("fr")
        for text in ("t(29) = 2,80 ; p = 0,019", "OR = 3,0 (IC 95 % : 2,0–4,5), p = 0,02", "12 sur 40 (31,5 %)")
    )
    assert p == (
        "La valeur imprimée p = 0,019 ne s’accorde pas avec «\u00a0t(29) = 2,80\u00a0»\u00a0: recalculé, p vaut "
        "0,0089 à 0,0091. Un p corrigé pour plusieurs tests serait plus grand que le p recalculé."
    )
    assert interval == (
        "La valeur imprimée p = 0,02 et l’intervalle de OR = 3,0, [2,0\u202f; 4,5], vont dans le même sens. "
        "D’après l’intervalle, p vaudrait moins de 0,0001\u202f; "
        "un test d’une autre sorte que l’intervalle peut différer ainsi."
    )
    assert share == "La valeur imprimée 31,5\u00a0% ne s’accorde pas avec 12 sur 40, soit 30,0\u00a0%."


@pytest.mark.parametrize("scale", ["plain", "any", "log", "fisher"])
def test_an_estimate_that_meets_its_interval_only_by_rounding_is_not_said_to_lie_inside(scale):
    result = consistency.check_interval("0.5", "0.6", "0.9", scale=scale)

    assert (result.verdict, result.distance) == (Verdict.CANNOT_TELL, None)
    assert result.sentence() == (
        "As printed, the estimate 0.5 lies outside its interval, [0.6, 0.9], by 0.10. Only rounding can bring it to "
        "the limit, so this cannot be told."
    )


def test_an_estimate_printed_more_coarsely_than_its_narrow_interval_fits_it():
    result = consistency.check_interval("0.5", "0.51", "0.53")

    assert result.sentence() == "The estimate 0.5 lies in the middle of its interval, [0.51, 0.53]."


def test_an_interval_without_a_middle_on_its_scale_is_not_said_to_have_the_estimate_there():
    result = consistency.check_interval("1.5", "0.00", "3.00", scale="log", name="OR")

    assert result.sentence() == "The estimate OR = 1.5 lies inside its interval, [0.00, 3.00]."


def test_a_recomputed_percentage_has_the_decimals_of_the_printed_one():
    assert [consistency.check_percentage(percent, 1, 3).sentence() for percent in ("33.34", "33.4", "34")] == [
        "The printed 33.34% does not fit 1 of 3, which is 33.33%.",
        "The printed 33.4% does not fit 1 of 3, which is 33.3%.",
        "The printed 34% does not fit 1 of 3, which is 33.3%.",
    ]
    assert consistency.check_percentages(["33.33", "33.33", "33.31"]).sentence() == (
        "The percentages sum to 99.97; with their rounding, 100 is out of reach."
    )


@pytest.mark.parametrize("percent", ["84", "84%", "84 %", "84\u00a0%", "84\u202f%"])
def test_a_percentage_is_read_with_its_sign_and_without(percent):
    assert consistency.check_percentage(percent, 84, 100).sentence() == "84% fits 84 of 100."
    assert consistency.check_percentages([percent, "16%"]).verdict is FITS


def test_a_percentage_above_100_cannot_be_of_a_whole():
    result = consistency.check_percentage("120%", 12, 40)

    assert (result.verdict, result.printed, result.distance) == (DIFFERS, "120%", 89.5)
    assert result.sentence() == ("The printed 120% is above 100% and cannot be a part of a whole; 12 of 40 is 30%.")


def test_numbers_of_an_english_text_are_french_outside_guillemets():
    (result,) = consistency.check_text("t(29) = 2.80, p = .019")

    assert result.sentence("fr").startswith(
        "La valeur imprimée p = 0,019 ne s’accorde pas avec «\u00a0t(29) = 2.80\u00a0»\u00a0: recalculé, p vaut 0,0089"
    )
    assert consistency.check_interval("2.5", "1.12", "2.02", name="OR").sentence("fr") == (
        "L’estimation OR = 2,5 est hors de son intervalle, [1,12\u202f; 2,02], de 0,42."
    )


def test_every_sentence_has_the_same_gaps_in_both_languages():
    from string import Formatter

    from rapport.stats.consistency.wording import SENTENCES

    def gaps(sentence):
        return {name for _, name, *_ in Formatter().parse(sentence) if name}

    assert {key: gaps(en) for key, (en, _) in SENTENCES.items()} == {
        key: gaps(fr) for key, (_, fr) in SENTENCES.items()
    }


# --- one check at a time ----------------------------------------------------------------------------------


def test_a_check_says_what_was_recomputed_and_how_far_it_is():
    result = consistency.check_p(".019", test="t", statistic="2.80", df=(29,))

    assert (result.check, result.verdict, result.printed) == (Check.P, DIFFERS, "p = .019")
    # From t = 2.805 to t = 2.795.
    assert (result.lowest, result.highest) == pytest.approx((0.0088898, 0.0091082), abs=1e-7)
    assert result.distance == pytest.approx(0.0185 - 0.0091082, abs=1e-7)
    assert result.notes == ("corrected",)
    assert json.loads(json.dumps(result.to_dict()))["verdict"] == "inconsistent"
    assert str(result).endswith(
        "Method: p recomputed from every value that rounds to the printed ones (Nuijten et al., 2016)"
    )


def test_decimals_as_printed_matter():
    # t = 2.8 stands for 2.75 to 2.85 and fits; t = 2.800 stands for 2.7995 to 2.8005 and does not.
    loose, exact = (consistency.check_p(".0094", test="t", statistic=t, df=(29,)) for t in ("2.8", "2.800"))
    assert (loose.verdict, exact.verdict) == (FITS, DIFFERS)
    assert consistency.check_p(Decimal("0.0094"), test="t", statistic=Decimal("2.800"), df=(29,)).verdict is DIFFERS


@pytest.mark.parametrize(
    ("operator", "p", "verdict"),
    [
        ("<", ".01", FITS),
        ("<", ".009", FITS),  # 2.80 can be 2.804, with p = .0089
        ("<", ".005", DIFFERS),
        ("≤", ".01", FITS),
        (">", ".05", DIFFERS),
        (">", ".009", FITS),
        ("≥", ".0095", DIFFERS),
        ("≈", ".01", FITS),
        ("=", ".01", FITS),
        ("=", ".010", DIFFERS),
        ("=", ".000", DIFFERS),
        ("<", ".000", DIFFERS),
    ],
)
def test_what_stands_before_p_is_heeded(operator, p, verdict):
    assert consistency.check_p(p, test="t", statistic="2.80", df=(29,), operator=operator).verdict is verdict


def test_an_r_is_checked_by_its_df_or_its_n():
    by_df = consistency.check_p(".04", test="r", statistic="-.21", df=(94,))
    by_n = consistency.check_p(".04", test="r", statistic="-.21", n=96)
    assert (by_df.verdict, by_df.lowest) == (FITS, by_n.lowest)


def test_a_two_tailed_p_is_named_where_one_tail_was_said():
    result = consistency.check_p(".009", test="t", statistic="2.80", df=(29,), tails=1)
    assert (result.verdict, result.notes) == (DIFFERS, ("two-tailed",))


@pytest.mark.parametrize(
    ("mean", "n", "items", "verdict", "sentence"),
    [
        (
            "3.51",
            25,
            1,
            DIFFERS,
            "The mean 3.51 is not possible with whole-number answers of n = 25: the nearest possible: 3.48 and 3.52.",
        ),
        ("3.52", 25, 1, FITS, "The mean 3.52 is possible with whole-number answers of n = 25."),
        ("3,52", 25, 1, FITS, None),
        ("3.5", 25, 1, CANNOT, None),
        (
            "3.51",
            25,
            10,
            CANNOT,
            "With n = 25 × 10, every mean of so few decimals is possible; the mean 3.51 cannot be checked.",
        ),
        ("-0.52", 25, 1, FITS, None),
    ],
)
def test_a_mean_of_whole_numbers_is_possible_or_not(mean, n, items, verdict, sentence):
    result = consistency.grim(mean, n, items=items)
    assert result.verdict is verdict
    assert sentence is None or result.sentence() == sentence


def test_an_sd_of_whole_numbers_is_possible_or_not_as_every_sample_tells():
    n, decimals = 5, 2
    possible = set()
    for answers in itertools.combinations_with_replacement(range(1, 8), n):
        mean = sum(answers) / n
        sd = math.sqrt(sum((answer - mean) ** 2 for answer in answers) / (n - 1))
        possible.add((f"{mean:.{decimals}f}", f"{sd:.{decimals}f}"))

    assert all(consistency.grimmer(sd, mean, n).verdict is FITS for mean, sd in possible)
    # Among the SDs next to these, those that no sample has are found; a few need an answer off the scale.
    others = {(mean, f"{float(sd) + 0.02:.2f}") for mean, sd in possible} - possible
    found = [consistency.grimmer(sd, mean, n).verdict for mean, sd in others]
    assert found.count(DIFFERS) > 0.9 * len(found)


def test_an_sd_that_is_not_possible_names_the_nearest():
    result = consistency.grimmer("0.94", "3.52", 25)
    assert result.sentence() == (
        "The SD 0.94 is not possible with the mean 3.52 and whole-number answers of n = 25: the nearest possible: "
        "0.92 and 0.96."
    )


@pytest.mark.parametrize(
    ("make", "verdict", "distance", "sentence"),
    [
        (lambda: consistency.check_total([61, 56], 117), FITS, 0, "The parts sum to the printed 117."),
        (
            lambda: consistency.check_total([61, 55], 117),
            DIFFERS,
            1,
            "The parts sum to 116, and the printed total is 117.",
        ),
        (lambda: consistency.check_total([61, 55], 117, complete=False), CANNOT, None, None),
        (lambda: consistency.check_total([61, 57], 117, complete=False), DIFFERS, 1, None),
        (
            lambda: consistency.check_percentages(["52", "45", "3"]),
            FITS,
            0,
            "The percentages sum to 100, within their rounding.",
        ),
        (lambda: consistency.check_percentages(["33.3", "33.3", "33.3"]), FITS, 0, None),
        (
            lambda: consistency.check_percentages(["52", "45", "5"]),
            DIFFERS,
            0.5,
            "The percentages sum to 102; with their rounding, 100 is out of reach. Where several answers were allowed, "
            "this is as it should be.",
        ),
        (lambda: consistency.check_percentages(["52", "41"], complete=False), CANNOT, None, None),
        (lambda: consistency.check_df(115, 117, design="two groups"), FITS, 0, None),
        (lambda: consistency.check_df("98.3", 117, design="two groups"), CANNOT, None, None),
        (
            lambda: consistency.check_df(118, 117, design="paired"),
            DIFFERS,
            2,
            "118 degrees of freedom are more than n = 117 can give, 116.",
        ),
        (lambda: consistency.check_df(113, 117, design="regression", predictors=3), FITS, 0, None),
        (lambda: consistency.check_interval("0.5", "0.9", "0.1"), DIFFERS, 0.8, None),
        (lambda: consistency.check_interval_p(".05", "0.2", "-0.1", "0.5", operator="<"), DIFFERS, None, None),
        (lambda: consistency.check_interval_p(".05", "0.30", "0.02", "0.58", operator=">"), DIFFERS, None, None),
    ],
)
def test_sums_df_and_intervals(make, verdict, distance, sentence):
    result = make()
    assert result.verdict is verdict
    assert verdict is DIFFERS or result.distance == distance
    assert distance is None or result.distance == pytest.approx(distance)
    assert sentence is None or result.sentence() == sentence


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: consistency.check_p("1.2", test="t", statistic="2", df=(9,)),
            OutOfRange,
            "p is 1.2; it must lie between 0 and 1.",
        ),
        (
            lambda: consistency.check_p(".2", test="F", statistic="2", df=(9,)),
            WrongShape,
            "F has 2 degrees of freedom, and 1 are given.",
        ),
        (
            lambda: consistency.check_p("ns", test="t", statistic="2", df=(9,)),
            NotNumbers,
            "p is 'ns'; give the number as it is printed, such as '0.30'.",
        ),
        (lambda: consistency.grim(None, 25), MissingValues, "mean is missing. Give it as it is printed."),
        (lambda: consistency.grim("3.5", 0), OutOfRange, "n is 0; it must be a whole number of at least 1."),
        (
            lambda: consistency.check_total([], 117),
            TooFew,
            "There are no parts. Give the counts that should make up the total.",
        ),
        (
            lambda: consistency.grim("3.5", 25).sentence("de"),
            OutOfRange,
            'language is \'de\'; the sentences are in "en" and "fr".',
        ),
    ],
)
def test_what_cannot_be_checked_is_refused_in_words(make, error, message):
    with pytest.raises(StatsError) as caught:
        make()
    assert (type(caught.value), str(caught.value)) == (error, message)
