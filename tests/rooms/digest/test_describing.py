"""What a page says of itself to machines: its addresses, JSON-LD, the Highwire tags, Open Graph."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.making import (
    make_article,
    make_entry,
    make_issue,
    make_notice,
    make_page,
    make_site,
    make_topic,
    revision,
)

pytestmark = pytest.mark.django_db

HERE = "http://testserver"
PERIODICAL = {"@type": "Periodical", "name": "Test network", "url": f"{HERE}/"}
PUBLISHER = {"@type": "Organization", "name": "Test network", "url": f"{HERE}/"}
REVISIONS = [
    revision(1, "published", made_on=dt.date(2024, 5, 6)),
    revision(2, "corrected", made_on=dt.date(2024, 6, 1), account={"en": "The interval was misprinted."}),
    revision(3, "translated", language="fr", made_on=dt.date(2024, 7, 1)),
]


@pytest.fixture(autouse=True)
def _a_digest() -> None:
    make_site()
    make_topic("alliance", name={"en": "Alliance", "fr": "Alliance thérapeutique"})
    make_topic("drop-out", name={"en": "Drop-out", "fr": "Abandon"}, position=1)
    make_article("rosa-2020", doi="10.1000/rosa", pmid="123")
    make_issue("2024-05", teaser={"en": "…on staying", "fr": "… sur rester"})
    make_entry(
        "alliance-matters",
        article="rosa-2020",
        issue="2024-05",
        topics=["alliance", "drop-out"],
        texts={
            "en": {"title": "Alliance matters", "summary": "A stronger alliance goes with a **better** outcome."},
            "fr": {"title": "L’alliance compte", "author": "Édith", "translator": "Sam"},
        },
        revisions=REVISIONS,
    )
    make_entry("english-only", issue="2024-05", title="In English only", topics=["alliance"])


def head_of(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status
    return BeautifulSoup(response.text, "html.parser").head


def graph_of(head: BeautifulSoup) -> list[dict[str, Any]]:
    [script] = head.select("script[type='application/ld+json']")
    data = json.loads(script.string)
    assert data.pop("@context") == "https://schema.org"
    assert list(data) == ["@graph"]
    return data["@graph"]


def metas(head: BeautifulSoup, begins: str) -> list[tuple[str, str]]:
    """The name (or property) and content of each tag whose name begins so."""
    named = [(meta.get("name") or meta.get("property") or "", meta.get("content", "")) for meta in head.select("meta")]
    return [(name, content) for name, content in named if name.startswith(begins)]


def addresses(head: BeautifulSoup) -> dict[str, str]:
    """The page's canonical address, and those of its languages."""
    links = head.select("link[rel=canonical], link[rel=alternate][hreflang]")
    return {link.get("hreflang", "canonical"): link["href"] for link in links}


def breadcrumbs(*steps: tuple[str, str]) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": HERE + path}
        for number, (name, path) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


