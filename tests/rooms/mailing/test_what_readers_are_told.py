"""What pages and mails say to readers: that it is true, and says what comes next."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.config.clearing import clear_expired
from rapport.mailing import limits
from rapport.mailing.actions.editions import edition_of
from rapport.mailing.actions.preparing import due_subscribers
from rapport.mailing.actions.reading_log import Written, answer, write_log
from rapport.mailing.actions.subscribing import ask_to_subscribe, unsubscribe, want_no_mail
from rapport.mailing.addresses import parse_address
from rapport.mailing.coming import next_due, when_next
from rapport.mailing.models import Delivery, Edition, LedgerLine, MailedLink, Subscriber
from rapport.mailing.tokens import letter_token
from rapport.web.templatetags.web import day_name
from tests.making import make_entry, make_issue, make_research_type, make_site, make_subscriber, make_topic
from tests.reading_letters import CHOICES, SAM, Asked, ask, letter_to, mailed, path_in

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


def test_mail_and_feed_are_told_apart_on_every_page_and_the_first_leads_to_both(client):
    page = client.get("/").text
    main, foot = page.partition("<main")[2].split("</main>")
    for part in (main, foot):
        assert 'href="/subscribe/">The digest by feed</a>' in part
    assert 'href="/letters/subscribe/">The digest by mail</a>' in main
    assert 'for="ask">The digest by mail</label>' in foot
    assert ">Subscribe<" not in page
    assert "<h1>The digest by feed</h1>" in client.get("/subscribe/").text


def test_who_comes_from_the_foot_of_a_page_need_not_wait_again(client, monkeypatch):
    now = 1_700_000_000.9
    monkeypatch.setattr(limits, "SECONDS_TO_READ", 1.5)
    monkeypatch.setattr(limits.time, "time", lambda: now)
    assert "Next, you choose what you get." in client.get("/").text
    first_page, second_step = limits.time_stamp(), limits.time_stamp(is_second_step=True)
    assert [limits.was_read(stamp) for stamp in (first_page, second_step)] == [False, True]
    shown = client.post("/letters/subscribe/", {"address": SAM}).context["stamp"]
    sent = client.post("/letters/subscribe/", {**CHOICES, "stamp": shown, "address": SAM})
    assert (sent.status_code, len(mail.outbox)) == (302, 1)


# --- a letter, and its preferences ------------------------------------------------------------------


def test_who_came_from_a_list_is_told_where_they_agreed_and_not_that_they_asked_here(client):
    agreed_at = dt.datetime(2024, 1, 5, 12, tzinfo=dt.UTC)
    theirs = {"source": "import", "consent": "form at the spring meeting", "consented_at": agreed_at}
    page = client.get(preferences(make_subscriber("sam", **theirs))).text
    assert "form at the spring meeting" in page
    assert "5 January 2024" in page
    assert "asked for letters on this site" not in page
    assert "asked for letters on this site" in client.get(preferences(make_subscriber("dana"))).text


def test_the_copy_of_all_that_is_held_can_be_read_by_its_reader_in_their_language(client):
    delivery = letter_to("sam", language="fr", topics=["alliance"])
    sam, entry = delivery.subscriber, delivery.lines.get().entry
    line = answer(subscriber=sam, entry=entry, answer="not-sure", now=timezone.now())
    write_log(subscriber=sam, written={line.pk: Written(12, "J’en parle à Zoë.")})
    address = "/fr" + reverse("letter_link", args=[mailed("download", sam)])
    assert "JSON" in client.get(address).text
    response = client.post(address, {"as": "page"})
    assert response["Content-Disposition"] == 'attachment; filename="letters-about-me.html"'
    page = response.text
    for held in (SAM, "Alliance", "Pas sûr", "12 min", "J’en parle à Zoë.", "Demandé sur le site"):
        assert held in page
    assert "alliance-matters" not in page


def test_the_copy_asks_the_database_as_often_for_one_letter_as_for_three(client):
    sam = letter_to("sam").subscriber
    address = reverse("letter_link", args=[mailed("download", sam)])
    with CaptureQueriesContext(connection) as one:
        client.post(address, {"as": "page"})
    for month in ("2024-03", "2024-04"):
        edition = edition_of(issue=make_issue(month), now=timezone.now())
        entry = make_entry(f"of-{month}", issue=month)
        more = Delivery.objects.create(
            mailing=edition.mailing, subscriber=sam, domain=sam.domain, due_at=timezone.now(), state="sent"
        )
        LedgerLine.objects.create(subscriber=sam, entry=entry, delivery=more, language="en", revision=1)
    with CaptureQueriesContext(connection) as three:
        client.post(address, {"as": "page"})
    assert len(three) == len(one) - 1  # the first press marks the link


def test_deleting_says_that_one_will_not_hear_of_corrections(client):
    sam = make_subscriber("sam")
    client.post(preferences(sam), {"deed": "delete"})
    [message] = mail.outbox
    for said in (message.body, client.get(path_in(message)).text):
        assert "no longer tell you when an entry that you had turns out wrong" in said


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


def test_a_pause_until_a_day_that_is_past_is_told_on_top_with_a_link_to_the_day(client):
    sam = make_subscriber("sam")
    page = client.get(preferences(sam)).text
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert f'min="{tomorrow.isoformat()}"' in page
    page = client.post(preferences(sam), {"deed": "pause", "until": "2020-01-01"}).text
    wrong, wishes = page.index('<a href="#id_until">'), page.index('id="wishes"')
    assert wrong < wishes
    assert 'tabindex="-1" autofocus' in page
    assert page.count('role="alert"') == 1


@pytest.mark.parametrize(
    ("rhythm", "paused_until", "said"),
    [
        ("published", None, "with the next issue"),
        ("published", "2024-07-10", "with the first issue from 10 July 2024 on"),
        ("published", "2024-05-01", "with the next issue"),
        ("monthly", None, "on 1 July 2024"),
        ("monthly", "2024-07-01", "on 1 July 2024"),
        ("monthly", "2024-07-02", "on 1 August 2024"),
        ("monthly", "2024-12-05", "on 1 January 2025"),
        ("quarterly", None, "on 1 July 2024"),
        ("quarterly", "2024-07-02", "on 1 October 2024"),
        ("quarterly", "2024-10-02", "on 1 January 2025"),
    ],
)
def test_a_reader_is_told_when_the_next_letter_comes(rhythm, paused_until, said):
    until = dt.date.fromisoformat(paused_until) if paused_until else None
    sam = make_subscriber("sam", rhythm=rhythm, paused_until=until)
    assert said in when_next(sam, today=dt.date(2024, 6, 3))


def test_the_day_that_is_told_is_the_first_on_which_a_letter_is_made(client):
    """As told on each day, by an edition of the month that ended before it."""
    sam = make_subscriber("sam", rhythm="monthly")
    day = next_due(sam, today=dt.date(2024, 6, 3))
    made_for = dt.datetime.combine(day, dt.time(0, 1), tzinfo=dt.UTC)
    edition = Edition(kind="monthly", period="2024-06", through=0, made_at=made_for)
    Subscriber.objects.update(paused_until=day)
    assert list(due_subscribers(edition, made_for)) == [sam]
    assert not due_subscribers(edition, made_for - dt.timedelta(days=1)).exists()


def test_saving_and_pausing_say_when_the_next_letter_comes(client):
    sam = make_subscriber("sam")
    page = client.post(preferences(sam), {**CHOICES, "deed": "wishes", "rhythm": "quarterly"})
    day = next_due(Subscriber.objects.get(), today=timezone.localdate())
    assert page.context["done"].startswith("Saved. Your next letter comes on 1 ")
    until = day + dt.timedelta(days=1)
    page = client.post(preferences(sam), {"deed": "pause", "until": until.isoformat()})
    assert (
        page.context["done"]
        == f"No letters before {day_name(until)}. {when_next(Subscriber.objects.get(), today=timezone.localdate())}"
    )
