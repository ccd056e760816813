"""The publication behind nginx, set up as the host's guide says, answers as the live site does."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.making import make_entry, make_page, make_site
from tests.publishing import NGINX, names_in, publish, served_by_nginx

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("with_assets"),
    pytest.mark.skipif(not NGINX, reason="There is no nginx here."),
]

OF_EVERY_ANSWER = [
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_site()
    make_page("about")
    make_entry("alliance-matters", issue="2024-05")
    make_entry("taken-back", issue="2024-05", state="withdrawn")
    return publish(tmp_path / "www" / "digest")


@pytest.fixture
def ask(folder: Path, tmp_path: Path) -> Iterator[Callable[..., Answer]]:
    with served_by_nginx(folder, tmp_path) as site:

        def ask(address: str, **headers: str) -> Answer:
            with closing(http.client.HTTPConnection(urlsplit(site).netloc, timeout=10)) as connection:
                connection.request("GET", address, headers=headers)
                answer = connection.getresponse()
                return Answer(answer.status, dict(answer.getheaders()), answer.read())

        yield ask


ADDRESSES = [
    "/",
    "/fr/",
    "/2024/05/alliance-matters/",
    "/articles/",
    *(f"/2024/05/alliance-matters/citation.{form}" for form in ("ris", "bib", "json", "txt")),
    *(f"/fr/articles/articles.{form}" for form in ("ris", "bib", "json", "txt")),
    *("/robots.txt", "/sitemap.xml", "/sitemap-entries-1.xml"),
    *(f"{language}/feeds/{name}" for language in ("", "/fr") for name in ("entries.atom", "topic/alliance.json")),
    "/2024/05/taken-back/",
    "/fr/2024/05/taken-back/",
    "/nothing/",
    "/fr/nothing/",
]


def test_an_address_is_answered_as_by_the_live_site(ask: Callable[..., Answer], client: Client) -> None:
    for address in ADDRESSES:
        live, copy = client.get(address), ask(address)
        wanted = ["Content-Type", *OF_EVERY_ANSWER, *(["Cache-Control"] if live.status_code == 200 else [])]
        assert (address, copy.status, {name: said(copy.headers.get(name)) for name in wanted}) == (
            address,
            live.status_code,
            {name: said(live.get(name)) for name in wanted},
        )


def said(header: str | None) -> list[str]:
    """The parts of a header, whose order says nothing."""
    return sorted(part.strip() for part in (header or "").split(";"))


def test_an_address_that_leads_nowhere_is_answered_in_its_language(ask: Callable[..., Answer]) -> None:
    for address in ("/nothing/", "/2024/05/nothing/", "/static/", "/2024/05/taken-back/.withdrawn"):
        answer = ask(address)
        assert (answer.status, b"Not found" in answer.body, b'<html lang="en">' in answer.body) == (404, True, True)
    assert b'<html lang="fr">' in ask("/fr/nothing/at/all").body


def test_a_withdrawn_entry_says_so(ask: Callable[..., Answer]) -> None:
    assert b"This entry has been withdrawn" in ask("/2024/05/taken-back/").body
    assert b'<html lang="fr">' in ask("/fr/2024/05/taken-back/").body


def test_an_address_without_its_slash_leads_on(ask: Callable[..., Answer]) -> None:
    answer = ask("/fr/articles")
    assert (answer.status, answer.headers["Location"]) == (301, "/fr/articles/")


def test_assets_are_kept_for_ever_and_sent_as_they_were_compressed(ask: Callable[..., Answer], folder: Path) -> None:
    (sheet,) = (name for name in names_in(folder) if name.startswith("static/web/css/base.") and name.endswith(".css"))
    answer = ask(f"/{sheet}", **{"Accept-Encoding": "gzip"})
    assert answer.body == (folder / f"{sheet}.gz").read_bytes()
    assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == (
        "max-age=315360000, public, immutable",
        "text/css; charset=utf-8",
    )


def test_a_page_that_did_not_change_is_not_sent_again(ask: Callable[..., Answer], folder: Path) -> None:
    tag = ask("/about/").headers["ETag"]
    make_entry("leaving-early", issue="2024-05")
    publish(folder)
    assert ask("/about/", **{"If-None-Match": tag}).status == 304
    assert b"leaving-early" in ask("/2024/05/").body