class TestAnEntry:
    def test_is_a_review_of_its_article(self, client: Client) -> None:
        review, way = graph_of(head_of(client, "/2024/05/alliance-matters/"))
        address = f"{HERE}/2024/05/alliance-matters/"
        assert review == {
            "@type": "Review",
            "@id": address,
            "url": address,
            "name": "Alliance matters",
            "description": "A stronger alliance goes with a better outcome.",
            "inLanguage": "en",
            "datePublished": "2024-05-06",
            "dateModified": "2024-07-01",
            "author": {"name": "Edith"},
            "publisher": PUBLISHER,
            "license": {"@type": "CreativeWork", "name": "CC BY 4.0"},
            "about": [
                {"@type": "DefinedTerm", "@id": f"{HERE}/topics/alliance/", "name": "Alliance"},
                {"@type": "DefinedTerm", "@id": f"{HERE}/topics/drop-out/", "name": "Drop-out"},
            ],
            "isPartOf": {
                "@type": "PublicationIssue",
                "@id": f"{HERE}/2024/05/",
                "url": f"{HERE}/2024/05/",
                "issueNumber": "2024-05",
                "name": "May 2024",
                "datePublished": "2024-05-06",
                "isPartOf": PERIODICAL,
            },
            "itemReviewed": {
                "@type": "ScholarlyArticle",
                "name": "An article: Rosa 2020",
                "author": [{"@type": "Person", "name": "R. Rosa", "givenName": "R.", "familyName": "Rosa"}],
                "datePublished": "2020",
                "inLanguage": "en",
                "isPartOf": {
                    "@type": "PublicationIssue",
                    "issueNumber": "2",
                    "isPartOf": {
                        "@type": "PublicationVolume",
                        "volumeNumber": "1",
                        "isPartOf": {"@type": "Periodical", "name": "Journal of Examples"},
                    },
                },
                "pagination": "3–4",
                "sameAs": "https://doi.org/10.1000/rosa",
                "identifier": [
                    {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1000/rosa"},
                    {"@type": "PropertyValue", "propertyID": "PMID", "value": "123"},
                ],
            },
            "correction": [
                {"@type": "CorrectionComment", "datePublished": "2024-06-01", "text": "The interval was misprinted."}
            ],
        }
        assert way == breadcrumbs(
            ("Archive", "/archive/"),
            ("2024", "/2024/"),
            ("May 2024", "/2024/05/"),
            ("Alliance matters", "/2024/05/alliance-matters/"),
        )

    def test_in_french_is_described_in_french_and_dates_from_its_translation(self, client: Client) -> None:
        review, way = graph_of(head_of(client, "/fr/2024/05/alliance-matters/"))
        said = ("url", "name", "inLanguage", "datePublished", "dateModified", "author", "translator")
        assert {key: review[key] for key in said} == {
            "url": f"{HERE}/fr/2024/05/alliance-matters/",
            "name": "L’alliance compte",
            "inLanguage": "fr",
            "datePublished": "2024-07-01",
            "dateModified": "2024-07-01",
            "author": {"name": "Édith"},
            "translator": {"name": "Sam"},
        }
        assert [topic["name"] for topic in review["about"]] == ["Alliance thérapeutique", "Abandon"]
        assert review["isPartOf"]["name"] == "Mai 2024"
        assert review["publisher"] == {"@type": "Organization", "name": "Réseau d’essai", "url": f"{HERE}/fr/"}
        assert way["itemListElement"][-1]["item"] == f"{HERE}/fr/2024/05/alliance-matters/"

    def test_is_not_dated_before_its_issue_is_out(self, client: Client) -> None:
        early = [revision(1, "published", made_on=dt.date(2024, 1, 1))]
        make_entry("written-early", issue="2024-05", revisions=early)
        review, _ = graph_of(head_of(client, "/2024/05/written-early/"))
        assert (review["datePublished"], review["dateModified"]) == ("2024-05-06", "2024-05-06")

    def test_without_revisions_dates_from_its_issue(self, client: Client) -> None:
        make_entry("without-revisions", issue="2024-05", revisions=[])
        review, _ = graph_of(head_of(client, "/2024/05/without-revisions/"))
        assert (review["datePublished"], review["dateModified"]) == ("2024-05-06", "2024-05-06")

    def test_names_itself_and_not_its_article_in_the_highwire_tags(self, client: Client) -> None:
        assert metas(head_of(client, "/2024/05/alliance-matters/"), "citation_") == [
            ("citation_title", "Alliance matters"),
            ("citation_author", "Edith"),
            ("citation_publication_date", "2024/05/06"),
            ("citation_journal_title", "Test network"),
            ("citation_language", "en"),
            ("citation_keywords", "Alliance; Drop-out"),
            ("citation_abstract_html_url", f"{HERE}/2024/05/alliance-matters/"),
            ("citation_fulltext_html_url", f"{HERE}/2024/05/alliance-matters/"),
        ]

    def test_says_in_open_graph_what_a_link_to_it_shows(self, client: Client) -> None:
        head = head_of(client, "/2024/05/alliance-matters/")
        assert metas(head, "og:") + metas(head, "article:") + metas(head, "twitter:") == [
            ("og:type", "article"),
            ("og:site_name", "Test network"),
            ("og:url", f"{HERE}/2024/05/alliance-matters/"),
            ("og:locale", "en_CA"),
            ("og:locale:alternate", "fr_CA"),
            ("og:image", f"{HERE}/static/web/card.png"),
            ("og:image:width", "1200"),
            ("og:image:height", "630"),
            ("og:title", "Alliance matters"),
            ("og:description", "A stronger alliance goes with a better outcome."),
            ("article:published_time", "2024-05-06"),
            ("article:modified_time", "2024-07-01"),
            ("twitter:card", "summary"),
        ]

    def test_in_two_languages_counts_under_each_address_by_itself(self, client: Client) -> None:
        both = {
            "en": f"{HERE}/2024/05/alliance-matters/",
            "fr": f"{HERE}/fr/2024/05/alliance-matters/",
            "x-default": f"{HERE}/2024/05/alliance-matters/",
        }
        assert addresses(head_of(client, "/2024/05/alliance-matters/?utm_source=a")) == {
            "canonical": both["en"],
            **both,
        }
        assert addresses(head_of(client, "/fr/2024/05/alliance-matters/")) == {"canonical": both["fr"], **both}

    def test_without_french_counts_under_its_english_address_also_where_it_is_shown_in_french(
        self, client: Client
    ) -> None:
        english = f"{HERE}/2024/05/english-only/"
        pages = [head_of(client, f"{prefix}/2024/05/english-only/") for prefix in ("", "/fr")]
        for head in pages:
            assert addresses(head) == {"canonical": english, "en": english, "x-default": english}
        assert graph_of(pages[0]) == graph_of(pages[1])
        assert metas(pages[0], "citation_") == metas(pages[1], "citation_")
        assert metas(pages[1], "og:locale") == [("og:locale", "en_CA")]

    def test_when_withdrawn_is_not_to_be_listed_cited_or_shared(self, client: Client) -> None:
        make_entry("taken-back", issue="2024-05", state="withdrawn")
        response = client.get("/2024/05/taken-back/")
        page = BeautifulSoup(response.text, "html.parser")
        assert response.status_code == 410
        assert metas(page.head, "robots") == [("robots", "noindex")]
        assert (addresses(page.head), page.select(".Z3988")) == ({}, [])
        assert metas(page.head, "citation_") + metas(page.head, "og:") == []

    def test_when_withdrawn_says_so_when_and_why(self, client: Client) -> None:
        account = {"en": "The article was retracted."}
        make_article("gone-2019", title="Gone", journal="", volume="", issue="", pages="")
        make_entry(
            "taken-back",
            article="gone-2019",
            issue="2024-05",
            state="withdrawn",
            revisions=[revision(1), revision(2, "withdrawn", made_on=dt.date(2024, 7, 1), account=account)],
        )
        [review] = graph_of(head_of(client, "/2024/05/taken-back/", 410))
        assert review == {
            "@type": "Review",
            "@id": f"{HERE}/2024/05/taken-back/",
            "url": f"{HERE}/2024/05/taken-back/",
            "name": "Alliance and outcome go together",
            "inLanguage": "en",
            "datePublished": "2024-05-06",
            "dateModified": "2024-07-01",
            "creativeWorkStatus": "Withdrawn",
            "itemReviewed": {
                "@type": "ScholarlyArticle",
                "name": "Gone",
                "author": [{"@type": "Person", "name": "R. Rosa", "givenName": "R.", "familyName": "Rosa"}],
                "datePublished": "2020",
                "inLanguage": "en",
            },
            "correction": [
                {"@type": "CorrectionComment", "datePublished": "2024-07-01", "text": "The article was retracted."}
            ],
        }

    def test_about_a_retracted_article_says_what_became_of_it(self, client: Client) -> None:
        make_notice("rosa-2020", "correction", published_on=dt.date(2024, 5, 1), doi="")
        make_notice("rosa-2020", "other")
        make_notice("rosa-2020")
        for prefix, names in (("", ["Correction", "Retraction"]), ("/fr", ["Correctif", "Rétractation"])):
            article = graph_of(head_of(client, f"{prefix}/2024/05/alliance-matters/"))[0]["itemReviewed"]
            assert article["creativeWorkStatus"] == "Retracted"
            assert [told["name"].capitalize() for told in article["correction"]] == names
            assert article["correction"][1]["url"] == "https://doi.org/10.5555/retraction"
            assert [told["datePublished"] for told in article["correction"]] == ["2024-05-01", "2024-06-02"]

    def test_about_an_article_that_is_only_questioned_has_no_status_and_names_the_notice(self, client: Client) -> None:
        make_notice("rosa-2020", "concern")
        article = graph_of(head_of(client, "/2024/05/alliance-matters/"))[0]["itemReviewed"]
        assert "creativeWorkStatus" not in article
        assert [told["name"] for told in article["correction"]] == ["expression of concern"]


def test_an_issue_names_its_entries_each_under_the_address_that_counts(client: Client) -> None:
    issue, way = graph_of(head_of(client, "/fr/2024/05/"))
    assert issue == {
        "@type": "PublicationIssue",
        "@id": f"{HERE}/fr/2024/05/",
        "url": f"{HERE}/fr/2024/05/",
        "issueNumber": "2024-05",
        "name": "Mai 2024",
        "description": "… sur rester",
        "datePublished": "2024-05-06",
        "inLanguage": "fr",
        "isPartOf": {"@type": "Periodical", "name": "Réseau d’essai", "url": f"{HERE}/fr/"},
        "hasPart": [
            {
                "@type": "Review",
                "@id": f"{HERE}/fr/2024/05/alliance-matters/",
                "url": f"{HERE}/fr/2024/05/alliance-matters/",
                "name": "L’alliance compte",
                "inLanguage": "fr",
            },
            {
                "@type": "Review",
                "@id": f"{HERE}/2024/05/english-only/",
                "url": f"{HERE}/2024/05/english-only/",
                "name": "In English only",
                "inLanguage": "en",
            },
        ],
    }
    assert [step["item"] for step in way["itemListElement"]] == [
        f"{HERE}/fr/archive/",
        f"{HERE}/fr/2024/",
        f"{HERE}/fr/2024/05/",
    ]


def test_the_home_page_is_the_site_and_says_where_to_search_it(client: Client) -> None:
    assert graph_of(head_of(client, "/")) == [
        {
            "@type": "WebSite",
            "@id": f"{HERE}/",
            "url": f"{HERE}/",
            "name": "Test network",
            "description": "Research that reaches practice",
            "inLanguage": "en",
            "publisher": PUBLISHER,
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": f"{HERE}/browse/?q={{search_term_string}}"},
                "query-input": "required name=search_term_string",
            },
        }
    ]


