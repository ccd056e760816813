"""What is due to be read: each edition is opened once, and only when there is something new."""

import datetime as dt

import pytest

from rapport.digest.models import Entry
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.models import Arrival, Edition, MailRules
from tests.making import make_entry, make_issue, make_site, text

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


def kinds(editions: list[Edition]) -> list[str]:
    return [str(edition) for edition in editions]


@pytest.fixture(autouse=True)
def _site():
    make_site()


def test_a_published_issue_is_an_edition_once():
    make_entry("one", issue="2024-05")
    make_entry("two", issue="2024-05")
    assert kinds(open_editions(now=MAY)) == ["issue 2024-05"]
    assert open_editions(now=MAY + days(1)) == []
    assert list(Arrival.objects.values_list("entry__slug", "language", "is_news")) == [
        ("one", "en", True),
        ("two", "en", True),
    ]


def test_a_draft_and_an_issue_of_the_future_have_not_arrived():
    make_entry("draft")
    make_issue("2024-06", published_on=dt.date(2024, 6, 6))
    make_entry("later", issue="2024-06")
    assert open_editions(now=MAY) == []
    assert not Arrival.objects.exists()


def test_an_archive_that_comes_in_late_is_no_news_and_no_edition():
    make_entry("old", issue="2015-03")
    assert open_editions(now=MAY) == []
    assert not Arrival.objects.get().is_news


def test_a_translation_of_what_was_news_is_news_however_late_it_comes():
    entry = make_entry("one", issue="2024-05")
    open_editions(now=MAY)
    entry.texts.create(**text("fr"), language="fr")
    open_editions(now=MAY + days(200))
    assert list(Arrival.objects.values_list("language", "is_news")) == [("en", True), ("fr", True)]


def test_the_letters_of_a_month_and_a_quarter_come_when_they_have_ended_and_not_for_what_was_before_we_began():
    open_editions(now=MAY)  # letters begin
    assert kinds(open_editions(now=dt.datetime(2024, 5, 31, 12, tzinfo=dt.UTC))) == []
    assert kinds(open_editions(now=dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC))) == ["monthly 2024-05"]
    assert kinds(open_editions(now=dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC))) == [
        "monthly 2024-06",
        "quarterly 2024-Q2",
        "quiet 2024-Q2",
    ]
    assert kinds(open_editions(now=dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC))) == [
        "monthly 2024-12",
        "quarterly 2024-Q4",
        "quiet 2024-Q4",
    ]


def test_a_letter_waits_for_a_go_where_the_network_asks_for_it():
    MailRules.objects.create(pk=1, waits_for_go=True)
    make_entry("one", issue="2024-05")
    assert [edition.mailing.state for edition in open_editions(now=MAY)] == ["held"]


def test_an_entry_that_was_withdrawn_before_it_was_seen_has_not_arrived():
    make_entry("one", issue="2024-05")
    Entry.objects.update(state=Entry.State.WITHDRAWN)
    assert open_editions(now=MAY) == []
