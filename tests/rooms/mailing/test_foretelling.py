"""Before somebody publishes at the desk, the page says what mail comes of it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from rapport.desk.actions import approve, save_words, submit_for_review
from rapport.desk.queries import words_of
from rapport.digest.models import Entry
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.models import MailRules, Subscriber
from rapport.mailing.sending.claiming import Outcome, mark_and_claim
from tests.making import make_approved, make_person, make_planned, make_released, make_site, make_subscriber

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2024, 6, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def edith(client):
    make_site()
    edith = make_person("Edith", "editor")
    client.force_login(edith)
    return edith


def approved(edith) -> Entry:
    return make_approved(by=make_person("Alice", "author"), approved_by=edith, now=NOW)


def said_on(client, address: str) -> str:
    """What the page says of mail, without marks."""
    page = client.get(address)
    assert page.status_code == 200
    [box] = re.findall(r"<strong>By mail</strong> · (.*?)</p>", page.text, re.S) or [""]
    return " ".join(re.sub(r"<[^>]+>", " ", box).split())


def test_publishing_an_issue_says_to_how_many_it_goes_by_mail(client, edith):
    make_subscriber("sam")
    make_subscriber("dana")
    make_subscriber("monthly", rhythm="monthly")
    make_subscriber("away", paused_until=timezone.localdate() + dt.timedelta(days=9))
    make_subscriber("gone", state="stopped", ended_at=NOW)
    make_planned("2024-06", approved(edith), by=edith, now=NOW)
    for address in ("/desk/issues/2024/6/do/release/", "/desk/issues/2024/6/"):
        assert said_on(client, address) == (
            "Letters go by mail to the 2 readers who get each issue as it is published: to each with what they asked "
            "for, and to none for whom there is nothing in it. They go out within minutes, and what has gone cannot "
            "be called back. 2 more, who read monthly or quarterly or have paused, have it in a later letter. Letters"
        )


def test_it_says_that_letters_wait_where_they_wait_for_a_go(client, edith):
    make_subscriber("sam")
    MailRules.objects.create(pk=1, waits_for_go=True)
    make_planned("2024-06", approved(edith), by=edith, now=NOW)
    said = said_on(client, "/desk/issues/2024/6/do/release/")
    assert "By the rules of sending they wait until an editor lets them go." in said
    assert "within minutes" not in said


def test_it_says_that_none_go_out_while_nobody_subscribes(client, edith):
    make_planned("2024-06", approved(edith), by=edith, now=NOW)
    assert "Nobody subscribes" in said_on(client, "/desk/issues/2024/6/do/release/")


def corrected(edith) -> Entry:
    """A published entry that Sam and Dana had in a letter, with an approved correction; Dana has left since."""
    open_editions(now=NOW - dt.timedelta(days=3))
    make_subscriber("sam")
    make_subscriber("dana")
    entry = approved(edith)
    make_released("2024-06", entry, by=edith, now=NOW)
    open_editions(now=NOW)
    prepare_mailings(now=NOW)
    outcome = None
    for claim in ("one", "two", None):
        claimed = mark_and_claim(outcome=outcome, claim=claim, now=NOW)
        outcome = Outcome(claimed.delivery) if claimed else None
    Subscriber.objects.filter(address="dana@example.org").update(state="stopped", ended_at=NOW)
    make_subscriber("late")
    entry.refresh_from_db()
    alice = make_person("Alma", "author")
    on = words_of(entry, "en").on
    save_words(entry=entry, language="en", words={"title": "Mended"}, on=on, by=alice, now=NOW)
    submit_for_review(entry=entry, by=alice, now=NOW)
    approve(entry=entry, by=edith, now=NOW)
    return entry


def test_a_correction_says_how_many_are_told_of_it_by_mail(client, edith):
    entry = corrected(edith)
    for address in (f"/desk/entries/{entry.slug}/", f"/desk/entries/{entry.slug}/do/withdraw/"):
        assert said_on(client, address) == (
            "The 2 readers who have had it in a letter are told by mail, with this line. It goes out within minutes. "
            "Letters"
        )


def test_a_correction_of_what_nobody_had_says_so(client, edith):
    entry = approved(edith)
    make_released("2024-06", entry, by=edith, now=NOW)
    assert "nobody is told by mail" in said_on(client, f"/desk/entries/{entry.slug}/do/withdraw/")
