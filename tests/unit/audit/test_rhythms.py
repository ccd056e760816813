"""When a job is due."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from rapport.audit.jobs import EveryMinute, Nightly

TORONTO = ZoneInfo("America/Toronto")
AT_TEN_TO_FOUR = Nightly(dt.time(3, 50), TORONTO)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2024-06-03T09:00:00", "2024-06-03T09:00:00"),
        ("2024-06-03T09:00:59", "2024-06-03T09:00:00"),
        ("2024-06-03T09:01:00", "2024-06-03T09:01:00"),
    ],
)
def test_what_is_due_every_minute_was_due_at_the_last_full_one(now, due):
    assert EveryMinute().last_due(utc(now)) == utc(due)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2024-06-03T07:49:59", "2024-06-02T07:50:00"),
        ("2024-06-03T07:50:00", "2024-06-03T07:50:00"),
        ("2024-06-04T02:00:00", "2024-06-03T07:50:00"),  # in Toronto still the 3rd, at ten in the evening
        ("2024-01-03T08:49:00", "2024-01-02T08:50:00"),  # in winter the same hour is an hour later in UTC
        ("2024-01-03T08:50:00", "2024-01-03T08:50:00"),
    ],
)
def test_what_is_due_nightly_is_due_at_an_hour_of_the_networks_own_time(now, due):
    assert AT_TEN_TO_FOUR.last_due(utc(now)) == utc(due)


@pytest.mark.parametrize("day", ["2024-03-10", "2024-11-03"])
@pytest.mark.parametrize("hour", [dt.time(1, 30), dt.time(2, 30), dt.time(3, 50)])
def test_a_night_on_which_clocks_change_has_each_hour_once(day, hour):
    rhythm = Nightly(hour, TORONTO)
    noon = utc(f"{day}T12:00:00") - dt.timedelta(days=1)
    moments = {rhythm.last_due(noon + dt.timedelta(minutes=5 * step)) for step in range(3 * 24 * 12)}
    assert [moment.astimezone(TORONTO).date().day for moment in sorted(moments)] == [
        (noon + dt.timedelta(days=days)).day for days in range(0, 4)
    ]
