"""Feeds: what is new and what has changed, as Atom and as JSON Feed."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from rapport.digest.feeds.reading import MOST_ITEMS
from tests.making import (
    make_article,
    make_entry,
    make_issue,
    make_research_type,
    make_site,
    make_topic,
    revision,
)
from tests.reading_feeds import atom_faults, json_faults

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = dt.date(2024, 5, 6), dt.date(2024, 6, 10), dt.date(2024, 7, 1)
CORRECTION = {"en": "The sample is 231, not 211.", "fr": "L’échantillon est de 231, non de 211."}


@pytest.fixture(autouse=True)
def _a_site() -> None:
    make_site()


def read(client: Client, address: str) -> Any:
    """An Atom feed as a feed reader sees it. It must be without fault."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert atom_faults(response.text) == []
    parsed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert not parsed.bozo, parsed.bozo_exception
    return parsed


def read_json(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, address
    assert json_faults(response.text) == []
    found: dict[str, Any] = json.loads(response.text)
    return found


def titles(client: Client, address: str) -> list[str]:
    if address.endswith(".json"):
        return [item["title"] for item in read_json(client, address)["items"]]
    return [entry.title for entry in read(client, address).entries]


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# --- what an item says ------------------------------------------------------------------------------


@pytest.fixture
def _an_entry_in_both_languages() -> None:
    make_topic("alliance", name={"en": "Alliance", "fr": "Alliance thérapeutique"})
    make_research_type("survey", name={"en": "Survey", "fr": "Enquête"})
    make_entry(
        "alliance-matters",
        issue="2024-05",
        article=make_article("rosa-2020", doi="10.5555/example", title="The alliance"),
        research_type="survey",
        texts={
            "en": {
                "title": "Alliance matters",
                "summary": "The [summary](/about/).",
                "implications": "- **Ask.** See [this](#findings).",
                "disagreements": "One source says more.",
            },
            "fr": {"title": "L’alliance compte", "translator": "Frédérique"},
        },
        revisions=[revision(1, by="Edith")],
    )


@pytest.mark.usefixtures("_an_entry_in_both_languages")
def test_an_atom_entry_says_all_that_a_reader_needs(client: Client) -> None:
    (entry,) = read(client, "/feeds/entries.atom").entries
    (content,) = entry.content
    assert {
        "title": entry.title,
        "link": entry.link,
        "author": entry.author,
        "language": entry.title_detail.language,
        "published": entry.published,
        "updated": entry.updated,
        "summary": entry.summary,
        "tags": [(tag.term, tag.scheme, tag.label) for tag in entry.tags],
        "content": (content.type, content.language),
    } == {
        "title": "Alliance matters",
        "link": "http://testserver/2024/05/alliance-matters/",
        "author": "Edith",
        "language": "en",
        "published": "2024-05-06T00:00:00+00:00",
        "updated": "2024-05-06T00:00:01+00:00",
        "summary": "The summary.",
        "tags": [
            ("alliance", "http://testserver/topics/", "Alliance"),
            ("survey", "http://testserver/types/", "Survey"),
        ],
        "content": ("text/html", "en"),
    }


@pytest.mark.usefixtures("_an_entry_in_both_languages")
def test_a_json_item_says_the_same(client: Client) -> None:
    atom = read(client, "/feeds/entries.atom").entries[0]
    (item,) = read_json(client, "/feeds/entries.json")["items"]
    assert item.pop("content_html").startswith('<div lang="en">')
    assert item == {
        "id": atom.id,
        "url": "http://testserver/2024/05/alliance-matters/",
        "title": "Alliance matters",
        "summary": "The summary.",
        "date_published": "2024-05-06T00:00:00+00:00",
        "date_modified": "2024-05-06T00:00:01+00:00",
        "authors": [{"name": "Edith"}],
        "tags": ["Alliance", "Survey"],
        "language": "en",
        "_rapport": {"translators": [], "state": "published", "standing": None},
    }


@pytest.mark.usefixtures("_an_entry_in_both_languages")
def test_the_content_begins_with_the_implications_and_says_what_was_read(client: Client) -> None:
    (item,) = read_json(client, "/feeds/entries.json")["items"]
    assert words_of(item["content_html"]) == (
        "Practice implications Ask. See this . Summary The summary . "
        "Where sources disagree One source says more. "
        "The article Rosa, R. (2020). The alliance. Journal of Examples , 1 (2), 3–4. https://doi.org/10.5555/example "
        "What we read: The article’s abstract, not its full text Written by Edith. "
        "What was found, and how sure to be"
    )


@pytest.mark.usefixtures("_an_entry_in_both_languages")
def test_every_link_in_the_content_is_whole(client: Client) -> None:
    (item,) = read_json(client, "/feeds/entries.json")["items"]
    assert re.findall('href="([^"]*)"', item["content_html"]) == [
        "http://testserver/2024/05/alliance-matters/#findings",
        "http://testserver/about/",
        "https://doi.org/10.5555/example",
        "http://testserver/2024/05/alliance-matters/",
    ]


@pytest.mark.usefixtures("_an_entry_in_both_languages")
def test_the_french_feed_is_french_throughout_and_names_the_translator(client: Client) -> None:
    feed = read(client, "/fr/feeds/topic/alliance.atom")
    (entry,) = feed.entries
    assert (feed.feed.title, feed.feed.title_detail.language) == ("Rapport · Alliance thérapeutique", "fr")
    assert (entry.title, entry.title_detail.language) == ("L’alliance compte", "fr")
    assert entry.link == "http://testserver/fr/2024/05/alliance-matters/"
    assert [tag.label for tag in entry.tags] == ["Alliance thérapeutique", "Enquête"]
    assert [person.name for person in entry.contributors] == ["Frédérique"]
    assert "Implications pour la pratique" in entry.content[0].value
    (item,) = read_json(client, "/fr/feeds/entries.json")["items"]
    assert (item["language"], item["_rapport"]["translators"]) == ("fr", ["Frédérique"])


def test_what_exists_in_one_language_is_told_in_it_and_says_so_in_the_feeds_language(client: Client) -> None:
    make_entry("only-english", issue="2024-05", title="Only English")
    (entry,) = read(client, "/fr/feeds/entries.atom").entries
    (item,) = read_json(client, "/fr/feeds/entries.json")["items"]
    assert (entry.title_detail.language, item["language"]) == ("en", "en")
    assert '<div lang="fr">' in item["content_html"]
    assert "Ce contenu n’est disponible qu’en anglais." in item["content_html"]
    assert '<div lang="en"><ul>' in item["content_html"]
    assert "disponible" not in read_json(client, "/feeds/entries.json")["items"][0]["content_html"]


# --- what a feed says of itself -----------------------------------------------------------------------


def test_a_feed_says_whose_it_is_and_where_else_it_stands(client: Client) -> None:
    make_site(notice={"en": "A sample."}, content_licence={"en": "CC BY 4.0", "fr": "Licence CC BY 4.0"})
    make_entry("alliance-matters", issue="2024-05")
    response = client.get("/feeds/topic/alliance.atom")
    feed = read(client, "/feeds/topic/alliance.atom").feed
    atom, json_feed = "application/atom+xml", "application/feed+json"
    assert {name: feed[name] for name in ("title", "subtitle", "author", "rights", "icon", "id", "updated")} == {
        "title": "Rapport · Alliance",
        "subtitle": "Research that reaches practice · A sample.",
        "author": "Test network",
        "rights": "CC BY 4.0",
        "icon": "http://testserver/static/web/icon.svg",
        "id": "http://testserver/feeds/topic/alliance.atom",
        "updated": "2024-05-06T00:00:01+00:00",
    }
    links = [(link.rel, link.href, link.get("type"), link.get("hreflang")) for link in feed.links]
    elsewhere = [
        ("self", "http://testserver/feeds/topic/alliance.atom", atom, "en"),
        ("alternate", "http://testserver/feeds/topic/alliance.json", json_feed, "en"),
        ("alternate", "http://testserver/fr/feeds/topic/alliance.atom", atom, "fr"),
        ("alternate", "http://testserver/fr/feeds/topic/alliance.json", json_feed, "fr"),
    ]
    assert links == [("alternate", "http://testserver/topics/alliance/", "text/html", None), *elsewhere]
    said = [f'<{href}>; rel="{rel}"; type="{kind}"; hreflang="{language}"' for rel, href, kind, language in elsewhere]
    assert response["Link"] == ", ".join(said)


def test_a_json_feed_says_the_same_of_itself(client: Client) -> None:
    make_entry("alliance-matters", issue="2024-05")
    feed = read_json(client, "/fr/feeds/type/meta-analysis.json")
    del feed["items"]
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Rapport · Meta analysis",
        "home_page_url": "http://testserver/fr/types/meta-analysis/",
        "feed_url": "http://testserver/fr/feeds/type/meta-analysis.json",
        "description": "La recherche rejoint la pratique",
        "favicon": "http://testserver/static/web/icon.svg",
        "authors": [{"name": "Réseau d’essai"}],
        "language": "fr",
        "_rapport": {
            "about": "http://testserver/fr/subscribe/",
            "rights": "CC BY 4.0",
            "updated": "2024-05-06T00:00:01+00:00",
            "languages": {
                "en": "http://testserver/feeds/type/meta-analysis.json",
                "fr": "http://testserver/fr/feeds/type/meta-analysis.json",
            },
        },
    }