def test_a_topic_says_where_it_stands(client: Client) -> None:
    assert graph_of(head_of(client, "/topics/drop-out/")) == [
        breadcrumbs(("Topics", "/topics/"), ("Drop-out", "/topics/drop-out/"))
    ]


@pytest.mark.parametrize("address", ["/fr/", "/fr/2024/05/"])
def test_a_link_to_the_home_page_or_an_issue_shows_whose_it_is(client: Client, address: str) -> None:
    shown = metas(head_of(client, address), "og:")
    assert shown[:5] == [
        ("og:type", "website"),
        ("og:site_name", "Réseau d’essai"),
        ("og:url", f"{HERE}{address}"),
        ("og:locale", "fr_CA"),
        ("og:locale:alternate", "en_CA"),
    ]


@pytest.mark.parametrize(
    "address", ["/", "/archive/", "/2024/", "/2024/05/", "/topics/", "/topics/alliance/", "/types/", "/articles/"]
)
@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_a_page_counts_under_its_own_address_and_names_the_other_languages(
    client: Client, prefix: str, address: str
) -> None:
    head = head_of(client, f"{prefix}{address}?utm_source=letter")
    assert addresses(head) == {
        "canonical": f"{HERE}{prefix}{address}",
        "en": f"{HERE}{address}",
        "fr": f"{HERE}/fr{address}",
        "x-default": f"{HERE}{address}",
    }
    assert metas(head, "robots") == []


