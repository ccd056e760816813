"""The network's own, as an administrator changes it and readers see it."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from rapport.audit.models import Event
from rapport.digest.exchange.database import read_database
from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.writing import write_folder
from rapport.digest.models import Announcement, Page, SiteIdentity, SynonymGroup
from rapport.literature.models import Topic
from tests.making import make_entry, make_page, make_person, make_site, make_topic

pytestmark = pytest.mark.django_db

SITE = {
    "name_en": "Alder Network",
    "name_fr": "Réseau de l’aulne",
    "wordmark_en": "Alder",
    "tagline_en": "Research that reaches practice",
    "contact_email": "desk@example.org",
    "postal_address": "1 Example Street\r\nAnytown",
    "languages": ["en", "fr"],
}


@pytest.fixture
def ada(client):
    """Ada, administrator, signed in."""
    make_site()
    person = make_person("Ada", "administrator")
    client.force_login(person)
    return person


def test_a_changed_identity_is_on_the_next_page(client, ada):
    answer = client.post("/desk/network/identity/", SITE)

    assert answer.status_code == 302
    site = SiteIdentity.objects.get()
    assert (site.name, site.wordmark) == ({"en": "Alder Network", "fr": "Réseau de l’aulne"}, {"en": "Alder"})
    assert site.postal_address == "1 Example Street\nAnytown"
    assert "Alder Network" in client.get("/").content.decode()
    assert [(event.name, event.did) for event in Event.objects.all()] == [("Ada", "site.changed")]


def test_a_wrong_identity_is_told_beside_its_field_and_nothing_typed_is_lost(client, ada):
    answer = client.post("/desk/network/identity/", {**SITE, "contact_email": "nobody", "tagline_en": ""})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"contact_email", "tagline_en"}
    assert "Réseau de l’aulne" in page and 'value="nobody"' in page
    assert SiteIdentity.objects.get().wordmark == {"en": "Rapport"}


def test_a_topic_is_renamed_and_entries_are_found_by_its_new_name(client, ada):
    make_entry("alliance-matters", topics=["alliance"], issue="2024-05")

    sent = {"name_en": "Bond", "name_fr": "Lien", "variants": "Working bond\r\n\r\nThe bond"}
    answer = client.post("/desk/network/topics/alliance/", sent)

    assert answer.status_code == 302
    topic = Topic.objects.get(key="alliance")
    assert (topic.name, topic.variants) == ({"en": "Bond", "fr": "Lien"}, ["Working bond", "The bond"])
    assert "alliance-matters" in client.get("/browse/?q=bond").content.decode()


def test_a_topic_on_which_entries_stand_is_not_removed(client, ada):
    make_entry("alliance-matters", topics=["alliance"], issue="2024-05")
    make_topic("empty")

    assert "entries stand on it" in client.post("/desk/network/topics/alliance/remove/", follow=True).content.decode()
    client.post("/desk/network/topics/empty/remove/")

    assert list(Topic.objects.values_list("key", flat=True)) == ["alliance"]


def test_the_order_of_topics_is_changed_by_buttons(client, ada):
    for key in ("first", "second", "third"):
        make_topic(key)

    client.post("/desk/network/topics/", {"key": "third", "move": "up"})

    assert list(Topic.objects.order_by("position").values_list("key", flat=True)) == ["first", "third", "second"]


@pytest.mark.parametrize(
    "sent", [{}, {"key": "first"}, {"key": "nobody", "move": "up"}, {"key": "first", "move": "\0"}]
)
def test_an_order_that_is_not_understood_is_told(client, ada, sent):
    make_topic("first")

    assert client.post("/desk/network/topics/", sent).status_code == 400


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("alliance", "is there already"),
        ("Not a key", "small letters"),
        ("nul\0", "Null characters are not allowed"),
        ("x" * 61, "at most 60"),
    ],
)
def test_a_key_that_cannot_be_is_told(client, ada, key, told):
    make_topic("alliance")

    answer = client.post("/desk/network/topics/new/", {"key": key, "name_en": "Alliance"})

    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert Topic.objects.count() == 1


def test_synonyms_added_at_the_desk_are_searched_by_at_once(client, ada):
    make_entry("alliance-matters", topics=["alliance"], issue="2024-05")

    client.post(
        "/desk/network/synonyms/new/",
        {"key": "bond", "words_en": "alliance\r\nbond", "asked_as_en": "getting on\n", "words_fr": "alliance"},
    )

    group = SynonymGroup.objects.get()
    assert group.words == {"en": ["alliance", "bond"], "fr": ["alliance"]}
    assert group.asked_as == {"en": ["getting on"]}
    assert "alliance-matters" in client.get("/browse/?q=getting+on").content.decode()


def test_an_announcement_must_end_after_it_starts(client, ada):
    sent = {"key": "day", "kind": "event", "title_en": "Day", "body_en": "Come.", "starts": "2026-02-01"}

    wrong = client.post("/desk/network/announcements/new/", {**sent, "ends": "2026-01-01"})
    client.post("/desk/network/announcements/new/", {**sent, "ends": "2026-03-01"})

    assert "ends before it starts" in wrong.content.decode()
    assert [str(item) for item in Announcement.objects.all()] == ["day"]


def test_a_page_is_made_and_read(client, ada):
    sent = {"slug": "members", "language": "fr", "title": "Membres", "body": "## Qui\r\n\r\nNous."}

    client.post("/desk/network/pages/new/", sent)
    client.post("/desk/network/pages/members.fr/", {"title": "Membres", "body": "Nous tous."})

    assert list(Page.objects.values_list("slug", "language", "title", "body")) == [
        ("members", "fr", "Membres", "Nous tous.")
    ]
    with translation.override("fr"):
        assert "Nous tous." in client.get("/fr/members/").content.decode()


@pytest.mark.parametrize("slug", ["desk", "archive", "account", "fr", "Über"])
def test_a_page_cannot_take_an_address_of_the_site(client, ada, slug):
    sent = {"slug": slug, "language": "en", "title": "Page", "body": "Text."}

    assert client.post("/desk/network/pages/new/", sent).status_code == 200
    assert not Page.objects.exists()


def test_what_is_changed_at_the_desk_is_exported_and_comes_in_again(client, ada, tmp_path):
    client.post("/desk/network/identity/", SITE)
    client.post(
        "/desk/network/topics/new/", {"key": "bond", "name_en": "Bond", "description_en": "Of two.\r\nOr more."}
    )

    write_folder(read_database(), tmp_path, replace=True)

    assert not import_folder(tmp_path).did_anything


ADDRESSES = ["", "identity/", "topics/", "topics/new/", "topics/alliance/", "pages/", "pages/new/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", ["author", "editor", None])
def test_only_administrators_change_the_network(client, address, role):
    make_topic("alliance")
    client.force_login(make_person("Charlie", *([role] if role else [])))

    assert client.get(f"/desk/network/{address}").status_code == 403


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["", "/fr"])
def test_every_page_is_shown_in_both_languages(client, ada, address, language):
    make_topic("alliance")

    assert client.get(f"{language}/desk/network/{address}").status_code == 200


def test_a_list_that_is_not_there_is_told(client, ada):
    assert client.get("/desk/network/nothing/").status_code == 404


def test_lists_ask_no_more_of_the_database_when_they_are_long(client, ada, django_assert_max_num_queries):
    for number in range(30):
        make_topic(f"topic-{number}")

    with django_assert_max_num_queries(8):
        client.get("/desk/network/topics/")


@pytest.mark.parametrize("address", ["identity/", "topics/alliance/", "pages/about.en/"])
def test_of_two_administrators_the_second_is_told_and_overwrites_nobody_unawares(client, ada, address):
    make_topic("alliance")
    make_page("about")
    typed = {**SITE, "title": "Another title", "body": "Another text"}
    address = f"/desk/network/{address}"

    def stamp(page):
        return re.search(r'name="on" value="(\w+)"', page.text)[1]

    read = stamp(client.get(address))
    assert client.post(address, {**typed, "name_en": "Of the first", "on": read}).status_code == 302
    told = client.post(address, {**typed, "name_en": "Of the second", "title": "Mine", "on": read})
    assert "This was changed meanwhile. What you typed is still here" in told.text
    assert "Of the second" in told.text or "Mine" in told.text
    assert client.post(address, {**typed, "name_en": "Of the second", "on": stamp(told)}).status_code == 302
