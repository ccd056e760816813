"""Doubts about stored findings: one row a way in which numbers do not fit, and what fits beside it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation

from rapport.desk.checking import doubts_about
from tests.checking.articles import finding, with_interval

R = {"n": 1000, "p_operator": "<", "p_value": ".001"}
D = {"metric_key": "d"}
OR = {"metric_key": "OR"}
T_TEST = {**D, "estimate": "0.37", "test": "t", "statistic": "2.84", "df": ["229"], "p_operator": "="}
F_TEST = {**D, "estimate": "0.4", "test": "F", "statistic": "5.10", "p_operator": "="}
CHI2_TEST = {**OR, "estimate": "2.1", "test": "chi2", "statistic": "7.90", "p_operator": "="}
R_TEST = {"estimate": "0.20", "test": "r", "statistic": "0.20", "df": ["98"]}
UNEVEN = with_interval("0.27", "0.10", "0.30")

# what is stored, and its doubts: (kind, field, whether the numbers cannot all be right)
STORED = [
    ("a correlation inside its interval", with_interval("0.27", "0.24", "0.30", **R), []),
    ("an estimate outside", with_interval("0.37", "0.24", "0.30"), [("interval.outside", "estimate", True)]),
    ("limits swapped", with_interval("-0.17", "-0.12", "-0.22"), [("interval.order", "interval_low", True)]),
    ("a limit's sign lost", with_interval("-0.17", "0.22", "-0.12"), [("interval.order", "interval_low", True)]),
    ("an uneven interval", UNEVEN, [("interval.askew", "interval_low", False)]),
    ("an uneven interval with its reason", {**UNEVEN, "note": {"en": "A bootstrap interval."}}, []),
    ("an uneven interval with its reason in French", {**UNEVEN, "note": {"fr": "Intervalle asymétrique."}}, []),
    ("a correlation even on Fisher's scale", with_interval("0.80", "0.53", "0.92"), []),
    ("an odds ratio even on its logarithm", with_interval("0.58", "0.36", "0.94", **OR), []),
    (
        "an odds ratio even without it",
        with_interval("0.58", "0.22", "0.94", **OR),
        [("interval.askew", "interval_low", False)],
    ),
    ("a 90% interval", with_interval("0.30", "0.07", "0.53", **D) | {"interval_level": "90"}, []),
    ("p that fits", with_interval("0.58", "0.36", "0.94", **OR, p_operator="=", p_value=".03"), []),
    (
        "p with a digit lost",
        with_interval("0.58", "0.36", "0.94", **OR, p_operator="=", p_value=".30"),
        [("p.interval", "p_value", False)],
    ),
    (
        "p below .05 across the null",
        with_interval("0.30", "-0.02", "0.62", **D, p_operator="<", p_value=".05"),
        [("p.interval", "p_value", False)],
    ),
    (
        "p above .05 off the null",
        with_interval("0.30", "0.02", "0.58", **D, p_operator=">", p_value=".05"),
        [("p.interval", "p_value", False)],
    ),
    ("t and its p", {**T_TEST, "p_value": ".005"}, []),
    ("t and a larger p, as a correction makes", {**T_TEST, "p_value": ".05"}, [("p.differs", "p_value", False)]),
    ("t and a smaller p", {**T_TEST, "p_value": ".0005"}, [("p.differs", "p_value", True)]),
    ("t with Welch's df", {**T_TEST, "df": ["187.4"], "n": 229, "p_value": ".005"}, []),
    ("more df than people", {**T_TEST, "df": ["290"], "n": 229, "p_value": ".005"}, [("df.more", "df", False)]),
    ("F and its p", {**F_TEST, "df": ["2", "134"], "p_value": ".007"}, []),
    ("F and a smaller p", {**F_TEST, "df": ["2", "134"], "p_value": ".0007"}, [("p.differs", "p_value", True)]),
    ("F with one df", {**F_TEST, "df": ["134"], "p_value": ".007"}, [("df.number", "df", True)]),
    ("χ² and its p", {**CHI2_TEST, "df": ["3"], "p_value": ".048"}, []),
    ("χ² and a smaller p", {**CHI2_TEST, "df": ["3"], "p_value": ".0048"}, [("p.differs", "p_value", True)]),
    (
        "χ² below 0",
        {**CHI2_TEST, "statistic": "-7.90", "df": ["3"], "p_value": ".048"},
        [("statistic.range", "statistic", True)],
    ),
    (
        "z and its p",
        {"metric_key": "b", "estimate": "2.1", "test": "z", "statistic": "2.58", "p_operator": "<", "p_value": ".01"},
        [],
    ),
    (
        "z and another p",
        {"metric_key": "b", "estimate": "2.1", "test": "z", "statistic": "1.58", "p_operator": "<", "p_value": ".01"},
        [("p.differs", "p_value", True)],
    ),
    ("r and its p", {**R_TEST, "p_operator": "=", "p_value": ".046"}, []),
    ("r and another p", {**R_TEST, "p_operator": "<", "p_value": ".001"}, [("p.differs", "p_value", True)]),
    (
        "r of one sample and another p",
        {"estimate": "0.05", "n": 100, "p_operator": "<", "p_value": ".001"},
        [("p.differs", "p_value", False)],
    ),
    ("p above 1", {"estimate": "0.2", "p_operator": "=", "p_value": "5"}, [("p.range", "p_value", True)]),
    ("a percentage that people can make", {"metric_key": "percent", "estimate": "41.5", "n": 159}, []),
    (
        "one that they cannot",
        {"metric_key": "percent", "estimate": "33.1", "n": 20},
        [("percent.people", "n", False)],
    ),
    ("one of a meta-analysis", {"metric_key": "percent", "estimate": "33.1", "n": 20, "k": 5}, []),
    ("a percentage above 100", {"metric_key": "percent", "estimate": "120"}, [("percent.range", "estimate", True)]),
    ("a correlation above 1", {"estimate": "27"}, [("r.range", "estimate", True)]),
    ("a limit above 1", with_interval("0.9", "0.8", "1.02"), [("r.range", "interval_high", True)]),
    ("an odds ratio below 0", {**OR, "estimate": "-0.58"}, [("OR.range", "estimate", True)]),
    ("a difference without its mark", {**D, "estimate": "56"}, [("difference.large", "estimate", False)]),
    (
        "more people than there are",
        {"metric_key": "count", "estimate": "30", "n": 20},
        [("count.part", "estimate", True)],
    ),
    ("half a person", {"metric_key": "count", "estimate": "30.5", "n": 90}, [("count.whole", "estimate", True)]),
    ("fewer than one treated", {"metric_key": "NNT", "estimate": "0.2"}, [("NNT.range", "estimate", True)]),
    ("more studies than people", {"estimate": "0.2", "k": 300, "n": 20}, [("sample.studies", "k", False)]),
    ("no estimate", {"metric_key": "", "estimate": "0", "n": 30}, []),
]


@pytest.mark.parametrize(("told", "stored", "doubts"), STORED)
def test_a_finding_whose_numbers_do_not_fit_is_doubted_and_one_whose_do_is_not(told, stored, doubts):
    found = doubts_about(finding(**stored))
    assert [(doubt.kind, doubt.field, doubt.is_certain) for doubt in found] == doubts


@pytest.mark.parametrize("level", ["0.95", "5", "100"])
def test_a_level_that_is_no_percentage_of_an_interval_is_doubted(level):
    (doubt,) = doubts_about(finding(**with_interval("0.27", "0.24", "0.30", **R) | {"interval_level": level}))
    assert (doubt.kind, doubt.field) == ("level.range", "interval_level")


def test_a_doubt_says_what_does_not_fit_and_what_to_do_in_the_language_of_the_interface():
    stored = finding(**{**T_TEST, "p_value": ".0005"})
    (doubt,) = doubts_about(stored)
    assert doubt.sentence.startswith(
        "The printed p = .0005 does not fit t(229) = 2.84: recomputed, p is .0048 to .0050."
    )
    assert doubt.mend == "Compare p, the test and its degrees of freedom with the article."
    with translation.override("fr"):
        (doubt,) = doubts_about(stored)
    assert "recalculé, p vaut 0,0048 à 0,0050" in doubt.sentence
    assert doubt.mend.startswith("Comparez")


def of_figures(*figures):
    article = SimpleNamespace(figures=list(figures), findings=SimpleNamespace(all=lambda: []))
    return [(doubt.kind, doubt.sentence) for doubt in doubts_about(article)]


def test_a_total_that_is_not_the_sum_of_its_parts_is_doubted():
    parts = [{"value": 121, "what": {"en": "with feedback"}}, {"value": 122, "what": {"en": "without"}}]
    total = {"what": {"en": "clients"}, "total_of": [1, 2]}
    assert of_figures({**total, "value": 243}, *parts) == []
    assert of_figures({**total, "value": 234}, *parts) == [
        ("total.differs", "“clients” is 234, and its parts sum to 243."),
    ]


def test_a_percentage_among_the_articles_other_numbers_lies_between_0_and_100():
    assert of_figures({"value": 71.6, "what": {"en": "I², percent"}}) == []
    assert [kind for kind, _ in of_figures({"value": 716, "what": {"en": "I², percent"}})] == ["percent.range"]