def test_a_standing_page_in_one_language_counts_under_that_language(client: Client) -> None:
    make_page("about")
    for address in ("/about/", "/fr/about/"):
        only = {"canonical": f"{HERE}/about/", "en": f"{HERE}/about/", "x-default": f"{HERE}/about/"}
        assert addresses(head_of(client, address)) == only


def test_a_site_in_one_language_names_no_other(client: Client) -> None:
    make_site(languages=["en"])
    only = {"canonical": f"{HERE}/topics/", "en": f"{HERE}/topics/", "x-default": f"{HERE}/topics/"}
    assert addresses(head_of(client, "/topics/")) == addresses(head_of(client, "/fr/topics/")) == only


def test_addresses_are_those_at_which_readers_find_the_site(client: Client, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://digest.example.org"
    head = head_of(client, "/2024/05/alliance-matters/")
    assert addresses(head)["canonical"] == "https://digest.example.org/2024/05/alliance-matters/"
    assert metas(head, "og:image")[0] == ("og:image", "https://digest.example.org/static/web/card.png")
    assert "testserver" not in str(head)


class TestBrowse:
    def test_without_choices_is_listed(self, client: Client) -> None:
        head = head_of(client, "/browse/?utm_source=letter")
        assert (addresses(head)["canonical"], metas(head, "robots")) == (f"{HERE}/browse/", [])

    def test_with_choices_is_not_listed_and_has_them_in_one_order(self, client: Client) -> None:
        head = head_of(client, "/fr/browse/?year=2024&utm_source=a&topic=drop-out&topic=alliance")
        query = "?topic=alliance&topic=drop-out&year=2024"
        assert metas(head, "robots") == [("robots", "noindex")]
        assert addresses(head) == {
            "canonical": f"{HERE}/fr/browse/{query}",
            "en": f"{HERE}/browse/{query}",
            "fr": f"{HERE}/fr/browse/{query}",
            "x-default": f"{HERE}/browse/{query}",
        }

    def test_with_choices_keeps_the_page_of_the_list(self, client: Client) -> None:
        for number in range(21):
            make_entry(f"entry-{number}", issue="2024-05", topics=["drop-out"])
        head = head_of(client, "/browse/?page=2&topic=drop-out")
        assert addresses(head)["canonical"] == f"{HERE}/browse/?topic=drop-out&page=2"


@pytest.mark.parametrize(("address", "status"), [("/nothing/", 404), ("/browse/?topic=none", 400), ("/2024/13/", 404)])
def test_a_page_on_what_went_wrong_is_not_listed_and_has_no_address(client: Client, address: str, status: int) -> None:
    head = head_of(client, address, status)
    assert (metas(head, "robots"), addresses(head), metas(head, "og:")) == ([("robots", "noindex")], {}, [])
