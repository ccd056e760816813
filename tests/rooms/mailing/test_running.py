"""What editors do with a mailing, while it is being sent and after."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.audit.models import Event
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.actions.running import (
    let_go,
    pause_mailing,
    resume_mailing,
    send_again,
    stop_mailing,
    take_as_sent,
)
from rapport.mailing.models import Delivery, LedgerLine, Mailing, MailRules, Subscriber
from rapport.mailing.refusals import NotPossible
from tests.making import make_entry, make_person, make_site, make_subscriber

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
JUNE = dt.datetime(2024, 6, 7, 9, tzinfo=dt.UTC)


@pytest.fixture
def edith():
    return make_person("Edith", "editor")


@pytest.fixture
def mailing(edith) -> Mailing:
    """A letter to Sam and Dana, of which Sam's has gone."""
    make_site()
    open_editions(now=MAY - dt.timedelta(days=3))
    make_subscriber("sam")
    make_subscriber("dana")
    make_entry("may", issue="2024-05")
    run(MAY)
    Delivery.objects.filter(subscriber__address__startswith="sam").update(state="sent", ended_at=MAY)
    return Mailing.objects.get()


def run(now: dt.datetime) -> None:
    open_editions(now=now)
    prepare_mailings(now=now)


def doubtful() -> Delivery:
    delivery = Delivery.objects.get(subscriber__address__startswith="dana")
    delivery.state, delivery.claim, delivery.claimed_at = "in-doubt", "gone", MAY
    delivery.save()
    return delivery


def test_a_mailing_is_paused_and_goes_on(mailing, edith):
    assert pause_mailing(mailing=mailing, by=edith, now=MAY).state == "paused"
    with pytest.raises(NotPossible, match="paused"):
        pause_mailing(mailing=mailing, by=edith, now=MAY)
    assert resume_mailing(mailing=mailing, by=edith, now=MAY).state == "going"
    assert list(Event.objects.order_by("pk").values_list("did", "about")) == [
        ("letter.paused", "letter:issue 2024-05"),
        ("letter.resumed", "letter:issue 2024-05"),
    ]


def test_what_a_stopped_mailing_did_not_send_comes_with_the_next_letter(mailing, edith):
    stop_mailing(mailing=mailing, by=edith, now=MAY)
    assert list(LedgerLine.objects.values_list("subscriber__address", flat=True)) == ["sam@example.org"]
    make_entry("june", issue="2024-06")
    run(JUNE)
    letters = Delivery.objects.filter(mailing__edition__issue__month=6).order_by("subscriber__address")
    assert [[line.entry.slug for line in letter.lines.order_by("pk")] for letter in letters] == [
        ["may", "june"],
        ["june"],
    ]
    with pytest.raises(NotPossible):
        resume_mailing(mailing=mailing, by=edith, now=JUNE)


def test_a_letter_that_was_held_goes_when_it_is_let_go(edith):
    MailRules.objects.create(pk=1, waits_for_go=True)
    make_site()
    make_subscriber()
    make_entry("may", issue="2024-05")
    run(MAY)
    assert let_go(mailing=Mailing.objects.get(), by=edith, now=MAY).state == "going"


def test_a_doubt_is_decided_once(mailing, edith):
    delivery = doubtful()
    assert take_as_sent(delivery=delivery, by=edith, now=JUNE).state == "sent"
    with pytest.raises(NotPossible, match="already"):
        send_again(delivery=delivery, by=edith, now=JUNE)


def test_a_letter_in_doubt_is_sent_again_when_somebody_says_so(mailing, edith):
    Mailing.objects.update(state="done", ended_at=MAY)
    again = send_again(delivery=doubtful(), by=edith, now=JUNE)
    assert (again.state, again.claim, again.due_at) == ("waiting", "", JUNE)
    assert Mailing.objects.get().state == "going"


def test_a_letter_is_not_sent_again_to_somebody_who_has_left(mailing, edith):
    delivery = doubtful()
    Subscriber.objects.filter(pk=delivery.subscriber_id).update(state="stopped", ended_at=MAY)
    with pytest.raises(NotPossible, match="no longer gets letters"):
        send_again(delivery=delivery, by=edith, now=JUNE)