def test_a_feed_names_only_the_languages_that_the_site_offers(client: Client) -> None:
    make_site(languages=["en"])
    assert list(read_json(client, "/feeds/entries.json")["_rapport"]["languages"]) == ["en"]


def test_a_feed_without_entries_is_a_feed_and_always_the_same(client: Client) -> None:
    make_topic("alliance")
    feed = read(client, "/feeds/topic/alliance.atom")
    assert (feed.entries, feed.feed.updated) == ([], "1970-01-01T00:00:00+00:00")
    assert read_json(client, "/feeds/topic/alliance.json")["items"] == []


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("/feeds/entries.atom", "application/atom+xml; charset=utf-8"),
        ("/fr/feeds/entries.json", "application/feed+json; charset=utf-8"),
    ],
)
def test_a_feed_that_has_not_changed_is_not_sent_again(client: Client, address: str, media_type: str) -> None:
    make_entry("alliance-matters", issue="2024-05")
    first = client.get(address)
    assert (first["Content-Type"], first["Cache-Control"]) == (media_type, "public, max-age=0, s-maxage=300")
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_entry("another", issue="2024-05")
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


# --- revisions ------------------------------------------------------------------------------------------


def test_a_correction_moves_an_entry_to_the_top_and_says_what_was_wrong(client: Client) -> None:
    corrected = [revision(1), revision(2, "corrected", made_on=JULY, account=CORRECTION)]
    make_entry("older", issue="2024-05", title="Older", revisions=corrected)
    make_entry("newer", issue="2024-06", title="Newer", revisions=[revision(1, made_on=JUNE)])
    assert titles(client, "/feeds/entries.atom") == ["Older", "Newer"]
    line = "Entry corrected on 1 July 2024: The sample is 231, not 211. Practice implications"
    for address in ("/feeds/entries.json", "/feeds/topic/alliance.json"):
        first, second = read_json(client, address)["items"]
        assert words_of(first["content_html"]).startswith(line)
        assert (first["date_published"], first["date_modified"]) == (
            "2024-05-06T00:00:00+00:00",
            "2024-07-01T00:00:02+00:00",
        )
        assert words_of(second["content_html"]).startswith("Practice implications")


