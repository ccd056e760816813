"""A letter that was passed on: what a colleague who has it can see and do. Its reader has moved, answered, and left."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from rapport.mailing.actions.reading_log import answer as answer_entry
from rapport.mailing.actions.subscribing import move, unsubscribe, want_no_mail
from rapport.mailing.models import Delivery, MailedLink, ReadingLogLine, Subscriber
from rapport.mailing.tokens import answer_token, letter_token, web_token
from tests.making import make_site
from tests.reading_letters import letter_to, mailed, path_in

pytestmark = pytest.mark.django_db

NEW = "dana.fortier@private.example"


@pytest.fixture(autouse=True)
def _site():
    make_site()


@pytest.fixture
def letter() -> Delivery:
    """Sam's letter; since then their letters go to another address, and they have answered about its entry."""
    delivery = letter_to("sam")
    sam = delivery.subscriber
    entry = delivery.lines.get().entry
    answer_entry(subscriber=sam, entry=entry, answer="not-sure", now=timezone.now())
    Subscriber.objects.update(address=NEW, folded=NEW)
    delivery.subscriber.refresh_from_db()
    return delivery


def pages(letter: Delivery) -> dict[str, str]:
    """Where the links of the letter lead."""
    token, entry = letter_token(letter.subscriber, letter), letter.lines.get().entry_id
    return {
        "preferences": reverse("letter_preferences", args=[token]),
        "unsubscribe": reverse("letter_unsubscribe", args=[token]),
        "answer": reverse("letter_answer", args=[answer_token(letter, entry)]),
        "web": reverse("letter_web", args=[web_token(letter)]),
    }


@pytest.mark.parametrize("state", ["reading", "stopped", "silent", "failing"])
def test_no_page_of_it_shows_to_which_address_letters_go_now(client, letter, state):
    Subscriber.objects.update(state=state, ended_at=None if state == "reading" else timezone.now())
    shown = {name: client.get(address).text for name, address in pages(letter).items()}
    assert [name for name, page in shown.items() if "dana.fortier" in page] == []
    assert "d…@private.example" in shown["preferences"]


def test_no_page_of_it_shows_what_its_reader_answered_nor_whether(client, letter):
    address = pages(letter)["answer"]
    answered = client.get(address).text
    assert "checked" not in answered
    ReadingLogLine.objects.all().delete()
    assert client.get(address).text == answered
    assert "this replaces it" in answered


def test_the_answer_that_was_followed_is_chosen_and_not_the_one_that_is_kept(client, letter):
    page = client.get(pages(letter)["answer"] + "?answer=yes")
    assert page.context["form"]["answer"].value() == "yes"


@pytest.mark.parametrize("leave", [unsubscribe, want_no_mail])
def test_its_press_does_not_begin_letters_again_but_writes_to_who_gets_them(client, letter, leave):
    leave(subscriber=letter.subscriber, now=timezone.now())
    page = client.post(pages(letter)["preferences"], {"deed": "begin-again"})
    assert Subscriber.objects.get().state != "reading"
    assert "We have written to your address" in page.text
    [message] = mail.outbox
    assert message.to == [NEW]
    client.post(path_in(message))
    assert Subscriber.objects.get().state == "reading"


def test_whoever_wants_no_mail_is_not_mailed_to_all_day(client, letter):
    want_no_mail(subscriber=letter.subscriber, now=timezone.now())
    for deed in ("begin-again", "download", "reading-log", "delete", "begin-again"):
        client.post(pages(letter)["preferences"], {"deed": deed})
    assert len(mail.outbox) == 2


def test_the_reading_log_is_asked_for_where_one_answers_and_goes_by_mail(client, letter):
    page = client.post(pages(letter)["answer"], {"deed": "reading-log"})
    assert page.status_code == 200
    assert "We have written to the address" in page.text
    [message] = mail.outbox
    assert message.to == [NEW]
    assert "Your reading log" in client.get(path_in(message)).text
    assert ReadingLogLine.objects.get().answer == "not-sure"


def test_a_log_that_was_mailed_before_a_move_is_closed_to_the_old_mailbox(client):
    letter = letter_to("sam")
    sam = letter.subscriber
    log = reverse("letter_link", args=[mailed("reading-log", sam)])
    assert client.get(log).status_code == 200
    client.post(pages(letter)["preferences"], {"deed": "move", "to": NEW})
    client.post(path_in(mail.outbox[0]))
    move_token = path_in(mail.outbox[1]).rstrip("/").rsplit("/", 1)[1]
    move(token=move_token, now=timezone.now())
    for form in ("", "?as=csv", "?as=pdf"):
        page = client.get(f"{log}{form}")
        assert (form, page.status_code, "expired" in page.text) == (form, 410, True)
    assert MailedLink.objects.filter(expires_at__gt=timezone.now()).get().purpose == "move"
