"""What search engines are told: where everything is, in which languages, and when it last changed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from rapport.digest import sitemap
from rapport.digest.actions import mark_changed
from tests.making import make_entry, make_issue, make_page, make_site, make_topic, revision

pytestmark = pytest.mark.django_db

HERE = "http://testserver"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BOTH = {"en": {}, "fr": {}}


@pytest.fixture(autouse=True)
def _a_digest() -> None:
    make_site()
    make_page("about")
    make_page("about", "fr")
    make_page("privacy")
    make_topic("empty")
    corrected = [revision(1), revision(2, "corrected", made_on=dt.date(2024, 6, 1))]
    make_entry("alliance-matters", issue="2024-05", texts=BOTH, revisions=corrected)
    make_entry("leaving-early", issue="2023-03", topics=["drop-out"], revisions=[])


def locations(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return [loc.text.removeprefix(HERE) for loc in ElementTree.fromstring(response.content).iter(f"{SITEMAP}loc")]


def places(client: Client, address: str) -> dict[str, tuple[str | None, dict[str, str]]]:
    """Each path of a part: the day of its last change, and its alternates by language."""
    root = ElementTree.fromstring(client.get(address).content)
    assert root.tag == f"{SITEMAP}urlset"
    return {
        url.findtext(f"{SITEMAP}loc").removeprefix(HERE): (
            url.findtext(f"{SITEMAP}lastmod"),
            {link.get("hreflang"): link.get("href").removeprefix(HERE) for link in url.iter(f"{XHTML}link")},
        )
        for url in root.iter(f"{SITEMAP}url")
    }


def in_both(path: str) -> dict[str, str]:
    return {"en": path, "fr": f"/fr{path}", "x-default": path}


def test_robots_may_read_all_but_combinations_of_choices_accounts_the_desk_and_letters(
    client: Client,
) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text == (
        "User-agent: *\n"
        "Disallow: /browse/?\n"
        "Disallow: /fr/browse/?\n"
        "Disallow: /account/\n"
        "Disallow: /fr/account/\n"
        "Disallow: /desk/\n"
        "Disallow: /fr/desk/\n"
        "Disallow: /letters/\n"
        "Disallow: /fr/letters/\n"
        "Sitemap: http://testserver/sitemap.xml\n"
    )  # fmt: skip


def test_the_sitemap_is_an_index_of_its_parts(client: Client) -> None:
    assert locations(client, "/sitemap.xml") == ["/sitemap-pages.xml", "/sitemap-entries-1.xml"]


def test_every_entry_stands_in_it_in_the_languages_it_is_written_in(client: Client) -> None:
    both = in_both("/2024/05/alliance-matters/")
    assert places(client, "/sitemap-entries-1.xml") == {
        "/2023/03/leaving-early/": (
            "2023-03-06",
            {"en": "/2023/03/leaving-early/", "x-default": "/2023/03/leaving-early/"},
        ),
        "/2024/05/alliance-matters/": ("2024-06-01", both),
        "/fr/2024/05/alliance-matters/": ("2024-06-01", both),
    }


def test_every_other_page_stands_in_it_in_the_languages_of_the_site(client: Client) -> None:
    changed = {
        "/": "2024-06-01",
        "/archive/": None,
        "/topics/": None,
        "/types/": None,
        "/browse/": None,
        "/articles/": None,
        "/subscribe/": None,
        "/2024/05/": "2024-06-01",
        "/2023/03/": "2023-03-06",
        "/2024/": "2024-06-01",
        "/2023/": "2023-03-06",
        "/topics/alliance/": "2024-06-01",
        "/topics/drop-out/": "2023-03-06",
        "/types/meta-analysis/": "2024-06-01",
        "/about/": None,
    }
    expected = {path: (day, in_both(path)) for path, day in changed.items()}
    expected |= {f"/fr{path}": (day, in_both(path)) for path, day in changed.items()}
    expected["/privacy/"] = (None, {"en": "/privacy/", "x-default": "/privacy/"})
    assert places(client, "/sitemap-pages.xml") == expected


def test_every_address_in_it_leads_to_a_page_that_counts_under_that_address(client: Client) -> None:
    listed = [path for part in locations(client, "/sitemap.xml") for path in locations(client, part)]
    assert len(listed) == 34
    wrong = {}
    for path in listed:
        response = client.get(path)
        if response.status_code != 200 or f'<link rel="canonical" href="{HERE}{path}">' not in response.text:
            wrong[path] = response.status_code
    assert wrong == {}


def test_what_readers_do_not_see_does_not_stand_in_it(client: Client) -> None:
    make_entry("unfinished", issue="2024-05", state="draft")
    make_entry("taken-back", issue="2023-03", state="withdrawn")
    make_issue("2999-01", published_on=dt.date(2999, 1, 6))
    make_entry("of-the-future", issue="2999-01", topics=["future"])
    listed = " ".join(path for part in locations(client, "/sitemap.xml") for path in locations(client, part))
    assert [word for word in ("unfinished", "taken-back", "future", "2999", "/empty/") if word in listed] == []


def test_a_withdrawal_changes_the_issue_it_was_in(client: Client) -> None:
    withdrawn = [revision(1), revision(2, "withdrawn", made_on=dt.date(2024, 8, 1))]
    make_entry("taken-back", issue="2023-03", state="withdrawn", revisions=withdrawn)
    assert places(client, "/sitemap-pages.xml")["/2023/03/"][0] == "2024-08-01"


def test_a_site_in_one_language_has_pages_in_that_alone(client: Client) -> None:
    make_site(languages=["fr"])
    topics = places(client, "/sitemap-pages.xml")["/fr/topics/"]
    assert topics == (None, {"fr": "/fr/topics/", "x-default": "/fr/topics/"})
    assert "/topics/" not in places(client, "/sitemap-pages.xml")


def test_addresses_are_those_at_which_readers_find_the_site(client: Client, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://digest.example.org"
    for address in ("/robots.txt", "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-entries-1.xml"):
        text = client.get(address).text
        assert ("https://digest.example.org/" in text, "testserver" in text) == (True, False)


class TestManyEntries:
    def test_stand_in_several_parts_the_oldest_first_and_once_each(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sitemap, "ENTRIES_IN_A_PART", 2)
        for number in range(3):
            make_entry(f"entry-{number}", issue="2024-06")
        parts = locations(client, "/sitemap.xml")[1:]
        assert parts == ["/sitemap-entries-1.xml", "/sitemap-entries-2.xml", "/sitemap-entries-3.xml"]
        assert [locations(client, part) for part in parts] == [
            ["/2023/03/leaving-early/", "/2024/05/alliance-matters/", "/fr/2024/05/alliance-matters/"],
            ["/2024/06/entry-0/", "/2024/06/entry-1/"],
            ["/2024/06/entry-2/"],
        ]

    def test_keep_each_part_below_the_50_000_addresses_that_it_may_hold(self) -> None:
        assert sitemap.ENTRIES_IN_A_PART * len(settings.LANGUAGES) <= 50_000

    @pytest.mark.parametrize(("shown", "parts"), [(0, 0), (1, 1), (5_000, 1), (5_001, 2), (50_001, 11)])
    def test_have_as_many_parts_as_they_need(self, monkeypatch: pytest.MonkeyPatch, shown: int, parts: int) -> None:
        monkeypatch.setattr("rapport.digest.models.EntryQuerySet.count", lambda entries: shown)
        assert sitemap.number_of_parts() == parts

    @pytest.mark.parametrize("entries", [2, 30])
    @pytest.mark.parametrize(
        ("address", "most"),
        [("/robots.txt", 1), ("/sitemap.xml", 2), ("/sitemap-pages.xml", 6), ("/sitemap-entries-1.xml", 4)],
    )
    def test_cost_no_more_queries_than_few(
        self, client: Client, django_assert_max_num_queries: Any, address: str, most: int, entries: int
    ) -> None:
        for number in range(entries):
            make_entry(f"entry-{number}", issue=f"20{number + 10}-01", texts=BOTH, topics=[f"topic-{number}"])
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/sitemap-entries-0.xml", "/sitemap-entries-2.xml", "/sitemap-entries-x.xml"])
def test_a_part_that_there_is_not_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/robots.txt", "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-entries-1.xml"])
def test_it_is_sent_again_only_when_the_content_has_changed(client: Client, address: str) -> None:
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=300"
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    mark_changed()
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_digest_without_entries_has_a_sitemap_too(client: Client) -> None:
    from rapport.digest.models import Entry, Issue

    Entry.objects.all().delete()
    Issue.objects.all().delete()
    assert locations(client, "/sitemap.xml") == ["/sitemap-pages.xml"]
    assert "/" in places(client, "/sitemap-pages.xml")
