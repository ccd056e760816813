"""Coming in: by password, slowed when it is wrong; out again; a new password by mail; nobody signs up."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from rapport.accounts.models import Person
from rapport.audit.models import Event
from tests.locked import locked_database
from tests.making import PASSWORD, make_person

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str = "edith@example.org", password: str = PASSWORD, **fields):
    return client.post(reverse("account_login"), {"login": email, "password": password, **fields})


def test_an_editor_signs_in_and_is_at_the_desk(client: Client):
    edith = make_person("Edith", "editor")
    answer = sign_in(client, "Edith@Example.org")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert client.get("/desk/").status_code == 200
    assert list(Event.objects.values_list("who", "did", "about")) == [(edith.pk, "session.begun", f"person:{edith.pk}")]


def test_who_was_on_the_way_somewhere_gets_there(client: Client):
    make_person("Ada", "administrator")
    wanted = reverse("account_people")
    answer = client.get(wanted)
    assert answer["Location"] == f"/account/sign-in/?next={wanted}"
    assert sign_in(client, "ada@example.org", next=wanted)["Location"] == wanted
    assert sign_in(Client(), "ada@example.org", next="https://elsewhere.example/")["Location"] == "/desk/"


def test_a_wrong_password_is_said_and_the_address_stays(client: Client):
    make_person("Edith")
    page = sign_in(client, password="not this one")
    assert "This e-mail address and this password do not go together." in page.text
    assert 'value="edith@example.org"' in page.text
    assert "not this one" not in page.text


def test_an_unknown_address_is_told_the_same(client: Client):
    page = sign_in(client, "nobody@example.org")
    assert "This e-mail address and this password do not go together." in page.text


def test_after_five_wrong_passwords_the_right_one_does_not_help_for_a_while(client: Client):
    make_person("Edith", "editor")
    for _ in range(5):
        assert "do not go together" in sign_in(client, password="wrong").text
    said = "There were too many attempts with a wrong password. Wait five minutes, or set a new password."
    assert said in sign_in(Client()).text, "whatever the browser"
    assert client.get("/desk/").status_code == 302


def test_trying_many_addresses_does_not_make_us_forget_how_often_one_was_tried(client: Client):
    make_person("Edith", "editor")
    for _ in range(5):
        sign_in(client, password="wrong")
    for number in range(1_000):
        cache.set(f"attempt-{number}", [1], 300)
    assert "There were too many attempts" in sign_in(client).text


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_locked_nobody_tried_too_often_and_the_address_stays(client: Client):
    make_person("Edith", "editor")
    with locked_database():
        for _ in range(6):
            page = sign_in(client, remember="on")
            assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "The database is at work on something long, or away. Nothing was changed." in page.text
    assert "too many" not in page.text
    assert ('value="edith@example.org"' in page.text, "checked" in page.text) == (True, True)
    assert PASSWORD not in page.text
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert "do not go together" in sign_in(client, password="wrong").text, "no attempt of these was counted"


def test_where_a_proxy_stands_before_us_the_readers_address_is_the_last_it_names(settings, client: Client):
    make_person("Edith")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client.post(
        reverse("account_login"),
        {"login": "edith@example.org", "password": PASSWORD},
        headers={"x-forwarded-for": "10.9.9.9, 203.0.113.7"},
    )
    assert Person.objects.get().usersession_set.get().ip == "203.0.113.7"


def test_what_a_reader_says_of_their_own_address_is_not_believed(client: Client):
    make_person("Edith")
    client.post(
        reverse("account_login"),
        {"login": "edith@example.org", "password": PASSWORD},
        headers={"x-forwarded-for": "203.0.113.7"},
    )
    assert Person.objects.get().usersession_set.get().ip == "127.0.0.1"


@pytest.mark.parametrize("field", ["login", "password"])
@pytest.mark.parametrize("typed", ["\x00", "🎈" * 20, "x" * 10_000, "edith@example.org\x00"])
def test_anything_may_be_typed(client: Client, field: str, typed: str):
    make_person("Edith")
    sent = {"login": "edith@example.org", "password": PASSWORD, field: typed}
    assert client.post(reverse("account_login"), sent).status_code == 200


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_signup"])
@pytest.mark.parametrize(
    "how", [{"content_type": "application/json"}, {"headers": {"x-requested-with": "XMLHttpRequest"}}]
)
def test_a_program_that_asks_as_scripts_do_gets_the_page(client: Client, name: str, how: dict):
    answer = client.post(reverse(name), {}, **how)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_what_a_passkey_is_to_sign_is_told_to_a_script(client: Client):
    answer = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert list(answer.json()) == ["request_options"]


def test_signing_out_asks_first_and_ends_at_the_sign_in_page(client: Client):
    client.force_login(make_person("Edith", "editor"))
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get("/desk/").status_code == 200, "looking at the page changes nothing"
    assert client.post(reverse("account_logout"))["Location"] == "/account/sign-in/"
    assert client.get("/desk/").status_code == 302


def test_who_is_not_asked_to_be_remembered_is_forgotten_when_the_browser_closes(client: Client):
    make_person("Edith")
    assert sign_in(client).cookies["sessionid"]["expires"] == ""
    cookie = sign_in(Client(), remember="on").cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["secure"], cookie["samesite"]) == (
        14 * 24 * 60 * 60, True, True, "Lax",
    )  # fmt: skip


def test_nobody_signs_up_by_themselves(client: Client):
    page = client.post(reverse("account_signup"), {"email": "charlie@example.org", "password1": PASSWORD})
    assert "Accounts are made by invitation" in page.text
    assert Person.objects.count() == 0


# --- a new password -------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(client: Client):
    edith = make_person("Edith", "editor")
    client.post(reverse("account_reset_password"), {"email": "edith@example.org"})
    (message,) = mail.outbox
    assert (message.subject, message.to) == ("A new password", ["edith@example.org"])
    (link,) = re.findall(r"https://testserver(/account/password/new/\S+/)", message.body)
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    new = {"password1": "another-password", "password2": "another-password"}
    assert client.post(address, new)["Location"] == "/account/password/new/done/"
    edith.refresh_from_db()
    assert edith.check_password("another-password")
    assert "This link has been used, or it is too old." in Client().get(link, follow=True).text
    assert [mail.subject for mail in mail.outbox[1:]] == ["Your password was changed"]
    assert Event.objects.last().did == "session.begun" or Event.objects.filter(did="password.reset").exists()


def test_a_stranger_gets_no_mail_and_the_page_does_not_tell(client: Client):
    make_person("Edith")
    pages = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True).text
        for email in ("edith@example.org", "stranger@example.org")
    ]
    assert [message.to for message in mail.outbox] == [["edith@example.org"]]
    assert "If there is an account with that address" in pages[0]
    assert strip_tokens(pages[0]) == strip_tokens(pages[1])


def strip_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_mail_server_that_is_down_is_no_error_for_the_reader(client: Client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # where nobody listens
    make_person("Edith")
    assert client.post(reverse("account_reset_password"), {"email": "edith@example.org"}).status_code == 302


# --- what is said to whoever may not ---------------------------------------------------------------


def test_who_lacks_the_role_is_told_in_words_with_ways_on(client: Client):
    client.force_login(make_person("Charlie"))
    page = client.get("/desk/")
    assert page.status_code == 403
    assert "Your account does not have the role that this page needs." in page.text
    assert "You are signed in as Charlie, without a role." in page.text
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_a_form_that_was_sent_without_its_key_is_explained():
    edith = make_person("Edith")
    client = Client(enforce_csrf_checks=True)
    client.force_login(edith)
    page = client.post(reverse("account"), {"name": "Edith M.", "language": "en"})
    assert page.status_code == 403
    assert "This form was opened before you signed in or out" in page.text


@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "account_signup", "account", "account_email", "account_people"]
)
def test_no_cache_keeps_a_page_of_accounts_and_nothing_runs_in_it(client: Client, name: str):
    ada = make_person("Ada", "administrator")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    if name.startswith("account_p") or name in ("account", "account_email"):
        client.force_login(ada)
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert not re.findall(r"<style| style=| on\w+=|<script(?![^>]*(?:src=|application/json))", page.text)
