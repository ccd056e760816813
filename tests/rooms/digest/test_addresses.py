"""Every address answers: the page, a redirect to its one form, or a page that says what to do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils.html import escape

from tests.making import make_article, make_entry, make_issue, make_page, make_site, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_digest() -> None:
    make_site()
    make_page("about")
    make_topic("drop-out", name={"en": "Drop-out", "fr": "Abandon"})
    make_entry("alliance-matters", issue="2024-05", topics=["alliance", "drop-out"], title="Alliance matters")
    make_entry("leaving-early", issue="2024-03", title="Leaving early", topics=["drop-out"])


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/2024/5/", "/2024/05/"),
        ("/2024/5/alliance-matters/", "/2024/05/alliance-matters/"),
        ("/2023/01/alliance-matters/", "/2024/05/alliance-matters/"),
        ("/fr/2023/01/alliance-matters/", "/fr/2024/05/alliance-matters/"),
        ("/2024/05", "/2024/05/"),
        ("/1999/1/alliance-matters/citation.ris", "/2024/05/alliance-matters/citation.ris"),
        ("/topics/drop-out/?page=2", "/topics/drop-out/page/2/"),
        ("/fr/types/meta-analysis/findings/?page=12", "/fr/types/meta-analysis/findings/page/12/"),
        ("/articles/page/1/", "/articles/"),
        ("/articles/page/02/", "/articles/page/2/"),
        ("/articles/?page=1", "/articles/"),
        ("/browse/page/2/?topic=drop-out", "/browse/?topic=drop-out&page=2"),
        ("/browse/page/2/?page=3", "/browse/page/3/"),
    ],
)
def test_an_address_in_another_form_leads_to_its_own(client: Client, address: str, to: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, to)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/2024/13/", 404, "There is no month 13; months go from 01 to 12."),
        ("/2024/00/", 404, "There is no month 0; months go from 01 to 12."),
        ("/2024/04/", 404, "There is no issue for April 2024."),
        ("/0000/01/", 404, "There is no issue of 0000."),
        ("/9999/01/", 404, "There is no issue for January 9999."),
        ("/1999/", 404, "There is no issue of 1999."),
        ("/2024/05/alliance-mater/", 404, "There is no entry at this address."),
        ("/2024/05/alliance-mater/citation.ris", 404, "There is no entry at this address."),
        ("/2024/05/alliance-matters/citation.doc", 404, "There is no page at this address."),
        ("/topics/dropout/", 404, "There is no topic “dropout”."),
        ("/types/meta/", 404, "There is no research type “meta”."),
        ("/topics/%00/", 404, "There is no page at this address."),
        ("/topics/drop-out/page/2/", 404, "There is no page “2” of this list."),
        ("/topics/drop-out/page/0/", 404, "There is no page “0” of this list."),
        ("/browse/?topic=drop-out&page=2", 404, "There is no page “2” of this list."),
        ("/topics/drop-out/page/two/", 404, "There is no page at this address."),
        ("/topics/drop-out/?page=%00", 404, "of this list."),
        ("/articles/?page=-1", 404, "There is no page “-1” of this list."),
        ("/browse/?page=last", 404, "There is no page “last” of this list."),
        ("/browse/?topic=dropout", 400, "“dropout” is not one of our topics."),
        ("/browse/?topic=%00", 400, "is not one of our topics."),
        ("/browse/?type=rct", 400, "“rct” is not one of our research types."),
        ("/browse/?year=twenty", 400, "“twenty” is not a year."),
        ("/browse/?year=2024%20", 400, "is not a year."),
        ("/browse/?year=٢٠٢٤", 400, "is not a year."),
        ("/browse/?language=de", 400, "“de” is not a language of this digest."),
        ("/browse/?topic=<script>alert(1)</script>", 400, "“<script>alert(1)</script>” is not one of our topics."),
        ("/browse/?" + "topic=drop-out&" * 50, 400, "The address makes too many choices at once."),
        ("/nothing/", 404, "There is no page at this address."),
        ("/nothing/at/all.php", 404, "There is no page at this address."),
        ("/fr/2024/13/", 404, "13"),
    ],
)
def test_an_address_that_leads_nowhere_says_why(client: Client, address: str, status: int, said: str) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert escape(said) in response.text


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/2024/04/", '<a href="/2024/03/">March 2024</a>'),
        ("/2024/04/", '<a href="/2024/05/">May 2024</a>'),
        ("/topics/dropout/", '<a href="/topics/drop-out/">Drop-out</a>'),
        ("/fr/topics/abandons/", '<a href="/fr/topics/drop-out/">Abandon</a>'),
        ("/2024/05/alliance-mater/", '<a href="/2024/05/alliance-matters/">Alliance matters</a>'),
        ("/browse/?topic=dropout&year=2024", '<a href="/browse/?year=2024">Keep the other choices</a>'),
        ("/browse/?topic=dropout", '<a href="/browse/">Browse all entries</a>'),
    ],
)
def test_an_address_that_leads_nowhere_leads_on(client: Client, address: str, way: str) -> None:
    assert way in client.get(address).text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_is_only_read(method: str) -> None:
    assert getattr(Client(enforce_csrf_checks=True), method)("/").status_code == 405


def test_an_unusual_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_digest_without_content_says_so(client: Client) -> None:
    from rapport.digest.models import Entry, Issue, Page, SiteIdentity

    for model in (Entry, Issue, Page, SiteIdentity):
        model.objects.all().delete()
    for address in ("/", "/archive/", "/topics/", "/types/", "/browse/", "/articles/", "/api/", "/fr/"):
        assert client.get(address).status_code == 200
    assert "No issue has been published yet." in client.get("/").text


class TestWhatReadersDoNotSee:
    """Drafts, issues that are not out yet, and what was withdrawn."""

    def test_a_draft_is_nowhere(self, client: Client) -> None:
        make_article("secret-2024", title="A secret article")
        make_entry("secret", article="secret-2024", issue="2024-05", state="draft", title="A secret entry")
        assert client.get("/2024/05/secret/").status_code == 404
        for address in ("/", "/2024/05/", "/2024/", "/topics/alliance/", "/browse/", "/articles/"):
            response = client.get(address)
            assert response.status_code == 200
            assert "secret" not in response.text.lower()
        assert b"secret" not in b"".join(client.get("/articles/articles.bib")).lower()

    def test_an_issue_is_nowhere_before_its_day(self, client: Client) -> None:
        make_issue("2999-01", published_on=dt.date(2999, 1, 6))
        make_entry("of-the-future", issue="2999-01", title="Of the future")
        assert client.get("/2999/01/").status_code == 404
        assert client.get("/2999/01/of-the-future/").status_code == 404
        for address in ("/", "/archive/", "/topics/alliance/", "/browse/"):
            assert "future" not in client.get(address).text

    def test_an_issue_of_drafts_only_is_nowhere(self, client: Client) -> None:
        make_entry("unfinished", issue="2024-09", state="draft")
        assert client.get("/2024/09/").status_code == 404
        assert "2024/09" not in client.get("/archive/").text

    def test_a_withdrawn_entry_says_so_and_nothing_of_its_text(self, client: Client) -> None:
        make_entry("taken-back", issue="2024-05", state="withdrawn", summary="The summary.")
        response = client.get("/2024/05/taken-back/")
        assert response.status_code == 410
        assert "This entry has been withdrawn" in response.text
        assert "The summary." not in response.text
        assert "taken-back" not in client.get("/2024/05/").text
        assert client.get("/2024/05/taken-back/citation.ris").status_code == 404

    def test_a_withdrawn_entry_leads_to_its_issue_only_where_that_has_something_to_read(self, client: Client) -> None:
        make_entry("taken-back", issue="2024-08", state="withdrawn")
        assert 'href="/2024/08/"' not in client.get("/2024/08/taken-back/").text
        make_entry("beside-it", issue="2024-08")
        assert 'href="/2024/08/"' in client.get("/2024/08/taken-back/").text
