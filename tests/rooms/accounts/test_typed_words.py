"""Whoever may not, or no longer, or not now, gets back what they typed; and nobody is shown what others sent here."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from rapport.desk.views.editor import pages as editor
from tests.making import make_entry, make_person

pytestmark = pytest.mark.django_db

PAGE = "/desk/entries/alliance-matters/en/"
TYPED = {"title": "One line", "summary": "What I wrote & thought\nfor half an hour", "do": "save", "on": "0.0"}
SHOWN = "\nWhat I wrote &amp; thought\nfor half an hour</textarea>"
OURS = {"origin": "http://testserver"}


@pytest.fixture(autouse=True)
def _an_entry() -> None:
    make_entry("alliance-matters")


def test_who_was_signed_out_while_writing_gets_their_words_back(client: Client):
    answer = client.post(PAGE, TYPED, headers=OURS)
    assert answer.status_code == 401
    assert SHOWN in answer.text
    assert "One line</textarea>" in answer.text
    assert 'href="/account/sign-in/"' in answer.text
    assert "no-store" in answer["Cache-Control"]


def test_who_has_lost_their_role_gets_their_words_back(client: Client):
    client.force_login(make_person("Charlie"))
    answer = client.post(PAGE, TYPED, headers=OURS)
    assert (answer.status_code, SHOWN in answer.text) == (403, True)


def test_a_form_without_its_key_gives_the_words_back():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person("Alice", "author"))
    answer = client.post(PAGE, TYPED, headers=OURS)
    assert (answer.status_code, SHOWN in answer.text) == (403, True)


def test_an_entry_that_is_gone_gives_the_words_back(client: Client):
    client.force_login(make_person("Alice", "author"))
    answer = client.post("/desk/entries/gone/en/", TYPED, headers=OURS)
    assert (answer.status_code, SHOWN in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OperationalError("database is locked"), 503, "Please try again in a minute."),
        (OperationalError("no such table: desk_version"), 500, "The fault is ours, not yours."),
        (RuntimeError("a fault"), 500, "The fault is ours, not yours."),
    ],
    ids=["locked", "no table", "fault"],
)
def test_a_fault_or_a_busy_database_gives_the_words_back(monkeypatch, error, status, said):
    client = Client(raise_request_exception=False)
    client.force_login(make_person("Alice", "author"))

    def fails(**_):
        raise error

    monkeypatch.setattr(editor, "save_words", fails)
    answer = client.post(PAGE, TYPED, headers=OURS)
    assert (answer.status_code, SHOWN in answer.text, said in answer.text) == (status, True, True)
    assert answer.get("Retry-After") == ("30" if status == 503 else None)


@pytest.mark.parametrize("headers", [{}, {"origin": "https://elsewhere.example"}, {"origin": "null"}])
def test_what_another_site_sends_is_not_shown(headers):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person("Alice", "author"))
    answer = client.post(PAGE, TYPED, headers=headers)
    assert (answer.status_code, "half an hour" in answer.text) == (403, False)


def test_passwords_are_never_shown(client: Client):
    secret = {"password1": "a secret with spaces", "oldpassword": "a secret too", "credential": "a secret three"}
    answer = client.post("/account/password/", {**secret, "name": "Some words"}, headers=OURS)
    assert ("Some words" in answer.text, "secret" in answer.text) == (True, False)


@pytest.mark.parametrize("sent", [{"summary": "x y" * 1_000_000}, {f"f{n}": "a b" for n in range(1_500)}])
def test_what_is_too_much_is_said_to_be_too_much(client: Client, sent):
    client.force_login(make_person("Alice", "author"))
    answer = client.post(PAGE, sent, headers=OURS)
    assert answer.status_code == 400
    assert "What you sent is more than we take at once. Go back, and send it in parts." in answer.text
