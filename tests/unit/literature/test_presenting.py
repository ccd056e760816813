"""Findings printed as each language expects, and drawn where they stand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from rapport.literature.evidence import comparable_sets
from rapport.literature.models import Finding
from rapport.literature.presenting import (
    Columns,
    columns_of,
    finding_row,
    finding_rows,
    forest,
    printed_estimate,
    printed_interval,
)
from rapport.web.charts import Mark
from tests.unit.literature.test_evidence import NO_OVERLAP, a_finding, an_article


def seen(metric: str, estimate: str | None, low: str | None = None, high: str | None = None, **facts) -> Finding:
    level = "95" if low else None
    return a_finding(
        1, metric_key=metric, estimate=estimate, interval_low=low, interval_high=high, interval_level=level, **facts
    )


@pytest.mark.parametrize(
    ("metric", "estimate", "english", "french"),
    [
        ("r", "0.28", "r = 0.28", "r = 0,28"),
        ("r", "0.30", "r = 0.30", "r = 0,30"),
        ("d", "-0.16", "d = −0.16", "d = −0,16"),
        ("beta", "0.5", "β = 0.5", "β = 0,5"),
        ("OR", "5", "OR = 5", "OR = 5"),
        ("count", "83834", "n = 83,834", "n = 83\u202f834"),
        ("indirect-effect", "0.12", "0.12", "0,12"),
        ("percent", "19.7", "19.7%", "19,7\u00a0%"),
        ("percent-of-variance", "5", "5% of variance", "5\u00a0% de la variance"),
        ("days", "3", "3 days", "3\u00a0jours"),
        ("days", "1", "1 day", "1\u00a0jour"),
        ("days", "1.5", "1.5 days", "1,5\u00a0jour"),
        ("years", "2", "2 years", "2\u00a0ans"),
        ("mean-difference", "3.85", "3.85 points", "3,85\u00a0points"),
        ("USD", "900", "US$900", "900\u00a0$\u00a0US"),
        ("USD", "-1800", "−US$1,800", "−1\u202f800\u00a0$\u00a0US"),
        ("", None, "", ""),
    ],
)
def test_an_estimate_is_printed_with_its_symbol_or_unit(metric, estimate, english, french):
    finding = seen(metric, estimate)
    assert printed_estimate(finding, "en") == english
    with translation.override("fr"):
        assert printed_estimate(finding, "fr") == french


@pytest.mark.parametrize(
    ("metric", "low", "high", "english", "french"),
    [
        ("r", "0.256", "0.340", "0.256 to 0.340", "de 0,256 à 0,340"),
        ("d", "-0.30", "0.10", "−0.30 to 0.10", "de −0,30 à 0,10"),
        ("percent", "18.7", "20.7", "18.7% to 20.7%", "de 18,7\u00a0% à 20,7\u00a0%"),
        ("count", "1000", "2000", "1,000 to 2,000", "de 1\u202f000 à 2\u202f000"),
        ("r", None, None, "", ""),
    ],
)
def test_an_interval_is_printed_from_its_lower_to_its_upper_limit(metric, low, high, english, french):
    finding = seen(metric, "1", low, high)
    assert printed_interval(finding, "en") == english
    with translation.override("fr"):
        assert printed_interval(finding, "fr") == french


def test_a_row_says_all_that_was_seen_in_the_pages_language():
    finding = seen("r", "0.30", "0.256", "0.340", p_operator="<", p_value=".001")
    row = finding_row(finding, None)
    assert (row.estimate, row.interval, row.interval_label, row.p, row.mark) == (
        "r = 0.30",
        "0.256 to 0.340",
        "95% interval",
        "p < .001",
        None,
    )
    with translation.override("fr"):
        row = finding_row(finding, None)
    assert (row.estimate, row.interval, row.interval_label, row.p) == (
        "r = 0,30",
        "de 0,256 à 0,340",
        "intervalle à 95\u00a0%",
        "p < 0,001",
    )


def test_a_row_of_a_finding_without_numbers_says_nothing():
    row = finding_row(seen("", None), None)
    assert (row.estimate, row.interval, row.interval_label, row.p, row.axis, row.mark) == ("", "", "", "", None, None)
    assert row.metric_name == ""


@pytest.mark.parametrize(
    ("metric", "name"), [("r", "correlation"), ("HR", "hazard ratio"), ("percent", ""), ("USD", ""), ("days", "")]
)
def test_a_metric_is_named_where_its_unit_does_not_say_it(metric, name):
    assert str(finding_row(seen(metric, "1"), None).metric_name) == name


def test_rows_in_one_metric_share_an_axis_and_plain_quantities_have_none():
    rows = finding_rows([seen("r", "0.1"), seen("d", "2"), seen("r", "0.4"), seen("count", "12"), seen("", None)])
    axes = [row.axis for row in rows]
    assert axes[0] == axes[2] != axes[1]
    assert axes[3:] == [None, None]
    assert [row.mark is None for row in rows] == [False, False, False, True, True]


def test_a_mark_stands_where_its_axis_puts_it():
    [row] = finding_rows([seen("r", "0.2", "0.1", "0.4")])
    assert (row.axis.low, row.axis.high) == (-0.5, 0.5)
    assert row.mark == Mark(at=68.8, low_at=59.4, high_at=87.6)


@pytest.mark.parametrize(
    ("metric", "values", "ends"),
    [
        ("r", ("0.28", "0.25", "0.30"), (-0.5, 0.5)),
        ("r", ("-0.62",), (-1, 1)),
        ("g", ("-0.06",), (-1, 1)),
        ("g", ("1.026",), (-2, 2)),
        ("OR", ("1.19", "1.03", "1.38"), (0.25, 4)),
        ("OR", ("5",), (0.125, 8)),
        ("percent", ("19.7", "18.7", "20.7"), (0, 100)),
        ("mean-difference", ("3.85",), (-4, 4)),
    ],
)
def test_a_measure_is_drawn_on_its_usual_axis_and_on_a_wider_one_only_for_what_lies_beyond(metric, values, ends):
    [row] = finding_rows([seen(metric, *values)])
    assert (row.axis.low, row.axis.high) == ends


def drawn(findings, overlaps=NO_OVERLAP):
    [found] = comparable_sets(findings, overlaps)
    return forest(found)


def test_a_forest_stands_in_the_order_of_years_and_an_unknown_year_first():
    later, earlier, unknown = an_article(1, year=2020), an_article(2, year=2010), an_article(3, year=None)
    rows = drawn([a_finding(later), a_finding(earlier), a_finding(unknown)]).rows
    assert [(row.number, row.label) for row in rows] == [(1, "Author3"), (2, "Author2 (2010)"), (3, "Author1 (2020)")]


def test_a_forest_names_overlap_by_the_numbers_of_its_own_rows():
    articles = [an_article(1, year=2020), an_article(2, year=2010), an_article(3, year=2015)]
    rows = drawn([a_finding(article) for article in articles], frozenset({frozenset({1, 2}), frozenset({1, 3})})).rows
    assert [(row.article.pk, row.shares_with, row.overlaps) for row in rows] == [
        (2, (3,), True),
        (3, (3,), True),
        (1, (1, 2), True),
    ]


def test_a_forest_marks_what_was_superseded():
    picture = drawn([a_finding(an_article(1, superseded_by_id=2)), a_finding(2)])
    assert [row.superseded for row in picture.rows] == [True, False]


def test_a_forests_axis_holds_every_interval():
    picture = drawn([a_finding(1, interval_low="-0.9"), a_finding(2, interval_high="0.95")])
    assert picture.axis.low <= Decimal("-0.9") < Decimal("0.95") <= picture.axis.high


def test_a_forests_rows_stand_below_each_other_and_within_its_height():
    picture = drawn([a_finding(1), a_finding(2), a_finding(3)])
    heights = [(row.label_y, row.range_y, row.point_y) for row in picture.rows]
    assert heights == [(22, 32, 35), (66, 76, 79), (110, 120, 123)]
    assert heights[-1][-1] < picture.axis_y < picture.tick_y < picture.height


@pytest.mark.parametrize(
    ("finding", "lacks"),
    [
        (seen("r", "0.28"), True),
        (seen("r", "0.28", "0.26", "0.30"), False),
        (seen("OR", "1.82"), True),
        (seen("mean-difference", "3.85"), True),
        (seen("percent", "54"), False),
        (seen("percent-of-variance", "5"), False),
        (seen("count", "231"), False),
        (seen("days", "3"), False),
        (seen("", None), False),
    ],
)
def test_an_interval_is_missed_of_an_effect_and_not_of_a_plain_number(finding, lacks):
    assert finding_row(finding, None).lacks_interval is lacks


@pytest.mark.parametrize(
    ("findings", "columns"),
    [
        ([seen("r", "0.28", "0.26", "0.30", reading={"en": "A small link."})], Columns(True, True, True)),
        ([seen("percent", "54")], Columns(interval=False, drawn=True, words=False)),
        ([seen("days", "3", note={"en": "In the abstract only."})], Columns(interval=False, drawn=False, words=True)),
        ([seen("days", "3"), seen("r", "0.28")], Columns(interval=True, drawn=True, words=False)),
        ([], Columns(interval=False, drawn=False, words=False)),
    ],
)
def test_a_table_has_the_columns_that_some_row_fills(findings, columns):
    assert columns_of(finding_rows(findings)) == columns
