"""Readers' pages: asking for letters, confirming, preferences, what mailed links do. A GET never changes anything."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rapport.mailing import limits
from rapport.mailing.actions.reading_log import answer as answer_entry
from rapport.mailing.actions.subscribing import Asked, suppress
from rapport.mailing.models import Delivery, MailedLink, Subscriber
from rapport.mailing.tokens import answer_token, bounce_token, letter_token, web_token
from tests.locked import locked_database
from tests.making import make_research_type, make_site, make_subscriber, make_topic
from tests.reading_letters import CHOICES, HOSTILE, SAM, ask, letter_to, mailed, path_in, stamped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _read_slowly(monkeypatch):
    """Whoever fills in a form here takes their time, unless a test says otherwise."""
    make_site()
    make_topic("alliance")
    make_topic("drop-out")
    make_research_type("meta-analysis")
    make_research_type("trial")
    monkeypatch.setattr(limits, "SECONDS_TO_READ", 0)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table: what a GET leaves as it is."""
    tables = [name for name in connection.introspection.table_names() if name != "django_cache"]
    rows = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def wait() -> None:
    """A moment, so that a time that is written anew is another one."""
    time.sleep(0.002)


# --- asking, and beginning ------------------------------------------------------------------------


def test_from_the_field_of_a_page_to_the_preferences(client):
    assert 'action="/letters/subscribe/"' in client.get("/").text
    page = client.post("/letters/subscribe/", {"address": SAM})
    assert (page.status_code, page.context["form"]["address"].value()) == (200, SAM)
    assert mail.outbox == []
    chosen = {"topics": ["alliance"], "research_types": ["trial"], "evidence": "effect-sizes", "rhythm": "quarterly"}
    stamp = page.context["stamp"]
    asked = client.post(
        "/letters/subscribe/", {"stamp": stamp, "address": SAM, "language": "fr", **chosen}, follow=True
    )
    assert asked.redirect_chain == [("/letters/asked/", 302)]
    [message] = mail.outbox
    assert (message.to, Subscriber.objects.count()) == ([SAM], 0)
    link = path_in(message)
    assert "sam@example.org" in client.get(link).text
    begun = client.post(link)
    sam = Subscriber.objects.get()
    assert Asked.of(sam) == Asked("fr", False, ("alliance",), ("trial",), "effect-sizes", "quarterly")
    preferences = begun.context["preferences"]
    page = client.get(preferences)
    assert page.status_code == 200
    assert page.text.count("checked") == 5


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_locked_nobody_asked_too_often_and_what_was_chosen_stays(client):
    with locked_database():
        for _ in range(25):
            page = ask(client, topics=["drop-out"], rhythm="quarterly")
            assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "The database is at work on something long, or away. Nothing was changed." in page.text
    form = page.context["form"]
    assert (form["address"].value(), form["topics"].value(), form["rhythm"].value()) == (SAM, ["drop-out"], "quarterly")
    assert mail.outbox == []
    assert ask(client).redirect_chain == [("/letters/asked/", 302)]


@pytest.mark.django_db(transaction=True)
def test_what_is_counted_while_the_database_is_locked_is_told_and_not_passed_over():
    with locked_database(), pytest.raises(OperationalError):
        limits.is_too_often("link", "sam", most=1, seconds=60)
    assert [limits.is_too_often("link", "sam", most=1, seconds=10**6) for _ in range(3)] == [False, True, True]


