"""Topics and types that readers have chosen, and that the network gives up: nobody gets what they never asked for."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.digest.actions import remove
from rapport.literature.models import ResearchType, Topic
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.importing import import_subscribers
from rapport.mailing.actions.preparing import prepare_mailings
from rapport.mailing.actions.subscribing import Asked, ask_to_subscribe, change_wishes, confirm
from rapport.mailing.addresses import parse_address
from rapport.mailing.models import Delivery, Subscriber
from rapport.mailing.tokens import letter_token
from tests.making import make_entry, make_person, make_research_type, make_site, make_topic

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
WISHES = [{"topics": ("rare",)}, {"research_types": ("rare",)}]


@pytest.fixture(autouse=True)
def _shelves():
    make_site()
    open_editions(now=MAY - dt.timedelta(days=3))
    make_topic("rare")
    make_research_type("rare")


def link(**wishes: tuple[str, ...]) -> str:
    mailed = ask_to_subscribe(address=parse_address("sam@example.org"), asked=Asked("en", **wishes), now=MAY)
    assert mailed
    return mailed.token


def by_form(**wishes: tuple[str, ...]) -> None:
    confirm(token=link(**wishes), now=MAY)


def by_list(**wishes: tuple[str, ...]) -> None:
    [(column, (key,))] = wishes.items()
    content = f"address,consented_on,consent,{column}\nsam@example.org,2024-01-01,at a meeting,{key}\n"
    import_subscribers(content=content.encode(), by=make_person("Edith", "editor"), now=MAY)


def are_given_up() -> None:
    remove(Topic.objects.get(key="rare"))
    remove(ResearchType.objects.get(key="rare"))


def letters() -> int:
    make_entry("may", issue="2024-05")
    open_editions(now=MAY)
    prepare_mailings(now=MAY)
    return Delivery.objects.count()


@pytest.mark.parametrize("begun", [by_form, by_list])
@pytest.mark.parametrize("wishes", WISHES)
def test_whose_only_choice_is_given_up_gets_nothing_and_not_everything(begun, wishes):
    begun(**wishes)
    are_given_up()
    assert letters() == 0


@pytest.mark.parametrize("wishes", WISHES)
def test_so_does_who_confirms_after_it_was_given_up(wishes):
    token = link(**wishes)
    are_given_up()
    confirm(token=token, now=MAY)
    assert letters() == 0


@pytest.mark.parametrize("wishes", WISHES)
def test_wishes_that_are_taken_over_stay_wishes_for_what_is_no_more(wishes):
    by_form(**wishes)
    are_given_up()
    sam = Subscriber.objects.get()
    change_wishes(subscriber=sam, asked=Asked.of(sam))
    assert letters() == 0


def test_who_then_chooses_all_gets_all(client):
    by_form(topics=("rare",))
    are_given_up()
    change_wishes(subscriber=Subscriber.objects.get(), asked=Asked("en"))
    assert letters() == 1


def test_the_desk_tells_that_what_they_chose_is_no_more(client):
    by_form(topics=("rare",))
    are_given_up()
    client.force_login(make_person("Edith", "editor"))
    page = client.get(f"/desk/subscribers/{Subscriber.objects.get().pk}/").content.decode()
    assert "None: those chosen are no more" in page
    assert "Every type" in page
    assert client.get("/desk/subscribers/").status_code == 200


def test_preferences_say_that_what_was_chosen_is_gone(client):
    by_form(topics=("rare",))
    preferences = f"/letters/preferences/{letter_token(Subscriber.objects.get())}/"
    assert "What you had chosen is no longer there" not in client.get(preferences).text
    are_given_up()
    assert "What you had chosen is no longer there, so nothing comes." in client.get(preferences).text