def test_every_revision_that_concerns_readers_is_told_the_latest_first(client: Client) -> None:
    revisions = [
        revision(1, account={"en": "Out early."}),
        revision(2, "translated", language="fr", made_on=JUNE),
        revision(3, "corrected", made_on=JUNE, account={"en": "Once <b>wrong</b>."}),
        revision(4, "corrected", made_on=JULY, account={"en": "Twice wrong."}),
    ]
    make_entry("often-wrong", issue="2024-05", revisions=revisions)
    (item,) = read_json(client, "/feeds/entries.json")["items"]
    assert words_of(item["content_html"]).startswith(
        "Entry corrected on 1 July 2024: Twice wrong. Entry corrected on 10 June 2024: Once &lt;b&gt;wrong&lt;/b&gt;. "
        "Published on 6 May 2024: Out early. Practice implications"
    )


def test_revisions_of_one_day_follow_one_another(client: Client) -> None:
    found = []
    for count in (1, 2, 3, 4):
        revisions = [revision(number, "corrected" if number > 1 else "published") for number in range(1, count + 1)]
        make_entry("busy-day", issue="2024-05", revisions=revisions)
        found.append(read_json(client, "/feeds/entries.json")["items"][0]["date_modified"])
    assert found == [f"2024-05-06T00:00:0{second}+00:00" for second in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("days", "updated"),
    [
        # Written before its issue came out: readers had it on the day of the issue.
        ([dt.date(2024, 4, 20)], "2024-05-06T00:00:01+00:00"),
        # A day that goes back does not take the entry back.
        ([MAY, JULY, JUNE], "2024-07-01T00:00:03+00:00"),
    ],
)
def test_a_later_revision_is_never_earlier(client: Client, days: list[dt.date], updated: str) -> None:
    kinds = ["published", "corrected", "corrected"]
    revisions = [revision(number, kinds[number - 1], made_on=day) for number, day in enumerate(days, start=1)]
    make_entry("alliance-matters", issue="2024-05", revisions=revisions)
    assert read_json(client, "/feeds/entries.json")["items"][0]["date_modified"] == updated


