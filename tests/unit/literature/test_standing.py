"""What the notices about an article come to."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.literature.models import Notice
from rapport.literature.standing import retraction_of, standing_of

NOTICED = dt.datetime(2024, 6, 3, 3, 40, tzinfo=dt.UTC)


def notices(*kinds: str) -> list[Notice]:
    """One a month, in this order."""
    return [
        Notice(kind=kind, published_on=dt.date(2020, month, 1), noticed_at=NOTICED)
        for month, kind in enumerate(kinds, start=1)
    ]


@pytest.mark.parametrize(
    ("kinds", "standing"),
    [
        ([], ""),
        (["retraction"], "retracted"),
        (["concern"], "questioned"),
        (["correction"], "corrected"),
        (["other"], ""),
        (["correction", "concern", "retraction"], "retracted"),
        (["retraction", "correction"], "retracted"),
        (["concern", "correction"], "questioned"),
        (["retraction", "reinstatement"], "reinstated"),
        (["concern", "reinstatement"], "reinstated"),
        (["retraction", "reinstatement", "correction"], "corrected"),
        (["retraction", "reinstatement", "retraction"], "retracted"),
        (["correction", "reinstatement"], "corrected"),
        (["reinstatement"], ""),
    ],
)
def test_the_gravest_since_the_last_reinstatement_counts(kinds, standing):
    assert standing_of(notices(*kinds)) == standing


def test_the_order_is_that_of_the_notices_own_days_not_of_our_hearing_of_them():
    retracted, reinstated = notices("retraction", "reinstatement")
    assert standing_of([reinstated, retracted]) == "reinstated"


def test_of_a_retraction_and_a_reinstatement_of_one_day_the_retraction_stands_whichever_is_read_first():
    both = [
        Notice(kind=kind, published_on=dt.date(2020, 1, 1), noticed_at=NOTICED)
        for kind in ("retraction", "reinstatement")
    ]
    assert [standing_of(both), standing_of(both[::-1])] == ["retracted", "retracted"]


def test_a_notice_without_a_day_counts_from_the_day_we_heard_of_it():
    undated = Notice(kind="retraction", published_on=None, noticed_at=NOTICED)
    assert standing_of([undated, *notices("reinstatement")]) == "retracted"


@pytest.mark.parametrize(
    ("kinds", "month"),
    [
        ([], None),
        (["concern", "correction"], None),
        (["concern", "retraction", "retraction"], 2),
        (["retraction", "reinstatement"], None),
        (["retraction", "reinstatement", "retraction", "correction"], 3),
    ],
)
def test_an_article_is_retracted_by_the_first_retraction_since_it_was_last_reinstated(kinds, month):
    retraction = retraction_of(notices(*kinds))
    assert (retraction.published_on.month if retraction else None) == month
