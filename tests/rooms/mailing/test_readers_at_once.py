"""Two deeds of readers in the same moment: at one address, or at one reader. On PostgreSQL: SQLite lets one in."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from rapport.digest.models import Entry
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.importing import import_subscribers
from rapport.mailing.actions.preparing import prepare_mailings, send_newest_issue
from rapport.mailing.actions.returns import keep_return
from rapport.mailing.actions.subscribing import (
    Asked,
    agree_to_move,
    ask_for_link,
    ask_to_move,
    ask_to_subscribe,
    confirm,
    delete_all,
    move,
)
from rapport.mailing.addresses import parse_address
from rapport.mailing.models import Delivery, Return, Subscriber
from rapport.mailing.refusals import NotPossible, Taken
from rapport.mailing.tokens import answer_token, letter_token
from tests.at_once import ON_A_SERVER
from tests.making import make_entry, make_person, make_site, make_subscriber
from tests.rooms.mailing.test_at_once import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    ON_A_SERVER,
]

NEW = "new@example.org"


@pytest.fixture(autouse=True)
def now() -> dt.datetime:
    """Sam has a letter that waits."""
    now = timezone.now()
    make_site()
    open_editions(now=now - dt.timedelta(days=3))
    make_subscriber("sam")
    make_entry("news", issue=f"{now:%Y-%m}")
    open_editions(now=now)
    prepare_mailings(now=now)
    return now


def to_begin(now: dt.datetime, address: str = NEW) -> str:
    """A link that confirms a subscription."""
    mailed = ask_to_subscribe(address=parse_address(address), asked=Asked("en"), now=now)
    assert mailed
    return mailed.token


def to_move(now: dt.datetime, name: str) -> str:
    """A link by which somebody's letters go to the new address."""
    reader = Subscriber.objects.filter(folded=f"{name}@example.org").first() or make_subscriber(name)
    asked = ask_to_move(subscriber=reader, to=parse_address(NEW), now=now)
    agreed = agree_to_move(token=asked.token, now=now)
    assert agreed
    return agreed.token


def begins(now: dt.datetime) -> Callable[[], Any]:
    token = to_begin(now)
    return lambda: confirm(token=token, now=now)


def moves(now: dt.datetime, name: str = "sam") -> Callable[[], Any]:
    token = to_move(now, name)
    return lambda: refused(lambda: move(token=token, now=now))


def is_imported(now: dt.datetime) -> Callable[[], Any]:
    edith = make_person("Edith", "editor")
    content = f"address,consented_on,consent\n{NEW},2024-01-01,at a meeting\n".encode()
    return lambda: import_subscribers(content=content, by=edith, now=now)


def refused(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    except NotPossible as problem:
        return problem


@pytest.mark.parametrize(
    ("one", "other"), [(begins, begins), (begins, is_imported), (is_imported, begins), (moves, begins)]
)
def test_of_two_who_come_to_an_address_at_once_one_reader_is_made(now, one, other):
    at_once(one(now), other(now))
    assert Subscriber.objects.filter(folded=NEW).count() == 1


def test_of_two_who_move_to_an_address_at_once_the_second_is_told_that_it_is_taken(now):
    moved, told = at_once(moves(now, "sam"), moves(now, "kim"))
    assert (moved.address, type(told)) == (NEW, Taken)


def test_who_moves_to_an_address_at_which_somebody_begins_is_told_that_it_is_taken(now):
    _begun, told = at_once(begins(now), moves(now))
    assert isinstance(told, Taken)


PRESSES = {
    "preferences": [
        {"deed": "wishes", "language": "en", "evidence": "any", "rhythm": "monthly"},
        {"deed": "pause", "until": str(timezone.localdate() + dt.timedelta(days=9))},
        {"deed": "resume"},
        {"deed": "no-mail"},
        {"deed": "delete"},
        {"deed": "move", "to": NEW},
        {"deed": "begin-again"},
    ],
    "unsubscribe": [{}, {"List-Unsubscribe": "One-Click"}],
    "answer": [{"answer": "yes"}],
}


@pytest.mark.parametrize(("page", "pressed"), [(page, one) for page, of in PRESSES.items() for one in of])
def test_what_is_pressed_while_all_about_its_reader_is_deleted_opens_nothing(now, page, pressed):
    sam, client = Subscriber.objects.get(), Client()
    of = answer_token(Delivery.objects.get(), Entry.objects.get().pk) if page == "answer" else letter_token(sam)
    link = ask_for_link(subscriber=sam, purpose="delete", now=now).token
    _gone, response = at_once(
        lambda: delete_all(token=link, now=now), lambda: client.post(f"/letters/{page}/{of}/", pressed)
    )
    assert response.status_code == 404
    assert "This link opens nothing" in response.content.decode()


def test_a_letter_that_comes_back_while_its_reader_is_deleted_is_nobodys(now):
    sam, delivery = Subscriber.objects.get(), Delivery.objects.get()
    link = ask_for_link(subscriber=sam, purpose="delete", now=now).token
    returned = partial(keep_return, key="one", kind="hard", delivery=delivery, said="", now=now)
    assert at_once(lambda: delete_all(token=link, now=now), returned) == (None, False)
    assert not Return.objects.exists()


def test_the_newest_issue_is_not_prepared_for_somebody_who_is_deleted(now):
    new, _is_new = confirm(token=to_begin(now), now=now)
    link = ask_for_link(subscriber=new, purpose="delete", now=now).token

    def newest() -> Any:
        with pytest.raises(Subscriber.DoesNotExist):
            send_newest_issue(subscriber=new, now=now)

    at_once(lambda: delete_all(token=link, now=now), newest)


def test_nobody_who_begins_again_and_deletes_at_once_waits_for_the_other_for_ever(now):
    """PostgreSQL ends one of two who wait for each other: that would be an error for one of them."""
    problems: list[BaseException] = []
    for _round in range(10):
        sam = Subscriber.objects.filter(folded="sam@example.org").first() or make_subscriber("sam")
        begin = to_begin(now, "sam@example.org")
        delete = ask_for_link(subscriber=sam, purpose="delete", now=now).token
        both = threading.Barrier(2)

        def press(deed: Callable[..., Any], token: str, both: threading.Barrier = both) -> None:
            both.wait()
            try:
                refused(lambda: deed(token=token, now=now))
            except Exception as problem:
                problems.append(problem)
            finally:
                connection.close()

        presses = [threading.Thread(target=press, args=of) for of in ((confirm, begin), (delete_all, delete))]
        for one in presses:
            one.start()
        for one in presses:
            one.join()
    assert problems == []
