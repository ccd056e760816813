"""What a letter that came back means for its reader, and for what is kept."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from rapport.audit.models import Event
from rapport.mailing.actions.returns import MOST_SOFT_BOUNCES, keep_return
from rapport.mailing.actions.subscribing import is_suppressed
from rapport.mailing.addresses import parse_address
from rapport.mailing.models import Delivery, MailedLink, Return, Subscriber
from tests.letters import MAY, letter_that_has_gone

pytestmark = pytest.mark.django_db

LATER = MAY + dt.timedelta(hours=1)


@pytest.fixture
def sam() -> Delivery:
    """A letter that has gone to Sam."""
    return letter_that_has_gone()


def come_back(delivery: Delivery, kind: str, *, key: str = "one", said: str = "", now: dt.datetime = LATER) -> bool:
    return keep_return(key=key, kind=kind, delivery=delivery, said=said, now=now)


def stands() -> tuple[str, int, str]:
    """The reader's state, their soft bounces, and what the letter is marked with."""
    reader = Subscriber.objects.get()
    return reader.state, reader.soft_bounces, Delivery.objects.get().came_back


def test_a_letter_that_cannot_be_delivered_is_the_last(sam):
    assert come_back(sam, "hard")
    assert stands() == ("failing", 0, "hard")
    assert Subscriber.objects.get().ended_at == LATER


def test_one_that_cannot_be_delivered_for_now_is_counted(sam):
    come_back(sam, "soft")
    assert stands() == ("reading", 1, "soft")


def test_it_is_counted_once_however_often_it_comes_back(sam):
    assert [come_back(sam, "soft"), come_back(sam, "soft"), come_back(sam, "soft", key="two")] == [True, False, True]
    assert stands() == ("reading", 1, "soft")
    assert Return.objects.count() == 2


def test_too_many_in_a_row_end_the_letters(sam):
    Subscriber.objects.update(soft_bounces=MOST_SOFT_BOUNCES - 1)
    come_back(sam, "soft")
    assert stands() == ("failing", MOST_SOFT_BOUNCES, "soft")


def test_whoever_reports_a_letter_as_unwanted_gets_nothing_any_more(sam):
    come_back(sam, "complaint")
    assert stands() == ("silent", 0, "complaint")
    assert is_suppressed(parse_address("sam@example.org"))
    assert Event.objects.filter(did="letter.returned").count() == 1


@pytest.mark.parametrize("state", ["reading", "stopped", "failing", "silent"])
def test_a_complaint_holds_whatever_they_had_chosen_before(sam, state):
    Subscriber.objects.update(state=state, ended_at=MAY)
    come_back(sam, "complaint")
    assert stands()[0] == "silent"
    assert is_suppressed(parse_address("sam@example.org"))


def test_a_notice_that_does_not_reach_somebody_who_unsubscribed_changes_nothing_for_them(sam):
    Subscriber.objects.update(state="stopped", ended_at=MAY)
    come_back(sam, "hard")
    assert stands() == ("stopped", 0, "hard")


def test_the_gravest_return_of_a_letter_is_the_one_it_is_marked_with(sam):
    for key, kind in enumerate(("soft", "complaint", "hard", "soft")):
        come_back(sam, kind, key=str(key))
    assert stands() == ("silent", 1, "complaint")


def since_then(reader: Subscriber, what: str) -> None:
    used = LATER - dt.timedelta(minutes=30)
    if what == "subscribed anew":
        Subscriber.objects.update(consented_at=used)
    elif what == "moved elsewhere":
        Subscriber.objects.update(address="sam@example.net", folded="sam@example.net")
    else:
        MailedLink.objects.create(
            purpose="move", digest="d", address="samuel@example.org", subscriber=reader, made_at=used,
            expires_at=used + dt.timedelta(days=1), used_at=used,
        )  # fmt: skip


@pytest.mark.parametrize("what", ["subscribed anew", "moved elsewhere", "moved within the domain"])
@pytest.mark.parametrize("kind", ["hard", "soft"])
def test_a_letter_that_went_before_they_showed_that_mail_reaches_them_says_nothing_of_now(sam, what, kind):
    since_then(sam.subscriber, what)
    come_back(sam, kind)
    assert stands() == ("reading", 0, kind)


def test_neither_what_is_kept_nor_the_audit_names_an_address(sam):
    come_back(sam, "hard", said="550 5.1.1 <sam@example.org>: nobody; see rfc822;sam@example.org")
    kept, event = Return.objects.get(), Event.objects.get(did="letter.returned")
    assert kept.said == "550 5.1.1 <…>: nobody; see rfc822;…"
    assert (event.about, event.details) == ("letter:issue 2024-05", {"delivery": sam.pk, "kind": "hard"})


def test_what_was_said_is_kept_as_far_as_a_database_keeps_it_and_read_no_further(sam):
    """A search for addresses in a line without end takes the square of its length."""
    before = time.process_time()
    come_back(sam, "hard", said="550 5.1.1\0 " + "a" * 200_000)
    assert Return.objects.get().said == ("550 5.1.1 " + "a" * 490)
    assert time.process_time() - before < 5