def test_a_feed_is_in_the_order_in_which_readers_had_its_news(client: Client) -> None:
    corrected = [revision(1), revision(2, "corrected"), revision(3, "corrected", made_on=JUNE)]
    make_entry("often-corrected", issue="2024-05", title="Often corrected", revisions=corrected)
    make_entry("long-ready", issue="2024-07", title="Long ready", revisions=[revision(1, made_on=dt.date(2024, 3, 1))])
    make_entry("in-between", issue="2024-06", title="In between", revisions=[revision(1, made_on=JUNE)])
    items = read_json(client, "/feeds/entries.json")["items"]
    assert [(item["title"], item["date_modified"]) for item in items] == [
        ("Long ready", "2024-07-06T00:00:01+00:00"),
        ("Often corrected", "2024-06-10T00:00:03+00:00"),
        ("In between", "2024-06-10T00:00:01+00:00"),
    ]


def test_a_translation_is_news_in_its_own_language_only(client: Client) -> None:
    translated = [revision(1), revision(2, "translated", language="fr", made_on=JULY)]
    both = {"en": {"title": "Older"}, "fr": {"title": "L’ancienne"}}
    make_entry("older", issue="2024-05", texts=both, revisions=translated)
    make_entry("newer", issue="2024-06", title="Newer", revisions=[revision(1, made_on=JUNE)])
    assert titles(client, "/feeds/entries.atom") == ["Newer", "Older"]
    assert titles(client, "/fr/feeds/entries.atom") == ["L’ancienne", "Newer"]
    assert read_json(client, "/feeds/entries.json")["items"][1]["date_modified"] == "2024-05-06T00:00:01+00:00"
    in_french = read_json(client, "/fr/feeds/entries.json")["items"][0]
    assert in_french["date_modified"] == "2024-07-01T00:00:02+00:00"


