"""A moment, and a language, as pages name them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from rapport.web.templatetags.web import language_name, moment


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1 July 2024, 8:05"), ("fr", "1er juillet 2024, 8\u00a0h\u00a005")],
)
def test_a_moment_is_told_in_the_networks_time_zone(language: str, said: str) -> None:
    with translation.override(language), timezone.override("America/Toronto"):
        assert moment(dt.datetime(2024, 7, 1, 12, 5, tzinfo=dt.UTC)) == said


def test_no_moment_is_told_as_nothing() -> None:
    assert moment(None) == ""


@pytest.mark.parametrize(("language", "name"), [("en", "French"), ("fr", "français")])
def test_a_language_is_named_in_the_pages_own(language: str, name: str) -> None:
    with translation.override(language):
        assert language_name("fr").casefold() == name.casefold()


def test_a_language_that_nobody_knows_is_named_by_its_code() -> None:
    assert language_name("xx") == "xx"
