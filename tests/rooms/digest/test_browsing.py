"""Browse: choices made together, each with the number of entries there would be with it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.making import make_entry, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _five_entries() -> None:
    make_site()
    both = {"en": {"title": "D, in both"}, "fr": {"title": "D, dans les deux"}}
    make_entry("a", issue="2023-01", title="A", topics=["alliance"], research_type="survey")
    make_entry("b", issue="2023-02", title="B", topics=["alliance", "drop-out"], research_type="survey")
    make_entry("c", issue="2024-01", title="C", topics=["drop-out"], research_type="meta-analysis")
    make_entry("d", issue="2024-02", topics=["alliance", "drop-out"], research_type="meta-analysis", texts=both)
    make_entry("e", issue="2024-02", state="draft", title="E", topics=["alliance"], research_type="survey")


def titles(page: str) -> list[str]:
    return re.findall(r'entry-line__title"[^>]*><a href="[^"]*">([^<]*)</a>', page)


def counts(page: str) -> dict[str, int]:
    """What stands beside each choice: “topic-alliance”: 3."""
    made = re.findall(r'id="c-([a-z0-9-]+)"(?:(?!</a>).)*?class="count">(\d+)<', page, re.DOTALL)
    return {key: int(count) for key, count in made}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["D, in both", "C", "B", "A"]),
        ("?topic=alliance", ["D, in both", "B", "A"]),
        ("?topic=alliance&topic=drop-out", ["D, in both", "B"]),
        ("?type=survey", ["B", "A"]),
        ("?type=survey&type=meta-analysis", ["D, in both", "C", "B", "A"]),
        ("?year=2023", ["B", "A"]),
        ("?year=2023&year=2024", ["D, in both", "C", "B", "A"]),
        ("?language=fr", ["D, in both"]),
        ("?topic=drop-out&type=meta-analysis&year=2024&language=en", ["D, in both", "C"]),
        ("?topic=drop-out&type=survey&year=2024", []),
        ("?year=1999", []),
    ],
)
def test_topics_narrow_while_types_and_years_widen(client: Client, query: str, found: list[str]) -> None:
    assert titles(client.get(f"/browse/{query}").text) == found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "",
            {
                "topic-alliance": 3,
                "topic-drop-out": 3,
                "type-survey": 2,
                "type-meta-analysis": 2,
                "year-2024": 2,
                "year-2023": 2,
                "language-en": 4,
                "language-fr": 1,
            },
        ),
        (
            "?topic=alliance&type=survey",
            {
                "topic-alliance": 2,
                "topic-drop-out": 1,
                "type-survey": 2,
                "type-meta-analysis": 1,
                "year-2023": 2,
                "language-en": 2,
            },
        ),
        (
            "?year=2024",
            {
                "topic-alliance": 1,
                "topic-drop-out": 2,
                "type-meta-analysis": 2,
                "year-2024": 2,
                "year-2023": 2,
                "language-en": 2,
                "language-fr": 1,
            },
        ),
    ],
)
def test_each_choice_counts_the_entries_there_would_be_with_it(
    client: Client, query: str, expected: dict[str, int]
) -> None:
    assert counts(client.get(f"/browse/{query}").text) == expected


@pytest.mark.parametrize("query", ["", "?topic=alliance", "?type=survey", "?year=2024", "?topic=drop-out&year=2023"])
def test_a_count_keeps_its_word_when_its_choice_is_made(client: Client, query: str) -> None:
    page = client.get(f"/browse/{query}").text
    for key, count in counts(page).items():
        match = re.search(rf'id="c-{key}" href="([^"]*)"( aria-current="true")?', page)
        assert match
        group = key.split("-")[0]
        if match[2] or (group in ("type", "year") and f"{group}=" in query):
            continue  # chosen already, or a second of a group that widens
        page_with_it = client.get(match[1].replace("&amp;", "&")).text
        assert len(titles(page_with_it)) == count, key


def test_one_click_takes_back_one_choice_or_all(client: Client) -> None:
    page = client.get("/browse/?topic=alliance&year=2024").text
    chosen = page[page.index('class="chosen"') :]
    assert 'href="/browse/?year=2024"' in chosen
    assert 'href="/browse/?topic=alliance"' in chosen
    assert 'href="/browse/"' in chosen


def test_the_same_choices_have_one_address(client: Client) -> None:
    for query in ("?year=2024&topic=drop-out", "?topic=drop-out&year=2024"):
        page = client.get(f"/browse/{query}").text
        assert 'href="/browse/?topic=alliance&amp;topic=drop-out&amp;year=2024"' in page


def test_the_pages_of_a_list_keep_the_choices(client: Client) -> None:
    for number in range(25):
        make_entry(f"more-{number}", issue="2022-01", topics=["training"])
    first = client.get("/browse/?topic=training").text
    assert "Page 1 of 2" in first
    assert 'rel="next" href="/browse/?topic=training&amp;page=2"' in first
    second = client.get("/browse/?topic=training&page=2").text
    assert len(titles(second)) == 5
    assert 'rel="prev" href="/browse/?topic=training"' in second


def test_the_pages_of_a_list_without_choices_have_addresses_without_a_query(client: Client) -> None:
    for number in range(45):
        make_entry(f"more-{number}", issue="2022-01", topics=["training"])
    for name in ("/topics/training/", "/types/meta-analysis/", "/browse/", "/fr/browse/"):
        assert f'rel="next" href="{name}page/2/"' in client.get(name).text
        second = client.get(f"{name}page/2/").text
        assert f'rel="prev" href="{name}"' in second
        assert f'rel="next" href="{name}page/3/"' in second
    assert 'href="/browse/?topic=alliance"' in client.get("/browse/page/2/").text
