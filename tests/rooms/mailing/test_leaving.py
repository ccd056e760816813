"""Whoever left stays away when an older copy of the database is brought back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from rapport.mailing import leaving
from rapport.mailing.actions.returns import keep_return
from rapport.mailing.actions.subscribing import (
    Asked,
    ask_for_link,
    ask_to_subscribe,
    confirm,
    delete_all,
    is_suppressed,
    unsubscribe,
    want_no_mail,
)
from rapport.mailing.addresses import parse_address
from rapport.mailing.models import Delivery, Edition, Mailing, MailRules, Subscriber, Suppression
from tests.making import make_site, make_subscriber

pytestmark = pytest.mark.django_db

COPIED = dt.datetime(2024, 5, 7, 3, tzinfo=dt.UTC)
LATER = COPIED + dt.timedelta(hours=6)
NAMES = ("ana", "ben", "cleo", "dan", "eve")


@pytest.fixture(autouse=True)
def file(settings, tmp_path) -> Path:
    settings.LEAVING_FILE = tmp_path / "left.jsonl"
    make_site()
    return settings.LEAVING_FILE


def readers() -> dict[str, Subscriber]:
    return {name: make_subscriber(name, consented_at=COPIED, joined_at=COPIED) for name in NAMES}


def delete(reader: Subscriber) -> None:
    delete_all(token=ask_for_link(subscriber=reader, purpose="delete", now=LATER).token, now=LATER)


def complain(reader: Subscriber) -> None:
    edition = Edition.objects.create(kind="monthly", period="2024-04", through=0, made_at=COPIED)
    mailing = Mailing.objects.create(edition=edition)
    letter = Delivery.objects.create(
        mailing=mailing, subscriber=reader, domain=reader.domain, state="sent", due_at=LATER, ended_at=LATER
    )
    keep_return(key="one", kind="complaint", delivery=letter, said="", now=LATER)


def bring_back_the_copy() -> None:
    """As if nothing had happened since: everybody reads, and nobody is suppressed."""
    Subscriber.objects.all().delete()
    readers()


def states() -> dict[str, str]:
    return {one.address.partition("@")[0]: one.state for one in Subscriber.objects.all()}


def test_who_left_since_the_copy_was_made_has_left(file):
    people = readers()
    unsubscribe(subscriber=people["ana"], now=LATER)
    want_no_mail(subscriber=people["ben"], now=LATER)
    delete(people["cleo"])
    complain(people["dan"])
    bring_back_the_copy()
    Suppression.objects.all().delete()
    assert leaving.replay(COPIED) == 4
    assert states() == {"ana": "stopped", "ben": "silent", "dan": "silent", "eve": "reading"}
    assert is_suppressed(parse_address("dan@example.org"))
    assert leaving.replay(LATER) == 0, "what the copy knows already is not done again"


def test_the_file_holds_no_address(file):
    delete(readers()["cleo"])
    assert "cleo" not in file.read_text()
    assert set(json.loads(file.read_text())) == {"at", "who", "did"}
    assert file.stat().st_mode & 0o077 == 0


def test_who_left_and_came_back_reads(file):
    ana = readers()["ana"]
    unsubscribe(subscriber=ana, now=LATER)
    again = ask_to_subscribe(address=parse_address(ana.address), asked=Asked("en"), now=LATER)
    assert again
    confirm(token=again.token, now=LATER + dt.timedelta(minutes=1))
    bring_back_the_copy()
    leaving.replay(COPIED)
    assert states()["ana"] == "reading"


def test_letters_that_were_on_their_way_wait_for_a_go():
    edition = Edition.objects.create(kind="monthly", period="2024-04", through=0, made_at=COPIED)
    Mailing.objects.create(edition=edition, state="going")
    MailRules.objects.create(pk=1, waits_for_go=False)
    leaving.replay(COPIED)
    assert (Mailing.objects.get().state, MailRules.objects.get().waits_for_go) == ("held", True)


def test_half_a_line_of_a_power_cut_is_passed_over(file):
    unsubscribe(subscriber=readers()["ana"], now=LATER)
    with file.open("a") as opened:
        opened.write('{"at": "2024-05-')
    bring_back_the_copy()
    assert leaving.replay(COPIED) == 1


def test_a_full_disk_keeps_nobody_who_wants_to_go(settings, tmp_path):
    settings.LEAVING_FILE = tmp_path / "nowhere" / "left.jsonl"
    assert unsubscribe(subscriber=readers()["ana"], now=LATER).state == "stopped"