def test_a_withdrawn_entry_is_told_as_withdrawn_without_its_text(client: Client) -> None:
    withdrawn = [revision(1), revision(2, "withdrawn", made_on=JULY, account={"en": "The article was retracted."})]
    make_entry("taken-back", issue="2024-05", state="withdrawn", title="Taken back", revisions=withdrawn)
    make_entry("newer", issue="2024-06", title="Newer", revisions=[revision(1, made_on=JUNE)])
    assert titles(client, "/feeds/topic/alliance/type/meta-analysis.atom") == ["Withdrawn: Taken back", "Newer"]
    item = read_json(client, "/feeds/entries.json")["items"][0]
    assert (item["title"], item["summary"], words_of(item["content_html"])) == (
        "Withdrawn: Taken back",
        "This entry has been withdrawn.",
        "Withdrawn on 1 July 2024: The article was retracted.",
    )
    assert client.get(item["url"]).status_code == 410


@pytest.mark.parametrize("form", ["atom", "json"])
def test_what_readers_have_never_been_shown_is_in_no_feed(client: Client, form: str) -> None:
    make_entry("draft", issue="2024-05", state="draft", title="Secret", revisions=[revision(1)])
    make_entry("never-out", issue="2024-05", state="withdrawn", title="Secret", revisions=[revision(1, "withdrawn")])
    make_issue("2999-01", published_on=dt.date(2999, 1, 6))
    make_entry("of-the-future", issue="2999-01", title="Secret")
    make_entry("shown", issue="2024-05", title="Shown")
    assert titles(client, f"/feeds/entries.{form}") == ["Shown"]
    assert "Secret" not in client.get(f"/feeds/topic/alliance.{form}").text


def test_a_feed_tells_of_the_latest_changes_and_no_more(client: Client) -> None:
    for number in range(MOST_ITEMS + 2):
        make_entry(f"entry-{number}", issue="2024-05", title=f"Entry {number}")
    correction = revision(2, "corrected", made_on=JULY)
    make_entry("entry-51", issue="2024-05", title="Entry 51", revisions=[revision(1), correction])
    found = titles(client, "/feeds/entries.json")
    assert found == ["Entry 51", *(f"Entry {number}" for number in range(MOST_ITEMS - 1))]


