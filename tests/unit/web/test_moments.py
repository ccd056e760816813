"""A moment, and a language, as pages name them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from rapport.web.templatetags.web import language_name, moment, time_of_day


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1 July 2024, 8:05"), ("fr", "1er juillet 2024, 8\u00a0h\u00a005")],
)
def test_a_moment_is_told_in_the_networks_time_zone(language: str, said: str) -> None:
    with translation.override(language), timezone.override("America/Toronto"):
        assert moment(dt.datetime(2024, 7, 1, 12, 5, tzinfo=dt.UTC)) == said


@pytest.mark.parametrize(("language", "said"), [("en", "14:02"), ("fr", "14\u00a0h\u00a002")])
def test_a_time_of_day_is_told_as_the_language_does(language: str, said: str) -> None:
    with translation.override(language), timezone.override("America/Toronto"):
        assert time_of_day(dt.datetime(2024, 7, 1, 18, 2, tzinfo=dt.UTC)) == said


def test_no_moment_is_told_as_nothing() -> None:
    assert (moment(None), time_of_day(None)) == ("", "")


@pytest.mark.parametrize(("language", "name"), [("en", "French"), ("fr", "français")])
def test_a_language_is_named_in_the_pages_own(language: str, name: str) -> None:
    with translation.override(language):
        assert language_name("fr").casefold() == name.casefold()


def test_a_language_that_nobody_knows_is_named_by_its_code() -> None:
    assert language_name("xx") == "xx"
