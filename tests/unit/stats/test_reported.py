"""Statistics in running text: what is read, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.stats.reported import Interval, Printed, PValue, Reported, parse_reported

# Input → what each statistic prints as in APA's form. The digits are those of the text.
PRINTED = [
    # estimates with interval and p
    ("(r = −.21, 95% CI [−.34, −.08], p = .002)", ["r = −.21, 95% CI [−.34, −.08], p = .002"]),
    ("(r=.28,p<.001)", ["r = .28, p < .001"]),
    ("(OR = 1.84, 95% CI [1.12, 3.02])", ["OR = 1.84, 95% CI [1.12, 3.02]"]),
    ("d = 0.5 (95% CI: 0.12–0.92)", ["d = 0.5, 95% CI [0.12, 0.92]"]),
    ("g = .23, 95% CI = .12 to .34.", ["g = .23, 95% CI [.12, .34]"]),
    ("OR 1.84 (95% CI 1.12-3.02)", ["OR = 1.84, 95% CI [1.12, 3.02]"]),
    ("d = 0.5, p < .01, 95% CI [0.2, 0.8]", ["d = 0.5, 95% CI [0.2, 0.8], p < .01"]),
    ("SMD = −0.4; 99% confidence interval −0.6 to −0.2", ["SMD = −0.4, 99% CI [−0.6, −0.2]"]),
    ("HR = 0.71 (CI 95% 0.55–0.92)", ["HR = 0.71, 95% CI [0.55, 0.92]"]),
    ("g = 0.51 [0.13, 0.89]", ["g = 0.51, [0.13, 0.89]"]),
    ("20% (95% CI 15%–25%) left", ["20%, 95% CI [15, 25]"]),
    ("r(134) = .28, 95% CI [-.35--.07]", ["r(134) = .28, 95% CI [-.35, -.07]"]),
    ("OR = 2,95% CI [1,3]", ["OR = 2, 95% CI [1, 3]"]),
    # an interval, a p alone
    ("(95% CI: 1.12–3.02)", ["95% CI [1.12, 3.02]"]),
    ("both p < .001 and p = .04", ["p < .001", "p = .04"]),
    ("with a p-value of .03", ["p = .03"]),
    ("r = .28, 95% CI [.20, .36], 99% CI [.17, .39]", ["r = .28, 95% CI [.20, .36]", "99% CI [.17, .39]"]),
    # tests and their companions
    (
        "B = 0.42, SE = 0.15, t(29) = 2.80, p = .009; g = 0.51 [0.13, 0.89]",
        ["B = 0.42, p = .009", "SE = 0.15", "t(29) = 2.80, p = .009", "g = 0.51, [0.13, 0.89]"],
    ),
    ("F(2, 134) = 5.10, p < .01, ηp² = .07", ["F(2, 134) = 5.10, p < .01", "ηp² = .07"]),
    ("χ²(1, N = 117) = 4.5, p = .03", ["χ²(1, N = 117) = 4.5, p = .03"]),
    ("t(28.4) = −2.1; z = 1.96", ["t(28.4) = −2.1", "z = 1.96"]),
    ("M = 12.3, SD = 4.5", ["M = 12.3", "SD = 4.5"]),
    ("R² = .15, κ = .81, ICC = .06", ["R² = .15", "κ = .81", "ICC = .06"]),
    ("β = −.18, p ≤ .05", ["β = −.18, p ≤ .05"]),
    # two estimates, one p: the p is the last one's
    ("r = .21, d = .40, p = .01", ["r = .21", "d = .40, p = .01"]),
    # counts and percentages
    ("n = 136 and N = 12,345.", ["n = 136", "N = 12,345"]),
    ("(k = 24; n=1 204)", ["k = 24", "n = 1 204"]),
    ("84% and 7.5 % and 12 per cent", ["84%", "7.5%", "12%"]),
    ("10–20%, 64%–77%, 3 to 4%", ["10–20%", "64–77%", "3–4%"]),
    ("fell by −5%", ["−5%"]),
    # signs and ranges
    ("d = –0.35", ["d = –0.35"]),
    ("d = .24–.46", ["d = .24–.46"]),
    ("d ranged, d = -.24 to .46", ["d = -.24–.46"]),
    # said in words
    ("an odds ratio of 1.84, a Cohen’s d of 0.2", ["odds ratio = 1.84", "Cohen’s d = 0.2"]),
    ("the correlation was .28", ["correlation = .28"]),
    # French
    (
        "r = 0,28, IC 95 % [0,12 ; 0,34], p < 0,001 ; N = 1\u202f234",
        ["r = 0,28, 95% CI [0,12; 0,34], p < 0,001", "N = 1\u202f234"],
    ),
    ("RC = 1,84 (IC à 95 % : 1,12 à 3,02)", ["RC = 1,84, 95% CI [1,12; 3,02]"]),
    ("7,5\u00a0% des personnes", ["7,5%"]),
    ("χ2 (2, N = 117) = 6,12 ; p = 0,047", ["χ2(2, N = 117) = 6,12, p = 0,047"]),
    ("Hedges’ g = 0.51, 95 % IC [0,13 ; 0,89]", ["Hedges’ g = 0.51, 95% CI [0,13; 0,89]"]),
    ("g de Hedges = 0,51 (IC95% : 0,13 à 0,89)", ["g de Hedges = 0,51, 95% CI [0,13; 0,89]"]),
    ("t(115) = 2,10 ; p = ,038", ["t(115) = 2,10, p = ,038"]),
    ("t(28,4) = 2,10", ["t(28.4) = 2,10"]),
    ("F(1 ; 134) = 4,02 ; p < 0,05", ["F(1, 134) = 4,02, p < 0,05"]),
    ("M = 3,52 (ET = 0,48)", ["M = 3,52", "ET = 0,48"]),
    # spaces left out or put in
    ("t (29) =−2.8", ["t(29) = −2.8"]),
    ("t(29)=2.80;P=.009", ["t(29) = 2.80, p = .009"]),
    ("d=0.86 (95% CI 0.40 to 1.32)", ["d = 0.86, 95% CI [0.40, 1.32]"]),
    ("F(1, 134) = 4.02, p < .05", ["F(1, 134) = 4.02, p < .05"]),
    # degrees of freedom in other places and forms
    ("t29 = 2.80, P = 0.009", ["t(29) = 2.80, p = 0.009"]),
    ("F2,134 = 5.10, P = .007", ["F(2, 134) = 5.10, p = .007"]),
    ("t = 2.80, df = 29, p = .009", ["t(29) = 2.80, p = .009"]),
    ("Q = 21.8 (df = 12, p = .04)", ["Q(12) = 21.8, p = .04"]),
    ("t(1,234) = 2.80", ["t(1234) = 2.80"]),
    ("F(2, 1,234) = 5.10", ["F(2, 1234) = 5.10"]),
    ("F(1.8, 120.4) = 3.3, p = .045", ["F(1.8, 120.4) = 3.3, p = .045"]),
    # χ² by its other names
    ("X2(1, N = 117) = 4.50, p = .034", ["X2(1, N = 117) = 4.50, p = .034"]),
    ("chi-square(1) = 4.50, p = .03", ["chi-square(1) = 4.50, p = .03"]),
    ("χ 2 (1) = 4.50", ["χ 2(1) = 4.50"]),
    # the AMA’s and the Lancet’s forms
    ("OR, 1.84; 95% CI, 1.12-3.02; P = .02", ["OR = 1.84, 95% CI [1.12, 3.02], p = .02"]),
    (
        "odds ratio [OR], 1.84 [95% CI, 1.12-3.02]; P = .02",
        ["odds ratio = 1.84, 95% CI [1.12, 3.02], p = .02"],
    ),
    ("RR = 0·71 (95% CI 0·55–0·92), p = 0·009", ["RR = 0·71, 95% CI [0·55, 0·92], p = 0·009"]),
    ("SMD −0.40 (95% CI −0.60 to −0.20)", ["SMD = −0.40, 95% CI [−0.60, −0.20]"]),
    (
        "MD = −2.3 points (95% CI −4.1 to −0.5; P = 0.01)",
        ["MD = −2.3, 95% CI [−4.1, −0.5], p = 0.01"],
    ),
    # an interval without a level, or without any label
    ("r = .28, CI [.12, .42]", ["r = .28, [.12, .42]"]),
    ("OR=1.84, CI=1.12–3.02", ["OR = 1.84, [1.12, 3.02]"]),
    ("OR 1.84 (1.12–3.02)", ["OR = 1.84, [1.12, 3.02]"]),
    ("d = 0.5 (0.1 to 0.9), p = .01", ["d = 0.5, [0.1, 0.9], p = .01"]),
    ("d = 0.5 (1.1 to 1.9)", ["d = 0.5"]),  # 0.5 is not between the two
    ("b = 5 (1–7)", ["b = 5"]),  # the range of a scale
    ("M = 3.5 (1.5–4.5)", ["M = 3.5"]),
    # coefficients
    ("b = −0.21, SE = .08", ["b = −0.21", "SE = .08"]),
    ("B = 0.42, SE B = 0.15, β = .21", ["B = 0.42", "SE B = 0.15", "β = .21"]),
    ("b=-0.21; s.e.=0.08; p=0.01", ["b = -0.21, p = 0.01", "s.e. = 0.08"]),
    ("γ10 = 0.12, SE = 0.04", ["γ = 0.12", "SE = 0.04"]),
    ("indirect effect = 0.12, 95% CI [0.03, 0.24]", ["indirect effect = 0.12, 95% CI [0.03, 0.24]"]),
    # a percentage that is no share of people
    ("I² = 45.2%, Q(12) = 21.8, p = .04", ["I² = 45.2%, p = .04", "Q(12) = 21.8, p = .04"]),
    # spread
    ("M = 3.52 (SD = 0.48)", ["M = 3.52", "SD = 0.48"]),
    ("M ± SD = 3.52 ± 0.48", []),  # neither of the two is the SD
]
LEFT_ALONE = [
    "An effect of 0.5 was large.",  # no metric is named, none is guessed
    "In 2021, 212 adults waited between 2 and 31 weeks.",
    "Plan B = better; the PHQ-9 and group d took part.",
    "a = 5, Rr = .2, word = 3, M is 5",
    "5 OR 6 of them, n = many",
    "[12, 13] and 12:30",
    "at t1 = 4 weeks and the X2 = 3 condition",
    "d , 0.5",
    "",
]


@pytest.mark.parametrize(("text", "printed"), PRINTED)
def test_statistics_are_read_with_what_belongs_to_them(text, printed):
    assert [str(found) for found in parse_reported(text)] == printed


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_names_no_statistic_is_left_alone(text):
    assert parse_reported(text) == ()


def test_a_statistic_is_read_whole_with_its_places():
    text = "Small (r(94) = −.21, 95% CI [−.34, −.08], p = .002)."
    assert parse_reported(text) == (
        Reported(
            metric="r",
            symbol="r",
            operator="=",
            values=(Printed("−.21", Decimal("-0.21")),),
            df=(Decimal(94),),
            interval=Interval(
                Printed("−.34", Decimal("-0.34")), Printed("−.08", Decimal("-0.08")), Decimal(95), start=21, end=40
            ),
            p=PValue("=", Printed(".002", Decimal("0.002")), start=42, end=50),
            start=7,
            end=19,
        ),
    )
    (found,) = parse_reported(text)
    assert (text[found.start : found.end], text[slice(*found.whole)]) == (
        "r(94) = −.21",
        "r(94) = −.21, 95% CI [−.34, −.08], p = .002",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("r = .30", "0.30"),
        ("r = 0.3", "0.3"),
        ("N = 1,234", "1234"),
        ("N = 1 234", "1234"),
        ("N = 1.234", None),  # German thousands, or a slip: not guessed
        ("p = 0,001", "0.001"),
        ("d = 1,234", "1.234"),  # no effect is in the thousands
        ("M = 1,234", "1234"),
        ("r = 0,2 et M = 1,234", "0.2"),
        ("M = 1,234 et r = 0,2", "1.234"),  # the text writes decimal commas
        ("M = 1,234.5", "1234.5"),
        ("d = −0.35", "-0.35"),
        ("d = –0.35", "-0.35"),
        ("d = +0.35", "0.35"),
    ],
)
def test_a_number_keeps_its_decimals_sign_and_thousands(text, value):
    assert [str(found.value) for found in parse_reported(text)[:1]] == ([] if value is None else [value])


def test_a_long_text_is_read_once_over():
    text = "We saw r = .28 (95% CI [.20, .36]) in 5% of 1,2,3,4 [ " * 20_000
    assert len(parse_reported(text)) == 40_000


@pytest.mark.parametrize("piece", ["1", "1,111", "[", "95% CI [", "r = ", "p ", "(", "-", "\u00a0", "ICC"])
def test_any_piece_over_and_over_ends(piece):
    assert all(found.metric for found in parse_reported(piece * 20_000))


# --- what is printed reads back -------------------------------------------------------------------


def _number(draw, *, signed=True, below_one=False):
    sign = draw(st.sampled_from(["", "−", "-", "–"] if signed else [""]))
    whole = "" if below_one else draw(st.sampled_from(["", "0", "1", "23", "456"]))
    decimals = draw(st.text("0123456789", min_size=0 if whole else 1, max_size=4))
    mark = draw(st.sampled_from(".,")) if decimals else ""
    # “1,234” is read by what stands around it, and has tests of its own.
    if mark == "," and len(decimals) == 3:
        mark = "."
    bare = f"{'-' if sign else ''}{whole}.{decimals}" if decimals else f"{'-' if sign else ''}{whole}"
    return Printed(f"{sign}{whole}{mark}{decimals}", Decimal(bare))


@st.composite
def estimates(draw):
    symbol, metric = draw(
        st.sampled_from(
            [("r", "r"), ("d", "d"), ("g", "g"), ("OR", "OR"), ("B", "b"), ("β", "beta"), ("M", "mean"), ("ICC", "ICC")]
        )
    )
    levels = st.sampled_from([None, Decimal(95), Decimal(99), Decimal(90), Decimal("97.5")])
    interval = Interval(_number(draw), _number(draw), draw(levels)) if draw(st.booleans()) else None
    p = (
        PValue(draw(st.sampled_from("=<>≤")), _number(draw, signed=False, below_one=True))
        if draw(st.booleans())
        else None
    )
    df = draw(st.sampled_from([(), (Decimal(134),), (Decimal("28.4"),)])) if metric == "r" else ()
    operator = draw(st.sampled_from("=<>≈"))
    return Reported(metric, symbol, operator, (_number(draw),), df=df, interval=interval, p=p)


def without_places(found: Reported) -> Reported:
    interval = found.interval and replace(found.interval, start=0, end=0)
    p = found.p and replace(found.p, start=0, end=0)
    return replace(found, interval=interval, p=p, start=0, end=0)


@settings(deadline=None)
@given(st.lists(estimates(), min_size=1, max_size=3))
def test_what_is_printed_in_apas_form_reads_back_as_itself(some):
    text = "We saw that " + "; and then, ".join(f"it was so ({found})" for found in some) + "."
    assert [without_places(found) for found in parse_reported(text)] == some


@settings(deadline=None)
@given(st.text(st.sampled_from("rdOR pnN=<.,;()[]−–-0159%CItoà \n"), max_size=80))
def test_any_text_is_read_and_what_is_found_stands_where_it_says(text):
    for found in parse_reported(text):
        assert all(number.text in text[found.start : found.end] for number in found.values)
        assert found.start <= found.end <= len(text)
