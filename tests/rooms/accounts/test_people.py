"""Administrators grant and take roles, and close accounts; a network always keeps one of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from rapport.accounts.actions import NotPossible, close_account, invite, reopen_account, set_roles
from rapport.accounts.models import Invitation, Person
from rapport.audit.models import Event
from tests.making import make_person

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC)


def roles_of(person: Person) -> frozenset[str]:
    return Person.objects.get(pk=person.pk).roles


def test_roles_are_granted_and_taken_and_each_is_written_down():
    ada, alice = make_person("Ada", "administrator"), make_person("Alice", "author")
    set_roles(person=alice, roles=["editor"], by=ada, now=NOW)
    assert alice.roles == roles_of(alice) == {"editor"}
    assert alice.grants.get().granted_by == ada
    about = f"person:{alice.pk}"
    assert list(Event.objects.order_by("pk").values_list("name", "did", "about", "details")) == [
        ("Ada", "role.granted", about, {"role": "editor"}),
        ("Ada", "role.taken", about, {"role": "author"}),
    ]


def test_what_stays_as_it_was_is_not_written_down():
    ada, alice = make_person("Ada", "administrator"), make_person("Alice", "author")
    set_roles(person=alice, roles=["author"], by=ada, now=NOW)
    assert Event.objects.count() == 0


def test_the_last_administrator_stays_one():
    ada = make_person("Ada", "administrator")
    former = make_person("Former", "administrator", is_active=False)
    with pytest.raises(NotPossible) as caught:
        set_roles(person=ada, roles=["editor"], by=ada, now=NOW)
    assert str(caught.value) == "Ada is the only administrator. Make somebody else one first."
    assert (roles_of(ada), roles_of(former)) == ({"administrator"}, {"administrator"})


def test_one_of_two_administrators_may_give_it_up():
    ada, _ = make_person("Ada", "administrator"), make_person("Edith", "administrator")
    set_roles(person=ada, roles=[], by=ada, now=NOW)
    assert roles_of(ada) == frozenset()


def test_a_closed_account_is_signed_out_everywhere_and_so_are_its_invitations(client: Client):
    ada, edith = make_person("Ada", "administrator"), make_person("Edith", "administrator")
    client.post(reverse("account_login"), {"login": edith.email, "password": "a-password-for-tests"})
    assert client.get(reverse("account")).status_code == 200
    invite(email="rosa@example.org", name="", roles=["author"], by=edith, now=NOW)
    close_account(person=edith, by=ada, now=NOW)
    assert client.get(reverse("account")).status_code == 302
    assert Invitation.objects.open(NOW).count() == 0
    again = client.post(reverse("account_login"), {"login": edith.email, "password": "a-password-for-tests"})
    assert again["Location"] == reverse("account_inactive")
    reopen_account(person=edith, by=ada)
    again = client.post(reverse("account_login"), {"login": edith.email, "password": "a-password-for-tests"})
    assert again["Location"] == reverse("desk")


def test_nobody_closes_their_own_account():
    ada, _ = make_person("Ada", "administrator"), make_person("Edith", "administrator")
    with pytest.raises(NotPossible, match="You cannot close your own account"):
        close_account(person=ada, by=ada, now=NOW)


# --- the pages ------------------------------------------------------------------------------------


def test_roles_are_chosen_on_a_persons_page(client: Client):
    client.force_login(make_person("Ada", "administrator"))
    alice = make_person("Alice", "author")
    page = client.get(reverse("account_person", args=[alice.pk]))
    assert 'value="author" id="id_roles_0" checked' in page.text
    page = client.post(reverse("account_person", args=[alice.pk]), {"roles": ["author", "editor"]}, follow=True)
    assert "Alice’s roles are saved." in page.text
    assert roles_of(alice) == {"author", "editor"}


def test_what_is_not_possible_is_said_beside_the_roles(client: Client):
    ada = make_person("Ada", "administrator")
    client.force_login(ada)
    page = client.post(reverse("account_person", args=[ada.pk]), {"roles": ["editor"]})
    assert page.status_code == 422
    assert "Ada is the only administrator. Make somebody else one first." in page.text
    page = client.post(reverse("close_account", args=[ada.pk]), follow=True)
    assert "You cannot close your own account. Ask another administrator." in page.text


def test_the_list_asks_as_much_of_the_database_for_thirty_as_for_two(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    ada = make_person("Ada", "administrator")
    client.force_login(ada)
    for many in (2, 30):
        for number in range(many):
            make_person(f"Alice {many} {number}", "author", "editor")
            invite(email=f"rosa{number}@example.org", name="", roles=["author"], by=ada, now=dt.datetime.now(dt.UTC))
        with django_assert_num_queries(8):
            client.get(reverse("account_people"))


def test_who_is_no_administrator_any_more_leaves_no_door_open(client: Client):
    ada, abel = make_person("Ada", "administrator"), make_person("Abel", "administrator")
    invitation, _token = invite(email="friend@example.org", name="", roles=["administrator"], by=abel, now=NOW)
    set_roles(person=abel, roles=["editor"], by=ada, now=NOW)
    invitation.refresh_from_db()
    assert invitation.revoked_at == NOW
