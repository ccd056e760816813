"""From what a look-up found to an article: met when it is here already, made once, its abstract kept in private."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.audit.models import Event
from rapport.literature.actions import keep_abstract, key_for
from rapport.literature.lookup import Record, articles_like
from rapport.literature.models import Abstract
from tests.making import make_article, make_person

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 1, 20, 0, tzinfo=dt.UTC)
RECORD = Record(
    source="crossref",
    kind="journal-article",
    language="en",
    authors=("van der Rosa, R.", "Sam, S."),
    year=2026,
    title="Who leaves early",
    doi="10.5555/abc.1",
    pmid="99000001",
    abstract="Of 231 clients, 68% stayed.",
)


@pytest.mark.parametrize(
    "known",
    [
        {"doi": "10.5555/ABC.1"},
        {"pmid": "99000001"},
        {"title": "Who Leaves – Early?", "year": 2026},
        {"title": "Who leaves early", "year": None},
    ],
    ids=["DOI in capitals", "PubMed number", "title and year", "title, no year known"],
)
def test_an_article_that_is_here_already_is_met(known, django_assert_num_queries):
    article = make_article("known", **known)
    make_article("another", year=2026)
    with django_assert_num_queries(2):
        assert articles_like(RECORD) == [article]


@pytest.mark.parametrize("known", [{"title": "Who leaves early", "year": 2020}, {"title": "Who stays", "year": 2026}])
def test_an_article_of_another_year_or_title_is_another(known):
    make_article("known", **known)
    assert articles_like(RECORD) == []


def test_a_record_that_says_nothing_is_like_nothing(django_assert_num_queries):
    make_article("known")
    with django_assert_num_queries(0):
        assert articles_like(Record(source="ris")) == []


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"authors": ("Swift, J. K.",), "year": 2012}, "swift-2012"),
        ({"authors": ("Řiháček, T.",), "year": 2020}, "rihacek-2020"),
        ({"authors": ("World Health Organization",), "year": 2020}, "world-health-organization-2020"),
        ({"authors": ("Sam, S.",)}, "sam"),
        ({"title": "Who leaves early, and why, and when", "year": 2020}, "who-leaves-early-and-2020"),
        ({"authors": ("王, 明",), "year": 2020}, "article-2020"),
    ],
)
def test_a_key_is_made_of_the_first_author_and_the_year(facts, key):
    assert key_for(Record(source="crossref", **facts)) == key


def test_a_key_that_is_taken_gets_the_next_letter():
    make_article("swift-2012")
    make_article("swift-2012b")
    make_article("swift-2012-more")
    assert key_for(Record(source="crossref", authors=("Swift, J.",), year=2012)) == "swift-2012c"


def test_an_abstract_is_kept_replaced_and_removed():
    edith, article = make_person("Edith", "editor"), make_article("rosa-2020")
    keep_abstract(article=article, text="One.\0", source="OpenAlex", now=NOW)
    keep_abstract(article=article, text="Two. 💬", source="by hand", by=edith, now=NOW)
    assert list(Abstract.objects.values_list("article__key", "text", "source")) == [("rosa-2020", "Two. 💬", "by hand")]
    keep_abstract(article=article, text="  ", source="by hand", by=edith)
    assert list(Abstract.objects.all()) == []
    assert sorted(Event.objects.values_list("did", "about")) == [
        ("abstract.kept", "article:rosa-2020"),
        ("abstract.removed", "article:rosa-2020"),
    ]
