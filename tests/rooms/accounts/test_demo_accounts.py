"""The demo's people open with one click, in a demo, on the machine it runs on; and nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rapport.accounts.demo import DEMO_PASSWORD, DEMO_PEOPLE, make_demo_accounts
from rapport.accounts.models import Grant, Person

pytestmark = pytest.mark.django_db

HERE = {"host": "localhost"}


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO = True
    make_demo_accounts()


@pytest.mark.usefixtures("demo")
def test_there_is_somebody_for_each_role_and_for_none():
    assert [(person.name, set(person.roles)) for person in Person.objects.order_by("pk")] == [
        ("Alice Ames", {"author"}),
        ("Edith Martin", {"editor"}),
        ("Ada Okafor", {"administrator"}),
        ("Charlie Roy", set()),
    ]


@pytest.mark.usefixtures("demo")
def test_made_again_they_stay_as_they_have_become():
    Grant.objects.filter(person__name="Alice Ames").update(role="editor")
    make_demo_accounts()
    assert Person.objects.count() == 4
    assert Person.objects.get(name="Alice Ames").roles == {"editor"}


@pytest.mark.usefixtures("demo")
def test_the_sign_in_page_offers_them_and_a_click_signs_in(client: Client):
    page = client.get(reverse("account_login"), headers=HERE).text
    assert "They are invented." in page
    offered = [reverse("enter_demo", args=[who.key]) for who in DEMO_PEOPLE]
    assert [address for address in offered if f'action="{address}"' in page] == offered
    answer = client.post(reverse("enter_demo", args=["edith"]), headers=HERE)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert client.get("/desk/", headers=HERE).status_code == 200


@pytest.mark.usefixtures("demo")
def test_a_click_leads_to_where_one_was_on_the_way(client: Client):
    wanted = reverse("account_people")
    assert client.post(reverse("enter_demo", args=["ada"]), {"next": wanted}, headers=HERE)["Location"] == wanted
    away = {"next": "https://elsewhere.example/"}
    assert Client().post(reverse("enter_demo", args=["ada"]), away, headers=HERE)["Location"] == "/desk/"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "asked",
    [
        {"headers": {"host": "testserver"}},
        {"headers": HERE, "REMOTE_ADDR": "203.0.113.7"},
        {"headers": {"host": "testserver"}, "REMOTE_ADDR": "203.0.113.7"},
    ],
)
def test_from_elsewhere_there_is_no_such_address(client: Client, asked):
    assert client.post(reverse("enter_demo", args=["edith"]), **asked).status_code == 404
    assert "They are invented." not in client.get(reverse("account_login"), **asked).text
    assert client.get("/desk/", **asked).status_code == 302


@pytest.mark.usefixtures("demo")
def test_it_takes_a_click_and_a_person_who_is_there(client: Client):
    assert client.get(reverse("enter_demo", args=["edith"]), headers=HERE).status_code == 405
    assert client.post(reverse("enter_demo", args=["rosa"]), headers=HERE).status_code == 404


def test_outside_a_demo_none_is_made(settings):
    assert settings.DEMO is False
    with pytest.raises(AssertionError):
        make_demo_accounts()


@pytest.mark.usefixtures("demo")
def test_what_a_demo_left_opens_nothing_on_a_real_host(client: Client, settings):
    settings.DEMO = False
    assert client.post(reverse("enter_demo", args=["ada"]), headers=HERE).status_code == 404
    sent = {"login": "ada@demo.example.org", "password": DEMO_PASSWORD}
    assert client.post(reverse("account_login"), sent)["Location"] == reverse("account_inactive")
    assert client.get("/desk/").status_code == 302
