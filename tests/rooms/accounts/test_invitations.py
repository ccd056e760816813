"""The only way to an account: an invitation, which is a link, for one address, once, until a day."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from rapport.accounts.actions import NotPossible, accept_as, accept_invitation, invite, revoke_invitation
from rapport.accounts.models import Invitation, Person
from rapport.audit.models import Event
from tests.making import PASSWORD, make_person

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
GONE = "This invitation is no longer open. Ask whoever invited you for a new one."


def invited(email: str = "rosa@example.org", *roles: str, now: dt.datetime = NOW, **facts):
    ada = Person.objects.filter(name="Ada").first() or make_person("Ada", "administrator")
    return invite(email=email, name=facts.pop("name", "Rosa"), roles=roles or ("author",), by=ada, now=now, **facts)


def accepted(token: str, *, now: dt.datetime = NOW, name: str = "Rosa Ruiz") -> Person:
    return accept_invitation(token=token, name=name, password=PASSWORD, language="fr", now=now)


def deeds() -> list[tuple[str, str, dict]]:
    return [(event.name, event.did, event.details) for event in Event.objects.order_by("pk")]


def test_who_accepts_has_an_account_with_the_roles_and_all_of_it_is_written_down():
    invitation, token = invited("Rosa@Example.org", "editor", "author")
    rosa = accepted(token)
    assert (rosa.email, rosa.name, rosa.language, rosa.roles) == (
        "rosa@example.org", "Rosa Ruiz", "fr", {"author", "editor"},
    )  # fmt: skip
    assert rosa.check_password(PASSWORD)
    assert [(address.email, address.verified, address.primary) for address in rosa.emailaddress_set.all()] == [
        ("rosa@example.org", True, True)
    ]
    invitation.refresh_from_db()
    assert (invitation.accepted_at, invitation.accepted_by) == (NOW, rosa)
    assert deeds() == [
        ("Ada", "person.invited", {"roles": ["author", "editor"]}),
        ("Rosa Ruiz", "invitation.accepted", {"person": rosa.pk}),
        ("Rosa Ruiz", "role.granted", {"role": "author"}),
        ("Rosa Ruiz", "role.granted", {"role": "editor"}),
    ]


def test_the_token_is_kept_nowhere():
    _, token = invited()
    assert len(token) > 40
    kept = [str(value) for row in Invitation.objects.values() for value in row.values()]
    assert not [value for value in kept if token in value]


@pytest.mark.parametrize(
    ("what", "later"), [("used", 0 * DAY), ("revoked", 0 * DAY), ("open", 14 * DAY), ("unknown", 0 * DAY)]
)
def test_a_link_that_is_no_longer_open_makes_no_account(what: str, later: dt.timedelta):
    invitation, token = invited()
    if what == "used":
        accepted(token)
    if what == "revoked":
        revoke_invitation(invitation=invitation, by=Person.objects.get(name="Ada"), now=NOW)
    with pytest.raises(NotPossible) as caught:
        accepted("another" if what == "unknown" else token, now=NOW + later)
    assert str(caught.value) == GONE
    assert Person.objects.exclude(name="Ada").count() == (1 if what == "used" else 0)


def test_a_link_is_open_until_its_last_moment():
    _, token = invited()
    assert accepted(token, now=NOW + 14 * DAY - dt.timedelta(seconds=1)).email == "rosa@example.org"


def test_of_two_invitations_of_an_address_only_the_newer_is_open():
    _, first = invited()
    _, second = invited()
    with pytest.raises(NotPossible):
        accepted(first)
    assert accepted(second).email == "rosa@example.org"


def test_whoever_has_an_account_is_not_invited():
    make_person("Rosa")
    with pytest.raises(NotPossible) as caught:
        invited()
    assert str(caught.value) == "rosa@example.org has an account already. Change its roles instead."


def test_an_account_that_came_to_be_meanwhile_takes_up_the_roles():
    _, token = invited()
    rosa = make_person("Rosa")
    with pytest.raises(NotPossible, match="There is an account with this address by now"):
        accepted(token)
    assert Invitation.objects.open(NOW).count() == 1, "and the invitation is not used up by that"
    accept_as(token=token, by=rosa, now=NOW)
    assert Person.objects.get(pk=rosa.pk).roles == {"author"}


def test_somebody_elses_invitation_is_not_taken_up():
    _, token = invited()
    charlie = make_person("Charlie")
    with pytest.raises(NotPossible, match="for another address"):
        accept_as(token=token, by=charlie, now=NOW)
    assert Person.objects.get(pk=charlie.pk).roles == frozenset()


# --- the pages ------------------------------------------------------------------------------------


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_person("Ada", "administrator"))
    return client


def send(client: Client, **fields):
    sent = {"email": "rosa@example.org", "name": "Rosa", "roles": ["author"], "language": "en"}
    return client.post(reverse("invite_person"), {**sent, **fields}, follow=True)


def test_an_invitation_is_mailed_and_its_link_leads_to_the_desk(ada: Client):
    page = send(ada)
    (message,) = mail.outbox
    (link,) = re.findall(r"http://testserver(/account/invitation/\S+/)", message.body)
    assert (message.to, message.subject) == (["rosa@example.org"], "An invitation to the desk of Test network")
    assert message.body.startswith(
        "Dear Rosa,\n\nAda invites you to write for Test network as: author.\n\nWith this link you make your account:"
    )
    assert link in page.text, "shown once, should the mail not arrive"

    rosa = Client()
    assert "Test network would like you at its desk: author." in rosa.get(link).text
    assert Person.objects.count() == 1, "looking changes nothing"
    answer = rosa.post(link, {"name": "Rosa Ruiz", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert rosa.get("/desk/").status_code == 200
    assert rosa.get(link).status_code == 410


def test_a_french_invitation_is_in_french_and_leads_to_the_french_page(ada: Client):
    send(ada, language="fr")
    (message,) = mail.outbox
    assert "/fr/account/invitation/" in message.body


def test_a_mail_that_does_not_go_out_is_said_with_the_link(ada: Client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # where nobody listens
    page = send(ada)
    assert "The mail to rosa@example.org could not be sent. Pass on this link yourself:" in page.text
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "rosa"}, "Enter a valid email address."),
        ({"email": "rosa@example.org\x00"}, "Null characters are not allowed."),
        ({"roles": []}, "Choose at least one role; without one, the desk stays closed."),
        ({"roles": ["king"]}, "king is not one of the available choices."),
        ({"name": "R" * 10_000}, "at most 200 characters (it has 10000)"),
        ({"email": "ada@example.org"}, "ada@example.org has an account already. Change its roles instead."),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_and_what_was_typed_stays(ada: Client, fields, said: str):
    page = send(ada, **{"name": "Rosa 🎈", **fields})
    assert page.status_code == 422
    assert said in page.text
    assert fields.get("name", "Rosa 🎈") in page.text
    assert (Invitation.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "short"}, "This password is too short. It must contain at least 10 characters."),
        ({"password": "password1234"}, "This password is too common."),
        ({"password": "rosa@example"}, "The password is too similar to the e-mail address."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_with_an_acceptance_is_said(client: Client, fields, said: str):
    _, token = invited(now=dt.datetime.now(dt.UTC))
    page = client.post(reverse("invitation", args=[token]), {"name": "Rosa Ruiz", "password": PASSWORD, **fields})
    assert page.status_code == 422
    assert said in page.text.replace("&#x27;", "'")
    assert Person.objects.count() == 1


def test_whoever_is_signed_in_as_somebody_else_is_told_so(client: Client):
    _, token = invited(now=dt.datetime.now(dt.UTC))
    client.force_login(make_person("Charlie"))
    page = client.get(reverse("invitation", args=[token]))
    assert "The invitation is for rosa@example.org, and you are signed in as Charlie." in page.text


def test_an_invitation_is_revoked_by_a_button(ada: Client):
    send(ada)
    invitation = Invitation.objects.get()
    page = ada.post(reverse("revoke_invitation", args=[invitation.pk]), follow=True)
    assert "The invitation to rosa@example.org is revoked." in page.text
    assert Invitation.objects.open(dt.datetime.now(dt.UTC)).count() == 0


# --- the first one --------------------------------------------------------------------------------


def test_a_new_hosts_first_administrator_is_invited_at_the_server():
    out = StringIO()
    call_command("invite", "ada@example.org", "--role", "administrator", stdout=out)
    (link,) = re.findall(r"https://testserver(/account/invitation/\S+/)", out.getvalue())
    Client().post(link, {"name": "Ada Okafor", "password": PASSWORD})
    assert Person.objects.get().roles == {"administrator"}
    assert deeds()[0] == ("the host", "person.invited", {"roles": ["administrator"]})


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("nonsense", "“nonsense” is not an e-mail address."),
        ("edith@example.org", "edith@example.org has an account already. Change its roles instead."),
    ],
)
def test_at_the_server_too_what_is_wrong_is_said(email: str, said: str):
    make_person("Edith")
    with pytest.raises(CommandError) as caught:
        call_command("invite", email, stdout=StringIO())
    assert str(caught.value) == said
