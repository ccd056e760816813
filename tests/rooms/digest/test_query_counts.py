"""A page makes the same number of queries for one entry as for thirty, and few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from rapport.digest.actions import mark_changed
from tests.made_once import made_once
from tests.making import COMPARABLE, finding, make_announcement, make_article, make_entry, make_site

ENTRY_PAGE, LIST_PAGE, FEED = 6, 8, 8

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """An issue with all that a page can show: findings to compare, topics, texts in two languages, news."""
    with made_once(django_db_blocker, fill, request.param):
        yield


def fill(entries: int) -> None:
    make_site()
    make_announcement(starts_on="2020-01-01", ends_on="2999-12-31")
    for number in range(entries):
        key = f"entry-{number}"
        make_article(key, findings=[finding("one", families=COMPARABLE), finding("two", families=COMPARABLE)])
        make_entry(
            key,
            issue="2024-05" if number % 2 else "2024-06",
            topics=["alliance", "drop-out"],
            texts={"en": {"title": f"Entry {number}"}, "fr": {"title": f"Fiche {number}"}},
        )


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("filled", [2, 30], indirect=True)
@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", LIST_PAGE),
        ("/2024/06/", LIST_PAGE),
        ("/2024/06/entry-0/", ENTRY_PAGE),
        ("/2024/", LIST_PAGE),
        ("/archive/", LIST_PAGE),
        ("/topics/", LIST_PAGE),
        ("/topics/alliance/", LIST_PAGE),
        ("/topics/alliance/findings/", LIST_PAGE),
        ("/types/", LIST_PAGE),
        ("/types/meta-analysis/", LIST_PAGE),
        ("/types/meta-analysis/findings/", LIST_PAGE),
        ("/browse/", LIST_PAGE),
        ("/browse/?topic=alliance&topic=drop-out&type=meta-analysis&year=2024&language=fr", LIST_PAGE),
        ("/articles/", LIST_PAGE),
        ("/subscribe/", LIST_PAGE),
        ("/feeds/entries.atom", FEED),
        ("/feeds/entries.json", FEED),
        ("/feeds/topic/alliance+drop-out/type/meta-analysis.atom", FEED),
        ("/api/", 2),
    ],
)
def test_a_page_makes_few_queries_however_many_entries_there_are(
    filled: None, client: Client, django_assert_max_num_queries: Any, address: str, most: int, language: str
) -> None:
    mark_changed()
    with django_assert_max_num_queries(most):
        assert client.get(f"{language}{address}").status_code == 200


@pytest.mark.parametrize("filled", [30], indirect=True)
def test_an_export_of_all_articles_makes_one_query(
    filled: None, client: Client, django_assert_num_queries: Any
) -> None:
    mark_changed()
    with django_assert_num_queries(2):  # the content's stamp, and the articles
        b"".join(client.get("/articles/articles.ris"))


@pytest.mark.parametrize("filled", [2], indirect=True)
def test_a_page_that_has_not_changed_costs_one_query(
    filled: None, client: Client, django_assert_num_queries: Any
) -> None:
    tag = client.get("/topics/alliance/")["ETag"]
    with django_assert_num_queries(1):
        assert client.get("/topics/alliance/", headers={"if-none-match": tag}).status_code == 304
