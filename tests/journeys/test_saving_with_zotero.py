"""A reader clicks Zotero's button on a page of the digest: the article is saved, and our entry can be.

The pages are read as Zotero's translators read them (`tests/zotero.py` says by which rules).
"""

from __future__ import annotations

import pytest
from django.test import Client

from rapport.literature.models import Article
from tests.zotero import Button, button

ENTRY = "/2023/01/one-in-five-leaves-early/"
SWIFT = {
    "itemType": "journalArticle",
    "title": "Premature discontinuation in adult psychotherapy: A meta-analysis",
    "creators": [("J. K.", "Swift"), ("R. P.", "Greenberg")],
    "date": "2012",
    "publicationTitle": "Journal of Consulting and Clinical Psychology",
    "volume": "80",
    "issue": "4",
    "pages": "547-559",
    "DOI": "10.1037/a0028226",
    "language": "en",
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample_digest")]


@pytest.mark.parametrize("address", [ENTRY, f"/fr{ENTRY}"])
def test_a_click_on_an_entry_saves_the_article_at_once(client: Client, address: str) -> None:
    click = button(client.get(address).text)
    assert (click.by, click.saves) == ("COinS", SWIFT)


def test_the_buttons_menu_offers_our_entry_itself(client: Client) -> None:
    entry = button(client.get(ENTRY).text).menu["Embedded Metadata"]
    assert entry.pop("abstractNote").startswith("How often do adults stop therapy before it has done its work?")
    assert entry == {
        "itemType": "journalArticle",
        "title": "One client in five leaves before therapy is done",
        "creators": [("the Rapport sample", "desk")],  # a name without a comma is a person's to Zotero
        "date": "2023/01/09",
        "publicationTitle": "Sample Practice Research Network (invented)",
        "language": "en",
        "url": f"http://testserver{ENTRY}",
    }


def test_on_the_articles_page_the_reader_chooses_among_those_that_stand_there(client: Client) -> None:
    response = client.get("/articles/")
    click = button(response.text)
    assert click.by == "COinS"
    assert [work["title"] for work in click.saves] == [article.title for article in response.context["page_obj"]]


def test_every_article_of_the_sample_is_saved_with_its_year_and_all_its_authors(client: Client) -> None:
    for article in Article.objects.select_related("entry__issue"):
        saved = button(client.get(article.entry.get_absolute_url()).text).saves
        assert (saved["title"], saved["date"], len(saved["creators"])) == (
            article.title,
            str(article.year),
            len(article.authors),
        )


def test_a_page_without_an_article_is_saved_as_a_web_page_or_by_its_title_alone(client: Client) -> None:
    home = button(client.get("/").text)
    assert (home.by, home.saves["itemType"], home.saves["creators"]) == ("Embedded Metadata", "webpage", [])
    assert button(client.get("/topics/").text) == Button()
