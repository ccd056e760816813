"""What pages and mails say to readers: that it is true, and says what comes next."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from rapport.config.clearing import clear_expired
from rapport.mailing import limits
from rapport.mailing.actions.subscribing import ask_to_subscribe, unsubscribe, want_no_mail
from rapport.mailing.addresses import parse_address
from rapport.mailing.models import MailedLink, Subscriber
from rapport.mailing.tokens import letter_token
from tests.making import make_research_type, make_site, make_subscriber, make_topic
from tests.reading_letters import SAM, Asked, ask, mailed, path_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(monkeypatch):
    make_site()
    make_topic("alliance")
    make_topic("drop-out")
    make_research_type("trial")
    monkeypatch.setattr(limits, "SECONDS_TO_READ", 0)


def preferences(sam: Subscriber) -> str:
    return reverse("letter_preferences", args=[letter_token(sam)])


# --- asking, confirming -----------------------------------------------------------------------------


def test_who_asked_for_no_mail_at_all_is_mailed_none_by_the_form_and_the_page_says_what_to_do(client):
    want_no_mail(subscriber=make_subscriber("sam"), now=timezone.now())
    page = ask(client)
    assert mail.outbox == []
    assert "whoever has asked us for no mail at all" in page.text
    assert "desk@example.org" in page.text.partition("<main")[2].partition("</main>")[0]


def test_the_choices_say_that_topic_and_type_must_both_match(client):
    for address in ("/letters/subscribe/", preferences(make_subscriber("sam"))):
        page = client.get(address).text
        assert "the entry must also be of a research type that you choose below" in page
        assert "the entry must also be about a topic that you choose above" in page


def test_the_confirmation_repeats_what_was_chosen_in_the_mail_and_on_its_page(client):
    ask(client, topics=["alliance"], rhythm="quarterly", language="fr+")
    [message] = mail.outbox
    page = client.get(path_in(message)).text
    for chosen in ("once a quarter", "Alliance", "French; another where there is no French", "Every type"):
        assert chosen.casefold() in message.body.casefold()
        assert chosen.casefold() in page.casefold()
    assert message.from_email.startswith("Rapport <")
    assert "the digest of Test network" in message.body


@pytest.mark.parametrize("known", [False, True])
def test_a_mail_that_confirms_says_what_becomes_of_the_address_and_so_does_the_page(client, known):
    if known:
        unsubscribe(subscriber=make_subscriber("sam"), now=timezone.now())
    assert "is forgotten within eight days" in client.get("/letters/subscribe/").text
    ask(client)
    said = "nothing changes" if known else "is forgotten within eight days"
    assert said in mail.outbox[0].body


def test_an_address_that_nobody_confirmed_is_forgotten_within_eight_days_by_the_job_that_clears():
    asked_at = dt.datetime(2024, 6, 3, 4, tzinfo=dt.UTC)  # just after the job of that night
    ask_to_subscribe(address=parse_address(SAM), asked=Asked("en"), now=asked_at)
    for night in range(1, 9):
        assert MailedLink.objects.exists()
        clear_expired(asked_at + dt.timedelta(days=night, minutes=-10))
    assert not MailedLink.objects.exists()


def test_a_confirmation_that_was_pressed_says_so_when_it_is_opened_again(client):
    ask(client)
    link = path_in(mail.outbox[0])
    client.post(link)
    again = client.get(link)
    assert (again.status_code, "One more press" in again.text) == (200, False)
    assert "Your letters begin" in again.text
    unsubscribe(subscriber=Subscriber.objects.get(), now=timezone.now())
    for response in (client.get(link), client.post(link)):
        assert (response.status_code, "has been used already" in response.text) == (410, True)
    assert Subscriber.objects.get().state == "stopped"


def test_a_move_that_was_agreed_to_does_not_ask_again(client):
    sam = make_subscriber("sam")
    link = reverse("letter_link", args=[mailed("agree", sam)])
    client.post(link)
    again = client.get(link)
    assert (again.status_code, "pressed before" in again.text) == (410, True)


# --- a letter, and its preferences ------------------------------------------------------------------


def test_who_came_from_a_list_is_told_where_they_agreed_and_not_that_they_asked_here(client):
    agreed_at = dt.datetime(2024, 1, 5, 12, tzinfo=dt.UTC)
    theirs = {"source": "import", "consent": "form at the spring meeting", "consented_at": agreed_at}
    page = client.get(preferences(make_subscriber("sam", **theirs))).text
    assert "form at the spring meeting" in page
    assert "5 January 2024" in page
    assert "asked for letters on this site" not in page
    assert "asked for letters on this site" in client.get(preferences(make_subscriber("dana"))).text


def test_the_page_of_who_has_left_says_where_letters_went_and_not_that_they_go(client):
    sam = make_subscriber("sam")
    assert "They go to s…@example.org" in client.get(preferences(sam)).text
    unsubscribe(subscriber=sam, now=timezone.now())
    page = client.get(preferences(sam)).text
    assert "They go to" not in page
    assert "Letters went to s…@example.org" in page


def test_the_page_never_says_that_letters_come_and_that_they_are_paused(client):
    sam = make_subscriber("sam")
    until = timezone.localdate() + dt.timedelta(days=30)
    client.post(preferences(sam), {"deed": "pause", "until": until.isoformat()})
    unsubscribe(subscriber=sam, now=timezone.now())
    client.post(preferences(sam), {"deed": "begin-again"})
    client.post(path_in(mail.outbox[0]))
    page = client.get(preferences(sam)).text
    assert "They go to" in page
    assert "Paused until" not in page
