"""What every answer carries: security, caching, language."""

from __future__ import annotations

import pytest
from django.test import Client

from rapport.digest.actions import mark_changed
from tests.making import make_entry, make_site

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/2024/05/",
    "/2024/05/alliance-matters/",
    "/topics/alliance/",
    "/browse/",
    "/articles/",
    "/subscribe/",
    "/feeds/topic/alliance.atom",
    "/feeds/entries.json",
    "/api/",
    "/fr/",
    "/nothing/",
]


@pytest.fixture(autouse=True)
def _an_entry() -> None:
    make_site()
    make_entry("alliance-matters", issue="2024-05")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_lets_nothing_run_or_load_from_elsewhere(client: Client, address: str) -> None:
    response = client.get(address)
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "style=" not in response.text
    assert "<style" not in response.text
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("address", PAGES[:-1])
def test_a_page_may_be_kept_by_a_proxy_and_asked_for_again(client: Client, address: str) -> None:
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=300"
    assert "Vary" not in first
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_page_is_made_anew_when_the_content_changed(client: Client) -> None:
    tag = client.get("/")["ETag"]
    mark_changed()
    assert client.get("/", headers={"if-none-match": tag}).status_code == 200


def test_two_languages_of_a_page_have_tags_of_their_own(client: Client) -> None:
    assert client.get("/")["ETag"] != client.get("/fr/")["ETag"]


def test_a_page_that_is_asked_for_in_any_state_is_told_as_it_is(client: Client) -> None:
    assert client.get("/nothing/", headers={"if-none-match": "*"}).status_code == 404
    assert client.get("/", headers={"if-none-match": "*"}).status_code == 200


def test_a_head_request_is_answered_without_a_body(client: Client) -> None:
    head, get = client.head("/"), client.get("/")
    assert (head.status_code, head.content) == (200, b"")
    assert (head["Content-Length"], head["ETag"]) == (str(len(get.content)), get["ETag"])
    export = client.head("/articles/articles.ris")
    assert (export.status_code, b"".join(export)) == (200, b"")


def test_what_is_not_found_is_not_kept(client: Client) -> None:
    assert client.get("/nothing/")["Cache-Control"] == "no-cache"
    assert client.get("/2024/13/")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("address", "language"), [("/", "en"), ("/fr/", "fr"), ("/fr/nothing/", "fr"), ("/france/", "en")]
)
def test_the_language_is_told_by_the_address_alone(client: Client, address: str, language: str) -> None:
    response = client.get(address, headers={"accept-language": "fr" if language == "en" else "en"})
    assert response["Content-Language"] == language
    assert f'<html lang="{language}">' in response.text


def test_a_page_names_its_address_in_each_language(client: Client) -> None:
    page = client.get("/fr/browse/?topic=alliance").text
    assert '<link rel="alternate" hreflang="en" href="http://testserver/browse/?topic=alliance">' in page
    assert '<link rel="alternate" hreflang="fr" href="http://testserver/fr/browse/?topic=alliance">' in page