def test_confirming_twice_is_fine_and_sends_the_newest_issue_once(client):
    letter_to("dana")
    ask(client)
    link = path_in(mail.outbox[0])
    first, second = client.post(link, {"newest": "yes"}), client.post(link, {"newest": "yes"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert "on its way" in first.text
    assert "on its way" in second.text
    assert Delivery.objects.filter(subscriber__address=SAM).count() == 1


def test_without_the_box_the_newest_issue_does_not_come(client):
    letter_to("dana")
    ask(client)
    page = client.post(path_in(mail.outbox[0]))
    assert "Your next letter comes with the next issue" in page.text
    assert not Delivery.objects.filter(subscriber__address=SAM).exists()


def test_a_french_page_begins_in_french_and_so_does_its_mail(client):
    page = client.get("/fr/letters/subscribe/")
    form = {**CHOICES, "language": page.context["form"]["language"].value(), "address": SAM}
    assert form["language"] == "fr+"
    client.post("/fr/letters/subscribe/", {**form, "stamp": page.context["stamp"]})
    assert path_in(mail.outbox[0]).startswith("/fr/letters/confirm/")


@pytest.mark.parametrize("state", ["unknown", "reading", "stopped", "failing", "silent", "suppressed"])
def test_the_answer_never_tells_whether_an_address_is_known(client, state):
    if state == "suppressed":
        suppress(folded=SAM, why="complaint", now=timezone.now())
    elif state != "unknown":
        ended = None if state == "reading" else timezone.now()
        make_subscriber("sam", state=state, ended_at=ended)
    page = ask(client)
    stranger = ask(client, "nobody@example.com")
    assert (page.status_code, page.redirect_chain, page.text) == (
        stranger.status_code,
        stranger.redirect_chain,
        stranger.text,
    )
    to_sam = [message for message in mail.outbox if message.to == [SAM]]
    assert len(to_sam) == (state not in ("silent", "suppressed"))


def test_who_gets_letters_and_asks_again_is_mailed_their_preferences_and_changes_nothing(client):
    sam = make_subscriber("sam", language="fr")
    ask(client, "Sam@Example.ORG", rhythm="quarterly")
    [message] = mail.outbox
    assert path_in(message) == f"/fr/letters/preferences/{letter_token(sam)}/"
    sam.refresh_from_db()
    assert sam.rhythm == "published"


def test_a_suppressed_address_is_mailed_nothing_whatever_is_asked_for(client):
    sam = make_subscriber("sam")
    suppress(folded=sam.folded, why="complaint", now=timezone.now())
    ask(client)
    for deed in ("download", "delete", "reading-log", "move"):
        page = client.post(f"/letters/preferences/{letter_token(sam)}/", {"deed": deed, "to": "dana@example.org"})
        assert "Please write to us" in page.text
    assert mail.outbox == []


def test_who_is_too_quick_is_shown_the_form_again_with_everything_in_it(client, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS_TO_READ", 60)
    page = ask(client, topics=["drop-out"], rhythm="monthly")
    form = page.context["form"]
    assert page.status_code == 422
    assert "That was quick" in page.text
    assert (form["address"].value(), form["topics"].value(), form["rhythm"].value()) == (SAM, ["drop-out"], "monthly")
    assert mail.outbox == []
    monkeypatch.setattr(limits, "SECONDS_TO_READ", 0)
    again = client.post("/letters/subscribe/", {**CHOICES, "address": SAM, "stamp": page.context["stamp"]})
    assert again.status_code == 302


@pytest.mark.parametrize("stamp", ["", "form", "form:1tabcd:forged", "a\x00b", "🫂", "x" * 10_000])
def test_a_stamp_that_is_none_of_ours_shows_the_form_again(client, stamp):
    page = client.post("/letters/subscribe/", {**CHOICES, "address": SAM, "stamp": stamp})
    assert (page.status_code, page.context["form"]["address"].value(), mail.outbox) == (422, SAM, [])


def test_many_from_one_network_are_told_to_come_back_and_lose_nothing(client, monkeypatch):
    monkeypatch.setattr("rapport.mailing.views.subscribing.MOST_BY_ONE_NETWORK", 2)
    assert [ask(client, f"one-{number}@example.org").status_code for number in range(3)] == [200, 200, 429]
    page = ask(client, topics=["drop-out"])
    assert (page.context["form"]["address"].value(), page.context["form"]["topics"].value()) == (SAM, ["drop-out"])
    assert "in an hour" in page.text
    assert len(mail.outbox) == 2


def test_one_address_is_written_to_a_few_times_an_hour_and_nobody_sees_that_it_was_not(client):
    pages = [ask(client).text for _ in range(5)]
    assert len(mail.outbox) == 3
    assert set(pages) == {pages[0]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topics", ["alliance", "made-up"]),
        ("research_types", ["made-up"]),
        ("language", "de"),
        ("language", ""),
        ("evidence", "made-up"),
        ("rhythm", "hourly"),
    ],
)
def test_what_cannot_be_chosen_is_told_where_it_was_chosen(client, field, value):
    page = ask(client, **{field: value})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert page.text.count('class="form-error"') == 1
    assert mail.outbox == []
    sam = make_subscriber("sam")
    page = client.post(f"/letters/preferences/{letter_token(sam)}/", {**CHOICES, "deed": "wishes", field: value})
    assert (page.status_code, page.text.count('class="form-error"')) == (422, 1)


def test_every_topic_is_the_same_as_none(client):
    sam = make_subscriber("sam", topics=["alliance"])
    form = {**CHOICES, "deed": "wishes", "topics": ["alliance", "drop-out"], "research_types": ["trial"]}
    client.post(f"/letters/preferences/{letter_token(sam)}/", form)
    assert Asked.of(Subscriber.objects.get()) == Asked("en", True, (), ("trial",))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", ["address", "stamp", *CHOICES, "topics", "research_types"])
def test_nothing_typed_into_the_choices_breaks_them(client, field, hostile):
    form = {**CHOICES, "address": SAM, "stamp": stamped(client), field: hostile}
    page = client.post("/letters/subscribe/", form)
    assert page.status_code in (302, 422)
    assert "<script>alert" not in page.text
    first = client.post("/letters/subscribe/", {"address": hostile})
    assert (first.status_code, "<script>alert" in first.text) == (200, False)


# --- tokens ---------------------------------------------------------------------------------------


def tokens() -> dict[str, tuple[str, str]]:
    """A page of each kind: the name of its address, and a token that opens it."""
    delivery = letter_to("sam")
    sam = delivery.subscriber
    entry = delivery.lines.get().entry
    answer_entry(subscriber=sam, entry=entry, answer="yes", now=timezone.now())
    links = {purpose: ("letter_link", mailed(purpose, sam)) for purpose in ("agree", "download", "delete")}
    return {
        "preferences": ("letter_preferences", letter_token(sam, delivery)),
        "unsubscribe": ("letter_unsubscribe", letter_token(sam, delivery)),
        "web": ("letter_web", web_token(delivery)),
        "answer": ("letter_answer", answer_token(delivery, entry.pk)),
        "confirm": ("letter_confirm", mailed("confirm", sam)),
        "log": ("letter_link", mailed("reading-log", sam)),
        **links,
        "bounce": ("", bounce_token(delivery)),
    }


PAGES = ["preferences", "unsubscribe", "web", "answer", "confirm", "log", "agree", "download", "delete"]
# Which kinds of token a page takes, where it takes others than its own.
TAKES = {"preferences": {"unsubscribe"}, "unsubscribe": {"preferences"}} | {
    one: {"log", "agree", "download", "delete"} for one in ("log", "agree", "download", "delete")
}


@pytest.mark.parametrize("page", PAGES)
def test_looking_at_a_page_changes_nothing(client, page):
    name, token = tokens()[page]
    before = everything()
    wait()
    for query in ("", "?answer=no", "?as=csv", "?as=pdf", "?deed=delete", "?List-Unsubscribe=One-Click"):
        assert client.get(reverse(name, args=[token]) + query).status_code == 200
        assert client.head(reverse(name, args=[token]) + query).status_code == 200
        assert client.options(reverse(name, args=[token]) + query).status_code in (200, 405)
    assert everything() == before
    assert mail.outbox == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_whose_address_is_a_key_is_kept_nowhere_and_told_to_nobody(client, page):
    name, token = tokens()[page]
    for address in (reverse(name, args=[token]), reverse(name, args=[token[:-2]])):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("page", PAGES)
def test_a_token_of_one_kind_opens_no_page_of_another(client, page):
    made = tokens()
    name = made[page][0]
    before = everything()
    for kind, (_, token) in made.items():
        if kind == page or kind in TAKES.get(page, ()):
            continue
        for response in (client.get(reverse(name, args=[token])), client.post(reverse(name, args=[token]))):
            assert (kind, response.status_code in (404, 410)) == (kind, True)
            assert "This link" in response.text
    assert everything() == before


@pytest.mark.parametrize("page", PAGES)
def test_a_token_that_is_forged_or_cut_is_told_of_in_words(client, page):
    name, token = tokens()[page]
    forged = [
        token[:-1],
        token[1:],
        token + "x",
        "x",
        "1-1.forged",
        "-",
        ".",
        "a\x00b",
        "🫂",
        "y" * 5_000,
        token.upper(),
    ]
    for one in forged:
        for response in (client.get(reverse(name, args=[one])), client.post(reverse(name, args=[one]))):
            assert (one, response.status_code in (404, 410)) == (one, True)
            assert "This link" in response.text


def test_links_work_for_as_long_as_they_say(client):
    sam = make_subscriber("sam")
    made = {purpose: mailed(purpose, sam) for purpose in ("confirm", "agree", "download", "delete", "reading-log")}
    MailedLink.objects.update(expires_at=timezone.now())
    for purpose, token in made.items():
        name = "letter_confirm" if purpose == "confirm" else "letter_link"
        for response in (client.get(reverse(name, args=[token])), client.post(reverse(name, args=[token]))):
            assert (purpose, response.status_code, "expired" in response.text) == (purpose, 410, True)
    assert Subscriber.objects.filter(state="reading").count() == 1


def test_who_is_gone_has_no_pages_any_more(client):
    made = tokens()
    client.post(reverse("letter_link", args=[made["delete"][1]]))
    assert not Subscriber.objects.exists()
    for page in PAGES:
        if page != "confirm":
            assert client.get(reverse(made[page][0], args=[made[page][1]])).status_code in (404, 410)


@pytest.mark.parametrize("page", PAGES)
def test_a_browser_that_tells_nobody_where_it_comes_from_may_press_the_buttons(page):
    """It sends `Origin: null`, as the page's own `Referrer-Policy` asks of it; and some readers keep no cookies."""
    name, token = tokens()[page]
    client = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    response = client.post(reverse(name, args=[token]), {"deed": "pause", "answer": "yes"})
    assert response.status_code != 403
    assert not client.get(reverse(name, args=[token])).cookies


# --- preferences, and unsubscribing ---------------------------------------------------------------


def test_a_mail_program_unsubscribes_with_one_post_at_once_and_twice_is_fine():
    client = Client(enforce_csrf_checks=True)
    sam = make_subscriber("sam")
    address = f"/letters/unsubscribe/{letter_token(sam)}/"
    for _ in range(2):
        response = client.post(address, {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, response.text) == (200, "You are unsubscribed.")
    assert Subscriber.objects.get().state == "stopped"
    assert mail.outbox == []


def test_a_button_unsubscribes_and_letters_can_be_had_again(client):
    sam = make_subscriber("sam")
    preferences, stop = (f"/letters/{page}/{letter_token(sam)}/" for page in ("preferences", "unsubscribe"))
    assert "Unsubscribe?" in client.get(stop).text
    page = client.post(stop, follow=True)
    assert "You are unsubscribed" in page.text
    assert "Get letters again" in client.get(preferences).text
    client.post(preferences, {"deed": "begin-again"})
    assert Subscriber.objects.get().state == "stopped"
    client.post(path_in(mail.outbox[0]))
    assert Subscriber.objects.get().state == "reading"


def test_who_wants_no_mail_at_all_is_not_told_that_some_comes(client):
    sam = make_subscriber("sam")
    preferences, stop = (f"/letters/{page}/{letter_token(sam)}/" for page in ("preferences", "unsubscribe"))
    client.post(preferences, {"deed": "no-mail"})
    assert Subscriber.objects.get().state == "silent"
    page = client.get(stop).text
    assert "You are unsubscribed" in page
    assert "You still hear from us" not in page
    assert "No mail at all" not in client.get(preferences).text


def test_whose_mail_came_back_can_still_unsubscribe(client):
    sam = make_subscriber("sam", state="failing", ended_at=timezone.now())
    preferences, stop = (f"/letters/{page}/{letter_token(sam)}/" for page in ("preferences", "unsubscribe"))
    assert "You are unsubscribed" not in client.get(stop).text
    assert f'action="{stop}"' in client.get(preferences).text
    client.post(stop)
    assert Subscriber.objects.get().state == "stopped"


def test_wishes_are_changed_and_shown(client):
    sam = make_subscriber("sam")
    form = {
        "deed": "wishes",
        "language": "fr+",
        "evidence": "effect-sizes",
        "rhythm": "monthly",
        "topics": ["drop-out"],
    }
    page = client.post(f"/letters/preferences/{letter_token(sam)}/", form)
    assert "Saved" in page.text
    assert Asked.of(Subscriber.objects.get()) == Asked("fr", True, ("drop-out",), (), "effect-sizes", "monthly")
    assert page.context["forms"]["wishes"]["topics"].value() == ("drop-out",)


def test_pausing_until_a_day_and_going_on(client):
    sam = make_subscriber("sam")
    address = f"/letters/preferences/{letter_token(sam)}/"
    until = timezone.localdate() + dt.timedelta(days=30)
    assert "No letters before" in client.post(address, {"deed": "pause", "until": until.isoformat()}).text
    assert Subscriber.objects.get().paused_until == until
    assert "Paused until" in client.get(address).text
    client.post(address, {"deed": "resume"})
    assert Subscriber.objects.get().paused_until is None


@pytest.mark.parametrize("until", [*HOSTILE.values(), "2020-01-01", "9999-12-31", "0000-00-00", "tomorrow"])
def test_a_day_that_cannot_be_paused_until_is_told(client, until):
    sam = make_subscriber("sam")
    page = client.post(f"/letters/preferences/{letter_token(sam)}/", {"deed": "pause", "until": until})
    assert (page.status_code, page.text.count('class="form-error"')) == (422, 1)
    assert page.context["forms"]["pause"]["until"].value() == until
    assert Subscriber.objects.get().paused_until is None


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", ["deed", "to", "language", "topics", "rhythm", "evidence", "research_types"])
def test_nothing_typed_into_the_preferences_breaks_them(client, field, hostile):
    sam = make_subscriber("sam")
    before = everything()
    deed = "move" if field == "to" else "wishes"
    page = client.post(f"/letters/preferences/{letter_token(sam)}/", {**CHOICES, "deed": deed, field: hostile})
    assert page.status_code in (200, 422)
    assert "<script>alert" not in page.text
    if page.status_code == 422:
        assert everything() == before


def test_links_are_mailed_a_few_times_a_day(client):
    sam = make_subscriber("sam")
    address = f"/letters/preferences/{letter_token(sam)}/"
    pages = [client.post(address, {"deed": "download"}).context["done"] for _ in range(9)]
    assert len(mail.outbox) == 6
    assert set(pages) == {pages[0]}


# --- what mailed links do -------------------------------------------------------------------------


def test_letters_move_when_both_addresses_have_agreed(client):
    sam = make_subscriber("sam")
    client.post(f"/letters/preferences/{letter_token(sam)}/", {"deed": "move", "to": "dana@example.org"})
    assert [message.to for message in mail.outbox] == [[SAM]]
    assert "dana@example.org" in mail.outbox[0].body
    agree = path_in(mail.outbox[0])
    assert "dana@example.org" in client.get(agree).text
    for _ in range(2):
        assert "written to the new address" in client.post(agree).text
    assert [message.to for message in mail.outbox] == [[SAM], ["dana@example.org"]]
    assert Subscriber.objects.get().address == SAM
    move = path_in(mail.outbox[1])
    for _ in range(2):
        assert "Your letters go to dana@example.org" in client.post(move).text
    assert Subscriber.objects.get().address == "dana@example.org"


def test_a_copy_of_all_that_is_held_is_whole(client):
    delivery = letter_to("sam", topics=["alliance"])
    sam = delivery.subscriber
    entry = delivery.lines.get().entry
    answer_entry(subscriber=sam, entry=entry, answer="not-sure", now=timezone.now())
    client.post(f"/letters/preferences/{letter_token(sam)}/", {"deed": "download"})
    link = path_in(mail.outbox[0])
    assert "sam@example.org" not in client.get(link).text
    for _ in range(2):
        response = client.post(link)
        assert response["Content-Type"].startswith("application/json")
        assert "attachment" in response["Content-Disposition"]
        held = json.loads(response.content)
    assert (held["address"], held["topics"], held["state"]) == (SAM, ["alliance"], "reading")
    assert [letter["entries"] for letter in held["letters"]] == [["alliance-matters"]]
    assert [line["answer"] for line in held["reading log"]] == ["not-sure"]
    assert [link["purpose"] for link in held["mailed links"]] == ["download"]
    assert link.rstrip("/").rsplit("/", 1)[1] not in response.text


def test_letters_do_not_move_to_an_address_that_gets_them_already(client):
    sam = make_subscriber("sam")
    client.post(f"/letters/preferences/{letter_token(sam)}/", {"deed": "move", "to": "dana@example.org"})
    client.post(path_in(mail.outbox[0]))
    make_subscriber("dana")
    page = client.post(path_in(mail.outbox[1]))
    assert page.status_code == 409
    assert "Your letters go where they went before" in page.text
    assert "Somebody gets letters at dana@example.org already. Unsubscribe there first." in page.text


def test_deleting_takes_a_mail_and_a_button_and_leaves_nothing(client):
    delivery = letter_to("sam")
    client.post(f"/letters/preferences/{letter_token(delivery.subscriber)}/", {"deed": "delete"})
    link = path_in(mail.outbox[0])
    client.get(link)
    assert Subscriber.objects.exists()
    assert "Deleted" in client.post(link).text
    ours = apps.get_app_config("mailing").get_models()
    assert "sam" not in str([list(model.objects.values()) for model in ours])
    again = client.post(link)
    assert (again.status_code, "no longer works" in again.text) == (410, True)


# --- a letter as a page -------------------------------------------------------------------------


def test_a_letter_as_a_page_has_no_link_that_acts(client):
    delivery = letter_to("sam")
    page = client.get(reverse("letter_web", args=[web_token(delivery)]))
    assert "Alliance and outcome go together" in page.text
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert "sam@example.org" not in page.text
    assert "/letters/" not in main