def test_an_entry_keeps_its_id_whatever_changes(client: Client, settings: Any) -> None:
    make_entry("alliance-matters", issue="2024-05", title="Before", topics=["alliance"])
    (item,) = read_json(client, "/feeds/entries.json")["items"]
    make_issue("2024-05")
    make_entry(
        "alliance-matters",
        issue="2024-06",
        topics=["alliance", "drop-out"],
        texts={"en": {"title": "After"}, "fr": {"title": "Après"}},
        revisions=[revision(1), revision(2, "translated", language="fr"), revision(3, "corrected", made_on=JULY)],
    )
    settings.SITE_ADDRESS = "https://digest.example.org"
    for address in ("/feeds/entries.json", "/fr/feeds/entries.json", "/feeds/topic/drop-out.json"):
        (after,) = read_json(client, address)["items"]
        assert after["title"] in ("After", "Après")
        assert after["url"].startswith("https://digest.example.org/")
        assert after["id"] == item["id"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", item["id"])


def test_two_digests_may_use_the_same_slug(client: Client) -> None:
    ids = []
    for day in (MAY, JUNE):
        make_entry("alliance-matters", issue="2024-05", revisions=[revision(1, made_on=day)])
        ids += [item["id"] for item in read_json(client, "/feeds/entries.json")["items"]]
    assert len(set(ids)) == 2


# --- choosing -------------------------------------------------------------------------------------------


@pytest.fixture
def _four_entries() -> None:
    make_topic("drop-out", name={"en": "Drop-out", "fr": "Abandon"}, variants=["Attrition"])
    make_entry("a", issue="2024-01", title="A", topics=["alliance"], research_type="survey")
    make_entry("b", issue="2024-02", title="B", topics=["alliance", "drop-out"], research_type="survey")
    make_entry("c", issue="2024-03", title="C", topics=["drop-out"], research_type="meta-analysis")
    make_entry("d", issue="2024-04", title="D", topics=["alliance", "drop-out"], research_type="case-study")


@pytest.mark.usefixtures("_four_entries")
@pytest.mark.parametrize("form", ["atom", "json"])
@pytest.mark.parametrize(
    ("address", "title", "page", "found"),
    [
        ("entries", "All entries", "/", ["D", "C", "B", "A"]),
        ("topic/alliance", "Alliance", "/topics/alliance/", ["D", "B", "A"]),
        ("topic/alliance+drop-out", "Alliance + Drop-out", "/browse/?topic=alliance&topic=drop-out", ["D", "B"]),
        ("type/survey", "Survey", "/types/survey/", ["B", "A"]),
        (
            "type/meta-analysis+survey",
            "Meta analysis / Survey",
            "/browse/?type=meta-analysis&type=survey",
            ["C", "B", "A"],
        ),
        (
            "topic/drop-out/type/meta-analysis+survey",
            "Drop-out · Meta analysis / Survey",
            "/browse/?topic=drop-out&type=meta-analysis&type=survey",
            ["C", "B"],
        ),
    ],
)
def test_topics_narrow_a_feed_while_types_widen_it(
    client: Client, address: str, title: str, page: str, found: list[str], form: str
) -> None:
    where = f"/feeds/{address}.{form}"
    assert titles(client, where) == found
    feed = read_json(client, f"/feeds/{address}.json")
    assert (feed["title"], feed["home_page_url"]) == (f"Rapport · {title}", f"http://testserver{page}")
    assert client.get(page).status_code == 200


@pytest.mark.usefixtures("_four_entries")
@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/feeds/topic/drop-out+alliance.atom", "/feeds/topic/alliance+drop-out.atom"),
        ("/feeds/topic/alliance+alliance.json", "/feeds/topic/alliance.json"),
        ("/feeds/type/survey/topic/alliance.atom", "/feeds/topic/alliance/type/survey.atom"),
        (
            "/fr/feeds/topic/alliance/type/survey+case-study.atom",
            "/fr/feeds/topic/alliance/type/case-study+survey.atom",
        ),
    ],
)
def test_the_same_choices_have_one_address(client: Client, address: str, to: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, to)
    assert client.get(to).status_code == 200


