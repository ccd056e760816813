"""The programming interface: everything that readers may see, as data, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from rapport.digest.actions import mark_changed
from rapport.digest.models import Entry
from tests.made_once import made_once
from tests.making import (
    COMPARABLE,
    finding,
    make_article,
    make_entry,
    make_family,
    make_issue,
    make_research_type,
    make_site,
    make_topic,
    revision,
)

HOST = "http://testserver"
API = f"{HOST}/api/v1"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_site() -> None:
    make_site()


def ask(address: str, status: int = 200) -> Any:
    response = Client().get(f"/api/v1/{address}")
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (status, "application/json")
    return response.json()


def names(address: str) -> list[str]:
    """What each item of a list is called, part after part."""
    found, next_part = [], f"{API}/{address}"
    while next_part:
        part = Client().get(next_part).json()
        found += [item.get("slug") or item.get("key") or f"{item['year']}-{item['month']:02}" for item in part["items"]]
        next_part = part["next"]
    return found


class TestWhatIsAnswered:
    """The whole of each kind of thing, so that nothing is added, lost or renamed unseen."""

    def test_the_beginning_says_what_there_is_and_on_which_terms(self) -> None:
        assert ask("") == {
            "name": {"en": "Test network", "fr": "Réseau d’essai"},
            "licence": {"en": "CC BY 4.0"},
            "contact": "desk@example.org",
            "languages": ["en", "fr"],
            "openapi": f"{API}/openapi.json",
            "read_at": {"en": f"{HOST}/api/", "fr": f"{HOST}/fr/api/"},
            "resources": {
                "issues": f"{API}/issues",
                "entries": f"{API}/entries",
                "articles": f"{API}/articles",
                "findings": f"{API}/findings",
                "topics": f"{API}/topics",
                "types": f"{API}/types",
            },
        }

    def test_an_entry_has_its_texts_in_every_language_and_all_that_its_page_says(self) -> None:
        make_topic("alliance", name={"en": "Alliance", "fr": "Alliance"})
        make_article("rosa-2020", doi="10.1037/abc", pages="3–4")
        make_entry(
            "alliance-matters",
            article="rosa-2020",
            issue="2024-05",
            texts={
                "en": {"title": "Alliance matters", "who": "Adults", "limitations": ""},
                "fr": {"title": "L’alliance compte", "translator": "Edith", "disagreements": "Deux sources."},
            },
            revisions=[
                revision(1),
                revision(2, "corrected", made_on=dt.date(2024, 6, 1), account={"en": "A number was wrong."}),
                revision(3, "translated", language="fr"),
            ],
        )
        assert ask("entries/alliance-matters") == {
            "slug": "alliance-matters",
            "address": f"{API}/entries/alliance-matters",
            "read_at": {
                "en": f"{HOST}/2024/05/alliance-matters/",
                "fr": f"{HOST}/fr/2024/05/alliance-matters/",
            },
            "language": "en",
            "issue": {"year": 2024, "month": 5, "address": f"{API}/issues/2024/05"},
            "type": {"key": "meta-analysis", "name": {"en": "Meta analysis"}},
            "topics": [{"key": "alliance", "name": {"en": "Alliance", "fr": "Alliance"}}],
            "texts": {
                "en": {
                    "title": "Alliance matters",
                    "author": "Edith",
                    "translator": None,
                    "at_a_glance": {"design": "Meta-analysis", "who": "Adults", "how_many": None, "measured": None},
                    "summary": "A stronger alliance goes with a better outcome.",
                    "implications": "- **Ask.** You might ask how the work together feels.",
                    "limitations": None,
                    "disagreements": None,
                },
                "fr": {
                    "title": "L’alliance compte",
                    "author": "Edith",
                    "translator": "Edith",
                    "at_a_glance": {"design": "Méta-analyse", "who": "Adultes", "how_many": None, "measured": None},
                    "summary": "Une alliance plus forte va de pair avec un meilleur résultat.",
                    "implications": "- **Demandez.** Vous pourriez demander comment se vit le travail commun.",
                    "limitations": "Des corrélations seulement.",
                    "disagreements": "Deux sources.",
                },
            },
            "article": {
                "key": "rosa-2020",
                "address": f"{API}/articles/rosa-2020",
                "standing": None,
                "kind": "journal-article",
                "language": "en",
                "authors": ["Rosa, R."],
                "editors": [],
                "year": 2020,
                "title": "An article: Rosa 2020",
                "journal": "Journal of Examples",
                "volume": "1",
                "issue": "2",
                "pages": "3–4",
                "publisher": None,
                "doi": "10.1037/abc",
                "pmid": None,
                "read_level": "abstract",
                "csl": {
                    "id": "rosa-2020",
                    "type": "article-journal",
                    "language": "en",
                    "author": [{"family": "Rosa", "given": "R."}],
                    "issued": {"date-parts": [[2020]]},
                    "title": "An article: Rosa 2020",
                    "volume": "1",
                    "issue": "2",
                    "page": "3-4",
                    "container-title": "Journal of Examples",
                    "DOI": "10.1037/abc",
                },
            },
            "findings": f"{API}/findings?article=rosa-2020",
            "revisions": [
                {"number": 1, "kind": "published", "language": None, "date": "2024-05-06", "account": {}},
                {
                    "number": 2,
                    "kind": "corrected",
                    "language": None,
                    "date": "2024-06-01",
                    "account": {"en": "A number was wrong."},
                },
                {"number": 3, "kind": "translated", "language": "fr", "date": "2024-05-06", "account": {}},
            ],
            "licence": {"en": "CC BY 4.0"},
        }

    def test_a_finding_has_its_numbers_as_printed_and_says_where_they_are_from(self) -> None:
        make_family("outcome", "treatment-outcome")
        one = finding(
            "link",
            claim={"en": "Alliance and outcome", "fr": "Alliance et résultat"},
            reading={"en": "A moderate link."},
            estimate="0.30",
            interval=("-0.256", "0.340"),
            interval_level="95",
            p_value=".0010",
            n=3000000000,
            k=20,
            families={"outcome": "treatment-outcome"},
            comparison={"en": "alliance"},
            seen_as="table 2, in private",
        )
        make_article("rosa-2020", findings=[one])
        make_entry("alliance-matters", article="rosa-2020", issue="2024-05")
        assert ask("findings") == {
            "items": [
                {
                    "key": "link",
                    "claim": {"en": "Alliance and outcome", "fr": "Alliance et résultat"},
                    "reading": {"en": "A moderate link."},
                    "note": {},
                    "metric": {"key": "r", "symbol": "r", "name": {"en": "correlation", "fr": "corrélation"}},
                    "estimate": "0.30",
                    "interval": {"low": "-0.256", "high": "0.340", "level": "95"},
                    "p": {"operator": "<", "value": ".0010"},
                    "n": 3000000000,
                    "k": 20,
                    "outcome": {"words": {"en": "Treatment outcome"}, "family": "treatment-outcome"},
                    "comparison": {"words": {"en": "alliance"}, "family": None},
                    "time_point": {"words": {}, "family": None},
                    "favours": "higher",
                    "read_level": "abstract",
                    "article": {"key": "rosa-2020", "address": f"{API}/articles/rosa-2020", "standing": None},
                    "entry": {
                        "slug": "alliance-matters",
                        "address": f"{API}/entries/alliance-matters",
                        "read_at": {
                            "en": f"{HOST}/2024/05/alliance-matters/",
                            "fr": f"{HOST}/fr/2024/05/alliance-matters/",
                        },
                    },
                }
            ],
            "next": None,
        }

    def test_what_was_not_seen_of_a_finding_is_null(self) -> None:
        blank = finding("bare", estimate=None, p_operator="", p_value="", favours="")
        make_article("rosa-2020", findings=[blank])
        make_entry("alliance-matters", article="rosa-2020", issue="2024-05")
        [item] = ask("findings")["items"]
        unseen = ("metric", "estimate", "interval", "p", "n", "k", "favours")
        assert {name: item[name] for name in unseen} == dict.fromkeys(unseen)

    def test_an_article_names_what_it_overlaps_with_and_what_updates_it(self) -> None:
        make_article("later-2023", title="Later", year=2023, doi="10.1/later")
        make_article("other-2021", title="Other", year=2021)
        make_article("of-a-draft-2022")
        figures = [{"value": "1000.0", "what": {"en": "clients"}}]
        others = ["other-2021", "of-a-draft-2022"]
        make_article("rosa-2020", overlaps_with=others, superseded_by="later-2023", figures=figures)
        make_entry("alliance-matters", article="rosa-2020", issue="2024-05")
        make_entry("another", article="other-2021", issue="2024-05")
        make_entry("unfinished", article="of-a-draft-2022")
        answer = ask("articles/rosa-2020")
        assert list(answer) == [
            *ask("entries/alliance-matters")["article"],
            "figures",
            "overlaps_with",
            "superseded_by",
            "entry",
            "findings",
        ]
        assert answer["figures"] == [{"value": "1000.0", "what": {"en": "clients"}}]
        assert answer["overlaps_with"] == [
            {
                "key": "other-2021",
                "title": "Other",
                "year": 2021,
                "doi": None,
                "standing": None,
                "address": f"{API}/articles/other-2021",
            }
        ]
        # There is no entry on it; that it updates this one is worth knowing all the same.
        assert answer["superseded_by"] == {
            "key": "later-2023",
            "title": "Later",
            "year": 2023,
            "doi": "10.1/later",
            "standing": None,
            "address": None,
        }
        assert answer["entry"]["slug"] == "alliance-matters"
        assert answer["findings"] == f"{API}/findings?article=rosa-2020"

    def test_an_issue_has_its_entries_in_their_order(self) -> None:
        make_issue("2024-05", teaser={"en": "…on staying"})
        make_entry("zeta", issue="2024-05", texts={"en": {"title": "Zeta"}, "fr": {"title": "Zêta"}})
        make_entry("alpha", issue="2024-05", title="Alpha")
        issue = ask("issues/2024/05")
        assert issue == {
            "year": 2024,
            "month": 5,
            "address": f"{API}/issues/2024/05",
            "published_on": "2024-05-06",
            "teaser": {"en": "…on staying"},
            "entries": [
                {
                    "slug": "zeta",
                    "address": f"{API}/entries/zeta",
                    "read_at": {"en": f"{HOST}/2024/05/zeta/", "fr": f"{HOST}/fr/2024/05/zeta/"},
                    "title": {"en": "Zeta", "fr": "Zêta"},
                    "article": {"key": "zeta", "address": f"{API}/articles/zeta", "standing": None},
                },
                {
                    "slug": "alpha",
                    "address": f"{API}/entries/alpha",
                    "read_at": {"en": f"{HOST}/2024/05/alpha/", "fr": f"{HOST}/fr/2024/05/alpha/"},
                    "title": {"en": "Alpha"},
                    "article": {"key": "alpha", "address": f"{API}/articles/alpha", "standing": None},
                },
            ],
            "read_at": {"en": f"{HOST}/2024/05/", "fr": f"{HOST}/fr/2024/05/"},
        }
        assert ask("issues") == {"items": [issue], "next": None}
        assert ask("issues/2024/5") == issue

    def test_a_topic_and_a_research_type_say_how_much_stands_under_them(self) -> None:
        make_topic("alliance", name={"en": "Alliance"}, description={"en": "Working together"})
        make_research_type("survey", name={"en": "Survey"})
        make_entry("alliance-matters", issue="2024-05", topics=["alliance"], research_type="survey")
        assert ask("topics") == {
            "items": [
                {
                    "key": "alliance",
                    "name": {"en": "Alliance"},
                    "description": {"en": "Working together"},
                    "entry_count": 1,
                    "entries": f"{API}/entries?topic=alliance",
                    "read_at": {"en": f"{HOST}/topics/alliance/", "fr": f"{HOST}/fr/topics/alliance/"},
                }
            ],
            "next": None,
        }
        assert ask("types") == {
            "items": [
                {
                    "key": "survey",
                    "name": {"en": "Survey"},
                    "description": {},
                    "entry_count": 1,
                    "entries": f"{API}/entries?type=survey",
                    "read_at": {"en": f"{HOST}/types/survey/", "fr": f"{HOST}/fr/types/survey/"},
                }
            ],
            "next": None,
        }

    def test_addresses_begin_where_the_host_says_the_site_is(self, settings: Any) -> None:
        settings.SITE_ADDRESS = "https://digest.example.org"
        assert ask("")["resources"]["topics"] == "https://digest.example.org/api/v1/topics"

    def test_a_site_in_one_language_has_pages_in_that_one(self) -> None:
        make_site(languages=["fr"])
        assert ask("")["read_at"] == {"fr": f"{HOST}/fr/api/"}


class TestWhatIsChosen:
    @pytest.fixture(autouse=True)
    def _four_entries(self) -> None:
        both = {"en": {"title": "D"}, "fr": {"title": "D"}}
        r, odds = finding("r"), finding("odds", metric_key="OR", estimate="1.5")
        make_article("a-2001", year=2001, doi="10.1/A", findings=[r])
        make_article("b-2002", year=2002, findings=[odds])
        make_article("d-2004", year=2004, findings=[r, odds])
        make_entry("a", article="a-2001", issue="2023-01", topics=["alliance"], research_type="survey")
        make_entry("b", article="b-2002", issue="2023-02", topics=["alliance", "drop-out"], research_type="survey")
        make_entry("c", issue="2024-01", topics=["drop-out"], research_type="meta-analysis")
        make_entry("d", article="d-2004", issue="2024-02", topics=["alliance", "drop-out"], texts=both)

    @pytest.mark.parametrize(
        ("address", "found"),
        [
            ("entries", ["d", "c", "b", "a"]),
            ("entries?topic=alliance", ["d", "b", "a"]),
            ("entries?topic=alliance&topic=drop-out", ["d", "b"]),
            ("entries?type=survey", ["b", "a"]),
            ("entries?type=survey&type=meta-analysis", ["d", "c", "b", "a"]),
            ("entries?year=2023", ["b", "a"]),
            ("entries?year=2023&year=2024", ["d", "c", "b", "a"]),
            ("entries?language=fr", ["d"]),
            ("entries?topic=drop-out&type=meta-analysis&year=2024&language=en", ["d", "c"]),
            ("entries?year=1999", []),
            ("issues", ["2024-02", "2024-01", "2023-02", "2023-01"]),
            ("issues?year=2023", ["2023-02", "2023-01"]),
            ("articles?year=2001&year=2004", ["a-2001", "d-2004"]),
            ("articles?doi=10.1/a", ["a-2001"]),
            ("articles?doi=https://doi.org/10.1/A", ["a-2001"]),
            ("articles?doi=10.1/unknown", []),
            ("findings", ["odds", "r", "odds", "r"]),
            ("findings?topic=drop-out&type=survey", ["odds"]),
            ("findings?metric=r", ["r", "r"]),
            ("findings?metric=r&metric=OR", ["odds", "r", "odds", "r"]),
            ("findings?article=d-2004", ["odds", "r"]),
            ("findings?has_interval=true", ["r", "r"]),
            ("findings?has_interval=false", ["odds", "odds"]),
        ],
    )
    def test_choices_are_those_of_browse_and_a_few_more(self, address: str, found: list[str]) -> None:
        assert names(address) == found
        assert names(f"{address}{'&' if '?' in address else '?'}limit=1") == found

    @pytest.mark.parametrize(
        ("address", "status", "refusal"),
        [
            (
                "entries?topic=dropout",
                400,
                {
                    "error": "“dropout” is not known as topic.",
                    "where": "topic",
                    "mend": "Ask for keys that /topics lists.",
                    "near": ["drop-out"],
                },
            ),
            (
                "findings?type=surveys",
                400,
                {
                    "error": "“surveys” is not known as type.",
                    "where": "type",
                    "mend": "Ask for keys that /types lists.",
                    "near": ["survey"],
                },
            ),
            (
                "findings?article=d-2040",
                400,
                {
                    "error": "“d-2040” is not known as article.",
                    "where": "article",
                    "mend": "Ask for a key that /articles lists.",
                    "near": ["d-2004", "b-2002", "a-2001"],
                },
            ),
            (
                "entries?topics=alliance",
                400,
                {
                    "error": "“topics” is not a parameter of this list.",
                    "where": "topics",
                    "mend": "It takes cursor, language, limit, topic, type, year.",
                    "near": ["topic"],
                },
            ),
            (
                "entries?limit=101",
                400,
                {
                    "error": "limit: Input should be less than or equal to 100.",
                    "where": "limit",
                    "mend": "Ask for 1 to 100 items at a time.",
                    "near": [],
                },
            ),
            (
                "entries?language=de",
                400,
                {
                    "error": "“de” is not known as language.",
                    "where": "language",
                    "mend": "Say en or fr.",
                    "near": [],
                },
            ),
            (
                f"entries/{'d' * 100}",
                404,
                {
                    "error": f"There is no entry “{'d' * 60}…”.",
                    "where": "slug",
                    "mend": "/entries lists those that are published.",
                    "near": [],
                },
            ),
            (
                "articles/d-204",
                404,
                {
                    "error": "There is no article “d-204”.",
                    "where": "key",
                    "mend": "/articles lists those that the digest reports on.",
                    "near": ["d-2004"],
                },
            ),
            (
                "issues/2023/12",
                404,
                {
                    "error": "There is no issue of 2023-12.",
                    "where": "month",
                    "mend": "/issues lists those that are out.",
                    "near": ["2023/02", "2024/01"],
                },
            ),
            (
                "issues/2024/13",
                404,
                {
                    "error": "month: Input should be less than or equal to 12.",
                    "where": "month",
                    "mend": "Months go from 1 to 12. /issues lists those that are out.",
                    "near": [],
                },
            ),
            (
                "entry",
                404,
                {
                    "error": "There is nothing at this address.",
                    "where": "path",
                    "mend": "/api/v1/ says what there is. Addresses have no closing slash.",
                    "near": ["/entries"],
                },
            ),
        ],
    )
    def test_what_is_not_understood_is_answered_with_what_to_mend(
        self, address: str, status: int, refusal: dict[str, Any]
    ) -> None:
        assert ask(address, status) == refusal

    @pytest.mark.parametrize(
        ("address", "status", "where"),
        [
            ("entries?topic=", 400, "topic"),
            ("entries?" + "topic=alliance&" * 50, 400, "query"),
            ("entries?" + "a=b&" * 1500, 400, "query"),
            ("entries?year=24", 400, "year"),
            ("entries?year=02024", 400, "query"),
            ("entries?year=" + "9" * 5000, 400, "year"),
            ("entries?limit=", 400, "limit"),
            ("entries?topic=alliance%00", 400, "topic"),
            ("entries?%00=1", 400, "\0"),
            ("articles?doi=", 400, "doi"),
            ("articles?doi=10.1/A%00", 400, "doi"),
            ("findings?article=a-2001%00", 400, "article"),
            ("articles?year=soon", 400, "year"),
            ("findings?metric=kilograms", 400, "metric"),
            ("findings?has_interval=perhaps", 400, "has_interval"),
            ("findings?year=2024", 400, "year"),
            ("issues/0/01", 404, "year"),
            ("issues/2024/May", 404, "month"),
            ("issues/" + "9" * 5000 + "/01", 404, "year"),
            ("entries/%00", 404, "path"),
            ("%0A", 404, "path"),
            ("entries/a/b", 404, "path"),
            ("../../etc/passwd", 404, "path"),
        ],
    )
    def test_nothing_that_is_asked_is_too_odd_to_be_answered(self, address: str, status: int, where: str) -> None:
        refusal = ask(address, status)
        assert list(refusal) == ["error", "where", "mend", "near"]
        assert refusal["where"] == where

    def test_an_address_with_a_closing_slash_leads_to_the_one_without(self, client: Client) -> None:
        response = client.get("/api/v1/entries/a/?x=%0A")
        assert (response.status_code, response["Location"]) == (301, "/api/v1/entries/a?x=%0A")
        assert client.get("/api/v1")["Location"] == "/api/v1/"

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
    @pytest.mark.parametrize("address", ["", "entries", "entries/a", "openapi.json", "nothing"])
    def test_it_is_only_read(self, address: str, method: str) -> None:
        response = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1/{address}")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
        assert response.json() == {
            "error": f"{method.upper()} is not answered: this interface is only read.",
            "where": "method",
            "mend": "Ask with GET or HEAD.",
            "near": [],
        }


class TestWhatReadersDoNotSee:
    def test_a_draft_is_nowhere(self) -> None:
        make_article("secret-2024", findings=[finding("secret")])
        make_entry("secret", article="secret-2024", topics=["alliance"])
        make_entry("shown", issue="2024-05", topics=["alliance"])
        assert (names("entries"), names("articles"), names("findings")) == (["shown"], ["shown"], [])
        assert ask("topics")["items"][0]["entry_count"] == 1
        assert [entry["slug"] for entry in ask("issues/2024/05")["entries"]] == ["shown"]
        for address in ("entries/secret", "articles/secret-2024", "entries/secre", "articles/secret-202"):
            assert ask(address, 404)["near"] == []
        assert ask("findings?article=secret-2024", 400)["near"] == []

    def test_an_issue_is_nowhere_before_its_day(self) -> None:
        make_issue("2999-01", published_on=dt.date(2999, 1, 6))
        make_entry("of-the-future", issue="2999-01")
        assert (names("issues"), names("entries"), names("articles")) == ([], [], [])
        ask("issues/2999/01", 404)
        ask("entries/of-the-future", 404)

    def test_a_withdrawn_entry_is_gone_and_its_account_is_told(self) -> None:
        make_article("withdrawn-2020", findings=[finding("one")])
        gone = revision(2, "withdrawn", made_on=dt.date(2024, 7, 1), account={"en": "The article was retracted."})
        make_entry(
            "taken-back", article="withdrawn-2020", issue="2024-05", state="withdrawn", revisions=[revision(), gone]
        )
        assert ask("entries/taken-back", 410) == {
            "error": "This entry has been withdrawn.",
            "where": "slug",
            "mend": "Do not use its text any more; `revisions` says why.",
            "near": [],
            "revisions": [
                {"number": 1, "kind": "published", "language": None, "date": "2024-05-06", "account": {}},
                {
                    "number": 2,
                    "kind": "withdrawn",
                    "language": None,
                    "date": "2024-07-01",
                    "account": {"en": "The article was retracted."},
                },
            ],
            "read_at": {"en": f"{HOST}/2024/05/taken-back/", "fr": f"{HOST}/fr/2024/05/taken-back/"},
        }
        assert (names("entries"), names("articles"), names("findings")) == ([], [], [])
        ask("articles/withdrawn-2020", 404)


class TestParts:
    """A list in parts holds everything once, whatever is published or withdrawn while it is read."""

    @pytest.fixture(autouse=True)
    def _five_entries(self) -> None:
        for slug, month in [("e", "2024-03"), ("c", "2024-02"), ("d", "2024-02"), ("b", "2024-02"), ("a", "2024-01")]:
            make_entry(slug, issue=month)

    def test_a_part_leads_to_the_next_in_its_body_and_its_header(self) -> None:
        first = Client().get("/api/v1/entries?limit=2&language=en")
        assert [item["slug"] for item in first.json()["items"]] == ["e", "b"]
        following = first.json()["next"]
        assert following.startswith(f"{API}/entries?limit=2&language=en&cursor=")
        assert first["Link"] == f'<{following}>; rel="next"'
        second = Client().get(following)
        assert [item["slug"] for item in second.json()["items"]] == ["c", "d"]
        last = Client().get(second.json()["next"])
        assert ([item["slug"] for item in last.json()["items"]], last.json()["next"]) == (["a"], None)
        assert "Link" not in last

    def test_a_part_that_holds_all_leads_nowhere(self) -> None:
        assert ask("entries?limit=5")["next"] is None

    def test_what_is_published_meanwhile_neither_repeats_nor_hides_anything(self) -> None:
        following = ask("entries?limit=2")["next"]
        make_entry("new", issue="2024-04")
        make_entry("aa", issue="2024-02")
        assert [item["slug"] for item in Client().get(following).json()["items"]] == ["c", "d"]

    def test_what_is_withdrawn_meanwhile_hides_nothing_else(self) -> None:
        following = ask("entries?limit=2")["next"]
        Entry.objects.filter(slug="b").update(state="withdrawn")  # the very one at which the part ended
        assert [item["slug"] for item in Client().get(following).json()["items"]] == ["c", "d"]

    def test_a_part_may_be_of_another_size_than_the_one_before(self) -> None:
        following = ask("entries?limit=2")["next"]
        assert [item["slug"] for item in Client().get(following.replace("limit=2", "limit=3")).json()["items"]] == [
            "c",
            "d",
            "a",
        ]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda address: address.replace("cursor=", "cursor=x"),
            lambda address: address[:-1],
            lambda address: address.replace("/entries", "/issues"),
            lambda address: f"{address}&year=2024",
            lambda address: address.partition("cursor=")[0] + "cursor=WzFd",
            lambda address: address.partition("cursor=")[0] + "cursor=%3A",
        ],
        ids=["changed", "cut", "of another list", "of other choices", "unsigned", "nothing"],
    )
    def test_a_cursor_that_was_not_given_for_this_list_is_refused(self, spoil: Any) -> None:
        response = Client().get(spoil(ask("entries?limit=2")["next"]))
        assert response.status_code == 400
        assert response.json() == {
            "error": "The cursor is not one that was given for this list and these choices.",
            "where": "cursor",
            "mend": "Ask for the list without a cursor, then follow `next` as it stands.",
            "near": [],
        }

    def test_the_same_choices_in_another_order_are_the_same_list(self) -> None:
        following = ask("entries?limit=1&year=2024&year=2023&topic=alliance")["next"]
        cursor = following.partition("cursor=")[2]
        again = ask(f"entries?topic=alliance&year=2023&year=2024&limit=1&cursor={cursor}")
        assert [item["slug"] for item in again["items"]] == ["b"]

    @pytest.mark.parametrize("address", ["issues", "entries", "articles", "findings"])
    def test_a_long_list_comes_25_at_a_time(self, address: str) -> None:
        for number in range(26):
            make_article(f"many-{number:02}", findings=[finding()])
            make_entry(f"many-{number:02}", issue=f"20{number:02}-01", article=f"many-{number:02}")
        assert len(ask(address)["items"]) == 25


class TestHeaders:
    @pytest.fixture(autouse=True)
    def _an_entry(self) -> None:
        make_entry("alliance-matters", issue="2024-05")

    ADDRESSES = [
        "",
        "issues",
        "issues/2024/05",
        "entries",
        "entries/alliance-matters",
        "articles",
        "articles/alliance-matters",
        "findings",
        "topics",
        "types",
        "openapi.json",
    ]

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_an_answer_may_be_kept_and_asked_for_again_at_the_cost_of_one_query(
        self, client: Client, django_assert_num_queries: Any, address: str
    ) -> None:
        first = client.get(f"/api/v1/{address}")
        assert first["Cache-Control"] == "public, max-age=0, s-maxage=300"
        assert "Vary" not in first
        assert "Set-Cookie" not in first
        with django_assert_num_queries(1):
            again = client.get(f"/api/v1/{address}", headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        mark_changed()
        assert client.get(f"/api/v1/{address}", headers={"if-none-match": first["ETag"]}).status_code == 200

    @pytest.mark.parametrize("address", [*ADDRESSES, "entries?limit=0", "nothing", "entries/none"])
    def test_any_page_of_the_web_may_read_it(self, client: Client, address: str) -> None:
        response = client.get(f"/api/v1/{address}", headers={"origin": "https://elsewhere.example"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Access-Control-Expose-Headers"] == "ETag, Link"

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_head_request_is_answered_without_a_body(self, client: Client, address: str) -> None:
        head, get = client.head(f"/api/v1/{address}"), client.get(f"/api/v1/{address}")
        assert (head.status_code, head.content) == (200, b"")
        assert (head["ETag"], head["Content-Length"]) == (get["ETag"], str(len(get.content)))

    @pytest.mark.parametrize("address", ["entries?limit=0", "nothing", "entries/none", "issues/2024/13"])
    def test_a_refusal_is_not_kept(self, client: Client, address: str) -> None:
        response = client.get(f"/api/v1/{address}")
        assert response["Cache-Control"] == "no-cache"
        assert "ETag" not in response

    def test_an_answer_has_all_languages_at_one_address(self, client: Client) -> None:
        assert client.get("/api/v1/topics")["Content-Language"] == "en, fr"
        assert client.get("/fr/api/v1/topics").status_code == 404


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with made_once(django_db_blocker, fill, request.param):
        yield


def fill(entries: int) -> None:
    for number in range(entries):
        make_article(f"entry-{number}", findings=[finding("one", families=COMPARABLE), finding("two")])
        both = {"en": {"title": f"Entry {number}"}, "fr": {"title": f"Fiche {number}"}}
        make_entry(f"entry-{number}", issue="2024-06", topics=["alliance", "drop-out"], texts=both)


@pytest.mark.parametrize("filled", [1, 30], indirect=True)
@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("", 1),
        ("issues?limit=100", 4),
        ("issues/2024/06", 4),
        ("entries?limit=100", 7),
        ("entries?limit=100&topic=alliance&type=meta-analysis&year=2024&language=fr", 7),
        ("entries/entry-0", 5),
        ("articles?limit=100", 3),
        ("articles/entry-0", 3),
        ("findings?limit=100", 4),
        ("findings?article=entry-0&metric=r", 5),
        ("topics", 2),
        ("types", 2),
    ],
)
def test_an_answer_makes_the_same_few_queries_however_much_there_is(
    filled: None, client: Client, django_assert_num_queries: Any, address: str, most: int
) -> None:
    mark_changed()
    with django_assert_num_queries(most):
        assert client.get(f"/api/v1/{address}").status_code == 200
