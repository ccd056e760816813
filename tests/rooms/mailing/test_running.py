"""What editors do with a mailing, while it is being sent and after."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.audit.models import Event
from rapport.config.schedule import prepare_letters
from rapport.digest.actions import add_revision
from rapport.digest.models import Entry
from rapport.mailing.actions.running import (
    let_go,
    pause_mailing,
    resume_mailing,
    send_again,
    send_all_again,
    stop_mailing,
    take_all_as_gone,
    take_all_as_sent,
    take_as_sent,
)
from rapport.mailing.models import Delivery, LedgerLine, Mailing, MailRules, Subscriber
from rapport.mailing.refusals import NotPossible
from rapport.mailing.sending.claiming import Outcome, mark_and_claim
from rapport.mailing.sending.posting import NotNow
from tests.letters import MAY, letters_that_wait
from tests.making import make_entry, make_person, make_site, make_subscriber

pytestmark = pytest.mark.django_db

JUNE = dt.datetime(2024, 6, 7, 9, tzinfo=dt.UTC)


@pytest.fixture
def edith():
    return make_person("Edith", "editor")


@pytest.fixture
def mailing(edith) -> Mailing:
    """A letter to Sam and Dana, of which Sam's has gone."""
    letters_that_wait("sam", "dana")
    Delivery.objects.filter(subscriber__address__startswith="sam").update(state="sent", ended_at=MAY)
    return Mailing.objects.get()


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
    prepare_letters(JUNE)
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
    prepare_letters(MAY)
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


def test_a_letter_that_is_being_handed_over_when_its_mailing_is_stopped_still_counts(mailing, edith):
    claimed = mark_and_claim(outcome=None, claim="one", now=MAY)
    stop_mailing(mailing=mailing, by=edith, now=MAY)
    mark_and_claim(outcome=Outcome(claimed.delivery), claim=None, now=MAY)
    assert Delivery.objects.get(pk=claimed.delivery.pk).state == "sent"
    assert LedgerLine.objects.count() == 2


def test_a_letter_that_is_put_off_when_its_mailing_has_been_stopped_comes_with_the_next_one(mailing, edith):
    claimed = mark_and_claim(outcome=None, claim="one", now=MAY)
    stop_mailing(mailing=mailing, by=edith, now=MAY)
    mark_and_claim(outcome=Outcome(claimed.delivery, NotNow("full")), claim=None, now=MAY)
    assert Delivery.objects.get(pk=claimed.delivery.pk).state == "dropped"
    make_entry("june", issue="2024-06")
    prepare_letters(JUNE)
    dana = Delivery.objects.get(mailing__edition__issue__month=6, subscriber__address__startswith="dana")
    assert [line.entry.slug for line in dana.lines.order_by("pk")] == ["may", "june"]


# --- all letters in one state at once ---------------------------------------------------------------


@pytest.fixture
def three_doubts(mailing) -> Mailing:
    """Three letters in doubt, one of them to somebody who has unsubscribed since."""
    for name in ("rosa", "tom"):
        reader = make_subscriber(name)
        Delivery.objects.create(mailing=mailing, subscriber=reader, domain=reader.domain, due_at=MAY)
    Delivery.objects.exclude(state="sent").update(state="in-doubt", claim="gone", claimed_at=MAY)
    Subscriber.objects.filter(address__startswith="tom").update(state="stopped", ended_at=MAY)
    return mailing


def states() -> dict[str, str]:
    return {one.subscriber.address.partition("@")[0]: one.state for one in Delivery.objects.all()}


def test_all_doubts_are_decided_at_once(three_doubts, edith):
    take_all_as_sent(mailing=three_doubts, seen=3, by=edith, now=JUNE)
    assert set(states().values()) == {"sent"}
    event = Event.objects.get()
    assert (event.did, event.details["letters"]) == ("letter.all-taken-as-sent", 3)


def test_all_doubts_are_sent_again_to_those_who_still_read(three_doubts, edith):
    Mailing.objects.update(state="done", ended_at=MAY)
    send_all_again(mailing=three_doubts, was="in-doubt", seen=2, by=edith, now=JUNE)
    assert states() == {"sam": "sent", "dana": "waiting", "rosa": "waiting", "tom": "in-doubt"}
    assert Mailing.objects.get().state == "going"


def test_of_letters_that_had_gone_before_a_copy_was_brought_back_none_goes_again(mailing, edith):
    with pytest.raises(NotPossible, match="waits for a go"):
        take_all_as_gone(mailing=mailing, seen=1, by=edith, now=JUNE)
    Mailing.objects.update(state="held")
    take_all_as_gone(mailing=mailing, seen=1, by=edith, now=JUNE)
    assert (states(), Mailing.objects.get().state) == ({"sam": "sent", "dana": "sent"}, "done")
    assert LedgerLine.objects.count() == 2


def test_what_has_changed_since_it_was_looked_at_is_looked_at_again(three_doubts, edith):
    with pytest.raises(NotPossible, match="there are 3 such letters, and not 2"):
        take_all_as_sent(mailing=three_doubts, seen=2, by=edith, now=JUNE)
    assert "sent" not in {states()["dana"], states()["rosa"]}


def test_who_is_told_of_a_recall_by_a_decision_is_not_told_again(mailing, edith):
    add_revision(entry=Entry.objects.get(), kind="corrected", by="Edith", now=JUNE)
    prepare_letters(JUNE)
    recall = Mailing.objects.get(edition__kind="recall")
    recall.deliveries.update(state="in-doubt", claim="gone", claimed_at=JUNE)
    take_all_as_sent(mailing=recall, seen=1, by=edith, now=JUNE)
    sam = LedgerLine.objects.get(subscriber__address__startswith="sam")
    assert sam.revision == recall.edition.revision


def test_a_letter_is_not_sent_again_to_somebody_who_has_left(mailing, edith):
    delivery = doubtful()
    Subscriber.objects.filter(pk=delivery.subscriber_id).update(state="stopped", ended_at=MAY)
    with pytest.raises(NotPossible, match="no longer gets letters"):
        send_again(delivery=delivery, by=edith, now=JUNE)
