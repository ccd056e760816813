"""What a reader does about their letters, and what nobody else can do about them."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.mailing.actions.subscribing import (
    Asked,
    agree_to_move,
    ask_for_link,
    ask_to_begin_again,
    ask_to_move,
    ask_to_subscribe,
    change_wishes,
    confirm,
    delete_all,
    is_suppressed,
    look_at_link,
    move,
    pause,
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
    for leave in (unsubscribe, want_no_mail):
        leave(subscriber=sam, now=NOW)
        link = ask_to_begin_again(subscriber=sam, now=NOW)
        assert Subscriber.objects.get().state != "reading"
        assert link.link.address == "sam@example.org"
        assert confirm(token=link.token, now=NOW)[0].state == "reading"


@pytest.mark.parametrize(("days", "missed"), [(30, False), (60, True)])
@pytest.mark.parametrize("way", ["letter", "form"])
def test_who_comes_back_has_missed_nothing_that_is_still_news_and_later_begins_from_now_on(way, days, missed):
    make_site()
    sam = subscribed()
    unsubscribe(subscriber=sam, now=NOW)
    make_entry("may", issue="2024-05")
    later = NOW + dt.timedelta(days=days)
    if way == "letter":
        link = ask_to_begin_again(subscriber=sam, now=later)
    else:
        link = ask_to_subscribe(address=SAM, asked=Asked("en"), now=later)
    again, _is_new = confirm(token=link.token, now=later)
    assert (again.seen_through == Arrival.objects.get().pk) == missed


def test_who_comes_back_keeps_their_wishes_and_their_pause_is_over():
    make_topic("alliance")
    sam = subscribed(topics=("alliance",), rhythm="quarterly")
    pause(subscriber=sam, until=dt.date(2024, 9, 1))
    unsubscribe(subscriber=sam, now=NOW)
    again, _is_new = confirm(token=ask_to_begin_again(subscriber=sam, now=NOW).token, now=NOW)
    assert (Asked.of(again), again.paused_until) == (Asked("en", topics=("alliance",), rhythm="quarterly"), None)


def test_a_link_that_began_letters_once_does_not_begin_them_again():
    link = ask_to_subscribe(address=SAM, asked=Asked("en"), now=NOW)
    sam, _is_new = confirm(token=link.token, now=NOW)
    unsubscribe(subscriber=sam, now=NOW)
    with pytest.raises(NotPossible, match="used already"):
        confirm(token=link.token, now=NOW)
    assert Subscriber.objects.get().state == "stopped"


def test_who_wants_no_mail_at_all_is_sent_none_because_somebody_typed_their_address():
    want_no_mail(subscriber=subscribed(), now=NOW)
    assert ask_to_subscribe(address=SAM, asked=Asked("en"), now=NOW) is None


def test_new_wishes_replace_the_old_ones():
    make_topic("alliance")
    sam = subscribed(topics=("alliance",))
    change_wishes(subscriber=sam, asked=Asked("en", evidence="effect-sizes"))
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


@pytest.mark.parametrize("purpose", ["download", "delete", "reading-log", "agree", "confirm"])
def test_moving_ends_every_link_that_lies_in_the_old_mailbox(purpose):
    sam = subscribed()
    if purpose == "agree":
        old = ask_to_move(subscriber=sam, to=parse_address("else@example.org"), now=NOW)
    elif purpose == "confirm":
        old = ask_to_begin_again(subscriber=sam, now=NOW)
    else:
        old = ask_for_link(subscriber=sam, purpose=purpose, now=NOW)
    second = agree_to_move(token=ask_to_move(subscriber=sam, to=DANA, now=NOW).token, now=NOW)
    move(token=second.token, now=NOW)
    with pytest.raises(NotPossible, match="expired"):
        look_at_link(old.token, purpose, now=NOW)


def test_the_link_of_an_earlier_move_does_not_tell_where_letters_go_now():
    sam = subscribed()
    moves = []
    for to in (DANA, parse_address("else@example.org")):
        first = ask_to_move(subscriber=sam, to=to, now=NOW)
        moves.append(agree_to_move(token=first.token, now=NOW).token)
        sam = move(token=moves[-1], now=NOW)
    with pytest.raises(NotPossible, match="used already"):
        move(token=moves[0], now=NOW)


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
