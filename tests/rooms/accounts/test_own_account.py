"""“Your account”: one's name, what opens the account, and where one is signed in."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from rapport.accounts.models import Person
from rapport.audit.models import Event
from tests.making import PASSWORD, make_person

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"


def with_address(name: str, *roles: str) -> Person:
    person = make_person(name, *roles)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def signed_in(email: str = "edith@example.org", agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return client


def shown_again(client: Client) -> Client:
    """Before a change of what opens the account, its owner says the password once more."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_a_name_is_changed_and_written_down():
    edith = with_address("Edith", "editor")
    client = signed_in()
    page = client.post(reverse("account"), {"name": " Edith Martin ", "language": "fr"}, follow=True)
    assert "Saved." in page.text
    edith.refresh_from_db()
    assert (edith.name, edith.language) == ("Edith Martin", "fr")
    assert Event.objects.first().did == "profile.saved"


@pytest.mark.parametrize(("name", "said"), [("", "This field is required."), ("E\x00", "Null characters")])
def test_a_name_that_cannot_be_is_said(name: str, said: str):
    with_address("Edith")
    page = signed_in().post(reverse("account"), {"name": name, "language": "en"})
    assert said in page.text
    assert Person.objects.get().name == "Edith"


def test_each_device_is_listed_and_signed_out_by_itself():
    with_address("Edith", "editor")
    here, there = signed_in(), signed_in(agent=SAFARI)
    page = here.get(reverse("account")).text
    assert re.findall(r"<b>([^<]+)</b>", page) == ["Safari on iPhone", "Firefox on Windows"]
    (end,) = re.findall(r'action="(/account/sessions/\d+/end/)"', page)
    assert "That device is signed out." in here.post(end, follow=True).text
    assert there.get("/desk/").status_code == 302
    assert here.get("/desk/").status_code == 200


def test_every_other_device_is_signed_out_at_once():
    with_address("Edith", "editor")
    here, *others = signed_in(), signed_in(), signed_in()
    here.post(reverse("end_other_sessions"))
    assert [client.get("/desk/").status_code for client in (here, *others)] == [200, 302, 302]


def test_nobody_signs_somebody_else_out():
    with_address("Edith", "editor")
    with_address("Charlie")
    edith, charlie = signed_in(), signed_in("charlie@example.org")
    session = Person.objects.get(name="Edith").usersession_set.get()
    assert charlie.post(reverse("end_session", args=[session.pk])).status_code == 404
    assert edith.get("/desk/").status_code == 200


def test_a_new_address_holds_once_its_link_is_opened():
    with_address("Edith")
    client = signed_in()
    client.post(reverse("account_email"), {"email": "New.Edith@Example.org", "action_add": ""})
    (message,) = mail.outbox
    assert (message.to, Person.objects.get().email) == (["new.edith@example.org"], "edith@example.org")
    (link,) = re.findall(r"https://testserver(/account/address/confirm/\S+/)", message.body)
    assert "becomes the address of Edith’s account." in client.get(link).text
    assert Person.objects.get().email == "edith@example.org", "looking changes nothing"
    client.post(link)
    assert Person.objects.get().email == "new.edith@example.org"
    assert [(message.subject, message.to) for message in mail.outbox[1:]] == [
        ("Your address was changed", ["edith@example.org"])
    ]
    assert Event.objects.first().did == "address.changed"


def test_a_password_is_changed_by_whoever_knows_the_old_one():
    edith = with_address("Edith")
    client = signed_in()
    new = {"password1": "another-password", "password2": "another-password"}
    page = client.post(reverse("account_change_password"), {"oldpassword": "wrong", **new})
    assert "This is not your password as it is now." in page.text
    page = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new}, follow=True)
    assert "Your new password is set." in page.text
    edith.refresh_from_db()
    assert edith.check_password("another-password")
    assert [message.subject for message in mail.outbox] == ["Your password was changed"]


def code_for(secret: str) -> str:
    """What the app would show now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_an_app_for_codes_is_added_and_asked_for_from_then_on(monkeypatch):
    with_address("Edith", "editor")
    client = signed_in()
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"] == "/account/again/?next=%2Faccount%2Fapp%2F"
    page = shown_again(client).get(reverse("mfa_activate_totp")).text
    assert '<svg class="qr"' in page
    (secret,) = re.findall(r'<code class="secret">(\w+)</code>', page)
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "This code is not right, or no longer." in wrong.text
    monkeypatch.setattr(transaction, "on_commit", lambda deed, **_: deed())  # as outside a test's transaction
    done = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}, follow=True)
    assert done.redirect_chain == [(reverse("mfa_view_recovery_codes"), 302)]
    codes = re.findall(r"<li><code>(\d+)</code></li>", done.text)
    assert len(codes) == 10

    other = Client()
    asked = other.post(reverse("account_login"), {"login": "edith@example.org", "password": PASSWORD}, follow=True)
    assert asked.redirect_chain == [(reverse("mfa_authenticate"), 302)]
    assert other.get("/desk/").status_code == 302
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert other.get("/desk/").status_code == 200
    written = Event.objects.order_by("pk").values_list("did", flat=True)
    assert list(written) == ["session.begun", "app.added", "session.begun"]
    assert [message.subject for message in mail.outbox] == ["An app for codes was added"]


def test_an_app_is_removed_again():
    edith = with_address("Edith")
    client = shown_again(signed_in())
    (secret,) = re.findall(r'class="secret">(\w+)<', client.get(reverse("mfa_activate_totp")).text)
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert "The app is removed." in client.post(reverse("mfa_deactivate_totp"), follow=True).text
    assert not Authenticator.objects.filter(user=edith, type="totp").exists()


@pytest.mark.parametrize("credential", ["", "1", "[]", "{}", "nonsense", '{"id": "a"}', "\x00"])
@pytest.mark.parametrize("name", ["mfa_login_webauthn", "mfa_add_webauthn"])
def test_a_passkey_that_is_none_is_refused_without_an_error(name: str, credential: str):
    with_address("Edith")
    client = Client() if name == "mfa_login_webauthn" else shown_again(signed_in())
    client.get(reverse(name), headers={"accept": "application/json"})
    assert client.post(reverse(name), {"credential": credential, "name": "Mine"}).status_code in (200, 302)
    assert client.get(reverse("account_login")).status_code in (200, 302)
    assert Authenticator.objects.count() == 0
