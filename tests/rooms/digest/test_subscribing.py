"""The page that explains feeds and helps to choose one."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests.making import make_research_type, make_site, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_digest() -> None:
    make_site()
    for key in ("alliance", "drop-out"):
        make_topic(key)
    for key in ("meta-analysis", "survey"):
        make_research_type(key)


def addresses(page: str) -> list[str]:
    """The addresses that are there to be copied."""
    return re.findall(r"<code>([^<]*)</code>", page)


EVERYTHING = [
    "http://testserver/feeds/entries.atom",
    "http://testserver/feeds/entries.json",
    "http://testserver/fr/feeds/entries.atom",
    "http://testserver/fr/feeds/entries.json",
]


def test_it_gives_the_addresses_of_everything_in_each_language(client: Client) -> None:
    for address in ("/subscribe/", "/fr/subscribe/"):
        assert addresses(client.get(address).text) == EVERYTHING


def test_it_gives_no_address_in_a_language_that_the_site_does_not_offer(client: Client) -> None:
    make_site(languages=["fr"])
    assert addresses(client.get("/fr/subscribe/").text) == EVERYTHING[2:]


@pytest.mark.parametrize(
    ("query", "title", "path"),
    [
        ("topic=alliance", "Alliance", "/feeds/topic/alliance"),
        ("topic=drop-out&topic=alliance&type=survey&language=en", "Alliance + Drop out · Survey", None),
        ("type=survey&type=meta-analysis&language=fr", "Meta analysis / Survey", "/fr/feeds/type/meta-analysis+survey"),
        ("language=fr", "All entries", "/fr/feeds/entries"),
    ],
)
def test_it_gives_the_addresses_of_what_is_picked(client: Client, query: str, title: str, path: str | None) -> None:
    path = path or "/feeds/topic/alliance+drop-out/type/survey"
    page = client.get(f"/subscribe/?{query}").text
    assert unescape(page[page.index('id="yours"') :]).partition("</h3>")[0].endswith(f"Your feed: {title}")
    picked = [f"http://testserver{path}.{form}" for form in ("atom", "json")]
    assert addresses(page) == [*EVERYTHING, *picked]
    for address in picked:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_it_keeps_what_was_picked(client: Client) -> None:
    page = client.get("/subscribe/?topic=alliance&type=survey&language=fr").text
    assert re.findall(r'name="(\w+)" value="([\w-]+)" checked', page) == [
        ("topic", "alliance"),
        ("type", "survey"),
        ("language", "fr"),
    ]


def test_a_french_page_picks_french_unless_asked_otherwise(client: Client) -> None:
    assert 'value="fr" checked' in client.get("/fr/subscribe/").text
    assert addresses(client.get("/fr/subscribe/?topic=alliance").text)[-2] == (
        "http://testserver/fr/feeds/topic/alliance.atom"
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("topic=dropout", "“dropout” is not one of our topics."),
        ("type=rct", "“rct” is not one of our research types."),
        ("language=de", "“de” is not a language of this digest."),
    ],
)
def test_what_is_not_known_is_named_and_leads_back(client: Client, query: str, said: str) -> None:
    response = client.get(f"/subscribe/?{query}")
    assert response.status_code == 400
    assert said in response.text
    assert '<a href="/subscribe/">Choose again</a>' in response.text


@pytest.mark.parametrize("address", ["/", "/fr/"])
def test_the_front_page_and_every_footer_lead_to_it(client: Client, address: str) -> None:
    page = client.get(address).text
    main, footer = page[page.index("<main") : page.index("</main>")], page[page.index("<footer") :]
    assert f'href="{address}subscribe/"' in main
    assert f'href="{address}subscribe/"' in footer
