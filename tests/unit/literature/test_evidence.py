"""Only findings that answer one question with one measure are set side by side."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rapport.literature.evidence import alignment_key, comparable_sets
from rapport.literature.models import Article, Axis, Family, Finding

FAMILIES = {
    axis: {key: Family(pk=number, axis=axis, key=key, position=number) for number, key in enumerate("ab", start=start)}
    for start, axis in ((1, "outcome"), (11, "comparison"), (21, "time_point"))
}
NO_OVERLAP: frozenset[frozenset[int]] = frozenset()


def an_article(pk: int, **facts) -> Article:
    facts = {"key": f"article-{pk}", "authors": [f"Author{pk}, A."], "year": 2000 + pk, **facts}
    return Article(pk=pk, title=f"Article {pk}", **facts)


def a_finding(article: Article | int, **facts) -> Finding:
    """r = 0.28 (0.20 to 0.30) on outcome a, comparison a, time point a, where higher is good."""
    article = an_article(article) if isinstance(article, int) else article
    families = {f"{axis}_family": FAMILIES[axis][facts.pop(axis, "a")] for axis in Axis.values}
    numbers = {"estimate": "0.28", "interval_low": "0.20", "interval_high": "0.30", "interval_level": "95"}
    for name in numbers:
        value = facts.pop(name, numbers[name])
        facts[name] = None if value is None else Decimal(value)
    return Finding(**{"article": article, "key": "k", "metric_key": "r", "favours": "higher", **families, **facts})


def shape(sets) -> list[list[int]]:
    return [[row.finding.article_id for row in found.findings] for found in sets]


def test_findings_alike_in_everything_share_a_set():
    [found] = comparable_sets([a_finding(1), a_finding(2), a_finding(3)], NO_OVERLAP)
    assert shape([found]) == [[1, 2, 3]]
    assert (found.metric.key, found.outcome.key, found.comparison.key, found.time_point.key, found.favours) == (
        "r",
        "a",
        "a",
        "a",
        "higher",
    )


@pytest.mark.parametrize(
    "difference",
    [
        {"metric_key": "d"},
        {"outcome": "b"},
        {"comparison": "b"},
        {"time_point": "b"},
        {"favours": "lower"},
        {"favours": "none"},
    ],
    ids=str,
)
def test_findings_that_differ_in_one_thing_share_no_set(difference):
    assert comparable_sets([a_finding(1), a_finding(2, **difference)], NO_OVERLAP) == []


@pytest.mark.parametrize(
    "unknown",
    [
        {"metric_key": ""},
        {"outcome_family": None},
        {"comparison_family": None},
        {"time_point_family": None},
        {"favours": ""},
    ],
    ids=str,
)
def test_what_an_article_did_not_say_is_comparable_with_nothing(unknown):
    both = [a_finding(1), a_finding(2)]
    for finding in both:
        for name, value in unknown.items():
            setattr(finding, name, value)
    assert [alignment_key(finding) for finding in both] == [None, None]
    assert comparable_sets(both, NO_OVERLAP) == []


def test_a_finding_without_an_interval_is_left_out():
    without = a_finding(3, interval_low=None, interval_high=None, interval_level=None)
    assert shape(comparable_sets([a_finding(1), a_finding(2), without], NO_OVERLAP)) == [[1, 2]]


@pytest.mark.parametrize("alone", [[], [1]])
def test_fewer_than_two_make_no_set(alone):
    assert comparable_sets([a_finding(pk) for pk in alone], NO_OVERLAP) == []


def test_the_largest_set_comes_first():
    findings = [a_finding(1, outcome="b"), a_finding(2, outcome="b"), a_finding(3), a_finding(4), a_finding(5)]
    assert shape(comparable_sets(findings, NO_OVERLAP)) == [[3, 4, 5], [1, 2]]


def test_articles_known_to_overlap_point_at_each_other():
    overlaps = frozenset({frozenset({1, 3}), frozenset({2, 9})})
    [found] = comparable_sets([a_finding(1), a_finding(2), a_finding(3)], overlaps)
    assert [row.shares_with for row in found.findings] == [(2,), (), (0,)]


def test_two_findings_of_one_article_share_its_people():
    article = an_article(1)
    [found] = comparable_sets([a_finding(article), a_finding(2), a_finding(article)], NO_OVERLAP)
    assert [row.shares_with for row in found.findings] == [(2,), (), (0,)]


def test_a_finding_of_an_article_that_a_later_one_updates_is_superseded():
    [found] = comparable_sets([a_finding(an_article(1, superseded_by_id=2)), a_finding(2)], NO_OVERLAP)
    assert [row.superseded for row in found.findings] == [True, False]
