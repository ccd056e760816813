"""What changes between preparing a letter and handing it over, and after: readers, entries, what they stand in."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from rapport.digest.actions import add_revision
from rapport.digest.models import Entry
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.actions.reading_log import answer
from rapport.mailing.actions.subscribing import ask_for_link, ask_to_begin_again, confirm, pause, unsubscribe
from rapport.mailing.models import Delivery, LedgerLine, Subscriber
from rapport.mailing.sending.claiming import Claimed, Outcome, mark_and_claim
from rapport.mailing.tokens import answer_token, web_token
from tests.making import make_entry, make_person, make_site, make_subscriber

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
JUNE = dt.datetime(2024, 6, 7, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def sam() -> Subscriber:
    """The letter of May waits for Sam."""
    make_site()
    open_editions(now=MAY - dt.timedelta(days=3))
    sam: Subscriber = make_subscriber("sam")
    make_entry("may", issue="2024-05")
    prepare(MAY)
    return sam


def prepare(now: dt.datetime) -> None:
    open_editions(now=now)
    prepare_mailings(now=now)


def claim(now: dt.datetime) -> Claimed | None:
    return mark_and_claim(outcome=None, claim="one", now=now)


def sent(now: dt.datetime) -> list[str]:
    """The entries of the letter that goes."""
    claimed = claim(now)
    assert claimed
    mark_and_claim(outcome=Outcome(claimed.delivery), claim=None, now=now)
    return [line.entry.slug for line in claimed.lines]


def june_comes() -> None:
    make_entry("june", issue="2024-06")
    prepare(JUNE)


def test_after_a_slip_nothing_is_missed_of_the_letter_that_waited(sam):
    unsubscribe(subscriber=sam, now=MAY)
    assert claim(MAY) is None
    again = MAY + dt.timedelta(minutes=1)
    confirm(token=ask_to_begin_again(subscriber=sam, now=again).token, now=again)
    june_comes()
    assert sent(JUNE) == ["may", "june"]


def test_who_pauses_while_a_letter_waits_gets_it_in_the_first_one_after(sam):
    pause(subscriber=sam, until=JUNE.date())
    assert claim(MAY + dt.timedelta(hours=1)) is None
    assert (Delivery.objects.get().state, LedgerLine.objects.count()) == ("dropped", 0)
    june_comes()
    assert sent(JUNE) == ["may", "june"]


def test_a_pause_is_over_on_its_day(sam):
    pause(subscriber=sam, until=MAY.date())
    assert sent(MAY) == ["may"]


def test_a_recall_does_not_wait_for_the_end_of_a_pause(sam):
    assert sent(MAY) == ["may"]
    pause(subscriber=sam, until=JUNE.date())
    add_revision(entry=Entry.objects.get(), kind="corrected", by="Edith", now=MAY, account={"en": "A slip."})
    prepare(MAY + dt.timedelta(days=1))
    assert sent(MAY + dt.timedelta(days=1)) == ["may"]


def test_an_entry_that_was_taken_back_before_it_went_arrives_anew_with_its_new_text(sam):
    Entry.objects.update(state=Entry.State.DRAFT)
    assert claim(MAY) is None
    prepare(MAY + dt.timedelta(hours=1))
    Entry.objects.update(state=Entry.State.PUBLISHED)
    june_comes()
    assert sent(JUNE) == ["may", "june"]


def test_an_entry_that_was_taken_back_after_it_went_does_not_come_twice(sam):
    assert sent(MAY) == ["may"]
    Entry.objects.update(state=Entry.State.DRAFT)
    prepare(MAY + dt.timedelta(hours=1))
    Entry.objects.update(state=Entry.State.PUBLISHED)
    june_comes()
    assert sent(JUNE) == ["june"]


def test_no_page_stands_on_an_entry_that_was_taken_back(client, sam):
    entry = Entry.objects.get()
    assert sent(MAY) == ["may"]
    add_revision(entry=entry, kind="corrected", by="Edith", now=MAY, account={"en": "A slip."})
    prepare(MAY + dt.timedelta(days=1))
    assert sent(MAY + dt.timedelta(days=1)) == ["may"]
    answer(subscriber=sam, entry=entry, answer="yes", now=MAY)
    letter, recall = Delivery.objects.order_by("pk")
    log = ask_for_link(subscriber=sam, purpose="reading-log", now=timezone.now()).token
    Entry.objects.update(state=Entry.State.DRAFT, issue=None)

    assert client.get(f"/letters/answer/{answer_token(letter, entry.pk)}/").status_code == 404
    for page in (f"read/{web_token(letter)}/", f"read/{web_token(recall)}/", f"link/{log}/", f"link/{log}/?as=csv"):
        assert client.get(f"/letters/{page}").status_code == 200, page
    client.force_login(make_person("Edith", "editor"))
    assert client.get("/desk/subscribers/answers/").status_code == 200
    assert client.get(f"/desk/subscribers/{sam.pk}/").status_code == 200


def test_a_recall_of_an_entry_that_was_taken_back_is_not_sent(sam):
    assert sent(MAY) == ["may"]
    add_revision(entry=Entry.objects.get(), kind="corrected", by="Edith", now=MAY, account={"en": "A slip."})
    prepare(MAY + dt.timedelta(days=1))
    Entry.objects.update(state=Entry.State.DRAFT, issue=None)
    assert claim(MAY + dt.timedelta(days=1)) is None
