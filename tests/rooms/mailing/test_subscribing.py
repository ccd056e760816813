"""What a reader does about their letters, and what nobody else can do about them."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.mailing.actions.subscribing import (
    Asked,
    agree_to_move,
    ask_for_link,
    ask_to_move,
    ask_to_subscribe,
    begin_again,
    change_wishes,
    confirm,
    delete_all,
    is_suppressed,
    move,
    suppress,
    unsubscribe,
    want_no_mail,
)
from rapport.mailing.addresses import parse_address
from rapport.mailing.models import Arrival, MailedLink, Subscriber, Suppression
from rapport.mailing.refusals import NotPossible
from tests.making import make_entry, make_site, make_subscriber, make_topic

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2024, 6, 3, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=25)
SAM = parse_address("sam@example.org")
DANA = parse_address("dana@example.org")


def subscribed(**asked) -> Subscriber:
    link = ask_to_subscribe(address=SAM, asked=Asked("en", **asked), now=NOW)
    return confirm(token=link.token, now=NOW)[0]


def test_asking_makes_nobody_a_subscriber_and_confirming_does_once():
    make_topic("alliance")
    link = ask_to_subscribe(address=SAM, asked=Asked("fr", topics=("alliance",), rhythm="quarterly"), now=NOW)
    assert not Subscriber.objects.exists()
    assert link.token not in str(MailedLink.objects.values())
    sam, is_new = confirm(token=link.token, now=NOW)
    assert (sam.language, [topic.key for topic in sam.topics.all()], sam.rhythm, is_new) == (
        "fr",
        ["alliance"],
        "quarterly",
        True,
    )
    assert confirm(token=link.token, now=NOW) == (sam, False)


def test_a_link_that_has_expired_or_that_nobody_sent_confirms_nothing():
    link = ask_to_subscribe(address=SAM, asked=Asked("en"), now=NOW)
    with pytest.raises(NotPossible, match="expired"):
        confirm(token=link.token, now=NOW + dt.timedelta(days=8))
    with pytest.raises(NotPossible, match="not known"):
        confirm(token="made-up", now=NOW)
    assert not Subscriber.objects.exists()


def test_somebody_else_who_asks_with_my_address_changes_nothing_of_mine():
    sam = subscribed(rhythm="monthly")
    ask_to_subscribe(address=SAM, asked=Asked("fr", rhythm="quarterly"), now=NOW)
    sam.refresh_from_db()
    assert (sam.language, sam.rhythm) == ("en", "monthly")


def test_who_begins_is_not_sent_what_has_been_there_for_long():
    make_site()
    make_entry("may", issue="2024-05")
    assert subscribed().seen_through == Arrival.objects.get().pk


def test_unsubscribing_works_at_once_and_as_often_as_one_likes_and_can_be_taken_back():
    sam = subscribed()
    assert [unsubscribe(subscriber=sam, now=NOW).state for _ in range(2)] == ["stopped", "stopped"]
    assert begin_again(subscriber=sam, now=NOW).state == "reading"
    assert want_no_mail(subscriber=sam, now=NOW).state == "silent"
    assert begin_again(subscriber=sam, now=NOW).state == "silent"


@pytest.mark.parametrize(("days", "missed"), [(30, False), (60, True)])
def test_who_comes_back_by_an_old_letter_begins_from_now_on(days, missed):
    make_site()
    sam = subscribed()
    unsubscribe(subscriber=sam, now=NOW)
    make_entry("may", issue="2024-05")
    again = begin_again(subscriber=sam, now=NOW + dt.timedelta(days=days))
    assert (again.seen_through == Arrival.objects.get().pk) == missed


def test_new_wishes_replace_the_old_ones():
    make_topic("alliance")
    sam = subscribed(topics=("alliance",))
    change_wishes(subscriber=sam, asked=Asked("en", evidence="effect-sizes"), now=NOW)
    sam.refresh_from_db()
    assert (Asked.of(sam).topics, sam.evidence) == ((), "effect-sizes")


def test_moving_needs_both_addresses_to_agree():
    sam = subscribed()
    first = ask_to_move(subscriber=sam, to=DANA, now=NOW)
    assert first.link.address == "sam@example.org"
    second = agree_to_move(token=first.token, now=NOW)
    assert second.link.address == "dana@example.org"
    assert Subscriber.objects.get().address == "sam@example.org"
    assert agree_to_move(token=first.token, now=NOW) is None
    assert [move(token=second.token, now=NOW).address for _ in range(2)] == ["dana@example.org"] * 2


def test_nobody_moves_to_an_address_at_which_somebody_else_reads():
    make_subscriber("dana")
    first = ask_to_move(subscriber=subscribed(), to=DANA, now=NOW)
    second = agree_to_move(token=first.token, now=NOW)
    with pytest.raises(NotPossible, match="already"):
        move(token=second.token, now=NOW)


@pytest.mark.parametrize("purpose", ["download", "reading-log"])
def test_a_link_for_one_thing_does_no_other(purpose):
    link = ask_for_link(subscriber=subscribed(), purpose=purpose, now=NOW)
    for deed in (delete_all, move, agree_to_move, confirm):
        with pytest.raises(NotPossible, match="not known"):
            deed(token=link.token, now=NOW)
    assert Subscriber.objects.exists()


def test_deleting_leaves_nothing_of_somebody():
    link = ask_for_link(subscriber=subscribed(), purpose="delete", now=NOW)
    with pytest.raises(NotPossible, match="expired"):
        delete_all(token=link.token, now=LATER)
    delete_all(token=link.token, now=NOW)
    assert not Subscriber.objects.exists()
    assert not MailedLink.objects.exists()
    assert not Suppression.objects.exists()


def test_who_wanted_no_mail_at_all_and_is_deleted_gets_none_ever():
    sam = subscribed()
    want_no_mail(subscriber=sam, now=NOW)
    delete_all(token=ask_for_link(subscriber=sam, purpose="delete", now=NOW).token, now=NOW)
    assert is_suppressed(SAM)
    assert "sam" not in str(Suppression.objects.values())


def test_nothing_is_mailed_to_a_suppressed_address():
    suppress(folded="sam@example.org", why="complaint", now=NOW)
    assert ask_to_subscribe(address=parse_address("Sam@Example.org"), asked=Asked("en"), now=NOW) is None
