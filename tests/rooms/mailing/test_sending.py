"""Claimed before, marked after: what the database knows of a letter while it is handed over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from rapport.digest.actions import add_revision
from rapport.digest.models import Entry
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.models import Delivery, LedgerLine, Mailing, MailRules, Subscriber
from rapport.mailing.sending import worker
from rapport.mailing.sending.claiming import (
    PATIENCE,
    WAITS,
    Claimed,
    Outcome,
    doubt_lost_claims,
    finish_mailings,
    mark_and_claim,
)
from rapport.mailing.sending.posting import InDoubt, NotNow, Refused
from tests.making import make_entry, make_site, make_subscriber

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2024, 5, 7, 9, 0, 30, tzinfo=dt.UTC)


def after(**time: float) -> dt.datetime:
    return NOW + dt.timedelta(**time)


class Tray:
    """A post that takes everything, or answers as it is told to for a name."""

    def __init__(self, **answers: Exception) -> None:
        self.answers, self.taken = answers, []

    def hand_over(self, letter: Any) -> None:
        name = letter.delivery.subscriber.address.partition("@")[0]
        if name in self.answers:
            raise self.answers[name]
        self.taken.append(name)

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture(autouse=True)
def _plain_letters(monkeypatch):
    """What is said in a letter does not matter here."""
    make_site()
    monkeypatch.setattr(worker, "compose", lambda claimed: claimed)


def due(*names: str, **facts: Any) -> list[Delivery]:
    """Letters of one issue that wait for these subscribers."""
    open_editions(now=NOW - dt.timedelta(days=2))
    for name in names:
        make_subscriber(name, **facts)
    make_entry("may", issue="2024-05")
    open_editions(now=NOW)
    prepare_mailings(now=NOW)
    return list(Delivery.objects.order_by("pk"))


def send(now: dt.datetime = NOW, **answers: Exception) -> list[str]:
    tray = Tray(**answers)
    worker.send_letters(post=tray, clock=lambda: now)
    return tray.taken


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_every_letter_is_handed_over_once_and_the_mailing_is_done():
    due("a", "b", "c")
    assert send() == ["a", "b", "c"]
    assert send() == []
    assert states() == ["sent"] * 3
    assert Mailing.objects.get().state == "done"


def test_a_letter_that_somebody_has_claimed_is_nobody_elses():
    due("a", "b")
    first = mark_and_claim(outcome=None, claim="one", now=NOW)
    second = mark_and_claim(outcome=None, claim="two", now=NOW)
    assert [claimed.delivery.subscriber.address[0] for claimed in (first, second)] == ["a", "b"]
    assert mark_and_claim(outcome=None, claim="three", now=NOW) is None


def test_a_claim_that_is_asked_for_twice_is_one_claim():
    due("a", "b")
    first = mark_and_claim(outcome=None, claim="one", now=NOW)
    again = mark_and_claim(outcome=None, claim="one", now=NOW, again=True)
    assert (first.delivery.pk, states()) == (again.delivery.pk, ["claimed", "waiting"])


def test_a_claim_whose_worker_is_gone_is_in_doubt_and_nothing_sends_it_again():
    due("a", "b")
    mark_and_claim(outcome=None, claim="of a worker that is killed", now=NOW)
    assert send(after(minutes=1)) == ["b"]
    assert states() == ["claimed", "sent"]
    assert send(NOW + PATIENCE + dt.timedelta(seconds=1)) == []
    assert states() == ["in-doubt", "sent"]
    assert Mailing.objects.get().state == "done"


def test_a_slow_worker_that_was_taken_for_dead_knows_better():
    due("a")
    claimed = mark_and_claim(outcome=None, claim="slow", now=NOW)
    doubt_lost_claims(now=after(hours=1))
    mark_and_claim(outcome=Outcome(claimed.delivery), claim=None, now=after(hours=1))
    assert states() == ["sent"]


def test_a_slow_worker_whose_letter_was_not_taken_lets_it_wait_again_though_the_mailing_was_done_meanwhile():
    due("a")
    claimed = mark_and_claim(outcome=None, claim="slow", now=NOW)
    doubt_lost_claims(now=after(hours=1))
    finish_mailings(now=after(hours=1))
    assert Mailing.objects.get().state == "done"
    mark_and_claim(outcome=Outcome(claimed.delivery, NotNow("full")), claim=None, now=after(hours=1))
    assert send(after(hours=2)) == ["a"]
    assert (states(), Mailing.objects.get().state) == (["sent"], "done")


def test_an_answer_that_did_not_come_is_a_doubt():
    due("a")
    assert send(a=InDoubt("timed out")) == []
    assert (states(), Delivery.objects.get().problem) == (["in-doubt"], "timed out")


def test_not_now_is_tried_again_later_and_later_and_fails_at_last():
    due("a")
    now = NOW
    for wait in WAITS:
        assert send(now, a=NotNow("452 full")) == []
        assert states() == ["waiting"]
        assert send(now) == []  # not before its time
        now += dt.timedelta(minutes=wait)
    assert send(now, a=NotNow("452 full")) == []
    assert (states(), Subscriber.objects.get().state) == (["failed"], "reading")


def test_a_server_that_is_down_costs_no_attempt_and_stops_the_run():
    due("a", "b")
    assert send(a=NotNow("no route", of_server=True)) == []
    assert (states(), Delivery.objects.first().attempts) == (["waiting", "waiting"], 0)
    assert send(after(minutes=2)) == ["b", "a"]


def test_an_address_that_nobody_has_gets_no_more_letters_and_a_refusal_of_us_changes_nothing():
    due("nobody", "strict")
    send(nobody=Refused("550 5.1.1", of_address=True), strict=Refused("550 5.7.1", of_address=False))
    assert states() == ["failed", "failed"]
    assert list(Subscriber.objects.order_by("pk").values_list("state", flat=True)) == ["failing", "reading"]


def test_who_unsubscribes_before_their_letter_is_sent_does_not_get_it():
    due("a", "b")
    Subscriber.objects.filter(address="a@example.org").update(state="stopped", ended_at=NOW)
    assert send() == ["b"]
    assert states() == ["dropped", "sent"]


def test_a_mailing_that_is_paused_or_stopped_sends_nothing_and_one_that_goes_on_sends_the_rest():
    due("a", "b")
    first = mark_and_claim(outcome=None, claim="one", now=NOW)
    Mailing.objects.update(state=Mailing.State.PAUSED)
    mark_and_claim(outcome=Outcome(first.delivery), claim=None, now=NOW)
    assert send() == []
    assert states() == ["sent", "waiting"]
    Mailing.objects.update(state=Mailing.State.GOING)
    assert send() == ["b"]


def test_no_more_letters_go_out_in_a_minute_than_the_network_says():
    MailRules.objects.create(pk=1, per_minute=3, per_domain=None)
    due(*"abcde")
    assert send() == ["a", "b", "c"]
    assert send(after(seconds=20)) == []
    assert send(after(minutes=1)) == ["d", "e"]


def test_no_more_letters_go_to_one_domain_in_a_minute_than_the_network_says():
    MailRules.objects.create(pk=1, per_minute=None, per_domain=2)
    due(*"abc")
    make_subscriber("d", address="d@elsewhere.org", seen_through=0)
    Mailing.objects.update(prepared_at=None)
    prepare_mailings(now=NOW)
    assert send() == ["a", "b", "d"]
    assert send(after(minutes=1)) == ["c"]


def test_a_letter_says_what_readers_see_when_it_is_sent_and_the_ledger_knows():
    due("a")
    add_revision(entry=Entry.objects.get(), kind="corrected", by="Edith", now=NOW)
    claimed = mark_and_claim(outcome=None, claim="one", now=NOW)
    assert [line.revision for line in claimed.lines] == [2]
    assert LedgerLine.objects.get().revision == 2


def test_an_entry_that_was_withdrawn_is_left_out_and_a_letter_with_nothing_left_is_not_sent():
    due("a")
    Entry.objects.update(state=Entry.State.WITHDRAWN)
    assert send() == []
    assert states() == ["dropped"]
    assert not LedgerLine.objects.exists()


def test_a_recall_is_sent_once_and_the_ledger_knows_that_they_have_been_told():
    due("a")
    send()
    for number in (2, 3):
        add_revision(entry=Entry.objects.get(), kind="corrected", by="Edith", now=NOW)
        open_editions(now=after(hours=number))
        prepare_mailings(now=after(hours=number))
        assert send(after(hours=number)) == ["a"]
        assert LedgerLine.objects.get().revision == number


def test_a_letter_that_cannot_be_made_keeps_none_of_the_others(monkeypatch):
    due("a", "b")

    def compose(claimed: Claimed) -> Claimed:
        if claimed.delivery.subscriber.address.startswith("a"):
            raise ValueError("no words")
        return claimed

    monkeypatch.setattr(worker, "compose", compose)
    assert send() == ["b"]
    assert (states(), Delivery.objects.first().problem) == (["failed", "sent"], "ValueError: no words")


def test_a_run_ends_when_its_time_is_up_with_nothing_left_claimed():
    due("a", "b")
    tally = worker.send_letters(post=Tray(), clock=lambda: NOW, seconds=0)
    assert (tally.taken, tally.is_cut_short, states()) == (0, True, ["waiting", "waiting"])


@pytest.mark.parametrize(("came_back", "counted"), [("", 0), ("soft", 3)])
def test_a_row_of_soft_bounces_ends_with_a_letter_that_has_not_come_back_by_the_next(came_back, counted):
    due("a", soft_bounces=3)
    assert send() == ["a"]
    assert Subscriber.objects.get().soft_bounces == 3
    Delivery.objects.update(came_back=came_back)
    make_entry("june", issue="2024-06")
    june = NOW.replace(month=6)
    open_editions(now=june)
    prepare_mailings(now=june)
    assert send(june) == ["a"]
    assert Subscriber.objects.get().soft_bounces == counted


def test_a_mailing_is_not_done_while_a_letter_waits():
    due("a")
    finish_mailings(now=NOW)
    assert Mailing.objects.get().state == "going"


@pytest.mark.parametrize(("entries", "limit", "queries"), [(1, None, 8), (3, None, 8), (1, 100, 11)])
def test_a_claim_asks_as_little_for_many_entries_as_for_one(entries, limit, queries, django_assert_num_queries):
    MailRules.objects.create(pk=1, per_minute=limit, per_domain=limit)
    for number in range(1, entries):
        make_entry(f"more-{number}", issue="2024-05")
    due("a", "b", seen_through=0)
    claimed = mark_and_claim(outcome=None, claim="one", now=NOW)
    assert len(claimed.lines) == entries
    with django_assert_num_queries(queries):
        mark_and_claim(outcome=Outcome(claimed.delivery), claim="two", now=NOW)


@pytest.mark.parametrize(
    ("problem", "left"),
    [
        (InDoubt("gone"), 3),
        (Refused("we do not know your sender", of_address=False), 3),
        (Refused("nobody there", of_address=True), 0),
        (NotNow("full"), 0),
    ],
)
def test_a_server_that_fails_at_letter_after_letter_is_left_alone_for_this_run(problem, left):
    names = [f"a{number}" for number in range(worker.MOST_IN_A_ROW + 3)]
    due(*names)
    send(**dict.fromkeys(names, problem))
    assert Delivery.objects.filter(state="waiting", attempts=0).count() == left
    assert not Delivery.objects.filter(state="claimed").exists()


@pytest.mark.parametrize(
    ("problem", "places", "state"),
    [
        (InDoubt("gone"), 1, "paused"),
        (Refused("we do not know your sender", of_address=False), 2, "paused"),
        (Refused("we take nothing from you", of_address=False), 1, "going"),
    ],
)
def test_a_mailing_of_which_letter_after_letter_fails_waits_for_a_person(problem, places, state):
    names = [f"a{number}" for number in range(worker.MOST_IN_A_ROW + 3)]
    due(*names)
    for number, letter in enumerate(Delivery.objects.all()):
        Delivery.objects.filter(pk=letter.pk).update(domain=f"place{number % places}.example")
    send(**dict.fromkeys(names, problem))
    mailing = Mailing.objects.get()
    assert (mailing.state, mailing.problem) == (state, problem.says if state == "paused" else "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["make_claims_durable", "doubt_lost_claims", "mark_and_claim", "finish_mailings"])
def test_a_database_that_does_not_answer_is_asked_again_wherever_a_run_is(step, monkeypatch):
    due("a")
    answers = [OperationalError("terminated by an administrator"), InterfaceError("connection already closed")]
    does = getattr(worker, step)

    def fails_twice(**named: Any) -> Any:
        if answers:
            raise answers.pop(0)
        return does(**named)

    monkeypatch.setattr(worker, step, fails_twice)
    monkeypatch.setattr(worker, "DATABASE_WAITS", (0, 0))
    assert send() == ["a"]
    assert (states(), Mailing.objects.get().state) == (["sent"], "done")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_has_done_it_and_cannot_say_so_has_done_it_once(monkeypatch):
    due("a", "b")
    does, calls = worker.mark_and_claim, 0

    def does_it_and_goes_away(**named: Any) -> Any:
        nonlocal calls
        calls += 1
        claimed = does(**named)
        if calls % 2:
            raise OperationalError("the connection was lost in COMMIT")
        return claimed

    monkeypatch.setattr(worker, "mark_and_claim", does_it_and_goes_away)
    monkeypatch.setattr(worker, "DATABASE_WAITS", (0,))
    assert send() == ["a", "b"]
    assert (states(), Mailing.objects.get().state) == (["sent", "sent"], "done")


def test_a_letter_that_cannot_be_made_without_a_database_is_made_later(monkeypatch):
    due("a")

    def compose(claimed: Claimed) -> Claimed:
        raise OperationalError("terminated by an administrator")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "compose", compose)
        assert send() == []
    assert states() == ["waiting"]
    assert send(after(minutes=2)) == ["a"]


def test_letters_that_fail_here_and_there_do_not_end_a_run():
    names = [f"a{number}" for number in range(12)]
    due(*names)
    odd = names[1::2]
    assert send(**dict.fromkeys(odd, InDoubt("gone"))) == names[::2]
