"""What is typed on an issue’s page is understood, or told beside its field."""

from __future__ import annotations

import zoneinfo

import pytest
from django.utils import timezone

from rapport.desk.issue_forms import Schedule


@pytest.mark.parametrize(
    ("zone", "day", "time"),
    [("America/Toronto", "9999-12-31", "22:00"), ("Asia/Tokyo", "0001-01-01", "03:00")],
)
def test_a_day_at_the_end_of_time_is_refused_in_words(zone, day, time):
    with timezone.override(zoneinfo.ZoneInfo(zone)):
        form = Schedule({"day": day, "time": time})
        assert form.errors == {"day": ["This day is too far away; choose a nearer one."]}