@pytest.mark.usefixtures("_four_entries")
@pytest.mark.parametrize(
    ("address", "said", "way"),
    [
        ("/feeds/topic/dropout.atom", "There is no topic “dropout”.", "/feeds/topic/drop-out.atom"),
        ("/feeds/topic/attritions.json", "There is no topic “attritions”.", "/feeds/topic/drop-out.json"),
        ("/fr/feeds/topic/abandons.atom", "abandons", "/fr/feeds/topic/drop-out.atom"),
        (
            "/feeds/topic/aliance+drop-out/type/survey.atom",
            "There is no topic “aliance”.",
            "/feeds/topic/alliance+drop-out/type/survey.atom",
        ),
        ("/feeds/type/surveys.atom", "There is no research type “surveys”.", "/feeds/type/survey.atom"),
        ("/feeds/topic/zzz.atom", "There is no topic “zzz”.", "/subscribe/"),
        ("/feeds/topic/%00.atom", "There is no topic", "/subscribe/"),
        ("/feeds/topic/<script>.atom", "There is no topic “<script>”.", "/subscribe/"),
        (f"/feeds/topic/{'+'.join(map(str, range(50)))}.atom", "makes too many choices at once", "/subscribe/"),
        ("/feeds/entries.rss", "There is no page at this address.", "/browse/"),
        ("/feeds/topic/.atom", "There is no page at this address.", "/browse/"),
        ("/feeds/topic/+.atom", "There is no page at this address.", "/browse/"),
        ("/feeds/", "There is no page at this address.", "/browse/"),
    ],
)
def test_a_feed_that_does_not_exist_says_why_and_leads_on(client: Client, address: str, said: str, way: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert escape(said) in response.text
    assert f'href="{way}"' in response.text


def test_every_topic_at_once_is_one_more_address_and_no_error(client: Client) -> None:
    keys = sorted(f"topic-{number}" for number in range(40))
    make_entry("about-everything", issue="2024-05", title="About everything", topics=keys)
    assert titles(client, f"/feeds/topic/{'+'.join(keys)}.atom") == ["About everything"]


# --- the ways to a feed -----------------------------------------------------------------------------------


def discovered(page: str) -> list[tuple[str, str, str]]:
    """The feeds that a page names to programs: kind, title, address."""
    return re.findall(
        r'<link rel="alternate" type="application/(atom|feed)\+\w+" title="([^"]*)" href="([^"]*)">', page
    )


EVERYTHING = [
    ("atom", "Rapport", "/feeds/entries.atom"),
    ("feed", "Rapport", "/feeds/entries.json"),
]


@pytest.mark.usefixtures("_four_entries")
@pytest.mark.parametrize(
    ("address", "title", "feed"),
    [
        ("/", "", ""),
        ("/2024/01/a/", "", ""),
        ("/archive/", "", ""),
        ("/nothing/", "", ""),
        ("/topics/alliance/", "Alliance", "/feeds/topic/alliance"),
        ("/types/survey/", "Survey", "/feeds/type/survey"),
        ("/browse/", "", ""),
        (
            "/browse/?type=survey&topic=drop-out&topic=alliance",
            "Alliance · Drop-out · Survey",
            "/feeds/topic/alliance+drop-out/type/survey",
        ),
        ("/browse/?topic=alliance&year=2024", "", ""),
        ("/browse/?topic=alliance&language=en", "", ""),
    ],
)
def test_a_page_names_the_feed_of_everything_and_its_own(client: Client, address: str, title: str, feed: str) -> None:
    page = client.get(address).text
    assert discovered(page) == [*EVERYTHING, *([("atom", f"Rapport · {title}", f"{feed}.atom")] if feed else [])]
    followed = re.findall(r'<a href="([^"]*)">Follow by feed</a>', page)
    assert followed == ([f"{feed}.atom"] if feed else [])
    for _kind, _title, where in discovered(page):
        assert client.get(where).status_code == 200


def test_a_french_page_names_french_feeds(client: Client) -> None:
    make_topic("alliance", name={"en": "Alliance", "fr": "Alliance thérapeutique"})
    assert [where for _kind, _title, where in discovered(client.get("/fr/topics/alliance/").text)] == [
        "/fr/feeds/entries.atom",
        "/fr/feeds/entries.json",
        "/fr/feeds/topic/alliance.atom",
    ]


@pytest.mark.django_db
def test_a_host_with_a_port_that_cannot_be_is_answered(client: Client) -> None:
    make_site()
    make_entry("alliance-matters", issue="2024-05")
    assert client.get("/feeds/entries.atom", headers={"host": "localhost:99999"}).status_code == 200


@pytest.mark.django_db
def test_a_feed_of_all_topics_together_asks_for_them_in_one_join(client: Client) -> None:
    make_site()
    topics = [f"topic-{chr(97 + number)}" for number in range(20)]
    make_entry("everywhere", issue="2024-05", topics=topics)
    make_entry("nearly", issue="2024-05", topics=topics[1:])
    with CaptureQueriesContext(connection) as made:
        feed = client.get(f"/feeds/topic/{'+'.join(topics)}.json").json()
    assert [item["title"] for item in feed["items"]] == ["Alliance and outcome go together"]
    assert max(query["sql"].count(" JOIN ") for query in made.captured_queries) < 8
